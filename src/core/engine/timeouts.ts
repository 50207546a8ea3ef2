/** What happens when a deadline passes. A timer that its record no longer wants does nothing. */
import { IN_STORM } from '../decision.ts'
import type { AlertEvent } from '../model.ts'
import type { Seen } from '../roster.ts'
import type { AlertState, IncidentState } from '../state.ts'
import { MINUTE } from '../time.ts'
import type { Timer } from '../timers.ts'
import { armExpiry, endEpisode, FORGET_MS, settleFlapping } from './alerts.ts'
import { analyse, remember } from './analyse.ts'
import { forgetChange } from './changes.ts'
import { type Ctx, decide, editAlert, editIncident, ruledKey } from './context.ts'
import { countStarts } from './cooccurrence.ts'
import { heartbeatEvents } from './heartbeat.ts'
import { forgetBare } from './identify.ts'
import { arm, decideOpening, openIncident, resolveIncident } from './incidents.ts'
import { followTopology } from './inputs.ts'
import { expireConstraint } from './learn.ts'
import { tellWhatIsNew } from './members.ts'
import { endSilence } from './muting.ts'
import { lookThrough } from './observed.ts'
import { setOutcome } from './place.ts'
import { discover, searchOn } from './problems.ts'
import { forgetRegroupings } from './regroupings.ts'
import { findRoute, sayRoute, toldChannels } from './route.ts'
import { decideLapse, markStale, silenceEvent, staleAlertsOf } from './sources.ts'
import { awaitsTelling, checkStorm, foldIn, standsOut } from './storms.ts'

/** Follow-ups that need the whole path of a report: alerts about sources, unmuted alerts to place. */
export interface FollowUp {
  readonly events: readonly AlertEvent[]
  readonly toPlace: readonly string[]
}

const NOTHING: FollowUp = { events: [], toPlace: [] }

export function fire(ctx: Ctx, timer: Timer): FollowUp {
  switch (timer.kind) {
    case 'silence':
      return { events: [], toPlace: endSilence(ctx, timer) }
    case 'expire':
      return expire(ctx, timer)
    case 'settle':
      settleFlapping(ctx, timer.id)
      return NOTHING
    case 'heartbeat':
      return { events: heartbeatEvents(ctx, timer.id), toPlace: [] }
    case 'storm':
      checkStorm(ctx, timer)
      return NOTHING
    case 'forget':
      forget(ctx, timer)
      return NOTHING
    case 'count':
      countStarts(ctx, timer)
      return NOTHING
    case 'discover':
      if (ctx.explains) discover(ctx, timer)
      return NOTHING
    case 'cluster':
      if (ctx.explains) searchOn(ctx, timer)
      return NOTHING
    case 'observe':
      return { events: [], toPlace: lookThrough(ctx, timer) ? followTopology(ctx) : [] }
    case 'open':
    case 'notify':
    case 'tell':
    case 'resolve':
    case 'analyse':
    case 'close': {
      const known = ctx.state.incidents.get(timer.id)
      if (known === undefined || known[`${timer.kind}At`] !== timer.at) return NOTHING
      const incident = editIncident(ctx, timer.id)
      if (incident === undefined) return NOTHING
      incident[`${timer.kind}At`] = null
      INCIDENT_TIMERS[timer.kind](ctx, incident)
      return NOTHING
    }
  }
}

const INCIDENT_TIMERS = {
  open: tryOpen,
  notify,
  tell,
  resolve: (ctx: Ctx, incident: IncidentState): void => {
    if (incident.firingCount > 0) return
    if (incident.status !== 'open' && incident.status !== 'provisional') return
    if (incident.openedAt === null) settleHeld(ctx, incident)
    analyse(ctx, incident)
    resolveIncident(ctx, incident, {
      actor: 'engine',
      reason: 'all_alerts_resolved',
      text: 'Every alert has resolved',
    })
    remember(ctx, incident)
  },
  analyse: (ctx: Ctx, incident: IncidentState): void => {
    if (incident.status === 'open' || incident.status === 'provisional') analyse(ctx, incident)
  },
  close,
} as const

/** Opens it if the policy is met by now; else it stays provisional and held. */
export function tryOpen(ctx: Ctx, incident: IncidentState): void {
  if (incident.status !== 'provisional') return
  const decision = decideOpening(ctx, incident)
  if (decision.action === 'hold') {
    if (decision.reason === 'transient') arm(ctx, incident, 'open', decision.until)
    return
  }
  openIncident(ctx, incident, decision.reason)
  const members = [...incident.members.values()]
  let opener = members.some((member) => presentOf(ctx, member)?.outcome === 'opened')
  for (const member of members) {
    if (presentOf(ctx, member)?.outcome !== 'held') continue
    const alert = editAlert(ctx, member.identity)
    if (alert !== undefined) setOutcome(ctx, alert, opener ? 'joined' : 'opened')
    opener = true
  }
}

/** The alert of a member, where its newest episode is this one. */
function presentOf(ctx: Ctx, { identity, startsAt }: Seen): Readonly<AlertState> | undefined {
  const known = ctx.state.alerts.get(identity)
  return known?.startsAt === startsAt ? known : undefined
}

/** An incident that ended unopened: what counted as opened was held after all. */
function settleHeld(ctx: Ctx, incident: IncidentState): void {
  for (const member of incident.members.values()) {
    if (presentOf(ctx, member)?.outcome !== 'opened') continue
    const alert = editAlert(ctx, member.identity)
    if (alert !== undefined) setOutcome(ctx, alert, 'held')
  }
}

/** Tells people, once, with what is known by now; in a storm perhaps only together with others. */
function notify(ctx: Ctx, incident: IncidentState): void {
  if (incident.status !== 'open' || incident.firingCount === 0) return
  if (!awaitsTelling(ctx, incident)) return
  const before = incident.toldInStorm
  if (foldIn(ctx, incident)) tellInStorm(ctx, incident)
  else if (before !== null) tellOf(ctx, incident, 'outlived_storm')
  else
    tellOf(ctx, incident, incident.severity === 'critical' ? 'critical_at_once' : 'group_wait_over')
}

function tellOf(ctx: Ctx, incident: IncidentState, reason: string): void {
  analyse(ctx, incident)
  // whoever was told only of a storm knows nothing of it
  if (incident.toldInStorm !== null) incident.told = null
  noteTold(ctx, incident)
  incident.toldInStorm = null
  decide(ctx, {
    action: 'incident.notified',
    reason,
    text: `Told people: P${incident.priority}, ${incident.memberCount} ${incident.memberCount === 1 ? 'alert' : 'alerts'}`,
    incident: incident.id,
    channels: toldChannels(incident),
  })
}

function tellInStorm(ctx: Ctx, incident: IncidentState): void {
  noteTold(ctx, incident)
  const storm = incident.toldInStorm ?? ''
  decide(ctx, {
    action: 'incident.notified',
    reason: IN_STORM,
    text: `Told of with storm ${storm}, together with others`,
    incident: incident.id,
    storm,
  })
}

function noteTold(ctx: Ctx, incident: IncidentState): void {
  findRoute(ctx, incident)
  sayRoute(ctx, incident)
  incident.notifiedAt = ctx.state.now
  const { priority, services, route } = incident
  incident.told = { priority, services, channels: route?.channels ?? null }
}

/** In a storm, what has become one of the highest priority is told of by itself from then on. */
function tell(ctx: Ctx, incident: IncidentState): void {
  if (incident.status === 'open' && standsOut(ctx, incident)) tellOf(ctx, incident, 'priority_rose')
  else tellWhatIsNew(ctx, incident)
}

function close(ctx: Ctx, incident: IncidentState): void {
  const { state } = ctx
  if (incident.firingCount > 0) return
  if (incident.status === 'resolved') {
    incident.status = 'closed'
    incident.closedAt = state.now
    decide(ctx, {
      action: 'incident.closed',
      reason: 'resolved_long_ago',
      text: 'Closed for good',
      incident: incident.id,
    })
  }
  if (incident.status !== 'closed' && incident.status !== 'merged') return
  if (incident.mergedInto !== null && state.incidents.has(incident.mergedInto)) {
    arm(ctx, incident, 'close', state.now + Math.max(MINUTE, state.rules.lifecycle.close))
    return
  }
  for (const member of incident.members.values()) {
    const { key } = member
    if (ctx.ix.placements.get(key)?.incident === incident.id) ctx.ix.placements.remove(key)
    state.members.delete(member)
  }
  forgetRegroupings(ctx, incident)
  for (const { parts } of incident.edits) for (const key of parts) state.editParts.delete(key)
  const ruled = incident.rule === null ? null : ruledKey(incident.scope, incident.rule)
  if (ruled !== null && ctx.ix.ruled.get(ruled) === incident.id) ctx.ix.ruled.delete(ruled)
  ctx.out.closing.push(incident)
  state.incidents.delete(incident.id)
}

function expire(ctx: Ctx, { at, id }: Timer): FollowUp {
  if (id.startsWith('source:')) return endGrace(ctx, id.slice('source:'.length))
  const known = ctx.state.alerts.get(id)
  if (known === undefined || known.status !== 'firing' || known.expiresAt === null) return NOTHING
  if (known.expiresAt > at) {
    ctx.ix.timers.add(known.expiresAt, 'expire', id)
    return NOTHING
  }
  return lapse(ctx, id)
}

function lapse(ctx: Ctx, identity: string): FollowUp {
  const alert = ctx.state.alerts.edit(identity)
  if (alert === undefined) return NOTHING
  const decision = decideLapse(ctx, alert)
  switch (decision.action) {
    case 'none':
      armExpiry(ctx, alert)
      return NOTHING
    case 'wait':
      alert.expiresAt = decision.until
      ctx.ix.timers.add(decision.until, 'expire', identity)
      return NOTHING
    case 'stale':
      alert.expiresAt = null
      return { events: markStale(ctx, alert, decision.reporters), toPlace: [] }
    case 'resolve':
      endEpisode(ctx, identity, { endsAt: ctx.state.now, reason: decision.reason })
      return NOTHING
  }
}

/** A source has been back for a while: what it has not repeated has ended. */
function endGrace(ctx: Ctx, reporter: string): FollowUp {
  const source = ctx.state.sources.edit(reporter)
  if (source === undefined || source.graceUntil === null || source.graceUntil > ctx.state.now)
    return NOTHING
  source.graceUntil = null
  const events = staleAlertsOf(ctx, reporter).flatMap((alert) => lapse(ctx, alert.identity).events)
  if (ctx.state.sources.get(reporter)?.silentSince !== null) return { events, toPlace: [] }
  return { events: [...events, silenceEvent(ctx, reporter, 'resolved')], toPlace: [] }
}

/** An alert is known as long as its incident is: a late report of it must not become a second one. */
function forget(ctx: Ctx, { at, id }: Timer): void {
  const { state } = ctx
  if (expireConstraint(ctx, at, id)) return
  if (id.startsWith('change:')) {
    forgetChange(ctx, id.slice('change:'.length), at)
    return
  }
  const known = state.alerts.get(id)
  if (known === undefined || known.status !== 'resolved' || known.forgetAt !== at) return
  const alert = state.alerts.edit(id)
  const home = known.incident ?? known.lastIncident
  if (alert !== undefined && home !== null && state.incidents.has(home)) {
    alert.forgetAt = at + FORGET_MS
    ctx.ix.timers.add(alert.forgetAt, 'forget', id)
    return
  }
  ctx.ix.ids.delete(known.id)
  forgetBare(ctx.ix, known)
  state.alerts.delete(id)
}
