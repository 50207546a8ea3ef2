/** What alerts say of the world, as the API shows it. */
import { z } from '@hono/zod-openapi'
import { MAX_OBSERVED, type ObservedState, timesOf } from '../../core/observed/state.ts'
import type { Thing } from '../../core/observed/things.ts'
import type { RulePacks } from '../../core/rules.ts'
import { iso, Time } from './common.ts'

const ThingView = z
  .strictObject({
    kind: z.enum(['host', 'workload', 'service', 'database', 'cluster', 'group']),
    class: z.string(),
    name: z.string(),
    realm: z.strictObject({
      namespace: z.string().optional(),
      cluster: z.string().optional(),
      region: z.string().optional(),
      environment: z.string().optional(),
    }),
    ci: z.string().nullable().openapi({ description: 'the CI that it is; null: none yet' }),
  })
  .openapi('ObservedThing')

export const OBSERVED_STATUSES = ['proposed', 'confirmed', 'rejected'] as const

export const ObservedView = z
  .strictObject({
    id: z.string(),
    kind: z.enum(['item', 'relation']),
    thing: ThingView.openapi({ description: 'the CI; of a relation the end that suffers' }),
    relation: z
      .strictObject({ type: z.enum(['runs_on', 'depends_on', 'member_of']), to: ThingView })
      .nullable(),
    status: z.enum(OBSERVED_STATUSES),
    by: z
      .string()
      .nullable()
      .openapi({ description: 'who decided; null: nobody yet, or it was said often enough' }),
    undoable: z.boolean(),
    scope: z.string().openapi({ description: 'correlation scope of the alerts' }),
    alerts: z.int().openapi({ description: 'episodes of alerts that said it' }),
    times: z.int().openapi({ description: 'hours in which it was said, of those that count' }),
    rules: z.array(z.string()).openapi({ description: 'names of alerts that said it, at most 8' }),
    sources: z.array(z.string()),
    firstAt: Time,
    lastAt: Time,
    lastAlert: z.string().openapi({ description: 'key of the newest alert that said it' }),
  })
  .openapi('Observed')

export const ObservedList = z
  .strictObject({
    items: z.array(ObservedView),
    total: z.int().openapi({ description: 'that pass the filter' }),
    counts: z.strictObject({ proposed: z.int(), confirmed: z.int(), rejected: z.int() }),
    limit: z.int().openapi({ description: 'so many of each are kept' }),
    settings: z.strictObject({
      mode: z.enum(['off', 'propose', 'confirm']),
      times: z.int(),
      alerts: z.int(),
      withinMs: z.int(),
    }),
  })
  .openapi('ObservedList')

export const ObservedInput = z
  .strictObject({ ids: z.array(z.string().min(1).max(64)).min(1).max(500) })
  .openapi('ObservedInput')

export const ObservedAnswer = z
  .strictObject({
    changed: z.array(z.string()).openapi({ description: 'ids; a relation brings its ends' }),
  })
  .openapi('ObservedAnswer')

type Settings = RulePacks['bind']['observe']

export interface ViewedBy {
  readonly now: number
  readonly settings: Settings
  readonly ciOf: (thing: Thing) => string | null
}

export function toObservedView(
  one: Readonly<ObservedState>,
  { now, settings, ciOf }: ViewedBy,
): z.output<typeof ObservedView> {
  const { id, about, status, by, scope, rules, sources } = one
  const view = (thing: Thing): z.output<typeof ThingView> => ({
    ...{ kind: thing.kind, class: thing.class, name: thing.name },
    ...{ realm: { ...thing.realm }, ci: ciOf(thing) },
  })
  const { thing, relation } =
    about.kind === 'item'
      ? { thing: about.thing, relation: null }
      : { thing: about.tie.from, relation: { type: about.tie.type, to: view(about.tie.to) } }
  return {
    ...{ id, kind: about.kind, thing: view(thing), relation, status, by, scope },
    ...{ undoable: one.before !== null, alerts: one.count, times: timesOf(one, now, settings) },
    ...{ rules: [...rules], sources: [...sources], lastAlert: one.alert },
    ...{ firstAt: iso(one.firstAt), lastAt: iso(one.lastAt) },
  }
}

export function toSettings({ mode, times, alerts, within }: Settings) {
  return { mode, times, alerts, withinMs: within }
}

export const OBSERVED_LIMIT = MAX_OBSERVED.proposed
