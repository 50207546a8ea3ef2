/**
 * SolarWinds Service Desk, as https://apidoc.samanage.com/ describes it: bare lists, `page` and
 * `per_page`, `X-Total-Pages`, a token in `X-Samanage-Authorization`, a version in `Accept`.
 */
import { describe, expect, it } from 'vitest'
import { solarwindsPull } from '../../../src/cmdb/pull/solarwinds.ts'
import { type FakeApi, pageOf, SECRET, startFake } from './fake.ts'

const site = { id: 7, name: 'Frankfurt', location: 'Germany' }
const computer = (id: number, operating_system: string): unknown => ({
  ...{ id, name: `pc-${id}`, description: null, ip: null, asset_tag: null, serial_number: null },
  ...{ bioses: [], networks: [], category: { id: 1, name: 'Computer' }, operating_system, site },
  ...{ status: { id: 1, name: 'Operational' }, technical_contact: null, department: null },
})
const LISTS: Readonly<Record<string, readonly unknown[]>> = {
  hardwares: [computer(1, 'Windows 11'), computer(2, 'Windows Server 2022'), computer(3, 'macOS')],
  other_assets: [{ id: 1, name: 'sw-1', asset_type: { id: 1, name: 'Switch' }, site: null }],
  configuration_items: [],
}
const PAGE = 2

function serviceDesk(says: 'how many pages' | 'nothing' | 'too many pages'): FakeApi {
  return {
    isAllowed: (headers) =>
      headers['x-samanage-authorization'] === `Bearer ${SECRET}` &&
      headers.accept === 'application/vnd.samanage.v2.1+json',
    routes: Object.entries(LISTS).map(([name, all]) => ({
      path: `/${name}.json`,
      query: { page: /^[1-9]\d*$/, per_page: /^([1-9]\d?|100)$/ },
      required: ['page'],
      answer: ({ query }) => ({
        headers:
          says === 'nothing'
            ? {}
            : {
                'x-total-pages': String(
                  Math.ceil(all.length / PAGE) + (says === 'too many pages' ? 2 : 0),
                ),
                'x-total-count': String(all.length),
              },
        body: pageOf(all, (Number(query.get('page')) - 1) * PAGE, PAGE),
      }),
    })),
  }
}

describe.each(['how many pages', 'nothing'] as const)('SolarWinds that says %s', (says) => {
  it('is read to the end, whatever goes wrong in between', async () => {
    const fake = await startFake(serviceDesk(says), { SW_TOKEN: SECRET })
    const settings = { url: fake.url, tokenVariable: 'SW_TOKEN' }
    const read = await solarwindsPull.pull(settings, fake.http, () => undefined)
    expect(fake.faults).toEqual([])
    expect(fake.waits).toEqual([7000, 2000])
    expect(fake.asked.length - 2).toBe(says === 'nothing' ? 6 : 4)
    expect(read.bad).toEqual([])
    expect(read.items.map(({ key, class: one }) => `${one} ${key}`)).toEqual([
      'computer hardware:1',
      'server hardware:2',
      'computer hardware:3',
      'switch other_asset:1',
      'site site:7',
    ])
    expect(read.relations).toHaveLength(3)
    expect(JSON.stringify(read)).not.toContain(SECRET)
  })
})

it('SolarWinds that ends before the pages that it speaks of is not half read', async () => {
  const fake = await startFake(serviceDesk('too many pages'), { SW_TOKEN: SECRET })
  const settings = { url: fake.url, tokenVariable: 'SW_TOKEN' }
  await expect(solarwindsPull.pull(settings, fake.http, () => undefined)).rejects.toThrow(
    /hardwares.*is empty, and says that there are 4 pages/,
  )
})
