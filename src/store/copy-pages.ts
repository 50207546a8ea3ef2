/** Tables as pages of rows, in the order of their keys, whatever their schema: what copies are made of. */
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import type { Connection } from './connection.ts'
import { MIGRATIONS } from './migrations/list.ts'
import type { Params } from './query.ts'

export type Reading = Pick<Connection, 'rows' | 'text'>

export interface Table {
  readonly name: string
  /** Columns that name a row, and their types. */
  readonly key: readonly { readonly name: string; readonly type: string }[]
  /** Older versions of a row may lie beside the newest. */
  readonly replacing: boolean
  /** When a row goes by itself, as SQL; null: never. */
  readonly expires: string | null
  /** About, before older versions are left out. */
  readonly rows: number
  /** About, of the values as they are in memory. */
  readonly bytes: number
}

/** Values of a key, in its order. */
export type Key = readonly string[]

/** Some rows of a table. */
export interface Part {
  readonly table: Table
  /** SQL; null: all of them. */
  readonly where: string | null
}

export interface Page {
  readonly table: string
  /** JSONEachRow: a line for each row. */
  readonly text: string
  readonly rows: number
  /** Key of the newest row in it. */
  readonly last: Key
}

const TableRow = z.object({
  name: z.string(),
  engine: z.string(),
  sorting_key: z.string(),
  create: z.string(),
  rows: z.coerce.number(),
  bytes: z.coerce.number(),
})

const TABLES = {
  name: 'copy.tables',
  sql: `
    SELECT t.name AS name, t.engine AS engine, t.sorting_key AS sorting_key,
      t.create_table_query AS create, sum(p.rows) AS rows, sum(p.data_uncompressed_bytes) AS bytes
    FROM system.tables AS t
    LEFT JOIN (SELECT table, rows, data_uncompressed_bytes FROM system.parts
      WHERE active AND database = currentDatabase()) AS p ON p.table = t.name
    WHERE t.database = currentDatabase() AND t.engine LIKE '%MergeTree'
      AND has({ours:Array(String)}, t.name)
    GROUP BY t.name, t.engine, t.sorting_key, t.create_table_query
    ORDER BY name`,
  row: TableRow,
}

const CREATES = /CREATE TABLE IF NOT EXISTS (\w+)/

/** What the schema makes: in a database that others use as well, their tables are no concern of a copy. */
const OURS = MIGRATIONS.flatMap(({ statements }) =>
  statements.flatMap((sql) => CREATES.exec(sql)?.[1] ?? []),
)

const COLUMNS = {
  name: 'copy.columns',
  sql: `
    SELECT table, name, type FROM system.columns
    WHERE database = currentDatabase() AND is_in_sorting_key`,
  row: z.object({ table: z.string(), name: z.string(), type: z.string() }),
}

/** Tables with rows that a copy has, by name: not what is known of the schema, locks and copies. */
export async function listTables(from: Reading): Promise<readonly Table[]> {
  const columns = await from.rows(COLUMNS)
  return (await from.rows(TABLES, { ours: OURS })).map(
    ({ name, engine, sorting_key, create, rows, bytes }) => ({
      name,
      key: sorting_key.split(', ').map((column) => {
        const type = columns.find((one) => one.table === name && one.name === column)?.type
        if (type === undefined)
          throw new AppError('internal', `the key of the table ${name} is not made of columns`)
        return { name: column, type: type.replace(/^LowCardinality\((.*)\)$/, '$1') }
      }),
      replacing: engine.includes('Replacing'),
      expires: / TTL (.+?) SETTINGS /s.exec(create)?.[1] ?? null,
      rows,
      bytes,
    }),
  )
}

/** What a row weighs where that differs much from row to row, as SQL that reads little. */
const WEIGHTS: Readonly<Record<string, string>> = {
  journal: 'bytes',
  snapshot_chunks: 'length(data)',
  dead_letters: 'length(body)',
}
const MAX_ROWS = 10_000

export interface PageOptions {
  /** Of the rows after this one; null: from the beginning. */
  readonly after: Key | null
  /** Size of a page to aim at, in bytes of text; a row is never cut. */
  readonly pageBytes: number
}

/**
 * The rows of a part, each once and in its newest version, in the order of the key. Rows that come
 * while it goes on are in it where their key lies ahead.
 */
export async function* readPages(
  from: Reading,
  { table, where }: Part,
  { after, pageBytes }: PageOptions,
): AsyncGenerator<Page> {
  const keys = table.key.map(({ name }) => name).join(', ')
  const weight = WEIGHTS[table.name]
  const average = table.rows === 0 ? 1000 : table.bytes / table.rows
  let limit = within(pageBytes / Math.max(average, 1))
  let last = after
  for (;;) {
    const { sql, params } = rangeOf(table, { where, after: last, upTo: null })
    const take =
      weight === undefined ? limit : await fitting(from, { table, weight, sql, params, pageBytes })
    const text = await from.text(
      `copy.page of ${table.name}`,
      `SELECT * FROM ${source(table)} WHERE ${sql} ORDER BY ${keys} LIMIT ${take}`,
      params,
    )
    const rows = countLines(text)
    if (rows === 0) return
    last = keyOf(table, text)
    yield { table: table.name, text, rows, last }
    if (weight === undefined && rows < take) return
    limit = within(Math.min(limit * 2, (rows * pageBytes) / text.length))
  }
}

function within(rows: number): number {
  return Math.min(Math.max(Math.floor(rows), 1), MAX_ROWS)
}

function source({ name, replacing }: Table): string {
  return replacing ? `${name} FINAL` : name
}

interface Fitting {
  readonly table: Table
  readonly weight: string
  readonly sql: string
  readonly params: Params
  readonly pageBytes: number
}

/** How many of the next rows make a page; at least 1. */
async function fitting(from: Reading, fit: Fitting): Promise<number> {
  const { table, weight, sql, params, pageBytes } = fit
  const keys = table.key.map(({ name }) => name).join(', ')
  const [row] = await from.rows(
    {
      name: `copy.sizes of ${table.name}`,
      sql: `
        SELECT countIf(total <= ${pageBytes}) AS rows FROM (
          SELECT sum(weight) OVER (ORDER BY ${keys}
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS total
          FROM (SELECT ${keys}, ${weight} AS weight FROM ${source(table)} WHERE ${sql}
            ORDER BY ${keys} LIMIT ${MAX_ROWS}))`,
      row: z.object({ rows: z.coerce.number() }),
    },
    params,
  )
  return within(row?.rows ?? 1)
}

export interface Range {
  readonly where: string | null
  /** Rows behind this one; null: from the first. */
  readonly after: Key | null
  /** Up to and with this one; null: to the last. */
  readonly upTo: Key | null
}

/** A range of keys as a condition that the primary index can be asked with. */
function rangeOf(
  table: Table,
  { where, after, upTo }: Range,
): { readonly sql: string; readonly params: Params } {
  const parts = [
    ...(where === null ? [] : [`(${where})`]),
    ...(after === null ? [] : [beyond(table, '>', 'after')]),
    ...(upTo === null ? [] : [`NOT ${beyond(table, '>', 'up')}`]),
  ]
  const params = Object.fromEntries([
    ...(after ?? []).map((value, i) => [`after${i}`, value]),
    ...(upTo ?? []).map((value, i) => [`up${i}`, value]),
  ])
  return { sql: parts.length === 0 ? '1' : parts.join(' AND '), params }
}

/** `(a, b) > (x, y)` as `a > x OR (a = x AND (b > y))`. */
function beyond({ key }: Table, sign: '>', prefix: string): string {
  return key.reduceRight((inner, { name, type }, i) => {
    const value = `{${prefix}${i}:${type}}`
    const here = `${name} ${sign} ${value}`
    return inner === '' ? `(${here})` : `(${here} OR (${name} = ${value} AND ${inner}))`
  }, '')
}

function countLines(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1
  return text === '' || text.endsWith('\n') ? lines : lines + 1
}

function keyOf({ key }: Table, text: string): Key {
  const end = text.endsWith('\n') ? text.length - 1 : text.length
  const row: unknown = JSON.parse(text.slice(text.lastIndexOf('\n', end - 1) + 1, end))
  return key.map(({ name }) => {
    const value: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, name) : null
    return String(value)
  })
}

export interface Sum {
  readonly rows: number
  /** Of all values of all rows, whatever their order. */
  readonly checksum: string
}

function staying({ expires }: Table, expiringAfter: number): { sql: string; params: Params } {
  if (expires === null) return { sql: '', params: {} }
  const sql = ` AND toUnixTimestamp(${expires}) > {stays:UInt32}`
  return { sql, params: { stays: Math.floor(expiringAfter / 1000) } }
}

/** Rows of a table, without those that go by themselves before `expiringAfter`, epoch milliseconds. */
export async function countOf(from: Reading, table: Table, expiringAfter: number): Promise<number> {
  const { sql, params } = staying(table, expiringAfter)
  const [row] = await from.rows(
    {
      name: `copy.count of ${table.name}`,
      sql: `SELECT count() AS rows FROM ${source(table)} WHERE 1${sql}`,
      row: z.object({ rows: z.coerce.number() }),
    },
    params,
  )
  return row?.rows ?? 0
}

/** Rows in a range and their checksum; `expiringAfter` as for {@link countOf}. */
export async function sumOf(
  from: Reading,
  table: Table,
  { range, expiringAfter }: { readonly range: Range; readonly expiringAfter: number },
): Promise<Sum> {
  const { sql, params } = rangeOf(table, range)
  const stays = staying(table, expiringAfter)
  const [sum] = await from.rows(
    {
      name: `copy.sum of ${table.name}`,
      sql: `
        SELECT count() AS rows, toString(sum(cityHash64(formatRow('RowBinary', *)))) AS checksum
        FROM ${source(table)} WHERE ${sql}${stays.sql}`,
      row: z.object({ rows: z.coerce.number(), checksum: z.string() }),
    },
    { ...params, ...stays.params },
  )
  return sum ?? { rows: 0, checksum: '0' }
}

/** Removes the rows behind a key, for good, before it resolves. */
export async function removeAfter(to: Connection, table: Table, after: Key | null): Promise<void> {
  const { sql, params } = rangeOf(table, { where: null, after, upTo: null })
  if (after === null) return to.exec('copy.empty', `TRUNCATE TABLE ${table.name} SYNC`)
  await to.exec(
    `copy.remove of ${table.name}`,
    `ALTER TABLE ${table.name} DELETE WHERE ${sql} SETTINGS mutations_sync = 2`,
    params,
  )
}
