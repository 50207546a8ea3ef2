/** The kinds of fault of the tuning families. Each follows the course that public post-mortems tell. */
import type { Random } from '../../../src/demo/random.ts'
import type { FaultPlan, Seed } from './cascade.ts'
import { between, lognormal, type Range } from './chance.ts'
import type { Mode } from './symptom.ts'
import { type Component, ofClass, type World } from './world.ts'

export interface Setting {
  readonly world: World
  readonly random: Random
  /** One component of these classes, near the fault before where the schedule says so. */
  readonly pick: (...classes: readonly string[]) => Component | undefined
}

export type FaultKind = (setting: Setting) => FaultPlan | undefined

/** 8 to 50 minutes, mostly about 18. */
export function usualLength(random: Random): number {
  return Math.min(Math.max(lognormal(random, 1080, 0.5), 480), 3000)
}

export function seed(component: string, mode: Mode, atSeconds = 0, untilSeconds?: number): Seed {
  return untilSeconds === undefined
    ? { component, mode, atSeconds }
    : { component, mode, atSeconds, untilSeconds }
}

export function onlineFault(
  kind: string,
  root: Component,
  seeds: readonly Seed[],
  random: Random,
): FaultPlan {
  return {
    kind,
    roots: [root.id],
    seeds,
    lastSeconds: usualLength(random),
    reach: 0.8,
    pace: 1,
    flap: 0.08,
  }
}

/** What uses a component, directly. */
export function usersOf(world: World, id: string): Component[] {
  return world.edges
    .filter(({ to }) => to === id)
    .flatMap(({ from }) => world.components.get(from) ?? [])
}

/** Each once, spread over a time. */
export function spreadOver(
  random: Random,
  components: readonly Component[],
  mode: Mode,
  over: Range,
): Seed[] {
  return components.map(({ id }) => seed(id, mode, between(random, over)))
}

/** A new version with a fault in it: errors or crashing pods a minute or ten after the rollout, ended by going back. */
export const badDeploy: FaultKind = ({ random, pick }) => {
  const root = pick('service')
  if (root === undefined) return undefined
  const mode: Mode = random.pick(['errors', 'errors', 'restarts', 'slow'])
  const more = mode === 'restarts' ? [seed(root.id, 'errors', 60)] : []
  return {
    ...onlineFault('bad-deploy', root, [seed(root.id, mode), ...more], random),
    change: {
      kind: 'deploy',
      title: `Deploy ${root.name} 1.${random.int(10, 90)}.0`,
      leadSeconds: between(random, [40, 600]),
      undone: random.chance(0.7),
    },
  }
}

/** A pool of connections runs dry: requests wait, then fail, and so do those of every caller. */
export const poolExhaustion: FaultKind = ({ random, pick }) => {
  const root = pick('service', 'database')
  if (root === undefined) return undefined
  return onlineFault(
    'pool-exhaustion',
    root,
    [seed(root.id, 'saturated'), seed(root.id, 'slow', 30)],
    random,
  )
}

/** The primary goes away for a minute or three; clients hold dead connections for longer. */
export const databaseFailover: FaultKind = ({ world, random, pick }) => {
  const root = pick('database')
  if (root === undefined) return undefined
  const gone = between(random, [60, 200])
  const stuck = random.some(usersOf(world, root.id), 2)
  return {
    ...onlineFault(
      'database-failover',
      root,
      [
        seed(root.id, 'down', 0, gone + 60),
        seed(root.id, 'degraded', 20),
        ...stuck.map(({ id }) => seed(id, 'errors', between(random, [10, 60]))),
      ],
      random,
    ),
    flap: 0.15,
  }
}

/** Warned of for a long while, then everything that writes there stops: half an hour from first to last. */
export const diskFull: FaultKind = ({ world, random, pick }) => {
  const root = pick('host')
  if (root === undefined) return undefined
  const full = between(random, [900, 2100])
  const stopping = usersOf(world, root.id).map(({ id }) =>
    seed(id, random.pick<Mode>(['disk', 'errors']), full + between(random, [0, 240])),
  )
  return {
    ...onlineFault('disk-full', root, [seed(root.id, 'disk'), ...stopping], random),
    lastSeconds: full + usualLength(random),
    reach: 0.85,
    flap: 0.25,
  }
}

/** A machine dies, or its kubelet does. */
export const nodeLoss: FaultKind = ({ random, pick }) => {
  const root = pick('host')
  if (root === undefined) return undefined
  return { ...onlineFault('node-loss', root, [seed(root.id, 'down')], random), reach: 0.9 }
}

/** One process takes the machine; its neighbours suffer and recover, again and again. */
export const noisyNeighbour: FaultKind = ({ random, pick }) => {
  const root = pick('host')
  if (root === undefined) return undefined
  return {
    ...onlineFault('noisy-neighbour', root, [seed(root.id, 'saturated')], random),
    flap: 0.35,
  }
}

/** Memory grows until the kernel ends the process; it comes back and grows again. */
export const memoryLeak: FaultKind = ({ random, pick }) => {
  const root = pick('pod', 'service')
  if (root === undefined) return undefined
  const begin = between(random, [300, 1200])
  return {
    ...onlineFault(
      'memory-leak',
      root,
      [seed(root.id, 'saturated'), seed(root.id, 'restarts', begin)],
      random,
    ),
    lastSeconds: begin + usualLength(random),
    flap: 0.4,
  }
}

/** A query without an index, or a lock held too long, on a database that many share. */
export const slowQuery: FaultKind = ({ random, pick }) => {
  const root = pick('database')
  if (root === undefined) return undefined
  return {
    ...onlineFault(
      'slow-query',
      root,
      [seed(root.id, 'slow'), seed(root.id, 'saturated', between(random, [60, 400]))],
      random,
    ),
    reach: 0.75,
  }
}

/** Consumers fall behind; what waits for their results notices half an hour later. */
export const queueBacklog: FaultKind = ({ world, random, pick }) => {
  const root = random.pick(
    ofClass(world, 'service').filter(({ name }) => /decode|enrich|aggregate/.test(name)),
  )
  if (root === undefined || pick === undefined) return undefined
  return {
    ...onlineFault(
      'queue-backlog',
      root,
      [seed(root.id, 'slow'), seed(root.id, 'backlog', between(random, [120, 600]))],
      random,
    ),
    lastSeconds: between(random, [2400, 5400]),
    pace: 1.4,
    reach: 0.9,
  }
}

/** A broker of the cluster is lost: replicas lag, producers and consumers stumble. */
export const brokerLoss: FaultKind = ({ random, pick }) => {
  const root = pick('kafka_broker')
  if (root === undefined) return undefined
  return {
    ...onlineFault('broker-loss', root, [seed(root.id, 'down')], random),
    lastSeconds: between(random, [1500, 4000]),
    pace: 1.4,
    reach: 0.9,
  }
}

/** A switch fails: everything behind it is gone at once, and everything that ran there. */
export const switchLoss: FaultKind = ({ world, random }) => {
  const candidates = ofClass(world, 'switch').filter(({ id }) => !id.startsWith('core'))
  const root = random.pick(candidates)
  return {
    ...onlineFault('switch-loss', root, [seed(root.id, 'down')], random),
    reach: 0.95,
    flap: 0.05,
  }
}

/** A cache is emptied: every request goes to what is behind it, which is not built for that. */
export const cacheStampede: FaultKind = ({ world, random, pick }) => {
  const root = pick('cache')
  if (root === undefined) return undefined
  const users = usersOf(world, root.id)
  const behind = users.flatMap(({ id }) =>
    world.edges.filter((edge) => edge.from === id && edge.to !== root.id).map(({ to }) => to),
  )
  const overrun = random.some([...new Set(behind)], 3)
  return onlineFault(
    'cache-stampede',
    root,
    [
      seed(root.id, 'degraded'),
      ...users.map(({ id }) => seed(id, 'slow', between(random, [20, 120]))),
      ...overrun.map((id) => seed(id, 'saturated', between(random, [30, 240]))),
    ],
    random,
  )
}
