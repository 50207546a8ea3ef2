/**
 * The workaround of a problem as an article, so that it is versioned, found and suggested as others are.
 * It is written at the problem alone: the article follows it.
 */
import { articleOfProblem, changesOf, PROBLEMS } from '../article-plan.ts'
import type { SuggestedArticle } from '../evidence.ts'
import type { Article } from '../model.ts'
import { passageOf } from '../passage.ts'
import { ruleOf } from '../problems/explain.ts'
import type { ProblemState } from '../problems/state.ts'
import { isKnownError } from '../problems/work.ts'
import type { IncidentState } from '../state.ts'
import { compare } from '../topology.ts'
import { putArticle, retireArticle } from './articles.ts'
import { type Ctx, decide, editIncident } from './context.ts'
import { arm } from './incidents.ts'
import { membersOf, pastOfProblem } from './problem-state.ts'

/** More than an article can reach by its words; less than one that the rule links to. */
const KNOWN_ERROR_POINTS = 24
/** Rules that its article names, those of most incidents. */
const MAX_RULES = 8

/**
 * Publishes, changes and retires the articles of those problems that the entry has changed so far; what
 * was done before is not done again. O(changed problems), and the incidents of those with a workaround.
 */
export function publishWorkarounds(ctx: Ctx, actor: string): void {
  for (const id of [...ctx.out.problems].sort(compare)) {
    const problem = ctx.state.problems.get(id)
    if (problem !== undefined) publish(ctx, problem, actor)
  }
}

function publish(ctx: Ctx, problem: Readonly<ProblemState>, actor: string): void {
  const known = ctx.state.articles.get(articleOfProblem(problem.id))
  if (known !== undefined && known.source !== PROBLEMS) return
  const wanted = isKnownError(problem) ? articleOf(ctx, problem, known) : null
  const changed = wanted === null ? [] : changesOf(known, wanted)
  if (wanted === null && known === undefined) return
  if (wanted !== null && changed.length === 0) return
  const why = { actor, note: `the workaround of ${problem.id}` }
  if (wanted !== null) putArticle(ctx, { article: wanted, changed }, why)
  else if (known !== undefined) retireArticle(ctx, known, why)
  for (const incident of membersOf(ctx.ix, problem.id)) lookAgain(ctx, incident)
  decide(ctx, {
    action: 'articles.changed',
    reason: 'known_error',
    text: `${articleOfProblem(problem.id)} ${wanted === null ? 'is retired' : 'says'} the workaround of ${problem.id}`,
    actor,
    problem: problem.id,
  })
}

/** What is open is looked at once more, so that people see at once what is said by now. */
function lookAgain(ctx: Ctx, id: string): void {
  const incident = ctx.state.incidents.get(id)
  if (incident?.status !== 'open' && incident?.status !== 'provisional') return
  const edited = editIncident(ctx, id)
  if (edited !== undefined) arm(ctx, edited, 'analyse', ctx.state.now)
}

/** Incidents that people have said to be of a known error, or not to be. */
export function followLinks(ctx: Ctx): void {
  for (const id of ctx.out.problemLinks) {
    const problem = ctx.state.problemLinks.get(id)?.problem ?? null
    const article = problem === null ? undefined : ctx.state.articles.get(articleOfProblem(problem))
    const shown = ctx.state.incidents.get(id)?.articles.find(({ how }) => how === 'known_error')
    if (shown?.id !== article?.id) lookAgain(ctx, id)
  }
}

function articleOf(
  ctx: Ctx,
  { id, workaround, owner, explanation }: Readonly<ProblemState>,
  known: Article | undefined,
): Article {
  const body = workaround ?? ''
  const { title, rootClass, service } = explanation
  return {
    id: articleOfProblem(id),
    // what a problem is called changes with its incidents: that alone is no new version
    title: known?.body === body ? known.title : `Known error: ${title}`,
    alertnames: rulesOf(ctx, id),
    classes: rootClass === null ? [] : [rootClass],
    services: service === null ? [] : [service],
    tags: ['known error'],
    body,
    source: PROBLEMS,
    ...(owner === null ? {} : { owner }),
  }
}

/** Rules of the alerts that stand for its incidents, sorted. */
function rulesOf(ctx: Ctx, problem: string): readonly string[] {
  const counts = new Map<string, number>()
  for (const { signature } of pastOfProblem(ctx, problem)) {
    const rule = ruleOf(signature)
    counts.set(rule, (counts.get(rule) ?? 0) + 1)
  }
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || compare(a, b))
    .slice(0, MAX_RULES)
    .map(([rule]) => rule)
    .sort(compare)
}

/**
 * What an incident's problem says how to live with it, before all that fits by its words and after what
 * the rules link to.
 */
export function withKnownError(
  { state, ix }: Ctx,
  { id }: Pick<IncidentState, 'id'>,
  suggested: readonly SuggestedArticle[],
): readonly SuggestedArticle[] {
  const problem = state.problemLinks.get(id)?.problem ?? null
  const article = problem === null ? undefined : state.articles.get(articleOfProblem(problem))
  if (problem === null || article?.source !== PROBLEMS) return suggested
  const known: SuggestedArticle = {
    ...{ id: article.id, title: article.title, score: KNOWN_ERROR_POINTS, how: 'known_error' },
    terms: [
      {
        ...{ name: 'known_error', x: 1, w: KNOWN_ERROR_POINTS, inputs: { problem } },
        note: `the incident is one of ${problem}, and this is its workaround`,
      },
    ],
    passage: passageOf(article.body, new Map(), ix.knowledge.split),
  }
  const linked = suggested.filter(({ how }) => how === 'linked')
  return [...linked, known, ...suggested.slice(linked.length)]
}
