/** Muting changes: a silence or window began, ended or was edited; alerts are judged again. */
import type { SilenceEntry } from '../entry.ts'
import type { AlertState } from '../state.ts'
import { decideSuppression, type Suppression } from '../suppress.ts'
import { compare } from '../topology.ts'
import { type Ctx, decide, editAlert, editIncident, episodeKey } from './context.ts'
import { afterJoin, planResolve } from './incidents.ts'
import { addMember, editMember, toMember, updateMember } from './members.ts'
import { setOutcome } from './place.ts'
import { sideOf } from './sides.ts'

/** Takes over a silence; returns the alerts it unmuted, to be placed. */
export function applySilence(ctx: Ctx, { actor, silence }: SilenceEntry): readonly string[] {
  const { state, ix } = ctx
  state.silences.set({ snap: 0, silence })
  for (const at of [silence.startsAt, silence.endsAt]) {
    if (at > state.now) ix.timers.add(at, 'silence', silence.id)
  }
  decide(ctx, {
    action: 'silence.changed',
    reason: silence.endsAt <= state.now ? 'expired' : 'set',
    text: `${silence.kind}: ${silence.comment}`,
    actor,
  })
  return judgeAgain(ctx)
}

/**
 * Decides whether a firing episode is muted. A muted one is bound and kept; the caller places the
 * others.
 */
export function judge(ctx: Ctx, alert: AlertState): boolean {
  const { state } = ctx
  const about = { labels: alert.labels, ci: alert.binding?.ci ?? null }
  const silences = [...state.silences.values()].map(({ silence }) => silence)
  const decision = decideSuppression(about, silences, state.now, {
    pack: state.rules.suppress,
    topology: state.topology,
  })
  if (decision.action === 'pass') return true
  alert.suppressedBy = decision.by
  decide(ctx, {
    action: 'alert.suppressed',
    reason: `${decision.by.kind}_${decision.by.id}`,
    text: `Muted by ${decision.by.reason}`,
    alert: episodeKey(alert),
    ...(alert.incident === null ? {} : { incident: alert.incident }),
  })
  return false
}

/** A silence began or ended; one that has ended is forgotten. Returns the alerts to be placed. */
export function endSilence(ctx: Ctx, id: string): readonly string[] {
  const { silences, now } = ctx.state
  const toPlace = judgeAgain(ctx)
  const silence = silences.get(id)?.silence
  if (silence !== undefined && silence.endsAt <= now) silences.delete(id)
  return toPlace
}

/** Judges every firing alert again. O(firing alerts × silences); returns those to be placed. */
export function judgeAgain(ctx: Ctx): readonly string[] {
  const { state } = ctx
  const silences = [...state.silences.values()].map(({ silence }) => silence)
  const options = { pack: state.rules.suppress, topology: state.topology }
  const toPlace: string[] = []
  const news: { readonly identity: string; readonly by: Suppression | null }[] = []
  for (const { identity, status, labels, binding, suppressedBy: was } of state.alerts.values()) {
    if (status !== 'firing') continue
    const about = { labels, ci: binding?.ci ?? null }
    const decision = decideSuppression(about, silences, state.now, options)
    const by = decision.action === 'suppress' ? decision.by : null
    if (by?.id !== was?.id || by?.kind !== was?.kind) news.push({ identity, by })
  }
  for (const known of news.sort((a, b) => compare(a.identity, b.identity))) {
    const { by } = known
    const alert = editAlert(ctx, known.identity)
    if (alert === undefined) continue
    const was = alert.suppressedBy
    alert.suppressedBy = by
    if (by !== null) mute(ctx, alert)
    else if (was !== null && unmute(ctx, alert, was.id)) toPlace.push(alert.identity)
  }
  return toPlace
}

function mute(ctx: Ctx, alert: AlertState): void {
  const key = episodeKey(alert)
  decide(ctx, {
    action: 'alert.suppressed',
    reason: `${alert.suppressedBy?.kind}_${alert.suppressedBy?.id}`,
    text: `Muted by ${alert.suppressedBy?.reason}`,
    alert: key,
    ...(alert.incident === null ? {} : { incident: alert.incident }),
  })
  ctx.ix.placements.remove(key)
  if (alert.incident === null) {
    setOutcome(ctx, alert, 'suppressed')
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
    ctx.ix.placements.add({ ...side, key, identity: alert.identity, incident: incident.id })
  updateMember(ctx, incident.id, key, { firing: true, endsAt: null, suppressed, side })
  if (suppressed) planResolve(ctx, incident)
  else if (!isHeld) afterJoin(ctx, incident)
  return true
}

/**
 * A muted alert joins an incident that is about its own CI silently; it never opens one.
 * Returns whether it joined.
 */
export function joinMuted(ctx: Ctx, alert: AlertState): boolean {
  if (alert.locus === null) return false
  const beside = ctx.ix.placements
    .on(alert.locus, ctx.state.now, 8)
    .find((placement) => ctx.state.incidents.get(placement.incident)?.status === 'open')
  const incident = beside === undefined ? undefined : editIncident(ctx, beside.incident)
  if (incident === undefined) return false
  alert.incident = incident.id
  addMember(ctx, incident, toMember(ctx, alert, null))
  decide(ctx, {
    action: 'alert.joined',
    reason: 'muted_beside',
    text: `Joined ${incident.id} silently: it is muted, and on the same CI`,
    alert: episodeKey(alert),
    incident: incident.id,
  })
  return true
}
