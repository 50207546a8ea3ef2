/** Dead letters: what could not be read or applied, with its body. */
import { z } from 'zod'
import type { DeadLetterRecord } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

export interface DeadLetterFilter extends PageRequest {
  readonly source?: string
  readonly step?: DeadLetterRecord['step']
  readonly receipt?: string
}

/** A dead letter in a list: `body` may be megabytes, so only its first 4,096 characters. */
export interface DeadLetterSummary extends Omit<DeadLetterRecord, 'body'> {
  readonly bodyStart: string
  /** Bytes of the whole body. */
  readonly bodyBytes: number
}

const CURSOR = z.tuple([z.number(), z.string()])

const LIST: NamedQuery<{
  at: EpochMs
  id: string
  record: string
  body_start: string
  body_bytes: number
}> = {
  name: 'dead_letters.list',
  sql: `
    SELECT ${epochMs('at')} AS at, id, record,
      substringUTF8(body, 1, 4096) AS body_start, length(body) AS body_bytes
    FROM dead_letters FINAL
    WHERE id IN (
      SELECT id FROM dead_letters FINAL
      WHERE (at < {before:DateTime64(3, 'UTC')}
          OR (at = {before:DateTime64(3, 'UTC')} AND id > {after:String}))
        AND ({source:String} = '' OR source = {source:String})
        AND ({step:String} = '' OR step = {step:String})
        AND ({receipt:String} = '' OR receipt = {receipt:String})
      ORDER BY dead_letters.at DESC, id
      LIMIT {rows:UInt32}
    )
    ORDER BY dead_letters.at DESC, id`,
  row: RecordRow.extend({
    at: z.coerce.number(),
    id: z.string(),
    body_start: z.string(),
    body_bytes: z.coerce.number(),
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
    source: filter.source ?? '',
    step: filter.step ?? '',
    receipt: filter.receipt ?? '',
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: (row) => ({
      ...decodeRecord<Omit<DeadLetterRecord, 'body'>>(row),
      bodyStart: row.body_start,
      bodyBytes: row.body_bytes,
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

const COUNT: NamedQuery<{ n: number }> = {
  name: 'dead_letters.count',
  sql: 'SELECT count() AS n FROM dead_letters FINAL',
  row: z.object({ n: z.coerce.number() }),
}

/** How many dead letters are kept; they go after 90 days. */
export async function countDeadLetters(store: Store): Promise<number> {
  const [row] = await store.rows(COUNT)
  return row?.n ?? 0
}
