/** Time and timers as an argument, so that retries of a day can be tested in a millisecond. */
import type { EpochMs } from '../core/time.ts'

export interface Clock {
  now(): EpochMs
  /** Calls `fire` once, `ms` from now; the handle is only good for `clearTimeout`. */
  setTimeout(fire: () => void, ms: number): unknown
  /** Does nothing for a handle that has fired or is not one. */
  clearTimeout(handle: unknown): void
}

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (fire, ms) => setTimeout(fire, ms).unref(),
  clearTimeout: (handle) => {
    if (handle instanceof Object) clearTimeout(handle as NodeJS.Timeout)
  },
}
