/** One article of people's: written, retired, brought back; its versions, and where it was of use. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { ownerOf, PEOPLE, PROBLEMS, problemOfArticle } from '../../core/article-plan.ts'
import { AppError } from '../../core/errors.ts'
import type { Article } from '../../core/model.ts'
import type { ArticleRecord } from '../../core/record.ts'
import { compare } from '../../core/topology.ts'
import { usesOf } from '../../store/article-uses.ts'
import { getArticle, getVersion, listVersions } from '../../store/articles.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { stored } from '../patience.ts'
import {
  ArticleEdit,
  ArticleView,
  RestoreInput,
  RetireInput,
  toArticle,
  toVersion,
  UsesView,
  VersionPage,
} from '../schemas/article.ts'
import { defined, IdParams, iso } from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { versionOf } from './cmdb.ts'
import { acts, reads } from './guards.ts'

const tags = ['knowledge']
const path = '/api/v1/articles/{id}'
const article = { 'application/json': { schema: ArticleView } }

const put = createRoute({
  ...{ method: 'put', path, tags, operationId: 'putArticle', middleware: acts },
  summary: 'Writes an article of people: a new one, or the next version of one',
  description: 'An article of the folder or of an import is changed where it is from.',
  request: {
    params: IdParams,
    body: { required: true, content: { 'application/json': { schema: ArticleEdit } } },
  },
  responses: { 200: { description: 'As it is now', content: article }, ...actProblems },
})

const retire = createRoute({
  ...{ method: 'post', path: `${path}/retire`, tags, operationId: 'retireArticle' },
  summary: 'Takes an article of people out of use; it can still be read, and brought back',
  middleware: acts,
  request: {
    params: IdParams,
    body: { content: { 'application/json': { schema: RetireInput } } },
  },
  responses: { 200: { description: 'As it was', content: article }, ...actProblems },
})

const restore = createRoute({
  ...{ method: 'post', path: `${path}/restore`, tags, operationId: 'restoreArticle' },
  summary: 'Makes a version of an article its newest, also of one that is no more',
  middleware: acts,
  request: {
    params: IdParams,
    body: { required: true, content: { 'application/json': { schema: RestoreInput } } },
  },
  responses: { 200: { description: 'As it is now', content: article }, ...actProblems },
})

const versions = createRoute({
  ...{ method: 'get', path: `${path}/versions`, tags, operationId: 'listArticleVersions' },
  summary: 'The newest 50 versions of an article: who changed what, and when',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: { description: 'Newest first', content: { 'application/json': { schema: VersionPage } } },
    ...readProblems,
  },
})

const OneVersion = IdParams.extend({
  revision: z.coerce
    .number()
    .int()
    .min(0)
    .openapi({ param: { name: 'revision', in: 'path' } }),
})

const version = createRoute({
  ...{ method: 'get', path: `${path}/versions/{revision}`, tags },
  operationId: 'getArticleVersion',
  summary: 'An article as one of its versions has it',
  middleware: reads,
  request: { params: OneVersion },
  responses: { 200: { description: 'As it was then', content: article }, ...readProblems },
})

const uses = createRoute({
  ...{ method: 'get', path: `${path}/uses`, tags, operationId: 'getArticleUses' },
  summary: 'Where an article is suggested, and whether people found it helpful',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: { description: 'Now', content: { 'application/json': { schema: UsesView } } },
    ...readProblems,
  },
})

const DAY = 86_400_000
const USES_MS = 90 * DAY

/** What is asked of an article of people's. */
interface Edit {
  readonly actor: string
  readonly note: string | undefined
  readonly articles: readonly Article[]
  readonly retire: readonly string[]
  readonly ifRevision?: number | undefined
}

/** Whether it is refused is for the engine to say: others may have been ordered before it. */
async function submit(deps: ServerDeps, id: string, edit: Edit): Promise<ArticleRecord> {
  const { journey, store } = deps
  const { actor, note, articles, retire: gone, ifRevision } = edit
  const submitted = journey.submit((at, scope) => ({
    ...{ kind: 'articles', at, scope, mode: 'upsert', source: PEOPLE, actor, articles },
    version: versionOf([at, articles, gone]),
    ...(gone.length === 0 ? {} : { retire: gone }),
    ...defined({ note, ifRevision }),
  }))
  const { result } = await stored(deps, submitted)
  if (result !== null && !result.ok) {
    const { reason } = result
    const details = 'revision' in result ? { reason, revision: result.revision } : { reason }
    throw new AppError('conflict', result.text, details)
  }
  expectPeoples(deps, id)
  const now = await getArticle(store, id)
  if (now === null) throw new AppError('internal', 'the article was not written')
  return now
}

/** @throws AppError `conflict` where another source has it, or its id is kept for one */
function expectPeoples({ journey }: ServerDeps, id: string): Article | undefined {
  const known = journey.engine.state.articles.get(id)
  const isKept = known === undefined && problemOfArticle(id) !== null
  if (!isKept && (known === undefined || ownerOf(known) === PEOPLE)) return known
  const source = known === undefined ? PROBLEMS : ownerOf(known)
  throw new AppError('conflict', `this article belongs to ${source}: it is changed there`, {
    source,
  })
}

function usesView(
  { journey }: ServerDeps,
  id: string,
): Pick<z.output<typeof UsesView>, 'helpful' | 'notHelpful' | 'votes'> {
  const votes = [...journey.engine.state.votes.values()]
    .filter((vote) => vote.article === id)
    .map(({ signature, helpful, notHelpful }) => ({ signature, helpful, notHelpful }))
    .sort(
      (a, b) =>
        b.helpful + b.notHelpful - a.helpful - a.notHelpful || compare(a.signature, b.signature),
    )
  const sum = (of: 'helpful' | 'notHelpful'): number => votes.reduce((all, one) => all + one[of], 0)
  return { helpful: sum('helpful'), notHelpful: sum('notHelpful'), votes: votes.slice(0, 50) }
}

export function articleVersionRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(put, async (c) => {
    const deps = c.get('deps')
    const { id } = c.req.valid('param')
    const { note, ifRevision, ...written } = c.req.valid('json')
    const actor = actorOf(c)
    expectPeoples(deps, id)
    const articles = [{ id, ...defined(written) }]
    const now = await submit(deps, id, { actor, note, articles, retire: [], ifRevision })
    return c.json(toArticle(now), 200)
  })
  app.openapi(retire, async (c) => {
    const deps = c.get('deps')
    const { id } = c.req.valid('param')
    const { note } = c.req.valid('json')
    const actor = actorOf(c)
    if (expectPeoples(deps, id) === undefined)
      throw new AppError('not_found', 'there is no such article')
    const now = await submit(deps, id, { actor, note, articles: [], retire: [id] })
    return c.json(toArticle(now), 200)
  })
  app.openapi(restore, async (c) => {
    const deps = c.get('deps')
    const { id } = c.req.valid('param')
    const { revision, note = `version ${revision} again` } = c.req.valid('json')
    const actor = actorOf(c)
    expectPeoples(deps, id)
    const found = await getVersion(deps.store, { id, revision })
    if (found === null) throw new AppError('not_found', 'that version is not kept')
    const now = await submit(deps, id, { actor, note, articles: [articleOf(found)], retire: [] })
    return c.json(toArticle(now), 200)
  })
  app.openapi(versions, async (c) => {
    const items = await listVersions(c.get('deps').store, c.req.valid('param').id)
    return c.json({ items: items.map(toVersion) }, 200)
  })
  app.openapi(version, async (c) => {
    const found = await getVersion(c.get('deps').store, c.req.valid('param'))
    if (found === null) throw new AppError('not_found', 'that version is not kept')
    return c.json(toArticle(found), 200)
  })
  app.openapi(uses, async (c) => {
    const deps = c.get('deps')
    const { id } = c.req.valid('param')
    const found = await usesOf(deps.store, { id, since: deps.clock.now() - USES_MS })
    const incidents = found.map(({ incident, title, at, rank, how, score }) => {
      return { id: incident, title, at: iso(at), rank, how, score }
    })
    return c.json({ ...usesView(deps, id), incidents }, 200)
  })
}

function articleOf(record: ArticleRecord): Article {
  const { id, title, alertnames, classes, services, tags: words, body } = record
  const { owner, reviewOn, url } = record
  const texts = { id, title, alertnames, classes, services, tags: words, body }
  return { ...texts, ...defined({ owner, reviewOn, url }) }
}
