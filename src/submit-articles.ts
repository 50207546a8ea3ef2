/** Articles on their way into the journal, in parts, so that no entry is too large. */
import type { Article } from './core/model.ts'
import type { Journey } from './journey.ts'

export interface ArticleChange {
  readonly version: string
  readonly source: string
  readonly articles: readonly Article[]
  /** Ids of articles of the source that are no more. */
  readonly retire: readonly string[]
  readonly actor?: string
  readonly note?: string
}

/** Articles, and characters, of one entry; one article may have more. */
const PART = 500
const PART_SIZE = 4_000_000

/** Resolves once all of it is applied. */
export async function submitArticles(
  journey: Pick<Journey, 'submit'>,
  { articles, retire, ...about }: ArticleChange,
): Promise<void> {
  const parts = [...partsOf(articles)]
  for (const [at, part] of parts.entries()) {
    const isLast = at === parts.length - 1
    await journey.submit((now, scope) => ({
      ...{ kind: 'articles', at: now, scope, mode: 'upsert' },
      ...about,
      articles: part,
      ...(isLast && retire.length > 0 ? { retire } : {}),
    }))
  }
}

function* partsOf(articles: readonly Article[]): Generator<readonly Article[]> {
  let part: Article[] = []
  let size = 0
  for (const article of articles) {
    if (part.length > 0 && (part.length === PART || size + article.body.length > PART_SIZE)) {
      yield part
      part = []
      size = 0
    }
    part.push(article)
    size += article.body.length
  }
  yield part
}
