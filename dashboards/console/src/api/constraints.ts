/** What corrections taught the engine: read, and taken back. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS, paging } from './queries.ts'
import type { Constraint, ConstraintPage, CooccurrenceList } from './schema.d.ts'

export type Relation = Constraint['relation']

const CONSTRAINTS = '/api/v1/constraints'
/** They come and go by what people do elsewhere. */
const LOOK_MS = 10_000

export interface ConstraintFilters {
  readonly relation?: Relation
  /** Correlation scope. */
  readonly scope?: string
}

export const constraintsQuery = ({ relation, scope }: ConstraintFilters) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: [KEYS.constraints, relation ?? 'all', scope ?? ''],
    queryFn: ({ pageParam, signal }) =>
      request<ConstraintPage>(CONSTRAINTS, {
        query: { relation, scope, limit: 50, cursor: pageParam },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS,
  })

/** Kinds of alerts that began together, most against chance first. */
export const cooccurrencesQuery = (scope: string | undefined) =>
  queryOptions({
    queryKey: [KEYS.constraints, 'co-occurrences', scope ?? ''],
    queryFn: ({ signal }) =>
      request<CooccurrenceList>('/api/v1/co-occurrences', { query: { scope, limit: 50 }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  })

/** Takes one back; the incidents stay as they are. */
export function useForget() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) =>
      request<Constraint>(`${CONSTRAINTS}/${encodeURIComponent(id)}/delete`, { body: {} }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.constraints] }),
  })
}
