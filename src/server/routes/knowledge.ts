/** Knowledge articles. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import { getArticle, listArticles } from '../../store/articles.ts'
import type { AppEnv } from '../deps.ts'
import { applied } from '../patience.ts'
import {
  ArticlePage,
  ArticlesAnswer,
  ArticlesInput,
  ArticleView,
  toArticle,
} from '../schemas/cmdb.ts'
import { defined, IdParams, PageQuery, Search } from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { versionOf } from './cmdb.ts'
import { administers, reads } from './guards.ts'

const list = createRoute({
  method: 'get',
  path: '/api/v1/articles',
  operationId: 'listArticles',
  tags: ['knowledge'],
  summary: 'Knowledge articles, by id',
  middleware: reads,
  request: { query: PageQuery.extend({ q: Search }) },
  responses: {
    200: {
      description: 'A page of articles',
      content: { 'application/json': { schema: ArticlePage } },
    },
    ...readProblems,
  },
})

const one = createRoute({
  method: 'get',
  path: '/api/v1/articles/{id}',
  operationId: 'getArticle',
  tags: ['knowledge'],
  summary: 'One article',
  description: 'An id with slashes is percent-encoded: `kubernetes%2FKubePodNotReady`.',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: { description: 'The article', content: { 'application/json': { schema: ArticleView } } },
    ...readProblems,
  },
})

const post = createRoute({
  method: 'post',
  path: '/api/v1/articles',
  operationId: 'postArticles',
  tags: ['knowledge'],
  summary: 'Adds and changes articles, or replaces all of them',
  middleware: administers,
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

export function knowledgeRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => {
    const { items, next } = await listArticles(c.get('deps').store, defined(c.req.valid('query')))
    return c.json({ items: items.map(toArticle), ...defined({ next }) }, 200)
  })

  app.openapi(one, async (c) => {
    const article = await getArticle(c.get('deps').store, c.req.valid('param').id)
    if (article === null) throw new AppError('not_found', 'there is no such article')
    return c.json(toArticle(article), 200)
  })

  app.openapi(post, async (c) => {
    const { mode, articles, ...input } = c.req.valid('json')
    const version = input.version ?? versionOf([mode, articles])
    const deps = c.get('deps')
    const { journey, records } = deps
    const submitted = journey.submit((at, scope) => ({
      kind: 'articles',
      at,
      scope,
      version,
      mode,
      articles,
    }))
    await applied(deps, submitted)
    const { seq, articles: now } = journey.engine.state
    await records.flushed(seq)
    return c.json({ version, articles: now.size }, 200)
  })
}
