/** Fills an empty store: from a backup, or from another store. */
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import type { BackupFile } from './backup-format.ts'
import type { Bare } from './bare.ts'
import type { Connection } from './connection.ts'
import { isHalfCopied, MARK_TABLE, openMark } from './copy-mark.ts'
import { countOf, listTables, type Table } from './copy-pages.ts'
import { faultPoint } from './fault.ts'
import { type Applied, appliedMigrations, migrate, refuseUnknown } from './migrate.ts'
import { MIGRATIONS } from './migrations/list.ts'

export interface RestoreOptions {
  /** Told of every chunk that is in the store. */
  readonly onRows?: (rows: number, bytes: number) => void
}

const KIND = 'kind'

/**
 * Fills an empty store from a backup that was checked. One that was cut short begins anew.
 *
 * @returns rows of each table
 * @throws AppError `conflict` where the store is not empty; `internal` where the backup is of a
 * newer schema than this program knows, or what was written is not what was read
 */
export async function restoreBackup(
  to: Bare,
  backup: BackupFile,
  options: RestoreOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const { connection } = to
  refuseUnknown(backup.head.schema)
  await beginFilling(connection, 'restore')
  await makeSchema(connection, backup.head.schema)
  const tables = new Map((await listTables(connection)).map((table) => [table.name, table]))
  for await (const { table, text, rows, bytes } of backup.rows()) {
    to.check()
    if (!tables.has(table))
      throw new AppError('payload_invalid', `the backup has a table ${table}, which no schema has`)
    await connection.insert({ table, format: 'JSONEachRow', body: text })
    faultPoint('restore.chunk')
    options.onRows?.(rows, bytes)
  }
  const counts = new Map(
    Object.entries(backup.manifest.tables).map(([table, { rows }]) => [table, rows]),
  )
  for (const [name, table] of tables) await refuseMissing(connection, table, counts.get(name) ?? 0)
  await endFilling(connection)
  return counts
}

/** What goes by itself may have gone by now: only what stays is counted. */
async function refuseMissing(to: Connection, table: Table, expected: number): Promise<void> {
  if (table.expires !== null) return
  const rows = await countOf(to, table, 0)
  if (rows !== expected)
    throw new AppError('internal', `${table.name} has ${rows} rows instead of ${expected}`)
}

/**
 * Marks an empty store as one that is being filled.
 *
 * @throws AppError `conflict` where it is not empty, or is being filled in another way
 */
async function beginFilling(to: Connection, kind: 'restore' | 'move'): Promise<void> {
  if (await isHalfCopied(to)) {
    const mark = await openMark(to)
    const other = mark.get(KIND) ?? kind
    if (other !== kind)
      throw new AppError('conflict', `a ${other} into this store was begun and did not end`)
    for (const { name } of await listTables(to))
      await to.exec('copy.drop', `DROP TABLE IF EXISTS ${name} SYNC`)
    await dropViews(to)
    await to.exec('copy.drop', 'DROP TABLE IF EXISTS migrations SYNC')
  } else {
    await refuseFilled(to)
  }
  await (await openMark(to)).set(KIND, kind)
}

const THERE = {
  name: 'copy.there',
  sql: `
    SELECT name FROM system.tables
    WHERE database = currentDatabase() AND name NOT IN ('locks', 'migrations', '${MARK_TABLE}')
    ORDER BY name LIMIT 1`,
  row: z.object({ name: z.string() }),
}

/** @throws AppError `conflict` where there is a store already, or a table of somebody else's */
export async function refuseFilled(to: Connection): Promise<void> {
  const [table] = await to.rows(THERE)
  if (table === undefined && (await appliedMigrations(to)).length === 0) return
  throw new AppError(
    'conflict',
    'the store to fill is not empty: give an empty folder, or a database of its own',
    table === undefined ? {} : { table: table.name },
  )
}

/** The schema as it was, without the views: they would write what is copied once more. */
export async function makeSchema(to: Connection, schema: readonly Applied[]): Promise<void> {
  const numbers = new Set(schema.map(({ number }) => number))
  await migrate(
    to,
    MIGRATIONS.filter(({ number }) => numbers.has(number)),
  )
  await dropViews(to)
}

const VIEW = /^\s*CREATE MATERIALIZED VIEW IF NOT EXISTS (\w+)/
const VIEWS = MIGRATIONS.flatMap(({ statements }) => statements.filter((sql) => VIEW.test(sql)))

async function dropViews(to: Connection): Promise<void> {
  for (const sql of VIEWS) {
    const name = VIEW.exec(sql)?.[1] ?? ''
    await to.exec('copy.drop_view', `DROP VIEW IF EXISTS ${name} SYNC`)
  }
}

/** Brings the schema up to date, puts the views back and takes the mark off. */
export async function endFilling(to: Connection): Promise<void> {
  await migrate(to)
  for (const sql of VIEWS) await to.exec('copy.view', sql)
  await (await openMark(to)).remove()
}
