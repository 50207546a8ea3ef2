/** Distributions on top of the demo's seeded generator. */
import type { Random } from '../../../src/demo/random.ts'

export type Range = readonly [min: number, max: number]

/** Uniform between the two. */
export function between(random: Random, [min, max]: Range): number {
  return min + random.next() * (max - min)
}

/** Exponential with the given mean: the gaps of a Poisson process. */
export function exponential(random: Random, mean: number): number {
  return -Math.log(1 - random.next()) * mean
}

/** Lognormal by its median and the standard deviation of its logarithm (Box-Muller). */
export function lognormal(random: Random, median: number, sigma: number): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()))
  return median * Math.exp(sigma * radius * Math.cos(2 * Math.PI * random.next()))
}

/** An index, by its weight. */
export function weighted(random: Random, weights: readonly number[]): number {
  let left = random.next() * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [index, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return index
  }
  return weights.length - 1
}

/** Hexadecimal digits, or those of Kubernetes' generated names. */
export function letters(random: Random, count: number, alphabet = '0123456789abcdef'): string {
  return Array.from({ length: count }, () => alphabet[random.int(0, alphabet.length - 1)]).join('')
}

/** What Kubernetes makes the ends of pod names of (k8s.io/apimachinery/pkg/util/rand). */
export const POD_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'
