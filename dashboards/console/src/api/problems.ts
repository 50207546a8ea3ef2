/** Problems: what the console reads of them, and what people do to them. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS } from './queries.ts'
import type {
  ProblemAnswer,
  ProblemDetail,
  ProblemPage,
  ProblemStatus,
  Timeline,
} from './schema.d.ts'

export const PROBLEM_VIEWS = ['current', 'review', 'over', 'dismissed'] as const
export type ProblemView = (typeof PROBLEM_VIEWS)[number]

export const PROBLEM_ORDERS = ['cost', 'recent', 'newest', 'incidents'] as const
export type ProblemOrder = (typeof PROBLEM_ORDERS)[number]

/** What stands in the address of the list. */
export interface ProblemSearch {
  readonly show?: ProblemView
  readonly order?: ProblemOrder
  /** Correlation scope. */
  readonly scope?: string
  readonly q?: string
}

const STATUSES: Readonly<Record<ProblemView, readonly ProblemStatus[]>> = {
  current: ['proposed', 'open', 'known_error'],
  review: ['proposed'],
  over: ['resolved', 'closed'],
  dismissed: ['dismissed'],
}

export const problemsQuery = ({ show = 'current', order = 'cost', scope, q }: ProblemSearch) =>
  infiniteQueryOptions({
    queryKey: [KEYS.problems, show, order, scope ?? '', q ?? ''],
    queryFn: ({ pageParam, signal }) =>
      request<ProblemPage>('/api/v1/problems', {
        query: { limit: 50, cursor: pageParam, status: STATUSES[show].join(','), order, scope, q },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  })

export const problemQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.problem, id],
    queryFn: ({ signal }) =>
      request<ProblemDetail>(`/api/v1/problems/${encodeURIComponent(id)}`, { signal }),
  })

export const problemTimelineQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [KEYS.problem, id, 'timeline'],
    queryFn: ({ pageParam, signal }) =>
      request<Timeline>(`/api/v1/problems/${encodeURIComponent(id)}/timeline`, {
        query: { limit: 50, cursor: pageParam, order: 'newest' },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  })

/** The last part of the path, with its body. */
export type ProblemCommand =
  | { readonly do: 'accept' | 'close' | 'reopen' | 'undo'; readonly body?: undefined }
  | { readonly do: 'dismiss'; readonly body: { readonly reason?: string } }
  | { readonly do: 'assign'; readonly body: { readonly to: string | null } }
  | { readonly do: 'workaround'; readonly body: { readonly text: string | null } }
  | { readonly do: 'resolve'; readonly body: { readonly resolution?: string } }
  | { readonly do: 'comment'; readonly body: { readonly text: string } }
  | { readonly do: 'merge'; readonly body: { readonly from: readonly string[] } }
  | {
      readonly do: 'split' | 'link' | 'unlink'
      readonly body: { readonly incidents: readonly string[] }
    }

/** Gives orders; the answer's `problem` is where the command ended: commands follow merges. */
export function useProblemOrder() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({
      problem,
      command,
    }: {
      readonly problem: string
      readonly command: ProblemCommand
    }) =>
      request<ProblemAnswer>(`/api/v1/problems/${encodeURIComponent(problem)}/${command.do}`, {
        method: 'POST',
        body: command.body ?? {},
      }),
    onSettled: () =>
      Promise.all(
        [KEYS.problems, KEYS.problem, KEYS.incident].map((key) =>
          client.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  })
}
