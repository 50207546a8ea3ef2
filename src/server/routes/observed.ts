/** What alerts say of CIs and relations that the CMDB does not have: proposals, and what people say of them. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { viewOf } from '../../core/engine/observed-estate.ts'
import type { ObservedCommand } from '../../core/entry.ts'
import { AppError } from '../../core/errors.ts'
import type { ObservedState } from '../../core/observed/state.ts'
import { compare } from '../../core/topology.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { applied } from '../patience.ts'
import {
  OBSERVED_LIMIT,
  OBSERVED_STATUSES,
  ObservedAnswer,
  ObservedInput,
  ObservedList,
  toObservedView,
  toSettings,
} from '../schemas/observed.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { acts, reads } from './guards.ts'

const path = '/api/v1/observed'
const tags = ['cmdb']
const body = { required: true, content: { 'application/json': { schema: ObservedInput } } }
const answer = {
  200: { description: 'It is so', content: { 'application/json': { schema: ObservedAnswer } } },
  ...actProblems,
}

const list = createRoute({
  ...{ method: 'get', path, tags, operationId: 'listObserved', middleware: reads },
  summary:
    'CIs and relations that alerts tell of and the CMDB does not have, with what speaks for them',
  description: 'Said in most hours first, then by most alerts.',
  request: {
    query: z.object({
      status: z.enum(OBSERVED_STATUSES).default('proposed'),
      kind: z.enum(['item', 'relation']).optional(),
      q: z.string().max(256).optional().openapi({ description: 'part of a name' }),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
  },
  responses: {
    200: { description: 'Them', content: { 'application/json': { schema: ObservedList } } },
    ...readProblems,
  },
})

const confirm = createRoute({
  ...{ method: 'post', path: `${path}/confirm`, tags, operationId: 'confirmObserved' },
  summary: 'Says that they are so: alerts are bound by them from then on, marked as observed',
  middleware: acts,
  request: { body },
  responses: answer,
})

const reject = createRoute({
  ...{ method: 'post', path: `${path}/reject`, tags, operationId: 'rejectObserved' },
  summary: 'Says that they are not so: they are proposed no more, and the CMDB lets go of them',
  middleware: acts,
  request: { body },
  responses: answer,
})

const undo = createRoute({
  ...{ method: 'post', path: `${path}/undo`, tags, operationId: 'undoObserved' },
  summary: 'Takes back what people said of them',
  middleware: acts,
  request: { body },
  responses: answer,
})

function namesOf({ about }: Readonly<ObservedState>): readonly string[] {
  return about.kind === 'item' ? [about.thing.name] : [about.tie.from.name, about.tie.to.name]
}

async function say(
  deps: ServerDeps,
  actor: string,
  command: ObservedCommand,
): Promise<z.output<typeof ObservedAnswer>> {
  const { observed } = deps.journey.engine.state
  const known = new Set([...observed.values()].map(({ id }) => id))
  // what never was does not belong into the journal
  if (!command.observed.some((id) => known.has(id)))
    throw new AppError('not_found', 'there is no such observation')
  const submitted = deps.journey.submit((at, scope) => ({
    ...{ kind: 'command', at, scope, actor, command },
  }))
  const { result } = await applied(deps, submitted)
  if (result?.ok === true && 'observed' in result) {
    await deps.records.flushed(deps.journey.engine.state.seq)
    return { changed: [...result.observed] }
  }
  const text = result?.ok === false ? result.text : 'it was not applied'
  throw new AppError('payload_invalid', text, { pointer: '#/ids' })
}

export function observedRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, (c) => {
    const { engine } = c.get('deps').journey
    const { state } = engine
    const { status, kind, q, limit } = c.req.valid('query')
    const all = [...state.observed.values()]
    const part = q?.toLowerCase() ?? ''
    const found = all
      .filter((one) => one.status === status && (kind === undefined || one.about.kind === kind))
      .filter((one) => namesOf(one).some((name) => name.toLowerCase().includes(part)))
      .sort((a, b) => b.times.length - a.times.length || b.count - a.count || compare(a.key, b.key))
    const settings = state.rules.bind.observe
    const { find } = viewOf(engine, true)
    const by = {
      now: state.now,
      settings,
      ciOf: (thing: Parameters<typeof find>[0]) => find(thing).ci,
    }
    const countOf = (one: (typeof OBSERVED_STATUSES)[number]): number =>
      all.filter((known) => known.status === one).length
    return c.json(
      {
        items: found.slice(0, limit).map((one) => toObservedView(one, by)),
        ...{ total: found.length, limit: OBSERVED_LIMIT, settings: toSettings(settings) },
        counts: {
          ...{ proposed: countOf('proposed'), confirmed: countOf('confirmed') },
          rejected: countOf('rejected'),
        },
      },
      200,
    )
  })
  app.openapi(confirm, async (c) => {
    const { ids: observed } = c.req.valid('json')
    return c.json(await say(c.get('deps'), actorOf(c), { do: 'observed.confirm', observed }), 200)
  })
  app.openapi(reject, async (c) => {
    const { ids: observed } = c.req.valid('json')
    return c.json(await say(c.get('deps'), actorOf(c), { do: 'observed.reject', observed }), 200)
  })
  app.openapi(undo, async (c) => {
    const { ids: observed } = c.req.valid('json')
    return c.json(await say(c.get('deps'), actorOf(c), { do: 'observed.undo', observed }), 200)
  })
}
