/** The list of incidents and its facets. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { listIncidents } from '../../store/incidents.ts'
import { INCIDENT_FACETS, incidentFacets } from '../../store/incidents-facets.ts'
import { withProblems } from '../../store/problems.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv } from '../deps.ts'
import { defined, PageQuery } from '../schemas/common.ts'
import { IncidentPage, toSummary } from '../schemas/incident.ts'
import { IncidentQuery, SortQuery, toConditions } from '../schemas/incident-filter.ts'
import { readProblems } from '../schemas/problem.ts'
import { reads } from './guards.ts'

const list = createRoute({
  method: 'get',
  path: '/api/v1/incidents',
  operationId: 'listIncidents',
  tags: ['incidents'],
  summary: 'Incidents, the newest first',
  description:
    'Without `status`: incidents of every status. Conditions all have to be met; of several values ' +
    'of one, any. A cursor goes on after the incident it was made for, as that stood then.',
  middleware: reads,
  request: { query: PageQuery.extend({ ...IncidentQuery.shape, sort: SortQuery }) },
  responses: {
    200: {
      description: 'A page of incidents',
      content: { 'application/json': { schema: IncidentPage } },
    },
    ...readProblems,
  },
})

const IncidentFacets = z
  .strictObject({
    total: z.int().openapi({ description: 'incidents that meet the whole filter' }),
    facets: z.array(
      z.strictObject({
        name: z.enum(INCIDENT_FACETS),
        values: z.array(
          z.strictObject({
            value: z.string().openapi({ description: 'as the filter takes it; `nobody`' }),
            name: z.string().nullable().openapi({ description: 'of a CI, where the CMDB has it' }),
            count: z.int(),
          }),
        ),
        more: z.boolean().openapi({ description: 'there are other values: look with `find`' }),
      }),
    ),
  })
  .openapi('IncidentFacets')

const facets = createRoute({
  method: 'get',
  path: '/api/v1/incidents/facets',
  operationId: 'incidentFacets',
  tags: ['incidents'],
  summary: 'How many incidents there are under a filter, and of which kinds',
  description:
    'The total, and for every facet the most frequent values among incidents that meet all other ' +
    'conditions: what choosing this value as well, or instead, would show. With `facet` and `find`: ' +
    'only values of that facet that hold the text, or that are CIs with it among their words.',
  middleware: reads,
  request: {
    query: IncidentQuery.extend({
      values: z.coerce.number().int().min(1).max(100).default(20).openapi({
        description: 'most values of a facet',
      }),
      facet: z.enum(INCIDENT_FACETS).optional(),
      find: z.string().min(1).max(256).optional(),
    }),
  },
  responses: {
    200: {
      description: 'Total and facets',
      content: { 'application/json': { schema: IncidentFacets } },
    },
    ...readProblems,
  },
})

const CI_FACETS: ReadonlySet<string> = new Set(['service', 'ci'])

function asks(c: Context<AppEnv>) {
  return { me: actorOf(c), now: c.get('deps').clock.now() }
}

export function incidentListRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => {
    const { limit, cursor, sort, ...query } = c.req.valid('query')
    const { items, next } = await listIncidents(c.get('deps').store, {
      ...toConditions(query, asks(c)),
      ...defined({ limit, cursor, sort }),
    })
    const known = await withProblems(c.get('deps').store, items)
    return c.json({ items: known.map(toSummary), ...defined({ next }) }, 200)
  })

  app.openapi(facets, async (c) => {
    const { values, facet, find, ...query } = c.req.valid('query')
    const { store, journey } = c.get('deps')
    const found = await incidentFacets(store, {
      ...toConditions(query, asks(c)),
      values,
      ...(facet === undefined || find === undefined ? {} : { find: { facet, text: find } }),
    })
    const { items } = journey.engine.state.topology
    const nameOf = (name: string, value: string): string | null =>
      CI_FACETS.has(name) ? (items.get(value)?.name ?? null) : null
    return c.json(
      {
        total: found.total,
        facets: found.facets.map(({ name, values: counts, more }) => ({
          name,
          more,
          values: counts.map(({ value, count }) => ({
            value: name === 'owner' && value === '' ? 'nobody' : value,
            name: nameOf(name, value),
            count,
          })),
        })),
      },
      200,
    )
  })
}
