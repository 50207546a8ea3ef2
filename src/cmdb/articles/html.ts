/**
 * HTML of a knowledge base as Markdown, by Turndown. Nothing that runs, loads or submits comes through:
 * scripts, styles, frames, forms and pictures go, links lead to the web or become their text, and what
 * looks like a tag in the text is escaped.
 *
 * @see https://github.com/mixmark-io/turndown
 */
import { gfm } from '@joplin/turndown-plugin-gfm'
import Turndown from 'turndown'
import { isDeeper } from './depth.ts'

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
  if (html.length > MAX_LENGTH) return null
  const text = prepared(html)
  if (isDeeper(text, MAX_DEPTH)) return null
  try {
    return `${service().turndown(text).trim()}\n`
  } catch {
    return null
  }
}

/** Whether it is too long, or has more elements within each other, than a parser should be given. */
export function isTooDeep(html: string): boolean {
  return html.length > MAX_LENGTH || isDeeper(html, MAX_DEPTH)
}

/** What Confluence writes as XML, as a parser of HTML understands it. */
function prepared(html: string): string {
  const plain = html.replace(
    /<ac:(parameter|task-id|task-status|placeholder)\b[^<>]{0,1000}>[^<]{0,4000}<\/ac:\1>/g,
    '',
  )
  const code = replaceBetween(plain, PLAIN_TEXT, (inner) => {
    const text = inner.trim()
    if (!text.startsWith(CDATA[0]) || !text.endsWith(CDATA[1])) return null
    return `<pre><code>${escaped(text.slice(CDATA[0].length, -CDATA[1].length))}</code></pre>`
  })
  return replaceBetween(code, CDATA, escaped)
    .replace(/<ac:link\b[^<>]{0,1000}>([\s\S]{0,4000}?)<\/ac:link>/g, (_all, inner: string) =>
      textOfLink(inner),
    )
    .replace(/<((?:ac|ri):[\w-]{1,60})([^<>]{0,4000}?)\/>/g, '<$1$2></$1>')
}

type Marks = readonly [first: string, last: string]

const CDATA: Marks = ['<![CDATA[', ']]>']
const PLAIN_TEXT: Marks = ['<ac:plain-text-body>', '</ac:plain-text-body>']

/**
 * Replaces two marks and what is between them by what `make` says of that, or leaves all of it where
 * it says null. O(length), also where the second mark is missing.
 */
function replaceBetween(
  text: string,
  [first, last]: Marks,
  make: (inner: string) => string | null,
): string {
  const parts: string[] = []
  let done = 0
  for (;;) {
    const start = text.indexOf(first, done)
    const end = start < 0 ? -1 : text.indexOf(last, start + first.length)
    if (end < 0) return parts.join('') + text.slice(done)
    const whole = text.slice(start, end + last.length)
    parts.push(text.slice(done, start), make(text.slice(start + first.length, end)) ?? whole)
    done = end + last.length
  }
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
