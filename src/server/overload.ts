/**
 * Admission of bodies: what is in work is bounded, and one noisy source cannot take what another
 * needs. Who is refused is told to come back (503): a 4xx would make tools drop their alerts.
 */
import { AppError } from '../core/errors.ts'

export interface AdmissionOptions {
  readonly sources: readonly string[]
  readonly bytes: number
  readonly requests: number
  /** Entries that wait for the fold; above `busyLag` a source must not take more than its share. */
  readonly lag: () => number
  readonly busyLag: number
  readonly now: () => number
}

/** A body in work. */
export interface Lease {
  /** `bytes` more of it have arrived; throws AppError `overloaded` where there is no room. */
  grow(bytes: number): void
  release(): void
}

export interface Admission {
  /** @throws AppError `overloaded` where the source is over its share, or there is no room at all */
  admit(source: string, announcedBytes: number): Lease
  /** What is in work, for tests and figures. */
  inWork(): { readonly bytes: number; readonly requests: number }
}

interface Use {
  bytes: number
  requests: number
  /** Bodies let in during this window and the one before. */
  window: number
  before: number
}

const WINDOW_MS = 1000

/**
 * Every source has an equal guaranteed share of bytes and requests. Beyond it a source may borrow,
 * up to half of everything, while there is room: so at most twice the bounds is in work, and a
 * source that keeps within its share is never refused for what others send.
 */
export function openAdmission(options: AdmissionOptions): Admission {
  const { sources, now } = options
  const uses = new Map<string, Use>(
    sources.map((source) => [source, { bytes: 0, requests: 0, window: 0, before: 0 }]),
  )
  const total = { bytes: 0, requests: 0 }
  let windowFrom = now()

  const roll = (): void => {
    const passed = now() - windowFrom
    if (passed < WINDOW_MS) return
    for (const use of uses.values()) {
      use.before = passed < 2 * WINDOW_MS ? use.window : 0
      use.window = 0
    }
    windowFrom = now()
  }

  const fits = (use: Use, kind: 'bytes' | 'requests', more: number): boolean => {
    const bound = options[kind]
    const wanted = use[kind] + more
    if (wanted <= bound / Math.max(1, uses.size)) return true
    return wanted <= bound / 2 && total[kind] + more <= bound
  }

  const take = (use: Use, bytes: number, requests: number): void => {
    use.bytes += bytes
    use.requests += requests
    total.bytes += bytes
    total.requests += requests
  }

  return {
    admit: (source, announcedBytes) => {
      roll()
      const use = uses.get(source)
      if (use === undefined) throw new AppError('not_found', 'there is no such source')
      if (options.lag() > options.busyLag && isGreedy(use, [...uses.values()])) {
        throw busy('the engine is behind, and this source has sent more than its share')
      }
      // a body that is alone may be as large as its limit, whatever the bounds are
      if (use.requests > 0 && !(fits(use, 'bytes', announcedBytes) && fits(use, 'requests', 1))) {
        throw busy('too many bodies of this source are in work')
      }
      use.window += 1
      return openLease(announcedBytes, {
        fits: (more) => use.requests <= 1 || fits(use, 'bytes', more),
        take: (bytes, requests) => take(use, bytes, requests),
      })
    },
    inWork: () => ({ ...total }),
  }
}

/** Whether a source has sent more than an equal share of what all that send have sent lately. */
function isGreedy(use: Use, all: readonly Use[]): boolean {
  const sent = (one: Use): number => one.window + one.before
  const active = all.filter((one) => sent(one) > 0)
  if (active.length < 2) return false
  return sent(use) > active.reduce((sum, one) => sum + sent(one), 0) / active.length
}

function openLease(
  announced: number,
  room: {
    readonly fits: (more: number) => boolean
    readonly take: (bytes: number, requests: number) => void
  },
): Lease {
  let charged = announced
  let arrived = 0
  let released = false
  room.take(charged, 1)
  return {
    grow: (bytes) => {
      arrived += bytes
      const more = arrived - charged
      if (more <= 0) return
      if (!room.fits(more)) throw busy('too much of this source is in work')
      room.take(more, 0)
      charged = arrived
    },
    release: () => {
      if (released) return
      released = true
      room.take(-charged, -1)
    },
  }
}

function busy(message: string): AppError {
  return new AppError('overloaded', message)
}
