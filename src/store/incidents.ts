/** Incidents, newest version of each: the list, filtered, ordered and cut into pages; one; counts. */
import { z } from 'zod'
import type { IncidentRecord, IncidentStatus } from '../core/record.ts'
import { INCIDENT_STATUSES } from '../core/record.ts'
import type { Store } from './client.ts'
import { ACTIVITY, filterSql, type IncidentConditions } from './incidents-filter.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

/**
 * `newest`: by `provisionalAt`. `priority`: the most urgent, of equal ones the oldest. `activity`:
 * what something happened to last. `alerts`: the largest. Ties go to the smaller id.
 */
export const INCIDENT_ORDERS = ['newest', 'priority', 'activity', 'alerts'] as const
export type IncidentOrder = (typeof INCIDENT_ORDERS)[number]

export interface IncidentFilter extends IncidentConditions, PageRequest {
  /** `newest` unless given. */
  readonly sort?: IncidentOrder
}

const AGE = epochMs('provisional_at')

/** Two numbers that rise along the list. */
const KEYS: Readonly<Record<IncidentOrder, readonly [string, string]>> = {
  newest: [`-${AGE}`, 'toInt64(0)'],
  priority: ['toInt64(priority)', AGE],
  activity: [`-${epochMs(ACTIVITY)}`, `-${AGE}`],
  alerts: ['-toInt64(alert_count)', `-${AGE}`],
}

const Row = RecordRow.extend({
  k1: z.coerce.number(),
  k2: z.coerce.number(),
  id: z.string(),
})
type Row = z.output<typeof Row>

const CURSOR = z.tuple([z.enum(INCIDENT_ORDERS), z.number(), z.number(), z.string()])

function query(order: IncidentOrder, conditions: readonly string[]): NamedQuery<Row> {
  const [first, second] = KEYS[order]
  return {
    name: 'incidents.list',
    sql: `
      SELECT ${first} AS k1, ${second} AS k2, id, record
      FROM incidents FINAL
      WHERE (scope, id) IN (
        SELECT scope, id FROM incidents FINAL
        WHERE ${conditions.join('\n  AND ')}
        ORDER BY ${first}, ${second}, id
        LIMIT {rows:UInt32}
      )
      ORDER BY k1, k2, id`,
    row: Row,
  }
}

/**
 * A page of incidents; those of every status unless the filter says so. Every row of a page is read
 * whole; finding them costs a pass over the narrow columns. A cursor goes on after the row it was
 * made for, by that row's keys at the time.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listIncidents(
  store: Store,
  filter: IncidentFilter,
): Promise<Page<IncidentRecord>> {
  const { limit, cursor, sort = 'newest', ...conditions } = filter
  checkLimit(limit)
  const { always, asked, params } = filterSql(conditions)
  const [first, second] = KEYS[sort]
  const after = cursor === undefined ? null : fromCursor(`incidents.${sort}`, cursor, CURSOR)
  const where = [always, ...Object.values(asked)]
  if (after !== null) {
    where.push(`(${first}, ${second}, id) > ({k1:Int64}, {k2:Int64}, {after:String})`)
  }
  const rows = await store.rows(query(sort, where), {
    ...params,
    rows: limit + 1,
    ...(after === null ? {} : { k1: after[1], k2: after[2], after: after[3] }),
  })
  return toPage(rows, limit, {
    item: decodeRecord<IncidentRecord>,
    cursor: ({ k1, k2, id }) => toCursor(`incidents.${sort}`, [sort, k1, k2, id]),
  })
}

const GET: NamedQuery<{ record: string }> = {
  name: 'incidents.get',
  sql: 'SELECT record FROM incidents FINAL WHERE id = {id:String} ORDER BY scope LIMIT 1',
  row: RecordRow,
}

/** One incident, also a merged one; `null` where there is none of that id. */
export async function getIncident(store: Store, id: string): Promise<IncidentRecord | null> {
  const [row] = await store.rows(GET, { id })
  return row === undefined ? null : decodeRecord<IncidentRecord>(row)
}

const COUNT: NamedQuery<{ status: IncidentStatus; n: number }> = {
  name: 'incidents.count',
  sql: 'SELECT status, count() AS n FROM incidents FINAL GROUP BY status',
  row: z.object({ status: z.enum(INCIDENT_STATUSES), n: z.coerce.number() }),
}

/** How many incidents there are of every status, 0 included. */
export async function countIncidents(
  store: Store,
): Promise<Readonly<Record<IncidentStatus, number>>> {
  const counts = { provisional: 0, open: 0, resolved: 0, closed: 0, merged: 0 }
  for (const { status, n } of await store.rows(COUNT)) counts[status] = n
  return counts
}
