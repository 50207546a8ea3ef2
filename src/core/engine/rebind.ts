/** Alerts are bound anew when what is known of names has changed. */
import { decideBinding, isOperational } from '../bind.ts'
import { locusOf } from '../identity.ts'
import type { AlertState } from '../state.ts'
import { compare } from '../topology.ts'
import { bindingBy, type Ctx, decide, editAlert, editIncident, episodeKey } from './context.ts'
import { editMember } from './members.ts'
import { sideOf } from './sides.ts'

/**
 * Binds firing alerts anew that are unbound, whose CI is gone or retired, or which `also` names; each is
 * a recorded decision. O(alerts).
 */
export function rebind(
  ctx: Ctx,
  also: (alert: Readonly<AlertState>) => boolean = () => false,
): void {
  const { state } = ctx
  const loose = [...state.alerts.values()]
    .filter((alert) => {
      const item = state.topology.items.get(alert.binding?.ci ?? '')
      return (
        alert.status === 'firing' && (item === undefined || !isOperational(item) || also(alert))
      )
    })
    .sort((a, b) => compare(a.identity, b.identity))
  for (const known of loose) {
    const decision = decideBinding({ labels: known.labels, at: known.startsAt }, bindingBy(state))
    const bound = decision.action === 'bind' ? decision.binding : null
    if (bound?.ci === known.binding?.ci && bound?.rule === known.binding?.rule) continue
    const alert = editAlert(ctx, known.identity)
    if (alert === undefined) continue
    alert.binding = decision.action === 'bind' ? decision.binding : null
    alert.locus = locusOf(alert.binding, alert.labels)
    decide(ctx, {
      action: 'alert.rebound',
      reason: decision.action === 'bind' ? decision.binding.rule : decision.reason,
      text: decision.action === 'bind' ? `Now bound to ${decision.binding.ci}` : 'No longer bound',
      alert: episodeKey(alert),
      ...(alert.incident === null ? {} : { incident: alert.incident }),
    })
    const key = episodeKey(alert)
    const incident = editIncident(ctx, alert.incident ?? '')
    const member = incident === undefined ? undefined : editMember(ctx, incident, key)
    if (incident === undefined || member === undefined) continue
    const side = member.side === null ? null : sideOf(ctx, alert)
    const ci = alert.binding?.ci ?? null
    incident.members.change(member, { ci, locus: alert.locus, side })
    if (side === null) continue
    const placed = ctx.ix.placements.get(key)
    if (placed === undefined) continue
    ctx.ix.placements.remove(key)
    ctx.ix.placements.add(alert.scope, { ...placed, ...side })
  }
}
