/**
 * Snapshots of the engine: now and then the whole state goes to the store, chunk by chunk between two
 * entries, so that the fold never waits long. One is finished only when the records and the news of
 * everything in it are durable: a restart begins after it and does not write them again.
 */
import { beginSnapshot as beginEngineSnapshot, type Chunk } from '../core/engine/snapshot.ts'
import { AppError } from '../core/errors.ts'
import type { Journey } from '../journey.ts'
import type { Clock } from '../notify/clock.ts'
import type { Store } from '../store/client.ts'
import type { RecordWriter } from '../store/records.ts'
import { beginSnapshot, type SnapshotWriter } from '../store/snapshots.ts'
import type { Metrics } from '../telemetry/metrics.ts'

export interface SnapshotsDeps {
  readonly journey: Pick<Journey, 'between' | 'engine' | 'told'>
  readonly store: Store
  readonly records: Pick<RecordWriter, 'flushed'>
  readonly metrics: Pick<
    Metrics,
    'snapshotDuration' | 'snapshotSize' | 'snapshotPause' | 'snapshotTimestamp'
  >
  readonly clock: Clock
  /** Told why one was given up; the next one is taken in its turn. */
  readonly onError: (cause: unknown) => void
  /** Time between the beginnings of two, ms; 60,000 unless given. */
  readonly intervalMs?: number
  /** Entries after which one is taken before its time; 50,000 unless given. */
  readonly intervalEntries?: number
  /** Longest wait for the fold, for records and for news, ms; 60,000 unless given. */
  readonly patienceMs?: number
}

export interface SnapshotReport {
  /** The state is what the entries up to and including this one made of it. */
  readonly offset: number
  readonly chunks: number
  /** Length of the chunks as text. */
  readonly size: number
  readonly durationMs: number
  /** Longest time the fold waited for it at a stretch. */
  readonly pauseMs: number
}

export interface Snapshots {
  start(): void
  /**
   * Takes one now, after the one that is running; `null` where it was given up, or while an import into
   * the CMDB comes in, of which half would be in no snapshot. Never rejects.
   */
  take(): Promise<SnapshotReport | null>
  /** Lets one that is running finish, and takes a last one where there is something new. */
  stop(): Promise<void>
}

const INTERVAL_MS = 60_000
const INTERVAL_ENTRIES = 50_000
const LOOK_MS = 5000
const PATIENCE_MS = 60_000

export function createSnapshots(deps: SnapshotsDeps): Snapshots {
  const { clock, intervalMs = INTERVAL_MS, intervalEntries = INTERVAL_ENTRIES } = deps
  const { state } = deps.journey.engine
  let number = 0
  let last = { offset: state.offset, at: clock.now() }
  let timer: unknown = null
  let running = false
  let tail: Promise<unknown> = Promise.resolve()

  const take = (): Promise<SnapshotReport | null> => {
    const mine = tail.then(async () => {
      number += 1
      last = { ...last, at: clock.now() }
      try {
        const report = await takeOne(deps, number)
        if (report !== null) last = { ...last, offset: report.offset }
        return report
      } catch (cause) {
        deps.onError(cause)
        return null
      }
    })
    tail = mine
    return mine
  }

  const isDue = (): boolean => {
    if (deps.journey.engine.ix.cmdb.importing !== null) return false
    const entries = state.offset - last.offset
    return entries >= intervalEntries || (entries > 0 && clock.now() - last.at >= intervalMs)
  }

  const look = (): void => {
    const next = (): void => {
      if (running) timer = clock.setTimeout(look, Math.min(LOOK_MS, intervalMs))
    }
    if (isDue()) void take().then(next)
    else next()
  }

  return {
    start: () => {
      if (running) return
      running = true
      look()
    },
    take,
    stop: async () => {
      running = false
      clock.clearTimeout(timer)
      await tail
      if (state.offset > last.offset) await take()
    },
  }
}

/** Runs a step between two entries, and measures how long they wait for it. */
type Step = <T>(work: () => T) => Promise<T>

async function takeOne(deps: SnapshotsDeps, number: number): Promise<SnapshotReport | null> {
  const { journey, store, records, metrics, clock } = deps
  const at = clock.now()
  const begun = performance.now()
  const pauses = { longestMs: 0 }
  const step = stepper(deps, pauses)
  // the first chunk belongs to the beginning: it holds what no table keeps while entries go on
  const started = await step(() => {
    if (journey.engine.ix.cmdb.importing !== null) return null
    const running = beginEngineSnapshot(journey.engine, number)
    const flushed = records.flushed(journey.engine.state.seq)
    const durable = quietly(Promise.all([flushed, journey.told()]))
    return { snapshot: running, first: running.next(), durable }
  })
  if (started === null) return null
  const { snapshot, first, durable } = started
  let writer: SnapshotWriter | null = null
  try {
    writer = await beginSnapshot(store, snapshot.offset)
    let chunks = 0
    let size = 0
    for (let chunk: Chunk | null = first; chunk !== null; chunk = await step(snapshot.next)) {
      chunks += 1
      size += chunk.data.length
      await writer.chunk(chunk.kind, chunk.data)
    }
    await within(deps, durable, 'records or news of it take too long')
    await writer.finish()
    const durationMs = performance.now() - begun
    metrics.snapshotDuration.observe(durationMs / 1000)
    metrics.snapshotSize.set(size)
    metrics.snapshotPause.set(pauses.longestMs / 1000)
    metrics.snapshotTimestamp.set(at / 1000)
    return { offset: snapshot.offset, chunks, size, durationMs, pauseMs: pauses.longestMs }
  } catch (cause) {
    await step(snapshot.abort)
    await writer?.abort()
    throw cause
  }
}

function stepper(deps: SnapshotsDeps, pauses: { longestMs: number }): Step {
  return (work) =>
    within(
      deps,
      () =>
        deps.journey.between(() => {
          const from = performance.now()
          const result = work()
          pauses.longestMs = Math.max(pauses.longestMs, performance.now() - from)
          return result
        }),
      'the fold does not answer',
    )
}

/** A promise that is looked at later, and has failed unseen until then. */
function quietly<T>(promise: Promise<T>): () => Promise<T> {
  promise.catch(() => undefined)
  return () => promise
}

/** A fold that has stopped answers nothing any more: then there is no snapshot either. */
async function within<T>(
  { clock, patienceMs = PATIENCE_MS }: SnapshotsDeps,
  work: () => Promise<T>,
  otherwise: string,
): Promise<T> {
  let timer: unknown
  const late = new Promise<never>((_yes, no) => {
    const fail = (): void => no(new AppError('overloaded', otherwise))
    timer = clock.setTimeout(fail, patienceMs)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clock.clearTimeout(timer)
  }
}
