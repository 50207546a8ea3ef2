/** Records as rows: pure, one function per table. Column names are those of the migrations. */
import type { Decision } from '../core/decision.ts'
import type { LedgerSample } from '../core/ledger.ts'
import type { Change, Ci, Labels, Relation, Silence } from '../core/model.ts'
import type {
  AlertRecord,
  ArticleRecord,
  DeadLetterRecord,
  IncidentRecord,
  ProblemLink,
  ProblemRecord,
} from '../core/record.ts'
import { DEFAULT_SCOPE } from '../core/scope.ts'
import type { EpochMs } from '../core/time.ts'
import { sqlTime, sqlTimeOrNull } from './query.ts'
import { searchText } from './stored.ts'

export function alertRow(alert: AlertRecord): object {
  return {
    scope: alert.scope ?? DEFAULT_SCOPE,
    id: alert.id,
    episode: alert.episode,
    first_seen_at: sqlTime(alert.firstSeenAt),
    starts_at: sqlTime(alert.startsAt),
    ends_at: sqlTimeOrNull(alert.endsAt),
    last_seen_at: sqlTime(alert.lastSeenAt),
    fingerprint: alert.fingerprint,
    source: alert.source,
    severity: alert.severity,
    state: alert.state,
    outcome: alert.outcome,
    rule: alert.rule,
    reports: alert.reports,
    stale: alert.stale,
    flapping: alert.flappingSince !== null,
    suppressed_by: alert.suppressedBy?.kind ?? '',
    labels: alert.labels,
    ci: alert.binding?.ci ?? '',
    incident: alert.incident ?? '',
    search: searchText([
      alert.id,
      alert.fingerprint,
      alert.title,
      alert.rule,
      alert.binding?.ci ?? null,
      ...labelText(alert.labels),
    ]),
    record: JSON.stringify(alert),
  }
}

/** `at`: when this was known, in engine time. */
export function incidentRow(incident: IncidentRecord, at: EpochMs): object {
  return {
    scope: incident.scope,
    id: incident.id,
    provisional_at: sqlTime(incident.provisionalAt),
    opened_at: sqlTimeOrNull(incident.openedAt),
    notified_at: sqlTimeOrNull(incident.notifiedAt),
    resolved_at: sqlTimeOrNull(incident.resolvedAt),
    acknowledged_at: sqlTimeOrNull(incident.acknowledgedAt),
    status: incident.status,
    severity: incident.severity,
    priority: incident.priority,
    service: incident.service ?? '',
    services: incident.services,
    owner: incident.owner ?? '',
    team: incident.team ?? '',
    problem: incident.problem ?? '',
    alert_count: incident.alertCount,
    known_at: sqlTime(at),
    search: searchText([
      incident.id,
      incident.title,
      incident.service,
      ...incident.services,
      incident.owner,
      incident.team ?? null,
      incident.openReason,
    ]),
    record: JSON.stringify(incident),
  }
}

export function decisionRow(decision: Decision): object {
  const alert = decision.alert ?? ''
  return {
    scope: decision.scope,
    at: sqlTime(decision.at),
    action: decision.action,
    reason: decision.reason,
    actor: decision.actor,
    alert,
    alert_id: alert.replace(/\.[^.]*$/, ''),
    incident: decision.incident ?? '',
    problem: decision.problem ?? '',
    record: JSON.stringify(decision),
  }
}

export function problemRow(problem: ProblemRecord): object {
  return {
    scope: problem.scope,
    id: problem.id,
    proposed_at: sqlTime(problem.proposedAt),
    last_at: sqlTime(problem.figures.lastAt ?? problem.proposedAt),
    status: problem.status,
    kind: problem.kind,
    root_ci: problem.rootCi ?? '',
    service: problem.service ?? '',
    owner: problem.owner ?? '',
    monthly_cost: problem.figures.monthlyCost,
    incident_count: problem.incidentCount,
    search: searchText([
      problem.id,
      problem.title,
      problem.hypothesis,
      problem.rootCi,
      problem.service,
      problem.owner,
      problem.workaround,
    ]),
    record: JSON.stringify(problem),
  }
}

export function problemLinkRow({ incident, problem, by }: ProblemLink, scope: string): object {
  return { scope, incident, problem: problem ?? '', linked_by: by }
}

export function changeRow(change: Change, scope: string): object {
  return {
    scope,
    id: change.id,
    source: change.source,
    change_kind: change.changeKind,
    cis: change.cis,
    starts_at: sqlTime(change.startsAt),
    ends_at: sqlTimeOrNull(change.endsAt),
    search: searchText([
      change.id,
      change.title,
      change.changeKind,
      ...change.cis,
      ...change.unbound,
      ...labelText(change.labels),
    ]),
    record: JSON.stringify(change),
  }
}

/** The body has a column of its own: lists do not read it. */
export function deadLetterRow({ body, ...letter }: DeadLetterRecord): object {
  return {
    id: letter.id,
    at: sqlTime(letter.at),
    scope: letter.scope ?? DEFAULT_SCOPE,
    source: letter.source,
    step: letter.step,
    receipt: letter.receipt,
    record: JSON.stringify(letter),
    body,
  }
}

export function ledgerRow(sample: LedgerSample, scope: string): object {
  const { minute, ...counts } = sample
  return { scope, minute: sqlTime(minute), ...counts }
}

export function ciRow(ci: Ci): object {
  return {
    id: ci.id,
    class: ci.class,
    owner: ci.owner ?? '',
    search: searchText([ci.id, ci.name, ...ci.aliases, ci.owner ?? null, ...labelText(ci.labels)]),
    record: JSON.stringify(ci),
    deleted: 0,
  }
}

export function relationRow({ from, type, to }: Relation, deleted: 0 | 1): object {
  return { from_ci: from, type, to_ci: to, deleted }
}

export function articleRow(article: ArticleRecord): object {
  return {
    id: article.id,
    source: article.source ?? '',
    owner: article.owner ?? '',
    review_on: article.reviewOn ?? '',
    retired: article.retired ? 1 : 0,
    search: searchText([
      article.id,
      article.title,
      ...article.tags,
      ...article.services,
      article.body,
    ]),
    record: JSON.stringify(article),
    deleted: 0,
  }
}

/** Versions of one article that are kept: a newer one takes the place of the one so many before it. */
export const KEPT_VERSIONS = 50

export function articleVersionRow(article: ArticleRecord): object {
  return {
    id: article.id,
    slot: article.revision % KEPT_VERSIONS,
    revision: article.revision,
    record: JSON.stringify(article),
  }
}

export function silenceRow(silence: Silence): object {
  return {
    id: silence.id,
    kind: silence.kind,
    starts_at: sqlTime(silence.startsAt),
    ends_at: sqlTime(silence.endsAt),
    search: searchText([
      silence.id,
      silence.createdBy,
      silence.comment,
      ...silence.cis,
      ...silence.matchers.map(({ name, value }) => `${name}=${value}`),
    ]),
    record: JSON.stringify(silence),
  }
}

function labelText(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`)
}
