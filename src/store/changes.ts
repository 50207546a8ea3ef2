/** Changes: deployments, config changes, maintenance, newest version of each. */
import { z } from 'zod'
import type { Change } from '../core/model.ts'
import { OUTCOME_LABELS, OUTCOME_WORDS, type PastOfKind } from '../core/suspicion.ts'
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

const PAST: NamedQuery<{ kind: string } & PastOfKind> = {
  name: 'changes.past',
  sql: `
    WITH blamed AS (
      SELECT arrayJoin(JSONExtract(record, 'changes', 'Array(String)')) AS id,
        JSONExtractString(record, 'confirmedCause') AS cause
      FROM incidents FINAL
      WHERE provisional_at >= {since:DateTime64(3, 'UTC')}
        AND JSONExtractString(record, 'scope') = {scope:String}
        AND cause != '')
    SELECT change_kind AS kind, uniqExact(c.id) AS seen,
      uniqExactIf(c.id, b.cause != '' AND has(c.cis, b.cause)) AS blamed,
      uniqExactIf(c.id, c.is_other AND (c.has_failed OR c.has_succeeded)) AS ended,
      uniqExactIf(c.id, c.is_other AND c.has_failed) AS failed
    FROM (SELECT id, change_kind, cis, NOT has({weighed:Array(String)}, id) AS is_other,
        arrayMap(label -> JSONExtractString(record, 'labels', label),
          {labels:Array(String)}) AS said,
        arrayExists(word -> match(word, {failed_words:String}), said) AS has_failed,
        arrayExists(word -> match(word, {succeeded_words:String}), said) AS has_succeeded
      FROM changes FINAL
      WHERE starts_at >= {since:DateTime64(3, 'UTC')}
        AND has({kinds:Array(String)}, change_kind)) AS c
    LEFT JOIN blamed AS b ON b.id = c.id
    GROUP BY kind
    LIMIT 64`,
  row: z.object({
    kind: z.string(),
    seen: z.coerce.number(),
    blamed: z.coerce.number(),
    ended: z.coerce.number(),
    failed: z.coerce.number(),
  }),
}

/**
 * Of changes of these kinds since then: how many there were, how many were to blame, and how those beside
 * `weighed` ended.
 */
export async function pastOfKinds(
  store: Store,
  {
    kinds,
    scope,
    since,
    weighed,
  }: {
    readonly kinds: readonly string[]
    readonly scope: string
    readonly since: EpochMs
    readonly weighed: readonly string[]
  },
): Promise<ReadonlyMap<string, PastOfKind>> {
  if (kinds.length === 0) return new Map()
  const rows = await store.rows(PAST, {
    ...{ kinds, scope, weighed, since: sqlTime(since), labels: [...OUTCOME_LABELS] },
    failed_words: `(?i)${OUTCOME_WORDS.failed}`,
    succeeded_words: `(?i)${OUTCOME_WORDS.succeeded}`,
  })
  return new Map(rows.map(({ kind, ...past }) => [kind, past]))
}
