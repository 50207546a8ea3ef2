/** Incidents as the engine makes, opens, tells, resolves and closes them by itself. */

import type { Bound } from '../correlate/limits.ts'
import { BURST_MS } from '../correlate/link.ts'
import { versionInForce } from '../learn/weights-versions.ts'
import { Roster } from '../roster.ts'
import { scopedId } from '../scope.ts'
import type { IncidentState } from '../state.ts'
import type { EpochMs } from '../time.ts'
import { type Ctx, decide, editIncident, editScope } from './context.ts'
import { countServices, hasNews, isAtLeast } from './members.ts'
import { weigh } from './noise.ts'
import { findRoute, sayRoute, toldChannels } from './route.ts'
import { awaitsTelling, lookAt, noteOpened, noteReopened, noteResolved } from './storms.ts'
import { noteEnd } from './transients.ts'

/** `INC-000123`, counted within the scope; other scopes than the default one stand in front. */
function nextId(ctx: Ctx, scope: string): string {
  const counted = editScope(ctx, scope)
  counted.incidentCounter += 1
  return scopedId(scope, `INC-${String(counted.incidentCounter).padStart(6, '0')}`)
}

/**
 * Gap and lifetime of an incident, by the rules in force.
 *
 * @param bound what a rule says of the alert that begins it
 */
export function boundsOf({ state }: Ctx, bound: Bound | null): IncidentState['bounds'] {
  const { correlate } = state.rules
  const { gap = correlate.gap, lifetime = correlate.lifetime } = bound ?? {}
  return { gap, lifetime, rules: state.rulesVersion }
}

const UNARMED = {
  openAt: null,
  notifyAt: null,
  tellAt: null,
  resolveAt: null,
  analyseAt: null,
  closeAt: null,
} as const
const UNROUTED = { team: null, teamBy: null, route: null, routed: null } as const

/** A new provisional incident without members; its timers are set by `scheduleOpening`. */
export function createIncident(ctx: Ctx, scope: string, openReason: string): IncidentState {
  const { state } = ctx
  const incident: IncidentState = {
    snap: 0,
    id: nextId(ctx, scope),
    scope,
    status: 'provisional',
    title: '',
    severity: 'none',
    impact: 3,
    urgency: 3,
    priority: 5,
    priorityEvidence: [],
    service: null,
    services: [],
    owner: null,
    ...UNROUTED,
    acknowledgedAt: null,
    acknowledgedBy: null,
    provisionalAt: state.now,
    openedAt: null,
    notifiedAt: null,
    resolvedAt: null,
    closedAt: null,
    firstAlertAt: Number.MAX_SAFE_INTEGER,
    lastAlertAt: 0,
    members: new Roster(),
    joined: 0,
    memberCount: 0,
    firingCount: 0,
    suppressedCount: 0,
    staleCount: 0,
    flappingSince: null,
    changes: [],
    head: null,
    ...{ told: null, toldInStorm: null },
    edited: false,
    edits: [],
    regroupings: [],
    mergedInto: null,
    splitFrom: null,
    openReason,
    resolution: null,
    resolvedBy: null,
    heldResolved: false,
    reopenCount: 0,
    dismissed: null,
    rootCause: null,
    confirmedCause: null,
    articles: [],
    similar: [],
    hurts: null,
    rule: null,
    bounds: boundsOf(ctx, null),
    weights: versionInForce(state.weights.get(scope))?.id ?? null,
    ...UNARMED,
  }
  state.incidents.set(incident)
  ctx.out.incidents.add(incident.id)
  return incident
}

type TimerField = 'open' | 'notify' | 'tell' | 'resolve' | 'analyse' | 'close'

/** Sets one of the incident's timers; the one before it is dropped. */
export function arm(ctx: Ctx, incident: IncidentState, timer: TimerField, at: EpochMs): void {
  incident[`${timer}At`] = at
  ctx.ix.timers.add(at, timer, incident.id)
}

/** Drops every timer of the incident. */
export function disarm(incident: IncidentState): void {
  Object.assign(incident, UNARMED)
}

export type OpenDecision =
  | {
      readonly action: 'open'
      readonly reason: 'severity' | 'alert_count' | 'surprise' | 'outlasts'
    }
  | {
      readonly action: 'hold'
      readonly reason: 'below_open_policy' | 'nothing_fires' | 'known_noise'
    }
  /** To be looked at anew then, should it still fire. */
  | { readonly action: 'hold'; readonly reason: 'transient'; readonly until: EpochMs }

/** Whether the open policy is met. */
export function decideOpening(ctx: Ctx, incident: IncidentState): OpenDecision {
  const { lifecycle } = ctx.state.rules
  if (incident.firingCount === 0) return { action: 'hold', reason: 'nothing_fires' }
  const { severity, loud, surprise, noise, until, outlasts } = weigh(ctx, incident)
  if (until !== null) return { action: 'hold', reason: 'transient', until }
  if (noise) return { action: 'hold', reason: 'known_noise' }
  if (isAtLeast(severity, lifecycle.open_severity))
    return { action: 'open', reason: outlasts ? 'outlasts' : 'severity' }
  if (loud >= lifecycle.open_alerts) return { action: 'open', reason: 'alert_count' }
  if (surprise >= lifecycle.open_surprise) return { action: 'open', reason: 'surprise' }
  return { action: 'hold', reason: 'below_open_policy' }
}

const OPEN_TEXT = {
  severity: 'its severity opens incidents',
  alert_count: 'enough alerts belong together',
  surprise: 'such alerts are rare',
  outlasts: 'it lasts longer than it usually does',
} as const

/** Opens a provisional incident and plans to tell people. */
export function openIncident(
  ctx: Ctx,
  incident: IncidentState,
  reason: keyof typeof OPEN_TEXT,
): void {
  const { state } = ctx
  incident.status = 'open'
  incident.openedAt = state.now
  incident.openAt = null
  incident.openReason = reason
  decide(ctx, {
    action: 'incident.opened',
    reason,
    text: `Opened: ${OPEN_TEXT[reason]}`,
    incident: incident.id,
  })
  findRoute(ctx, incident)
  sayRoute(ctx, incident)
  noteOpened(ctx, incident)
  const wait = incident.severity === 'critical' ? 0 : state.rules.lifecycle.group_wait
  arm(ctx, incident, 'notify', Math.max(state.now, incident.provisionalAt + wait))
}

/** Brings an incident's timers in line after members joined. */
export function afterJoin(ctx: Ctx, incident: IncidentState): void {
  const { state } = ctx
  const { lifecycle } = state.rules
  if (incident.resolveAt !== null && incident.firingCount > 0) incident.resolveAt = null
  if (incident.status === 'resolved' && incident.firingCount > 0 && incident.dismissed === null)
    reopen(ctx, incident)
  if (incident.status === 'provisional') {
    const wait = incident.severity === 'critical' ? 0 : lifecycle.open_wait
    const at = Math.max(state.now, incident.provisionalAt + wait)
    if (incident.openAt === null || incident.openAt > at) arm(ctx, incident, 'open', at)
  }
  if (incident.status === 'open' && awaitsTelling(ctx, incident)) {
    const wait = incident.severity === 'critical' ? 0 : lifecycle.group_wait
    const at = Math.max(state.now, incident.provisionalAt + wait)
    if (incident.notifyAt === null || incident.notifyAt > at) arm(ctx, incident, 'notify', at)
  }
  if (incident.firingCount === 0) planResolve(ctx, incident)
  if (incident.tellAt === null && hasNews(incident))
    arm(ctx, incident, 'tell', state.now + BURST_MS)
  if (incident.analyseAt === null)
    arm(
      ctx,
      incident,
      'analyse',
      lookAt(ctx, incident.scope, state.now + analyseWaitOf(incident.memberCount)),
    )
}

/** Root cause and suggestions follow the members at least at this distance: a burst costs one look. */
const ANALYSE_AFTER_MS = 2000
const LAST_ANALYSE_AFTER_MS = 30_000
const ANALYSE_PER_MEMBER_MS = 50

/**
 * How long after a member joined the incident is looked at, in ms: the larger it is the longer, for
 * a look costs more then and one more member says less.
 */
export function analyseWaitOf(members: number): number {
  return Math.min(
    LAST_ANALYSE_AFTER_MS,
    Math.max(ANALYSE_AFTER_MS, members * ANALYSE_PER_MEMBER_MS),
  )
}

/**
 * Whether a resolved incident may still take alerts: a short while, or as long as it is held
 * resolved by a person while alerts of it fire.
 */
export function isReopenable(ctx: Ctx, incident: IncidentState): boolean {
  const { resolvedAt } = incident
  return (
    incident.status === 'resolved' &&
    resolvedAt !== null &&
    ((incident.heldResolved && incident.firingCount > 0) ||
      ctx.state.now - resolvedAt <= ctx.state.rules.lifecycle.reopen)
  )
}

export function reopen(
  ctx: Ctx,
  incident: IncidentState,
  why = { reason: 'alert_fires_again', text: 'Reopened: an alert of it fires again' },
): void {
  incident.status = 'open'
  incident.dismissed = null
  incident.resolvedAt = null
  incident.resolvedBy = null
  incident.resolution = null
  incident.heldResolved = false
  incident.closeAt = null
  incident.reopenCount += 1
  noteReopened(ctx, incident)
  // rules and CMDB may have changed while it was over
  countServices(ctx, incident)
  decide(ctx, {
    action: 'incident.reopened',
    ...why,
    incident: incident.id,
    channels: toldChannels(incident),
  })
}

/**
 * When nothing in it fires any more, the hold before it resolves begins; one that a person has
 * resolved already begins to age.
 */
export function planResolve(ctx: Ctx, incident: IncidentState): void {
  if (incident.firingCount > 0 || incident.resolveAt !== null) return
  if (incident.status === 'resolved' && incident.closeAt === null)
    arm(ctx, incident, 'close', ctx.state.now + ctx.state.rules.lifecycle.close)
  if (incident.status !== 'open' && incident.status !== 'provisional') return
  arm(ctx, incident, 'resolve', ctx.state.now + ctx.state.rules.lifecycle.resolve_hold)
  if (incident.status === 'open')
    decide(ctx, {
      action: 'incident.resolving',
      reason: 'all_alerts_resolved',
      text: 'Every alert has resolved; resolves after the hold',
      incident: incident.id,
    })
}

/** Resolves an opened incident, or withdraws one that never opened. */
export function resolveIncident(
  ctx: Ctx,
  incident: IncidentState,
  by: { readonly actor: string; readonly reason: string; readonly text: string },
): void {
  const { state } = ctx
  const never = incident.openedAt === null
  noteEnd(ctx, incident, by.actor)
  incident.status = never ? 'closed' : 'resolved'
  incident.resolvedAt = state.now
  incident.resolvedBy = by.actor
  incident.resolveAt = null
  incident.openAt = null
  incident.notifyAt = null
  if (never) incident.closedAt = state.now
  else noteResolved(ctx, incident)
  decide(ctx, {
    action: never ? 'incident.withdrawn' : 'incident.resolved',
    reason: never ? 'never_met_open_policy' : by.reason,
    text: never ? 'Ended without ever meeting the open policy' : by.text,
    actor: by.actor,
    incident: incident.id,
    channels: toldChannels(incident),
  })
  arm(ctx, incident, 'close', state.now + state.rules.lifecycle.close)
}

/** Takes note that a provisional incident lost its last member to `into`. */
export function withdrawEmpty(ctx: Ctx, id: string, into: string): void {
  const incident = editIncident(ctx, id)
  if (incident === undefined || incident.memberCount > 0 || id === into) return
  incident.status = 'merged'
  incident.mergedInto = into
  disarm(incident)
  if (incident.firstAlertAt === Number.MAX_SAFE_INTEGER) {
    incident.firstAlertAt = ctx.state.now
    incident.lastAlertAt = ctx.state.now
  }
  decide(ctx, {
    action: 'incident.withdrawn',
    reason: 'alerts_arrived_out_of_order',
    text: `Its alerts belong to ${into}, as their order shows`,
    incident: id,
  })
  arm(ctx, incident, 'close', ctx.state.now + ctx.state.rules.lifecycle.close)
}
