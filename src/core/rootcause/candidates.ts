/** The CIs that could be the cause, and what each of them explains. */
import { compare, type Topology } from '../topology.ts'
import { type Observation, round3 } from './observe.ts'
import { causesOf, type Reach } from './reach.ts'
import { SPREAD } from './symptoms.ts'
import { gainOf } from './terms.ts'

/** How an observation is tied to a candidate: its own, of its group or instances, or over calls. */
export type Tie = 'own' | 'group' | 'call'

export interface Link {
  /** Index of the observation. */
  readonly index: number
  readonly tie: Tie
  /** That a fault of the candidate shows as the observation, three decimals. */
  readonly chance: number
}

export interface Candidate {
  readonly ci: string
  readonly links: readonly Link[]
}

const MAX_CANDIDATES = 200
/** A slow call may also be the caller's own doing. */
const CALLER_SIDE = 0.3

/** At most MAX_CANDIDATES, those that explain most first, ties by id. */
export function candidatesOf(
  observations: readonly Observation[],
  topology: Topology,
  shows: (ci: string) => boolean,
): readonly Candidate[] {
  const links = new Map<string, Map<number, Link>>()
  const walks = new Map<string, ReadonlyMap<string, Reach>>()
  const add = (ci: string, link: Link): void => {
    const known = links.get(ci)
    if (known === undefined) links.set(ci, new Map([[link.index, link]]))
    else if ((known.get(link.index)?.chance ?? -1) < link.chance) known.set(link.index, link)
  }
  observations.forEach(({ focus, caller, kind }, index) => {
    const key = `${kind} ${focus}`
    const walk = walks.get(key) ?? causesOf({ focus, kind }, topology, shows)
    walks.set(key, walk)
    for (const [ci, { chance, calls }] of walk) {
      const tie = ci === focus ? 'own' : calls === 0 ? 'group' : 'call'
      const whole = tie === 'call' ? chance : chance * SPREAD[kind].own
      add(ci, { index, tie, chance: round3(whole) })
    }
    if (caller !== null && topology.items.has(caller))
      add(caller, { index, tie: 'call', chance: CALLER_SIDE })
  })
  return heaviest(
    [...links].map(([ci, byIndex]) => ({ ci, links: [...byIndex.values()] })),
    observations,
  )
}

function heaviest(
  candidates: readonly Candidate[],
  observations: readonly Observation[],
): readonly Candidate[] {
  const gain = ({ index, chance }: Link): number => {
    const observation = observations[index]
    return observation === undefined ? 0 : gainOf({ ...observation, chance })
  }
  return candidates
    .map((candidate) => ({
      candidate,
      total: candidate.links.reduce((sum, link) => sum + gain(link), 0),
    }))
    .sort((a, b) => b.total - a.total || compare(a.candidate.ci, b.candidate.ci))
    .slice(0, MAX_CANDIDATES)
    .map(({ candidate }) => candidate)
}
