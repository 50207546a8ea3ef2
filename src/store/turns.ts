/** Lets tasks run one after another, in the order they came. */
export interface Turns {
  /** Runs `task` when all earlier ones have ended; answers what it answers. */
  run<Result>(task: () => Promise<Result>): Promise<Result>
  /** Tasks that wait or run. */
  waiting(): number
  /** Resolves when everything that was there at the call has ended. */
  idle(): Promise<void>
}

/** A queue of its own: a failed task does not hold up the next one. */
export function takeTurns(): Turns {
  let tail: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return {
    run: (task) => {
      waiting += 1
      const mine = tail.then(task).finally(() => {
        waiting -= 1
      })
      tail = mine.catch(() => undefined)
      return mine
    },
    waiting: () => waiting,
    idle: async () => {
      await tail
    },
  }
}
