/** What people give the engine to decide with: the CMDB, articles, silences, maintenance windows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CMDB, firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.stop())

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

describe('the CMDB', () => {
  it('is replaced, or added to; the same content has the same version', async () => {
    const first = await app.post('/api/v1/topology', CMDB)
    expect(first.body).toMatchObject({ items: 5, relations: 4, ignored: 0 })
    const same = await app.post('/api/v1/topology', CMDB)
    expect(same.body.version).toBe(first.body.version)
    const more = {
      mode: 'upsert',
      version: 'v2',
      items: [{ id: 'host:new', class: 'host', name: 'new-1' }],
      relations: [
        { from: 'svc:search', type: 'runs_on', to: 'host:new' },
        { from: 'svc:search', type: 'runs_on', to: 'host:nowhere' },
        { from: 'host:new', type: 'runs_on', to: 'host:new' },
      ],
    }
    const added = await app.post('/api/v1/topology', more)
    expect(added.body).toEqual({ version: 'v2', items: 6, relations: 5, ignored: 2 })
    expect((await app.get('/api/v1/cis/host:new')).body).toMatchObject({ name: 'new-1' })
    await app.post('/api/v1/topology', CMDB)
    expect((await app.get('/api/v1/cis/host:new')).status).toBe(404)
    expect((await app.get('/api/v1/cis/host:new/neighbourhood')).status).toBe(404)
  })

  it('shows what fires around a CI', async () => {
    await app.post('/ingest/generic', firing('DiskFull', 'db-1'))
    await app.settled()
    const { body } = await app.get('/api/v1/cis/db:orders/neighbourhood?hops=1')
    expect(body.center).toBe('db:orders')
    expect(body.nodes).toMatchObject([
      { ci: 'db:orders', hops: 0, firing: 0, incidents: [] },
      { ci: 'host:db-1', hops: 1, firing: 1, incidents: [expect.stringMatching(/^INC-/)] },
      { ci: 'svc:checkout', hops: 1, firing: 0 },
    ])
    expect(body.relations).toHaveLength(2)
    expect(body.truncated).toBe(false)
  })

  it.each([
    [{ items: [{ id: 'x' }] }, '#/items/0/class'],
    [{ items: [{ ...CMDB.items[0], criticality: 9 }] }, '#/items/0/criticality'],
    [{ items: [], relations: [{ from: 'a' }] }, '#/relations/0/type'],
    [{}, '#/items'],
    [[], '#'],
  ])('names what is wrong with it: %j', async (body, pointer) => {
    const before = app.journal.last()
    const answer = await app.post('/api/v1/topology', body)
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, pointer])
    expect(app.journal.last()).toBe(before)
  })

  it('may be as large as a real one', async () => {
    const items = Array.from({ length: 20_000 }, (_, n) => ({
      ...{ id: `host:${n}`, class: 'host', name: `host-${n}`, labels: { rack: `r${n % 40}` } },
    }))
    const relations = items
      .slice(1)
      .map(({ id }, n) => ({ from: id, type: 'connects_to', to: `host:${n >> 3}` }))
    const { status, body } = await app.post('/api/v1/topology', { items, relations })
    expect([status, body.items, body.relations]).toEqual([200, 20_000, 19_999])
    await app.post('/api/v1/topology', CMDB)
  })
})

describe('articles', () => {
  it('are found again, and suggested', async () => {
    const articles = [
      { id: 'db/DiskFull', title: 'Disk full', alertnames: ['DiskFull'], body: 'Remove old logs.' },
      { id: 'web/Latency', title: 'Latency', body: 'Look at the pool.' },
    ]
    const { body } = await app.post('/api/v1/articles', { mode: 'replace', articles })
    expect(body).toMatchObject({ articles: 2 })
    expect((await app.get('/api/v1/articles?q=pool')).body.items).toMatchObject([
      { id: 'web/Latency' },
    ])
    const upsert = { articles: [{ ...articles[1], body: 'New.' }] }
    expect((await app.post('/api/v1/articles', upsert)).body.articles).toBe(2)
    expect((await app.get('/api/v1/articles/web%2FLatency')).body.body).toBe('New.')
    expect((await app.get('/api/v1/articles/none')).status).toBe(404)
  })
})

describe('silences', () => {
  const matchers = [{ name: 'host', value: 'db-1' }]
  const post = (body: object) => app.post('/api/v1/silences', body)

  it('mute what fires, and let it go again', async () => {
    const firingNow = async () =>
      (await app.get('/api/v1/alerts?state=firing&q=diskfull')).body.items[0].suppressedBy
    const { body } = await post({ matchers, endsAt: inAnHour(), comment: 'new disk' })
    expect(body).toMatchObject({
      ...{ kind: 'silence', state: 'active', createdBy: 'admin', comment: 'new disk', cis: [] },
      matchers: [{ name: 'host', value: 'db-1', isRegex: false, isEqual: true }],
    })
    expect(await firingNow()).toMatchObject({ kind: 'silence', id: body.id })
    await app.post(`/api/v1/silences/${body.id}/expire`)
    expect(await firingNow()).toBeNull()
  })

  it('can be changed, by others too; who made it is kept', async () => {
    const { body: made } = await post({ matchers, endsAt: inAnHour(), comment: 'one' })
    const change = { id: made.id, matchers, endsAt: inAnHour(), comment: 'two' }
    const { body } = await app.post('/api/v1/silences', change, { 'x-faultline-actor': 'ada' })
    expect(body).toMatchObject({
      ...{ id: made.id, comment: 'two', createdBy: 'admin', startsAt: made.startsAt },
    })
    expect((await app.get('/api/v1/silences?expired=false')).body.items).toHaveLength(1)
    await app.post(`/api/v1/silences/${made.id}/expire`)
    const again = await app.post(`/api/v1/silences/${made.id}/expire`)
    expect([again.status, again.body.state]).toEqual([200, 'expired'])
  })

  it('may begin later', async () => {
    const startsAt = new Date(Date.now() + 1_800_000).toISOString()
    const { body } = await post({ matchers, startsAt, endsAt: inAnHour(), comment: 'later' })
    expect(body).toMatchObject({ state: 'pending', startsAt })
    const { body: ended } = await app.post(`/api/v1/silences/${body.id}/expire`)
    expect(ended.state).toBe('expired')
    expect(Date.parse(ended.startsAt)).toBeLessThanOrEqual(Date.parse(ended.endsAt))
  })

  it.each([
    [{ matchers: [], endsAt: 'in', comment: 'x' }, '#/endsAt'],
    [{ matchers: [{ name: 'a', value: '(', isRegex: true }] }, '#/matchers/0/value'],
    [{ matchers: [{ name: 'a', value: '(?=x)', isRegex: true }] }, '#/matchers/0/value'],
    [{ matchers: [{ name: 'a', value: '' }] }, '#/matchers'],
    [{ matchers: [{ name: 'a', value: '.*', isRegex: true }] }, '#/matchers'],
    [{ matchers: [{ name: 'a', value: 'b', isEqual: false }] }, '#/matchers'],
    [{ endsAt: '2020-01-01T00:00:00Z' }, '#/endsAt'],
    [{ startsAt: '2090-01-01T00:00:00Z', endsAt: '2080-01-01T00:00:00Z' }, '#/endsAt'],
    [{ comment: '' }, '#/comment'],
  ])('say what is wrong with them: %j', async (wrong, pointer) => {
    const { status, body } = await post({ matchers, endsAt: inAnHour(), comment: 'x', ...wrong })
    const pointers = body.errors.map((one: { pointer: string }) => one.pointer)
    expect([status, pointers.includes(pointer)]).toEqual([400, true])
  })

  it('are not maintenance windows, and windows not silences', async () => {
    const { body: silence } = await post({ matchers, endsAt: inAnHour(), comment: 'x' })
    expect((await app.get(`/api/v1/maintenance/${silence.id}`)).status).toBe(404)
    const id = silence.id
    const change = { id, cis: ['host:db-1'], endsAt: inAnHour(), comment: 'x' }
    expect((await app.post('/api/v1/maintenance', change)).status).toBe(404)
    await app.post(`/api/v1/silences/${id}/expire`)
    expect((await post({ id: 'none', matchers, endsAt: inAnHour(), comment: 'x' })).status).toBe(
      404,
    )
  })
})

describe('maintenance windows', () => {
  it('mute what is on a CI and on what carries it', async () => {
    const window = { cis: ['host:web-1'], endsAt: inAnHour(), comment: 'kernel' }
    const { body } = await app.post('/api/v1/maintenance', window)
    expect(body).toMatchObject({ kind: 'maintenance', cis: ['host:web-1'], matchers: [] })
    const labels = { alertname: 'HighLatency', service: 'search' }
    await app.post('/ingest/generic', firing('HighLatency', '', { labels }))
    await app.settled()
    const { body: alerts } = await app.get('/api/v1/alerts?q=highlatency')
    expect(alerts.items).toMatchObject([
      { ci: 'svc:search', suppressedBy: { kind: 'maintenance', id: body.id } },
    ])
    expect((await app.get('/api/v1/stats')).body.alerts.suppressed).toBe(1)
    await app.post(`/api/v1/maintenance/${body.id}/expire`)
  })

  it('are about CIs that exist', async () => {
    const window = { cis: ['host:web-1', 'host:none'], endsAt: inAnHour(), comment: 'x' }
    const { status, body } = await app.post('/api/v1/maintenance', window)
    expect([status, body.errors]).toEqual([
      400,
      [{ pointer: '#/cis/1', detail: 'there is no such CI' }],
    ])
  })
})
