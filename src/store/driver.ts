/** What the two kinds of store do differently, behind one interface. */
import type { AppError } from '../core/errors.ts'
import type { RawConnection } from './connection.ts'
import type { Settings } from './settings.ts'

export interface Driver {
  /** Begins the id of every statement. */
  readonly prefix: string
  connect(settings: Settings): Promise<RawConnection>
  /** Asks the statements of this process to end, from a connection that none of them blocks. */
  kill(which: 'reads' | 'all'): Promise<void>
  /** Resolves when the statement of this id has ended at the store, whatever came of it. */
  settle(id: string): Promise<void>
  /** Makes sure, before anything is written, that no other process writes to this store. */
  lock(options: LockOptions): Promise<Lock>
  close(): Promise<void>
}

export interface LockOptions {
  /** How long a dead process keeps the lock. */
  readonly ttlMs: number
  readonly onLost: (reason: AppError) => void
}

export interface Lock {
  /** @throws AppError `store_unavailable` where the lock was lost, or may have been */
  check(): void
  release(): Promise<void>
}
