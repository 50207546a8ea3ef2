/**
 * Snapshots of the engine: now and then the whole state goes to the store, chunk by chunk between two
 * entries, so that the fold never waits long. One is finished only when the records and the news of
 * everything in it are durable: a restart begins after it and does not write them again.
 */
import { beginSnapshot as beginEngineSnapshot } from '../core/engine/snapshot.ts'
import type { Journey } from '../journey.ts'
import type { Clock } from '../notify/clock.ts'
import type { Store } from '../store/client.ts'
import type { RecordWriter } from '../store/records.ts'
import { beginSnapshot, type SnapshotWriter } from '../store/snapshots.ts'
import type { Metrics } from '../telemetry/metrics.ts'

export interface SnapshotsDeps {
  readonly journey: Pick<Journey, 'between' | 'told' | 'engine'>
  readonly store: Store
  readonly records: Pick<RecordWriter, 'flush'>
  readonly metrics: Metrics
  readonly clock: Clock
  readonly onError: (cause: unknown) => void
  /** Time between the end of one and the beginning of the next, ms; 60,000 unless given. */
  readonly intervalMs?: number
}

export interface Snapshots {
  start(): void
  /** Takes one now, unless nothing was applied since the last one. */
  take(): Promise<void>
  /** Lets one that is running finish and takes a last one. */
  stop(): Promise<void>
}

const INTERVAL_MS = 60_000

export function createSnapshots(deps: SnapshotsDeps): Snapshots {
  const { clock, onError } = deps
  let timer: unknown = null
  let running: Promise<void> = Promise.resolve()
  let number = 0
  let last = -1

  const take = (): Promise<void> => {
    running = running.then(async () => {
      if (deps.journey.engine.state.offset === last) return
      number += 1
      last = await takeOne(deps, number)
    })
    return running
  }
  const next = (): void => {
    timer = clock.setTimeout(() => {
      take()
        .catch((cause: unknown) => {
          running = Promise.resolve()
          onError(cause)
        })
        .finally(() => {
          if (timer !== null) next()
        })
    }, deps.intervalMs ?? INTERVAL_MS)
  }
  return {
    start: next,
    take,
    stop: async () => {
      if (timer !== null) clock.clearTimeout(timer)
      timer = null
      await take().catch(onError)
    },
  }
}

/** Takes one snapshot and returns its offset. */
async function takeOne(deps: SnapshotsDeps, number: number): Promise<number> {
  const { journey, store, records, metrics } = deps
  const end = metrics.snapshotDuration.startTimer()
  const running = await journey.between((engine) => beginEngineSnapshot(engine, number))
  let writer: SnapshotWriter | null = null
  try {
    writer = await beginSnapshot(store, running.offset)
    const bytes = await copy(deps, running.next, writer)
    await journey.told()
    await records.flush()
    await writer.finish()
    end()
    metrics.snapshotSize.set(bytes)
    metrics.snapshotTimestamp.set(deps.clock.now() / 1000)
    return running.offset
  } catch (cause) {
    await journey.between(() => running.abort())
    await writer?.abort()
    throw cause
  }
}

/** Writes the chunks, one between each two entries; returns their length in characters. */
async function copy(
  { journey, metrics }: SnapshotsDeps,
  next: () => { readonly kind: string; readonly data: string } | null,
  writer: SnapshotWriter,
): Promise<number> {
  let length = 0
  let longest = 0
  for (;;) {
    const chunk = await journey.between(() => {
      const started = performance.now()
      const made = next()
      longest = Math.max(longest, performance.now() - started)
      return made
    })
    if (chunk === null) break
    length += chunk.data.length
    await writer.chunk(chunk.kind, chunk.data)
  }
  metrics.snapshotPause.set(longest / 1000)
  return length
}
