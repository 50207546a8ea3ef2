/** An alert that gets worse or better while it fires: the same episode, another urgency. */
import type { AlertEvent, Severity } from '../model.ts'
import type { AlertState, IncidentState } from '../state.ts'
import { type Ctx, decide, editIncident, episodeKey } from './context.ts'
import { afterJoin, reopen } from './incidents.ts'
import { isAtLeast, showFacts, tellWhatIsNew, updateMember } from './members.ts'
import { inhibitable } from './muting.ts'
import { fitBefore, followRegraded, noteRegraded } from './regrade.ts'

/**
 * Takes over the severity of a report of a firing episode. Its incident opens, rises or falls with
 * it; one that a person holds resolved stays so: nothing new has joined it. Where the severity says something
 * for the place of the alert, {@link followSeverities} is to be called once the entry is known.
 */
export function noteSeverity(ctx: Ctx, alert: AlertState, event: AlertEvent): void {
  if (alert.status !== 'firing') return
  const text = event.severityText ?? null
  if (alert.severity === event.severity && alert.severityText === text) return
  const was = alert.severity
  const before = was === event.severity ? null : fitBefore(ctx, alert, event.severity)
  alert.severity = event.severity
  alert.severityText = text
  ctx.out.alerts.add(alert.identity)
  if (was === event.severity) return
  ctx.ix.inhibitions.renew(inhibitable(ctx.state, alert))
  const key = episodeKey(alert)
  decide(ctx, {
    action: 'alert.severity_changed',
    reason: isAtLeast(event.severity, was) ? 'worse' : 'better',
    text: `Now ${event.severity}; it was ${was}`,
    alert: key,
    ...(alert.incident === null ? {} : { incident: alert.incident }),
  })
  if (alert.incident === null) return
  const incident = updateMember(ctx, alert.incident, key, { severity: event.severity })
  if (incident === undefined) return
  showFacts(ctx, incident)
  if (before === null) followSeverity(ctx, incident, event.severity)
  else noteRegraded(ctx, alert, before)
}

/** Where what is more or less severe now belongs; its incident follows it, and people hear of it. */
export function followSeverities(ctx: Ctx): void {
  for (const key of followRegraded(ctx)) {
    const incident = editIncident(ctx, ctx.ix.placements.get(key)?.incident ?? '')
    const member = incident?.members.get(key)
    if (incident !== undefined && member !== undefined)
      followSeverity(ctx, incident, member.severity)
  }
}

function followSeverity(ctx: Ctx, incident: IncidentState, severity: Severity): void {
  const { dismissed } = incident
  if (dismissed !== null && incident.status === 'resolved' && !isAtLeast(dismissed, severity))
    reopen(ctx, incident, {
      reason: 'worse_than_dismissed',
      text: `Reopened: it is ${severity} now, and what was dismissed was ${dismissed}`,
    })
  if (incident.status !== 'open' && incident.status !== 'provisional') return
  afterJoin(ctx, incident)
  tellWhatIsNew(ctx, incident)
}
