/** The list of CIs: found, counted and sorted, with what fires on them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firing, startApp, type TestApp, TOKEN } from '../support/app.ts'

const ITEMS = [
  {
    ...{ id: 'svc:pay', class: 'service', name: 'Payments', owner: 'team-pay' },
    ...{ environment: 'prod', criticality: 1 },
  },
  { id: 'svc:mail', class: 'service', name: 'mail', owner: 'team-mail', environment: 'prod' },
  { id: 'db:pay', class: 'database', name: 'pay-db', owner: 'team-pay', environment: 'prod' },
  { id: 'host:a', class: 'host', name: 'host-a', environment: 'prod', criticality: 3 },
  { id: 'host:b', class: 'host', name: 'host-b', environment: 'test' },
  { id: 'host:old', class: 'host', name: 'host-old', status: 'retired' },
]
const RELATIONS = [
  { from: 'svc:pay', type: 'depends_on', to: 'db:pay' },
  { from: 'db:pay', type: 'runs_on', to: 'host:a' },
]

let app: TestApp
beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', { items: ITEMS, relations: RELATIONS })
  await app.post('/ingest/generic', [
    firing('DiskFull', 'host-a'),
    firing('HighLoad', 'host-a', { severity: 'warning' }),
    firing('Slow', 'pay-db', { severity: 'warning' }),
    firing('Muted', 'host-b'),
  ])
  await app.settled()
  const endsAt = new Date(Date.now() + 3_600_000).toISOString()
  const matchers = [{ name: 'alertname', value: 'Muted' }]
  await app.post('/api/v1/silences', { matchers, endsAt, comment: 'known' })
})
afterAll(() => app.stop())

const idsOf = async (query: string): Promise<string[]> => {
  const { status, body } = await app.get(`/api/v1/cis?${query}`)
  expect(status).toBe(200)
  return body.items.map(({ id }: { id: string }) => id)
}

describe('the list of CIs', () => {
  it.each([
    ['ids=host:a,host:b,none', ['host:a', 'host:b']],
    ['class=service', ['svc:mail', 'svc:pay']],
    ['class=service&class=database', ['db:pay', 'svc:mail', 'svc:pay']],
    ['owner=team-pay&class=service', ['svc:pay']],
    ['environment=test', ['host:b']],
    ['environment=', ['host:old']],
    ['status=retired', ['host:old']],
    ['q=HOST', ['host:a', 'host:b', 'host:old']],
    ['firing=true', ['db:pay', 'host:a']],
    ['firing=true&class=host', ['host:a']],
    ['firing=true&ids=host:b', []],
    ['firing=false&class=host', ['host:b', 'host:old']],
    ['class=tape', []],
  ])('is filtered: %s', async (query, ids) => {
    expect(await idsOf(query)).toEqual(ids)
  })

  it.each([
    ['name', ['host:a', 'host:b', 'host:old', 'svc:mail', 'db:pay', 'svc:pay']],
    ['class', ['db:pay', 'host:a', 'host:b', 'host:old', 'svc:mail', 'svc:pay']],
    ['criticality', ['svc:pay', 'host:a', 'host:b', 'host:old', 'svc:mail', 'db:pay']],
    ['firing', ['host:a', 'db:pay', 'host:b', 'host:old', 'svc:mail', 'svc:pay']],
  ])('is sorted by %s, and so over pages', async (sort, ids) => {
    expect(await idsOf(`sort=${sort}`)).toEqual(ids)
    const paged: string[] = []
    let cursor = ''
    do {
      const { body } = await app.get(`/api/v1/cis?sort=${sort}&limit=2${cursor}`)
      paged.push(...body.items.map(({ id }: { id: string }) => id))
      cursor = body.next === undefined ? '' : `&cursor=${body.next}`
    } while (cursor !== '')
    expect(paged).toEqual(ids)
  })

  it('says what fires on each of them, muted apart', async () => {
    const { body } = await app.get('/api/v1/cis?class=host')
    expect(body.items.map(({ live }: { live: object }) => live)).toEqual([
      {
        ...{ firing: 2, suppressed: 0, severity: 'critical' },
        incidents: [expect.stringMatching(/^INC-/)],
      },
      { firing: 0, suppressed: 1, severity: null, incidents: [expect.stringMatching(/^INC-/)] },
      { firing: 0, suppressed: 0, severity: null, incidents: [] },
    ])
  })

  it('counts each facet under the other filters', async () => {
    const { body } = await app.get('/api/v1/ci-facets?class=host&environment=prod')
    expect(body).toEqual({
      total: 1,
      facets: {
        class: [
          { value: 'service', count: 2 },
          { value: 'database', count: 1 },
          { value: 'host', count: 1 },
        ],
        environment: [
          { value: '', count: 1 },
          { value: 'prod', count: 1 },
          { value: 'test', count: 1 },
        ],
        owner: [{ value: '', count: 1 }],
        status: [{ value: 'operational', count: 1 }],
      },
    })
    const { body: none } = await app.get('/api/v1/ci-facets?firing=true&ids=host:old')
    expect(none.total).toBe(0)
  })

  it('takes a cursor of its own sort only', async () => {
    const { body } = await app.get('/api/v1/cis?sort=name&limit=1')
    expect((await app.get(`/api/v1/cis?sort=firing&cursor=${body.next}`)).status).toBe(400)
  })
})

describe('one CI', () => {
  it('has its neighbours with what fires on them, and its incidents', async () => {
    const { body } = await app.get('/api/v1/cis/db:pay')
    expect(body.live).toMatchObject({ firing: 1, severity: 'warning' })
    expect(body.neighbours).toMatchObject([
      { id: 'host:a', live: { firing: 2 } },
      { id: 'svc:pay', live: { firing: 0 } },
    ])
    const { body: incidents } = await app.get('/api/v1/cis/host:a/incidents')
    expect(incidents.items.length).toBeGreaterThan(0)
    const of = await app.get(`/api/v1/incidents/${incidents.items[0].id}`)
    expect(of.body.alerts.map(({ ci }: { ci: string }) => ci)).toContain('host:a')
    expect((await app.get('/api/v1/cis/host:old/incidents')).body.items).toEqual([])
    expect((await app.get('/api/v1/cis/none/incidents')).status).toBe(404)
  })
})

describe('what a fault of a CI can hurt', () => {
  it('is listed hop by hop, with the services, how critical they are and what fires there', async () => {
    const { status, body } = await app.get('/api/v1/cis/host:a/blast-radius')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      center: 'host:a',
      items: [
        { ci: 'db:pay', hops: 1, path: ['host:a', 'db:pay'], live: { firing: 1 } },
        { ci: 'svc:pay', hops: 2, criticality: 1, owner: 'team-pay', live: { firing: 0 } },
      ],
      services: [{ ci: 'svc:pay', name: 'Payments' }],
      hops: [
        { hops: 1, cis: 1 },
        { hops: 2, cis: 1 },
      ],
      truncated: false,
    })
    const { body: near } = await app.get('/api/v1/cis/host:a/blast-radius?hops=1')
    expect([near.items.length, near.truncated]).toEqual([1, true])
    expect((await app.get('/api/v1/cis/svc:pay/blast-radius')).body.items).toEqual([])
    expect((await app.get('/api/v1/cis/none/blast-radius')).status).toBe(404)
    expect((await app.get('/api/v1/cis/host:a/blast-radius?hops=9')).status).toBe(400)
  })

  it('stands beside how alerts came to be about it', async () => {
    const { body } = await app.get('/api/v1/cis/host:a/bindings')
    expect(body.items).toEqual([
      {
        ...{ rule: 'exact_name', matched: 'host=host-a', alerts: 2, confidence: 0.99 },
        ...{ first: expect.stringMatching(/Z$/), last: expect.stringMatching(/Z$/) },
      },
    ])
    expect((await app.get('/api/v1/cis/host:old/bindings')).body.items).toEqual([])
    expect((await app.get('/api/v1/cis/none/bindings')).status).toBe(404)
  })
})

describe('the map of services', () => {
  it('has the worst that fires on a service or on what it runs on', async () => {
    const { status, body } = await app.get('/api/v1/services')
    expect(status).toBe(200)
    expect(body).toMatchObject({ dependencies: [], total: 2, truncated: false })
    expect(body.services).toMatchObject([
      {
        ...{ ci: 'svc:pay', name: 'Payments', criticality: 1, owner: 'team-pay', carriers: 2 },
        live: { firing: 0, severity: null },
        rolledUp: { firing: 3, suppressed: 0, severity: 'critical' },
        burning: ['host:a', 'db:pay'],
      },
      { ci: 'svc:mail', criticality: null, rolledUp: { firing: 0 }, burning: [], carriers: 0 },
    ])
  })
})

describe('one service', () => {
  it('has what it needs, all the way down, and what needs it', async () => {
    const { body } = await app.get('/api/v1/services/svc:pay')
    expect(body).toMatchObject({
      ...{ ci: 'svc:pay', name: 'Payments', criticality: 1, rolledUp: { firing: 3 } },
      needs: [
        { ci: 'db:pay', class: 'database', hops: 1, live: { firing: 1, severity: 'warning' } },
        { ci: 'host:a', class: 'host', hops: 2, live: { firing: 2, severity: 'critical' } },
      ],
      ...{ neededBy: [], truncated: false },
    })
    expect(body.relations.map(({ from, to }: { from: string; to: string }) => [from, to])).toEqual([
      ['svc:pay', 'db:pay'],
      ['db:pay', 'host:a'],
    ])
  })

  it('is no CI of another class, nor one that is not there', async () => {
    for (const id of ['host:a', 'none'])
      expect((await app.get(`/api/v1/services/${id}`)).status).toBe(404)
  })
})

describe('the map of everything', () => {
  it('is compact, and the same until the CMDB changes', async () => {
    const { status, body, headers } = await app.get('/api/v1/topology/map')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ids: ['svc:pay', 'svc:mail', 'db:pay', 'host:a', 'host:b'],
      names: ['Payments', 'mail', 'pay-db', 'host-a', 'host-b'],
      criticalityOf: [1, 0, 0, 3, 0],
      serviceOf: [0, 1, 0, 0, -1],
      ...{ relations: [0, 2, 0, 2, 3, 1], types: ['depends_on', 'runs_on'] },
      ...{ observed: [], observedRelations: [] },
      ...{ total: 5, truncated: false },
    })
    const tag = headers.get('etag') ?? ''
    const again = { headers: { 'if-none-match': tag, authorization: `Bearer ${TOKEN}` } }
    expect((await app.request('/api/v1/topology/map', again)).status).toBe(304)
    expect((await app.request('/api/v1/topology/map?limit=2', again)).status).toBe(200)
    const { body: few } = await app.get('/api/v1/topology/map?limit=2')
    expect([few.ids, few.relations, few.total, few.truncated]).toEqual([
      ...[['svc:pay', 'svc:mail'], [], 5, true],
    ])
    expect((await app.get('/api/v1/topology/map?limit=10001')).status).toBe(400)
  })

  it('has what fires apart', async () => {
    const { body } = await app.get('/api/v1/topology/live')
    expect(body).toMatchObject({
      items: [
        { ci: 'db:pay', firing: 1, suppressed: 0, severity: 'warning' },
        { ci: 'host:a', firing: 2, suppressed: 0, severity: 'critical' },
        { ci: 'host:b', firing: 0, suppressed: 1, severity: null },
      ],
      truncated: false,
    })
    expect(body.version).toBe((await app.get('/api/v1/topology/map')).body.version)
  })
})

describe('names that no CI has', () => {
  const PATH = '/api/v1/bindings'
  const unbound = async () => (await app.get(`${PATH}/unbound`)).body.items
  const ciOf = async (rule: string) =>
    (await app.get(`/api/v1/alerts?q=${rule}`)).body.items[0]?.ci ?? null

  it('are listed, learned at once, and unlearned', async () => {
    await app.post('/ingest/generic', firing('Lost', 'hosts-a', { severity: 'warning' }))
    await app.settled()
    const [name] = await unbound()
    expect(name).toMatchObject({ name: 'hosts-a', label: 'host', count: 1, rules: ['Lost'] })
    expect(name.suggestions[0].ci).toBe('host:a')
    expect(name.missing).toMatchObject({ id: 'host:hosts-a', class: 'host' })
    const learned = await app.post(`${PATH}/aliases`, { unbound: name.id, ci: 'host:a' })
    expect(learned).toMatchObject({
      status: 200,
      body: { id: 'A-1', name: 'hosts-a', ci: 'host:a' },
    })
    await app.settled()
    expect(await ciOf('Lost')).toBe('host:a')
    expect(await unbound()).toEqual([])
    const { body: report } = await app.get(`${PATH}?days=1`)
    expect(report.rules).toContainEqual({ source: 'generic', rule: 'learned_alias', alerts: 1 })
    expect(report.bound).toBe(report.alerts)
    expect((await app.post(`${PATH}/aliases/A-1/delete`, {})).body.ci).toBe('host:a')
    await app.settled()
    expect(await ciOf('Lost')).toBeNull()
    expect((await app.get(`${PATH}/aliases`)).body.items).toEqual([])
  })

  it('correct what was bound, by its alert', async () => {
    const { id } = (await app.get('/api/v1/alerts?q=DiskFull')).body.items[0]
    const { status, body } = await app.post(`${PATH}/aliases`, { alert: id, ci: 'host:b' })
    expect([status, body.name]).toEqual([200, 'host-a'])
    await app.settled()
    expect(await ciOf('DiskFull')).toBe('host:b')
    await app.post(`${PATH}/aliases/${body.id}/delete`, {})
  })

  it.each([
    [{ unbound: 'U-99', ci: 'host:a' }, 404],
    [{ alert: 'none', ci: 'host:a' }, 404],
    [{ unbound: 'U-99' }, 400],
  ])('refuse %j', async (body, status) => {
    expect((await app.post(`${PATH}/aliases`, body)).status).toBe(status)
  })
})

describe('what alerts tell of', () => {
  const PATH = '/api/v1/observed'
  const LABELS = { pod: 'till-7d9f8b6c5d-x2x4z', node: 'node-77', namespace: 'shop' }
  const list = async (query = '') => (await app.get(`${PATH}?q=till${query}`)).body.items

  it('is listed with what speaks for it, confirmed, marked everywhere, and undone', async () => {
    await app.post(
      '/ingest/generic',
      firing('Slow', '', { severity: 'warning', labels: { alertname: 'Slow', ...LABELS } }),
    )
    await app.settled()
    const [relation] = await list('&kind=relation')
    expect(relation).toMatchObject({
      ...{ status: 'proposed', alerts: 1, times: 1, rules: ['Slow'], sources: ['generic'] },
      thing: { class: 'deployment', name: 'till', realm: { namespace: 'shop' }, ci: null },
      relation: { type: 'runs_on', to: { name: 'node-77' } },
    })
    const { body } = await app.post(`${PATH}/confirm`, { ids: [relation.id] })
    expect(body.changed).toHaveLength(3)
    await app.settled()
    const [item] = await list('&status=confirmed&kind=item')
    expect(item).toMatchObject({ by: 'admin', undoable: true })
    const ci = encodeURIComponent(item.thing.ci)
    const detail = (await app.get(`/api/v1/cis/${ci}`)).body
    expect(detail).toMatchObject({
      name: 'till',
      status: 'observed',
      relations: [{ observed: true }],
    })
    expect(detail.firing).toHaveLength(1)
    const { nodes, relations } = (await app.get(`/api/v1/cis/${ci}/neighbourhood`)).body
    expect(nodes.map(({ status }: { status: string }) => status)).toEqual(['observed', 'observed'])
    expect(relations).toMatchObject([{ type: 'runs_on', observed: true }])
    const map = (await app.get('/api/v1/topology/map')).body
    expect(map.observed.map((at: number) => map.names[at]).sort()).toEqual(['node-77', 'till'])
    const [tie, ...others] = map.observedRelations
    expect(others).toEqual([])
    const [from, to, type] = map.relations.slice(3 * tie, 3 * tie + 3)
    expect([map.names[from], map.types[type], map.names[to]]).toEqual([
      'till',
      'runs_on',
      'node-77',
    ])
    const node = map.ids[to]
    const tied = [
      { from: 'svc:mail', type: 'depends_on', to: item.thing.ci },
      { from: node, type: 'depends_on', to: 'svc:pay' },
    ]
    await app.post('/api/v1/topology', { items: ITEMS, relations: [...RELATIONS, ...tied] })
    expect((await app.get('/api/v1/services')).body.dependencies).toEqual([
      {
        ...{ from: 'svc:mail', to: 'svc:pay', type: 'depends_on' },
        ...{ through: [item.thing.ci, node], observed: true },
      },
    ])
    const provenance = (await app.get(`/api/v1/cis/${ci}/provenance`)).body
    expect(provenance.records).toMatchObject([{ source: 'observed', retired: false }])
    await app.post(`${PATH}/undo`, { ids: body.changed })
    await app.settled()
    expect((await app.get(`/api/v1/cis/${ci}`)).body.status).toBe('retired')
    expect(await list()).toHaveLength(2)
  })

  it('is rejected, and counted', async () => {
    const ids = (await list('&kind=item')).map(({ id }: { id: string }) => id)
    expect((await app.post(`${PATH}/reject`, { ids })).body.changed).toEqual(ids)
    const { body } = await app.get(PATH)
    expect(body.counts).toMatchObject({ confirmed: 0, rejected: 1 })
    expect(body.settings).toEqual({ mode: 'propose', times: 5, alerts: 2, withinMs: 1_209_600_000 })
  })

  it.each([
    [{ ids: ['O-999'] }, 404],
    [{ ids: [] }, 400],
  ])('refuses %j', async (body, status) => {
    expect((await app.post(`${PATH}/confirm`, body)).status).toBe(status)
  })
})
