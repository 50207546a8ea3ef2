/** Services on top: what each runs on, and which services depend on which. */
import { isContainer } from './rootcause/symptoms.ts'
import { isService } from './service-class.ts'
import { compare, type Edge, type Topology } from './topology.ts'

export interface MappedService {
  readonly ci: string
  /** What it runs on and what it is made of, other services left out; nearest first. */
  readonly carriers: readonly string[]
}

export interface ServiceDependency {
  readonly from: string
  readonly to: string
  /** Type of the relation that begins the way. */
  readonly type: string
  /** CIs between the two; none where the relation is direct. */
  readonly through: readonly string[]
}

export interface ServiceMap {
  /** The most critical first, then by id; unknown criticality counts as the least. */
  readonly services: readonly MappedService[]
  /** By both ends, each pair once, by its shortest way. */
  readonly dependencies: readonly ServiceDependency[]
  /** Services there are, mapped or not. */
  readonly total: number
  /** A bound was met: there are more services, or more under one of them. */
  readonly cut: boolean
}

export const MAX_SERVICES = 500
/** CIs below one service, relations down to them, and CIs that are looked at for all services. */
const MAX_CARRIERS = 1000
const MAX_DEPTH = 8
const MAX_LOOKED_AT = 100_000

interface Step {
  readonly ci: string
  readonly type: string
  readonly through: readonly string[]
  /** It came from an instance to its group: the other instances are none of its business. */
  readonly inGroup: boolean
}

/**
 * Maps the services that are not retired. A walk goes down dependencies and hosts, and from a group to
 * its instances; it ends at the next service. Namespaces, teams and retired CIs are no part of it.
 *
 * Pure. O(services × CIs below one), within the bounds.
 */
export function serviceMapOf(topology: Topology): ServiceMap {
  const all = [...topology.items.values()]
    .filter((item) => isService(item.class) && item.status !== 'retired')
    .sort((a, b) => (a.criticality ?? 5) - (b.criticality ?? 5) || compare(a.id, b.id))
  const services: MappedService[] = []
  const dependencies: ServiceDependency[] = []
  let left = MAX_LOOKED_AT
  let cut = all.length > MAX_SERVICES
  for (const { id } of all.slice(0, MAX_SERVICES)) {
    const below = walkDown(id, topology, Math.min(left, MAX_CARRIERS))
    left -= below.carriers.length
    cut ||= below.cut
    services.push({ ci: id, carriers: below.carriers })
    dependencies.push(...below.dependencies)
  }
  dependencies.sort((a, b) => compare(a.from, b.from) || compare(a.to, b.to))
  return { services, dependencies, total: all.length, cut }
}

interface Below {
  readonly carriers: readonly string[]
  readonly dependencies: readonly ServiceDependency[]
  readonly cut: boolean
}

function walkDown(service: string, topology: Topology, most: number): Below {
  const carriers = new Set<string>()
  const others = new Map<string, ServiceDependency>()
  let frontier: readonly Step[] = [{ ci: service, type: '', through: [], inGroup: false }]
  for (let depth = 0; depth < MAX_DEPTH && frontier.length > 0; depth++) {
    const next: Step[] = []
    for (const from of frontier) {
      for (const edge of topology.edges(from.ci)) {
        const item = topology.items.get(edge.ci)
        const known = carriers.has(edge.ci) || others.has(edge.ci) || edge.ci === service
        if (known || item === undefined || item.status === 'retired') continue
        if (!leadsDown(from, edge)) continue
        const type = from.type === '' ? edge.type : from.type
        if (isService(item.class)) {
          if (edge.kind === 'member' && edge.towards === 'down') continue
          others.set(edge.ci, { from: service, to: edge.ci, type, through: from.through })
          continue
        }
        if (isContainer(item.class)) continue
        if (carriers.size >= most) return { carriers: [...carriers], ...endOf(others), cut: true }
        carriers.add(edge.ci)
        const inGroup = edge.kind === 'member' && edge.towards === 'down'
        next.push({ ci: edge.ci, type, through: [...from.through, edge.ci], inGroup })
      }
    }
    frontier = next
  }
  return { carriers: [...carriers], ...endOf(others), cut: frontier.length > 0 }
}

function endOf(others: ReadonlyMap<string, ServiceDependency>): Pick<Below, 'dependencies'> {
  return { dependencies: [...others.values()] }
}

function leadsDown({ inGroup }: Step, { kind, towards }: Edge): boolean {
  return towards === 'down' || (kind === 'member' && !inGroup)
}
