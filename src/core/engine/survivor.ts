/** The incident an id leads to, following merges; itself where it was not merged. */
export function survivorOf(mergedInto: ReadonlyMap<string, string>, id: string): string {
  let at = id
  for (let hops = 0; hops < 100; hops++) {
    const next = mergedInto.get(at)
    if (next === undefined) return at
    at = next
  }
  return at
}
