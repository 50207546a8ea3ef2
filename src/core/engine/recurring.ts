/**
 * What recurs: maintenance windows, and the hours of the suppress pack. The engine keeps the time at which
 * each holds, now or next, with a timer at both ends; it is derived from what recurs and the engine's time.
 */
import type { Span } from '../hours.ts'
import type { Silence } from '../model.ts'
import { nextTurn } from '../recurrence.ts'
import type { RulePacks, SuppressRule } from '../rules.ts'
import type { Timer } from '../timers.ts'
import type { Ctx } from './context.ts'

type Recurring = Pick<Ctx, 'state' | 'ix'>
type Turns = Map<string, Span>

/** Hours of rules last for ever. */
const ALWAYS = { startsAt: 0, endsAt: Number.POSITIVE_INFINITY }
const HOURS = 'hours:'

/** Takes over when a window mutes by its hours; forgets one that does no more, or does not recur. */
export function planRecurring({ state, ix }: Recurring, id: string): void {
  const silence = state.silences.get(id)?.silence
  const turn = silence?.recurs === undefined ? null : nextTurn(silence, state.now)
  plan({ state, ix }, ix.turns.windows, { key: id, timer: id, turn })
}

/** Takes over the hours of the suppress pack in force. */
export function planHours(ctx: Recurring): void {
  const { hours } = ctx.state.rules.suppress
  for (const name of ctx.ix.turns.hours.keys())
    if (!hours.some((one) => one.name === name)) ctx.ix.turns.hours.delete(name)
  for (const one of hours) planOne(ctx, one)
}

function planOne(ctx: Recurring, hours: RulePacks['suppress']['hours'][number]): void {
  const turn = nextTurn({ ...ALWAYS, recurs: hours }, ctx.state.now)
  plan(ctx, ctx.ix.turns.hours, { key: hours.name, timer: `${HOURS}${hours.name}`, turn })
}

function plan(
  { state, ix }: Recurring,
  turns: Turns,
  {
    key,
    timer,
    turn,
  }: { readonly key: string; readonly timer: string; readonly turn: Span | null },
): void {
  const before = turns.get(key)
  if (turn === null) {
    turns.delete(key)
    return
  }
  turns.set(key, turn)
  for (const edge of new Set([turn.startsAt, turn.endsAt]))
    if (edge > state.now && edge !== before?.startsAt && edge !== before?.endsAt)
      ix.timers.add(edge, 'silence', timer)
}

/** Goes on to the next time of what begins or ends at a timer; says whether anything does. */
export function takeTurn(ctx: Recurring, { at, id }: Pick<Timer, 'at' | 'id'>): boolean {
  const { state, ix } = ctx
  let isEdge = false
  if (isEdgeOf(ix.turns.windows.get(id), at)) {
    planRecurring(ctx, id)
    isEdge = true
  }
  const name = id.startsWith(HOURS) ? id.slice(HOURS.length) : null
  const hours = state.rules.suppress.hours.find((one) => one.name === name)
  if (hours !== undefined && isEdgeOf(ix.turns.hours.get(hours.name), at)) {
    planOne(ctx, hours)
    isEdge = true
  }
  return isEdge
}

function isEdgeOf(turn: Span | undefined, at: number): boolean {
  return turn !== undefined && (turn.startsAt === at || turn.endsAt === at)
}

/** Silences and windows that people made, each with the time at which it mutes; what rests is left out. */
export function silencesInForce({ state, ix }: Recurring): readonly Silence[] {
  return [...state.silences.values()].flatMap(({ silence }) => {
    if (silence.recurs === undefined) return [silence]
    const turn = ix.turns.windows.get(silence.id)
    return turn === undefined || !holds(turn, state.now) ? [] : [{ ...silence, ...turn }]
  })
}

/** Rules of the suppress pack that hold at this time, whatever the alert. */
export function rulesInForce({ state, ix }: Recurring): readonly SuppressRule[] {
  const { rules, hours } = state.rules.suppress
  if (hours.length === 0) return rules
  const isNow = (name: string): boolean => {
    const turn = ix.turns.hours.get(name)
    return turn !== undefined && holds(turn, state.now)
  }
  return rules.filter(
    ({ during, outside }) => (during.length === 0 || during.some(isNow)) && !outside.some(isNow),
  )
}

function holds({ startsAt, endsAt }: Span, now: number): boolean {
  return startsAt <= now && now < endsAt
}
