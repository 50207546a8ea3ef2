/** Imports into the CMDB: uploaded, looked at, confirmed, undone. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS } from './queries.ts'
import type {
  CmdbFormatPage,
  CmdbSourcePage,
  Import,
  ImportInput,
  ImportPage,
  ImportSummary,
} from './schema.d.ts'

const IMPORTS = '/api/v1/cmdb/imports'
const SOURCES = '/api/v1/cmdb/sources'
/** While one goes on, and otherwise: a schedule or somebody else may start one. */
const LOOK_MS = 500
const REST_MS = 15_000

const pathOf = (id: string): string => `${IMPORTS}/${encodeURIComponent(id)}`

export const goesOn = ({ state }: Pick<ImportSummary, 'state'>): boolean =>
  state === 'waiting' || state === 'reading' || state === 'applying'

export const importsQuery = () =>
  queryOptions({
    queryKey: [KEYS.imports],
    queryFn: ({ signal }) => request<ImportPage>(IMPORTS, { signal }),
    refetchInterval: ({ state }) => ((state.data?.items ?? []).some(goesOn) ? LOOK_MS : REST_MS),
  })

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.imports, id],
    queryFn: ({ signal }) => request<Import>(pathOf(id), { signal }),
    refetchInterval: ({ state }) =>
      state.data === undefined || goesOn(state.data) ? LOOK_MS : REST_MS,
    retry: false,
  })

export const cmdbSourcesQuery = () =>
  queryOptions({
    queryKey: [KEYS.imports, 'sources'],
    queryFn: ({ signal }) => request<CmdbSourcePage>(SOURCES, { signal }),
    refetchInterval: ({ state }) =>
      (state.data?.items ?? []).some(({ pull }) => pull?.running === true) ? LOOK_MS : REST_MS,
  })

export const formatsQuery = () =>
  queryOptions({
    queryKey: [KEYS.imports, 'formats'],
    queryFn: ({ signal }) => request<CmdbFormatPage>('/api/v1/cmdb/formats', { signal }),
  })

export function useStartImport() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: ImportInput) => request<Import>(IMPORTS, { body }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.imports] }),
  })
}

export function useImportAction(action: 'confirm' | 'undo') {
  const client = useQueryClient()
  return useMutation({
    // an undo is looked at first, as any import is
    mutationFn: (id: string) =>
      request<Import>(`${pathOf(id)}/${action}`, {
        body: action === 'undo' ? { dryRun: true } : {},
      }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.imports] }),
  })
}

/** Reads a source by its API now; answers with the import that it is. */
export function usePull() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (source: string) =>
      request<Import>(`${SOURCES}/${encodeURIComponent(source)}/pull`, { body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.imports] }),
  })
}
