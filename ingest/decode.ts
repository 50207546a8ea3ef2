/** From a body as it was received to a parsed payload: size, encoding, nesting, JSON, also in a form. */
import type { EpochMs } from '../src/core/time.ts'

/**
 * A larger body is looked through before it is parsed, for nesting and number of objects: 32 MB of
 * brackets would take 1 GB. A smaller one cannot do harm however deep it is: the parser is not
 * recursive, and nothing descends into fields a source does not know.
 */
export const SCAN_ABOVE_LENGTH = 1024 * 1024
/** Deepest nesting of a body that is looked through. */
export const MAX_DEPTH = 32
/** Objects and arrays of a body that is looked through; an alert has three. */
export const MAX_CONTAINERS = 1_000_000

/** A received body, as the journal keeps it. */
export interface ReceivedBody {
  readonly at: EpochMs
  readonly body: string
  /** `base64`: the bytes were not valid UTF-8. */
  readonly encoding?: 'base64' | undefined
  /** The body was over the limit; `body` is only its beginning. */
  readonly oversize?: { readonly bytes: number; readonly sha256: string } | undefined
}

export type Decoded =
  | { readonly payload: unknown; readonly reason?: undefined }
  | { readonly reason: string }

/**
 * Parses a received body of at most `limit` bytes, or says in one sentence why not. Never throws.
 * Half characters in texts (lone surrogates) become U+FFFD, as they do in Go. O(length)
 */
export function decodeBody({ body, encoding, oversize }: ReceivedBody, limit: number): Decoded {
  if (oversize !== undefined) return { reason: tooLarge(`${oversize.bytes}`, limit) }
  if (encoding === 'base64') return { reason: 'The body is not valid UTF-8.' }
  // A code unit is one byte of UTF-8 or more.
  if (body.length > limit) return { reason: tooLarge(`at least ${body.length}`, limit) }
  const text = body.charCodeAt(0) === BYTE_ORDER_MARK ? body.slice(1) : body
  if (text.length > SCAN_ABOVE_LENGTH) {
    const { depth, containers } = scan(text)
    if (depth > MAX_DEPTH) return { reason: `The body is nested deeper than ${MAX_DEPTH} levels.` }
    if (containers > MAX_CONTAINERS)
      return { reason: `The body has more than ${MAX_CONTAINERS} objects and arrays.` }
  }
  try {
    return { payload: JSON.parse(withoutLoneSurrogates(formOf(text) ?? text)) }
  } catch {
    return { reason: notJson(text) }
  }
}

/** A form with the JSON in a field: `payload` as GitHub sends it, `data` as others do. */
const FORM = /^\s*(?:payload|data)=([^&]*)/

function formOf(text: string): string | undefined {
  const field = FORM.exec(text)?.[1]
  return field === undefined ? undefined : decodeURIComponent(field.replaceAll('+', ' '))
}

const BYTE_ORDER_MARK = 0xfeff

function tooLarge(bytes: string, limit: number): string {
  return `The body has ${bytes} bytes; at most ${limit} are accepted.`
}

/** Of our own words: the parser's differ between versions of Node, and replays must not. */
function notJson(text: string): string {
  if (text.trim() === '') return 'The body is empty.'
  const { open, depth } = scan(text)
  return open && depth <= MAX_DEPTH
    ? `The body is not valid JSON: it ends after ${text.length} characters before it is complete.`
    : 'The body is not valid JSON.'
}

/** A pair of escaped surrogates, or a lone one, or any other escape. */
const ESCAPES =
  /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2}|.)/gs

function withoutLoneSurrogates(text: string): string {
  if (!text.includes('\\ud') && !text.includes('\\uD')) return text
  return text.replace(ESCAPES, (found) => (found.length === 6 ? '\\ufffd' : found))
}

interface Shape {
  /** Stops counting one above MAX_DEPTH. */
  readonly depth: number
  readonly containers: number
  /** It ends inside a text, an object or an array. */
  readonly open: boolean
}

/** Looks through a JSON text without parsing it. O(length), no recursion */
function scan(text: string): Shape {
  let level = 0
  let depth = 0
  let containers = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === QUOTE) {
      i = endOfText(text, i + 1)
      if (i === -1) return { depth, containers, open: true }
    } else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
      containers += 1
      level += 1
      if (level > depth) depth = level
      if (depth > MAX_DEPTH || containers > MAX_CONTAINERS) return { depth, containers, open: true }
    } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) level -= 1
  }
  return { depth, containers, open: level > 0 }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_ARRAY = 0x5b
const CLOSE_ARRAY = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

/** Index of the quote that ends the text which begins at `start`; -1 where none does. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start)
  while (end !== -1) {
    let slashes = 0
    while (end - 1 - slashes >= start && text.charCodeAt(end - 1 - slashes) === BACKSLASH)
      slashes += 1
    if (slashes % 2 === 0) return end
    end = text.indexOf('"', end + 1)
  }
  return -1
}
