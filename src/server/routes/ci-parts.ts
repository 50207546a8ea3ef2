/** What a fault of a CI can hurt, and how alerts came to be about it. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { blastRadiusOf, type HurtCi } from '../../core/blast-radius.ts'
import { AppError } from '../../core/errors.ts'
import { MAX_SPREAD, MAX_SPREAD_HOPS } from '../../core/spread.ts'
import type { State } from '../../core/state.ts'
import { bindingsOfCi } from '../../store/bindings.ts'
import { type CiLive, liveByCi, NOTHING_LIVE } from '../ci-live.ts'
import type { AppEnv } from '../deps.ts'
import { BlastRadiusView, CiBindings, type HurtCiView } from '../schemas/ci-parts.ts'
import { IdParams, iso } from '../schemas/common.ts'
import { readProblems } from '../schemas/problem.ts'
import { reads } from './guards.ts'

const blastRadius = createRoute({
  method: 'get',
  path: '/api/v1/cis/{id}/blast-radius',
  operationId: 'getCiBlastRadius',
  tags: ['cmdb'],
  summary: 'What depends on a CI, directly or through others: what a fault of it can hurt',
  description:
    'From what is depended on to what depends on it, from a host to what runs on it, from a group to its ' +
    'instances and from an instance to its group. Namespaces and teams pass nothing on; retired CIs are no part of it.',
  middleware: reads,
  request: {
    params: IdParams,
    query: z.object({
      hops: z.coerce.number().int().min(1).max(MAX_SPREAD_HOPS).default(MAX_SPREAD_HOPS),
    }),
  },
  responses: {
    200: {
      description: `At most ${MAX_SPREAD - 1} CIs, the nearest first`,
      content: { 'application/json': { schema: BlastRadiusView } },
    },
    ...readProblems,
  },
})

const bindings = createRoute({
  method: 'get',
  path: '/api/v1/cis/{id}/bindings',
  operationId: 'listCiBindings',
  tags: ['cmdb'],
  summary: 'By which rule and which name alerts came to be about a CI, most alerts first',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'At most 50 ways, over the alerts that are kept',
      content: { 'application/json': { schema: CiBindings } },
    },
    ...readProblems,
  },
})

const NO_CI = 'there is no such CI'

/** `null` for an unknown CI. O(alerts + CIs × degree) of what is reached */
function viewBlastRadius(
  state: State,
  center: string,
  hops: number,
): z.output<typeof BlastRadiusView> | null {
  const found = blastRadiusOf(center, state.topology, hops)
  if (found === null) return null
  const live = liveByCi(state)
  const view = (one: HurtCi): HurtCiView => viewHurt(one, state, live.get(one.ci))
  const counts = new Map<number, number>()
  for (const one of found.hurt) counts.set(one.hops, (counts.get(one.hops) ?? 0) + 1)
  return {
    center,
    items: found.hurt.map(view),
    services: found.services.map(view),
    hops: [...counts].map(([at, cis]) => ({ hops: at, cis })),
    truncated: found.cut,
  }
}

function viewHurt(
  { ci, hops, path }: HurtCi,
  { topology }: State,
  live: CiLive | undefined,
): HurtCiView {
  const item = topology.items.get(ci)
  return {
    ...{ ci, name: item?.name ?? ci, class: item?.class ?? '' },
    criticality: item?.criticality ?? null,
    owner: item?.owner ?? null,
    environment: item?.environment ?? null,
    ...{ hops, path, live: live ?? NOTHING_LIVE },
  }
}

export function ciPartRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(blastRadius, (c) => {
    const { state } = c.get('deps').journey.engine
    const found = viewBlastRadius(state, c.req.valid('param').id, c.req.valid('query').hops)
    if (found === null) throw new AppError('not_found', NO_CI)
    return c.json(found, 200)
  })

  app.openapi(bindings, async (c) => {
    const { store, journey } = c.get('deps')
    const { id } = c.req.valid('param')
    if (!journey.engine.state.topology.items.has(id)) throw new AppError('not_found', NO_CI)
    const items = await bindingsOfCi(store, id)
    return c.json(
      { items: items.map((one) => ({ ...one, first: iso(one.first), last: iso(one.last) })) },
      200,
    )
  })
}
