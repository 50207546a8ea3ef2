/**
 * Times of the core: whole milliseconds since 1970-01-01T00:00:00Z. The only file of the core that
 * may name `Date`, and only for its two pure uses: reading and printing a given instant.
 */
export type EpochMs = number

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** RFC 3339 in UTC with milliseconds, e.g. `2026-03-01T10:00:12.345Z`. */
export function toRfc3339(at: EpochMs): string {
  return new Date(at).toISOString()
}

const RFC3339 = /^(\d{4})-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:[Zz]|[+-]\d{2}:?\d{2})$/

/**
 * Reads an RFC 3339 instant (any fraction, any offset; fractions below 1 ms are cut off).
 * Year 1 is Go's zero time and means "unset".
 *
 * @returns the instant; `null` for Go's zero time; `undefined` where the text is not RFC 3339
 */
export function parseRfc3339(text: string): EpochMs | null | undefined {
  const match = RFC3339.exec(text)
  if (match === null) return undefined
  if (match[1] === '0001') return null
  const cut = text
    .replace(',', '.')
    .replace(/(\.\d{3})\d+/, '$1')
    .replace(' ', 'T')
  const at = Date.parse(cut)
  return Number.isNaN(at) ? undefined : at
}

/** A length of time in words, in s below two minutes and in min from there. */
export function formatSpan(ms: number): string {
  return ms < 120 * SECOND ? `${(ms / SECOND).toFixed(0)} s` : `${(ms / MINUTE).toFixed(0)} min`
}
