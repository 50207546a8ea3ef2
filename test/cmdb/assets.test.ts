/** What lists of assets and of applications are read as. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freshservice } from '../../src/cmdb/freshservice.ts'
import type { Imported, ImportedItem, ImportFile } from '../../src/cmdb/importer.ts'
import { solarwinds } from '../../src/cmdb/solarwinds.ts'
import { zluri } from '../../src/cmdb/zluri.ts'

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
  bad.map(({ where, field, error }) => `${where} ${field ?? '-'}: ${error}`)
const byKey = ({ items }: Imported, key: string): ImportedItem | undefined =>
  items.find((item) => item.key === key)

describe('Freshservice', () => {
  const read = freshservice.read(fixtures('freshservice'))

  it('leads types of assets to classes, by those above them where need be', () => {
    expect(classes(read)).toEqual([
      'server ASSET-8',
      'service asset:4',
      'server asset:5',
      'switch asset:6',
      'coffee_maker asset:7',
    ])
  })

  it('knows the fields of types without their ids', () => {
    expect(byKey(read, 'asset:5')).toEqual({
      key: 'asset:5',
      class: 'server',
      name: 'WEB01',
      aliases: ['10.0.0.5', 'WEB01.corp.example.org'],
      labels: {
        asset_tag: 'ASSET-5',
        fqdn: 'web01.corp.example.org',
        mac: '00:11:22:33:44:55',
        serial: 'ABC1234',
        type: 'Windows Server',
      },
      owner: 'Server Team',
      criticality: 3,
      status: 'operational',
    })
    expect(byKey(read, 'asset:4')).toMatchObject({ owner: 'Sales', criticality: 2 })
    expect(byKey(read, 'asset:6')?.status).toBe('retired')
    expect(byKey(read, 'ASSET-8')).toMatchObject({ owner: 'Database Team', criticality: 2 })
  })

  it('relates the one that suffers to the one that it needs', () => {
    expect(lines(read)).toEqual(['asset:4 depends_on asset:5', 'asset:5 depends_on asset:6'])
  })

  it('has bad rows with their place', () => {
    expect(places(read)).toEqual([
      'assets.csv row 3 name: is empty',
      'assets.json assets 5 display_id: Invalid input: expected number, received undefined',
      'relationships -: 1 relations lead to assets that are not in this import',
      'relationships relationship_type_id: 1 relations of a type that has no meaning here: "Uses"',
    ])
  })
})

describe('SolarWinds Service Desk', () => {
  const read = solarwinds.read(fixtures('solarwinds'))

  it('knows servers from laptops, and what else there is by its type', () => {
    expect(classes(read)).toEqual([
      'fax configuration_item:10',
      'application configuration_item:9',
      'server hardware:101',
      'computer hardware:102',
      'switch other_asset:7',
      'site site:7',
      'site site:8',
    ])
  })

  it('reads what tells things apart, and who looks after them', () => {
    expect(byKey(read, 'hardware:101')).toEqual({
      key: 'hardware:101',
      class: 'server',
      name: 'APP01',
      aliases: ['10.1.0.5', '10.2.0.5'],
      labels: {
        asset_tag: 'A101',
        os: 'Microsoft Windows Server 2022 Standard',
        serial: 'VMW-101',
        site: 'Frankfurt',
        type: 'Computer',
      },
      owner: 'Server Team',
      status: 'operational',
    })
    expect(byKey(read, 'hardware:102')?.status).toBe('retired')
    expect(byKey(read, 'configuration_item:10')?.status).toBe('retired')
    expect(byKey(read, 'configuration_item:9')).toMatchObject({
      owner: 'Grace',
      status: 'operational',
    })
  })

  it('has things at their sites', () => {
    expect(lines(read)).toEqual([
      'configuration_item:9 located_in site:8',
      'hardware:101 located_in site:7',
      'other_asset:7 located_in site:7',
    ])
  })

  it('has bad rows with their place', () => {
    expect(places(read)).toEqual([
      'hardwares.json object 3 id: Invalid input: expected number, received undefined',
      'page-2.json object 4 href: names no list that is read',
    ])
  })
})

describe('Zluri', () => {
  const read = zluri.read(fixtures('zluri'))

  it('has applications, with who looks after them', () => {
    expect(read.items).toEqual([
      {
        key: '64a4c54a6d1e428c8f9c9971',
        class: 'application',
        name: 'Slack',
        aliases: [],
        labels: {
          authorization: 'centrally managed',
          tags: 'all staff,chat',
          type: 'application',
        },
        owner: 'u2',
        status: 'operational',
      },
      {
        key: '64a4c54a6d1e428c8f9c9972',
        class: 'application',
        name: 'Old wiki',
        aliases: [],
        labels: {},
        status: 'retired',
      },
      {
        key: 'application:figma',
        class: 'application',
        name: 'Figma',
        aliases: [],
        labels: { tags: 'all staff,design', type: 'application' },
        owner: 'u3',
        status: 'operational',
      },
    ])
  })

  it('has bad rows with their place', () => {
    expect(places(read)).toEqual([
      'applications.json object 3 app_name: Invalid input: expected string, received number',
      'more.csv row 3 name: is empty',
    ])
  })
})
