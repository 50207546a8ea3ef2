/**
 * Which CIs could be behind a symptom, and with what chance: the topology walked from the CI that
 * shows it towards possible causes.
 *
 * A path costs a factor per relation. Passing on from a CI that shows symptoms itself costs nothing:
 * that the fault came that far is seen, so only its last step to the symptom is in doubt. Of several
 * paths to a cause the best one counts.
 */
import { type Edge, HUB_DEGREE, type Topology } from '../topology.ts'
import { SPREAD, type SymptomKind } from './symptoms.ts'

/** Silent calls on the way from a cause to a symptom. */
export const MAX_CALLS = 3
/** Relations of any kind on the way. */
const MAX_STEPS = 8
/** CIs found for one symptom; nearest first. */
const MAX_FOUND = 200
const MIN_CHANCE = 0.01

/** An instance suffers when its group does, and shows in it. */
const MEMBER = 0.9
/** One instance suffers from another one of its group. */
const SIBLING = 0.2
/** What runs on a host suffers when the host does. */
const HOST = 0.9
/** A starved CI whose caller is well: the cause is on the other side of that caller. */
const TURN = 0.5

export interface Reach {
  /** Chance that a fault of the CI gets as far as the CI that shows the symptom; itself: 1. */
  readonly chance: number
  /** Without a call on the way it is the CI itself, its group, its instance or its host. */
  readonly calls: number
}

/** `down` is towards what a CI depends on. `end`: no further call may follow. */
type Phase = 'start' | 'down' | 'up' | 'end'

interface Walker {
  readonly ci: string
  readonly phase: Phase
  /** It changed direction; only a search behind a starved CI may, and once. */
  readonly turned: boolean
  /** The last step was from an instance to its group. */
  readonly inGroup: boolean
  readonly calls: number
  readonly silentCalls: number
  readonly chance: number
}

export interface Symptom {
  readonly focus: string
  readonly kind: SymptomKind
}

/** CIs that could cause the symptom, the one that shows it included. O(MAX_FOUND × degree). */
export function causesOf(
  symptom: Symptom,
  topology: Topology,
  shows: (ci: string) => boolean,
): ReadonlyMap<string, Reach> {
  const found = new Map<string, Reach>([[symptom.focus, { chance: 1, calls: 0 }]])
  const best = new Map<string, number>()
  let frontier: Walker[] = [
    {
      ci: symptom.focus,
      phase: 'start',
      turned: false,
      inGroup: false,
      calls: 0,
      silentCalls: 0,
      chance: 1,
    },
  ]
  for (let step = 0; step < MAX_STEPS && frontier.length > 0; step++) {
    const next: Walker[] = []
    for (const at of frontier) {
      const edges = topology.edges(at.ci)
      if (step > 0 && edges.length > HUB_DEGREE) continue
      for (const edge of edges) {
        if (edge.ci === symptom.focus) continue
        const to = follow(at, edge, { kind: symptom.kind, shows })
        if (to === undefined || to.chance < MIN_CHANCE) continue
        const state = `${to.phase}${to.turned ? 't' : ''}${to.inGroup ? 'g' : ''} ${to.ci}`
        if ((best.get(state) ?? 0) >= to.chance) continue
        const known = found.get(to.ci)
        if (known === undefined && found.size >= MAX_FOUND) continue
        best.set(state, to.chance)
        if (known === undefined || known.chance < to.chance) found.set(to.ci, to)
        next.push(to)
      }
    }
    frontier = next
  }
  return found
}

interface Search {
  readonly kind: SymptomKind
  readonly shows: (ci: string) => boolean
}

function follow(at: Walker, edge: Edge, search: Search): Walker | undefined {
  const down = edge.towards === 'down'
  if (edge.kind === 'call') return followCall(at, edge, search)
  if (edge.kind === 'host')
    return down ? { ...at, ci: edge.ci, inGroup: false, chance: at.chance * HOST } : undefined
  const factor = at.inGroup && !down ? SIBLING : MEMBER
  return { ...at, ci: edge.ci, inGroup: down, chance: at.chance * factor }
}

function followCall(at: Walker, edge: Edge, { kind, shows }: Search): Walker | undefined {
  if (at.phase === 'end') return undefined
  const towards = edge.towards
  const turning = at.phase !== 'start' && at.phase !== towards
  if (turning && (kind !== 'starvation' || at.turned)) return undefined
  const seen = at.calls > 0 && shows(at.ci)
  const silentCalls = at.silentCalls + (seen ? 0 : 1)
  if (silentCalls > MAX_CALLS) return undefined
  const factor = towards === 'down' ? SPREAD[kind].caller : SPREAD[kind].callee
  const phase = kind !== 'starvation' && towards === 'up' ? 'end' : towards
  return {
    ci: edge.ci,
    phase,
    turned: at.turned || turning,
    inGroup: false,
    calls: at.calls + 1,
    silentCalls,
    chance: seen ? at.chance : at.chance * factor * (turning ? TURN : 1),
  }
}
