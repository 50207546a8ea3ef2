/**
 * Alerts that are nobody's fault: rules set too tight, jobs that fail at night, probes that blink,
 * deploys that went well, planned work. A few rules make most of it, as everywhere.
 */
import type { Random } from '../../../src/demo/random.ts'
import { isFor, symptomsOf } from './catalogue.ts'
import { between, exponential, lognormal, weighted } from './chance.ts'
import { type Firing, keyOf, withoutOverlaps } from './firing.ts'
import type { Subject } from './labels.ts'
import { type AlertRule, type Mode, rule, type Severity } from './symptom.ts'
import type { Component, World } from './world.ts'

/** Of anything that is watched; raised without any fault. */
const CHATTER: readonly AlertRule[] = [
  rule('KubeJobFailed', 'warning', [0, 'ksm'], 'Job of {name} failed to complete'),
  rule(
    'CertificateExpiresSoon',
    'warning',
    [0, 'probe'],
    'Certificate of {name} expires in 21 days',
  ),
  rule(
    'PrometheusRuleEvaluationSlow',
    'warning',
    [5, 'app'],
    'Rule group of {name} evaluates slowly',
  ),
  rule('BackupLate', 'warning', [0, 'app'], 'The last backup of {name} is older than a day'),
  rule(
    'CPUThrottlingHigh',
    'info',
    [5, 'pod', 0.5],
    'Processes in pod {instance} experience CPU throttling',
  ),
  rule('KubeQuotaAlmostFull', 'info', [5, 'ksm'], 'Namespace of {name} uses 90 % of its quota'),
  rule(
    'LogErrorsIncreasing',
    'info',
    [5, 'pod', 0.5],
    'Pod {instance} logs ten times the usual errors',
  ),
  rule('DeploymentFinished', 'info', [0, 'app'], 'A new version of {name} was rolled out'),
  rule('ScalingActivity', 'info', [0, 'ksm'], '{name} was scaled'),
  rule('SyntheticCheckFailed', 'critical', [0, 'probe'], 'Check of {name} failed in one location'),
]
const MODES: readonly Mode[] = [
  'slow',
  'errors',
  'saturated',
  'degraded',
  'disk',
  'lossy',
  'restarts',
  'down',
  'backlog',
]

export interface NoisePlan {
  /** Critical, warning, info. */
  readonly mix: readonly [critical: number, warning: number, info: number]
  /** How many different alerts there are for every 100 that come. */
  readonly variety: number
}

interface Source {
  readonly alert: AlertRule
  readonly subject: Subject
}

const SEVERITIES: readonly Severity[] = ['critical', 'warning', 'info']

/** About `count` background alerts over `[0, spanSeconds)`. */
export function background(
  world: World,
  {
    plan,
    count,
    spanSeconds,
  }: { readonly plan: NoisePlan; readonly count: number; readonly spanSeconds: number },
  random: Random,
): Firing[] {
  const components = [...world.components.values()]
  const total = plan.mix.reduce((sum, share) => sum + share, 0)
  return SEVERITIES.flatMap((severity, i) => {
    const wanted = (count * (plan.mix[i] ?? 0)) / total
    let found: Firing[] = []
    // What would fire while it fires already is lost: more comes until there is enough.
    for (let round = 0; round < 6 && found.length < wanted; round += 1) {
      const left = wanted - found.length
      const more = Math.max(2, Math.ceil((left * plan.variety) / 100))
      const sources = Array.from({ length: more }, () => sourceOf(components, severity, random))
      found = withoutOverlaps([...found, ...chatter(sources, { times: left, spanSeconds }, random)])
    }
    return random.some(found, Math.round(wanted))
  })
}

/** Zipf: the noisiest tenth makes about half of it. */
function chatter(
  sources: readonly Source[],
  { times, spanSeconds }: { readonly times: number; readonly spanSeconds: number },
  random: Random,
): Firing[] {
  const weight = (rank: number): number => 1 / (rank + 1) ** 0.9
  const sum = sources.reduce((all, _one, rank) => all + weight(rank), 0)
  return sources.flatMap((source, rank) =>
    spells(source, { times: (times * weight(rank)) / sum, spanSeconds }, random),
  )
}

function sourceOf(components: readonly Component[], severity: Severity, random: Random): Source {
  for (;;) {
    const component = random.pick(components)
    const own = MODES.flatMap((mode) => symptomsOf(component, mode))
    const fitting = [...own, ...CHATTER].filter(
      (alert) => alert.severity === severity && alert.view !== 'client' && isFor(alert, component),
    )
    if (fitting.length === 0) continue
    const alert = random.pick(fitting)
    const instance =
      alert.each > 0 && component.instances.length > 0
        ? random.pick(component.instances)
        : undefined
    const subject = instance === undefined ? { component } : { component, instance }
    return { alert, subject }
  }
}

const DAY = 86_400

/** When it comes: at random, on the hour, at night, or blinking. */
function spells(
  { alert, subject }: Source,
  { times, spanSeconds }: { readonly times: number; readonly spanSeconds: number },
  random: Random,
): Firing[] {
  const key = keyOf(alert, subject)
  const pattern = weighted(random, [55, 20, 10, 15])
  const chronic = random.chance(0.06)
  const count = Math.floor(times) + (random.next() < times % 1 ? 1 : 0)
  const length = (): number =>
    Math.min(Math.max(lognormal(random, chronic ? 5400 : 240, 0.8), 45), 10_800)
  const make = (at: number, until: number, group: string): Firing => ({
    key,
    alert,
    subject,
    at,
    until,
    incident: null,
    group: `background ${key} ${group}`,
  })
  if (count === 0) return []
  if (pattern === 0) {
    return poissonTimes(count, spanSeconds, random).map((at, n) => make(at, at + length(), `${n}`))
  }
  if (pattern === 1) {
    const period = Math.max(300, spanSeconds / count)
    const phase = random.next() * period
    return Array.from({ length: count }, (_one, n) => {
      const at = phase + n * period + between(random, [0, 20])
      return make(at, at + Math.min(length(), period / 2), `${n}`)
    }).filter(({ at }) => at < spanSeconds)
  }
  if (pattern === 2) {
    return Array.from({ length: count }, (_one, n) => {
      const night = random.int(0, Math.max(0, Math.ceil(spanSeconds / DAY) - 1)) * DAY
      const at = night + 7200 + exponential(random, 1500)
      return make(at, at + length(), `${n}`)
    }).filter(({ at }) => at < spanSeconds)
  }
  const found: Firing[] = []
  for (let spell = 0; found.length < count; spell += 1) {
    let at = random.next() * spanSeconds
    const blinks = Math.min(random.int(3, 8), count - found.length)
    for (let n = 0; n < blinks; n += 1) {
      const until = at + between(random, [45, 240])
      found.push(make(at, until, `spell ${spell}`))
      at = until + between(random, [45, 240])
    }
  }
  return found
}

function poissonTimes(count: number, span: number, random: Random): number[] {
  return Array.from({ length: count }, () => random.next() * span)
}
