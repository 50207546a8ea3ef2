/** The store on a ClickHouse server, over HTTP. One process at a time may write to a database. */
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  type ClickHouseClient,
  ClickHouseLogLevel,
  createClient,
  drainStream,
} from '@clickhouse/client'
import { AppError } from '../core/errors.ts'
import type { RawConnection, RawInsert, Statement } from './connection.ts'
import type { Driver } from './driver.ts'
import { acquireLock } from './lock.ts'
import type { Settings } from './settings.ts'

export interface ServerAddress {
  readonly url: string
  readonly username?: string
  readonly password?: string
  readonly database?: string
}

/** Longest wait for an answer; reads end earlier, by a limit of their own. */
const REQUEST_TIMEOUT_MS = 30_000
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/

/**
 * Connects to a server and makes the database where it is missing.
 *
 * @throws AppError `payload_invalid` for a name that no database can have; `store_unavailable` where
 * the server does not answer or refuses
 */
export async function openServer(address: ServerAddress): Promise<Driver> {
  const url = new URL(address.url)
  const database = address.database ?? (url.pathname.slice(1) || 'faultline')
  url.pathname = ''
  if (!IDENTIFIER.test(database)) {
    throw new AppError('payload_invalid', `"${database}" cannot be the name of a database`)
  }
  const shown = `${url.protocol}//${url.host}/${database}`
  const prefix = `faultline-${randomUUID()}-`
  const make = (settings: Settings, to: string | null): ClickHouseClient =>
    createClient({
      url,
      ...(address.username === undefined ? {} : { username: address.username }),
      ...(address.password === undefined ? {} : { password: address.password }),
      ...(to === null ? {} : { database: to }),
      application: 'faultline',
      request_timeout: REQUEST_TIMEOUT_MS,
      max_open_connections: 1,
      clickhouse_settings: { ...settings },
      log: { level: ClickHouseLogLevel.OFF },
    })
  await makeDatabase(make({}, null), { database, shown })
  const control = toRaw(make({}, database))
  const command = (sql: string, params = {}): Promise<void> =>
    control.command({ sql, params, id: `${prefix}control-${randomUUID()}` })
  return {
    prefix,
    connect: (settings) => Promise.resolve(toRaw(make(settings, database))),
    kill: (which) => {
      const kinds = which === 'reads' ? " AND query_kind = 'Select'" : ''
      return command(
        `KILL QUERY WHERE startsWith(query_id, {prefix:String})
          AND query_id != queryID()${kinds} ASYNC`,
        { prefix },
      )
    },
    settle: (id) => command('KILL QUERY WHERE query_id = {id:String} SYNC', { id }),
    lock: (options) => acquireLock(toRaw(make({}, database)), { ...options, prefix, shown }),
    close: () => control.close(),
  }
}

async function makeDatabase(
  client: ClickHouseClient,
  { database, shown }: { readonly database: string; readonly shown: string },
): Promise<void> {
  try {
    const result = await client.query({
      query: 'SELECT name FROM system.databases WHERE name = {database:String}',
      query_params: { database },
      format: 'JSONEachRow',
    })
    const found = await result.json()
    if (found.length === 0)
      await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${database}` })
  } catch (cause) {
    const why = cause instanceof Error ? cause.message || cause.name : String(cause)
    throw new AppError(
      'store_unavailable',
      `ClickHouse at ${shown} cannot be used: ${why}`,
      { url: shown },
      cause,
    )
  } finally {
    await client.close()
  }
}

function toRaw(client: ClickHouseClient): RawConnection {
  const read = ({ sql, params, id }: Statement) =>
    client.query({
      query: sql,
      query_params: { ...params },
      query_id: id,
      format: 'JSONEachRow',
    })
  return {
    select: async (statement) => (await read(statement)).json(),
    text: async (statement) => (await read(statement)).text(),
    command: async ({ sql, params, id }) => {
      await client.command({ query: sql, query_params: { ...params }, query_id: id })
    },
    insert: async ({ table, columns, format, body, id }: RawInsert) => {
      const names = columns === undefined ? '' : ` (${columns.join(', ')})`
      const { stream } = await client.exec({
        query: `INSERT INTO ${table}${names} FORMAT ${format}`,
        values: Readable.from([body], { objectMode: false }),
        query_id: id,
      })
      await drainStream(stream)
    },
    close: () => client.close(),
  }
}
