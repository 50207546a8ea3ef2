/** Members of incidents: adding, removing, and what an incident shows because of them. */
import type { LinkSide } from '../correlate/link.ts'
import type { Severity } from '../model.ts'
import { SEVERITIES } from '../model.ts'
import { decidePriority } from '../priority.ts'
import type { AlertState, IncidentState, Member } from '../state.ts'
import { compare, type Topology } from '../topology.ts'
import { type Ctx, decide, editIncident, episodeKey } from './context.ts'

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity)
}

/** Whether `a` is at least as bad as `b`; `unknown` counts as a warning: nobody said it is harmless. */
export function isAtLeast(a: Severity, b: Severity): boolean {
  return severityRank(a === 'unknown' ? 'warning' : a) <= severityRank(b)
}

/** The episode as a member; a copy, because the alert may fire anew. */
export function toMember(ctx: Ctx, alert: AlertState, side: LinkSide | null): Member {
  return {
    key: episodeKey(alert),
    identity: alert.identity,
    startsAt: alert.startsAt,
    fingerprint: alert.fingerprint,
    signature: alert.signature,
    rule: alert.rule,
    title: alert.title,
    severity: alert.severity,
    labels: alert.labels,
    annotations: alert.annotations,
    ci: alert.binding?.ci ?? null,
    locus: alert.locus,
    firing: alert.status === 'firing',
    endsAt: alert.endsAt,
    suppressed: alert.suppressedBy !== null,
    stale: alert.stale,
    flappingSince: alert.flap?.since ?? null,
    addedAt: ctx.state.now,
    changes: side?.changes ?? [],
    side,
    surprise: alert.surprise,
    past: null,
  }
}

/**
 * Adds a member and brings the incident's own facts up to date. O(services); O(members) where all
 * members before were muted.
 */
export function addMember(ctx: Ctx, incident: IncidentState, member: Member): void {
  const wasQuiet = incident.memberCount === incident.suppressedCount
  incident.members[member.key] = member
  if (wasQuiet) {
    recount(ctx, incident)
    return
  }
  incident.memberCount += 1
  if (member.stale) incident.staleCount += 1
  noteChanges(incident, member)
  noteFlapping(incident, member)
  if (member.suppressed) incident.suppressedCount += 1
  else addLoud(ctx, incident, member)
  describe(ctx, incident)
}

function addLoud(ctx: Ctx, incident: IncidentState, member: Member): void {
  if (member.firing) incident.firingCount += 1
  incident.firstAlertAt = Math.min(incident.firstAlertAt, member.startsAt)
  incident.lastAlertAt = Math.max(incident.lastAlertAt, member.startsAt)
  const head = incident.head === null ? undefined : incident.members[incident.head]
  if (head === undefined || byHead(member, head) < 0) incident.head = member.key
  if (isWorse(member.severity, incident.severity)) incident.severity = member.severity
  const service = serviceOf(member, ctx.state.topology)
  if (service !== null && !incident.services.includes(service)) incident.services.push(service)
}

/** Takes a member out and works the incident's facts out anew. O(members). */
export function removeMember(ctx: Ctx, incident: IncidentState, key: string): Member | undefined {
  const member = incident.members[key]
  if (member === undefined) return undefined
  delete incident.members[key]
  recount(ctx, incident)
  return member
}

/** Works out every fact of the incident that comes from its members. O(members). */
export function recount(ctx: Ctx, incident: IncidentState): void {
  const members = Object.values(incident.members)
  const loud = members.filter((member) => !member.suppressed)
  incident.memberCount = members.length
  incident.suppressedCount = members.length - loud.length
  incident.staleCount = members.filter((member) => member.stale).length
  incident.firingCount = loud.filter((member) => member.firing).length
  const starts = (loud.length > 0 ? loud : members).map((member) => member.startsAt)
  if (starts.length > 0) {
    incident.firstAlertAt = starts.reduce((a, b) => Math.min(a, b))
    incident.lastAlertAt = starts.reduce((a, b) => Math.max(a, b))
  }
  incident.head = [...loud].sort(byHead)[0]?.key ?? members[0]?.key ?? null
  incident.severity = loud.reduce<Severity>(
    (worst, { severity }) => (isWorse(severity, worst) ? severity : worst),
    'none',
  )
  incident.services = []
  incident.changes = []
  incident.flappingSince = null
  for (const member of members) {
    noteChanges(incident, member)
    noteFlapping(incident, member)
  }
  for (const member of loud) {
    const service = serviceOf(member, ctx.state.topology)
    if (service !== null && !incident.services.includes(service)) incident.services.push(service)
  }
  describe(ctx, incident)
}

function noteChanges(incident: IncidentState, member: Member): void {
  for (const change of member.changes) {
    if (!incident.changes.includes(change)) incident.changes.push(change)
  }
}

function noteFlapping(incident: IncidentState, { flappingSince }: Member): void {
  if (flappingSince === null) return
  incident.flappingSince = Math.min(incident.flappingSince ?? flappingSince, flappingSince)
}

function isWorse(a: Severity, b: Severity): boolean {
  const rank = (severity: Severity): number =>
    severity === 'unknown' ? severityRank('warning') + 0.5 : severityRank(severity)
  return rank(a) < rank(b)
}

function byHead(a: Member, b: Member): number {
  return (
    severityRank(a.severity) - severityRank(b.severity) ||
    a.startsAt - b.startsAt ||
    compare(a.key, b.key)
  )
}

const SERVICE_CLASSES = new Set(['service', 'application', 'business_service', 'business-service'])

/**
 * The service a member is about: its CI if that is a service, else the nearest service it belongs
 * to or that runs on it (two relations at most), else what its labels say.
 */
export function serviceOf(member: Member, topology: Topology): string | null {
  const isService = (ci: string): boolean =>
    SERVICE_CLASSES.has(topology.items.get(ci)?.class ?? '')
  if (member.ci !== null) {
    if (isService(member.ci)) return member.ci
    const next = (ci: string): readonly string[] =>
      topology
        .edges(ci)
        .filter((edge) => edge.kind !== 'call')
        .map((edge) => edge.ci)
    const near = next(member.ci)
    const found = near.find(isService) ?? near.flatMap(next).find(isService)
    if (found !== undefined) return found
  }
  return member.labels['service'] ?? member.labels['app'] ?? member.labels['job'] ?? null
}

/** Title, service and priority; tells people when the priority rises after they were told. */
function describe(ctx: Ctx, incident: IncidentState): void {
  const head = incident.head === null ? undefined : incident.members[incident.head]
  const [service] = incident.services
  incident.service = service ?? null
  if (head !== undefined) incident.title = titleOf(head, incident)
  const { severity, services } = incident
  const criticality = worstCriticality(ctx, incident)
  const next = decidePriority(
    { severity, services: services.length, criticality },
    ctx.state.rules.priority,
  )
  incident.impact = next.impact
  incident.urgency = next.urgency
  incident.priority = next.priority
  incident.priorityEvidence = next.terms
}

function titleOf(head: Member, incident: IncidentState): string {
  const more = incident.memberCount - 1
  if (more === 0) return head.title
  const services = incident.services.length
  const where = services > 1 ? ` on ${services} services` : ''
  return `${head.title} (+${more} ${more === 1 ? 'alert' : 'alerts'}${where})`
}

function worstCriticality(ctx: Ctx, incident: IncidentState): number | null {
  let worst: number | null = null
  for (const ci of incident.services) {
    const criticality = ctx.state.topology.items.get(ci)?.criticality
    if (criticality !== undefined) worst = Math.min(worst ?? 4, criticality)
  }
  const head = incident.head === null ? undefined : incident.members[incident.head]
  const own = ctx.state.topology.items.get(head?.ci ?? '')?.criticality
  return own === undefined ? worst : Math.min(worst ?? 4, own)
}

type MemberChange = Partial<Pick<Member, 'firing' | 'endsAt' | 'suppressed' | 'stale' | 'side'>>

/** Notes that an alert began or stopped flapping, in all its episodes. O(members). */
export function updateFlapping(
  ctx: Ctx,
  id: string,
  { identity, flap }: Pick<AlertState, 'identity' | 'flap'>,
): void {
  const incident = editIncident(ctx, id)
  if (incident === undefined) return
  for (const member of Object.values(incident.members))
    if (member.identity === identity) member.flappingSince = flap?.since ?? null
  recount(ctx, incident)
}

/**
 * Notes what became of a member. O(1) where it only began or stopped firing or being stale, else
 * O(members).
 */
export function updateMember(
  ctx: Ctx,
  id: string,
  key: string,
  change: MemberChange,
): IncidentState | undefined {
  const incident = editIncident(ctx, id)
  const member = incident?.members[key]
  if (incident === undefined || member === undefined) return undefined
  const before = { ...member }
  Object.assign(member, change)
  if (before.suppressed !== member.suppressed) recount(ctx, incident)
  else {
    incident.firingCount += Number(isLoud(member)) - Number(isLoud(before))
    incident.staleCount += Number(member.stale) - Number(before.stale)
  }
  return incident
}

function isLoud(member: Member): boolean {
  return member.firing && !member.suppressed
}

/** Tells people what is new about an incident they know of: a higher priority, another service. */
export function tellWhatIsNew(ctx: Ctx, incident: IncidentState): void {
  const told = incident.told
  if (told === null || incident.status !== 'open') return
  if (incident.priority < told.priority) {
    decide(ctx, {
      action: 'incident.priority_changed',
      reason: 'impact_or_urgency_rose',
      text: `Priority rose from P${told.priority} to P${incident.priority}`,
      incident: incident.id,
      terms: incident.priorityEvidence,
    })
    told.priority = incident.priority
  }
  const added = incident.services.filter((service) => !told.services.includes(service))
  if (added.length > 0) {
    decide(ctx, {
      action: 'incident.service_added',
      reason: 'alert_on_another_service',
      text: `Now also touches ${added.join(', ')}`,
      incident: incident.id,
    })
    told.services = [...incident.services]
  }
}
