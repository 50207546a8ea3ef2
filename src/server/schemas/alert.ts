/** Alerts as the API shows them: one item is one episode. */
import { z } from '@hono/zod-openapi'
import { REJECTED_REASONS } from '../../core/evidence.ts'
import type { AlertRecord } from '../../core/record.ts'
import { OUTCOMES } from '../../core/record.ts'
import { DEFAULT_SCOPE } from '../../core/scope.ts'
import { iso, LabelSet, pageOf, SeverityName, Terms, Time } from './common.ts'

const Rejected = z.strictObject({
  incident: z.string(),
  reason: z.enum(REJECTED_REASONS),
  value: z.number().optional().openapi({ description: 'what was measured: ms, for links p' }),
  limit: z.number().optional().openapi({ description: 'what it would have had to keep' }),
  rule: z.string().optional().openapi({ description: 'the rule that decided' }),
  note: z.string().openapi({ example: 'the nearest alert began 11 min apart, gap 10 min' }),
})

export const LinkEvidenceView = z
  .strictObject({
    method: z.enum(['score', 'rule', 'person', 'first']),
    by: z.string().optional().openapi({ description: 'the rule or the person that decided' }),
    best: z.string().optional().openapi({ description: 'key of the alert it was linked to' }),
    terms: Terms,
    score: z.number().openapi({ description: 'log-odds: the sum of x * w over the terms' }),
    p: z.number(),
    threshold: z.number(),
    runnerUp: z
      .strictObject({
        incident: z.string(),
        p: z.number(),
        reason: z.string(),
        x: z
          .record(z.string(), z.number())
          .optional()
          .openapi({ description: 'value of each term of its best link' }),
      })
      .optional(),
    rejected: z
      .array(Rejected)
      .readonly()
      .optional()
      .openapi({ description: 'incidents that were looked at and not joined, most telling first' }),
    boundBy: z
      .string()
      .optional()
      .openapi({ description: 'the rule that bounds what the score may link it to' }),
    storm: z.strictObject({ id: z.string(), weighed: z.int(), of: z.int() }).optional().openapi({
      description: 'in a storm only the nearest candidates are weighed: how many of how many',
    }),
    versions: z.strictObject({
      rules: z.string(),
      topology: z.string(),
      engine: z.string(),
      weights: z.string().optional().openapi({
        description: 'of the learned weights its incident began with; absent: those of the rules',
      }),
    }),
  })
  .openapi('LinkEvidence')

const Binding = z.strictObject({
  ci: z.string(),
  rule: z.string(),
  confidence: z.number(),
  matched: z.string(),
})

export const AlertView = z
  .strictObject({
    key: z.string().openapi({
      description: 'names the episode everywhere: `<id>.<start in ms>`',
      example: 'aae7a1432b5d2f1b.1772359212345',
    }),
    id: z.string(),
    scope: z.string().openapi({ description: 'its correlation scope', example: 'default' }),
    fingerprint: z.string(),
    source: z.string(),
    signature: z.string(),
    rule: z.string(),
    title: z.string(),
    severity: SeverityName,
    severityText: z.string().nullable(),
    state: z.enum(['firing', 'resolved']),
    stale: z.boolean(),
    startsAt: Time,
    endsAt: Time.nullable(),
    firstSeenAt: Time,
    lastSeenAt: Time,
    reports: z.int(),
    reporters: z.array(
      z.strictObject({ reporter: z.string(), firing: z.boolean(), lastSeenAt: Time }),
    ),
    labels: LabelSet.readonly(),
    annotations: LabelSet.readonly(),
    generatorUrl: z.string().nullable(),
    ci: z.string().nullable(),
    binding: Binding.nullable(),
    flappingSince: Time.nullable(),
    suppressedBy: z
      .strictObject({
        kind: z.string().openapi({ description: '`silence`, `maintenance`, `rule` or `inhibit`' }),
        id: z.string().openapi({ description: 'of the silence or window; else the rule' }),
        reason: z.string(),
        alert: z
          .string()
          .optional()
          .openapi({ description: 'key of the episode that inhibits it, or did first' }),
      })
      .nullable(),
    planned: z
      .strictObject({ change: z.string(), text: z.string() })
      .nullable()
      .openapi({ description: 'the planned change within which it began, where such only mark' }),
    outcome: z.enum(OUTCOMES),
    incident: z.string().nullable(),
    late: z.boolean(),
    surprise: z.number().openapi({ description: 'nats: how unlikely it was by itself' }),
    habit: z
      .strictObject({
        factor: z
          .number()
          .openapi({ description: 'how much likelier at this hour of the week than at any' }),
        times: z.number().openapi({ description: 'times it came about now; old ones count less' }),
        weeks: z.number().openapi({ description: 'in so many weeks; old ones count less' }),
        note: z.string().nullable(),
      })
      .nullable()
      .openapi({ description: 'what the hour of the week says, where that is worth saying' }),
    evidence: LinkEvidenceView.nullable(),
    related: z
      .array(z.strictObject({ incident: z.string(), p: z.number(), reason: z.string() }))
      .readonly()
      .openapi({ description: 'incidents it stayed out of although they were close' }),
  })
  .openapi('Alert')
export type AlertView = z.output<typeof AlertView>

export const AlertPage = pageOf(AlertView).openapi('AlertPage')

export const AlertEpisodes = z
  .strictObject({ id: z.string(), episodes: z.array(AlertView) })
  .openapi('AlertEpisodes')

export function toAlert(record: AlertRecord): AlertView {
  const { episode, identity: _internal, binding, ...rest } = record
  return {
    ...rest,
    scope: record.scope ?? DEFAULT_SCOPE,
    habit: record.habit ?? null,
    planned: record.planned ?? null,
    key: `${record.id}.${episode}`,
    startsAt: iso(record.startsAt),
    endsAt: iso(record.endsAt),
    firstSeenAt: iso(record.firstSeenAt),
    lastSeenAt: iso(record.lastSeenAt),
    reporters: record.reporters.map(({ reporter, firing, lastSeenAt }) => ({
      reporter,
      firing,
      lastSeenAt: iso(lastSeenAt),
    })),
    ci: binding?.ci ?? null,
    binding,
    flappingSince: iso(record.flappingSince),
  }
}
