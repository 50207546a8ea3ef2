import { afterEach, expect, it } from 'vitest'
import { createApp } from '../../src/server/app.ts'
import { startApp, type TestApp, TOKEN } from '../support/app.ts'

let app: TestApp
const lines: string[] = []
afterEach(() => app.stop())

it('a store that is away is 503, with when to come back', async () => {
  app = await startApp()
  await app.deps.store.close()
  for (const path of ['/api/v1/incidents', '/api/v1/stats', '/api/v1/alerts/x']) {
    const { status, headers, body } = await app.get(path)
    expect([path, status, body.code]).toEqual([path, 503, 'store_unavailable'])
    expect(headers.get('retry-after')).toBe('2')
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(body).toMatchObject({ status: 503, instance: path, requestId: expect.any(String) })
  }
  // what needs no store is there
  for (const path of ['/healthz', '/metrics', '/api/v1/ledger', '/api/v1/rules']) {
    expect((await app.get(path)).status).toBe(200)
  }
})

it('a journal that is away is 503 in the form of whoever posts', async () => {
  app = await startApp()
  await app.journal.close()
  const own = await app.post('/ingest/generic', [])
  expect([own.status, own.body.code]).toEqual([503, 'store_unavailable'])
  const alerts = await app.post('/api/v2/alerts', [{ labels: { alertname: 'X' } }])
  expect([alerts.status, typeof alerts.body, alerts.headers.get('retry-after')]).toEqual([
    ...[503, 'string', '2'],
  ])
})

it('a fault of ours is 500 without a word of it; the log has them', async () => {
  app = await startApp({ onLog: (line) => lines.push(line) })
  const { redeliver: _real, ...outbox } = app.deps.outbox
  const broken = createApp({
    ...app.deps,
    outbox: {
      ...outbox,
      channels: () => [],
      redeliver: () => {
        throw new TypeError('cannot read /etc/inner/workings')
      },
    },
  })
  const response = await broken.request('http://localhost/api/v1/deliveries/x/redeliver', {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  expect(response.status).toBe(500)
  const text = await response.text()
  expect(text).not.toMatch(/workings|TypeError|\.ts/)
  expect(JSON.parse(text)).toMatchObject({ code: 'internal', status: 500 })
  const logged = lines.map((line) => JSON.parse(line)).find(({ level }) => level === 'error')
  expect(logged).toMatchObject({
    err: { message: 'cannot read /etc/inner/workings' },
    requestId: response.headers.get('x-request-id'),
  })
})
