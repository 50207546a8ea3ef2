/** Problems: the list, one of them with its incidents, and what happened to it. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import { PROBLEM_STATUSES, type ProblemRecord } from '../../core/record.ts'
import type { Store } from '../../store/client.ts'
import { listDecisions } from '../../store/decisions.ts'
import {
  countProblemScopes,
  getProblem,
  incidentsOfProblem,
  listProblems,
  PROBLEM_ORDERS,
} from '../../store/problems.ts'
import type { AppEnv } from '../deps.ts'
import { commaList, defined, IdParams, PageQuery, Search, several } from '../schemas/common.ts'
import { Timeline, toDecision } from '../schemas/incident.ts'
import { readProblems } from '../schemas/problem.ts'
import {
  ProblemDetail,
  ProblemPage,
  toProblemDetail,
  toProblemSummary,
} from '../schemas/problems.ts'
import { reads } from './guards.ts'

/** Incidents of one answer. */
const LISTED_INCIDENTS = 500

const list = createRoute({
  method: 'get',
  path: '/api/v1/problems',
  operationId: 'listProblems',
  tags: ['problems'],
  summary: 'Problems, the most expensive first',
  description: 'Without `status`: problems of every status, dismissed and merged ones too.',
  middleware: reads,
  request: {
    query: PageQuery.extend({
      status: commaList(PROBLEM_STATUSES, 'any of these, e.g. `proposed,open`'),
      scope: several('any of these correlation scopes', 'acme.prod'),
      owner: z.string().max(256).optional(),
      service: z.string().max(1024).optional().openapi({ description: 'id of a service CI' }),
      ci: z.string().max(1024).optional().openapi({ description: 'id of its root CI' }),
      q: Search,
      order: z.enum(PROBLEM_ORDERS).default('cost').openapi({
        description: 'highest first: monthly cost, newest incident, proposed, number of incidents',
      }),
    }),
  },
  responses: {
    200: {
      description: 'A page of problems',
      content: { 'application/json': { schema: ProblemPage } },
    },
    ...readProblems,
  },
})

const one = createRoute({
  method: 'get',
  path: '/api/v1/problems/{id}',
  operationId: 'getProblem',
  tags: ['problems'],
  summary: 'One problem with its incidents and why they are one',
  description: 'A problem that was merged away stays readable; `mergedInto` says where it went.',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'The problem; the terms of its evidence add up to its score',
      content: { 'application/json': { schema: ProblemDetail } },
    },
    ...readProblems,
  },
})

const timeline = createRoute({
  method: 'get',
  path: '/api/v1/problems/{id}/timeline',
  operationId: 'getProblemTimeline',
  tags: ['problems'],
  summary: 'What was decided about a problem, in order',
  middleware: reads,
  request: {
    params: IdParams,
    query: PageQuery.extend({
      order: z.enum(['oldest', 'newest']).default('oldest').openapi({ description: 'which first' }),
    }),
  },
  responses: {
    200: {
      description: 'Decisions about it, and about incidents becoming one of it',
      content: { 'application/json': { schema: Timeline } },
    },
    ...readProblems,
  },
})

/** @throws AppError `not_found` */
export async function problemOf(store: Store, id: string): Promise<ProblemRecord> {
  const record = await getProblem(store, id)
  if (record !== null) return record
  throw new AppError('not_found', `there is no problem ${id.slice(0, 128)}`)
}

export function problemRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => {
    const { store } = c.get('deps')
    const [{ items, next }, scopes] = await Promise.all([
      listProblems(store, defined(c.req.valid('query'))),
      countProblemScopes(store),
    ])
    return c.json(
      { items: items.map(toProblemSummary), scopes: [...scopes], ...defined({ next }) },
      200,
    )
  })

  app.openapi(one, async (c) => {
    const { store } = c.get('deps')
    const record = await problemOf(store, c.req.valid('param').id)
    const incidents = await incidentsOfProblem(store, record, LISTED_INCIDENTS)
    return c.json(toProblemDetail(record, incidents), 200)
  })

  app.openapi(timeline, async (c) => {
    const { store } = c.get('deps')
    const { order, ...page } = c.req.valid('query')
    const { id } = await problemOf(store, c.req.valid('param').id)
    const newest = order === 'newest'
    const { items, next } = await listDecisions(store, defined({ ...page, newest, problem: id }))
    return c.json({ items: items.map(toDecision), ...defined({ next }) }, 200)
  })
}
