/** The part of the topology around a CI, with what fires there: what a picture of it needs. */
import type { z } from '@hono/zod-openapi'
import type { State } from '../../core/state.ts'
import { compare, MAX_NEAR } from '../../core/topology.ts'
import type { Neighbourhood } from '../schemas/cmdb.ts'
import { relationsAmong } from './incident-graph.ts'

/**
 * CIs within `hops` of one, the nearest first, and every relation between two of them; `null` for
 * an unknown CI. O(alerts + relations of the CIs)
 */
export function neighbourhoodOf(
  { topology, alerts }: State,
  center: string,
  hops: number,
): z.output<typeof Neighbourhood> | null {
  if (!topology.items.has(center)) return null
  const near = topology.near(center).filter((one) => one.hops <= hops)
  const distances = new Map([[center, 0], ...near.map((one) => [one.ci, one.hops] as const)])
  const firing = new Map<string, { count: number; incidents: Set<string> }>()
  for (const alert of alerts.values()) {
    const ci = alert.binding?.ci
    if (alert.status !== 'firing' || ci === undefined || !distances.has(ci)) continue
    const found = firing.get(ci) ?? { count: 0, incidents: new Set<string>() }
    found.count += 1
    if (alert.incident !== null) found.incidents.add(alert.incident)
    firing.set(ci, found)
  }
  const nodes = [...distances].map(([ci, distance]) => {
    const item = topology.items.get(ci)
    const here = firing.get(ci)
    return {
      ci,
      name: item?.name ?? ci,
      class: item?.class ?? '',
      hops: distance,
      firing: here?.count ?? 0,
      status: item?.status ?? '',
      incidents: [...(here?.incidents ?? [])].sort(compare),
    }
  })
  const relations = relationsAmong([...distances.keys()], topology)
  return { center, nodes, relations, truncated: topology.near(center).length >= MAX_NEAR }
}
