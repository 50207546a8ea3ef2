/** What an incident is about: root cause, articles and similar incidents, from its members. */
import { suggestArticles } from '../knowledge.ts'
import { familyKey } from '../problems/families.ts'
import { rankRootCauses } from '../rootcause.ts'
import type { Seen } from '../roster.ts'
import { isSameJson } from '../same.ts'
import { scopedKey } from '../scope.ts'
import { addProfile, type IncidentProfile, similarIncidents } from '../similar.ts'
import type { IncidentState } from '../state.ts'
import { compare } from '../topology.ts'
import { votesFor } from '../votes.ts'
import { alikeIn, forgetOldest } from './alike.ts'
import { KEEP_CHANGES_MS, recentChanges } from './changes.ts'
import { type Ctx, decide } from './context.ts'
import { weighHurt } from './hurt.ts'
import { bestOf, importedLike } from './imported-like.ts'
import { publishWorkarounds, withKnownError } from './known-errors.ts'
import { isAtLeast } from './members.ts'
import { noiseOf } from './noise.ts'
import { pastOf } from './past.ts'
import { keepPast, recognise } from './problems.ts'

const MAX_ARTICLES = 5
const MAX_SIMILAR = 8

/** Works out what the incident is about and records it where it changed. */
export function analyse(ctx: Ctx, incident: IncidentState): void {
  if (!ctx.explains) return
  const members = incident.members.lookedAt('unmuted')
  if (members.length === 0) return
  const before = [incident.rootCause, incident.articles, incident.similar]
  weighHurt(ctx, incident)
  // what a person confirmed stands: the list they looked at must not change under them
  if (incident.confirmedCause === null || incident.rootCause === null)
    incident.rootCause = causesOf(
      ctx,
      incident.scope,
      incident.suppressedCount === 0 ? members : incident.members.lookedAt('all'),
    )
  const profile = profileOf(ctx, incident)
  const past = pastOf(ctx, incident, { members, profile })
  const own = similarIncidents(
    { ...profile, family: familyKey(past) },
    alikeIn(ctx.ix.similar, incident.scope),
    MAX_SIMILAR,
  )
  incident.similar = bestOf(own, importedLike(ctx, incident, MAX_SIMILAR), MAX_SIMILAR)
  recognise(ctx, incident, past)
  publishWorkarounds(ctx, 'engine') // of a problem that has just come back
  const suggested = articlesFor(ctx, incident, members)
  incident.articles = withKnownError(ctx, incident, suggested).slice(0, MAX_ARTICLES)
  if (isSameJson(before, [incident.rootCause, incident.articles, incident.similar])) return
  const [cause] = incident.rootCause.candidates
  const text =
    cause === undefined || incident.rootCause.abstained
      ? incident.rootCause.reason
      : `Probable cause: ${cause.ci}`
  decide(ctx, {
    action: 'incident.analysed',
    reason: incident.rootCause.abstained ? 'abstained' : 'ranked',
    text,
    incident: incident.id,
  })
}

function causesOf(
  ctx: Ctx,
  scope: string,
  members: readonly Seen[],
): NonNullable<IncidentState['rootCause']> {
  const { state } = ctx
  const signatures = [...new Set(members.map(({ signature }) => signature))].sort(compare)
  const confirmed = new Map<string, number>()
  for (const { scope: of, signature, ci, count } of state.confirmed.values()) {
    if (of === scope && signatures.includes(signature))
      confirmed.set(ci, (confirmed.get(ci) ?? 0) + count)
  }
  return rankRootCauses({
    at: state.now,
    members: members.map((member) => ({
      id: member.key,
      ci: member.ci,
      signature: member.signature,
      rule: member.rule,
      severity: member.severity,
      labels: member.labels,
      surprise: member.surprise,
      startsAt: member.startsAt,
      suppressed: member.suppressed,
    })),
    topology: state.topology,
    changes: recentChanges(ctx, { at: state.now, windowMs: KEEP_CHANGES_MS, scope }),
    confirmed,
    monitored: (ci) => state.raised.has(scopedKey(scope, ci)),
  })
}

function articlesFor(
  ctx: Ctx,
  incident: IncidentState,
  members: readonly Seen[],
): IncidentState['articles'] {
  const { state, ix } = ctx
  const signatures = new Set(members.map(({ signature }) => signature))
  const votes = votesFor(state.votes.values(), {
    scope: incident.scope,
    signatures,
    now: state.now,
  })
  const cause = causeOf(incident)
  const classes = members.flatMap(({ ci }) => state.topology.items.get(ci ?? '')?.class ?? [])
  return suggestArticles(ix.knowledge, {
    signatures: members.map(({ rule, title, annotations, labels, surprise, ci }) => ({
      ...{ rule, title, annotations, labels, surprise },
      atCause: ci !== null && ci === cause,
    })),
    ciClasses: [...new Set(classes)].sort(compare),
    services: [...incident.services].sort(compare),
    runbookUrls: [
      ...new Set(members.flatMap(({ annotations }) => annotations['runbook_url'] ?? [])),
    ].sort(compare),
    votes,
    limit: MAX_ARTICLES,
  })
}

/** The CI that a person confirmed as the cause, else the one that stands out. */
function causeOf({ confirmedCause, rootCause }: IncidentState): string | null {
  if (confirmedCause !== null) return confirmedCause
  return rootCause?.abstained === false ? (rootCause.candidates[0]?.ci ?? null) : null
}

/** Keeps what a resolved incident was like, so that later ones can be compared with it. */
export function remember(ctx: Ctx, incident: IncidentState): void {
  if (!ctx.explains || (incident.openedAt === null && !wouldHaveOpened(ctx, incident))) return
  const features = profileOf(ctx, incident)
  const members = incident.members.lookedAt('unmuted')
  const past =
    members.length > 0 ? pastOf(ctx, incident, { members, profile: features }) : undefined
  const profile = past === undefined ? features : { ...features, family: familyKey(past) }
  ctx.state.profiles.set({ snap: 0, scope: incident.scope, incident: incident.id, profile })
  if (past !== undefined) keepPast(ctx, incident, past)
  const { profiles } = ctx.state
  for (const id of addProfile(alikeIn(ctx.ix.similar, incident.scope), profile)) profiles.delete(id)
  for (const id of forgetOldest(ctx.ix.similar, profiles.size)) profiles.delete(id)
}

/** What was held as a transient recurs all the same: problem management is to see it. */
function wouldHaveOpened(ctx: Ctx, incident: IncidentState): boolean {
  const [first] = incident.members.values()
  const { open_severity } = ctx.state.rules.lifecycle
  if (first === undefined || !isAtLeast(incident.severity, open_severity)) return false
  return noiseOf(ctx, first, incident.scope)?.kind === 'transient'
}

/** What the incident is like, as weighted features. */
export function profileOf(ctx: Ctx, incident: IncidentState): IncidentProfile {
  const features: Record<string, number> = {}
  let most = 0
  const add = (name: string, weight: number): void => {
    features[name] = Math.max(features[name] ?? 0, weight)
    most = Math.max(most, weight)
  }
  for (const member of incident.members.lookedAt('unmuted')) {
    const weight = Math.max(0.1, member.surprise)
    add(`signature:${member.signature}`, weight)
    if (member.locus !== null) add(`ci:${member.locus}`, weight)
    const ciClass = ctx.state.topology.items.get(member.ci ?? '')?.class
    if (ciClass !== undefined) add(`class:${ciClass}`, weight)
    if (member.service !== null) add(`service:${member.service}`, weight)
    for (const change of member.changes) {
      const kind = ctx.state.changes.get(change)?.change.changeKind
      if (kind !== undefined) add(`change:${kind}`, 1)
    }
  }
  const cause = causeOf(incident)
  if (cause !== null) add(`cause:${cause}`, most)
  const closedAt = incident.resolvedAt ?? ctx.state.now
  return {
    incident: incident.id,
    closedAt,
    features,
    title: incident.title,
    resolution: incident.resolution,
    tookMs: Math.max(0, closedAt - incident.firstAlertAt),
    by: handOf(incident),
  }
}

function handOf({ resolvedBy, acknowledgedBy, owner }: IncidentState): string | null {
  return resolvedBy === null || resolvedBy === 'engine' ? (acknowledgedBy ?? owner) : resolvedBy
}
