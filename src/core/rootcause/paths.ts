/** How a fault of a cause gets to what it explains, for people to follow. */
import { type Reached, spreadFrom, wayTo } from '../spread.ts'
import { compare, type Topology } from '../topology.ts'
import { withWorkloads } from './workloads.ts'

/**
 * Shortest paths along which a fault of `cause` reaches each of `targets`, the cause first. A host that
 * it does not reach shows what it did to the software there: the path ends with that software and the
 * host. Targets that it cannot reach are left out. Pure; the bounds are those of the walk.
 */
export function pathsFrom(
  cause: string,
  targets: ReadonlySet<string>,
  topology: Topology,
): ReadonlyMap<string, readonly string[]> {
  const linked = withWorkloads(topology)
  const { reached } = spreadFrom([cause], linked)
  const ways = new Map<string, readonly string[]>()
  for (const target of targets) {
    const direct = reached.get(target)
    const software = direct === undefined ? softwareOn(target, reached, linked) : undefined
    if (direct !== undefined && direct.hops > 0) ways.set(target, wayTo(direct))
    if (software !== undefined) ways.set(target, [...wayTo(software), target])
  }
  return ways
}

/** What runs on a host and is reached first, ties by id. */
function softwareOn(
  host: string,
  reached: ReadonlyMap<string, Reached>,
  topology: Topology,
): Reached | undefined {
  return topology
    .edges(host)
    .filter(({ kind, towards }) => kind === 'host' && towards === 'up')
    .flatMap(({ ci }) => reached.get(ci) ?? [])
    .sort((a, b) => a.hops - b.hops || compare(a.ci, b.ci))[0]
}
