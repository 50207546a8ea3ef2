/** The life of one alert, report by report: dedup → flap → suppress → bind → place or resolve. */
import { decideBinding } from '../bind.ts'
import {
  type Claim,
  type DedupDecision,
  decideEvent,
  isLive,
  lapsesAt,
  updateClaims,
} from '../dedup.ts'
import { decideFlapping, type FlapDecision, settlesAt } from '../flapping.ts'
import { identityHash, locusOf, reporterKey, signatureOf } from '../identity.ts'
import { countOutcome, transfer } from '../ledger.ts'
import { type AlertEvent, isEqual } from '../model.ts'
import { toAlertRecord } from '../project.ts'
import type { Outcome } from '../record.ts'
import type { AlertState } from '../state.ts'
import { type EpochMs, HOUR, MINUTE } from '../time.ts'
import { bindingBy, type Ctx, decide, editAlert, episodeKey } from './context.ts'
import { noteHeartbeat } from './heartbeat.ts'
import { identify, indexBare } from './identify.ts'
import { planResolve } from './incidents.ts'
import { editMember, updateFlapping, updateMember } from './members.ts'
import { inhibitable, judge, resumeMember } from './muting.ts'
import { noteObserved } from './observed.ts'
import { takeOutOver } from './over.ts'
import { noteSeverity } from './severity.ts'
import { heardFrom, noteReturn } from './sources.ts'
import { noteUnbound } from './unbound.ts'

/**
 * A resolved alert is forgotten after this time, or once its incident is closed for good; its next
 * firing is then a first report.
 */
export const FORGET_MS = 2 * HOUR
/** Repeats alone are written to the store at this distance. */
const WRITE_REPEATS_MS = MINUTE

export interface AppliedEvent {
  readonly identity: string
  readonly outcome: Outcome
  /** Set where an episode began and waits for the others of its entry: to be placed, or to be inhibited. */
  readonly toPlace: boolean
  /** Set where an episode was over when it was first heard of. */
  readonly over?: boolean
}

/**
 * Applies one report. Placement follows for all episodes of the entry together.
 *
 * @param onRefire called before a known alert begins another episode or goes on with an ended one
 */
export function applyEvent(
  ctx: Ctx,
  event: AlertEvent,
  onRefire: (identity: string) => void = () => {},
): AppliedEvent {
  const { state } = ctx
  const { drop_labels } = state.rules.dedup
  const { scope, identity } = identify(ctx, event)
  const reporter = reporterKey(event, drop_labels)
  heardFrom(ctx, event.source, reporter)
  const known = state.alerts.get(identity)
  const decision = decideEvent(known, event, reporter, state.now)
  if (known !== undefined && firesAgain(decision)) onRefire(identity)
  const outcome = outcomeOf(decision)
  countOutcome(state.ledger, event.source, outcome)
  const about = { event, scope, identity, reporter }
  switch (decision.action) {
    case 'ignore':
      noteLate(ctx, about, decision.reason)
      return { identity, outcome, toPlace: false }
    case 'repeat':
      repeat(ctx, about)
      return { identity, outcome, toPlace: false }
    case 'resolve':
      repeat(ctx, about)
      endEpisode(ctx, identity, { endsAt: decision.endsAt, reason: decision.reason })
      return { identity, outcome, toPlace: false }
    case 'note_end':
      startEpisode(ctx, about, outcome)
      endEpisode(ctx, identity, { endsAt: decision.endsAt, reason: decision.reason })
      return { identity, outcome, toPlace: false, over: true }
    case 'revive':
      return revive(ctx, about, decision.reason)
    case 'start':
    case 'start_ended':
      return start(ctx, about, decision)
  }
}

function firesAgain({ action }: DedupDecision): boolean {
  return action !== 'repeat' && action !== 'resolve' && action !== 'ignore'
}

/** What is counted first; a started episode is counted as held until it is placed. */
function outcomeOf(decision: DedupDecision): Outcome {
  if (decision.action === 'ignore') return 'late-ignored'
  if (decision.action === 'repeat' || decision.action === 'revive') return 'repeated'
  if (decision.action === 'resolve' || decision.action === 'note_end') return 'resolved'
  return 'held'
}

interface About {
  readonly event: AlertEvent
  readonly scope: string
  readonly identity: string
  readonly reporter: string
}

/** An episode that was taken for ended goes on, in its incident unless that is closed for good. */
function revive(ctx: Ctx, about: About, reason: string): AppliedEvent {
  const { event, identity } = about
  repeat(ctx, about)
  const alert = editAlert(ctx, identity)
  if (alert === undefined) return { identity, outcome: 'repeated', toPlace: false }
  alert.seenFiring = true
  alert.status = 'firing'
  alert.endsAt = null
  alert.forgetAt = null
  alert.suppressedBy = null
  flap(ctx, alert, ctx.state.now)
  decide(ctx, {
    action: 'alert.refired',
    reason,
    text: 'Still fires: it was taken for ended',
    alert: episodeKey(alert),
    ...(alert.incident === null ? {} : { incident: alert.incident }),
  })
  armExpiry(ctx, alert)
  ctx.ix.inhibitions.add(inhibitable(ctx.state, alert))
  const waits = judge(ctx, alert)
  noteHeartbeat(ctx, alert)
  if (resumeMember(ctx, alert)) return { identity, outcome: 'repeated', toPlace: false }
  transfer(ctx.state.ledger, event.source, { from: 'repeated', to: 'held' })
  alert.outcome = 'held'
  alert.outcomeSource = event.source
  return { identity, outcome: 'held', toPlace: waits }
}

function start(
  ctx: Ctx,
  about: About,
  decision: DedupDecision & { readonly action: 'start' | 'start_ended' },
): AppliedEvent {
  const { identity } = about
  takeOutOver(ctx, identity, about.event.startsAt)
  const alert = startEpisode(ctx, about, 'held')
  alert.seenFiring = true
  flap(ctx, alert, about.event.startsAt)
  if (decision.reason === 'fired_again')
    decide(ctx, {
      action: 'alert.refired',
      reason: decision.reason,
      text: 'Fires again: a new episode',
      alert: episodeKey(alert),
    })
  if (decision.action === 'start_ended') {
    endEpisode(ctx, identity, { endsAt: decision.endsAt, reason: decision.reason })
  } else armExpiry(ctx, alert)
  const toPlace = judge(ctx, alert)
  noteHeartbeat(ctx, alert)
  return { identity, outcome: 'held', toPlace }
}

/** A new episode of a new or known alert, bound and with its claims, not yet placed. */
function startEpisode(
  ctx: Ctx,
  { event, scope, identity, reporter }: About,
  outcome: Outcome,
): AlertState {
  const { state } = ctx
  const before = state.alerts.edit(identity)
  if (before !== undefined) archive(ctx, before)
  const bound = decideBinding({ labels: event.labels, at: event.startsAt }, bindingBy(state))
  noteUnbound(ctx, event, bound)
  const binding = bound.action === 'bind' ? bound.binding : null
  const ciClass = state.topology.items.get(binding?.ci ?? '')?.class ?? null
  const alert: AlertState = {
    snap: 0,
    scope,
    identity,
    id: before?.id ?? freeId(ctx, identity),
    family: event.family,
    source: event.source,
    fingerprint: event.fingerprint,
    signature: signatureOf(event.rule, ciClass),
    rule: event.rule,
    title: event.title,
    severity: event.severity,
    severityText: event.severityText ?? null,
    labels: event.labels,
    annotations: event.annotations,
    generatorUrl: event.generatorUrl ?? null,
    status: 'firing',
    seenFiring: false,
    stale: false,
    startsAt: event.startsAt,
    endsAt: null,
    firstSeenAt: state.now,
    lastSeenAt: state.now,
    reports: 1,
    writtenAt: state.now,
    claims: updateClaims(claimsOnRefire(before, state.now), event, reporter, state.now),
    expiresAt: null,
    forgetAt: null,
    binding,
    locus: locusOf(binding, event.labels),
    flap: before?.flap ?? null,
    suppressedBy: null,
    outcome,
    outcomeSource: event.source,
    surprise: 0,
    habit: null,
    countedAs: null,
    incident: null,
    lastIncident: before?.incident ?? before?.lastIncident ?? null,
    lastEndedAt: (before?.incident == null ? before?.lastEndedAt : before.endsAt) ?? null,
    late: false,
    evidence: null,
    related: [],
  }
  state.alerts.set(alert)
  ctx.ix.ids.set(alert.id, identity)
  indexBare(ctx.ix, alert)
  ctx.out.alerts.add(identity)
  ctx.ix.inhibitions.add(inhibitable(ctx.state, alert))
  noteObserved(ctx, event, { scope, alert: episodeKey(alert) })
  return alert
}

/** What has lapsed says nothing about another episode. */
function claimsOnRefire(before: AlertState | undefined, now: EpochMs): readonly Claim[] {
  return (before?.claims ?? []).filter((claim) => !claim.firing || isLive(claim, now))
}

/** Keeps what an episode was at its end, before the alert fires anew. */
function archive(ctx: Ctx, alert: AlertState): void {
  const record = toAlertRecord(alert)
  if (ctx.out.alerts.delete(alert.identity)) ctx.out.pastEpisodes.push(record)
  if (alert.incident === null) return
  const home = ctx.state.incidents.get(alert.incident)
  const member = home === undefined ? undefined : editMember(ctx, home, episodeKey(alert))
  if (member !== undefined) member.past = record
}

/** The hash of the identity, numbered when another identity has it already. */
function freeId(ctx: Ctx, identity: string): string {
  const hash = identityHash(identity)
  let id = hash
  for (let number = 2; ; number++) {
    const holder = ctx.ix.ids.get(id)
    if (holder === undefined || holder === identity) return id
    id = `${hash}-${number}`
  }
}

function repeat(ctx: Ctx, { event, identity, reporter }: About): void {
  const { state } = ctx
  const known = state.alerts.get(identity)
  if (known === undefined) return
  const visible = known.stale || isNews(known, event, reporter)
  const alert = state.alerts.edit(identity)
  if (alert === undefined) return
  alert.claims = updateClaims(alert.claims, event, reporter, state.now)
  alert.reports += 1
  alert.lastSeenAt = state.now
  if (event.status === 'firing') {
    // what is the same as before is kept once, with the member
    if (alert.title !== event.title) alert.title = event.title
    if (!isEqual(alert.annotations, event.annotations)) alert.annotations = event.annotations
    if (event.generatorUrl !== undefined && alert.generatorUrl !== event.generatorUrl)
      alert.generatorUrl = event.generatorUrl
    noteSeverity(ctx, alert, event)
  }
  if (alert.status === 'firing') armExpiry(ctx, alert)
  if (alert.stale && event.status === 'firing') noteReturn(ctx, alert)
  if (visible || state.now - alert.writtenAt >= WRITE_REPEATS_MS) {
    alert.writtenAt = state.now
    ctx.out.alerts.add(identity)
  }
}

/** Whether a report changes what is shown: another title, another reporter, or a reporter's turn. */
function isNews(
  known: Pick<AlertState, 'title'> & { readonly claims: readonly Claim[] },
  event: AlertEvent,
  reporter: string,
): boolean {
  const firing = event.status === 'firing'
  const mine = known.claims.find((claim) => claim.reporter === reporter)
  return mine?.firing !== firing || (firing && known.title !== event.title)
}

/**
 * Sets the timer by which a firing alert lapses unless it is reported again. A timer that fires too
 * early sets itself again, so a later lapse needs no new one.
 */
export function armExpiry(ctx: Ctx, alert: AlertState): void {
  const at = lapsesAt(alert.claims)
  if (at === alert.expiresAt) return
  const earlier = alert.expiresAt === null || (at !== null && at < alert.expiresAt)
  alert.expiresAt = at
  if (at !== null && earlier) ctx.ix.timers.add(at, 'expire', alert.identity)
}

/** Ends the episode: the member no longer fires, and the incident may begin to resolve. */
export function endEpisode(
  ctx: Ctx,
  identity: string,
  { endsAt, reason }: { readonly endsAt: EpochMs; readonly reason: string },
): void {
  const alert = editAlert(ctx, identity)
  if (alert === undefined || alert.status === 'resolved') return
  alert.status = 'resolved'
  alert.endsAt = Math.max(endsAt, alert.startsAt)
  alert.stale = false
  ctx.ix.inhibitions.remove(identity)
  alert.expiresAt = null
  alert.forgetAt = ctx.state.now + FORGET_MS
  ctx.ix.timers.add(alert.forgetAt, 'forget', identity)
  flap(ctx, alert, alert.endsAt)
  const key = episodeKey(alert)
  decide(ctx, {
    action: 'alert.resolved',
    reason,
    text: 'Resolved',
    alert: key,
    ...(alert.incident === null ? {} : { incident: alert.incident }),
  })
  noteHeartbeat(ctx, alert)
  if (alert.incident === null) return
  const ended = { firing: false, stale: false, endsAt: alert.endsAt }
  const incident = updateMember(ctx, alert.incident, key, ended)
  if (incident === undefined) return
  planResolve(ctx, incident)
}

function flap(ctx: Ctx, alert: AlertState, at: EpochMs): void {
  const settings = ctx.state.rules.dedup.flapping
  noteFlapping(ctx, alert, decideFlapping(alert.flap, at, true, settings))
}

/** A flapping alert that has been quiet for long enough is told to have settled. */
export function settleFlapping(ctx: Ctx, identity: string): void {
  const settings = ctx.state.rules.dedup.flapping
  const known = ctx.state.alerts.get(identity)?.flap ?? null
  const settles = known === null ? null : settlesAt(known, settings)
  // a timer from before it changed again changes nothing: after a restart there is none
  if (settles === null || ctx.state.now < settles) return
  const alert = ctx.state.alerts.edit(identity)
  if (alert === undefined || alert.flap === null) return
  noteFlapping(ctx, alert, decideFlapping(alert.flap, ctx.state.now, false, settings))
}

function noteFlapping(ctx: Ctx, alert: AlertState, { action, reason, flap }: FlapDecision): void {
  alert.flap = flap
  const settles = settlesAt(flap, ctx.state.rules.dedup.flapping)
  if (settles !== null) ctx.ix.timers.add(settles, 'settle', alert.identity)
  if (action === 'none') return
  const key = episodeKey(alert)
  ctx.out.alerts.add(alert.identity)
  if (alert.incident !== null) updateFlapping(ctx, alert.incident, alert)
  decide(ctx, {
    action: action === 'start' ? 'alert.flapping' : 'alert.settled',
    reason,
    text: action === 'start' ? 'Flapping: it comes and goes' : 'No longer flapping',
    alert: key,
    ...(alert.incident === null ? {} : { incident: alert.incident }),
  })
}

/** It changes nothing but what its reporter is known to claim. */
function noteLate(ctx: Ctx, { event, identity, reporter }: About, reason: string): void {
  const alert = ctx.state.alerts.edit(identity)
  if (alert !== undefined) alert.claims = updateClaims(alert.claims, event, reporter, ctx.state.now)
  decide(ctx, {
    action: 'alert.late',
    reason,
    text: 'A report older than what is known; it changes nothing',
    ...(alert === undefined ? {} : { alert: episodeKey(alert) }),
  })
}
