/** What corrections taught the engine: read, and taken back. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS, paging } from './queries.ts'
import type { Constraint, ConstraintPage } from './schema.d.ts'

export type Relation = Constraint['relation']

const CONSTRAINTS = '/api/v1/constraints'
/** They come and go by what people do elsewhere. */
const LOOK_MS = 10_000

export const constraintsQuery = (relation: Relation | undefined) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: [KEYS.constraints, relation ?? 'all'],
    queryFn: ({ pageParam, signal }) =>
      request<ConstraintPage>(CONSTRAINTS, {
        query: { relation, limit: 50, cursor: pageParam },
        signal,
      }),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS,
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
