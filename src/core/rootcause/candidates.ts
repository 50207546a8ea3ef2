/** The CIs that could be the cause, and what each of them explains. */
import { compare, type Topology } from '../topology.ts'
import { type Observation, round3 } from './observe.ts'
import { netAround, type Reach, walkOf } from './reach.ts'
import { SPREAD } from './symptoms.ts'
import { gainOf } from './terms.ts'

/** How an observation is tied to a candidate: its own, of its group or instances, or over calls. */
export type Tie = 'own' | 'group' | 'call'

/** How a candidate explains one observation. */
export interface Link {
  /** Index of the observation. */
  readonly index: number
  readonly tie: Tie
  /** That a fault of the candidate shows as the observation, three decimals. */
  readonly chance: number
  /** What explaining it is worth, in nats. */
  readonly gain: number
}

export interface Candidate {
  readonly ci: string
  /** Most gain first, ties by index. */
  readonly links: readonly Link[]
}

/** Candidates that get scored: those that explain most. */
const MAX_CANDIDATES = 64
/** A slow call may also be the caller's own doing. */
const CALLER_SIDE = 0.3

/** At most MAX_CANDIDATES, those that explain most first, ties by id. */
export function candidatesOf(
  observations: readonly Observation[],
  topology: Topology,
  shows: (ci: string) => boolean,
): readonly Candidate[] {
  const known = (ci: string | null): ci is string => ci !== null && topology.items.has(ci)
  const seeds = observations.flatMap(({ focus, caller }) => [focus, caller].filter(known))
  const net = netAround(seeds, topology, shows)
  const walk = walkOf(net)
  const links: Link[][] = net.ids.map(() => [])
  const walks = new Map<string, readonly Reach[]>()
  observations.forEach((observation, index) => {
    const { focus, caller, kind } = observation
    const start = net.index.get(focus) ?? 0
    const side = caller === null ? -1 : (net.index.get(caller) ?? -1)
    const key = `${kind} ${focus}`
    const reached = walks.get(key) ?? walk(start, kind)
    walks.set(key, reached)
    const add = (at: number, tie: Tie, chance: number): void => {
      const rounded = round3(chance)
      const gain = gainOf(observation.surprise, observation.share, rounded)
      links[at]?.push({ index, tie, chance: rounded, gain })
    }
    for (const { at, chance, calls } of reached) {
      if (at === start) add(at, 'own', SPREAD[kind].own)
      else if (calls === 0) add(at, 'group', chance * SPREAD[kind].own)
      else add(at, 'call', at === side ? Math.max(chance, CALLER_SIDE) : chance)
    }
    if (side >= 0 && !reached.some(({ at }) => at === side)) add(side, 'call', CALLER_SIDE)
  })
  return heaviest(net.ids.map((ci, i) => ({ ci, links: links[i] ?? [] })))
}

function heaviest(candidates: readonly Candidate[]): readonly Candidate[] {
  return candidates
    .filter(({ links }) => links.length > 0)
    .map((candidate) => ({
      candidate,
      total: candidate.links.reduce((sum, { gain }) => sum + gain, 0),
    }))
    .sort((a, b) => b.total - a.total || compare(a.candidate.ci, b.candidate.ci))
    .slice(0, MAX_CANDIDATES)
    .map(({ candidate: { ci, links } }) => ({ ci, links: [...links].sort(byGain) }))
}

function byGain(a: Link, b: Link): number {
  return b.gain - a.gain || a.index - b.index
}
