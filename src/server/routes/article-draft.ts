/** Articles that begin as a draft from an incident. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { alertsOfIncident } from '../../store/alerts.ts'
import { listDecisions } from '../../store/decisions.ts'
import { draftArticle } from '../article-draft.ts'
import type { AppEnv } from '../deps.ts'
import { IdParams } from '../schemas/common.ts'
import { readProblems } from '../schemas/problem.ts'
import { reads } from './guards.ts'
import { incidentOf } from './incidents.ts'

/** Decisions that a draft is made from, the newest. */
const MOST = 500

const Texts = z.array(z.string()).readonly()
const Draft = z
  .strictObject({
    ...{ id: z.string().openapi({ description: 'a proposal', example: 'disk-almost-full' }) },
    ...{ title: z.string(), alertnames: Texts, classes: Texts, services: Texts, tags: Texts },
    body: z.string().openapi({ description: 'Markdown' }),
  })
  .openapi('ArticleDraft')

const get = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/article-draft',
  operationId: 'draftArticle',
  tags: ['knowledge'],
  summary: 'The draft of an article for what an incident was',
  description:
    'From its alerts, its cause, what people noted and what resolved it. Nothing is kept: writing it is `PUT /api/v1/articles/{id}`.',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: { description: 'The draft', content: { 'application/json': { schema: Draft } } },
    ...readProblems,
  },
})

export function articleDraftRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(get, async (c) => {
    const { store } = c.get('deps')
    const incident = await incidentOf(store, c.req.valid('param').id)
    const [alerts, { items }] = await Promise.all([
      alertsOfIncident(store, incident.id),
      listDecisions(store, { incident: incident.id, only: 'incident', limit: MOST, newest: true }),
    ])
    return c.json(draftArticle(incident, alerts, items.toReversed()), 200)
  })
}
