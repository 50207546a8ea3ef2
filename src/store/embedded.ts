/** The embedded store: chDB, ClickHouse in this process, on a folder that no other process may use. */
import { accessSync, constants, mkdirSync, readFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import {
  type ClickHouseClientConfigOptions,
  ClickHouseLogLevel,
  createClient,
} from '@clickhouse/client'
import { drainPending, Session } from 'chdb'
import { type ChdbConnection, createChdbConnection } from 'chdb/connection'
import { AppError } from '../core/errors.ts'
import type { RawConnection, RawInsert, Statement } from './connection.ts'
import type { Driver } from './driver.ts'
import { encodeParam, quote } from './literal.ts'
import type { Settings } from './settings.ts'

type ClientConnection = NonNullable<ClickHouseClientConfigOptions['connection']>

const GIB = 2 ** 30
const DATABASE = 'faultline'

/** Memory of the embedded engine unless the caller says otherwise: half of the machine, 1 to 8 GiB. */
export function defaultMemoryBytes(): number {
  return Math.min(Math.max(totalmem() / 2, GIB), 8 * GIB)
}

/**
 * Opens the folder for this process.
 *
 * @throws AppError `conflict` where another process has it, or this one has another folder open;
 * `store_unavailable` where it cannot be made, written or read
 */
export async function openEmbedded(path: string, memoryBytes: number): Promise<Driver> {
  const folder = resolve(path)
  prepareFolder(folder)
  const control = openSession(folder, memoryBytes)
  try {
    await control.queryAsync(`CREATE DATABASE IF NOT EXISTS ${DATABASE}`)
  } catch (cause) {
    control.close()
    await drainPending()
    throw openFailure(folder, cause)
  }
  return {
    prefix: '',
    connect: (settings) => connect(folder, settings),
    kill: async (which) => {
      const kinds = which === 'reads' ? " AND query_kind = 'Select'" : ''
      await control.queryAsync(`KILL QUERY WHERE query_id != queryID()${kinds} ASYNC`)
    },
    // a statement of this process has ended when its promise has settled
    settle: () => Promise.resolve(),
    lock: () => Promise.resolve({ check: () => undefined, release: () => Promise.resolve() }),
    close: async () => {
      control.close()
      await drainPending()
    },
  }
}

function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError(
      'store_unavailable',
      `the data folder ${folder} cannot be used: ${why}`,
      { path: folder },
      cause,
    )
  }
}

/** The first connection is kept: only it can set what holds for the whole engine. */
function openSession(folder: string, memoryBytes: number): Session {
  try {
    return new Session(folder, {
      connectionArgs: [
        `--max_server_memory_usage=${Math.round(memoryBytes)}`,
        `--mark_cache_size=${Math.round(memoryBytes / 16)}`,
        '--background_pool_size=2',
        '--background_common_pool_size=2',
      ],
    })
  } catch (cause) {
    throw openFailure(folder, cause)
  }
}

function openFailure(folder: string, cause: unknown): AppError {
  const text = cause instanceof Error ? cause.message : String(cause)
  if (text.includes('one active data directory')) {
    return new AppError(
      'conflict',
      `this process already has another data folder open and cannot open ${folder} beside it`,
      { path: folder },
      cause,
    )
  }
  const holder = holderOf(folder)
  if (holder !== null) {
    return new AppError(
      'conflict',
      `the data folder ${folder} is in use by another process (pid ${holder}): stop it, or give ` +
        'this one a folder of its own with FAULTLINE_DATA',
      { path: folder, pid: holder },
      cause,
    )
  }
  return new AppError(
    'store_unavailable',
    `the data folder ${folder} could not be opened: ${text}; where that does not say why, the engine's own words on stderr do`,
    { path: folder },
    cause,
  )
}

/** The engine writes its pid into `status`, which it keeps locked while it runs. */
function holderOf(folder: string): number | null {
  try {
    const pid = /^PID: (\d+)/m.exec(readFileSync(join(folder, 'status'), 'utf8'))?.[1]
    const other = pid !== undefined && Number(pid) !== process.pid
    return other && isAlive(Number(pid)) ? Number(pid) : null
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EPERM'
  }
}

async function connect(path: string, settings: Settings): Promise<RawConnection> {
  const connection = createChdbConnection({ path })
  const client = createClient({
    connection: asClientConnection(connection),
    log: { level: ClickHouseLogLevel.OFF },
  })
  const set = Object.entries(settings).map(([name, value]) => `${name} = ${quote(String(value))}`)
  await client.command({ query: `USE ${DATABASE}` })
  await client.command({ query: `SET ${set.join(', ')}` })
  return {
    select: async (statement) => {
      const result = await client.query({ query: bind(statement), format: 'JSONEachRow' })
      return result.json()
    },
    text: async (statement) => {
      const result = await client.query({ query: bind(statement), format: 'JSONEachRow' })
      return result.text()
    },
    command: async (statement) => {
      await client.command({ query: bind(statement) })
    },
    insert: async ({ table, columns, format, body }: RawInsert) => {
      await connection.chdb.rawInsert({
        table,
        ...(columns === undefined ? {} : { columns }),
        format,
        values: body,
      })
    },
    close: () => client.close(),
  }
}

/**
 * chdb implements the client's own contract, but from a copy of its types, and two copies of a class
 * with a private field never match.
 */
function asClientConnection(connection: ChdbConnection): ClientConnection {
  return connection as unknown as ClientConnection
}

/**
 * Binds parameters as session parameters. The binding of the library takes turns over all
 * connections of the process, so that one slow read would hold up every other one.
 */
function bind({ sql, params }: Statement): string {
  const set = Object.entries(params).map(
    ([name, value]) => `SET param_${name} = ${quote(encodeParam(value))};`,
  )
  return `${set.join(' ')} ${sql.trim()}`
}
