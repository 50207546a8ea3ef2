/**
 * Objects of NetBox as CIs: devices, virtual machines, clusters, racks, sites, virtual chassis and
 * services; cables are relations. What is only referred to (the site of a device) is a CI, too.
 *
 * @see https://netboxlabs.com/docs/netbox/integrations/rest-api/
 */
import { z } from 'zod'
import { compare } from '../core/topology.ts'
import type { Collector } from './collect.ts'
import { itemOf, readAs } from './found.ts'
import { statusOf } from './words.ts'

export const NETBOX_KINDS = [
  'site',
  'rack',
  'virtual-chassis',
  'cluster',
  'device',
  'virtual-machine',
  'service',
  'cable',
] as const
export type NetboxKind = (typeof NETBOX_KINDS)[number]

export interface NetboxObject {
  readonly where: string
  readonly kind: NetboxKind
  readonly value: unknown
}

const Id = z.union([z.number(), z.string()]).nullish()
const Ref = z
  .object({ id: Id, name: z.string().nullish(), display: z.string().nullish() })
  .nullish()
type Ref = z.output<typeof Ref>
const Address = z.object({ address: z.string() }).nullish()
const Choice = z.object({ value: z.string() }).nullish()

const Thing = z.object({
  id: Id,
  name: z.string().nullish(),
  display: z.string().nullish(),
  status: Choice,
  role: Ref,
  // Before 4.0 devices had `device_role`.
  device_role: Ref,
  tenant: Ref,
  owner: Ref,
  site: Ref,
  rack: Ref,
  cluster: Ref,
  device: Ref,
  virtual_machine: Ref,
  virtual_chassis: Ref,
  parent_object_type: z.string().nullish(),
  parent_object_id: Id,
  scope_type: z.string().nullish(),
  scope: Ref,
  platform: Ref,
  serial: z.string().nullish(),
  asset_tag: z.string().nullish(),
  primary_ip4: Address,
  primary_ip6: Address,
  primary_ip: Address,
  oob_ip: Address,
  ports: z.array(z.number()).nullish(),
  custom_fields: z.record(z.string(), z.unknown()).nullish(),
})
type Thing = z.output<typeof Thing>

const End = z.object({
  object: z.object({ device: Ref }).nullish(),
})
const Cable = z.object({
  id: Id,
  a_terminations: z.array(End).nullish(),
  b_terminations: z.array(End).nullish(),
})

interface Known {
  readonly kind: NetboxKind
  readonly key: string
  readonly where: string
  readonly thing: Thing
}

/** What has been read: keys by id and by name of each kind. */
class Index {
  readonly things = new Map<string, Known>()
  private readonly byName = new Map<string, string>()

  add(known: Known): void {
    this.things.set(known.key, known)
    const name = nameOf(known.thing)
    if (name !== undefined) this.byName.set(`${known.kind}:${name.toLowerCase()}`, known.key)
  }

  /** Of a reference without an id (CSV) the name counts. */
  keyOf(kind: NetboxKind, ref: Ref): string | undefined {
    const name = nameOf(ref)
    if (ref?.id != null) return `${kind}:${ref.id}`
    if (name === undefined) return undefined
    return this.byName.get(`${kind}:${name.toLowerCase()}`) ?? `${kind}:${name}`
  }
}

/** Adds all objects; what cannot be read is a bad row. */
export function addNetbox(objects: readonly NetboxObject[], collector: Collector): void {
  const index = new Index()
  const cables: NetboxObject[] = []
  const sorted = [...objects].sort((a, b) => compare(a.where, b.where))
  for (const object of sorted) {
    const { where, kind, value } = object
    if (kind === 'cable') {
      cables.push(object)
      continue
    }
    const thing = readAs(Thing, value, where, collector)
    if (thing === undefined) continue
    const key = keyOf(kind, thing)
    if (key === undefined) collector.bad({ where, field: 'name', error: 'is empty' })
    else index.add({ kind, key, where, thing })
  }
  const known = [...index.things.values()]
  for (const one of known) addThing(one, collector)
  for (const one of known) relate(one, index, collector)
  for (const { where, value } of cables) addCable(where, value, index, collector)
}

/** Services have names such as `https`: without an id, what they run on is part of their key. */
function keyOf(kind: NetboxKind, thing: Thing): string | undefined {
  if (thing.id != null) return `${kind}:${thing.id}`
  const name = nameOf(thing)
  const parent = kind === 'service' ? nameOf(thing.device ?? thing.virtual_machine) : undefined
  if (name === undefined) return undefined
  return parent === undefined ? `${kind}:${name}` : `${kind}:${parent}/${name}`
}

function nameOf(ref: Ref): string | undefined {
  const name = ref?.name ?? ref?.display
  return name == null || name.trim() === '' ? undefined : name.trim()
}

const CLASSES: Readonly<Record<NetboxKind, string>> = {
  site: 'site',
  rack: 'rack',
  'virtual-chassis': 'virtual_chassis',
  cluster: 'cluster',
  device: 'device',
  'virtual-machine': 'virtual_machine',
  service: 'service',
  cable: 'cable',
}

const ROLES: readonly (readonly [RegExp, string])[] = [
  [/firewall/, 'firewall'],
  [/load.?balancer|\badc\b/, 'load_balancer'],
  [/switch|leaf|spine|\btor\b/, 'switch'],
  [/router|\bgateway\b/, 'router'],
  [/server|hypervisor|compute|\bhost\b/, 'server'],
  [/storage|\bsan\b|\bnas\b/, 'storage'],
  [/\bpdu\b|power|\bups\b/, 'power'],
]

function classOf(kind: NetboxKind, thing: Thing): string {
  if (kind !== 'device') return CLASSES[kind]
  const role = (nameOf(thing.role ?? thing.device_role) ?? '').toLowerCase()
  return ROLES.find(([shape]) => shape.test(role))?.[1] ?? 'network_device'
}

function addThing({ kind, key, where, thing }: Known, collector: Collector): void {
  const ips = [thing.primary_ip4, thing.primary_ip6, thing.primary_ip, thing.oob_ip]
  const custom = Object.entries(thing.custom_fields ?? {}).flatMap(([field, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [[`cf_${field}`, `${value}`]] : [],
  )
  collector.item(
    itemOf({
      key,
      class: classOf(kind, thing),
      name: nameOf(thing),
      // Addresses are CIDR: 10.0.0.7/24.
      aliases: ips.map((ip) => ip?.address.replace(/\/\d+$/, '')),
      labels: {
        ...Object.fromEntries(custom),
        site: nameOf(thing.site),
        tenant: nameOf(thing.tenant),
        platform: nameOf(thing.platform),
        role: nameOf(thing.role ?? thing.device_role),
        serial: thing.serial,
        asset_tag: thing.asset_tag,
        ports: thing.ports?.join(','),
      },
      owner: nameOf(thing.owner) ?? nameOf(thing.tenant),
      status: thing.status?.value === undefined ? undefined : statusOf(thing.status.value),
    }),
    where,
  )
}

function relate(known: Known, index: Index, collector: Collector): void {
  const { kind, thing } = known
  const to = (type: string, target: NetboxKind, ref: Ref): boolean =>
    relateTo(known, { type, target, ref }, index, collector)
  if (kind === 'rack') to('located_in', 'site', thing.site)
  if (kind === 'cluster') {
    to('located_in', 'site', thing.scope_type === 'dcim.site' ? thing.scope : thing.site)
  }
  if (kind === 'device') {
    if (!to('located_in', 'rack', thing.rack)) to('located_in', 'site', thing.site)
    to('member_of', 'virtual-chassis', thing.virtual_chassis)
    to('member_of', 'cluster', thing.cluster)
  }
  if (kind === 'virtual-machine') {
    const onDevice = to('runs_on', 'device', thing.device)
    const onCluster = to('runs_on', 'cluster', thing.cluster)
    if (!onDevice && !onCluster) to('located_in', 'site', thing.site)
  }
  if (kind === 'service') {
    const parent = { id: thing.parent_object_id }
    if (thing.parent_object_type === 'dcim.device') to('runs_on', 'device', parent)
    else if (thing.parent_object_type === 'virtualization.virtualmachine')
      to('runs_on', 'virtual-machine', parent)
    else if (!to('runs_on', 'device', thing.device))
      to('runs_on', 'virtual-machine', thing.virtual_machine)
  }
}

interface Towards {
  readonly type: string
  readonly target: NetboxKind
  readonly ref: Ref
}

function relateTo(
  from: Known,
  { type, target, ref }: Towards,
  index: Index,
  collector: Collector,
): boolean {
  const key = index.keyOf(target, ref)
  if (key === undefined) return false
  if (!index.things.has(key) && nameOf(ref) !== undefined) {
    // Only its name is known: the file of its kind was not given.
    const thing = Thing.parse({ name: nameOf(ref) })
    const known = { kind: target, key, where: from.where, thing }
    index.things.set(key, known)
    addThing(known, collector)
  }
  collector.relation({ from: from.key, type, to: key }, from.where)
  return true
}

const NETWORK = new Set(['switch', 'router', 'firewall', 'load_balancer', 'network_device'])

/** A cable ties what it ends at: a server to its switch; of two alike the smaller key first. */
function addCable(where: string, value: unknown, index: Index, collector: Collector): void {
  const cable = readAs(Cable, value, where, collector)
  if (cable === undefined) return
  const keys = (ends: z.output<typeof Cable>['a_terminations']): readonly string[] =>
    (ends ?? []).flatMap(({ object }) => index.keyOf('device', object?.device) ?? [])
  const isNetwork = (key: string): boolean => {
    const known = index.things.get(key)
    return known !== undefined && NETWORK.has(classOf(known.kind, known.thing))
  }
  for (const a of keys(cable.a_terminations))
    for (const b of keys(cable.b_terminations)) {
      const turned = isNetwork(a) === isNetwork(b) ? compare(a, b) > 0 : isNetwork(a)
      const [from, to] = turned ? [b, a] : [a, b]
      if (from !== to) collector.relation({ from, type: 'connects_to', to }, where)
    }
}
