/**
 * HTML of a knowledge base as Markdown, by Turndown. Nothing that runs, loads or submits comes through:
 * scripts, styles, frames, forms and pictures go, links lead to the web or become their text, and what
 * looks like a tag in the text is escaped.
 *
 * @see https://github.com/mixmark-io/turndown
 */
import { gfm } from '@joplin/turndown-plugin-gfm'
import Turndown from 'turndown'

const DROPPED = [
  ...['script', 'style', 'iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'form'],
  ...['input', 'button', 'select', 'textarea', 'svg', 'math', 'template', 'noscript', 'link'],
  ...['meta', 'base', 'title', 'head', 'audio', 'video', 'source', 'canvas'],
]

/** Elements within each other; those of a parser that follows them run out of stack somewhat later. */
const MAX_DEPTH = 300
const MAX_LENGTH = 4_000_000

/** null where it is nested too deep, or too long. O(length). */
export function toMarkdown(html: string): string | null {
  if (isTooDeep(html)) return null
  try {
    return `${service().turndown(prepared(html)).trim()}\n`
  } catch {
    return null
  }
}

/** Whether it is too long, or has more elements within each other, than a parser should be given. */
export function isTooDeep(html: string): boolean {
  return html.length > MAX_LENGTH || depthOf(html) > MAX_DEPTH
}

/** A tag that is not closed in the text counts as open: an upper bound. */
function depthOf(html: string): number {
  let depth = 0
  let most = 0
  for (const [, closing, name = '', own] of html.matchAll(TAG)) {
    if (own === '/' || VOID.test(name)) continue
    depth = closing === '/' ? Math.max(0, depth - 1) : depth + 1
    most = Math.max(most, depth)
  }
  return most
}

const TAG = /<(\/?)([a-zA-Z][\w:-]{0,60})(?:[^<>]{0,4000}?(\/?))>/g
const VOID =
  /^(?:br|hr|img|input|meta|link|area|base|col|embed|source|track|wbr|p|li|td|th|tr|dt|dd|option)$/i

/** What Confluence writes as XML, as a parser of HTML understands it. */
function prepared(html: string): string {
  return html
    .replace(
      /<ac:(parameter|task-id|task-status|placeholder)\b[^<>]{0,1000}>[^<]{0,4000}<\/ac:\1>/g,
      '',
    )
    .replace(
      /<ac:plain-text-body>\s*<!\[CDATA\[([\s\S]*?)\]\]>\s*<\/ac:plain-text-body>/g,
      (_all, text: string) => `<pre><code>${escaped(text)}</code></pre>`,
    )
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_all, text: string) => escaped(text))
    .replace(/<ac:link\b[^<>]{0,1000}>([\s\S]{0,4000}?)<\/ac:link>/g, (_all, inner: string) =>
      textOfLink(inner),
    )
    .replace(/<((?:ac|ri):[\w-]{1,60})([^<>]{0,4000}?)\/>/g, '<$1$2></$1>')
}

/** What a link to a page says, or else the title of the page, which is not here to be led to. */
function textOfLink(inner: string): string {
  const body = /<ac:(?:plain-text-)?link-body>([\s\S]*?)<\/ac:(?:plain-text-)?link-body>/.exec(
    inner,
  )
  return body?.[1] ?? /\bri:content-title="([^"]{0,1024})"/.exec(inner)?.[1] ?? ''
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

type Node = Turndown.Node

const attribute = (node: Node, name: string): string =>
  (node as unknown as { getAttribute?: (name: string) => string | null }).getAttribute?.(name) ?? ''

const nameOf = (node: Node): string => node.nodeName.toLowerCase()

const macroOf = (node: Node): string =>
  nameOf(node) === 'ac:structured-macro' ? attribute(node, 'ac:name') : ''

/** Macros of Confluence that tell readers something beside the text. */
const PANELS = ['info', 'note', 'warning', 'tip', 'panel']
/** Those that make up a page of what is elsewhere. */
const EMPTY = ['toc', 'children', 'pagetree', 'recently-updated', 'attachments', 'include', 'jira']

function service(): Turndown {
  const made = new Turndown({
    headingStyle: 'atx',
    codeBlockStyle: 'fenced',
    bulletListMarker: '-',
    emDelimiter: '*',
  })
  const plain = made.escape.bind(made)
  made.escape = (text) => plain(text).replace(/<(?=[a-zA-Z/!?])/g, '\\<')
  made.use(gfm)
  made.remove((node) => DROPPED.includes(nameOf(node)))
  made.addRule('picture', {
    filter: (node) => nameOf(node) === 'img' || nameOf(node) === 'ac:image',
    replacement: (_content, node) => made.escape(attribute(node, 'alt')),
  })
  made.addRule('link', {
    filter: (node) => nameOf(node) === 'a',
    replacement: (content, node) => {
      const href = attribute(node, 'href').trim()
      const isSafe = /^(?:https?:\/\/|mailto:)[^\s<>()]{1,4000}$/i.test(href)
      return isSafe && content.trim() !== '' ? `[${content}](${href})` : content
    },
  })
  addConfluence(made)
  return made
}

function addConfluence(made: Turndown): void {
  // of two rules that fit, the one that was added later counts
  made.addRule('confluence block', {
    filter: (node) =>
      ['ac:structured-macro', 'ac:rich-text-body', 'ac:task'].includes(nameOf(node)),
    replacement: (content, node) => (EMPTY.includes(macroOf(node)) ? '' : `\n\n${content}\n\n`),
  })
  made.addRule('confluence panel', {
    filter: (node) => PANELS.includes(macroOf(node)),
    replacement: (content) => `\n\n> ${content.trim().replaceAll('\n', '\n> ')}\n\n`,
  })
}
