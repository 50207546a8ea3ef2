/**
 * How much speaks for what is proposed from corrections: the incidents that were corrected, and of each
 * person only so many, so that nobody teaches the engine alone.
 */
import type { CorrectionState, DeclinedState } from './corrections.ts'

/** Incidents that have to be corrected alike, those that say the opposite taken off. */
export const MIN_WEIGHT = 3
/** Incidents that one person counts for, where there are several people. */
export const MAX_OF_ONE = 2
/** A dismissed proposal comes back once it has so many times the weight of then. */
export const RETURNS_AT = 2

type Counted = Readonly<Pick<CorrectionState, 'by' | 'incident'>>

/** Whether a person's dismissal still holds: its support may have grown since. */
export function isDismissed({
  declined,
  weight,
}: {
  readonly declined: Readonly<DeclinedState> | null
  readonly weight: number
}): boolean {
  return declined !== null && weight < RETURNS_AT * declined.weight
}

/** Counts distinct incidents, of each person at most MAX_OF_ONE where several people correct. */
export function weightBy(standing: readonly Counted[]): (some: Iterable<Counted>) => number {
  const several = new Set(standing.map(({ by }) => by)).size > 1
  return (corrections) => {
    const byPerson = new Map<string, Set<string>>()
    for (const { by, incident } of corrections) {
      const known = byPerson.get(by)
      if (known === undefined) byPerson.set(by, new Set([incident]))
      else known.add(incident)
    }
    const all = new Set([...byPerson.values()].flatMap((incidents) => [...incidents]))
    const sum = [...byPerson.values()]
      .map(({ size }) => (several ? Math.min(size, MAX_OF_ONE) : size))
      .reduce((a, b) => a + b, 0)
    return Math.min(all.size, sum)
  }
}
