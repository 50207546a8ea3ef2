/** Silences and maintenance windows, newest version of each; an expired one stays readable. */
import { z } from 'zod'
import type { Silence } from '../core/model.ts'
import { MUTE_STATES, type MuteState } from '../core/recurrence.ts'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow, SEARCH, searchWords } from './stored.ts'

export interface SilenceFilter extends PageRequest {
  readonly kind?: Silence['kind']
  /** Only those that end after this instant: active and pending ones. */
  readonly endsAfter?: EpochMs
  /** Any of these states at the instant; none or empty: all. */
  readonly states?: AtInstant & { readonly any: readonly MuteState[] }
  /** Only those about this CI. */
  readonly ci?: string
  /** Words that must all occur in id, matchers, CIs, author or comment; case is ignored. */
  readonly q?: string
}

interface AtInstant {
  readonly at: EpochMs
  /** Recurring ones that are between two of their times then. */
  readonly resting: readonly string[]
}

/** State at the instant `{at}`. */
const STATE = `multiIf(ends_at <= {at:DateTime64(3, 'UTC')}, 'expired',
        starts_at <= {at:DateTime64(3, 'UTC')} AND NOT has({resting:Array(String)}, id),
        'active', 'pending')`

const CURSOR = z.tuple([z.number(), z.string()])

const LIST: NamedQuery<{ at: number; id: string; record: string }> = {
  name: 'silences.list',
  sql: `
    SELECT ${epochMs('starts_at')} AS at, id, record
    FROM silences FINAL
    WHERE (starts_at < {before:DateTime64(3, 'UTC')}
        OR (starts_at = {before:DateTime64(3, 'UTC')} AND id > {after:String}))
      AND ({kind:String} = '' OR kind = {kind:String})
      AND ends_at > {ends_after:DateTime64(3, 'UTC')}
      AND (empty({states:Array(String)}) OR has({states:Array(String)}, ${STATE}))
      AND ({ci:String} = '' OR has(JSONExtract(record, 'cis', 'Array(String)'), {ci:String}))
      AND ${SEARCH}
    ORDER BY starts_at DESC, id
    LIMIT {rows:UInt32}`,
  row: RecordRow.extend({ at: z.coerce.number(), id: z.string() }),
}

/**
 * Silences, the latest start first.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listSilences(store: Store, filter: SilenceFilter): Promise<Page<Silence>> {
  checkLimit(filter.limit)
  const [before, after] =
    filter.cursor === undefined
      ? [Number.POSITIVE_INFINITY, '']
      : fromCursor('silences', filter.cursor, CURSOR)
  const rows = await store.rows(LIST, {
    before: sqlTime(before),
    after,
    kind: filter.kind ?? '',
    ends_after: sqlTime(filter.endsAfter ?? Number.NEGATIVE_INFINITY),
    states: filter.states?.any ?? [],
    at: sqlTime(filter.states?.at ?? 0),
    resting: filter.states?.resting ?? [],
    ci: filter.ci ?? '',
    words: searchWords(filter.q),
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: decodeRecord<Silence>,
    cursor: (row) => toCursor('silences', [row.at, row.id]),
  })
}

const GET: NamedQuery<{ record: string }> = {
  name: 'silences.get',
  sql: 'SELECT record FROM silences FINAL WHERE id = {id:String} LIMIT 1',
  row: RecordRow,
}

/** One silence, also an expired one; `null` where there is none of that id. */
export async function getSilence(store: Store, id: string): Promise<Silence | null> {
  const [row] = await store.rows(GET, { id })
  return row === undefined ? null : decodeRecord<Silence>(row)
}

const COUNT: NamedQuery<{ state: MuteState; n: number }> = {
  name: 'silences.count',
  sql: `
    SELECT ${STATE} AS state, count() AS n FROM silences FINAL
    WHERE kind = {kind:String} GROUP BY state`,
  row: z.object({ state: z.enum(MUTE_STATES), n: z.coerce.number() }),
}

/** How many silences or windows are in each state at an instant. */
export async function countSilences(
  store: Store,
  kind: Silence['kind'],
  { at, resting }: AtInstant,
): Promise<Readonly<Record<MuteState, number>>> {
  const counts = { active: 0, pending: 0, expired: 0 }
  for (const { state, n } of await store.rows(COUNT, { kind, at: sqlTime(at), resting }))
    counts[state] = n
  return counts
}
