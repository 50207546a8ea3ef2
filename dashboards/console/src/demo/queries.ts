/** What the console asks about a demo; of every other server it asks once. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from '../api/client.ts'
import type { Demo, DemoAct, LiveStats } from '../api/schema.d.ts'
import { sayRefused } from '../ui/notices.tsx'

const KEY = ['demo'] as const

export const demoQuery = () =>
  queryOptions({
    queryKey: KEY,
    queryFn: ({ signal }) => request<Demo>('/api/v1/demo', { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state: { data } }) =>
      data?.active !== true ? false : data.phase === 'over' ? 4000 : 1000,
  })

/** How many incidents there are now, while an outage goes on. */
export const nowQuery = () =>
  queryOptions({
    queryKey: [...KEY, 'now'],
    queryFn: ({ signal }) => request<LiveStats>('/api/v1/stats/live', { signal }),
    refetchInterval: 2000,
  })

export function useDemoAct() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: DemoAct) => request<Demo>('/api/v1/demo', { body }),
    onSuccess: (demo) => client.setQueryData(KEY, demo),
    onError: sayRefused,
  })
}
