/**
 * How trouble travels. Published post-mortems agree on the shape: what calls a broken thing fails
 * within seconds to minutes, slowness climbs further than errors, what runs on dead hardware dies at
 * once, queues delay trouble by minutes and data jobs by half an hour, and where something has a
 * fallback or a second instance it often stops there.
 */
import type { Random } from '../../../src/demo/random.ts'
import { between, type Range } from './chance.ts'
import type { Mode } from './symptom.ts'
import { type Edge, named, type World } from './world.ts'

/** Seconds count from the begin of the fault. */
export interface Seed {
  readonly component: string
  readonly mode: Mode
  readonly atSeconds: number
  /** When this part of the trouble ends; the end of the fault where absent. */
  readonly untilSeconds?: number
}

export interface FaultPlan {
  readonly kind: string
  /** What a post-mortem would name as the cause. */
  readonly roots: readonly string[]
  readonly seeds: readonly Seed[]
  readonly lastSeconds: number
  /** Share of the chance to spread that is left with every hop. */
  readonly reach: number
  /** Factor on the delays of the spread: 1 is a busy online system, 6 a batch system. */
  readonly pace: number
  /** Chance that an alert of it comes and goes several times. */
  readonly flap: number
  /** A change that caused it: seconds before the fault, and the components it touched. */
  readonly change?: {
    readonly kind: string
    readonly title: string
    readonly leadSeconds: number
    readonly undone: boolean
  }
}

export interface Impairment {
  readonly component: string
  readonly mode: Mode
  readonly at: number
  readonly until: number
  readonly hop: number
  readonly upstream?: string
  /** Only this process has it. */
  readonly instance?: string
}

type Step = readonly [mode: Mode, chance: number, delay: Range]
type Spread = Partial<Record<Mode, readonly Step[]>>

const CALL: Spread = {
  down: [
    ['errors', 0.85, [5, 90]],
    ['slow', 0.2, [10, 60]],
  ],
  errors: [
    ['errors', 0.5, [10, 120]],
    ['slow', 0.12, [20, 120]],
  ],
  slow: [
    ['slow', 0.55, [15, 240]],
    ['errors', 0.2, [60, 300]],
    ['saturated', 0.12, [60, 300]],
  ],
  saturated: [
    ['slow', 0.5, [10, 180]],
    ['errors', 0.2, [30, 240]],
  ],
  restarts: [['errors', 0.4, [5, 90]]],
  throttled: [
    ['throttled', 0.45, [5, 60]],
    ['errors', 0.2, [20, 120]],
  ],
  expired: [['errors', 0.8, [5, 60]]],
  lossy: [
    ['lossy', 0.4, [10, 120]],
    ['slow', 0.3, [10, 180]],
  ],
  degraded: [
    ['slow', 0.25, [20, 240]],
    ['errors', 0.1, [20, 240]],
  ],
  disk: [
    ['errors', 0.5, [30, 300]],
    ['slow', 0.3, [30, 300]],
  ],
  skewed: [
    ['skewed', 0.5, [30, 600]],
    ['errors', 0.2, [60, 600]],
  ],
  backlog: [['stale', 0.3, [300, 1200]]],
  stale: [['stale', 0.5, [300, 1200]]],
}

const HOSTED: Spread = {
  down: [['down', 0.97, [0, 45]]],
  saturated: [
    ['slow', 0.5, [30, 240]],
    ['saturated', 0.25, [30, 240]],
  ],
  slow: [['slow', 0.6, [30, 300]]],
  disk: [
    ['disk', 0.4, [60, 600]],
    ['errors', 0.35, [60, 600]],
  ],
  lossy: [['lossy', 0.5, [10, 120]]],
  skewed: [['skewed', 0.5, [60, 900]]],
  restarts: [['down', 0.8, [0, 30]]],
}

const NETWORK: Spread = {
  down: [['down', 0.97, [0, 60]]],
  lossy: [['lossy', 0.7, [0, 180]]],
  saturated: [['lossy', 0.4, [20, 240]]],
}

const READ: Spread = {
  down: [
    ['errors', 0.6, [10, 120]],
    ['backlog', 0.3, [60, 300]],
  ],
  degraded: [['backlog', 0.2, [60, 600]]],
  backlog: [
    ['backlog', 0.5, [120, 900]],
    ['stale', 0.3, [300, 1500]],
  ],
  saturated: [
    ['backlog', 0.5, [60, 600]],
    ['slow', 0.3, [30, 300]],
  ],
  slow: [['backlog', 0.5, [60, 600]]],
  errors: [
    ['backlog', 0.5, [60, 600]],
    ['stale', 0.4, [300, 1500]],
  ],
  restarts: [['backlog', 0.5, [60, 600]]],
  disk: [['errors', 0.5, [30, 300]]],
  stale: [['stale', 0.7, [300, 1500]]],
  throttled: [['backlog', 0.6, [60, 600]]],
}

const WRITE: Spread = {
  down: [['errors', 0.7, [5, 90]]],
  degraded: [['slow', 0.2, [20, 240]]],
  saturated: [
    ['slow', 0.5, [20, 240]],
    ['errors', 0.25, [60, 300]],
  ],
  slow: [
    ['slow', 0.4, [20, 240]],
    ['backlog', 0.3, [60, 600]],
  ],
  disk: [['errors', 0.6, [30, 300]]],
  throttled: [['errors', 0.4, [20, 200]]],
}

/** From what depends to what it depends on: the few effects that run downwards. */
const BACK: Readonly<Record<string, Spread>> = {
  member_of: {
    down: [['degraded', 0.8, [0, 60]]],
    restarts: [['degraded', 0.6, [10, 120]]],
    saturated: [['saturated', 0.25, [30, 240]]],
    disk: [['degraded', 0.7, [10, 120]]],
  },
  reads_from: {
    down: [['backlog', 0.6, [120, 600]]],
    errors: [['backlog', 0.4, [120, 600]]],
    slow: [['backlog', 0.4, [180, 900]]],
    restarts: [['backlog', 0.5, [120, 600]]],
  },
  depends_on: { down: [['idle', 0.12, [30, 240]]], errors: [['idle', 0.04, [60, 300]]] },
}

const FORWARD: Readonly<Record<string, Spread>> = {
  depends_on: CALL,
  uses: CALL,
  runs_on: HOSTED,
  located_in: HOSTED,
  connects_to: NETWORK,
  reads_from: READ,
  writes_to: WRITE,
}

const MAX_HOPS = 7

interface Neighbours {
  readonly above: ReadonlyMap<string, readonly Edge[]>
  readonly below: ReadonlyMap<string, readonly Edge[]>
}

function neighboursOf(world: World): Neighbours {
  const above = new Map<string, Edge[]>()
  const below = new Map<string, Edge[]>()
  for (const edge of world.edges) {
    above.set(edge.to, [...(above.get(edge.to) ?? []), edge])
    below.set(edge.from, [...(below.get(edge.from) ?? []), edge])
  }
  return { above, below }
}

/** Everything that a fault impairs, by time. One component is in one trouble once. */
export function cascade(world: World, plan: FaultPlan, random: Random): Impairment[] {
  const { above, below } = neighboursOf(world)
  const waiting: Impairment[] = plan.seeds.map((seed) => ({
    component: seed.component,
    mode: seed.mode,
    at: seed.atSeconds,
    until: seed.untilSeconds ?? plan.lastSeconds,
    hop: 0,
  }))
  const found = new Map<string, Impairment>()
  while (waiting.length > 0) {
    waiting.sort((a, b) => b.at - a.at || (a.component < b.component ? 1 : -1))
    const next = waiting.pop()
    if (next === undefined) break
    const key = `${next.component} ${next.mode} ${next.instance ?? ''}`
    if (found.has(key)) continue
    found.set(key, next)
    if (next.hop >= MAX_HOPS || next.instance !== undefined) continue
    const spread = (edge: Edge, to: string, steps: readonly Step[]): void => {
      for (const step of steps) {
        const hit = passOn(world, next, { edge, to, step }, { plan, random })
        if (hit !== undefined) waiting.push(hit)
      }
    }
    for (const edge of above.get(next.component) ?? []) {
      waiting.push(...processesOn(world, edge, next, random))
      spread(edge, edge.from, FORWARD[edge.type]?.[next.mode] ?? [])
    }
    for (const edge of below.get(next.component) ?? [])
      if (next.hop < 3) spread(edge, edge.to, BACK[edge.type]?.[next.mode] ?? [])
  }
  return [...found.values()]
}

interface Way {
  readonly edge: Edge
  readonly to: string
  readonly step: Step
}

function passOn(
  world: World,
  from: Impairment,
  { edge, to, step: [mode, chance, delay] }: Way,
  { plan, random }: { readonly plan: FaultPlan; readonly random: Random },
): Impairment | undefined {
  // A service with other machines left is not down: it has lost a part, and may stumble.
  const spare = edge.type === 'runs_on' && edge.weight < 1 && mode === 'down'
  const wait = between(random, delay) * plan.pace
  const hits = random.next() < chance * edge.weight * plan.reach ** from.hop * (spare ? 0.5 : 1)
  if (!hits) return undefined
  const lag = between(random, [0, 150]) * Math.sqrt(plan.pace)
  const at = from.at + wait
  const until = Math.max(from.until + lag, at + 60)
  if (from.until - from.at < wait && plan.pace <= 1) return undefined
  named(world, to)
  const shown: Mode = spare ? 'errors' : mode
  return { component: to, mode: shown, at, until, hop: from.hop + 1, upstream: from.component }
}

/** The processes of a service that stood on a machine which is gone. */
function processesOn(world: World, edge: Edge, from: Impairment, random: Random): Impairment[] {
  if (edge.type !== 'runs_on' || edge.weight >= 1) return []
  if (from.mode !== 'down' && from.mode !== 'restarts') return []
  const { address } = named(world, from.component)
  const instances = named(world, edge.from).instances.filter((one) => one.startsWith(`${address}:`))
  return instances.map((instance) => ({
    component: edge.from,
    mode: 'down',
    at: from.at + between(random, [0, 45]),
    until: from.until + between(random, [0, 120]),
    hop: from.hop + 1,
    instance,
    upstream: from.component,
  }))
}
