/**
 * Silences in Alertmanager's form. They are Faultline's silences: what is made here mutes there.
 * @see https://github.com/prometheus/alertmanager/blob/main/silence/silence.go
 */
import { randomUUID } from 'node:crypto'
import type { Context } from 'hono'
import { z } from 'zod'
import { matchesAll, regexFault } from '../../core/matcher.ts'
import type { Matcher, Silence } from '../../core/model.ts'
import { DAY, type EpochMs, parseRfc3339, SECOND } from '../../core/time.ts'
import { compare } from '../../core/topology.ts'
import { MAX_PAGE } from '../../store/page.ts'
import { getSilence, listSilences } from '../../store/silences.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { iso } from '../schemas/common.ts'
import { submitSilence } from '../silences.ts'
import { CODES, Refused, readFlag, readMatchers } from './query.ts'

/** Alertmanager's `data.retention`: expired silences are shown so long. */
const RETENTION_MS = 5 * DAY
/** Silences that are shown at most. */
const MAX_SHOWN = 10_000

const Time = z.string().transform((text, ctx): EpochMs => {
  const at = parseRfc3339(text)
  if (typeof at === 'number') return at
  ctx.addIssue({ code: 'custom', message: 'must be a date-time' })
  return z.NEVER
})
const PostableSilence = z.object({
  id: z.string().max(128).nullish(),
  matchers: z
    .array(
      z.object({
        name: z.string().max(512),
        value: z.string().max(8192),
        isRegex: z.boolean(),
        isEqual: z.boolean().default(true),
      }),
    )
    .min(1)
    .max(100),
  startsAt: Time,
  endsAt: Time,
  createdBy: z.string().max(1024),
  comment: z.string().max(10_000),
  annotations: z.record(z.string().max(512), z.string().max(8192)).nullish(),
})
type PostableSilence = z.output<typeof PostableSilence>

type State = 'active' | 'pending' | 'expired'

function stateOf({ startsAt, endsAt }: Silence, now: EpochMs): State {
  if (endsAt <= now) return 'expired'
  return startsAt <= now ? 'active' : 'pending'
}

/** One silence in Alertmanager's form. */
export function toGettableSilence(silence: Silence, now: EpochMs): object {
  const { id, matchers, startsAt, endsAt, updatedAt, createdBy, comment, annotations } = silence
  return {
    id,
    status: { state: stateOf(silence, now) },
    updatedAt: iso(updatedAt),
    annotations: annotations ?? {},
    comment,
    createdBy,
    endsAt: iso(endsAt),
    matchers,
    startsAt: iso(startsAt),
  }
}

/** Soonest end first, then soonest start, then latest end. */
const ORDER: Readonly<Record<State, number>> = { active: 0, pending: 1, expired: 2 }

/** `GET /api/v2/silences` */
export async function getSilences(c: Context<AppEnv>): Promise<Response> {
  const { store, clock } = c.get('deps')
  const filter = readMatchers(c, 'filter')
  const states = (['active', 'pending', 'expired'] as const).filter((state) => readFlag(c, state))
  const now = clock.now()
  const all = await readAll(store, now - RETENTION_MS)
  const shown = all
    .filter((silence) => states.includes(stateOf(silence, now)))
    .filter(({ matchers }) => filter.every((wanted) => matchers.some((one) => same(one, wanted))))
    .sort((a, b) => byState(a, b, now))
  return c.json(
    shown.map((silence) => toGettableSilence(silence, now)),
    200,
  )
}

function byState(a: Silence, b: Silence, now: EpochMs): number {
  const state = stateOf(a, now)
  const rank = ORDER[state] - ORDER[stateOf(b, now)]
  if (rank !== 0) return rank
  const at = state === 'pending' ? a.startsAt - b.startsAt : a.endsAt - b.endsAt
  return (state === 'expired' ? -at : at) || compare(a.id, b.id)
}

async function readAll(store: ServerDeps['store'], endsAfter: EpochMs): Promise<Silence[]> {
  const found: Silence[] = []
  let cursor: string | undefined
  do {
    const page = { kind: 'silence', endsAfter, limit: MAX_PAGE } as const
    const { items, next } = await listSilences(
      store,
      cursor === undefined ? page : { ...page, cursor },
    )
    found.push(...items)
    cursor = next
  } while (cursor !== undefined && found.length < MAX_SHOWN)
  return found
}

/** One silence by id. @throws Refused 404 */
async function find(store: ServerDeps['store'], id: string): Promise<Silence> {
  const known = await getSilence(store, id)
  if (known !== null && known.kind === 'silence') return known
  throw new Refused(404, `silence ${id.slice(0, 128)} not found`)
}

/** `GET /api/v2/silence/{id}` */
export async function getOne(c: Context<AppEnv>, id: string): Promise<Response> {
  const { store, clock } = c.get('deps')
  return c.json(toGettableSilence(await find(store, id), clock.now()), 200)
}

/** `DELETE /api/v2/silence/{id}`: ends it now; an ended one stays as it is. */
export async function expire(c: Context<AppEnv>, id: string): Promise<Response> {
  const { store, clock } = c.get('deps')
  const known = await find(store, id)
  if (known.endsAt > clock.now()) await end(c, known)
  return c.body(null, 200)
}

async function end(c: Context<AppEnv>, known: Silence): Promise<void> {
  await submitSilence(c.get('deps'), known.createdBy, (at) => ({
    ...known,
    startsAt: Math.min(known.startsAt, at),
    endsAt: at,
    updatedAt: at,
  }))
}

/** `POST /api/v2/silences`: makes one, or changes the one with the id given. */
export async function postSilence(c: Context<AppEnv>, body: unknown): Promise<Response> {
  const deps = c.get('deps')
  const wanted = parse(body)
  const now = deps.clock.now()
  check(wanted, now)
  const id = wanted.id ?? ''
  const known = id === '' ? null : await find(deps.store, id)
  const updates = known !== null && isUpdate(known, wanted, now)
  if (known !== null && !updates && known.endsAt > now) await end(c, known)
  const silenceID = updates ? known.id : randomUUID()
  const { matchers, endsAt, comment, createdBy, annotations } = wanted
  await submitSilence(deps, createdBy, (at) => ({
    id: silenceID,
    kind: 'silence',
    matchers,
    cis: [],
    startsAt: updates ? Math.min(known.startsAt, wanted.startsAt) : Math.max(wanted.startsAt, at),
    endsAt,
    createdBy,
    comment,
    updatedAt: at,
    ...(annotations ? { annotations } : undefined),
  }))
  return c.json({ silenceID }, 200)
}

/** @throws Refused 422 in the form of the runtime that Alertmanager's API is made with */
function parse(body: unknown): PostableSilence {
  const parsed = PostableSilence.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue?.path.join('.') ?? ''
  const missing = issue?.code === 'invalid_type' && valueAt(body, issue.path) === undefined
  const what = missing ? 'is required' : `is not valid: ${issue?.message ?? ''}`
  throw new Refused(
    422,
    `${path === '' ? 'silence' : path} in body ${what}`,
    missing ? CODES.required : CODES.invalidType,
  )
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    root,
  )
}

/** @throws Refused 400 with Alertmanager's own words */
function check({ matchers, startsAt, endsAt }: PostableSilence, now: EpochMs): void {
  for (const { name, value, isRegex } of matchers) {
    if (name === '') throw new Refused(400, 'invalid silence: invalid label name ""')
    if (isRegex && regexFault(value) !== null)
      throw new Refused(400, `invalid silence: invalid regular expression ${JSON.stringify(value)}`)
  }
  if (matchesAll(matchers, {}))
    throw new Refused(400, 'invalid silence: at least one matcher must not match the empty string')
  if (startsAt >= endsAt) throw new Refused(400, 'start time must be before end time')
  if (endsAt < now) throw new Refused(400, "end time can't be in the past")
}

/** Whether the change can be made in place; else the old one ends and a new one begins. */
function isUpdate(known: Silence, wanted: PostableSilence, now: EpochMs): boolean {
  const matchers = known.matchers
  const equal =
    matchers.length === wanted.matchers.length &&
    matchers.every((one) => wanted.matchers.some((other) => same(one, other)))
  if (!equal) return false
  switch (stateOf(known, now)) {
    case 'active':
      return Math.trunc(known.startsAt / SECOND) === Math.trunc(wanted.startsAt / SECOND)
    case 'pending':
      return wanted.startsAt >= now
    case 'expired':
      return false
  }
}

function same(a: Matcher, b: Matcher): boolean {
  return (
    a.name === b.name && a.value === b.value && a.isRegex === b.isRegex && a.isEqual === b.isEqual
  )
}
