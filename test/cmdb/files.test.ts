/** What the formats of ours, plain CSV and Backstage are read as. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { backstage } from '../../src/cmdb/backstage.ts'
import { faultline } from '../../src/cmdb/faultline.ts'
import type { ImportFile } from '../../src/cmdb/importer.ts'
import { plainCsv } from '../../src/cmdb/plain-csv.ts'

function fixture(folder: string, name: string): ImportFile {
  return { name, text: readFileSync(join(import.meta.dirname, 'fixtures', folder, name), 'utf8') }
}

function lines(relations: readonly { from: string; type: string; to: string }[]): string[] {
  return relations.map(({ from, type, to }) => `${from} ${type} ${to}`)
}

describe('our own format', () => {
  const read = faultline.read([fixture('faultline', 'cmdb.yaml')])

  it('is taken as it is', () => {
    expect(read.items.map(({ key, name }) => [key, name])).toEqual([
      ['db-1', 'db-1'],
      ['svc-cart', 'cart'],
    ])
    expect(lines(read.relations)).toEqual(['svc-cart depends_on db-1'])
  })

  it('has bad rows with their place', () => {
    expect(read.bad.map(({ where, field }) => [where, field])).toEqual([
      ['cmdb.yaml items[2]', 'name'],
      ['cmdb.yaml relations[1]', 'depends_on'],
    ])
  })
})

describe('plain CSV', () => {
  const read = plainCsv.read([fixture('csv', 'relations.csv'), fixture('csv', 'items.csv')])

  it('knows columns by several names, and keeps the others as labels', () => {
    expect(read.items[0]).toEqual({
      key: 'h1',
      class: 'host',
      name: 'web-1',
      aliases: ['10.0.0.1', 'web-1.eu.example'],
      labels: {
        fqdn: 'web-1.eu.example',
        rack: 'R1',
        serial: 'SN1',
        'tag:edge': 'true',
        zone: 'a',
      },
      owner: 'ops',
      criticality: 1,
      environment: 'prod',
      status: 'operational',
    })
    expect(read.items.map(({ key, status }) => [key, status])).toEqual([
      ['h1', 'operational'],
      ['h2', 'retired'],
      ['service:shop', undefined],
    ])
  })

  it('turns relations around that read from what is needed', () => {
    expect(lines(read.relations)).toEqual(['h2 member_of h1', 'service:shop runs_on h1'])
  })

  it('reports what it cannot read, row by row', () => {
    expect(read.bad.map(({ where, field, error }) => `${where} ${field ?? ''}: ${error}`)).toEqual([
      'items.csv row 3 criticality: "purple" is no criticality; the rest of the row is taken',
      'items.csv row 5 name: is empty',
      'items.csv row 6 : has 13 cells, but 12 headers',
      'relations.csv row 4 to: "nothing" is not among the items',
      'relations.csv row 5 type: "likes" is no relation that we know',
    ])
  })
})

describe('Backstage', () => {
  const read = backstage.read([
    fixture('backstage', 'catalog-info.yaml'),
    fixture('backstage', 'teams/payments.yaml'),
  ])

  it('has components, resources, systems, domains and APIs as CIs, and their owners', () => {
    expect(read.items.map(({ key, class: ciClass, owner }) => [key, ciClass, owner])).toEqual([
      ['api:default/payments-api', 'api', 'team-payments'],
      ['component:default/cart', 'service', 'team-shop'],
      ['component:default/lonely', 'service', 'team-shop'],
      ['component:default/payments', 'service', 'team-payments'],
      ['domain:default/commerce', 'business_domain', 'board'],
      ['resource:default/cart-db', 'database', 'team-data'],
      ['system:default/shop', 'application', 'team-shop'],
    ])
    expect(read.items[1]).toMatchObject({
      criticality: 1,
      aliases: ['cart-api'],
      labels: { namespace: 'shop', lifecycle: 'production', region: 'eu' },
    })
  })

  it('reads relations from what needs to what is needed', () => {
    expect(lines(read.relations)).toEqual([
      'api:default/payments-api depends_on component:default/payments',
      'component:default/cart depends_on api:default/payments-api',
      'component:default/cart depends_on component:default/payments',
      'component:default/cart depends_on resource:default/cart-db',
      'component:default/cart member_of system:default/shop',
      'resource:default/cart-db member_of system:default/shop',
      'system:default/shop member_of domain:default/commerce',
    ])
  })

  it('says what a location names that was not given, and what points nowhere', () => {
    expect(read.bad.map(({ where, error }) => `${where}: ${error}`)).toEqual([
      'catalog-info.yaml document 1: ./not-given.yaml is not among the files',
      'catalog-info.yaml document 6: component:default/gone is not in this import',
      expect.stringContaining('catalog-info.yaml document 7: '),
    ])
  })
})
