/**
 * Scenes of the demo: what goes wrong in its estate, as YAML beside this file. A scene played at a
 * time, with seeded chance, is a list of things that happen: bodies that tools post, and what people do.
 */
import { z } from 'zod'
import { type EpochMs, MINUTE, SECOND, toRfc3339 } from '../core/time.ts'
import type { Random } from './random.ts'

const Range = z.union([z.number(), z.tuple([z.number(), z.number()])])
type Range = z.output<typeof Range>
const Labels = z.record(z.string(), z.string())

const Check = z.strictObject({
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  title: z.string(),
  /** Id of the article that its rule links to. */
  runbook: z.string().optional(),
  /** The source that is posted to. */
  by: z.enum(['alertmanager', 'generic']).default('alertmanager'),
})

/** What the monitoring checks, by the name of the rule. */
export const Checks = z.record(z.string(), Check)
export type Checks = z.output<typeof Checks>

const AlertScript = z.strictObject({
  check: z.string(),
  on: Labels,
  /** One alert for each value of a label … */
  each: z.record(z.string(), z.array(z.string()).min(1)).default({}),
  /** … or for so many pods of its service. */
  pods: z.int().min(1).optional(),
  /** Seconds after the scene began. */
  after: Range.default(0),
  /** Minutes; without, it fires until the scene is mended. */
  lasts: Range.optional(),
  /** Comes and goes: how often, the time between two starts and the time down, in seconds. */
  flaps: z.strictObject({ times: z.int().min(1), every: Range, down: Range }).optional(),
  chance: z.number().gt(0).max(1).default(1),
})

const ChangeScript = z.strictObject({
  title: z.string(),
  kind: z.string(),
  ci: z.string(),
  who: z.string(),
  /** Seconds before the scene began. */
  before: z.number().default(0),
})

/** What every scene has. */
export const SceneScript = z.strictObject({
  name: z.string(),
  /** Numbers for titles, drawn once for each time it is played. */
  values: z.record(z.string(), z.tuple([z.number(), z.number()])).default({}),
  changes: z.array(ChangeScript).default([]),
  alerts: z.array(AlertScript).min(1),
})
export type SceneScript = z.output<typeof SceneScript>
type ChangeScript = z.output<typeof ChangeScript>
type AlertScript = z.output<typeof AlertScript>

/** A body that a tool posts. */
export interface Post {
  readonly at: EpochMs
  readonly source: 'alertmanager' | 'generic' | 'change'
  readonly body: object
}

/** One alert, from its start to its end. */
export interface DemoAlert {
  readonly check: string
  readonly source: 'alertmanager' | 'generic'
  readonly severity: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: EpochMs
  /** `null`: when it is mended. */
  readonly endsAt: EpochMs | null
}

export interface Played {
  /** In the order in which they start; the first one is what the scene is known by. */
  readonly alerts: readonly DemoAlert[]
  readonly changes: readonly Post[]
}

export interface Playing {
  readonly at: EpochMs
  /** Length of a second of the script; shorter where it is played faster. */
  readonly secondMs?: number
  readonly random: Random
  readonly checks: Checks
}

/** Plays a scene that begins `at`. */
export function play(scene: SceneScript, playing: Playing): Played {
  const { at, random } = playing
  const values: Record<string, string> = { minor: String(random.int(1, 19)) }
  for (const [name, [min, max]] of Object.entries(scene.values))
    values[name] = String(random.int(min, max))
  const alerts = scene.alerts
    .filter(({ chance }) => chance === 1 || random.chance(chance))
    .flatMap((script) => alertsOf(script, { ...playing, values }))
    .sort((a, b) => a.startsAt - b.startsAt)
  const changes = scene.changes.map((change) =>
    changePost(change, { at: at - change.before * SECOND, values }),
  )
  return { alerts, changes }
}

interface Casting extends Playing {
  readonly values: Readonly<Record<string, string>>
}

function alertsOf(script: AlertScript, casting: Casting): DemoAlert[] {
  const { random, at, secondMs = SECOND } = casting
  return placesOf(script, random).flatMap((labels) => {
    const startsAt = at + drawn(script.after, random) * secondMs
    if (script.flaps !== undefined) return flapping(script, labels, { ...casting, at: startsAt })
    const lasts = script.lasts === undefined ? null : drawn(script.lasts, random) * MINUTE
    return [alertOf(script.check, labels, { casting, startsAt, endsAt: lasts && startsAt + lasts })]
  })
}

function flapping(
  { check, flaps }: AlertScript,
  labels: Readonly<Record<string, string>>,
  casting: Casting,
): DemoAlert[] {
  if (flaps === undefined) return []
  const { random, secondMs = SECOND } = casting
  let { at } = casting
  return Array.from({ length: flaps.times }, () => {
    const startsAt = at
    at += drawn(flaps.every, random) * secondMs
    const endsAt = startsAt + drawn(flaps.down, random) * secondMs
    return alertOf(check, labels, { casting, startsAt, endsAt })
  })
}

function placesOf({ on, each, pods }: AlertScript, random: Random): Record<string, string>[] {
  if (pods !== undefined) {
    const set = `${on['service']}-${word(random, 9)}`
    return Array.from({ length: pods }, () => ({ ...on, pod: `${set}-${word(random, 5)}` }))
  }
  return Object.entries(each).reduce<Record<string, string>[]>(
    (places, [label, values]) =>
      places.flatMap((place) => values.map((value) => ({ ...place, [label]: value }))),
    [on],
  )
}

/** The letters of Kubernetes' made-up suffixes. */
const LETTERS = [...'bcdfghjklmnpqrstvwxz2456789']

function word(random: Random, length: number): string {
  return Array.from({ length }, () => random.pick(LETTERS)).join('')
}

interface Times {
  readonly casting: Casting
  readonly startsAt: EpochMs
  readonly endsAt: EpochMs | null
}

function alertOf(
  name: string,
  place: Readonly<Record<string, string>>,
  { casting: { checks, values }, startsAt, endsAt }: Times,
): DemoAlert {
  const check = checks[name]
  if (check === undefined) throw new Error(`the demo has no check ${name}`)
  const summary = filled(check.title, { ...values, ...place })
  const runbook = check.runbook && `https://runbooks.example/${check.runbook}`
  return {
    check: name,
    source: check.by,
    severity: check.severity,
    labels: { alertname: name, severity: check.severity, environment: 'production', ...place },
    annotations: { summary, ...(runbook === undefined ? {} : { runbook_url: runbook }) },
    startsAt: Math.round(startsAt),
    endsAt: endsAt === null ? null : Math.round(endsAt),
  }
}

function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`the demo has no value for {${name}} in “${text}”`)
    return value
  })
}

function drawn(range: Range, random: Random): number {
  if (typeof range === 'number') return range
  const [min, max] = range
  return min + (max - min) * random.next()
}

interface ChangePlace {
  readonly at: EpochMs
  readonly values?: Readonly<Record<string, string>>
}

/** A change as a pipeline reports it. */
export function changePost(change: ChangeScript, { at, values = {} }: ChangePlace): Post {
  const body = {
    title: filled(change.title, values),
    kind: change.kind,
    ci: change.ci,
    actor: change.who,
    startsAt: toRfc3339(Math.round(at)),
  }
  return { at: Math.round(at), source: 'change', body }
}

/** Reports of alerts, as their tool posts them at one time. */
export function reportOf(
  source: DemoAlert['source'],
  status: 'firing' | 'resolved',
  alerts: readonly DemoAlert[],
): object {
  const items = alerts.map(({ labels, annotations, severity, startsAt, endsAt }) => {
    const times = {
      startsAt: toRfc3339(startsAt),
      ...(status === 'resolved' && endsAt !== null ? { endsAt: toRfc3339(endsAt) } : {}),
    }
    if (source === 'alertmanager') return { status, labels, annotations, ...times }
    return { title: annotations['summary'], status, severity, labels, annotations, ...times }
  })
  if (source === 'generic') return items
  return { version: '4', status, receiver: 'faultline', alerts: items }
}

/** Tools tell what happened within this time together. */
const TOGETHER_MS = 3 * SECOND

/**
 * Starts and ends of alerts as posts, a few alerts of one tool in each, in order of time.
 *
 * @param togetherMs what happens within this time is told together
 */
export function postsOf(alerts: readonly DemoAlert[], togetherMs = TOGETHER_MS): Post[] {
  const groups = new Map<string, { at: EpochMs; alerts: DemoAlert[] }>()
  const add = (alert: DemoAlert, status: 'firing' | 'resolved', at: EpochMs): void => {
    const key = `${alert.source} ${status} ${Math.floor(at / togetherMs)}`
    const group = groups.get(key) ?? { at, alerts: [] }
    group.alerts.push(alert)
    groups.set(key, { ...group, at: Math.max(group.at, at) })
  }
  for (const alert of alerts) {
    add(alert, 'firing', alert.startsAt)
    if (alert.endsAt !== null) add(alert, 'resolved', alert.endsAt)
  }
  return [...groups]
    .flatMap(([key, group]): Post[] => {
      const status = key.includes('resolved') ? 'resolved' : 'firing'
      const source = group.alerts[0]?.source ?? 'alertmanager'
      return [{ at: group.at, source, body: reportOf(source, status, group.alerts) }]
    })
    .sort((a, b) => a.at - b.at)
}
