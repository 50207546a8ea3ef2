/**
 * Incidents of SolarWinds Service Desk: as its API answers them (`/incidents.json?layout=long`), or as CSV.
 * Where an answer does not say when an incident was resolved, it is when it was last updated.
 *
 * @see https://apidoc.samanage.com/#tag/Incident
 */
import { z } from 'zod'
import { Named, plainOf, readDesk, Text } from './documents.ts'
import type { PastImporter } from './importer.ts'

const Item = z.object({ id: Text, name: Text })

const Incident = z.object({
  ...{ id: Text, number: Text, name: Text, state: Text, priority: Text },
  ...{ created_at: Text, updated_at: Text, resolved_at: Text, closed_at: Text },
  ...{ category: Named, assignee: Named, group_assignee: Named, resolved_by: Named },
  ...{ resolution: Text, resolution_description: Text, resolution_code: Text },
  ...{ href: Text, href_account_domain: Text },
  is_service_request: z.boolean().nullish(),
  configuration_items: z.array(Item).nullish(),
  assets: z.array(Item).nullish(),
})

export const solarwinds: PastImporter = {
  id: 'solarwinds',
  title: 'SolarWinds Service Desk incidents, JSON or CSV',
  docs: 'https://apidoc.samanage.com/#tag/Incident',
  read: (files, asked) =>
    readDesk(files, asked, {
      lists: ['incidents'],
      one: 'incident',
      shape: Incident,
      toFound: (one) => {
        if (!/^(resolved|closed)$/i.test(one.state) || one.is_service_request === true) return null
        const item = one.configuration_items?.[0] ?? one.assets?.[0]
        const own = one.href_account_domain || one.href
        const made = asked.address === null ? undefined : urlOf({ key: one.id }, asked.address)
        return {
          ...{ key: one.id || one.number, number: one.number, title: one.name },
          url: made ?? own.replace(/\.json$/, ''),
          opened: one.created_at,
          resolved: one.resolved_at || one.closed_at || one.updated_at,
          priority: one.priority,
          ...(item === undefined ? {} : { ci: { key: item.id, name: item.name } }),
          ...{ team: one.group_assignee, resolver: one.resolved_by || one.assignee },
          resolution: plainOf(one.resolution_description || one.resolution),
          ...{ resolutionCode: one.resolution_code, category: one.category },
        }
      },
      dialect: { urlOf, toText: plainOf },
    }),
}

function urlOf({ key }: { readonly key: string }, address: string): string {
  return `${address}/incidents/${encodeURIComponent(key)}`
}
