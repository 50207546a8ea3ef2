/** Alerts, one row per episode, newest version of each. */
import { z } from 'zod'
import type { Severity } from '../core/model.ts'
import type { AlertRecord, AlertState } from '../core/record.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow, SEARCH, searchWords } from './stored.ts'

export interface AlertFilter extends PageRequest {
  readonly state?: AlertState
  readonly incident?: string
  readonly ci?: string
  readonly source?: string
  readonly severity?: readonly Severity[]
  /** Words that must all occur in id, fingerprint, title, rule, CI or labels; case is ignored. */
  readonly q?: string
}

const CURSOR = z.tuple([z.number(), z.string(), z.number()])

const LIST: NamedQuery<{ at: number; id: string; episode: number; record: string }> = {
  name: 'alerts.list',
  sql: `
    SELECT ${epochMs('first_seen_at')} AS at, id, episode, record
    FROM alerts FINAL
    WHERE (scope, id, episode) IN (
      SELECT scope, id, episode FROM alerts FINAL
      WHERE (first_seen_at < {before:DateTime64(3, 'UTC')}
          OR (first_seen_at = {before:DateTime64(3, 'UTC')}
            AND (id > {after:String} OR (id = {after:String} AND episode < {episode:Int64}))))
        AND ({state:String} = '' OR state = {state:String})
        AND ({incident:String} = '' OR incident = {incident:String})
        AND ({ci:String} = '' OR ci = {ci:String})
        AND ({source:String} = '' OR source = {source:String})
        AND (empty({severity:Array(String)}) OR has({severity:Array(String)}, severity))
        AND ${SEARCH}
      ORDER BY first_seen_at DESC, id, episode DESC
      LIMIT {rows:UInt32}
    )
    ORDER BY first_seen_at DESC, id, episode DESC`,
  row: RecordRow.extend({
    at: z.coerce.number(),
    id: z.string(),
    episode: z.coerce.number(),
  }),
}

/**
 * Alert episodes, newest first: by `firstSeenAt`, then id, then the later episode.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listAlerts(store: Store, filter: AlertFilter): Promise<Page<AlertRecord>> {
  checkLimit(filter.limit)
  const [before, after, episode] =
    filter.cursor === undefined
      ? [Number.POSITIVE_INFINITY, '', 0]
      : fromCursor('alerts', filter.cursor, CURSOR)
  const rows = await store.rows(LIST, {
    before: sqlTime(before),
    after,
    episode,
    state: filter.state ?? '',
    incident: filter.incident ?? '',
    ci: filter.ci ?? '',
    source: filter.source ?? '',
    severity: filter.severity ?? [],
    words: searchWords(filter.q),
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: decodeRecord<AlertRecord>,
    cursor: (row) => toCursor('alerts', [row.at, row.id, row.episode]),
  })
}

/** Most members of one incident that {@link alertsOfIncident} answers. */
export const MAX_MEMBERS = 5000

const OF_INCIDENT: NamedQuery<{ record: string }> = {
  name: 'alerts.of_incident',
  sql: `
    SELECT record FROM alerts FINAL WHERE incident = {incident:String}
    ORDER BY first_seen_at, id, episode LIMIT ${MAX_MEMBERS}`,
  row: RecordRow,
}

/** The episodes that are in an incident now, oldest first, at most {@link MAX_MEMBERS}. */
export async function alertsOfIncident(store: Store, incident: string): Promise<AlertRecord[]> {
  return (await store.rows(OF_INCIDENT, { incident })).map(decodeRecord<AlertRecord>)
}

const GET: NamedQuery<{ record: string }> = {
  name: 'alerts.get',
  sql: `
    SELECT record FROM alerts FINAL WHERE id = {id:String}
    ORDER BY episode DESC, scope LIMIT 1000`,
  row: RecordRow,
}

/** The episodes of one alert, the newest first, at most 1,000; empty for an unknown id. */
export async function getAlert(store: Store, id: string): Promise<AlertRecord[]> {
  return (await store.rows(GET, { id })).map(decodeRecord<AlertRecord>)
}

const COUNT: NamedQuery<{ state: AlertState; n: number }> = {
  name: 'alerts.count',
  sql: 'SELECT state, count() AS n FROM alerts FINAL GROUP BY state',
  row: z.object({ state: z.enum(['firing', 'resolved']), n: z.coerce.number() }),
}

/** How many episodes fire, and how many have resolved. */
export async function countAlerts(store: Store): Promise<Readonly<Record<AlertState, number>>> {
  const counts = { firing: 0, resolved: 0 }
  for (const { state, n } of await store.rows(COUNT)) counts[state] = n
  return counts
}
