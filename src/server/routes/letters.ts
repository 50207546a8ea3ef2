/** What did not go through: dead letters, and the log of what was sent out. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import type { DeadLetterRecord } from '../../core/record.ts'
import { DELIVERY_STATES } from '../../notify/delivery.ts'
import { getDeadLetter, listDeadLetters } from '../../store/dead-letters.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { receiptOf, receive, sourceOf } from '../ingest.ts'
import { defined, IdParams, iso, PageQuery } from '../schemas/common.ts'
import {
  DeadLetterPage,
  DeadLetterView,
  DeliveryPage,
  DeliveryView,
  ReceiptView,
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
      step: z.enum(['decode', 'parse', 'apply']).optional(),
      receipt: Text,
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
    'The whole body goes in again; what was accepted of it the first time is only a repeat.',
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

export function letterRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(letters, async (c) => {
    const filter = defined(c.req.valid('query'))
    const { items, next } = await listDeadLetters(c.get('deps').store, filter)
    return c.json(
      { items: items.map((item) => ({ ...item, at: iso(item.at) })), ...defined({ next }) },
      200,
    )
  })

  app.openapi(letter, async (c) =>
    c.json(toDeadLetter(await letterOf(c.get('deps'), c.req.valid('param').id)), 200),
  )

  app.openapi(replay, async (c) => {
    const deps = c.get('deps')
    const { source, body } = await letterOf(deps, c.req.valid('param').id)
    const mended = c.req.valid('json').body
    const taken = await receive(deps, sourceOf(source).id, { body: mended ?? body })
    return c.json(receiptOf(taken), 202)
  })
}

export function deliveryRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(deliveries, async (c) => {
    const filter = defined(c.req.valid('query'))
    const { items, next } = await c.get('deps').deliveries.list(filter)
    return c.json({ items: items.map(toDelivery), ...defined({ next }) }, 200)
  })

  app.openapi(redeliver, async (c) => {
    const record = await c.get('deps').outbox.redeliver(c.req.valid('param').id)
    return c.json(toDelivery(record), 200)
  })
}
