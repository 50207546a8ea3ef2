/** Silences and maintenance windows: one record, two ways to say what it is about. */
import { randomUUID } from 'node:crypto'
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { AppError } from '../../core/errors.ts'
import { matchesAll } from '../../core/matcher.ts'
import type { Silence } from '../../core/model.ts'
import { MUTE_STATES, muteSpan, standingExceptions } from '../../core/recurrence.ts'
import { countSilences, getSilence, listSilences } from '../../store/silences.ts'
import { actorOf } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { type MutePreview, mutedNow, previewMute } from '../mute-preview.ts'
import { commaList, defined, IdParams, iso, PageQuery, Search } from '../schemas/common.ts'
import {
  MaintenanceInput,
  MuteInput,
  MutePreviewView,
  SilenceInput,
  SilencePage,
  SilenceView,
  toSilence,
} from '../schemas/operations.ts'
import { actProblems, readProblems } from '../schemas/problem.ts'
import { toRecurring } from '../schemas/recurrence.ts'
import { restingAt, submitSilence } from '../silences.ts'
import { acts, asks, reads } from './guards.ts'

type Kind = Silence['kind']
type Previewed = z.output<typeof MuteInput>

const NAMES = {
  silence: { path: '/api/v1/silences', one: 'Silence', many: 'Silences', text: 'silence' },
  maintenance: {
    path: '/api/v1/maintenance',
    one: 'Maintenance',
    many: 'Maintenance',
    text: 'maintenance window',
  },
} as const

const answer = {
  200: { description: 'As it is now', content: { 'application/json': { schema: SilenceView } } },
}

function listRoute(kind: Kind) {
  const { path, many, text } = NAMES[kind]
  return createRoute({
    method: 'get',
    path,
    operationId: `list${many}`,
    tags: ['silences'],
    summary: `Every ${text}, the latest start first`,
    middleware: reads,
    request: {
      query: PageQuery.extend({
        expired: z
          .enum(['true', 'false'])
          .default('true')
          .openapi({ description: 'whether expired ones are listed too' }),
        state: commaList(MUTE_STATES, 'any of these'),
        ci: z
          .string()
          .max(1024)
          .optional()
          .openapi({ description: 'only those that name this CI' }),
        q: Search,
      }),
    },
    responses: {
      200: { description: 'A page', content: { 'application/json': { schema: SilencePage } } },
      ...readProblems,
    },
  })
}

function oneRoute(kind: Kind) {
  const { path, one, text } = NAMES[kind]
  return createRoute({
    method: 'get',
    path: `${path}/{id}` as const,
    operationId: `get${one}`,
    tags: ['silences'],
    summary: `One ${text}, also an expired one`,
    middleware: reads,
    request: { params: IdParams },
    responses: { ...answer, ...readProblems },
  })
}

function expireRoute(kind: Kind) {
  const { path, one, text } = NAMES[kind]
  return createRoute({
    method: 'post',
    path: `${path}/{id}/expire` as const,
    operationId: `expire${one}`,
    tags: ['silences'],
    summary: `Ends a ${text} now; what it muted is judged again`,
    middleware: acts,
    request: { params: IdParams },
    responses: { ...answer, ...actProblems },
  })
}

function writeRoute(kind: Kind) {
  const { path, one, text } = NAMES[kind]
  return {
    method: 'post' as const,
    path,
    operationId: `post${one}`,
    tags: ['silences'],
    summary: `Makes a ${text}, or changes the one with the id given`,
    middleware: acts,
    responses: { ...answer, ...actProblems },
  }
}

const postSilence = createRoute({
  ...writeRoute('silence'),
  request: { body: { required: true, content: { 'application/json': { schema: SilenceInput } } } },
})

const postMaintenance = createRoute({
  ...writeRoute('maintenance'),
  request: {
    body: { required: true, content: { 'application/json': { schema: MaintenanceInput } } },
  },
})

const preview = createRoute({
  method: 'post',
  path: '/api/v1/silences/preview',
  operationId: 'previewSilence',
  tags: ['silences'],
  summary: 'Which firing alerts a silence or maintenance window would mute; makes none',
  middleware: asks,
  request: { body: { required: true, content: { 'application/json': { schema: MuteInput } } } },
  responses: {
    200: {
      description: 'What it is about now',
      content: { 'application/json': { schema: MutePreviewView } },
    },
    ...actProblems,
  },
})

export async function silenceOf(deps: ServerDeps, kind: Kind, id: string): Promise<Silence> {
  const known = await getSilence(deps.store, id)
  if (known !== null && known.kind === kind) return known
  throw new AppError('not_found', `there is no such ${NAMES[kind].text}`)
}

function submit(c: Context<AppEnv>, make: (at: number) => Silence): Promise<Silence> {
  return submitSilence(c.get('deps'), actorOf(c), make)
}

interface Wanted {
  readonly kind: Kind
  readonly id?: string | undefined
  readonly startsAt?: number | undefined
  readonly endsAt: number
  readonly comment: string
  readonly matchers: Silence['matchers']
  readonly cis: readonly string[]
  readonly services?: readonly string[] | undefined
  readonly recurs?: Silence['recurs'] | undefined
}

async function write(c: Context<AppEnv>, wanted: Wanted) {
  const deps = c.get('deps')
  const { kind, id, endsAt, comment, matchers, cis, services = [] } = wanted
  const known = id === undefined ? null : await silenceOf(deps, kind, id)
  const now = deps.clock.now()
  const startsAt = wanted.startsAt ?? known?.startsAt ?? now
  check(wanted, startsAt, now)
  const createdBy = known?.createdBy ?? actorOf(c)
  const { recurs } = wanted
  const timed = defined({ startsAt, endsAt, recurs, exceptions: known?.exceptions })
  const exceptions = standingExceptions(timed, now)
  const made = await submit(c, (at) => ({
    id: id ?? randomUUID(),
    kind,
    matchers,
    cis,
    ...(services.length === 0 ? {} : { services }),
    startsAt,
    endsAt,
    createdBy,
    comment,
    updatedAt: at,
    ...(recurs === undefined ? {} : { recurs }),
    ...(exceptions.length === 0 ? {} : { exceptions }),
  }))
  return c.json(shown(deps, made), 200)
}

/** As the API shows it at this moment. */
export function shown({ clock, journey }: ServerDeps, silence: Silence): SilenceView {
  const muting = mutedNow(journey.engine.state).get(silence.id) ?? 0
  return toSilence(silence, clock.now(), muting)
}

function toPreview(found: MutePreview, refusal: string | null): z.output<typeof MutePreviewView> {
  const { matchesEverything: _m, ...counts } = found
  const alerts = found.alerts.map(({ id, startsAt, title, severity, binding, ...alert }) => ({
    ...{ key: `${id}.${startsAt}`, id, title, severity, ci: binding?.ci ?? null },
    ...{ incident: alert.incident, muted: alert.suppressedBy !== null, startsAt: iso(startsAt) },
  }))
  return { ...counts, alerts, refusal }
}

/** The next times of something that recurs, with `endsAt` or without. */
function toTimes({ startsAt, endsAt, recurs }: Previewed, now: number) {
  if (recurs === undefined) return {}
  const timed = { startsAt: startsAt ?? now, endsAt: endsAt ?? Number.POSITIVE_INFINITY, recurs }
  const { next, recursText } = toRecurring(timed, now)
  return defined({ next, recursText })
}

interface Found {
  readonly found: MutePreview
  readonly items: ReadonlyMap<string, unknown>
  readonly times: { readonly next?: readonly unknown[] }
}

function refusalOf(input: Previewed, { found, items, times }: Found): string | null {
  const { cis } = input
  if (found.matchesEverything) return refusalOfWide(input)
  if (times.next?.length === 0) return NEVER
  const unknown = cis.find((ci) => !items.has(ci))
  return unknown === undefined ? null : `there is no CI ${unknown}`
}

const NEVER = 'none of its times comes before it ends'
const NOTHING_NAMED = 'name a CI, a service or a matcher that it is about'
const TOO_WIDE = 'at least one matcher must not match a missing label'

/** A silence never is. */
function isAboutCis({ kind, cis, services = [] }: Pick<Wanted, 'kind' | 'cis' | 'services'>) {
  return kind === 'maintenance' && cis.length + services.length > 0
}

function refusalOfWide({ kind, matchers }: Pick<Wanted, 'kind' | 'matchers'>): string {
  return kind === 'maintenance' && matchers.length === 0 ? NOTHING_NAMED : TOO_WIDE
}

function check(wanted: Wanted, startsAt: number, now: number): void {
  const { endsAt, matchers, recurs } = wanted
  if (startsAt >= endsAt) throw fault('/endsAt', 'it must end after it starts')
  if (endsAt <= now) throw fault('/endsAt', 'it would have ended already')
  if (muteSpan(defined({ startsAt, endsAt, recurs }), now) === null) throw fault('/recurs', NEVER)
  // it would also mute whatever lacks these labels: never what somebody meant
  if (!isAboutCis(wanted) && matchesAll(matchers, {}))
    throw fault(wanted.kind === 'silence' ? '/matchers' : '/cis', refusalOfWide(wanted))
}

export function fault(pointer: string, message: string): AppError {
  return new AppError('payload_invalid', message, { pointer: `#${pointer}` })
}

function commonRoutes(app: OpenAPIHono<AppEnv>, kind: Kind): void {
  app.openapi(listRoute(kind), async (c) => {
    const { store, clock, journey } = c.get('deps')
    const { expired, state, ...page } = c.req.valid('query')
    const now = clock.now()
    const endsAfter = expired === 'true' ? undefined : now
    const at = { at: now, resting: restingAt(journey.engine.state, now) }
    const states = state === undefined ? undefined : { ...at, any: state }
    const [{ items, next }, counts] = await Promise.all([
      listSilences(store, defined({ ...page, kind, endsAfter, states })),
      countSilences(store, kind, at),
    ])
    const muted = mutedNow(journey.engine.state)
    const views = items.map((silence) => toSilence(silence, now, muted.get(silence.id) ?? 0))
    return c.json({ items: views, counts: { ...counts }, ...defined({ next }) }, 200)
  })

  app.openapi(oneRoute(kind), async (c) => {
    const deps = c.get('deps')
    const silence = await silenceOf(deps, kind, c.req.valid('param').id)
    return c.json(shown(deps, silence), 200)
  })

  app.openapi(expireRoute(kind), async (c) => {
    const deps = c.get('deps')
    const known = await silenceOf(deps, kind, c.req.valid('param').id)
    const now = deps.clock.now()
    if (known.endsAt <= now) return c.json(shown(deps, known), 200)
    const ended = await submit(c, (at) => ({
      ...known,
      startsAt: Math.min(known.startsAt, at),
      endsAt: at,
      updatedAt: at,
    }))
    return c.json(shown(deps, ended), 200)
  })
}

export function silenceRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(preview, (c) => {
    const input = c.req.valid('json')
    const { clock, journey } = c.get('deps')
    const { state } = journey.engine
    const found = previewMute(state, input)
    const times = toTimes(input, clock.now())
    const refusal = refusalOf(input, { found, items: state.topology.items, times })
    return c.json({ ...toPreview(found, refusal), ...times }, 200)
  })

  commonRoutes(app, 'silence')
  commonRoutes(app, 'maintenance')

  app.openapi(postSilence, async (c) =>
    write(c, { kind: 'silence', cis: [], ...c.req.valid('json') }),
  )

  app.openapi(postMaintenance, async (c) => {
    const input = c.req.valid('json')
    const { items } = c.get('deps').journey.engine.state.topology
    const unknown = input.cis.findIndex((ci) => !items.has(ci))
    if (unknown !== -1) throw fault(`/cis/${unknown}`, 'there is no such CI')
    return write(c, { kind: 'maintenance', ...input })
  })
}
