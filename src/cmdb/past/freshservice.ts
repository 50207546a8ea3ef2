/**
 * Tickets of Freshservice: as its API answers them (`/api/v2/tickets?include=stats`: only then it says when
 * they were resolved), or as CSV of its export.
 *
 * @see https://api.freshservice.com/#tickets
 */
import { z } from 'zod'
import { Named, plainOf, readDesk, Text } from './documents.ts'
import type { PastImporter } from './importer.ts'
import { isPassedOver } from './table.ts'

const Ticket = z.object({
  ...{ id: Text, subject: Text, type: Text, created_at: Text, category: Text },
  /** 2 open, 3 pending, 4 resolved, 5 closed; others are of the account. */
  status: z.int(),
  /** 1 low … 4 urgent. */
  priority: z.int().nullish(),
  stats: z.object({ resolved_at: Text, closed_at: Text }).nullish(),
  ...{ group: Named, responder: Named, resolution_notes: Text },
  assets: z.array(z.object({ display_id: Text, name: Text })).nullish(),
  impacted_services: z.array(z.object({ display_id: Text, name: Text })).nullish(),
})

const PRIORITIES: Readonly<Record<string, string>> = {
  ...{ '4': 'p1', '3': 'p2', '2': 'p3', '1': 'p4' },
}

export const freshservice: PastImporter = {
  id: 'freshservice',
  title: 'Freshservice tickets, JSON or CSV',
  docs: 'https://api.freshservice.com/#tickets',
  read: (files, asked) =>
    readDesk(files, asked, {
      lists: ['tickets'],
      one: 'ticket',
      shape: Ticket,
      toFound: (ticket) => {
        const { id, status, type, stats, priority, assets, impacted_services } = ticket
        if ((status !== 4 && status !== 5) || isPassedOver(type, '')) return null
        const [asset, service] = [assets?.[0], impacted_services?.[0]]
        return {
          ...{ key: id, number: `INC-${id}`, title: ticket.subject },
          url: asked.address === null ? undefined : urlOf({ key: id }, asked.address),
          ...{ opened: ticket.created_at, resolved: stats?.resolved_at || stats?.closed_at || '' },
          priority: PRIORITIES[String(priority ?? '')] ?? String(priority ?? ''),
          ...(asset === undefined ? {} : { ci: { key: asset.display_id, name: asset.name } }),
          ...(service === undefined
            ? {}
            : { service: { key: service.display_id, name: service.name } }),
          ...{ team: ticket.group, resolver: ticket.responder, category: ticket.category },
          resolution: plainOf(ticket.resolution_notes),
        }
      },
      dialect: {
        urlOf,
        keyOf: ({ key }) => key.replace(/^[A-Z]+-/, ''),
        priorityOf: (text) => PRIORITIES[text] ?? text,
        toText: plainOf,
      },
    }),
}

function urlOf({ key }: { readonly key: string }, address: string): string {
  return `${address}/a/tickets/${encodeURIComponent(key)}`
}
