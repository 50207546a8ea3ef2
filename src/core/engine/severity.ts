/** An alert that gets worse or better while it fires: the same episode, another urgency. */
import type { AlertEvent } from '../model.ts'
import type { AlertState } from '../state.ts'
import { type Ctx, decide, episodeKey } from './context.ts'
import { afterJoin, reopen } from './incidents.ts'
import { isAtLeast, showFacts, tellWhatIsNew, updateMember } from './members.ts'
import { inhibitable } from './muting.ts'

/**
 * Takes over the severity of a report of a firing episode. Its incident opens, rises or falls with
 * it; one that a person holds resolved stays so: nothing new has joined it.
 */
export function noteSeverity(ctx: Ctx, alert: AlertState, event: AlertEvent): void {
  if (alert.status !== 'firing') return
  const text = event.severityText ?? null
  if (alert.severity === event.severity && alert.severityText === text) return
  const before = alert.severity
  alert.severity = event.severity
  alert.severityText = text
  ctx.out.alerts.add(alert.identity)
  if (before === event.severity) return
  ctx.ix.inhibitions.renew(inhibitable(ctx.state, alert))
  const key = episodeKey(alert)
  decide(ctx, {
    action: 'alert.severity_changed',
    reason: isAtLeast(event.severity, before) ? 'worse' : 'better',
    text: `Now ${event.severity}; it was ${before}`,
    alert: key,
    ...(alert.incident === null ? {} : { incident: alert.incident }),
  })
  if (alert.incident === null) return
  const incident = updateMember(ctx, alert.incident, key, { severity: event.severity })
  if (incident === undefined) return
  showFacts(ctx, incident)
  const { dismissed } = incident
  if (dismissed !== null && incident.status === 'resolved' && !isAtLeast(dismissed, event.severity))
    reopen(ctx, incident, {
      reason: 'worse_than_dismissed',
      text: `Reopened: it is ${event.severity} now, and what was dismissed was ${dismissed}`,
    })
  if (incident.status !== 'open' && incident.status !== 'provisional') return
  afterJoin(ctx, incident)
  tellWhatIsNew(ctx, incident)
}
