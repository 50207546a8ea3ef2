/** What people do to incidents. Each becomes an entry of the journal, and is applied or refused. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Command } from '../../core/entry.ts'
import { AppError } from '../../core/errors.ts'
import { getIncident } from '../../store/incidents.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { applied } from '../patience.ts'
import { defined, IdParams } from '../schemas/common.ts'
import { CommandAnswer, toSummary } from '../schemas/incident.ts'
import { actProblems } from '../schemas/problem.ts'
import { acts } from './guards.ts'
import { incidentOf } from './incidents.ts'

const Id = z.string().min(1).max(1024)
const Member = Id.openapi({
  description: 'key of an alert in the incident',
  example: 'aae7a1432b5d2f1b.1772359212345',
})

/** One command: its body, and the command it becomes. */
interface Spec<Body extends z.ZodType> {
  readonly name: string
  readonly summary: string
  readonly description?: string
  readonly body: Body
  readonly toCommand: (incident: string, body: z.output<Body>, deps: ServerDeps) => Command
}

function define<Body extends z.ZodType>(spec: Spec<Body>): Spec<Body> {
  return spec
}

const Whom = z.string().min(1).max(256).nullable()

const assign = define({
  name: 'assign',
  summary: 'Gives it to someone, to a team, or to nobody',
  description: 'A team that is given by hand is never changed by a route rule.',
  body: z
    .strictObject({ to: Whom.optional(), team: Whom.optional() })
    .refine(({ to, team }) => to !== undefined || team !== undefined, 'needs `to`, `team` or both'),
  toCommand: (incident, body) => ({ do: 'assign', incident, ...defined(body) }),
})

const comment = define({
  name: 'comment',
  summary: 'Adds a comment to its timeline',
  body: z.strictObject({ text: z.string().trim().min(1).max(10_000) }),
  toCommand: (incident, { text }) => ({ do: 'comment', incident, text }),
})

const resolve = define({
  name: 'resolve',
  summary: 'Resolves it',
  description:
    'While alerts of it still fire this is refused (`alerts_still_fire`) unless `force` is set; it ' +
    'then stays resolved until they have ended or something new joins.',
  body: z.strictObject({
    resolution: z.string().trim().min(1).max(10_000).optional(),
    force: z.boolean().optional(),
  }),
  toCommand: (incident, body) => ({ do: 'resolve', incident, ...defined(body) }),
})

const merge = define({
  name: 'merge',
  summary: 'Takes other incidents into this one; the oldest id stays',
  body: z.strictObject({ from: z.array(Id).min(1).max(100) }),
  toCommand: (incident, { from }) => ({ do: 'merge', incident, from }),
})

const split = define({
  name: 'split',
  summary: 'Makes a new incident of some of its alerts',
  body: z.strictObject({ members: z.array(Member).min(1).max(5000) }),
  toCommand: (incident, { members }) => ({ do: 'split', incident, members }),
})

const move = define({
  name: 'move',
  summary: 'Moves some of its alerts to another incident',
  body: z.strictObject({ members: z.array(Member).min(1).max(5000), to: Id }),
  toCommand: (incident, { members, to }) => ({ do: 'move', incident, members, to }),
})

const confirmCause = define({
  name: 'confirm-cause',
  summary: 'Says which CI was the root cause',
  body: z.strictObject({ ci: Id }),
  toCommand: (incident, { ci }, { journey }) => {
    const { topology, incidents } = journey.engine.state
    const candidates = incidents.get(incident)?.rootCause?.candidates ?? []
    if (topology.items.has(ci) || candidates.some((candidate) => candidate.ci === ci)) {
      return { do: 'confirm_cause', incident, ci }
    }
    throw new AppError('payload_invalid', 'there is no such CI', { pointer: '#/ci' })
  },
})

const dismiss = define({
  name: 'dismiss',
  summary: 'Says that it is no incident: it ends, and such alerts open none from then on',
  description:
    'Its kinds of alerts are known noise until that is undone, taken back, or of no use for 30 days: ' +
    'held and counted, unless they are worse than what was dismissed.',
  body: z.strictObject({ reason: z.string().trim().min(1).max(10_000).optional() }),
  toCommand: (incident, body) => ({ do: 'dismiss', incident, ...defined(body) }),
})

const vote = define({
  name: 'vote',
  summary: 'Says whether an article helped',
  body: z.strictObject({ article: Id, helpful: z.boolean() }),
  toCommand: (incident, { article, helpful }, { journey }) => {
    if (journey.engine.state.articles.has(article))
      return { do: 'vote', incident, article, helpful }
    throw new AppError('payload_invalid', 'there is no such article', { pointer: '#/article' })
  },
})

const PLAIN = [
  { name: 'ack', do: 'acknowledge', summary: 'Acknowledges it: someone is on it' },
  { name: 'unack', do: 'unacknowledge', summary: 'Takes the acknowledgement back' },
  { name: 'close', do: 'close', summary: 'Closes it for good' },
  { name: 'undo', do: 'undo', summary: 'Undoes its newest merge, split, move or dismissal' },
] as const

function describe(name: string, summary: string, description?: string) {
  return {
    method: 'post' as const,
    path: `/api/v1/incidents/{id}/${name}` as const,
    operationId: `${name.replace(/-(.)/g, (_all, next: string) => next.toUpperCase())}Incident`,
    tags: ['incidents'],
    summary,
    ...defined({ description }),
    middleware: acts,
    responses: {
      200: {
        description: 'The incident the command ended at: commands follow merges',
        content: { 'application/json': { schema: CommandAnswer } },
      },
      ...actProblems,
    },
  }
}

/**
 * Runs a command of the caller.
 *
 * @returns the id of the incident it ended at
 * @throws AppError `conflict` with the engine's reason where it refuses; `not_found` for an id that
 * never was; `store_unavailable` where the command is durable and its result does not come
 */
async function run(c: Context<AppEnv>, command: Command): Promise<string> {
  const deps = c.get('deps')
  const { journey } = deps
  if (!journey.engine.state.incidents.has(command.incident)) {
    // it is long closed, or never was: nothing of this belongs into the journal
    await incidentOf(deps.store, command.incident)
    throw new AppError('conflict', 'it is long closed', { reason: 'not_editable' })
  }
  const result = await applied(deps, journey.command(actorOf(c), command))
  if (result.ok) return result.incident
  throw new AppError('conflict', result.text, { reason: result.reason })
}

/** Runs it; answers with the incident it ended at. */
export async function answer(c: Context<AppEnv>, command: Command) {
  const incident = await run(c, command)
  const record = await getIncident(c.get('deps').store, incident)
  if (record === null) throw new AppError('internal', 'an incident has no record', { incident })
  return c.json({ incident, ...toSummary(record) }, 200)
}

function addWithBody<Body extends z.ZodType>(app: OpenAPIHono<AppEnv>, spec: Spec<Body>): void {
  const content = { 'application/json': { schema: spec.body } }
  const route = createRoute({
    ...describe(spec.name, spec.summary, spec.description),
    request: { params: IdParams, body: { required: true, content } },
  })
  app.openapi(route, async (c) => {
    // guarantee: the route's validators have put the output of these very schemas there
    const body = c.req.valid('json' as never) as z.output<Body>
    const { id } = c.req.valid('param' as never) as z.output<typeof IdParams>
    return answer(c, spec.toCommand(id, body, c.get('deps')))
  })
}

export function commandRoutes(app: OpenAPIHono<AppEnv>): void {
  for (const { name, do: verb, summary } of PLAIN) {
    const route = createRoute({ ...describe(name, summary), request: { params: IdParams } })
    app.openapi(route, async (c) => answer(c, { do: verb, incident: c.req.valid('param').id }))
  }
  addWithBody(app, assign)
  addWithBody(app, comment)
  addWithBody(app, resolve)
  addWithBody(app, merge)
  addWithBody(app, split)
  addWithBody(app, move)
  addWithBody(app, confirmCause)
  addWithBody(app, dismiss)
  addWithBody(app, vote)
}
