/** Articles from files: of Markdown, and of other knowledge bases. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ArticleImports, ServerDeps } from '../deps.ts'
import { stored } from '../patience.ts'
import {
  ArticleFormats,
  ArticleImportInput,
  ArticleImportView,
  viewArticleImport,
} from '../schemas/article-import.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { administers, reads } from './guards.ts'

const tags = ['knowledge']

const formats = createRoute({
  ...{ method: 'get', path: '/api/v1/knowledge/formats', tags, operationId: 'listArticleFormats' },
  summary: 'Formats of files that articles can be imported from',
  middleware: reads,
  responses: {
    200: { description: 'All', content: { 'application/json': { schema: ArticleFormats } } },
    ...readProblems,
  },
})

const post = createRoute({
  ...{ method: 'post', path: '/api/v1/knowledge/imports', tags, operationId: 'importArticles' },
  summary: 'Imports articles from files, or says what that would change',
  description:
    'An import of another knowledge base is all that its source says: what is missing is retired, unless files of it could not be read. The same files again change nothing.',
  middleware: administers,
  request: {
    body: { required: true, content: { 'application/json': { schema: ArticleImportInput } } },
  },
  responses: {
    200: {
      description: 'What it changes, or has changed',
      content: { 'application/json': { schema: ArticleImportView } },
    },
    ...actProblems,
  },
})

/** @throws AppError `not_found` where nothing can be imported */
function importsOf({ articleImports }: Pick<ServerDeps, 'articleImports'>): ArticleImports {
  if (articleImports !== undefined) return articleImports
  throw new AppError('not_found', 'this server imports no articles')
}

export function articleImportRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(formats, (c) => c.json({ items: [...importsOf(c.get('deps')).formats()] }, 200))
  app.openapi(post, async (c) => {
    const deps = c.get('deps')
    const { done } = await importsOf(deps).run(actorOf(c), c.req.valid('json'))
    const late = 'the files are read, and what they say is not applied yet'
    return c.json(viewArticleImport(await stored(deps, done, late)), 200)
  })
}
