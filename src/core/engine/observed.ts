/** Counts what alerts say about CIs and relations that the CMDB does not have, and what people say of it. */
import type { ObservedCommand } from '../entry.ts'
import type { AlertEvent } from '../model.ts'
import {
  type About,
  count,
  hasFaded,
  isRepeated,
  MAX_OBSERVED,
  movedOn,
  type ObservedState,
  observedKey,
  propose,
  type Saying,
  surplus,
} from '../observed/state.ts'
import { saidBy, type Thing, type Tie } from '../observed/things.ts'
import { DAY, HOUR } from '../time.ts'
import type { Timer } from '../timers.ts'
import { compare } from '../topology.ts'
import { type Ctx, decide } from './context.ts'
import { homeOf, settleObserved, viewOf } from './observed-estate.ts'
import type { View } from './observed-index.ts'

/** What a command about observations did, or why it was refused. */
export type ObservedResult =
  | { readonly ok: true; readonly observed: readonly string[] }
  | { readonly ok: false; readonly reason: string; readonly text: string }

/** Where so many are confirmed, repetition confirms no more: the rest of the room is for people. */
const MAX_UNASKED = MAX_OBSERVED.confirmed / 2
/** The tables are cut back whenever so many are new. */
const CUT_EVERY = 400

/** Counts what an episode says that begins. */
export function noteObserved(
  ctx: Ctx,
  event: Pick<AlertEvent, 'labels' | 'rule' | 'source'>,
  { scope, alert }: { readonly scope: string; readonly alert: string },
): void {
  const { state } = ctx
  if (state.rules.bind.observe.mode === 'off') return
  const { things, ties } = saidBy(event.labels, event.source)
  const saying = { at: state.now, rule: event.rule, source: event.source, alert }
  for (const thing of things) noteThing(ctx, { scope, thing }, saying)
  for (const tie of ties) noteTie(ctx, { scope, tie }, saying)
}

function noteThing(
  ctx: Ctx,
  { scope, thing }: { readonly scope: string; readonly thing: Thing },
  saying: Saying,
): void {
  const about: About = { kind: 'item', thing }
  if (noteKnown(ctx, observedKey(scope, about), saying)) return
  const found = view(ctx).find(thing)
  if (found.ci !== null) {
    if (found.isObserved) noteKnown(ctx, homeOf(ctx, found.ci) ?? '', saying)
  } else if (found.reason === 'unknown') add(ctx, { scope, about }, saying)
}

function noteTie(
  ctx: Ctx,
  { scope, tie }: { readonly scope: string; readonly tie: Tie },
  saying: Saying,
): void {
  const about: About = { kind: 'relation', tie }
  if (noteKnown(ctx, observedKey(scope, about), saying)) return
  const ends = [tie.from, tie.to].map((thing) => ({ thing, found: view(ctx).find(thing) }))
  if (ends.every(({ found }) => found.ci !== null)) {
    const [from, to] = ends.map(({ found }) => found.ci ?? '')
    if (from === to || ctx.state.topology.edges(from ?? '').some(({ ci }) => ci === to)) return
  } else if (!ends.every((end) => isPossible(ctx, scope, end))) return
  add(ctx, { scope, about }, saying)
}

/** An end that is known, or proposed and not rejected. */
function isPossible(
  { state }: Ctx,
  scope: string,
  { thing, found }: { readonly thing: Thing; readonly found: ReturnType<View['find']> },
): boolean {
  if (found.ci !== null) return true
  const known = state.observed.get(observedKey(scope, { kind: 'item', thing }))
  return known?.status !== 'rejected' && found.reason === 'unknown'
}

function noteKnown(ctx: Ctx, key: string, saying: Saying): boolean {
  const known = ctx.state.observed.edit(key)
  if (known === undefined) return false
  if (known.status !== 'rejected') {
    count(known, saying)
    if (known.status === 'proposed') planLook(ctx, known)
  }
  return true
}

function add(
  ctx: Ctx,
  of: { readonly scope: string; readonly about: About },
  saying: Saying,
): void {
  const { state } = ctx
  state.observedCounter += 1
  const made = propose({ id: `O-${state.observedCounter}`, ...of }, saying)
  state.observed.set(made)
  planLook(ctx, made)
  if (state.observedCounter % CUT_EVERY === 0) cutBack(ctx)
}

function cutBack({ state }: Ctx): void {
  for (const key of surplus([...state.observed.values()])) state.observed.delete(key)
}

function view(ctx: Ctx): View {
  const known = ctx.ix.observed.view
  if (known !== null && known.topology === ctx.state.topology) return known
  const made = viewOf(ctx, true)
  ctx.ix.observed.view = made
  return made
}

/** Plans to look through what was observed: at the next full hour where one is said often enough. */
function planLook(ctx: Ctx, known: Readonly<ObservedState>): void {
  const { state } = ctx
  const { observe } = state.rules.bind
  const isReady = observe.mode === 'confirm' && isRepeated(known, state.now, observe)
  const at = nextHour(isReady ? state.now : state.now + DAY)
  if (state.observeAt !== null && state.observeAt <= at) return
  state.observeAt = at
  ctx.ix.timers.add(at, 'observe', '')
}

function nextHour(at: number): number {
  return (Math.floor(at / HOUR) + 1) * HOUR
}

/** Forgets what nobody says any more and takes over what is said often enough; says whether the CMDB changed. */
export function lookThrough(ctx: Ctx, { at }: Pick<Timer, 'at'>): boolean {
  const { state } = ctx
  if (state.observeAt !== at) return false
  state.observeAt = null
  const { observe } = state.rules.bind
  cutBack(ctx)
  const confirming: string[] = []
  const all = [...state.observed.values()].sort((a, b) => compare(a.key, b.key))
  let confirmed = all.filter(({ status }) => status === 'confirmed').length
  const known = viewOf(ctx, true)
  const moved = movedOn(all)
  for (const one of all) {
    if (one.status === 'rejected') continue
    if (
      hasFaded(one, state.now, observe) ||
      isKnownByNow(one, known) ||
      (moved.has(one.key) && one.by === null)
    )
      state.observed.delete(one.key)
    else if (one.status === 'proposed' && isDue(ctx, one) && confirmed < MAX_UNASKED) {
      const taken = state.observed.edit(one.key)
      if (taken === undefined) continue
      Object.assign(taken, { status: 'confirmed', decidedAt: state.now })
      confirmed += 1
      confirming.push(one.id)
    }
  }
  planNext(ctx)
  return settleObserved(ctx, `${confirming.length} observed often enough, others not for long`)
}

/** What the next look may change: it was proposed, or taken over without asking. */
function isOpen({ status, by }: Readonly<ObservedState>): boolean {
  return status === 'proposed' || (status === 'confirmed' && by === null)
}

/** A look a day, as long as there is what could fade. */
function planNext({ state, ix }: Ctx): void {
  if (![...state.observed.values()].some(isOpen)) return
  state.observeAt = nextHour(state.now + DAY)
  ix.timers.add(state.observeAt, 'observe', '')
}

function isDue({ state }: Ctx, one: Readonly<ObservedState>): boolean {
  const { observe } = state.rules.bind
  return observe.mode === 'confirm' && isRepeated(one, state.now, observe)
}

/** What the CMDB has meanwhile needs no proposal. */
function isKnownByNow(
  { status, about }: Readonly<ObservedState>,
  { find, topology }: View,
): boolean {
  if (status !== 'proposed') return false
  if (about.kind === 'item') return find(about.thing).ci !== null
  const [from, to] = [find(about.tie.from).ci, find(about.tie.to).ci]
  return from !== null && to !== null && topology.edges(from).some(({ ci }) => ci === to)
}

/** Takes over what a person says of observations; says whether the CMDB changed. */
export function applyObservedCommand(
  ctx: Ctx,
  command: ObservedCommand,
  actor: string,
): { readonly result: ObservedResult; readonly changed: boolean } {
  const { state } = ctx
  const byId = new Map([...state.observed.values()].map((one) => [one.id, one.key]))
  const asked = new Set(command.observed.flatMap((id) => byId.get(id) ?? []))
  const keys = command.do === 'observed.confirm' ? withEnds(ctx, asked) : [...asked]
  if (keys.length === 0) return refuse(ctx, command, 'unknown_observation', actor)
  const confirmed = [...state.observed.values()].filter(({ status }) => status === 'confirmed')
  if (
    command.do === 'observed.confirm' &&
    confirmed.length + keys.length >
      MAX_OBSERVED.confirmed + confirmed.filter(({ key }) => keys.includes(key)).length
  )
    return refuse(ctx, command, 'too_many', actor)
  const done: string[] = []
  for (const key of keys) {
    const one = state.observed.edit(key)
    if (one !== undefined && act(one, command.do, { actor, at: state.now })) done.push(one.id)
  }
  if (done.length === 0) return refuse(ctx, command, 'nothing_to_do', actor)
  const [first] = done
  decide(ctx, {
    action: DECIDED[command.do],
    reason: 'by_person',
    text:
      done.length === 1 ? `${first}: ${textOf(ctx, keys, first)}` : `${done.length} observations`,
    actor,
  })
  for (const key of keys) {
    const one = state.observed.get(key)
    if (one !== undefined && isOpen(one)) planLook(ctx, one)
  }
  return { result: { ok: true, observed: done }, changed: settleObserved(ctx, command.do) }
}

const DECIDED = {
  'observed.confirm': 'observed.confirmed',
  'observed.reject': 'observed.rejected',
  'observed.undo': 'observed.undone',
} as const
const REFUSALS: Readonly<Record<string, string>> = {
  unknown_observation: 'there is no such observation',
  nothing_to_do: 'it is so already',
  too_many: `${MAX_OBSERVED.confirmed} observations are confirmed already: import them`,
}

function refuse(ctx: Ctx, command: ObservedCommand, reason: string, actor: string) {
  const text = REFUSALS[reason] ?? reason
  decide(ctx, { action: 'command.refused', reason, text: `${command.do}: ${text}`, actor })
  return { result: { ok: false, reason, text } as const, changed: false }
}

function textOf({ state }: Ctx, keys: readonly string[], id: string | undefined): string {
  const about = keys.map((key) => state.observed.get(key)).find((one) => one?.id === id)?.about
  if (about === undefined) return ''
  if (about.kind === 'item') return `${about.thing.class} ${about.thing.name}`
  return `${about.tie.from.name} ${about.tie.type} ${about.tie.to.name}`
}

/** A relation needs its ends. */
function withEnds({ state }: Ctx, keys: ReadonlySet<string>): readonly string[] {
  const ends = [...keys].flatMap((key) => {
    const known = state.observed.get(key)
    if (known === undefined || known.about.kind !== 'relation') return []
    const { from, to } = known.about.tie
    return [from, to].map((thing) => observedKey(known.scope, { kind: 'item', thing }))
  })
  return [...new Set([...ends.filter((key) => state.observed.has(key)), ...keys])]
}

/** Whether it changed anything. */
function act(
  one: ObservedState,
  what: ObservedCommand['do'],
  { actor, at }: { readonly actor: string; readonly at: number },
): boolean {
  if (what === 'observed.undo') {
    if (one.before === null) return false
    Object.assign(one, { status: one.before, before: null, by: null, decidedAt: at })
    return true
  }
  const status = what === 'observed.confirm' ? 'confirmed' : 'rejected'
  // what was taken over without asking is a person's word then, and stays
  if (one.status === status && one.by !== null) return false
  Object.assign(one, { before: one.before ?? one.status, status, by: actor, decidedAt: at })
  return true
}
