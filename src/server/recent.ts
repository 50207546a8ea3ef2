/**
 * Answers that many ask for at once and that cost the store something: made once, and kept for a
 * moment. Memory is bounded by the number of answers.
 */
import type { EpochMs } from '../core/time.ts'

const MAX_KEPT = 200

/** Asks `make` unless `key` was asked for within `ttlMs`; a failure is not kept. */
export function keepRecent<Kept>(
  ttlMs: number,
  now: () => EpochMs,
): (key: string, make: () => Promise<Kept>) => Promise<Kept> {
  const kept = new Map<string, { readonly until: EpochMs; readonly value: Promise<Kept> }>()
  return (key, make) => {
    const known = kept.get(key)
    if (known !== undefined && now() < known.until) return known.value
    for (const [old, { until }] of kept)
      if (until <= now() || kept.size >= MAX_KEPT) kept.delete(old)
    const value = make()
    kept.set(key, { until: now() + ttlMs, value })
    value.catch(() => kept.delete(key))
    return value
  }
}
