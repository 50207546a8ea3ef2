/** What belongs to one incident, each in pages or bounded: alerts, the picture, the moments. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { SEVERITIES } from '../../core/model.ts'
import { suspectChanges } from '../../core/suspicion.ts'
import { DAY } from '../../core/time.ts'
import { listChanges, pastOfKinds } from '../../store/changes.ts'
import { knownSince, stepsOf } from '../../store/incident-history.ts'
import { firstStartsOf, joinsOf, listMembers } from '../../store/members.ts'
import type { AppEnv } from '../deps.ts'
import { marked } from '../observed-relations.ts'
import { AlertPage, toAlert } from '../schemas/alert.ts'
import { SuspectedChanges, toChange } from '../schemas/cmdb.ts'
import { At, commaList, defined, IdParams, iso, PageQuery, Search } from '../schemas/common.ts'
import { IncidentGraph, IncidentSteps } from '../schemas/graph.ts'
import { IncidentImpact } from '../schemas/impact.ts'
import { readProblems } from '../schemas/problem.ts'
import { reads } from './guards.ts'
import { viewOfImpact } from './impact.ts'
import { graphOf } from './incident-graph.ts'
import { incidentOf } from './incidents.ts'

const alerts = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/alerts',
  operationId: 'listIncidentAlerts',
  tags: ['incidents'],
  summary: 'The alerts of an incident, in pages',
  description:
    'With `at`: those that were in it at that moment, as they fired and were muted then; what each ' +
    'says of itself (severity, labels, counts, CI) is what is known now.',
  middleware: reads,
  request: {
    params: IdParams,
    query: PageQuery.extend({
      at: At,
      state: z.enum(['firing', 'resolved', 'muted']).optional(),
      severity: commaList(SEVERITIES, 'any of these'),
      ci: z.string().max(1024).optional(),
      q: Search,
      order: z.enum(['worst', 'oldest', 'newest']).default('worst').openapi({
        description: '`worst`: what fires first, then by severity, then the oldest',
      }),
    }),
  },
  responses: {
    200: {
      description: 'A page of alerts',
      content: { 'application/json': { schema: AlertPage } },
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
  description:
    'With the candidates for the root cause, and what is directly related. With `at`: its alerts and ' +
    'candidates of that moment, on the topology of now.',
  middleware: reads,
  request: { params: IdParams, query: z.object({ at: At }) },
  responses: {
    200: {
      description: 'At most 80 CIs with alerts, what lies between them, and 24 beside them',
      content: { 'application/json': { schema: IncidentGraph } },
    },
    ...readProblems,
  },
})

const steps = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/steps',
  operationId: 'getIncidentSteps',
  tags: ['incidents'],
  summary: 'The moments at which something happened to an incident',
  description: 'For `at` of the others. Beyond 200 moments, neighbours are told together.',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'The moments, the oldest first',
      content: { 'application/json': { schema: IncidentSteps } },
    },
    ...readProblems,
  },
})

const changes = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/changes',
  operationId: 'listIncidentChanges',
  tags: ['incidents', 'changes'],
  summary: 'The changes near an incident, the most suspect first, with the reasons',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'At most 50 changes',
      content: { 'application/json': { schema: SuspectedChanges } },
    },
    ...readProblems,
  },
})

const impact = createRoute({
  method: 'get',
  path: '/api/v1/incidents/{id}/impact',
  operationId: 'getIncidentImpact',
  tags: ['incidents'],
  summary: 'Which services an incident hurts, now and downstream, and how it gets there',
  description:
    'Worked out while its alerts fire, and kept as it was last. It does not change the priority, ' +
    'which counts what alerts touch.',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'The services, the most critical first',
      content: { 'application/json': { schema: IncidentImpact } },
    },
    ...readProblems,
  },
})

/** Changes of an incident that are weighed: the newest. */
const MAX_WEIGHED = 50
/** How far back changes of a kind are counted. */
const PAST_MS = 90 * DAY

async function suspected(
  { store, journey }: AppEnv['Variables']['deps'],
  id: string,
): Promise<SuspectedChanges> {
  const record = await incidentOf(store, id)
  const ids = record.changes.slice(0, MAX_WEIGHED)
  const { items } =
    ids.length === 0 ? { items: [] } : await listChanges(store, { ids, limit: MAX_WEIGHED })
  const { state } = journey.engine
  const kinds = [...new Set(items.map(({ changeKind }) => changeKind))]
  const since = state.now - PAST_MS
  const past = await pastOfKinds(store, { kinds, scope: record.scope, since, weighed: ids })
  const { rootCause, confirmedCause, firstAlertAt } = record
  const likely = rootCause?.abstained === false ? rootCause.candidates[0]?.ci : undefined
  const found = suspectChanges({
    ...{ changes: items, firstAlertAt, topology: state.topology, past },
    firstAlerts: await firstStartsOf(store, record.id),
    cause: confirmedCause ?? likely ?? null,
  })
  return {
    items: found.map(({ change, suspicion, reasons }) => ({
      ...toChange(change),
      suspicion,
      reasons,
    })),
  }
}

export function incidentPartRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(alerts, async (c) => {
    const { store } = c.get('deps')
    const query = c.req.valid('query')
    const { id } = await incidentOf(store, c.req.valid('param').id, query.at)
    const { items, next } = await listMembers(store, defined({ ...query, incident: id }))
    return c.json({ items: items.map(toAlert), ...defined({ next }) }, 200)
  })

  app.openapi(graph, async (c) => {
    const { store, journey } = c.get('deps')
    const { at } = c.req.valid('query')
    const record = await incidentOf(store, c.req.valid('param').id, at)
    const came = await joinsOf(store, record.id, at)
    const graph = graphOf(journey.engine.state, { ...record, ...came })
    return c.json({ ...graph, relations: marked(journey.engine, graph.relations) }, 200)
  })

  app.openapi(impact, async (c) => {
    const { store, journey } = c.get('deps')
    const record = await incidentOf(store, c.req.valid('param').id)
    return c.json(viewOfImpact(record, journey.engine.state), 200)
  })

  app.openapi(changes, async (c) =>
    c.json(await suspected(c.get('deps'), c.req.valid('param').id), 200),
  )

  app.openapi(steps, async (c) => {
    const { store } = c.get('deps')
    const { id } = await incidentOf(store, c.req.valid('param').id)
    const since = await knownSince(store, id)
    const all = since === null ? [] : await stepsOf(store, id)
    const known = all.filter(({ at }) => since !== null && at >= since)
    return c.json(
      { knownSince: iso(since), steps: known.map((step) => ({ ...step, at: iso(step.at) })) },
      200,
    )
  })
}
