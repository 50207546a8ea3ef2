/** Decisions: facts, never revised. */
import { z } from 'zod'
import type { Decision } from '../core/decision.ts'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

export interface DecisionFilter extends PageRequest {
  readonly incident?: string
  readonly problem?: string
  /** `<alert id>.<episode>`; `<alert id>` alone for all of its episodes. */
  readonly alert?: string
  /** Only what people did, or only what is about incidents and not about single alerts. */
  readonly only?: 'people' | 'incident'
  /** Nothing that was decided after this. */
  readonly until?: EpochMs
  /** The newest first instead of the oldest. */
  readonly newest?: boolean
}

/** Epoch and seq packed, then the scope: two scopes may count alike. */
const CURSOR = z.tuple([z.string().regex(/^\d{1,20}$/), z.string()])

const Row = RecordRow.extend({ version: z.string(), scope: z.string() })

/** The same list from either end. */
function list(newest: boolean): NamedQuery<z.output<typeof Row>> {
  const direction = newest ? 'DESC' : 'ASC'
  const past = newest ? '<' : '>'
  return {
    name: newest ? 'decisions.list_newest' : 'decisions.list',
    sql: `
      SELECT version, scope, record FROM decisions FINAL
      WHERE (version ${past} {version:UInt64}
          OR (version = {version:UInt64} AND scope ${past} {scope:String}))
        AND ({incident:String} = '' OR incident = {incident:String})
        AND ({problem:String} = '' OR problem = {problem:String})
        AND ({only:String} != 'people'
          OR (actor != 'engine' AND NOT startsWith(actor, 'rule:') AND NOT startsWith(action, 'alert.')))
        AND at <= {until:DateTime64(3, 'UTC')}
        AND ({only:String} != 'incident' OR NOT startsWith(action, 'alert.'))
        AND ({alert:String} = '' OR alert = {alert:String} OR alert_id = {alert:String})
      ORDER BY version ${direction}, scope ${direction}
      LIMIT {rows:UInt32}`,
    row: Row,
  }
}

const OLDEST_FIRST = list(false)
const NEWEST_FIRST = list(true)
const MAX_UINT64 = '18446744073709551615'

/**
 * Decisions in the order they were made (`seq`), or the newest first.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listDecisions(store: Store, filter: DecisionFilter): Promise<Page<Decision>> {
  checkLimit(filter.limit)
  const newest = filter.newest ?? false
  const name = newest ? 'decisions.newest' : 'decisions'
  const [version, scope] =
    filter.cursor === undefined
      ? [newest ? MAX_UINT64 : '0', '']
      : fromCursor(name, filter.cursor, CURSOR)
  const rows = await store.rows(newest ? NEWEST_FIRST : OLDEST_FIRST, {
    version,
    scope,
    incident: filter.incident ?? '',
    problem: filter.problem ?? '',
    alert: filter.alert ?? '',
    only: filter.only ?? '',
    until: sqlTime(filter.until ?? Number.POSITIVE_INFINITY),
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: decodeRecord<Decision>,
    cursor: (row) => toCursor(name, [row.version, row.scope]),
  })
}

/** Versions of one review that are read. */
const MAX_REVIEWS = 1000

const REVIEWS: NamedQuery<{ record: string }> = {
  name: 'decisions.reviews',
  sql: `
    SELECT record FROM decisions FINAL
    WHERE incident = {incident:String} AND action = 'incident.reviewed'
    ORDER BY version, scope
    LIMIT {rows:UInt32}`,
  row: RecordRow,
}

/** A decision that wrote a version of a review. */
export type Reviewed = Decision & Required<Pick<Decision, 'review'>>

/** The versions of the review of an incident, the oldest first. */
export async function listReviews(store: Store, incident: string): Promise<readonly Reviewed[]> {
  const rows = await store.rows(REVIEWS, { incident, rows: MAX_REVIEWS })
  return rows
    .map(decodeRecord<Decision>)
    .flatMap((one) => (one.review === undefined ? [] : [{ ...one, review: one.review }]))
}
