/**
 * The format of `<pack>.test.yaml`: alerts that are given, and what the engine is expected to make of
 * them (docs/rules.md describes it for people). All times are offsets from the beginning of the case.
 */
import { z } from 'zod'
import { Recurrence } from './core/hours.ts'
import { Duration, MatcherText } from './core/rule-language.ts'
import { parseRfc3339 } from './core/time.ts'
import { Cmdb } from './inputs.ts'

const Times = z
  .union([Duration, z.array(Duration).min(1)], { error: 'a duration like 30s, or a list of them' })
  .transform((times) => (Array.isArray(times) ? [...times].sort((a, b) => a - b) : [times]))

const Texts = z.record(z.string(), z.string())

const CaseAlert = z
  .strictObject({
    /** What the case calls it. */
    id: z.string().regex(/^[^@\s]+$/, 'a name without @ and spaces'),
    source: z.enum(['prometheus', 'alertmanager', 'generic']).default('prometheus'),
    labels: Texts,
    annotations: Texts.default({}),
    /** For the label `severity`; the source `generic` has a field of its own for it. */
    severity: z.string().optional(),
    /** When it is reported as firing; each is an episode unless the one before has not ended. */
    at: Times.default([0]),
    /** When it began to fire, where that is not when it was reported. */
    startsAt: Duration.optional(),
    /** When it is reported as resolved. */
    resolvedAt: Times.default([]),
    /** It lapses so long after its last report. Without it: never within the case. */
    lapses: Duration.optional(),
  })
  .refine(({ at, startsAt }) => startsAt === undefined || at.length === 1, {
    error: 'goes with a single `at`',
    path: ['startsAt'],
  })
  .refine(({ source, lapses }) => lapses === undefined || source !== 'alertmanager', {
    error: 'what Alertmanager passes on does not lapse',
    path: ['lapses'],
  })
  .refine(({ at, resolvedAt }) => resolvedAt.every((end) => end >= (at[0] ?? 0)), {
    error: 'before it fires',
    path: ['resolvedAt'],
  })
export type CaseAlert = z.output<typeof CaseAlert>

const CaseSilence = z.strictObject({
  id: z.string().min(1),
  matchers: z.array(MatcherText).default([]),
  /** Makes it a maintenance window of these CIs. */
  cis: z.array(z.string()).default([]),
  from: Duration.default(0),
  until: Duration,
  /** It mutes at these times only. */
  recurs: Recurrence.optional(),
})

const Cmdbs = z.strictObject({
  items: z.array(Cmdb.shape.items.element.strict()),
  relations: Cmdb.shape.relations,
})

/** `rule:<name>`, `inhibit:<name>`, `silence:<id>` or `maintenance:<id>`; `null`: not muted. */
const Muted = z.string().nullable()
const Bound = z.strictObject({ ci: z.string(), by: z.string() }).nullable()
const Time = z.union([z.literal('never').transform(() => null), Duration], {
  error: 'a duration like 30s, or never',
})
const Level = z.union([z.literal(1), z.literal(2), z.literal(3)])

/** As one text. */
const Names = z.array(z.string()).transform((names) => names.join(', ') || 'none')

const CaseIncident = z.strictObject({
  alerts: z.array(z.string()).min(1),
  /** `rule:<name>`, or `score` where no rule decided. */
  by: z.string().optional(),
  impact: Level.optional(),
  urgency: Level.optional(),
  priority: z.number().int().min(1).max(5).optional(),
  /** The team it goes to; `null`: none. */
  team: z.string().nullable().optional(),
  /** The channels of its route; `all` where it names none. */
  channels: z.union([z.literal('all'), Names]).optional(),
  /** The route rules that hold, in the order in which they are asked. */
  routed_by: Names.optional(),
  opened: Time.optional(),
  notified: Time.optional(),
  resolved: Time.optional(),
  closed: Time.optional(),
  reopened: z.number().int().min(0).optional(),
})
export type CaseIncident = z.output<typeof CaseIncident>

const Expectations = z
  .strictObject({
    /** Which reports are about one alert: every alert of the case, in groups. */
    same: z.array(z.array(z.string()).min(1)).optional(),
    /** The alerts that were found flapping at some time, and no others. */
    flapping: z.array(z.string()).optional(),
    muted: z.record(z.string(), Muted).optional(),
    bound: z.record(z.string(), Bound).optional(),
    /** Every incident of the case, by its alerts; `@<rule>` names one that Faultline itself raised. */
    incidents: z.array(CaseIncident).optional(),
  })
  .refine((expect) => Object.keys(expect).length > 0, { error: 'expects nothing' })

export const RuleCase = z
  .strictObject({
    name: z.string().min(1),
    /** When it begins, for rules that go by the hour. */
    begins: z
      .string()
      .refine((text) => typeof parseRfc3339(text) === 'number', {
        error: 'a time like 2026-03-06T02:10:00+01:00',
      })
      .optional(),
    cmdb: Cmdbs.optional(),
    silences: z.array(CaseSilence).default([]),
    alerts: z.array(CaseAlert).min(1),
    /** The case lasts at least so long. */
    until: Duration.default(0),
    expect: Expectations,
  })
  .check((ctx) => {
    const { alerts, expect } = ctx.value
    const ids = alerts.map(({ id }) => id)
    const fault = (message: string, path: string[]): void => {
      ctx.issues.push({ code: 'custom', message, path, input: ctx.value })
    }
    for (const id of ids.filter((id, index) => ids.indexOf(id) !== index))
      fault(`${id} is used twice`, ['alerts'])
    const named = {
      same: expect.same?.flat() ?? [],
      flapping: expect.flapping ?? [],
      muted: Object.keys(expect.muted ?? {}),
      bound: Object.keys(expect.bound ?? {}),
      incidents: expect.incidents?.flatMap((incident) => incident.alerts) ?? [],
    }
    for (const [field, list] of Object.entries(named))
      for (const id of list)
        if (!ids.includes(id) && !(field === 'incidents' && id.startsWith('@')))
          fault(`the case has no alert ${id}`, ['expect', field])
  })
export type RuleCase = z.output<typeof RuleCase>

/** A `<pack>.test.yaml`. */
export const RuleCases = z.strictObject({ cases: z.array(RuleCase).min(1) }).check((ctx) => {
  const { cases } = ctx.value
  const names = cases.map(({ name }) => name)
  for (const [index, name] of names.entries())
    if (names.indexOf(name) !== index)
      ctx.issues.push({
        code: 'custom',
        message: `${name} is the name of cases.${names.indexOf(name)}`,
        path: ['cases', index, 'name'],
        input: cases,
      })
})
