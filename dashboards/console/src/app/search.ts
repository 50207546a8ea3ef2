/** The filters of the list as they stand in its address; what is usual is left out. */
import type { IncidentFilters, Showing } from '../api/queries.ts'

const SHOWING: readonly Showing[] = ['open', 'resolved', 'all']
const PRIORITIES = [1, 2, 3, 4, 5] as const

export interface ListSearch {
  readonly status?: Showing
  readonly priority?: 1 | 2 | 3 | 4 | 5
  readonly q?: string
}

/** Takes what an address holds; what does not fit is left out. */
export function readListSearch(given: Record<string, unknown>): ListSearch {
  const status = SHOWING.find((name) => name === given['status'] && name !== 'open')
  const priority = PRIORITIES.find((level) => level === Number(given['priority']))
  const words = given['q']
  const q = typeof words === 'string' || typeof words === 'number' ? `${words}` : ''
  return {
    ...(status === undefined ? {} : { status }),
    ...(priority === undefined ? {} : { priority }),
    ...(q === '' ? {} : { q }),
  }
}

export function toFilters({ status = 'open', ...rest }: ListSearch): IncidentFilters {
  return { status, ...rest }
}

/** The moment an incident is shown at; none: now. */
export interface IncidentSearch {
  readonly at?: string
}

export function readIncidentSearch({ at }: Record<string, unknown>): IncidentSearch {
  return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? { at } : {}
}
