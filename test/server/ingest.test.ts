import { createHash } from 'node:crypto'
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.stop())

function post(path: string, body: string | Buffer, headers: Record<string, string> = {}) {
  return fetch(`${app.url}${path}`, {
    method: 'POST',
    body,
    headers,
    duplex: 'half',
  } as RequestInit)
}

describe('POST /ingest/{source}', () => {
  it('answers 202 with a receipt when anything was accepted, and names the rest', async () => {
    const body = JSON.stringify([firing('DiskFull', 'db-1'), { title: 'no status' }])
    const response = await post('/ingest/generic', body)
    expect(response.status).toBe(202)
    const receipt = z
      .object({
        receipt: z.uuid(),
        accepted: z.literal(1),
        rejected: z.array(z.object({ index: z.int(), pointer: z.string(), reason: z.string() })),
      })
      .parse(await response.json())
    expect(receipt.rejected).toEqual([
      { index: 1, pointer: '#/1/status', reason: expect.stringMatching(/status.*missing/) },
    ])
    await app.settled()
    const { body: letters } = await app.get(`/api/v1/dead-letters?receipt=${receipt.receipt}`)
    expect(letters.items).toMatchObject([{ pointer: '#/1/status', step: 'parse', bodyStart: body }])
  })

  it('answers 202 to an empty array', async () => {
    const response = await post('/ingest/generic', '[]')
    expect(response.status).toBe(202)
    expect(await response.json()).toMatchObject({ accepted: 0, rejected: [] })
  })

  it('answers 400 with the same list only when nothing was accepted', async () => {
    const response = await post('/ingest/generic', '[{"title": 1}, {}]')
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    const body: unknown = await response.json()
    expect(body).toMatchObject({
      status: 400,
      code: 'payload_invalid',
      instance: '/ingest/generic',
      accepted: 0,
      rejected: [{ index: 0 }, { index: 1, pointer: '#/1/title' }],
      errors: [{ detail: expect.any(String) }, { pointer: '#/1/title' }],
    })
    await app.settled()
    const { receipt } = z.object({ receipt: z.string() }).parse(body)
    const { body: letters } = await app.get(`/api/v1/dead-letters?receipt=${receipt}`)
    expect(letters.items).toHaveLength(2)
  })

  it.each([
    ['broken JSON', '{"title": '],
    ['no body', ''],
    ['a number', '3'],
  ])('answers 400 to %s and keeps it as a dead letter', async (_name, body) => {
    const response = await post('/ingest/generic', body)
    expect(response.status).toBe(400)
    const { receipt } = z.object({ receipt: z.string() }).parse(await response.json())
    await app.settled()
    const { body: letter } = await app.get(`/api/v1/dead-letters/${receipt}.0`)
    expect(letter).toMatchObject({ receipt, source: 'generic', body })
  })

  it('keeps bytes that are not UTF-8 as base64', async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0xfe, 0x7d])
    const response = await post('/ingest/generic', bytes)
    expect(response.status).toBe(400)
    const { receipt, rejected } = z
      .object({ receipt: z.string(), rejected: z.array(z.object({ reason: z.string() })) })
      .parse(await response.json())
    expect(rejected[0]?.reason).toMatch(/UTF-8/)
    await app.settled()
    const { body: letter } = await app.get(`/api/v1/dead-letters/${receipt}.0`)
    expect(letter.body).toBe(bytes.toString('base64'))
  })

  it('does not care what a tool calls its JSON', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'nonsense']) {
      const body = JSON.stringify(firing('DiskFull', 'db-2'))
      const response = await post('/ingest/generic', body, { 'content-type': type })
      expect(response.status).toBe(202)
    }
  })

  it('says 404 for a source that is none, and names those there are', async () => {
    const response = await post('/ingest/nothing', '{}')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ detail: expect.stringMatching(/generic/) })
  })

  it('takes every source there is', async () => {
    const bodies = {
      alertmanager: { version: '4', status: 'firing', alerts: [] },
      prometheus: [],
      generic: [],
      change: { title: 'orders 4.2.0', ci: 'orders' },
    }
    for (const [source, body] of Object.entries(bodies)) {
      const response = await post(`/ingest/${source}`, JSON.stringify(body))
      expect(`${source} ${response.status}`).toBe(`${source} 202`)
    }
  })
})

describe('bodies that are compressed', () => {
  it.each([
    ['gzip', gzipSync(JSON.stringify(firing('DiskFull', 'db-3')))],
    ['x-gzip', gzipSync(JSON.stringify(firing('DiskFull', 'db-3')))],
  ])('are read: %s', async (encoding, body) => {
    const response = await post('/ingest/generic', body, { 'content-encoding': encoding })
    expect(response.status).toBe(202)
  })

  it('are kept as they came where they are not what they say', async () => {
    const body = Buffer.from('this is not gzip')
    const response = await post('/ingest/generic', body, { 'content-encoding': 'gzip' })
    expect(response.status).toBe(400)
    const { receipt } = z.object({ receipt: z.string() }).parse(await response.json())
    await app.settled()
    const { body: letter } = await app.get(`/api/v1/dead-letters/${receipt}.0`)
    expect(letter.body).toBe('this is not gzip')
  })

  it('are refused in an encoding that is not read', async () => {
    const response = await post('/ingest/generic', 'x', { 'content-encoding': 'zstd' })
    expect(response.status).toBe(415)
    expect(response.headers.get('accept-encoding')).toBe('gzip, deflate')
  })

  it('never become more than a few times the limit: a bomb is a dead letter', async () => {
    // 1 GiB: gzip's members may follow each other
    const member = gzipSync(Buffer.alloc(16 * 2 ** 20, 'a'))
    const bomb = Buffer.concat(Array.from({ length: 64 }, () => member))
    expect(bomb.length).toBeLessThan(2 * 2 ** 20)
    const before = process.memoryUsage().rss
    const response = await post('/ingest/generic', bomb, { 'content-encoding': 'gzip' })
    expect(response.status).toBe(413)
    const { receipt, rejected } = z
      .object({ receipt: z.string(), rejected: z.array(z.object({ reason: z.string() })) })
      .parse(await response.json())
    // 8 MiB may come, four times that is looked at
    const bytes = Number(/has (\d+) bytes/.exec(rejected[0]?.reason ?? '')?.[1])
    expect(bytes).toBeGreaterThan(32 * 2 ** 20)
    expect(bytes).toBeLessThan(33 * 2 ** 20)
    await app.settled()
    const { body: letter } = await app.get(`/api/v1/dead-letters/${receipt}.0`)
    expect(letter.body).toBe('a'.repeat(65_536))
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 2 ** 20)
  })
})

describe('bodies over the limit', () => {
  it('are counted and hashed to their end, and their beginning is kept', async () => {
    const body = Buffer.alloc(8 * 2 ** 20 + 5, 'é')
    const response = await post('/ingest/generic', body)
    expect(response.status).toBe(413)
    expect(response.headers.get('connection')).toBe('close')
    const { receipt, detail } = z
      .object({ receipt: z.string(), detail: z.string() })
      .parse(await response.json())
    expect(detail).toContain(String(body.length))
    await app.settled()
    const { body: letter } = await app.get(`/api/v1/dead-letters/${receipt}.0`)
    expect(letter.body).toBe('é'.repeat(32_768))
    const entries = []
    for await (const { entry } of app.journal.read(1)) entries.push(entry)
    const kept = entries.find((entry) => entry.kind === 'received' && entry.receipt === receipt)
    expect(kept).toMatchObject({
      oversize: { bytes: body.length, sha256: createHash('sha256').update(body).digest('hex') },
    })
  })

  it('are taken up to 32 MiB from the Alertmanager family', async () => {
    const alerts = [{ labels: { alertname: 'Big' }, annotations: { text: 'x'.repeat(8000) } }]
    const one = JSON.stringify(alerts[0])
    const body = `[${Array.from({ length: 1200 }, () => one).join(',')}]`
    expect(body.length).toBeGreaterThan(8 * 2 ** 20)
    const response = await post('/ingest/prometheus', body)
    expect(response.status).toBe(202)
  })
})

describe('POST /api/v2/alerts', () => {
  it('answers 200 without a body when anything was accepted', async () => {
    const alerts = [{ labels: { alertname: 'HighLatency', service: 'checkout' } }, { labels: {} }]
    const response = await post('/api/v2/alerts', JSON.stringify(alerts))
    expect(response.status).toBe(200)
    expect(await response.text()).toBe('')
    expect(response.headers.get('content-length') ?? '0').toBe('0')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  it.each([
    ['none of several', '[{"labels": {}}, 3]', 400],
    ['broken JSON', '[{', 400],
    ['not an array', '{}', 400],
    ['too large', `[${' '.repeat(33 * 2 ** 20)}]`, 413],
  ])('answers a JSON string where nothing was: %s', async (_name, body, status) => {
    const response = await post('/api/v2/alerts', body)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(
      z
        .string()
        .min(10)
        .parse(await response.json()),
    ).not.toMatch(/\n {4}at /)
  })

  it('answers an empty array, as vmalert sends it', async () => {
    expect((await post('/api/v2/alerts', '[]')).status).toBe(200)
  })

  it('is what Prometheus and amtool look for', async () => {
    for (const path of ['/-/healthy', '/-/ready']) {
      const response = await fetch(`${app.url}${path}`)
      expect([response.status, await response.text()]).toEqual([200, 'OK'])
      expect((await fetch(`${app.url}${path}`, { method: 'HEAD' })).status).toBe(200)
    }
    const status = await (await fetch(`${app.url}/api/v2/status`)).json()
    const text = z.string()
    z.object({
      cluster: z.object({ status: z.enum(['ready', 'settling', 'disabled']) }),
      versionInfo: z.object({
        ...{ version: text, revision: text, branch: text, buildUser: text },
        ...{ buildDate: text, goVersion: text },
      }),
      config: z.object({ original: z.string().regex(/^route:/) }),
      uptime: z.iso.datetime(),
    }).parse(status)
  })

  it('answers what is not there in the same form', async () => {
    const response = await fetch(`${app.url}/api/v2/nothing`)
    expect(response.status).toBe(404)
    expect(z.string().parse(await response.json())).toBe('There is no such route.')
  })
})

describe('a sender that breaks off', () => {
  it('leaves nothing behind but a free place', async () => {
    const { port } = new URL(app.url)
    const last = app.deps.journal.last()
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          'POST /ingest/generic HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n',
        )
        socket.write('{"title": ', () => socket.destroy())
      })
      socket.on('close', () => resolve())
    })
    expect((await app.get('/healthz')).status).toBe(200)
    expect(app.deps.journal.last()).toBe(last)
  })
})
