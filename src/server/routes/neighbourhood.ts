/** The part of the topology around a CI, with what fires there: what a picture of it needs. */
import { MAX_NEAR, type Topology } from '../../core/topology.ts'
import { type CiLive, NOTHING_LIVE } from '../ci-live.ts'
import type { Neighbourhood } from '../schemas/cmdb.ts'
import { relationsAmong } from './incident-graph.ts'

/** CIs within `hops` of one, the nearest first; `null` for an unknown CI. */
export function nearestOf(
  topology: Topology,
  center: string,
  hops: number,
): ReadonlyMap<string, number> | null {
  if (!topology.items.has(center)) return null
  const near = topology.near(center).filter((one) => one.hops <= hops)
  return new Map([[center, 0], ...near.map((one) => [one.ci, one.hops] as const)])
}

/**
 * A CI with those that are near it ({@link nearestOf}), and every relation between two of them.
 * O(relations of the CIs)
 */
export function neighbourhoodOf(
  topology: Topology,
  distances: ReadonlyMap<string, number>,
  live: ReadonlyMap<string, CiLive>,
): Neighbourhood {
  const [center = ''] = distances.keys()
  const nodes = [...distances].map(([ci, hops]) => {
    const item = topology.items.get(ci)
    const { firing, suppressed, incidents } = live.get(ci) ?? NOTHING_LIVE
    return {
      ...{ ci, name: item?.name ?? ci, class: item?.class ?? '', hops },
      ...{ firing, suppressed, status: item?.status ?? '', incidents: [...incidents] },
    }
  })
  const relations = relationsAmong([...distances.keys()], topology)
  return { center, nodes, relations, truncated: topology.near(center).length >= MAX_NEAR }
}
