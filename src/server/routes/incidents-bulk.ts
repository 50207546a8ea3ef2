/** One command for many incidents, with an answer for each of them. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Command } from '../../core/entry.ts'
import { AppError } from '../../core/errors.ts'
import { listIncidents } from '../../store/incidents.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { applied } from '../patience.ts'
import { defined } from '../schemas/common.ts'
import { actProblems } from '../schemas/problem.ts'
import { acts } from './guards.ts'

/** Most incidents of one request. */
const MOST = 500

const incidents = z
  .array(z.string().min(1).max(1024))
  .min(1)
  .max(MOST)
  .openapi({ example: ['INC-000123', 'INC-000124'] })

const Whom = z.string().min(1).max(256).nullable()

const BulkCommand = z
  .discriminatedUnion('do', [
    z.strictObject({ do: z.literal('acknowledge'), incidents }),
    z.strictObject({ do: z.literal('unacknowledge'), incidents }),
    z
      .strictObject({
        do: z.literal('assign'),
        incidents,
        to: Whom.optional().openapi({ description: '`null`: nobody' }),
        team: Whom.optional().openapi({
          description: '`null`: no team; given by hand, no route rule changes it any more',
        }),
      })
      .refine(({ to, team }) => to !== undefined || team !== undefined, {
        message: 'needs `to`, `team` or both',
        path: ['to'],
      }),
    z.strictObject({
      do: z.literal('resolve'),
      incidents,
      resolution: z.string().trim().min(1).max(10_000).optional(),
      force: z.boolean().optional().openapi({ description: 'also while alerts of it still fire' }),
    }),
  ])
  .openapi('BulkCommand')
type BulkCommand = z.output<typeof BulkCommand>

const OUTCOMES = ['done', 'already', 'refused', 'not_found', 'waiting'] as const

const BulkResult = z.strictObject({
  incident: z.string().openapi({ description: 'as it was asked for' }),
  outcome: z.enum(OUTCOMES).openapi({
    description:
      '`already`: it was so before; `waiting`: recorded, and to be applied when the engine can',
  }),
  at: z.string().nullable().openapi({ description: 'where it ended: commands follow merges' }),
  reason: z.string().nullable().openapi({ description: "the engine's, as a token" }),
  detail: z.string().nullable().openapi({ description: 'the same for people' }),
})
type BulkResult = z.output<typeof BulkResult>

const BulkAnswer = z
  .strictObject({
    items: z.array(BulkResult).openapi({ description: 'in the order asked for, each once' }),
  })
  .openapi('BulkAnswer')

const bulk = createRoute({
  method: 'post',
  path: '/api/v1/incidents/bulk',
  operationId: 'bulkIncidents',
  tags: ['incidents'],
  summary: 'Does one thing to many incidents',
  description:
    `For at most ${MOST} incidents, each by itself: what is refused for one of them does not keep it ` +
    'from the others, and `items` says what became of each. Sent again it finds what it did done ' +
    '(`already`).',
  middleware: acts,
  request: { body: { required: true, content: { 'application/json': { schema: BulkCommand } } } },
  responses: {
    200: {
      description: 'What became of each',
      content: { 'application/json': { schema: BulkAnswer } },
    },
    ...actProblems,
  },
})

function commandFor(incident: string, asked: BulkCommand): Command {
  const { incidents: _all, ...command } = asked
  if (command.do === 'assign') {
    const { to, team } = command
    return { do: 'assign', incident, ...defined({ to, team }) }
  }
  if (command.do !== 'resolve') return { ...command, incident }
  const { resolution, force } = command
  return {
    do: 'resolve',
    incident,
    ...(resolution === undefined ? {} : { resolution }),
    ...(force === undefined ? {} : { force }),
  }
}

const ALREADY: ReadonlySet<string> = new Set(['already_acknowledged', 'already_resolved'])

/** Where commands for an incident end: merges are followed. */
function endOf({ journey }: ServerDeps, id: string): string {
  let at = id
  for (let hops = 0; hops < 100; hops++) {
    const next = journey.engine.state.incidents.get(at)?.mergedInto ?? null
    if (next === null) break
    at = next
  }
  return at
}

/** Whether nothing would change; the engine itself says so only of what it refuses. */
function isSo({ journey }: ServerDeps, end: string, command: Command): boolean {
  const incident = journey.engine.state.incidents.get(end)
  if (incident === undefined) return false
  if (command.do === 'assign') {
    const { to = incident.owner, team = incident.team } = command
    // a team by a route is not one that a person gave: that one stays
    const isKept = command.team === undefined || incident.teamBy !== null
    return incident.owner === to && incident.team === team && isKept
  }
  return command.do === 'unacknowledge' && incident.acknowledgedAt === null
}

async function runOne(deps: ServerDeps, actor: string, command: Command): Promise<BulkResult> {
  const { incident } = command
  const say = (outcome: BulkResult['outcome'], more: Partial<BulkResult> = {}): BulkResult => ({
    incident,
    outcome,
    at: null,
    reason: null,
    detail: null,
    ...more,
  })
  const end = endOf(deps, incident)
  if (isSo(deps, end, command)) return say('already', { at: end })
  try {
    const result = await applied(deps, deps.journey.command(actor, command))
    if (result.ok) return say('done', { at: result.incident })
    const { reason, text } = result
    if (ALREADY.has(reason)) return say('already', { at: end, reason, detail: text })
    return say('refused', { reason, detail: text })
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code !== 'store_unavailable') throw cause
    return say('waiting', { detail: cause.message })
  }
}

/** Which of these ids there are, although the engine does not hold them any more. */
async function closedOnes(deps: ServerDeps, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const { items } = await listIncidents(deps.store, { id: ids, limit: MOST })
  return new Set(items.map(({ id }) => id))
}

export function incidentBulkRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(bulk, async (c) => {
    const deps = c.get('deps')
    const actor = actorOf(c)
    const asked = c.req.valid('json')
    const ids = [...new Set(asked.incidents)]
    const held = deps.journey.engine.state.incidents
    const closed = await closedOnes(
      deps,
      ids.filter((id) => !held.has(id)),
    )
    const items = await Promise.all(
      ids.map(async (incident): Promise<BulkResult> => {
        // nothing of what is long closed, or never was, belongs into the journal
        if (held.has(incident)) return runOne(deps, actor, commandFor(incident, asked))
        const refusal = { incident, at: null }
        return closed.has(incident)
          ? { ...refusal, outcome: 'refused', reason: 'not_editable', detail: 'it is long closed' }
          : { ...refusal, outcome: 'not_found', reason: null, detail: 'there is no such incident' }
      }),
    )
    return c.json({ items }, 200)
  })
}
