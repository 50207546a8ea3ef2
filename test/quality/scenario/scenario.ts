/** One instance of a family: estate, faults, noise, CMDB and the stream of posts, all from one seed. */
import { createHash } from 'node:crypto'
import { type Random, seeded } from '../../../src/demo/random.ts'
import { cascade } from './cascade.ts'
import { between, exponential } from './chance.ts'
import { type Cmdb, type CmdbFaults, document } from './cmdb.ts'
import { type DeliveryPlan, type Post, postsOf, sourceFor, tell } from './delivery.ts'
import type { FaultKind, Setting } from './faults.ts'
import { type Firing, firingsOf, type Happening, withoutOverlaps } from './firing.ts'
import { background, type NoisePlan } from './noise.ts'
import { innocentChange, type Planned, plannedWork } from './planned.ts'
import type { Build } from './topologies.ts'
import { ofClass, type World } from './world.ts'

export interface Family {
  readonly name: string
  readonly set: 'tuning' | 'test'
  /** One line for the table of families. */
  readonly about: string
  readonly build: Build
  readonly faults: readonly FaultKind[]
  readonly schedule: {
    /** Faults in an instance. */
    readonly count: number
    /** Mean minutes between the end of a fault and the begin of the next. */
    readonly apartMinutes: number
    /** Chance that a fault begins while the one before is young. */
    readonly overlap: number
    /** Chance that such a fault is near the one before in the topology. */
    readonly near: number
  }
  readonly noise: NoisePlan & {
    /** Share of background among all episodes; with no faults, `count` says how many there are. */
    readonly share: number
    readonly count?: number
  }
  readonly cmdb: CmdbFaults
  readonly delivery: DeliveryPlan
  /** Changes that break nothing, and windows of planned work. */
  readonly planned: { readonly changes: number; readonly windows: number }
  readonly spanHours: number
}

export interface TruthAlert {
  readonly fingerprint: string
  /** As the source tells it. */
  readonly startsAt: string
  readonly kind: 'incident' | 'background'
  readonly incident: string | null
  /** The incident, or for background what may share an incident: one spell, one window of work. */
  readonly group: string
  readonly severity: string
  /** Where it was first posted as firing: the id of the line and the place in its body. */
  readonly line: string
  readonly index: number
}

export interface TruthIncident {
  readonly id: string
  readonly system: string
  readonly startedAt: string
  readonly rootCauses: readonly string[]
  /** Whether the CMDB knows any of them: else no engine can name one. */
  readonly known: boolean
}

export interface Scenario {
  readonly cmdb: Cmdb
  /** NDJSON in the format of `faultline replay`. */
  readonly events: string
  readonly truth: {
    readonly alerts: readonly TruthAlert[]
    readonly incidents: readonly TruthIncident[]
  }
}

/** Monday, 2 March 2026, midnight UTC. */
const BEGIN = 1_772_409_600_000

/** The time before the first fault: noise only, as an engine that is just set up would see it. */
const QUIET_HOURS = 3

/** The instance of a family for a seed: always the same. */
export function generate(family: Family, seed: number): Scenario {
  const part = (name: string): Random => seeded(numberOf(`${family.name} ${seed} ${name}`))
  const world = family.build(part('world'))
  const { cmdb, aliases, unknown } = document(world, family.cmdb, part('cmdb'))
  const happenings = happen(family, world, part('faults'))
  const monitoring = { seed, coverage: 0.72, missing: 0.07 }
  const alerts = part('alerts')
  const faulty = withoutOverlaps(
    happenings.flatMap((happening) => firingsOf(world, happening, monitoring, alerts)),
  )
  const spanSeconds = spanOf(family, faulty)
  const planned = plan(family, world, { spanSeconds, random: part('planned') })
  const { share, count } = family.noise
  const wanted = count ?? Math.round((faulty.length * share) / (1 - share)) - planned.firings.length
  const noise = { plan: family.noise, count: Math.max(0, wanted), spanSeconds }
  const firings = withoutOverlaps([
    ...faulty,
    ...planned.firings,
    ...background(world, noise, part('noise')),
  ])
  const sending = { plan: family.delivery, aliases, begin: BEGIN, seed }
  const posts = [
    ...postsOf(firings, sending, part('delivery')),
    ...planned.posts(BEGIN),
    ...happenings.flatMap((happening) => changePosts(world, happening)),
  ]
  const { events, alerts: told } = written(posts, sending)
  const seen = new Set(told.map(({ incident }) => incident))
  const incidents = happenings
    .filter(({ id }) => seen.has(id))
    .map(({ id, at, plan: { kind, roots } }) => ({
      id,
      system: kind,
      startedAt: iso(at),
      rootCauses: roots,
      known: roots.some((root) => !unknown.has(root)),
    }))
  return { cmdb, events, truth: { alerts: told, incidents } }
}

function iso(seconds: number): string {
  return new Date(BEGIN + Math.round(seconds * 1000)).toISOString()
}

function numberOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32LE(0)
}

/** SHA-256 over CMDB, events and truth: 16 hexadecimal digits. */
export function digestOf({ cmdb, events, truth }: Scenario): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify(cmdb)).update('\n').update(events).update(JSON.stringify(truth))
  return hash.digest('hex').slice(0, 16)
}

function spanOf(family: Family, faulty: readonly Firing[]): number {
  const last = faulty.reduce((latest, { until }) => Math.max(latest, until), 0)
  return Math.max(family.spanHours * 3600, last + 1800)
}

function happen({ faults, schedule }: Family, world: World, random: Random): Happening[] {
  const found: Happening[] = []
  let at = QUIET_HOURS * 3600
  for (let n = 1; n <= schedule.count && faults.length > 0; n += 1) {
    const before = found.at(-1)
    const together = before !== undefined && random.chance(schedule.overlap)
    if (before !== undefined) {
      at = together
        ? before.at + between(random, [60, 600])
        : Math.max(...found.map((one) => one.at + one.plan.lastSeconds)) +
          300 +
          exponential(random, schedule.apartMinutes * 60)
    }
    const near = together && random.chance(schedule.near) ? before.plan.roots[0] : undefined
    const fault = random.pick(faults)({ world, random, pick: picker(world, random, near) })
    if (fault === undefined) continue
    const impairments = cascade(world, fault, random)
    found.push({ id: `${fault.kind}-${n}`, at, plan: fault, impairments })
  }
  return found
}

/** Any component of the classes, or one within three steps of another where there is one. */
function picker(world: World, random: Random, near: string | undefined): Setting['pick'] {
  const reached = near === undefined ? undefined : within(world, near, 3)
  return (...classes) => {
    const all = ofClass(world, ...classes)
    const close = all.filter(({ id }) => reached?.has(id) === true && id !== near)
    const from = close.length > 0 ? close : all
    return from.length === 0 ? undefined : random.pick(from)
  }
}

function within(world: World, from: string, steps: number): Set<string> {
  const reached = new Set([from])
  for (let step = 0; step < steps; step += 1) {
    const now = new Set(reached)
    for (const edge of world.edges) {
      if (now.has(edge.from)) reached.add(edge.to)
      if (now.has(edge.to)) reached.add(edge.from)
    }
  }
  return reached
}

function plan(
  family: Family,
  world: World,
  { spanSeconds, random }: { readonly spanSeconds: number; readonly random: Random },
): Planned {
  const parts = [
    ...Array.from({ length: family.planned.changes }, () =>
      innocentChange(world, spanSeconds, random),
    ),
    ...Array.from({ length: family.planned.windows }, (_one, n) =>
      plannedWork(world, { spanSeconds, n }, random),
    ),
  ]
  return {
    firings: parts.flatMap(({ firings }) => firings),
    posts: (begin) => parts.flatMap(({ posts }) => posts(begin)),
  }
}

function changePosts(world: World, { at, plan: fault }: Happening): Post[] {
  const { change } = fault
  if (change === undefined) return []
  const ci = fault.roots.map((root) => world.components.get(root)?.name ?? root)
  const begun = at - change.leadSeconds
  const post = (when: number, title: string, kind: string): Post => ({
    at: when + 5,
    source: 'change',
    items: [],
    payload: { title, ci, kind, startsAt: iso(when), endsAt: iso(when + 90) },
  })
  const undo = at + fault.lastSeconds - 120
  return [
    post(begun, change.title, change.kind),
    ...(change.undone ? [post(undo, `Roll back: ${change.title}`, 'rollback')] : []),
  ]
}

/** Lines in order of their arrival, and where each episode was first told. */
function written(
  posts: readonly Post[],
  sending: Parameters<typeof tell>[1],
): { readonly events: string; readonly alerts: TruthAlert[] } {
  const sorted = posts
    .map((post, n) => ({ post, n }))
    .sort((a, b) => a.post.at - b.post.at || a.n - b.n)
    .map(({ post }) => post)
  const seen = new Set<Firing>()
  const alerts: TruthAlert[] = []
  const lines = sorted.map((post, n) => {
    const id = `e${n + 1}`
    for (const [index, { firing, status }] of post.items.entries()) {
      if (status !== 'firing' || seen.has(firing)) continue
      seen.add(firing)
      alerts.push(truthOf(firing, { line: id, index }, sending))
    }
    return JSON.stringify({ at: iso(post.at), source: post.source, id, payload: post.payload })
  })
  return { events: `${lines.join('\n')}\n`, alerts }
}

function truthOf(
  firing: Firing,
  { line, index }: { readonly line: string; readonly index: number },
  sending: Parameters<typeof tell>[1],
): TruthAlert {
  const { fingerprint, startsAt } = tell(firing, sending)
  const plain = ['prometheus', 'alertmanager'].includes(sourceFor(firing, sending.plan))
  return {
    fingerprint: plain ? fingerprint : '',
    startsAt: new Date(startsAt).toISOString(),
    kind: firing.incident === null ? 'background' : 'incident',
    incident: firing.incident,
    group: firing.group,
    severity: firing.alert.severity,
    line,
    index,
  }
}
