/**
 * The alerts of an incident: as narrow rows, which counts and pictures of many thousand need, and in
 * pages; now, or as the decisions say it was at a moment.
 */
import { z } from 'zod'
import type { LinkEvidence } from '../core/evidence.ts'
import type { Severity } from '../core/model.ts'
import type { AlertRecord, AlertState } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, type Params, sqlTime } from './query.ts'
import { decodeRecord, RecordRow, SEARCH, searchWords } from './stored.ts'

/** Alerts of an incident that came in in one way, from one CI to one CI. */
export interface JoinRow {
  /** A method of their evidence, or `none` where nothing was decided: muted, they joined silently. */
  readonly method: LinkEvidence['method'] | 'none'
  /** The rule or the person that put them there; empty where a score did. */
  readonly by: string
  /** Their CI; empty where they are not bound. */
  readonly from: string
  /** CI of the members they were linked to; empty where there are none, or those are not bound. */
  readonly to: string
  readonly alerts: number
  /** Of those, how many fire and are not muted. */
  readonly firing: number
  readonly muted: number
  /** Of the surest link; 0 without evidence. */
  readonly p: number
  /** Of the alert with that link, with its two strongest reasons. */
  readonly title: string
  readonly because: readonly string[]
}

/** An incident that alerts stayed out of although they were close to it. */
export interface OtherRow {
  readonly incident: string
  readonly alerts: number
  /** Of the alert that was closest, and what was missing; `null` where no link was scored. */
  readonly p: number | null
  readonly reason: string
}

const MAX_JOIN_ROWS = 5000
const MAX_OTHERS = 8

const PLACED = `('alert.opened', 'alert.joined', 'alert.moved')`
/** Moving says nothing of whether an alert fires. */
const COURSE = `('alert.opened', 'alert.joined', 'alert.refired', 'alert.suppressed', 'alert.resolved')`
const KEY = "concat(id, '.', toString(episode))"

/** Alerts that a decision has placed in the incident by then. */
const TOUCHED = `
  SELECT alert FROM decisions
  WHERE incident = {incident:String} AND action IN ${PLACED} AND at <= {at:DateTime64(3, 'UTC')}`

/** Of what alerts stayed out of, what no score kept them out of. */
const REFUSED = `arrayFilter(
  one -> JSONExtractString(one, 'reason') IN ('gap', 'lifetime', 'resolved', 'ruled', 'rule'),
  JSONExtractArrayRaw(evidence, 'rejected'))`

/** Who was in the incident then: the last placing of each alert decides, whatever came after. */
const THEN = `
  SELECT alert,
    argMaxIf(incident, version, action IN ${PLACED}) AS home,
    argMaxIf(JSONExtractRaw(record, 'evidence'), version, action IN ${PLACED}) AS evidence,
    argMaxIf(action, version, action IN ${COURSE}) != 'alert.resolved' AS firing,
    argMaxIf(action, version, action IN ('alert.suppressed', 'alert.unsuppressed'))
      = 'alert.suppressed' AS muted
  FROM decisions
  WHERE at <= {at:DateTime64(3, 'UTC')} AND alert IN (${TOUCHED})
  GROUP BY alert HAVING home = {incident:String}`

/** The members with the columns that lists filter and order by. */
const MEMBERS = {
  now: `
    SELECT ${KEY} AS key, id, episode, first_seen_at, severity, ci, search,
      state = 'firing' AS firing,
      JSONExtractString(record, 'suppressedBy', 'kind') != '' AS muted,
      JSONExtractRaw(record, 'evidence') AS evidence,
      JSONExtractString(record, 'title') AS title,
      JSONExtractArrayRaw(record, 'related') AS related
    FROM alerts FINAL WHERE incident = {incident:String}`,
  past: `
    SELECT known.key AS key, known.id AS id, known.episode AS episode,
      known.first_seen_at AS first_seen_at, known.severity AS severity, known.ci AS ci,
      known.search AS search, member.firing AS firing, member.muted AS muted,
      member.evidence AS evidence, known.title AS title, [] :: Array(String) AS related
    FROM (${THEN}) AS member
    INNER JOIN (
      SELECT ${KEY} AS key, id, episode, first_seen_at, severity, ci, search,
        JSONExtractString(record, 'title') AS title
      FROM alerts FINAL
      WHERE id IN (SELECT substring(alert, 1, position(alert, '.') - 1) FROM (${TOUCHED}))
    ) AS known ON known.key = member.alert`,
} as const
type Moment = keyof typeof MEMBERS

const flag = z.coerce.number().transform((value) => value === 1)

function joins(moment: Moment): NamedQuery<JoinRow> {
  return {
    name: `members.joins_${moment}`,
    sql: `
      SELECT method, by, member.ci AS from, linked.ci AS to, count() AS alerts,
        countIf(firing AND NOT muted) AS firing, countIf(muted) AS muted, max(sure) AS p,
        argMax(title, sure) AS title,
        arrayMap(term -> JSONExtractString(term, 'note'), arraySlice(arrayReverseSort(
          term -> JSONExtractFloat(term, 'x') * JSONExtractFloat(term, 'w'),
          JSONExtractArrayRaw(argMax(evidence, sure), 'terms')), 1, 2)) AS because
      FROM (
        SELECT ci, firing, muted, title, evidence,
          JSONExtractString(evidence, 'method') AS method,
          JSONExtractString(evidence, 'by') AS by,
          JSONExtractString(evidence, 'best') AS best,
          JSONExtractFloat(evidence, 'p') AS sure
        FROM (${MEMBERS[moment]})
      ) AS member
      LEFT JOIN (SELECT key, ci FROM (${MEMBERS[moment]})) AS linked ON linked.key = member.best
      GROUP BY method, by, from, to
      ORDER BY alerts DESC, method, by, from, to LIMIT ${MAX_JOIN_ROWS}`,
    row: z.object({
      method: z
        .enum(['score', 'rule', 'person', 'first', ''])
        .transform((method) => (method === '' ? 'none' : method)),
      by: z.string(),
      from: z.string(),
      to: z.string(),
      alerts: z.coerce.number(),
      firing: z.coerce.number(),
      muted: z.coerce.number(),
      p: z.coerce.number(),
      title: z.string(),
      because: z.array(z.string()),
    }),
  }
}

function others(moment: Moment): NamedQuery<OtherRow> {
  return {
    name: `members.others_${moment}`,
    sql: `
      SELECT other AS incident, count() AS alerts, max(near) AS p, argMax(why, near) AS reason
      FROM (
        SELECT key, JSONExtractString(one, 'incident') AS other,
          if(JSONHas(one, 'p'), JSONExtractFloat(one, 'p'), -1) AS near,
          JSONExtractString(one, if(JSONHas(one, 'note'), 'note', 'reason')) AS why
        FROM (
          SELECT key, arrayJoin(arrayConcat(
            related, [JSONExtractRaw(evidence, 'runnerUp')], ${REFUSED})) AS one
          FROM (${MEMBERS[moment]})
        )
        ORDER BY near DESC LIMIT 1 BY key, other
      )
      WHERE other NOT IN ('', {incident:String})
      GROUP BY other ORDER BY p DESC, incident LIMIT ${MAX_OTHERS}`,
    row: z.object({
      incident: z.string(),
      alerts: z.coerce.number(),
      p: z.coerce.number().transform((p) => (p < 0 ? null : p)),
      reason: z.string(),
    }),
  }
}

const JOINS = { now: joins('now'), past: joins('past') }
const OTHERS = { now: others('now'), past: others('past') }

/**
 * How the alerts of an incident came in, the most first, and the incidents they stayed out of, the
 * closest first; now, or at `at`. Which alerts were in it then, whether they fired and whether they
 * were muted is exact; the CI is the one that is known now. Of the past, only the best incident that
 * each alert did not join is known. O(decisions about those alerts)
 */
export async function joinsOf(
  store: Store,
  incident: string,
  at: EpochMs | null = null,
): Promise<{ readonly joins: readonly JoinRow[]; readonly others: readonly OtherRow[] }> {
  const moment = at === null ? 'now' : 'past'
  const params = paramsOf(incident, at)
  return {
    joins: await store.rows(JOINS[moment], params),
    others: await store.rows(OTHERS[moment], params),
  }
}

const FIRST_STARTS: NamedQuery<{ ci: string; at: number }> = {
  name: 'members.first_starts',
  sql: `
    SELECT ci, ${epochMs('min(starts_at)')} AS at FROM alerts FINAL
    WHERE incident = {incident:String} AND ci != ''
    GROUP BY ci ORDER BY ci LIMIT ${MAX_JOIN_ROWS}`,
  row: z.object({ ci: z.string(), at: z.coerce.number() }),
}

/** When the first alert of an incident began on each of its CIs; at most 5,000 CIs, by id. */
export async function firstStartsOf(
  store: Store,
  incident: string,
): Promise<ReadonlyMap<string, EpochMs>> {
  const rows = await store.rows(FIRST_STARTS, { incident })
  return new Map(rows.map(({ ci, at }) => [ci, at]))
}

function paramsOf(incident: string, at: EpochMs | null): Params {
  return at === null ? { incident } : { incident, at: sqlTime(at) }
}

export interface MemberFilter extends PageRequest {
  readonly incident: string
  readonly at?: EpochMs
  /** `muted` ones are neither firing nor resolved here. */
  readonly state?: AlertState | 'muted'
  readonly severity?: readonly Severity[]
  readonly ci?: string
  /** Words that must all occur in id, fingerprint, title, rule, CI or labels; case is ignored. */
  readonly q?: string
  /** `worst`: what fires first, then by severity, then the oldest. */
  readonly order: 'worst' | 'oldest' | 'newest'
}

const CURSOR = z.tuple([z.number(), z.number(), z.string()])
const SEVERITIES = "['critical', 'error', 'warning', 'unknown', 'info', 'none']"

interface Found {
  readonly rank: number
  readonly ms: number
  readonly key: string
  readonly firing: boolean
  readonly muted: boolean
}

function page(moment: Moment): NamedQuery<Found> {
  return {
    name: `members.page_${moment}`,
    sql: `
      SELECT rank, ms, key, firing, muted FROM (
        SELECT key, ci, search, severity, firing, muted,
          if({order:String} = 'worst',
            if(firing AND NOT muted, 0, 10) + indexOf(${SEVERITIES}, severity), 0) AS rank,
          if({order:String} = 'newest', -1, 1) * ${epochMs('first_seen_at')} AS ms
        FROM (${MEMBERS[moment]})
      )
      WHERE (rank, ms, key) > ({rank:Int64}, {ms:Int64}, {key:String})
        AND ({state:String} = ''
          OR {state:String} = if(muted, 'muted', if(firing, 'firing', 'resolved')))
        AND ({ci:String} = '' OR ci = {ci:String})
        AND (empty({severity:Array(String)}) OR has({severity:Array(String)}, severity))
        AND ${SEARCH}
      ORDER BY rank, ms, key LIMIT {rows:UInt32}`,
    row: z.object({
      rank: z.coerce.number(),
      ms: z.coerce.number(),
      key: z.string(),
      firing: flag,
      muted: flag,
    }),
  }
}

const PAGE = { now: page('now'), past: page('past') }

/**
 * A page of the alerts of an incident, now or as it was at `at` (see {@link joinsOf}). Of a past
 * moment, what each alert says of itself (severity, labels, counts, CI) is what is known now;
 * whether it fired, whether it was muted, and why it was in the incident is of then.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listMembers(store: Store, filter: MemberFilter): Promise<Page<AlertRecord>> {
  checkLimit(filter.limit)
  const { incident, at = null } = filter
  const [rank, ms, key] =
    filter.cursor === undefined
      ? [-1, -(2 ** 53), '']
      : fromCursor(`members.${filter.order}`, filter.cursor, CURSOR)
  const found = await store.rows(at === null ? PAGE.now : PAGE.past, {
    ...paramsOf(incident, at),
    ...{ rank, ms, key, order: filter.order, rows: filter.limit + 1 },
    state: filter.state ?? '',
    ci: filter.ci ?? '',
    severity: filter.severity ?? [],
    words: searchWords(filter.q),
  })
  const keys = found.slice(0, filter.limit).map((row) => row.key)
  const records = await recordsOf(store, keys)
  const placings = at === null ? new Map() : await placingsOf(store, keys, { incident, at })
  const { items, ...next } = toPage(found, filter.limit, {
    item: (row) => {
      const record = records.get(row.key)
      if (record === undefined || at === null) return record
      return asThen(record, { ...row, incident, placing: placings.get(row.key) })
    },
    cursor: (row) => toCursor(`members.${filter.order}`, [row.rank, row.ms, row.key]),
  })
  return { items: items.filter((item) => item !== undefined), ...next }
}

interface Placing {
  readonly evidence: LinkEvidence | null
  /** Why it was muted, in words. */
  readonly mutedBy: string
}

interface Then {
  readonly incident: string
  readonly firing: boolean
  readonly muted: boolean
  readonly placing: Placing | undefined
}

function asThen(record: AlertRecord, { incident, firing, muted, placing }: Then): AlertRecord {
  const mutedBy = { kind: 'past', id: '', reason: placing?.mutedBy ?? 'it was muted' }
  return {
    ...record,
    incident,
    state: firing ? 'firing' : 'resolved',
    endsAt: firing ? null : record.endsAt,
    suppressedBy: muted ? (record.suppressedBy ?? mutedBy) : null,
    evidence: placing?.evidence ?? null,
  }
}

const RECORDS: NamedQuery<{ key: string; record: string }> = {
  name: 'members.records',
  sql: `
    SELECT ${KEY} AS key, record FROM alerts FINAL
    WHERE id IN (
        SELECT substring(key, 1, position(key, '.') - 1)
        FROM (SELECT arrayJoin({keys:Array(String)}) AS key))
      AND key IN {keys:Array(String)}`,
  row: RecordRow.extend({ key: z.string() }),
}

async function recordsOf(
  store: Store,
  keys: readonly string[],
): Promise<ReadonlyMap<string, AlertRecord>> {
  if (keys.length === 0) return new Map()
  const rows = await store.rows(RECORDS, { keys })
  return new Map(rows.map((row) => [row.key, decodeRecord<AlertRecord>(row)]))
}

const PLACINGS: NamedQuery<{ key: string; placing: string; muting: string }> = {
  name: 'members.placings',
  sql: `
    SELECT alert AS key,
      argMaxIf(record, version, action IN ${PLACED} AND incident = {incident:String}) AS placing,
      argMaxIf(JSONExtractString(record, 'text'), version, action = 'alert.suppressed') AS muting
    FROM decisions
    WHERE alert IN {keys:Array(String)} AND at <= {at:DateTime64(3, 'UTC')}
    GROUP BY alert`,
  row: z.object({ key: z.string(), placing: z.string(), muting: z.string() }),
}

/** The decisions that had put the alerts where they were then. */
async function placingsOf(
  store: Store,
  keys: readonly string[],
  { incident, at }: { readonly incident: string; readonly at: EpochMs },
): Promise<ReadonlyMap<string, Placing>> {
  if (keys.length === 0) return new Map()
  const rows = await store.rows(PLACINGS, { keys, incident, at: sqlTime(at) })
  return new Map(
    rows.map(({ key, placing, muting }) => {
      const { evidence = null } = decodeRecord<{ evidence?: LinkEvidence }>({ record: placing })
      return [key, { evidence, mutedBy: muting.replace(/^Muted by /, '') }]
    }),
  )
}
