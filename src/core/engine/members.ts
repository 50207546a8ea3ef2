/** Members of incidents: adding, removing, and what an incident shows because of them. */
import type { LinkSide } from '../correlate/link.ts'
import { byStart } from '../correlate/placements.ts'
import type { Severity } from '../model.ts'
import { SEVERITIES } from '../model.ts'
import { decidePriority } from '../priority.ts'
import type { Member, MemberChange, Seen } from '../roster.ts'
import type { AlertState, IncidentState } from '../state.ts'
import { type Ctx, decide, editIncident, episodeKey } from './context.ts'
import { priorityRulesOf } from './priority-rules.ts'
import { findRoute, isRoutedAnew, routingOf, sayRoute, toldChannels } from './route.ts'
import { serviceOf } from './service.ts'

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
    snap: 0,
    key: episodeKey(alert),
    incident: '',
    order: 0,
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
    service: null,
    priorityRules: [],
    routing: [],
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

/** Adds a new member and brings the incident's own facts up to date. O(services + log members). */
export function addMember(ctx: Ctx, incident: IncidentState, member: Member): void {
  member.service = serviceOf(member, ctx.state.topology)
  member.priorityRules = priorityRulesOf(ctx.state, member)
  member.routing = routingOf(ctx.state, member)
  ctx.state.members.set(member)
  enter(incident, member)
  showFacts(ctx, incident)
}

/** Lets a member of `from` be one of `to` instead; both are to be shown anew. O(log members). */
export function passMember(
  ctx: Ctx,
  key: string,
  { from, to }: { readonly from: IncidentState; readonly to: IncidentState },
): Member | undefined {
  const member = editMember(ctx, from, key)
  if (member === undefined) return undefined
  from.members.leave(key)
  enter(to, member)
  return member
}

function enter(incident: IncidentState, member: Member): void {
  incident.joined += 1
  member.incident = incident.id
  member.order = incident.joined
  incident.members.join(member)
}

/** A member to be changed. */
export function editMember(
  ctx: Ctx,
  incident: Pick<IncidentState, 'members'>,
  key: string,
): Member | undefined {
  const member = incident.members.get(key)
  return member === undefined ? undefined : ctx.state.members.edit(member)
}

/** Takes a member out for good. O(services + log members). */
export function removeMember(ctx: Ctx, incident: IncidentState, key: string): void {
  const member = incident.members.leave(key)
  if (member === undefined) return
  ctx.state.members.delete(member)
  showFacts(ctx, incident)
}

/** Lets the members stand in the order in which they began to be members. O(members · log members). */
export function sortMembers(ctx: Ctx, incident: IncidentState): void {
  const sorted = [...incident.members.values()].sort(
    (a, b) => a.addedAt - b.addedAt || byStart(a, b),
  )
  for (const { key } of sorted) {
    const member = editMember(ctx, incident, key)
    if (member === undefined) continue
    incident.members.leave(key)
    enter(incident, member)
  }
  showFacts(ctx, incident)
}

/**
 * Services of the members by the topology in force, and the rules that hold for them. O(members ×
 * rules), with one walk for each CI.
 */
export function countServices(ctx: Ctx, incident: IncidentState): void {
  const known = new Map<string, string | null>()
  const serviceNow = (member: Seen): string | null => {
    const { ci, labels } = member
    const about = JSON.stringify([ci, labels['service'], labels['app'], labels['job']])
    const found = known.get(about)
    if (found !== undefined) return found
    const service = serviceOf(member, ctx.state.topology)
    known.set(about, service)
    return service
  }
  for (const seen of incident.members.values()) {
    const service = serviceNow(seen)
    const priorityRules = priorityRulesOf(ctx.state, seen)
    const routing = routingOf(ctx.state, seen)
    const sameRules =
      priorityRules.join() === seen.priorityRules.join() &&
      JSON.stringify(routing) === JSON.stringify(seen.routing)
    if (service === seen.service && sameRules) continue
    const member = ctx.state.members.edit(seen)
    if (member !== undefined) incident.members.change(member, { service, priorityRules, routing })
  }
  showFacts(ctx, incident, false)
}

/**
 * Takes over what the members say of the incident. O(services), whatever the number of members.
 *
 * @param isNews false: nothing happened to it, rules or the CMDB have changed
 */
export function showFacts(ctx: Ctx, incident: IncidentState, isNews = true): void {
  const { members } = incident
  incident.memberCount = members.size
  incident.suppressedCount = members.suppressedCount
  incident.staleCount = members.staleCount
  incident.firingCount = members.firingCount
  const span = members.span()
  if (span !== null) {
    incident.firstAlertAt = span.first
    incident.lastAlertAt = span.last
  }
  incident.head = members.head()?.key ?? null
  incident.severity = members.severity()
  incident.services = members.serviceIds()
  incident.changes = members.changeIds()
  incident.flappingSince = members.flappingSince()
  describe(ctx, incident, isNews)
}

/** Title, service and priority; tells people when the priority rises after they were told. */
function describe(ctx: Ctx, incident: IncidentState, isNews: boolean): void {
  const head = incident.members.head()
  const [service] = incident.services
  incident.service = service ?? null
  if (head !== null) incident.title = titleOf(head, incident)
  const { severity, services } = incident
  const criticality = worstCriticality(ctx, incident)
  const next = decidePriority(
    {
      ...{ severity, services: services.length, criticality },
      holds: (rule) => incident.members.holding(rule),
    },
    ctx.state.rules.priority,
  )
  incident.impact = next.impact
  incident.urgency = next.urgency
  incident.priority = next.priority
  incident.priorityEvidence = next.terms
  findRoute(ctx, incident, isNews)
}

function titleOf(head: Seen, incident: IncidentState): string {
  const more = incident.memberCount - 1
  if (more === 0) return head.title
  const services = incident.services.length
  const where = services > 1 ? ` on ${services} services` : ''
  return `${head.title} (+${more} ${more === 1 ? 'alert' : 'alerts'}${where})`
}

function worstCriticality(ctx: Ctx, incident: IncidentState): number | null {
  const worst = worstOf(ctx, incident.services)
  const head = incident.members.head()
  const own = ctx.state.topology.items.get(head?.ci ?? '')?.criticality
  return own === undefined ? worst : Math.min(worst ?? 4, own)
}

/** The most critical of the services; looked up once for each list and topology. */
function worstOf({ state, ix }: Ctx, services: readonly string[]): number | null {
  const { topology } = state
  const known = ix.criticality.get(services)
  if (known?.topology === topology) return known.worst
  let worst: number | null = null
  for (const ci of services) {
    const criticality = topology.items.get(ci)?.criticality
    if (criticality !== undefined) worst = Math.min(worst ?? 4, criticality)
  }
  ix.criticality.set(services, { topology, worst })
  return worst
}

/**
 * Notes that an alert began or stopped flapping: its present episode, and those before that are
 * still said to flap. O(flapping members).
 */
export function updateFlapping(
  ctx: Ctx,
  id: string,
  alert: Pick<AlertState, 'id' | 'startsAt' | 'identity' | 'flap'>,
): void {
  const incident = editIncident(ctx, id)
  if (incident === undefined) return
  const flappingSince = alert.flap?.since ?? null
  const before = incident.members.flappingOf(alert.identity).map(({ key }) => key)
  for (const key of new Set([...before, episodeKey(alert)])) {
    const member = editMember(ctx, incident, key)
    if (member !== undefined) incident.members.change(member, { flappingSince })
  }
  showFacts(ctx, incident)
}

/** Notes what became of a member. O(services + log members). */
export function updateMember(
  ctx: Ctx,
  id: string,
  key: string,
  change: MemberChange,
): IncidentState | undefined {
  const incident = editIncident(ctx, id)
  const member = incident === undefined ? undefined : editMember(ctx, incident, key)
  if (incident === undefined || member === undefined) return undefined
  incident.members.change(member, change)
  if (change.severity !== undefined) {
    const priorityRules = priorityRulesOf(ctx.state, member)
    incident.members.change(member, { priorityRules, routing: routingOf(ctx.state, member) })
  }
  incident.firingCount = incident.members.firingCount
  incident.staleCount = incident.members.staleCount
  if (incident.suppressedCount !== incident.members.suppressedCount) showFacts(ctx, incident)
  return incident
}

/** Whether the incident has become something else than people were told. O(services). */
export function hasNews(incident: Readonly<IncidentState>): boolean {
  const { told, priority, services } = incident
  if (told === null) return false
  const grew = priority < told.priority || added(services, told.services).length > 0
  return grew || isRoutedAnew(incident)
}

function added(services: readonly string[], told: readonly string[]): readonly string[] {
  if (told === services) return []
  const known = new Set(told)
  return services.filter((service) => !known.has(service))
}

/** Tells people what is new about an incident they know of: a higher priority, another service, another route. */
export function tellWhatIsNew(ctx: Ctx, incident: IncidentState): void {
  const told = incident.told
  if (told === null || incident.status !== 'open') return
  tellRaised(ctx, incident, told)
  tellServices(ctx, incident, told)
  // last: whoever comes along only now need not hear of what came before
  sayRoute(ctx, incident)
}

type Told = NonNullable<IncidentState['told']>

function tellRaised(ctx: Ctx, incident: IncidentState, told: Told): void {
  if (incident.priority >= told.priority) return
  decide(ctx, {
    action: 'incident.priority_changed',
    reason: incident.priorityEvidence.some(({ name }) => name === 'rule')
      ? 'priority_rule'
      : 'impact_or_urgency_rose',
    text: `Priority rose from P${told.priority} to P${incident.priority}`,
    incident: incident.id,
    terms: incident.priorityEvidence,
    channels: toldChannels(incident),
  })
  told.priority = incident.priority
}

function tellServices(ctx: Ctx, incident: IncidentState, told: Told): void {
  const news = added(incident.services, told.services)
  if (news.length === 0) return
  decide(ctx, {
    action: 'incident.service_added',
    reason: 'alert_on_another_service',
    text: `Now also touches ${news.join(', ')}`,
    incident: incident.id,
    channels: toldChannels(incident),
  })
  told.services = incident.services
}
