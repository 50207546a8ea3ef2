/** Knowledge articles: found, listed, given in bulk; and the folder they come from. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { OWN_SOURCES, ownerOf } from '../../core/article-plan.ts'
import { searchArticles } from '../../core/article-search.ts'
import { AppError } from '../../core/errors.ts'
import { indexSome } from '../../core/knowledge-index.ts'
import type { Article } from '../../core/model.ts'
import { compare } from '../../core/topology.ts'
import { getArticle, listArticles } from '../../store/articles.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, KnowledgeFolder, ServerDeps } from '../deps.ts'
import { stored } from '../patience.ts'
import {
  ArticleFacets,
  ArticlePage,
  ArticlesAnswer,
  ArticlesInput,
  ArticleView,
  FolderView,
  FoundPage,
  toArticle,
  toFolder,
  toFound,
} from '../schemas/article.ts'
import { defined, IdParams, PageQuery, Search } from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { versionOf } from './cmdb.ts'
import { acts, administers, reads } from './guards.ts'

const tags = ['knowledge']
const path = '/api/v1/articles'

const Filters = z.object({
  source: z
    .string()
    .max(1024)
    .optional()
    .openapi({ description: 'whose they are', example: 'folder' }),
  owner: z.string().max(1024).optional(),
  due: z
    .stringbool()
    .optional()
    .openapi({ type: 'boolean', description: 'only those whose review is due' }),
})

const list = createRoute({
  ...{ method: 'get', path, tags, operationId: 'listArticles', middleware: reads },
  summary: 'Knowledge articles, by id',
  request: {
    query: PageQuery.extend({
      ...Filters.shape,
      q: Search,
      retired: z
        .stringbool()
        .optional()
        .openapi({ type: 'boolean', description: 'those that are no more, instead of the others' }),
    }),
  },
  responses: {
    200: {
      description: 'A page of articles',
      content: { 'application/json': { schema: ArticlePage } },
    },
    ...readProblems,
  },
})

const search = createRoute({
  ...{ method: 'get', path: '/api/v1/article-search', tags, operationId: 'searchArticles' },
  summary: 'Knowledge articles that have words, the best first',
  middleware: reads,
  request: {
    query: Filters.extend({
      q: z.string().min(1).max(1000).openapi({ example: 'disk full' }),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: {
    200: { description: 'The best', content: { 'application/json': { schema: FoundPage } } },
    ...readProblems,
  },
})

const facets = createRoute({
  ...{ method: 'get', path: '/api/v1/article-facets', tags, operationId: 'getArticleFacets' },
  summary: 'How many articles there are, by source and by owner',
  middleware: reads,
  responses: {
    200: { description: 'Now', content: { 'application/json': { schema: ArticleFacets } } },
    ...readProblems,
  },
})

const one = createRoute({
  ...{ method: 'get', path: `${path}/{id}`, tags, operationId: 'getArticle', middleware: reads },
  summary: 'One article, also one that is no more',
  description: 'An id with slashes is percent-encoded: `kubernetes%2FKubePodNotReady`.',
  request: { params: IdParams },
  responses: {
    200: { description: 'The article', content: { 'application/json': { schema: ArticleView } } },
    ...readProblems,
  },
})

const post = createRoute({
  ...{ method: 'post', path, tags, operationId: 'postArticles', middleware: administers },
  summary: 'Adds and changes articles of a source, or replaces all of them',
  request: {
    body: { required: true, content: { 'application/json': { schema: ArticlesInput } } },
  },
  responses: {
    200: {
      description: 'They are suggested from now on',
      content: { 'application/json': { schema: ArticlesAnswer } },
    },
    ...actProblems,
  },
})

const folder = createRoute({
  ...{ method: 'get', path: '/api/v1/knowledge/folder', tags, operationId: 'getKnowledgeFolder' },
  summary: 'The folder that articles come from, and the files in it that are at fault',
  middleware: reads,
  responses: {
    200: {
      description: 'As it was looked at last',
      content: { 'application/json': { schema: FolderView } },
    },
    ...readProblems,
  },
})

const readFolder = createRoute({
  ...{ method: 'post', path: '/api/v1/knowledge/folder/read', tags },
  operationId: 'readKnowledgeFolder',
  summary: 'Reads the folder of articles now',
  middleware: acts,
  responses: {
    200: { description: 'As it is', content: { 'application/json': { schema: FolderView } } },
    ...actProblems,
  },
})

/** @throws AppError `not_found` where there is none */
function folderOf({ knowledge }: Pick<ServerDeps, 'knowledge'>): KnowledgeFolder {
  if (knowledge !== undefined) return knowledge
  throw new AppError('not_found', 'no folder of articles is set up')
}

/** The day it is now, as reviews are due by: UTC. */
function today({ clock }: Pick<ServerDeps, 'clock'>): string {
  return new Date(clock.now()).toISOString().slice(0, 10)
}

function isDue({ reviewOn }: Article, day: string): boolean {
  return reviewOn !== undefined && reviewOn <= day
}

/** Length of articles that are indexed at a stretch: some milliseconds. */
const INDEXED_AT_ONCE = 65_536

/** What waits to be indexed must not stop everything else. */
async function indexed({ journey }: Pick<ServerDeps, 'journey'>): Promise<void> {
  const { knowledge, knownErrors } = journey.engine.ix
  while (indexSome(knowledge, INDEXED_AT_ONCE) || indexSome(knownErrors, INDEXED_AT_ONCE))
    await new Promise((resolve) => setImmediate(resolve))
}

function facetsOf(deps: ServerDeps): z.output<typeof ArticleFacets> {
  const { articles, articleMarks } = deps.journey.engine.state
  const all = [...articles.values()]
  const day = today(deps)
  const retired = [...articleMarks.values()].filter((mark) => mark.retired).length
  return {
    total: all.length,
    sources: countsOf(all.map(ownerOf)),
    owners: countsOf(all.flatMap(({ owner }) => (owner === undefined ? [] : [owner]))),
    due: all.filter((article) => isDue(article, day)).length,
    retired,
  }
}

function countsOf(names: readonly string[]): { name: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || compare(a.name, b.name))
    .slice(0, 100)
}

export function knowledgeRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => {
    const { due, ...filter } = c.req.valid('query')
    const deps = c.get('deps')
    const dueOn = due === true ? today(deps) : undefined
    const { items, next } = await listArticles(deps.store, {
      ...defined({ ...filter, dueOn }),
      limit: filter.limit,
    })
    return c.json({ items: items.map(toArticle), ...defined({ next }) }, 200)
  })
  app.openapi(search, async (c) => {
    const { q, limit, source, owner, due } = c.req.valid('query')
    const deps = c.get('deps')
    const day = today(deps)
    await indexed(deps)
    const accepts = (article: Article): boolean =>
      (source === undefined || ownerOf(article) === source) &&
      (owner === undefined || article.owner === owner) &&
      (due !== true || isDue(article, day))
    const { knowledge, knownErrors } = deps.journey.engine.ix
    const { items, total } = searchArticles([knowledge, knownErrors], { q, limit, accepts })
    return c.json({ items: items.map(toFound), total }, 200)
  })
  app.openapi(facets, (c) => c.json(facetsOf(c.get('deps')), 200))
  app.openapi(one, async (c) => {
    const article = await getArticle(c.get('deps').store, c.req.valid('param').id)
    if (article === null) throw new AppError('not_found', 'there is no such article')
    return c.json(toArticle(article), 200)
  })
  app.openapi(post, async (c) => {
    const { mode, articles, source, ...input } = c.req.valid('json')
    if (OWN_SOURCES.includes(source))
      throw new AppError('payload_invalid', 'this name is taken', { pointer: '#/source' })
    const version = input.version ?? versionOf([mode, source, articles])
    const deps = c.get('deps')
    const { journey } = deps
    const given = articles.map(defined)
    const actor = actorOf(c)
    const submitted = journey.submit((at, scope) => ({
      ...{ kind: 'articles', at, scope, version, mode, source, actor },
      articles: given,
    }))
    await stored(deps, submitted)
    return c.json({ version, articles: journey.engine.state.articles.size }, 200)
  })
  app.openapi(folder, (c) => {
    const known = folderOf(c.get('deps'))
    return c.json(toFolder(known.folder, known.last()), 200)
  })
  app.openapi(readFolder, async (c) => {
    const deps = c.get('deps')
    const known = folderOf(deps)
    const late = 'the folder is being read, or what it says is not applied yet'
    const read = await stored(deps, known.read(actorOf(c)), late)
    return c.json(toFolder(known.folder, read), 200)
  })
}
