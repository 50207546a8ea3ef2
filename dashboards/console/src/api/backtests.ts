/** Other rules on the past: started, watched, cancelled. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS } from './queries.ts'
import type { Backtest, BacktestInput, BacktestPacks, BacktestPage } from './schema.d.ts'

const BACKTESTS = '/api/v1/backtests'
/** While one waits or runs, and otherwise: somebody else may start one. */
const LOOK_MS = 700
const REST_MS = 15_000

const pathOf = (id: string): string => `${BACKTESTS}/${encodeURIComponent(id)}`

export const isOver = ({ state }: Pick<Backtest, 'state'>): boolean =>
  state !== 'waiting' && state !== 'running'

export const backtestsQuery = () =>
  queryOptions({
    queryKey: [KEYS.backtests],
    queryFn: ({ signal }) => request<BacktestPage>(BACKTESTS, { signal }),
    refetchInterval: ({ state }) => ((state.data?.items ?? []).every(isOver) ? REST_MS : LOOK_MS),
  })

export const backtestQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.backtests, id],
    queryFn: ({ signal }) => request<Backtest>(pathOf(id), { signal }),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isOver(state.data) ? false : LOOK_MS,
    retry: false,
  })

export const packsQuery = () =>
  queryOptions({
    queryKey: [KEYS.backtests, 'packs'],
    queryFn: ({ signal }) => request<BacktestPacks>(`${BACKTESTS}/packs`, { signal }),
  })

export function useStartBacktest() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: BacktestInput) => request<Backtest>(BACKTESTS, { body }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.backtests] }),
  })
}

/** Cancels one that goes on, and forgets one that has ended. */
export function useEndBacktest() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => request<Backtest>(pathOf(id), { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.backtests] }),
  })
}
