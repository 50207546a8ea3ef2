/** Dead letters: what could not be read or applied, with its body. */
import { z } from 'zod'
import type { DeadLetterRecord } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, type Params, sqlTime } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

/** `open`: nobody has done anything about it. */
export const LETTER_STATES = ['open', 'replayed', 'discarded'] as const
export type LetterState = (typeof LETTER_STATES)[number]

export interface LetterFilter {
  readonly source?: string
  /** Correlation scope. */
  readonly scope?: string
  readonly step?: DeadLetterRecord['step']
  readonly receipt?: string
  readonly state?: LetterState
  /** Only those that came before this instant. */
  readonly before?: EpochMs
}

export interface DeadLetterFilter extends LetterFilter, PageRequest {}

/** A dead letter in a list: `body` may be megabytes, so only its first 4,096 characters. */
export interface DeadLetterSummary extends Omit<DeadLetterRecord, 'body'> {
  readonly bodyStart: string
  /** Bytes of the whole body. */
  readonly bodyBytes: number
  readonly state: LetterState
  /** Who replayed or discarded it, and when; null while it is open. */
  readonly marked: { readonly by: string; readonly at: EpochMs } | null
}

const CURSOR = z.tuple([z.number(), z.string()])

/** Of the letter `id`, which is marked where somebody has replayed or discarded it. */
const FILTER = `
        ({source:String} = '' OR source = {source:String})
        AND ({scope:String} = '' OR dead_letters.scope = {scope:String})
        AND ({step:String} = '' OR step = {step:String})
        AND ({receipt:String} = '' OR receipt = {receipt:String})
        AND dead_letters.at < {until:DateTime64(3, 'UTC')}
        AND ({state:String} = ''
          OR ({state:String} = 'open' AND id NOT IN (SELECT id FROM dead_letter_marks))
          OR ({state:String} != 'open'
            AND id IN (SELECT id FROM dead_letter_marks FINAL WHERE mark = {state:String})))`

function paramsOf({ source, scope, step, receipt, state, before }: LetterFilter): Params {
  const until = sqlTime(before ?? Number.POSITIVE_INFINITY)
  return {
    ...{ source: source ?? '', scope: scope ?? '', step: step ?? '' },
    ...{ receipt: receipt ?? '', state: state ?? '' },
    until,
  }
}

const LIST: NamedQuery<{
  at: EpochMs
  id: string
  record: string
  body_start: string
  body_bytes: number
  mark: '' | 'replayed' | 'discarded'
  actor: string
  marked_at: EpochMs
}> = {
  name: 'dead_letters.list',
  sql: `
    SELECT ${epochMs('letters.at')} AS at, letters.id AS id, record,
      substringUTF8(body, 1, 4096) AS body_start, length(body) AS body_bytes,
      toString(marks.mark) AS mark, actor, ${epochMs('marks.at')} AS marked_at
    FROM (SELECT * FROM dead_letters FINAL WHERE id IN (
      SELECT id FROM dead_letters FINAL
      WHERE (at < {before:DateTime64(3, 'UTC')}
          OR (at = {before:DateTime64(3, 'UTC')} AND id > {after:String}))
        AND ${FILTER}
      ORDER BY dead_letters.at DESC, id
      LIMIT {rows:UInt32}
    )) AS letters
    LEFT JOIN (SELECT id, at, mark, actor FROM dead_letter_marks FINAL) AS marks
      ON marks.id = letters.id
    ORDER BY letters.at DESC, letters.id`,
  row: RecordRow.extend({
    at: z.coerce.number(),
    id: z.string(),
    body_start: z.string(),
    body_bytes: z.coerce.number(),
    mark: z.enum(['', 'replayed', 'discarded']),
    actor: z.string(),
    marked_at: z.coerce.number(),
  }),
}

/**
 * Dead letters, newest first, without the whole of their bodies.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listDeadLetters(
  store: Store,
  filter: DeadLetterFilter,
): Promise<Page<DeadLetterSummary>> {
  checkLimit(filter.limit)
  const [before, after] =
    filter.cursor === undefined
      ? [Number.POSITIVE_INFINITY, '']
      : fromCursor('dead-letters', filter.cursor, CURSOR)
  const rows = await store.rows(LIST, {
    before: sqlTime(before),
    after,
    ...paramsOf(filter),
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: (row) => ({
      ...decodeRecord<Omit<DeadLetterRecord, 'body'>>(row),
      bodyStart: row.body_start,
      bodyBytes: row.body_bytes,
      state: row.mark === '' ? 'open' : row.mark,
      marked: row.mark === '' ? null : { by: row.actor, at: row.marked_at },
    }),
    cursor: (row) => toCursor('dead-letters', [row.at, row.id]),
  })
}

const GET: NamedQuery<{ record: string; body: string }> = {
  name: 'dead_letters.get',
  sql: 'SELECT record, body FROM dead_letters FINAL WHERE id = {id:String} LIMIT 1',
  row: RecordRow.extend({ body: z.string() }),
}

/** One dead letter with its whole body; `null` where there is none of that id. */
export async function getDeadLetter(store: Store, id: string): Promise<DeadLetterRecord | null> {
  const [row] = await store.rows(GET, { id })
  if (row === undefined) return null
  return { ...decodeRecord<Omit<DeadLetterRecord, 'body'>>(row), body: row.body }
}

/**
 * A received body of which something became dead letters that a filter names. One that spans scopes is
 * there once for each of them, whether it was cut into their parts or not.
 */
export interface LetterReceipt {
  readonly receipt: string
  readonly source: string
  /** A letter that has the body. */
  readonly id: string
}

const RECEIPTS: NamedQuery<LetterReceipt> = {
  name: 'dead_letters.receipts',
  sql: `
    SELECT receipt, source, min(id) AS id FROM dead_letters FINAL
    WHERE ${FILTER}
    GROUP BY receipt, source, dead_letters.scope
    ORDER BY min(dead_letters.at), receipt
    LIMIT {rows:UInt32}`,
  row: z.object({ receipt: z.string(), source: z.string(), id: z.string() }),
}

/** The bodies behind the letters of a filter, in the order they came; at most `limit`. */
export async function letterReceipts(
  store: Store,
  filter: LetterFilter,
  limit: number,
): Promise<LetterReceipt[]> {
  checkLimit(limit)
  return store.rows(RECEIPTS, { ...paramsOf(filter), rows: limit })
}

const IDS: NamedQuery<{ id: string }> = {
  name: 'dead_letters.ids',
  sql: `SELECT id FROM dead_letters FINAL WHERE ${FILTER} ORDER BY id LIMIT {rows:UInt32}`,
  row: z.object({ id: z.string() }),
}

/** Letters that one call marks at most. */
export const MAX_MARKED = 100_000

export interface LetterMark {
  readonly mark: 'replayed' | 'discarded'
  readonly actor: string
  readonly at: EpochMs
}

/**
 * Notes that the letters of a filter were replayed or discarded: then they are open no more, but are
 * kept and found as long as every letter is. Durable when it resolves.
 *
 * @returns how many were marked; at most {@link MAX_MARKED}
 */
export async function markLetters(
  store: Store,
  filter: LetterFilter,
  { mark, actor, at }: LetterMark,
): Promise<number> {
  const rows = await store.rows(IDS, { ...paramsOf(filter), rows: MAX_MARKED })
  const marks = rows.map(({ id }) => ({ id, at: sqlTime(at), mark, actor }))
  await store.insert('dead_letter_marks', marks)
  return marks.length
}

const IDS_OF_BODY: NamedQuery<{ id: string }> = {
  name: 'dead_letters.ids_of_body',
  sql: `
    SELECT id FROM dead_letters FINAL
    WHERE ${FILTER}
      AND cityHash64(body) = (
        SELECT cityHash64(body) FROM dead_letters FINAL WHERE id = {letter:String} LIMIT 1)
    ORDER BY id LIMIT {rows:UInt32}`,
  row: z.object({ id: z.string() }),
}

/**
 * Notes likewise that a letter and every open one of the very same body were replayed: the others of its
 * receipt, but for those of a part that was cut out for another scope. Durable when it resolves.
 *
 * @returns their ids; at most {@link MAX_MARKED}
 */
export async function markBody(
  store: Store,
  { id, source, receipt }: Pick<DeadLetterRecord, 'id' | 'source' | 'receipt'>,
  { mark, actor, at }: LetterMark,
): Promise<readonly string[]> {
  const filter = paramsOf({ source, receipt, state: 'open' })
  const rows = await store.rows(IDS_OF_BODY, { ...filter, letter: id, rows: MAX_MARKED })
  const ids = rows.map((row) => row.id)
  await store.insert(
    'dead_letter_marks',
    ids.map((one) => ({ id: one, at: sqlTime(at), mark, actor })),
  )
  return ids
}

/** Marks one letter by its id, whatever was done with it before. */
export async function markLetter(store: Store, id: string, mark: LetterMark): Promise<void> {
  await store.insert('dead_letter_marks', [{ id, ...mark, at: sqlTime(mark.at) }])
}

const COUNT: NamedQuery<{ n: number }> = {
  name: 'dead_letters.count',
  sql: `SELECT count() AS n FROM dead_letters FINAL WHERE ${FILTER}`,
  row: z.object({ n: z.coerce.number() }),
}

/** How many dead letters are open; they go after 90 days. */
export async function countDeadLetters(store: Store): Promise<number> {
  const [row] = await store.rows(COUNT, paramsOf({ state: 'open' }))
  return row?.n ?? 0
}

export interface LetterGroup {
  readonly source: string
  readonly scope: string
  readonly step: DeadLetterRecord['step']
  readonly n: number
}

const GROUPS: NamedQuery<LetterGroup> = {
  name: 'dead_letters.groups',
  sql: `
    SELECT source, dead_letters.scope AS scope, step, count() AS n FROM dead_letters FINAL
    WHERE ${FILTER} GROUP BY source, scope, step ORDER BY n DESC, source, scope, step LIMIT 1000`,
  row: z.object({
    source: z.string(),
    scope: z.string(),
    step: z.enum(['decode', 'parse', 'apply']),
    n: z.coerce.number(),
  }),
}

/** How many letters of a state there are, by source, scope and step; most first. */
export async function groupDeadLetters(
  store: Store,
  state: LetterState,
): Promise<readonly LetterGroup[]> {
  return store.rows(GROUPS, paramsOf({ state }))
}
