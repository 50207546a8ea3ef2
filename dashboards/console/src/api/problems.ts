/** Problems: what the console reads of them, and what people do to them. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { request, requestFile } from './client.ts'
import { KEYS } from './queries.ts'
import type {
  ProblemAnswer,
  ProblemCosts,
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
  readonly owner?: string
  /** Id of the service CI. */
  readonly service?: string
  readonly q?: string
}

const STATUSES: Readonly<Record<ProblemView, readonly ProblemStatus[]>> = {
  current: ['proposed', 'open', 'known_error'],
  review: ['proposed'],
  over: ['resolved', 'closed'],
  dismissed: ['dismissed'],
}

/** What the API calls the filters of an address. */
const filterOf = ({ show = 'current', scope, owner, service, q }: ProblemSearch) => ({
  ...{ status: STATUSES[show].join(','), scope, owner, service, q },
})

export const problemsQuery = ({ order = 'cost', ...search }: ProblemSearch) =>
  infiniteQueryOptions({
    queryKey: [KEYS.problems, order, filterOf(search)],
    queryFn: ({ pageParam, signal }) =>
      request<ProblemPage>('/api/v1/problems', {
        query: { limit: 50, cursor: pageParam, order, ...filterOf(search) },
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  })

/** The first of them as a file, in the order of their cost. */
export const problemReport = (search: ProblemSearch, format: 'markdown' | 'csv'): Promise<Blob> =>
  requestFile('/api/v1/problem-report', { query: { format, ...filterOf(search) } })

export const problemCostsQuery = (search: ProblemSearch) =>
  queryOptions({
    queryKey: [KEYS.problems, 'costs', filterOf(search)],
    queryFn: ({ signal }) =>
      request<ProblemCosts>('/api/v1/problem-costs', { query: filterOf(search), signal }),
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
  | {
      readonly do: 'task'
      readonly body: {
        readonly task?: string
        readonly text?: string
        readonly assignee?: string
        readonly due?: string
        readonly done?: boolean
      }
    }
  | { readonly do: 'drop-task'; readonly body: { readonly task: string } }
  | {
      readonly do: 'relate' | 'unrelate'
      readonly body: { readonly changes?: readonly string[]; readonly articles?: readonly string[] }
    }
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
