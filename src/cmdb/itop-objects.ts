/**
 * Objects of iTop as CIs and relations: classes below `FunctionalCI`, their external keys, and the
 * links between them (`lnk…` classes, or the link sets of an object). What depends on what follows
 * iTop's own relation "impacts".
 *
 * @see https://www.itophub.io/wiki/page?id=latest:datamodel:start
 */
import { z } from 'zod'
import { type Collector, clip } from './collect.ts'
import { itemOf } from './found.ts'
import { criticalityOf, statusOf } from './words.ts'

export interface ItopObject {
  readonly where: string
  /** As iTop spells it: `Server`, `lnkContactToFunctionalCI`. */
  readonly class: string
  /** Unique among all CIs of an iTop; where an export leaves it out, the name is the key. */
  readonly id?: string | undefined
  readonly fields: Readonly<Record<string, unknown>>
}

export interface ItopObjects {
  readonly objects: readonly ItopObject[]
  /** References that lead out of the import: each a bad row, or all of them one. */
  readonly strangers: 'each' | 'together'
}

/** Ours by iTop's classes that are CIs; others below `FunctionalCI` keep their name in our spelling. */
export const ITOP_CLASSES: Readonly<Record<string, string>> = {
  Server: 'server',
  VirtualMachine: 'virtual_machine',
  Hypervisor: 'hypervisor',
  Farm: 'cluster',
  NetworkDevice: 'network_device',
  SANSwitch: 'switch',
  StorageSystem: 'storage',
  NAS: 'storage',
  TapeLibrary: 'storage',
  Rack: 'rack',
  Enclosure: 'enclosure',
  PDU: 'power_supply',
  PowerSource: 'power_supply',
  PC: 'computer',
  ApplicationSolution: 'application',
  BusinessProcess: 'business_process',
  DBServer: 'database',
  DatabaseSchema: 'database',
  WebServer: 'application',
  WebApplication: 'application',
  Middleware: 'middleware',
  MiddlewareInstance: 'middleware',
  OtherSoftware: 'software',
  PCSoftware: 'software',
}

/** `from` is the object that has the key, unless the rule is turned around. */
const KEYS: readonly {
  readonly field: string
  readonly type: string
  readonly reversed?: boolean
}[] = [
  { field: 'system_id', type: 'runs_on' },
  { field: 'middleware_id', type: 'runs_on' },
  { field: 'dbserver_id', type: 'runs_on' },
  { field: 'webserver_id', type: 'runs_on' },
  { field: 'virtualhost_id', type: 'runs_on' },
  { field: 'server_id', type: 'runs_on' },
  // A farm works as long as its hypervisors do, not the other way round.
  { field: 'farm_id', type: 'depends_on', reversed: true },
  { field: 'rack_id', type: 'located_in' },
  { field: 'enclosure_id', type: 'located_in' },
  { field: 'powerA_id', type: 'depends_on' },
  { field: 'powerB_id', type: 'depends_on' },
  { field: 'powerstart_id', type: 'depends_on' },
]

const LINKS: readonly { readonly from: string; readonly type: string; readonly to: string }[] = [
  { from: 'applicationsolution_id', type: 'depends_on', to: 'functionalci_id' },
  { from: 'businessprocess_id', type: 'depends_on', to: 'applicationsolution_id' },
  { from: 'connectableci_id', type: 'connects_to', to: 'networkdevice_id' },
  { from: 'datacenterdevice_id', type: 'connects_to', to: 'san_id' },
]

/** Link sets of an object, by the end of the link that the object itself is. */
const LINK_SETS: Readonly<Record<string, string>> = {
  contacts_list: 'functionalci_id',
  applicationsolution_list: 'functionalci_id',
  functionalcis_list: 'applicationsolution_id',
  businessprocess_list: 'applicationsolution_id',
  applicationsolutions_list: 'businessprocess_id',
  networkdevice_list: 'connectableci_id',
  connectablecis_list: 'networkdevice_id',
  san_list: 'datacenterdevice_id',
  datacenterdevice_list: 'san_id',
}

export const ITOP_KEYS: readonly string[] = [
  ...KEYS.map(({ field }) => field),
  ...new Set(LINKS.flatMap(({ from, to }) => [from, to])),
  'contact_id',
]

type Fields = ItopObject['fields']
interface Link {
  readonly where: string
  readonly fields: Fields
}
interface Ci extends ItopObject {
  readonly key: string
}

const Rows = z.array(z.record(z.string(), z.unknown()))

/** Whether the class is one of links between objects. */
export function isLink(itopClass: string): boolean {
  return itopClass.startsWith('lnk')
}

/** Adds the CIs, then the relations between them. Objects of other classes are counted as bad rows. */
export function addItop({ objects, strangers }: ItopObjects, collector: Collector): void {
  const index = new Index(strangers, collector)
  const links: Link[] = []
  const cis: Ci[] = []
  const passed = new Map<string, { readonly where: string; readonly count: number }>()
  for (const object of objects) {
    if (isLink(object.class)) links.push(object)
    else if (isCi(object)) {
      const name = textOf(object.fields, 'name')
      const key = `${object.class}::${object.id ?? name ?? ''}`
      const ci = { ...object, key }
      index.learn(ci, name)
      cis.push(ci)
      links.push(...linksIn(ci, collector))
    } else {
      const { where, count } = passed.get(object.class) ?? { where: object.where, count: 0 }
      passed.set(object.class, { where, count: count + 1 })
    }
  }
  const owners = ownersOf(links, index)
  for (const ci of cis) addItem(ci, owners.get(ci.key), collector)
  for (const ci of cis) addKeys(ci, index, collector)
  for (const link of links) addLink(link, index, collector)
  for (const [itopClass, { where, count }] of passed) {
    const error = `"${clip(itopClass)}" (${count} objects) is a class neither of CIs nor of links between them`
    collector.bad({ where, field: 'class', error })
  }
  index.finish()
}

function isCi({ class: itopClass, fields }: ItopObject): boolean {
  return Object.hasOwn(ITOP_CLASSES, itopClass) || 'business_criticity' in fields
}

/** Finds CIs by id, or by a name that only one of them has. */
class Index {
  private readonly keys = new Map<string, string>()
  private readonly names = new Map<string, string | null>()
  private readonly strangers: ItopObjects['strangers']
  private readonly collector: Collector
  private outside = 0

  constructor(strangers: ItopObjects['strangers'], collector: Collector) {
    this.strangers = strangers
    this.collector = collector
  }

  learn({ id, key }: Ci, name: string | undefined): void {
    if (id !== undefined) this.keys.set(id, key)
    if (name === undefined) return
    const known = this.names.get(name.toLowerCase())
    this.names.set(name.toLowerCase(), known === undefined || known === key ? key : null)
  }

  /** The key of what a field names; nothing where it names nothing, or what is not in the import. */
  find(fields: Fields, field: string, where: string): string | undefined {
    const text = textOf(fields, field)
    if (text === undefined || text === '0') return undefined
    const key = this.keys.get(text) ?? this.names.get(text.toLowerCase())
    if (key != null) return key
    if (this.strangers === 'together') this.outside += 1
    else
      this.collector.bad({
        where,
        field,
        error: `"${clip(text)}" is not in this import, or is the name of several CIs`,
      })
    return undefined
  }

  finish(): void {
    if (this.outside === 0) return
    const error = `${this.outside} references lead to CIs that are not in this import`
    this.collector.bad({ where: 'FunctionalCI', error })
  }
}

function linksIn({ where, id, fields }: Ci, collector: Collector): readonly Link[] {
  return Object.entries(LINK_SETS).flatMap(([set, me]) => {
    const value = fields[set]
    // A link set that was exported to CSV is text for people.
    if (value == null || typeof value === 'string') return []
    const rows = Rows.safeParse(value)
    if (!rows.success) {
      collector.bad({ where, field: set, error: 'is no list of links' })
      return []
    }
    return rows.data.map((row) => ({ where, fields: { ...row, [me]: id ?? fields['name'] } }))
  })
}

/** The team that is a contact of a CI, else the person; of several the first by name. */
function ownersOf(links: readonly Link[], index: Index): ReadonlyMap<string, string> {
  const best = new Map<string, string>()
  for (const { where, fields } of links) {
    const name = textOf(fields, 'contact_name', 'contact_id_friendlyname', 'contact_id')
    // An id says nothing to people.
    if (name === undefined || /^\d+$/.test(name)) continue
    const key = index.find(fields, 'functionalci_id', where)
    if (key === undefined) continue
    const isTeam = textOf(fields, 'contact_id_finalclass_recall') === 'Team'
    const rank = `${isTeam ? 0 : 1}${name}`
    const known = best.get(key)
    if (known === undefined || rank < known) best.set(key, rank)
  }
  return new Map([...best].map(([key, rank]) => [key, rank.slice(1)]))
}

function addItem(ci: Ci, owner: string | undefined, collector: Collector): void {
  const { fields } = ci
  const said = textOf(fields, 'business_criticity')
  const organization = textOf(fields, 'organization_name', 'org_name', 'org_id_friendlyname')
  collector.item(
    itemOf({
      key: ci.key,
      class: classOf(ci),
      name: textOf(fields, 'name'),
      aliases: [textOf(fields, 'managementip')],
      labels: {
        itop_class: ci.class,
        organization,
        serial: textOf(fields, 'serialnumber'),
        asset_tag: textOf(fields, 'asset_number'),
        location: textOf(fields, 'location_name', 'location_id_friendlyname'),
        url: textOf(fields, 'url'),
      },
      owner: owner ?? organization,
      criticality: said === undefined ? undefined : criticalityOf(said),
      status: statusIn(fields),
    }),
    ci.where,
  )
}

/** What is inactive in iTop is obsolete there, too. */
function statusIn(fields: Fields): string | undefined {
  const said = textOf(fields, 'status')
  if (/^(yes|true|1)$/i.test(textOf(fields, 'obsolescence_flag') ?? '')) return 'retired'
  if (said === undefined) return undefined
  return said.toLowerCase() === 'inactive' ? 'retired' : statusOf(said)
}

const NETWORK_TYPES: Readonly<Record<string, string>> = {
  switch: 'switch',
  router: 'router',
  firewall: 'firewall',
  'load balancer': 'load_balancer',
  'access point': 'access_point',
}

function classOf({ class: itopClass, fields }: Ci): string {
  const type = textOf(fields, 'networkdevicetype_name', 'networkdevicetype_id_friendlyname')
  const ours = Object.hasOwn(ITOP_CLASSES, itopClass) ? ITOP_CLASSES[itopClass] : undefined
  if (ours === 'network_device') return NETWORK_TYPES[type?.toLowerCase() ?? ''] ?? ours
  return ours ?? itopClass.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase()
}

function addKeys(ci: Ci, index: Index, collector: Collector): void {
  for (const { field, type, reversed } of KEYS) {
    const other = index.find(ci.fields, field, ci.where)
    if (other === undefined) continue
    const [from, to] = reversed === true ? [other, ci.key] : [ci.key, other]
    collector.relation({ from, type, to }, ci.where)
  }
}

function addLink({ where, fields }: Link, index: Index, collector: Collector): void {
  for (const link of LINKS) {
    if (fields[link.from] == null || fields[link.to] == null) continue
    const from = index.find(fields, link.from, where)
    const to = index.find(fields, link.to, where)
    if (from === undefined || to === undefined) continue
    // By an uplink the network device hangs on what it is connected to.
    const turned = textOf(fields, 'connection_type')?.toLowerCase() === 'uplink'
    collector.relation(
      turned ? { from: to, type: link.type, to: from } : { from, type: link.type, to },
      where,
    )
  }
}

function textOf(fields: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (typeof value === 'number' || typeof value === 'boolean') return `${value}`
    if (typeof value === 'string' && value.trim() !== '') return value.trim()
  }
  return undefined
}
