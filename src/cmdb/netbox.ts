/**
 * Files of NetBox: its CSV export (the columns of its import forms, or those of its tables), and
 * JSON as its REST API answers it, one list to a file. What a CSV file holds its name says:
 * `devices.csv`, `netbox_virtual machines.csv`.
 *
 * @see https://netboxlabs.com/docs/netbox/reference/import-export/
 */
import { z } from 'zod'
import { Collector } from './collect.ts'
import { readDocuments } from './documents.ts'
import type { FileImporter, ImportFile } from './importer.ts'
import { addNetbox, NETBOX_KINDS, type NetboxKind, type NetboxObject } from './netbox-objects.ts'
import { cell, type Row, readTable } from './table.ts'

export const netbox: FileImporter = {
  id: 'netbox',
  title: 'NetBox CSV and JSON',
  docs: 'https://netboxlabs.com/docs/netbox/reference/import-export/',
  read: (files) => {
    const collector = new Collector()
    const isJson = ({ text }: ImportFile): boolean => /^\s*[[{]/.test(text)
    const objects = [
      ...files.filter((file) => !isJson(file)).flatMap((file) => fromCsv(file, collector)),
      ...fromJson(files.filter(isJson), collector),
    ]
    addNetbox(objects, collector)
    return collector.finish()
  },
}

const PLURALS: ReadonlyMap<string, NetboxKind> = new Map(
  NETBOX_KINDS.map((kind) => [kind === 'virtual-chassis' ? kind : `${kind}s`, kind] as const),
)

const Page = z.union([
  z.array(z.unknown()),
  z.object({ results: z.array(z.unknown()) }).transform(({ results }) => results),
])
const Located = z.object({ url: z.string() })

function fromJson(files: readonly ImportFile[], collector: Collector): readonly NetboxObject[] {
  return readDocuments(files, collector).flatMap(({ where, value }) => {
    const page = Page.safeParse(value)
    if (!page.success) {
      collector.bad({ where, error: 'neither a list of objects nor an answer of the API' })
      return []
    }
    return page.data.flatMap((one, index) => {
      const place = `${where} object ${index + 1}`
      const located = Located.safeParse(one)
      const path = located.success ? /\/([a-z-]+)\/\d+\/?$/.exec(located.data.url)?.[1] : undefined
      const kind = PLURALS.get(path ?? '')
      if (kind !== undefined) return [{ where: place, kind, value: one }]
      collector.bad({ where: place, field: 'url', error: 'names no kind of object that is read' })
      return []
    })
  })
}

function fromCsv(file: ImportFile, collector: Collector): readonly NetboxObject[] {
  const rows = readTable(file, collector)
  const stem = file.name
    .replace(/^.*\//, '')
    .replace(/\.csv$/i, '')
    .toLowerCase()
  const kind =
    PLURALS.get(stem.replace(/^netbox[_ -]/, '').replace(/[_ ]/g, '-')) ?? kindOf(rows[0])
  if (kind !== undefined && kind !== 'cable')
    return rows.map((row) => ({ where: row.where, kind, value: objectOf(row) }))
  if (rows.length > 0) collector.bad({ where: file.name, error: 'does not say what it holds' })
  return []
}

/** By columns that only one kind has. */
function kindOf(row: Row | undefined): NetboxKind | undefined {
  const has = (name: string): boolean => row !== undefined && name in row.cells
  if (has('device_type') || has('rack')) return 'device'
  if (has('vcpus')) return 'virtual-machine'
  return has('protocol') && has('ports') ? 'service' : undefined
}

/** A row in the form of the API's object: references by name, as they are written in CSV. */
function objectOf(row: Row): unknown {
  const ref = (...names: readonly string[]): { readonly name: string } | undefined => {
    const name = cell(row, ...names)
    return name === undefined ? undefined : { name }
  }
  const ip = (...names: readonly string[]): { readonly address: string } | undefined => {
    const address = cell(row, ...names)
    return address === undefined ? undefined : { address }
  }
  const status = cell(row, 'status')
  const ports = cell(row, 'ports')
    ?.split(/[\s,;]+/)
    .map(Number)
    .filter(Number.isInteger)
  const custom = Object.entries(row.cells).flatMap(([name, text]) =>
    name.startsWith('cf_') && text !== '' ? [[name.slice('cf_'.length), text]] : [],
  )
  return {
    id: cell(row, 'id'),
    name: cell(row, 'name'),
    status: status === undefined ? undefined : { value: status.toLowerCase() },
    role: ref('role', 'device_role'),
    tenant: ref('tenant', 'tenant.name'),
    owner: ref('owner'),
    site: ref('site', 'site.name'),
    rack: ref('rack', 'rack.name'),
    cluster: ref('cluster', 'cluster.name'),
    device: ref('device', 'device.name'),
    virtual_machine: ref('virtual_machine', 'virtual_machine.name'),
    virtual_chassis: ref('virtual_chassis', 'virtual_chassis.name'),
    platform: ref('platform'),
    serial: cell(row, 'serial', 'serial_number'),
    asset_tag: cell(row, 'asset_tag'),
    primary_ip: ip('primary_ip', 'ip_address'),
    primary_ip4: ip('primary_ip4', 'ipv4_address'),
    primary_ip6: ip('primary_ip6', 'ipv6_address'),
    oob_ip: ip('oob_ip'),
    ports,
    custom_fields: Object.fromEntries(custom),
  }
}
