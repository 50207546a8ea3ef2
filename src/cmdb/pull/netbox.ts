/**
 * NetBox by its REST API: sites, racks, virtual chassis, clusters, devices, virtual machines, services
 * and cables, page by page (`limit`, then the `next` of each answer).
 *
 * @see https://netboxlabs.com/docs/netbox/integrations/rest-api/
 */
import { z } from 'zod'
import { Collector } from '../collect.ts'
import { addNetbox, type NetboxKind, type NetboxObject } from '../netbox-objects.ts'
import { definePull, onSameHost, pagesOf } from './http.ts'
import { Url, Variable } from './settings.ts'

const Settings = z.strictObject({
  url: Url,
  /** Holds the token: `nbt_<key>.<token>` (v2) or 40 hex digits (v1). */
  tokenVariable: Variable,
})

const Page = z.object({ next: z.string().nullable(), results: z.array(z.unknown()) })

const LIMIT = 500

const LISTS: readonly { readonly kind: NetboxKind; readonly path: string }[] = [
  { kind: 'site', path: 'dcim/sites' },
  { kind: 'rack', path: 'dcim/racks' },
  { kind: 'virtual-chassis', path: 'dcim/virtual-chassis' },
  { kind: 'cluster', path: 'virtualization/clusters' },
  { kind: 'device', path: 'dcim/devices' },
  { kind: 'virtual-machine', path: 'virtualization/virtual-machines' },
  { kind: 'service', path: 'ipam/services' },
  { kind: 'cable', path: 'dcim/cables' },
]

/** Config contexts are large, and say nothing of what runs where. */
const WITH_CONTEXT = new Set<NetboxKind>(['device', 'virtual-machine'])

export const netboxPull = definePull({
  id: 'netbox',
  title: 'NetBox REST API',
  docs: 'https://netboxlabs.com/docs/netbox/integrations/rest-api/',
  settings: Settings,
  pull: async (settings, http, progress) => {
    const collector = new Collector()
    const objects: NetboxObject[] = []
    const token = http.credential(settings.tokenVariable)
    const scheme = token.startsWith('nbt_') ? 'Bearer' : 'Token'
    const headers = { authorization: `${scheme} ${token}` }
    for (const { kind, path } of LISTS) {
      const context = WITH_CONTEXT.has(kind) ? '&exclude=config_context' : ''
      const url = `${settings.url}/api/${path}/?limit=${LIMIT}${context}`
      let read = 0
      const pages = pagesOf(http, { url, headers }, Page, ({ next }) =>
        next === null ? undefined : { url: onSameHost(next, url), headers },
      )
      for await (const { results } of pages) {
        for (const value of results) {
          read += 1
          objects.push({ where: `${path} ${read}`, kind, value })
        }
        progress(objects.length)
      }
    }
    addNetbox(objects, collector)
    return collector.finish()
  },
})
