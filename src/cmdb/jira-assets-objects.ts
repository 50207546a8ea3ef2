/**
 * Objects of Jira Assets (once Insight) as CIs and relations. Object types and attributes are what
 * each company makes of them: they are known by the words that their names consist of, references
 * by the name of the attribute, else of its reference type.
 *
 * @see https://developer.atlassian.com/cloud/assets/rest/api-group-object/
 */
import { classTerm } from '../core/cmdb/terms.ts'
import { type Collector, clip } from './collect.ts'
import { itemOf } from './found.ts'
import { type Meaning, meaningOf } from './relations.ts'
import { criticalityOf, statusOf } from './words.ts'

export interface AssetsValue {
  /** For people: text, the name of a user, group or status, the label of another object. */
  readonly text: string
  /** The key of the object that it refers to; in CSV what may be a key or a name. */
  readonly key?: string | undefined
}

export interface AssetsAttribute {
  readonly name: string
  readonly referenceType?: string | undefined
  readonly values: readonly AssetsValue[]
}

export interface AssetsObject {
  readonly where: string
  readonly type: string
  /** `ITSM-88`; where an export leaves it out, type and name are the key. */
  readonly key?: string | undefined
  readonly name?: string | undefined
  readonly attributes: readonly AssetsAttribute[]
}

export interface AssetsObjects {
  readonly objects: readonly AssetsObject[]
  /** What attributes mean in this company, by their name in lower case; goes before all else. */
  readonly meanings?: ReadonlyMap<string, Meaning>
  /** References that lead out of the import: each a bad row, or all of them one. */
  readonly strangers: 'each' | 'together'
}

const RUNS_ON: Meaning = { type: 'runs_on', reversed: false }
const LOCATED_IN: Meaning = { type: 'located_in', reversed: false }
const MEMBER_OF: Meaning = { type: 'member_of', reversed: false }
const DEPENDS_ON: Meaning = { type: 'depends_on', reversed: false }
const NEEDED_BY: Meaning = { type: 'depends_on', reversed: true }
const CONNECTS_TO: Meaning = { type: 'connects_to', reversed: false }

/** Besides the names of relations: what attributes of references, and reference types, are called. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  ...['host', 'primary host', 'server', 'physical server', 'hypervisor', 'virtual host', 'machine']
    .concat(['node', 'running on', 'installed on', 'installed', 'deployed on', 'deployed to'])
    .map((name) => [name, RUNS_ON] as const),
  ...['location', 'site', 'rack', 'data center', 'datacenter', 'room', 'building', 'office']
    .concat(['region', 'zone'])
    .map((name) => [name, LOCATED_IN] as const),
  ...['cluster', 'parent', 'system'].map((name) => [name, MEMBER_OF] as const),
  ...['dependency', 'dependencies', 'requires', 'relies on', 'using', 'database', 'databases'].map(
    (name) => [name, DEPENDS_ON] as const,
  ),
  ...['supports', 'supported services', 'required by', 'dependents', 'provides'].map(
    (name) => [name, NEEDED_BY] as const,
  ),
  ...['switch', 'uplink', 'network device'].map((name) => [name, CONNECTS_TO] as const),
])

const OWNER = new Set([
  ...['owner', 'owned by', 'service owner', 'owner team', 'owning team', 'team', 'support group'],
  ...['support team', 'assignment group', 'managed by', 'responsible', 'responsible team'],
])
const ALIASES = new Set([
  ...['hostname', 'host name', 'fqdn', 'dns name', 'ip', 'ip address', 'ip addresses', 'ips'],
  ...['ipv4', 'ipv4 address', 'ipv6', 'ipv6 address', 'management ip', 'primary ip', 'alias'],
  ...['aliases', 'other names'],
])
const LABELS: ReadonlyMap<string, string> = new Map([
  ['fqdn', 'fqdn'],
  ['serial', 'serial'],
  ['serial number', 'serial'],
  ['asset tag', 'asset_tag'],
  ['uuid', 'uid'],
  ['instance id', 'provider_id'],
  ['location', 'location'],
  ['site', 'location'],
  ['namespace', 'namespace'],
  ['cluster', 'cluster'],
  ['region', 'region'],
  ['availability zone', 'zone'],
  ['zone', 'zone'],
])
const ENVIRONMENT = new Set(['environment', 'env', 'stage'])
const STATUS = new Set(['status', 'state', 'lifecycle', 'lifecycle status', 'operational status'])
const CRITICALITY = new Set([
  ...['criticality', 'business criticality', 'tier', 'service tier', 'importance'],
])
/** What every object has, and says nothing of. */
const SYSTEM = new Set(['key', 'name', 'label', 'created', 'updated', 'object type', 'type'])

/** Kinds of objects that break nothing when they are gone. */
const NO_CI =
  /^(people|persons?|employees?|users?|contacts?|customers?|teams?|departments?|organi[sz]ations?|compan(y|ies)|vendors?|suppliers?|manufacturers?|(hardware )?models?|contracts?|licen[sc]es?|purchase orders?|invoices?|cost centers?|documents?|countr(y|ies))$/

interface Known extends AssetsObject {
  readonly id: string
}

/** Adds the CIs, then the relations between them. */
export function addAssets(
  { objects, meanings = new Map(), strangers }: AssetsObjects,
  collector: Collector,
): void {
  const known: Known[] = []
  const index = new Map<string, string | null>()
  const others = new Set<string>()
  for (const object of objects) {
    const ciClass = classOf(object.type)
    const id = object.key ?? `${ciClass}:${object.name ?? ''}`
    const names = [id, object.name].flatMap((name) => name?.toLowerCase() ?? [])
    if (NO_CI.test(wordsOf(object.type))) {
      for (const name of names) others.add(name)
      continue
    }
    known.push({ ...object, id })
    for (const name of names) {
      const first = index.get(name)
      // A name that two objects have names neither.
      index.set(name, first === undefined || first === id ? id : null)
    }
  }
  for (const object of known) addItem(object, collector)
  const relate = new Relate({ index, others, meanings, strangers }, collector)
  for (const object of known) for (const one of object.attributes) relate.add(object, one)
  relate.finish()
}

function addItem(object: Known, collector: Collector): void {
  const valuesOf = (names: { has: (name: string) => boolean }): readonly string[] =>
    object.attributes
      .filter(({ name }) => names.has(wordsOf(name)))
      .flatMap(({ values }) => values.map(({ text }) => text))
  const said = valuesOf(CRITICALITY)[0]
  const status = valuesOf(STATUS)[0]
  const labels = object.attributes.flatMap(({ name, values }) => {
    const label = LABELS.get(wordsOf(name))
    const text = values[0]?.text
    if (label === undefined || text === undefined) return []
    return [[label, label === 'fqdn' ? text.toLowerCase() : text] as const]
  })
  collector.item(
    itemOf({
      key: object.id,
      class: classOf(object.type),
      name: object.name,
      aliases: valuesOf(ALIASES),
      labels: { ...Object.fromEntries(labels), asset_key: object.key },
      owner: valuesOf(OWNER)[0],
      criticality: said === undefined ? undefined : criticalityOf(said),
      environment: valuesOf(ENVIRONMENT)[0]?.toLowerCase(),
      status: status === undefined ? undefined : statusOf(status),
    }),
    object.where,
  )
}

interface Around {
  readonly index: ReadonlyMap<string, string | null>
  /** Objects that are no CIs, by key and name. */
  readonly others: ReadonlySet<string>
  readonly meanings: ReadonlyMap<string, Meaning>
  readonly strangers: AssetsObjects['strangers']
}

type Found =
  | { readonly kind: 'ci'; readonly key: string }
  | { readonly kind: 'no ci' }
  | { readonly kind: 'stranger' }

class Relate {
  private readonly around: Around
  private readonly collector: Collector
  private readonly unknown = new Map<string, { readonly where: string; readonly count: number }>()
  private outside: { readonly where: string; readonly count: number } | undefined

  constructor(around: Around, collector: Collector) {
    this.around = around
    this.collector = collector
  }

  add(object: Known, attribute: AssetsAttribute): void {
    const words = wordsOf(attribute.name)
    if ([SYSTEM, OWNER, ALIASES, STATUS].some((names) => names.has(words))) return
    const meaning =
      this.around.meanings.get(words) ??
      meaningIn(words) ??
      meaningIn(wordsOf(attribute.referenceType ?? ''))
    for (const value of attribute.values) {
      const found = this.find(value)
      if (found.kind === 'no ci') continue
      if (meaning === undefined) {
        if (found.kind === 'ci' && value.key !== undefined) this.count(attribute.name, object.where)
      } else if (found.kind === 'ci') {
        const [from, to] = meaning.reversed ? [found.key, object.id] : [object.id, found.key]
        this.collector.relation({ from, type: meaning.type, to }, object.where)
      } else if (value.key !== undefined && meaning.type !== 'located_in')
        this.stranger(object.where, attribute.name, value.key)
    }
  }

  /** Text that is no reference names an object, too, where only one has that name. */
  private find({ key, text }: AssetsValue): Found {
    for (const word of [key, text].flatMap((one) => one?.trim().toLowerCase() ?? [])) {
      const ci = this.around.index.get(word)
      if (ci != null) return { kind: 'ci', key: ci }
      if (this.around.others.has(word)) return { kind: 'no ci' }
    }
    return { kind: 'stranger' }
  }

  private count(name: string, where: string): void {
    const { where: first, count } = this.unknown.get(name) ?? { where, count: 0 }
    this.unknown.set(name, { where: first, count: count + 1 })
  }

  /** Where a thing stands it says as a label, too: nothing is lost. */
  private stranger(where: string, field: string, key: string): void {
    if (this.around.strangers === 'together') {
      this.outside = { where: this.outside?.where ?? where, count: (this.outside?.count ?? 0) + 1 }
      return
    }
    const error = `"${clip(key)}" is not in this import, or is the name of several objects`
    this.collector.bad({ where, field: clip(field), error })
  }

  finish(): void {
    for (const [name, { where, count }] of this.unknown) {
      const error = `${count} references by an attribute that has no meaning here`
      this.collector.bad({ where, field: clip(name), error })
    }
    if (this.outside === undefined) return
    const { where, count } = this.outside
    const error = `${count} references lead to objects that are not in this import`
    this.collector.bad({ where, error })
  }
}

function meaningIn(words: string): Meaning | undefined {
  return MEANINGS.get(words) ?? meaningOf(words)
}

/** `Support_Group` and `support-group` are `support group`. */
function wordsOf(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, ' ')
}

/** `Virtual Machines` is `virtual_machine`; what has no meaning here keeps its words. */
function classOf(type: string): string {
  return classTerm(type)?.name ?? wordsOf(type).replaceAll(' ', '_')
}
