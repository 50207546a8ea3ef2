/**
 * Freshservice, as https://api.freshservice.com/ describes it: `per_page` of at most 100, `Link` with
 * `rel="next"` while there is more, an API key as the user, so many calls a minute and then 429.
 */
import { describe, expect, it } from 'vitest'
import { freshservicePull } from '../../../src/cmdb/pull/freshservice.ts'
import { type FakeApi, pageOf, type Route, SECRET, startFake } from './fake.ts'

const type = (id: number, name: string, parent: number | null = null): unknown => ({
  ...{ id, name, description: null, parent_asset_type_id: parent, visible: true },
})
const asset = (display_id: number, name: string, asset_type_id: number): unknown => ({
  ...{ id: 21000460000 + display_id, display_id, name, description: null, asset_type_id },
  ...{ impact: 'low', author_type: 'User', usage_type: 'permanent', asset_tag: `A-${display_id}` },
  ...{ user_id: null, department_id: 3, location_id: null, agent_id: null, group_id: null },
})
const between = (id: number, primary_id: number, secondary_id: number): unknown => ({
  ...{ id, relationship_type_id: 1, primary_id, primary_type: 'asset' },
  ...{ secondary_id, secondary_type: 'asset' },
})
const LISTS: Readonly<Record<string, readonly unknown[]>> = {
  asset_types: [
    type(1, 'Services'),
    type(2, 'Hardware'),
    type(3, 'Server', 2),
    type(4, 'Laptop', 2),
  ],
  assets: [asset(1, 'shop', 1), asset(2, 'web01', 3), asset(3, 'lap-1', 4)],
  relationship_types: [
    { id: 1, is_default: true, downstream_relation: 'Depends On', upstream_relation: 'Used By' },
  ],
  relationships: [between(1, 1, 2), between(2, 1, 3)],
  groups: [],
  departments: [{ id: 3, name: 'IT', description: null }],
}
/** However many are asked for, two come. */
const PAGE = 2
const PER_MINUTE = 6

/** A minute is over when the client has waited for it. */
function freshservice(): FakeApi {
  let calls = 0
  const list = (name: string, all: readonly unknown[]): Route => ({
    path: `/api/v2/${name}`,
    query: {
      per_page: /^([1-9]\d?|100)$/,
      page: /^[1-9]\d*$/,
      ...(name === 'assets' ? { include: /^type_fields$/ } : {}),
    },
    answer: ({ query, origin }) => {
      calls += 1
      if (calls > PER_MINUTE) {
        calls = 0
        const headers = { 'retry-after': '42', 'x-ratelimit-remaining': '0' }
        return { status: 429, headers, body: { message: 'rate limit exceeded' } }
      }
      const page = Number(query.get('page'))
      const next = new URLSearchParams(query)
      next.set('page', String(page + 1))
      const link = `<${origin}/api/v2/${name}?${next}>; rel="next"`
      return {
        headers: page * PAGE < all.length ? { link } : {},
        body: { [name]: pageOf(all, (page - 1) * PAGE, PAGE) },
      }
    },
  })
  return {
    isAllowed: ({ authorization }) =>
      authorization === `Basic ${Buffer.from(`${SECRET}:X`).toString('base64')}`,
    routes: Object.entries(LISTS).map(([name, all]) => list(name, all)),
  }
}

describe('Freshservice', () => {
  it('is read to the end, as fast as a minute allows', async () => {
    const fake = await startFake(freshservice(), { FS_KEY: SECRET })
    const counts: number[] = []
    const settings = { url: fake.url, keyVariable: 'FS_KEY' }
    const read = await freshservicePull.pull(settings, fake.http, (count) => counts.push(count))
    expect(fake.faults).toEqual([])
    expect(fake.waits).toEqual([7000, 2000, 42_000])
    expect(counts.at(-1)).toBe(11)
    expect(read.bad).toEqual([])
    expect(read.items.map(({ key, class: one, owner }) => `${key} ${one} ${owner}`)).toEqual([
      'asset:1 service IT',
      'asset:2 server IT',
      'asset:3 computer IT',
    ])
    expect(read.relations).toEqual([
      { from: 'asset:1', type: 'depends_on', to: 'asset:2' },
      { from: 'asset:1', type: 'depends_on', to: 'asset:3' },
    ])
    expect(JSON.stringify(read)).not.toContain(SECRET)
  })

  it('gives only the types that are wanted, with those below them', async () => {
    const fake = await startFake(freshservice(), { FS_KEY: SECRET }, [])
    const settings = { url: fake.url, keyVariable: 'FS_KEY', types: ['services', 'Server'] }
    const read = await freshservicePull.pull(settings, fake.http, () => undefined)
    expect(read.items.map(({ key }) => key)).toEqual(['asset:1', 'asset:2'])
    expect(read.bad.map(({ error }) => error)).toEqual([
      '1 relations lead to assets that are not in this import',
    ])
  })
})
