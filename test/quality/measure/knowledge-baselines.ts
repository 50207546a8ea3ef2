/** What anyone would build in an afternoon: whole texts as bags of words, by BM25 and by TF-IDF cosine. */
import type { KnowledgeQuery } from '../../../src/core/knowledge.ts'
import type { Article } from '../../../src/core/model.ts'
import { compare } from '../../../src/core/topology.ts'

/** Ids of articles, best first; those without a common word are left out. */
export type Ranker = (query: KnowledgeQuery) => readonly string[]

const K1 = 1.2
const B = 0.75

interface Bag {
  readonly id: string
  readonly counts: ReadonlyMap<string, number>
  readonly length: number
}

interface Corpus {
  readonly bags: readonly Bag[]
  readonly having: ReadonlyMap<string, number>
  readonly average: number
}

/** Okapi BM25 of the words as they stand; k1 1.2, b 0.75. */
export function plainBm25(articles: readonly Article[]): Ranker {
  const corpus = corpusOf(articles)
  const idf = (word: string): number => {
    const n = corpus.having.get(word) ?? 0
    return Math.log(1 + (corpus.bags.length - n + 0.5) / (n + 0.5))
  }
  return ranked(corpus, (words, { counts, length }) => {
    let sum = 0
    for (const [word, weight] of words) {
      const tf = counts.get(word) ?? 0
      const full = tf + K1 * (1 - B + (B * length) / corpus.average)
      sum += (weight * idf(word) * tf * (K1 + 1)) / full
    }
    return sum
  })
}

/** Cosine of (1 + ln tf) · ln(N / n). */
export function tfIdf(articles: readonly Article[]): Ranker {
  const corpus = corpusOf(articles)
  const weigh = (word: string, count: number): number =>
    (1 + Math.log(count)) *
    Math.log(corpus.bags.length / (corpus.having.get(word) ?? Infinity) || 1)
  const norms = new Map(
    corpus.bags.map(({ id, counts }) => [
      id,
      Math.sqrt([...counts].reduce((sum, [word, count]) => sum + weigh(word, count) ** 2, 0)),
    ]),
  )
  return ranked(corpus, (words, { id, counts }) => {
    let sum = 0
    for (const [word, weight] of words) {
      const count = counts.get(word)
      if (count !== undefined) sum += weigh(word, weight) * weigh(word, count)
    }
    return sum / (norms.get(id) ?? 1)
  })
}

function ranked(
  { bags }: Corpus,
  score: (words: ReadonlyMap<string, number>, bag: Bag) => number,
): Ranker {
  return ({ signatures }) => {
    const words = countsOf(signatures.map(({ title }) => title).join(' '))
    return bags
      .map((bag) => ({ id: bag.id, score: score(words, bag) }))
      .filter((one) => one.score > 0)
      .sort((a, b) => b.score - a.score || compare(a.id, b.id))
      .map(({ id }) => id)
  }
}

function corpusOf(articles: readonly Article[]): Corpus {
  const bags = articles.map(({ id, title, body }) => {
    const counts = countsOf(`${title} ${body}`)
    return { id, counts, length: [...counts.values()].reduce((sum, count) => sum + count, 0) }
  })
  const having = new Map<string, number>()
  for (const { counts } of bags)
    for (const word of counts.keys()) having.set(word, (having.get(word) ?? 0) + 1)
  const total = bags.reduce((sum, { length }) => sum + length, 0)
  return { bags, having, average: total / Math.max(1, bags.length) }
}

function countsOf(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    counts.set(word, (counts.get(word) ?? 0) + 1)
  return counts
}
