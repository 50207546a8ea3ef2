/**
 * Rule packs: what people decide for the engine, as YAML in `rules/`. A pack is one file; each has
 * a `<name>.test.yaml` beside it. Rules come before scores and win.
 */
import { z } from 'zod'
import { IngestMapping, MappingId } from './mapping.ts'
import { SEVERITIES } from './model.ts'
import { RoutePack } from './route-rules.ts'
import {
  byPriority,
  Duration,
  HoursList,
  HoursNames,
  hoursFaults,
  LabelName,
  LabelWhen,
  Named,
  NEEDS_ONE,
  PriorityLevel,
  Regex,
  SomeWhen,
  When,
} from './rule-language.ts'
import { MAX_SCOPE_LABELS } from './scope.ts'
import { compare, MAX_HOPS } from './topology.ts'

const SeverityName = z.enum(SEVERITIES)
const Weight = z.number().min(0).max(3)

/** What is the same alert, and when it flaps. */
export const DedupPack = z.strictObject({
  /** Labels that differ between replicas of one reporter and are no part of the identity. */
  drop_labels: z
    .array(z.string())
    .default(['replica', 'prometheus', 'prometheus_replica', '__replica__']),
  flapping: z
    .strictObject({
      /** Width of one of the 20 slots. */
      slot: Duration.default(60_000),
      /** Icinga's thresholds, per cent of weighted state changes. */
      start: z.number().min(1).max(100).default(30),
      stop: z.number().min(0).max(100).default(25),
    })
    .prefault({}),
  /** How long expiry by `endsAt` waits after a gap of ours or of the source's. */
  grace: Duration.default(300_000),
})

const SuppressRule = z.strictObject({
  name: z.string().min(1),
  when: SomeWhen,
  reason: z.string().min(1),
  /** It fires as long as all is well: its end is what people are told of. */
  heartbeat: z.boolean().default(false),
  during: HoursNames,
  outside: HoursNames,
})
export type SuppressRule = z.infer<typeof SuppressRule>

const InhibitRule = z
  .strictObject({
    name: z.string().min(1),
    /** What must fire … */
    source: SomeWhen,
    /** … to mute what. */
    target: SomeWhen,
    /** Labels and fields with equal values on both; one that is missing on both is equal. */
    equal: z.array(Named).default([]),
    /** The source is on the target's CI, or on one it depends on over at most so many relations. */
    downstream: z.number().int().min(0).max(MAX_HOPS).optional(),
    /** Not while the target depends on another CI of the source's sort that is not cut off as well. */
    all_paths: z.boolean().default(false),
    reason: z.string().min(1),
  })
  .check(({ value, issues }) => {
    const { all_paths, downstream = 0, source } = value
    if (!all_paths || (downstream > 0 && source.some(({ name }) => name.startsWith('ci.')))) return
    const message = 'needs downstream, and a source that says by `ci.` fields what a path is'
    issues.push({ code: 'custom', message, path: ['all_paths'], input: value })
  })
export type InhibitRule = z.infer<typeof InhibitRule>

/** Alerts that never open an incident by themselves. */
export const SuppressPack = z
  .strictObject({
    /** Times that rules name in `during` and `outside`. */
    hours: HoursList,
    rules: z.array(SuppressRule).default([]),
    inhibit: z.array(InhibitRule).default([]),
    /** What planned changes do to alerts on their CIs, from their start to their end. */
    changes: z
      .strictObject({
        mode: z.enum(['off', 'mark', 'mute']).default('mark'),
        statuses: z
          .array(z.string().min(1))
          .default([
            ...['approved', 'scheduled', 'implement', 'implementing', 'in progress', 'started'],
          ]),
        except: z.array(z.string().min(1)).default(['emergency']),
        longest: Duration.default(86_400_000),
      })
      .prefault({}),
  })
  .check(({ value, issues }) => {
    for (const message of hoursFaults(value.hours, value.rules))
      issues.push({ code: 'custom', message, path: ['rules'], input: value })
  })

/** What sort of thing a label speaks of, whatever the CMDB calls its class. */
export const CiKind = z.enum(['pod', 'workload', 'host', 'service'])
export type CiKind = z.infer<typeof CiKind>

const BindRule = z.strictObject({
  name: z.string().min(1),
  when: LabelWhen.default([]),
  /** Label whose value is looked up among the CIs' names and aliases. */
  label: z.string().min(1),
  /** Cuts the wanted part out of the value: the first group, or the whole match. */
  extract: Regex.optional(),
  class: z.array(z.string()).default([]),
  /** Of several CIs with the name, the one of this kind is meant. */
  kind: CiKind.optional(),
  confidence: z.number().gt(0).max(1).default(0.9),
})

/** Hours and names of alerts that are remembered of what alerts say of the world. */
export const MAX_TIMES = 24
export const MAX_OBSERVED_RULES = 8

/** Which label names a CI, beyond the built-in cascade. First match wins. */
export const BindPack = z.strictObject({
  rules: z.array(BindRule).default([]),
  /** What alerts say about CIs and relations that the CMDB does not have (core/observed/). */
  observe: z
    .strictObject({
      /** `confirm`: what is said often enough is taken over without asking. */
      mode: z.enum(['off', 'propose', 'confirm']).default('propose'),
      /** Times, at least an hour apart as the clock has it, that it must be said. */
      times: z.number().int().min(2).max(MAX_TIMES).default(5),
      /** Names of alerts that must say it. */
      alerts: z.number().int().min(1).max(MAX_OBSERVED_RULES).default(2),
      /** What nobody says for so long is forgotten. */
      within: Duration.refine((span) => span >= 86_400_000, 'at least 1d').default(1_209_600_000),
    })
    .prefault({}),
})

/** Placements are looked at for so long: a longer gap would say what cannot be. */
const MAX_GAP_MS = 1_440_000

const CorrelateRule = z
  .strictObject({
    name: z.string().min(1),
    /** Higher ones are asked first; equal ones in the order in which they are written. */
    priority: z.number().int().min(-1000).max(1000).default(0),
    when: SomeWhen,
    /**
     * `group`: alerts with equal values of `by` belong together within `window`, and with nothing else.
     * `apart`: such an alert always gets an incident of its own.
     * `forbid`: the score puts such an alert into no incident that has one of `with`, nor the other way.
     * `bound`: `gap`, `lifetime` and `scope` bound what the score may link such an alert to.
     */
    decide: z.enum(['group', 'apart', 'forbid', 'bound']),
    /** An alert that lacks one of these labels or fields goes on to the next rule. */
    by: z.array(Named).default([]),
    window: Duration.default(900_000),
    with: When.default([]),
    gap: Duration.refine((gap) => gap <= MAX_GAP_MS, 'at most 24m').optional(),
    lifetime: Duration.optional(),
    scope: z
      .union([
        z.enum(['same_ci', 'same_service']),
        z.strictObject({ hops: z.number().int().min(1).max(MAX_HOPS) }),
      ])
      .optional(),
  })
  .check(({ value, issues }) => {
    const { decide, gap, lifetime, scope } = value
    const fault = (path: string, message: string): void => {
      issues.push({ code: 'custom', message, path: [path], input: value })
    }
    const bounds = gap !== undefined || lifetime !== undefined || scope !== undefined
    if (decide === 'forbid' && value.with.length === 0) fault('with', NEEDS_ONE)
    if (decide !== 'forbid' && value.with.length > 0) fault('with', 'only goes with forbid')
    if (decide === 'bound' && !bounds) fault('decide', 'needs a gap, a lifetime or a scope')
    if (decide !== 'bound' && bounds)
      fault('decide', 'gap, lifetime and scope of a rule only go with bound')
    if (decide !== 'group' && value.by.length > 0) fault('by', 'only goes with group')
  })
export type CorrelateRule = z.infer<typeof CorrelateRule>

/** Which alerts belong together: rules, then the score with its weights and bounds. */
export const CorrelatePack = z.strictObject({
  rules: z.array(CorrelateRule).transform(byPriority).default([]),
  /** Labels that tell scopes apart: alerts of different scopes never meet. */
  scope: z.array(LabelName).max(MAX_SCOPE_LABELS).default([]),
  /** No link to an alert that started longer ago than this. */
  gap: Duration.default(600_000),
  /** No incident takes new alerts this long after its first one. */
  lifetime: Duration.default(7_200_000),
  /** p from which an alert joins, and from which it is shown as related. */
  join: z.number().gt(0).lt(1).default(0.8),
  related: z.number().gt(0).lt(1).default(0.6),
  weights: z
    .strictObject({
      time: Weight.default(1),
      crowd: Weight.default(1),
      topology: Weight.default(1),
      signature: Weight.default(1),
      labels: Weight.default(1),
      cooccurrence: Weight.default(0.5),
      change: Weight.default(1),
      noise: Weight.default(1),
      ended: Weight.default(1),
      again: Weight.default(1),
      burst: Weight.default(1),
    })
    .prefault({}),
})

const PriorityRule = z
  .strictObject({
    name: z.string().min(1),
    when: SomeWhen,
    /** Exactly this … */
    set: PriorityLevel.optional(),
    /** … or never less urgent, or never more urgent than this. */
    at_least: PriorityLevel.optional(),
    at_most: PriorityLevel.optional(),
    reason: z.string().min(1),
  })
  .check(({ value, issues }) => {
    const { set, at_least, at_most } = value
    const bounds = at_least !== undefined || at_most !== undefined
    const fault = (message: string): void => {
      issues.push({ code: 'custom', message, path: [], input: value })
    }
    if ((set === undefined) === !bounds) fault('needs either set, or at_least or at_most')
    if (at_least !== undefined && at_most !== undefined && at_least < at_most)
      fault('at_most may not be less urgent than at_least')
  })
export type PriorityRule = z.infer<typeof PriorityRule>

/** ITIL: priority = impact and urgency by table. */
export const PriorityPack = z.strictObject({
  urgency: z
    .partialRecord(SeverityName, z.union([z.literal(1), z.literal(2), z.literal(3)]))
    .default({ critical: 1, error: 2, warning: 2, info: 3, none: 3, unknown: 2 }),
  /** CIs of at most this criticality make the impact high; one more makes it medium. */
  high_criticality: z.number().int().min(1).max(4).default(1),
  /** So many services touched make the impact high / medium. */
  high_services: z.number().int().min(1).default(5),
  medium_services: z.number().int().min(1).default(2),
  rules: z.array(PriorityRule).default([]),
})

/** When an incident opens, is told, resolves, reopens and closes. */
export const LifecyclePack = z.strictObject({
  /** Opens by itself from this severity on … */
  open_severity: SeverityName.default('warning'),
  /** … or with so many alerts … */
  open_alerts: z.number().int().min(1).default(2),
  /** … or with so much surprise (nats), after `open_wait`; critical ones at once. */
  open_surprise: z.number().min(0).default(8),
  transient_after: z.number().int().min(0).default(3),
  open_wait: Duration.default(10_000),
  /** People are told so long after the incident became visible; critical ones at once. */
  group_wait: Duration.default(20_000),
  /** After the last alert has resolved. */
  resolve_hold: Duration.default(60_000),
  /** A resolved incident takes alerts again within this time after it resolved. */
  reopen: Duration.default(300_000),
  /** A resolved incident closes for good after this time. */
  close: Duration.default(86_400_000),
  /** Many more new alerts than usual: people are told of incidents together. */
  storm: z
    .strictObject({
      /** So many new alerts in a minute, at least, and so many times what is usual. */
      min_alerts: z.number().int().min(2).default(100),
      factor: z.number().min(1).max(1000).default(5),
      /** Over when the rate was below half of that for so long. */
      quiet: Duration.default(300_000),
      /** Told of by themselves all the same: incidents of this priority or above, and the first few. */
      page_priority: z.number().int().min(0).max(5).default(1),
      first: z.number().int().min(0).max(1000).default(3),
      /** News of a storm come at this distance. */
      update: Duration.default(300_000),
    })
    .prefault({}),
})

export const RulePacks = z.strictObject({
  dedup: DedupPack.prefault({}),
  suppress: SuppressPack.prefault({}),
  bind: BindPack.prefault({}),
  correlate: CorrelatePack.prefault({}),
  priority: PriorityPack.prefault({}),
  route: RoutePack.prefault({}),
  lifecycle: LifecyclePack.prefault({}),
  /** Mappings of tools without a source of their own, by source. */
  ingest: z.record(MappingId, IngestMapping).prefault({}),
})
export type RulePacks = z.output<typeof RulePacks>
export const PACK_NAMES = [
  'dedup',
  'suppress',
  'bind',
  'correlate',
  'priority',
  'route',
  'lifecycle',
] as const

/**
 * Reads parsed YAML documents, by pack name.
 *
 * @returns the packs with every default filled in, or all faults, each naming its field
 */
export function parseRules(
  packs: Readonly<Record<string, unknown>>,
):
  | { readonly ok: true; readonly packs: RulePacks }
  | { readonly ok: false; readonly faults: string[] } {
  const read = RulePacks.safeParse(packs)
  if (read.success) return { ok: true, packs: read.data }
  const faults = read.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  return { ok: false, faults: faults.sort(compare) }
}

/**
 * Reads packs that were accepted once: the journal is to fold whatever has been forbidden since. Of hours that
 * are named twice the first ones count, as they did then; each pack that has such is named in `mended`.
 */
export function readAcceptedRules(
  packs: Readonly<Record<string, unknown>>,
): ReturnType<typeof parseRules> & { readonly mended: readonly string[] } {
  const read = parseRules(packs)
  if (read.ok) return { ...read, mended: [] }
  const mended: string[] = []
  const clean = Object.fromEntries(
    Object.entries(packs).map(([name, pack]) => {
      const once = withHoursOnce(pack)
      if (once !== pack) mended.push(name)
      return [name, once]
    }),
  )
  return mended.length === 0 ? { ...read, mended } : { ...parseRules(clean), mended }
}

function withHoursOnce(pack: unknown): unknown {
  if (typeof pack !== 'object' || pack === null || !('hours' in pack)) return pack
  const { hours } = pack
  if (!Array.isArray(hours)) return pack
  const names = hours.map((one: unknown) => Object(one).name)
  const first = hours.filter((_one, at) => names.indexOf(names[at]) === at)
  return first.length === hours.length ? pack : { ...pack, hours: first }
}

/** Every default and no rule. */
export function defaultRules(): RulePacks {
  return RulePacks.parse({})
}
