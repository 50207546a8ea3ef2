/** CIs, what they depend on and what depends on them, and new versions of the CMDB. */
import { createHash } from 'node:crypto'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import type { Relation } from '../../core/model.ts'
import { listAlerts } from '../../store/alerts.ts'
import { CI_SORTS, type CiCounts, type CiFilter, countCis, listCis } from '../../store/ci-list.ts'
import { getCi, incidentsOfCi, listRelations, neighbours } from '../../store/cmdb.ts'
import { type CiLive, liveByCi } from '../ci-live.ts'
import { liveThen } from '../ci-then.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { marked } from '../observed-relations.ts'
import { applied } from '../patience.ts'
import {
  CiDetail,
  CiFacets,
  CiPage,
  Neighbourhood,
  RelationPage,
  TopologyAnswer,
  TopologyInput,
  toCi,
  toGivenCi,
} from '../schemas/cmdb.ts'
import { AnyOf, At, defined, IdParams, PageQuery, Search, THEN } from '../schemas/common.ts'
import { IncidentPage, toSummary } from '../schemas/incident.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { administers, reads } from './guards.ts'
import { nearestOf, neighbourhoodOf } from './neighbourhood.ts'

const Text = z.string().max(1024).optional()

const Filter = z.object({
  ids: z
    .string()
    .max(100_000)
    .optional()
    .transform((text) => text?.split(',').filter(Boolean))
    .openapi({ type: 'string', description: 'any of these ids, separated by commas' }),
  class: AnyOf,
  environment: AnyOf,
  owner: AnyOf,
  status: AnyOf,
  firing: z
    .enum(['true', 'false'])
    .optional()
    .openapi({ description: 'only those with, or without, an alert that fires and is not muted' }),
  q: Search,
})

const list = createRoute({
  method: 'get',
  path: '/api/v1/cis',
  operationId: 'listCis',
  tags: ['cmdb'],
  summary: 'Configuration items with what fires on them',
  middleware: reads,
  request: {
    query: PageQuery.extend({
      ...Filter.shape,
      sort: z.enum(CI_SORTS).default('id').openapi({
        description: '`firing`: most firing alerts first; `criticality`: most critical first',
      }),
    }),
  },
  responses: {
    200: { description: 'A page of CIs', content: { 'application/json': { schema: CiPage } } },
    ...readProblems,
  },
})

const counts = createRoute({
  method: 'get',
  path: '/api/v1/ci-facets',
  operationId: 'countCis',
  tags: ['cmdb'],
  summary: 'How many configuration items have each class, environment, owner and status',
  description: 'Each facet counts under the other filters; at most 100 values each.',
  middleware: reads,
  request: { query: Filter },
  responses: {
    200: { description: 'The counts', content: { 'application/json': { schema: CiFacets } } },
    ...readProblems,
  },
})

const incidents = createRoute({
  method: 'get',
  path: '/api/v1/cis/{id}/incidents',
  operationId: 'listCiIncidents',
  tags: ['cmdb'],
  summary: 'Incidents that hold an alert of the CI, over or not, the newest first',
  middleware: reads,
  request: {
    params: IdParams,
    query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
  },
  responses: {
    200: {
      description: 'The incidents',
      content: { 'application/json': { schema: IncidentPage } },
    },
    ...readProblems,
  },
})

const one = createRoute({
  method: 'get',
  path: '/api/v1/cis/{id}',
  operationId: 'getCi',
  tags: ['cmdb'],
  summary: 'One CI, what it is directly related to, and what fires on it',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: { description: 'The CI', content: { 'application/json': { schema: CiDetail } } },
    ...readProblems,
  },
})

const around = createRoute({
  method: 'get',
  path: '/api/v1/cis/{id}/neighbourhood',
  operationId: 'getCiNeighbourhood',
  tags: ['cmdb'],
  summary: 'The CIs around one, with what fires on them',
  description: THEN,
  middleware: reads,
  request: {
    params: IdParams,
    query: z.object({ hops: z.coerce.number().int().min(1).max(4).default(2), at: At }),
  },
  responses: {
    200: {
      description: 'At most 128 CIs besides the one asked for, the nearest first',
      content: { 'application/json': { schema: Neighbourhood } },
    },
    ...readProblems,
  },
})

const relations = createRoute({
  method: 'get',
  path: '/api/v1/relations',
  operationId: 'listRelations',
  tags: ['cmdb'],
  summary: 'Relations between CIs',
  description: '`from depends_on to`: a fault in `to` can hurt `from`; so for every type.',
  middleware: reads,
  request: { query: PageQuery.extend({ ci: Text, type: Text }) },
  responses: {
    200: {
      description: 'A page of relations',
      content: { 'application/json': { schema: RelationPage } },
    },
    ...readProblems,
  },
})

const topology = createRoute({
  method: 'post',
  path: '/api/v1/topology',
  operationId: 'postTopology',
  tags: ['cmdb'],
  summary: 'Takes over a new version of the CMDB',
  middleware: administers,
  request: {
    body: { required: true, content: { 'application/json': { schema: TopologyInput } } },
  },
  responses: {
    200: {
      description: 'It is in force',
      content: { 'application/json': { schema: TopologyAnswer } },
    },
    ...actProblems,
  },
})

/** A version out of the content: the same content is the same version. */
export function versionOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)
}

function ignoredOf(deps: ServerDeps, given: readonly Relation[]): number {
  const { items } = deps.journey.engine.state.topology
  return given.filter(({ from, to }) => from === to || !items.has(from) || !items.has(to)).length
}

async function applyTopology(deps: ServerDeps, input: z.output<typeof TopologyInput>) {
  const { mode, relations: given } = input
  const items = input.items.map(toGivenCi)
  const version = input.version ?? versionOf([mode, items, given])
  const { journey, records } = deps
  const submitted = journey.submit((at, scope) => ({
    kind: 'topology',
    at,
    scope,
    version,
    mode,
    items,
    relations: given,
  }))
  await applied(deps, submitted)
  const { topology: now } = journey.engine.state
  const ignored = ignoredOf(deps, given)
  await records.flushed(journey.engine.state.seq)
  return { version, items: now.items.size, relations: now.relations.length, ignored }
}

const NO_CI = 'there is no such CI'

const NO_CIS: z.output<typeof CiFacets> = {
  total: 0,
  facets: { class: [], environment: [], owner: [], status: [] },
}

/** With `firing` as ids, which the store can filter by; `null` where no CI can pass. */
function withLive<Filter extends CiFilter>(
  filter: Filter,
  firing: 'true' | 'false' | undefined,
  live: ReadonlyMap<string, CiLive>,
): (Filter & { readonly ids?: readonly string[] }) | null {
  if (firing === undefined) return filter
  const burns = (ci: string): boolean => (live.get(ci)?.firing ?? 0) > 0
  const burning = [...live.keys()].filter(burns)
  if (firing === 'false') return { ...filter, except: burning }
  const ids = filter.ids === undefined ? burning : filter.ids.filter(burns)
  return ids.length === 0 ? null : { ...filter, ids }
}

function toFacets({ total, facets }: CiCounts): z.output<typeof CiFacets> {
  return { total, facets: { ...facets } }
}

export function cmdbRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => {
    const { store, journey } = c.get('deps')
    const { firing: burning, ...query } = c.req.valid('query')
    const live = liveByCi(journey.engine.state)
    const filter = withLive(defined(query), burning, live)
    if (filter === null) return c.json({ items: [] }, 200)
    const firing = new Map([...live].map(([ci, { firing: count }]) => [ci, count]))
    const { items, next } = await listCis(store, { ...filter, firing })
    return c.json(
      { items: items.map((ci) => toCi(ci, live.get(ci.id))), ...defined({ next }) },
      200,
    )
  })

  app.openapi(counts, async (c) => {
    const { store, journey } = c.get('deps')
    const { firing: burning, ...query } = c.req.valid('query')
    const filter = withLive(defined(query), burning, liveByCi(journey.engine.state))
    return c.json(filter === null ? NO_CIS : toFacets(await countCis(store, filter)), 200)
  })

  app.openapi(incidents, async (c) => {
    const { store } = c.get('deps')
    const { id } = c.req.valid('param')
    if ((await getCi(store, id)) === null) throw new AppError('not_found', NO_CI)
    const found = await incidentsOfCi(store, id, c.req.valid('query').limit)
    return c.json({ items: found.map(toSummary) }, 200)
  })

  app.openapi(one, async (c) => {
    const { store, journey } = c.get('deps')
    const { id } = c.req.valid('param')
    const ci = await getCi(store, id)
    if (ci === null) throw new AppError('not_found', NO_CI)
    const near = await neighbours(store, id)
    const { items } = await listAlerts(store, { ci: [id], state: 'firing', limit: 1000 })
    const firing = items.map((alert) => `${alert.id}.${alert.episode}`)
    const of = [...new Set(items.flatMap(({ incident }) => incident ?? []))].sort()
    const live = liveByCi(journey.engine.state)
    return c.json(
      {
        ...toCi(ci, live.get(id)),
        relations: marked(journey.engine, near.relations),
        neighbours: near.items.map((other) => toCi(other, live.get(other.id))),
        firing,
        incidents: of,
      },
      200,
    )
  })

  app.openapi(around, async (c) => {
    const { engine } = c.get('deps').journey
    const { topology } = engine.state
    const { hops, at } = c.req.valid('query')
    const near = nearestOf(topology, c.req.valid('param').id, hops)
    if (near === null) throw new AppError('not_found', NO_CI)
    const live = await liveThen(c.get('deps'), { at, cis: [...near.keys()] })
    const found = neighbourhoodOf(topology, near, live)
    return c.json({ ...found, relations: marked(engine, found.relations) }, 200)
  })

  app.openapi(relations, async (c) => {
    const { store, journey } = c.get('deps')
    const { items, next } = await listRelations(store, defined(c.req.valid('query')))
    return c.json({ items: marked(journey.engine, items), ...defined({ next }) }, 200)
  })

  app.openapi(topology, async (c) =>
    c.json(await applyTopology(c.get('deps'), c.req.valid('json')), 200),
  )
}
