/** Incidents, newest version of each. */
import { z } from 'zod'
import type { IncidentRecord, IncidentStatus } from '../core/record.ts'
import { INCIDENT_STATUSES } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow, SEARCH, searchWords } from './stored.ts'

export interface IncidentFilter extends PageRequest {
  /** Any of these; none or empty: all. */
  readonly status?: readonly IncidentStatus[]
  readonly priority?: readonly number[]
  readonly owner?: string
  readonly service?: string
  /** Words that must all occur in id, title, services, owner or opening reason; case is ignored. */
  readonly q?: string
  /** Bounds of `provisionalAt`: `from` ≤ it < `to`. */
  readonly from?: EpochMs
  readonly to?: EpochMs
}

const CURSOR = z.tuple([z.number(), z.string()])

const LIST: NamedQuery<{ at: number; id: string; record: string }> = {
  name: 'incidents.list',
  sql: `
    SELECT ${epochMs('provisional_at')} AS at, id, record
    FROM incidents FINAL
    WHERE (scope, id) IN (
      SELECT scope, id FROM incidents FINAL
      WHERE provisional_at >= {from:DateTime64(3, 'UTC')}
        AND provisional_at < {to:DateTime64(3, 'UTC')}
        AND (provisional_at < {before:DateTime64(3, 'UTC')}
          OR (provisional_at = {before:DateTime64(3, 'UTC')} AND id > {after:String}))
        AND (empty({status:Array(String)}) OR has({status:Array(String)}, status))
        AND (empty({priority:Array(UInt8)}) OR has({priority:Array(UInt8)}, priority))
        AND ({owner:String} = '' OR owner = {owner:String})
        AND ({service:String} = '' OR has(services, {service:String}))
        AND ${SEARCH}
      ORDER BY provisional_at DESC, id
      LIMIT {rows:UInt32}
    )
    ORDER BY provisional_at DESC, id`,
  row: RecordRow.extend({ at: z.coerce.number(), id: z.string() }),
}

/**
 * Incidents newest first, by `provisionalAt` and then id; every status unless `status` says so.
 * Every row of a page is read whole; finding them costs one pass over the narrow columns.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listIncidents(
  store: Store,
  filter: IncidentFilter,
): Promise<Page<IncidentRecord>> {
  checkLimit(filter.limit)
  const [before, after] =
    filter.cursor === undefined
      ? [Number.POSITIVE_INFINITY, '']
      : fromCursor('incidents', filter.cursor, CURSOR)
  const rows = await store.rows(LIST, {
    before: sqlTime(before),
    after,
    from: sqlTime(filter.from ?? Number.NEGATIVE_INFINITY),
    to: sqlTime(filter.to ?? Number.POSITIVE_INFINITY),
    status: filter.status ?? [],
    priority: filter.priority ?? [],
    owner: filter.owner ?? '',
    service: filter.service ?? '',
    words: searchWords(filter.q),
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: decodeRecord<IncidentRecord>,
    cursor: (row) => toCursor('incidents', [row.at, row.id]),
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
