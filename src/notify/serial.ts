/** Runs tasks of one key one after another, in the order they came; keys run side by side. */
export interface Serial {
  /** The task's own result; a task that rejects does not stop the next. */
  run<Result>(key: string, task: () => Promise<Result>): Promise<Result>
  busy(): boolean
  /** Resolves when no task is left. */
  idle(): Promise<void>
}

export function createSerial(): Serial {
  const tails = new Map<string, Promise<unknown>>()
  return {
    run: (key, task) => {
      const result = (tails.get(key) ?? Promise.resolve()).then(task, task)
      const tail: Promise<unknown> = result.then(settled, settled)
      tails.set(key, tail)
      function settled(): void {
        if (tails.get(key) === tail) tails.delete(key)
      }
      return result
    },
    busy: () => tails.size > 0,
    idle: async () => {
      while (tails.size > 0) await Promise.all(tails.values())
    },
  }
}
