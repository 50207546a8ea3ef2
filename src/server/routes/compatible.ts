/** PagerDuty's and Opsgenie's own paths: their bodies are read as at `/ingest/<source>`. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { z } from '@hono/zod-openapi'
import type { AppEnv } from '../deps.ts'
import type { IngestPort } from '../ingest.ts'
import { takeAlert } from '../opsgenie.ts'
import { enqueue } from '../pagerduty.ts'

const json = (schema: z.ZodType) => ({ 'application/json': { schema } })
const security = [{ bearer: [] }, { basic: [] }, { queryToken: [] }, {}]

const Enqueued = z.object({
  status: z.string(),
  message: z.string(),
  dedup_key: z.string().optional(),
})
const Invalid = z.object({
  status: z.string(),
  message: z.string(),
  errors: z.array(z.string()),
})
const Processed = z.object({ result: z.string(), took: z.number(), requestId: z.string() })
const Unprocessable = z.object({ message: z.string(), took: z.number(), requestId: z.string() })

function describePagerduty({ openAPIRegistry }: OpenAPIHono<AppEnv>): void {
  for (const [path, operationId, summary] of [
    ['/v2/enqueue', 'enqueuePagerdutyEvent', "Takes an alert event of PagerDuty's Events API v2"],
    ['/v2/change/enqueue', 'enqueuePagerdutyChange', 'Takes a change event of the same API'],
  ] as const)
    openAPIRegistry.registerPath({
      ...{ method: 'post', path, operationId, summary, tags: ['ingest'], security },
      description:
        'Where tokens are set for source `pagerduty`, the `routing_key` must be one of them.',
      request: { body: { required: true, content: json(z.looseObject({})) } },
      responses: {
        202: { description: 'It is on disk', content: json(Enqueued) },
        400: { description: 'It cannot be read', content: json(Invalid) },
      },
    })
}

function describeOpsgenie({ openAPIRegistry }: OpenAPIHono<AppEnv>): void {
  const answers = {
    202: { description: 'It is on disk', content: json(Processed) },
    422: { description: 'It cannot be read', content: json(Unprocessable) },
  }
  openAPIRegistry.registerPath({
    method: 'post',
    path: '/v2/alerts',
    operationId: 'createOpsgenieAlert',
    summary: "Takes an alert as Opsgenie's API does",
    tags: ['ingest'],
    security,
    request: { body: { required: true, content: json(z.looseObject({})) } },
    responses: answers,
  })
  openAPIRegistry.registerPath({
    method: 'post',
    path: '/v2/alerts/{alias}/{action}',
    operationId: 'actOnOpsgenieAlert',
    summary: 'Closes an alert; other deeds are taken note of',
    tags: ['ingest'],
    security,
    request: {
      params: z.object({ alias: z.string(), action: z.string() }),
      body: { content: json(z.looseObject({})) },
    },
    responses: answers,
  })
}

/** JSM Operations serves the same API below this path. */
const JSM = '/jsm/ops/integration'

export function compatibleRoutes(app: OpenAPIHono<AppEnv>, port: IngestPort): void {
  describePagerduty(app)
  describeOpsgenie(app)
  app.post('/v2/enqueue', (c) => enqueue(c, port, 'alert'))
  app.post('/v2/change/enqueue', (c) => enqueue(c, port, 'change'))
  for (const base of ['', JSM]) {
    app.post(`${base}/v2/alerts`, (c) => takeAlert(c, port, { action: 'create' }))
    app.on(['POST', 'PUT'], `${base}/v2/alerts/:alias/:action`, (c) => {
      const { alias = '', action = '' } = c.req.param()
      return takeAlert(c, port, { action, alias })
    })
    app.delete(`${base}/v2/alerts/:alias`, (c) =>
      takeAlert(c, port, { action: 'close', alias: c.req.param('alias') ?? '' }),
    )
  }
}
