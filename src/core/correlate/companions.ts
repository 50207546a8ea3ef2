/** Placements of what an alert has often begun together with, wherever it is. */
import { isSpot, type KnownCompanion } from '../learn/companions.ts'
import { TOGETHER_MS, type Together } from '../learn/cooccurrence.ts'
import type { EpochMs } from '../time.ts'
import type { Placement, Placements } from './placements.ts'

/** Of one companion so many placements are looked at. */
const MAX_PER_COMPANION = 4

export interface Accompanied {
  readonly placement: Placement
  readonly together: Together
}

/** Those that began as close in time as what was counted. O(companions · MAX_PER_COMPANION) */
export function companionsPlaced(
  companions: readonly KnownCompanion[] | undefined,
  placements: Placements,
  { startsAt, now }: { readonly startsAt: EpochMs; readonly now: EpochMs },
): readonly Accompanied[] {
  if (companions === undefined) return []
  return companions.flatMap((companion) =>
    placements
      .on(companion.place, now, MAX_PER_COMPANION)
      .filter(
        ({ signature, locus, startsAt: other }) =>
          isSpot(companion, { signature, place: locus ?? '' }) &&
          Math.abs(other - startsAt) <= TOGETHER_MS,
      )
      .map((placement) => ({ placement, together: companion.together })),
  )
}
