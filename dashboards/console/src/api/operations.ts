/** Dead letters, deliveries and settings: what is read, and what is done about them. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS, paging } from './queries.ts'
import type {
  DeadLetter,
  DeadLetterPage,
  Delivery,
  DeliveryDetail,
  DeliveryPage,
  DiscardAnswer,
  Receipt,
  ReplayAllAnswer,
  RulesReload,
  Settings,
} from './schema.d.ts'

export type LetterState = DeadLetterPage['items'][number]['state']
export type LetterStep = DeadLetter['step']

export interface LetterFilters {
  readonly source?: string
  /** Correlation scope. */
  readonly scope?: string
  readonly step?: LetterStep
  readonly state?: LetterState
}

const LETTERS = '/api/v1/dead-letters'

export const deadLettersQuery = (filters: LetterFilters) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: [KEYS.deadLetters, filters],
    queryFn: ({ pageParam, signal }) =>
      request<DeadLetterPage>(LETTERS, {
        query: { ...filters, limit: 25, cursor: pageParam },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

/** With its whole body; it never changes. */
export const letterQuery = (id: string) =>
  queryOptions({
    queryKey: ['dead-letter', id],
    queryFn: ({ signal }) =>
      request<DeadLetter>(`${LETTERS}/${encodeURIComponent(id)}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  })

function useReadAgain(): () => Promise<unknown> {
  const client = useQueryClient()
  return () =>
    Promise.all(
      [KEYS.deadLetters, KEYS.ledger, KEYS.stats, KEYS.sources].map((key) =>
        client.invalidateQueries({ queryKey: [key] }),
      ),
    )
}

/** Posts the body of a dead letter again, as it came or mended. */
export function useReplay() {
  return useMutation({
    mutationFn: ({ id, body }: { readonly id: string; readonly body?: string }) =>
      request<Receipt>(`${LETTERS}/${encodeURIComponent(id)}/replay`, {
        body: body === undefined ? {} : { body },
      }),
    onSettled: useReadAgain(),
  })
}

export function useDiscard() {
  return useMutation({
    mutationFn: (id: string) =>
      request<DiscardAnswer>(`${LETTERS}/${encodeURIComponent(id)}/discard`, { body: {} }),
    onSettled: useReadAgain(),
  })
}

export type ReplayedAll = Omit<ReplayAllAnswer, 'left'>

/** Posts everything that is open under a filter again, some at a time until nothing is left. */
export function useReplayAll() {
  return useMutation({
    mutationFn: async ({ source, scope, step }: LetterFilters): Promise<ReplayedAll> => {
      const before = new Date().toISOString()
      const sum = { bodies: 0, accepted: 0, rejected: 0 }
      for (;;) {
        const answer = await request<ReplayAllAnswer>(`${LETTERS}/replay`, {
          body: { source, scope, step, before },
        })
        sum.bodies += answer.bodies
        sum.accepted += answer.accepted
        sum.rejected += answer.rejected
        if (!answer.left) return sum
      }
    },
    onSettled: useReadAgain(),
  })
}

export function useDiscardAll() {
  return useMutation({
    mutationFn: ({ source, scope, step }: LetterFilters) =>
      request<DiscardAnswer>(`${LETTERS}/discard`, { body: { source, scope, step } }),
    onSettled: useReadAgain(),
  })
}

export interface DeliveryFilters {
  readonly state?: Delivery['state']
  readonly channel?: string
  readonly incident?: string
}

const DELIVERIES = '/api/v1/deliveries'

export const deliveriesQuery = (filters: DeliveryFilters) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: [KEYS.deliveries, filters],
    queryFn: ({ pageParam, signal }) =>
      request<DeliveryPage>(DELIVERIES, {
        query: { ...filters, limit: 25, cursor: pageParam },
        signal,
      }),
    placeholderData: keepPreviousData,
  })

/** With what is sent. */
export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: [KEYS.deliveries, 'one', id],
    queryFn: ({ signal }) =>
      request<DeliveryDetail>(`${DELIVERIES}/${encodeURIComponent(id)}`, { signal }),
  })

/** Sends a delivery again. */
export function useRedeliver() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      request<Delivery>(`${DELIVERIES}/${encodeURIComponent(id)}/redeliver`, { body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.deliveries] }),
  })
}

export const settingsQuery = () =>
  queryOptions({
    queryKey: [KEYS.settings],
    queryFn: ({ signal }) => request<Settings>('/api/v1/settings', { signal }),
    refetchInterval: 10_000,
  })

/** Has the folder of rules read and checked now; what is at fault there is refused. */
export function useReloadRules() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => request<RulesReload>('/api/v1/rules/reload', { body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.settings] }),
  })
}
