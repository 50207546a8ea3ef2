/** A body of a stranger as text: laid out where it is JSON, with what is invisible made visible. */

/** Longest body that is laid out anew. */
const LAID_OUT = 256 * 1024

/** Control and format characters, among them those that turn the direction of what follows. */
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cf}]/gu

export function shownSafely(body: string): string {
  return laidOut(body).replace(INVISIBLE, (one) => {
    const code = (one.codePointAt(0) ?? 0).toString(16).padStart(4, '0')
    return `\\u${code}`
  })
}

/** As it came where laying it out would change more than its white space. */
function laidOut(body: string): string {
  if (body.length > LAID_OUT) return body
  try {
    const parsed: unknown = JSON.parse(body)
    const isSame = bare(JSON.stringify(parsed)) === bare(body)
    return isSame ? JSON.stringify(parsed, null, 2) : body
  } catch {
    return body
  }
}

function bare(text: string): string {
  return text.replace(/\s/g, '')
}
