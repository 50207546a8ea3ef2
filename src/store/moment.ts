/**
 * The grain of the past: of an incident that changes all the time one version is kept for every
 * quarter of a second of engine time, the last one. What was known at an instant is what was known at
 * the end of the quarter it lies in.
 */
import type { EpochMs } from '../core/time.ts'

const MOMENT_MS = 250

/** Number of the quarter of a second that an instant lies in. */
export function momentOf(at: EpochMs): number {
  return Math.floor(at / MOMENT_MS)
}

/** Last millisecond of that quarter. */
export function endOfMoment(at: EpochMs): EpochMs {
  return (momentOf(at) + 1) * MOMENT_MS - 1
}
