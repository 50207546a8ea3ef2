/** Knowledge articles, newest version of each. */
import { z } from 'zod'
import type { Article } from '../core/model.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import type { NamedQuery } from './query.ts'
import { decodeRecord, RecordRow, SEARCH, searchWords } from './stored.ts'

export interface ArticleFilter extends PageRequest {
  /** Words that must all occur in id, title, tags, services or body; case is ignored. */
  readonly q?: string
}

const CURSOR = z.tuple([z.string()])

const LIST: NamedQuery<{ id: string; record: string }> = {
  name: 'articles.list',
  sql: `
    SELECT id, record FROM articles FINAL
    WHERE id > {after:String} AND ${SEARCH}
    ORDER BY id
    LIMIT {rows:UInt32}`,
  row: RecordRow.extend({ id: z.string() }),
}

/**
 * Articles by id, with their bodies.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listArticles(store: Store, filter: ArticleFilter): Promise<Page<Article>> {
  checkLimit(filter.limit)
  const [after] = filter.cursor === undefined ? [''] : fromCursor('articles', filter.cursor, CURSOR)
  const rows = await store.rows(LIST, {
    after,
    words: searchWords(filter.q),
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: decodeRecord<Article>,
    cursor: (row) => toCursor('articles', [row.id]),
  })
}

const GET: NamedQuery<{ record: string }> = {
  name: 'articles.get',
  sql: 'SELECT record FROM articles FINAL WHERE id = {id:String} LIMIT 1',
  row: RecordRow,
}

/** One article; `null` where there is none of that id. */
export async function getArticle(store: Store, id: string): Promise<Article | null> {
  const [row] = await store.rows(GET, { id })
  return row === undefined ? null : decodeRecord<Article>(row)
}
