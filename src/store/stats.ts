/** Figures over a range of time: each one pass over narrow columns, bounded by the range. */
import { z } from 'zod'
import type { Severity } from '../core/model.ts'
import type { EpochMs } from '../core/time.ts'
import { severitiesOf } from './alert-facets.ts'
import type { Store } from './client.ts'
import { epochMs, type NamedQuery, type Params, sqlTime } from './query.ts'

/** `from` ≤ it < `to`; alerts by `firstSeenAt`, incidents by `provisionalAt`. */
export interface Range {
  readonly from: EpochMs
  readonly to: EpochMs
}

function paramsOf({ from, to }: Range): Params {
  return { from: sqlTime(from), to: sqlTime(to) }
}

function within(column: string): string {
  return `${column} >= {from:DateTime64(3, 'UTC')} AND ${column} < {to:DateTime64(3, 'UTC')}`
}

/** Items that tools sent; whole minutes. */
export interface Received {
  readonly received: number
  /** Of them, those that could not be read, and those that were changes. */
  readonly rejected: number
  readonly changes: number
}

const came = (column: string): string => `
  greatest(0, toInt64(argMaxIf(${column}, minute, minute < {to:DateTime64(3, 'UTC')}))
    - toInt64(argMaxIf(${column}, minute, minute < {from:DateTime64(3, 'UTC')})))`

const RECEIVED: NamedQuery<Received> = {
  name: 'stats.received',
  sql: `
    SELECT sum(r) AS received, sum(j) AS rejected, sum(c) AS changes
    FROM (
      SELECT ${came('received')} AS r, ${came('rejected')} AS j, ${came('changes')} AS c
      FROM ledger_minutes FINAL GROUP BY scope, source
    )`,
  row: z.object({
    received: z.coerce.number(),
    rejected: z.coerce.number(),
    changes: z.coerce.number(),
  }),
}

/** What came in, by the ledger; `from` and `to` are whole minutes. */
export async function countReceived(store: Store, range: Range): Promise<Received> {
  const [row] = await store.rows(RECEIVED, paramsOf(range))
  return row ?? { received: 0, rejected: 0, changes: 0 }
}

const AlertFigures = z.object({
  episodes: z.coerce.number(),
  suppressed: z.coerce.number(),
})
export type AlertFigures = Readonly<z.output<typeof AlertFigures>>

const ALERTS: NamedQuery<AlertFigures> = {
  name: 'stats.alerts',
  sql: `
    SELECT count() AS episodes, countIf(suppressed_by != '') AS suppressed
    FROM alerts FINAL PREWHERE ${within('first_seen_at')}`,
  row: AlertFigures,
}

/** Episodes that began, and those of them that something mutes. */
export async function alertFigures(store: Store, range: Range): Promise<AlertFigures> {
  const [row] = await store.rows(ALERTS, paramsOf(range))
  return row ?? { episodes: 0, suppressed: 0 }
}

/** Times in ms over `count` incidents; null where there are none. */
export interface Times {
  readonly count: number
  readonly median: number | null
  readonly p90: number | null
}

export interface IncidentFigures {
  /** All but those that were merged into another one. */
  readonly incidents: number
  /** Of them, those that met the open policy. */
  readonly opened: number
  /** From `openedAt` to `acknowledgedAt`, 0 where it was acknowledged before it opened. */
  readonly toAcknowledge: Times
  /** From `openedAt` to `resolvedAt`. */
  readonly toResolve: Times
}

const Quantiles = z.array(z.coerce.number().nullable())
const IncidentRow = z.object({
  incidents: z.coerce.number(),
  opened: z.coerce.number(),
  acknowledged: z.coerce.number(),
  resolved: z.coerce.number(),
  ack: Quantiles,
  resolve: Quantiles,
})

const since = (column: string): string =>
  `greatest(0, ${epochMs(`assumeNotNull(${column})`)} - ${epochMs('assumeNotNull(opened_at)')})`

const INCIDENTS: NamedQuery<z.output<typeof IncidentRow>> = {
  name: 'stats.incidents',
  sql: `
    SELECT
      count() AS incidents,
      countIf(isNotNull(opened_at)) AS opened,
      countIf(isNotNull(opened_at) AND isNotNull(acknowledged_at)) AS acknowledged,
      countIf(isNotNull(opened_at) AND isNotNull(resolved_at)) AS resolved,
      quantilesExactIf(0.5, 0.9)(${since('acknowledged_at')},
        isNotNull(opened_at) AND isNotNull(acknowledged_at)) AS ack,
      quantilesExactIf(0.5, 0.9)(${since('resolved_at')},
        isNotNull(opened_at) AND isNotNull(resolved_at)) AS resolve
    FROM incidents FINAL
    WHERE ${within('provisional_at')} AND status != 'merged'`,
  row: IncidentRow,
}

/** How many incidents there were, and how long it took people and the engine. */
export async function incidentFigures(store: Store, range: Range): Promise<IncidentFigures> {
  const [row] = await store.rows(INCIDENTS, paramsOf(range))
  return {
    incidents: row?.incidents ?? 0,
    opened: row?.opened ?? 0,
    toAcknowledge: timesOf(row?.acknowledged ?? 0, row?.ack ?? []),
    toResolve: timesOf(row?.resolved ?? 0, row?.resolve ?? []),
  }
}

function timesOf(count: number, [median = null, p90 = null]: readonly (number | null)[]): Times {
  return count === 0 ? { count, median: null, p90: null } : { count, median, p90 }
}

const Talker = z.object({
  name: z.string(),
  alerts: z.coerce.number(),
  reports: z.coerce.number(),
  incidents: z.coerce.number(),
  by_reports: z.coerce.number(),
  by_incidents: z.coerce.number(),
})
export interface Talker {
  readonly name: string
  /** Episodes that began in the range. */
  readonly alerts: number
  /** Reports of those episodes, repeats included. */
  readonly reports: number
  /** Different incidents that those episodes are in now. */
  readonly incidents: number
}
export interface Talkers {
  readonly byReports: readonly Talker[]
  readonly byIncidents: readonly Talker[]
}

function talkersQuery(column: 'rule' | 'ci'): NamedQuery<z.output<typeof Talker>> {
  return {
    name: `stats.talkers_${column}`,
    sql: `
      SELECT * FROM (
        SELECT name, alerts, reports, incidents,
          row_number() OVER (ORDER BY reports DESC, name) AS by_reports,
          row_number() OVER (ORDER BY incidents DESC, reports DESC, name) AS by_incidents
        FROM (
          SELECT toString(${column}) AS name, count() AS alerts, 
            sumIf(reports, state != 'firing')
              + transform(name, {names:Array(String)}, {live:Array(UInt64)}, 0) AS reports,
            uniqIf(incident, incident != '') AS incidents
          FROM alerts FINAL PREWHERE ${within('first_seen_at')}
          WHERE ${column} != ''
          GROUP BY name
        )
      )
      WHERE by_reports <= {top:UInt8} OR by_incidents <= {top:UInt8}`,
    row: Talker,
  }
}

const TALKERS = { rule: talkersQuery('rule'), ci: talkersQuery('ci') }

/** Reports so far of what fires now, by rule or CI: a record has those of when it last changed. */
export interface LiveReports {
  readonly names: readonly string[]
  /** As many as there are names. */
  readonly reports: readonly number[]
}

/** The rules or CIs that most reports came from, and those most incidents came from; `top` each. */
export async function findTalkers(
  store: Store,
  range: Range,
  asked: { readonly by: 'rule' | 'ci'; readonly top: number; readonly live: LiveReports },
): Promise<Talkers> {
  const { by, top, live } = asked
  const params = { ...paramsOf(range), top, names: live.names, live: live.reports }
  const rows = await store.rows(TALKERS[by], params)
  const best = (rank: 'by_reports' | 'by_incidents'): Talker[] =>
    rows
      .filter((row) => row[rank] <= top)
      .sort((a, b) => a[rank] - b[rank])
      .map(({ name, alerts, reports, incidents }) => ({ name, alerts, reports, incidents }))
  return { byReports: best('by_reports'), byIncidents: best('by_incidents') }
}

const FlapperRow = z.object({
  id: z.string(),
  rule: z.string(),
  ci: z.string(),
  episodes: z.coerce.number(),
})

const FLAPPERS: NamedQuery<z.output<typeof FlapperRow>> = {
  name: 'stats.flappers',
  sql: `
    SELECT id, toString(any(rule)) AS rule, argMax(ci, episode) AS ci, count() AS episodes
    FROM alerts FINAL PREWHERE ${within('first_seen_at')}
    WHERE flapping
    GROUP BY id
    ORDER BY episodes DESC, id
    LIMIT {top:UInt8}`,
  row: FlapperRow,
}

const TITLES: NamedQuery<{ id: string; title: string }> = {
  name: 'stats.flapper_titles',
  sql: `
    SELECT id, JSONExtractString(record, 'title') AS title FROM alerts
    WHERE id IN {ids:Array(String)}
    ORDER BY episode DESC, version DESC
    LIMIT 1 BY id`,
  row: z.object({ id: z.string(), title: z.string() }),
}

export interface Flapper {
  readonly id: string
  readonly title: string
  readonly rule: string
  readonly ci: string | null
  /** Episodes that began in the range while it flapped. */
  readonly episodes: number
}

/** Alerts that went on and off, those with most episodes first. */
export async function findFlappers(store: Store, range: Range, top: number): Promise<Flapper[]> {
  const rows = await store.rows(FLAPPERS, { ...paramsOf(range), top })
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const found = await store.rows(TITLES, { ids })
  const titles = new Map(found.map(({ id, title }) => [id, title]))
  return rows.map(({ id, rule, ci, episodes }) => ({
    id,
    title: titles.get(id) ?? rule,
    rule,
    ci: ci === '' ? null : ci,
    episodes,
  }))
}

export interface Bucket {
  readonly at: EpochMs
  readonly alerts: Readonly<Record<Severity, number>>
  /** By priority, 1 to 5. */
  readonly incidents: readonly [number, number, number, number, number]
}

const BucketRow = z.object({ at: z.coerce.number(), kind: z.string(), n: z.coerce.number() })

function bucketsQuery(
  name: string,
  table: { readonly from: string; readonly time: string; readonly kind: string },
): NamedQuery<z.output<typeof BucketRow>> {
  return {
    name,
    sql: `
      SELECT intDiv(${epochMs(table.time)}, {step:UInt64}) * {step:UInt64} AS at,
        toString(${table.kind}) AS kind, count() AS n
      FROM ${table.from}
      GROUP BY at, kind`,
    row: BucketRow,
  }
}

const ALERT_BUCKETS = bucketsQuery('stats.alert_buckets', {
  from: `alerts FINAL PREWHERE ${within('first_seen_at')}`,
  time: 'first_seen_at',
  kind: 'severity',
})
const INCIDENT_BUCKETS = bucketsQuery('stats.incident_buckets', {
  from: `incidents FINAL WHERE ${within('provisional_at')} AND status != 'merged'`,
  time: 'provisional_at',
  kind: 'priority',
})

/**
 * Alerts and incidents that began, in steps of `stepMs` from the one `from` is in; every step is
 * there, with zeros where nothing began.
 */
export async function countOverTime(store: Store, range: Range, stepMs: number): Promise<Bucket[]> {
  const params = { ...paramsOf(range), step: stepMs }
  const [alerts, incidents] = await Promise.all([
    store.rows(ALERT_BUCKETS, params),
    store.rows(INCIDENT_BUCKETS, params),
  ])
  const key = (at: number, kind: string): string => `${at} ${kind}`
  const begun = new Map(alerts.map(({ at, kind, n }) => [key(at, kind), n]))
  const opened = new Map(incidents.map(({ at, kind, n }) => [key(at, kind), n]))
  const first = Math.floor(range.from / stepMs) * stepMs
  const count = Math.max(0, Math.ceil((range.to - first) / stepMs))
  return Array.from({ length: count }, (_, n) => {
    const at = first + n * stepMs
    const of = (priority: number): number => opened.get(key(at, String(priority))) ?? 0
    return {
      at,
      alerts: severitiesOf((name) => begun.get(key(at, name)) ?? 0),
      incidents: [of(1), of(2), of(3), of(4), of(5)],
    }
  })
}
