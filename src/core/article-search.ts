/** Articles found by a person's words: ranked as those of an incident are, by fielded BM25. */
import { articleId } from './article.ts'
import { indexSome, type KnowledgeIndex } from './knowledge-index.ts'
import type { Article } from './model.ts'
import { passageOf } from './passage.ts'
import { compare } from './topology.ts'

export interface FoundArticle {
  readonly article: Article
  readonly score: number
  /** The paragraph that has most of the words, as plain text. */
  readonly passage: string
  /** Stems that were found, to be marked. */
  readonly words: readonly string[]
}

export interface ArticleQuery {
  /** As it was typed. */
  readonly q: string
  readonly limit: number
  readonly accepts: (article: Article) => boolean
}

/** Hits looked at before what does not fit the filters is left out. */
const MAX_HITS = 1000
/** Two words that stand together say less than each of them. */
const PAIR_WEIGHT = 0.5
/** What is written in the title or the id as it was typed goes before what only has its words. */
const TITLE_POINTS = 20

/**
 * The best articles of all the indices, best first, ties by id. What is typed is also looked for as it
 * stands in titles and ids, so that half a word finds something. Articles that wait to be indexed are,
 * first. O(articles), and one bounded search of each.
 */
export function searchArticles(
  indices: readonly KnowledgeIndex[],
  query: ArticleQuery,
): { readonly items: readonly FoundArticle[]; readonly total: number } {
  const hits = indices.flatMap((index) => hitsOf(index, query).map((hit) => ({ ...hit, index })))
  hits.sort((a, b) => b.score - a.score || compare(a.article.id, b.article.id))
  const items = hits.slice(0, query.limit).map(({ article, score, mass, index }) => ({
    ...{ article, score, words: [...mass.keys()] },
    passage: passageOf(article.body, mass, index.split),
  }))
  return { items, total: hits.length }
}

interface FoundHit {
  readonly article: Article
  readonly score: number
  /** What each word of it weighs. */
  readonly mass: ReadonlyMap<string, number>
}

function hitsOf(index: KnowledgeIndex, { q, accepts }: ArticleQuery): readonly FoundHit[] {
  indexSome(index, Number.POSITIVE_INFINITY)
  const { words, wholes, pairs } = index.split(q)
  const weights = new Map<string, number>(pairs.map((pair) => [pair, PAIR_WEIGHT]))
  for (const word of [...words, ...wholes]) weights.set(word, 1)
  const found = new Map<string, { score: number; mass: Map<string, number> }>()
  for (const hit of index.words.search(weights, MAX_HITS)) {
    const mass = new Map(hit.words.map(({ word, w, idf }) => [word, w * idf]))
    found.set(hit.id, { score: hit.score, mass })
  }
  const typed = articleId(q.trim()).toLowerCase()
  if (typed !== '')
    for (const { id, title } of index.articles.values()) {
      if (!title.toLowerCase().includes(typed) && !id.toLowerCase().includes(typed)) continue
      const known = found.get(id)
      found.set(id, { score: TITLE_POINTS + (known?.score ?? 0), mass: known?.mass ?? new Map() })
    }
  return [...found].flatMap(([id, { score, mass }]) => {
    const article = index.articles.get(id)
    return article !== undefined && accepts(article) ? [{ article, score, mass }] : []
  })
}
