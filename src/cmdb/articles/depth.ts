/**
 * How deep elements of HTML are within each other, without a parser: told before one is given the
 * text, since parsers of deep trees take long and then run out of stack. Tags are read as the standard
 * has it: quoted values, comments and the text of scripts hold none.
 *
 * @see https://html.spec.whatwg.org/multipage/parsing.html
 */

/** Never has children, or ends where the next one of its kind begins. */
const VOID =
  /^(?:br|hr|img|input|meta|link|area|base|col|embed|source|track|wbr|p|li|td|th|tr|dt|dd|option)$/
/** Reopened after a block that was closed before them. */
const FORMATTING = /^(?:a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)$/
/** Ends where the next one of its kind begins, and has children. */
const ALONE = /^(?:a|nobr|button)$/
/** Closed over whatever inline elements are still open in them; those close no block. */
const BLOCK = new Set([
  ...['address', 'article', 'aside', 'blockquote', 'body', 'button', 'center', 'details', 'dialog'],
  ...['dir', 'div', 'dl', 'fieldset', 'figcaption', 'figure', 'footer', 'form', 'h1', 'h2', 'h3'],
  ...['h4', 'h5', 'h6', 'head', 'header', 'hgroup', 'html', 'main', 'menu', 'nav', 'ol', 'pre'],
  ...['section', 'select', 'summary', 'table', 'tbody', 'tfoot', 'thead', 'ul'],
])
/** What is in them closes nothing outside of them. */
const BARRIER = /^(?:applet|caption|marquee|object|svg|math|table|template)$/
/** Their text is no HTML. */
const RAW = /^(?:script|style|textarea|title|xmp|iframe|noembed|noframes)$/
/** Closed by a slash: within a drawing, and what Confluence adds. */
const SLASHED = /^(?:ac:|ri:)/
const DRAWN =
  /^(?:path|rect|circle|ellipse|line|polyline|polygon|use|stop|image|animate|set|fe[a-z]+)$/

const NAME = /<(\/?)([a-z][^\s/>]*)/iy
const COMMENT = /<!--(?:-?>|[\s\S]*?(?:--!?>|$))/y

/**
 * Whether more than `most` elements are open within each other. What is never closed counts as open,
 * and formatting that is closed out of order as well. O(length · most).
 */
export function isDeeper(html: string, most: number): boolean {
  let open: string[] = []
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    const tag = tagAt(html, at)
    at = tag.end
    if (tag.name === '' || VOID.test(tag.name)) continue
    if (tag.isClosing) {
      if (open.at(-1) === tag.name) open.pop()
      else open = closed(open, tag.name)
    } else if (!(tag.isSlashed && hasNoEnd(open, tag.name))) {
      if (RAW.test(tag.name)) at = endOfRaw(html, tag)
      else {
        if (ALONE.test(tag.name)) open = closed(open, tag.name)
        open.push(tag.name)
      }
    }
    if (open.length > most) return true
  }
  return false
}

function hasNoEnd(open: readonly string[], name: string): boolean {
  return SLASHED.test(name) || (DRAWN.test(name) && open.includes('svg'))
}

/** What is open after an end tag. */
function closed(open: string[], name: string): string[] {
  const at = open.lastIndexOf(name)
  if (at < 0) return open
  const inner = open.slice(at + 1)
  const isStopped =
    inner.some((one) => BARRIER.test(one)) && !(name === 'table' && !inner.includes('template'))
  const isWithin = !BLOCK.has(name) && !FORMATTING.test(name) && !BARRIER.test(name)
  if (isStopped || (isWithin && inner.some((one) => BLOCK.has(one)))) return open
  const kept = FORMATTING.test(name) ? inner : inner.filter((one) => FORMATTING.test(one))
  return [...open.slice(0, at), ...kept]
}

interface Tag {
  /** In small letters; empty for a comment and for what is no tag. */
  readonly name: string
  readonly isClosing: boolean
  readonly isSlashed: boolean
  /** Where what follows it begins. */
  readonly end: number
}

/** The tag, or comment, that begins at a `<`. */
function tagAt(html: string, at: number): Tag {
  const none = { name: '', isClosing: false, isSlashed: false }
  NAME.lastIndex = at
  const [, slash, name = ''] = NAME.exec(html) ?? []
  if (name !== '') {
    const end = endOfTag(html, NAME.lastIndex)
    const isSlashed = html[end - 1] === '/'
    return { name: name.toLowerCase(), isClosing: slash === '/', isSlashed, end: end + 1 }
  }
  COMMENT.lastIndex = at
  if (COMMENT.test(html)) return { ...none, end: COMMENT.lastIndex }
  if (!/[!?/]/.test(html[at + 1] ?? '')) return { ...none, end: at + 1 }
  const end = html.indexOf('>', at)
  return { ...none, end: end < 0 ? html.length : end + 1 }
}

/** Where the `>` of a tag is: the first one outside a quoted value. */
function endOfTag(html: string, from: number): number {
  let state: 'between' | 'name' | 'equals' | 'value' = 'between'
  for (let at = from; at < html.length; at += 1) {
    const char = html.charAt(at)
    if (char === '>') return at
    const isBlank = /\s/.test(char)
    if (state === 'equals' && (char === '"' || char === "'")) {
      at = html.indexOf(char, at + 1)
      if (at < 0) return html.length
      state = 'between'
    } else if (state === 'equals') state = isBlank ? 'equals' : 'value'
    else if (state === 'value') state = isBlank ? 'between' : 'value'
    else if (state === 'name' && char === '=') state = 'equals'
    else if (char === '/') state = 'between'
    else if (!isBlank) state = 'name'
  }
  return html.length
}

/** Where the end tag of an element begins whose text is no HTML. */
function endOfRaw(html: string, { name, end }: Tag): number {
  const last = new RegExp(`</${name}(?=[\\s/>])`, 'gi')
  last.lastIndex = end
  return last.exec(html)?.index ?? html.length
}
