/**
 * Changes of Freshservice, as api.freshservice.com describes them (`updated_since`, `Link`, numbers for
 * states and kinds, assets by `display_id`), and of SolarWinds Service Desk, as the examples of its API
 * definitions have them (`planned_start_at`, `X-Total-Pages`).
 */
import { describe, expect, it } from 'vitest'
import { momentOf } from '../../../../src/cmdb/pull/changes/change.ts'
import { freshserviceChanges } from '../../../../src/cmdb/pull/changes/freshservice.ts'
import { CHANGE_IMPORTERS } from '../../../../src/cmdb/pull/changes/index.ts'
import { solarwindsChanges } from '../../../../src/cmdb/pull/changes/solarwinds.ts'
import { type FakeApi, pageOf, SECRET, startFake } from '../fake.ts'

const asked = { now: Date.parse('2026-03-10T12:00:00Z'), progress: () => undefined }

const CHANGES = [
  {
    ...{ id: 7, subject: 'Upgrade db', status: 4, change_type: 3, risk: 4, priority: 2, impact: 1 },
    planned_start_date: '2026-03-12T20:00:00Z',
    planned_end_date: '2026-03-12T22:00:00Z',
    custom_fields: { result: 'Backed out' },
    ...{ agent_id: 1, requester_id: 2, description: '<p>x</p>' },
  },
  {
    ...{ id: 8, subject: ' ', status: 9, change_type: null, planned_end_date: null },
    planned_start_date: '2026-03-09T20:00:00+02:00',
    assets: [],
  },
  { id: 9, subject: 'Some day', status: 1, planned_start_date: null },
  { id: 'x', status: 1 },
]
const freshservice: FakeApi = {
  isAllowed: ({ authorization }) =>
    authorization === `Basic ${Buffer.from(`${SECRET}:X`).toString('base64')}`,
  routes: [
    {
      path: '/api/v2/changes',
      query: {
        updated_since: /^2025-12-10T12:00:00(\.000)?Z$/,
        ...{ per_page: /^100$/, page: /^\d+$/ },
      },
      required: ['updated_since'],
      answer: ({ query, origin }) => {
        const page = Number(query.get('page'))
        const next = new URLSearchParams(query)
        next.set('page', String(page + 1))
        const link = `<${origin}/api/v2/changes?${next}>; rel="next"`
        return {
          headers: page === 1 ? { link } : {},
          body: { changes: pageOf(CHANGES, (page - 1) * 2, 2) },
        }
      },
    },
    {
      path: '/api/v2/changes/7',
      answer: () => ({
        body: {
          change: {
            ...CHANGES[0],
            assets: [{ id: 1, display_id: 12, name: 'db-1' }],
            impacted_services: [{ id: 5, name: 'checkout' }],
          },
        },
      }),
    },
  ],
}

describe('changes of Freshservice', () => {
  it('are read page by page, with the assets that the list leaves out', async () => {
    const fake = await startFake(freshservice, { KEY: SECRET })
    const settings = { url: fake.url, keyVariable: 'KEY', outcomeField: 'result' }
    const { changes, unplanned, bad } = await freshserviceChanges.pull(settings, fake.http, asked)
    expect(fake.faults).toEqual([])
    expect([unplanned, bad.map(({ where, field }) => [where, field])]).toEqual([
      1,
      [['changes 4', 'id']],
    ])
    expect(changes).toEqual([
      {
        ...{ id: 'CHN-7', title: 'Upgrade db', kind: 'major', url: `${fake.url}/a/changes/7` },
        startsAt: Date.parse('2026-03-12T20:00:00Z'),
        endsAt: Date.parse('2026-03-12T22:00:00Z'),
        cis: [{ key: '12', name: 'db-1' }, { name: 'checkout' }],
        labels: { status: 'pending release', outcome: 'Backed out', risk: 'very high' },
      },
      expect.objectContaining({
        ...{ id: 'CHN-8', title: 'CHN-8', kind: 'change', cis: [], endsAt: undefined },
        startsAt: Date.parse('2026-03-09T18:00:00Z'),
        labels: { status: '9', outcome: undefined, risk: undefined },
      }),
    ])
    expect(fake.asked.filter(({ path }) => path !== '/api/v2/changes').length).toBe(1)
  })
})

const SWSD = Array.from({ length: 130 }, (_, at) => ({
  ...{ id: `${1000 + at}`, number: `${at}`, name: `Change ${at}`, state: 'Approved' },
  ...{ priority: 'High', assignee: { name: 'John Doe', email: 'john.doe@example.org' } },
  planned_start_at: at === 0 ? '2026-03-12T15:00:00.000-05:00' : '2026-03-11 20:00',
  planned_end_at: at === 1 ? null : '2026-03-12T17:00:00.000-05:00',
  configuration_items: at === 0 ? [{ id: 77, name: 'db-1' }] : [],
  href_account_domain: `https://x.samanage.com/changes/${at}`,
}))
const solarwinds: FakeApi = {
  isAllowed: ({ accept, 'x-samanage-authorization': token }) =>
    token === `Bearer ${SECRET}` && accept === 'application/vnd.samanage.v2.1+json',
  routes: [
    {
      path: '/changes.json',
      query: { page: /^\d+$/, per_page: /^100$/, 'updated[]': /^(30|90)$/ },
      required: ['updated[]'],
      answer: ({ query }) => ({
        headers: { 'x-total-count': '130', 'x-total-pages': '2' },
        body: pageOf(SWSD, (Number(query.get('page')) - 1) * 100, 100),
      }),
    },
  ],
}

describe('changes of SolarWinds Service Desk', () => {
  it('are read to the last page', async () => {
    const fake = await startFake(solarwinds, { TOKEN: SECRET })
    const settings = { url: fake.url, tokenVariable: 'TOKEN', days: 30 }
    const { changes, unplanned, bad } = await solarwindsChanges.pull(settings, fake.http, asked)
    expect(fake.faults).toEqual([])
    expect([changes.length, unplanned, bad]).toEqual([130, 0, []])
    expect(changes[0]).toEqual({
      ...{ id: 'SWSD-0', title: 'Change 0', kind: 'change', actor: 'John Doe' },
      startsAt: Date.parse('2026-03-12T20:00:00Z'),
      endsAt: Date.parse('2026-03-12T22:00:00Z'),
      cis: [{ key: 'configuration_item:77', name: 'db-1' }],
      labels: { status: 'Approved', priority: 'High' },
      url: 'https://x.samanage.com/changes/0',
    })
    expect(changes[1]?.endsAt).toBeUndefined()
  })

  it('are read as far back as can be, since what was not touched is not listed', async () => {
    const fake = await startFake(solarwinds, { TOKEN: SECRET })
    await solarwindsChanges.pull({ url: fake.url, tokenVariable: 'TOKEN' }, fake.http, asked)
    expect(fake.faults).toEqual([])
    expect([...new Set(fake.asked.map(({ query }) => query.get('updated[]')))]).toEqual(['90'])
  })
})

it('lists all that is to come at the desks that can be asked for it', () => {
  const all = [...CHANGE_IMPORTERS.values()].filter(({ listsAllToCome }) => listsAllToCome)
  expect(all.map(({ id }) => id)).toEqual(['jira', 'servicenow'])
})

it.each([
  ['2026-03-01 10:00', '2026-03-01T10:00:00Z'],
  ['2026-03-01 10:00:05', '2026-03-01T10:00:05Z'],
  ['2026-03-01T10:00:00.000+0100', '2026-03-01T09:00:00Z'],
  ['2026-03-01T10:00:00-05:00', '2026-03-01T15:00:00Z'],
  ['2026-03-01', null],
  ['tomorrow', null],
  ['0001-01-01T00:00:00Z', null],
  ['', null],
])('reads the time %s', (text, time) => {
  expect(momentOf(text)).toBe(time === null ? undefined : Date.parse(time))
})
