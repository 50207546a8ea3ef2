/** What a picture of CIs shows, whatever it is drawn with. */

/** What a node's colour and its words say: `silent` is near, and nothing fires there. */
export type NodeState = 'firing' | 'resolved' | 'muted' | 'silent' | 'plain'

export interface GraphNode {
  readonly id: string
  readonly name: string
  readonly class: string
  readonly state: NodeState
  /** Alerts it stands for; what `state` says of them. */
  readonly alerts: number
  /** A few words above the name, e.g. `likely cause`; it then stands out by its border. */
  readonly mark?: string
  /** Said after the state, e.g. `in INC-000004`. */
  readonly note?: string
  /** It stands for several that are alike. */
  readonly bundle?: true
}

/** `from` depends on `to`: a fault in `to` can hurt `from`. */
export interface GraphEdge {
  readonly from: string
  readonly type: string
  readonly to: string
  /** One of those the picture is about; the others are drawn thinner. */
  readonly strong?: boolean
  /** Only alerts tell of it: drawn dashed. */
  readonly observed?: true | undefined
}

export interface GraphPicture {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

/** Never shown, so it cannot be part of an id. */
const SEPARATOR = '\u0000'

export function edgeId({ from, type, to }: GraphEdge): string {
  return [from, type, to].join(SEPARATOR)
}

/** Edges of which both ends are drawn, each once. */
export function drawnEdges({ nodes, edges }: GraphPicture): readonly GraphEdge[] {
  const ids = new Set(nodes.map(({ id }) => id))
  const known = edges.filter(({ from, to }) => from !== to && ids.has(from) && ids.has(to))
  return [...new Map(known.map((edge) => [edgeId(edge), edge])).values()]
}

/** What its last line and the list say of a node. */
export function aboutNode(node: GraphNode): readonly string[] {
  return [node.class, stateInWords(node), node.note ?? ''].filter((part) => part !== '')
}

function stateInWords({ state, alerts }: GraphNode): string {
  const count = alerts === 1 ? '1 alert' : `${alerts} alerts`
  switch (state) {
    case 'firing':
      return `${alerts} firing`
    case 'resolved':
      return `${count} over`
    case 'muted':
      return `${count} muted`
    case 'silent':
      return 'silent'
    case 'plain':
      return ''
  }
}

/** The lines a node is drawn with. */
export function linesOf(node: GraphNode): readonly string[] {
  const { mark, name } = node
  return [...(mark === undefined ? [] : [mark]), shortened(name), aboutNode(node).join(' · ')]
}

const LONGEST = 30

/** Long names keep both ends: what tells pods and hosts apart is often at the end. */
function shortened(name: string): string {
  if (name.length <= LONGEST) return name
  return `${name.slice(0, 16)}…${name.slice(-(LONGEST - 17))}`
}

/** A node with those it is directly tied to. */
export function neighboursOf(picture: GraphPicture, id: string): ReadonlySet<string> {
  const found = new Set([id])
  for (const { from, to } of drawnEdges(picture)) {
    if (from === id) found.add(to)
    if (to === id) found.add(from)
  }
  return found
}
