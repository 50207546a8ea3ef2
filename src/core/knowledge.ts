/**
 * Knowledge articles for an incident: exact links first, then names, then words (fielded BM25),
 * moved by people's votes; nothing where nothing fits.
 *
 * Points of an article for one signature = 10 · share of the asked words it explains
 * (Σ weight · idf · saturation / Σ weight · idf) + 5 where the article is named after the rule.
 * The best signature counts whole, the next best a quarter; then class, service and votes.
 *
 * Measured on 55 alerts of public rule sets against 469 public runbooks, and again with the alert
 * names removed on both sides (test/quality/knowledge.test.ts).
 */
import type { Hit } from './bm25.ts'
import type { SuggestedArticle, Term } from './evidence.ts'
import { bareName, indexSome, K1, type KnowledgeIndex } from './knowledge-index.ts'
import { type AskingSignature, queryOf } from './knowledge-query.ts'
import type { Article } from './model.ts'
import { passageOf } from './passage.ts'
import { linkedBy } from './runbook-link.ts'
import { compare } from './topology.ts'

export const ARTICLE_TERMS = [
  'linked',
  'alertname',
  'word',
  'also',
  'class',
  'service',
  'votes',
] as const
export type ArticleTermName = (typeof ARTICLE_TERMS)[number]
type ArticleTerm = Term<ArticleTermName>

export interface Votes {
  readonly helpful: number
  readonly notHelpful: number
}

export interface KnowledgeQuery {
  readonly signatures: readonly AskingSignature[]
  readonly ciClasses: readonly string[]
  readonly services: readonly string[]
  /** `runbook_url` annotations of the rules. */
  readonly runbookUrls: readonly string[]
  readonly votes: ReadonlyMap<string, Votes>
  readonly limit: number
}

/** At most this many rules of an incident ask, the most surprising ones, by one alert each. */
export const MAX_SIGNATURES = 8
const HITS_PER_SIGNATURE = 24

/** More than a match can reach: 10 + 5, a quarter of that again, 0.5, 1 and 1.5. */
const LINK_POINTS = 25
const WORD_POINTS = 10
const NAME_POINTS = 5
const ALSO_WEIGHT = 0.25
const CLASS_POINTS = 0.5
const SERVICE_POINTS = 1
const MAX_VOTE = 1.5
/** What a vote against counts for whether an article fits: as much more as FITS_FROM is above its points. */
const VOTE_AGAINST = 2

/** What an unexplained symptom away from the probable cause counts, where one at it asks too. */
const ELSEWHERE = 0.7

/**
 * Points below which an article does not fit: those of name and words, and EVIDENCE_POINTS for each
 * word's worth that it shares (Σ idf · saturation of single words / idf of a word no article has).
 * The share alone says too little of short questions, whose every foreign word weighs, and the words
 * alone too little of long ones. Chosen on two collections at once, beside the sets of
 * docs/knowledge-quality.md on 188 unnamed alerts of public rules against 469 public runbooks: none of
 * their right articles is lost, and of 141 foreign alerts 88 % are told that nothing fits.
 */
export const FITS_FROM = 5
const EVIDENCE_POINTS = 10 / 3
/** Articles behind the best are left out below this share of its score. */
const BESIDE_BEST = 0.2

/** What one signature says for one article. */
interface Support {
  readonly rule: string
  /** Sum of `x * w` over `terms`. */
  readonly points: number
  /** Points, not in `terms`, that count only for whether the article fits. */
  readonly evidence: number
  readonly terms: readonly ArticleTerm[]
  readonly hit: Hit | undefined
}

interface Ranked {
  readonly article: Article
  readonly linked: boolean
  readonly fits: boolean
  readonly score: number
  readonly terms: readonly ArticleTerm[]
  readonly hit: Hit | undefined
}

/**
 * Articles for an incident, best first, ties by id: those the rules link to, then those that fit
 * by name and words. Empty where nothing does. Every score is the sum of `x * w` of its terms.
 * Class, service and helpful votes count only for what fits without them; nothing lifts an article
 * over a linked one.
 *
 * Cost: MAX_SIGNATURES bounded searches, the text of `limit` articles for their passages, and of those
 * that wait to be indexed.
 */
export function suggestArticles(
  index: KnowledgeIndex,
  query: KnowledgeQuery,
): readonly SuggestedArticle[] {
  indexSome(index, Number.POSITIVE_INFINITY)
  const linked = linksOf(index, query)
  const ranked = [...supportsOf(index, query.signatures, linked)].flatMap(([id, supports]) => {
    const article = index.articles.get(id)
    return article === undefined ? [] : [rankOf(article, supports, query, linked.get(id))]
  })
  ranked.sort((a, b) => b.score - a.score || compare(a.article.id, b.article.id))
  const best = ranked.find((one) => one.fits && !one.linked)
  const enough = best === undefined ? Number.POSITIVE_INFINITY : best.score * BESIDE_BEST
  return ranked
    .filter((one) => one.linked || one.score >= enough)
    .slice(0, Math.max(0, query.limit))
    .map(({ article, linked, score, terms, hit }) => ({
      id: article.id,
      title: article.title,
      score,
      how: linked ? 'linked' : 'match',
      terms,
      passage: passageOf(article.body, massOf(hit), index.split),
    }))
}

/** URL by id of the article it names; the first URL of several. */
function linksOf(index: KnowledgeIndex, query: KnowledgeQuery): ReadonlyMap<string, string> {
  const annotated = query.signatures.map(({ annotations }) => annotations['runbook_url'] ?? '')
  const urls = [...new Set([...query.runbookUrls, ...annotated])].sort(compare).reverse()
  return new Map(urls.flatMap((url) => linkedBy(index, url).map((id) => [id, url] as const)))
}

/** Per article what each signature says for it, the most surprising signature first. */
function supportsOf(
  index: KnowledgeIndex,
  signatures: readonly AskingSignature[],
  linked: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly Support[]> {
  const found = new Map<string, Support[]>([...linked.keys()].sort(compare).map((id) => [id, []]))
  const asking = askingOf(signatures)
  const shareOf = sharesOf(asking)
  const unknown = index.words.idfUnknown()
  for (const signature of asking) {
    const share = shareOf(signature)
    const { words, asked, singles } = queryOf(signature, index.split, index.words.idf, unknown)
    const named = new Set(index.byAlertname.get(bareName(signature.rule)) ?? [])
    const hits = new Map(
      index.words.search(words, HITS_PER_SIGNATURE).map((hit) => [hit.id, hit] as const),
    )
    for (const id of new Set([...hits.keys(), ...named, ...linked.keys()])) {
      const hit = hits.get(id) ?? index.words.score(words, id)
      const terms = supportTerms(signature.rule, { hit, asked, share, named: named.has(id) })
      const list = found.get(id) ?? []
      if (list.length === 0) found.set(id, list)
      const evidence = (EVIDENCE_POINTS * share * sharedBy(hit, singles)) / unknown
      list.push({ rule: signature.rule, points: sumOf(terms), evidence, terms, hit })
    }
  }
  return found
}

/** How far a signature counts: by its surprise beside the most surprising one, and by where it is. */
function sharesOf(asking: readonly AskingSignature[]): (one: AskingSignature) => number {
  const most = Math.max(0, ...asking.map(({ surprise }) => surprise))
  const caused = asking.some(({ atCause }) => atCause === true)
  return ({ surprise, atCause }) =>
    (most > 0 ? 0.5 + (0.5 * Math.max(0, surprise)) / most : 1) *
    (caused && atCause !== true ? ELSEWHERE : 1)
}

/** Σ idf · saturation of the single words. */
function sharedBy(hit: Hit | undefined, singles: ReadonlySet<string>): number {
  return (hit?.words ?? []).reduce((sum, { word, x }) => (singles.has(word) ? sum + x : sum), 0)
}

/** The alert of each rule that counts most, at most MAX_SIGNATURES: those at the cause first. */
function askingOf(signatures: readonly AskingSignature[]): readonly AskingSignature[] {
  const perRule = new Map<string, AskingSignature>()
  for (const signature of signatures) {
    const known = perRule.get(signature.rule)
    if (known === undefined || byWeight(signature, known) < 0)
      perRule.set(signature.rule, signature)
  }
  return [...perRule.values()].sort(byWeight).slice(0, MAX_SIGNATURES)
}

function byWeight(a: AskingSignature, b: AskingSignature): number {
  return (
    Number(b.atCause === true) - Number(a.atCause === true) ||
    b.surprise - a.surprise ||
    compare(a.rule, b.rule) ||
    compare(a.title, b.title) ||
    compare(canonical(a), canonical(b))
  )
}

function canonical({ annotations, labels }: AskingSignature): string {
  const pairs = [annotations, labels].map((all) =>
    Object.entries(all).sort(([x], [y]) => compare(x, y)),
  )
  return JSON.stringify(pairs)
}

function supportTerms(
  rule: string,
  {
    hit,
    asked,
    share,
    named,
  }: { hit: Hit | undefined; asked: number; share: number; named: boolean },
): readonly ArticleTerm[] {
  const name: readonly ArticleTerm[] = named
    ? [
        {
          name: 'alertname',
          x: share,
          w: NAME_POINTS,
          inputs: { rule, share },
          note: `the article is named after ${rule}`,
        },
      ]
    : []
  const words = (hit?.words ?? []).map(
    ({ word, idf, tf, x, w }): ArticleTerm => ({
      name: 'word',
      x,
      w: (WORD_POINTS * share * w) / asked,
      inputs: { word, idf, tf, k1: K1 },
      note: `“${word}”, asked for by ${rule}`,
    }),
  )
  return [...name, ...words]
}

function rankOf(
  article: Article,
  supports: readonly Support[],
  query: KnowledgeQuery,
  url: string | undefined,
): Ranked {
  const [best, next] = [...supports].sort((a, b) => b.points - a.points)
  const terms: ArticleTerm[] = [
    ...(url === undefined ? [] : [linkTerm(url)]),
    ...(best?.terms ?? []),
  ]
  if (next !== undefined && next.points > 0)
    terms.push({
      name: 'also',
      x: next.points,
      w: ALSO_WEIGHT,
      inputs: { rule: next.rule, points: next.points },
      note: `it also fits ${next.rule}`,
    })
  const votes = voteTerm(query.votes.get(article.id))
  const against = VOTE_AGAINST * Math.min(0, votes?.x ?? 0)
  const fits = sumOf(terms) + (best?.evidence ?? 0) + against >= FITS_FROM
  if (fits) terms.push(...placeTerms(article, query))
  if (votes !== undefined && (fits || votes.x < 0)) terms.push(votes)
  const score = sumOf(terms)
  return { article, linked: url !== undefined, fits, score, terms, hit: best?.hit }
}

function linkTerm(url: string): ArticleTerm {
  const note = 'the rule links to this article'
  return { name: 'linked', x: 1, w: LINK_POINTS, inputs: { url }, note }
}

/** Same class and same service as what is affected. */
function placeTerms(article: Article, query: KnowledgeQuery): readonly ArticleTerm[] {
  const shared = (ours: readonly string[], theirs: readonly string[]): string | undefined => {
    const known = new Set(theirs.map((one) => one.toLowerCase()))
    return [...ours].sort(compare).find((one) => known.has(one.toLowerCase()))
  }
  const ciClass = shared(article.classes, query.ciClasses)
  const service = shared(article.services, query.services)
  const terms: ArticleTerm[] = []
  if (ciClass !== undefined) {
    const note = `written for ${ciClass}`
    terms.push({ name: 'class', x: 1, w: CLASS_POINTS, inputs: { class: ciClass }, note })
  }
  if (service !== undefined) {
    const note = `written for service ${service}`
    terms.push({ name: 'service', x: 1, w: SERVICE_POINTS, inputs: { service }, note })
  }
  return terms
}

/** Log ratio of the two means of Beta(1, 1) plus votes, ±MAX_VOTE at most. */
function voteTerm(votes: Votes | undefined): ArticleTerm | undefined {
  if (votes === undefined || votes.helpful === votes.notHelpful) return undefined
  const { helpful, notHelpful } = votes
  const ratio = Math.log((helpful + 1) / (notHelpful + 1))
  return {
    name: 'votes',
    x: Math.max(-MAX_VOTE, Math.min(MAX_VOTE, ratio)),
    w: 1,
    inputs: { helpful, notHelpful },
    note: `found helpful ${told(helpful)} times, not helpful ${told(notHelpful)} times`,
  }
}

/** Votes fade, and so come in parts. */
function told(votes: number): string {
  return String(Math.round(votes * 10) / 10)
}

function sumOf(terms: readonly ArticleTerm[]): number {
  return terms.reduce((sum, { x, w }) => sum + x * w, 0)
}

/** What each word of a hit weighs in the query: weight · idf. */
function massOf(hit: Hit | undefined): ReadonlyMap<string, number> {
  return new Map((hit?.words ?? []).map(({ word, w, idf }) => [word, w * idf]))
}
