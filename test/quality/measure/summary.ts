/** Means, percentiles and intervals of what was measured. */
import { seeded } from '../../../src/demo/random.ts'

export function mean(list: readonly number[]): number {
  return list.length === 0 ? Number.NaN : list.reduce((sum, one) => sum + one, 0) / list.length
}

/** The smallest value that at least this share of the list does not exceed; NaN for none. */
export function percentile(list: readonly number[], share: number): number {
  const sorted = [...list].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN
}

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Mean with a 95 % bootstrap interval over instances (Efron's percentiles, 2,000 draws, one seed). */
export function interval(list: readonly number[], draws = 2000): Interval {
  const random = seeded(2026)
  const means = Array.from({ length: draws }, () =>
    mean(list.map(() => list[random.int(0, list.length - 1)] ?? 0)),
  )
  return { mean: mean(list), low: percentile(means, 0.025), high: percentile(means, 0.975) }
}
