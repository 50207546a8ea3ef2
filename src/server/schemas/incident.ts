/** Incidents as the API shows them. */
import { z } from '@hono/zod-openapi'
import type { Decision } from '../../core/decision.ts'
import type { SimilarIncident } from '../../core/evidence.ts'
import { impactLine } from '../../core/impact.ts'
import type { IncidentRecord } from '../../core/record.ts'
import { INCIDENT_STATUSES } from '../../core/record.ts'
import { isSameFamily, remediesOf, whyAlike } from '../../core/remedies.ts'
import type { Route } from '../../core/route.ts'
import { AlertView, LinkEvidenceView } from './alert.ts'
import { iso, pageOf, SeverityName, Terms, Time } from './common.ts'

export const IncidentStatusName = z.enum(INCIDENT_STATUSES).openapi('IncidentStatus')

const Level = z.union([z.literal(1), z.literal(2), z.literal(3)])
const Priority = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)])

const RouteView = z
  .strictObject({
    team: z.string().nullable(),
    teamRule: z.string().nullable().openapi({ description: 'the rule that names the team' }),
    channels: z
      .array(z.string())
      .readonly()
      .nullable()
      .openapi({ description: 'ids of channels; null: every one' }),
    rules: z.array(z.string()).readonly().openapi({ description: 'route rules that hold' }),
    version: z.string().openapi({ description: 'of the rules' }),
    text: z.string().openapi({ description: 'why, in one sentence' }),
    judgedAt: Time.optional().openapi({
      description: 'the time by which hours were judged; absent where the rules have none',
    }),
  })
  .openapi('Route')

const base = {
  id: z.string().openapi({ example: 'INC-000123' }),
  scope: z.string().openapi({
    description: 'its correlation scope: alerts of different scopes never meet',
    example: 'default',
  }),
  status: IncidentStatusName,
  title: z.string(),
  severity: SeverityName,
  impact: Level,
  urgency: Level,
  priority: Priority.openapi({ description: '1 (critical) to 5 (planning)' }),
  service: z.string().nullable(),
  services: z.array(z.string()).readonly(),
  owner: z.string().nullable(),
  team: z.string().nullable().openapi({ description: 'the team it goes to', example: 'team-shop' }),
  teamBy: z
    .string()
    .nullable()
    .openapi({ description: 'who gave it to the team; null: its route does' }),
  route: RouteView.nullable().openapi({
    description: 'where the rules send it; null: decided by an older version',
  }),
  acknowledgedAt: Time.nullable(),
  acknowledgedBy: z.string().nullable(),
  provisionalAt: Time,
  openedAt: Time.nullable(),
  notifiedAt: Time.nullable(),
  resolvedAt: Time.nullable(),
  closedAt: Time.nullable(),
  firstAlertAt: Time,
  lastAlertAt: Time,
  alertCount: z.int(),
  firingCount: z.int(),
  suppressedCount: z.int(),
  flappingSince: Time.nullable(),
  stale: z.boolean().openapi({ description: 'a source of its alerts has fallen silent' }),
  edited: z.boolean(),
  mergedInto: z.string().nullable(),
  splitFrom: z.string().nullable(),
  openReason: z.string(),
  resolution: z.string().nullable(),
  resolvedBy: z.string().nullable(),
  reopenCount: z.int(),
  toldInStorm: z
    .string()
    .nullable()
    .openapi({ description: 'the storm that alone told people of it' }),
  abstained: z
    .boolean()
    .openapi({ description: 'no root cause stands out (yet): `rootCauses` is empty' }),
  confirmedCause: z.string().nullable(),
  changes: z
    .array(z.string())
    .readonly()
    .openapi({ description: 'ids of changes near its alerts' }),
  problem: z.string().nullable(),
  hurts: z
    .strictObject({
      now: z.int().openapi({ description: 'services that are hurt now' }),
      downstream: z.int().openapi({ description: 'those that will be when the fault spreads' }),
      text: z.string().nullable().openapi({ example: 'checkout (critical), 3 downstream' }),
    })
    .nullable()
    .openapi({ description: 'null: not looked at; `/impact` lists the services' }),
}

const cause = {
  ci: z.string(),
  score: z.number(),
  weight: z.number().openapi({ description: 'relative weight; adds up to 1 over the list' }),
}
const article = {
  id: z.string(),
  title: z.string(),
  score: z.number(),
  how: z.enum(['linked', 'known_error', 'match']),
}
const similar = {
  incident: z.string(),
  score: z.number(),
  title: z.string(),
  resolution: z
    .string()
    .nullable()
    .openapi({ description: 'what resolved it, where it was noted' }),
  imported: z
    .strictObject({
      ...{ source: z.string(), number: z.string(), url: z.string().nullable() },
      ...{ openedAt: Time, resolvedAt: Time, priority: base.priority },
      ...{ team: z.string().nullable(), resolver: z.string().nullable() },
      resolutionCode: z.string().nullable(),
    })
    .optional()
    .openapi({ description: 'it was an incident of another tool; absent: of Faultline' }),
}
const similarInDetail = {
  ...similar,
  terms: Terms,
  sameFamily: z
    .boolean()
    .openapi({ description: 'the same alert at the same place stands for both' }),
  why: z.string().openapi({
    description: 'what both have, in one line',
    example: 'alert DiskFull · CI db-1 · service orders',
  }),
  resolvedAt: Time.nullable().openapi({ description: 'null: not kept' }),
  tookMs: z
    .int()
    .nullable()
    .openapi({ description: 'from its first alert to its end; null: not kept' }),
  by: z
    .string()
    .nullable()
    .openapi({ description: 'the person who resolved it, else who had it in hand' }),
}

export const RemedyView = z
  .strictObject({
    text: z.string().openapi({ description: 'as it was noted at the most alike incident' }),
    times: z.int().openapi({ description: 'similar incidents that it ended' }),
    of: z.int().openapi({ description: 'similar incidents whose remedy is known' }),
    medianMs: z
      .number()
      .nullable()
      .openapi({ description: 'median time from first alert to end; null: not kept' }),
    by: z.array(z.string()).readonly().openapi({ description: 'people who ended them' }),
    incidents: z.array(z.string()).readonly().openapi({ description: 'the most alike first' }),
  })
  .openapi('Remedy')

/** An incident in a list. */
export const IncidentSummary = z
  .strictObject({
    ...base,
    rootCauses: z.array(z.strictObject(cause)),
    articles: z.array(z.strictObject(article)),
    similar: z.array(z.strictObject(similar)),
  })
  .openapi('IncidentSummary')
export type IncidentSummary = z.output<typeof IncidentSummary>

export const RankedCauseView = z
  .strictObject({
    ...cause,
    factors: Terms,
    explains: z.array(z.string()).readonly().openapi({ description: 'keys of alerts' }),
    counterfactual: z.string(),
  })
  .openapi('RankedCause')

export const IncidentDetail = z
  .strictObject({
    ...base,
    rootCauses: z.array(RankedCauseView).readonly(),
    rootCause: z
      .strictObject({
        abstained: z.boolean(),
        candidates: z.array(RankedCauseView).readonly(),
        reason: z.string(),
      })
      .nullable()
      .openapi({ description: 'the analysis, also where nothing stands out; null before it' }),
    articles: z.array(z.strictObject({ ...article, terms: Terms, passage: z.string() })).readonly(),
    similar: z.array(z.strictObject(similarInDetail)).readonly(),
    remedies: z
      .array(RemedyView)
      .readonly()
      .openapi({ description: 'what ended the similar incidents, the most frequent first' }),
    priorityEvidence: Terms,
    alerts: z.array(AlertView).openapi({ description: 'the oldest first' }),
    alertsNext: z.string().nullable().openapi({
      description: 'where there are more: `cursor` of `/alerts?order=oldest`',
    }),
    asOf: Time.nullable().openapi({ description: 'the moment this was known; null: now' }),
  })
  .openapi('Incident')
export type IncidentDetail = z.output<typeof IncidentDetail>

export const IncidentPage = pageOf(IncidentSummary).openapi('IncidentPage')

/** What a command answers: the incident it ended at (commands follow merges), as it is then. */
export const CommandAnswer = z
  .strictObject({ incident: z.string(), ...IncidentSummary.shape })
  .openapi('CommandAnswer')

export const DecisionView = z
  .strictObject({
    seq: z.int(),
    at: Time,
    action: z.string().openapi({ example: 'incident.opened' }),
    reason: z.string().openapi({ description: 'stable token' }),
    text: z.string(),
    actor: z.string().openapi({ description: '`engine`, `rule:<name>` or the person' }),
    alert: z.string().nullable().openapi({ description: 'key of the alert' }),
    incident: z.string().nullable(),
    problem: z.string().nullable(),
    evidence: LinkEvidenceView.nullable(),
    terms: Terms,
  })
  .openapi('Decision')

export const Timeline = pageOf(DecisionView).openapi('Timeline')

export const IncidentEvidence = z
  .strictObject({
    id: z.string(),
    openReason: z.string(),
    priority: z.strictObject({ priority: Priority, impact: Level, urgency: Level, terms: Terms }),
    rootCause: IncidentDetail.shape.rootCause,
    alerts: z.array(
      z.strictObject({
        key: z.string(),
        title: z.string(),
        ci: z.string().nullable(),
        binding: AlertView.shape.binding,
        surprise: z.number(),
        habit: AlertView.shape.habit,
        evidence: LinkEvidenceView.nullable(),
        related: AlertView.shape.related,
      }),
    ),
  })
  .openapi('IncidentEvidence')

type Base = Omit<IncidentSummary, 'rootCauses' | 'articles' | 'similar'>

function viewRoute(route: Route | null): Base['route'] {
  if (route === null) return null
  const { judgedAt, ...rest } = route
  return judgedAt === undefined ? rest : { ...rest, judgedAt: iso(judgedAt) }
}

function toBase(record: IncidentRecord): Base {
  const { priorityEvidence, rootCause, articles, similar: others, ...rest } = record
  return {
    ...rest,
    hurts: toHurts(record),
    team: record.team ?? null,
    teamBy: record.teamBy ?? null,
    route: viewRoute(record.route ?? null),
    acknowledgedAt: iso(record.acknowledgedAt),
    provisionalAt: iso(record.provisionalAt),
    openedAt: iso(record.openedAt),
    toldInStorm: record.toldInStorm ?? null,
    notifiedAt: iso(record.notifiedAt),
    resolvedAt: iso(record.resolvedAt),
    closedAt: iso(record.closedAt),
    firstAlertAt: iso(record.firstAlertAt),
    lastAlertAt: iso(record.lastAlertAt),
    flappingSince: iso(record.flappingSince),
    abstained: rootCause?.abstained ?? true,
  }
}

function toHurts({ hurts }: IncidentRecord): Base['hurts'] {
  if (hurts == null) return null
  return { now: hurts.nowCount, downstream: hurts.downstreamCount, text: impactLine(hurts) }
}

function causesOf({ rootCause }: IncidentRecord) {
  return rootCause === null || rootCause.abstained ? [] : rootCause.candidates
}

export function toSummary(record: IncidentRecord): IncidentSummary {
  return {
    ...toBase(record),
    rootCauses: causesOf(record).map(({ ci, score, weight }) => ({ ci, score, weight })),
    articles: record.articles.map(({ id, title, score, how }) => ({ id, title, score, how })),
    similar: record.similar.map((one) => ({
      ...{ incident: one.incident, score: one.score, title: one.title },
      ...{ resolution: one.resolution, ...importedOf(one) },
    })),
  }
}

export function toDetail(
  record: IncidentRecord,
  alerts: Pick<IncidentDetail, 'alerts' | 'alertsNext' | 'asOf'>,
): IncidentDetail {
  return {
    ...toBase(record),
    rootCauses: causesOf(record),
    rootCause: record.rootCause,
    articles: record.articles,
    similar: record.similar.map(toSimilar),
    remedies: remediesOf(record.similar),
    priorityEvidence: record.priorityEvidence,
    ...alerts,
  }
}

function importedOf({ imported }: SimilarIncident) {
  if (imported === undefined) return {}
  const { openedAt, resolvedAt, ...rest } = imported
  return { imported: { ...rest, openedAt: iso(openedAt), resolvedAt: iso(resolvedAt) } }
}

function toSimilar(one: SimilarIncident): IncidentDetail['similar'][number] {
  const { incident, score, title, resolution, terms, closedAt, tookMs, by } = one
  return {
    ...{ incident, score, title, resolution, terms },
    sameFamily: isSameFamily(one),
    why: whyAlike(one),
    resolvedAt: closedAt === undefined ? null : iso(closedAt),
    tookMs: tookMs ?? null,
    by: by ?? null,
    ...importedOf(one),
  }
}

export function toDecision(decision: Decision): z.output<typeof DecisionView> {
  const { seq, at, action, reason, text, actor, alert, incident, problem, evidence, terms } =
    decision
  return {
    seq,
    at: iso(at),
    action,
    reason,
    text,
    actor,
    alert: alert ?? null,
    incident: incident ?? null,
    problem: problem ?? null,
    evidence: evidence ?? null,
    terms: terms ?? [],
  }
}

export function toEvidence(
  record: IncidentRecord,
  alerts: readonly z.output<typeof AlertView>[],
): z.output<typeof IncidentEvidence> {
  const { id, openReason, priority, impact, urgency, priorityEvidence, rootCause } = record
  return {
    id,
    openReason,
    priority: { priority, impact, urgency, terms: priorityEvidence },
    rootCause,
    alerts: alerts.map(({ key, title, ci, binding, surprise, habit, evidence, related }) => ({
      key,
      title,
      ci,
      binding,
      surprise,
      habit,
      evidence,
      related,
    })),
  }
}
