/** Configuration items and their relations, as the newest topology has them. */
import { z } from 'zod'
import type { Ci, Relation } from '../core/model.ts'
import type { IncidentRecord } from '../core/record.ts'
import { listCis } from './ci-list.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import type { NamedQuery } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

const GET: NamedQuery<{ record: string }> = {
  name: 'cis.get',
  sql: 'SELECT record FROM cis FINAL WHERE id = {id:String} LIMIT 1',
  row: RecordRow,
}

/** One CI; `null` where there is none of that id. */
export async function getCi(store: Store, id: string): Promise<Ci | null> {
  const [row] = await store.rows(GET, { id })
  return row === undefined ? null : decodeRecord<Ci>(row)
}

export interface RelationFilter extends PageRequest {
  /** Relations with this CI at either end. */
  readonly ci?: string
  readonly type?: string
}

const RelationRow = z.object({ from: z.string(), type: z.string(), to: z.string() })

const RELATIONS: NamedQuery<Relation> = {
  name: 'relations.list',
  sql: `
    SELECT from_ci AS from, type, to_ci AS to FROM relations FINAL
    WHERE (from_ci, type, to_ci) > ({after_from:String}, {after_type:String}, {after_to:String})
      AND ({ci:String} = '' OR from_ci = {ci:String} OR to_ci = {ci:String})
      AND ({type:String} = '' OR type = {type:String})
    ORDER BY from_ci, relations.type, to_ci
    LIMIT {rows:UInt32}`,
  row: RelationRow,
}

const RELATION_CURSOR = z.tuple([z.string(), z.string(), z.string()])

/**
 * Relations by (from, type, to).
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listRelations(store: Store, filter: RelationFilter): Promise<Page<Relation>> {
  checkLimit(filter.limit)
  const [from, type, to] =
    filter.cursor === undefined
      ? ['', '', '']
      : fromCursor('relations', filter.cursor, RELATION_CURSOR)
  const rows = await store.rows(RELATIONS, {
    after_from: from,
    after_type: type,
    after_to: to,
    ci: filter.ci ?? '',
    type: filter.type ?? '',
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: (row) => row,
    cursor: (row) => toCursor('relations', [row.from, row.type, row.to]),
  })
}

export interface Neighbours {
  readonly relations: readonly Relation[]
  /** The CIs at the other ends, by id. */
  readonly items: readonly Ci[]
}

/** What a CI is directly related to: at most 1,000 relations and the CIs at their other ends. */
export async function neighbours(store: Store, ci: string): Promise<Neighbours> {
  const { items: relations } = await listRelations(store, { ci, limit: 1000 })
  const others = new Set(relations.map(({ from, to }) => (from === ci ? to : from)))
  if (others.size === 0) return { relations, items: [] }
  const { items } = await listCis(store, { ids: [...others], limit: 1000 })
  return { relations, items }
}

const INCIDENTS: NamedQuery<{ record: string }> = {
  name: 'cis.incidents',
  sql: `
    SELECT record FROM incidents FINAL
    WHERE id IN (SELECT incident FROM alerts FINAL WHERE ci = {ci:String} AND incident != '')
    ORDER BY provisional_at DESC, id
    LIMIT {rows:UInt32}`,
  row: RecordRow,
}

/** Incidents that hold an alert of the CI, over or not, the newest first; at most `limit`. */
export async function incidentsOfCi(
  store: Store,
  ci: string,
  limit: number,
): Promise<IncidentRecord[]> {
  checkLimit(limit)
  const rows = await store.rows(INCIDENTS, { ci, rows: limit })
  return rows.map(decodeRecord<IncidentRecord>)
}
