/** Storms: those that last, and the newest that are over. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { stormsOf } from '../../core/project.ts'
import type { AppEnv } from '../deps.ts'
import { readProblems } from '../schemas/problem.ts'
import { StormView, toStormView } from '../schemas/storm.ts'
import { reads } from './guards.ts'

const list = createRoute({
  method: 'get',
  path: '/api/v1/storms',
  operationId: 'listStorms',
  tags: ['incidents'],
  summary: 'Times with far more alerts than usual: those that last first, then the newest',
  description: 'Of each correlation scope the newest 20 that are over are kept.',
  middleware: reads,
  request: {
    query: z.object({
      active: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'only those that last, or only those that are over' }),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
  },
  responses: {
    200: {
      description: 'The first of them',
      content: {
        'application/json': {
          schema: z.strictObject({ items: z.array(StormView) }).openapi('StormList'),
        },
      },
    },
    ...readProblems,
  },
})

export function stormRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, (c) => {
    const { active, limit } = c.req.valid('query')
    const items = stormsOf(c.get('deps').journey.engine.state)
      .filter(({ endedAt }) => active === undefined || (endedAt === null) === (active === 'true'))
      .slice(0, limit)
      .map(toStormView)
    return c.json({ items }, 200)
  })
}
