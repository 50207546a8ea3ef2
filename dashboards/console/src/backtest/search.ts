/** What the page shows, as it stands in its address. */
import { kept } from '../ui/search-params.ts'
import { type RangeSearch, readRange } from '../ui/time-range.ts'

export interface BacktestSearch extends RangeSearch {
  /** The run to look at; the newest unless given. */
  readonly id?: string
}

export function readBacktestSearch(given: Record<string, unknown>): BacktestSearch {
  const { id } = given
  return kept({ ...readRange(given), id: typeof id === 'string' ? id : undefined })
}
