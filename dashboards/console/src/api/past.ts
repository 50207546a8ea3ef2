/** Incidents of other tools that are over: given as files, looked at, applied, taken back. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS } from './queries.ts'
import type { PastFormats, PastImport, PastImportInput, PastImportRuns } from './schema.d.ts'

const PATH = '/api/v1/past-incidents'

export const pastFormatsQuery = () =>
  queryOptions({
    queryKey: [KEYS.past, 'formats'],
    queryFn: ({ signal }) => request<PastFormats>(`${PATH}/formats`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const pastImportsQuery = () =>
  queryOptions({
    queryKey: [KEYS.past, 'imports'],
    queryFn: ({ signal }) => request<PastImportRuns>(`${PATH}/imports`, { signal }),
  })

/** Optional parts are those that the server fills in. */
export type PastGiven = Pick<PastImportInput, 'source' | 'format' | 'files'> &
  Partial<PastImportInput>

export function useImportPast() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: PastGiven) => request<PastImport>(`${PATH}/imports`, { body }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.past, 'imports'] }),
  })
}

export function useUndoPast() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      request<PastImportRuns>(`${PATH}/imports/${encodeURIComponent(id)}/undo`, { body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.past, 'imports'] }),
  })
}
