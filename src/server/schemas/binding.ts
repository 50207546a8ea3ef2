/** Binding as the API shows it: counts, unknown names, aliases. */
import { z } from '@hono/zod-openapi'
import type { Alias } from '../../core/aliases.ts'
import { iso, LabelSet, Time } from './common.ts'

export const BindingReport = z
  .strictObject({
    from: Time,
    to: Time,
    alerts: z.int().openapi({ description: 'episodes that were first seen in the range' }),
    bound: z.int(),
    rules: z.array(
      z.strictObject({
        source: z.string(),
        rule: z.string().openapi({ description: 'the step that bound them; empty: unbound' }),
        alerts: z.int(),
      }),
    ),
  })
  .openapi('BindingReport')

const Realm = z
  .strictObject({
    namespace: z.string().optional(),
    cluster: z.string().optional(),
    region: z.string().optional(),
    environment: z.string().optional(),
  })
  .openapi({ description: 'where the alert says it is' })

const Kind = z
  .enum(['pod', 'workload', 'host', 'service', 'any'])
  .openapi({ description: 'what the label names' })

const Suggestion = z
  .strictObject({
    ci: z.string(),
    name: z.string(),
    class: z.string(),
    score: z.number().openapi({ description: '0 to 1: the sum of the points, bounded' }),
    reasons: z.array(z.strictObject({ text: z.string(), points: z.number() })),
  })
  .openapi('BindingSuggestion')

const MissingCi = z
  .strictObject({
    id: z.string(),
    class: z.string(),
    name: z.string(),
    labels: LabelSet,
    environment: z.string().optional(),
    status: z.string(),
  })
  .openapi('MissingCi', {
    description: 'the CI that may be missing, as `/api/v1/topology` takes it',
  })

const UnboundName = z
  .strictObject({
    id: z.string(),
    label: z.string(),
    kind: Kind,
    name: z.string(),
    realm: Realm,
    reason: z.enum(['unknown', 'ambiguous', 'retired']),
    count: z.int().openapi({ description: 'episodes of alerts with it' }),
    rules: z.array(z.string()).openapi({ description: 'names of some of the alerts' }),
    sources: z.array(z.string()),
    lastAt: Time,
    suggestions: z.array(Suggestion).openapi({ description: 'at most five, the likeliest first' }),
    missing: MissingCi,
  })
  .openapi('UnboundName')

export const UnboundList = z
  .strictObject({ items: z.array(UnboundName), total: z.int() })
  .openapi('UnboundList')

export const AliasView = z
  .strictObject({
    id: z.string(),
    label: z.string(),
    kind: Kind,
    name: z.string(),
    realm: Realm,
    ci: z.string(),
    by: z.string(),
    at: Time,
  })
  .openapi('Alias')

export const AliasList = z
  .strictObject({
    items: z.array(AliasView),
    limit: z.int().openapi({ description: 'so many are kept' }),
  })
  .openapi('AliasList')

const Text = z.string().min(1).max(1024)

export const AliasInput = z
  .union([
    z.strictObject({
      unbound: Text.openapi({ description: 'id of an unbound name' }),
      ci: Text,
    }),
    z.strictObject({
      alert: Text.openapi({ description: 'an alert: the name by which it was bound means the CI' }),
      ci: Text,
    }),
  ])
  .openapi('AliasInput')

export function toAliasView(alias: Alias): z.output<typeof AliasView> {
  const { id, label, kind, name, realm, ci, by, at } = alias
  return { ...{ id, label, kind, name, realm: { ...realm }, ci, by }, at: iso(at) }
}
