/** When a silence or window begins and ends, as the form has it: in the viewer's zone. */

export interface Times {
  /** As the field has it; null: at once, or as it began. */
  readonly start: string | null
  readonly end: string
  /** It has begun: then only its end can be moved. */
  readonly begun: string | null
  /** Its end before it was made to repeat. */
  readonly endOnce: string | null
}

/** As the API has them. */
interface Span {
  readonly startsAt?: string
  readonly endsAt: string
}

const MINUTE_MS = 60_000
const YEAR_MS = 365 * 86_400_000
/** What is muted once is so for this long, unless somebody says otherwise. */
export const ONCE_MS = 2 * 3_600_000

/** `2026-03-01T10:00` in the viewer's zone, as the field wants it. */
export function toField(at: number): string {
  const local = new Date(at - new Date(at).getTimezoneOffset() * MINUTE_MS)
  return local.toISOString().slice(0, 16)
}

/** The fields of a draft, or of one there is. */
export function timesOf({ startsAt, endsAt }: Span): Times {
  const end = toField(Date.parse(endsAt))
  if (startsAt === undefined) return { start: null, end, begun: null, endOnce: null }
  const hasBegun = Date.parse(startsAt) <= Date.now()
  return hasBegun
    ? { start: null, end, begun: startsAt, endOnce: null }
    : { start: toField(Date.parse(startsAt)), end, begun: null, endOnce: null }
}

/** What the API is told; null where a field is empty or half written. */
export function readTimes({ start, end, begun }: Times): Span | null {
  const startsAt = start === null ? begun : readField(start)
  const endsAt = readField(end)
  if (endsAt === null || (start !== null && startsAt === null)) return null
  return { ...(startsAt === null ? {} : { startsAt }), endsAt }
}

function readField(field: string): string | null {
  const at = Date.parse(field)
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}

/** What repeats does so for a year, unless it says otherwise. */
export function repeated(times: Times, now: number): Times {
  return { ...times, end: toField(now + YEAR_MS), endOnce: times.end }
}

/** Nobody means to mute without a break for as long as it would have repeated. */
export function once(times: Times, now: number): Times {
  const { start, endOnce } = times
  const from = start === null ? now : Date.parse(start)
  const end = endOnce ?? toField((Number.isNaN(from) ? now : from) + ONCE_MS)
  return { ...times, end, endOnce: null }
}
