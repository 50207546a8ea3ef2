/** A range of time as it stands in an address: one of the usual ones up to now, or two instants. */

export const RANGES = ['1h', '24h', '7d', '30d'] as const
export type RangeName = (typeof RANGES)[number]

export interface RangeSearch {
  readonly range?: RangeName
  readonly from?: string
  readonly to?: string
}

const HOUR_MS = 3_600_000
const LENGTH_MS: Readonly<Record<RangeName, number>> = {
  '1h': HOUR_MS,
  '24h': 24 * HOUR_MS,
  '7d': 7 * 24 * HOUR_MS,
  '30d': 30 * 24 * HOUR_MS,
}

function instant(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString()
}

/** Takes what an address holds; what does not fit is left out, and instants win over a name. */
export function readRange(given: Record<string, unknown>): RangeSearch {
  const from = instant(given['from'])
  const to = instant(given['to'])
  if (from !== undefined && (to === undefined || from < to))
    return to === undefined ? { from } : { from, to }
  const range = RANGES.find((name) => name === given['range'])
  return range === undefined ? {} : { range }
}

/** The bounds to ask the API for: `to` is left out where it is now. */
export function boundsOf(
  { range, from, to }: RangeSearch,
  now: number,
): { readonly from?: string; readonly to?: string } {
  if (from !== undefined) return to === undefined ? { from } : { from, to }
  if (range === undefined) return {}
  return { from: new Date(now - LENGTH_MS[range]).toISOString() }
}
