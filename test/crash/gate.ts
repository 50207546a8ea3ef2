/** Holds callers while it is closed. */
export interface Gate {
  open(): void
  close(): void
  /** Resolves while it is open. */
  passed(): Promise<void>
}

export function createGate(): Gate {
  let isOpen = false
  const waiting: (() => void)[] = []
  return {
    open: () => {
      isOpen = true
      for (const go of waiting.splice(0)) go()
    },
    close: () => {
      isOpen = false
    },
    passed: () =>
      isOpen ? Promise.resolve() : new Promise((resolve) => waiting.push(() => resolve())),
  }
}
