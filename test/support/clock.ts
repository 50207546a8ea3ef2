/** A clock that stands still until it is told to move; timers fire by (time, order of setting). */
export interface FakeClock {
  now(): number
  setTimeout(fire: () => void, ms: number): unknown
  clearTimeout(handle: unknown): void
  /** Moves on by `ms` and fires what comes due on the way, in order. */
  advance(ms: number): void
  /** Moves to the next timer and fires it; false where none is set. */
  toNext(): boolean
  /** Milliseconds until each timer that is set, sorted. */
  waiting(): readonly number[]
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly fire: () => void
}

export function createFakeClock(start = Date.UTC(2026, 0, 31, 10)): FakeClock {
  let now = start
  let order = 0
  const timers = new Map<unknown, Timer>()
  const next = (): [unknown, Timer] | undefined =>
    [...timers].sort(([, a], [, b]) => a.at - b.at || a.order - b.order)[0]
  const fire = ([handle, timer]: [unknown, Timer]): void => {
    timers.delete(handle)
    now = Math.max(now, timer.at)
    timer.fire()
  }
  return {
    now: () => now,
    setTimeout: (callback, ms) => {
      const handle = {}
      order += 1
      timers.set(handle, { at: now + Math.max(0, ms), order, fire: callback })
      return handle
    },
    clearTimeout: (handle) => {
      timers.delete(handle)
    },
    advance: (ms) => {
      const end = now + ms
      for (let due = next(); due !== undefined && due[1].at <= end; due = next()) fire(due)
      now = end
    },
    toNext: () => {
      const due = next()
      if (due !== undefined) fire(due)
      return due !== undefined
    },
    waiting: () => [...timers.values()].map(({ at }) => at - now).sort((a, b) => a - b),
  }
}
