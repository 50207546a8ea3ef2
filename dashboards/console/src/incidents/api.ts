/** What the list of incidents reads, and what it does to many of them. */
import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { request } from '../api/client.ts'
import { readIncidentsAgain } from '../api/commands.ts'
import type {
  BulkAnswer,
  BulkCommand,
  IncidentFacets,
  IncidentPage,
  IncidentView,
  IncidentViewInput,
  IncidentViewQuery,
  IncidentViews,
} from '../api/schema.d.ts'

/** First parts of the keys; the lists look after their freshness themselves (list-state.ts). */
export const LIST = 'incident-list'
export const FACETS = 'incident-facets'
const VIEWS = 'incident-views'

export type ListData = InfiniteData<IncidentPage>

/** Rows of the first page, which is painted first, and of the ones after it. */
const FIRST_PAGE = 50
const NEXT_PAGE = 200

type Params = Readonly<Record<string, string | number | readonly string[] | undefined>>

/** A query as parameters of the API. */
export function toParams({ status, priority, severity, ...query }: IncidentViewQuery): Params {
  const { acknowledged, stale, flapping, edited, ...rest } = query
  const flags = Object.entries({ acknowledged, stale, flapping, edited })
  return {
    ...rest,
    status: status?.join(),
    priority: priority?.join(),
    severity: severity?.join(),
    ...Object.fromEntries(flags.map(([name, value]) => [name, value?.toString()])),
  }
}

export function fetchPage(
  query: IncidentViewQuery,
  cursor: string,
  signal?: AbortSignal,
): Promise<IncidentPage> {
  const limit = cursor === '' ? FIRST_PAGE : NEXT_PAGE
  return request<IncidentPage>('/api/v1/incidents', {
    query: { ...toParams(query), limit, cursor },
    signal,
  })
}

/** Of these incidents, those that the query lists now. */
export async function fetchAmong(query: IncidentViewQuery, ids: readonly string[]) {
  const { items } = await request<IncidentPage>('/api/v1/incidents', {
    query: { ...toParams(query), limit: ids.length, id: ids },
  })
  return items
}

export const listQuery = (query: IncidentViewQuery) =>
  infiniteQueryOptions({
    queryKey: [LIST, query],
    queryFn: ({ pageParam, signal }) => fetchPage(query, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }: IncidentPage) => next,
    placeholderData: keepPreviousData,
    // the list follows the live stream by itself
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: 'always',
  })

export interface Finding {
  readonly facet: IncidentFacets['facets'][number]['name']
  readonly find: string
}

export const facetsQuery = (query: IncidentViewQuery, finding?: Finding) => {
  // the order does not change what there is
  const { sort: _order, ...conditions } = query
  return queryOptions({
    queryKey: [FACETS, conditions, finding ?? null],
    queryFn: ({ signal }) =>
      request<IncidentFacets>('/api/v1/incidents/facets', {
        query: { ...toParams(conditions), values: 20, ...finding },
        signal,
      }),
    placeholderData: keepPreviousData,
  })
}

export const viewsQuery = () =>
  queryOptions({
    queryKey: [VIEWS],
    queryFn: ({ signal }) => request<IncidentViews>('/api/v1/incident-views', { signal }),
    staleTime: 60_000,
  })

export function useSaveView() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: IncidentViewInput) =>
      request<IncidentView>('/api/v1/incident-views', { body }),
    onSettled: () => client.invalidateQueries({ queryKey: [VIEWS] }),
  })
}

export function useDeleteView() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      request<IncidentView>(`/api/v1/incident-views/${encodeURIComponent(id)}/delete`, {
        body: {},
      }),
    onSettled: () => client.invalidateQueries({ queryKey: [VIEWS] }),
  })
}

export function useBulk() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: BulkCommand) => request<BulkAnswer>('/api/v1/incidents/bulk', { body }),
    onSettled: () => readIncidentsAgain(client),
  })
}
