/** What people do to an incident: one call, then everything that shows it is read again. */
import { type QueryClient, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client.ts'
import { KEYS } from './queries.ts'
import type { CommandAnswer } from './schema.d.ts'

/** The last part of the path, with its body. */
export type IncidentCommand =
  | { readonly do: 'ack' | 'unack' | 'close' | 'undo'; readonly body?: undefined }
  | {
      readonly do: 'assign'
      readonly body: { readonly to?: string | null; readonly team?: string | null }
    }
  | { readonly do: 'comment'; readonly body: { readonly text: string } }
  | {
      readonly do: 'resolve'
      readonly body: { readonly resolution?: string; readonly force?: true }
    }
  | { readonly do: 'dismiss'; readonly body: { readonly reason?: string } }
  | { readonly do: 'merge'; readonly body: { readonly from: readonly string[] } }
  | { readonly do: 'split'; readonly body: { readonly members: readonly string[] } }
  | {
      readonly do: 'move'
      readonly body: { readonly members: readonly string[]; readonly to: string }
    }
  | { readonly do: 'confirm-cause'; readonly body: { readonly ci: string } }
  | { readonly do: 'vote'; readonly body: { readonly article: string; readonly helpful: boolean } }

export interface Order {
  readonly incident: string
  readonly command: IncidentCommand
}

/** Whatever may have changed by a command; the lists and every incident that is shown. */
export function readIncidentsAgain(client: QueryClient): Promise<unknown> {
  return Promise.all(
    [KEYS.incidents, KEYS.incident, KEYS.incidentGraph, KEYS.timeline].map((key) =>
      client.invalidateQueries({ queryKey: [key] }),
    ),
  )
}

/** Gives orders; the answer's `incident` is where the command ended: commands follow merges. */
export function useOrder() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ incident, command }: Order) =>
      request<CommandAnswer>(`/api/v1/incidents/${encodeURIComponent(incident)}/${command.do}`, {
        method: 'POST',
        body: command.body ?? {},
      }),
    onSettled: () => readIncidentsAgain(client),
  })
}
