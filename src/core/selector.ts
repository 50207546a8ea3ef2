/** A search: words, and matchers in braces. Pure. */
import { parseMatcher } from './matcher.ts'
import type { Matcher } from './model.ts'

/** Most matchers that one selector may have. */
export const MAX_MATCHERS = 16

export interface Selector {
  readonly matchers: readonly Matcher[]
  /** What stands outside of the braces. */
  readonly words: string
}

/**
 * Reads a search: words, and anywhere between them matchers in braces as Alertmanager and Prometheus
 * write them, e.g. `disk {job="node", instance=~"db.*"}`. Without braces everything is words.
 *
 * @returns at most {@link MAX_MATCHERS} matchers, or the reason why the braces hold none
 */
export function parseSelector(text: string): Selector | { readonly error: string } {
  const open = text.indexOf('{')
  if (open === -1) return { matchers: [], words: text }
  const parts = splitMatchers(text.slice(open + 1))
  if (parts === null) return { error: 'the braces are not closed' }
  const matchers: Matcher[] = []
  for (const part of parts.matchers) {
    const read = parseMatcher(part)
    if ('error' in read) return read
    matchers.push(read)
  }
  if (matchers.length > MAX_MATCHERS)
    return { error: `more than ${MAX_MATCHERS} matchers: ${matchers.length}` }
  return { matchers, words: `${text.slice(0, open)}${parts.rest}`.trim() }
}

/** Splits `a="x", b="y"} rest` at the commas and the brace that no quotes hold; null: not closed. */
function splitMatchers(text: string): { matchers: string[]; rest: string } | null {
  const matchers: string[] = []
  let quoted = false
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '\\' && quoted) at += 1
    else if (char === '"') quoted = !quoted
    else if (!quoted && (char === ',' || char === '}')) {
      const part = text.slice(from, at)
      if (part.trim() !== '') matchers.push(part)
      from = at + 1
      if (char === '}') return { matchers, rest: text.slice(from) }
    }
  }
  return null
}
