/** Lets tasks share a few resources: the oldest one that waits gets the next that is free. */
export interface Pool<Resource> {
  run<Result>(task: (resource: Resource) => Promise<Result>): Promise<Result>
  /** Tasks that wait or run. */
  waiting(): number
  /** Resolves when no task waits or runs any more. */
  idle(): Promise<void>
}

/** A pool of at least one resource; with one, tasks run one at a time in the order they came. */
export function openPool<Resource>(resources: readonly Resource[]): Pool<Resource> {
  const free = [...resources]
  const queue: ((resource: Resource) => void)[] = []
  let waiting = 0
  let onIdle: (() => void)[] = []

  const take = (): Promise<Resource> => {
    const resource = free.pop()
    return resource === undefined
      ? new Promise((resolve) => queue.push(resolve))
      : Promise.resolve(resource)
  }
  const give = (resource: Resource): void => {
    const next = queue.shift()
    if (next === undefined) free.push(resource)
    else next(resource)
    waiting -= 1
    if (waiting > 0) return
    for (const resolve of onIdle) resolve()
    onIdle = []
  }

  return {
    run: async (task) => {
      waiting += 1
      const resource = await take()
      try {
        return await task(resource)
      } finally {
        give(resource)
      }
    },
    waiting: () => waiting,
    idle: () =>
      waiting === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve)),
  }
}
