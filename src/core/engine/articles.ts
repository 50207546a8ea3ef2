/** Articles: whose they are, what of them is new, and what is no more. */
import { divideArticles, ownerOf, planArticles } from '../article-plan.ts'
import type { ArticlesEntry } from '../entry.ts'
import { changeKnowledge } from '../knowledge-index.ts'
import type { Article } from '../model.ts'
import type { ArticleRecord } from '../record.ts'
import type { State } from '../state.ts'
import { compare } from '../topology.ts'
import { type Ctx, decide } from './context.ts'

export type ArticlesResult =
  | { readonly ok: true; readonly version: string }
  /** `revision` is the one that the article is at. */
  | {
      readonly ok: false
      readonly reason: 'another_revision'
      readonly text: string
      readonly revision: number
    }

/**
 * Takes over articles, or refuses what was made from a version that is not the newest; they are
 * indexed later, piece by piece. What is the same as before stays the same object, and has no new
 * version. O(articles).
 */
export function applyArticles(ctx: Ctx, entry: ArticlesEntry): ArticlesResult {
  const { state } = ctx
  const revision = otherRevision(ctx, entry)
  if (revision !== null) return refuse(ctx, entry, revision)
  const { source } = entry
  const given = entry.articles.map((article) =>
    source === undefined ? article : { ...article, source },
  )
  const plan = planArticles(state.articles, { source: source ?? null, articles: given })
  const all = new Map(state.articles)
  const why = { actor: entry.actor ?? entry.source ?? 'engine', note: entry.note ?? null }
  for (const { article, changed } of [...plan.added, ...plan.changed]) {
    all.set(article.id, article)
    note(ctx, why, { article, changed, retired: false })
  }
  const asked = new Set(entry.retire ?? [])
  const gone = plan.unsaid.filter(({ id }) => entry.mode === 'replace' || asked.has(id))
  for (const article of [...gone].sort((a, b) => compare(a.id, b.id))) {
    all.delete(article.id)
    note(ctx, why, { article, changed: [], retired: true })
  }
  keep(ctx, all)
  state.articlesVersion = entry.version
  const counts = `${plan.added.length} new, ${plan.changed.length} changed, ${gone.length} retired`
  const kept = plan.taken.length === 0 ? '' : `, ${plan.taken.length} are another source's`
  decide(ctx, {
    action: 'articles.changed',
    reason: entry.mode,
    text: `${all.size} articles in version ${entry.version}: ${counts}${kept}`,
    ...(entry.actor === undefined ? {} : { actor: entry.actor }),
  })
  return { ok: true, version: entry.version }
}

/** Who says something of an article, and why. */
interface Saying {
  readonly actor: string
  readonly note: string | null
}

/** Takes over one article, `changed` in these fields. O(articles). */
export function putArticle(
  ctx: Ctx,
  { article, changed }: { readonly article: Article; readonly changed: readonly string[] },
  why: Saying,
): void {
  keep(ctx, new Map(ctx.state.articles).set(article.id, article))
  note(ctx, why, { article, changed, retired: false })
}

/** O(articles). */
export function retireArticle(ctx: Ctx, article: Article, why: Saying): void {
  const all = new Map(ctx.state.articles)
  all.delete(article.id)
  keep(ctx, all)
  note(ctx, why, { article, changed: [], retired: true })
}

function keep({ state, ix }: Ctx, articles: State['articles']): void {
  state.articles = articles
  const { ours, published } = divideArticles(articles)
  ix.knowledge = changeKnowledge(ix.knowledge, ours)
  ix.knownErrors = changeKnowledge(ix.knownErrors, published)
}

/** The revision that an article is at, where that is not the one it must be at; else null. */
function otherRevision(
  { state }: Pick<Ctx, 'state'>,
  { ifRevision, articles: [article] }: ArticlesEntry,
): number | null {
  if (ifRevision === undefined || article === undefined) return null
  if (ifRevision === 0 && !state.articles.has(article.id)) return null
  const revision = state.articleMarks.get(article.id)?.revision ?? 0
  return revision === ifRevision ? null : revision
}

function refuse(ctx: Ctx, entry: ArticlesEntry, revision: number): ArticlesResult {
  const reason = 'another_revision'
  const text = 'somebody has changed this article since'
  decide(ctx, {
    ...{ action: 'command.refused', reason, text: `${entry.articles[0]?.id}: ${text}` },
    ...(entry.actor === undefined ? {} : { actor: entry.actor }),
  })
  return { ok: false, reason, text, revision }
}

interface Version {
  readonly article: Article
  readonly changed: readonly string[]
  readonly retired: boolean
}

/** The next version of an article, for the store. */
function note(ctx: Ctx, why: Saying, { article, changed, retired }: Version): void {
  const { state, out } = ctx
  const known = state.articleMarks.edit(article.id)
  const wasRetired = known?.retired === true
  const revision = (known?.revision ?? 0) + 1
  if (known === undefined) state.articleMarks.set({ snap: 0, id: article.id, revision, retired })
  else Object.assign(known, { revision, retired })
  const record: ArticleRecord = {
    ...article,
    source: ownerOf(article),
    ...{ revision, retired, changed, at: state.now },
    ...why,
    action: actionOf({ retired, wasRetired, isNew: known === undefined }),
  }
  out.articles.push(record)
}

function actionOf(is: {
  readonly retired: boolean
  readonly wasRetired: boolean
  readonly isNew: boolean
}): ArticleRecord['action'] {
  if (is.retired) return 'retired'
  if (is.wasRetired) return 'restored'
  return is.isNew ? 'created' : 'changed'
}
