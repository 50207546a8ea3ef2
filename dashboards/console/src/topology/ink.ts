/** The colours of the whole map out of the console's own tokens: they follow the theme. */

export interface Ink {
  readonly ground: string
  readonly card: string
  readonly line: string
  readonly tie: string
  readonly strong: string
  readonly accent: string
  readonly quiet: string
  readonly faded: string
  /** What stands out and is quiet. */
  readonly lit: string
  readonly critical: string
  readonly error: string
  readonly warning: string
  readonly other: string
  readonly muted: string
  /** Names on what burns. */
  readonly onState: string
  readonly font: string
}

export function inkOf(element: Element): Ink {
  const styles = getComputedStyle(element)
  const color = (token: string): string => styles.getPropertyValue(token).trim()
  return {
    ground: color('--fl-inset'),
    card: color('--fl-card'),
    line: color('--fl-line'),
    tie: `${long(color('--mantine-color-dimmed'))}66`,
    strong: color('--fl-strong'),
    accent: color('--fl-accent'),
    quiet: color('--fl-line'),
    faded: `${long(color('--fl-line'))}70`,
    lit: `${long(color('--fl-accent'))}88`,
    critical: color('--fl-p1'),
    error: color('--fl-p2'),
    warning: color('--fl-p3'),
    other: color('--fl-p4'),
    muted: `${long(color('--mantine-color-dimmed'))}99`,
    onState: color('--fl-card'),
    font: styles.fontFamily,
  }
}

/** Tokens are `#rrggbb`, which a minifier may have made `#rgb`. */
function long(hex: string): string {
  return hex.length === 4 ? hex.replace(/[0-9a-f]/gi, '$&$&') : hex
}
