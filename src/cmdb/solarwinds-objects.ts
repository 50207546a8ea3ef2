/**
 * Objects of SolarWinds Service Desk as CIs: computers, other assets and configuration items, and the
 * sites that they are at. How configuration items depend on each other its pages do not say.
 *
 * @see https://documentation.solarwinds.com/en/success_center/swsd/content/apidocumentation/configuration%20items.htm
 * @see https://apidoc.samanage.com/
 */
import { z } from 'zod'
import { classTerm } from '../core/cmdb/terms.ts'
import { compare } from '../core/topology.ts'
import type { Collector } from './collect.ts'
import { itemOf, type Maybe, readAs } from './found.ts'
import { statusOf } from './words.ts'

export const SOLARWINDS_LISTS = ['hardwares', 'other_assets', 'configuration_items'] as const
export type SolarwindsList = (typeof SOLARWINDS_LISTS)[number]

export interface SolarwindsObject {
  readonly where: string
  readonly list: SolarwindsList
  readonly value: unknown
}

const Text = z.string().nullish()
const Named = z.object({ name: Text }).nullish()
const Thing = z.object({
  id: z.number().int(),
  name: z.string(),
  asset_tag: Text,
  serial_number: Text,
  category: Named,
  site: z.object({ id: z.number().int(), name: z.string() }).nullish(),
  department: Named,
  // computers
  ip: Text,
  networks: z.array(z.object({ ip_address: Text }).nullish()).nullish(),
  bioses: z.array(z.object({ ssn: Text }).nullish()).nullish(),
  operating_system: Text,
  technical_contact: Named,
  status: Named,
  // other assets
  asset_type: Named,
  ip_address: Text,
  // configuration items
  type: Named,
  state: Text,
  manager: Named,
})
type Thing = z.output<typeof Thing>

/** Adds all objects and their sites; what cannot be read is a bad row. */
export function addSolarwinds(objects: readonly SolarwindsObject[], collector: Collector): void {
  const sorted = [...objects].sort((a, b) => compare(a.where, b.where))
  for (const { where, list, value } of sorted) {
    const thing = readAs(Thing, value, where, collector)
    if (thing === undefined) continue
    const key = `${KEYS[list]}:${thing.id}`
    addThing(key, list, thing, { where, collector })
    const { site } = thing
    if (site == null) continue
    collector.item(itemOf({ key: `site:${site.id}`, class: 'site', name: site.name }), where)
    collector.relation({ from: key, type: 'located_in', to: `site:${site.id}` }, where)
  }
}

const KEYS: Readonly<Record<SolarwindsList, string>> = {
  hardwares: 'hardware',
  other_assets: 'other_asset',
  configuration_items: 'configuration_item',
}

interface Place {
  readonly where: string
  readonly collector: Collector
}

function addThing(
  key: string,
  list: SolarwindsList,
  thing: Thing,
  { where, collector }: Place,
): void {
  const status = thing.status?.name ?? thing.state
  const serials = (thing.bioses ?? []).map((bios) => bios?.ssn)
  collector.item(
    itemOf({
      key,
      class: classOf(list, thing),
      name: thing.name,
      aliases: [thing.ip, thing.ip_address, ...(thing.networks ?? []).map((n) => n?.ip_address)],
      labels: {
        type: firstOf(thing.asset_type?.name, thing.type?.name, thing.category?.name),
        asset_tag: thing.asset_tag,
        serial: firstOf(thing.serial_number, ...serials),
        os: thing.operating_system,
        site: thing.site?.name,
      },
      // whoever uses a computer is `owner` there: who looks after it is its technical contact
      owner: firstOf(thing.technical_contact?.name, thing.manager?.name, thing.department?.name),
      status: status == null ? undefined : stateOf(status),
    }),
    where,
  )
}

function firstOf(...texts: readonly Maybe<string>[]): string | undefined {
  return texts.find((text): text is string => text != null && text.trim() !== '')
}

/** The name of its type says it, else that of its category; a computer on a server's system is a server. */
function classOf(list: SolarwindsList, { asset_type, type, category, ...thing }: Thing): string {
  const names = [asset_type?.name, type?.name, category?.name]
  const known = names.flatMap((name) => (name == null ? [] : (classTerm(name)?.name ?? [])))[0]
  const isServer = /server/i.test(thing.operating_system ?? '')
  if (list === 'hardwares' && (known === undefined || known === 'computer'))
    return isServer ? 'server' : 'computer'
  const word = firstOf(...names)
    ?.toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
  return known ?? (word === undefined || word === '_' ? 'asset' : word)
}

/** Configuration items are `Active` or `Disabled`. */
function stateOf(state: string): string {
  return state.trim().toLowerCase() === 'disabled' ? 'retired' : statusOf(state)
}
