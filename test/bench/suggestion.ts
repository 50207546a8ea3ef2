/**
 * What an incident is about, worked out beside many articles and past incidents: how long that takes,
 * what it holds in memory, and what it adds to the entry that opens a critical incident, in which it
 * is worked out for the first time.
 */
import { alikeIn } from '../../src/core/engine/alike.ts'
import { emptyOutput } from '../../src/core/engine/context.ts'
import type { Engine } from '../../src/core/engine/engine.ts'
import { rememberPast } from '../../src/core/engine/problems.ts'
import type { ReceivedEntry } from '../../src/core/entry.ts'
import { DEFAULT_SCOPE } from '../../src/core/scope.ts'
import { addProfile, type IncidentProfile } from '../../src/core/similar.ts'
import { quantile, short, table } from './figures.ts'
import { sequence } from './inputs.ts'
import { memory } from './memory.ts'
import { runbooks } from './runbooks.ts'
import { HOUR_MS, type Stage, stageOf } from './stage.ts'

export interface SuggestionOptions {
  readonly articles: number
  readonly past: number
  /** New incidents that it is measured at. */
  readonly timed: number
}

interface Times {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

interface Measured {
  /** The entry that brings the alert: the incident is open at its end, and its first suggestion is in it. */
  readonly openMs: Times
  /** The entry of time after it, in which the incident is analysed. */
  readonly suggestMs: Times
}

export interface SuggestionFigures {
  readonly options: SuggestionOptions
  /** The same alerts without any article or past incident. */
  readonly empty: Measured
  readonly full: Measured
  readonly suggested: { readonly articles: number; readonly similar: number }
  /** Of a past incident: its profile, and what finds it. */
  readonly bytesPerPast: number
}

const BEGIN = Date.UTC(2026, 0, 1)
const FEATURES = 10

export function measureSuggestion(options: SuggestionOptions): SuggestionFigures {
  const { articles, past, timed } = options
  const books = runbooks(articles)
  const empty = measure(stageOf(BEGIN), { timed, books })
  const stage = stageOf(BEGIN)
  const about = { scope: DEFAULT_SCOPE, version: 'bench' }
  stage.apply({ kind: 'articles', at: BEGIN, ...about, mode: 'replace', articles: books })
  while (stage.engine.prepare());
  const before = memory().heap
  bringPast(stage.engine, past)
  const bytesPerPast = (memory().heap - before) / past
  const full = measure(stage, { timed, books })
  const incidents = [...stage.engine.state.incidents.values()]
  const mean = (list: readonly number[]): number =>
    list.reduce((sum, count) => sum + count, 0) / Math.max(1, list.length)
  return {
    options,
    empty,
    full,
    suggested: {
      articles: mean(incidents.map((one) => one.articles.length)),
      similar: mean(incidents.map((one) => one.similar.length)),
    },
    bytesPerPast,
  }
}

const SUMMARY = 'The disk of a database host is nearly full and writes fail slowly'
const RULES = 400
const SERVICES = 200

/** What alert `n` is: of few rules and services, so that each is of hundreds of past incidents. */
function kindOf(n: number): { readonly rule: string; readonly service: string } {
  return { rule: `Alert${n % RULES}`, service: `service-${(n * 7) % SERVICES}` }
}

function bringPast(engine: Engine, count: number): void {
  const ctx = { state: engine.state, ix: engine.ix, explains: true, out: emptyOutput() }
  const random = sequence(5)
  for (let n = 0; n < count; n++) {
    const profile = profileOf(n, random)
    const { incident, closedAt } = profile
    engine.state.profiles.set({ snap: 0, scope: DEFAULT_SCOPE, incident, profile })
    addProfile(alikeIn(engine.ix.similar, DEFAULT_SCOPE), profile)
    const { rule, service } = kindOf(n)
    rememberPast(ctx, {
      ...{ incident, scope: DEFAULT_SCOPE, startedAt: closedAt - 1, resolvedAt: closedAt },
      ...{ priority: 3, signature: `${rule}|?`, place: `~service=${service}`, placeClass: '?' },
      ...{ service, changes: [], signatures: [`${rule}|?`] },
    })
  }
}

function profileOf(n: number, random: () => number): IncidentProfile {
  const features: Record<string, number> = {}
  for (let k = 0; k < FEATURES / 2; k++) {
    const { rule, service } = kindOf(k === 0 ? n : Math.floor(random() * 100_000))
    features[`signature:${rule}|?`] = 1 + 11 * random()
    features[k % 2 === 0 ? `service:${service}` : `ci:~service=${service}`] = 1 + 11 * random()
  }
  return {
    ...{ incident: `INC-${1_000_000 + n}`, closedAt: BEGIN - 1_000_000_000 + n * 1000, features },
    ...{ title: `${SUMMARY} (${n})`, resolution: n % 3 === 0 ? `Grew volume ${n % 50}` : null },
    ...{ tookMs: 60_000 + n, by: 'dana' },
  }
}

interface Asked {
  readonly timed: number
  readonly books: ReturnType<typeof runbooks>
}

/** One new critical alert an hour, each an incident of its own; then the time at which it is analysed. */
function measure({ engine, apply }: Stage, { timed, books }: Asked): Measured {
  const openMs: number[] = []
  const suggestMs: number[] = []
  for (let n = 0; n < timed; n++) {
    const at = BEGIN + HOUR_MS * (n + 1)
    // what is due by then (ends of those before, a look for problems) is no part of the opening
    apply({ kind: 'time', at, scope: DEFAULT_SCOPE })
    const known = engine.state.incidents.size
    openMs.push(apply(alertEntry(n, at, books[(n * 37) % books.length]?.body ?? '')))
    if (engine.state.incidents.size === known) throw new Error(`alert ${n} opened no incident`)
    suggestMs.push(apply({ kind: 'time', at: at + 10_000, scope: DEFAULT_SCOPE }))
  }
  return { openMs: timesOf(openMs), suggestMs: timesOf(suggestMs) }
}

/** An alert in the words of a runbook, the common ones and the rare. */
function alertEntry(n: number, at: number, book: string): ReceivedEntry {
  const words = book.replace(/#/g, '').trim().split(/\s+/)
  const { rule, service } = kindOf(n)
  const alert = {
    labels: { alertname: rule, service, severity: 'critical', run: String(n) },
    annotations: {
      summary: words.slice(5, 15).join(' '),
      description: words.slice(15, 45).join(' '),
    },
    startsAt: new Date(at).toISOString(),
    endsAt: new Date(at + 60_000).toISOString(),
  }
  const about = { scope: DEFAULT_SCOPE, source: 'prometheus', receipt: `r${n}` }
  return { kind: 'received', at, ...about, body: JSON.stringify([alert]) }
}

function timesOf(values: readonly number[]): Times {
  const sorted = [...values].sort((a, b) => a - b)
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: sorted.at(-1) ?? 0 }
}

export function showSuggestion(figures: SuggestionFigures): string {
  const { options, empty, full, suggested, bytesPerPast } = figures
  const three = ({ p50, p99, max }: Times): string => [p50, p99, max].map(short).join(' / ')
  const row = (name: string, { openMs, suggestMs }: Measured): string[] => [
    name,
    three(openMs),
    three(suggestMs),
  ]
  const beside = `${short(options.articles)} articles, ${short(options.past)} past incidents`
  return [
    table([
      [
        'beside',
        'opening with its suggestion, ms p50 / p99 / max',
        'the suggestion again, 2 s later, ms p50 / p99 / max',
      ],
      row('nothing', empty),
      row(beside, full),
    ]),
    `suggested: ${short(suggested.articles)} articles and ${short(suggested.similar)} similar incidents each; ` +
      `a past incident holds ${short(bytesPerPast)} B`,
  ].join('\n')
}
