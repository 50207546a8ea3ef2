/** Changes: recorded with the CIs they touched, and found again near alerts that began after them. */
import { decideBinding } from '../bind.ts'
import type { Change, ChangeEvent } from '../model.ts'
import { DEFAULT_SCOPE, scopeOf } from '../scope.ts'
import { type EpochMs, HOUR, MINUTE } from '../time.ts'
import { compare } from '../topology.ts'
import { planWindow } from './calendar.ts'
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

export interface AppliedChange {
  /** It may be near other alerts than before: not so where it is told once more. */
  readonly isNearOthers: boolean
  /** It may mute or unmute alerts now. */
  readonly mutesAnew: boolean
}

/** Records a change, or updates the one with its id. */
export function applyChange(ctx: Ctx, event: ChangeEvent): AppliedChange {
  const bound = new Set<string>()
  const unbound: string[] = []
  for (const name of event.cis) {
    const labels = { ...event.labels, faultline_ci: name, host: name, service: name }
    const decision = decideBinding({ labels, at: event.startsAt }, bindingBy(ctx.state))
    if (decision.action === 'bind') bound.add(decision.binding.ci)
    else unbound.push(name)
  }
  if (event.cis.length === 0) {
    const decision = decideBinding(
      { labels: event.labels, at: event.startsAt },
      bindingBy(ctx.state),
    )
    if (decision.action === 'bind') bound.add(decision.binding.ci)
  }
  const id = `${event.source}:${event.changeId}`
  const known = ctx.state.changes.get(id)?.change
  const change: Change = {
    id,
    source: event.source,
    title: event.title,
    changeKind: event.changeKind,
    cis: [...new Set([...bound, ...(known?.cis ?? [])])].sort(compare),
    unbound,
    labels: event.labels,
    ...timesOf(ctx, event, known),
    url: event.url ?? known?.url ?? null,
    actor: event.actor ?? known?.actor ?? null,
  }
  const forgetAt = Math.max(ctx.state.now, change.endsAt ?? change.startsAt) + KEEP_CHANGES_MS
  ctx.state.changes.set({ snap: 0, change, forgetAt })
  ctx.ix.timers.add(forgetAt, 'forget', `change:${id}`)
  ctx.out.changes.push(change)
  decide(ctx, {
    action: 'change.recorded',
    reason: known === undefined ? 'new_change' : 'change_updated',
    text: `${change.changeKind}: ${change.title}${change.cis.length > 0 ? ` on ${change.cis.join(', ')}` : ''}`,
  })
  return {
    isNearOthers: known === undefined || reachOf(known, ctx) !== reachOf(change, ctx),
    mutesAnew: planWindow(ctx, change),
  }
}

/** The first start that was told counts, unless the change has not begun by then or is moved ahead. */
function timesOf(
  { state }: Ctx,
  event: ChangeEvent,
  known: Change | undefined,
): Pick<Change, 'startsAt' | 'endsAt'> {
  const isMoved = known === undefined || Math.max(known.startsAt, event.startsAt) > state.now
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
  const found: Change[] = []
  for (const { change } of ctx.state.changes.values()) {
    if (change.startsAt > at + LEAD_MS) continue
    const own = scopeOf(change.labels, ctx.state.rules.correlate.scope)
    if (own !== scope && own !== DEFAULT_SCOPE) continue
    const last = change.endsAt ?? change.startsAt
    if (at - last <= windowMs) found.push(change)
  }
  return found.sort((a, b) => b.startsAt - a.startsAt || compare(a.id, b.id))
}

function isInReach(ctx: Ctx, locus: string, ci: string): boolean {
  if (locus === ci) return true
  const near = ctx.state.topology.between(ci, locus)
  return near !== undefined && near.hops <= BLAST_HOPS
}
