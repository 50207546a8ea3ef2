/**
 * A state of many active alerts: its memory, how long a snapshot holds the engine up, and the data
 * that a program would leave that was killed with it.
 */
import { join } from 'node:path'
import type { Engine } from '../../src/core/engine/engine.ts'
import { beginSnapshot } from '../../src/core/engine/snapshot.ts'
import type { Entry } from '../../src/core/entry.ts'
import { loadRules } from '../../src/inputs.ts'
import { openJournal } from '../../src/journal/clickhouse.ts'
import { shippedRules } from '../../src/paths.ts'
import { openStore } from '../../src/store/client.ts'
import { beginSnapshot as beginStoredSnapshot } from '../../src/store/snapshots.ts'
import { Bodies } from './inputs.ts'
import { memory } from './memory.ts'
import { entries, evenly, HOUR_MS, stageOf } from './stage.ts'

export interface StateOptions {
  /** Sizes at which memory is measured; the last one is what is snapshotted and recovered. */
  readonly sizes: readonly number[]
  /** Bodies of 64 reports after the snapshot. */
  readonly tail: number
  /** Folder that gets the data of a program that was killed. */
  readonly data: string
}

export interface StateFigures {
  readonly memory: readonly {
    readonly alerts: number
    /** Of the last ones before, 64 at a time. */
    readonly newPerSecond: number
    readonly heapBytesPerAlert: number
    readonly rssBytesPerAlert: number
  }[]
  readonly snapshot: {
    readonly alerts: number
    readonly chunks: number
    readonly bytes: number
    /** All pauses together, and the longest one. */
    readonly totalMs: number
    readonly longestMs: number
    /** The longest one where an entry is applied between every two. */
    readonly longestUnderLoadMs: number
  }
  readonly tail: { readonly entries: number; readonly alerts: number }
}

/** Entries that the speed at a size is measured with. */
const TIMED = 100
/** In which the state is filled: the faster, the fewer looks at what incidents are about on the way. */
const FILL_MS = 100_000

/** Without a CMDB: what it says is no part of what an alert needs. */
export async function measureState({ sizes, tail, data }: StateOptions): Promise<StateFigures> {
  const alerts = Math.floor((sizes.at(-1) ?? 0) / 64) * 64
  // live times: the program that recovers it judges by its own clock
  const begin = Date.now() - HOUR_MS
  const pace = evenly(begin, FILL_MS, alerts, 64)
  const { engine, apply } = stageOf(begin)
  const before = memory()
  const measured: StateFigures['memory'][number][] = []
  const marks = [...sizes]
  let applied = 0
  const latest: number[] = []
  for (const entry of entries(alerts, new Bodies(64), pace)) {
    latest.push(apply(entry))
    if (latest.length > TIMED) latest.shift()
    applied += 64
    if (applied < (marks[0] ?? Number.POSITIVE_INFINITY) - 63) continue
    marks.shift()
    const now = memory()
    measured.push({
      alerts: applied,
      newPerSecond: (latest.length * 64) / (latest.reduce((sum, ms) => sum + ms, 0) / 1000),
      heapBytesPerAlert: (now.heap - before.heap) / applied,
      rssBytesPerAlert: (now.rss - before.rss) / applied,
    })
  }
  const idle = measureSnapshot(engine, 1, () => undefined)
  const rest = [...entries(tail * 64, new Bodies(64), { from: begin + FILL_MS, stepMs: 200 }, pace)]
  await leave(data, engine, [
    [loadRules(shippedRules()).toEntry(begin, 'default')],
    entries(alerts, new Bodies(64), pace),
    rest,
  ])
  // the engine has not seen the rest: it is what comes between the chunks of another snapshot
  const coming = rest.values()
  const loaded = measureSnapshot(engine, 3, () => {
    const { value } = coming.next()
    if (value !== undefined) apply(value)
  })
  return {
    memory: measured,
    snapshot: { alerts: applied, ...idle, longestUnderLoadMs: loaded.longestMs },
    tail: { entries: rest.length, alerts: rest.length * 64 },
  }
}

/** Writes the journal and a snapshot of the engine as the program does. */
async function leave(
  data: string,
  engine: Engine,
  journalled: readonly Iterable<Entry>[],
): Promise<void> {
  const store = await openStore({ path: join(data, 'store') })
  const journal = await openJournal(store.journal)
  for (const list of journalled) {
    let waiting: Entry[] = []
    for (const entry of list) {
      waiting.push(entry)
      if (waiting.length < 50) continue
      await journal.append(waiting)
      waiting = []
    }
    if (waiting.length > 0) await journal.append(waiting)
  }
  const stored = await beginStoredSnapshot(store, engine.state.offset)
  const running = beginSnapshot(engine, 2)
  for (let chunk = running.next(); chunk !== null; chunk = running.next()) {
    await stored.chunk(chunk.kind, chunk.data)
  }
  await stored.finish()
  await journal.close()
  await store.close()
}

function measureSnapshot(
  engine: Engine,
  number: number,
  between: () => void,
): { chunks: number; bytes: number; totalMs: number; longestMs: number } {
  let from = performance.now()
  const running = beginSnapshot(engine, number)
  let longestMs = 0
  let totalMs = 0
  let bytes = 0
  for (let chunks = 0; ; chunks++) {
    const chunk = running.next()
    const ms = performance.now() - from
    totalMs += ms
    longestMs = Math.max(longestMs, ms)
    if (chunk === null) return { chunks, bytes, totalMs, longestMs }
    bytes += chunk.data.length
    between()
    from = performance.now()
  }
}
