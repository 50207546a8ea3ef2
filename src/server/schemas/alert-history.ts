/** One alert over time, and what a list of alerts could be narrowed down to, as the API shows them. */
import { z } from '@hono/zod-openapi'
import type { Decision } from '../../core/decision.ts'
import { SEVERITIES } from '../../core/model.ts'
import type { AlertRecord } from '../../core/record.ts'
import type { Span } from '../alert-history.ts'
import { iso, SeverityName, Time } from './common.ts'

export const AlertHistory = z
  .strictObject({
    id: z.string(),
    episodes: z
      .array(
        z.strictObject({
          key: z.string(),
          startsAt: Time,
          endsAt: Time.nullable(),
          severity: SeverityName,
          state: z.enum(['firing', 'resolved']),
          reports: z.int(),
          incident: z.string().nullable(),
        }),
      )
      .openapi({ description: 'the newest first, at most 1,000' }),
    spans: z
      .array(
        z.strictObject({
          kind: z.enum(['suppressed', 'flapping', 'stale']),
          from: Time,
          to: Time.nullable().openapi({ description: 'null while it is so' }),
          why: z.string(),
        }),
      )
      .openapi({ description: 'when it was muted, flapping or stale, oldest first' }),
    events: z
      .array(
        z.strictObject({
          seq: z.int(),
          at: Time,
          action: z.string(),
          text: z.string(),
          actor: z.string(),
          incident: z.string().nullable(),
        }),
      )
      .openapi({ description: 'what was decided about it, the newest first, at most 2,000' }),
  })
  .openapi('AlertHistory')

const Count = z.strictObject({ value: z.string(), count: z.int() })
const Counts = z.array(Count).readonly()

export const AlertFacetsView = z
  .strictObject({
    total: z.int(),
    states: z.strictObject({ firing: z.int(), resolved: z.int() }).openapi({
      description: 'as if `state` were not asked for',
    }),
    severities: z
      .strictObject(
        Object.fromEntries(SEVERITIES.map((name) => [name, z.int()])) as {
          [Name in (typeof SEVERITIES)[number]]: z.ZodInt
        },
      )
      .openapi({ description: 'as if `severity` were not asked for' }),
    flags: z.strictObject({
      suppressed: z.int(),
      stale: z.int(),
      flapping: z.int(),
      unbound: z.int(),
    }),
    scopes: Counts.openapi({ description: 'correlation scopes, the most frequent, at most 20' }),
    sources: Counts.openapi({ description: 'the most frequent, at most 20' }),
    rules: Counts.openapi({ description: 'the most frequent, at most 20' }),
    cis: Counts.openapi({ description: 'the most frequent, at most 20' }),
    labels: z
      .array(z.strictObject({ name: z.string(), count: z.int(), values: Counts }))
      .readonly()
      .openapi({ description: 'at most 30 names with 10 values each, the most frequent' }),
    sample: z.number().openapi({
      description:
        'share of the alerts that scopes, sources, rules, CIs and labels were counted over; their counts are scaled up to the whole',
    }),
  })
  .openapi('AlertFacets')

export function toHistory(
  id: string,
  episodes: readonly AlertRecord[],
  {
    spans,
    decisions,
  }: { readonly spans: readonly Span[]; readonly decisions: readonly Decision[] },
): z.output<typeof AlertHistory> {
  return {
    id,
    episodes: episodes.map((one) => ({
      key: `${id}.${one.episode}`,
      startsAt: iso(one.startsAt),
      endsAt: iso(one.endsAt),
      severity: one.severity,
      state: one.state,
      reports: one.reports,
      incident: one.incident,
    })),
    spans: spans.map(({ kind, from, to, why }) => ({ kind, from: iso(from), to: iso(to), why })),
    events: [...decisions].reverse().map(({ seq, at, action, text, actor, incident = null }) => ({
      seq,
      at: iso(at),
      action,
      text,
      actor,
      incident,
    })),
  }
}
