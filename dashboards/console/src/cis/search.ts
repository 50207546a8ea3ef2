/** The filters of the list of CIs as they stand in its address. */
import { CI_SORTS, type CiFilters } from '../api/cis.ts'
import { type PastSearch, readPast } from '../past/search.ts'
import { kept, oneOfIn, textIn, textsIn } from '../ui/search-params.ts'

/** Takes what an address holds; what does not fit is left out. */
export function readCiSearch(given: Record<string, unknown>): CiFilters {
  const sort = oneOfIn(given, 'sort', CI_SORTS)
  return kept({
    q: textIn(given, 'q'),
    class: textsIn(given, 'class'),
    environment: textsIn(given, 'environment'),
    owner: textsIn(given, 'owner'),
    status: textsIn(given, 'status'),
    firing: given['firing'] === true || given['firing'] === 'true' ? (true as const) : undefined,
    sort: sort === 'firing' ? undefined : sort,
  })
}

const HOPS = [1, 2, 3, 4] as const

/** Of its neighbourhood. */
export interface OneCiSearch extends PastSearch {
  /** How far its neighbourhood is drawn; 2 unless given. */
  readonly hops?: 1 | 3 | 4
}

export function readOneCiSearch(given: Record<string, unknown>): OneCiSearch {
  const hops = HOPS.find((one) => one === Number(given['hops']))
  return { ...readPast(given), ...(hops === undefined || hops === 2 ? {} : { hops }) }
}
