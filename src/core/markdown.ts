/**
 * Markdown as blocks of plain text: enough of CommonMark to weigh headings, prose and code apart
 * and to quote a paragraph. Never fails: what is not understood is prose.
 */
export interface Block {
  readonly kind: 'heading' | 'text' | 'code'
  /** Plain text, white space collapsed; code as it stands. */
  readonly text: string
}

const FENCE = /^\s{0,12}(?:[-*+]\s+)?(`{3,}|~{3,})/
const ATX = /^ {0,3}#{1,6}[ \t]+(.*)$/
const SETEXT = /^ {0,3}(?:={2,}|-{2,})[ \t]*$/
const BULLET = /^\s*(?:[-*+]|\d{1,9}[.)])\s+/
const RULE = /^ {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$/
const TABLE_RULE = /^[\s|:-]+$/

/**
 * Splits Markdown (without front matter) into headings, paragraphs and fenced code, in order; a
 * list is one paragraph unless blank lines part its items. Comments and empty blocks are left out.
 * O(length).
 */
export function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = []
  let paragraph: string[] = []
  const push = (kind: Block['kind'], text: string): void => {
    if (text !== '') blocks.push({ kind, text })
  }
  const flush = (): void => {
    push('text', plainText(paragraph.map((line) => line.replace(BULLET, '')).join(' ')))
    paragraph = []
  }
  const lines = withoutComments(markdown.replace(/\r\n?/g, '\n')).split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const fence = FENCE.exec(line)?.[1]
    const heading = ATX.exec(line)?.[1]
    if (fence !== undefined) {
      flush()
      const end = endOfFence(lines, at + 1, fence)
      push(
        'code',
        lines
          .slice(at + 1, end)
          .join('\n')
          .trim(),
      )
      at = end
    } else if (heading !== undefined) {
      flush()
      push('heading', plainText(heading.replace(/[ \t]+#+[ \t]*$/, '')))
    } else if (SETEXT.test(line) && paragraph.length > 0) {
      push('heading', plainText(paragraph.join(' ')))
      paragraph = []
    } else if (line.trim() === '' || RULE.test(line)) flush()
    else if (!TABLE_RULE.test(line)) paragraph.push(line)
  }
  flush()
  return blocks
}

/** Index of the line that closes the fence, or of the last line where none does. */
function endOfFence(lines: readonly string[], from: number, fence: string): number {
  for (let at = from; at < lines.length; at++) {
    const line = (lines[at] ?? '').trim()
    if (line.startsWith(fence) && line === fence.charAt(0).repeat(line.length)) return at
  }
  return lines.length
}

/** Cuts out `<!-- … -->`; an unclosed comment stays. Linear, whatever the text. */
function withoutComments(text: string): string {
  let out = ''
  let at = 0
  for (;;) {
    const start = text.indexOf('<!--', at)
    const end = start < 0 ? -1 : text.indexOf('-->', start + 4)
    if (end < 0) return out + text.slice(at)
    out += text.slice(at, start)
    at = end + 3
  }
}

/** One line of Markdown without its marks: links and images as their text, no emphasis, no tags. */
export function plainText(markdown: string): string {
  return markdown
    .replace(
      /!?\[([^[\]]{0,1000})\](?:\([^()\s]{0,2000}(?:\s+"[^"]{0,500}")?\)|\[[^[\]]{0,200}\])/g,
      '$1',
    )
    .replace(/<\/?[a-zA-Z][^<>]{0,300}>/g, ' ')
    .replace(/`+/g, '')
    .replace(/(?<!\\)\*{1,3}(?=\S)|(?<=[^\s\\])\*{1,3}/g, '')
    .replace(/(?<![\p{L}\p{N}])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![\p{L}\p{N}_])/gu, '')
    .replace(/^\s*>\s?|\\(?=\s|$)|\|/g, ' ')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim()
}
