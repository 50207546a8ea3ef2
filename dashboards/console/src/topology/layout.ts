/**
 * Places every CI on one large map: a block for each service with all that only it runs on, the most
 * critical first, then blocks of what several share and of what belongs to none, by class. The same
 * map is always laid out alike.
 */
import type { TopologyMap } from '../api/schema.d.ts'

export const CELL = { width: 150, height: 30, gap: 8 }
const TITLE = 44
const BETWEEN = 60
/** Width to height of the whole. */
const SHAPE = 1.7

export interface Block {
  readonly label: string
  /** Place of its service; -1: it has none. */
  readonly service: number
  readonly members: readonly number[]
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface MapLayout {
  /** Left upper corners by place; CELL is their size. */
  readonly xs: Float32Array
  readonly ys: Float32Array
  readonly blocks: readonly Block[]
  readonly width: number
  readonly height: number
}

type Sized = Omit<Block, 'x' | 'y'> & { readonly columns: number }

/** O(n log n): 10,000 CIs take some 20 ms. */
export function layOut(map: Pick<TopologyMap, LayoutPart>): MapLayout {
  const blocks = groupsOf(map).map(sized)
  const area = blocks.reduce(
    (sum, { width, height }) => sum + (width + BETWEEN) * (height + BETWEEN),
    0,
  )
  const widest = Math.max(0, ...blocks.map(({ width }) => width))
  const width = Math.max(widest, Math.sqrt(area * SHAPE))
  const xs = new Float32Array(map.ids.length)
  const ys = new Float32Array(map.ids.length)
  const placed: Block[] = []
  let [x, y, tallest] = [0, 0, 0]
  for (const { columns, ...block } of blocks) {
    if (x > 0 && x + block.width > width) {
      x = 0
      y += tallest + BETWEEN
      tallest = 0
    }
    for (const [at, member] of block.members.entries()) {
      xs[member] = x + CELL.gap + (at % columns) * (CELL.width + CELL.gap)
      ys[member] = y + TITLE + Math.floor(at / columns) * (CELL.height + CELL.gap)
    }
    placed.push({ ...block, x, y })
    x += block.width + BETWEEN
    tallest = Math.max(tallest, block.height)
  }
  return { xs, ys, blocks: placed, width, height: y + tallest }
}

/** What of a map is in sight, on what scale. */
export interface View {
  scale: number
  /** What of the map is at the left upper corner. */
  x: number
  y: number
}

/** What was looked at, and how large. */
export interface Looked {
  readonly scale: number
  /** What of the map is in the middle. */
  readonly x: number
  readonly y: number
}

interface Lying {
  readonly map: Pick<TopologyMap, 'ids'>
  readonly layout: Pick<MapLayout, 'xs' | 'ys'>
}

/**
 * Where on the next map to look, so that what was looked at stays where it was: the CI nearest to the
 * middle that both have is as far from it as before; null: they have none in common. O(CIs)
 */
export function followed(looked: Looked, before: Lying, now: Lying): Looked | null {
  const places = new Map(now.map.ids.map((id, place) => [id, place]))
  let [least, dx, dy] = [Number.POSITIVE_INFINITY, 0, 0]
  for (const [at, id] of before.map.ids.entries()) {
    const place = places.get(id)
    if (place === undefined) continue
    const [x, y] = [before.layout.xs[at] ?? 0, before.layout.ys[at] ?? 0]
    const far = Math.hypot(x + CELL.width / 2 - looked.x, y + CELL.height / 2 - looked.y)
    if (far >= least) continue
    least = far
    dx = (now.layout.xs[place] ?? 0) - x
    dy = (now.layout.ys[place] ?? 0) - y
  }
  if (least === Number.POSITIVE_INFINITY) return null
  return { scale: looked.scale, x: looked.x + dx, y: looked.y + dy }
}

/** The CI at a pixel. O(blocks + CIs of one block) */
export function placeAt(
  { blocks, xs, ys }: MapLayout,
  view: Readonly<View>,
  px: number,
  py: number,
): number | null {
  const [x, y] = [view.x + px / view.scale, view.y + py / view.scale]
  const block = blocks.find(
    (b) => x >= b.x && x <= b.x + b.width && y >= b.y && y <= b.y + b.height,
  )
  const found = block?.members.find((place) => {
    const [dx, dy] = [x - (xs[place] ?? 0), y - (ys[place] ?? 0)]
    return dx >= 0 && dy >= 0 && dx <= CELL.width && dy <= CELL.height
  })
  if (found !== undefined) return found
  return block === undefined || block.service < 0 ? null : block.service
}

export type LayoutPart = 'ids' | 'names' | 'classes' | 'classOf' | 'criticalityOf' | 'serviceOf'

interface Group {
  readonly label: string
  readonly service: number
  readonly members: number[]
}

function groupsOf(map: Pick<TopologyMap, LayoutPart>): readonly Group[] {
  const groups = new Map<string, Group>()
  for (const place of map.ids.keys()) {
    const service = map.serviceOf[place] ?? -1
    const kind = map.classes[map.classOf[place] ?? 0] ?? ''
    const key = service < 0 ? `class ${kind}` : `service ${service}`
    const label = service < 0 ? kind : (map.names[service] ?? '')
    const group = groups.get(key) ?? { label, service, members: [] }
    groups.set(key, group)
    group.members.push(place)
  }
  const text = (list: readonly string[], at: number): string => list[at] ?? ''
  const isFirst = ({ service }: Group, place: number): number => (place === service ? 0 : 1)
  for (const group of groups.values())
    group.members.sort(
      (a, b) =>
        isFirst(group, a) - isFirst(group, b) ||
        compare(text(map.classes, map.classOf[a] ?? 0), text(map.classes, map.classOf[b] ?? 0)) ||
        compare(text(map.names, a), text(map.names, b)) ||
        compare(text(map.ids, a), text(map.ids, b)),
    )
  const weight = ({ service }: Group): number => (service < 0 ? 9 : map.criticalityOf[service] || 5)
  return [...groups.values()].sort(
    (a, b) =>
      weight(a) - weight(b) ||
      b.members.length - a.members.length ||
      compare(a.label, b.label) ||
      compare(text(map.ids, a.service), text(map.ids, b.service)),
  )
}

function sized(group: Group): Sized {
  const [width, height] = [CELL.width + CELL.gap, CELL.height + CELL.gap]
  const columns = Math.max(1, Math.ceil(Math.sqrt((group.members.length * height) / width)))
  const rows = Math.ceil(group.members.length / columns)
  return {
    ...group,
    columns,
    width: columns * width + CELL.gap,
    height: TITLE + rows * height + CELL.gap,
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
