/** One incident: why it is as it is, and what happened to it. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import type { IncidentRecord } from '../../core/record.ts'
import type { EpochMs } from '../../core/time.ts'
import { alertsOfIncident } from '../../store/alerts.ts'
import type { Store } from '../../store/client.ts'
import { listDecisions } from '../../store/decisions.ts'
import { getIncidentAt } from '../../store/incident-history.ts'
import { getIncident } from '../../store/incidents.ts'
import { listMembers } from '../../store/members.ts'
import { MAX_PAGE } from '../../store/page.ts'
import { withProblems } from '../../store/problems.ts'
import type { AppEnv } from '../deps.ts'
import { toAlert } from '../schemas/alert.ts'
import { At, defined, IdParams, iso, PageQuery } from '../schemas/common.ts'
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

/** Alerts of the detail unless asked for more or fewer. */
const ALERTS_OF_DETAIL = 500

const one = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}',
  operationId: 'getIncident',
  tags: ['incidents'],
  summary: 'One incident with its alerts',
  description:
    'An incident that was merged away stays readable; `mergedInto` says where it went. With `at`: as ' +
    'it was known at that moment; before it was there this is 404.',
  middleware: reads,
  request: {
    params: IdParams,
    query: z.object({
      at: At,
      alerts: z.coerce
        .number()
        .int()
        .min(0)
        .max(MAX_PAGE)
        .default(ALERTS_OF_DETAIL)
        .openapi({ description: 'at most so many of its alerts, the oldest first' }),
    }),
  },
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
      until: At.openapi({ description: 'nothing decided after that quarter of a second' }),
      only: z.enum(['people', 'incident']).optional().openapi({
        description: '`people`: what they did; `incident`: without what is about single alerts',
      }),
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

/** As it is known now, or was at `at`. @throws AppError `not_found` */
export async function incidentOf(
  store: Store,
  id: string,
  at?: EpochMs | undefined,
): Promise<IncidentRecord> {
  const found = await (at === undefined ? getIncident(store, id) : getIncidentAt(store, id, at))
  const [record] = found === null ? [] : await withProblems(store, [found])
  if (record !== undefined) return record
  const when = at === undefined ? '' : ` at ${iso(at)}, as far as is known`
  throw new AppError('not_found', `there is no incident ${id.slice(0, 128)}${when}`)
}

export function incidentRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(one, async (c) => {
    const { store } = c.get('deps')
    const { at, alerts: limit } = c.req.valid('query')
    const record = await incidentOf(store, c.req.valid('param').id, at)
    const filter = defined({ incident: record.id, at, order: 'oldest' as const, limit })
    const { items, next = null } = limit === 0 ? { items: [] } : await listMembers(store, filter)
    const alerts = { alerts: items.map(toAlert), alertsNext: next, asOf: iso(at ?? null) }
    return c.json(toDetail(record, alerts), 200)
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
}
