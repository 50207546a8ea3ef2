/** Storms: those that last, and those that are over. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS, paging } from './queries.ts'
import type { Storm, StormList } from './schema.d.ts'

const STORMS = '/api/v1/storms'
/** The live stream says when one begins; without it this does. */
const LOOK_MS = 30_000

export const lastingStormsQuery = queryOptions({
  queryKey: [KEYS.storms],
  queryFn: ({ signal }) =>
    request<StormList>(STORMS, { query: { active: 'true', limit: 3 }, signal }),
  refetchInterval: LOOK_MS,
})

/** Those that last first, then the newest. */
export const stormsQuery = (scope: string | undefined) =>
  infiniteQueryOptions({
    ...paging,
    queryKey: [KEYS.storms, 'all', scope ?? ''],
    queryFn: ({ pageParam, signal }) =>
      request<StormList>(STORMS, { query: { scope, limit: 20, cursor: pageParam }, signal }),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_MS,
  })

/** Address of the incidents that came while it lasted, as the list of incidents reads it. */
export function incidentsIn({ scope, since, endedAt }: Storm): Record<string, string> {
  return {
    ...{ status: 'all', from: since },
    ...(endedAt === null ? {} : { to: endedAt }),
    ...(scope === 'default' ? {} : { scope }),
  }
}
