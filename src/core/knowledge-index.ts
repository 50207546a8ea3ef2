/**
 * The index of the knowledge articles: their words, their names and what links to them. Kept in line
 * with the articles piece by piece, so that thousands of new ones stop nothing.
 */
import { baseName } from './article.ts'
import { type Bm25Index, type Bm25Options, buildBm25, type FieldedDocument } from './bm25.ts'
import { blocksOf } from './markdown.ts'
import type { Article } from './model.ts'
import { linkAddress, linkName } from './runbook-link.ts'
import { insertSorted, takeSorted } from './sorted.ts'
import { createTokenizer, type Tokenizer } from './text.ts'
import { compare } from './topology.ts'

export const K1 = 1.2

/**
 * What articles are found by. A change of articles only notes which ones are to be indexed anew:
 * that is done piece by piece (`indexSome`), and what is left of it before the first answer. So an
 * answer is a function of the set of articles alone.
 */
export interface KnowledgeIndex {
  readonly articles: ReadonlyMap<string, Article>
  /** As they are in the index. */
  readonly indexed: Map<string, Article>
  /** Ids of those that are in it otherwise than they should be. */
  readonly waiting: Set<string>
  readonly words: Bm25Index
  /** Ids by the last part of an id, sorted. */
  readonly byBase: Map<string, string[]>
  /** Ids by the address they are from, sorted. */
  readonly byAddress: Map<string, string[]>
  /** Ids by bare alert name (lower case, letters and digits only), sorted. */
  readonly byAlertname: Map<string, string[]>
  readonly split: Tokenizer
}

const FIELDS: Bm25Options = {
  k1: K1,
  fields: {
    name: { weight: 3, b: 0.75 },
    title: { weight: 3, b: 0.75 },
    headings: { weight: 1, b: 0.75 },
    lead: { weight: 1.5, b: 0.75 },
    body: { weight: 1, b: 0.75 },
    code: { weight: 0.5, b: 0.75 },
    tags: { weight: 1, b: 0.75 },
  },
}

/** Bodies are indexed up to this many characters. */
const MAX_BODY = 200_000

/** Articles to be indexed, piece by piece; of two with one id the later wins. O(articles). */
export function buildKnowledge(articles: readonly Article[]): KnowledgeIndex {
  const empty: KnowledgeIndex = {
    articles: new Map(),
    indexed: new Map(),
    waiting: new Set(),
    words: buildBm25([], FIELDS),
    byBase: new Map(),
    byAddress: new Map(),
    byAlertname: new Map(),
    split: createTokenizer(),
  }
  return changeKnowledge(empty, new Map(articles.map((article) => [article.id, article])))
}

/**
 * The index for other articles, which takes over what it has; the one before must not be used any
 * more. Those that are the same objects as before stay as they are. O(articles).
 */
export function changeKnowledge(
  index: KnowledgeIndex,
  articles: ReadonlyMap<string, Article>,
): KnowledgeIndex {
  const { indexed, waiting } = index
  waiting.clear()
  for (const id of indexed.keys()) if (!articles.has(id)) waiting.add(id)
  for (const [id, article] of articles) if (indexed.get(id) !== article) waiting.add(id)
  return { ...index, articles }
}

/**
 * Indexes articles that wait, until their length reaches `size` characters; says whether some are
 * left. Changes no answer. O(size) and one article.
 */
export function indexSome(index: KnowledgeIndex, size: number): boolean {
  let left = size
  for (const id of index.waiting) {
    if (left <= 0) return true
    left -= indexOne(index, id)
  }
  return false
}

/** Brings one article in line; returns its length. */
function indexOne(index: KnowledgeIndex, id: string): number {
  const { articles, indexed, waiting, words, split } = index
  const before = indexed.get(id)
  const after = articles.get(id)
  waiting.delete(id)
  if (before !== undefined) {
    words.remove(documentOf(before, split))
    for (const [list, name] of namesOf(index, before)) forget(list, name, id)
    indexed.delete(id)
  }
  if (after !== undefined) {
    words.add(documentOf(after, split))
    for (const [list, name] of namesOf(index, after)) note(list, name, id)
    indexed.set(id, after)
  }
  return MIN_COST + (before?.body.length ?? 0) + (after?.body.length ?? 0)
}

/** What an article without a text counts, in characters. */
const MIN_COST = 200

type Lists = Map<string, string[]>

/** Lists and the names in them that an article is found by. */
function namesOf(
  { byBase, byAddress, byAlertname }: KnowledgeIndex,
  { id, alertnames, url = '' }: Article,
): readonly (readonly [Lists, string])[] {
  const names = new Set([baseName(id), ...alertnames].map(bareName))
  const byName = [...names].map((name) => [byAlertname, name] as const)
  const from = linkAddress(url)
  const byUrl = from === undefined ? [] : [[byAddress, from] as const]
  return [[byBase, linkName(id)] as const, ...byUrl, ...byName]
}

function note(lists: Lists, name: string, id: string): void {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [id])
  else insertSorted(list, id, compare)
}

function forget(lists: Lists, name: string, id: string): void {
  const list = lists.get(name)
  if (list === undefined) return
  takeSorted(list, id, compare)
  if (list.length === 0) lists.delete(name)
}

function documentOf(article: Article, split: Tokenizer): FieldedDocument {
  const all = (texts: readonly string[]): readonly string[] =>
    texts.flatMap((text) => {
      const { words, wholes, pairs } = split(text)
      return [...words, ...wholes, ...pairs]
    })
  const blocks = blocksOf(article.body.slice(0, MAX_BODY))
  const of = (kind: 'heading' | 'text' | 'code'): readonly string[] =>
    blocks.flatMap((block) => (block.kind === kind ? [block.text] : []))
  const [lead = '', ...body] = of('text')
  return {
    id: article.id,
    fields: {
      name: all([baseName(article.id), ...article.alertnames]),
      title: all([article.title]),
      headings: all(of('heading')),
      lead: all([lead]),
      body: all(body),
      code: all(of('code')),
      tags: all([...article.tags, ...article.classes, ...article.services]),
    },
  }
}

export function bareName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
}
