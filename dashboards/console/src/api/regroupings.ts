/** Regroupings that the engine proposes: read, done, not wanted. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client.ts'
import { readIncidentsAgain } from './commands.ts'
import { KEYS } from './queries.ts'
import type { CommandAnswer, Regrouping, RegroupingList } from './schema.d.ts'

const REGROUPINGS = '/api/v1/regroupings'

export const regroupingsQuery = (state: Regrouping['state'], scope: string | undefined) =>
  queryOptions({
    queryKey: [KEYS.regroupings, state, scope ?? ''],
    queryFn: ({ signal }) =>
      request<RegroupingList>(REGROUPINGS, { query: { state, scope }, signal }),
    placeholderData: keepPreviousData,
  })

/** Read again with the incident, which changes when something is proposed of it. */
export const incidentRegroupingsQuery = (incident: string) =>
  queryOptions({
    queryKey: [KEYS.incident, incident, 'regroupings'],
    queryFn: ({ signal }) => request<RegroupingList>(REGROUPINGS, { query: { incident }, signal }),
  })

function useOn<Answer>(verb: 'accept' | 'dismiss' | 'restore') {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      request<Answer>(`${REGROUPINGS}/${encodeURIComponent(id)}/${verb}`, {
        method: 'POST',
        ...(verb === 'dismiss' ? { body: {} } : {}),
      }),
    onSettled: () =>
      Promise.all([
        readIncidentsAgain(client),
        client.invalidateQueries({ queryKey: [KEYS.regroupings] }),
      ]),
  })
}

export const useAcceptRegrouping = () => useOn<CommandAnswer>('accept')
export const useDismissRegrouping = () => useOn<Regrouping>('dismiss')
export const useRestoreRegrouping = () => useOn<Regrouping>('restore')
