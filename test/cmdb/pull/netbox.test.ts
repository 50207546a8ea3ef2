/**
 * NetBox, as https://netboxlabs.com/docs/netbox/integrations/rest-api/ describes it: lists of
 * `{count, next, previous, results}`, `limit` of at most 1000, a token in `Authorization`.
 */
import { describe, expect, it } from 'vitest'
import { netboxPull } from '../../../src/cmdb/pull/netbox.ts'
import { type Asked, type FakeApi, pageOf, type Route, SECRET, startFake } from './fake.ts'

const site = { id: 1, name: 'fra1', slug: 'fra1', status: { value: 'active', label: 'Active' } }
const brief = { id: 1, name: 'fra1', slug: 'fra1' }
const active = { value: 'active', label: 'Active' }
const LISTS: Readonly<Record<string, readonly unknown[]>> = {
  'dcim/sites': [site],
  'dcim/racks': [{ id: 4, name: 'R4', site: brief, status: active }],
  'dcim/virtual-chassis': [],
  'virtualization/clusters': [
    { id: 6, name: 'kvm', scope_type: 'dcim.site', scope_id: 1, scope: brief, status: active },
  ],
  'dcim/devices': [
    {
      id: 1,
      name: 'hv1',
      role: { id: 1, name: 'Hypervisor' },
      site: brief,
      rack: { id: 4, name: 'R4' },
      cluster: { id: 6, name: 'kvm' },
      serial: 'SN1',
      status: active,
      primary_ip4: { id: 9, address: '10.0.0.7/24' },
    },
    {
      id: 2,
      name: 'sw1',
      role: { id: 2, name: 'Switch' },
      site: brief,
      rack: null,
      status: active,
    },
    {
      id: 3,
      name: 'sw0',
      role: { id: 2, name: 'Switch' },
      site: brief,
      status: { value: 'decommissioning', label: 'Decommissioning' },
    },
  ],
  'virtualization/virtual-machines': [
    { id: 1, name: 'vm1', cluster: { id: 6, name: 'kvm' }, device: null, status: active },
  ],
  'ipam/services': [
    {
      id: 5,
      name: 'https',
      ports: [443, 8443],
      protocol: { value: 'tcp', label: 'TCP' },
      parent_object_type: 'virtualization.virtualmachine',
      parent_object_id: 1,
    },
  ],
  'dcim/cables': [
    {
      id: 2,
      a_terminations: [
        {
          object_type: 'dcim.interface',
          object_id: 1,
          object: { id: 1, device: { id: 2, name: 'sw1' } },
        },
      ],
      b_terminations: [
        {
          object_type: 'dcim.interface',
          object_id: 2,
          object: { id: 2, device: { id: 1, name: 'hv1' } },
        },
      ],
    },
  ],
}

/** However many are asked for, two come: pages are of the server's size at most. */
const SERVER_LIMIT = 2

function list(path: string, all: readonly unknown[]): Route {
  const withContext = path === 'dcim/devices' || path === 'virtualization/virtual-machines'
  return {
    path: `/api/${path}/`,
    query: {
      limit: /^([1-9]\d{0,2}|1000)$/,
      offset: /^\d+$/,
      ...(withContext ? { exclude: /^config_context$/ } : {}),
    },
    answer: ({ query, origin }: Asked) => {
      const offset = Number(query.get('offset') ?? 0)
      const next = new URLSearchParams(query)
      next.set('limit', String(SERVER_LIMIT))
      next.set('offset', String(offset + SERVER_LIMIT))
      const more = offset + SERVER_LIMIT < all.length
      const body = {
        count: all.length,
        next: more ? `${origin}/api/${path}/?${next}` : null,
        previous: null,
        results: pageOf(all, offset, SERVER_LIMIT),
      }
      return { body }
    },
  }
}

const api: FakeApi = {
  isAllowed: ({ authorization }) => authorization === `Token ${SECRET}`,
  routes: Object.entries(LISTS).map(([path, all]) => list(path, all)),
}

describe('NetBox', () => {
  it('is read to the end, whatever goes wrong in between', async () => {
    const fake = await startFake(api, { NETBOX_TOKEN: SECRET })
    const counts: number[] = []
    const settings = { url: `${fake.url}/`, tokenVariable: 'NETBOX_TOKEN' }
    const read = await netboxPull.pull(settings, fake.http, (count) => counts.push(count))
    expect(fake.faults).toEqual([])
    expect(fake.waits).toEqual([7000, 2000])
    expect(counts.at(-1)).toBe(9)
    expect(read.bad).toEqual([])
    expect(read.relations.map(({ from, type, to }) => `${from} ${type} ${to}`)).toEqual([
      'cluster:6 located_in site:1',
      'device:1 connects_to device:2',
      'device:1 located_in rack:4',
      'device:1 member_of cluster:6',
      'device:2 located_in site:1',
      'device:3 located_in site:1',
      'rack:4 located_in site:1',
      'service:5 runs_on virtual-machine:1',
      'virtual-machine:1 runs_on cluster:6',
    ])
    expect(read.items.find(({ key }) => key === 'device:1')).toEqual({
      key: 'device:1',
      class: 'server',
      name: 'hv1',
      aliases: ['10.0.0.7'],
      labels: { role: 'Hypervisor', serial: 'SN1', site: 'fra1' },
      status: 'operational',
    })
    expect(read.items.find(({ key }) => key === 'device:3')?.status).toBe('retired')
    expect(JSON.stringify(read)).not.toContain(SECRET)
  })

  it('sends tokens of the second version as a bearer', async () => {
    const token = `nbt_key.${SECRET}`
    const isAllowed: FakeApi['isAllowed'] = ({ authorization }) =>
      authorization === `Bearer ${token}`
    const fake = await startFake({ ...api, isAllowed }, { TOKEN: token }, [])
    await netboxPull.pull({ url: fake.url, tokenVariable: 'TOKEN' }, fake.http, () => undefined)
    expect(fake.faults).toEqual([])
  })
})
