/**
 * Where tools post to. Their bodies are read as they come, whatever they say they are, so these
 * routes are described apart from their handlers.
 */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import { getStatus, postAlerts } from '../alertmanager.ts'
import type { AppEnv } from '../deps.ts'
import { type IngestPort, receiptOf, SourceParams, sourceOf, takeBody } from '../ingest.ts'
import { ReceiptView } from '../schemas/operations.ts'
import { problems } from '../schemas/problem.ts'

/** Alertmanager answers an error with a JSON string. */
const Text = { 'application/json': { schema: z.string() } }

const security = [{ bearer: [] }, { basic: [] }, { queryToken: [] }, {}]

const EXAMPLE = {
  title: 'Disk almost full',
  status: 'firing',
  severity: 'critical',
  labels: { alertname: 'DiskFull', host: 'db-1', service: 'orders' },
}

function describeIngest({ openAPIRegistry }: OpenAPIHono<AppEnv>): void {
  openAPIRegistry.registerPath({
    method: 'post',
    path: '/ingest/{source}',
    operationId: 'ingest',
    tags: ['ingest'],
    summary: 'Takes what a tool posts',
    description:
      '2xx means that the body is on disk. Items are answered one by one; what cannot be read is a ' +
      'dead letter. On this machine no token is needed until one is set for the source.',
    security,
    request: {
      params: SourceParams,
      body: {
        required: true,
        description: 'In the form of the source, see docs/ingest.md; gzip and deflate are read.',
        content: { 'application/json': { schema: {}, example: EXAMPLE } },
      },
    },
    responses: {
      202: {
        description: 'At least one item was accepted, or there was none',
        content: { 'application/json': { schema: ReceiptView } },
      },
      ...problems(400, 401, 403, 404, 413, 415, 503),
    },
  })
}

function describeAlertmanager({ openAPIRegistry }: OpenAPIHono<AppEnv>): void {
  openAPIRegistry.registerPath({
    method: 'post',
    path: '/api/v2/alerts',
    operationId: 'postAlerts',
    tags: ['alertmanager'],
    summary: 'Takes alerts as an Alertmanager does',
    security,
    request: {
      body: {
        required: true,
        content: {
          'application/json': {
            schema: {},
            example: [{ labels: { alertname: 'HighLatency', service: 'checkout' } }],
          },
        },
      },
    },
    responses: {
      200: { description: 'At least one alert was accepted, or there was none' },
      400: { description: 'No alert could be read', content: Text },
      401: { description: 'A token is needed', content: Text },
      413: { description: 'The body is too large', content: Text },
      503: { description: 'Too much at once', content: Text },
    },
  })
  openAPIRegistry.registerPath({
    method: 'get',
    path: '/api/v2/status',
    operationId: 'getAlertmanagerStatus',
    tags: ['alertmanager'],
    summary: 'What clients of an Alertmanager ask first',
    security,
    responses: {
      200: {
        description: 'The status',
        content: {
          'application/json': {
            schema: z.object({
              cluster: z.object({ status: z.string(), peers: z.array(z.unknown()) }),
              versionInfo: z.record(z.string(), z.string()),
              config: z.object({ original: z.string() }),
              uptime: z.string(),
            }),
          },
        },
      },
      401: { description: 'A token is needed', content: Text },
    },
  })
}

export function ingestRoutes(app: OpenAPIHono<AppEnv>, port: IngestPort): void {
  const startedAt = port.deps.clock.now()
  describeIngest(app)
  describeAlertmanager(app)

  app.post('/ingest/:source', async (c) => {
    const source = sourceOf(c.req.param('source'))
    return c.json(receiptOf(await takeBody(c, source, port)), 202)
  })

  app.use('/api/v2/*', async (c, next) => {
    // as Alertmanager has it: pages may read, and what they may not they cannot send either
    c.header('Access-Control-Allow-Origin', '*')
    await next()
  })
  app.post('/api/v2/alerts', (c) => postAlerts(c, port))
  app.get('/api/v2/status', (c) => getStatus(c, { startedAt, tokens: port.tokens }))
  app.get('/-/healthy', (c) => c.text('OK'))
  app.get('/-/ready', (c) => {
    const { lifecycle } = c.get('deps')
    return lifecycle.phase() === 'ready' ? c.text('OK') : c.text(lifecycle.detail(), 503)
  })
}
