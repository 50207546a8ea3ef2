/** One time of a recurring maintenance window: skipped, moved, or as it recurs again. */
import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { AppError } from '../../core/errors.ts'
import type { Silence, TurnException } from '../../core/model.ts'
import { standingExceptions, turnAt } from '../../core/recurrence.ts'
import type { EpochMs } from '../../core/time.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv } from '../deps.ts'
import { IdParams } from '../schemas/common.ts'
import { SilenceView } from '../schemas/operations.ts'
import { actProblems } from '../schemas/problem.ts'
import { MoveInput, RestoreInput, SkipInput } from '../schemas/recurrence.ts'
import { submitSilence } from '../silences.ts'
import { acts } from './guards.ts'
import { fault, shown, silenceOf } from './silences.ts'

/** Of one window at once. */
const MAX_EXCEPTIONS = 100

function turnRoute<const Verb extends string, Input extends z.ZodType>(
  verb: Verb,
  schema: Input,
  summary: string,
) {
  return createRoute({
    method: 'post',
    path: `/api/v1/maintenance/{id}/${verb}` as const,
    operationId: `${verb}MaintenanceTime`,
    tags: ['silences'],
    summary,
    middleware: acts,
    request: {
      params: IdParams,
      body: { required: true, content: { 'application/json': { schema } } },
    },
    responses: {
      200: {
        description: 'As it is now',
        content: { 'application/json': { schema: SilenceView } },
      },
      ...actProblems,
    },
  })
}

const skip = turnRoute(
  'skip',
  SkipInput,
  'One time of a recurring maintenance window mutes nothing; what it mutes now is judged again',
)
const move = turnRoute(
  'move',
  MoveInput,
  'One time of a recurring maintenance window comes at another time',
)
const restore = turnRoute(
  'restore',
  RestoreInput,
  'A time that was skipped or moved comes as it recurs again',
)

type Made = (
  known: Silence,
  given: { readonly now: EpochMs; readonly actor: string },
) => TurnException | null

/** Keeps one exception of the window of `begins`, or takes it away where `made` is null. */
async function except(c: Context<AppEnv>, begins: EpochMs, make: Made) {
  const deps = c.get('deps')
  const known = await silenceOf(deps, 'maintenance', c.req.param('id') ?? '')
  const now = deps.clock.now()
  if (known.recurs === undefined) throw new AppError('conflict', 'it does not recur')
  if (known.endsAt <= now) throw new AppError('conflict', 'it has ended')
  const made = make(known, { now, actor: actorOf(c) })
  const others = standingExceptions(known, now).filter(
    (one) => one.startsAt !== (made?.startsAt ?? begins),
  )
  if (others.length >= MAX_EXCEPTIONS)
    throw new AppError('conflict', `${MAX_EXCEPTIONS} of its times are skipped or moved already`)
  const exceptions = [...others, ...(made === null ? [] : [made])]
  const written = await submitSilence(deps, actorOf(c), (at) => {
    const { exceptions: _before, ...rest } = known
    return { ...rest, updatedAt: at, ...(exceptions.length === 0 ? {} : { exceptions }) }
  })
  return shown(deps, written)
}

/** The time that begins or runs then, or that was moved there. */
function regularStart(known: Silence, begins: EpochMs, now: EpochMs): EpochMs {
  const moved = standingExceptions(known, now).find(
    ({ startsAt, to }) => to?.startsAt === begins || startsAt === begins,
  )
  const start = moved?.startsAt ?? turnAt(known, begins)
  if (start === null) throw fault('/startsAt', 'none of its times begins or runs then')
  return start
}

export function turnRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(skip, async (c) => {
    const { startsAt, reason = null } = c.req.valid('json')
    const view = await except(c, startsAt, (known, { now, actor }) => ({
      ...{ startsAt: regularStart(known, startsAt, now), to: null },
      ...{ by: actor, at: now, reason },
    }))
    return c.json(view, 200)
  })

  app.openapi(move, async (c) => {
    const { startsAt, to, reason = null } = c.req.valid('json')
    const view = await except(c, startsAt, (known, { now, actor }) => {
      if (to.startsAt >= to.endsAt) throw fault('/to/endsAt', 'it must end after it starts')
      if (to.endsAt <= now) throw fault('/to/endsAt', 'it would have ended already')
      if (to.startsAt < known.startsAt || to.endsAt > known.endsAt)
        throw fault('/to', 'the window does not last at that time')
      return {
        ...{ startsAt: regularStart(known, startsAt, now), to },
        ...{ by: actor, at: now, reason },
      }
    })
    return c.json(view, 200)
  })

  app.openapi(restore, async (c) => {
    const { startsAt } = c.req.valid('json')
    const view = await except(c, startsAt, (known, { now }) => {
      if (!standingExceptions(known, now).some((one) => one.startsAt === startsAt))
        throw new AppError('conflict', 'that time was neither skipped nor moved, or it is over')
      return null
    })
    return c.json(view, 200)
  })
}
