/** What people's corrections taught the engine: read, and taken back. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import {
  type ConstraintState,
  constraintText,
  kindText,
  MAX_CONSTRAINTS,
  MAX_PER_PERSON,
} from '../../core/learn/constraints.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv } from '../deps.ts'
import { applied } from '../patience.ts'
import {
  countScopes,
  defined,
  IdParams,
  isOfAny,
  iso,
  PageQuery,
  ScopeCounts,
  ScopeFilter,
  SeverityName,
  Time,
} from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { acts, reads } from './guards.ts'

const KindView = z
  .strictObject({
    signature: z.string().openapi({ description: 'rule and class of the CI' }),
    place: z
      .string()
      .nullable()
      .openapi({ description: 'the CI, or what labels say; null: any CI of the class' }),
    text: z.string().openapi({ example: 'DiskFull on host:db-1' }),
  })
  .openapi('AlertKind')

const RELATIONS = ['together', 'apart', 'noise'] as const

const ConstraintView = z
  .strictObject({
    id: z.string(),
    scope: z.string().openapi({ description: 'correlation scope in which it counts' }),
    relation: z.enum(RELATIONS).openapi({
      description:
        '`together` adds 6 to the score of a link, `apart` forbids it; `noise` opens no incident',
    }),
    a: KindView,
    b: z
      .union([KindView, z.null()])
      .openapi({ description: 'null: known noise is about one kind' }),
    severity: z
      .union([SeverityName, z.null()])
      .openapi({ description: 'what is worse than this is no known noise' }),
    text: z.string(),
    by: z.string().openapi({ description: 'the person whose correction it was' }),
    at: Time,
    from: z.strictObject({
      kind: z.enum(['merge', 'split', 'move', 'dismiss']),
      incident: z.string().openapi({ description: 'the incident that the correction ended at' }),
      other: z.string(),
    }),
    used: z.int().openapi({ description: 'placements that it decided' }),
    usedAt: Time.nullable(),
    expiresAt: Time.openapi({ description: '30 days after it was of use the last time' }),
  })
  .openapi('Constraint')

const ConstraintPage = z
  .strictObject({
    items: z.array(ConstraintView),
    next: z.string().optional(),
    total: z.int(),
    scopes: ScopeCounts,
    limits: z.strictObject({
      total: z.int().openapi({ description: 'so many are kept' }),
      perPerson: z.int().openapi({ description: 'so many of one person in a scope' }),
    }),
  })
  .openapi('ConstraintPage')

const path = '/api/v1/constraints'

const list = createRoute({
  method: 'get',
  path,
  operationId: 'listConstraints',
  tags: ['learning'],
  summary: 'What merges, splits, moves and dismissals have taught, the newest first',
  middleware: reads,
  request: {
    query: PageQuery.extend({
      relation: z.enum(RELATIONS).optional(),
      by: z.string().max(256).optional().openapi({ description: 'only those of this person' }),
      scope: ScopeFilter,
    }),
  },
  responses: {
    200: { description: 'A page', content: { 'application/json': { schema: ConstraintPage } } },
    ...readProblems,
  },
})

const remove = createRoute({
  method: 'post',
  path: `${path}/{id}/delete` as const,
  operationId: 'deleteConstraint',
  tags: ['learning'],
  summary: 'Takes back what was learned; the incidents stay as they are',
  middleware: acts,
  request: { params: IdParams },
  responses: {
    200: { description: 'As it was', content: { 'application/json': { schema: ConstraintView } } },
    ...actProblems,
  },
})

function toView(one: Readonly<ConstraintState>): z.output<typeof ConstraintView> {
  const { id, scope, relation, a, by, at, from, used, usedAt, expiresAt } = one
  const b = one.relation === 'noise' ? null : { ...one.b, text: kindText(one.b) }
  const { kind, incident, other } = from
  return {
    ...{ id, scope, relation, by, used, text: constraintText(one) },
    a: { ...a, text: kindText(a) },
    b,
    severity: one.relation === 'noise' ? one.severity : null,
    at: iso(at),
    from: { kind, incident, other },
    usedAt: iso(usedAt),
    expiresAt: iso(expiresAt),
  }
}

/** @throws AppError `payload_invalid` for what is no cursor of ours */
function numberOf(cursor: string | undefined): number {
  if (cursor === undefined) return Number.POSITIVE_INFINITY
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new AppError('payload_invalid', 'this is no cursor of this list', { pointer: '#/cursor' })
}

export function constraintRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(list, (c) => {
    const { constraints } = c.get('deps').journey.engine.state
    const { limit, cursor, relation, by, scope } = c.req.valid('query')
    const before = numberOf(cursor)
    const found = [...constraints.values()]
      .filter((one) => relation === undefined || one.relation === relation)
      .filter((one) => by === undefined || one.by === by)
      .filter((one) => isOfAny(scope, one))
      .sort((a, b) => b.number - a.number)
    const rest = found.filter(({ number }) => number < before)
    const page = rest.slice(0, limit)
    const next = rest.length > limit ? String(page.at(-1)?.number) : undefined
    const limits = { total: MAX_CONSTRAINTS, perPerson: MAX_PER_PERSON }
    const items = page.map(toView)
    const scopes = countScopes(constraints.values())
    return c.json({ items, total: found.length, scopes, limits, ...defined({ next }) }, 200)
  })

  app.openapi(remove, async (c) => {
    const deps = c.get('deps')
    const { journey } = deps
    const { id } = c.req.valid('param')
    const known = journey.engine.state.constraints.get(id)
    // what never was does not belong into the journal
    if (known === undefined) throw new AppError('not_found', 'there is no such constraint')
    const view = toView(known)
    const actor = actorOf(c)
    const submitted = journey.submit((at, scope) => ({
      ...{ kind: 'command', at, scope, actor },
      command: { do: 'constraint.remove', constraint: id },
    }))
    const { result } = await applied(deps, submitted)
    if (result?.ok === true) return c.json(view, 200)
    throw new AppError('not_found', 'there is no such constraint')
  })
}
