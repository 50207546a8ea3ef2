import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CMDB, firing, firingApart, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
let id: string

interface Node {
  readonly ci: string
  readonly role: string
}

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
  await app.post('/ingest/generic', firing('DiskFull', 'db-1'))
  await app.post(
    '/ingest/generic',
    firing('SlowQueries', 'orders', { labels: { alertname: 'SlowQueries', host: 'orders-db' } }),
  )
  await app.post('/ingest/generic', [
    firing('Slow', 'checkout', { labels: { alertname: 'Slow', service: 'checkout' } }),
    firingApart('Nameless', 'nowhere', { severity: 'info', labels: { alertname: 'Nameless' } }),
  ])
  await app.settled()
  id = (await app.get('/api/v1/incidents?q=diskfull')).body.items[0].id
})
afterAll(() => app.stop())

const graphOf = async (incident = id) => (await app.get(`/api/v1/incidents/${incident}/graph`)).body

describe('the picture of an incident', () => {
  it('has its CIs with their alerts, and what is beside them', async () => {
    const { nodes, leftOut } = await graphOf()
    const roles = Object.fromEntries(nodes.map(({ ci, role }: Node) => [ci, role]))
    expect(roles).toEqual({
      'host:db-1': 'alerting',
      'db:orders': 'alerting',
      'svc:checkout': 'alerting',
      'host:web-1': 'near',
    })
    expect(nodes.find(({ ci }: Node) => ci === 'db:orders')).toMatchObject({
      ...{ name: 'orders-db', class: 'database', alerts: 1, firing: 1, muted: 0, incidents: [] },
    })
    expect(leftOut).toBe(0)
  })

  it('has every relation between two of them, from what depends to what it depends on', async () => {
    const { relations } = await graphOf()
    expect(relations).toHaveLength(3)
    expect(relations).toContainEqual({ from: 'db:orders', type: 'runs_on', to: 'host:db-1' })
  })

  it('has the paths that joined its alerts, with how sure the links were', async () => {
    const { joins } = await graphOf()
    expect(joins).toContainEqual({
      ...{ from: 'db:orders', to: 'host:db-1', alerts: 1, p: expect.any(Number) },
      ...{ method: 'score', by: '', title: 'SlowQueries on orders' },
      path: ['db:orders', 'host:db-1'],
      because: [expect.stringContaining('apart'), expect.stringContaining('1 hop')],
    })
    expect(joins).toContainEqual(
      expect.objectContaining({ method: 'first', from: 'host:db-1', to: null, path: [] }),
    )
    for (const { method, from, to, path, p } of joins) {
      if (method !== 'score') continue
      expect([path[0], path.at(-1)]).toEqual([from, to])
      expect(p).toBeGreaterThan(0.5)
    }
  })

  it('says which CI a person confirmed as the cause, also where no alert is on it', async () => {
    await app.post(`/api/v1/incidents/${id}/confirm-cause`, { ci: 'host:web-1' })
    const { nodes, explained } = await graphOf()
    expect(nodes.find(({ ci }: Node) => ci === 'host:web-1')).toMatchObject({
      ...{ role: 'cause', confirmed: true, alerts: 0 },
    })
    expect(explained).toContainEqual({
      ...{ cause: 'host:web-1', to: 'svc:checkout', path: ['host:web-1', 'svc:checkout'] },
    })
  })

  it('has the way from a cause over what lies between, and none to what it cannot reach', async () => {
    await app.post(`/api/v1/incidents/${id}/confirm-cause`, { ci: 'host:db-1' })
    const { explained } = await graphOf()
    const ways = explained.filter(({ cause }: { cause: string }) => cause === 'host:db-1')
    expect(ways.map(({ path }: { path: string[] }) => path)).toEqual([
      ['host:db-1', 'db:orders'],
      ['host:db-1', 'db:orders', 'svc:checkout'],
    ])
  })

  it('says that alerts are bound to no CI, and what fires beside it elsewhere', async () => {
    await app.post('/ingest/generic', firing('Fan', 'web-1', { severity: 'info' }))
    await app.settled()
    const all = (await app.get('/api/v1/incidents')).body.items
    const nameless = all.find(({ title }: { title: string }) => title.startsWith('Nameless'))
    expect(await graphOf(nameless.id)).toMatchObject({ nodes: [], unbound: 1 })
  })

  it('says what its alerts were kept out of though no link was scored, as the evidence does', async () => {
    const startsAt = new Date(app.deps.clock.now() - 11 * 60_000).toISOString()
    await app.post('/ingest/generic', firing('Old', 'db-1', { startsAt }))
    await app.settled()
    const [old] = (await app.get('/api/v1/incidents?q=old')).body.items
    const note = expect.stringContaining('gap 10 min')
    const { others } = await graphOf(old.id)
    expect(others).toContainEqual({ incident: id, alerts: 1, p: null, reason: note })
    const { alerts } = (await app.get(`/api/v1/incidents/${old.id}`)).body
    expect(alerts[0].evidence.rejected).toContainEqual(
      expect.objectContaining({ incident: id, reason: 'gap', limit: 600_000, note }),
    )
  })

  it('is 404 for an incident that never was', async () => {
    const { status, body } = await app.get('/api/v1/incidents/INC-999999/graph')
    expect([status, body.code]).toEqual([404, 'not_found'])
  })
})
