/** Silences and maintenance windows, newest version of each; an expired one stays readable. */
import { z } from 'zod'
import type { Silence } from '../core/model.ts'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow, SEARCH, searchWords } from './stored.ts'

export interface SilenceFilter extends PageRequest {
  readonly kind?: Silence['kind']
  /** Only those that end after this instant: active and pending ones. */
  readonly endsAfter?: EpochMs
  /** Words that must all occur in id, matchers, CIs, author or comment; case is ignored. */
  readonly q?: string
}

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
