/** The live stream. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { AppEnv } from '../deps.ts'
import { readProblems } from '../schemas/problem.ts'
import { AlertUpdate } from '../schemas/stream.ts'
import type { Hub } from '../stream.ts'
import { reads } from './guards.ts'

const stream = createRoute({
  method: 'get',
  path: '/api/v1/stream',
  operationId: 'stream',
  tags: ['live'],
  summary: 'What changes, as it changes',
  description: [
    'Server-sent events; the data of each is JSON. `incident`: an `IncidentSummary`. `alert`: an',
    '`AlertUpdate`. `change`: a `Change`. `problem`: a `ProblemSummary`. `storm`: a `Storm`, every ten seconds while one lasts. `ledger`: the `Ledger`, at most once a second. `reset`:',
    'something was missed, read everything anew. `id` is the number of the newest decision behind',
    'the event; send it as `Last-Event-ID` to go on after it. Read it with `fetch`, so that the',
    'token goes into the header.',
  ].join(' '),
  middleware: reads,
  request: {
    headers: z.object({ 'last-event-id': z.string().max(64).optional() }),
  },
  responses: {
    200: { description: 'The events', content: { 'text/event-stream': { schema: z.string() } } },
    ...readProblems,
  },
})

export function streamRoutes(app: OpenAPIHono<AppEnv>, hub: Hub): void {
  app.openAPIRegistry.register('AlertUpdate', AlertUpdate)
  app.openapi(stream, (c) => {
    const events = hub.connect(c.req.valid('header')['last-event-id'])
    return c.body(events, 200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-cache, no-transform',
      'X-Accel-Buffering': 'no',
    })
  })
}
