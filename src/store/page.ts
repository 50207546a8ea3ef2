/** Pages of a list: bounded, with an opaque cursor that stays right when rows come in between. */
import { z } from 'zod'
import { AppError } from '../core/errors.ts'

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Hand it back as `cursor` for the next page; absent on the last one. */
  readonly next?: string
}

export interface PageRequest {
  /** 1 … 1,000. */
  readonly limit: number
  readonly cursor?: string
}

export const MAX_PAGE = 1000

type KeyPart = string | number
const Key = z.array(z.union([z.string(), z.number()])).min(2)

/** The sort key of the last row of a page, as text for the caller; `list` keeps lists apart. */
export function toCursor(list: string, key: readonly KeyPart[]): string {
  return Buffer.from(JSON.stringify([list, ...key])).toString('base64url')
}

/**
 * Reads a cursor back, with the shape its list gave it.
 *
 * @throws AppError `payload_invalid` on anything that `toCursor(list, …)` did not make
 */
export function fromCursor<Shape extends z.ZodType>(
  list: string,
  cursor: string,
  shape: Shape,
): z.output<Shape> {
  const invalid = (cause?: unknown): AppError =>
    new AppError('payload_invalid', 'this cursor is not of this list', { field: 'cursor' }, cause)
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch (cause) {
    throw invalid(cause)
  }
  const key = Key.safeParse(parsed)
  if (!key.success || key.data[0] !== list) throw invalid()
  const read = shape.safeParse(key.data.slice(1))
  if (!read.success) throw invalid(read.error)
  return read.data
}

/** @throws AppError `payload_invalid` where the limit is not a whole number from 1 to 1,000 */
export function checkLimit(limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
    throw new AppError('payload_invalid', `limit must be a whole number from 1 to ${MAX_PAGE}`, {
      field: 'limit',
    })
  }
}

/** A page out of `limit + 1` rows: the row too many only says that there is more. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { item, cursor }: { readonly item: (row: Row) => Item; readonly cursor: (row: Row) => string },
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const items = shown.map(item)
  return rows.length > limit && last !== undefined ? { items, next: cursor(last) } : { items }
}
