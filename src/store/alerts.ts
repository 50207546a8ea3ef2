/** Alerts, one row per episode, newest version of each. */
import { z } from 'zod'
import type { AlertRecord, AlertState } from '../core/record.ts'
import {
  type AlertFilter,
  all,
  type Condition,
  flagsOf,
  paramsOf,
  restOf,
  severityOf,
  stateOf,
  whenOf,
} from './alert-filter.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

export interface AlertRequest extends AlertFilter, PageRequest {}

const CURSOR = z.tuple([z.number(), z.string(), z.number()])

const ListRow = RecordRow.extend({
  at: z.coerce.number(),
  id: z.string(),
  episode: z.coerce.number(),
})

/**
 * The newest version of each wanted row is found in the narrow columns; its record is then read as
 * it stands, since merging versions of records costs more than everything else.
 */
function listQuery(when: string, where: string): NamedQuery<z.output<typeof ListRow>> {
  return {
    name: 'alerts.list',
    sql: `
      SELECT ${epochMs('first_seen_at')} AS at, id, episode, record
      FROM alerts
      WHERE (scope, id, episode, version) IN (
        SELECT scope, id, episode, version FROM alerts FINAL
        PREWHERE ${when} WHERE ${where}
        ORDER BY first_seen_at DESC, id, episode DESC
        LIMIT {rows:UInt32}
      )
      ORDER BY first_seen_at DESC, id, episode DESC, scope
      LIMIT 1 BY scope, id, episode`,
    row: ListRow,
  }
}

const AFTER = `
  first_seen_at < {before:DateTime64(3, 'UTC')}
  OR (first_seen_at = {before:DateTime64(3, 'UTC')}
    AND (id > {after:String} OR (id = {after:String} AND episode < {episode:Int64})))`

/**
 * Alert episodes, newest first: by `firstSeenAt`, then id, then the later episode. One pass over
 * the narrow columns of what `from` and `to` leave.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listAlerts(store: Store, request: AlertRequest): Promise<Page<AlertRecord>> {
  const { limit, cursor, ...filter } = request
  checkLimit(limit)
  const when = [whenOf(filter), ...(cursor === undefined ? [] : [afterCursor(cursor)])]
  const where = [stateOf(filter), severityOf(filter), ...flagsOf(filter), ...restOf(filter)]
  const rows = await store.rows(listQuery(all(when), all(where)), {
    ...paramsOf([...when, ...where]),
    rows: limit + 1,
  })
  return toPage(rows, limit, {
    item: decodeRecord<AlertRecord>,
    cursor: (row) => toCursor('alerts', [row.at, row.id, row.episode]),
  })
}

function afterCursor(cursor: string): Condition {
  const [before, after, episode] = fromCursor('alerts', cursor, CURSOR)
  return { sql: AFTER, params: { before: sqlTime(before), after, episode } }
}

/** Most members of one incident that {@link alertsOfIncident} answers. */
export const MAX_MEMBERS = 5000

/** By what was ever in the incident, which an index finds; then the newest version of each. */
const OF_INCIDENT: NamedQuery<{ record: string }> = {
  name: 'alerts.of_incident',
  sql: `
    SELECT record FROM (
      SELECT id, episode, incident, first_seen_at, record FROM alerts
      WHERE (scope, id, episode) IN (
        SELECT scope, id, episode FROM alerts WHERE incident = {incident:String})
      ORDER BY version DESC LIMIT 1 BY scope, id, episode
    )
    WHERE incident = {incident:String}
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
