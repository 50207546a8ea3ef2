/** The services as a picture: who depends stands above what it depends on. */
import type { MappedService, ServiceMap } from '../api/schema.d.ts'
import type { GraphNode, GraphPicture, NodeState } from '../graph/picture.ts'
import type { TopologySearch } from './search.ts'

/** Services that are drawn: more could not be read, nor be laid out at once. */
export const MAX_DRAWN = 150

export interface ShownServices {
  readonly picture: GraphPicture
  readonly services: readonly MappedService[]
  /** Services that pass the filter and are not drawn. */
  readonly leftOut: number
}

/** Those that pass the filter; those that burn and the most critical ones first. */
export function shownServices(
  map: ServiceMap,
  { environment, class: classes, firing }: TopologySearch,
): ShownServices {
  const passing = map.services.filter(
    (one) =>
      (environment === undefined || environment.includes(one.environment ?? '')) &&
      (classes === undefined || classes.includes(one.class)) &&
      (firing === undefined || one.rolledUp.firing > 0),
  )
  const burns = (one: MappedService): number => (one.rolledUp.firing > 0 ? 0 : 1)
  const services = [...passing].sort((a, b) => burns(a) - burns(b)).slice(0, MAX_DRAWN)
  const picture = {
    nodes: services.map(nodeOf),
    edges: map.dependencies.map(({ from, to, type, observed }) => ({ from, to, type, observed })),
  }
  return { picture, services, leftOut: passing.length - services.length }
}

export function stateOf({ firing, suppressed }: MappedService['rolledUp']): NodeState {
  if (firing > 0) return 'firing'
  return suppressed > 0 ? 'muted' : 'plain'
}

function nodeOf(service: MappedService): GraphNode {
  const { ci, name, class: kind, criticality, owner, rolledUp } = service
  const state = stateOf(rolledUp)
  return {
    id: ci,
    name,
    class: kind,
    state,
    alerts: state === 'firing' ? rolledUp.firing : rolledUp.suppressed,
    ...(criticality === 1 ? { mark: 'criticality 1' } : {}),
    note: owner ?? 'no owner',
  }
}
