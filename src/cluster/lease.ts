/**
 * The lease of a partition: who folds it. At most one holder has the newest token, and what is
 * written under an older one is refused (docs/adr/0021-cluster-on-redis-streams.md).
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { loadScript, type RedisLink } from '../journal/redis-link.ts'

export interface LeaseOptions {
  /** Number of the partition; 0 unless given. */
  readonly partition?: number
  /** Unique to this process, one of its life. */
  readonly holder: string
  /** Where people and other nodes find the holder; shown, not used. */
  readonly address: string
  /** How long the lease lives without being renewed, in milliseconds; 5,000 unless given. */
  readonly lifeMs?: number
  /** Called once when a lease that was held is lost; not after `release`. */
  readonly onLost: (cause: AppError) => void
}

/** A lease that was taken. */
export interface Lease {
  /** Fencing token: 1 or more, higher than that of every holder before. */
  readonly token: number
  /**
   * Answers nothing while the lease is certainly held.
   *
   * @throws AppError `store_unavailable` once it is lost, or was not renewed in three quarters of its life
   */
  check(): void
  /**
   * Renews the lease, and says up to which offset its partition is folded.
   *
   * @throws AppError `store_unavailable` where the token is an old one, or Redis does not answer
   */
  report(folded: number): Promise<void>
  /** Gives it back, so that another node may have it at once. Never throws. */
  release(): Promise<void>
}

/** What anybody may read of a lease. */
export interface LeaseView {
  /** 0: nobody has ever held it. */
  readonly token: number
  /** `null`: nobody holds it now. */
  readonly holder: string | null
  readonly address: string
  /** Offset up to which holders said that they have folded. */
  readonly folded: number
}

const LIFE_MS = 5000
/** Share of its life for which a lease is trusted; the rest is for what is on its way. */
const TRUSTED = 0.75
/** A lease is renewed so many times in a life, and asked for as often. */
const BEATS = 5
/** A wait is up to so much longer, so that nodes do not ask in step. */
const JITTER = 0.2

const ACQUIRE = loadScript('acquire', new URL('acquire.lua', import.meta.url))
const RENEW = loadScript('renew', new URL('renew.lua', import.meta.url))
const RELEASE = loadScript('release', new URL('release.lua', import.meta.url))

const Acquired = z.tuple([z.literal([0, 1]), z.number()])

function keyOf(partition = 0): string {
  return `{faultline/${partition}}:lease`
}

/**
 * Takes the lease if it is free now.
 *
 * @returns the lease, or for how many milliseconds it is held at least by somebody else
 * @throws what the connection throws; the lease may then have been taken, and runs out by itself
 */
export async function tryLease(link: RedisLink, options: LeaseOptions): Promise<Lease | number> {
  const lifeMs = options.lifeMs ?? LIFE_MS
  const askedAt = performance.now()
  const args = [options.holder, options.address, lifeMs]
  const answer = await link.run(ACQUIRE, [keyOf(options.partition)], args)
  const [taken, value] = Acquired.parse(answer)
  return taken === 1 ? hold(link, { ...options, lifeMs, token: value, askedAt }) : value
}

/**
 * Waits for the lease until it is taken or `signal` aborts; `null` then. Faults of the connection
 * are waited out.
 */
export async function waitForLease(
  link: RedisLink,
  options: LeaseOptions,
  signal: AbortSignal,
): Promise<Lease | null> {
  const beat = (options.lifeMs ?? LIFE_MS) / BEATS
  while (!signal.aborted) {
    const found = await tryLease(link, options).catch(() => beat)
    if (typeof found !== 'number') {
      if (!signal.aborted) return found
      await found.release()
      return null
    }
    // a lease that is given back is free before it runs out
    await sleep(Math.min(found, beat) * (1 + JITTER * Math.random()), undefined, { signal }).catch(
      () => undefined,
    )
  }
  return null
}

interface Held extends LeaseOptions {
  readonly lifeMs: number
  readonly token: number
  /** When it was asked for, by the clock of this process that only rises. */
  readonly askedAt: number
}

function hold(link: RedisLink, { token, lifeMs, askedAt, ...options }: Held): Lease {
  const key = keyOf(options.partition)
  let trustedUntil = askedAt + lifeMs * TRUSTED
  let lost: AppError | null = null
  let released = false

  const lose = (why: string): AppError => {
    if (lost !== null) return lost
    lost = new AppError('store_unavailable', `the lease of the partition ${why}`, { token })
    clearTimeout(timer)
    if (!released) options.onLost(lost)
    return lost
  }
  const renew = async (folded: number | ''): Promise<void> => {
    if (lost !== null) throw lost
    const at = performance.now()
    if ((await link.run(RENEW, [key], [token, lifeMs, folded, options.holder])) !== 1) {
      throw lose('went to another node')
    }
    trustedUntil = Math.max(trustedUntil, at + lifeMs * TRUSTED)
  }
  const beat = async (): Promise<void> => {
    // a renewal that fails shows in the age of the last one that did not
    await renew('').catch(() => undefined)
    if (performance.now() >= trustedUntil) lose('could not be renewed in time')
    if (lost === null && !released) timer = next()
  }
  const next = (): NodeJS.Timeout =>
    setTimeout(() => void beat(), (lifeMs / BEATS) * (1 - JITTER * Math.random())).unref()
  let timer = next()

  return {
    token,
    check: () => {
      if (lost !== null) throw lost
      if (performance.now() >= trustedUntil) throw lose('could not be renewed in time')
    },
    report: async (folded) => {
      try {
        await renew(folded)
      } catch (cause) {
        if (cause instanceof AppError) throw cause
        throw new AppError('store_unavailable', 'the lease could not be renewed', { token }, cause)
      }
    },
    release: async () => {
      released = true
      clearTimeout(timer)
      lost ??= new AppError('store_unavailable', 'the lease was given back', { token })
      await link.run(RELEASE, [key], [token, options.holder]).catch(() => undefined)
    },
  }
}

const View = z.tuple([
  z.coerce.number(),
  z.string().nullable(),
  z.string().nullable(),
  z.coerce.number(),
  z.coerce.number(),
])

/** Who holds the lease of a partition, by the clock of Redis. */
export async function viewLease(link: RedisLink, partition = 0): Promise<LeaseView> {
  const [seconds, micros] = await link.redis.time()
  const fields = ['token', 'holder', 'address', 'folded', 'until'] as const
  const [token, holder, address, folded, until] = View.parse(
    await link.redis.hmget(keyOf(partition), ...fields),
  )
  const held = until > Number(seconds) * 1000 + Number(micros) / 1000
  return { token, holder: held ? holder : null, address: address ?? '', folded }
}
