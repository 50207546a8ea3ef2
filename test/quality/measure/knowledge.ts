/** How well articles are suggested on our own sets. */
import { suggestArticles } from '../../../src/core/knowledge.ts'
import { buildKnowledge, type KnowledgeIndex } from '../../../src/core/knowledge-index.ts'
import type { Article } from '../../../src/core/model.ts'
import { plainBm25, type Ranker, tfIdf } from './knowledge-baselines.ts'
import { ownArticles, ownQuestions, type Question, type QuestionSets } from './knowledge-sets.ts'
import { interval } from './summary.ts'

/** Sets whose questions have an article. */
export const ANSWERED = ['alerts', 'several alerts', 'warnings only', 'symptoms'] as const
/** Sets whose questions have none. */
export const UNANSWERED = ['nothing, far', 'nothing, near', 'nothing, incidents'] as const

/** One number for each question, to be averaged. */
export interface Found {
  readonly hit1: readonly number[]
  readonly hit3: readonly number[]
  readonly hit5: readonly number[]
  /** 1 / rank, 0 where it is not among the first five. */
  readonly reciprocal: readonly number[]
  /** 1 where nothing was suggested. */
  readonly silent: readonly number[]
}

export interface KnowledgeMeasured {
  readonly articles: number
  /** By set, then by ranker: `ours`, `BM25`, `TF-IDF`. */
  readonly found: ReadonlyMap<string, ReadonlyMap<string, Found>>
  /** Ours, on the alerts, each asked while its article is taken out. */
  readonly removed: Found
}

/** Everything that the page tells, on one index and with one configuration. */
export function measureKnowledge(): KnowledgeMeasured {
  const articles = ownArticles()
  const sets = ownQuestions(articles)
  const rankers = new Map<string, Ranker>([
    ['ours', oursOn(buildKnowledge(articles))],
    ['BM25', plainBm25(articles)],
    ['TF-IDF', tfIdf(articles)],
  ])
  const found = new Map(
    [...sets].map(([name, questions]) => [
      name,
      new Map([...rankers].map(([who, rank]) => [who, findAll(questions, rank)])),
    ]),
  )
  return { articles: articles.length, found, removed: withoutTheirs(articles, sets) }
}

function oursOn(index: KnowledgeIndex): Ranker {
  return (query) => suggestArticles(index, query).map(({ id }) => id)
}

function withoutTheirs(articles: readonly Article[], sets: QuestionSets): Found {
  const alone = (sets.get('alerts') ?? []).map((question) => {
    const others = articles.filter(({ id }) => !question.right.includes(id))
    return findAll([question], oursOn(buildKnowledge(others)))
  })
  return {
    hit1: alone.flatMap(({ hit1 }) => hit1),
    hit3: alone.flatMap(({ hit3 }) => hit3),
    hit5: alone.flatMap(({ hit5 }) => hit5),
    reciprocal: alone.flatMap(({ reciprocal }) => reciprocal),
    silent: alone.flatMap(({ silent }) => silent),
  }
}

function findAll(questions: readonly Question[], rank: Ranker): Found {
  const answers = questions.map(({ query, right }) => {
    const list = rank(query).slice(0, 5)
    const at = list.findIndex((id) => right.includes(id))
    return { rank: at < 0 ? Number.POSITIVE_INFINITY : at + 1, silent: list.length === 0 }
  })
  const within = (limit: number): readonly number[] =>
    answers.map(({ rank }) => (rank <= limit ? 1 : 0))
  return {
    hit1: within(1),
    hit3: within(3),
    hit5: within(5),
    reciprocal: answers.map(({ rank }) => 1 / rank),
    silent: answers.map(({ silent }) => (silent ? 1 : 0)),
  }
}

/** A set's figures by who ranks; fails where there is no such set. */
export function foundOn(measured: KnowledgeMeasured, set: string, who = 'ours'): Found {
  const found = measured.found.get(set)?.get(who)
  if (found === undefined) throw new Error(`nothing was measured on ${set} by ${who}`)
  return found
}

/** Of the answers "nothing fits", the share that is right; symptoms are left out. */
export function silencePrecision(measured: KnowledgeMeasured): number {
  const count = (sets: readonly string[]): number =>
    sets.flatMap((set) => foundOn(measured, set).silent).reduce<number>((sum, one) => sum + one, 0)
  const right = count(UNANSWERED)
  return right / Math.max(1, right + count(ANSWERED.filter((set) => set !== 'symptoms')))
}

/** Of the questions without an article, the share that is told that nothing fits. */
export function silenceRate(measured: KnowledgeMeasured): number {
  return interval(UNANSWERED.flatMap((set) => foundOn(measured, set).silent)).mean
}
