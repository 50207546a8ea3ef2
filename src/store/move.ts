/**
 * Moves a store to another place: every row is copied in pages, each of which is checked against the
 * source before it counts as done. What was cut short goes on after the newest page that counts.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { DAY } from '../core/time.ts'
import type { Bare } from './bare.ts'
import type { Connection } from './connection.ts'
import { type CopyMark, isHalfCopied, openMark } from './copy-mark.ts'
import {
  countOf,
  listTables,
  type Range,
  readPages,
  removeAfter,
  sumOf,
  type Table,
} from './copy-pages.ts'
import { faultPoint } from './fault.ts'
import { appliedMigrations, refuseUnknown } from './migrate.ts'
import { endFilling, makeSchema, refuseFilled } from './restore.ts'

export interface MoveProgress {
  readonly table: string
  /** Of the table, so far: what was there from an earlier run counts. */
  readonly rows: number
  readonly bytes: number
  /** Of all bytes, about, 0 to 1. */
  readonly share: number
}

export interface MoveOptions {
  /** Epoch milliseconds. */
  readonly now: number
  /** Size of a page, in bytes; 8 MiB unless given. */
  readonly pageBytes?: number
  readonly onProgress?: (progress: MoveProgress) => void
}

export interface Moved {
  /** Rows of each table, as they are at both places. */
  readonly tables: ReadonlyMap<string, number>
  /** It went on with what was cut short. */
  readonly resumed: boolean
}

const Done = z.object({
  after: z.array(z.string()).nullable(),
  rows: z.number(),
  bytes: z.number(),
  complete: z.boolean(),
})
type Done = z.output<typeof Done>

const PAGE_BYTES = 8 * 2 ** 20

/** The journal in short: it grows with every start, so that no two stores have the same. */
const IDENTITY = {
  name: 'move.identity',
  sql: `
    SELECT count() AS entries, min(offset) AS first, max(offset) AS last,
      toString(sum(cityHash64(offset, at, kind, bytes))) AS checksum
    FROM journal`,
  row: z.object({
    entries: z.coerce.number(),
    first: z.coerce.number(),
    last: z.coerce.number(),
    checksum: z.string(),
  }),
}

/**
 * Copies `from` to `to`, which is empty or holds a part of the same store. Nothing is written to
 * `from`. Memory: two pages.
 *
 * @throws AppError `not_found` where there is no store to move; `conflict` where the target is not
 * empty, or holds a part of another store or of this one before it went on; `internal` where what
 * arrived is not what was sent, or the schema is newer than this program
 */
export async function moveStore(from: Bare, to: Bare, options: MoveOptions): Promise<Moved> {
  const source = from.connection
  const schema = await appliedMigrations(source)
  if (schema.length === 0) throw new AppError('not_found', 'there is no store to move')
  if (await isHalfCopied(source))
    throw new AppError('conflict', 'the store to move is itself half of one')
  refuseUnknown(schema)
  const tables = await listTables(source)
  const { mark, resumed } = await beginMove(to.connection, await identityOf(source))
  const expiringAfter = options.now + DAY
  const total = Math.max(
    1,
    tables.reduce((sum, { bytes }) => sum + bytes, 0),
  )
  if (mark.get('verified') === undefined) {
    await makeSchema(to.connection, schema)
    let before = 0
    for (const table of tables) {
      const onPage = (done: Done): void => {
        const inside = table.bytes * Math.min(1, done.rows / Math.max(1, table.rows))
        const share = Math.min(1, (before + inside) / total)
        options.onProgress?.({ table: table.name, rows: done.rows, bytes: done.bytes, share })
      }
      await copyTable({ from, to, table, mark, expiringAfter, options, onPage })
      before += table.bytes
    }
    const moved = await verify(source, to.connection, { tables, expiringAfter })
    await mark.set('verified', JSON.stringify(Object.fromEntries(moved)))
  }
  const counts = z.record(z.string(), z.number()).parse(JSON.parse(mark.get('verified') ?? '{}'))
  faultPoint('move.before_end')
  await endFilling(to.connection)
  return { tables: new Map(Object.entries(counts)), resumed }
}

async function identityOf(source: Connection): Promise<string> {
  const [identity] = await source.rows(IDENTITY)
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex')
}

async function beginMove(
  to: Connection,
  identity: string,
): Promise<{ readonly mark: CopyMark; readonly resumed: boolean }> {
  const resumed = await isHalfCopied(to)
  if (!resumed) await refuseFilled(to)
  const mark = await openMark(to)
  const kind = mark.get('kind')
  const other = mark.get('source')
  if (kind !== undefined && kind !== 'move')
    throw new AppError('conflict', `a ${kind} into this store was begun and did not end`)
  if (other !== undefined && other !== identity)
    throw new AppError(
      'conflict',
      'the target holds a part of another store, or of this one before it went on: drop the ' +
        'database and begin anew',
    )
  if (other === undefined) await mark.set('source', identity)
  if (kind === undefined) await mark.set('kind', 'move')
  return { mark, resumed }
}

interface CopyTable {
  readonly from: Bare
  readonly to: Bare
  readonly table: Table
  readonly mark: CopyMark
  readonly expiringAfter: number
  readonly options: MoveOptions
  readonly onPage: (done: Done) => void
}

async function copyTable(copy: CopyTable): Promise<void> {
  const { from, to, table, mark, options, onPage } = copy
  const key = `table ${table.name}`
  // a backup of the source between two runs is noted there: it is small, and copied anew
  const known = table.name === 'meta' ? undefined : mark.get(key)
  let done: Done =
    known === undefined
      ? { after: null, rows: 0, bytes: 0, complete: false }
      : Done.parse(JSON.parse(known))
  onPage(done)
  if (done.complete) return
  // what came behind the newest page that counts is of a page that was cut short
  await removeAfter(to.connection, table, done.after)
  const pageBytes = options.pageBytes ?? PAGE_BYTES
  const part = { table, where: null }
  for await (const page of readPages(from.connection, part, { after: done.after, pageBytes })) {
    from.check()
    to.check()
    const body = Buffer.from(page.text)
    await to.connection.insert({ table: table.name, format: 'JSONEachRow', body })
    faultPoint('move.after_insert')
    await compare(copy, { where: null, after: done.after, upTo: page.last })
    done = {
      after: [...page.last],
      rows: done.rows + page.rows,
      bytes: done.bytes + body.length,
      complete: false,
    }
    await mark.set(key, JSON.stringify(done))
    onPage(done)
    faultPoint('move.after_page')
  }
  await mark.set(key, JSON.stringify({ ...done, complete: true }))
}

async function compare(
  { from, to, table, expiringAfter }: Omit<CopyTable, 'mark' | 'options' | 'onPage'>,
  range: Range,
): Promise<void> {
  const sent = await sumOf(from.connection, table, { range, expiringAfter })
  const arrived = await sumOf(to.connection, table, { range, expiringAfter })
  if (sent.rows === arrived.rows && sent.checksum === arrived.checksum) return
  throw new AppError(
    'internal',
    `${table.name}: of ${sent.rows} rows ${arrived.rows} arrived, or with other values`,
  )
}

/** Rows of each table at both places; every page was compared in full before. */
async function verify(
  from: Connection,
  to: Connection,
  { tables, expiringAfter }: { readonly tables: readonly Table[]; readonly expiringAfter: number },
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const table of tables) {
    const sent = await countOf(from, table, expiringAfter)
    const arrived = await countOf(to, table, expiringAfter)
    if (sent !== arrived)
      throw new AppError('internal', `${table.name} has ${arrived} rows instead of ${sent}`)
    counts.set(table.name, sent)
  }
  return counts
}
