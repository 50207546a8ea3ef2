import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CMDB, firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
  await app.post('/ingest/generic', [
    firing('DiskFull', 'db-1'),
    firing('SlowQueries', 'orders', { labels: { alertname: 'SlowQueries', host: 'orders-db' } }),
    firing('FanBroken', 'nowhere-1', { severity: 'warning' }),
  ])
  await app.settled()
})
afterAll(() => app.stop())

const rules = async (query: string): Promise<string[]> => {
  const { status, body } = await app.get(`/api/v1/alerts?${query}`)
  expect(status).toBe(200)
  return body.items.map(({ rule }: { rule: string }) => rule).sort()
}
const q = (text: string): string => `q=${encodeURIComponent(text)}`

describe('the list of alerts', () => {
  it.each([
    ['words', q('fan'), ['FanBroken']],
    ['matchers', q('{host=~"db.*", alertname!="X"}'), ['DiskFull']],
    ['matchers and words', q('slow {host="orders-db"}'), ['SlowQueries']],
    ['several rules', 'rule=DiskFull&rule=FanBroken', ['DiskFull', 'FanBroken']],
    ['a CI', 'ci=host:db-1', ['DiskFull']],
    ['no CI', 'bound=false', ['FanBroken']],
    ['values of a label', 'label=host%3Ddb-1&label=host%3Dnowhere-1', ['DiskFull', 'FanBroken']],
    ['severity', 'severity=warning,info', ['FanBroken']],
    [
      'what is not muted',
      'suppressed=false&stale=false&flapping=false&rule=DiskFull',
      ['DiskFull'],
    ],
    ['a time that is over', 'to=2020-01-01T00:00:00Z', []],
  ])('is found by %s', async (_name, query, expected) => {
    expect(await rules(query)).toEqual(expected)
    const { body } = await app.get(`/api/v1/alerts/facets?${query}`)
    expect(body.total).toBe(expected.length)
  })

  it.each([
    [q('{a=~"("}'), 'q'],
    [q('{a="1"'), 'q'],
    ['label=nameonly', 'label'],
    ['stale=yes', 'stale'],
    ['from=yesterday', 'from'],
    ['state=burning', 'state'],
  ])('names the parameter that is wrong: %s', async (query, parameter) => {
    for (const path of ['alerts', 'alerts/facets']) {
      const { status, body } = await app.get(`/api/v1/${path}?${query}`)
      expect([status, body.errors]).toMatchObject([400, [{ parameter }]])
    }
  })

  it('counts what it could be narrowed down to', async () => {
    const { body } = await app.get('/api/v1/alerts/facets?severity=critical')
    expect(body).toMatchObject({
      total: 2,
      sample: 1,
      states: { firing: 2, resolved: 0 },
      severities: { critical: 2, warning: 1 },
      sources: [{ value: 'generic', count: 2 }],
      flags: { unbound: 0, suppressed: 0 },
    })
    const host = body.labels.find(({ name }: { name: string }) => name === 'host')
    expect(host).toEqual({
      ...{ name: 'host', count: 2 },
      values: [
        { value: 'db-1', count: 1 },
        { value: 'orders-db', count: 1 },
      ],
    })
  })
})

describe('the history of an alert', () => {
  it('has its episodes, when it was muted, and what was decided', async () => {
    const { body: list } = await app.get(`/api/v1/alerts?${q('fan')}`)
    const { id } = list.items[0]
    const endsAt = new Date(Date.now() + 3_600_000).toISOString()
    const matchers = [{ name: 'alertname', value: 'FanBroken' }]
    const silence = await app.post('/api/v1/silences', { matchers, endsAt, comment: 'spare part' })
    await app.settled()
    const during = (await app.get(`/api/v1/alerts/${id}/history`)).body
    expect(during.spans).toMatchObject([{ kind: 'suppressed', to: null }])
    expect(await rules('suppressed=true')).toEqual(['FanBroken'])
    app.skip(60_000)
    await app.post(`/api/v1/silences/${silence.body.id}/expire`)
    app.skip(60_000)
    const end = { status: 'resolved', severity: 'warning' }
    await app.post('/ingest/generic', firing('FanBroken', 'nowhere-1', end))
    app.skip(60_000)
    await app.post('/ingest/generic', firing('FanBroken', 'nowhere-1', { severity: 'warning' }))
    await app.settled()
    const { body } = await app.get(`/api/v1/alerts/${id}/history`)
    expect(body.episodes.map(({ state }: { state: string }) => state)).toEqual([
      'firing',
      'resolved',
    ])
    expect(body.spans).toHaveLength(1)
    const [{ from, to, why }] = body.spans
    expect(Date.parse(to) - Date.parse(from)).toBeGreaterThanOrEqual(60_000)
    expect(why).toContain('spare part')
    const actions = body.events.map(({ action }: { action: string }) => action)
    expect(actions).toEqual(expect.arrayContaining(['alert.suppressed', 'alert.resolved']))
    expect(body.events[0].seq).toBeGreaterThan(body.events.at(-1).seq)
  })

  it('of an alert that never was is 404', async () => {
    expect((await app.get('/api/v1/alerts/unknown/history')).status).toBe(404)
    expect((await app.get('/api/v1/alerts/unknown')).status).toBe(404)
  })
})
