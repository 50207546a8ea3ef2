/** What the overview reads; the live stream makes all of it fresh again by its first key. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from '../api/client.ts'
import { KEYS } from '../api/queries.ts'
import type { LiveStats, RangeStats, SeriesStats, TalkerStats } from '../api/schema.d.ts'
import { boundsOf, type RangeSearch } from '../ui/time-range.ts'

export const liveStatsQuery = () =>
  queryOptions({
    queryKey: [KEYS.stats, 'live'],
    queryFn: ({ signal }) => request<LiveStats>('/api/v1/stats/live', { signal }),
  })

function overRange<Figures>(name: string, search: RangeSearch) {
  return queryOptions({
    queryKey: [KEYS.stats, name, search],
    queryFn: ({ signal }) =>
      request<Figures>(`/api/v1/stats/${name}`, { query: boundsOf(search, Date.now()), signal }),
    placeholderData: keepPreviousData,
    // "the last hour" moves on without an event
    refetchInterval: 60_000,
  })
}

export const rangeStatsQuery = (search: RangeSearch) => overRange<RangeStats>('range', search)
export const talkerStatsQuery = (search: RangeSearch) => overRange<TalkerStats>('talkers', search)
export const seriesStatsQuery = (search: RangeSearch) => overRange<SeriesStats>('series', search)
