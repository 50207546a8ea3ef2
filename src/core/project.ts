/** State → records: what the store, the API and the console see. */

import type { ProblemState } from './problems/state.ts'
import type {
  AlertRecord,
  IncidentRecord,
  ProblemLink,
  ProblemRecord,
  StormRecord,
} from './record.ts'
import type { AlertState, IncidentState, State } from './state.ts'
import { heaviest, type StormState } from './storm.ts'
import { compare } from './topology.ts'

/** The alert's present episode as a record. */
export function toAlertRecord(alert: Readonly<AlertState>): AlertRecord {
  return {
    id: alert.id,
    scope: alert.scope,
    episode: alert.startsAt,
    identity: alert.identity,
    fingerprint: alert.fingerprint,
    source: alert.source,
    signature: alert.signature,
    rule: alert.rule,
    title: alert.title,
    severity: alert.severity,
    severityText: alert.severityText,
    state: alert.status,
    stale: alert.stale,
    startsAt: alert.startsAt,
    endsAt: alert.endsAt,
    firstSeenAt: alert.firstSeenAt,
    lastSeenAt: alert.lastSeenAt,
    reports: alert.reports,
    reporters: alert.claims.map(({ reporter, firing, lastSeenAt }) => ({
      reporter,
      firing,
      lastSeenAt,
    })),
    labels: alert.labels,
    annotations: alert.annotations,
    generatorUrl: alert.generatorUrl,
    binding: alert.binding,
    flappingSince: alert.flap?.since ?? null,
    suppressedBy: alert.suppressedBy,
    ...(alert.planned === undefined ? {} : { planned: alert.planned }),
    outcome: alert.outcome,
    incident: alert.incident,
    late: alert.late,
    surprise: alert.surprise,
    habit: alert.habit ?? null,
    evidence: alert.evidence,
    related: alert.related,
  }
}

/** The incident as a record. */
export function toIncidentRecord(incident: Readonly<IncidentState>, state: State): IncidentRecord {
  return {
    id: incident.id,
    scope: incident.scope,
    status: incident.status,
    title: incident.title,
    severity: incident.severity,
    impact: incident.impact,
    urgency: incident.urgency,
    priority: incident.priority,
    priorityEvidence: incident.priorityEvidence,
    service: incident.service,
    services: incident.services,
    owner: incident.owner,
    team: incident.team,
    teamBy: incident.teamBy,
    route: incident.route,
    acknowledgedAt: incident.acknowledgedAt,
    acknowledgedBy: incident.acknowledgedBy,
    provisionalAt: incident.provisionalAt,
    openedAt: incident.openedAt,
    notifiedAt: incident.notifiedAt,
    resolvedAt: incident.resolvedAt,
    closedAt: incident.closedAt,
    firstAlertAt: incident.firstAlertAt,
    lastAlertAt: incident.lastAlertAt,
    alertCount: incident.memberCount,
    firingCount: incident.firingCount,
    suppressedCount: incident.suppressedCount,
    flappingSince: incident.flappingSince,
    stale: incident.staleCount > 0,
    edited: incident.edited,
    mergedInto: incident.mergedInto,
    splitFrom: incident.splitFrom,
    openReason: incident.openReason,
    resolution: incident.resolution,
    resolvedBy: incident.resolvedBy,
    reopenCount: incident.reopenCount,
    rootCause: incident.rootCause,
    confirmedCause: incident.confirmedCause,
    articles: incident.articles,
    similar: incident.similar,
    hurts: incident.hurts,
    changes: incident.changes,
    problem: toProblemLink(incident.id, state).problem,
    toldInStorm: incident.toldInStorm,
  }
}

/** Names of each sort in a storm's record. */
const LISTED_NAMES = 5

/** The storm as a record. */
export function toStormRecord(storm: Readonly<StormState>): StormRecord {
  const { opened, alone, folded, resolved, left } = storm
  return {
    id: storm.id,
    scope: storm.scope,
    since: storm.since,
    beganAt: storm.beganAt,
    endedAt: storm.endedAt,
    began: storm.began,
    rate: storm.rate,
    peak: storm.peak,
    alerts: storm.alerts,
    incidents: { opened, alone, folded, resolved, left },
    priority: storm.priority,
    toldAt: storm.toldAt,
    rules: heaviest(storm.rules, LISTED_NAMES),
    cis: heaviest(storm.cis, LISTED_NAMES),
    sites: heaviest(storm.sites, LISTED_NAMES),
  }
}

/** Every storm that is known, those that last first, then the newest. O(scopes) */
export function stormsOf({ arrivals }: Pick<State, 'arrivals'>): StormRecord[] {
  return [...arrivals.values()]
    .flatMap(({ storm, past }) => (storm === null ? past : [storm, ...past]))
    .map(toStormRecord)
    .sort(
      (a, b) =>
        (b.endedAt ?? Number.POSITIVE_INFINITY) - (a.endedAt ?? Number.POSITIVE_INFINITY) ||
        b.beganAt - a.beganAt ||
        compare(a.id, b.id),
    )
}

/** Most ids in a problem's record. */
const LISTED_INCIDENTS = 1000

/** The problem as a record. O(incidents) */
export function toProblemRecord(
  problem: Readonly<ProblemState>,
  incidents: ReadonlySet<string>,
): ProblemRecord {
  return {
    id: problem.id,
    scope: problem.scope,
    status: problem.status,
    kind: problem.kind,
    owner: problem.owner,
    workaround: problem.workaround,
    resolution: problem.resolution,
    proposedAt: problem.proposedAt,
    decidedAt: problem.decidedAt,
    decidedBy: problem.decidedBy,
    resolvedAt: problem.resolvedAt,
    reopenCount: problem.reopenCount,
    mergedInto: problem.mergedInto,
    splitFrom: problem.splitFrom,
    tasks: problem.tasks,
    changes: problem.changes,
    articles: problem.articles,
    ...problem.explanation,
    incidents: [...incidents]
      .sort((a, b) => byOrigin(a, b) || a.length - b.length || compare(a, b))
      .slice(-LISTED_INCIDENTS),
    incidentCount: incidents.size,
    figures: problem.figures,
  }
}

/** Imported ones first: only their ids have a colon. */
function byOrigin(a: string, b: string): number {
  return Number(b.includes(':')) - Number(a.includes(':'))
}

/** The problem an incident is one of; a dismissed one is none. */
export function toProblemLink(incident: string, { problemLinks, problems }: State): ProblemLink {
  const link = problemLinks.get(incident)
  if (link === undefined || link.problem === null)
    return { incident, problem: null, by: link?.by ?? 'engine' }
  const dismissed = problems.get(link.problem)?.status === 'dismissed'
  return { incident, problem: dismissed ? null : link.problem, by: link.by }
}
