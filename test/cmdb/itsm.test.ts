/** What exports of the CMDBs of service desks are read as. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Imported, ImportedItem, ImportFile } from '../../src/cmdb/importer.ts'
import { itop } from '../../src/cmdb/itop.ts'

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
