/**
 * The mark of a store that is being filled from another one or from a backup: a table that is there
 * until everything else is. What is only half there is nothing to decide with.
 */
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import type { Connection } from './connection.ts'

/** Name of the table; it is in no backup, and no migration knows it. */
export const MARK_TABLE = 'copy_mark'

const TABLE = `
  CREATE TABLE IF NOT EXISTS ${MARK_TABLE} (
    key String,
    value String,
    version UInt64
  ) ENGINE = ReplacingMergeTree(version) ORDER BY key
  SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`

const Row = z.object({ key: z.string(), value: z.string(), version: z.coerce.number() })

const THERE = {
  name: 'copy_mark.there',
  sql: `SELECT name FROM system.tables WHERE database = currentDatabase() AND name = '${MARK_TABLE}'`,
  row: z.object({ name: z.string() }),
}

const ALL = {
  name: 'copy_mark.all',
  sql: `SELECT key, value, version FROM ${MARK_TABLE} FINAL`,
  row: Row,
}

/** What is known of a copy under way, by key; durable when `set` resolves. */
export interface CopyMark {
  get(key: string): string | undefined
  set(key: string, value: string): Promise<void>
  /** The store is whole: it is like any other from now on. */
  remove(): Promise<void>
}

/** Whether a store is being filled. */
export async function isHalfCopied(to: Pick<Connection, 'rows'>): Promise<boolean> {
  return (await to.rows(THERE)).length > 0
}

/** @throws AppError `conflict` where a copy into this store was begun and did not end */
export async function refuseHalfCopied(to: Pick<Connection, 'rows'>): Promise<void> {
  if (!(await isHalfCopied(to))) return
  throw new AppError(
    'conflict',
    'this store is half of one: a move or a restore into it has not ended. Give the same command ' +
      'again, which goes on or begins anew',
  )
}

/** Opens the mark, and makes it where there is none. */
export async function openMark(to: Connection): Promise<CopyMark> {
  await to.exec('copy_mark.create', TABLE)
  const rows = await to.rows(ALL)
  const values = new Map(rows.map(({ key, value }) => [key, value]))
  let version = Math.max(0, ...rows.map((row) => row.version))
  return {
    get: (key) => values.get(key),
    set: async (key, value) => {
      version += 1
      const body = Buffer.from(JSON.stringify({ key, value, version }))
      await to.insert({ table: MARK_TABLE, format: 'JSONEachRow', body })
      values.set(key, value)
    },
    remove: () => to.exec('copy_mark.drop', `DROP TABLE IF EXISTS ${MARK_TABLE} SYNC`),
  }
}
