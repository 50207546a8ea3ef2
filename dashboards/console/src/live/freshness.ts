/**
 * Reads again what the live stream says has changed: at once, and then at most once per interval
 * while changes keep coming, so that a storm of alerts is not a storm of requests.
 */
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { KEYS } from '../api/queries.ts'

const INTERVAL_MS = 1000
/** Figures cost the server more than a page of a list. */
const SLOWER_MS: Readonly<Record<string, number>> = {
  [KEYS.stats]: 3000,
  [KEYS.alertFacets]: 3000,
  [KEYS.incidentGraph]: 3000,
}

export interface Freshness {
  /** What is shown under this key, or below it, is out of date. */
  changed(key: QueryKey): void
  /** Everything is. */
  all(): void
  stop(): void
}

interface Watched {
  timer: ReturnType<typeof setTimeout> | undefined
  last: number
}

export function createFreshness(client: QueryClient): Freshness {
  const watched = new Map<string, Watched>()
  return {
    changed: (key) => {
      const name = JSON.stringify(key)
      const one = watched.get(name) ?? { timer: undefined, last: 0 }
      watched.set(name, one)
      const wait = one.last + (SLOWER_MS[String(key[0])] ?? INTERVAL_MS) - Date.now()
      one.timer ??= setTimeout(
        () => {
          one.timer = undefined
          one.last = Date.now()
          // a request under way may be answered from before the change: it is made again
          void client.invalidateQueries({ queryKey: key })
          forgetOld(watched)
        },
        Math.max(0, wait),
      )
    },
    all: () => void client.invalidateQueries(),
    stop: () => {
      for (const { timer } of watched.values()) clearTimeout(timer)
    },
  }
}

/** Incidents come and go: what has been quiet for an interval needs no entry. */
function forgetOld(watched: Map<string, Watched>): void {
  if (watched.size < 500) return
  const before = Date.now() - 10 * INTERVAL_MS
  for (const [name, { timer, last }] of watched)
    if (timer === undefined && last < before) watched.delete(name)
}
