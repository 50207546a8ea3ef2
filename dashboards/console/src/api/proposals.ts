/** Rules and weights proposed from corrections: tried, taken, not wanted. */
import { keepPreviousData, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS } from './queries.ts'
import type {
  Backtest,
  Proposal,
  ProposalFiles,
  ProposalPage,
  WeightsProposal,
  WeightsVersion,
  WeightsVersionList,
} from './schema.d.ts'

const PROPOSALS = '/api/v1/proposals'
/** While a backtest of one waits or runs, and otherwise. */
const LOOK_MS = 700
const REST_MS = 15_000

const pathOf = (id: string): string => `${PROPOSALS}/${encodeURIComponent(id)}`
const isGoing = ({ backtest }: Proposal): boolean => backtest !== null && backtest.endedAt === null

export const proposalsQuery = (scope: string | undefined) =>
  queryOptions({
    queryKey: [KEYS.constraints, 'proposals', 'list', scope ?? ''],
    queryFn: ({ signal }) => request<ProposalPage>(PROPOSALS, { query: { scope }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.items.some(isGoing) === true ? LOOK_MS : REST_MS),
  })

export const proposalFilesQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.constraints, 'proposals', id, 'files'],
    queryFn: ({ signal }) => request<ProposalFiles>(`${pathOf(id)}/files`, { signal }),
  })

function useOn<Answer>(verb: 'backtest' | 'dismiss' | 'restore') {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => request<Answer>(`${pathOf(id)}/${verb}`, { body: {} }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: [KEYS.constraints, 'proposals'] }),
        client.invalidateQueries({ queryKey: [KEYS.backtests] }),
      ]),
  })
}

/** Weights that people accepted, the newest version of each scope first. */
export const weightsQuery = queryOptions({
  queryKey: [KEYS.constraints, 'weights'],
  queryFn: ({ signal }) => request<WeightsVersionList>('/api/v1/weights', { signal }),
  refetchInterval: REST_MS,
})

function useWeights<Of>(ask: (of: Of) => Promise<WeightsVersion>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ask,
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.constraints] }),
  })
}

/** Puts exactly the weights that were read in force. */
export const useAcceptWeights = () =>
  useWeights(({ id, changes }: Pick<WeightsProposal, 'id' | 'changes'>) =>
    request<WeightsVersion>(`${pathOf(id)}/accept`, { body: { changes } }),
  )
export const useUndoWeights = () =>
  useWeights((id: string) =>
    request<WeightsVersion>(`/api/v1/weights/${encodeURIComponent(id)}/undo`, { body: {} }),
  )

/** Tries exactly what it says on the last 30 days. */
export const useTryProposal = () => useOn<Backtest>('backtest')
export const useDismissProposal = () => useOn<Proposal>('dismiss')
export const useRestoreProposal = () => useOn<Proposal>('restore')
