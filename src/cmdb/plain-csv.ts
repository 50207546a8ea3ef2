/** Plain CSV: a file of items and one of relations, told apart by their headers (docs/cmdb.md). */
import { compare } from '../core/topology.ts'
import { Collector } from './collect.ts'
import type { FileImporter, ImportedItem } from './importer.ts'
import { meaningOf } from './relations.ts'
import { cell, quoted, type Row, readTable } from './table.ts'
import { criticalityOf, statusOf } from './words.ts'

/** Columns by what we take them for; the first that is filled counts. */
const COLUMNS = {
  id: ['id', 'external_id', 'sys_id'],
  name: ['name', 'hostname', 'ci_name'],
  class: ['class', 'type', 'sys_class_name'],
  aliases: ['aliases', 'alias'],
  ip: ['ip', 'ip_address'],
  fqdn: ['fqdn'],
  serial: ['serial', 'serial_number'],
  status: ['status', 'operational_status', 'install_status'],
  environment: ['environment', 'env'],
  criticality: ['criticality', 'business_criticality', 'busines_criticality'],
  owner: ['owner', 'support_group', 'team', 'assignment_group'],
  tags: ['tags', 'labels'],
} as const
const FROM = ['from', 'source', 'parent'] as const
const TO = ['to', 'target', 'child'] as const
const RELATION = ['type', 'relationship'] as const
const KNOWN = new Set<string>(Object.values(COLUMNS).flat())

export const plainCsv: FileImporter = {
  id: 'csv',
  title: 'CSV: items and relations',
  docs: 'docs/cmdb.md',
  read: (files) => {
    const collector = new Collector()
    const tables = [...files]
      .sort((a, b) => compare(a.name, b.name) || compare(a.text, b.text))
      .map((file) => readTable(file, collector))
    const isRelation = (row: Row | undefined): boolean =>
      row !== undefined && FROM.some((name) => name in row.cells)
    const keys = new Map<string, Set<string>>()
    for (const row of tables.filter(([first]) => !isRelation(first)).flat())
      readItem(row, collector, keys)
    for (const row of tables.filter(([first]) => isRelation(first)).flat())
      readRelation(row, collector, keys)
    return collector.finish()
  },
}

function readItem(row: Row, collector: Collector, keys: Map<string, Set<string>>): void {
  const name = cell(row, ...COLUMNS.name)
  const ciClass = cell(row, ...COLUMNS.class)
    ?.toLowerCase()
    .replace(/\s+/g, '_')
  if (name === undefined || ciClass === undefined) {
    const field = name === undefined ? 'name' : 'class'
    collector.bad({ where: row.where, field, error: 'is empty' })
    return
  }
  const key = cell(row, ...COLUMNS.id) ?? `${ciClass}:${name}`
  for (const word of [key, name, `${ciClass}:${name}`]) {
    const known = keys.get(word.toLowerCase())
    if (known === undefined) keys.set(word.toLowerCase(), new Set([key]))
    else known.add(key)
  }
  collector.item({ key, class: ciClass, name, ...restOf(row, collector) }, row.where)
}

function restOf(row: Row, collector: Collector): Omit<ImportedItem, 'key' | 'class' | 'name'> {
  const criticality = cell(row, ...COLUMNS.criticality)
  const level = criticality === undefined ? undefined : criticalityOf(criticality)
  if (criticality !== undefined && level === undefined)
    collector.bad({
      where: row.where,
      field: 'criticality',
      error: `${quoted(criticality)} is no criticality; the rest of the row is taken`,
    })
  const owner = cell(row, ...COLUMNS.owner)
  const environment = cell(row, ...COLUMNS.environment)
  const status = cell(row, ...COLUMNS.status)
  const names = [
    ...(cell(row, ...COLUMNS.aliases)?.split(/[|;]/) ?? []),
    ...(cell(row, ...COLUMNS.ip)?.split(/[|;\s]+/) ?? []),
    cell(row, ...COLUMNS.fqdn) ?? '',
  ]
  return {
    aliases: names,
    labels: labelsOf(row),
    ...(owner === undefined ? {} : { owner }),
    ...(level === undefined ? {} : { criticality: level }),
    ...(environment === undefined ? {} : { environment }),
    ...(status === undefined ? {} : { status: statusOf(status) }),
  }
}

/** Tags (`a|b` or `k=v;k2=v2`), serial number and FQDN, and every column that has no other meaning. */
function labelsOf(row: Row): Readonly<Record<string, string>> {
  const others = Object.entries(row.cells).filter(([name]) => !KNOWN.has(name))
  const tags = (cell(row, ...COLUMNS.tags) ?? '').split(/[|;]/).map((tag) => tag.trim())
  const pairs = tags
    .filter((tag) => tag !== '')
    .map((tag) => {
      const at = tag.indexOf('=')
      return at < 0 ? [`tag:${tag}`, 'true'] : [tag.slice(0, at).trim(), tag.slice(at + 1).trim()]
    })
  const serial = cell(row, ...COLUMNS.serial)
  const fqdn = cell(row, ...COLUMNS.fqdn)
  return Object.fromEntries([
    ...others,
    ...pairs,
    ...(serial === undefined ? [] : [['serial', serial]]),
    ...(fqdn === undefined ? [] : [['fqdn', fqdn.toLowerCase()]]),
  ])
}

function readRelation(
  row: Row,
  collector: Collector,
  keys: ReadonlyMap<string, ReadonlySet<string>>,
): void {
  const name = cell(row, ...RELATION) ?? 'depends_on'
  const meaning = meaningOf(name)
  if (meaning === undefined) {
    const error = `${quoted(name)} is no relation that we know`
    collector.bad({ where: row.where, field: 'type', error })
    return
  }
  const ends = [FROM, TO].map((columns) => {
    const word = cell(row, ...columns) ?? ''
    const [key, other] = keys.get(word.toLowerCase()) ?? []
    if (key !== undefined && other === undefined) return key
    const error = key === undefined ? 'is not among the items' : 'is the name of several items'
    collector.bad({ where: row.where, field: columns[0], error: `${quoted(word)} ${error}` })
    return undefined
  })
  const [from, to] = meaning.reversed ? [ends[1], ends[0]] : ends
  if (from !== undefined && to !== undefined)
    collector.relation({ from, type: meaning.type, to }, row.where)
}
