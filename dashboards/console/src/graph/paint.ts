/** The colours of a picture, out of the console's own tokens: they follow the theme. */
import type { StylesheetJson } from 'cytoscape'

type Rgb = readonly [number, number, number]

/** Tokens are `#rrggbb`, which a minifier may have made `#rgb`. */
function rgbOf(token: string, styles: CSSStyleDeclaration): Rgb {
  const hex = styles.getPropertyValue(token).trim().slice(1)
  const digits = hex.length === 3 ? hex.replace(/./g, '$&$&') : hex
  const part = (at: number): number => Number.parseInt(digits.slice(at, at + 2), 16) || 0
  return [part(0), part(2), part(4)]
}

const css = (color: Rgb): string => `rgb(${color.map(Math.round).join(',')})`

/** `share` of the first colour over the second one. */
function mixed(top: Rgb, ground: Rgb, share: number): string {
  const at = (index: 0 | 1 | 2): number => top[index] * share + ground[index] * (1 - share)
  return css([at(0), at(1), at(2)])
}

/** The style sheet as the page looks now. */
export function paintOf(container: Element): StylesheetJson {
  const styles = getComputedStyle(container)
  const color = (token: string): Rgb => rgbOf(token, styles)
  const [card, line, strong] = [color('--fl-card'), color('--fl-line'), color('--fl-strong')]
  const [bad, good, accent] = [color('--fl-bad'), color('--fl-good'), color('--fl-accent')]
  const dimmed = color('--mantine-color-dimmed')
  const edge = mixed(dimmed, card, 0.55)
  const state = (tone: Rgb) => ({
    'background-color': mixed(tone, card, 0.13),
    'border-color': css(tone),
  })
  return [
    {
      selector: 'node',
      style: {
        shape: 'round-rectangle',
        'corner-radius': '7',
        width: 'data(width)',
        height: 'data(height)',
        label: 'data(label)',
        'text-wrap': 'wrap',
        'text-valign': 'center',
        'text-halign': 'center',
        'line-height': 1.28,
        'font-size': 12,
        'font-weight': 500,
        'font-family': styles.fontFamily,
        color: css(strong),
        'background-color': css(card),
        'border-width': 1.2,
        'border-color': mixed(dimmed, line, 0.35),
        'overlay-opacity': 0,
      },
    },
    { selector: 'node.firing', style: state(bad) },
    { selector: 'node.resolved', style: state(good) },
    { selector: 'node.muted', style: { ...state(dimmed), 'border-style': 'dashed' } },
    {
      selector: 'node.silent',
      style: { color: css(dimmed), 'border-style': 'dashed', 'border-color': edge },
    },
    {
      selector: 'node.bundle',
      style: { 'border-style': 'double', 'border-width': 5, color: css(strong) },
    },
    { selector: 'node.marked', style: { 'border-width': 3, 'font-weight': 700 } },
    {
      selector: 'edge',
      style: {
        width: 1.2,
        'line-color': edge,
        'target-arrow-color': edge,
        'target-arrow-shape': 'triangle',
        'arrow-scale': 0.8,
        'curve-style': 'bezier',
        'overlay-opacity': 0,
      },
    },
    {
      selector: 'edge.bent',
      style: {
        'curve-style': 'round-segments',
        'edge-distances': 'node-position',
        'segment-weights': 'data(weights)',
        'segment-distances': 'data(distances)',
        'segment-radii': [14],
      },
    },
    {
      selector: 'edge.strong',
      style: {
        width: 2.6,
        'line-color': css(accent),
        'target-arrow-color': css(accent),
        'z-index': 2,
      },
    },
    { selector: 'edge.observed', style: { 'line-style': 'dashed' } },
    {
      selector: 'edge.named',
      style: {
        label: 'data(type)',
        'font-size': 10.5,
        'font-family': styles.fontFamily,
        color: css(dimmed),
        'text-background-color': css(card),
        'text-background-opacity': 1,
        'text-background-padding': '2px',
        'text-rotation': 'none',
      },
    },
    { selector: '.faded', style: { opacity: 0.22 } },
    {
      selector: 'node.selected',
      style: { 'outline-width': 3, 'outline-color': css(accent), 'outline-offset': 3 },
    },
  ]
}
