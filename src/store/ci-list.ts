/** The list of CIs: filtered, sorted and counted in SQL. */
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import type { Ci } from '../core/model.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import type { NamedQuery, Params } from './query.ts'
import { decodeRecord, RecordRow, SEARCH, searchWords } from './stored.ts'

/** `firing`: most firing alerts first; `criticality`: most critical first; equal ones by name. */
export const CI_SORTS = ['id', 'name', 'class', 'criticality', 'firing'] as const
export type CiSort = (typeof CI_SORTS)[number]

export const CI_FACETS = ['class', 'environment', 'owner', 'status'] as const
export type CiFacet = (typeof CI_FACETS)[number]

/** Any of the values of each; none or empty: all. */
export interface CiFilter extends Partial<Readonly<Record<CiFacet, readonly string[]>>> {
  readonly ids?: readonly string[]
  /** None of these ids. */
  readonly except?: readonly string[]
  /** Words that must all occur in id, name, aliases, owner or labels; case is ignored. */
  readonly q?: string
}

export interface CiListRequest extends CiFilter, PageRequest {
  /** By id unless given. */
  readonly sort?: CiSort
  /** Alerts that fire on each CI that has any, for the sort `firing`; others have none. */
  readonly firing?: ReadonlyMap<string, number>
}

const CURSOR = z.tuple([z.string(), z.string(), z.string()])

const IDS =
  '(empty({ids:Array(String)}) OR id IN {ids:Array(String)}) AND id NOT IN {except:Array(String)}'

function among(column: CiFacet): string {
  return `(empty({${column}:Array(String)}) OR has({${column}:Array(String)}, ${column}))`
}

const LIST: NamedQuery<{ key: string; id: string; record: string }> = {
  name: 'cis.list',
  sql: `
    SELECT key, id, record FROM (
      SELECT id, record, concat(multiIf(
          {sort:String} = 'class', concat(toString(class), '\\0'),
          {sort:String} = 'criticality', toString(if(criticality = 0, 9, criticality)),
          {sort:String} = 'firing', leftPad(toString(9999999 -
            transform(id, {hot:Array(String)}, {counts:Array(UInt32)}, toUInt32(0))), 7, '0'),
          ''), if({sort:String} = 'id', '', lowerUTF8(name))) AS key
      FROM cis FINAL
      WHERE ${[IDS, ...CI_FACETS.map(among), SEARCH].join(' AND ')}
    )
    WHERE (key, id) > ({after_key:String}, {after:String})
    ORDER BY key, id
    LIMIT {rows:UInt32}`,
  row: RecordRow.extend({ key: z.string(), id: z.string() }),
}

/**
 * CIs in the order asked for. With the sort `firing` a page that is asked for later goes on by the
 * counts of then: a CI whose count changed in between may be left out or come twice.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listCis(store: Store, request: CiListRequest): Promise<Page<Ci>> {
  const { limit, cursor, sort = 'id', firing = new Map<string, number>() } = request
  checkLimit(limit)
  const [sorted, afterKey, after] =
    cursor === undefined ? [sort, '', ''] : fromCursor('cis', cursor, CURSOR)
  if (sorted !== sort) {
    throw new AppError('payload_invalid', 'this cursor is of another order', { field: 'cursor' })
  }
  const hot = sort === 'firing' ? [...firing] : []
  const rows = await store.rows(LIST, {
    ...paramsOf(request),
    sort,
    // the store wants at least one
    hot: ['', ...hot.map(([id]) => id)],
    counts: [0, ...hot.map(([, count]) => count)],
    after_key: afterKey,
    after,
    rows: limit + 1,
  })
  return toPage(rows, limit, {
    item: decodeRecord<Ci>,
    cursor: (row) => toCursor('cis', [sort, row.key, row.id]),
  })
}

function paramsOf(filter: CiFilter): Params {
  return {
    ids: filter.ids ?? [],
    except: filter.except ?? [],
    class: filter.class ?? [],
    environment: filter.environment ?? [],
    owner: filter.owner ?? [],
    status: filter.status ?? [],
    words: searchWords(filter.q),
  }
}

/** Most values of one facet; the most frequent are kept. */
export const MAX_FACET_VALUES = 100

interface FacetRow {
  readonly facet: CiFacet | 'total'
  readonly value: string
  readonly n: number
}

/** Each facet counts under the other filters: what choosing another value of it would show. */
const FACETS: NamedQuery<FacetRow> = {
  name: 'cis.facets',
  sql: [
    ...CI_FACETS.map((facet) => {
      const others = CI_FACETS.filter((other) => other !== facet).map(among)
      return `
        SELECT * FROM (
          SELECT '${facet}' AS facet, toString(${facet}) AS value, count() AS n FROM cis FINAL
          WHERE ${[IDS, ...others, SEARCH].join(' AND ')}
          GROUP BY value ORDER BY n DESC, value LIMIT ${MAX_FACET_VALUES})`
    }),
    `SELECT 'total' AS facet, '' AS value, count() AS n FROM cis FINAL
      WHERE ${[IDS, ...CI_FACETS.map(among), SEARCH].join(' AND ')}`,
  ].join(' UNION ALL '),
  row: z.object({
    facet: z.enum([...CI_FACETS, 'total']),
    value: z.string(),
    n: z.coerce.number(),
  }),
}

export interface FacetValue {
  readonly value: string
  readonly count: number
}

export interface CiCounts {
  /** CIs that pass the whole filter. */
  readonly total: number
  /** Most frequent first; the empty value: CIs without one. */
  readonly facets: Readonly<Record<CiFacet, readonly FacetValue[]>>
}

/** How many CIs pass a filter, and how many have each value of each facet. O(CIs) */
export async function countCis(store: Store, filter: CiFilter): Promise<CiCounts> {
  const rows = await store.rows(FACETS, paramsOf(filter))
  const of = (facet: CiFacet): FacetValue[] =>
    rows
      .filter((row) => row.facet === facet)
      .map(({ value, n }) => ({ value, count: n }))
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
  return {
    total: rows.find(({ facet }) => facet === 'total')?.n ?? 0,
    facets: {
      class: of('class'),
      environment: of('environment'),
      owner: of('owner'),
      status: of('status'),
    },
  }
}
