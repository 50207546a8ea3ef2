/** The demo: whether this is one, how far it is, and what to do to it. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { AppError } from '../../core/errors.ts'
import type { DemoState } from '../demo.ts'
import type { AppEnv } from '../deps.ts'
import { iso, Time } from '../schemas/common.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { acts, reads } from './guards.ts'

const DemoView = z
  .strictObject({
    active: z.boolean().openapi({ description: 'false: not a demo, and nothing else is told' }),
    run: z.string().optional().openapi({ description: 'names this run of the demo' }),
    phase: z.enum(['quiet', 'storm', 'over']).optional(),
    startsAt: Time.optional().openapi({ description: 'when the outage begins, or began' }),
    alerts: z.strictObject({ sent: z.int(), total: z.int() }).optional(),
    faults: z
      .array(
        z.strictObject({
          id: z.string(),
          title: z.string(),
          mend: z.string().openapi({ description: 'what to do about it' }),
          mended: z.boolean(),
          incident: z.string().nullable(),
        }),
      )
      .optional(),
  })
  .openapi('Demo')

const DemoAct = z
  .discriminatedUnion('do', [
    z.strictObject({ do: z.literal('begin') }),
    z.strictObject({ do: z.literal('mend'), fault: z.string().min(1).max(200) }),
  ])
  .openapi('DemoAct')

const content = { 'application/json': { schema: DemoView } }

const get = createRoute({
  method: 'get',
  path: '/api/v1/demo',
  operationId: 'getDemo',
  tags: ['demo'],
  summary: 'Whether this is a demo, and how far it is',
  middleware: reads,
  responses: { 200: { description: 'The demo', content }, ...readProblems },
})

const act = createRoute({
  method: 'post',
  path: '/api/v1/demo',
  operationId: 'actOnDemo',
  tags: ['demo'],
  summary: 'Begins the outage of the demo now, or mends one of its faults',
  middleware: acts,
  request: {
    body: { required: true, content: { 'application/json': { schema: DemoAct } } },
  },
  responses: { 200: { description: 'The demo after it', content }, ...actProblems },
})

function view(state: DemoState): z.input<typeof DemoView> {
  const { startsAt, alerts, faults, ...rest } = state
  return {
    active: true,
    ...rest,
    startsAt: iso(startsAt),
    alerts: { ...alerts },
    faults: faults.map((fault) => ({ ...fault })),
  }
}

export function demoRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(get, (c) => {
    const { demo } = c.get('deps')
    return c.json(demo === undefined ? { active: false } : view(demo.look()), 200)
  })

  app.openapi(act, (c) => {
    const { demo } = c.get('deps')
    if (demo === undefined) throw new AppError('not_found', 'this is not a demo')
    const wanted = c.req.valid('json')
    if (wanted.do === 'begin') demo.begin()
    else demo.mend(wanted.fault)
    return c.json(view(demo.look()), 200)
  })
}
