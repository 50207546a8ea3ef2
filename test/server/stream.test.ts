import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Applied } from '../../src/core/engine/engine.ts'
import type { Listener } from '../../src/fold.ts'
import type { Journey } from '../../src/journey.ts'
import { createLifecycle } from '../../src/server/lifecycle.ts'
import { IncidentSummary } from '../../src/server/schemas/incident.ts'
import { LedgerView } from '../../src/server/schemas/operations.ts'
import { AlertUpdate } from '../../src/server/schemas/stream.ts'
import { createHub } from '../../src/server/stream.ts'
import { anIncident } from '../store/samples.ts'
import { firing, startApp, type TestApp } from '../support/app.ts'
import { createFakeClock } from '../support/clock.ts'
import { type EventReader, readEvents } from '../support/events.ts'

describe('the live stream', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp({ limits: { stream: { kept: 20, clients: 3 } } })
  })
  afterAll(() => app.stop())

  const open = async (lastEventId?: string): Promise<EventReader> => {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const response = await app.request('/api/v1/stream', { headers })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
    return readEvents(response)
  }
  const post = (name: string, host = 'db-1') => app.post('/ingest/generic', firing(name, host))

  it('begins with the ledger and tells what changes, as the lists show it', async () => {
    const events = await open()
    const first = await events.next()
    expect(first).toMatchObject({ event: 'ledger', data: { balanced: true } })
    expect(events.text()).toMatch(/^retry: \d+\n\n/)
    await post('DiskFull')
    const news = await events.until(({ event }) => event === 'incident')
    const alert = news.find(({ event }) => event === 'alert')
    expect(AlertUpdate.parse(alert?.data)).toMatchObject({ title: 'DiskFull on db-1' })
    const incident = IncidentSummary.parse(news.at(-1)?.data)
    expect((await app.get(`/api/v1/incidents/${incident.id}`)).body).toMatchObject({
      ...{ id: incident.id, status: incident.status, alertCount: incident.alertCount },
    })
    const [ledger] = (await events.until(({ event }) => event === 'ledger')).slice(-1)
    expect(LedgerView.parse(ledger?.data)).toMatchObject({ balanced: true, received: 1 })
    await app.post('/api/v1/changes', { title: 'orders 4.2.0', ci: ['orders'] })
    const [change] = (await events.until(({ event }) => event === 'change')).slice(-1)
    expect(change?.data).toMatchObject({ title: 'orders 4.2.0', kind: expect.any(String) })
    await events.close()
  })

  it('numbers events by decision, and goes on after the one a client saw last', async () => {
    const seen = await open()
    await post('Before', 'db-2')
    await seen.until(({ event, data }) => event === 'incident' && /Before/.test(data.title))
    const id = seen.lastId()
    expect(Number(id)).toBeLessThanOrEqual(app.journey.engine.state.seq)
    expect(Number(id)).toBeGreaterThan(0)
    await seen.close()
    await post('Missed', 'db-3')
    await app.settled()

    const back = await open(id ?? '')
    // what is not sent yet by then follows the ledger that a stream begins with
    const events = await back.until(
      ({ event, data }) => event === 'incident' && /Missed/.test(data.title),
    )
    expect(events.filter(({ event }) => event === 'reset')).toEqual([])
    const told = events.filter(({ event }) => event !== 'ledger').map((one) => one.id)
    expect(told.filter((one) => one !== null && Number(one) <= Number(id))).toEqual([])
    await back.close()
  })

  it('begins with a reset where what was missed is not kept any more', async () => {
    for (const id of ['1', 'nonsense', '99999999', '']) {
      const events = await open(id)
      expect(await events.next()).toMatchObject({ event: 'reset', data: { reason: 'too_old' } })
      await events.close()
    }
    const first = await open()
    await first.next()
    const id = first.lastId() ?? ''
    for (let n = 0; n < 15; n++) await post(`Much${n}`, `much-${n}`)
    await first.until(({ event, data }) => event === 'incident' && /Much14/.test(data.title))
    await first.close()
    const late = await open(id)
    expect(await late.next()).toMatchObject({ event: 'reset' })
    await late.close()
  })

  it('has room for so many clients and no more', async () => {
    const readers: EventReader[] = []
    // those of earlier tests count until the server has noticed that they are gone
    while (readers.length < 3) {
      const response = await app.request('/api/v1/stream')
      if (response.status === 200) readers.push(readEvents(response))
    }
    const { status, headers } = await app.get('/api/v1/stream')
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('2')
    await Promise.all(readers.map((reader) => reader.close()))
    // a place is free again as soon as the server has noticed
    await expect.poll(async () => (await app.request('/api/v1/stream')).status).toBe(200)
  })
})

describe('the end of the process', () => {
  it('ends every stream after what it had to tell', async () => {
    const app = await startApp()
    const events = readEvents(await app.request('/api/v1/stream'))
    await events.next()
    await app.stop()
    expect(await events.next()).toBeNull()
  })
})

describe('groups of events', () => {
  function fakeHub(limits = {}) {
    const clock = createFakeClock()
    const listeners: Listener[] = []
    const state = { seq: 40 }
    const journey = {
      engine: { state },
      listen: (listener: Listener) => {
        listeners.push(listener)
        return () => undefined
      },
    } as unknown as Journey
    const lifecycle = createLifecycle()
    const hub = createHub({ journey, clock, lifecycle, ledger: () => ({}), limits })
    const apply = (seq: number | null, ids: readonly number[]): void => {
      const decisions = seq === null ? [] : [{ seq }]
      const incidents = ids.map((n) => anIncident(n))
      const rest = { alerts: [], changes: [], problems: [], storms: [] }
      const applied = { decisions, incidents, ...rest } as unknown as Applied
      for (const listener of listeners) listener(applied)
    }
    const connectTo = (id?: string) => readEvents(new Response(hub.connect(id)))
    return { clock, hub, apply, connectTo, lifecycle }
  }

  it('tell of one thing only its newest state, at most once in a window', async () => {
    const { clock, apply, connectTo } = fakeHub({ windowMs: 100 })
    const events = connectTo()
    await events.next()
    apply(41, [1, 2])
    apply(42, [1])
    clock.advance(0)
    const first = await events.until(({ id }) => id !== null)
    expect(first.map(({ id, data }) => [id, data.id])).toEqual([
      [null, 'INC-000001'],
      ['42', 'INC-000002'],
    ])
    apply(43, [1])
    apply(44, [1])
    clock.advance(99)
    apply(45, [1])
    clock.advance(1)
    expect(await events.next()).toMatchObject({ id: '45', data: { id: 'INC-000001' } })
  })

  it('without a decision have ids of their own, so that none of them is missed', async () => {
    const { clock, apply, connectTo } = fakeHub({ windowMs: 0 })
    const events = connectTo()
    await events.next()
    expect(events.lastId()).toBe('40')
    for (const id of ['40.1', '40.2']) {
      apply(null, [1])
      clock.advance(0)
      expect(await events.next()).toMatchObject({ id })
    }
    expect(await connectTo('40').next()).toMatchObject({ id: '40.1' })
    expect(await connectTo('40.1').next()).toMatchObject({ id: '40.2' })
    expect(await connectTo('40.2').next()).toMatchObject({ event: 'ledger' })
  })

  it('are kept whole: half a group is no place to go on from', async () => {
    const { clock, apply, connectTo } = fakeHub({ windowMs: 0, kept: 4 })
    apply(41, [1, 2, 3])
    clock.advance(0)
    apply(42, [4, 5, 6])
    clock.advance(0)
    expect(await connectTo('40').next()).toMatchObject({ event: 'reset' })
    const rest = await connectTo('41').until(({ event }) => event === 'ledger')
    expect(rest.map(({ event, data }) => data.id ?? event)).toEqual([
      ...['INC-000004', 'INC-000005', 'INC-000006', 'ledger'],
    ])
  })

  it('say that they are still there', async () => {
    const { clock, apply, connectTo } = fakeHub()
    const events = connectTo()
    await events.next()
    clock.advance(45_000)
    apply(41, [1])
    clock.advance(0)
    await events.next()
    expect(events.text().match(/^: still here$/gm)).toHaveLength(3)
  })

  it('that are not read are thrown away, and their reader let go; others go on', async () => {
    const { clock, hub, apply, connectTo } = fakeHub({ windowMs: 0, queueBytes: 20_000 })
    const slow = connectTo()
    await slow.next()
    const other = connectTo()
    for (let seq = 41; seq < 91; seq++) {
      apply(seq, [seq])
      clock.advance(0)
      await other.until(({ id }) => id === String(seq))
    }
    expect(hub.clients()).toBe(2)
    const rest = await slow.until(({ event }) => event === 'reset')
    expect(rest.at(-1)).toMatchObject({ data: { reason: 'too_slow' } })
    expect(rest.length).toBeLessThan(20)
    expect(slow.text().length).toBeLessThan(40_000)
    expect(await slow.next()).toBeNull()
    expect(hub.clients()).toBe(1)
    // the reset says where to go on from; by now that is more than a client is sent at once
    expect(Number(slow.lastId())).toBeGreaterThan(50)
    expect(await connectTo(slow.lastId() ?? '').next()).toMatchObject({ event: 'reset' })
    expect(await connectTo('85').next()).toMatchObject({ id: '86', event: 'incident' })
  })

  it('end with the process', async () => {
    const { lifecycle, connectTo, hub } = fakeHub()
    const events = connectTo()
    await events.next()
    lifecycle.stop()
    expect(await events.next()).toBeNull()
    expect(hub.clients()).toBe(0)
  })
})
