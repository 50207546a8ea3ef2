/** Silences and maintenance windows: read, tried out, written. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS, paging } from './queries.ts'
import type {
  ChangeCalendar,
  ChangeLift,
  ChangeSource,
  ChangeSourcePage,
  MaintenanceInput,
  MuteInput,
  MutePreview,
  Silence,
  SilenceInput,
  SilencePage,
  TurnMoveInput,
  TurnRestoreInput,
  TurnSkipInput,
} from './schema.d.ts'

export type Kind = Silence['kind']
export type SilenceState = Silence['state']

const PATHS: Readonly<Record<Kind, string>> = {
  silence: '/api/v1/silences',
  maintenance: '/api/v1/maintenance',
}

export interface SilenceFilters {
  readonly kind: Kind
  readonly state: SilenceState
  readonly q?: string
}

/** Nobody says when one begins or is changed elsewhere while nothing fires: looked at now and then. */
const LOOK_MS = 5000

export const silencesQuery = ({ kind, state, q }: SilenceFilters) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: [KEYS.silences, kind, state, q ?? ''],
    queryFn: ({ pageParam, signal }) =>
      request<SilencePage>(PATHS[kind], {
        query: { state, q, limit: 50, cursor: pageParam },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS,
  })

export const changeCalendarQuery = () =>
  queryOptions({
    queryKey: [KEYS.changes, 'calendar'],
    queryFn: ({ signal }) => request<ChangeCalendar>('/api/v1/changes/calendar', { signal }),
    refetchInterval: LOOK_MS,
  })

const SOURCES = '/api/v1/changes/sources'
/** While one is read. */
const SOON_MS = 500

export const changeSourcesQuery = () =>
  queryOptions({
    queryKey: [KEYS.changes, 'sources'],
    queryFn: ({ signal }) => request<ChangeSourcePage>(SOURCES, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ running }) => running) === true ? SOON_MS : LOOK_MS,
  })

/** Reads a service desk for its changes now. */
export function usePullChanges() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (source: string) =>
      request<ChangeSource>(`${SOURCES}/${encodeURIComponent(source)}/pull`, { body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.changes] }),
  })
}

/** Windows that name a CI and are not over. */
export const windowsOfCiQuery = (ci: string) =>
  queryOptions({
    queryKey: [KEYS.silences, 'of', ci],
    queryFn: ({ signal }) =>
      request<SilencePage>(PATHS.maintenance, {
        query: { ci, state: 'active,pending', limit: 20 },
        signal,
      }),
  })

export const silenceQuery = (kind: Kind, id: string) =>
  queryOptions({
    queryKey: [KEYS.silences, 'one', kind, id],
    queryFn: ({ signal }) =>
      request<Silence>(`${PATHS[kind]}/${encodeURIComponent(id)}`, { signal }),
  })

/** What it would mute at this moment. */
export const previewQuery = (input: MuteInput) =>
  queryOptions({
    queryKey: [KEYS.silences, 'preview', input],
    queryFn: ({ signal }) =>
      request<MutePreview>('/api/v1/silences/preview', { body: input, signal }),
    placeholderData: keepPreviousData,
    retry: false,
  })

export type Wanted =
  | { readonly kind: 'silence'; readonly input: SilenceInput }
  | { readonly kind: 'maintenance'; readonly input: MaintenanceInput }

function useReadAgain(): () => Promise<unknown> {
  const client = useQueryClient()
  return () =>
    Promise.all(
      [KEYS.silences, KEYS.cis, KEYS.stats, KEYS.changes].map((key) =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    )
}

/** Makes one, or changes the one whose id is given. */
export function useWriteSilence() {
  return useMutation({
    mutationFn: ({ kind, input }: Wanted) => request<Silence>(PATHS[kind], { body: input }),
    onSettled: useReadAgain(),
  })
}

/** Ends one now. */
export function useExpire() {
  return useMutation({
    mutationFn: ({ kind, id }: Pick<Silence, 'kind' | 'id'>) =>
      request<Silence>(`${PATHS[kind]}/${encodeURIComponent(id)}/expire`, { body: {} }),
    onSettled: useReadAgain(),
  })
}

/** What is asked of one time of a recurring window. */
export type TurnAsked =
  | ({ readonly verb: 'skip' } & TurnSkipInput)
  | ({ readonly verb: 'move' } & TurnMoveInput)
  | ({ readonly verb: 'restore' } & TurnRestoreInput)

/** Skips or moves one time of a recurring window, or takes that back. */
export function useTurn(id: string) {
  return useMutation({
    mutationFn: ({ verb, ...body }: TurnAsked) =>
      request<Silence>(`${PATHS.maintenance}/${encodeURIComponent(id)}/${verb}`, { body }),
    onSettled: useReadAgain(),
  })
}

/** Says that the window of a planned change does not count, or that it does after all. */
export function useLift() {
  return useMutation({
    mutationFn: ({ id, verb }: { readonly id: string; readonly verb: 'lift' | 'restore' }) =>
      request<ChangeLift>(`/api/v1/changes/${encodeURIComponent(id)}/${verb}`, { body: {} }),
    onSettled: useReadAgain(),
  })
}
