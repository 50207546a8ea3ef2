/** Times as tools write them: RFC 3339 and its looser relatives, and counts since 1970. */
import type { EpochMs } from '../src/core/time.ts'
import { parseRfc3339, SECOND } from '../src/core/time.ts'
import type { Reading } from './fields.ts'
import { checkAheadAt, kindOf, MAX_AHEAD, quoted } from './fields.ts'

/** Year 10000: what is later cannot be written as RFC 3339. */
const END_OF_TIME = 253_402_300_800_000

/** What a time without an offset is in; `unknown`: it says nothing, and the arrival stands in. */
export type Zone = 'utc' | 'unknown'

/**
 * A time of a report. `undefined`: absent, null, empty, zero or less, Go's year 1, or not a time, which is
 * noted: an alert is worth more than its exact start. One further ahead than clocks drift rejects
 * the item.
 */
export function readMoment(
  reading: Reading,
  path: readonly PropertyKey[],
  value: unknown,
  zone: Zone = 'unknown',
): EpochMs | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const time = typeof value === 'number' ? ofCount(value) : ofText(value, zone)
  if (time === null) return undefined
  if (time === undefined) {
    const given = typeof value === 'string' ? quoted(value) : kindOf(value)
    reading.notes.push(`\`${path.map(String).join('.')}\` was left out: ${given} is not a time.`)
    return undefined
  }
  checkAheadAt(reading, path, time, MAX_AHEAD)
  return time
}

const COUNT = /^\d+(?:\.\d+)?$/
/** `2026-03-01 10:00:00 +0100`, `… UTC`, `… +0000 UTC` as GitLab, Splunk and Go print them. */
const SPACED =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d+)?) ?([+-]\d\d:?\d\d|Z|UTC|GMT)?(?: UTC)?$/
/** `Sun Mar  1 10:00:00 UTC 2026`, as `date` prints it in the C locale. */
const C_DATE = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (?:UTC|GMT) (\d{4})$/
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'

function ofText(value: unknown, zone: Zone): EpochMs | null | undefined {
  if (typeof value !== 'string') return undefined
  const text = value.trim()
  if (COUNT.test(text)) return ofCount(Number(text))
  const plain = parseRfc3339(text)
  if (plain !== undefined) return plain
  const c = C_DATE.exec(text)
  if (c !== null) {
    const month = MONTHS.indexOf(c[1] ?? '?') / 3 + 1
    return parseRfc3339(`${c[4]}-${pad(month)}-${pad(Number(c[2]))}T${c[3]}Z`)
  }
  const spaced = SPACED.exec(text)
  if (spaced === null) return undefined
  const [, day, time, offset] = spaced
  if (offset === undefined && zone === 'unknown') return undefined
  const written = offset === undefined || /^[ZUG]/.test(offset) ? 'Z' : offset
  return parseRfc3339(`${day}T${time}${written}`)
}

function pad(count: number): string {
  return String(count).padStart(2, '0')
}

/** Seconds, milli-, micro- or nanoseconds since 1970: from 1973 on their sizes do not overlap. */
function ofCount(count: number): EpochMs | null | undefined {
  if (count <= 0) return null
  const ms =
    count < 1e11 ? count * SECOND : count < 1e14 ? count : count < 1e17 ? count / 1e3 : count / 1e6
  return Number.isFinite(ms) && ms < END_OF_TIME ? Math.floor(ms) : undefined
}
