/** What did not go through: dead letters, and the log of what was sent out. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { AppError } from '../../core/errors.ts'
import type { DeadLetterRecord } from '../../core/record.ts'
import { DEFAULT_SCOPE } from '../../core/scope.ts'
import { DELIVERY_STATES, type DeliveryRecord } from '../../notify/delivery.ts'
import { toPayload } from '../../notify/notification.ts'
import { toSlackMessage } from '../../notify/slack.ts'
import {
  getDeadLetter,
  groupDeadLetters,
  LETTER_STATES,
  type LetterMark,
  letterReceipts,
  listDeadLetters,
  markBody,
  markLetter,
  markLetters,
} from '../../store/dead-letters.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { knownSource, receiptOf, receive, rejectedOf, type Taken } from '../ingest.ts'
import { defined, IdParams, iso, PageQuery } from '../schemas/common.ts'
import {
  DeadLetterPage,
  DeadLetterView,
  DeliveryDetail,
  DeliveryPage,
  DeliveryView,
  DiscardAnswer,
  DiscardInput,
  ReceiptView,
  ReplayAllAnswer,
  ReplayAllInput,
  ReplayInput,
  toDeadLetter,
  toDelivery,
} from '../schemas/operations.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { acts, reads } from './guards.ts'

const Text = z.string().max(1024).optional()

const letters = createRoute({
  method: 'get',
  path: '/api/v1/dead-letters',
  operationId: 'listDeadLetters',
  tags: ['dead letters'],
  summary: 'What could not be read or applied, the newest first',
  middleware: reads,
  request: {
    query: PageQuery.extend({
      source: Text,
      scope: Text.openapi({ description: 'correlation scope that its labels name' }),
      step: z.enum(['decode', 'parse', 'apply']).optional(),
      receipt: Text,
      state: z
        .enum(LETTER_STATES)
        .default('open')
        .openapi({ description: '`open`: neither replayed nor discarded' }),
    }),
  },
  responses: {
    200: {
      description: 'A page, with the beginning of each body',
      content: { 'application/json': { schema: DeadLetterPage } },
    },
    ...readProblems,
  },
})

const letter = createRoute({
  method: 'get',
  path: '/api/v1/dead-letters/{id}',
  operationId: 'getDeadLetter',
  tags: ['dead letters'],
  summary: 'One of them with its whole body',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'The dead letter',
      content: { 'application/json': { schema: DeadLetterView } },
    },
    ...readProblems,
  },
})

const replay = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/{id}/replay',
  operationId: 'replayDeadLetter',
  tags: ['dead letters'],
  summary: 'Posts its body again, as it was or mended',
  description:
    'The whole body goes in again; what was accepted of it the first time is only a repeat. What ' +
    'still cannot be read is a new dead letter; the old ones of that body count as replayed, of ' +
    'whatever scope. Where labels tell scopes apart, a body has the items of one scope, unless its ' +
    'items have to stay together.',
  middleware: acts,
  request: {
    params: IdParams,
    body: { content: { 'application/json': { schema: ReplayInput } } },
  },
  responses: {
    202: {
      description: 'At least one item of it is accepted now',
      content: { 'application/json': { schema: ReceiptView } },
    },
    ...actProblems,
  },
})

const replayAll = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/replay',
  operationId: 'replayDeadLetters',
  tags: ['dead letters'],
  summary: 'Posts the bodies of all open ones of a filter again, each once, the oldest first',
  middleware: acts,
  request: {
    body: { required: true, content: { 'application/json': { schema: ReplayAllInput } } },
  },
  responses: {
    200: {
      description: 'What became of them',
      content: { 'application/json': { schema: ReplayAllAnswer } },
    },
    ...actProblems,
  },
})

const discardAll = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/discard',
  operationId: 'discardDeadLetters',
  tags: ['dead letters'],
  summary: 'Says that nothing is to be done about the open ones of a filter; they are kept',
  middleware: acts,
  request: { body: { required: true, content: { 'application/json': { schema: DiscardInput } } } },
  responses: {
    200: {
      description: 'How many they were, at most 100,000',
      content: { 'application/json': { schema: DiscardAnswer } },
    },
    ...actProblems,
  },
})

const discard = createRoute({
  method: 'post',
  path: '/api/v1/dead-letters/{id}/discard',
  operationId: 'discardDeadLetter',
  tags: ['dead letters'],
  summary: 'Says that nothing is to be done about it; it is kept',
  middleware: acts,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'It is discarded',
      content: { 'application/json': { schema: DiscardAnswer } },
    },
    ...actProblems,
  },
})

const deliveries = createRoute({
  method: 'get',
  path: '/api/v1/deliveries',
  operationId: 'listDeliveries',
  tags: ['deliveries'],
  summary: 'What was sent to whom, the newest first',
  middleware: reads,
  request: {
    query: PageQuery.extend({
      state: z.enum(DELIVERY_STATES).optional(),
      channel: Text,
      incident: Text,
    }),
  },
  responses: {
    200: {
      description: 'A page of deliveries with their attempts',
      content: { 'application/json': { schema: DeliveryPage } },
    },
    ...readProblems,
  },
})

const delivery = createRoute({
  method: 'get',
  path: '/api/v1/deliveries/{id}',
  operationId: 'getDelivery',
  tags: ['deliveries'],
  summary: 'One delivery with what is sent',
  middleware: reads,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'The delivery',
      content: { 'application/json': { schema: DeliveryDetail } },
    },
    ...readProblems,
  },
})

const redeliver = createRoute({
  method: 'post',
  path: '/api/v1/deliveries/{id}/redeliver',
  operationId: 'redeliver',
  tags: ['deliveries'],
  summary: 'Sends it again, whatever became of it',
  middleware: acts,
  request: { params: IdParams },
  responses: {
    200: {
      description: 'The delivery, pending again',
      content: { 'application/json': { schema: DeliveryView } },
    },
    ...actProblems,
  },
})

async function letterOf({ store }: ServerDeps, id: string): Promise<DeadLetterRecord> {
  const found = await getDeadLetter(store, id)
  if (found !== null) return found
  throw new AppError('not_found', 'there is no such dead letter')
}

function markBy(c: Context<AppEnv>, mark: LetterMark['mark']): LetterMark {
  return { mark, actor: actorOf(c), at: c.get('deps').clock.now() }
}

interface Again {
  readonly taken: Taken
  /** Ids of the letters that are replayed by it. */
  readonly marked: readonly string[]
}

/** All letters of one body, of whatever scope, are superseded by what comes of it now. */
async function again(c: Context<AppEnv>, letter: DeadLetterRecord, body: string): Promise<Again> {
  const deps = c.get('deps')
  const taken = await receive(deps, knownSource(deps, letter.source).id, { body })
  return { taken, marked: await markBody(deps.store, letter, markBy(c, 'replayed')) }
}

async function postAgain(
  c: Context<AppEnv>,
  { limit, ...filter }: z.output<typeof ReplayAllInput>,
) {
  const deps = c.get('deps')
  const open = { ...defined(filter), state: 'open' as const }
  const receipts = await letterReceipts(deps.store, open, limit + 1)
  const answer = { bodies: 0, accepted: 0, rejected: 0, left: receipts.length > limit }
  const done = new Set<string>()
  for (const { id } of receipts.slice(0, limit)) {
    // a body that was not cut stands there for each scope of its letters
    if (done.has(id)) continue
    const letter = await letterOf(deps, id)
    const { taken, marked } = await again(c, letter, letter.body)
    for (const one of marked) done.add(one)
    const rejected = rejectedOf(taken.items).length
    answer.bodies += 1
    answer.rejected += rejected
    answer.accepted += taken.items.length - rejected
  }
  return answer
}

export function letterRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(letters, async (c) => {
    const { store } = c.get('deps')
    const filter = defined(c.req.valid('query'))
    const [{ items, next }, groups] = await Promise.all([
      listDeadLetters(store, filter),
      groupDeadLetters(store, filter.state),
    ])
    const views = items.map(({ marked, ...item }) => ({
      ...item,
      scope: item.scope ?? DEFAULT_SCOPE,
      at: iso(item.at),
      marked: marked === null ? null : { by: marked.by, at: iso(marked.at) },
    }))
    const counts = groups.map(({ n, ...group }) => ({ ...group, count: n }))
    return c.json({ items: views, groups: counts, ...defined({ next }) }, 200)
  })

  app.openapi(letter, async (c) =>
    c.json(toDeadLetter(await letterOf(c.get('deps'), c.req.valid('param').id)), 200),
  )

  app.openapi(replay, async (c) => {
    const found = await letterOf(c.get('deps'), c.req.valid('param').id)
    const mended = c.req.valid('json').body
    const { taken } = await again(c, found, mended ?? found.body)
    return c.json(receiptOf(taken), 202)
  })

  app.openapi(replayAll, async (c) => c.json(await postAgain(c, c.req.valid('json')), 200))

  app.openapi(discardAll, async (c) => {
    const filter = { ...defined(c.req.valid('json')), state: 'open' as const }
    const discarded = await markLetters(c.get('deps').store, filter, markBy(c, 'discarded'))
    return c.json({ discarded }, 200)
  })

  app.openapi(discard, async (c) => {
    const deps = c.get('deps')
    const { id } = await letterOf(deps, c.req.valid('param').id)
    await markLetter(deps.store, id, markBy(c, 'discarded'))
    return c.json({ discarded: 1 }, 200)
  })
}

/** In the form of its channel; of one that is not configured any more, as webhooks have it. */
function payloadOf({ outbox }: ServerDeps, { channel, notification }: DeliveryRecord): unknown {
  const type = outbox.channels().find(({ id }) => id === channel)?.type
  return type === 'slack' ? toSlackMessage(notification) : JSON.parse(toPayload(notification))
}

export function deliveryRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(deliveries, async (c) => {
    const filter = defined(c.req.valid('query'))
    const { items, next } = await c.get('deps').deliveries.list(filter)
    return c.json({ items: items.map(toDelivery), ...defined({ next }) }, 200)
  })

  app.openapi(delivery, async (c) => {
    const deps = c.get('deps')
    const found = await deps.deliveries.find(c.req.valid('param').id)
    if (found === null) throw new AppError('not_found', 'there is no such delivery')
    return c.json({ ...toDelivery(found), payload: payloadOf(deps, found) }, 200)
  })

  app.openapi(redeliver, async (c) => {
    const record = await c.get('deps').outbox.redeliver(c.req.valid('param').id)
    return c.json(toDelivery(record), 200)
  })
}
