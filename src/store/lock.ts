/**
 * The lock of a database on a server: at most one process writes to it. ClickHouse cannot compare
 * and set, so every contender first shows itself and then looks: of two that come at once at least
 * one sees the other. Times are the server's, so clocks need not agree.
 */
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import type { RawConnection } from './connection.ts'
import type { Lock, LockOptions } from './driver.ts'

export interface ServerLockOptions extends LockOptions {
  /** Begins the id of every statement of this process, and names it as a holder. */
  readonly prefix: string
  /** The database for messages, without credentials. */
  readonly shown: string
}

/** Share of its life for which a renewal is trusted; the rest is for statements on their way. */
const FRESH = 0.75

type LockState = 'candidate' | 'held' | 'released'

const TABLE = `
  CREATE TABLE IF NOT EXISTS locks (
    holder String,
    info String,
    state LowCardinality(String),
    beat DateTime64(3, 'UTC'),
    version UInt64
  ) ENGINE = ReplacingMergeTree(version) ORDER BY holder`

const BEAT = `
  INSERT INTO locks
  SELECT {holder:String}, {info:String}, {state:String}, now64(3), {version:UInt64}`

const OTHERS = `
  SELECT holder, info, state, toUnixTimestamp64Milli(beat) AS beat_ms
  FROM locks FINAL
  WHERE holder != {holder:String} AND state != 'released'
    AND beat > now64(3) - toIntervalMillisecond({ttl:UInt32})
  ORDER BY holder`

/** What a process that held the lock before may have left running. */
const END_LEFTOVERS = `
  KILL QUERY WHERE startsWith(query_id, 'faultline-')
    AND NOT startsWith(query_id, {holder:String}) AND position(query_id, '-lock') = 0
    AND current_database = currentDatabase() SYNC`

const Other = z.object({
  holder: z.string(),
  info: z.string(),
  state: z.enum(['candidate', 'held']),
  beat_ms: z.coerce.number(),
})
type OtherHolder = z.output<typeof Other>

interface Register {
  beat(state: LockState): Promise<void>
  others(): Promise<OtherHolder[]>
}

/**
 * Waits until no other process holds the lock, at most as long as a dead one keeps it, then holds
 * it and renews it until it is released. `raw` becomes the lock's own.
 *
 * @throws AppError `conflict` where another process holds it and is alive
 */
export async function acquireLock(raw: RawConnection, options: ServerLockOptions): Promise<Lock> {
  const register = openRegister(raw, options)
  try {
    await raw.command({ sql: TABLE, params: {}, id: `${options.prefix}lock` })
    await contend(register, options)
    await raw.command({
      sql: END_LEFTOVERS,
      params: { holder: options.prefix },
      id: `${options.prefix}lock`,
    })
  } catch (cause) {
    await raw.close()
    throw cause
  }
  return hold(register, raw, options)
}

function openRegister(raw: RawConnection, { prefix, ttlMs }: ServerLockOptions): Register {
  const info = `${hostname()}, pid ${process.pid}`
  let version = 0
  return {
    beat: (state) => {
      version += 1
      return raw.command({
        sql: BEAT,
        params: { holder: prefix, info, state, version },
        id: `${prefix}lock-${version}`,
      })
    },
    others: async () => {
      const rows = await raw.select({
        sql: OTHERS,
        params: { holder: prefix, ttl: ttlMs },
        id: `${prefix}lock-look`,
      })
      return rows.map((row) => Other.parse(row))
    },
  }
}

async function contend(
  register: Register,
  { ttlMs, prefix, shown }: ServerLockOptions,
): Promise<void> {
  const seen = new Map<string, number>()
  const end = performance.now() + 2 * ttlMs + 2000
  for (;;) {
    const shownAt = performance.now()
    await register.beat('candidate')
    const others = await register.others()
    const inTime = performance.now() - shownAt < ttlMs / 2
    if (others.length === 0 && inTime) return register.beat('held')
    const alive = others.find(
      ({ holder, state, beat_ms }) => state === 'held' && (seen.get(holder) ?? beat_ms) < beat_ms,
    )
    if (alive !== undefined || performance.now() > end) {
      await register.beat('released')
      throw inUse(shown, alive ?? others[0])
    }
    for (const { holder, state, beat_ms } of others) if (state === 'held') seen.set(holder, beat_ms)
    // of candidates alone, the first by name stays and the others make room
    const first = others.every(({ state, holder }) => state === 'candidate' && prefix < holder)
    if (!first) await register.beat('released')
    await sleep(Math.min(ttlMs / 10, 500) * (1 + Math.random()))
  }
}

function inUse(shown: string, other: OtherHolder | undefined): AppError {
  const who = other === undefined ? 'another process' : `another process (${other.info})`
  return new AppError(
    'conflict',
    `the store at ${shown} is in use by ${who}: stop it, or give this one a database of its own`,
    { url: shown, ...(other === undefined ? {} : { holder: other.info }) },
  )
}

function hold(register: Register, raw: RawConnection, options: ServerLockOptions): Lock {
  let lost: AppError | null = null
  let renewedAt = performance.now()
  let renewing: Promise<void> = Promise.resolve()
  const renew = async (): Promise<void> => {
    // renewals queue behind a slow one: one that comes after the loss must not claim the lock again
    if (lost !== null) return
    const at = performance.now()
    // renewed so late that a contender may have taken us for dead: it counts before it holds
    const late = at - renewedAt > options.ttlMs * FRESH
    await register.beat('held')
    const [other] = (await register.others()).filter(({ state }) => late || state === 'held')
    if (other === undefined) {
      renewedAt = at
      return
    }
    lost = lockLost(options.shown, other.info)
    clearInterval(timer)
    options.onLost(lost)
  }
  const timer = setInterval(() => {
    // a renewal that fails shows in the age of the last one that did not
    renewing = renewing.then(renew).catch(() => undefined)
  }, options.ttlMs / 4)
  timer.unref()
  return {
    check: () => {
      if (lost !== null) throw lost
      if (performance.now() - renewedAt > options.ttlMs * FRESH) {
        throw new AppError(
          'store_unavailable',
          'the lock of the store could not be renewed in time',
        )
      }
    },
    release: async () => {
      clearInterval(timer)
      await renewing
      if (lost === null) await register.beat('released').catch(() => undefined)
      await raw.close()
    },
  }
}

function lockLost(shown: string, info: string): AppError {
  return new AppError(
    'store_unavailable',
    `the lock of the store at ${shown} went to another process (${info}); this one must stop`,
    { url: shown, holder: info },
  )
}
