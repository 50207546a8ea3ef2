/** What is asked before a silence or window is made. */
import type { Matcher, MuteInput, RecurrenceInput } from '../api/schema.d.ts'
import { readTimes, type Times } from './draft-times.ts'

interface Previewed {
  readonly kind: NonNullable<MuteInput['kind']>
  readonly matchers: readonly Matcher[]
  readonly cis: readonly string[]
  readonly services: readonly string[]
  readonly times: Times
  /** Null: once. */
  readonly recurs: RecurrenceInput | null
}

/**
 * The same for the same fields, whatever the time, as it is asked whenever it changes; null while it
 * repeats and its times cannot be read.
 */
export function toPreviewed({
  kind,
  cis,
  services,
  recurs,
  ...fields
}: Previewed): MuteInput | null {
  const matchers = [...fields.matchers]
  if (kind === 'silence') return { kind, matchers, cis: [] }
  const about = { kind, matchers, cis: [...cis], services: [...services] }
  if (recurs === null) return about
  const times = readTimes(fields.times)
  return times === null ? null : { ...about, ...times, recurs }
}
