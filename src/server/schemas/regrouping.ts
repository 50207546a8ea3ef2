/** Regroupings that the engine proposes, as the API shows them. */
import { z } from '@hono/zod-openapi'
import {
  REGROUPING_KINDS,
  REGROUPING_REASONS,
  type RegroupingState,
} from '../../core/regrouping.ts'
import type { State } from '../../core/state.ts'
import { LinkEvidenceView } from './alert.ts'
import { iso, ScopeCounts, ScopeFilter, SeverityName, Time } from './common.ts'
import { IncidentStatusName } from './incident.ts'

export const REGROUPING_STATES = ['open', 'dismissed'] as const

const IncidentOf = z
  .strictObject({
    id: z.string().openapi({ example: 'INC-000123' }),
    title: z.string(),
    status: IncidentStatusName,
    priority: z.int(),
    alertCount: z.int(),
  })
  .openapi('RegroupingIncident')

const AlertOf = z
  .strictObject({
    key: z.string().openapi({ description: 'key of the alert in its incident' }),
    title: z.string(),
    severity: SeverityName,
    ci: z.string().nullable(),
    incident: z.string(),
  })
  .openapi('RegroupingAlert')

export const RegroupingView = z
  .strictObject({
    id: z.string().openapi({ example: 'R-12' }),
    scope: z.string().openapi({ description: 'correlation scope of its incidents' }),
    kind: z.enum(REGROUPING_KINDS).openapi({
      description:
        '`merge` of both incidents; `split` of alerts; `move` of alerts to the other one',
    }),
    state: z.enum(REGROUPING_STATES),
    incident: IncidentOf.openapi({
      description: 'the one the alerts are in; of a merge the one that an alert joined',
    }),
    other: z.union([IncidentOf, z.null()]).openapi({ description: 'null: of a split' }),
    alerts: z
      .array(AlertOf)
      .openapi({ description: 'those that would go; of a merge those that fit both' }),
    reason: z.enum(REGROUPING_REASONS).openapi({ description: 'what was learned' }),
    text: z.string().openapi({ description: 'what speaks for it, in one sentence' }),
    evidence: LinkEvidenceView.openapi({
      description:
        'of the first of the alerts: its link to the other incident; of a split the best that is left',
    }),
    here: z
      .strictObject({
        before: z.number().openapi({ description: 'p by what was known before' }),
        now: z.number().openapi({ description: 'p by what is known now' }),
      })
      .nullable()
      .openapi({ description: 'how well that alert fits where it is; null: of a merge' }),
    at: Time.openapi({ description: 'when it was proposed first' }),
    dismissed: z
      .strictObject({ by: z.string(), at: Time, reason: z.string().nullable() })
      .nullable(),
  })
  .openapi('Regrouping')

export const RegroupingList = z
  .strictObject({
    items: z.array(RegroupingView),
    total: z.int().openapi({ description: 'that pass the filter' }),
    scopes: ScopeCounts,
  })
  .openapi('RegroupingList')

export const RegroupingQuery = z.object({
  state: z.enum(REGROUPING_STATES).default('open'),
  kind: z.enum(REGROUPING_KINDS).optional(),
  scope: ScopeFilter,
  incident: z.string().max(1024).optional().openapi({ description: 'only those of this one' }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

export const RegroupingDismissal = z
  .strictObject({ reason: z.string().trim().min(1).max(2000).optional() })
  .openapi('RegroupingDismissal')

/** @param standing keys of the alerts that it is about now */
export function viewRegrouping(
  one: Readonly<RegroupingState>,
  standing: readonly string[],
  { incidents }: Pick<State, 'incidents'>,
): z.output<typeof RegroupingView> {
  const { id, scope, kind, reason, text, evidence, here, dismissed } = one
  return {
    ...{ id, scope, kind, reason, text, evidence, here, at: iso(one.at) },
    state: dismissed === null ? 'open' : 'dismissed',
    incident: viewIncident(one.incident, incidents),
    other: one.other === null ? null : viewIncident(one.other, incidents),
    alerts: standing.flatMap((key) =>
      [one.incident, one.other].flatMap((home) => {
        const member = home === null ? undefined : incidents.get(home)?.members.get(key)
        if (member === undefined || home === null) return []
        const { title, severity, ci } = member
        return [{ key, title, severity, ci, incident: home }]
      }),
    ),
    dismissed:
      dismissed === null
        ? null
        : { by: dismissed.by, at: iso(dismissed.at), reason: dismissed.reason },
  }
}

function viewIncident(id: string, incidents: State['incidents']): z.output<typeof IncidentOf> {
  const known = incidents.get(id)
  const { title = '', status = 'closed', priority = 5, memberCount = 0 } = known ?? {}
  return { id, title, status, priority, alertCount: memberCount }
}
