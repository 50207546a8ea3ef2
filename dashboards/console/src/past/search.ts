/** The moment that a map shows, and the range it is chosen from, as they stand in its address. */
import { kept, textIn } from '../ui/search-params.ts'
import { type RangeSearch, readRange } from '../ui/time-range.ts'

export interface PastSearch extends RangeSearch {
  /** The moment that is shown; now unless given. */
  readonly at?: string
  /** The incident whose alerts the time line marks; everything unless given. */
  readonly of?: string
  readonly play?: true
}

/** Takes what an address holds; what does not fit is left out, and so is all of it without a range. */
export function readPast(given: Record<string, unknown>): PastSearch {
  const range = readRange(given)
  if (range.range === undefined && range.from === undefined) return {}
  const at = Date.parse(textIn(given, 'at') ?? '')
  return kept({
    ...range,
    at: Number.isNaN(at) ? undefined : new Date(at).toISOString(),
    of: textIn(given, 'of'),
    play: given['play'] === true || given['play'] === 'true' ? (true as const) : undefined,
  })
}

/** What closes the time line. */
export const NO_PAST = {
  ...{ range: undefined, from: undefined, to: undefined },
  ...{ at: undefined, of: undefined, play: undefined },
}
