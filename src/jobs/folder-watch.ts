/** Watches a folder of rules or articles: what has changed and then stood still is looked at. */
import type { Clock } from '../notify/clock.ts'

export interface FolderWatchDeps {
  readonly clock: Clock
  /** LOOK_MS unless given. */
  readonly lookMs?: number
  /** What tells one content of the files from another, as one text. */
  readonly fingerprint: () => string | Promise<string>
  /** The fingerprint of what was looked at last. */
  readonly looked: () => string | null
  readonly reload: () => Promise<unknown>
  readonly onError: (cause: unknown) => void
}

/**
 * The files are read this often and compared, rather than asking the kernel to tell: that works on
 * network folders and on the swapped links of a ConfigMap alike, and some small files cost nothing.
 */
export const LOOK_MS = 2000

/** A change counts once two looks in a row find the same: editors and copies write in steps. */
export function createFolderWatch(deps: FolderWatchDeps): {
  start(): void
  stop(): Promise<void>
} {
  const { clock, lookMs = LOOK_MS, fingerprint, looked, reload, onError } = deps
  let timer: unknown = null
  let running: Promise<unknown> = Promise.resolve()
  let before: string | null = null
  let stopped = true
  const look = async (): Promise<void> => {
    const now = await fingerprint()
    const settled = now === before
    before = now
    if (settled && now !== looked()) await reload()
  }
  const arm = (): void => {
    if (stopped) return
    timer = clock.setTimeout(() => {
      running = look().catch(onError).finally(arm)
    }, lookMs)
  }
  return {
    start: () => {
      stopped = false
      arm()
    },
    stop: async () => {
      stopped = true
      clock.clearTimeout(timer)
      await running
    },
  }
}
