/** Constraints as the engine keeps them: learned, renewed by use, ended, taken back. */
import type { Learned } from '../correlate/said.ts'
import {
  type ConstraintState,
  type Couple,
  constraintText,
  isOfKind,
  KEEP_MS,
  type Kind,
  kindsOf,
  pairOf,
  type Relation,
  type Said,
  type Saying,
  toForget,
} from '../learn/constraints.ts'
import type { Seen } from '../roster.ts'
import type { IncidentState } from '../state.ts'
import type { EpochMs } from '../time.ts'
import { toRfc3339 } from '../time.ts'
import { compare } from '../topology.ts'
import { type Ctx, decide, editIncident } from './context.ts'
import { dropCorrection, noteCorrection, sample, takeStatement } from './corrections.ts'
import { afterJoin } from './incidents.ts'

/** What is said of one alert: the newest so many count. */
const MAX_SAID = 32

/** Learns from the newest regrouping of `target` what it says of each couple. */
export function learn(
  ctx: Ctx,
  target: IncidentState,
  relation: Relation,
  couples: readonly Couple<Seen>[],
): void {
  for (const [a, b] of couples.map(pairOf)) learnOne(ctx, target, { relation, a, b })
  const edit = target.edits.at(-1)
  if (edit === undefined) return
  noteCorrection(
    ctx,
    target,
    {
      ...{ id: editKey(target, target.edits.length - 1), kind: edit.kind },
      ...{ by: edit.actor, other: edit.from },
    },
    { said: couples.map(([a, b]) => ({ relation, a: sample(ctx, a), b: sample(ctx, b) })) },
  )
}

/** Learns from the newest dismissal of `target`. */
export function learnNoise(ctx: Ctx, target: IncidentState, sayings: readonly Saying[]): void {
  for (const saying of sayings) learnOne(ctx, target, saying)
}

function learnOne(ctx: Ctx, target: IncidentState, saying: Saying): void {
  const { state } = ctx
  const edit = target.edits.at(-1)
  if (edit === undefined) return
  const old = toForget([...state.constraints.values()], { by: edit.actor, scope: target.scope })
  if (old !== null) end(ctx, old, { reason: 'too_many', actor: 'engine' })
  decide(ctx, {
    action: 'constraint.learned',
    reason: `by_${edit.kind}`,
    text: `From now on ${constraintText(saying)}`,
    actor: edit.actor,
    incident: target.id,
  })
  state.constraintCounter += 1
  const number = state.constraintCounter
  const id = state.scope === 'default' ? `L-${number}` : `${state.scope}/L-${number}`
  const key = editKey(target, target.edits.length - 1)
  const constraint: ConstraintState = {
    ...saying,
    ...{ snap: 0, id, scope: target.scope, number, by: edit.actor, at: state.now },
    from: { kind: edit.kind, edit: key, incident: target.id, other: edit.from },
    ...{ expiresAt: state.now + KEEP_MS, used: 0, usedAt: null },
  }
  state.constraints.set(constraint)
  indexConstraint(ctx, constraint)
  ctx.ix.timers.add(constraint.expiresAt, 'forget', timerOf(id))
}

/** Key of a regrouping, unique for ever. */
export function editKey({ id }: Pick<IncidentState, 'id'>, number: number): string {
  return `${id}/${number}`
}

const TIMER = 'constraint:'

export function timerOf(id: string): string {
  return `${TIMER}${id}`
}

/** Lets alerts of both its signatures find it; those of one signature stand newest first. */
export function indexConstraint({ ix }: Pick<Ctx, 'ix'>, one: Readonly<ConstraintState>): void {
  for (const signature of new Set(kindsOf(one).map((kind) => kind.signature))) {
    const known = ix.constraints.get(signature) ?? []
    ix.constraints.set(signature, [one.id, ...known])
  }
}

/** What is said of an alert; `undefined`: nothing. O(constraints of its signature). */
export function learnedOf(
  { state, ix }: Ctx,
  alert: Pick<Seen, 'signature' | 'locus'>,
  scope: string,
): Learned | undefined {
  const ids = ix.constraints.get(alert.signature)
  if (ids === undefined) return undefined
  const said: Said[] = []
  for (const id of ids) {
    const one = state.constraints.get(id)
    if (one === undefined || one.relation === 'noise' || one.scope !== scope) continue
    const { relation, a, b, by, at } = one
    if (isOfKind(a, alert)) said.push({ id, relation, partner: b, by, at })
    if (isOfKind(b, alert)) said.push({ id, relation, partner: a, by, at })
    if (said.length >= MAX_SAID) break
  }
  if (said.length === 0) return undefined
  const holds: Learned['holds'] = (incident, kind) =>
    state.incidents.get(incident)?.members.hasKind(kind) ?? false
  return { said, holds }
}

/** Notes that constraints decided something: they stay longer. */
export function noteUse({ state }: Ctx, ids: readonly string[]): void {
  for (const id of ids) {
    const one = state.constraints.edit(id)
    if (one === undefined) continue
    one.used += 1
    one.usedAt = state.now
    one.expiresAt = state.now + KEEP_MS
  }
}

/** Takes back what was learned from a regrouping that is undone. O(constraints). */
export function unlearn(ctx: Ctx, edit: string, actor: string): void {
  dropCorrection(ctx, edit)
  const all = [...ctx.state.constraints.values()].filter(({ from }) => from.edit === edit)
  for (const one of all.sort((a, b) => a.number - b.number))
    end(ctx, one, { reason: 'undone', actor })
}

export type RemoveResult =
  | { readonly ok: true; readonly constraint: string }
  | { readonly ok: false; readonly reason: string; readonly text: string }

/** A person takes one back; the regrouping it was learned from stays. */
export function removeConstraint(ctx: Ctx, id: string, actor: string): RemoveResult {
  const one = ctx.state.constraints.get(id)
  if (one === undefined) {
    const text = `there is no constraint ${id}, or it has ended`
    decide(ctx, { action: 'command.refused', reason: 'unknown_constraint', text, actor })
    return { ok: false, reason: 'unknown_constraint', text }
  }
  end(ctx, one, { reason: 'by_person', actor })
  takeStatement(ctx, one.from.edit, one)
  return { ok: true, constraint: id }
}

/** A constraint may have ended: one that was of use meanwhile goes on. Whether the timer was of one. */
export function expireConstraint(ctx: Ctx, at: EpochMs, timer: string): boolean {
  if (!timer.startsWith(TIMER)) return false
  const one = ctx.state.constraints.get(timer.slice(TIMER.length))
  if (one === undefined) return true
  if (one.expiresAt > at) ctx.ix.timers.add(one.expiresAt, 'forget', timer)
  else end(ctx, one, { reason: 'of_no_use', actor: 'engine' })
  return true
}

function end(
  ctx: Ctx,
  one: Readonly<ConstraintState>,
  why: { readonly reason: string; readonly actor: string },
): void {
  const { state, ix } = ctx
  state.constraints.delete(one.id)
  for (const { signature } of kindsOf(one)) {
    const left = ix.constraints.get(signature)?.filter((id) => id !== one.id) ?? []
    if (left.length === 0) ix.constraints.delete(signature)
    else ix.constraints.set(signature, left)
  }
  decide(ctx, {
    action: 'constraint.ended',
    ...why,
    text: `No longer holds: ${constraintText(one)} (${one.by}, ${toRfc3339(one.at).slice(0, 10)})`,
    incident: one.from.incident,
  })
  if (one.relation === 'noise') weighAgain(ctx, one.a)
}

/** What was held because of it may open now. O(incidents). */
function weighAgain(ctx: Ctx, kind: Kind): void {
  const held = [...ctx.state.incidents.values()]
    .filter(({ status, members }) => status === 'provisional' && members.hasKind(kind))
    .map(({ id }) => id)
  for (const id of held.sort(compare)) {
    const incident = editIncident(ctx, id)
    if (incident !== undefined) afterJoin(ctx, incident)
  }
}
