/**
 * Makes a picture of a hub readable: neighbours alike are one bundle that can be opened. What fires is
 * always shown by itself.
 */
import { drawnEdges, type GraphEdge, type GraphNode, type GraphPicture } from './picture.ts'

/** Pictures with no more nodes than this are shown as they are. */
const LEAST_CROWDED = 24
/** Fewer alike are shown one by one. */
const LEAST_BUNDLED = 5

export interface Bundled {
  readonly picture: GraphPicture
  /** Members by id of the bundle. */
  readonly bundles: ReadonlyMap<string, readonly string[]>
}

/**
 * Neighbours are alike that have one class and state, and hang in the same way on the same node, or on
 * nodes of one bundle, one step nearer to the center. O(nodes + edges)
 *
 * @param center the picture is around it
 * @param open ids of bundles that are shown one by one
 */
export function bundled(picture: GraphPicture, center: string, open: ReadonlySet<string>): Bundled {
  if (picture.nodes.length <= LEAST_CROWDED) return { picture, bundles: new Map() }
  const edges = drawnEdges(picture)
  const { order, parents } = walked(picture, edges, center)
  const nodes = new Map(picture.nodes.map((node) => [node.id, node]))
  /** What stands for a node in the picture: itself, or its bundle. */
  const stands = new Map<string, string>()
  const bundles = new Map<string, readonly string[]>()
  const drawn: GraphNode[] = []
  for (const level of order) {
    for (const [key, { quiet, burning }] of groupsOf(level, { nodes, parents, stands })) {
      const isBundle = quiet.length >= LEAST_BUNDLED && !open.has(key)
      for (const node of isBundle ? burning : [...burning, ...quiet]) {
        stands.set(node.id, node.id)
        drawn.push(node)
      }
      const [first] = quiet
      if (!isBundle || first === undefined) continue
      for (const { id } of quiet) stands.set(id, key)
      bundles.set(
        key,
        quiet.map(({ id }) => id),
      )
      drawn.push(bundleOf(key, first, { quiet, burning: burning.length }))
    }
  }
  return { picture: { nodes: drawn, edges: between(edges, stands) }, bundles }
}

interface Group {
  readonly quiet: GraphNode[]
  readonly burning: GraphNode[]
}

interface Known {
  readonly nodes: ReadonlyMap<string, GraphNode>
  readonly parents: ReadonlyMap<string, GraphEdge>
  readonly stands: ReadonlyMap<string, string>
}

/** Those alike, in the order in which they come; what fires or is marked is with its like, and apart. */
function groupsOf(level: readonly string[], known: Known): ReadonlyMap<string, Group> {
  const groups = new Map<string, Group>()
  const isApart = ({ state, mark }: GraphNode): boolean => state === 'firing' || mark !== undefined
  const all = level.flatMap((id) => known.nodes.get(id) ?? [])
  for (const node of all.filter((one) => !isApart(one))) {
    const key = keyOf(node, node.state, known)
    const group = groups.get(key) ?? { quiet: [], burning: [] }
    groups.set(key, group)
    group.quiet.push(node)
  }
  for (const node of all.filter(isApart)) {
    const key = keyOf(node, 'silent', known)
    const group = groups.get(key) ?? { quiet: [], burning: [] }
    groups.set(key, group)
    group.burning.push(node)
  }
  return groups
}

function keyOf(node: GraphNode, state: string, { parents, stands }: Known): string {
  const edge = parents.get(node.id)
  if (edge === undefined) return JSON.stringify([node.class, state])
  const [parent, way] = edge.from === node.id ? [edge.to, 'down'] : [edge.from, 'up']
  return JSON.stringify([node.class, state, way, edge.type, stands.get(parent) ?? parent])
}

/** The nodes by their distance from the center, those that no edge leads to last. */
function walked(picture: GraphPicture, edges: readonly GraphEdge[], center: string) {
  const around = new Map<string, GraphEdge[]>()
  for (const edge of edges)
    for (const end of [edge.from, edge.to]) {
      const known = around.get(end) ?? []
      around.set(end, known)
      known.push(edge)
    }
  const seen = new Set([center])
  const parents = new Map<string, GraphEdge>()
  const order: string[][] = []
  let level = picture.nodes.some(({ id }) => id === center) ? [center] : []
  while (level.length > 0) {
    order.push(level)
    const next: string[] = []
    for (const id of level)
      for (const edge of around.get(id) ?? []) {
        const other = edge.from === id ? edge.to : edge.from
        if (seen.has(other)) continue
        seen.add(other)
        parents.set(other, edge)
        next.push(other)
      }
    level = next
  }
  const rest = picture.nodes.map(({ id }) => id).filter((id) => !seen.has(id))
  return { order: rest.length === 0 ? order : [...order, rest], parents }
}

function bundleOf(
  id: string,
  { class: kind, state }: GraphNode,
  { quiet, burning }: { readonly quiet: readonly GraphNode[]; readonly burning: number },
): GraphNode {
  return {
    id,
    name: `${quiet.length} ${pluralOf(kind)}`,
    class: 'bundle',
    state,
    alerts: quiet.reduce((sum, { alerts }) => sum + alerts, 0),
    note: burning === 0 ? 'opens' : `${burning} more burning, apart`,
    bundle: true,
  }
}

/** Class names are words of the CMDB: `switches`, `proxies`, `pods`. */
export function pluralOf(kind: string): string {
  if (/(s|x|ch|sh)$/.test(kind)) return `${kind}es`
  return /[^aeiou]y$/.test(kind) ? `${kind.slice(0, -1)}ies` : `${kind}s`
}

/** The edges between what is drawn; one that only alerts tell of stays so only if all it stands for are. */
function between(
  edges: readonly GraphEdge[],
  stands: ReadonlyMap<string, string>,
): readonly GraphEdge[] {
  const found = new Map<string, GraphEdge>()
  for (const edge of edges) {
    const from = stands.get(edge.from) ?? edge.from
    const to = stands.get(edge.to) ?? edge.to
    if (from === to) continue
    const key = JSON.stringify([from, edge.type, to])
    const known = found.get(key)
    const observed = edge.observed === true && (known === undefined || known.observed === true)
    const { observed: _observed, ...plain } = edge
    found.set(key, { ...plain, from, to, ...(observed ? { observed: true as const } : {}) })
  }
  return [...found.values()]
}
