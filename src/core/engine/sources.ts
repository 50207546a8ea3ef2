/**
 * Sources and silence: a claim that lapses means "resolved" only where its source is still heard.
 * A source that has fallen silent makes its alerts stale, and one alert says so.
 */
import { isClaimed } from '../dedup.ts'
import { hash64 } from '../fingerprint.ts'
import type { AlertEvent } from '../model.ts'
import type { AlertState } from '../state.ts'
import { MINUTE } from '../time.ts'
import { type Ctx, decide, editAlert, episodeKey } from './context.ts'
import { updateMember } from './members.ts'

/** Source id of what Faultline reports about itself. */
export const OWN_SOURCE = 'faultline'

/** Notes that a reporter was heard; its return starts the grace of its stale alerts. */
export function heardFrom(ctx: Ctx, source: string, reporter: string): void {
  const { state } = ctx
  if (source === OWN_SOURCE) return
  const known = state.sources.edit(reporter)
  if (known === undefined) {
    const at = { firstSeenAt: state.now, lastSeenAt: state.now }
    state.sources.set({ snap: 0, reporter, source, ...at, silentSince: null, graceUntil: null })
    return
  }
  known.lastSeenAt = state.now
  if (known.silentSince === null) return
  known.silentSince = null
  known.graceUntil = state.now + state.rules.dedup.grace
  ctx.ix.timers.add(known.graceUntil, 'expire', `source:${reporter}`)
  decide(ctx, {
    action: 'source.returned',
    reason: 'heard_again',
    text: `${reporter} is heard again`,
  })
}

/** A reporter that is restarted is quiet for a moment: that alone is no news. */
const MIN_SILENCE_MS = MINUTE

export type LapseDecision =
  | { readonly action: 'resolve'; readonly reason: 'not_repeated_while_source_heard' }
  | {
      readonly action: 'wait'
      readonly reason: 'grace_after_gap' | 'may_be_restarting'
      readonly until: number
    }
  | { readonly action: 'stale'; readonly reason: 'source_silent'; readonly reporters: string[] }
  | { readonly action: 'none'; readonly reason: 'still_live' }

/**
 * What it means that the last live claim of an alert has lapsed. A reporter counts as silent when
 * it was not heard in the second half of the time for which its claim was valid.
 */
export function decideLapse(ctx: Ctx, alert: AlertState): LapseDecision {
  const { state } = ctx
  if (isClaimed(alert.claims, state.now)) return { action: 'none', reason: 'still_live' }
  if (state.now < state.expiryGraceUntil)
    return { action: 'wait', reason: 'grace_after_gap', until: state.expiryGraceUntil }
  const lapsed = alert.claims.filter((claim) => claim.firing && claim.expiresAt !== null)
  const silent = lapsed.filter((claim) => {
    const source = state.sources.get(claim.reporter)
    const valid = Math.max(1, (claim.expiresAt ?? state.now) - claim.lastSeenAt)
    return source === undefined || state.now - source.lastSeenAt >= valid / 2
  })
  const graces = lapsed.map((claim) => state.sources.get(claim.reporter)?.graceUntil ?? 0)
  const grace = graces.reduce((a, b) => Math.max(a, b), 0)
  if (silent.length === lapsed.length && lapsed.length > 0) {
    const heard = silent.map((claim) => state.sources.get(claim.reporter)?.lastSeenAt ?? 0)
    const until = heard.reduce((a, b) => Math.max(a, b), 0) + MIN_SILENCE_MS
    if (state.now < until) return { action: 'wait', reason: 'may_be_restarting', until }
    return {
      action: 'stale',
      reason: 'source_silent',
      reporters: silent.map((claim) => claim.reporter),
    }
  }
  if (grace > state.now) return { action: 'wait', reason: 'grace_after_gap', until: grace }
  return { action: 'resolve', reason: 'not_repeated_while_source_heard' }
}

/** Marks an alert stale and its reporters silent; returns the reports about them to apply. */
export function markStale(ctx: Ctx, alert: AlertState, reporters: readonly string[]): AlertEvent[] {
  const { state } = ctx
  if (!alert.stale) {
    alert.stale = true
    ctx.out.alerts.add(alert.identity)
    decide(ctx, {
      action: 'alert.stale',
      reason: 'source_silent',
      text: `Not confirmed any more: ${reporters.join(', ')} has fallen silent`,
      alert: episodeKey(alert),
      ...(alert.incident === null ? {} : { incident: alert.incident }),
    })
    setStale(ctx, alert)
  }
  return reporters.flatMap((reporter) => {
    const source = state.sources.edit(reporter)
    if (source === undefined || source.silentSince !== null) return []
    source.silentSince = source.lastSeenAt
    decide(ctx, {
      action: 'source.silent',
      reason: 'claims_lapsed',
      text: `${reporter} has fallen silent while alerts of it fire`,
    })
    return [silenceEvent(ctx, reporter, 'firing')]
  })
}

/** An alert of ours about a source that has fallen silent, or its end. */
export function silenceEvent(
  ctx: Ctx,
  reporter: string,
  status: 'firing' | 'resolved',
): AlertEvent {
  const labels = { alertname: 'SourceSilent', reporter, severity: 'error' }
  return {
    kind: 'alert',
    source: OWN_SOURCE,
    family: OWN_SOURCE,
    reporter: OWN_SOURCE,
    relay: false,
    identity: labels,
    status,
    severity: 'error',
    severityText: 'error',
    rule: 'SourceSilent',
    title: `${reporter} has fallen silent while alerts of it fire`,
    labels,
    annotations: {
      description:
        'Its alerts are shown as stale: nobody confirms them, and nobody says that they have ended.',
    },
    startsAt: ctx.state.now,
    fingerprint: hash64(JSON.stringify(labels)),
    ...(status === 'resolved' ? { endsAt: ctx.state.now } : {}),
  }
}

/** A stale alert was reported again. */
export function noteReturn(ctx: Ctx, alert: AlertState): void {
  alert.stale = false
  decide(ctx, {
    action: 'alert.refreshed',
    reason: 'reported_again',
    text: 'Confirmed again by its source',
    alert: episodeKey(alert),
    ...(alert.incident === null ? {} : { incident: alert.incident }),
  })
  setStale(ctx, alert)
}

/** Brings the alert's member in line with it. */
function setStale(ctx: Ctx, alert: AlertState): void {
  if (alert.incident !== null)
    updateMember(ctx, alert.incident, episodeKey(alert), { stale: alert.stale })
}

/** Stale alerts that one of `reporter`'s claims keeps open. O(alerts); a source's return is rare. */
export function staleAlertsOf(ctx: Ctx, reporter: string): AlertState[] {
  const found: AlertState[] = []
  for (const known of ctx.state.alerts.values()) {
    if (!known.stale || !known.claims.some((claim) => claim.reporter === reporter)) continue
    const alert = editAlert(ctx, known.identity)
    if (alert !== undefined) found.push(alert)
  }
  return found.sort((a, b) => (a.identity < b.identity ? -1 : 1))
}
