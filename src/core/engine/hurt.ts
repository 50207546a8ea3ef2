/** What an incident hurts, from its members and what a person confirmed. */
import { impactOf } from '../impact.ts'
import type { IncidentState } from '../state.ts'
import type { Ctx } from './context.ts'

/** Works out what the incident hurts. Where nothing fires any more, what was hurt last stays. */
export function weighHurt(ctx: Ctx, incident: IncidentState): void {
  if (!ctx.explains) return
  const members = incident.members.lookedAt('unmuted')
  const firing = members.filter((member) => member.firing)
  if (firing.length === 0 && incident.hurts !== null) return
  incident.hurts = impactOf({
    alerts: firing.length === 0 ? members : firing,
    some: members.length < incident.memberCount - incident.suppressedCount,
    confirmedCause: incident.confirmedCause,
    topology: ctx.state.topology,
  })
}
