/** Text of values in ClickHouse's SQL. */
import type { Param } from './query.ts'

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

function escapeText(text: string): string {
  return text.replace(/[\\'\0\b\f\n\r\t]/g, (char) => ESCAPES[char] ?? char)
}

/** A string literal. */
export function quote(text: string): string {
  return `'${escapeText(text)}'`
}

/**
 * The value of a `{name:Type}` parameter as ClickHouse reads it (its tab-separated escaping; inside
 * an array strings are quoted).
 */
export function encodeParam(value: Param): string {
  if (typeof value === 'string') return escapeText(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number') return String(value)
  return `[${value.map((item) => (typeof item === 'string' ? quote(item) : String(item))).join(',')}]`
}
