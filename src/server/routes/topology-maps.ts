/** The topology as maps, with what fires. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Engine } from '../../core/engine/engine.ts'
import { AppError } from '../../core/errors.ts'
import { SEVERITIES } from '../../core/model.ts'
import { isService } from '../../core/service-class.ts'
import {
  MAX_NEEDS,
  MAX_SERVICES,
  type MappedService,
  mapOne,
  type ServiceMap,
  serviceMapOf,
} from '../../core/service-map.ts'
import { DAY, type EpochMs, HOUR } from '../../core/time.ts'
import { compare, type Topology } from '../../core/topology.ts'
import { decidedSince, mapSteps } from '../../store/topology-past.ts'
import { type CiLive, NOTHING_LIVE } from '../ci-live.ts'
import { liveThen } from '../ci-then.ts'
import type { AppEnv } from '../deps.ts'
import { onlyObserved, onObserved } from '../observed-relations.ts'
import { At, defined, IdParams, iso, THEN } from '../schemas/common.ts'
import { readProblems } from '../schemas/problem.ts'
import {
  ServiceMapView,
  ServiceView,
  TopologyLive,
  TopologyMap,
  TopologySteps,
  TopologyStepsQuery,
} from '../schemas/topology-map.ts'
import { aroundService } from '../service-view.ts'
import { compactMap, MAX_MAPPED } from '../topology-map.ts'
import { reads } from './guards.ts'

/** CIs under a service, and incidents of it, that are named. */
const NAMED = 5

const services = createRoute({
  method: 'get',
  path: '/api/v1/services',
  operationId: 'getServiceMap',
  tags: ['cmdb'],
  summary: 'Services, which depends on which, and the worst that fires on what they run on',
  description: THEN,
  middleware: reads,
  request: { query: z.object({ at: At }) },
  responses: {
    200: {
      description: `At most ${MAX_SERVICES} services, the most critical first`,
      content: { 'application/json': { schema: ServiceMapView } },
    },
    ...readProblems,
  },
})

const oneService = createRoute({
  method: 'get',
  path: '/api/v1/services/{id}',
  operationId: 'getService',
  tags: ['cmdb'],
  summary: 'One service: what it needs, all the way down, and what needs it',
  description: THEN,
  middleware: reads,
  request: { params: IdParams, query: z.object({ at: At }) },
  responses: {
    200: {
      description: `At most ${MAX_NEEDS} CIs either way, the nearest first`,
      content: { 'application/json': { schema: ServiceView } },
    },
    ...readProblems,
  },
})

const whole = createRoute({
  method: 'get',
  path: '/api/v1/topology/map',
  operationId: 'getTopologyMap',
  tags: ['cmdb'],
  summary: 'Everything in operation with its relations, compact, for a map',
  description: 'What fires changes all the time and is told apart: `GET /api/v1/topology/live`.',
  middleware: reads,
  request: {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(MAX_MAPPED).default(MAX_MAPPED).openapi({
        description: 'CIs',
      }),
    }),
  },
  responses: {
    200: {
      description: 'The map; its `ETag` is the same as long as the CMDB is',
      content: { 'application/json': { schema: TopologyMap } },
    },
    304: { description: 'It is what `If-None-Match` names' },
    ...readProblems,
  },
})

const live = createRoute({
  method: 'get',
  path: '/api/v1/topology/live',
  operationId: 'getTopologyLive',
  tags: ['cmdb'],
  summary: 'CIs with alerts that fire, and the worst of them',
  description: THEN,
  middleware: reads,
  request: { query: z.object({ at: At }) },
  responses: {
    200: {
      description: `By id; at most ${MAX_MAPPED}`,
      content: { 'application/json': { schema: TopologyLive } },
    },
    ...readProblems,
  },
})

const steps = createRoute({
  method: 'get',
  path: '/api/v1/topology/steps',
  operationId: 'listTopologySteps',
  tags: ['cmdb'],
  summary: 'The moments of a range at which what fires on CIs changed',
  description: 'For `at` of the maps. Beyond 200 moments, neighbours are told together.',
  middleware: reads,
  request: { query: TopologyStepsQuery },
  responses: {
    200: {
      description: 'The moments, the oldest first',
      content: { 'application/json': { schema: TopologySteps } },
    },
    ...readProblems,
  },
})

type ByCi = ReadonlyMap<string, CiLive>

function viewServices(map: ServiceMap, engine: Engine, live: ByCi): ServiceMapView {
  const { topology } = engine.state
  return {
    version: topology.version,
    services: map.services.map((service) => viewService(service, topology, live)),
    dependencies: map.dependencies.map((one) =>
      onObserved(engine, [one.from, ...one.through, one.to])
        ? { ...one, observed: true as const }
        : one,
    ),
    total: map.total,
    truncated: map.cut,
  }
}

function viewService({ ci, carriers }: MappedService, { items }: Topology, live: ByCi) {
  const item = items.get(ci)
  const burning = carriers
    .filter((one) => live.has(one))
    .sort((a, b) => rank(live.get(a)) - rank(live.get(b)) || compare(a, b))
  return {
    ...{ ci, name: item?.name ?? ci, class: item?.class ?? '' },
    criticality: item?.criticality ?? null,
    owner: item?.owner ?? null,
    environment: item?.environment ?? null,
    live: live.get(ci) ?? NOTHING_LIVE,
    rolledUp: rolledUp([ci, ...burning].flatMap((one) => live.get(one) ?? [])),
    burning: burning.slice(0, NAMED),
    carriers: carriers.length,
  }
}

/** The worst first; what only fires muted last. */
function rank(live: CiLive | undefined): number {
  return live === undefined || live.severity === null
    ? SEVERITIES.length
    : SEVERITIES.indexOf(live.severity)
}

function rolledUp(all: readonly CiLive[]): CiLive {
  const [worst] = [...all].sort((a, b) => rank(a) - rank(b))
  return {
    firing: all.reduce((sum, { firing }) => sum + firing, 0),
    suppressed: all.reduce((sum, { suppressed }) => sum + suppressed, 0),
    severity: worst?.severity ?? null,
    incidents: [...new Set(all.flatMap(({ incidents }) => incidents))]
      .sort(compare)
      .slice(0, NAMED),
  }
}

/** Versions can be named by people: the sizes tell apart what they name alike. */
function tagOf({ version, items, relations }: Topology, limit: number): string {
  return [encodeURIComponent(version), items.size, relations.length, limit].join('-')
}

const MAX_RANGE_MS = 400 * DAY

/** Once both are known, as either may be left out. */
function checkRange(from: EpochMs, to: EpochMs): void {
  if (from < to && to - from <= MAX_RANGE_MS) return
  const text = from < to ? 'it must be at most 400 days before `to`' : 'it must be before `to`'
  throw new AppError('payload_invalid', `from: ${text}`, { field: 'from' })
}

export function topologyMapRoutes(app: OpenAPIHono<AppEnv>): void {
  /** A version of the topology never changes, and so its map. */
  let known: { readonly topology: Topology; readonly map: ServiceMap } | null = null
  const mapOf = (topology: Topology): ServiceMap => {
    if (known?.topology !== topology) known = { topology, map: serviceMapOf(topology) }
    return known.map
  }

  app.openapi(services, async (c) => {
    const { at } = c.req.valid('query')
    const live = await liveThen(c.get('deps'), { at })
    const { engine } = c.get('deps').journey
    return c.json(viewServices(mapOf(engine.state.topology), engine, live), 200)
  })

  app.openapi(oneService, async (c) => {
    const { engine } = c.get('deps').journey
    const { topology } = engine.state
    const { id } = c.req.valid('param')
    if (!isService(topology.items.get(id)?.class ?? ''))
      throw new AppError('not_found', 'there is no such service')
    const live = await liveThen(c.get('deps'), { at: c.req.valid('query').at })
    const service = viewService(mapOne(id, topology), topology, live)
    return c.json({ ...service, ...aroundService(engine, id, live) }, 200)
  })

  app.openapi(whole, (c) => {
    const { engine } = c.get('deps').journey
    const { topology } = engine.state
    const { limit } = c.req.valid('query')
    const tag = `"${tagOf(topology, limit)}"`
    c.header('ETag', tag)
    c.header('Cache-Control', 'private, no-cache')
    c.header('Vary', 'Authorization')
    if (c.req.header('If-None-Match') === tag) return c.body(null, 304)
    return c.json(
      compactMap(topology, mapOf(topology), { limit, isObserved: onlyObserved(engine) }),
      200,
    )
  })

  app.openapi(live, async (c) => {
    const { at } = c.req.valid('query')
    const found = await liveThen(c.get('deps'), { at })
    const all = [...found].sort(([a], [b]) => compare(a, b))
    const items = all
      .slice(0, MAX_MAPPED)
      .map(([ci, { firing, suppressed, severity }]) => ({ ci, firing, suppressed, severity }))
    const { version } = c.get('deps').journey.engine.state.topology
    return c.json({ version, items, truncated: all.length > items.length }, 200)
  })

  app.openapi(steps, async (c) => {
    const { store, clock, historyDays } = c.get('deps')
    const { to = clock.now(), from = to - HOUR, incident } = c.req.valid('query')
    checkRange(from, to)
    const found = await mapSteps(store, defined({ from, to, incident }))
    const known = await decidedSince(store)
    const kept = historyDays === undefined ? 0 : clock.now() - historyDays * DAY
    const since = known === null ? null : Math.max(known, kept)
    return c.json(
      {
        ...{ from: iso(from), to: iso(to), exactSince: iso(since) },
        steps: found.map((step) => ({ ...step, at: iso(step.at) })),
      },
      200,
    )
  })
}
