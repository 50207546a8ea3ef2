import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HOUR, MINUTE } from '../../src/core/time.ts'
import { CMDB, firing, firingApart, startApp, type TestApp } from '../support/app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
})
afterAll(() => app.stop())

const range = () => {
  const now = app.deps.clock.now()
  return `from=${new Date(now - HOUR).toISOString()}&to=${new Date(now + MINUTE).toISOString()}`
}
const stats = async (name: string, query = range()) =>
  (await app.get(`/api/v1/stats/${name}?${query}`)).body
const length = async (path: string): Promise<number> =>
  (await app.get(`/api/v1/${path}`)).body.items.length

describe('before anything came in', () => {
  it('everything is zero, and a share of nothing is not a number', async () => {
    expect(await stats('live')).toMatchObject({
      ...{ open: 0, byPriority: [0, 0, 0, 0, 0], burning: [], silent: [], deadLetters: 0 },
      alerts: { firing: 0, suppressed: 0, stale: 0, flapping: 0, unbound: 0 },
      ledger: { balanced: true, received: 0, rejected: 0 },
    })
    expect(await stats('range')).toMatchObject({
      ...{ received: 0, alerts: 0, incidents: 0, reduction: null },
      toAcknowledge: { count: 0, medianMs: null, p90Ms: null },
    })
    expect(await stats('talkers')).toMatchObject({ rules: { byReports: [] }, flappers: [] })
  })
})

describe('after a storm', () => {
  beforeAll(async () => {
    app.skip(5 * MINUTE)
    const disk = firing('DiskFull', 'db-1')
    const slow = firing('Slow', 'orders', { labels: { alertname: 'Slow', service: 'checkout' } })
    await app.post('/ingest/generic', [disk, slow, firingApart('Fan', 'nowhere-1')])
    for (let n = 0; n < 5; n++) await app.post('/ingest/generic', [disk, disk])
    await app.post('/ingest/generic', { title: 'no status' })
    await app.post('/ingest/change', { title: 'web 7', kind: 'deploy', ci: 'web-1' })
    await app.settled()
    app.skip(3 * MINUTE)
    const { body } = await app.get('/api/v1/incidents?q=disk')
    await app.post(`/api/v1/incidents/${body.items[0].id}/ack`)
    app.skip(5 * MINUTE)
    await app.post('/ingest/generic', firing('Fan', 'nowhere-1', { status: 'resolved' }))
    await app.settled()
  })

  it('says how much came in, and what was left of it, by the ledger', async () => {
    const { body: ledger } = await app.get('/api/v1/ledger')
    const found = await stats('range')
    expect(found).toMatchObject({ rejected: 1, changes: 1, alerts: 3, opened: 2, incidents: 2 })
    expect(found.received).toBe(ledger.received)
    expect(found.received).toBe(16)
    expect(found.reduction).toBeCloseTo(1 - 2 / 14, 9)
  })

  it('counts what the lists of the same range hold', async () => {
    const { from, to, alerts, incidents } = await stats('range')
    const same = `from=${from}&to=${to}&limit=1000`
    expect(await length(`alerts?${same}`)).toBe(alerts)
    expect(await length(`incidents?${same}&status=provisional,open,resolved,closed`)).toBe(
      incidents,
    )
    const { rules } = await stats('talkers')
    for (const { name, alerts: count } of rules.byReports)
      expect(await length(`alerts?rule=${name}&${same}`)).toBe(count)
  })

  it('says how long it took to acknowledge, over those that were', async () => {
    const { toAcknowledge, toResolve } = await stats('range')
    expect(toAcknowledge.count).toBe(1)
    expect(toAcknowledge.medianMs).toBeGreaterThanOrEqual(3 * MINUTE)
    expect(toAcknowledge.medianMs).toBeLessThan(4 * MINUTE)
    expect(toResolve.count).toBe(0)
  })

  it('shows what burns, by service and priority', async () => {
    const live = await stats('live')
    const sum = (levels: readonly number[]) => levels.reduce((all, n) => all + n, 0)
    expect(live.burning.map(({ service }: { service: string | null }) => service)).toContain(
      'svc:checkout',
    )
    const inServices = live.burning.map((one: { byPriority: number[] }) => sum(one.byPriority))
    expect(sum(inServices)).toBe(live.open)
    expect(sum(live.byPriority)).toBe(live.open)
    expect(live).toMatchObject({ deadLetters: 1, ledger: { balanced: true, rejected: 1 } })
    expect(live.alerts).toMatchObject({ firing: 2, unbound: 0 })
  })

  it('names who reported most', async () => {
    const { rules, cis } = await stats('talkers')
    expect(rules.byReports[0]).toMatchObject({ name: 'DiskFull', alerts: 1, reports: 11 })
    expect(cis.byReports[0]).toMatchObject({ name: 'host:db-1', reports: 11 })
    const { body } = await app.get('/api/v1/alerts?rule=DiskFull')
    expect(body.items[0].reports).toBe(11)
  })

  it('cuts the range into steps that hold all of it', async () => {
    const { buckets, stepMs } = await stats('series')
    expect(stepMs).toBe(MINUTE)
    expect([61, 62]).toContain(buckets.length)
    const critical = buckets.map(({ alerts }: { alerts: { critical: number } }) => alerts.critical)
    expect(critical.reduce((all: number, n: number) => all + n, 0)).toBe(3)
  })

  it.each(['range', 'talkers', 'series'])('refuses a range that is none: %s', async (name) => {
    for (const query of [
      'from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z',
      'from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z',
      'from=yesterday',
    ]) {
      const { status, body } = await app.get(`/api/v1/stats/${name}?${query}`)
      expect([status, body.errors]).toMatchObject([400, [{ parameter: 'from' }]])
    }
  })

  it('takes the last day where nothing is said', async () => {
    const { from, to } = await stats('range', '')
    expect(Date.parse(to) - Date.parse(from)).toBe(24 * HOUR)
  })
})
