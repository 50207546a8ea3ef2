/**
 * The engine by itself, in one process and without I/O: what a report costs, and what it costs at the
 * end of a storm.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { prometheus } from '../../ingest/prometheus.ts'
import { readBody } from '../../ingest/source.ts'
import { MAX_LIKE, MAX_NEAR_ALERTS, MAX_PER_LOCUS } from '../../src/core/correlate/candidates.ts'
import type { Placement } from '../../src/core/correlate/placements.ts'
import type { Engine } from '../../src/core/engine/engine.ts'
import type { ReceivedEntry } from '../../src/core/entry.ts'
import type { Article } from '../../src/core/model.ts'
import { DEFAULT_SCOPE } from '../../src/core/scope.ts'
import { quantile } from './figures.ts'
import { Bodies, estate } from './inputs.ts'
import { runbooks } from './runbooks.ts'
import { entries, evenly, type Pace, stageOf } from './stage.ts'

export interface EngineOptions {
  /** Alerts that the cost of reports is measured with, over ten minutes. */
  readonly rates: number
  /** Alerts of the storm, all within one minute and about one system. */
  readonly storm: number
  readonly articles: number
  /** Folder for the CMDB. */
  readonly folder: string
}

export interface EngineFigures {
  readonly parse: { readonly nsPerAlert: number; readonly jsonNsPerAlert: number }
  readonly newPerSecond: { readonly single: number; readonly batch: number }
  readonly repeatsPerSecond: { readonly single: number; readonly batch: number }
  readonly articles: {
    readonly count: number
    /** The entry that brings them, one that brings a changed one, and the longest piece of the work after. */
    readonly replaceMs: number
    readonly upsertMs: number
    readonly longestPieceMs: number
    readonly piecesMs: number
  }
  readonly storm: {
    readonly alerts: number
    readonly perSecond: number
    readonly applyMs: { readonly p50: number; readonly p99: number; readonly max: number }
    /** µs per new alert in the first and in the last tenth of the storm. */
    readonly firstTenthUs: number
    readonly lastTenthUs: number
    /** Placements looked at for one alert: no fewer than the links evaluated. */
    readonly candidates: { readonly mean: number; readonly max: number; readonly bound: number }
  }
}

/** The estate's own time; nothing depends on today. */
const BEGIN = Date.UTC(2026, 0, 1)

export function measureEngine({ rates, storm, articles, folder }: EngineOptions): EngineFigures {
  const cmdb = join(folder, 'cmdb.json')
  writeFileSync(cmdb, JSON.stringify(estate()))
  const parse = measureParse()
  const single = measureRates(cmdb, rates, 1)
  const batch = measureRates(cmdb, rates, 64)
  return {
    parse,
    newPerSecond: { single: single.fresh, batch: batch.fresh },
    repeatsPerSecond: { single: single.repeats, batch: batch.repeats },
    articles: measureArticles(articles),
    storm: measureStorm(cmdb, storm),
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
function measureRates(
  cmdb: string,
  alerts: number,
  size: number,
): { fresh: number; repeats: number } {
  const spanMs = 600_000
  const pace = (turn: number): Pace => evenly(BEGIN + turn * spanMs, spanMs, alerts, size)
  const bodies = (): Bodies => new Bodies(size)
  const { apply } = stageOf(BEGIN, cmdb)
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

/** New articles, then a changed one of them, and between them what the fold does in its pauses. */
function measureArticles(count: number): EngineFigures['articles'] {
  const { engine, apply } = stageOf(BEGIN)
  const pieces: number[] = []
  const bring = (mode: 'replace' | 'upsert', articles: readonly Article[]): number => {
    const about = { scope: 'default', version: `${mode} ${articles.length}` }
    const ms = apply({ kind: 'articles', at: BEGIN, ...about, mode, articles })
    for (let more = true; more; ) {
      const from = performance.now()
      more = engine.prepare()
      pieces.push(performance.now() - from)
    }
    return ms
  }
  const all = runbooks(count)
  const replaceMs = bring('replace', all)
  const upsertMs = bring('upsert', runbooks(1, 'changed'))
  return {
    count,
    replaceMs,
    upsertMs,
    longestPieceMs: Math.max(...pieces),
    piecesMs: pieces.reduce((sum, ms) => sum + ms, 0),
  }
}

/** New alerts, one per entry, all within a minute and about one system: one huge incident. */
function measureStorm(cmdb: string, alerts: number): EngineFigures['storm'] {
  const { engine, apply } = stageOf(BEGIN, cmdb)
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
      bound: MAX_NEAR_ALERTS + MAX_PER_LOCUS - 1 + MAX_LIKE,
    },
  }
}

/** Counts what the candidate indices hand out: each of it is at most one link to be evaluated. */
function countCandidates({ ix }: Engine): { count: number } {
  const placements = ix.placements.of(DEFAULT_SCOPE)
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
