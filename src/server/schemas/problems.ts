/** Problems (the causes behind recurring incidents) as the API shows them. */
import { z } from '@hono/zod-openapi'
import { articleOfProblem } from '../../core/article-plan.ts'
import type { ImportedState } from '../../core/imported.ts'
import { TRENDS } from '../../core/problems/types.ts'
import { isKnownError } from '../../core/problems/work.ts'
import {
  type IncidentRecord,
  PROBLEM_KINDS,
  PROBLEM_STATUSES,
  type ProblemRecord,
} from '../../core/record.ts'
import { iso, pageOf, SeverityName, Terms, Time } from './common.ts'
import { IncidentStatusName, IncidentSummary } from './incident.ts'
import { ImportedIncidentView, viewImported } from './past-import.ts'

export const ProblemStatusName = z.enum(PROBLEM_STATUSES).openapi('ProblemStatus')

const Figures = z
  .strictObject({
    asOf: Time,
    recurrences: z.int().openapi({ description: 'incidents; those of one burst count as one' }),
    firstAt: Time.nullable(),
    lastAt: Time.nullable(),
    perMonth: z.number().openapi({ description: 'incidents in 30 days' }),
    medianMinutes: z.number().openapi({ description: 'to resolve one' }),
    monthlyCost: z
      .number()
      .openapi({ description: 'people-minutes in 30 days: the sum of `x * w` of `costTerms`' }),
    costLow: z.number().openapi({ description: 'lower end of its 80 % interval' }),
    costHigh: z.number(),
    costTerms: Terms,
    trend: z.enum(TRENDS),
    period: z
      .strictObject({
        every: z.enum(['week', 'day']),
        phaseMs: z.number().openapi({
          description: 'milliseconds since Monday 00:00 UTC, or since 00:00 UTC',
        }),
        strength: z.number().openapi({ description: '0 to 1: 1 is always the same moment' }),
        text: z.string().openapi({ example: 'Tuesdays 02:00 UTC' }),
      })
      .nullable(),
  })
  .openapi('ProblemFigures')

const Task = z
  .strictObject({
    id: z.string().openapi({ example: 'T1' }),
    text: z.string(),
    assignee: z.string().nullable(),
    due: Time.nullable(),
    doneAt: Time.nullable(),
    doneBy: z.string().nullable(),
  })
  .openapi('ProblemTask')

const base = {
  id: z.string().openapi({ example: 'PRB-000012' }),
  scope: z.string(),
  status: ProblemStatusName,
  kind: z.enum(PROBLEM_KINDS).openapi({
    description:
      '`family`: one place, one alert. `cluster`: alike at many places. `split`: a person',
  }),
  title: z.string(),
  hypothesis: z.string().openapi({ description: 'what the cause may be, for people' }),
  score: z.number().openapi({ description: 'sum of `x * w` of its evidence' }),
  rootCi: z.string().nullable(),
  rootClass: z.string().nullable(),
  service: z.string().nullable(),
  owner: z.string().nullable(),
  workaround: z.string().nullable(),
  workaroundArticle: z.string().nullable().openapi({
    description: 'id of the article that says the workaround, while it is a known error',
    example: 'known-errors/PRB-000012',
  }),
  resolution: z.string().nullable(),
  proposedAt: Time,
  decidedAt: Time.nullable(),
  decidedBy: z.string().nullable(),
  resolvedAt: Time.nullable(),
  reopenCount: z.int(),
  mergedInto: z.string().nullable(),
  splitFrom: z.string().nullable(),
  incidentCount: z.int(),
  figures: Figures,
  tasks: z.array(Task).openapi({ description: 'what is to be done about it, oldest first' }),
  changes: z.array(z.string()).openapi({ description: 'ids of changes people say belong to it' }),
  articles: z.array(z.string()).openapi({ description: 'ids of articles, the same' }),
}

/** A problem in a list. */
export const ProblemSummary = z.strictObject(base).openapi('ProblemSummary')
export type ProblemSummary = z.output<typeof ProblemSummary>

const ProblemIncident = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    status: IncidentStatusName,
    severity: SeverityName,
    priority: IncidentSummary.shape.priority,
    service: z.string().nullable(),
    startedAt: Time,
    resolvedAt: Time.nullable(),
    resolution: z.string().nullable(),
  })
  .openapi('ProblemIncident')

export const ProblemDetail = z
  .strictObject({
    ...base,
    evidence: Terms,
    incidents: z
      .array(ProblemIncident)
      .openapi({ description: 'the newest first, at most 500; `incidentCount` has all' }),
    imported: z
      .array(ImportedIncidentView)
      .openapi({ description: 'incidents of other tools, the newest first, at most 500' }),
  })
  .openapi('ProblemDetail')
export type ProblemDetail = z.output<typeof ProblemDetail>

export const ProblemPage = z
  .strictObject({
    ...pageOf(ProblemSummary).shape,
    scopes: z
      .array(z.strictObject({ scope: z.string(), count: z.int() }))
      .openapi({ description: 'correlation scopes and how many problems each has, of any status' }),
  })
  .openapi('ProblemPage')

const Spent = { incidents: z.int(), minutes: z.number().openapi({ description: 'of people' }) }

export const ProblemCosts = z
  .strictObject({
    months: z
      .array(z.strictObject({ month: z.string().openapi({ example: '2026-03' }), ...Spent }))
      .openapi({ description: 'the last 12, UTC, oldest first, also those without any' }),
    services: z
      .array(z.strictObject({ service: z.string().nullable(), ...Spent }))
      .openapi({ description: 'services of the problems, the most expensive first' }),
  })
  .openapi('ProblemCosts')

/** What a command answers: the problem it ended at (commands follow merges), as it is then. */
export const ProblemAnswer = z
  .strictObject({ problem: z.string(), ...ProblemSummary.shape })
  .openapi('ProblemAnswer')

export function toProblemSummary(record: ProblemRecord): ProblemSummary {
  const { evidence: _evidence, incidents: _incidents, figures, ...rest } = record
  const { tasks = [], changes = [], articles = [] } = record
  return {
    ...rest,
    workaroundArticle: isKnownError(record) ? articleOfProblem(record.id) : null,
    tasks: tasks.map((task) => ({ ...task, due: iso(task.due), doneAt: iso(task.doneAt) })),
    changes: [...changes],
    articles: [...articles],
    proposedAt: iso(record.proposedAt),
    decidedAt: iso(record.decidedAt),
    resolvedAt: iso(record.resolvedAt),
    figures: {
      ...figures,
      asOf: iso(figures.asOf),
      firstAt: iso(figures.firstAt),
      lastAt: iso(figures.lastAt),
    },
  }
}

export function toProblemDetail(
  record: ProblemRecord,
  incidents: readonly IncidentRecord[],
  imported: readonly Omit<ImportedState, 'snap'>[],
): ProblemDetail {
  return {
    ...toProblemSummary(record),
    evidence: record.evidence,
    imported: imported.map(viewImported),
    incidents: incidents.map((incident) => ({
      id: incident.id,
      title: incident.title,
      status: incident.status,
      severity: incident.severity,
      priority: incident.priority,
      service: incident.service,
      startedAt: iso(Math.min(incident.firstAlertAt, incident.provisionalAt)),
      resolvedAt: iso(incident.resolvedAt),
      resolution: incident.resolution,
    })),
  }
}
