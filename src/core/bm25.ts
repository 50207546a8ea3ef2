/**
 * Fielded BM25: documents with weighted fields, found by weighted words through postings.
 *
 * score(d) = Σ_t q_t · idf_t · tf_t(d) / (k1 + tf_t(d)), where
 * tf_t(d) = Σ_f w_f · n_ft(d) / (1 − b_f + b_f · len_f(d) / avg_f) and
 * idf_t = ln(1 + (N − n_t + 0.5) / (n_t + 0.5)).
 * S. Robertson, H. Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", FnTIR 3(4),
 * 2009, section 3.6 (BM25F); the idf is the non-negative one of Lucene.
 */
import { topOf } from './top.ts'
import { compare } from './topology.ts'

export interface Field {
  /** w_f > 0: what one occurrence here counts. */
  readonly weight: number
  /** b_f in 0…1: how far a long field is discounted. */
  readonly b: number
}

export interface Bm25Options {
  /** k1 > 0: where further occurrences stop to count. */
  readonly k1: number
  readonly fields: Readonly<Record<string, Field>>
  /** Postings one search reads at most; MAX_SCANNED unless told. */
  readonly maxScanned?: number
}

export interface FieldedDocument {
  readonly id: string
  /** Words by field; fields that the options do not name are ignored. */
  readonly fields: Readonly<Record<string, readonly string[]>>
}

/** What one word of the query adds to a document's score: `x * w`, with x = idf · tf / (k1 + tf). */
export interface WordScore {
  readonly word: string
  readonly idf: number
  readonly tf: number
  readonly x: number
  /** Weight of the word in the query. */
  readonly w: number
}

export interface Hit {
  readonly id: string
  /** Sum of `x * w` over `words`. */
  readonly score: number
  /** Words found, in the order of the query. */
  readonly words: readonly WordScore[]
}

export interface Bm25Index {
  readonly size: number
  /** idf that a word no document has would have. */
  readonly idfUnknown: number
  /** idf of a word; `undefined` where no document has it. */
  idf(word: string): number | undefined
  /**
   * The best documents for weighted words, best first, ties by id; none with score 0. Words are
   * taken heaviest first (q · idf, ties by word) while no more than `maxScanned` postings are
   * read: the rest of the query is left out. O(maxScanned + words · limit · log documents).
   */
  search(query: ReadonlyMap<string, number>, limit: number): readonly Hit[]
  /** The hit of one document, `undefined` where it has none of the words. O(words · log documents). */
  score(query: ReadonlyMap<string, number>, id: string): Hit | undefined
}

export const MAX_SCANNED = 500_000

/** Documents are numbered by id, so that ascending numbers are the order of ties. */
interface Posting {
  readonly idf: number
  readonly docs: Uint32Array
  readonly tf: Float64Array
}

/**
 * Indexes documents; of two with one id the later wins, the order of `documents` does not matter.
 * O(words).
 */
export function buildBm25(documents: readonly FieldedDocument[], options: Bm25Options): Bm25Index {
  const byId = new Map(documents.map((document) => [document.id, document]))
  const ordered = [...byId.values()].sort((a, b) => compare(a.id, b.id))
  const ids = ordered.map((document) => document.id)
  const numbers = new Map(ids.map((id, number) => [id, number]))
  const postings = buildPostings(ordered, options)
  const { k1, maxScanned = MAX_SCANNED } = options
  return {
    size: ids.length,
    idfUnknown: idfOf(0, ids.length),
    idf: (word) => postings.get(word)?.idf,
    search: (query, limit) => {
      const plan = planOf(query, postings, maxScanned)
      const best = bestOf(plan, { size: ids.length, k1, limit })
      return best.map((number) => hitOf(ids[number] ?? '', number, plan, k1))
    },
    score: (query, id) => {
      const number = numbers.get(id)
      if (number === undefined) return undefined
      const hit = hitOf(id, number, planOf(query, postings, maxScanned), k1)
      return hit.words.length === 0 ? undefined : hit
    },
  }
}

interface PlannedWord {
  readonly word: string
  readonly w: number
  readonly posting: Posting
}

function planOf(
  query: ReadonlyMap<string, number>,
  postings: ReadonlyMap<string, Posting>,
  maxScanned: number,
): readonly PlannedWord[] {
  const known = [...query].flatMap(([word, w]) => {
    const posting = postings.get(word)
    return posting === undefined || w <= 0 ? [] : [{ word, w, posting }]
  })
  known.sort((a, b) => b.w * b.posting.idf - a.w * a.posting.idf || compare(a.word, b.word))
  let scanned = 0
  return known.filter(({ posting }) => {
    scanned += posting.docs.length
    return scanned <= maxScanned
  })
}

interface Bounds {
  readonly size: number
  readonly k1: number
  readonly limit: number
}

function bestOf(plan: readonly PlannedWord[], { size, k1, limit }: Bounds): readonly number[] {
  const scores = new Float64Array(size)
  const touched: number[] = []
  for (const { w, posting } of plan) {
    for (let at = 0; at < posting.docs.length; at++) {
      const number = posting.docs[at] ?? 0
      const tf = posting.tf[at] ?? 0
      const before = scores[number] ?? 0
      if (before === 0) touched.push(number)
      scores[number] = before + ((posting.idf * tf) / (k1 + tf)) * w
    }
  }
  const scoreOf = (number: number): number => scores[number] ?? 0
  return topOf(touched, limit, (a, b) => scoreOf(b) - scoreOf(a) || a - b)
}

function hitOf(id: string, number: number, plan: readonly PlannedWord[], k1: number): Hit {
  let score = 0
  const words: WordScore[] = []
  for (const { word, w, posting } of plan) {
    const at = positionOf(posting.docs, number)
    const tf = posting.tf[at]
    if (at < 0 || tf === undefined) continue
    const x = (posting.idf * tf) / (k1 + tf)
    score += x * w
    words.push({ word, idf: posting.idf, tf, x, w })
  }
  return { id, score, words }
}

function positionOf(docs: Uint32Array, number: number): number {
  let low = 0
  let high = docs.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const found = docs[middle] ?? 0
    if (found === number) return middle
    if (found < number) low = middle + 1
    else high = middle - 1
  }
  return -1
}

function buildPostings(
  documents: readonly FieldedDocument[],
  { fields }: Bm25Options,
): ReadonlyMap<string, Posting> {
  const names = Object.keys(fields).sort(compare)
  const average = new Map(
    names.map((name) => {
      const total = documents.reduce((sum, { fields: f }) => sum + (f[name]?.length ?? 0), 0)
      return [name, total / Math.max(1, documents.length)]
    }),
  )
  const lists = new Map<string, { docs: number[]; tf: number[] }>()
  documents.forEach((document, number) => {
    for (const [word, tf] of frequencies(document, names, fields, average)) {
      const list = lists.get(word) ?? { docs: [], tf: [] }
      if (list.docs.length === 0) lists.set(word, list)
      list.docs.push(number)
      list.tf.push(tf)
    }
  })
  const total = documents.length
  return new Map(
    [...lists].map(([word, { docs, tf }]) => {
      return [
        word,
        { idf: idfOf(docs.length, total), docs: Uint32Array.from(docs), tf: Float64Array.from(tf) },
      ]
    }),
  )
}

function idfOf(having: number, total: number): number {
  return Math.log(1 + (total - having + 0.5) / (having + 0.5))
}

/** tf of every word of a document, fields in the order of their names. */
function frequencies(
  document: FieldedDocument,
  names: readonly string[],
  fields: Readonly<Record<string, Field>>,
  average: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const name of names) {
    const words = document.fields[name] ?? []
    const { weight, b } = fields[name] ?? { weight: 0, b: 0 }
    const length = words.length / Math.max(Number.MIN_VALUE, average.get(name) ?? 0)
    const one = weight / (1 - b + b * length)
    for (const word of words) found.set(word, (found.get(word) ?? 0) + one)
  }
  return found
}
