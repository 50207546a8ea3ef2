/** Problems: the list, one of them with its incidents, and what happened to it. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import { PROBLEM_STATUSES, type ProblemRecord } from '../../core/record.ts'
import { compare } from '../../core/topology.ts'
import type { Store } from '../../store/client.ts'
import { listDecisions } from '../../store/decisions.ts'
import {
  type CostPart,
  costsOfProblems,
  countProblemScopes,
  getProblem,
  incidentsOfProblem,
  listProblems,
  PROBLEM_ORDERS,
} from '../../store/problems.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { problemsAsCsv, problemsAsMarkdown } from '../problem-report.ts'
import { commaList, defined, IdParams, PageQuery, Search, several } from '../schemas/common.ts'
import { Timeline, toDecision } from '../schemas/incident.ts'
import { readProblems } from '../schemas/problem.ts'
import {
  ProblemCosts,
  ProblemDetail,
  ProblemPage,
  toProblemDetail,
  toProblemSummary,
} from '../schemas/problems.ts'
import { reads } from './guards.ts'

/** Incidents of one answer. */
const LISTED_INCIDENTS = 500

const Filter = {
  status: commaList(PROBLEM_STATUSES, 'any of these, e.g. `proposed,open`'),
  scope: several('any of these correlation scopes', 'acme.prod'),
  owner: z.string().max(256).optional(),
  service: z.string().max(1024).optional().openapi({ description: 'id of a service CI' }),
  ci: z.string().max(1024).optional().openapi({ description: 'id of its root CI' }),
  q: Search,
}

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
      ...Filter,
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

/** Problems of one report. */
const REPORTED = 200

const report = createRoute({
  method: 'get',
  path: '/api/v1/problem-report',
  operationId: 'getProblemReport',
  tags: ['problems'],
  summary: 'Problems for a review meeting, as Markdown or as a table, the most expensive first',
  description: `At most ${REPORTED}. Without \`status\`: those that are not over.`,
  middleware: reads,
  request: {
    query: z.object({
      format: z.enum(['markdown', 'csv']).default('markdown'),
      ...Filter,
    }),
  },
  responses: {
    200: {
      description: 'The report',
      content: { 'text/markdown': { schema: z.string() }, 'text/csv': { schema: z.string() } },
    },
    ...readProblems,
  },
})

const costs = createRoute({
  method: 'get',
  path: '/api/v1/problem-costs',
  operationId: 'getProblemCosts',
  tags: ['problems'],
  summary: "People's time that the incidents of problems took, by month and by service",
  description:
    'Of each incident the minutes to resolve it, at most 480, times the people at work. ' +
    'Without `status`: problems that are not over.',
  middleware: reads,
  request: { query: z.object(Filter) },
  responses: {
    200: {
      description: 'The last 12 months',
      content: { 'application/json': { schema: ProblemCosts } },
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

const MONTHS = 12
/** Statuses of problems that are not over. */
const CURRENT = ['proposed', 'open', 'known_error'] as const

/** `2026-03`, the present one last. */
function lastMonths(now: number): readonly string[] {
  const date = new Date(now)
  return Array.from({ length: MONTHS }, (_, n) =>
    new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - MONTHS + 1 + n))
      .toISOString()
      .slice(0, 7),
  )
}

function spent(parts: readonly CostPart[]): { incidents: number; minutes: number } {
  return {
    incidents: parts.reduce((sum, { incidents }) => sum + incidents, 0),
    minutes: Math.round(parts.reduce((sum, { minutes }) => sum + minutes, 0)),
  }
}

/** @throws AppError `not_found` */
export async function problemOf(store: Store, id: string): Promise<ProblemRecord> {
  const record = await getProblem(store, id)
  if (record !== null) return record
  throw new AppError('not_found', `there is no problem ${id.slice(0, 128)}`)
}

/** Its incidents of other tools, the newest first. */
function importedOf({ journey }: Pick<ServerDeps, 'journey'>, { incidents }: ProblemRecord) {
  const { imported } = journey.engine.state
  return incidents
    .flatMap((id) => imported.get(id) ?? [])
    .sort((a, b) => b.incident.openedAt - a.incident.openedAt || compare(a.id, b.id))
    .slice(0, LISTED_INCIDENTS)
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

  app.openapi(report, async (c) => {
    const { store, clock } = c.get('deps')
    const { format, ...filter } = c.req.valid('query')
    const { status = [...CURRENT] } = filter
    const { items } = await listProblems(store, defined({ ...filter, status, limit: REPORTED }))
    const isCsv = format === 'csv'
    const text = isCsv ? problemsAsCsv(items) : problemsAsMarkdown(items, clock.now())
    return c.body(text, 200, {
      'Content-Type': isCsv ? 'text/csv; charset=utf-8' : 'text/markdown; charset=utf-8',
      'Content-Disposition': `attachment; filename="problems.${isCsv ? 'csv' : 'md'}"`,
    })
  })

  app.openapi(costs, async (c) => {
    const { store, clock } = c.get('deps')
    const { status = [...CURRENT], ...filter } = c.req.valid('query')
    const months = lastMonths(clock.now())
    const since = Date.parse(`${months[0]}-01T00:00:00Z`)
    const parts = await costsOfProblems(store, defined({ ...filter, status }), since)
    return c.json(
      {
        months: months.map((month) => ({
          month,
          ...spent(parts.filter((part) => part.month === month)),
        })),
        services: [...new Set(parts.map(({ service }) => service))]
          .map((service) => ({
            service: service === '' ? null : service,
            ...spent(parts.filter((part) => part.service === service)),
          }))
          .sort((a, b) => b.minutes - a.minutes),
      },
      200,
    )
  })

  app.openapi(one, async (c) => {
    const { store } = c.get('deps')
    const record = await problemOf(store, c.req.valid('param').id)
    const incidents = await incidentsOfProblem(store, record, LISTED_INCIDENTS)
    const imported = importedOf(c.get('deps'), record)
    return c.json(toProblemDetail(record, incidents, imported), 200)
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
