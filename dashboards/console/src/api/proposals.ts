/** Rules proposed from corrections: tried, taken as files, not wanted. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS } from './queries.ts'
import type { Backtest, Proposal, ProposalFiles, ProposalPage } from './schema.d.ts'

const PROPOSALS = '/api/v1/proposals'
/** While a backtest of one waits or runs, and otherwise. */
const LOOK_MS = 700
const REST_MS = 15_000

const pathOf = (id: string): string => `${PROPOSALS}/${encodeURIComponent(id)}`
const isGoing = ({ backtest }: Proposal): boolean => backtest !== null && backtest.endedAt === null

export const proposalsQuery = queryOptions({
  queryKey: [KEYS.constraints, 'proposals'],
  queryFn: ({ signal }) => request<ProposalPage>(PROPOSALS, { signal }),
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

/** Tries exactly its rule on the last 30 days. */
export const useTryProposal = () => useOn<Backtest>('backtest')
export const useDismissProposal = () => useOn<Proposal>('dismiss')
export const useRestoreProposal = () => useOn<Proposal>('restore')
