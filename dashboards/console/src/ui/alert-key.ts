/** The alert of an episode: `<alert id>.<start>` without its start. */
export function alertIdOf(key: string): string {
  return key.slice(0, key.lastIndexOf('.'))
}
