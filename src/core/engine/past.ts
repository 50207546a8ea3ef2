/** What problem discovery keeps of an incident. */
import type { PastIncident } from '../problems/types.ts'
import type { Seen } from '../roster.ts'
import type { IncidentProfile } from '../similar.ts'
import type { IncidentState } from '../state.ts'
import { compare } from '../topology.ts'
import type { Ctx } from './context.ts'
import { severityRank } from './members.ts'

/** Of signatures: those that count most. */
const MAX_SIGNATURES = 24

/**
 * The incident as problem discovery sees it: where its cause is, and the alert that stands for it.
 *
 * @param members at least one
 */
export function pastOf(
  ctx: Ctx,
  incident: IncidentState,
  of: { readonly members: readonly Seen[]; readonly profile: IncidentProfile },
): PastIncident {
  const { topology } = ctx.state
  const place = placeOf(incident, of.members)
  const there = of.members.filter(({ locus }) => locus === place)
  const [standing] = [...(there.length > 0 ? there : of.members)].sort(byStanding)
  const named = (kind: string): string[] =>
    Object.keys(of.profile.features)
      .filter((name) => name.startsWith(kind))
      .map((name) => name.slice(kind.length))
      .sort(compare)
  return {
    incident: incident.id,
    scope: incident.scope,
    startedAt: incident.firstAlertAt,
    resolvedAt: incident.resolvedAt ?? ctx.state.now,
    priority: incident.priority,
    signature: standing?.signature ?? '',
    place: place ?? `~service=${incident.service ?? ''}`,
    placeClass: place === null ? '~service' : (topology.items.get(place)?.class ?? '?'),
    service: incident.service,
    changes: named('change:'),
    signatures: named('signature:').slice(0, MAX_SIGNATURES),
  }
}

/** Where its cause is, else the one place of its alerts. */
function placeOf(incident: IncidentState, members: readonly Seen[]): string | null {
  if (incident.confirmedCause !== null) return incident.confirmedCause
  const [cause] = incident.rootCause?.candidates ?? []
  if (cause !== undefined && incident.rootCause?.abstained === false) return cause.ci
  const places = new Set(members.map(({ locus }) => locus))
  const [only] = places
  return places.size === 1 && only !== undefined ? only : null
}

/** The worst, then the first, then by name. */
function byStanding(a: Seen, b: Seen): number {
  return (
    severityRank(a.severity) - severityRank(b.severity) ||
    a.startsAt - b.startsAt ||
    compare(a.signature, b.signature)
  )
}
