/** Problems, newest version of each, and which incidents are one of them. */
import { z } from 'zod'
import { LONGEST_WORK_MS, PEOPLE } from '../core/problems/figures.ts'
import type { IncidentRecord, ProblemRecord, ProblemStatus } from '../core/record.ts'
import { PROBLEM_STATUSES } from '../core/record.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, type Params, sqlTime } from './query.ts'
import { decodeRecord, RecordRow, SEARCH, searchWords } from './stored.ts'

export const PROBLEM_ORDERS = ['cost', 'recent', 'newest', 'incidents'] as const
export type ProblemOrder = (typeof PROBLEM_ORDERS)[number]

export interface ProblemFilter extends PageRequest {
  /** Any of these; none or empty: all. */
  readonly status?: readonly ProblemStatus[]
  /** Any of these correlation scopes; none or empty: all. */
  readonly scope?: readonly string[]
  readonly owner?: string
  readonly service?: string
  readonly ci?: string
  /** Words that must all occur in id, title, hypothesis, CI, service, owner or workaround. */
  readonly q?: string
  /** Highest first: cost in a month, newest incident, when it was proposed, or incidents. */
  readonly order?: ProblemOrder
}

const KEYS: Readonly<Record<ProblemOrder, string>> = {
  cost: 'monthly_cost',
  recent: `toFloat64(${epochMs('last_at')})`,
  newest: `toFloat64(${epochMs('proposed_at')})`,
  incidents: 'toFloat64(incident_count)',
}

const CURSOR = z.tuple([z.number(), z.string()])
const Row = RecordRow.extend({ key: z.coerce.number(), id: z.string() })

const FILTER = `
  (empty({status:Array(String)}) OR has({status:Array(String)}, status))
  AND (empty({scope:Array(String)}) OR has({scope:Array(String)}, scope))
  AND ({owner:String} = '' OR owner = {owner:String})
  AND ({service:String} = '' OR service = {service:String})
  AND ({ci:String} = '' OR root_ci = {ci:String})
  AND ${SEARCH}`

function filterParams(filter: Omit<ProblemFilter, 'limit'>): Params {
  return {
    status: filter.status ?? [],
    scope: filter.scope ?? [],
    owner: filter.owner ?? '',
    service: filter.service ?? '',
    ci: filter.ci ?? '',
    words: searchWords(filter.q),
  }
}

function list(order: ProblemOrder): NamedQuery<z.output<typeof Row>> {
  return {
    name: `problems.list_${order}`,
    sql: `
      SELECT ${KEYS[order]} AS key, id, record FROM problems FINAL
      WHERE (key < {before:Float64} OR (key = {before:Float64} AND id > {after:String}))
        AND ${FILTER}
      ORDER BY key DESC, id
      LIMIT {rows:UInt32}`,
    row: Row,
  }
}

const LISTS: Readonly<Record<ProblemOrder, NamedQuery<z.output<typeof Row>>>> = {
  cost: list('cost'),
  recent: list('recent'),
  newest: list('newest'),
  incidents: list('incidents'),
}

/** Above every key there is. */
const HIGHEST = 1e300

/**
 * Problems in an order, the most expensive first unless it says otherwise.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listProblems(
  store: Store,
  filter: ProblemFilter,
): Promise<Page<ProblemRecord>> {
  checkLimit(filter.limit)
  const { order = 'cost' } = filter
  const name = `problems.${order}`
  const [before, after] =
    filter.cursor === undefined ? [HIGHEST, ''] : fromCursor(name, filter.cursor, CURSOR)
  const rows = await store.rows(LISTS[order], {
    before,
    after,
    ...filterParams(filter),
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: decodeRecord<ProblemRecord>,
    cursor: (row) => toCursor(name, [row.key, row.id]),
  })
}

/** What the incidents of problems took in a month of the calendar, UTC. */
export interface CostPart {
  /** `2026-03` */
  readonly month: string
  /** Service of the problem; `''`: none. */
  readonly service: string
  readonly incidents: number
  /** People-minutes, as the costs of problems are worked out. */
  readonly minutes: number
}

const COSTS: NamedQuery<CostPart> = {
  name: 'problems.costs',
  sql: `
    SELECT
      formatDateTime(toStartOfMonth(began), '%Y-%m') AS month,
      service,
      count() AS incidents,
      sum(least(${LONGEST_WORK_MS / 60_000}, dateDiff('second', began, ended) / 60)
        * transform(priority, [1, 2, 3, 4, 5], ${JSON.stringify(Object.values(PEOPLE))}, 1)) AS minutes
    FROM (SELECT id AS problem, service FROM problems FINAL WHERE ${FILTER}) AS p
    INNER JOIN (SELECT problem, incident FROM problem_links FINAL WHERE problem != '') AS l
      ON l.problem = p.problem
    INNER JOIN (
      SELECT id AS incident, provisional_at AS began, assumeNotNull(resolved_at) AS ended, priority
      FROM incidents FINAL
      WHERE isNotNull(resolved_at)
        AND provisional_at >= parseDateTime64BestEffort({since:String}, 3, 'UTC')
    ) AS i ON i.incident = l.incident
    GROUP BY month, service
    ORDER BY month, service
    LIMIT 10000`,
  row: z.object({
    month: z.string(),
    service: z.string(),
    incidents: z.coerce.number(),
    minutes: z.coerce.number(),
  }),
}

/** What the incidents of the problems took since then, by month and service of the problem. */
export async function costsOfProblems(
  store: Store,
  filter: Omit<ProblemFilter, 'limit'>,
  since: number,
): Promise<readonly CostPart[]> {
  return store.rows(COSTS, { ...filterParams(filter), since: sqlTime(since) })
}

export interface ScopeCount {
  readonly scope: string
  readonly count: number
}

const SCOPES: NamedQuery<ScopeCount> = {
  name: 'problems.scopes',
  sql: `
    SELECT toString(scope) AS scope, count() AS count FROM problems FINAL
    GROUP BY scope ORDER BY scope LIMIT 1000`,
  row: z.object({ scope: z.string(), count: z.coerce.number() }),
}

/** How many problems of any status each correlation scope has, by name; at most 1,000 scopes. */
export async function countProblemScopes(store: Store): Promise<readonly ScopeCount[]> {
  return store.rows(SCOPES)
}

const GET: NamedQuery<{ record: string }> = {
  name: 'problems.get',
  sql: 'SELECT record FROM problems FINAL WHERE id = {id:String} ORDER BY scope LIMIT 1',
  row: RecordRow,
}

/** One problem, also a merged or dismissed one; `null` where there is none of that id. */
export async function getProblem(store: Store, id: string): Promise<ProblemRecord | null> {
  const [row] = await store.rows(GET, { id })
  return row === undefined ? null : decodeRecord<ProblemRecord>(row)
}

const COUNT: NamedQuery<{ status: ProblemStatus; n: number }> = {
  name: 'problems.count',
  sql: 'SELECT status, count() AS n FROM problems FINAL GROUP BY status',
  row: z.object({ status: z.enum(PROBLEM_STATUSES), n: z.coerce.number() }),
}

/** How many problems there are of every status, 0 included. */
export async function countProblems(
  store: Store,
): Promise<Readonly<Record<ProblemStatus, number>>> {
  const counts: Record<ProblemStatus, number> = {
    proposed: 0,
    open: 0,
    known_error: 0,
    resolved: 0,
    closed: 0,
    dismissed: 0,
    merged: 0,
  }
  for (const { status, n } of await store.rows(COUNT)) counts[status] = n
  return counts
}

const LINKS: NamedQuery<{ incident: string; problem: string }> = {
  name: 'problems.links',
  sql: `
    SELECT incident, problem FROM problem_links FINAL
    WHERE incident IN {incidents:Array(String)}`,
  row: z.object({ incident: z.string(), problem: z.string() }),
}

/** The incidents with the problem each is one of by now; one look-up for all of them. */
export async function withProblems(
  store: Store,
  incidents: readonly IncidentRecord[],
): Promise<readonly IncidentRecord[]> {
  if (incidents.length === 0) return incidents
  const rows = await store.rows(LINKS, { incidents: incidents.map(({ id }) => id) })
  const problems = new Map(rows.map(({ incident, problem }) => [incident, problem]))
  return incidents.map((incident) => {
    const problem = problems.get(incident.id)
    return problem === undefined ? incident : { ...incident, problem: problem || null }
  })
}

const INCIDENTS: NamedQuery<{ record: string }> = {
  name: 'problems.incidents',
  sql: `
    SELECT record FROM incidents FINAL
    WHERE id IN {incidents:Array(String)}
    ORDER BY provisional_at DESC, id
    LIMIT {rows:UInt32}`,
  row: RecordRow,
}

/** Those of the problem's incidents that are in the store, the newest first, at most `limit`. */
export async function incidentsOfProblem(
  store: Store,
  { incidents }: ProblemRecord,
  limit: number,
): Promise<readonly IncidentRecord[]> {
  const rows = await store.rows(INCIDENTS, { incidents: [...incidents], rows: limit })
  return rows.map(decodeRecord<IncidentRecord>)
}
