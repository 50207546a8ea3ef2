/** A storm by the API: listed, told on the stream, counted, and what channels hear of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StormView } from '../../src/server/schemas/storm.ts'
import { firing, startApp, type TestApp } from '../support/app.ts'
import { readEvents } from '../support/events.ts'

let app: TestApp
const MINUTE = 60_000
const ALERTS = 120

beforeAll(async () => {
  const secrets = [`whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`]
  // nobody listens there: what is to be sent is in the delivery log all the same
  const url = 'http://127.0.0.1:9'
  const channel = { type: 'webhook', id: 'ops', url, secrets, allowPrivate: true }
  app = await startApp({ channels: [channel] })
})
afterAll(() => app.stop())

const tick = (ms: number) => {
  app.skip(ms)
  return app.journey.submit((at, scope) => ({ kind: 'time', at, scope }))
}

/** Alerts that have nothing to do with each other. */
const alerts = Array.from({ length: ALERTS }, (_, n) =>
  firing(`Rule${n}`, `host-${n}`, {
    severity: 'critical',
    labels: { alertname: `Rule${n}`, host: `host-${n}`, site: 'fra' },
  }),
)

describe('a storm', () => {
  it('is listed and on the stream, with what it measured', async () => {
    const events = readEvents(await app.request('/api/v1/stream'))
    expect((await app.get('/api/v1/storms')).body).toEqual({ items: [], scopes: [] })
    for (const alert of alerts) await app.post('/ingest/generic', alert)
    await app.settled()
    await tick(30_000)
    const [storm] = (await events.until(({ event }) => event === 'storm')).slice(-1)
    await events.close()
    expect(StormView.parse(storm?.data)).toMatchObject({ id: 'STORM-1', endedAt: null })
    const { items } = (await app.get('/api/v1/storms?active=true')).body
    expect(items).toMatchObject([
      {
        began: { rate: 100, usual: 0, threshold: 100 },
        alerts: ALERTS - 99,
        incidents: { alone: 3 },
        sites: [{ name: 'fra', count: ALERTS - 99 }],
      },
    ])
    expect((await app.get('/api/v1/storms?active=false')).body.items).toEqual([])
    const metrics = await (await app.request('/metrics')).text()
    expect(metrics).toMatch(/^faultline_storms_active 1$/m)
    expect(metrics).toMatch(/^faultline_storms_total 1$/m)
    expect(metrics).toMatch(/^faultline_incidents_folded_total [1-9]\d*$/m)
  })

  it('says of an incident that people were told of it only there', async () => {
    const { items } = (await app.get('/api/v1/incidents?status=open&limit=100')).body
    const inStorm = items.filter((one: { toldInStorm: string | null }) => one.toldInStorm !== null)
    expect(new Set(inStorm.map((one: { toldInStorm: string }) => one.toldInStorm))).toEqual(
      new Set(['STORM-1']),
    )
  })

  it('is over after minutes of quiet, told at its end, and then of what still burns', async () => {
    for (let minutes = 0; minutes < 8; minutes++) await tick(MINUTE)
    await app.settled()
    const [storm] = (await app.get('/api/v1/storms')).body.items
    expect(storm.endedAt).not.toBeNull()
    const { items: sent } = await app.deps.deliveries.list({ limit: 500 })
    const count = (type: string) => sent.filter((one) => one.type === type).length
    expect([count('storm.began'), count('storm.ended')]).toEqual([1, 1])
    const opened = sent.filter(({ type }) => type === 'incident.opened')
    const ids = opened.map(({ incident }) => incident)
    expect(new Set(ids).size).toBe(ids.length)
    const open = (await app.get('/api/v1/incidents?status=open&limit=200')).body.items
    expect(ids.sort()).toEqual(open.map(({ id }: { id: string }) => id).sort())
    expect(await (await app.request('/metrics')).text()).toMatch(/^faultline_storms_active 0$/m)
  })

  it('is listed page by page among others, those that last first', async () => {
    // a second one, and while it lasts the pages end where they began
    for (let n = 0; n < ALERTS; n++)
      await app.post('/ingest/generic', firing(`Again${n}`, `elsewhere-${n}`))
    await app.settled()
    const ids: string[] = []
    let cursor = ''
    do {
      const { body } = await app.get(`/api/v1/storms?limit=1${cursor}`)
      ids.push(...body.items.map(({ id }: { id: string }) => id))
      cursor = body.next === undefined ? '' : `&cursor=${body.next}`
    } while (cursor !== '')
    expect(ids).toEqual(['STORM-2', 'STORM-1'])
    const over = (await app.get('/api/v1/storms?active=false')).body
    expect(over.items.map(({ id }: { id: string }) => id)).toEqual(['STORM-1'])
    expect((await app.get('/api/v1/storms?cursor=nonsense')).status).toBe(400)
  })

  it('is among the decisions and deliveries', async () => {
    const { items } = (await app.get('/api/v1/deliveries?incident=STORM-1')).body
    expect(items.map(({ type }: { type: string }) => type)).toEqual(['storm.ended', 'storm.began'])
  })
})
