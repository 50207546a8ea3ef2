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

/** A function of the set of documents in it, whatever came and left before and in which order. */
export interface Bm25Index {
  size(): number
  /** idf that a word no document has would have. */
  idfUnknown(): number
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
  /** Adds a document whose id it does not have. O(words), and for each what comes behind it. */
  add(document: FieldedDocument): void
  /** Takes out a document, which must be as it was added. O(words), and for each what comes behind it. */
  remove(document: FieldedDocument): void
}

export const MAX_SCANNED = 500_000

/**
 * Where a word stands: a row for each document and field, sorted by document and then field. What a
 * row counts depends on the average lengths, and so is worked out when it is asked for.
 */
interface Posting {
  readonly docs: number[]
  /** Index of the field, and how often the word stands there times FIELDS. */
  readonly counts: number[]
  /** Documents. */
  size: number
}

/** At most so many fields. */
const FIELDS = 16

interface Known {
  readonly id: string
  /** Words by field. */
  readonly lengths: readonly number[]
}

interface Corpus {
  readonly names: readonly string[]
  readonly fields: readonly Field[]
  readonly postings: Map<string, Posting>
  readonly numbers: Map<string, number>
  readonly known: (Known | undefined)[]
  readonly free: number[]
  /** Words of all documents by field. */
  readonly totals: number[]
}

/** An index of documents; of two with one id the later wins. O(words). */
export function buildBm25(
  documents: readonly FieldedDocument[],
  { k1, fields, maxScanned = MAX_SCANNED }: Bm25Options,
): Bm25Index {
  const names = Object.keys(fields).sort(compare)
  const corpus: Corpus = {
    names,
    fields: names.map((name) => fields[name] ?? { weight: 0, b: 0 }),
    postings: new Map(),
    numbers: new Map(),
    known: [],
    free: [],
    totals: names.map(() => 0),
  }
  const byId = new Map(documents.map((document) => [document.id, document]))
  for (const document of byId.values()) addDocument(corpus, document)
  const { numbers, postings } = corpus
  const idf = (posting: Posting): number => idfOf(posting.size, numbers.size)
  const weigher = (): Weigher => ({ corpus, k1, averages: averagesOf(corpus) })
  const plan = (query: ReadonlyMap<string, number>): readonly PlannedWord[] =>
    planOf(query, { postings, idf, maxScanned })
  return {
    size: () => numbers.size,
    idfUnknown: () => idfOf(0, numbers.size),
    idf: (word) => {
      const posting = postings.get(word)
      return posting === undefined ? undefined : idf(posting)
    },
    search: (query, limit) => {
      const planned = plan(query)
      const by = weigher()
      return bestOf(planned, limit, by).map((number) => hitOf(number, planned, by))
    },
    score: (query, id) => {
      const number = numbers.get(id)
      if (number === undefined) return undefined
      const hit = hitOf(number, plan(query), weigher())
      return hit.words.length === 0 ? undefined : hit
    },
    add: (document) => addDocument(corpus, document),
    remove: (document) => removeDocument(corpus, document),
  }
}

function addDocument(corpus: Corpus, document: FieldedDocument): void {
  const { names, postings, numbers, known, free, totals } = corpus
  const number = free.pop() ?? known.length
  const lengths = names.map((name) => document.fields[name]?.length ?? 0)
  numbers.set(document.id, number)
  known[number] = { id: document.id, lengths }
  for (const [field, length] of lengths.entries()) totals[field] = (totals[field] ?? 0) + length
  for (const [word, rows] of rowsOf(corpus, document)) {
    const posting = postings.get(word) ?? { docs: [], counts: [], size: 0 }
    if (posting.size === 0) postings.set(word, posting)
    const at = positionOf(posting.docs, number)
    if (at === posting.docs.length) for (const row of rows) push(posting, number, row)
    else {
      posting.docs.splice(at, 0, ...rows.map(() => number))
      posting.counts.splice(at, 0, ...rows)
    }
    posting.size += 1
  }
}

function push({ docs, counts }: Posting, number: number, row: number): void {
  docs.push(number)
  counts.push(row)
}

function removeDocument(corpus: Corpus, document: FieldedDocument): void {
  const { postings, numbers, known, free, totals } = corpus
  const number = numbers.get(document.id)
  if (number === undefined) return
  for (const [field, length] of (known[number]?.lengths ?? []).entries())
    totals[field] = (totals[field] ?? 0) - length
  for (const [word, rows] of rowsOf(corpus, document)) {
    const posting = postings.get(word)
    if (posting === undefined) continue
    const at = positionOf(posting.docs, number)
    posting.docs.splice(at, rows.length)
    posting.counts.splice(at, rows.length)
    posting.size -= 1
    if (posting.size === 0) postings.delete(word)
  }
  numbers.delete(document.id)
  known[number] = undefined
  free.push(number)
}

/** Rows of a document by word. */
function rowsOf(
  { names }: Corpus,
  document: FieldedDocument,
): ReadonlyMap<string, readonly number[]> {
  const rows = new Map<string, number[]>()
  names.forEach((name, field) => {
    for (const word of document.fields[name] ?? []) {
      const list = rows.get(word)
      const last = list?.at(-1)
      if (list === undefined) rows.set(word, [FIELDS + field])
      else if (last !== undefined && last % FIELDS === field) list[list.length - 1] = last + FIELDS
      else list.push(FIELDS + field)
    }
  })
  return rows
}

interface PlannedWord {
  readonly word: string
  readonly w: number
  readonly idf: number
  readonly posting: Posting
}

interface Planning {
  readonly postings: ReadonlyMap<string, Posting>
  readonly idf: (posting: Posting) => number
  readonly maxScanned: number
}

function planOf(
  query: ReadonlyMap<string, number>,
  { postings, idf, maxScanned }: Planning,
): readonly PlannedWord[] {
  const known = [...query].flatMap(([word, w]) => {
    const posting = postings.get(word)
    return posting === undefined || w <= 0 ? [] : [{ word, w, idf: idf(posting), posting }]
  })
  known.sort((a, b) => b.w * b.idf - a.w * a.idf || compare(a.word, b.word))
  let scanned = 0
  return known.filter(({ posting }) => {
    scanned += posting.size
    return scanned <= maxScanned
  })
}

/** What rows are weighed by. */
interface Weigher {
  readonly corpus: Corpus
  readonly k1: number
  /** Average length by field. */
  readonly averages: readonly number[]
}

function averagesOf({ totals, numbers }: Corpus): readonly number[] {
  return totals.map((total) => total / Math.max(1, numbers.size))
}

/** tf of the document whose rows begin at `from`, its fields in their order. */
function frequencyAt({ docs, counts }: Posting, from: number, by: Weigher): number {
  const number = docs[from] ?? 0
  const { lengths } = by.corpus.known[number] ?? { lengths: [] }
  let tf = 0
  for (let row = from; docs[row] === number; row++) {
    const field = (counts[row] ?? 0) % FIELDS
    const { weight, b } = by.corpus.fields[field] ?? { weight: 0, b: 0 }
    const length = (lengths[field] ?? 0) / Math.max(Number.MIN_VALUE, by.averages[field] ?? 0)
    const one = weight / (1 - b + b * length)
    for (let left = Math.floor((counts[row] ?? 0) / FIELDS); left > 0; left--) tf += one
  }
  return tf
}

function bestOf(plan: readonly PlannedWord[], limit: number, by: Weigher): readonly number[] {
  const { known } = by.corpus
  const scores = new Float64Array(known.length)
  const touched: number[] = []
  for (const { w, idf, posting } of plan) {
    const { docs } = posting
    for (let at = 0; at < docs.length; at++) {
      const number = docs[at] ?? 0
      if (number === docs[at - 1]) continue
      const tf = frequencyAt(posting, at, by)
      const before = scores[number] ?? 0
      if (before === 0) touched.push(number)
      scores[number] = before + ((idf * tf) / (by.k1 + tf)) * w
    }
  }
  const scoreOf = (number: number): number => scores[number] ?? 0
  const idOf = (number: number): string => known[number]?.id ?? ''
  return topOf(touched, limit, (a, b) => scoreOf(b) - scoreOf(a) || compare(idOf(a), idOf(b)))
}

function hitOf(number: number, plan: readonly PlannedWord[], by: Weigher): Hit {
  let score = 0
  const words: WordScore[] = []
  for (const { word, w, idf, posting } of plan) {
    const at = positionOf(posting.docs, number)
    if (posting.docs[at] !== number) continue
    const tf = frequencyAt(posting, at, by)
    const x = (idf * tf) / (by.k1 + tf)
    score += x * w
    words.push({ word, idf, tf, x, w })
  }
  return { id: by.corpus.known[number]?.id ?? '', score, words }
}

/** Index of the first row of the document, or of where it would be. */
function positionOf(docs: readonly number[], number: number): number {
  let low = 0
  let high = docs.length
  if ((docs.at(-1) ?? -1) < number) return high
  while (low < high) {
    const middle = (low + high) >> 1
    if ((docs[middle] ?? 0) < number) low = middle + 1
    else high = middle
  }
  return low
}

function idfOf(having: number, total: number): number {
  return Math.log(1 + (total - having + 0.5) / (having + 0.5))
}
