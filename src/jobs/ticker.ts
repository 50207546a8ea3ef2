/** Time for the engine: an entry "it is now T" whenever a deadline has come, and no other. */
import type { Journey } from '../journey.ts'
import type { Clock } from '../notify/clock.ts'

export interface TickerDeps {
  readonly journey: Pick<Journey, 'engine' | 'submit' | 'watch'>
  readonly clock: Clock
  /** The entry could not be stored; it is tried again. */
  readonly onError: (cause: unknown) => void
}

export interface Ticker {
  start(): void
  /** No entry begins after this. */
  stop(): void
}

/** After a failure, and the longest sleep: a clock may be set while we wait. */
const RETRY_MS = 1000
const MAX_SLEEP_MS = 60_000

/** Keeps one timer, on the engine's next deadline; every applied entry may move it. */
export function createTicker({ journey, clock, onError }: TickerDeps): Ticker {
  let timer: unknown = null
  let armedFor: number | null = null
  let submitting = false
  let stopped = true
  let unwatch = (): void => undefined

  const disarm = (): void => {
    if (timer !== null) clock.clearTimeout(timer)
    timer = null
    armedFor = null
  }
  const arm = (): void => {
    if (stopped || submitting) return
    const deadline = journey.engine.nextDeadline()
    if (deadline === armedFor && timer !== null) return
    disarm()
    if (deadline === null) return
    armedFor = deadline
    const wait = Math.min(MAX_SLEEP_MS, Math.max(0, deadline - clock.now()))
    timer = clock.setTimeout(ring, wait)
  }
  const ring = (): void => {
    disarm()
    const deadline = journey.engine.nextDeadline()
    if (deadline === null || deadline > clock.now()) {
      arm()
      return
    }
    submitting = true
    journey
      .submit((at, scope) => ({ kind: 'time', at, scope }))
      .then(
        () => {
          submitting = false
          arm()
        },
        (cause: unknown) => {
          submitting = false
          onError(cause)
          if (!stopped) timer = clock.setTimeout(ring, RETRY_MS)
        },
      )
  }
  return {
    start: () => {
      stopped = false
      unwatch = journey.watch(arm)
      arm()
    },
    stop: () => {
      stopped = true
      unwatch()
      disarm()
    },
  }
}
