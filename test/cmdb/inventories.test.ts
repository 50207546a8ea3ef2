/** What exports of CMDBs and inventories are read as. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Imported, ImportedItem, ImportFile } from '../../src/cmdb/importer.ts'
import { netbox } from '../../src/cmdb/netbox.ts'
import { servicenow } from '../../src/cmdb/servicenow.ts'

function fixtures(id: string): readonly ImportFile[] {
  const folder = join(import.meta.dirname, 'fixtures', id)
  return readdirSync(folder)
    .filter((name) => name !== 'README.md')
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
}

const lines = ({ relations }: Imported): string[] =>
  relations.map(({ from, type, to }) => `${from} ${type} ${to}`)
const classes = ({ items }: Imported): string[] =>
  items.map(({ key, class: ciClass }) => `${ciClass} ${key}`)
const places = ({ bad }: Imported): string[] =>
  bad.map(({ where, field }) => `${where}: ${field ?? '-'}`)
const byKey = ({ items }: Imported, key: string): ImportedItem | undefined =>
  items.find((item) => item.key === key)

describe('NetBox', () => {
  const read = netbox.read(fixtures('netbox'))

  it('has devices in racks and sites, machines on devices, and cables', () => {
    expect(lines(read)).toEqual([
      'device:31 located_in site:7',
      'device:31 member_of virtual-chassis:4',
      'device:32 connects_to device:31',
      'device:32 located_in site:7',
      'device:old01 located_in site:fra1',
      'device:web01 located_in rack:R1',
      'virtual-machine:vm-cart runs_on cluster:kvm-fra',
      'virtual-machine:vm-cart runs_on device:web01',
      'virtual-machine:vm-free located_in site:fra1',
    ])
  })

  it('reads a row as the object that it is', () => {
    expect(byKey(read, 'device:web01')).toEqual({
      key: 'device:web01',
      class: 'server',
      name: 'web01',
      aliases: [],
      labels: {
        asset_tag: 'A100',
        cf_team: 'shop-sre',
        platform: 'debian',
        role: 'Server',
        serial: 'SN100',
        site: 'fra1',
        tenant: 'Shop',
      },
      owner: 'Shop',
      status: 'operational',
    })
    expect(byKey(read, 'device:old01')?.status).toBe('retired')
    expect(byKey(read, 'device:31')?.class).toBe('switch')
    expect(byKey(read, 'virtual-machine:vm-cart')?.aliases).toEqual(['10.0.0.21'])
  })

  it('has bad rows with their place', () => {
    expect(places(read)).toEqual(['dcim.json object 5: url', 'devices.csv row 4: name'])
  })
})

describe('ServiceNow', () => {
  const read = servicenow.read(fixtures('servicenow'))
  const [web, shop] = [`a1${'0'.repeat(29)}1`, `b1${'0'.repeat(29)}1`]

  it('relates by names and by ids, whole and part turned around', () => {
    expect(lines(read)).toEqual([
      `a1${'0'.repeat(29)}3 runs_on ${web}`,
      `${shop} depends_on ${web}`,
      `b1${'0'.repeat(29)}2 member_of ${shop}`,
    ])
  })

  it('knows labels and column names, shown and stored values', () => {
    expect(classes(read).map((line) => line.split(' ')[0])).toEqual([
      'linux_server',
      'linux_server',
      'database',
      'service',
      'service',
    ])
    expect(byKey(read, web)).toEqual({
      key: web,
      class: 'linux_server',
      name: 'web01',
      aliases: ['10.0.0.5', 'web01.example.org'],
      labels: { fqdn: 'web01.example.org', location: 'Frankfurt', serial: 'SN1' },
      owner: 'Linux Team',
      environment: 'production',
      status: 'operational',
    })
    expect(byKey(read, shop)?.criticality).toBe(1)
    expect(read.items.map(({ status }) => status)).toEqual([
      'operational',
      'retired',
      'non-operational',
      'operational',
      'retired',
    ])
  })

  it('has bad rows with their place, and unknown types of relations by their number', () => {
    expect(places(read)).toEqual([
      'cmdb_ci_server.csv row 5: name',
      'cmdb_rel_ci: type',
      'cmdb_rel_ci.csv row 6: child',
    ])
  })
})
