/** Records as they are stored: the whole record as JSON beside the columns used to find it. */
import { z } from 'zod'

/** A row with nothing but its record. */
export const RecordRow = z.object({ record: z.string() })

/**
 * The record of a row. It was written by the record writer from a value of this very type, and a
 * migration rewrites old ones when the type changes, so it is trusted and not validated again.
 */
export function decodeRecord<Item>(row: { readonly record: string }): Item {
  return JSON.parse(row.record) as Item
}

/** Words of a search text, lower case, at most 16; every one of them must be found. */
export function searchWords(q: string | undefined): string[] {
  return (q ?? '').toLowerCase().split(/\s+/u).filter(Boolean).slice(0, 16)
}

/** What {@link searchWords} are looked for in. */
export function searchText(parts: readonly (string | null)[]): string {
  return parts
    .filter((part) => part !== null && part !== '')
    .join('\n')
    .toLowerCase()
}

/** The SQL condition for a search: every word of the parameter `words` occurs in `search`. */
export const SEARCH = 'arrayAll(word -> position(search, word) > 0, {words:Array(String)})'
