/** What the pages of alerts read. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from '../api/client.ts'
import { KEYS } from '../api/queries.ts'
import type { AlertEpisodes, AlertFacets, AlertHistory, AlertPage } from '../api/schema.d.ts'
import { type AlertSearch, toQuery } from './search.ts'

const PAGE = 100

export const alertsQuery = (search: AlertSearch) =>
  infiniteQueryOptions({
    queryKey: [KEYS.alerts, search],
    initialPageParam: '',
    getNextPageParam: ({ next }: AlertPage) => next,
    queryFn: ({ pageParam, signal }) =>
      request<AlertPage>('/api/v1/alerts', {
        query: { ...toQuery(search, Date.now()), limit: PAGE, cursor: pageParam },
        signal,
      }),
    placeholderData: keepPreviousData,
    // a long list is not read anew because a window came to the front
    refetchOnWindowFocus: false,
  })

export const facetsQuery = (search: AlertSearch) =>
  queryOptions({
    queryKey: [KEYS.alertFacets, search],
    queryFn: ({ signal }) =>
      request<AlertFacets>('/api/v1/alerts/facets', {
        query: toQuery(search, Date.now()),
        signal,
      }),
    placeholderData: keepPreviousData,
  })

export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.alert, id],
    queryFn: ({ signal }) =>
      request<AlertEpisodes>(`/api/v1/alerts/${encodeURIComponent(id)}`, { signal }),
  })

export const historyQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.alert, id, 'history'],
    queryFn: ({ signal }) =>
      request<AlertHistory>(`/api/v1/alerts/${encodeURIComponent(id)}/history`, { signal }),
  })
