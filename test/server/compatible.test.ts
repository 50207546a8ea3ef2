/** Tools that know PagerDuty or Opsgenie only: their paths, their answers, their keys. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startApp, type TestApp } from '../support/app.ts'

const KEY = 'e93facc04764012d7bfb002500d5d1a6'

async function states(app: TestApp): Promise<string[]> {
  await app.settled()
  const { body } = await app.get('/api/v1/alerts?limit=100')
  const Items = z.array(z.object({ title: z.string(), state: z.string() }))
  return Items.parse(body.items)
    .map(({ title, state }) => `${title} ${state}`)
    .sort()
}

describe("PagerDuty's paths", () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.stop())

  const event = (event_action: string, more: object = {}) => ({
    routing_key: KEY,
    event_action,
    payload: { summary: 'Disk 99%', source: 'db-1', severity: 'critical' },
    ...more,
  })

  it('open and resolve an alert by its key', async () => {
    const opened = await app.post('/v2/enqueue', event('trigger', { dedup_key: 'db-1/disk' }))
    expect(opened.status).toBe(202)
    expect(opened.body).toEqual({
      status: 'success',
      message: 'Event processed',
      dedup_key: 'db-1/disk',
    })
    expect(await states(app)).toEqual(['Disk 99% firing'])
    const acknowledged = await app.post(
      '/v2/enqueue',
      event('acknowledge', { dedup_key: 'db-1/disk' }),
    )
    expect(acknowledged.body).toMatchObject({ status: 'success', dedup_key: 'db-1/disk' })
    const { items } = (await app.get('/api/v1/incidents')).body
    expect(items).toMatchObject([{ acknowledgedBy: 'pagerduty' }])
    const closed = { routing_key: KEY, event_action: 'resolve', dedup_key: 'db-1/disk' }
    expect((await app.post('/v2/enqueue', closed)).status).toBe(202)
    expect(await states(app)).toEqual(['Disk 99% resolved'])
  })

  it('make a key where a trigger has none, to resolve it by', async () => {
    const payload = { summary: 'Queue grows', source: 'mq-1', severity: 'error' }
    const { body } = await app.post('/v2/enqueue', event('trigger', { payload }))
    const { dedup_key } = z.object({ dedup_key: z.uuid() }).parse(body)
    expect(await states(app)).toContain('Queue grows firing')
    await app.post('/v2/enqueue', { routing_key: KEY, event_action: 'resolve', dedup_key })
    expect(await states(app)).toContain('Queue grows resolved')
  })

  it('take changes', async () => {
    const change = { routing_key: KEY, payload: { summary: 'shop 4.2 is out', source: 'ci' } }
    const { status, body } = await app.post('/v2/change/enqueue', change)
    expect([status, body.status]).toEqual([202, 'success'])
    await app.settled()
    const { items } = (await app.get('/api/v1/changes')).body
    expect(items).toMatchObject([{ title: 'shop 4.2 is out' }])
  })

  it.each([
    ['no event at all', '[1', 400],
    ['another action', JSON.stringify(event('explode')), 400],
    ['no summary', JSON.stringify(event('trigger', { payload: {} })), 400],
  ])('refuse %s in its own words, and keep it as a dead letter', async (_name, body, status) => {
    const letters = async (): Promise<number> =>
      (await app.get('/api/v1/dead-letters?source=pagerduty')).body.items.length
    const before = await letters()
    const answer = await app.request('/v2/enqueue', { method: 'POST', body })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toEqual({
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: [expect.any(String)],
    })
    await app.settled()
    expect(await letters()).toBe(before + 1)
  })
})

describe("Opsgenie's paths", () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.stop())

  it('open and close an alert by its alias', async () => {
    const created = await app.post('/v2/alerts', {
      message: 'Slow',
      alias: 'a/1 ü',
      priority: 'P1',
    })
    expect(created.status).toBe(202)
    expect(created.body).toEqual({
      result: 'Request will be processed',
      took: expect.any(Number),
      requestId: expect.any(String),
    })
    expect(await states(app)).toEqual(['Slow firing'])
    const path = `/v2/alerts/${encodeURIComponent('a/1 ü')}/close?identifierType=alias`
    expect((await app.post(path, { source: 'Alertmanager' })).status).toBe(202)
    expect(await states(app)).toEqual(['Slow resolved'])
  })

  it('close with an empty body, by DELETE, and below the path of its successor', async () => {
    await app.post('/jsm/ops/integration/v2/alerts', { message: 'One', alias: 'one' })
    await app.post('/v2/alerts', { message: 'Two', alias: 'two' })
    const close = await app.request('/jsm/ops/integration/v2/alerts/one/close', { method: 'POST' })
    const gone = await app.request('/v2/alerts/two', { method: 'DELETE' })
    expect([close.status, gone.status]).toEqual([202, 202])
    expect(await states(app)).toEqual(['One resolved', 'Slow resolved', 'Two resolved'])
  })

  it('acknowledge the incident, in the name of who did', async () => {
    await app.post('/v2/alerts', { message: 'Three', alias: 'three', priority: 'P1' })
    await app.settled()
    const body = { user: 'eve@example.org' }
    const answer = await app.post('/v2/alerts/three/acknowledge?identifierType=alias', body)
    expect(answer.status).toBe(202)
    expect(await states(app)).toContain('Three firing')
    const { items } = (await app.get('/api/v1/incidents?status=open&q=Three')).body
    expect(items).toMatchObject([{ title: 'Three', acknowledgedBy: 'eve@example.org' }])
    expect((await app.get('/api/v1/dead-letters?source=opsgenie')).body.items).toEqual([])
  })

  it('take note of what changes nothing, as dead letters', async () => {
    expect((await app.post('/v2/alerts/three/notes', { note: 'looking' })).status).toBe(202)
    expect((await app.post('/v2/alerts/nobody/acknowledge', {})).status).toBe(202)
    await app.settled()
    const letters = (await app.get('/api/v1/dead-letters?source=opsgenie')).body.items
    expect(letters).toHaveLength(2)
  })

  it('refuse an alert without a message', async () => {
    const { status, body } = await app.post('/v2/alerts', { alias: 'x' })
    expect([status, body.message]).toEqual([422, '`message` is missing.'])
  })
})

describe('their keys', () => {
  it('are tokens of the source, in the body or as a header', async () => {
    const app = await startApp({
      access: {
        sourceTokens: [
          { source: 'pagerduty', token: KEY },
          { source: 'opsgenie', token: 'genie-0123456789' },
        ],
      },
    })
    const post = async (path: string, body: object, authorization = ''): Promise<number> => {
      const headers = { authorization, 'content-type': 'application/json' }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      return (await app.request(path, init)).status
    }
    const trigger = (routing_key: string) => ({
      ...{ routing_key, event_action: 'trigger', dedup_key: 'k' },
      payload: { summary: 's', source: 'h', severity: 'error' },
    })
    expect(await post('/v2/enqueue', trigger(KEY))).toBe(202)
    expect(await post('/v2/enqueue', trigger('another'))).toBe(401)
    expect(await post('/v2/change/enqueue', { payload: { summary: 'x' } })).toBe(401)
    const alert = { message: 'm', alias: 'm' }
    expect(await post('/v2/alerts', alert, 'GenieKey genie-0123456789')).toBe(202)
    expect(await post('/v2/alerts', alert, 'GenieKey wrong')).toBe(401)
    expect(await post('/v2/alerts', alert)).toBe(401)
    await app.stop()
  })
})
