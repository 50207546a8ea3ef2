/** What looks like trouble and is not: deploys that went well, machines taken down on purpose. */
import type { Random } from '../../../src/demo/random.ts'
import { symptomsOf } from './catalogue.ts'
import { between } from './chance.ts'
import type { Post } from './delivery.ts'
import { type Firing, keyOf } from './firing.ts'
import type { Mode } from './symptom.ts'
import { type Component, ofClass, type World } from './world.ts'

export interface Planned {
  readonly firings: readonly Firing[]
  /** @param begin epoch milliseconds of second 0 */
  readonly posts: (begin: number) => readonly Post[]
}

function changeOf(
  title: string,
  kind: string,
  {
    cis,
    at,
    until,
  }: { readonly cis: readonly string[]; readonly at: number; readonly until: number },
): Planned['posts'] {
  const time = (begin: number, seconds: number): string =>
    new Date(begin + Math.round(seconds) * 1000).toISOString()
  return (begin) => [
    {
      at,
      source: 'change',
      items: [],
      payload: { title, ci: cis, kind, startsAt: time(begin, at), endsAt: time(begin, until) },
    },
  ]
}

/** A rollout without harm: at most a pod that is not ready for a moment. */
export function innocentChange(world: World, spanSeconds: number, random: Random): Planned {
  const service = random.pick(deployable(world))
  const at = random.next() * spanSeconds
  const posts = changeOf(`Deploy ${service.name} 2.${random.int(1, 60)}.0`, 'deploy', {
    cis: [service.name],
    at,
    until: at + between(random, [60, 300]),
  })
  if (random.chance(0.6)) return { firings: [], posts }
  return {
    firings: disturbed(service, 'restarts', { at: at + 90, group: `rollout ${at}` }, random),
    posts,
  }
}

/** A window in which one to four machines or devices are down on purpose. */
export function plannedWork(
  world: World,
  { spanSeconds, n }: { readonly spanSeconds: number; readonly n: number },
  random: Random,
): Planned {
  const machines = ofClass(world, 'host', 'switch', 'kafka_broker', 'function')
  const from = machines.length > 0 ? machines : deployable(world)
  const chosen = random.some(from, random.int(1, 4))
  const at = random.next() * spanSeconds * 0.9
  const group = `window ${n}`
  return {
    firings: chosen.flatMap((one) =>
      disturbed(one, 'down', { at: at + between(random, [60, 900]), group }, random),
    ),
    posts: changeOf(`Patch ${chosen.length} machines`, 'maintenance', {
      cis: chosen.map(({ name }) => name),
      at,
      until: at + between(random, [2400, 5400]),
    }),
  }
}

function deployable(world: World): Component[] {
  const services = ofClass(world, 'service', 'function')
  return services.length > 0 ? services : [...world.components.values()]
}

function disturbed(
  component: Component,
  mode: Mode,
  { at, group }: { readonly at: number; readonly group: string },
  random: Random,
): Firing[] {
  const instance = component.instances.length > 0 ? random.pick(component.instances) : undefined
  return random.some(symptomsOf(component, mode), 2).map((alert) => {
    const subject =
      alert.each > 0 && instance !== undefined ? { component, instance } : { component }
    const begin = at + alert.forSeconds + between(random, [5, 60])
    return {
      key: keyOf(alert, subject),
      alert,
      subject,
      at: begin,
      until: begin + between(random, [90, 900]),
      incident: null,
      group: `planned ${group}`,
    }
  })
}
