/** Brings the schema of a store up to date: numbered migrations, each run once, never edited. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import type { Connection } from './connection.ts'
import { MIGRATIONS } from './migrations/list.ts'
import type { Migration } from './migrations/migration.ts'
import type { NamedQuery } from './query.ts'

const TABLE = `
  CREATE TABLE IF NOT EXISTS migrations (
    number UInt32,
    name String,
    checksum String,
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
  ) ENGINE = ReplacingMergeTree ORDER BY number
  SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`

const Row = z.object({ number: z.coerce.number(), name: z.string(), checksum: z.string() })

/** A migration that has run in a store. */
export type Applied = z.output<typeof Row>

const APPLIED: NamedQuery<Applied> = {
  name: 'migrations.applied',
  sql: 'SELECT number, name, checksum FROM migrations FINAL ORDER BY number',
  row: Row,
}

/**
 * Runs the migrations this store has not seen, in order. A migration that a crash cut short runs
 * again from its beginning: its statements are idempotent.
 *
 * @throws AppError `internal` where a migration that has run was edited since, or the store was
 * written by a newer version of the program
 */
export async function migrate(
  writer: Connection,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<void> {
  await writer.exec('migrations.create', TABLE)
  const rows = await writer.rows(APPLIED)
  refuseUnknown(rows, migrations)
  const applied = new Set(rows.map(({ number }) => number))
  const known = new Map(migrations.map((migration) => [migration.number, migration]))
  for (const migration of [...known.values()].sort((a, b) => a.number - b.number)) {
    if (applied.has(migration.number)) continue
    for (const [i, statement] of migration.statements.entries()) {
      await writer.exec(`migration ${label(migration)}, statement ${i + 1}`, statement)
    }
    await writer.insert({
      table: 'migrations',
      format: 'JSONEachRow',
      body: Buffer.from(
        JSON.stringify({
          number: migration.number,
          name: migration.name,
          checksum: checksumOf(migration),
        }),
      ),
    })
  }
}

/** The migrations that have run in a store, by number; none where it is no store yet. */
export async function appliedMigrations(from: Pick<Connection, 'rows'>): Promise<Applied[]> {
  const [found] = await from.rows(THERE)
  return found === undefined ? [] : from.rows(APPLIED)
}

const THERE = {
  name: 'migrations.there',
  sql: "SELECT name FROM system.tables WHERE database = currentDatabase() AND name = 'migrations'",
  row: z.object({ name: z.string() }),
}

/**
 * Makes sure that this program knows every one of these migrations as it ran.
 *
 * @throws AppError `internal` as {@link migrate} does
 */
export function refuseUnknown(
  applied: readonly Applied[],
  migrations: readonly Migration[] = MIGRATIONS,
): void {
  const known = new Map(migrations.map((migration) => [migration.number, migration]))
  for (const { number, name, checksum } of applied) {
    const migration = known.get(number)
    if (migration === undefined) throw newerStore(number, name)
    if (checksumOf(migration) !== checksum) throw edited(migration)
  }
}

function checksumOf({ statements }: Migration): string {
  return createHash('sha256').update(statements.join('\n;\n')).digest('hex')
}

function label({ number, name }: Pick<Migration, 'number' | 'name'>): string {
  return `${String(number).padStart(4, '0')}-${name}`
}

function edited(migration: Migration): AppError {
  return new AppError(
    'internal',
    `migration ${label(migration)} was edited after it had run in this store: put it back as it ` +
      'was and write a new one',
    { migration: label(migration) },
  )
}

function newerStore(number: number, name: string): AppError {
  return new AppError(
    'internal',
    `this store was written by a newer version: it has migration ${label({ number, name })}, ` +
      'which this program does not know',
    { migration: label({ number, name }) },
  )
}
