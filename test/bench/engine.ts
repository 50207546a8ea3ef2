/**
 * The engine by itself, in one process and without I/O: cost per report, what a storm costs at its
 * end, memory, and how long a snapshot holds it up. At last, the state that the recovery is measured
 * from is written as the program would have.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { prometheus } from '../../ingest/prometheus.ts'
import { readBody } from '../../ingest/source.ts'
import { MAX_LIKE, MAX_NEAR_ALERTS, MAX_PER_LOCUS } from '../../src/core/correlate/choose.ts'
import type { Placement } from '../../src/core/correlate/placements.ts'
import { Engine } from '../../src/core/engine/engine.ts'
import { MAX_REORDER } from '../../src/core/engine/place.ts'
import { beginSnapshot } from '../../src/core/engine/snapshot.ts'
import type { Entry, ReceivedEntry } from '../../src/core/entry.ts'
import { loadCmdb, loadRules } from '../../src/inputs.ts'
import { openJournal } from '../../src/journal/clickhouse.ts'
import { decode } from '../../src/journey.ts'
import { shippedRules } from '../../src/paths.ts'
import { openStore } from '../../src/store/client.ts'
import { beginSnapshot as beginStoredSnapshot } from '../../src/store/snapshots.ts'
import { quantile } from './figures.ts'
import { Bodies, estate, picker } from './inputs.ts'

export interface EngineOptions {
  /** Sizes at which memory is measured; the last one is what is snapshotted and recovered. */
  readonly sizes: readonly number[]
  /** Alerts of the storm, all within one minute and about one system. */
  readonly storm: number
  /** Bodies of 64 alerts after the snapshot. */
  readonly tail: number
  /** Folder that gets the data of a program that was killed. */
  readonly data: string
}

export interface EngineFigures {
  readonly parse: { readonly nsPerAlert: number; readonly jsonNsPerAlert: number }
  readonly newPerSecond: { readonly single: number; readonly batch: number }
  readonly repeatsPerSecond: { readonly single: number; readonly batch: number }
  readonly storm: {
    readonly alerts: number
    readonly perSecond: number
    readonly applyMs: { readonly p50: number; readonly p99: number; readonly max: number }
    /** µs per new alert in the first and in the last tenth of the storm. */
    readonly firstTenthUs: number
    readonly lastTenthUs: number
    /** Placements looked at for one entry of one alert: no fewer than the links evaluated. */
    readonly candidates: { readonly mean: number; readonly max: number; readonly bound: number }
  }
  readonly memory: readonly {
    readonly alerts: number
    readonly heapBytesPerAlert: number
    readonly rssBytesPerAlert: number
  }[]
  readonly snapshot: {
    readonly alerts: number
    readonly chunks: number
    readonly bytes: number
    readonly totalMs: number
    readonly longestMs: number
    readonly longestUnderLoadMs: number
  }
  readonly tail: { readonly entries: number; readonly alerts: number }
}

const CMDB = 'cmdb.json'
/** The estate's own time; nothing depends on today. */
const BEGIN = Date.UTC(2026, 0, 1)
const HOUR_MS = 3_600_000

interface Stage {
  readonly engine: Engine
  /** Applies an entry and answers how long that took, in ms. */
  apply(entry: Entry): number
}

/** An engine with the shipped rules and the estate. */
function stageOf(data: string, at: number): Stage {
  const engine = new Engine()
  let offset = 0
  const apply = (entry: Entry): number => {
    const items = decode(entry)
    offset += 1
    const from = performance.now()
    engine.apply({ offset, entry }, items)
    return performance.now() - from
  }
  for (const { toEntry } of [loadRules(shippedRules()), loadCmdb(join(data, CMDB))]) {
    apply(toEntry(at, 'default'))
  }
  return { engine, apply }
}

function received(body: Buffer, at: number): ReceivedEntry {
  const text = body.toString()
  return {
    kind: 'received',
    at,
    scope: 'default',
    source: 'prometheus',
    receipt: `r${at}`,
    body: text,
  }
}

/** When the `i`-th entry of a stream comes. */
interface Pace {
  readonly from: number
  readonly stepMs: number
}

/** Entries of new alerts; with `began`, of repeats of those that began at that pace. */
function* entries(
  alerts: number,
  bodies: Bodies,
  pace: Pace,
  began: Pace = pace,
): Generator<ReceivedEntry> {
  const { size } = bodies
  const pick = picker({ fresh: 1, stream: 0, since: 0 })
  const time = ({ from, stepMs }: Pace, i: number): number => Math.round(from + i * stepMs)
  for (let i = 0; i < Math.floor(alerts / size); i++) {
    const at = time(pace, i)
    const startsAt = time(began, i)
    const body = bodies.make((slot) => ({ number: pick(slot).number, startsAt }), at, 6 * HOUR_MS)
    yield received(body, at)
  }
}

/** So many alerts, `size` at a time, evenly over `spanMs`. */
function evenly(from: number, spanMs: number, alerts: number, size: number): Pace {
  return { from, stepMs: (spanMs * size) / alerts }
}

export async function measureEngine(options: EngineOptions): Promise<EngineFigures> {
  const { data } = options
  writeFileSync(join(data, CMDB), JSON.stringify(estate()))
  const parse = measureParse()
  const rates = [1, 64].map((size) => measureRates(data, size))
  const [single, batch] = rates
  const storm = measureStorm(data, options.storm)
  return {
    parse,
    newPerSecond: { single: single?.fresh ?? 0, batch: batch?.fresh ?? 0 },
    repeatsPerSecond: { single: single?.repeats ?? 0, batch: batch?.repeats ?? 0 },
    storm,
    ...(await measureState(options)),
  }
}

/** What a source adds to parsing the JSON. */
function measureParse(): EngineFigures['parse'] {
  const bodies = [...entries(6400, new Bodies(64), { from: BEGIN, stepMs: 600 })]
  const best = { ours: Number.POSITIVE_INFINITY, json: Number.POSITIVE_INFINITY }
  // the fastest of several runs: what is asked for is the work, not what disturbed it
  for (let run = 0; run < 10; run++) {
    let from = performance.now()
    for (const entry of bodies) readBody(prometheus, entry)
    best.ours = Math.min(best.ours, performance.now() - from)
    from = performance.now()
    for (const { body } of bodies) JSON.parse(body)
    best.json = Math.min(best.json, performance.now() - from)
  }
  return { nsPerAlert: (best.ours * 1e6) / 6400, jsonNsPerAlert: (best.json * 1e6) / 6400 }
}

/** Alerts per second of `engine.apply` for new alerts over ten minutes, and for their repeats. */
function measureRates(data: string, size: number): { fresh: number; repeats: number } {
  const alerts = 6400
  const spanMs = 600_000
  const pace = (turn: number): Pace => evenly(BEGIN + turn * spanMs, spanMs, alerts, size)
  const bodies = (): Bodies => new Bodies(size)
  const { apply } = stageOf(data, BEGIN)
  const sum = (list: Iterable<ReceivedEntry>): number => {
    let ms = 0
    for (const entry of list) ms += apply(entry)
    return ms
  }
  const fresh = sum(entries(alerts, bodies(), pace(0)))
  sum(entries(alerts, bodies(), pace(1), pace(0)))
  const repeats = sum(entries(alerts, bodies(), pace(2), pace(0)))
  return { fresh: alerts / (fresh / 1000), repeats: alerts / (repeats / 1000) }
}

/** New alerts, one per entry, all within a minute and about one system: one huge incident. */
function measureStorm(data: string, alerts: number): EngineFigures['storm'] {
  const { engine, apply } = stageOf(data, BEGIN)
  const seen = countCandidates(engine)
  const times: number[] = []
  const looked: number[] = []
  for (const entry of entries(alerts, new Bodies(1, 1), evenly(BEGIN, 60_000, alerts, 1))) {
    seen.count = 0
    times.push(apply(entry))
    looked.push(seen.count)
  }
  const tenth = Math.floor(alerts / 10)
  const meanUs = (list: readonly number[]): number =>
    (list.reduce((sum, ms) => sum + ms, 0) / list.length) * 1000
  const sorted = [...times].sort((a, b) => a - b)
  return {
    alerts,
    perSecond: 1e6 / meanUs(times),
    applyMs: {
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      max: sorted.at(-1) ?? 0,
    },
    firstTenthUs: meanUs(times.slice(0, tenth)),
    lastTenthUs: meanUs(times.slice(-tenth)),
    candidates: {
      mean: looked.reduce((sum, count) => sum + count, 0) / alerts,
      max: Math.max(...looked),
      bound: (MAX_NEAR_ALERTS + MAX_PER_LOCUS - 1 + MAX_LIKE) * (1 + MAX_REORDER),
    },
  }
}

/** Counts what the candidate indices hand out: each of it is at most one link to be evaluated. */
function countCandidates({ ix: { placements } }: Engine): { count: number } {
  const seen = { count: 0 }
  for (const name of ['on', 'like'] as const) {
    const ask = placements[name].bind(placements)
    placements[name] = (key, now, limit): Placement[] => {
      const found = ask(key, now, limit)
      seen.count += found.length
      return found
    }
  }
  return seen
}

function memory(): { heap: number; rss: number } {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
  collect()
  const { heapUsed, rss } = process.memoryUsage()
  return { heap: heapUsed, rss }
}

/** Memory, snapshot, and the data of a program that was killed with all of it. */
async function measureState({ sizes, tail, data }: EngineOptions) {
  const alerts = Math.floor((sizes.at(-1) ?? 0) / 64) * 64
  // live times: the program that recovers it judges by its own clock
  const begin = Date.now() - 2 * HOUR_MS
  const pace = evenly(begin, HOUR_MS, alerts, 64)
  const store = await openStore({ path: join(data, 'store') })
  const journal = await openJournal(store.journal)
  const { engine, apply } = stageOf(data, begin)
  for (const { toEntry } of [loadRules(shippedRules()), loadCmdb(join(data, CMDB))]) {
    await journal.append([toEntry(begin, 'default')])
  }
  const before = memory()
  const measured: EngineFigures['memory'][number][] = []
  let waiting: Entry[] = []
  let applied = 0
  const marks = [...sizes]
  for (const entry of entries(alerts, new Bodies(64), pace)) {
    apply(entry)
    applied += 64
    waiting.push(entry)
    if (waiting.length === 50) {
      await journal.append(waiting)
      waiting = []
    }
    if (applied < (marks[0] ?? Number.POSITIVE_INFINITY) - 63) continue
    marks.shift()
    const now = memory()
    measured.push({
      alerts: applied,
      heapBytesPerAlert: (now.heap - before.heap) / applied,
      rssBytesPerAlert: (now.rss - before.rss) / applied,
    })
  }
  if (waiting.length > 0) await journal.append(waiting)
  const snapshot = { alerts: applied, ...measureSnapshot(engine, 1, () => undefined) }
  const offset = engine.state.offset
  const stored = await beginStoredSnapshot(store, offset)
  const running = beginSnapshot(engine, 2)
  for (let chunk = running.next(); chunk !== null; chunk = running.next()) {
    await stored.chunk(chunk.kind, chunk.data)
  }
  await stored.finish()
  const rest = [...entries(tail * 64, new Bodies(64), { from: begin + HOUR_MS, stepMs: 200 }, pace)]
  for (let i = 0; i < rest.length; i += 50) await journal.append(rest.slice(i, i + 50))
  // the engine has not seen the tail: it is what comes in between the chunks of the second snapshot
  const coming = rest.values()
  const loaded = measureSnapshot(engine, 3, () => {
    const { value } = coming.next()
    if (value !== undefined) apply(value)
  })
  await journal.close()
  await store.close()
  return {
    memory: measured,
    snapshot: { ...snapshot, longestUnderLoadMs: loaded.longestMs },
    tail: { entries: rest.length, alerts: rest.length * 64 },
  }
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
