/**
 * How well points lie in their clusters.
 *
 * @see P. J. Rousseeuw, "Silhouettes", J. Comput. Appl. Math. 20, 1987
 */

/** Points as vectors of one length. */
export type Points = readonly (readonly number[])[]

/**
 * The silhouette of every point, -1 to 1: `(b - a) / max(a, b)`, with `a` its mean distance to its own
 * cluster and `b` that to the nearest other one; 0 for the only point of a cluster, and where there is
 * one cluster. O(points² · dimensions)
 *
 * @param clusters number of the cluster of each point, from 0
 */
export function silhouettesOf(points: Points, clusters: readonly number[]): readonly number[] {
  const sizes: number[] = []
  for (const cluster of clusters) sizes[cluster] = (sizes[cluster] ?? 0) + 1
  return points.map((point, index) => {
    const own = clusters[index] ?? 0
    const sums: number[] = sizes.map(() => 0)
    points.forEach((other, at) => {
      const cluster = clusters[at] ?? 0
      if (at !== index) sums[cluster] = (sums[cluster] ?? 0) + distance(point, other)
    })
    const size = sizes[own] ?? 0
    if (size < 2) return 0
    const a = (sums[own] ?? 0) / (size - 1)
    let b = Number.POSITIVE_INFINITY
    sizes.forEach((n, cluster) => {
      if (cluster !== own && n > 0) b = Math.min(b, (sums[cluster] ?? 0) / n)
    })
    const longer = Math.max(a, b)
    return longer === 0 || !Number.isFinite(b) ? 0 : (b - a) / longer
  })
}

/** Mean of numbers, 0 of none. */
export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

function distance(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2
  return Math.sqrt(sum)
}
