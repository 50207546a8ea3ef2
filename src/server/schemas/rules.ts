/** Rule packs in force, and what became of the folder they come from. */
import { z } from '@hono/zod-openapi'
import type { RoutePreview } from '../../core/engine/preview-route.ts'
import { SEVERITIES } from '../../core/model.ts'
import type { RulesReload } from '../deps.ts'
import { iso, Time, TimeInput } from './common.ts'

const Fault = z.strictObject({
  file: z.string().openapi({ description: 'name within the folder' }),
  case: z
    .string()
    .nullable()
    .openapi({ description: 'the case that did not come true; null: the file is at fault' }),
  expected: z.string(),
  got: z.string(),
})

export const RulesReloadView = z
  .strictObject({
    at: Time,
    by: z.string().openapi({ description: '`start`, `files changed`, `SIGHUP`, or the person' }),
    outcome: z
      .enum(['taken', 'unchanged', 'refused'])
      .openapi({ description: '`refused`: the rules before it stay in force' }),
    version: z
      .string()
      .nullable()
      .openapi({ description: 'of what the folder held; null: it could not be read' }),
    cases: z.int().openapi({ description: 'cases that were run' }),
    faults: z.array(Fault),
  })
  .openapi('RulesReload')
export type RulesReloadView = z.output<typeof RulesReloadView>

export const RulesView = z
  .strictObject({
    version: z.string(),
    packs: z.record(z.string(), z.unknown()).openapi({ description: 'packs in force, by name' }),
    reload: z.union([RulesReloadView, z.null()]).openapi({
      description: 'the newest look at the folder of rules; null: there is none',
    }),
  })
  .openapi('Rules')

export function viewReload(reload: RulesReload | null | undefined): RulesReloadView | null {
  if (reload === null || reload === undefined) return null
  return { ...reload, at: iso(reload.at), faults: reload.faults.map((fault) => ({ ...fault })) }
}

const MAX_LABELS = 200

export const RouteQuestion = z
  .strictObject({
    at: TimeInput.optional().openapi({
      description: 'the time that hours are judged by; now unless given',
    }),
    labels: z
      .record(z.string().min(1).max(256), z.string().max(4096))
      .refine((labels) => Object.keys(labels).length <= MAX_LABELS, `at most ${MAX_LABELS} labels`)
      .openapi({ example: { alertname: 'ApiDown', service: 'payments' } }),
    severity: z
      .enum(SEVERITIES)
      .optional()
      .openapi({ description: 'what the label `severity` means unless given' }),
    source: z.string().min(1).max(100).default('prometheus'),
    priority: z
      .union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)])
      .optional()
      .openapi({ description: 'instead of the one that the priority pack gives it' }),
    pack: z
      .record(z.string(), z.unknown())
      .optional()
      .openapi({ description: 'a route pack that is not in force, as in route.yaml' }),
  })
  .openapi('RouteQuestion')

export const RoutePreviewView = z
  .strictObject({
    at: Time,
    ci: z.string().nullable().openapi({ description: 'the CI it would be bound to' }),
    priority: z.int(),
    team: z.string().nullable(),
    channels: z
      .array(z.string())
      .nullable()
      .openapi({ description: 'ids of channels; null: every one' }),
    rules: z.array(z.string()).openapi({ description: 'route rules that hold' }),
    text: z.string(),
    asked: z
      .array(
        z.strictObject({
          rule: z.string(),
          depth: z.int().openapi({ description: 'how many rules it is below' }),
          holds: z.boolean(),
          why: z.string(),
        }),
      )
      .openapi({ description: 'rules that were asked, in their order' }),
    version: z
      .string()
      .nullable()
      .openapi({ description: 'of the rules in force; null: a pack was given' }),
  })
  .openapi('RoutePreview')

export function viewPreview(
  { ci, priority, route, asked }: RoutePreview,
  { at, isGiven }: { readonly at: number; readonly isGiven: boolean },
): z.output<typeof RoutePreviewView> {
  const { team, channels, rules, text, version } = route
  return {
    ...{ at: iso(at), ci, priority, team, text, rules: [...rules] },
    channels: channels === null ? null : [...channels],
    asked: asked.map((one) => ({ ...one })),
    version: isGiven ? null : version,
  }
}
