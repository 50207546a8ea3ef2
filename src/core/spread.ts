/**
 * How far a fault can spread: the one walk along relations, from what is at fault to what it can hurt.
 *
 * It goes from what is depended on to what depends on it, from a host to what runs on it, from a group
 * to its instances and from an instance to its group, but not on to the other instances: one does not
 * suffer from the next. What only holds others together (a namespace, a team) passes nothing on, unless
 * the walk begins there. Retired CIs are no part of it.
 */
import { isContainer } from './rootcause/symptoms.ts'
import { isService } from './service-class.ts'
import { compare, type Edge, type Topology } from './topology.ts'

/** Relations on the way, and CIs that are reached, nearest first. */
export const MAX_SPREAD_HOPS = 8
export const MAX_SPREAD = 2000

/** A CI that the fault can get to, by the shortest way. */
export interface Reached {
  readonly ci: string
  /** Relations on the way; 0 for a start. */
  readonly hops: number
  /** Those of them that are neither to a host nor to a group. */
  readonly calls: number
  /** It went on from a group into which it came by an instance: only a part of the group is at fault. */
  readonly viaGroup: boolean
  /** `null` for a start. */
  readonly before: Reached | null
}

export interface Spread {
  /** By CI, starts as well; nearest first, then by id. */
  readonly reached: ReadonlyMap<string, Reached>
  /** There is more than the bounds let in. */
  readonly cut: boolean
}

interface Step extends Reached {
  /** It came from an instance to its group. */
  readonly inGroup: boolean
}

/**
 * Everything that a fault of any of `starts` can get to. Of several ways the shortest counts, then the
 * one with fewer calls, then the one whose CI before comes first by id. Unknown starts are reached
 * and lead nowhere. O(CIs × degree), at most MAX_SPREAD CIs.
 *
 * @param maxHops at most MAX_SPREAD_HOPS
 */
export function spreadFrom(
  starts: Iterable<string>,
  topology: Topology,
  maxHops: number = MAX_SPREAD_HOPS,
): Spread {
  const reached = new Map<string, Reached>()
  const grouped = new Set<string>()
  const free = new Set<string>()
  let cut = false
  let frontier: Step[] = [...new Set(starts)]
    .sort(compare)
    .map((ci) => ({ ci, hops: 0, calls: 0, before: null, inGroup: false, viaGroup: false }))
  const take = (step: Step): boolean => {
    if (!reached.has(step.ci)) {
      if (reached.size >= MAX_SPREAD) {
        cut = true
        return false
      }
      reached.set(step.ci, step)
    }
    ;(step.inGroup ? grouped : free).add(step.ci)
    return step.before === null || passesOn(step.ci, topology)
  }
  const isNews = ({ ci, inGroup }: Step): boolean =>
    !free.has(ci) && !(inGroup && grouped.has(ci)) && topology.items.get(ci)?.status !== 'retired'
  for (let hops = 0; frontier.length > 0; hops++) {
    const taken = frontier.filter(take)
    const next = new Map<string, Step>()
    for (const step of taken.flatMap((from) => stepsFrom(from, topology)).filter(isNews)) {
      const key = `${Number(step.inGroup)}${step.ci}`
      const known = next.get(key)
      if (known === undefined || byWay(step, known) < 0) next.set(key, step)
    }
    if (hops >= maxHops) return { reached, cut: cut || [...next.values()].some(isUnreached) }
    frontier = [...next.values()].sort((a, b) => compare(a.ci, b.ci) || byWay(a, b))
  }
  return { reached, cut }

  function isUnreached({ ci }: Step): boolean {
    return !reached.has(ci)
  }
}

/** The way to a CI, the start first. */
export function wayTo(reached: Reached): readonly string[] {
  const way: string[] = []
  for (let at: Reached | null = reached; at !== null; at = at.before) way.unshift(at.ci)
  return way
}

function stepsFrom(from: Step, topology: Topology): readonly Step[] {
  return topology
    .edges(from.ci)
    .filter((edge) => canPass(from, edge))
    .map(({ ci, kind, towards }) => ({
      ci,
      hops: from.hops + 1,
      calls: from.calls + Number(kind === 'call'),
      before: from,
      inGroup: kind === 'member' && towards === 'down',
      viaGroup: from.viaGroup || from.inGroup,
    }))
}

function canPass({ inGroup }: Step, { towards, kind }: Edge): boolean {
  if (kind !== 'member') return towards === 'up'
  return towards === 'down' || !inGroup
}

function passesOn(ci: string, { items }: Topology): boolean {
  const ciClass = items.get(ci)?.class ?? ''
  return isService(ciClass) || !isContainer(ciClass)
}

function byWay(a: Step, b: Step): number {
  return (
    a.calls - b.calls ||
    compare(a.before?.ci ?? '', b.before?.ci ?? '') ||
    Number(a.inGroup) - Number(b.inGroup)
  )
}
