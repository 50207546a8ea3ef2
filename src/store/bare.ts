/** A store as it is, for copies: locked against every other process, its schema left alone. */
import { existsSync } from 'node:fs'
import { AppError } from '../core/errors.ts'
import type { StoreOptions, StoreTarget } from './client.ts'
import { type Connection, openConnection } from './connection.ts'
import type { Lock } from './driver.ts'
import { defaultMemoryBytes, openEmbedded } from './embedded.ts'
import { openServer } from './server.ts'
import { settingsOf } from './settings.ts'

export interface Bare {
  /** One connection for everything; reads on it may take as long as they need. */
  readonly connection: Connection
  /** @throws AppError `store_unavailable` where the lock was lost, or may have been */
  check(): void
  close(): Promise<void>
}

const LOCK_TTL_MS = 10_000

export interface BareOptions extends Pick<StoreOptions, 'memoryBytes' | 'lockTtlMs'> {
  /** `there`: an embedded store must be there; `anew`: it is made where it is not. */
  readonly store: 'there' | 'anew'
}

/**
 * Opens it; nothing is written but its lock.
 *
 * @throws AppError `not_found` where there must be a store and is none; `conflict` where another
 * process uses it; `store_unavailable` where it cannot be reached
 */
export async function openBare(target: StoreTarget, options: BareOptions): Promise<Bare> {
  const embedded = 'path' in target
  if (embedded && options.store === 'there' && !existsSync(target.path))
    throw new AppError('not_found', `there is no store in ${target.path}`)
  const memoryBytes = options.memoryBytes ?? defaultMemoryBytes()
  const driver = embedded ? await openEmbedded(target.path, memoryBytes) : await openServer(target)
  let lock: Lock | null = null
  try {
    lock = await driver.lock({
      ttlMs: options.lockTtlMs ?? LOCK_TTL_MS,
      onLost: () => undefined,
    })
    const settings = settingsOf('writer', { readTimeoutMs: 0, readMemoryBytes: 0 })
    let count = 0
    const nextId = (): string => {
      count += 1
      return `${driver.prefix}${count}`
    }
    const connection = openConnection([await driver.connect(settings)], nextId)
    const { check, release } = lock
    return {
      connection,
      check,
      close: async () => {
        connection.refuse()
        await connection.idle()
        await connection.close()
        await release()
        await driver.close()
      },
    }
  } catch (cause) {
    await lock?.release()
    await driver.close()
    throw cause
  }
}
