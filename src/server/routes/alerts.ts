/** Alerts, by episode: the list, what it could be narrowed down to, one alert and its past. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import { countFacets } from '../../store/alert-facets.ts'
import { decisionsOfAlert } from '../../store/alert-history.ts'
import { getAlert, listAlerts } from '../../store/alerts.ts'
import { spansOf } from '../alert-history.ts'
import type { AppEnv } from '../deps.ts'
import { asOfNow } from '../live-alerts.ts'
import { AlertEpisodes, AlertPage, toAlert } from '../schemas/alert.ts'
import { AlertFacetsView, AlertHistory, toHistory } from '../schemas/alert-history.ts'
import { AlertQuery, toAlertFilter } from '../schemas/alert-query.ts'
import { defined, IdParams, PageQuery } from '../schemas/common.ts'
import { readProblems } from '../schemas/problem.ts'
import { reads } from './guards.ts'

const list = createRoute({
  method: 'get',
  path: '/api/v1/alerts',
  operationId: 'listAlerts',
  tags: ['alerts'],
  summary: 'Alert episodes, the newest first',
  middleware: reads,
  request: { query: AlertQuery.extend(PageQuery.shape) },
  responses: {
    200: {
      description: 'A page of episodes',
      content: { 'application/json': { schema: AlertPage } },
    },
    ...readProblems,
  },
})

const facets = createRoute({
  method: 'get',
  path: '/api/v1/alerts/facets',
  operationId: 'countAlerts',
  tags: ['alerts'],
  summary: 'How many episodes a search finds, and what it could be narrowed down to',
  middleware: reads,
  request: { query: AlertQuery },
  responses: {
    200: {
      description: 'Counts of the same search as in the list',
      content: { 'application/json': { schema: AlertFacetsView } },
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

const history = createRoute({
  method: 'get',
  path: '/api/v1/alerts/{id}/history',
  operationId: 'getAlertHistory',
  tags: ['alerts'],
  summary: 'One alert over time: episodes, when it was muted, flapping or stale, what was decided',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'Its past',
      content: { 'application/json': { schema: AlertHistory } },
    },
    ...readProblems,
  },
})

export function alertRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => {
    const { limit, cursor, ...query } = c.req.valid('query')
    const { store, journey } = c.get('deps')
    const { items, next } = await listAlerts(
      store,
      defined({ ...toAlertFilter(query), limit, cursor }),
    )
    const shown = items.map((one) => toAlert(asOfNow(journey.engine, one)))
    return c.json({ items: shown, ...defined({ next }) }, 200)
  })

  // before the route of one alert, whose id may be anything
  app.openapi(facets, async (c) => {
    const filter = toAlertFilter(c.req.valid('query'))
    return c.json(await countFacets(c.get('deps').store, filter), 200)
  })

  app.openapi(one, async (c) => {
    const { id } = c.req.valid('param')
    const { store, journey } = c.get('deps')
    const episodes = await getAlert(store, id)
    if (episodes.length === 0) throw new AppError('not_found', 'there is no such alert')
    const shown = episodes.map((one) => toAlert(asOfNow(journey.engine, one)))
    return c.json({ id, episodes: shown }, 200)
  })

  app.openapi(history, async (c) => {
    const { store, journey } = c.get('deps')
    const { id } = c.req.valid('param')
    const [stored, decisions] = await Promise.all([
      getAlert(store, id),
      decisionsOfAlert(store, id),
    ])
    const episodes = stored.map((one) => asOfNow(journey.engine, one))
    const [newest] = episodes
    if (newest === undefined) throw new AppError('not_found', 'there is no such alert')
    return c.json(toHistory(id, episodes, { spans: spansOf(decisions, newest), decisions }), 200)
  })
}
