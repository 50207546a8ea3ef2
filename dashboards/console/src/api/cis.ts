/** What the pages about CIs read. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS, paging, SELDOM_MS } from './queries.ts'
import type {
  AlertPage,
  BlastRadius,
  ChangePage,
  CiBindings,
  CiDetail,
  CiFacets,
  CiPage,
  CiProvenance,
  IncidentPage,
  Neighbourhood,
  ProblemPage,
  ProblemSummary,
  ServiceMap,
  TopologyLive,
  TopologyMap,
} from './schema.d.ts'

export const CI_SORTS = ['firing', 'name', 'class', 'criticality'] as const
export type CiSort = (typeof CI_SORTS)[number]

export const CI_FACETS = ['class', 'environment', 'owner', 'status'] as const
export type CiFacet = (typeof CI_FACETS)[number]

export interface CiFilters extends Partial<Readonly<Record<CiFacet, readonly string[]>>> {
  readonly q?: string
  readonly firing?: true
  readonly sort?: CiSort
}

function queryOf({ sort: _sort, firing, ...filters }: CiFilters) {
  return { ...filters, firing: firing === undefined ? undefined : 'true' }
}

export const cisQuery = (filters: CiFilters) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: [KEYS.cis, 'list', filters],
    queryFn: ({ pageParam, signal }) =>
      request<CiPage>('/api/v1/cis', {
        query: {
          ...queryOf(filters),
          sort: filters.sort ?? 'firing',
          limit: 100,
          cursor: pageParam,
        },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

export const ciFacetsQuery = (filters: CiFilters) =>
  queryOptions({
    queryKey: [KEYS.cis, 'facets', queryOf(filters)],
    queryFn: ({ signal }) =>
      request<CiFacets>('/api/v1/ci-facets', { query: queryOf(filters), signal }),
    placeholderData: keepPreviousData,
  })

const pathOf = (id: string): string => `/api/v1/cis/${encodeURIComponent(id)}`

export const ciDetailQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.cis, 'one', id],
    queryFn: ({ signal }) => request<CiDetail>(pathOf(id), { signal }),
  })

export const ciIncidentsQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.cis, 'incidents', id],
    queryFn: ({ signal }) =>
      request<IncidentPage>(`${pathOf(id)}/incidents`, { query: { limit: 50 }, signal }),
  })

export const neighbourhoodQuery = (id: string, hops: number) =>
  queryOptions({
    queryKey: [KEYS.cis, 'around', id, hops],
    queryFn: ({ signal }) =>
      request<Neighbourhood>(`${pathOf(id)}/neighbourhood`, { query: { hops }, signal }),
    placeholderData: keepPreviousData,
  })

export const ciAlertsQuery = (id: string) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: [KEYS.cis, 'alerts', id],
    queryFn: ({ pageParam, signal }) =>
      request<AlertPage>('/api/v1/alerts', {
        query: { ci: id, limit: 30, cursor: pageParam },
        signal,
      }),
  })

export const ciChangesQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.changes, 'of', id],
    queryFn: ({ signal }) =>
      request<ChangePage>('/api/v1/changes', { query: { ci: id, limit: 20 }, signal }),
  })

export const blastRadiusQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.cis, 'blast-radius', id],
    queryFn: ({ signal }) => request<BlastRadius>(`${pathOf(id)}/blast-radius`, { signal }),
    placeholderData: keepPreviousData,
  })

export const ciBindingsQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.cis, 'bindings', id],
    queryFn: ({ signal }) => request<CiBindings>(`${pathOf(id)}/bindings`, { signal }),
  })

/** What sources say of a CI changes with imports only. */
export const provenanceQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.ci, 'provenance', id],
    queryFn: ({ signal }) => request<CiProvenance>(`${pathOf(id)}/provenance`, { signal }),
  })

/** Problems of which it is the root, or the service, the most expensive first. */
export const ciProblemsQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.problems, 'of', id],
    queryFn: async ({ signal }): Promise<readonly ProblemSummary[]> => {
      const pages = await Promise.all(
        (['ci', 'service'] as const).map((by) =>
          request<ProblemPage>('/api/v1/problems', { query: { [by]: id, limit: 20 }, signal }),
        ),
      )
      const all = pages.flatMap(({ items }) => items)
      return [...new Map(all.map((one) => [one.id, one])).values()]
    },
  })

export const serviceMapQuery = () =>
  queryOptions({
    queryKey: [KEYS.cis, 'services'],
    queryFn: ({ signal }) => request<ServiceMap>('/api/v1/services', { signal }),
  })

/** Large, and the same until the CMDB changes: what is live says when. */
export const topologyMapQuery = () =>
  queryOptions({
    queryKey: [KEYS.ci, 'map'],
    queryFn: ({ signal }) => request<TopologyMap>('/api/v1/topology/map', { signal }),
    staleTime: SELDOM_MS,
  })

export const topologyLiveQuery = () =>
  queryOptions({
    queryKey: [KEYS.cis, 'live'],
    queryFn: ({ signal }) => request<TopologyLive>('/api/v1/topology/live', { signal }),
  })
