/** Sources of the CMDB that are pulled: each at the start, and anew so long after it was read last. */
import { type EpochMs, MINUTE, SECOND } from '../core/time.ts'
import type { Clock } from '../notify/clock.ts'

export interface Pulled {
  readonly source: string
  readonly everyMinutes: number
}

export interface PullsDeps<S extends Pulled> {
  readonly sources: readonly S[]
  /** Settles when the source was read and worked in. */
  readonly pull: (source: S) => Promise<unknown>
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>
  /** It could not be begun; it is tried again in its turn. */
  readonly onError: (cause: unknown) => void
}

/** The start itself comes first. */
const FIRST_MS = 5 * SECOND

/** One source is read at a time. */
export function createPulls<S extends Pulled>({
  sources,
  pull,
  clock,
  onError,
}: PullsDeps<S>): { start(): void; stop(): void } {
  const timers = new Map<string, unknown>()
  let tail: Promise<void> = Promise.resolve()
  let stopped = false
  const arm = (source: S, ms: EpochMs): void => {
    if (!stopped)
      timers.set(
        source.source,
        clock.setTimeout(() => turn(source), ms),
      )
  }
  const turn = (source: S): void => {
    tail = tail.then(async () => {
      if (stopped) return
      await pull(source).catch(onError)
      arm(source, source.everyMinutes * MINUTE)
    })
  }
  return {
    start: () => {
      for (const source of sources) arm(source, FIRST_MS)
    },
    stop: () => {
      stopped = true
      for (const timer of timers.values()) clock.clearTimeout(timer)
    },
  }
}
