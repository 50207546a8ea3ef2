/**
 * Where tools post to. Their bodies are read as they come, whatever they say they are, so these
 * routes are described apart from their handlers.
 */
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { AppEnv } from '../deps.ts'
import { type IngestPort, knownSource, receiptOf, SourceParams, takeBody } from '../ingest.ts'
import { ReceiptView } from '../schemas/operations.ts'
import { problems } from '../schemas/problem.ts'

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

export function ingestRoutes(app: OpenAPIHono<AppEnv>, port: IngestPort): void {
  describeIngest(app)

  app.post('/ingest/:source', async (c) => {
    const source = knownSource(port.deps, c.req.param('source'))
    return c.json(receiptOf(await takeBody(c, source, port)), 202)
  })
}
