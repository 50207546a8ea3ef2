/** Numbers as people read them, and tables of them. */

/** Of sorted values; 0 for none. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

/** Several measurements of one thing. */
export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  return { median: quantile(sorted, 0.5), min: sorted[0] ?? 0, max: sorted.at(-1) ?? 0 }
}

/** `12,345`, `123`, `12.3`, `1.23`: about three digits. */
export function short(value: number): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en-US', {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  })
}

/** `12.3k`, `987`: for rates. */
function brief(value: number): string {
  return value >= 10_000 ? `${short(value / 1000)}k` : short(value)
}

/** `12.3k (11.0k–12.9k)` */
export function ranged({ median, min, max }: Spread): string {
  return `${brief(median)} (${brief(min)}–${brief(max)})`
}

/** `0.71× (0.65–0.80)` */
export function ratio({ median, min, max }: Spread): string {
  return `${median.toFixed(2)}× (${min.toFixed(2)}–${max.toFixed(2)})`
}

/** Rows in columns: the first one left, the others right; the first row is the head. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = []
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  }
  const lines = rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  const [head = '', ...rest] = lines
  return [head, '-'.repeat(head.length), ...rest].join('\n')
}
