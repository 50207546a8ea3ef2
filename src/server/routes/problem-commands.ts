/** What people do to problems. Each becomes an entry of the journal, and is applied or refused. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ProblemCommand } from '../../core/entry.ts'
import { AppError } from '../../core/errors.ts'
import { listChanges } from '../../store/changes.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { applied } from '../patience.ts'
import { defined, IdParams } from '../schemas/common.ts'
import { actProblems } from '../schemas/problem.ts'
import { ProblemAnswer, toProblemSummary } from '../schemas/problems.ts'
import { acts } from './guards.ts'
import { problemOf } from './problems.ts'

const Id = z.string().min(1).max(1024)
const Text = z.string().trim().min(1).max(10_000)
const Incidents = z.strictObject({ incidents: z.array(Id).min(1).max(1000) })

/** One command: its body, and the command it becomes. */
interface Spec<Body extends z.ZodType> {
  readonly name: string
  readonly summary: string
  readonly description?: string
  readonly body: Body
  readonly toCommand: (problem: string, body: z.output<Body>) => ProblemCommand
  /** @throws AppError where the body names what there is not */
  readonly check?: (deps: ServerDeps, body: z.output<Body>) => Promise<void>
}

const dismiss: Spec<z.ZodObject<{ reason: z.ZodOptional<typeof Text> }>> = {
  name: 'dismiss',
  summary: 'Says that it is no problem: it is remembered and not proposed again',
  body: z.strictObject({ reason: Text.optional() }),
  toCommand: (problem, body) => ({ do: 'problem.dismiss', problem, ...defined(body) }),
}

const assign = {
  name: 'assign',
  summary: 'Gives it to someone, or to nobody',
  body: z.strictObject({ to: z.string().min(1).max(256).nullable() }),
  toCommand: (problem: string, { to }: { readonly to: string | null }): ProblemCommand => ({
    do: 'problem.assign',
    problem,
    to,
  }),
}

const workaround = {
  name: 'workaround',
  summary: 'Says how to live with it, which makes it a known error; `null` takes that back',
  body: z.strictObject({ text: Text.nullable() }),
  toCommand: (problem: string, { text }: { readonly text: string | null }): ProblemCommand => ({
    do: 'problem.workaround',
    problem,
    text,
  }),
}

const resolve: Spec<z.ZodObject<{ resolution: z.ZodOptional<typeof Text> }>> = {
  name: 'resolve',
  summary: 'Resolves it; an incident of it that comes later opens it again',
  body: z.strictObject({ resolution: Text.optional() }),
  toCommand: (problem, body) => ({ do: 'problem.resolve', problem, ...defined(body) }),
}

const comment = {
  name: 'comment',
  summary: 'Adds a comment to its timeline',
  body: z.strictObject({ text: Text }),
  toCommand: (problem: string, { text }: { readonly text: string }): ProblemCommand => ({
    do: 'problem.comment',
    problem,
    text,
  }),
}

const merge = {
  name: 'merge',
  summary: 'Takes other problems into this one; the oldest id stays',
  body: z.strictObject({ from: z.array(Id).min(1).max(100) }),
  toCommand: (problem: string, { from }: { readonly from: string[] }): ProblemCommand => ({
    do: 'problem.merge',
    problem,
    from,
  }),
}

const TaskBody = z.strictObject({
  task: Id.optional().openapi({ description: 'id of the one to change; none: a new one' }),
  text: z.string().trim().min(1).max(1000).optional(),
  assignee: z.string().trim().min(1).max(256).nullable().optional(),
  due: z.iso.datetime({ offset: true }).nullable().optional(),
  done: z.boolean().optional(),
})

const task: Spec<typeof TaskBody> = {
  name: 'task',
  summary: 'Adds a task, or changes what is given of one',
  body: TaskBody,
  toCommand: (problem, { due, ...body }) => ({
    do: 'problem.task',
    problem,
    ...defined(body),
    ...(due === undefined ? {} : { due: due === null ? null : Date.parse(due) }),
  }),
}

const dropTask = {
  name: 'drop-task',
  summary: 'Drops a task',
  body: z.strictObject({ task: Id }),
  toCommand: (problem: string, body: { readonly task: string }): ProblemCommand => ({
    do: 'problem.drop_task',
    problem,
    task: body.task,
  }),
}

const Related = z
  .strictObject({
    changes: z.array(Id).max(100).default([]),
    articles: z.array(Id).max(100).default([]),
  })
  .refine(({ changes, articles }) => changes.length + articles.length > 0, 'name at least one')

const RELATING = [
  ['relate', 'Says which changes and articles belong to it'],
  ['unrelate', 'Says which changes and articles do not belong to it'],
] as const

/** @throws AppError `payload_invalid` for an id of no change, or of no article that is in use */
async function expectThere(
  { journey, store }: ServerDeps,
  { changes, articles }: z.output<typeof Related>,
): Promise<void> {
  const known = new Set(
    changes.length === 0
      ? []
      : (await listChanges(store, { ids: changes, limit: changes.length })).items.map(
          ({ id }) => id,
        ),
  )
  for (const [at, id] of changes.entries())
    if (!known.has(id) && !journey.engine.state.changes.has(id))
      throw new AppError('payload_invalid', `there is no change ${id}`, {
        pointer: `#/changes/${at}`,
      })
  for (const [at, id] of articles.entries())
    if (!journey.engine.state.articles.has(id))
      throw new AppError('payload_invalid', `there is no article ${id}`, {
        pointer: `#/articles/${at}`,
      })
}

const OF_INCIDENTS = [
  ['split', 'Makes a problem of its own of some of its incidents'],
  ['link', 'Says that incidents are of it'],
  ['unlink', 'Says that incidents are not of it; they are not put back'],
] as const

const PLAIN = [
  ['accept', 'Accepts a proposal: someone looks into it'],
  ['close', 'Closes a resolved one'],
  ['reopen', 'Opens one again that was resolved, closed or dismissed'],
  ['undo', 'Undoes what was done to it last, comments aside'],
] as const

function describe(name: string, summary: string) {
  return {
    method: 'post' as const,
    path: `/api/v1/problems/{id}/${name}` as const,
    operationId: `${name.replace(/-./, (dash) => dash.slice(1).toUpperCase())}Problem`,
    tags: ['problems'],
    summary,
    middleware: acts,
    responses: {
      200: {
        description: 'The problem the command ended at: commands follow merges',
        content: { 'application/json': { schema: ProblemAnswer } },
      },
      ...actProblems,
    },
  }
}

/**
 * Runs a command of the caller and answers with the problem it ended at.
 *
 * @throws AppError `conflict` with the engine's reason where it refuses; `not_found`
 */
async function answer(c: Context<AppEnv>, command: ProblemCommand) {
  const deps = c.get('deps')
  // what never was does not belong into the journal
  if (!deps.journey.engine.state.problems.has(command.problem))
    await problemOf(deps.store, command.problem)
  const result = await applied(deps, deps.journey.problemCommand(actorOf(c), command))
  if (!result.ok) throw new AppError('conflict', result.text, { reason: result.reason })
  const record = await problemOf(deps.store, result.problem)
  return c.json({ problem: result.problem, ...toProblemSummary(record) }, 200)
}

function addWithBody<Body extends z.ZodType>(app: OpenAPIHono<AppEnv>, spec: Spec<Body>): void {
  const content = { 'application/json': { schema: spec.body } }
  const route = createRoute({
    ...describe(spec.name, spec.summary),
    request: { params: IdParams, body: { required: true, content } },
  })
  app.openapi(route, async (c) => {
    // guarantee: the route's validators have put the output of these very schemas there
    const body = c.req.valid('json' as never) as z.output<Body>
    const { id } = c.req.valid('param' as never) as z.output<typeof IdParams>
    await spec.check?.(c.get('deps'), body)
    return answer(c, spec.toCommand(id, body))
  })
}

export function problemCommandRoutes(app: OpenAPIHono<AppEnv>): void {
  for (const [name, summary] of PLAIN) {
    const route = createRoute({ ...describe(name, summary), request: { params: IdParams } })
    app.openapi(route, async (c) =>
      answer(c, { do: `problem.${name}`, problem: c.req.valid('param').id }),
    )
  }
  for (const [name, summary] of OF_INCIDENTS)
    addWithBody(app, {
      name,
      summary,
      body: Incidents,
      toCommand: (problem, { incidents }) => ({ do: `problem.${name}`, problem, incidents }),
    })
  for (const [name, summary] of RELATING)
    addWithBody(app, {
      name,
      summary,
      body: Related,
      toCommand: (problem, body) => ({ do: `problem.${name}`, problem, ...body }),
      ...(name === 'relate' ? { check: expectThere } : {}),
    })
  addWithBody(app, task)
  addWithBody(app, dropTask)
  addWithBody(app, dismiss)
  addWithBody(app, assign)
  addWithBody(app, workaround)
  addWithBody(app, resolve)
  addWithBody(app, comment)
  addWithBody(app, merge)
}
