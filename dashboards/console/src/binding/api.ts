/** Which names nobody knows, what people said that names mean, and how alerts were bound. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from '../api/client.ts'
import { KEYS } from '../api/queries.ts'
import type {
  Alias,
  AliasInput,
  AliasList,
  BindingReport,
  MissingCi,
  TopologyAnswer,
  UnboundList,
} from '../api/schema.d.ts'

const PATH = '/api/v1/bindings'
const LOOK_MS = 10_000

export const reportQuery = queryOptions({
  queryKey: [KEYS.bindings, 'report'],
  queryFn: ({ signal }) => request<BindingReport>(PATH, { query: { days: 7 }, signal }),
  refetchInterval: 60_000,
})

export const unboundQuery = queryOptions({
  queryKey: [KEYS.bindings, 'unbound'],
  queryFn: ({ signal }) =>
    request<UnboundList>(`${PATH}/unbound`, { query: { limit: 50 }, signal }),
  refetchInterval: LOOK_MS,
})

export const aliasesQuery = queryOptions({
  queryKey: [KEYS.bindings, 'aliases'],
  queryFn: ({ signal }) => request<AliasList>(`${PATH}/aliases`, { signal }),
  refetchInterval: LOOK_MS,
})

function useBindingChange<Input, Answer>(change: (input: Input) => Promise<Answer>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    // not waited for: a row that goes with the answer would not say what was done
    onSettled: () => {
      for (const key of [KEYS.bindings, KEYS.alerts, KEYS.cis])
        void client.invalidateQueries({ queryKey: [key] })
    },
  })
}

/** Says what a name means: alerts with it are bound at once. */
export const useLearn = () =>
  useBindingChange((input: AliasInput) => request<Alias>(`${PATH}/aliases`, { body: input }))

export const useForgetAlias = () =>
  useBindingChange((id: string) =>
    request<Alias>(`${PATH}/aliases/${encodeURIComponent(id)}/delete`, { body: {} }),
  )

/** Adds the missing CI to the CMDB, as it is proposed. */
export const useAddCi = () =>
  useBindingChange((item: MissingCi) =>
    request<TopologyAnswer>('/api/v1/topology', { body: { mode: 'upsert', items: [item] } }),
  )
