/** What articles of a source change of those that there are. */
import type { Article } from './model.ts'

/** The source of what people write in the console or post to the API. */
export const PEOPLE = 'people'
/** The source of the folder of Markdown. */
export const FOLDER = 'folder'
/** The source of the workarounds of problems. */
export const PROBLEMS = 'problems'
const PUBLISHED = /^known-errors\/((?:.+-)?PRB-\d+)$/

/** Id of the article of a problem's workaround. */
export function articleOfProblem(problem: string): string {
  return `known-errors/${problem}`
}

/** The problem whose workaround an article of this id is; `null`: of none. */
export function problemOfArticle(id: string): string | null {
  return PUBLISHED.exec(id)?.[1] ?? null
}

/** Sources that nobody else posts under. */
export const OWN_SOURCES: readonly string[] = [FOLDER, PROBLEMS]

export interface GivenArticles {
  /** Whose they are; null: whoever says it. */
  readonly source: string | null
  /** Of two with one id the later wins. */
  readonly articles: readonly Article[]
}

export interface ChangedArticle {
  readonly article: Article
  /** Names of the fields that differ; all of them for a new one. */
  readonly changed: readonly string[]
}

export interface ArticlePlan {
  readonly added: readonly ChangedArticle[]
  readonly changed: readonly ChangedArticle[]
  /** How many are as they were. */
  readonly same: number
  /** There, of this source, and not given. */
  readonly unsaid: readonly Article[]
  /** Given, and of another source: they stay as they are. */
  readonly taken: readonly { readonly id: string; readonly source: string }[]
}

const FIELDS = [
  ...['title', 'alertnames', 'classes', 'services', 'tags', 'body'],
  ...['source', 'owner', 'reviewOn', 'url'],
] as const satisfies readonly (keyof Article)[]

/** Whose an article is. */
export function ownerOf({ source }: Pick<Article, 'source'>): string {
  return source ?? PEOPLE
}

/**
 * Compares what a source says with what there is. An article belongs to the source that said it
 * first, until it is retired; one from before articles had a source goes to whoever says it next.
 * O(articles).
 */
export function planArticles(
  known: ReadonlyMap<string, Article>,
  { source, articles }: GivenArticles,
): ArticlePlan {
  const given = new Map(articles.map((article) => [article.id, article]))
  const added: ChangedArticle[] = []
  const changed: ChangedArticle[] = []
  const taken: { id: string; source: string }[] = []
  let same = 0
  for (const [id, article] of given) {
    const before = known.get(id)
    if (before === undefined && problemOfArticle(id) !== null) taken.push({ id, source: PROBLEMS })
    else if (before === undefined) added.push({ article, changed: setFields(article) })
    else if (isAnothers(before, source)) taken.push({ id, source: ownerOf(before) })
    else {
      const differing = differences(before, article)
      if (differing.length === 0) same += 1
      else changed.push({ article, changed: differing })
    }
  }
  const unsaid = [...known.values()].filter(
    (article) =>
      !given.has(article.id) &&
      article.source !== PROBLEMS &&
      (source === null || ownerOf(article) === source),
  )
  return { added, changed, same, unsaid, taken }
}

/** What a problem says is said by nobody else. */
function isAnothers(before: Article, source: string | null): boolean {
  if (before.source === PROBLEMS) return true
  return source !== null && before.source !== undefined && before.source !== source
}

/** Names of the fields in which an article differs from what was there; of a new one those it has. */
export function changesOf(before: Article | undefined, article: Article): readonly string[] {
  return before === undefined ? setFields(article) : differences(before, article)
}

function setFields(article: Article): readonly string[] {
  return FIELDS.filter((field) => {
    const value = article[field]
    return value !== undefined && value.length > 0
  })
}

/** Names of the fields in which two articles differ. */
export function differences(a: Article, b: Article): readonly string[] {
  return FIELDS.filter((field) => !isSame(a[field], b[field]))
}

type Value = string | readonly string[] | undefined

function isSame(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  if (typeof a === 'string' || typeof b === 'string') return false
  return a.length === b.length && a.every((one, at) => one === b[at])
}

/**
 * Workarounds by themselves: they are suggested by their problem, and would change what the words of
 * others weigh in other scopes.
 */
export function divideArticles(articles: ReadonlyMap<string, Article>): {
  readonly ours: ReadonlyMap<string, Article>
  readonly published: ReadonlyMap<string, Article>
} {
  const published = new Map([...articles].filter(([, { source }]) => source === PROBLEMS))
  if (published.size === 0) return { ours: articles, published }
  const ours = new Map([...articles].filter(([id]) => !published.has(id)))
  return { ours, published }
}
