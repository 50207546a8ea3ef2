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
  Service,
  ServiceMap,
  TopologyLive,
  TopologyMap,
  TopologySteps,
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

/** As it is now, or was at a moment: the past does not change, nor does the live stream touch it. */
const mapKey = (at: string | undefined, ...part: readonly unknown[]) =>
  at === undefined ? [KEYS.cis, ...part] : [KEYS.mapThen, at, ...part]
/** A range that is played has many moments: they are not kept for long. */
const thenOr = (at: string | undefined) =>
  at === undefined ? {} : { staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000 }

export const neighbourhoodQuery = (id: string, hops: number, at?: string) =>
  queryOptions({
    queryKey: mapKey(at, 'around', id, hops),
    queryFn: ({ signal }) =>
      request<Neighbourhood>(`${pathOf(id)}/neighbourhood`, { query: { hops, at }, signal }),
    placeholderData: keepPreviousData,
    ...thenOr(at),
  })

interface Bounds {
  readonly from: number
  readonly to: number
}

export const topologyStepsQuery = ({ from, to }: Bounds, incident?: string) =>
  queryOptions({
    queryKey: [KEYS.mapThen, 'steps', from, to, incident ?? null],
    queryFn: ({ signal }) =>
      request<TopologySteps>('/api/v1/topology/steps', {
        query: {
          from: new Date(from).toISOString(),
          to: new Date(to).toISOString(),
          incident,
        },
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
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

export const serviceMapQuery = (at?: string) =>
  queryOptions({
    queryKey: mapKey(at, 'services'),
    queryFn: ({ signal }) => request<ServiceMap>('/api/v1/services', { query: { at }, signal }),
    placeholderData: keepPreviousData,
    ...thenOr(at),
  })

export const serviceQuery = (id: string, at?: string) =>
  queryOptions({
    queryKey: mapKey(at, 'service', id),
    queryFn: ({ signal }) =>
      request<Service>(`/api/v1/services/${encodeURIComponent(id)}`, { query: { at }, signal }),
    ...thenOr(at),
  })

/** Large, and the same until the CMDB changes: what is live says when. */
export const topologyMapQuery = () =>
  queryOptions({
    queryKey: [KEYS.ci, 'map'],
    queryFn: ({ signal }) => request<TopologyMap>('/api/v1/topology/map', { signal }),
    staleTime: SELDOM_MS,
  })

export const topologyLiveQuery = (at?: string) =>
  queryOptions({
    queryKey: mapKey(at, 'live'),
    queryFn: ({ signal }) =>
      request<TopologyLive>('/api/v1/topology/live', { query: { at }, signal }),
    placeholderData: keepPreviousData,
    ...thenOr(at),
  })
