/** From trouble to alerts: who watches, who misses it, when it fires and when it comes and goes. */
import { hash64 } from '../../../src/core/fingerprint.ts'
import { type Random, seeded } from '../../../src/demo/random.ts'
import type { FaultPlan, Impairment } from './cascade.ts'
import { symptomsOf } from './catalogue.ts'
import { between } from './chance.ts'
import type { Subject } from './labels.ts'
import type { AlertRule } from './symptom.ts'
import { named, type World } from './world.ts'

/** One episode of one alert; seconds since the begin of the scenario. */
export interface Firing {
  /** What is the same alert: rule, component and process. */
  readonly key: string
  readonly alert: AlertRule
  readonly subject: Subject
  readonly at: number
  readonly until: number
  /** Id of the fault, or null: background. */
  readonly incident: string | null
  /** What belongs together: a fault, one spell of a flapping background alert, planned work. */
  readonly group: string
}

export interface Monitoring {
  /** Keeps two instances of a family from watching the same things. */
  readonly seed: number
  /** Share of the rules that exist for a component. */
  readonly coverage: number
  /** Share of alerts that should fire and do not. */
  readonly missing: number
}

export function keyOf(alert: AlertRule, { component, instance }: Subject): string {
  return `${alert.name} ${component.id} ${instance ?? ''}`
}

/** Whether somebody has set up this rule for this component: the same answer all through a scenario. */
function isWatched({ seed, coverage }: Monitoring, alert: AlertRule, component: string): boolean {
  const hash = Number.parseInt(hash64(`${seed} ${alert.name} ${component}`).slice(0, 8), 16)
  return seeded(hash).next() < coverage
}

export interface Happening {
  readonly id: string
  /** Begin of the fault. */
  readonly at: number
  readonly plan: FaultPlan
  readonly impairments: readonly Impairment[]
}

/** The alerts of a fault, in no order. */
export function firingsOf(
  world: World,
  happening: Happening,
  monitoring: Monitoring,
  random: Random,
): Firing[] {
  return happening.impairments.flatMap((impairment) => {
    const component = named(world, impairment.component)
    const upstream =
      impairment.upstream === undefined ? undefined : named(world, impairment.upstream)
    return symptomsOf(component, impairment.mode).flatMap((alert) => {
      if (!isWatched(monitoring, alert, component.id)) return []
      if (alert.view === 'client' && upstream === undefined) return []
      return subjectsOf(alert, impairment, component.instances, random).flatMap((instance) => {
        if (random.chance(monitoring.missing)) return []
        const subject: Subject = {
          component,
          ...(instance === undefined ? {} : { instance }),
          ...(upstream === undefined ? {} : { upstream }),
        }
        return episodes(alert, impairment, happening.plan, random).map(([at, until]) => ({
          key: keyOf(alert, subject),
          alert,
          subject,
          at: happening.at + at,
          until: happening.at + until,
          incident: happening.id,
          group: happening.id,
        }))
      })
    })
  })
}

function subjectsOf(
  alert: AlertRule,
  impairment: Impairment,
  instances: readonly string[],
  random: Random,
): readonly (string | undefined)[] {
  if (impairment.instance !== undefined) return alert.each > 0 ? [impairment.instance] : []
  if (alert.each === 0 || instances.length === 0) return [undefined]
  return instances.filter(() => random.chance(alert.each))
}

/** `for:`, the next evaluation, and the end; several of them where it flaps. */
function episodes(
  alert: AlertRule,
  impairment: Impairment,
  plan: FaultPlan,
  random: Random,
): (readonly [at: number, until: number])[] {
  const at = impairment.at + alert.forSeconds + between(random, [2, 62])
  const until = impairment.until + between(random, [10, 180])
  if (impairment.until - impairment.at < alert.forSeconds || until - at < 20) return []
  if (!random.chance(plan.flap) || until - at < 360) return [[at, until]]
  const found: [number, number][] = []
  let begin = at
  while (begin < until - 60 && found.length < 6) {
    const end = Math.min(until, begin + between(random, [60, 420]))
    found.push([begin, end])
    begin = end + between(random, [60, 300])
  }
  return found
}

/**
 * One alert fires once at a time: who comes while it fires is not seen, as monitoring would not see it
 * either. Sorted by time.
 */
export function withoutOverlaps(firings: readonly Firing[]): Firing[] {
  const last = new Map<string, number>()
  const sorted = [...firings].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : 1))
  return sorted.filter((firing) => {
    const until = last.get(firing.key)
    if (until !== undefined && firing.at < until + 20) return false
    last.set(firing.key, firing.until)
    return true
  })
}
