/** Draws a picture on a canvas. Loaded when a page shows one: it brings Cytoscape and the layout. */
import cytoscape, { type Core, type ElementDefinition } from 'cytoscape'
import { type Placed, placeNodes } from './layout.ts'
import { paintOf } from './paint.ts'
import { drawnEdges, edgeId, type GraphPicture, linesOf } from './picture.ts'
import { densest } from './view.ts'

export interface DrawingEvents {
  /** A node was clicked; null: the ground was. */
  readonly onSelect: (id: string | null) => void
  readonly onHover: (id: string | null) => void
}

export interface Emphasis {
  /** Everything else is faded; null: nothing is. */
  readonly highlighted: ReadonlySet<string> | null
  readonly selected: string | null
}

export interface Drawing {
  /** Where only what is on the nodes has changed they stay in their place, and so does the view. */
  show(picture: GraphPicture): void
  emphasise(emphasis: Emphasis): void
  fit(): void
  /** Brings a node into the middle, large enough to be read, where it is not in sight so. */
  reveal(id: string): void
  zoom(factor: number): void
  destroy(): void
}

const ZOOM = { least: 0.15, most: 2.5, fittedMost: 1.15, readable: 0.62 }
const MARGIN = 18
/** With so few edges each says its type. */
const FEW_EDGES = 14

export function draw(container: HTMLElement, { onSelect, onHover }: DrawingEvents): Drawing {
  const cy = cytoscape({
    container,
    style: paintOf(container),
    layout: { name: 'preset' },
    minZoom: ZOOM.least,
    maxZoom: ZOOM.most,
    boxSelectionEnabled: false,
    autoungrabify: true,
    autounselectify: true,
  })
  let shape = ''
  let moved = false
  cy.on('tap', (event) => onSelect(event.target === cy ? null : (event.target.id() as string)))
  cy.on('mouseover', 'node', (event) => onHover(event.target.id() as string))
  cy.on('mouseout', 'node', () => onHover(null))
  cy.on('dragpan pinchzoom scrollzoom', () => {
    moved = true
  })
  const fit = (): void => {
    moved = false
    fitted(cy)
  }
  const stop = [
    watchSize(container, () => {
      cy.resize()
      if (!moved) fitted(cy)
    }),
    watchTheme(() => cy.style(paintOf(container))),
    leaveScrolling(container),
  ]
  return {
    show: (picture) => {
      const next = shapeOf(picture)
      if (next === shape) return relabel(cy, picture)
      shape = next
      cy.elements().remove()
      cy.add(elementsOf(picture, placeNodes(picture)))
      if (!moved) fitted(cy)
      container.dataset['drawn'] = String(picture.nodes.length)
    },
    emphasise: (emphasis) => emphasise(cy, emphasis),
    fit,
    reveal: (id) => {
      moved = reveal(cy, id) || moved
    },
    zoom: (factor) => {
      moved = true
      const middle = { x: cy.width() / 2, y: cy.height() / 2 }
      cy.zoom({ level: cy.zoom() * factor, renderedPosition: middle })
    },
    destroy: () => {
      for (const end of stop) end()
      cy.destroy()
    },
  }
}

/** What the places depend on. */
function shapeOf(picture: GraphPicture): string {
  const nodes = picture.nodes.map((node) => [node.id, linesOf(node).length])
  return JSON.stringify([nodes, drawnEdges(picture).map(edgeId)])
}

function classesOf({ state, mark, bundle }: GraphPicture['nodes'][number]): string[] {
  const bundled = bundle === true ? ['bundle'] : []
  return [state, ...(mark === undefined ? [] : ['marked']), ...bundled]
}

function elementsOf(picture: GraphPicture, { boxes, bends }: Placed): ElementDefinition[] {
  const nodes = picture.nodes.map((node): ElementDefinition => {
    const { x = 0, y = 0, width = 100, height = 46 } = boxes.get(node.id) ?? {}
    return {
      group: 'nodes',
      data: { id: node.id, label: linesOf(node).join('\n'), width, height },
      position: { x, y },
      classes: classesOf(node),
    }
  })
  const drawn = drawnEdges(picture)
  const edges = drawn.map((edge): ElementDefinition => {
    const bent = bends.get(edgeId(edge))
    const type = edge.type.replaceAll('_', ' ')
    return {
      group: 'edges',
      data: { id: edgeId(edge), source: edge.from, target: edge.to, type, ...bent },
      classes: [
        ...(bent === undefined ? [] : ['bent']),
        ...(edge.strong === true ? ['strong'] : []),
        ...(edge.observed === true ? ['observed'] : []),
        ...(drawn.length <= FEW_EDGES ? ['named'] : []),
      ],
    }
  })
  return [...nodes, ...edges]
}

function relabel(cy: Core, picture: GraphPicture): void {
  cy.batch(() => {
    for (const node of picture.nodes) {
      const drawn = cy.getElementById(node.id)
      drawn.data('label', linesOf(node).join('\n'))
      drawn.classes([...classesOf(node), ...drawn.classes().filter(isEmphasis)])
    }
    for (const edge of drawnEdges(picture))
      cy.getElementById(edgeId(edge))
        .toggleClass('strong', edge.strong === true)
        .toggleClass('observed', edge.observed === true)
  })
}

function isEmphasis(name: string): boolean {
  return name === 'faded' || name === 'selected'
}

function emphasise(cy: Core, { highlighted, selected }: Emphasis): void {
  cy.batch(() => {
    cy.elements().removeClass('faded selected')
    if (selected !== null) cy.getElementById(selected).addClass('selected')
    if (highlighted === null) return
    const kept = cy.nodes().filter((node) => highlighted.has(node.id()))
    cy.elements()
      .not(kept.union(kept.edgesWith(kept)))
      .addClass('faded')
  })
}

/** All of it, where it can be read then; else what is marked, or where most of it fires. */
function fitted(cy: Core): void {
  if (cy.nodes().length === 0 || cy.width() === 0) return
  cy.fit(undefined, MARGIN)
  if (cy.zoom() >= ZOOM.readable) {
    if (cy.zoom() > ZOOM.fittedMost) {
      cy.zoom(ZOOM.fittedMost)
      cy.center()
    }
    return
  }
  cy.zoom(ZOOM.readable)
  const marked = cy.nodes('.marked')
  const looked = marked.nonempty() ? marked : cy.nodes('.firing')
  const frame = { width: cy.width() / ZOOM.readable, height: cy.height() / ZOOM.readable }
  const middle = densest(
    looked.map((node) => node.position()),
    frame,
  )
  if (middle === null) return void cy.center(cy.nodes().first())
  cy.pan({
    x: cy.width() / 2 - middle.x * ZOOM.readable,
    y: cy.height() / 2 - middle.y * ZOOM.readable,
  })
}

/** Whether the view had to move for it. */
function reveal(cy: Core, id: string): boolean {
  const node = cy.getElementById(id)
  if (node.empty() || cy.width() === 0) return false
  const { x1, y1, x2, y2 } = node.renderedBoundingBox()
  const inSight = x1 >= 0 && y1 >= 0 && x2 <= cy.width() && y2 <= cy.height()
  if (inSight && cy.zoom() >= ZOOM.readable) return false
  if (cy.zoom() < ZOOM.readable) cy.zoom(ZOOM.readable)
  cy.center(node)
  return true
}

function watchSize(container: Element, tell: () => void): () => void {
  const observer = new ResizeObserver(tell)
  observer.observe(container)
  return () => observer.disconnect()
}

function watchTheme(tell: () => void): () => void {
  const observer = new MutationObserver(tell)
  observer.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] })
  return () => observer.disconnect()
}

/**
 * Scrolling over a picture scrolls the page, with the wheel and with a finger: Ctrl and the wheel,
 * or two fingers, zoom.
 */
function leaveScrolling(container: HTMLElement): () => void {
  const onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) event.stopPropagation()
  }
  const onTouchMove = (event: TouchEvent): void => {
    if (event.touches.length === 1) event.stopPropagation()
  }
  const outer = container.parentElement ?? container
  for (const canvas of container.querySelectorAll('canvas'))
    canvas.style.touchAction = 'pan-x pan-y'
  const options = { capture: true, passive: true }
  outer.addEventListener('wheel', onWheel, options)
  outer.addEventListener('touchmove', onTouchMove, options)
  return () => {
    outer.removeEventListener('wheel', onWheel, options)
    outer.removeEventListener('touchmove', onTouchMove, options)
  }
}
