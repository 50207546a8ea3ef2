/** Draws the whole map on a canvas: only what is in sight, and no more of it than can be made out. */
import type { TopologyMap } from '../api/schema.d.ts'
import type { CellState } from './burning.ts'
import { framesOf } from './frames.ts'
import { type Ink, inkOf } from './ink.ts'
import { type Block, CELL, type Looked, type MapLayout, placeAt, type View } from './layout.ts'

export interface Shown {
  /** By place; those that are quiet are left out. */
  readonly states: ReadonlyMap<number, CellState>
  /** Places that stand out, everything else is faded; null: nothing is. */
  readonly highlighted: ReadonlySet<number> | null
  /** -1: none. */
  readonly selected: number
}

export interface MapDrawing {
  show(shown: Shown): void
  fit(): void
  zoom(factor: number): void
  /** By shares of what is in sight. */
  pan(x: number, y: number): void
  /** Brings a CI into the middle, large enough to be read. */
  reveal(place: number): void
  /** null: all of it is shown, nobody has moved it. */
  looked(): Looked | null
  destroy(): void
}

const SCALE = { least: 0.02, most: 2, readable: 0.8 }
/** From these sizes on names of CIs, and relations, can be made out. */
const NAMES_FROM = 0.45
const TIES_FROM = 0.3
const MAX_TIES = 3000
/** Pixels of a block from which on it has a title. */
const LEAST_TITLED = 64
/** The least that something burning is drawn with, in pixels. */
const LEAST_BURNING = 4

export interface Drawn {
  readonly map: TopologyMap
  readonly layout: MapLayout
}

/** What only alerts tell of: places of CIs, and of relations. */
interface Observed {
  readonly cis: ReadonlySet<number>
  readonly ties: ReadonlySet<number>
}

interface Drawing {
  readonly onPick: (place: number | null) => void
  /** Where to look first; null: at all of it. */
  readonly look: Looked | null
}

export function drawMap(
  canvas: HTMLCanvasElement,
  drawn: Drawn,
  { onPick, look }: Drawing,
): MapDrawing {
  const view: View = { scale: 0.1, x: 0, y: 0 }
  let shown: Shown = { states: new Map(), highlighted: null, selected: -1 }
  let ink = inkOf(canvas)
  const { observed: cis, observedRelations: ties } = drawn.map
  const observed = { cis: new Set(cis), ties: new Set(ties) }
  const { again, end } = framesOf(() => paint({ canvas, drawn, observed, view, shown, ink }), {
    request: (draw) => requestAnimationFrame(draw),
    cancel: (frame) => cancelAnimationFrame(frame),
  })
  const moves = movesOf(canvas, drawn.layout, { view, again })
  const { zoomAt, panBy } = moves
  const stop = [
    listen(canvas, { panBy, zoomAt, tap: (px, py) => onPick(placeAt(drawn.layout, view, px, py)) }),
    watch(canvas, {
      resized: moves.resized,
      themed: () => {
        ink = inkOf(canvas)
        again()
      },
    }),
  ]
  if (look === null) moves.showAll()
  else moves.lookAt(look)
  return {
    show: (next) => {
      shown = next
      again()
    },
    fit: moves.showAll,
    zoom: (factor) => zoomAt(factor, canvas.clientWidth / 2, canvas.clientHeight / 2),
    pan: (x, y) => panBy(x * canvas.clientWidth, y * canvas.clientHeight),
    reveal: moves.reveal,
    looked: moves.looked,
    destroy: () => {
      end()
      for (const one of stop) one()
    },
  }
}

interface Moved {
  readonly view: View
  readonly again: () => void
}

/** Ways to change what is in sight. */
function movesOf(canvas: HTMLCanvasElement, layout: MapLayout, { view, again }: Moved) {
  let moved = false
  const showAll = (): void => {
    const { clientWidth, clientHeight } = canvas
    view.scale = clamp(Math.min(clientWidth / layout.width, clientHeight / layout.height) * 0.97)
    view.x = (layout.width - clientWidth / view.scale) / 2
    view.y = (layout.height - clientHeight / view.scale) / 2
    moved = false
    again()
  }
  const zoomAt = (factor: number, px: number, py: number): void => {
    const scale = clamp(view.scale * factor)
    view.x += px / view.scale - px / scale
    view.y += py / view.scale - py / scale
    view.scale = scale
    moved = true
    again()
  }
  const panBy = (px: number, py: number): void => {
    view.x += px / view.scale
    view.y += py / view.scale
    moved = true
    again()
  }
  const lookAt = ({ scale, x, y }: Looked): void => {
    view.scale = clamp(scale)
    view.x = x - canvas.clientWidth / 2 / view.scale
    view.y = y - canvas.clientHeight / 2 / view.scale
    moved = true
    again()
  }
  const reveal = (place: number): void =>
    lookAt({
      scale: Math.max(view.scale, SCALE.readable),
      x: (layout.xs[place] ?? 0) + CELL.width / 2,
      y: (layout.ys[place] ?? 0) + CELL.height / 2,
    })
  const looked = (): Looked | null => {
    if (!moved) return null
    const { scale, x, y } = view
    return { scale, x: x + canvas.clientWidth / 2 / scale, y: y + canvas.clientHeight / 2 / scale }
  }
  const resized = (): void => (moved ? again() : showAll())
  return { showAll, zoomAt, panBy, lookAt, reveal, looked, resized }
}

function clamp(scale: number): number {
  return Math.min(SCALE.most, Math.max(SCALE.least, scale))
}

interface Painting {
  readonly canvas: HTMLCanvasElement
  readonly drawn: Drawn
  readonly observed: Observed
  readonly view: Readonly<View>
  readonly shown: Shown
  readonly ink: Ink
}

function paint(painting: Painting): void {
  const { canvas, drawn, view, ink } = painting
  const pen = canvas.getContext('2d')
  const dots = window.devicePixelRatio
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
  if (pen === null || width === 0) return
  if (canvas.width !== Math.round(width * dots)) canvas.width = Math.round(width * dots)
  if (canvas.height !== Math.round(height * dots)) canvas.height = Math.round(height * dots)
  pen.setTransform(dots, 0, 0, dots, 0, 0)
  pen.fillStyle = ink.ground
  pen.fillRect(0, 0, width, height)
  const { scale } = view
  pen.setTransform(dots * scale, 0, 0, dots * scale, -view.x * scale * dots, -view.y * scale * dots)
  const right = view.x + width / scale
  const bottom = view.y + height / scale
  const blocks = drawn.layout.blocks.filter(
    (b) => b.x < right && b.x + b.width > view.x && b.y < bottom && b.y + b.height > view.y,
  )
  const inSight = (place: number): boolean => {
    const [x, y] = [drawn.layout.xs[place] ?? 0, drawn.layout.ys[place] ?? 0]
    return x < right && x + CELL.width > view.x && y < bottom && y + CELL.height > view.y
  }
  const places = blocks.flatMap(({ members }) => members.filter(inSight))
  for (const block of blocks) paintBlock(pen, block, painting)
  paintTies(pen, new Set(places), painting)
  paintCells(pen, places, painting)
  paintObserved(pen, places, painting)
  if (scale >= NAMES_FROM) paintNames(pen, places, painting)
  for (const block of blocks) paintTitle(pen, block, painting)
}

function paintBlock(pen: CanvasRenderingContext2D, block: Block, { view, ink }: Painting): void {
  pen.fillStyle = ink.card
  pen.fillRect(block.x, block.y, block.width, block.height)
  pen.strokeStyle = ink.line
  pen.lineWidth = 1 / view.scale
  pen.strokeRect(block.x, block.y, block.width, block.height)
}

/** From far away over the CIs, where the block is wide enough for it. */
function paintTitle(pen: CanvasRenderingContext2D, block: Block, { view, ink }: Painting): void {
  if (block.width * view.scale < LEAST_TITLED) return
  const size = Math.max(20, 11 / view.scale)
  const { label, members, x, y, width } = block
  if (size > 26) {
    pen.fillStyle = ink.card
    pen.fillRect(x, y, width, size * 1.5)
  }
  pen.font = `600 ${size}px ${ink.font}`
  pen.fillStyle = ink.strong
  pen.textBaseline = 'middle'
  const title = members.length === 1 ? label : `${label} · ${members.length}`
  pen.fillText(title, x + CELL.gap, y + Math.max(22, size * 0.75), width - 2 * CELL.gap)
}

/** Of what is picked all relations in sight or not, of the rest those whose both ends are in sight. */
function paintTies(
  pen: CanvasRenderingContext2D,
  inSight: ReadonlySet<number>,
  { drawn, observed, view, shown, ink }: Painting,
): void {
  const { relations } = drawn.map
  const { xs, ys } = drawn.layout
  const [picked, pickedDashed] = [new Path2D(), new Path2D()]
  const [others, othersDashed] = [new Path2D(), new Path2D()]
  let left = view.scale >= TIES_FROM ? MAX_TIES : 0
  for (let at = 0; at < relations.length; at += 3) {
    const [from, to] = [relations[at] ?? 0, relations[at + 1] ?? 0]
    const isPicked = from === shown.selected || to === shown.selected
    if (!isPicked && (left === 0 || !inSight.has(from) || !inSight.has(to))) continue
    if (!isPicked) left -= 1
    const isDashed = observed.ties.has(at / 3)
    const plain = isPicked ? picked : others
    const path = isDashed ? (isPicked ? pickedDashed : othersDashed) : plain
    path.moveTo((xs[from] ?? 0) + CELL.width / 2, (ys[from] ?? 0) + CELL.height / 2)
    path.lineTo((xs[to] ?? 0) + CELL.width / 2, (ys[to] ?? 0) + CELL.height / 2)
  }
  pen.lineWidth = 1 / view.scale
  pen.strokeStyle = ink.tie
  pen.stroke(others)
  strokeDashed(pen, othersDashed, view)
  pen.lineWidth = 1.6 / view.scale
  pen.strokeStyle = ink.accent
  pen.stroke(picked)
  strokeDashed(pen, pickedDashed, view)
}

function strokeDashed(pen: CanvasRenderingContext2D, path: Path2D, { scale }: View): void {
  pen.setLineDash([6 / scale, 3 / scale])
  pen.stroke(path)
  pen.setLineDash([])
}

/** From far away they cannot be told from others. */
function paintObserved(
  pen: CanvasRenderingContext2D,
  places: readonly number[],
  { drawn: { layout }, observed, view, ink }: Painting,
): void {
  if (view.scale < TIES_FROM || observed.cis.size === 0) return
  const path = new Path2D()
  for (const place of places)
    if (observed.cis.has(place))
      path.rect(layout.xs[place] ?? 0, layout.ys[place] ?? 0, CELL.width, CELL.height)
  pen.lineWidth = 1.4 / view.scale
  pen.strokeStyle = ink.strong
  strokeDashed(pen, path, view)
}

function paintCells(
  pen: CanvasRenderingContext2D,
  places: readonly number[],
  { drawn, view, shown, ink }: Painting,
): void {
  const { xs, ys } = drawn.layout
  const { states, highlighted, selected } = shown
  const faded = (place: number): boolean => highlighted !== null && !highlighted.has(place)
  const quiet = places.filter((place) => !states.has(place))
  pen.fillStyle = ink.faded
  for (const place of quiet)
    if (faded(place)) pen.fillRect(xs[place] ?? 0, ys[place] ?? 0, CELL.width, CELL.height)
  pen.fillStyle = highlighted === null ? ink.quiet : ink.lit
  for (const place of quiet)
    if (!faded(place)) pen.fillRect(xs[place] ?? 0, ys[place] ?? 0, CELL.width, CELL.height)
  const least = LEAST_BURNING / view.scale
  for (const place of places) {
    const state = states.get(place)
    if (state === undefined) continue
    pen.globalAlpha = faded(place) ? 0.3 : 1
    pen.fillStyle = ink[state]
    const [width, height] = [Math.max(CELL.width, least), Math.max(CELL.height, least)]
    pen.fillRect(xs[place] ?? 0, ys[place] ?? 0, width, height)
  }
  pen.globalAlpha = 1
  if (selected < 0) return
  pen.strokeStyle = ink.accent
  pen.lineWidth = 3 / view.scale
  const [x, y] = [xs[selected] ?? 0, ys[selected] ?? 0]
  pen.strokeRect(x - 3, y - 3, CELL.width + 6, CELL.height + 6)
}

function paintNames(
  pen: CanvasRenderingContext2D,
  places: readonly number[],
  { drawn, shown, ink }: Painting,
): void {
  pen.font = `13px ${ink.font}`
  pen.textBaseline = 'middle'
  for (const place of places) {
    const name = drawn.map.names[place] ?? ''
    const text = name.length <= 20 ? name : `${name.slice(0, 10)}…${name.slice(-9)}`
    const state = shown.states.get(place)
    pen.fillStyle = state === undefined || state === 'muted' ? ink.strong : ink.onState
    const [x, y] = [drawn.layout.xs[place] ?? 0, drawn.layout.ys[place] ?? 0]
    pen.fillText(text, x + 7, y + CELL.height / 2, CELL.width - 14)
  }
}

interface Gestures {
  readonly panBy: (px: number, py: number) => void
  readonly zoomAt: (factor: number, px: number, py: number) => void
  readonly tap: (px: number, py: number) => void
}

/** Pixels a press may move and still be a tap. */
const STILL = 4

/** Dragging pans; Ctrl and the wheel, or two fingers, zoom; the wheel alone scrolls the page. */
function listen(canvas: HTMLCanvasElement, { panBy, zoomAt, tap }: Gestures): () => void {
  const held = new Map<number, { x: number; y: number }>()
  const ended = new AbortController()
  const { signal } = ended
  let travelled = 0
  const down = (event: PointerEvent): void => {
    canvas.setPointerCapture(event.pointerId)
    if (held.size === 0) travelled = 0
    held.set(event.pointerId, { x: event.offsetX, y: event.offsetY })
  }
  const move = (event: PointerEvent): void => {
    const before = held.get(event.pointerId)
    if (before === undefined) return
    const now = { x: event.offsetX, y: event.offsetY }
    const other = [...held].find(([id]) => id !== event.pointerId)?.[1]
    travelled += Math.abs(now.x - before.x) + Math.abs(now.y - before.y)
    held.set(event.pointerId, now)
    if (other === undefined) {
      panBy(before.x - now.x, before.y - now.y)
      return
    }
    const apart = (one: { x: number; y: number }): number =>
      Math.max(1, Math.hypot(one.x - other.x, one.y - other.y))
    zoomAt(apart(now) / apart(before), (now.x + other.x) / 2, (now.y + other.y) / 2)
  }
  const up = (event: PointerEvent): void => {
    const wasHeld = held.delete(event.pointerId)
    if (wasHeld && held.size === 0 && travelled <= STILL) tap(event.offsetX, event.offsetY)
  }
  const wheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    zoomAt(Math.exp(-event.deltaY / 240), event.offsetX, event.offsetY)
  }
  canvas.addEventListener('pointerdown', down, { signal })
  canvas.addEventListener('pointermove', move, { signal })
  canvas.addEventListener('pointerup', up, { signal })
  canvas.addEventListener('pointercancel', (event) => held.delete(event.pointerId), { signal })
  canvas.addEventListener('wheel', wheel, { signal, passive: false })
  return () => ended.abort()
}

interface Watched {
  readonly resized: () => void
  readonly themed: () => void
}

function watch(canvas: HTMLCanvasElement, { resized, themed }: Watched): () => void {
  const sizes = new ResizeObserver(resized)
  sizes.observe(canvas)
  const themes = new MutationObserver(themed)
  themes.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] })
  return () => {
    sizes.disconnect()
    themes.disconnect()
  }
}
