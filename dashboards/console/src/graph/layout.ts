/**
 * Places the nodes in layers: who depends on others stands above them, so that a fault is read from
 * the bottom up. The same picture is always laid out alike, whatever the order it comes in.
 */
import { Graph, layout } from '@dagrejs/dagre'
import { drawnEdges, edgeId, type GraphPicture, linesOf } from './picture.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where an edge that passes other layers bends, relative to the straight line. */
export interface Bends {
  readonly weights: readonly number[]
  readonly distances: readonly number[]
}

export interface Placed {
  readonly boxes: ReadonlyMap<string, Box>
  readonly bends: ReadonlyMap<string, Bends>
}

const CHARACTER = 6.7
const LINE = 16
const PADDING = { x: 26, y: 14 }
const GAP = { node: 26, rank: 52 }
/** Nodes without an edge stand below the rest, in rows of at most this width. */
const ROW = 900

interface Point {
  readonly x: number
  readonly y: number
}

/** Boxes in pixels by node, y growing downwards. O(nodes × edges) at worst; 150 nodes: about 50 ms. */
export function placeNodes(picture: GraphPicture): Placed {
  const edges = [...drawnEdges(picture)].sort((a, b) => (edgeId(a) < edgeId(b) ? -1 : 1))
  const tied = new Set(edges.flatMap(({ from, to }) => [from, to]))
  const sizes = new Map(picture.nodes.map((node) => [node.id, sizeOf(linesOf(node))]))
  const graph = new Graph({ multigraph: true })
  graph.setGraph({ rankdir: 'TB', nodesep: GAP.node, ranksep: GAP.rank, marginx: 0, marginy: 0 })
  const ids = [...sizes.keys()].sort()
  for (const id of ids) if (tied.has(id)) graph.setNode(id, { ...sizes.get(id) })
  for (const edge of edges) graph.setEdge(edge.from, edge.to, { weight: 1 }, edgeId(edge))
  layout(graph)
  const boxes = new Map<string, Box>()
  for (const id of ids) {
    const size = sizes.get(id)
    if (!tied.has(id) || size === undefined) continue
    const { x = 0, y = 0 } = graph.node(id)
    boxes.set(id, { x, y, ...size })
  }
  placeLoose(
    ids.filter((id) => !tied.has(id)),
    sizes,
    boxes,
  )
  const bends = new Map<string, Bends>()
  for (const edge of edges) {
    const { points = [] } = graph.edge(edge.from, edge.to, edgeId(edge))
    const from = boxes.get(edge.from)
    const to = boxes.get(edge.to)
    // the outer points are the borders of the nodes, a single inner one lies on the straight line
    const inner = points.slice(1, -1)
    if (from !== undefined && to !== undefined && inner.length > 1)
      bends.set(edgeId(edge), bendsOf(from, to, inner))
  }
  return { boxes, bends }
}

type Size = Pick<Box, 'width' | 'height'>

function sizeOf(lines: readonly string[]): Size {
  const longest = Math.max(...lines.map((line) => line.length))
  return {
    width: Math.max(92, Math.ceil(longest * CHARACTER) + PADDING.x),
    height: lines.length * LINE + PADDING.y,
  }
}

function placeLoose(
  ids: readonly string[],
  sizes: ReadonlyMap<string, Size>,
  boxes: Map<string, Box>,
): void {
  const all = [...boxes.values()]
  const left = Math.min(...all.map(({ x, width }) => x - width / 2), 0)
  const right = Math.max(...all.map(({ x, width }) => x + width / 2), left + ROW)
  let top = Math.max(...all.map(({ y, height }) => y + height / 2 + GAP.rank), 0)
  let x = left
  let tallest = 0
  for (const id of ids) {
    const size = sizes.get(id)
    if (size === undefined) continue
    if (x > left && x + size.width > right) {
      x = left
      top += tallest + GAP.node
      tallest = 0
    }
    boxes.set(id, { x: x + size.width / 2, y: top + size.height / 2, ...size })
    x += size.width + GAP.node
    tallest = Math.max(tallest, size.height)
  }
}

function bendsOf(from: Point, to: Point, points: readonly Point[]): Bends {
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = Math.hypot(dx, dy) || 1
  const along = ({ x, y }: Point): number => ((x - from.x) * dx + (y - from.y) * dy) / length ** 2
  const beside = ({ x, y }: Point): number => ((y - from.y) * dx - (x - from.x) * dy) / length
  return { weights: points.map(along), distances: points.map(beside) }
}
