/** Trying a payload: what it would become, and which field came from where. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from '../deps.ts'
import { previewBody } from '../preview.ts'
import { PreviewInput, PreviewView } from '../schemas/preview.ts'
import { readProblems } from '../schemas/problem.ts'
import { asks } from './guards.ts'

const route = createRoute({
  method: 'post',
  path: '/api/v1/ingest/preview',
  operationId: 'previewIngest',
  tags: ['ingest'],
  summary: 'What a body would become, without taking it in',
  description: 'By a source, or by a mapping that is being written.',
  middleware: asks,
  request: { body: { required: true, content: { 'application/json': { schema: PreviewInput } } } },
  responses: {
    200: { description: 'The items', content: { 'application/json': { schema: PreviewView } } },
    ...readProblems,
  },
})

export function previewRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, (c) => c.json(previewBody(c.get('deps'), c.req.valid('json')), 200))
}
