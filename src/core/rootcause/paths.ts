/** How a fault of a cause gets to what it explains, for people to follow. */
import { spreadFrom, wayTo } from '../spread.ts'
import type { Topology } from '../topology.ts'
import { withWorkloads } from './workloads.ts'

/**
 * Shortest paths along which a fault of `cause` reaches each of `targets`, the cause first. Targets
 * that it cannot reach are left out. Pure; the bounds are those of the walk.
 */
export function pathsFrom(
  cause: string,
  targets: ReadonlySet<string>,
  topology: Topology,
): ReadonlyMap<string, readonly string[]> {
  const { reached } = spreadFrom([cause], withWorkloads(topology))
  return new Map(
    [...reached.values()]
      .filter(({ ci, hops }) => hops > 0 && targets.has(ci))
      .map((one) => [one.ci, wayTo(one)]),
  )
}
