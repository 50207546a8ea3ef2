/**
 * The store: ClickHouse, either chDB in this process or a server. One schema, one dialect, one
 * client; what the two do differently ends at the drivers beside this file.
 */
import type { AppError } from '../core/errors.ts'
import { type Connection, openConnection, toAppError } from './connection.ts'
import { refuseHalfCopied } from './copy-mark.ts'
import type { Driver, Lock } from './driver.ts'
import { defaultMemoryBytes, openEmbedded } from './embedded.ts'
import { migrate } from './migrate.ts'
import type { NamedQuery, Params } from './query.ts'
import { openServer } from './server.ts'
import { type Role, settingsOf } from './settings.ts'

export interface EmbeddedTarget {
  /** Folder of the embedded store; made where it does not exist. */
  readonly path: string
}

export interface ServerTarget {
  /** `http://host:8123` or `https://…`. */
  readonly url: string
  readonly username?: string
  readonly password?: string
  /** Made where it does not exist; the path of the URL or `faultline` unless given. */
  readonly database?: string
}

export type StoreTarget = EmbeddedTarget | ServerTarget

export interface StoreOptions {
  /** Memory the embedded engine may use, in bytes; half of the machine, 1 to 8 GiB, unless given. */
  readonly memoryBytes?: number
  /** Longest a read may take, in milliseconds; 10,000 unless given. */
  readonly readTimeoutMs?: number
  /** How long a dead process keeps its lock on a server, in milliseconds; 10,000 unless given. */
  readonly lockTtlMs?: number
  /** Told once when another process took the server's lock over: nothing can be written any more. */
  readonly onLockLost?: (reason: AppError) => void
}

export interface Store {
  readonly kind: 'embedded' | 'server'

  /** Runs a read on one of two connections; every row goes through `query.row`. */
  rows<Row>(query: NamedQuery<Row>, params?: Params): Promise<Row[]>

  /** The answer of a read as JSONEachRow, unparsed: a line for each row. */
  text(name: string, sql: string, params?: Params): Promise<string>

  /** Stores rows in one insert, durably; unknown columns are an error. Nothing to do for no rows. */
  insert(table: string, rows: readonly object[]): Promise<void>

  /** Runs a statement that answers nothing, on the writer's connection. */
  exec(name: string, sql: string, params?: Params): Promise<void>

  /** The journal's own connection. */
  readonly journal: StoreJournal

  /** Ends what runs within a few seconds, whatever it is, and lets the store go. Idempotent. */
  close(): Promise<void>
}

/** What the journal needs of the store, on connections that nothing slow runs on. */
export interface StoreJournal {
  /** Stores JSONCompactEachRow lines as one block, whole or not at all; one at a time. */
  insertBlock(block: JournalBlock): Promise<BlockOutcome>
  /** Runs a read behind the inserts before it; not for large answers. */
  rows<Row>(query: NamedQuery<Row>): Promise<Row[]>
  /** Runs a read on a reader. */
  page<Row>(query: NamedQuery<Row>): Promise<Row[]>
  exec(name: string, sql: string): Promise<void>
}

export interface JournalBlock {
  readonly table: string
  readonly columns: readonly string[]
  readonly body: Buffer
}

/** `refused`: certainly not stored. `failed`: perhaps stored; once `settle` resolves, reading tells. */
export type BlockOutcome =
  | { readonly outcome: 'stored' }
  | { readonly outcome: 'refused'; readonly cause: AppError }
  | { readonly outcome: 'failed'; readonly cause: AppError; settle(): Promise<void> }

const READ_TIMEOUT_MS = 10_000
/** Each read that runs holds a thread of libuv's pool, which files and DNS need too. */
const READERS = 2
const LOCK_TTL_MS = 10_000
/** Longest waits of a close: for what runs to end by itself, then for what was killed. */
const GRACE_MS = 5000
const KILLED_MS = 3000

interface Parts {
  readonly driver: Driver
  readonly lock: Lock
  readonly nextId: () => string
  readonly journal: Connection
  readonly writer: Connection
  readonly readers: Connection
}

/**
 * Opens a store and brings its schema up to date. A process opens one embedded store at a time.
 *
 * @throws AppError `conflict` where another process uses it; `store_unavailable` where it cannot be
 * reached, read or written; `internal` where its schema is newer than this program, or edited
 */
export async function openStore(target: StoreTarget, options: StoreOptions = {}): Promise<Store> {
  const memoryBytes = options.memoryBytes ?? defaultMemoryBytes()
  const embedded = 'path' in target
  const driver = embedded ? await openEmbedded(target.path, memoryBytes) : await openServer(target)
  let opened: Parts
  try {
    opened = await openParts(driver, options, memoryBytes)
  } catch (cause) {
    await driver.close()
    throw cause
  }
  return toStore(embedded ? 'embedded' : 'server', opened)
}

async function openParts(
  driver: Driver,
  options: StoreOptions,
  memoryBytes: number,
): Promise<Parts> {
  const lock = await driver.lock({
    ttlMs: options.lockTtlMs ?? LOCK_TTL_MS,
    onLost: (reason) => options.onLockLost?.(reason),
  })
  const opened: Connection[] = []
  let count = 0
  const nextId = (): string => {
    count += 1
    return `${driver.prefix}${count}`
  }
  const limits = {
    readTimeoutMs: options.readTimeoutMs ?? READ_TIMEOUT_MS,
    readMemoryBytes: Math.round(memoryBytes / 4),
  }
  const open = async (role: Role, count = 1): Promise<Connection> => {
    const raw = []
    for (let i = 0; i < count; i++) raw.push(await driver.connect(settingsOf(role, limits)))
    const connection = openConnection(raw, nextId)
    opened.push(connection)
    return connection
  }
  try {
    const writer = await open('writer')
    await refuseHalfCopied(writer)
    await migrate(writer)
    const journal = await open('journal')
    const readers = await open('reader', READERS)
    return { driver, lock, nextId, journal, writer, readers }
  } catch (cause) {
    for (const connection of opened) await connection.close()
    await lock.release()
    throw cause
  }
}

function toStore(kind: Store['kind'], parts: Parts): Store {
  const { lock, writer, readers } = parts
  let closing: Promise<void> | null = null
  return {
    kind,
    rows: (query, params) => readers.rows(query, params),
    text: (name, sql, params) => readers.text(name, sql, params),
    insert: async (table, rows) => {
      if (rows.length === 0) return
      lock.check()
      const body = Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'))
      await writer.insert({ table, format: 'JSONEachRow', body })
    },
    exec: async (name, sql, params) => {
      lock.check()
      await writer.exec(name, sql, params)
    },
    journal: {
      insertBlock: (block) => insertBlock(parts, block),
      rows: (query) => parts.journal.rows(query),
      page: (query) => readers.rows(query),
      exec: async (name, sql) => {
        lock.check()
        await parts.journal.exec(name, sql)
      },
    },
    close: () => {
      closing ??= closeParts(parts)
      return closing
    },
  }
}

async function insertBlock(
  { driver, lock, journal, nextId }: Parts,
  block: JournalBlock,
): Promise<BlockOutcome> {
  const id = nextId()
  try {
    lock.check()
  } catch (cause) {
    return { outcome: 'refused', cause: toAppError('journal.insert', cause) }
  }
  try {
    await journal.insert({ ...block, format: 'JSONCompactEachRow' }, id)
    return { outcome: 'stored' }
  } catch (cause) {
    return {
      outcome: 'failed',
      cause: toAppError('journal.insert', cause),
      settle: async () => {
        lock.check()
        await driver.settle(id)
        lock.check()
      },
    }
  }
}

async function closeParts({ driver, lock, journal, writer, readers }: Parts): Promise<void> {
  const all = [journal, writer, readers]
  for (const connection of all) connection.refuse()
  const idle = Promise.all(all.map((connection) => connection.idle())).then(() => undefined)
  await within(
    GRACE_MS,
    driver
      .kill('reads')
      .catch(() => undefined)
      .then(() => idle),
  )
  if (all.some((connection) => connection.waiting() > 0)) {
    await within(
      KILLED_MS,
      driver
        .kill('all')
        .catch(() => undefined)
        .then(() => idle),
    )
  }
  await within(KILLED_MS, Promise.all(all.map((connection) => connection.close())))
  await within(KILLED_MS, lock.release())
  await within(KILLED_MS, driver.close())
}

/** Waits for `done`, but no longer than `ms`; a failure counts as done. */
async function within(ms: number, done: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([done.catch(() => undefined), late])
  clearTimeout(timer)
}
