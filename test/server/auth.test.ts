import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AppOptions, firing, startApp, type TestApp, TOKEN } from '../support/app.ts'
import { type Described, Description, operationsOf } from '../support/described.ts'

const ALERT = JSON.stringify(firing('DiskFull', 'db-1'))

let app: TestApp

/** A request exactly as written: `fetch` does not let a test choose the Host. */
function raw(
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: Partial<Record<'method' | 'body', string>> & {
    headers?: Record<string, string>
  } = {},
): Promise<{ status: number; headers: Record<string, unknown>; body: string }> {
  const { port } = new URL(app.url)
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const parts: Buffer[] = []
      const answer = (): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8'),
        })
      response.on('close', answer)
      // it has no end: its beginning is the answer
      if (/event-stream/.test(response.headers['content-type'] ?? '')) response.destroy()
      response.on('data', (part: Buffer) => parts.push(part))
    })
    request.on('error', reject)
    request.end(body)
  })
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})
const post = (path: string, headers: Record<string, string> = {}) =>
  raw(path, { method: 'POST', headers, body: ALERT }).then(({ status }) => status)

function withApp(options: AppOptions): void {
  beforeAll(async () => {
    app = await startApp(options)
  })
  afterAll(() => app.stop())
}

const OPEN = new Set(['/healthz', '/livez', '/readyz'])
const LOCAL = /^\/(?:metrics|ingest\/\{source\}|(?:api\/)?v2\/.*)$/

describe('on this machine, without tokens for sources', () => {
  withApp({})
  let operations: Described[]
  beforeAll(async () => {
    operations = operationsOf(Description.parse((await app.get('/openapi.json')).body))
  })

  it('every operation needs the admin token but those that are known to be open', async () => {
    let closed = 0
    for (const { method, path } of operations) {
      if (OPEN.has(path) || LOCAL.test(path)) continue
      closed += 1
      const url = path.replace('{id}', 'x')
      for (const headers of [{}, bearer('wrong'), bearer(`${TOKEN}x`), basic('x', 'wrong')]) {
        const { status, headers: answered } = await raw(url, { method, headers })
        expect(`${method} ${path} ${status}`).toBe(`${method} ${path} 401`)
        expect(answered['www-authenticate']).toMatch(/^Bearer realm="faultline"/)
        expect(answered['content-type']).toBe('application/problem+json')
      }
      // with it, the request is looked at: whatever becomes of it, it is not refused for its token
      const { status } = await raw(url, { method, headers: bearer(TOKEN) })
      expect(status).not.toBe(401)
    }
    expect(closed).toBeGreaterThan(40)
  })

  it('says whether a token was missing or wrong', async () => {
    const missing = await raw('/api/v1/stats')
    expect(missing.headers['www-authenticate']).toBe('Bearer realm="faultline"')
    const wrong = await raw('/api/v1/stats', { headers: bearer('wrong') })
    expect(wrong.headers['www-authenticate']).toBe(
      'Bearer realm="faultline", error="invalid_token"',
    )
    expect(wrong.body).not.toContain('wrong')
  })

  it('tools may post, and the metrics be read, without one', async () => {
    expect(await post('/ingest/generic')).toBe(202)
    expect(await post('/ingest/generic', bearer('whatever'))).toBe(202)
    expect((await raw('/metrics')).status).toBe(200)
    expect((await raw('/api/v2/status')).status).toBe(200)
  })

  it('a proxy in front makes a request one from elsewhere', async () => {
    for (const name of ['x-forwarded-for', 'forwarded', 'x-real-ip']) {
      const headers = { [name]: '203.0.113.7' }
      expect(await post('/ingest/generic', headers)).toBe(401)
      expect(await post('/api/v2/alerts', headers)).toBe(401)
      expect((await raw('/metrics', { headers })).status).toBe(401)
      expect(await post('/ingest/generic', { ...headers, ...bearer(TOKEN) })).toBe(202)
    }
  })

  it('a page of another site cannot post for its visitor, but read what Alertmanager shows', async () => {
    const cross = { origin: 'https://evil.example' }
    expect(await post('/ingest/generic', cross)).toBe(403)
    expect(await post('/api/v2/alerts', { origin: 'null' })).toBe(403)
    expect(await post('/ingest/generic', { 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await post('/ingest/generic', { ...cross, ...bearer(TOKEN) })).toBe(202)
    expect(await post('/ingest/generic', { origin: app.url, host: new URL(app.url).host })).toBe(
      202,
    )
    expect((await raw('/api/v2/status', { headers: cross })).status).toBe(200)
  })

  it('a name that is not of this machine is refused: it was rebound to it', async () => {
    for (const host of ['evil.example', 'evil.example:7373', '203.0.113.7', '[2001:db8::1]:7373']) {
      for (const path of ['/', '/metrics', '/api/v1/stats', '/healthz']) {
        expect(`${host} ${(await raw(path, { headers: { host } })).status}`).toBe(`${host} 403`)
      }
      expect(await post('/ingest/generic', { host })).toBe(403)
    }
    for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1:7373', '127.8.8.8', '[::1]:7373']) {
      expect(`${host} ${(await raw('/healthz', { headers: { host } })).status}`).toBe(`${host} 200`)
    }
  })

  it('records what is done under the name that is given', async () => {
    await app.post('/ingest/generic', firing('Named', 'db-7'))
    await app.settled()
    const { body: list } = await app.get('/api/v1/incidents?q=named')
    const { id } = list.items[0]
    const as = (actor: string, text: string) =>
      app.post(`/api/v1/incidents/${id}/comment`, { text }, { 'x-faultline-actor': actor })
    expect((await as('ada@example.org', 'one')).status).toBe(200)
    expect((await as(encodeURIComponent('Grace Höpper'), 'two')).status).toBe(200)
    expect((await app.post(`/api/v1/incidents/${id}/comment`, { text: 'three' })).status).toBe(200)
    for (const name of ['<b>', ' ', '-x', 'a'.repeat(65), '%00']) {
      expect((await as(name, 'no')).status).toBe(400)
    }
    const { body: timeline } = await app.get(`/api/v1/incidents/${id}/timeline`)
    const comments = timeline.items.filter(
      ({ action }: { action: string }) => action === 'incident.commented',
    )
    expect(comments.map(({ actor, text }: Record<string, string>) => [actor, text])).toEqual([
      ['ada@example.org', 'one'],
      ['Grace Höpper', 'two'],
      ['admin', 'three'],
    ])
  })
})

describe('with a token for a source', () => {
  withApp({
    access: {
      sourceTokens: [
        { source: 'prometheus', token: 'prom-1' },
        { source: 'prometheus', token: 'prom-2' },
        { source: 'change', token: 'change-1' },
      ],
    },
  })

  it.each([
    ['none', {}, '', 401],
    ['a wrong one', bearer('prom-3'), '', 401],
    ['that of another source', bearer('change-1'), '', 401],
    ['Bearer', bearer('prom-1'), '', 200],
    ['the other one', bearer('prom-2'), '', 200],
    ['Basic', basic('anyone', 'prom-1'), '', 200],
    ['Basic with a wrong password', basic('prom-1', 'x'), '', 401],
    ['the URL', {}, '?token=prom-2', 200],
    ['a wrong one in the URL', {}, '?token=prom', 401],
    ['the admin token', bearer(TOKEN), '', 200],
  ])('that source needs it: %s', async (_name, headers, query, status) => {
    expect(await post(`/api/v2/alerts${query}`, headers)).toBe(status === 200 ? 400 : status)
    const empty = await raw(`/ingest/prometheus${query}`, { method: 'POST', headers, body: '[]' })
    expect(empty.status).toBe(status === 200 ? 202 : status)
    expect((await raw(`/api/v2/status${query}`, { headers })).status).toBe(status)
  })

  it('and says so in the ways it takes one', async () => {
    const { headers, body } = await raw('/api/v2/alerts', { method: 'POST', body: '[]' })
    expect(headers['www-authenticate']).toBe('Bearer realm="faultline", Basic realm="faultline"')
    expect(JSON.parse(body)).toMatch(/^A token is needed/)
  })

  it('others do not', async () => {
    expect(await post('/ingest/generic')).toBe(202)
  })

  it('it is good for nothing else', async () => {
    expect((await raw('/api/v1/stats', { headers: bearer('prom-1') })).status).toBe(401)
    expect((await raw(`/api/v1/stats?token=${TOKEN}`)).status).toBe(401)
  })
})

describe('beyond this machine', () => {
  withApp({ access: { loopback: false, sourceTokens: [{ source: 'generic', token: 'g-1' }] } })

  it('nothing is open but health', async () => {
    for (const path of OPEN) expect((await raw(path)).status).toBe(200)
    expect(await post('/ingest/prometheus')).toBe(401)
    expect(await post('/ingest/generic')).toBe(401)
    expect(await post('/ingest/generic', bearer('g-1'))).toBe(202)
    expect((await raw('/metrics')).status).toBe(401)
    expect((await raw('/metrics', { headers: bearer(TOKEN) })).status).toBe(200)
    expect((await raw('/api/v2/status')).status).toBe(401)
  })

  it('any name is a good one', async () => {
    expect((await raw('/healthz', { headers: { host: 'faultline.example.org' } })).status).toBe(200)
  })
})

describe('the log', () => {
  const lines: string[] = []
  withApp({ access: { hosts: ['faultline.example'] }, onLog: (line) => lines.push(line) })

  it('has one line for each request and no token in it', async () => {
    await raw('/api/v1/stats', { headers: { ...bearer(TOKEN), 'x-request-id': 'abc-1' } })
    await raw('/api/v1/stats', { headers: bearer('a-wrong-secret') })
    await raw('/api/v1/stats?token=another-secret')
    await raw('/healthz', { headers: { host: 'faultline.example' } })
    const requests = lines.map((line) => JSON.parse(line)).filter(({ event }) => event)
    expect(requests).toMatchObject([
      {
        ...{ event: 'http.request', requestId: 'abc-1', method: 'GET', status: 200 },
        ...{ path: '/api/v1/stats', route: '/api/v1/stats', actor: 'admin' },
      },
      { status: 401, level: 'info' },
      { status: 401, path: '/api/v1/stats' },
      { status: 200, level: 'debug', path: '/healthz' },
    ])
    expect(lines.join('\n')).not.toMatch(/secret|test-admin-token/)
  })
})

describe('every answer', () => {
  withApp({})

  it.each(['/', '/healthz', '/nothing', '/api/v1/stats', '/docs'])(
    'carries what protects a page: %s',
    async (path) => {
      const { headers } = await raw(path, { headers: { 'x-request-id': 'my-id' } })
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringMatching(/default-src 'self'; script-src 'self';/),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'x-request-id': 'my-id',
      })
    },
  )

  it('has an id of its own where the one given is none', async () => {
    const { headers } = await raw('/healthz', { headers: { 'x-request-id': 'no good' } })
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })
})
