/**
 * Backups, of a store that runs or does not: everything as of one entry of the journal. The order
 * makes them consistent while entries come in. First a snapshot of the state after an entry S, whose
 * records are durable; then the records, none of them older than S; then the journal up to its end
 * L. What the records say of entries after S may be of any moment up to L: a start from the backup
 * folds S to L and writes them again.
 */
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { writeBackup } from './backup-format.ts'
import type { Store } from './client.ts'
import { refuseHalfCopied } from './copy-mark.ts'
import { listTables, type Page, type Reading, readPages, type Table } from './copy-pages.ts'
import { getMeta, setMeta } from './meta.ts'
import { appliedMigrations, refuseUnknown } from './migrate.ts'

export interface BackupOptions {
  /** Version of this program. */
  readonly version: string
  /** Epoch milliseconds. */
  readonly now: number
  /** Size of a page, in bytes; 2 MiB unless given: what a running server barely notices. */
  readonly pageBytes?: number
  /** Told of every page. */
  readonly onPage?: (page: Page) => void
}

export interface RunningBackup {
  readonly tables: readonly Table[]
  readonly pieces: AsyncGenerator<Buffer>
  /** Offset of the newest entry in it; known when the last piece was taken. */
  offset(): number
}

const MIB = 2 ** 20

const SNAPSHOTS = {
  name: 'backup.snapshots',
  sql: 'SELECT snapshot FROM snapshots ORDER BY snapshot DESC',
  row: z.object({ snapshot: z.coerce.number() }),
}

const END = {
  name: 'backup.end',
  sql: 'SELECT max(offset) AS offset FROM journal',
  row: z.object({ offset: z.coerce.number() }),
}

/**
 * Begins a backup; it goes on as its pieces are taken. Memory: a few pages.
 *
 * @throws AppError `not_found` where there is no store; `internal` where its schema is newer than
 * this program
 */
export async function beginBackup(from: Reading, options: BackupOptions): Promise<RunningBackup> {
  await refuseHalfCopied(from)
  const schema = await appliedMigrations(from)
  if (schema.length === 0) throw new AppError('not_found', 'there is no store to make a backup of')
  refuseUnknown(schema)
  const tables = await listTables(from)
  let offset = 0
  const head = { version: options.version, madeAt: new Date(options.now).toISOString(), schema }
  const pages = pagesOf(from, { tables, options, onEnd: (last) => (offset = last) })
  return { tables, pieces: writeBackup(head, pages, () => offset), offset: () => offset }
}

/** The journal and the snapshots have places of their own; deliveries come as late as they can. */
const PLACED = ['journal', 'snapshots', 'snapshot_chunks', 'deliveries']

interface Paging {
  readonly tables: readonly Table[]
  readonly options: BackupOptions
  readonly onEnd: (offset: number) => void
}

async function* pagesOf(from: Reading, paging: Paging): AsyncGenerator<Page> {
  const { tables, options, onEnd } = paging
  const pageBytes = options.pageBytes ?? 2 * MIB
  async function* read(name: string, where: string | null): AsyncGenerator<Page> {
    const table = tables.find((one) => one.name === name)
    if (table === undefined) return
    for await (const page of readPages(from, { table, where }, { after: null, pageBytes })) {
      options.onPage?.(page)
      yield page
    }
  }
  const [newest, ...older] = (await from.rows(SNAPSHOTS)).map(({ snapshot }) => snapshot)
  // the newest one first and whole: a server that runs may let it go a minute later
  for (const some of [newest === undefined ? [] : [newest], older]) {
    if (some.length === 0) continue
    const where = `snapshot IN (${some.join(', ')})`
    yield* read('snapshot_chunks', where)
    yield* read('snapshots', where)
    if (some[0] === newest) await refuseGone(from, newest)
  }
  for (const { name } of tables) if (!PLACED.includes(name)) yield* read(name, null)
  yield* read('deliveries', null)
  const [end] = await from.rows(END)
  yield* read('journal', `offset <= ${end?.offset ?? 0}`)
  onEnd(end?.offset ?? 0)
}

/** @throws AppError `conflict` where the snapshot was let go while it was read */
async function refuseGone(from: Reading, snapshot: number | undefined): Promise<void> {
  const left = await from.rows(SNAPSHOTS)
  if (left.some((one) => one.snapshot === snapshot)) return
  throw new AppError(
    'conflict',
    'the snapshot was replaced while it was read: take the backup again, and read it faster',
  )
}

const LastBackup = z.object({ at: z.number(), offset: z.number(), bytes: z.number() })
export interface LastBackup {
  /** When it was complete, epoch milliseconds. */
  readonly at: number
  readonly offset: number
  /** Size of its file. */
  readonly bytes: number
}

const LAST = 'backup'

/** The newest backup that was taken of this store to its end; null: none. */
export async function lastBackup(store: Pick<Store, 'rows'>): Promise<LastBackup | null> {
  const value = await getMeta(store, LAST)
  return value === null ? null : LastBackup.parse(JSON.parse(value))
}

export function keepLastBackup(
  store: Pick<Store, 'rows' | 'insert'>,
  backup: LastBackup,
): Promise<void> {
  return setMeta(store, LAST, JSON.stringify(backup))
}
