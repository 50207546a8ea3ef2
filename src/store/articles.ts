/** Knowledge articles, newest version of each, and the versions before it. */
import { z } from 'zod'
import { PEOPLE } from '../core/article-plan.ts'
import type { ArticleRecord } from '../core/record.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import type { NamedQuery } from './query.ts'
import { KEPT_VERSIONS } from './rows.ts'
import { decodeRecord, RecordRow, SEARCH, searchWords } from './stored.ts'

export interface ArticleFilter extends PageRequest {
  /** Words that must all occur in id, title, tags, services or body; case is ignored. */
  readonly q?: string
  readonly source?: string
  readonly owner?: string
  /** Those whose review is due on that day: `2026-03-31`. */
  readonly dueOn?: string
  /** Those that are no more, or those that are; the latter unless given. */
  readonly retired?: boolean
}

const CURSOR = z.tuple([z.string()])

const LIST: NamedQuery<{ id: string; record: string }> = {
  name: 'articles.list',
  sql: `
    SELECT id, record FROM articles FINAL
    WHERE id > {after:String} AND ${SEARCH}
      AND retired = {retired:UInt8}
      AND ({source:String} = '' OR if(source = '', '${PEOPLE}', source) = {source:String})
      AND ({owner:String} = '' OR owner = {owner:String})
      AND ({due:String} = '' OR (review_on != '' AND review_on <= {due:String}))
    ORDER BY id
    LIMIT {rows:UInt32}`,
  row: RecordRow.extend({ id: z.string() }),
}

/**
 * Articles by id, with their bodies.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listArticles(
  store: Store,
  filter: ArticleFilter,
): Promise<Page<ArticleRecord>> {
  checkLimit(filter.limit)
  const [after] = filter.cursor === undefined ? [''] : fromCursor('articles', filter.cursor, CURSOR)
  const rows = await store.rows(LIST, {
    after,
    words: searchWords(filter.q),
    retired: filter.retired === true ? 1 : 0,
    source: filter.source ?? '',
    owner: filter.owner ?? '',
    due: filter.dueOn ?? '',
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: decodeArticle,
    cursor: (row) => toCursor('articles', [row.id]),
  })
}

const GET: NamedQuery<{ record: string }> = {
  name: 'articles.get',
  sql: 'SELECT record FROM articles FINAL WHERE id = {id:String} LIMIT 1',
  row: RecordRow,
}

/** One article, also a retired one; `null` where there was never one of that id. */
export async function getArticle(store: Store, id: string): Promise<ArticleRecord | null> {
  const [row] = await store.rows(GET, { id })
  return row === undefined ? null : decodeArticle(row)
}

const VERSIONS: NamedQuery<{ record: string }> = {
  name: 'articles.versions',
  sql: `
    SELECT record FROM article_versions FINAL
    WHERE id = {id:String}
    ORDER BY revision DESC
    LIMIT ${KEPT_VERSIONS}`,
  row: RecordRow,
}

/** Versions of an article that are kept, the newest first. */
export async function listVersions(store: Store, id: string): Promise<readonly ArticleRecord[]> {
  return (await store.rows(VERSIONS, { id })).map(decodeArticle)
}

const VERSION: NamedQuery<{ record: string }> = {
  name: 'articles.version',
  sql: `
    SELECT record FROM article_versions FINAL
    WHERE id = {id:String} AND revision = {revision:UInt32}
    LIMIT 1`,
  row: RecordRow,
}

/** One version; `null` where it is not kept (any more). */
export async function getVersion(
  store: Store,
  { id, revision }: { readonly id: string; readonly revision: number },
): Promise<ArticleRecord | null> {
  const [row] = await store.rows(VERSION, { id, revision })
  return row === undefined ? null : decodeArticle(row)
}

/** What rows from before articles had versions do not say. */
const BEFORE = {
  ...{ revision: 0, retired: false, at: 0, actor: '', action: 'created', changed: [], note: null },
  source: PEOPLE,
} as const

function decodeArticle(row: { readonly record: string }): ArticleRecord {
  return { ...BEFORE, ...decodeRecord<ArticleRecord>(row) }
}
