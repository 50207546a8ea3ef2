/** Changes: recorded with the CIs they touched, and found again near alerts that began after them. */
import { decideBinding } from '../bind.ts'
import { mattersUntil, plannedOf, windowId } from '../calendar.ts'
import type { Change, ChangeEvent, Labels } from '../model.ts'
import { DEFAULT_SCOPE, scopeOf } from '../scope.ts'
import type { ChangeState } from '../state.ts'
import { type EpochMs, HOUR, MINUTE } from '../time.ts'
import { compare } from '../topology.ts'
import { dropWindow, planWindow } from './calendar.ts'
import { bindingBy, type Ctx, decide } from './context.ts'

/** A change can explain alerts on CIs this near … */
const BLAST_HOPS = 2
/** … that began within this time after it began, or after it ended. */
const BLAST_MS = HOUR
/** An alert may begin a little before the report of the change that caused it. */
const LEAD_MS = MINUTE
/** Changes are kept this long for ranking root causes. */
export const KEEP_CHANGES_MS = 2 * HOUR
const MAX_CHANGES = 4
/** A change that has begun is moved only by a start this far ahead: clocks of senders are off by less. */
const MOVED_AHEAD_MS = 2 * MINUTE
/** Changes that are known at a time; there may be a fifth more before the farthest ones go. */
export const MAX_KEPT_CHANGES = 10_000

export interface AppliedChange {
  /** It may be near other alerts than before: not so where it is told once more. */
  readonly isNearOthers: boolean
  /** It may mute or unmute alerts now. */
  readonly mutesAnew: boolean
}

/** Records a change, or updates the one with its id. */
export function applyChange(ctx: Ctx, event: ChangeEvent): AppliedChange {
  const { bound, unbound } = bindChange(ctx, event)
  const id = `${event.source}:${event.changeId}`
  const known = ctx.state.changes.get(id)
  const before = known?.change
  const change: Change = {
    id,
    source: event.source,
    title: event.title,
    changeKind: event.changeKind,
    cis: union(bound, before?.cis),
    unbound,
    labels: event.labels,
    ...timesOf(ctx, event, before),
    url: event.url ?? before?.url ?? null,
    actor: event.actor ?? before?.actor ?? null,
  }
  const namesAll = event.cis.length > 0 && unbound.length === 0
  const planned = union(bound, namesAll ? [] : known?.planned)
  const lifted = known?.lifted === undefined ? {} : { lifted: known.lifted }
  const mutesAnew = keep(ctx, { change, planned, ...lifted }, known?.forgetAt)
  ctx.out.changes.push(change)
  decide(ctx, {
    action: 'change.recorded',
    reason: known === undefined ? 'new_change' : 'change_updated',
    text: `${change.changeKind}: ${change.title}${change.cis.length > 0 ? ` on ${change.cis.join(', ')}` : ''}`,
  })
  return {
    isNearOthers: before === undefined || reachOf(before, ctx) !== reachOf(change, ctx),
    mutesAnew,
  }
}

/** The CIs that a change names; where it names none, the one that its labels do. */
export function bindChange(
  { state }: Pick<Ctx, 'state'>,
  { cis, labels, startsAt: at }: ChangeEvent,
): { readonly bound: readonly string[]; readonly unbound: readonly string[] } {
  const known = bindingBy(state)
  if (cis.length === 0) {
    const decision = decideBinding({ labels, at }, known)
    return { bound: decision.action === 'bind' ? [decision.binding.ci] : [], unbound: [] }
  }
  const bound: string[] = []
  const unbound: string[] = []
  for (const name of cis) {
    const decision = decideBinding({ labels: namedBy(name, labels), at }, known)
    if (decision.action === 'bind') bound.push(decision.binding.ci)
    else unbound.push(name)
  }
  return { bound, unbound }
}

/** Whether a name of a change that no CI had when it was told of has one now. */
export function canBind(
  { state }: Pick<Ctx, 'state'>,
  { unbound, labels, startsAt: at }: Pick<Change, 'unbound' | 'labels' | 'startsAt'>,
): boolean {
  const known = bindingBy(state)
  return unbound.some(
    (name) => decideBinding({ labels: namedBy(name, labels), at }, known).action === 'bind',
  )
}

function namedBy(name: string, labels: Labels): Labels {
  return { ...labels, faultline_ci: name, host: name, service: name }
}

function union(some: readonly string[], others: readonly string[] = []): readonly string[] {
  return [...new Set([...some, ...others])].sort(compare)
}

/** Keeps a change as long as it may matter, with its window; returns whether that mutes otherwise. */
function keep(
  ctx: Ctx,
  record: Pick<ChangeState, 'change' | 'planned' | 'lifted'>,
  before: EpochMs | undefined,
): boolean {
  const { state, ix } = ctx
  const { change } = record
  const until = mattersUntil(plannedOf(record), state.rules.suppress.changes)
  const forgetAt = Math.max(state.now, until) + KEEP_CHANGES_MS
  state.changes.set({ ...record, snap: 0, forgetAt })
  if (forgetAt !== before) ix.timers.add(forgetAt, 'forget', `change:${change.id}`)
  const mutesAnew = planWindow(ctx, record)
  return dropFarthest(ctx) || mutesAnew
}

/** What begins farthest from now, behind or ahead, goes where there are too many. */
function dropFarthest(ctx: Ctx): boolean {
  const { changes, now } = ctx.state
  if (changes.size <= MAX_KEPT_CHANGES * 1.2) return false
  const distance = ({ change }: Pick<ChangeState, 'change'>): number =>
    Math.abs(change.startsAt - now)
  const nearest = [...changes.values()].sort(
    (a, b) => distance(a) - distance(b) || compare(a.change.id, b.change.id),
  )
  let mutesAnew = false
  for (const { change } of nearest.slice(MAX_KEPT_CHANGES)) {
    changes.delete(change.id)
    mutesAnew = dropWindow(ctx, change.id) || mutesAnew
  }
  return mutesAnew
}

/**
 * Forgets a change that was to be forgotten at `at`; not before its window is over, which may have come
 * with rules that let changes take longer than those it was kept by.
 */
export function forgetChange(
  { state, ix }: Pick<Ctx, 'state' | 'ix'>,
  id: string,
  at: EpochMs,
): void {
  const known = state.changes.get(id)
  if (known?.forgetAt !== at) return
  const window = ix.windows.get(windowId(id))
  if (window === undefined) {
    state.changes.delete(id)
    return
  }
  const forgetAt = window.endsAt + KEEP_CHANGES_MS
  state.changes.set({ ...known, snap: 0, forgetAt })
  ix.timers.add(forgetAt, 'forget', `change:${id}`)
}

/**
 * The first start that was told counts, unless the change has not begun by then or is moved ahead:
 * clearly, and with an end, since tools whose clock is ahead send the present as the start.
 */
function timesOf(
  { state }: Ctx,
  event: ChangeEvent,
  known: Change | undefined,
): Pick<Change, 'startsAt' | 'endsAt'> {
  const isAhead =
    event.startsAt > state.now + MOVED_AHEAD_MS && (event.endsAt ?? 0) > event.startsAt
  const isMoved = known === undefined || known.startsAt > state.now || isAhead
  const startsAt = isMoved ? event.startsAt : Math.min(event.startsAt, known.startsAt)
  const endsAt = event.endsAt ?? known?.endsAt ?? null
  return { startsAt, endsAt: endsAt !== null && endsAt < startsAt ? null : endsAt }
}

/** What of a change decides which alerts it is near to. */
function reachOf({ cis, startsAt, endsAt, labels }: Change, { state }: Ctx): string {
  return JSON.stringify([cis, startsAt, endsAt, scopeOf(labels, state.rules.correlate.scope)])
}

/**
 * Ids of recent changes in whose blast radius an alert on `locus` began; newest first, at most 4.
 * Only changes that began before it, so that the order in which they became known does not matter.
 */
export function changesNear(
  ctx: Ctx,
  locus: string,
  { startsAt, scope }: { readonly startsAt: EpochMs; readonly scope: string },
): readonly string[] {
  return recentChanges(ctx, { at: startsAt, windowMs: BLAST_MS, scope })
    .filter((change) => change.startsAt <= startsAt)
    .filter(({ cis }) => cis.some((ci) => isInReach(ctx, locus, ci)))
    .slice(0, MAX_CHANGES)
    .map(({ id }) => id)
}

/**
 * Changes that began or ended within `windowMs` before `at`, newest first: those of the scope, and
 * those that name none and so are about all. O(kept changes).
 */
export function recentChanges(
  ctx: Ctx,
  {
    at,
    windowMs,
    scope,
  }: { readonly at: EpochMs; readonly windowMs: number; readonly scope: string },
): readonly Change[] {
  if (ctx.state.changes.size === 0) return []
  const { longest } = ctx.state.rules.suppress.changes
  const found: Change[] = []
  for (const { change } of ctx.state.changes.values()) {
    if (change.startsAt > at + LEAD_MS) continue
    const own = scopeOf(change.labels, ctx.state.rules.correlate.scope)
    if (own !== scope && own !== DEFAULT_SCOPE) continue
    if (at - lastOf(change, { at, longest }) <= windowMs) found.push(change)
  }
  return found.sort((a, b) => b.startsAt - a.startsAt || compare(a.id, b.id))
}

/** When a change last did something, seen at `at`: one that is planned for too long did at its start. */
function lastOf(
  { startsAt, endsAt }: Change,
  { at, longest }: { readonly at: EpochMs; readonly longest: number },
): EpochMs {
  if (endsAt === null) return startsAt
  return endsAt <= at || endsAt - startsAt <= longest ? endsAt : startsAt
}

function isInReach(ctx: Ctx, locus: string, ci: string): boolean {
  if (locus === ci) return true
  const near = ctx.state.topology.between(ci, locus)
  return near !== undefined && near.hops <= BLAST_HOPS
}
