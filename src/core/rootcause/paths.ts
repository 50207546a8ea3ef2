/** How a fault of a cause gets to what it explains, for people to follow. */
import type { Edge, Topology } from '../topology.ts'

/** CIs that are looked at, nearest first. */
const MAX_LOOKED_AT = 2000

/**
 * Shortest paths along which a fault of `cause` reaches each of `targets`, the cause first: from what
 * is depended on to what depends on it, from a group to its instances and back, from a host to what
 * runs on it. Targets that it cannot reach are left out.
 *
 * Pure; equal lengths are decided by the order of relations. O(CIs × degree), at most MAX_LOOKED_AT.
 */
export function pathsFrom(
  cause: string,
  targets: ReadonlySet<string>,
  topology: Topology,
): ReadonlyMap<string, readonly string[]> {
  const before = new Map<string, string | null>([[cause, null]])
  const found = new Map<string, readonly string[]>()
  const wanted = [...targets].filter((ci) => ci !== cause).length
  for (const ci of before.keys()) {
    if (ci !== cause && targets.has(ci)) found.set(ci, backFrom(ci, before))
    if (found.size === wanted || before.size >= MAX_LOOKED_AT) break
    for (const edge of topology.edges(ci))
      if (passes(edge) && !before.has(edge.ci)) before.set(edge.ci, ci)
  }
  return found
}

function passes({ towards, kind }: Edge): boolean {
  return towards === 'up' || kind === 'member'
}

function backFrom(end: string, before: ReadonlyMap<string, string | null>): readonly string[] {
  const path: string[] = []
  for (let at: string | null = end; at !== null; at = before.get(at) ?? null) path.unshift(at)
  return path
}
