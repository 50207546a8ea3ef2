/**
 * The topology: CIs and their typed, directed relations, indexed for bounded look-ups. A version is
 * built once and never changes; a new CMDB version is a new topology, swapped whole.
 *
 * `from depends_on to` means that a fault in `to` can hurt `from`, and so for every type.
 */
import type { Ci, Relation } from './model.ts'
import { indexNames, type NameIndex, type NameTables, nameTables } from './name-index.ts'
import { Shards } from './shards.ts'

/** How a fault crosses a relation, independent of the CMDB's own names for it. */
export type RelationKind = 'call' | 'host' | 'member'

const KINDS: Readonly<Record<string, RelationKind>> = {
  depends_on: 'call',
  connects_to: 'call',
  uses: 'call',
  calls: 'call',
  reads_from: 'call',
  writes_to: 'call',
  runs_on: 'host',
  hosted_on: 'host',
  deployed_on: 'host',
  located_in: 'host',
  member_of: 'member',
  part_of: 'member',
  instance_of: 'member',
  contained_in: 'member',
}

/** The kind of a relation type; unknown types count as `call`, the weakest tie. */
export function relationKind(type: string): RelationKind {
  return KINDS[type] ?? 'call'
}

/** A relation as seen from one of its ends. */
export interface Edge {
  readonly ci: string
  readonly type: string
  readonly kind: RelationKind
  /** `down`: a fault in `ci` can hurt us (we depend on it). `up`: our fault can hurt `ci`. */
  readonly towards: 'down' | 'up'
}

/** A CI near another one, by its best path. */
export interface Near {
  readonly ci: string
  /** 1 … MAX_HOPS. */
  readonly hops: number
  /** Kinds of the relations along the path, nearest first. */
  readonly path: readonly RelationKind[]
  /** Directions along the path; all the same where one can be the cause of the other. */
  readonly towards: readonly ('down' | 'up')[]
  /** The CI before it on the path (the start for 1 hop). */
  readonly via: string
  /** 0 < weight ≤ 1: product over inner CIs of min(1, 8 / degree), so that hubs tie loosely. */
  readonly weight: number
}

export const MAX_HOPS = 4
/** At most this many CIs are near another one: nearest first, then heavier, then by id. */
export const MAX_NEAR = 128
/** A CI with more relations than this is a hub: paths end at it. */
export const HUB_DEGREE = 200

export interface Topology extends NameIndex {
  readonly version: string
  readonly items: ReadonlyMap<string, Ci>
  readonly relations: readonly Relation[]
  /** For versions made out of this one (core/topology-patch.ts). */
  readonly index: TopologyIndex
  /** Direct relations of a CI, both directions, by (ci, type, towards). Empty for an unknown one. */
  edges(ci: string): readonly Edge[]
  /** CIs within MAX_HOPS, at most MAX_NEAR, nearest first; computed once per CI. */
  near(ci: string): readonly Near[]
  /** The entry of `near(from)` for `to`, if there is one. O(1) after the first call for `from`. */
  between(from: string, to: string): Near | undefined
}

export interface TopologyIndex {
  readonly edges: Shards<readonly Edge[]>
  readonly names: NameTables
}

interface Nearby {
  readonly list: readonly Near[]
  readonly byCi: ReadonlyMap<string, Near>
}

/**
 * Indexes CIs and relations. Relations that name an unknown CI, and relations of a CI to itself,
 * are left out; of two items with one id the later wins. O(items + relations).
 */
export function buildTopology(
  version: string,
  items: readonly Ci[],
  relations: readonly Relation[],
): Topology {
  const byId = new Map(items.map((item) => [item.id, item]))
  const kept = relations.filter((r) => r.from !== r.to && byId.has(r.from) && byId.has(r.to))
  const index = { edges: indexEdges(kept), names: nameTables(byId) }
  return topologyOf(version, { items: byId, relations: kept, index })
}

/** A version out of its parts, which must fit each other. */
export function topologyOf(
  version: string,
  { items, relations, index }: Pick<Topology, 'items' | 'relations' | 'index'>,
): Topology {
  const { edges, names } = index
  const nearCache = new Map<string, Nearby>()
  const edgesOf = (ci: string): readonly Edge[] => edges.get(ci) ?? []
  const nearOf = (ci: string): Nearby => {
    const known = nearCache.get(ci)
    if (known !== undefined) return known
    const list = findNear(ci, edgesOf)
    const found = { list, byCi: new Map(list.map((near) => [near.ci, near])) }
    nearCache.set(ci, found)
    return found
  }
  return {
    version,
    items,
    relations,
    index,
    edges: edgesOf,
    near: (ci) => nearOf(ci).list,
    between: (from, to) => nearOf(from).byCi.get(to),
    ...indexNames(names),
  }
}

/** The topology of no CMDB at all. */
export function emptyTopology(): Topology {
  return buildTopology('none', [], [])
}

function indexEdges(relations: readonly Relation[]): Shards<readonly Edge[]> {
  const edges = new Map<string, Edge[]>()
  const seen = new Set<string>()
  const add = (at: string, edge: Edge): void => {
    const key = JSON.stringify([at, edge.ci, edge.type, edge.towards])
    if (seen.has(key)) return
    seen.add(key)
    const list = edges.get(at)
    if (list === undefined) edges.set(at, [edge])
    else list.push(edge)
  }
  for (const { from, type, to } of relations) {
    const kind = relationKind(type)
    add(from, { ci: to, type, kind, towards: 'down' })
    add(to, { ci: from, type, kind, towards: 'up' })
  }
  const shards = new Shards<readonly Edge[]>()
  for (const [ci, list] of edges) shards.set(ci, list.sort(byEdge))
  return shards
}

function byEdge(a: Edge, b: Edge): number {
  return compare(a.ci, b.ci) || compare(a.type, b.type) || compare(a.towards, b.towards)
}

function findNear(start: string, edgesOf: (ci: string) => readonly Edge[]): Near[] {
  const found = new Map<string, Near>()
  let frontier: Near[] = [{ ci: start, hops: 0, path: [], towards: [], via: start, weight: 1 }]
  for (let hops = 1; hops <= MAX_HOPS; hops++) {
    const reached = new Map<string, Near>()
    for (const from of frontier) extend(from, hops, { start, edgesOf, found, reached })
    frontier = [...reached.values()].sort(byNear)
    for (const near of frontier) found.set(near.ci, near)
    if (found.size >= MAX_NEAR) break
  }
  return [...found.values()].sort(byNear).slice(0, MAX_NEAR)
}

interface Search {
  readonly start: string
  readonly edgesOf: (ci: string) => readonly Edge[]
  readonly found: ReadonlyMap<string, Near>
  readonly reached: Map<string, Near>
}

function extend(from: Near, hops: number, { start, edgesOf, found, reached }: Search): void {
  const edges = edgesOf(from.ci)
  if (hops > 1 && edges.length > HUB_DEGREE) return
  const weight = hops === 1 ? 1 : from.weight * Math.min(1, 8 / edges.length)
  for (const edge of edges) {
    if (edge.ci === start || found.has(edge.ci)) continue
    const near: Near = {
      ci: edge.ci,
      hops,
      path: [...from.path, edge.kind],
      towards: [...from.towards, edge.towards],
      via: from.ci,
      weight,
    }
    const known = reached.get(edge.ci)
    if (known === undefined || preferPath(near, known) < 0) reached.set(edge.ci, near)
  }
}

/** Straight paths (one direction) before bent ones, then heavier, then by the CI before it. */
function preferPath(a: Near, b: Near): number {
  const straight = (near: Near): number => (new Set(near.towards).size === 1 ? 0 : 1)
  return (
    straight(a) - straight(b) ||
    b.weight - a.weight ||
    compare(a.path.join(), b.path.join()) ||
    compare(a.via, b.via)
  )
}

function byNear(a: Near, b: Near): number {
  return a.hops - b.hops || b.weight - a.weight || compare(a.ci, b.ci)
}

/** Order by UTF-16 code units: the same on every machine, whatever its locale. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
