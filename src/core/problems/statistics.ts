/** The few distributions that problem discovery needs. */

/** ln n! by Stirling's series: error below 1e-8 from 10 on, exact before. O(1). */
export function logFactorial(n: number): number {
  if (n < 10) {
    let product = 1
    for (let i = 2; i <= n; i++) product *= i
    return Math.log(product)
  }
  return n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n) - 1 / (360 * n * n * n)
}

/** P(X ≥ count) of a Poisson variable with mean `mean` > 0. Sums the tail: no cancellation. */
export function poissonTail(count: number, mean: number): number {
  if (count <= 0) return 1
  if (mean <= 0) return 0
  // below the mean the lower part is the shorter sum
  if (count <= mean) return 1 - lowerSum(count - 1, mean)
  let term = Math.exp(count * Math.log(mean) - mean - logFactorial(count))
  let sum = 0
  for (let n = count; term > sum * 1e-12; n++) {
    sum += term
    term *= mean / (n + 1)
  }
  return Math.min(1, sum)
}

/** P(X ≤ count) of a Poisson variable. */
export function poissonUpTo(count: number, mean: number): number {
  return count < 0 ? 0 : 1 - poissonTail(count + 1, mean)
}

function lowerSum(upTo: number, mean: number): number {
  let sum = 0
  for (let n = 0; n <= upTo; n++) sum += Math.exp(n * Math.log(mean) - mean - logFactorial(n))
  return Math.min(1, sum)
}

/** P(X ≥ count) of `n` independent tries with chance `share`. Sums the tail, from its largest term on. */
export function binomialTail(count: number, n: number, share: number): number {
  if (count <= 0) return 1
  if (share <= 0 || count > n) return 0
  if (share >= 1) return 1
  // below the mean the lower part is the one that falls off
  if (count <= n * share) return 1 - binomialTail(n - count + 1, n, 1 - share)
  const logTerm =
    logFactorial(n) -
    logFactorial(count) -
    logFactorial(n - count) +
    count * Math.log(share) +
    (n - count) * Math.log(1 - share)
  let term = Math.exp(logTerm)
  let sum = 0
  for (let k = count; k <= n && term > sum * 1e-12; k++) {
    sum += term
    term *= ((n - k) / (k + 1)) * (share / (1 - share))
  }
  return Math.min(1, sum)
}

/**
 * Which of the hypotheses stand while at most the share `rate` of those that stand is false.
 *
 * @param ps of the hypotheses that were looked at; `total` counts those that were not, too
 * @see Y. Benjamini, Y. Hochberg, "Controlling the False Discovery Rate", JRSS B 57(1), 1995
 */
export function discoveries(
  ps: readonly number[],
  { rate, total }: { readonly rate: number; readonly total: number },
): readonly boolean[] {
  const sorted = [...ps].sort((a, b) => a - b)
  let bound = -1
  sorted.forEach((p, index) => {
    if (p <= (rate * (index + 1)) / Math.max(total, ps.length)) bound = p
  })
  return ps.map((p) => p <= bound)
}

/** Mean direction of times on a circle of length `cycle`. */
export interface Direction {
  /** Mean time within the cycle. */
  readonly phase: number
  /** Length of the mean direction, 0 to 1. */
  readonly strength: number
  /** Chance of so long a one if every phase is equally likely (Rayleigh). */
  readonly p: number
}

/**
 * Rayleigh's test for a preferred phase.
 *
 * @see J. H. Zar, "Biostatistical Analysis", section 27.1, for the approximation of p
 */
export function directionOf(times: readonly number[], cycle: number): Direction {
  let x = 0
  let y = 0
  for (const time of times) {
    const angle = (2 * Math.PI * (time % cycle)) / cycle
    x += Math.cos(angle)
    y += Math.sin(angle)
  }
  const n = times.length
  if (n === 0) return { phase: 0, strength: 0, p: 1 }
  const length = Math.min(n, Math.hypot(x, y))
  const angle = Math.atan2(y, x)
  const phase = ((angle < 0 ? angle + 2 * Math.PI : angle) / (2 * Math.PI)) * cycle
  const p = Math.exp(Math.sqrt(1 + 4 * n + 4 * (n * n - length * length)) - (1 + 2 * n))
  return { phase, strength: length / n, p: Math.min(1, p) }
}

/** Median; the mean of the middle two where their number is even; 0 of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? 0
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? 0)) / 2
}

/** 10th and 90th percentile of a Poisson rate that was seen `count` times: Jeffreys' Gamma posterior. */
export function rateInterval(count: number): { readonly low: number; readonly high: number } {
  const shape = count + 0.5
  // E. B. Wilson, M. M. Hilferty, "The Distribution of Chi-Square", PNAS 17(12), 1931
  const at = (z: number): number =>
    shape * Math.max(0, 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3
  return { low: at(-1.2816), high: at(1.2816) }
}
