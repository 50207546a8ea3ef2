/** What the console reads, under keys that the live stream can name. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import type {
  AlertPage,
  Article,
  CiPage,
  Incident,
  IncidentGraph,
  IncidentImpact,
  IncidentPage,
  IncidentStatus,
  IncidentSteps,
  Ledger,
  SourceSetUp,
  Sources,
  Stats,
  SuspectedChanges,
  Timeline,
} from './schema.d.ts'

/** First parts of the keys. */
export const KEYS = {
  incidents: 'incidents',
  incident: 'incident',
  incidentThen: 'incident-then',
  incidentGraph: 'incident-graph',
  timeline: 'timeline',
  problems: 'problems',
  problem: 'problem',
  alerts: 'alerts',
  alertFacets: 'alert-facets',
  alertNews: 'alert-news',
  alert: 'alert',
  changes: 'changes',
  stats: 'stats',
  storms: 'storms',
  ledger: 'ledger',
  sources: 'sources',
  deadLetters: 'dead-letters',
  deliveries: 'deliveries',
  ci: 'ci',
  cis: 'cis',
  mapThen: 'map-then',
  imports: 'imports',
  silences: 'silences',
  constraints: 'constraints',
  regroupings: 'regroupings',
  bindings: 'bindings',
  backtests: 'backtests',
  settings: 'settings',
  article: 'article',
  past: 'past',
} as const

export type Showing = 'open' | 'resolved' | 'all'

export interface IncidentFilters {
  readonly status: Showing
  readonly priority?: 1 | 2 | 3 | 4 | 5
  readonly q?: string
}

const STATUSES: Readonly<Record<Showing, readonly IncidentStatus[]>> = {
  open: ['provisional', 'open'],
  resolved: ['resolved', 'closed'],
  all: ['provisional', 'open', 'resolved', 'closed', 'merged'],
}

/** Whether a list with this filter holds incidents of this status. */
export function showsStatus(showing: Showing, status: IncidentStatus): boolean {
  return STATUSES[showing].includes(status)
}

const PAGE = 50

interface NextPage {
  readonly next?: string
}

export const paging = {
  initialPageParam: '',
  getNextPageParam: ({ next }: NextPage) => next,
}

export const incidentsQuery = ({ status, priority, q }: IncidentFilters) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: [KEYS.incidents, status, priority ?? null, q ?? ''],
    queryFn: ({ pageParam, signal }) =>
      request<IncidentPage>('/api/v1/incidents', {
        query: { limit: PAGE, cursor: pageParam, status: STATUSES[status].join(','), priority, q },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

const incidentPath = (id: string): string => `/api/v1/incidents/${encodeURIComponent(id)}`

/** As it is now, or was known at a moment: the past does not change, nor does the live stream touch it. */
const incidentKey = (id: string, at: string | undefined, ...part: readonly unknown[]) =>
  at === undefined ? [KEYS.incident, id, ...part] : [KEYS.incidentThen, id, at, ...part]
const staleMs = (at: string | undefined): number =>
  at === undefined ? 0 : Number.POSITIVE_INFINITY

/** Without its alerts: those come in pages. */
export const incidentQuery = (id: string, at?: string) =>
  queryOptions({
    queryKey: incidentKey(id, at),
    queryFn: ({ signal }) =>
      request<Incident>(incidentPath(id), { query: { alerts: 0, at }, signal }),
    staleTime: staleMs(at),
  })

/** Its alerts on the topology; while it changes it is read again less often than the incident. */
export const incidentGraphQuery = (id: string, at?: string) =>
  queryOptions({
    queryKey: at === undefined ? [KEYS.incidentGraph, id] : incidentKey(id, at, 'graph'),
    queryFn: ({ signal }) =>
      request<IncidentGraph>(`${incidentPath(id)}/graph`, { query: { at }, signal }),
    staleTime: staleMs(at),
    placeholderData: keepPreviousData,
  })

export interface AlertFilters {
  readonly at?: string | undefined
  readonly state?: 'firing' | 'resolved' | 'muted' | undefined
  readonly ci?: string | undefined
  readonly q?: string | undefined
}

export const incidentAlertsQuery = (id: string, { at, ...filters }: AlertFilters) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: incidentKey(id, at, 'alerts', filters),
    queryFn: ({ pageParam, signal }) =>
      request<AlertPage>(`${incidentPath(id)}/alerts`, {
        query: { ...filters, at, limit: 100, cursor: pageParam },
        signal,
      }),
    staleTime: staleMs(at),
    placeholderData: keepPreviousData,
  })

export const incidentStepsQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.incident, id, 'steps'],
    queryFn: ({ signal }) => request<IncidentSteps>(`${incidentPath(id)}/steps`, { signal }),
  })

export interface TimelineFilters {
  readonly only?: 'people' | 'incident' | undefined
  readonly until?: string | undefined
}

export const timelineQuery = (id: string, filters: TimelineFilters) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: [KEYS.timeline, id, filters],
    queryFn: ({ pageParam, signal }) =>
      request<Timeline>(`${incidentPath(id)}/timeline`, {
        query: { ...filters, limit: 100, cursor: pageParam, order: 'newest' },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

export const incidentImpactQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.incident, id, 'impact'],
    queryFn: ({ signal }) => request<IncidentImpact>(`${incidentPath(id)}/impact`, { signal }),
  })

/** Asked for anew when other changes are near. */
export const incidentChangesQuery = (id: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: [KEYS.changes, 'suspected', id, ...ids],
    queryFn: ({ signal }) => request<SuspectedChanges>(`${incidentPath(id)}/changes`, { signal }),
    enabled: ids.length > 0,
  })

/** CIs and articles change seldom: they are asked for once in a while. */
export const SELDOM_MS = 5 * 60_000

export const ciSearchQuery = (q: string) =>
  queryOptions({
    queryKey: [KEYS.ci, 'search', q],
    queryFn: ({ signal }) => request<CiPage>('/api/v1/cis', { query: { q, limit: 20 }, signal }),
    placeholderData: keepPreviousData,
    staleTime: SELDOM_MS,
  })

export const articleQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.article, id],
    queryFn: ({ signal }) =>
      request<Article>(`/api/v1/articles/${encodeURIComponent(id)}`, { signal }),
    staleTime: SELDOM_MS,
  })

export const statsQuery = () =>
  queryOptions({
    queryKey: [KEYS.stats],
    queryFn: ({ signal }) => request<Stats>('/api/v1/stats', { signal }),
  })

export const ledgerQuery = () =>
  queryOptions({
    queryKey: [KEYS.ledger],
    queryFn: ({ signal }) => request<Ledger>('/api/v1/ledger', { signal }),
  })

export const sourceSetUpQuery = (source: string) =>
  queryOptions({
    queryKey: [KEYS.sources, source, 'setup'],
    queryFn: ({ signal }) =>
      request<SourceSetUp>(`/api/v1/sources/${encodeURIComponent(source)}/setup`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const sourcesQuery = () =>
  queryOptions({
    queryKey: [KEYS.sources],
    queryFn: ({ signal }) => request<Sources>('/api/v1/sources', { signal }),
  })
