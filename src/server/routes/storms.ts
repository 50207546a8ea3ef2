/** Storms: those that last, and the newest that are over. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { stormsOf } from '../../core/project.ts'
import type { StormRecord } from '../../core/record.ts'
import { compare } from '../../core/topology.ts'
import { fromCursor, toCursor } from '../../store/page.ts'
import type { AppEnv } from '../deps.ts'
import {
  countScopes,
  defined,
  isOfAny,
  PageQuery,
  pageOf,
  ScopeCounts,
  ScopeFilter,
} from '../schemas/common.ts'
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
    query: PageQuery.extend({
      active: z
        .enum(['true', 'false'])
        .optional()
        .openapi({ description: 'only those that last, or only those that are over' }),
      scope: ScopeFilter,
    }),
  },
  responses: {
    200: {
      description: 'A page',
      content: {
        'application/json': {
          schema: z
            .strictObject({ ...pageOf(StormView).shape, scopes: ScopeCounts })
            .openapi('StormList'),
        },
      },
    },
    ...readProblems,
  },
})

const LIST = 'storms'
/** What the list is in the order of: its end, its beginning, its id. */
const Key = z.tuple([z.number(), z.number(), z.string()])
type Key = z.output<typeof Key>

function keyOf({ endedAt, beganAt, id }: StormRecord): Key {
  return [endedAt ?? Number.MAX_SAFE_INTEGER, beganAt, id]
}

/** As `stormsOf` has them. */
function byNewest(a: Key, b: Key): number {
  return b[0] - a[0] || b[1] - a[1] || compare(a[2], b[2])
}

export function stormRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, (c) => {
    const { active, limit, cursor, scope } = c.req.valid('query')
    const after = cursor === undefined ? null : fromCursor(LIST, cursor, Key)
    const all = stormsOf(c.get('deps').journey.engine.state)
    const rest = all
      .filter((storm) => isOfAny(scope, storm))
      .filter(({ endedAt }) => active === undefined || (endedAt === null) === (active === 'true'))
      .filter((storm) => after === null || byNewest(after, keyOf(storm)) < 0)
    const page = rest.slice(0, limit)
    const last = page.at(-1)
    const next = rest.length > limit && last !== undefined ? toCursor(LIST, keyOf(last)) : undefined
    const scopes = countScopes(all)
    return c.json({ items: page.map(toStormView), scopes, ...defined({ next }) }, 200)
  })
}
