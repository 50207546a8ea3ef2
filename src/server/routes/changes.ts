/** Changes: the list; a new one takes the way of every source. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { ChangeCommand } from '../../core/entry.ts'
import { AppError } from '../../core/errors.ts'
import { listChanges } from '../../store/changes.ts'
import { actorOf } from '../auth.ts'
import { calendarOf } from '../calendar.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { receiptOf, receive } from '../ingest.ts'
import { applied } from '../patience.ts'
import {
  ChangeCalendar,
  ChangeLift,
  ChangeSourcePage,
  ChangeSourceView,
  viewChangeSource,
} from '../schemas/calendar.ts'
import { ChangePage, toChange } from '../schemas/cmdb.ts'
import { PullParams } from '../schemas/cmdb-import.ts'
import { defined, IdParams, PageQuery, Search, TimeInput } from '../schemas/common.ts'
import { ReceiptView } from '../schemas/operations.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { acts, reads } from './guards.ts'

const list = createRoute({
  method: 'get',
  path: '/api/v1/changes',
  operationId: 'listChanges',
  tags: ['changes'],
  summary: 'Changes, the newest first',
  middleware: reads,
  request: {
    query: PageQuery.extend({
      ci: z.string().max(1024).optional(),
      ids: z
        .string()
        .max(20_000)
        .optional()
        .transform((text) => text?.split(',').filter(Boolean))
        .openapi({ type: 'string', description: 'any of these ids, separated by commas' }),
      q: Search,
      from: TimeInput.optional().openapi({ description: 'first `startsAt`' }),
      to: TimeInput.optional().openapi({ description: '`startsAt` before this' }),
    }),
  },
  responses: {
    200: {
      description: 'A page of changes',
      content: { 'application/json': { schema: ChangePage } },
    },
    ...readProblems,
  },
})

const calendar = createRoute({
  method: 'get',
  path: '/api/v1/changes/calendar',
  operationId: 'getChangeCalendar',
  tags: ['changes'],
  summary: 'Coming and running changes, and what they mute or mark',
  middleware: reads,
  responses: {
    200: {
      description: 'The soonest first',
      content: { 'application/json': { schema: ChangeCalendar } },
    },
    ...readProblems,
  },
})

const sources = createRoute({
  method: 'get',
  path: '/api/v1/changes/sources',
  operationId: 'listChangeSources',
  tags: ['changes'],
  summary: 'Service desks whose changes are read, and how each stands',
  middleware: reads,
  responses: {
    200: {
      description: 'In the order of the settings',
      content: { 'application/json': { schema: ChangeSourcePage } },
    },
    ...readProblems,
  },
})

const pull = createRoute({
  method: 'post',
  path: '/api/v1/changes/sources/{source}/pull',
  operationId: 'pullChangeSource',
  tags: ['changes'],
  summary: 'Reads a service desk for its changes now, out of its turn; never twice at a time',
  middleware: acts,
  request: { params: PullParams },
  responses: {
    202: {
      description: 'It is being read',
      content: { 'application/json': { schema: ChangeSourceView } },
    },
    ...actProblems,
  },
})

const post = createRoute({
  method: 'post',
  path: '/api/v1/changes',
  operationId: 'postChange',
  tags: ['changes'],
  summary: 'Records one change or an array of them',
  description: 'The same as a post to `/ingest/change`, for people with a token.',
  middleware: acts,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.unknown().openapi({
            description: 'see docs/ingest.md',
            example: { title: 'orders 4.2.0', kind: 'deploy', ci: ['orders'] },
          }),
        },
      },
    },
  },
  responses: {
    202: {
      description: 'At least one of them is recorded',
      content: { 'application/json': { schema: ReceiptView } },
    },
    ...actProblems,
  },
})

function windowRoute<const Verb extends 'lift' | 'restore'>(verb: Verb, summary: string) {
  return createRoute({
    method: 'post',
    path: `/api/v1/changes/{id}/${verb}` as const,
    operationId: `${verb}Change`,
    tags: ['changes'],
    summary,
    middleware: acts,
    request: { params: IdParams },
    responses: {
      200: {
        description: 'It is so',
        content: { 'application/json': { schema: ChangeLift } },
      },
      ...actProblems,
    },
  })
}

const lift = windowRoute(
  'lift',
  'Says that the window of a planned change does not count: it mutes and marks nothing',
)
const restore = windowRoute('restore', 'Takes back that its window does not count')

async function say(deps: ServerDeps, actor: string, command: ChangeCommand) {
  // what never was does not belong into the journal
  if (!deps.journey.engine.state.changes.has(command.change))
    throw new AppError('not_found', 'there is no such change, or it is over for long')
  const submitted = deps.journey.submit((at, scope) => ({
    ...{ kind: 'command', at, scope, actor, command },
  }))
  const { result } = await applied(deps, submitted)
  if (result?.ok === true && 'isLifted' in result)
    return { change: result.change, isLifted: result.isLifted }
  throw new AppError('conflict', result?.ok === false ? result.text : 'it was not applied')
}

export function changeRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, async (c) => {
    const { items, next } = await listChanges(c.get('deps').store, defined(c.req.valid('query')))
    return c.json({ items: items.map(toChange), ...defined({ next }) }, 200)
  })

  app.openapi(calendar, (c) => c.json(calendarOf(c.get('deps').journey.engine.state), 200))

  app.openapi(lift, async (c) => {
    const { id: change } = c.req.valid('param')
    return c.json(await say(c.get('deps'), actorOf(c), { do: 'change.lift', change }), 200)
  })

  app.openapi(restore, async (c) => {
    const { id: change } = c.req.valid('param')
    return c.json(await say(c.get('deps'), actorOf(c), { do: 'change.restore', change }), 200)
  })

  app.openapi(sources, (c) => {
    const all = c.get('deps').changePulls?.list() ?? []
    return c.json({ items: all.map(viewChangeSource) }, 200)
  })

  app.openapi(pull, (c) => {
    const { changePulls } = c.get('deps')
    if (changePulls === undefined) throw new AppError('not_found', 'no changes are pulled')
    const found = changePulls.now(c.req.valid('param').source, actorOf(c))
    return c.json(viewChangeSource(found), 202)
  })

  app.openapi(post, async (c) => {
    const taken = await receive(c.get('deps'), 'change', { body: c.get('bodyText') })
    return c.json(receiptOf(taken), 202)
  })
}
