/**
 * Which CIs could be behind a symptom, and with what chance: the topology walked from the CI that
 * shows it towards possible causes.
 *
 * A path costs a factor per relation. Passing on from a CI that shows symptoms itself costs nothing:
 * that the fault came that far is seen, so only its last step to the symptom is in doubt. Of several
 * paths to a cause the best one counts. CIs and relations are numbered once, because hundreds of
 * walks cross the same few of them.
 */
import { type Edge, HUB_DEGREE, type Topology } from '../topology.ts'
import { isContainer, SPREAD, type SymptomKind } from './symptoms.ts'

/** Silent calls on the way from a cause to a symptom. */
const MAX_CALLS = 3
/** Relations of any kind on the way. */
const MAX_STEPS = 8
/** CIs found for one symptom, nearest first, and CIs looked at for one incident. */
const MAX_FOUND = 64
const MAX_NET = 2000
const MIN_CHANCE = 0.02

/** An instance suffers when its group does, and shows in it. */
const MEMBER = 0.9
/** What runs on a host suffers when the host does. */
const HOST = 0.9
/** What runs on several hosts suffers less from each of them. */
const SPARE = 0.7
/** What is connected through a device is gone with it. */
const LINK = 0.9
/** A starved CI whose caller is well: the cause is on the other side of that caller. */
const TURN = 0.5

/** What a host shows of these is the software's that runs on it. */
const OF_SOFTWARE: ReadonlySet<SymptomKind> = new Set([
  'failure',
  'objective',
  'dependency',
  'starvation',
  'strain',
])

/** The part of the topology around an incident, numbered. */
export interface Net {
  readonly ids: readonly string[]
  readonly index: ReadonlyMap<string, number>
  /** Relations of CI `i` are at `starts[i]` … `starts[i + 1] - 1`. */
  readonly starts: Int32Array
  readonly to: Int32Array
  readonly steps: Uint8Array
  /** 1 where the CI shows a symptom. */
  readonly shows: Uint8Array
  /** 1 where the CI itself raised an alert. */
  readonly own: Uint8Array
  /** 1 where walks end: a CI that only holds others together passes nothing on. */
  readonly ends: Uint8Array
}

const CALL_DOWN = 0
const CALL_UP = 1
const LINK_DOWN = 2
const GROUP = 3
const INSTANCE = 4
const HOST_OF = 5
const RUNS = 6

function stepOf({ kind, type, towards }: Edge): number {
  const down = towards === 'down'
  if (kind === 'call' && down) return type === 'connects_to' ? LINK_DOWN : CALL_DOWN
  if (kind === 'call') return CALL_UP
  if (kind === 'member') return down ? GROUP : INSTANCE
  return down ? HOST_OF : RUNS
}

/** Numbers the CIs around `seeds`, nearest first, at most MAX_NET of them. O(CIs × degree). */
export function netAround(
  seeds: readonly string[],
  topology: Topology,
  shows: (ci: string) => boolean,
): Net {
  const ids = [...new Set(seeds)]
  const distinct = ids.length
  const index = new Map(ids.map((id, i) => [id, i]))
  for (let i = 0; i < ids.length; i++) {
    const edges = topology.edges(ids[i] ?? '')
    if (edges.length > HUB_DEGREE && i >= distinct) continue
    for (const { ci } of edges) {
      if (index.has(ci) || ids.length >= MAX_NET) continue
      index.set(ci, ids.length)
      ids.push(ci)
    }
  }
  const starts = new Int32Array(ids.length + 1)
  const to: number[] = []
  const steps: number[] = []
  ids.forEach((id, i) => {
    for (const edge of topology.edges(id)) {
      const target = index.get(edge.ci)
      const step = stepOf(edge)
      if (target === undefined) continue
      to.push(target)
      steps.push(step)
    }
    starts[i + 1] = to.length
  })
  const showing = Uint8Array.from(ids, (id) => (shows(id) ? 1 : 0))
  const ends = Uint8Array.from(ids, (id) =>
    isContainer(topology.items.get(id)?.class ?? '') ? 1 : 0,
  )
  return {
    ids,
    index,
    starts,
    to: Int32Array.from(to),
    steps: Uint8Array.from(steps),
    shows: showing,
    own: Uint8Array.from(ids, (_id, i) => (i < distinct ? 1 : 0)),
    ends,
  }
}

/** A CI that could cause the symptom. */
export interface Reach {
  /** Number of the CI in the net. */
  readonly at: number
  /** Chance that a fault of it gets as far as the CI that shows the symptom; itself: 1. */
  readonly chance: number
  /** Without a call on the way it is the CI itself, its group, its instance or its host. */
  readonly calls: number
}

/** Directions of the calls so far: none, to dependencies, to callers; `END`: no call may follow. */
const START = 0
const DOWN = 1
const UP = 2
const END = 3
/** Number of states a walk can be in on one CI: phase, turned, in a group, on a host, off a host. */
const STATES = 64

interface Walker extends Reach {
  readonly phase: number
  /** 1 where it changed direction: only a search behind a starved CI may, and once. */
  readonly turned: number
  /** 1 where the last step was from an instance to its group. */
  readonly inGroup: number
  /** 1 where the last step was from what runs on a host to that host. */
  readonly onHost: number
  /** 1 where the last step was from a host to what runs on it. */
  readonly offHost: number
  readonly silentCalls: number
}

/** Finds the CIs that could cause a symptom of `kind` on CI `start`, itself first. */
export type Walk = (start: number, kind: SymptomKind) => readonly Reach[]

/** A walk over the net, with room to remember where it was. One walk is O(MAX_FOUND × degree). */
export function walkOf(net: Net): Walk {
  const marks: Marks = {
    best: new Float64Array(net.ids.length * STATES),
    stamps: new Int32Array(net.ids.length * STATES),
    stamp: 0,
  }
  const places = new Int32Array(net.ids.length)
  return (start, kind) => {
    marks.stamp++
    const found: Reach[] = [{ at: start, chance: 1, calls: 0 }]
    places.fill(-1)
    places[start] = 0
    let frontier: readonly Walker[] = [
      {
        at: start,
        chance: 1,
        calls: 0,
        phase: START,
        turned: 0,
        inGroup: 0,
        onHost: 0,
        offHost: 0,
        silentCalls: 0,
      },
    ]
    for (let step = 0; step < MAX_STEPS && frontier.length > 0; step++) {
      const next: Walker[] = []
      for (const from of frontier) advance(from, { start, kind, net, marks, places, found, next })
      frontier = next
    }
    return found
  }
}

/** Best chance per CI and state; valid where the stamp is that of the current walk. */
interface Marks {
  readonly best: Float64Array
  readonly stamps: Int32Array
  stamp: number
}

interface Walking {
  readonly start: number
  readonly kind: SymptomKind
  readonly net: Net
  readonly marks: Marks
  /** CI → index in `found`, or -1. */
  readonly places: Int32Array
  readonly found: Reach[]
  readonly next: Walker[]
}

/** Follows every relation of the CI a walker stands on. */
function advance(from: Walker, walking: Walking): void {
  const { start, net, places, found, next } = walking
  if (net.ends[from.at] === 1 && from.at !== start) return
  const end = net.starts[from.at + 1] ?? 0
  for (let edge = net.starts[from.at] ?? 0; edge < end; edge++) {
    const at = net.to[edge] ?? start
    const place = places[at] ?? -1
    if (at === start || (place < 0 && found.length >= MAX_FOUND)) continue
    const to = follow(from, at, net.steps[edge] ?? CALL_DOWN, walking)
    if (to === undefined) continue
    next.push(to)
    if (place < 0) places[at] = found.push(to) - 1
    else if ((found[place]?.chance ?? 0) < to.chance) found[place] = to
  }
}

/** The walker one relation on, unless it may not go there or has been there with a better chance. */
function follow(
  from: Walker,
  at: number,
  step: number,
  { start, kind, net, marks }: Walking,
): Walker | undefined {
  const call = step <= LINK_DOWN
  if (step === RUNS && (from.at !== start || !OF_SOFTWARE.has(kind))) return undefined
  const towards = step === CALL_UP ? UP : DOWN
  const turning = call && from.phase !== START && from.phase !== towards
  if (call && from.phase === END) return undefined
  if (turning && (kind !== 'starvation' || from.turned === 1)) return undefined
  const silent = call && (from.calls === 0 || net.shows[from.at] === 0)
  const silentCalls = from.silentCalls + (silent ? 1 : 0)
  if (silentCalls > MAX_CALLS) return undefined
  const factor = call
    ? callFactor(kind, { towards, silent, turning, wired: step === LINK_DOWN })
    : groupFactor(from, { at, step, net })
  const chance = from.chance * factor
  if (chance < MIN_CHANCE) return undefined
  const phase = !call ? from.phase : kind !== 'starvation' && towards === UP ? END : towards
  const turned = turning ? 1 : from.turned
  const inGroup = step === GROUP ? 1 : 0
  const onHost = step === HOST_OF ? 1 : 0
  const offHost = step === RUNS ? 1 : 0
  const state = at * STATES + offHost * 32 + onHost * 16 + phase * 4 + turned * 2 + inGroup
  if (marks.stamps[state] === marks.stamp && (marks.best[state] ?? 0) >= chance) return undefined
  marks.stamps[state] = marks.stamp
  marks.best[state] = chance
  const calls = from.calls + (call ? 1 : 0)
  return { at, chance, calls, phase, turned, inGroup, onHost, offHost, silentCalls }
}

interface Call {
  readonly towards: number
  readonly silent: boolean
  readonly turning: boolean
  /** The one is connected through the other. */
  readonly wired: boolean
}

function callFactor(kind: SymptomKind, { towards, silent, turning, wired }: Call): number {
  if (wired && !turning) return silent ? LINK : 1
  if (!silent) return 1
  const spread = SPREAD[kind]
  return (towards === DOWN ? spread.caller : spread.callee) * (turning ? TURN : 1)
}

/**
 * 0 from a group to its other instances: one instance does not suffer from the next. What runs on a
 * group of hosts suffers from one of them by its part of the group, and a group from an instance
 * that is well less the more instances there are. A group of one is that one. What a host shows of
 * the software on it is that of one of the things that run there, and not of what their other hosts do.
 */
function groupFactor(
  from: Walker,
  { at, step, net }: { readonly at: number; readonly step: number; readonly net: Net },
): number {
  if (step === HOST_OF && from.offHost === 1) return 0
  if (step === HOST_OF) return HOST / hostsOf(from.at, net) ** SPARE
  if (step === RUNS) return MEMBER / stepsAt(from.at, RUNS, net)
  if (step !== INSTANCE) return instancesAt(at, net) === 1 ? 1 : MEMBER
  if (from.inGroup === 1) return 0
  const seen = net.own[at] === 1 && from.onHost === 0
  return seen ? MEMBER : MEMBER / instancesAt(from.at, net)
}

function instancesAt(at: number, net: Net): number {
  return stepsAt(at, INSTANCE, net)
}

/** At least 1. */
function hostsOf(at: number, net: Net): number {
  return Math.max(1, stepsAt(at, HOST_OF, net))
}

function stepsAt(at: number, step: number, { starts, steps }: Net): number {
  return steps.subarray(starts[at], starts[at + 1]).filter((one) => one === step).length
}
