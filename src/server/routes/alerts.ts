/** Alerts, by episode. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import { SEVERITIES } from '../../core/model.ts'
import { getAlert, listAlerts } from '../../store/alerts.ts'
import type { AppEnv } from '../deps.ts'
import { AlertEpisodes, AlertPage, toAlert } from '../schemas/alert.ts'
import { commaList, defined, IdParams, PageQuery, Search } from '../schemas/common.ts'
import { readProblems } from '../schemas/problem.ts'
import { reads } from './guards.ts'

const Text = z.string().max(1024).optional()

const list = createRoute({
  method: 'get',
  path: '/api/v1/alerts',
  operationId: 'listAlerts',
  tags: ['alerts'],
  summary: 'Alert episodes, the newest first',
  middleware: reads,
  request: {
    query: PageQuery.extend({
      state: z.enum(['firing', 'resolved']).optional(),
      incident: Text,
      ci: Text,
      source: Text,
      severity: commaList(SEVERITIES, 'any of these'),
      q: Search,
    }),
  },
  responses: {
    200: {
      description: 'A page of episodes',
      content: { 'application/json': { schema: AlertPage } },
    },
    ...readProblems,
  },
})

const one = createRoute({
  method: 'get',
  path: '/api/v1/alerts/{id}',
  operationId: 'getAlert',
  tags: ['alerts'],
  summary: 'All episodes of an alert, the newest first',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'At most 1,000 episodes',
      content: { 'application/json': { schema: AlertEpisodes } },
    },
    ...readProblems,
  },
})

export function alertRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => {
    const { items, next } = await listAlerts(c.get('deps').store, defined(c.req.valid('query')))
    return c.json({ items: items.map(toAlert), ...defined({ next }) }, 200)
  })

  app.openapi(one, async (c) => {
    const { id } = c.req.valid('param')
    const episodes = await getAlert(c.get('deps').store, id)
    if (episodes.length === 0) throw new AppError('not_found', 'there is no such alert')
    return c.json({ id, episodes: episodes.map(toAlert) }, 200)
  })
}
