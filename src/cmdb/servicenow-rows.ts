/**
 * Rows of ServiceNow's `cmdb_ci` tables and of `cmdb_rel_ci` as CIs and relations. A field may come
 * as its value, as what is shown of it, or as both.
 *
 * @see https://www.servicenow.com/docs/bundle/zurich-servicenow-platform/page/product/configuration-management/concept/c_ITILConfigurationManagement.html
 */
import type { Collector } from './collect.ts'
import { itemOf } from './found.ts'
import { type Meaning, meaningOf } from './relations.ts'
import { criticalityOf, statusOf } from './words.ts'

/** One field: as it is stored, and as people see it. */
export interface Field {
  readonly value?: string | undefined
  readonly shown?: string | undefined
}

export interface ServiceNowRow {
  readonly where: string
  /** The first of the columns that has something in it. */
  readonly get: (...columns: readonly string[]) => Field
}

export interface ServiceNowRows {
  readonly items: readonly ServiceNowRow[]
  readonly relations: readonly ServiceNowRow[]
  /** Relations that lead out of the import: each a bad row, or all of them one. */
  readonly strangers: 'each' | 'together'
}

/** Adds items, then the relations between them. */
export function addServiceNow(rows: ServiceNowRows, collector: Collector): void {
  const keys = new Map<string, string | null>()
  const learn = (word: string | undefined, key: string): void => {
    if (word === undefined) return
    const known = keys.get(word.toLowerCase())
    // A name that two CIs have names neither.
    keys.set(word.toLowerCase(), known === undefined || known === key ? key : null)
  }
  for (const row of rows.items) {
    const name = textOf(row.get('name'))
    const ciClass = classOf(row.get('sys_class_name', 'class', 'ci_class'))
    const key = row.get('sys_id').value ?? (name === undefined ? undefined : `${ciClass}:${name}`)
    if (key === undefined) {
      collector.bad({ where: row.where, field: 'name', error: 'is empty' })
      continue
    }
    learn(key, key)
    learn(name, key)
    addItem(row, key, ciClass, collector)
  }
  addRelations(rows, keys, collector)
}

function addItem(row: ServiceNowRow, key: string, ciClass: string, collector: Collector): void {
  const owner = ['support_group', 'assignment_group', 'owned_by', 'managed_by'].flatMap(
    (column) => personOf(row.get(column)) ?? [],
  )[0]
  const said = textOf(row.get('busines_criticality', 'business_criticality'))
  const fqdn = textOf(row.get('fqdn', 'fully_qualified_domain_name'))
  collector.item(
    itemOf({
      key,
      class: ciClass,
      name: textOf(row.get('name')),
      aliases: [fqdn, textOf(row.get('ip_address')), textOf(row.get('dns_domain_name'))],
      labels: {
        fqdn: fqdn?.toLowerCase(),
        serial: textOf(row.get('serial_number')),
        asset_tag: textOf(row.get('asset_tag')),
        location: personOf(row.get('location')),
      },
      owner,
      criticality: said === undefined ? undefined : criticalityOf(said),
      environment: textOf(row.get('environment', 'used_for'))?.toLowerCase(),
      status: statusIn(row),
    }),
    row.where,
  )
}

function addRelations(
  { relations, strangers }: ServiceNowRows,
  keys: ReadonlyMap<string, string | null>,
  collector: Collector,
): void {
  const unknown = new Map<string, number>()
  let outside = 0
  for (const row of relations) {
    const name = textOf(row.get('type', 'type.name', 'relationship_type')) ?? ''
    const meaning = MEANINGS.get(name.split('::')[0]?.trim().toLowerCase() ?? '') ?? meaningOf(name)
    if (meaning === undefined) {
      unknown.set(name, (unknown.get(name) ?? 0) + 1)
      continue
    }
    const parent = endOf(row, 'parent', keys)
    const child = endOf(row, 'child', keys)
    const [from, to] = meaning.reversed ? [child.key, parent.key] : [parent.key, child.key]
    if (from !== undefined && to !== undefined)
      collector.relation({ from, type: meaning.type, to }, row.where)
    else if (strangers === 'together') outside += 1
    else {
      const field = parent.key === undefined ? 'parent' : 'child'
      const { word } = parent.key === undefined ? parent : child
      const error = `"${word.slice(0, 80)}" is not in this import, or is the name of several CIs`
      collector.bad({ where: row.where, field, error })
    }
  }
  for (const [name, count] of unknown) {
    const error = `${count} relations of a type that has no meaning here: "${name.slice(0, 80)}"`
    collector.bad({ where: 'cmdb_rel_ci', field: 'type', error })
  }
  if (outside > 0) {
    const error = `${outside} relations lead to CIs that are not in this import`
    collector.bad({ where: 'cmdb_rel_ci', error })
  }
}

function endOf(
  row: ServiceNowRow,
  end: 'parent' | 'child',
  keys: ReadonlyMap<string, string | null>,
): { readonly key: string | undefined; readonly word: string } {
  const { value, shown } = row.get(end, `${end}.sys_id`)
  const name = row.get(`${end}.name`, `${end}_name`)
  const words = [value, shown, name.value, name.shown].flatMap((word) => word ?? [])
  const [key] = words.flatMap((word) => keys.get(word.toLowerCase()) ?? [])
  return { key, word: words[0] ?? '' }
}

/** Types of flow that discovery makes (Service Mapping), besides those of docs/cmdb.md. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map(
  [
    ['applicative flow to', 'depends_on', false] as const,
    ['use end point to', 'depends_on', false] as const,
    ['implement end point to', 'depends_on', false] as const,
    ['provides', 'depends_on', true] as const,
    ['provided by', 'depends_on', false] as const,
    ['exchanges data with', 'connects_to', false] as const,
    ['located in', 'located_in', false] as const,
  ].map(([name, type, reversed]) => [name, { type, reversed }]),
)

const CLASSES: ReadonlyMap<string, string> = new Map([
  ['appl', 'application'],
  ['business_app', 'application'],
  ['business_application', 'application'],
  ['service_auto', 'service'],
  ['service_discovered', 'service'],
  ['mapped_application_service', 'service'],
  ['application_service', 'service'],
  ['business_service', 'service'],
  ['db_instance', 'database'],
  ['database_instance', 'database'],
  ['lb', 'load_balancer'],
  ['netgear', 'network_device'],
  ['network_gear', 'network_device'],
  ['ip_switch', 'switch'],
  ['ip_router', 'router'],
  ['ip_firewall', 'firewall'],
  ['windows_server', 'win_server'],
  ['virtual_machine_instance', 'vm_instance'],
  ['storage_device', 'storage'],
])

/** `cmdb_ci_linux_server` and its label `Linux Server` are `linux_server`. */
function classOf(field: Field): string {
  const said = field.value ?? field.shown ?? 'cmdb_ci'
  const word = said
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
    .replace(/^cmdb_ci_/, '')
  if (
    /^(db_\w+_(instance|catalog)|(oracle|ms_?sql(_server)?|mysql|postgresql|mongodb)_instance)$/.test(
      word,
    )
  )
    return 'database'
  return CLASSES.get(word) ?? word
}

const OPERATIONAL_STATUS: Readonly<Record<string, string>> = {
  '1': 'operational',
  '2': 'non-operational',
  '3': 'repair in progress',
  '4': 'dr standby',
  '5': 'ready',
  '6': 'retired',
  '7': 'pipeline',
  '8': 'catalog',
}
const GONE = new Set(['7', '8', '100', 'retired', 'stolen', 'absent'])

/** Retired by either status; else what it does now. */
function statusIn(row: ServiceNowRow): string | undefined {
  const install = row.get('install_status', 'status')
  const operational = row.get('operational_status')
  if ([install.value, install.shown].some((word) => GONE.has(word?.toLowerCase() ?? '')))
    return 'retired'
  const said = operational.value ?? operational.shown
  return said === undefined ? undefined : (OPERATIONAL_STATUS[said] ?? statusOf(said))
}

function textOf({ value, shown }: Field): string | undefined {
  return shown ?? value
}

/** A reference by its name; a bare sys_id says nothing to people. */
function personOf(field: Field): string | undefined {
  const text = textOf(field)
  return text === undefined || /^[0-9a-f]{32}$/.test(text) ? undefined : text
}
