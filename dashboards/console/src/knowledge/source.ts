/** The source of what is written here. */
export const PEOPLE = 'people'
/** The source of the workarounds of problems. */
export const PROBLEMS = 'problems'

const OF_PROBLEM = /^known-errors\/(.+)$/

/** The problem that an article of this source is the workaround of. */
export function problemOf({
  id,
  source,
}: {
  readonly id: string
  readonly source: string
}): string | null {
  return source === PROBLEMS ? (OF_PROBLEM.exec(id)?.[1] ?? null) : null
}
