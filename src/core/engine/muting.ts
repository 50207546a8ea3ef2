/**
 * Muting changes: a silence or window began, ended or was edited, what inhibits began or ended; alerts
 * are judged again.
 */
import { changeOf } from '../calendar.ts'
import type { SilenceEntry } from '../entry.ts'
import { type Inhibitable, Inhibitions } from '../inhibit.ts'
import type { Silence } from '../model.ts'
import { exceptedText } from '../recurrence.ts'
import type { SuppressRule } from '../rules.ts'
import type { AlertState, State } from '../state.ts'
import { covers, decideSuppression, type Suppression } from '../suppress.ts'
import type { EpochMs } from '../time.ts'
import type { Timer } from '../timers.ts'
import { compare } from '../topology.ts'
import { activeWindows, isOfScope } from './calendar.ts'
import { type Ctx, decide, editAlert, editIncident, episodeKey } from './context.ts'
import { factsOf } from './facts.ts'
import { afterJoin, planResolve } from './incidents.ts'
import { addMember, editMember, toMember, updateMember } from './members.ts'
import { setOutcome } from './place.ts'
import { planRecurring, rulesInForce, silencesInForce, takeTurn } from './recurring.ts'
import { sideOf } from './sides.ts'

/** Takes over a silence, or forgets one that ends with this; returns the alerts it unmuted, to be placed. */
export function applySilence(ctx: Ctx, { actor, silence }: SilenceEntry): readonly string[] {
  const { state } = ctx
  const before = state.silences.get(silence.id)?.silence
  state.silences.set({ snap: 0, silence })
  planSilence(ctx, silence)
  decide(ctx, {
    action: 'silence.changed',
    reason: silence.endsAt <= state.now ? 'expired' : 'set',
    text: `${silence.kind}: ${silence.comment}${exceptedText(before, silence, state.now)}`,
    actor,
  })
  const toPlace = judgeAgain(ctx)
  if (silence.endsAt <= state.now) forgetSilence(ctx, silence.id)
  return toPlace
}

function forgetSilence({ state, ix }: Pick<Ctx, 'state' | 'ix'>, id: string): void {
  state.silences.delete(id)
  ix.turns.windows.delete(id)
}

/** Takes up silences again after a restart, but for those that are over. */
export function rebuildSilences(ctx: Pick<Ctx, 'state' | 'ix'>): void {
  const { state } = ctx
  for (const { silence } of [...state.silences.values()]) {
    if (silence.endsAt <= state.now) forgetSilence(ctx, silence.id)
    else planSilence(ctx, silence)
  }
}

function planSilence(ctx: Pick<Ctx, 'state' | 'ix'>, { id, startsAt, endsAt }: Silence): void {
  for (const at of [startsAt, endsAt]) if (at > ctx.state.now) ctx.ix.timers.add(at, 'silence', id)
  planRecurring(ctx, id)
}

/**
 * Decides whether a firing episode is muted. A muted one is bound and kept. True where it waits for the
 * others of its entry: to be placed, or to be inhibited no more.
 */
export function judge(ctx: Ctx, alert: AlertState): boolean {
  const by = muterOf(ctx, alert, mutersOf(ctx)(alert.scope))
  if (by === null) {
    mark(ctx, alert)
    return true
  }
  alert.suppressedBy = by
  sayMuted(ctx, alert, by)
  return by.kind === 'inhibit'
}

/** Says of a loud alert within which planned change it began, where such are only marked. */
function mark(ctx: Ctx, alert: AlertState): void {
  if (ctx.state.rules.suppress.changes.mode !== 'mark') return
  const about = { labels: alert.labels, ci: alert.binding?.ci ?? null }
  const window = activeWindows(ctx).find(
    (one) => isOfScope(one, alert.scope) && covers(one, about, ctx.state.topology),
  )
  if (window === undefined) return
  alert.planned = { change: changeOf(window), text: window.comment }
  decide(ctx, {
    action: 'alert.marked',
    reason: window.id,
    text: `Within ${window.comment}`,
    alert: episodeKey(alert),
  })
}

/** What mutes the alert: silences, windows and rules before what inhibits it. */
function muterOf(
  { state, ix }: Ctx,
  alert: Readonly<AlertState>,
  { silences, rules }: Muters,
): Suppression | null {
  const about = inhibitable(state, alert)
  const options = { rules, topology: state.topology }
  const judged = { ...about, labels: alert.labels }
  const decision = decideSuppression(judged, silences, state.now, options)
  if (decision.action === 'suppress') return decision.by
  const inhibition = ix.inhibitions.inhibitorOf(about)
  const source = state.alerts.get(inhibition?.source ?? '')
  if (inhibition === null || source === undefined) return null
  const { name, reason } = inhibition.rule
  return {
    kind: 'inhibit',
    id: name,
    reason: `${source.title}: ${reason}`,
    alert: episodeKey(source),
  }
}

interface Muters {
  readonly silences: readonly Silence[]
  readonly rules: readonly SuppressRule[]
}

/** Silences, the windows that mute and the rules that hold now, for alerts of a scope. */
function mutersOf(ctx: Ctx): (scope: string) => Muters {
  const own: Muters = { silences: silencesInForce(ctx), rules: rulesInForce(ctx) }
  const { mode } = ctx.state.rules.suppress.changes
  const windows = mode === 'mute' ? activeWindows(ctx) : []
  if (windows.length === 0) return () => own
  const byScope = new Map<string, Muters>()
  return (scope) => {
    const known = byScope.get(scope)
    if (known !== undefined) return known
    const silences = [...own.silences, ...windows.filter((window) => isOfScope(window, scope))]
    byScope.set(scope, { ...own, silences })
    return { ...own, silences }
  }
}

/** What rules of inhibition look at. */
export function inhibitable(
  state: Pick<State, 'topology'>,
  alert: Readonly<AlertState>,
): Inhibitable {
  const { identity, scope, startsAt, binding } = alert
  return { identity, scope, startsAt, ci: binding?.ci ?? null, facts: factsOf(state, alert) }
}

/** Indexes every firing alert anew, as rules or CIs have changed; nothing is judged by it. */
export function rebuildInhibitions({ state, ix }: Pick<Ctx, 'state' | 'ix'>): void {
  ix.inhibitions = new Inhibitions(state.rules.suppress.inhibit, state.topology)
  for (const alert of state.alerts.values())
    if (alert.status === 'firing') ix.inhibitions.add(inhibitable(state, alert))
  ix.inhibitions.takeChanged()
}

/** Judges those again whose inhibition began or ended; returns those to be placed. */
export function judgeInhibited(ctx: Ctx): readonly string[] {
  const identities = ctx.ix.inhibitions.takeChanged()
  if (identities.length === 0) return []
  return judgeSome(
    ctx,
    identities.map((identity) => ctx.state.alerts.get(identity)),
  )
}

/**
 * A silence or window began or ended, or hours of rules did; one that has ended is forgotten. Nothing is judged where it was
 * moved and the timer is of its old time. Returns the alerts to be placed.
 */
export function endSilence(ctx: Ctx, { at, id }: Pick<Timer, 'at' | 'id'>): readonly string[] {
  const { silences, now, rules } = ctx.state
  const silence = silences.get(id)?.silence
  const window = ctx.ix.windows.get(id)
  const mutes = rules.suppress.changes.mode === 'mute'
  // first on to what holds from now on, so that what goes on is not unmuted in between
  const turns = takeTurn(ctx, { at, id })
  const isEdge = turns || isEdgeOf(silence, at) || (mutes && isEdgeOf(window, at))
  const toPlace = isEdge ? judgeAgain(ctx) : []
  if (window !== undefined && window.endsAt <= now) ctx.ix.windows.delete(id)
  if (silence !== undefined && silence.endsAt <= now) forgetSilence(ctx, id)
  return toPlace
}

function isEdgeOf(silence: Silence | undefined, at: EpochMs): boolean {
  return silence !== undefined && (silence.startsAt === at || silence.endsAt === at)
}

/** Judges every firing alert again. O(firing alerts × silences); returns those to be placed. */
export function judgeAgain(ctx: Ctx): readonly string[] {
  return judgeSome(ctx, ctx.state.alerts.values())
}

function judgeSome(
  ctx: Ctx,
  alerts: Iterable<Readonly<AlertState> | undefined>,
): readonly string[] {
  const muters = mutersOf(ctx)
  const toPlace: string[] = []
  const news: { readonly identity: string; readonly by: Suppression | null }[] = []
  for (const alert of alerts) {
    if (alert?.status !== 'firing') continue
    const by = muterOf(ctx, alert, muters(alert.scope))
    const was = alert.suppressedBy
    if (by?.id !== was?.id || by?.kind !== was?.kind) news.push({ identity: alert.identity, by })
  }
  for (const known of news.sort((a, b) => compare(a.identity, b.identity))) {
    const { by } = known
    const alert = editAlert(ctx, known.identity)
    if (alert === undefined) continue
    const was = alert.suppressedBy
    alert.suppressedBy = by
    if (by !== null) mute(ctx, alert, by)
    else if (was !== null && unmute(ctx, alert, was.id)) toPlace.push(alert.identity)
  }
  return toPlace
}

function sayMuted(ctx: Ctx, alert: AlertState, { kind, id, reason }: Suppression): void {
  decide(ctx, {
    action: 'alert.suppressed',
    reason: `${kind}_${id}`,
    text: `Muted by ${reason}`,
    alert: episodeKey(alert),
    ...(alert.incident === null ? {} : { incident: alert.incident }),
  })
}

function mute(ctx: Ctx, alert: AlertState, by: Suppression): void {
  const key = episodeKey(alert)
  sayMuted(ctx, alert, by)
  ctx.ix.placements.remove(key)
  if (alert.incident === null) {
    // one that began within the entry at hand is counted once it has joined or not
    if (alert.outcome !== 'held') setOutcome(ctx, alert, 'suppressed')
    return
  }
  const incident = updateMember(ctx, alert.incident, key, { suppressed: true, side: null })
  if (incident !== undefined) planResolve(ctx, incident)
}

/** Whether the alert has no incident yet and is to be placed. */
function unmute(ctx: Ctx, alert: AlertState, by: string): boolean {
  const key = episodeKey(alert)
  decide(ctx, {
    action: 'alert.unsuppressed',
    reason: 'mute_ended',
    text: `No longer muted by ${by}`,
    alert: key,
    ...(alert.incident === null ? {} : { incident: alert.incident }),
  })
  return !resumeMember(ctx, alert)
}

/**
 * Puts a firing episode back to work in its incident, muted or not; a resolved incident reopens,
 * unless a person holds it resolved while this very episode fires. False where the incident is
 * closed or gone: then the episode has none any more.
 */
export function resumeMember(ctx: Ctx, alert: AlertState): boolean {
  const key = episodeKey(alert)
  const incident = alert.incident === null ? undefined : editIncident(ctx, alert.incident)
  const member = incident === undefined ? undefined : editMember(ctx, incident, key)
  if (incident === undefined || member === undefined || incident.status === 'closed') {
    if (member !== undefined) member.side = null
    ctx.ix.placements.remove(key)
    alert.incident = null
    return false
  }
  const isHeld = incident.heldResolved && member.firing
  const suppressed = alert.suppressedBy !== null
  const side = suppressed ? null : sideOf(ctx, alert)
  ctx.ix.placements.remove(key)
  if (side !== null)
    ctx.ix.placements.add(alert.scope, {
      ...side,
      key,
      identity: alert.identity,
      incident: incident.id,
    })
  updateMember(ctx, incident.id, key, { firing: true, endsAt: null, suppressed, side })
  if (suppressed) planResolve(ctx, incident)
  else if (!isHeld) afterJoin(ctx, incident)
  return true
}

/**
 * A muted alert joins silently the incident of what inhibits it, or else one that is about its own CI;
 * it never opens one. Returns whether it joined.
 */
export function joinMuted(ctx: Ctx, alert: AlertState): boolean {
  const inhibitors = inhibitorsIncident(ctx, alert)
  const home = inhibitors ?? besideOf(ctx, alert)
  const incident = home === null ? undefined : editIncident(ctx, home)
  if (incident === undefined) return false
  alert.incident = incident.id
  addMember(ctx, incident, toMember(ctx, alert, null))
  decide(ctx, {
    action: 'alert.joined',
    reason: inhibitors === null ? 'muted_beside' : 'inhibited_by_its_alert',
    text: `Joined ${incident.id} silently: it is muted, and ${inhibitors === null ? 'on the same CI' : 'what inhibits it is there'}`,
    alert: episodeKey(alert),
    incident: incident.id,
  })
  return true
}

function besideOf({ state, ix }: Ctx, { locus, scope }: AlertState): string | null {
  if (locus === null) return null
  const beside = ix.placements
    .of(scope)
    .on(locus, state.now, 8)
    .find((placement) => state.incidents.get(placement.incident)?.status === 'open')
  return beside?.incident ?? null
}

/** The incident of the alert that inhibits this one, while it lasts. */
function inhibitorsIncident({ state, ix }: Ctx, alert: AlertState): string | null {
  if (alert.suppressedBy?.kind !== 'inhibit') return null
  const source = ix.inhibitions.inhibitorOf(inhibitable(state, alert))?.source ?? ''
  const incident = state.incidents.get(state.alerts.get(source)?.incident ?? '')
  return incident?.status === 'open' || incident?.status === 'provisional' ? incident.id : null
}
