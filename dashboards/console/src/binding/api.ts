/** Which names nobody knows, what people said that names mean, and how alerts were bound. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from '../api/client.ts'
import { KEYS } from '../api/queries.ts'
import type {
  Alias,
  AliasInput,
  AliasList,
  BindingReport,
  Import,
  Observed,
  ObservedAnswer,
  ObservedList,
  UnboundList,
  UnboundName,
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

/** Adds the CI that seems to be missing, by an import of its own: it has a source and can be undone. */
export const useAddCi = () =>
  useBindingChange(({ id, missing }: Pick<UnboundName, 'id' | 'missing'>) =>
    request<Import>('/api/v1/cmdb/imports', {
      body: {
        ...{ source: `added-${id.toLowerCase()}`, format: 'faultline', authority: ADDED },
        files: [{ name: 'added.json', text: JSON.stringify({ items: [missing] }) }],
      },
    }),
  )

/** Every other source is believed before. */
const ADDED = 999

export const useUndoAdded = () =>
  useBindingChange((id: string) =>
    request<Import>(`/api/v1/cmdb/imports/${encodeURIComponent(id)}/undo`, { body: {} }),
  )

const OBSERVED = '/api/v1/observed'
export type ObservedAct = 'confirm' | 'reject' | 'undo'

export const observedQuery = (status: Observed['status']) =>
  queryOptions({
    queryKey: [KEYS.bindings, 'observed', status],
    queryFn: ({ signal }) =>
      request<ObservedList>(OBSERVED, { query: { status, limit: 100 }, signal }),
    refetchInterval: LOOK_MS,
    placeholderData: keepPreviousData,
  })

/** What a person says of what alerts tell of. */
export const useObserved = () =>
  useBindingChange(({ act, ids }: { readonly act: ObservedAct; readonly ids: readonly string[] }) =>
    request<ObservedAnswer>(`${OBSERVED}/${act}`, { body: { ids } }),
  )
