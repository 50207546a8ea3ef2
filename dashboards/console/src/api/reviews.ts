/** Reviews after incidents: what the console reads and writes of them. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request, requestFile } from './client.ts'
import { KEYS } from './queries.ts'
import type { IncidentReview, IncidentReviewAnswer } from './schema.d.ts'

const pathOf = (incident: string): string =>
  `/api/v1/incidents/${encodeURIComponent(incident)}/review`

/** Fresh whenever it is opened: what is written goes on top of it. */
export const reviewQuery = (incident: string, version: number | undefined) =>
  queryOptions({
    queryKey: [KEYS.incident, incident, 'review', version ?? 'newest'],
    queryFn: ({ signal }) =>
      request<IncidentReviewAnswer>(pathOf(incident), { query: { version }, signal }),
    gcTime: 0,
  })

export const reviewFile = (incident: string, version: number): Promise<Blob> =>
  requestFile(`${pathOf(incident)}/markdown`, { query: { version } })

/** Writes the next version; refused where another one came after `base`. */
export function useWriteReview(incident: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { readonly base: number; readonly review: IncidentReview }) =>
      request<IncidentReviewAnswer>(pathOf(incident), { method: 'POST', body }),
    onSettled: () => client.invalidateQueries({ queryKey: [KEYS.incident, incident] }),
  })
}
