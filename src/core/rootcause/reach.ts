/**
 * Which CIs could be behind a symptom, and with what chance: the topology walked from the CI that
 * shows it towards possible causes.
 */
import type { RelationKind, Topology } from '../topology.ts'
import type { CauseSettings } from './settings.ts'
import type { SymptomKind } from './symptoms.ts'

/** Calls on the way from a cause to a symptom. */
export const MAX_CALLS = 3
/** Relations of any kind on the way: calls, and the steps between instance, service and host. */
const MAX_STEPS = 6
/** CIs looked at for one symptom; nearest first, then by id. */
const MAX_VISITED = 400

/** How a cause reaches a symptom. */
export interface Reach {
  readonly ci: string
  /** Chance that a fault of `ci` shows as the symptom; 1 stands for the CI itself. */
  readonly p: number
  readonly calls: number
}

/**
 * Where a walk stands: it may go on `down` (to what it depends on) as long as it came down; what
 * starves a CI is up among its callers, or behind one of them; a queue starves its readers, so a
 * starved walk may also turn once the other way.
 */
type Phase = 'start' | 'down' | 'up' | 'end'

interface Walker {
  readonly ci: string
  readonly phase: Phase
  readonly turned: boolean
  readonly calls: number
  readonly p: number
  /** The last step led from an instance to its group. */
  readonly fromMember: boolean
}

/**
 * CIs that could cause a symptom of `kind` on `start`, best chance each, including `start` (p = 1).
 * The chance along a path is the product of its steps; of several paths the best one counts.
 * O(MAX_VISITED × degree).
 */
export function causesOf(
  start: string,
  kind: SymptomKind,
  topology: Topology,
  settings: CauseSettings,
): ReadonlyMap<string, Reach> {
  const best = new Map<string, Reach>()
  const seen = new Map<string, number>()
  let frontier: Walker[] = [
    { ci: start, phase: 'start', turned: false, calls: 0, p: 1, fromMember: false },
  ]
  best.set(start, { ci: start, p: 1, calls: 0 })
  for (let step = 0; step < MAX_STEPS && frontier.length > 0; step++) {
    const next: Walker[] = []
    for (const at of frontier) {
      for (const edge of topology.edges(at.ci)) {
        if (edge.ci === start) continue
        const to = follow(
          at,
          edge.ci,
          { kind: edge.kind, down: edge.towards === 'down' },
          { symptom: kind, settings },
        )
        if (to === undefined || to.p < 0.01) continue
        const state = `${to.ci}\u0000${to.phase}${to.turned ? 't' : ''}${to.fromMember ? 'm' : ''}`
        if ((seen.get(state) ?? 0) >= to.p) continue
        seen.set(state, to.p)
        const known = best.get(to.ci)
        if (known === undefined && best.size >= MAX_VISITED) continue
        if (known === undefined || known.p < to.p)
          best.set(to.ci, { ci: to.ci, p: to.p, calls: to.calls })
        next.push(to)
      }
    }
    frontier = next
  }
  return best
}

function follow(
  at: Walker,
  ci: string,
  edge: { readonly kind: RelationKind; readonly down: boolean },
  { symptom, settings }: { readonly symptom: SymptomKind; readonly settings: CauseSettings },
): Walker | undefined {
  if (edge.kind === 'call') return followCall(at, ci, edge.down, { symptom, settings })
  if (edge.kind === 'host')
    return edge.down ? { ...at, ci, p: at.p * settings.host, fromMember: false } : undefined
  if (edge.down) return { ...at, ci, p: at.p * settings.member, fromMember: true }
  const p = at.p * (at.fromMember ? settings.sibling : settings.member)
  return { ...at, ci, p, fromMember: false }
}

function followCall(
  at: Walker,
  ci: string,
  down: boolean,
  { symptom, settings }: { readonly symptom: SymptomKind; readonly settings: CauseSettings },
): Walker | undefined {
  if (at.calls >= MAX_CALLS || at.phase === 'end') return undefined
  const spread = settings.spread[symptom]
  const towards = down ? 'down' : 'up'
  const next = { ci, calls: at.calls + 1, fromMember: false }
  const chance = down ? spread.caller : spread.callee
  if (symptom !== 'starvation') {
    if (down)
      return at.phase === 'up'
        ? undefined
        : { ...next, phase: 'down', turned: false, p: at.p * chance }
    return at.phase === 'start'
      ? { ...next, phase: 'end', turned: false, p: at.p * chance }
      : undefined
  }
  if (at.phase === 'start' || at.phase === towards)
    return { ...next, phase: towards, turned: at.turned, p: at.p * chance }
  if (at.turned) return undefined
  return { ...next, phase: towards, turned: true, p: at.p * chance * settings.turn }
}
