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

/** One service of the map, also one that the bounds leave out of it. */
export function mapOne(service: string, topology: Topology): MappedService {
  return { ci: service, carriers: walkDown(service, topology, MAX_CARRIERS).carriers }
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

export interface Need {
  readonly ci: string
  /** Relations on the shortest way there. */
  readonly hops: number
}

/** CIs that one service is shown to need. */
export const MAX_NEEDS = 500

/**
 * What a service needs, all the way down: as {@link serviceMapOf} walks, and on through other services.
 * Nearest first, services before others, then by id.
 *
 * @returns `cut` where a bound was met. Pure. O(CIs × degree) of what is reached
 */
export function needsOf(
  service: string,
  topology: Topology,
): { readonly needs: readonly Need[]; readonly cut: boolean } {
  const needs = new Map<string, Need>()
  let frontier: readonly Walked[] = [{ ci: service, inGroup: false }]
  for (let hops = 1; hops <= MAX_DEPTH && frontier.length > 0; hops++) {
    const next = new Map<string, Walked>()
    for (const from of frontier) {
      for (const edge of topology.edges(from.ci)) {
        const item = topology.items.get(edge.ci)
        const isKnown = edge.ci === service || needs.has(edge.ci) || next.has(edge.ci)
        if (isKnown || item === undefined || item.status === 'retired') continue
        const intoGroup = edge.kind === 'member' && edge.towards === 'down'
        if (!leadsDown(from, edge) || isContainer(item.class)) continue
        if (intoGroup && isService(item.class)) continue
        next.set(edge.ci, { ci: edge.ci, inGroup: intoGroup })
      }
    }
    const rank = ({ ci }: Walked): number =>
      isService(topology.items.get(ci)?.class ?? '') ? 0 : 1
    const found = [...next.values()].sort((a, b) => rank(a) - rank(b) || compare(a.ci, b.ci))
    const left = MAX_NEEDS - needs.size
    for (const { ci } of found.slice(0, left)) needs.set(ci, { ci, hops })
    if (found.length > left) return { needs: [...needs.values()], cut: true }
    frontier = found
  }
  return { needs: [...needs.values()], cut: frontier.length > 0 }
}

type Walked = Pick<Step, 'ci' | 'inGroup'>

function leadsDown({ inGroup }: Pick<Step, 'inGroup'>, { kind, towards }: Edge): boolean {
  return towards === 'down' || (kind === 'member' && !inGroup)
}
