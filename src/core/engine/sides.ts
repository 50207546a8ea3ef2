/** What the link score is told of an alert and of the incidents near it. */
import type { LinkSide } from '../correlate/link.ts'
import type { OpenIncident } from '../correlate/open.ts'
import { limitsOf } from '../correlate/rules.ts'
import type { AlertState, IncidentState } from '../state.ts'
import type { EpochMs } from '../time.ts'
import { changesNear } from './changes.ts'
import type { Ctx } from './context.ts'
import { factsOf } from './facts.ts'
import { isReopenable } from './incidents.ts'
import { beganWith } from './weights.ts'

const REALM_LABELS = ['cluster', 'namespace', 'region', 'service', 'app', 'application', 'job']

/** Where and when the alert began, for links. */
export function sideOf(ctx: Ctx, alert: AlertState): LinkSide {
  const item = ctx.state.topology.items.get(alert.binding?.ci ?? '')
  const realm: Record<string, string> = {}
  for (const name of REALM_LABELS) {
    const value = alert.labels[name]
    if (value !== undefined && value !== '') realm[name] = value
  }
  const limits = limitsOf(factsOf(ctx.state, alert), ctx.state.rules.correlate)
  return {
    ...(limits === undefined ? {} : { limits }),
    startsAt: alert.startsAt,
    locus: alert.locus,
    bound: item !== undefined,
    signature: alert.signature,
    informational: alert.severity === 'info',
    realm,
    environment: item?.environment ?? alert.labels['environment'] ?? alert.labels['env'] ?? null,
    changes: alert.locus === null ? [] : changesNear(ctx, alert.locus, alert),
  }
}

/** Where the alert was before, and until when; one that flaps is expected to come again. */
export function episodeBefore(alert: AlertState): { incident: string; endedAt: EpochMs } | null {
  const { lastIncident, lastEndedAt, flap } = alert
  if (lastIncident === null || lastEndedAt === null || flap?.since != null) return null
  return { incident: lastIncident, endedAt: lastEndedAt }
}

/** An incident as a candidate; whether it takes alerts at all now. */
export function openIncidentOf(ctx: Ctx, id: string): OpenIncident | undefined {
  const incident = ctx.state.incidents.get(id)
  if (incident === undefined) return undefined
  const { status, resolvedAt } = incident
  const { now, rules } = ctx.state
  return {
    id,
    accepts:
      incident.dismissed === null &&
      (status === 'open' ||
        status === 'provisional' ||
        isReopenable(ctx, incident as IncidentState)),
    gap: incident.bounds.gap,
    lifetime: incident.bounds.lifetime,
    firstAlertAt: incident.firstAlertAt,
    endedAt: incident.members.endedAt(),
    firingShare:
      incident.firingCount / Math.max(1, incident.memberCount - incident.suppressedCount),
    firstKey: incident.head ?? '',
    ruled: incident.rule?.name ?? null,
    resolved:
      resolvedAt === null ? null : { agoMs: now - resolvedAt, reopenMs: rules.lifecycle.reopen },
    marks: () => incident.members.markNames(),
    ...(incident.weights === null ? {} : { weights: beganWith(ctx, incident) }),
  }
}
