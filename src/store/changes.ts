/** Changes: deployments, config changes, maintenance, newest version of each. */
import { z } from 'zod'
import type { Change } from '../core/model.ts'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow, SEARCH, searchWords } from './stored.ts'

export interface ChangeFilter extends PageRequest {
  readonly ci?: string
  /** Any of these ids; none or empty: all. */
  readonly ids?: readonly string[]
  /** Words that must all occur in id, title, kind, CIs or labels; case is ignored. */
  readonly q?: string
  /** Bounds of `startsAt`: `from` ≤ it < `to`. */
  readonly from?: EpochMs
  readonly to?: EpochMs
}

const CURSOR = z.tuple([z.number(), z.string()])

const LIST: NamedQuery<{ at: number; id: string; record: string }> = {
  name: 'changes.list',
  sql: `
    SELECT ${epochMs('starts_at')} AS at, id, record
    FROM changes FINAL
    WHERE starts_at >= {from:DateTime64(3, 'UTC')}
      AND starts_at < {to:DateTime64(3, 'UTC')}
      AND (starts_at < {before:DateTime64(3, 'UTC')}
        OR (starts_at = {before:DateTime64(3, 'UTC')} AND id > {after:String}))
      AND (empty({ids:Array(String)}) OR has({ids:Array(String)}, id))
      AND ({ci:String} = '' OR has(cis, {ci:String}))
      AND ${SEARCH}
    ORDER BY starts_at DESC, id
    LIMIT {rows:UInt32}`,
  row: RecordRow.extend({ at: z.coerce.number(), id: z.string() }),
}

/**
 * Changes, newest start first.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listChanges(store: Store, filter: ChangeFilter): Promise<Page<Change>> {
  checkLimit(filter.limit)
  const [before, after] =
    filter.cursor === undefined
      ? [Number.POSITIVE_INFINITY, '']
      : fromCursor('changes', filter.cursor, CURSOR)
  const rows = await store.rows(LIST, {
    before: sqlTime(before),
    after,
    from: sqlTime(filter.from ?? Number.NEGATIVE_INFINITY),
    to: sqlTime(filter.to ?? Number.POSITIVE_INFINITY),
    ci: filter.ci ?? '',
    ids: filter.ids ?? [],
    words: searchWords(filter.q),
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: decodeRecord<Change>,
    cursor: (row) => toCursor('changes', [row.at, row.id]),
  })
}
