/** CIs, what they depend on and what depends on them, and new versions of the CMDB. */
import { createHash } from 'node:crypto'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import type { Ci, Relation } from '../../core/model.ts'
import { listAlerts } from '../../store/alerts.ts'
import { getCi, listCis, listRelations, neighbours } from '../../store/cmdb.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { applied } from '../patience.ts'
import {
  CiDetail,
  CiPage,
  Neighbourhood,
  RelationPage,
  TopologyAnswer,
  TopologyInput,
  toCi,
} from '../schemas/cmdb.ts'
import { defined, IdParams, PageQuery, Search } from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { administers, reads } from './guards.ts'
import { neighbourhoodOf } from './neighbourhood.ts'

const Text = z.string().max(1024).optional()

const list = createRoute({
  method: 'get',
  path: '/api/v1/cis',
  operationId: 'listCis',
  tags: ['cmdb'],
  summary: 'Configuration items, by id',
  middleware: reads,
  request: { query: PageQuery.extend({ class: Text, owner: Text, q: Search }) },
  responses: {
    200: { description: 'A page of CIs', content: { 'application/json': { schema: CiPage } } },
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
  middleware: reads,
  request: {
    params: IdParams,
    query: z.object({ hops: z.coerce.number().int().min(1).max(4).default(2) }),
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
  const items = input.items.map((item): Ci => defined(item))
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

export function cmdbRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => {
    const { items, next } = await listCis(c.get('deps').store, defined(c.req.valid('query')))
    return c.json({ items: items.map(toCi), ...defined({ next }) }, 200)
  })

  app.openapi(one, async (c) => {
    const { store } = c.get('deps')
    const { id } = c.req.valid('param')
    const ci = await getCi(store, id)
    if (ci === null) throw new AppError('not_found', 'there is no such CI')
    const near = await neighbours(store, id)
    const { items } = await listAlerts(store, { ci: id, state: 'firing', limit: 1000 })
    const firing = items.map((alert) => `${alert.id}.${alert.episode}`)
    const incidents = [...new Set(items.flatMap(({ incident }) => incident ?? []))].sort()
    return c.json(
      {
        ...toCi(ci),
        relations: [...near.relations],
        neighbours: near.items.map(toCi),
        firing,
        incidents,
      },
      200,
    )
  })

  app.openapi(around, (c) => {
    const { state } = c.get('deps').journey.engine
    const found = neighbourhoodOf(state, c.req.valid('param').id, c.req.valid('query').hops)
    if (found === null) throw new AppError('not_found', 'there is no such CI')
    return c.json(found, 200)
  })

  app.openapi(relations, async (c) => {
    const { items, next } = await listRelations(c.get('deps').store, defined(c.req.valid('query')))
    return c.json({ items: [...items], ...defined({ next }) }, 200)
  })

  app.openapi(topology, async (c) =>
    c.json(await applyTopology(c.get('deps'), c.req.valid('json')), 200),
  )
}
