/** One incident: why it is as it is, and what happened to it. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import type { IncidentRecord } from '../../core/record.ts'
import { alertsOfIncident } from '../../store/alerts.ts'
import type { Store } from '../../store/client.ts'
import { listDecisions } from '../../store/decisions.ts'
import { getIncident } from '../../store/incidents.ts'
import { membersOf } from '../../store/members.ts'
import { withProblems } from '../../store/problems.ts'
import type { AppEnv } from '../deps.ts'
import { toAlert } from '../schemas/alert.ts'
import { defined, IdParams, PageQuery } from '../schemas/common.ts'
import { IncidentGraph } from '../schemas/graph.ts'
import {
  IncidentDetail,
  IncidentEvidence,
  Timeline,
  toDecision,
  toDetail,
  toEvidence,
} from '../schemas/incident.ts'
import { readProblems } from '../schemas/problem.ts'
import { reads } from './guards.ts'
import { graphOf } from './incident-graph.ts'

const one = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}',
  operationId: 'getIncident',
  tags: ['incidents'],
  summary: 'One incident with its alerts',
  description: 'An incident that was merged away stays readable; `mergedInto` says where it went.',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'The incident',
      content: { 'application/json': { schema: IncidentDetail } },
    },
    ...readProblems,
  },
})

const timeline = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/timeline',
  operationId: 'getIncidentTimeline',
  tags: ['incidents'],
  summary: 'What was decided about an incident, in order',
  middleware: reads,
  request: {
    params: IdParams,
    query: PageQuery.extend({
      order: z.enum(['oldest', 'newest']).default('oldest').openapi({ description: 'which first' }),
    }),
  },
  responses: {
    200: {
      description: 'Decisions about it and about alerts in it',
      content: { 'application/json': { schema: Timeline } },
    },
    ...readProblems,
  },
})

const evidence = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/evidence',
  operationId: 'getIncidentEvidence',
  tags: ['incidents'],
  summary: 'Why it opened, why each alert is in it, why it has its priority and its cause',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'The evidence; the terms of a score add up to it',
      content: { 'application/json': { schema: IncidentEvidence } },
    },
    ...readProblems,
  },
})

const graph = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/graph',
  operationId: 'getIncidentGraph',
  tags: ['incidents'],
  summary: 'An incident on the topology: where its alerts are, and the paths that joined them',
  description: 'With the candidates for the root cause, and what is directly related.',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'At most 80 CIs with alerts, what lies between them, and 24 beside them',
      content: { 'application/json': { schema: IncidentGraph } },
    },
    ...readProblems,
  },
})

/** @throws AppError `not_found` */
export async function incidentOf(store: Store, id: string): Promise<IncidentRecord> {
  const found = await getIncident(store, id)
  const [record] = found === null ? [] : await withProblems(store, [found])
  if (record !== undefined) return record
  throw new AppError('not_found', `there is no incident ${id.slice(0, 128)}`)
}

export function incidentRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(one, async (c) => {
    const { store } = c.get('deps')
    const record = await incidentOf(store, c.req.valid('param').id)
    const alerts = await alertsOfIncident(store, record.id)
    return c.json(toDetail(record, alerts.map(toAlert)), 200)
  })

  app.openapi(timeline, async (c) => {
    const { store } = c.get('deps')
    const { order, ...page } = c.req.valid('query')
    const { id } = await incidentOf(store, c.req.valid('param').id)
    const newest = order === 'newest'
    const { items, next } = await listDecisions(store, defined({ ...page, newest, incident: id }))
    return c.json({ items: items.map(toDecision), ...defined({ next }) }, 200)
  })

  app.openapi(evidence, async (c) => {
    const { store } = c.get('deps')
    const record = await incidentOf(store, c.req.valid('param').id)
    const alerts = await alertsOfIncident(store, record.id)
    return c.json(toEvidence(record, alerts.map(toAlert)), 200)
  })

  app.openapi(graph, async (c) => {
    const { store, journey } = c.get('deps')
    const record = await incidentOf(store, c.req.valid('param').id)
    const members = await membersOf(store, record.id)
    return c.json(graphOf(journey.engine.state, { ...record, members }), 200)
  })
}
