/** Lets old history and the old part of the journal go, some minutes after the start and then daily. */
import { DAY, type EpochMs, MINUTE } from '../core/time.ts'
import type { Journal } from '../journal/journal.ts'
import type { Clock } from '../notify/clock.ts'
import type { Store } from '../store/client.ts'
import { trimHistory, trimOffset } from '../store/retention.ts'

export interface RetentionDeps {
  readonly store: Store
  readonly journal: Pick<Journal, 'trim'>
  readonly clock: Clock
  readonly journalDays: number
  readonly historyDays: number
  readonly onError: (cause: unknown) => void
}

const FIRST_MS = 10 * MINUTE

export function createRetention(deps: RetentionDeps): { start(): void; stop(): Promise<void> } {
  const { clock, onError } = deps
  let timer: unknown = null
  let running: Promise<void> = Promise.resolve()
  const arm = (ms: number): void => {
    timer = clock.setTimeout(() => {
      running = retain(deps, clock.now()).catch(onError)
      arm(DAY)
    }, ms)
  }
  return {
    start: () => arm(FIRST_MS),
    stop: async () => {
      clock.clearTimeout(timer)
      await running
    },
  }
}

/** Does it once, as of `now`. */
export async function retain(
  { store, journal, journalDays, historyDays }: RetentionDeps,
  now: EpochMs,
): Promise<void> {
  const offset = await trimOffset(store, now - journalDays * DAY)
  if (offset > 0) await journal.trim(offset)
  await trimHistory(store, now - historyDays * DAY)
}
