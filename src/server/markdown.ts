/** Text of machines and of people in Markdown documents. */

/** On one line. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}

/**
 * Text that others named things by (titles of alerts, names of CIs), on one line, so that it reads
 * as it stands: no link, image, HTML, emphasis, heading or cell of a table comes of it.
 *
 * @see https://spec.commonmark.org/0.31.2/#backslash-escapes
 */
export function literal(text: string): string {
  return oneLine(text)
    .replace(/[\\`*_[\]<|!&~]/g, '\\$&')
    .replace(/^(\d{0,9})([#>+=.)-])/, '$1\\$2')
}
