/** The whole topology in numbers instead of names, small enough to be sent and drawn. */
import { OBSERVED_STATUS } from '../core/cmdb/model.ts'
import type { Relation } from '../core/model.ts'
import type { ServiceMap } from '../core/service-map.ts'
import { compare, type Topology } from '../core/topology.ts'
import type { TopologyMap } from './schemas/topology-map.ts'

export const MAX_MAPPED = 10_000
const MAX_RELATIONS = 50_000

interface Mapping {
  /** CIs. */
  readonly limit: number
  /** Whether only alerts tell of a relation. */
  readonly isObserved: (relation: Relation) => boolean
}

/** CIs in operation, at most `limit`. O(CIs × log CIs + relations) */
export function compactMap(
  topology: Topology,
  map: ServiceMap,
  { limit, isObserved }: Mapping,
): TopologyMap {
  const { items, relations } = topology
  const carried = carriersOf(map)
  const first = [...map.services.map(({ ci }) => ci), ...carried.keys()]
  const inUse = [...items.values()].filter(({ status }) => status !== 'retired').map(({ id }) => id)
  const ids = [...new Set([...first, ...inUse.sort(compare)])].slice(0, limit)
  const places = new Map(ids.map((id, place) => [id, place]))
  const isService = new Set(map.services.map(({ ci }) => ci))
  const [classes, environments, types] = [numbered(), numbered(), numbered()]
  const [numbers, observedRelations]: [number[], number[]] = [[], []]
  let ties = 0
  for (const relation of relations) {
    const [a, b] = [places.get(relation.from), places.get(relation.to)]
    if (a === undefined || b === undefined) continue
    ties += 1
    if (ties > MAX_RELATIONS) continue
    numbers.push(a, b, types.place(relation.type))
    if (isObserved(relation)) observedRelations.push(ties - 1)
  }
  const found = ids.map((id) => items.get(id))
  return {
    version: topology.version,
    ids,
    names: found.map((item, place) => item?.name ?? ids[place] ?? ''),
    classOf: found.map((item) => classes.place(item?.class ?? '')),
    environmentOf: found.map((item) =>
      item?.environment === undefined ? -1 : environments.place(item.environment),
    ),
    criticalityOf: found.map((item) => item?.criticality ?? 0),
    serviceOf: ids.map((id) => places.get(isService.has(id) ? id : (carried.get(id) ?? '')) ?? -1),
    classes: classes.names,
    environments: environments.names,
    types: types.names,
    relations: numbers,
    observed: [...found.keys()].filter((at) => found[at]?.status === OBSERVED_STATUS),
    observedRelations,
    total: inUse.length,
    truncated: inUse.length > ids.length || ties > MAX_RELATIONS,
  }
}

/** What services run on: by CI its only service, or `null` where it has several. */
function carriersOf({ services }: ServiceMap): ReadonlyMap<string, string | null> {
  const found = new Map<string, string | null>()
  for (const { ci, carriers } of services)
    for (const one of carriers) found.set(one, found.has(one) ? null : ci)
  return found
}

function numbered() {
  const known = new Map<string, number>()
  const names: string[] = []
  const place = (name: string): number => {
    const at = known.get(name) ?? names.push(name) - 1
    known.set(name, at)
    return at
  }
  return { names, place }
}
