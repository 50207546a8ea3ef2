import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CMDB, firing, firingApart, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
const DANA = { 'x-faultline-actor': 'dana' }

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
  await app.post('/ingest/generic', [
    firing('DiskFull', 'db-1'),
    firing('SlowQueries', 'orders', { labels: { alertname: 'SlowQueries', host: 'orders-db' } }),
  ])
  await app.post('/ingest/generic', firingApart('FanBroken', 'nowhere-1'))
  await app.post('/ingest/generic', firingApart('Unrelated', 'nowhere-2', { severity: 'info' }))
  await app.settled()
})
afterAll(() => app.stop())

const list = async (query: string) => (await app.get(`/api/v1/incidents${query}`)).body.items
const idOf = async (q: string): Promise<string> => (await list(`?q=${q}`))[0].id
const facets = async (query: string) => (await app.get(`/api/v1/incidents/facets${query}`)).body
const counts = async (query: string, name: string) => {
  const facet = (await facets(query)).facets.find((one: { name: string }) => one.name === name)
  return Object.fromEntries(
    facet.values.map(({ value, count }: { value: string; count: number }) => [value, count]),
  )
}

describe('the filters of incidents', () => {
  it('take values with commas when given several times, and words of alerts', async () => {
    const id = await idOf('diskfull')
    expect(await list('?rule=DiskFull')).toMatchObject([{ id }])
    expect(await list('?rule=DiskFull&rule=FanBroken')).toHaveLength(2)
    expect(await list('?rule=DiskFull,FanBroken')).toEqual([])
    expect(await list('?q=slowqueries')).toMatchObject([{ id }])
    expect(await list('?ci=host:db-1&source=generic')).toMatchObject([{ id }])
    expect(await list(`?id=${id}&id=INC-999999`)).toMatchObject([{ id }])
  })

  it('know who asks, and nobody', async () => {
    const id = await idOf('diskfull')
    await app.post(`/api/v1/incidents/${id}/assign`, { to: 'dana' }, DANA)
    const mine = async (headers: Record<string, string>) =>
      (await (await app.request('/api/v1/incidents?owner=me', { headers })).json()) as {
        items: object[]
      }
    expect((await mine(DANA)).items).toMatchObject([{ id }])
    expect((await mine({})).items).toEqual([])
    expect(await list('?owner=nobody')).toHaveLength(2)
    expect(await counts('', 'owner')).toEqual({ nobody: 2, dana: 1 })
    await app.post(`/api/v1/incidents/${id}/assign`, { to: null })
  })

  it('tell what is over from what is not by its latest moment', async () => {
    expect(await list('?within=1m')).toHaveLength((await list('')).length)
    const gone = { status: 'resolved', severity: 'info' }
    await app.post('/ingest/generic', firing('Unrelated', 'nowhere-2', gone))
    await app.settled()
    const id = await idOf('unrelated')
    await app.post(`/api/v1/incidents/${id}/close`)
    expect(await list('?status=closed&within=1m')).toMatchObject([{ id }])
    app.skip(120_000)
    expect(await list('?status=closed&within=1m')).toEqual([])
    expect(await list('?status=closed&within=1h')).toMatchObject([{ id }])
  })

  it.each([
    ['severity=bad', 'severity'],
    ['acknowledged=maybe', 'acknowledged'],
    ['within=1w', 'within'],
    ['within=0h', 'within'],
    ['sort=oldest', 'sort'],
    [`ci=${'x'.repeat(1025)}`, 'ci'],
  ])('name the parameter that is wrong: %s', async (query, parameter) => {
    for (const path of ['', '/facets']) {
      if (parameter === 'sort' && path === '/facets') continue
      const { status, body } = await app.get(`/api/v1/incidents${path}?${query}`)
      expect([status, body.errors?.[0]?.parameter]).toEqual([400, parameter])
    }
  })

  it('count under the present filter, with names of the CMDB', async () => {
    const { total, facets: all } = await facets('?status=open,provisional&rule=DiskFull')
    expect(total).toBe(1)
    const ci = all.find((one: { name: string }) => one.name === 'ci')
    expect(ci.values).toContainEqual({ value: 'host:db-1', name: 'db-1', count: 1 })
    expect(await counts('?status=open,provisional&rule=DiskFull', 'rule')).toMatchObject({
      ...{ DiskFull: 1, SlowQueries: 1, FanBroken: 1 },
    })
    expect(await counts('?facet=ci&find=orders-db', 'ci')).toEqual({ 'db:orders': 1 })
  })
})

describe('one command for many incidents', () => {
  const bulk = (body: object) => app.post('/api/v1/incidents/bulk', body, DANA)
  const outcomes = async (body: object) =>
    (await bulk(body)).body.items.map(
      ({ incident, outcome }: { incident: string; outcome: string }) => [incident, outcome],
    )

  it('answers for each, and finds done what it did', async () => {
    const [disk, fan, gone] = [
      await idOf('diskfull'),
      await idOf('fanbroken'),
      await idOf('unrelated'),
    ]
    const incidents = [disk, 'INC-999999', fan, disk, gone]
    expect(await outcomes({ do: 'acknowledge', incidents })).toEqual([
      [disk, 'done'],
      ['INC-999999', 'not_found'],
      [fan, 'done'],
      [gone, 'refused'],
    ])
    expect(await list('?acknowledged=true&owner=dana')).toHaveLength(2)
    const before = app.journal.last()
    expect(await outcomes({ do: 'assign', incidents: [disk, fan], to: 'dana' })).toEqual([
      [disk, 'already'],
      [fan, 'already'],
    ])
    expect(app.journal.last()).toBe(before)
    expect(await outcomes({ do: 'acknowledge', incidents: [disk] })).toEqual([[disk, 'already']])
    expect(await outcomes({ do: 'unacknowledge', incidents: [disk, fan] })).toEqual([
      [disk, 'done'],
      [fan, 'done'],
    ])
    expect(await outcomes({ do: 'unacknowledge', incidents: [disk] })).toEqual([[disk, 'already']])
  })

  it('gives them to a team, which no route changes any more', async () => {
    const [disk, fan] = [await idOf('diskfull'), await idOf('fanbroken')]
    const given = { do: 'assign', incidents: [disk, fan], team: 'storage' }
    expect(await outcomes(given)).toEqual([
      [disk, 'done'],
      [fan, 'done'],
    ])
    expect(await outcomes(given)).toEqual([
      [disk, 'already'],
      [fan, 'already'],
    ])
    const { body } = await app.get(`/api/v1/incidents/${disk}`)
    expect(body).toMatchObject({ owner: 'dana', team: 'storage', teamBy: 'dana' })
    const both = { do: 'assign', incidents: [disk], to: 'dana', team: null }
    expect(await outcomes(both)).toEqual([[disk, 'done']])
    expect(await outcomes(both)).toEqual([[disk, 'already']])
  })

  it('does not keep from some what is refused for others', async () => {
    const [disk, fan] = [await idOf('diskfull'), await idOf('fanbroken')]
    await app.post('/ingest/generic', firing('FanBroken', 'nowhere-1', { status: 'resolved' }))
    await app.settled()
    const { body } = await bulk({ do: 'resolve', incidents: [disk, fan], resolution: 'new fan' })
    expect(body.items).toMatchObject([
      { incident: disk, outcome: 'refused', reason: 'alerts_still_fire' },
      { incident: fan, outcome: 'done', at: fan },
    ])
    expect(body.items[0].detail).toMatch(/still fire/)
    const { body: read } = await app.get(`/api/v1/incidents/${fan}`)
    expect(read).toMatchObject({ status: 'resolved', resolution: 'new fan', resolvedBy: 'dana' })
    expect(await outcomes({ do: 'resolve', incidents: [fan] })).toEqual([[fan, 'already']])
    expect(await outcomes({ do: 'resolve', incidents: [disk], force: true })).toEqual([
      [disk, 'done'],
    ])
  })

  it('follows merges', async () => {
    await app.post('/ingest/generic', [firing('RackDown', 'r-1'), firing('PumpDown', 'r-2')])
    await app.settled()
    const [rack, pump] = [await idOf('rackdown'), await idOf('pumpdown')]
    await app.post(`/api/v1/incidents/${rack}/merge`, { from: [pump] })
    const { body } = await bulk({ do: 'acknowledge', incidents: [pump, rack] })
    const ends = body.items.map(({ at }: { at: string }) => at)
    expect(new Set(ends).size).toBe(1)
    expect(body.items.map(({ outcome }: { outcome: string }) => outcome).sort()).toEqual([
      'already',
      'done',
    ])
  })

  it.each([
    [{ do: 'acknowledge', incidents: [] }, '#/incidents'],
    [{ do: 'assign', incidents: ['INC-000001'] }, '#/to'],
    [
      { do: 'acknowledge', incidents: Array.from({ length: 501 }, (_, n) => `INC-${n}`) },
      '#/incidents',
    ],
    [{ do: 'close', incidents: ['INC-000001'] }, '#/do'],
  ])('names the field that is wrong: %j', async (body, pointer) => {
    const { status, body: problem } = await bulk(body)
    expect([status, problem.errors[0].pointer]).toEqual([400, pointer])
  })
})

describe('views', () => {
  const views = async () => (await app.get('/api/v1/incident-views')).body.items
  const save = (body: object) => app.post('/api/v1/incident-views', body, DANA)
  const remove = (id: string) => app.post(`/api/v1/incident-views/${id}/delete`, {}, DANA)

  it('come with Faultline, and those stay as they are', async () => {
    const shipped = await views()
    expect(shipped.map(({ name }: { name: string }) => name)).toEqual([
      ...['Burning now', 'Unacknowledged', 'Mine', 'Recently resolved'],
    ])
    expect((await remove('mine')).status).toBe(409)
    expect((await save({ id: 'mine', name: 'Ours', query: {} })).body.reason).toBe('shipped')
    expect((await save({ name: 'burning NOW', query: {} })).body.reason).toBe('name_taken')
  })

  it('are saved, changed and taken away', async () => {
    const query = { priority: [1, 2], service: ['svc:checkout'], sort: 'activity' }
    const { body: saved } = await save({ name: ' Checkout ', query })
    expect(saved).toMatchObject({ name: 'Checkout', query, shipped: false, createdBy: 'dana' })
    expect((await views()).at(-1)).toEqual(saved)
    const { body: changed } = await save({ id: saved.id, name: 'Shop', query: { within: '7d' } })
    expect(changed).toMatchObject({ id: saved.id, name: 'Shop', query: { within: '7d' } })
    expect(changed.createdAt).toBe(saved.createdAt)
    expect((await save({ name: 'SHOP', query: {} })).status).toBe(409)
    expect((await remove(saved.id)).status).toBe(200)
    expect((await remove(saved.id)).status).toBe(404)
    expect(await views()).toHaveLength(4)
  })

  it.each([
    [{ name: '  ', query: {} }, '#/name'],
    [{ name: 'x', query: { priority: [6] } }, '#/query/priority/0'],
    [{ name: 'x', query: { owners: ['a'] } }, '#/query'],
  ])('name the field that is wrong: %j', async (body, pointer) => {
    const { status, body: problem } = await save(body)
    expect([status, problem.errors[0].pointer]).toEqual([400, pointer])
  })
})
