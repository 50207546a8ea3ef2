/** Whether a text is plain enough to be laid out: what is nested without end would stop the page. */

const MAX_LENGTH = 200_000
/** Marks that open a quote or a list within one line, and how far a line may be moved in. */
const MAX_MARKS = 40
const MAX_INDENT = 160
/** Brackets and emphasis of one paragraph. */
const MAX_BRACKETS = 2000

/** O(length). */
export function isLaidOut(markdown: string): boolean {
  if (markdown.length > MAX_LENGTH) return false
  return markdown.split('\n').every((line) => {
    const lead = /^[\s>*+\-\d.)]*/.exec(line)?.[0] ?? ''
    const marks = lead.replace(/[\s\d.)]/g, '').length
    const isRule = /^[\s*-]*$/.test(line)
    const indent = /^\s*/.exec(line)?.[0].length ?? 0
    const brackets = line.replace(/[^[\](){}*_~`!<]/g, '').length
    return (marks <= MAX_MARKS || isRule) && indent <= MAX_INDENT && brackets <= MAX_BRACKETS
  })
}
