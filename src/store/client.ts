/**
 * The store: ClickHouse, either chDB in this process or a server. One schema, one dialect, one
 * client; what the two do differently ends in this folder's connections.
 */

import type { AppError } from '../core/errors.ts'
import type { NamedQuery, Params } from './query.ts'

export interface EmbeddedTarget {
  /** Folder of the embedded store; made where it does not exist. */
  readonly path: string
}

export interface ServerTarget {
  /** `http://host:8123` or `https://…`. */
  readonly url: string
  readonly username?: string
  readonly password?: string
  /** Made where it does not exist; `faultline` unless given. */
  readonly database?: string
}

export type StoreTarget = EmbeddedTarget | ServerTarget

export interface StoreOptions {
  /** Memory the embedded engine may use, in bytes; at least 1 GiB unless given. */
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

  /** Stores rows in one insert; unknown columns are an error. Nothing to do for no rows. */
  insert(table: string, rows: readonly object[]): Promise<void>

  /** Runs a statement that answers nothing, on the writer's connection. */
  exec(name: string, sql: string, params?: Params): Promise<void>

  /** The journal's own connection. */
  readonly journal: JournalLink

  /** Ends what runs within a few seconds, whatever it is, and lets the store go. Idempotent. */
  close(): Promise<void>
}

/** What the journal needs of the store, on a connection nothing else uses. */
export interface JournalLink {
  /**
   * Stores one block of JSONCompactEachRow lines, whole or not at all.
   *
   * @returns `stored`, or `failed` with whether it is certain that nothing was stored
   */
  insertBlock(columns: readonly string[], block: Buffer): Promise<BlockOutcome>
  /** Runs a read on this connection, behind what was inserted before. */
  rows<Row>(query: NamedQuery<Row>): Promise<Row[]>
  exec(name: string, sql: string): Promise<void>
}

export type BlockOutcome =
  | { readonly outcome: 'stored' }
  | { readonly outcome: 'failed'; readonly cause: unknown }

export function openStore(_target: StoreTarget, _options: StoreOptions = {}): Promise<Store> {
  return Promise.reject(new Error('being written'))
}
