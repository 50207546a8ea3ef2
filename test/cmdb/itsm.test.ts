/** What exports of the CMDBs of service desks are read as. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Imported, ImportedItem, ImportFile } from '../../src/cmdb/importer.ts'
import { itop } from '../../src/cmdb/itop.ts'
import { jiraAssets } from '../../src/cmdb/jira-assets.ts'

function fixtures(id: string): readonly ImportFile[] {
  const folder = join(import.meta.dirname, 'fixtures', id)
  return readdirSync(folder)
    .filter((name) => name !== 'README.md')
    .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
}

const lines = ({ relations }: Imported): string[] =>
  relations.map(({ from, type, to }) => `${from} ${type} ${to}`)
const places = ({ bad }: Imported): string[] =>
  bad.map(({ where, field }) => `${where}: ${field ?? '-'}`)
const byKey = ({ items }: Imported, key: string): ImportedItem | undefined =>
  items.find((item) => item.key === key)

describe('iTop', () => {
  const read = itop.read(fixtures('itop'))

  it('reads what impacts what, from external keys, link sets and exported links', () => {
    expect(lines(read)).toEqual([
      'ApplicationSolution::40 depends_on DBServer::70',
      'ApplicationSolution::40 depends_on Server::12',
      'BusinessProcess::41 depends_on ApplicationSolution::40',
      'DBServer::70 runs_on VirtualMachine::61',
      'Farm::51 depends_on Hypervisor::50',
      'Hypervisor::50 runs_on Server::12',
      'NetworkDevice::20 connects_to NetworkDevice::21',
      'NetworkDevice::20 located_in Rack::30',
      'Server::12 connects_to NetworkDevice::20',
      'Server::12 located_in Rack::30',
      'VirtualMachine::61 runs_on Farm::51',
    ])
  })

  it('takes the team before the person as owner, and the organization where there is neither', () => {
    expect(byKey(read, 'Server::12')).toEqual({
      key: 'Server::12',
      class: 'server',
      name: 'srv-ber-01',
      aliases: ['10.0.0.12'],
      labels: {
        asset_tag: 'A-12',
        itop_class: 'Server',
        location: 'Berlin',
        organization: 'Demo',
        serial: 'SN12',
      },
      owner: 'Linux Team',
      criticality: 2,
      status: 'operational',
    })
    expect(byKey(read, 'VirtualMachine::61')?.owner).toBe('Shop Team')
    expect(byKey(read, 'DBServer::70')?.owner).toBe('Demo')
  })

  it('knows the kinds of network devices, classes that a company added, and what is over', () => {
    expect(byKey(read, 'NetworkDevice::21')?.class).toBe('router')
    expect(byKey(read, 'SensorHub::60')).toMatchObject({ class: 'sensor_hub', status: 'retired' })
    expect(byKey(read, 'ApplicationSolution::42')?.status).toBe('retired')
  })

  it('has bad rows with their place', () => {
    expect(places(read)).toEqual([
      'VirtualMachine.csv row 3: name',
      'VirtualMachine.csv row 3: runs_on',
      'VirtualMachine.csv row 4: virtualhost_id',
      'server.json Person::5: class',
      'server.json SensorHub::60: rack_id',
      'server.json Server::13: fields',
    ])
  })
})

describe('Jira Assets', () => {
  const read = jiraAssets.read(fixtures('jira-assets'))

  it('reads references by the name of their attribute, else by their type, turned around where they support', () => {
    expect(lines(read)).toEqual([
      'ITSM-88 depends_on ITSM-90',
      'ITSM-88 depends_on ITSM-91',
      'ITSM-90 runs_on ITSM-95',
      'ITSM-93 runs_on ITSM-90',
    ])
  })

  it('knows object types by their words, and attributes by theirs', () => {
    expect(read.items.map(({ key, class: ciClass }) => `${ciClass} ${key}`)).toEqual([
      'service ITSM-88',
      'server ITSM-90',
      'server ITSM-91',
      'database ITSM-93',
      'virtual_machine ITSM-95',
    ])
    expect(byKey(read, 'ITSM-90')).toEqual({
      key: 'ITSM-90',
      class: 'server',
      name: 'srv-1',
      aliases: ['10.0.0.90', '10.0.1.90', 'SRV-1.example.org'],
      labels: {
        asset_key: 'ITSM-90',
        fqdn: 'srv-1.example.org',
        location: 'Berlin',
        serial: 'SN90',
      },
      environment: 'production',
      status: 'in service',
    })
    expect(byKey(read, 'ITSM-88')).toMatchObject({
      owner: 'Shop Team',
      criticality: 1,
      status: 'operational',
    })
    expect(byKey(read, 'ITSM-91')?.status).toBe('retired')
  })

  it('has bad rows with their place, and no teams among its CIs', () => {
    expect(places(read)).toEqual([
      'Servers.csv row 3: uplink',
      'Servers.csv row 4: name',
      'aql.json object 1: Demo machine',
      'aql.json object 1: Depends on',
      'aql.json object 3: objectType',
    ])
  })
})
