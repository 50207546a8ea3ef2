/** Means of what was measured. */
export function mean(list: readonly number[]): number {
  return list.length === 0 ? Number.NaN : list.reduce((sum, one) => sum + one, 0) / list.length
}
