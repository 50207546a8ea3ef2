/** Named queries: SQL with typed `{name:Type}` parameters, and the shape of one row of the answer. */
import type { z } from 'zod'

/** Times go as text ({@link sqlTime}): as dates they lose their milliseconds on the embedded store. */
export type Param = string | number | boolean | readonly string[] | readonly number[]
export type Params = Readonly<Record<string, Param>>

export interface NamedQuery<Row> {
  /** Names the query in errors and in the log, e.g. `incidents.list`. */
  readonly name: string
  readonly sql: string
  /** 64-bit integers arrive as text: `z.coerce.number()` where they are below 2^53. */
  readonly row: z.ZodType<Row>
}

/** Bounds of a DateTime64(3): years 1900 to 2299. */
const FIRST_TIME = Date.UTC(1900, 0, 1)
const LAST_TIME = Date.UTC(2299, 11, 31, 23, 59, 59, 999)

/**
 * An instant as ClickHouse reads it for DateTime64(3, 'UTC'), `2026-03-01 10:00:12.345`. Instants
 * outside of what the type can hold become its first or last one; the record keeps the exact value.
 */
export function sqlTime(at: number): string {
  const bounded = Number.isNaN(at) ? FIRST_TIME : Math.min(Math.max(at, FIRST_TIME), LAST_TIME)
  return new Date(bounded).toISOString().replace('T', ' ').slice(0, 23)
}

/** {@link sqlTime}, `null` for `null`. */
export function sqlTimeOrNull(at: number | null): string | null {
  return at === null ? null : sqlTime(at)
}

/** The column types of times as numbers: epoch milliseconds. */
export function epochMs(column: string): string {
  return `toUnixTimestamp64Milli(${column})`
}
