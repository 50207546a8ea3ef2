import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppError } from '../../src/core/errors.ts'
import { type Admission, type Lease, openAdmission } from '../../src/server/overload.ts'
import { firing, startApp, type TestApp } from '../support/app.ts'

const SOURCES = ['a', 'b', 'c', 'd']

function admission({ bytes = 1000, requests = 40 } = {}) {
  const world = { lag: 0, now: 0 }
  const made = openAdmission({
    sources: SOURCES,
    bytes,
    requests,
    lag: () => world.lag,
    busyLag: 100,
    now: () => world.now,
  })
  return { world, admit: (source: string, size: number) => attempt(made, source, size), made }
}

function attempt(admission: Admission, source: string, size: number): Lease | 'refused' {
  try {
    return admission.admit(source, size)
  } catch (error) {
    expect((error as AppError).code).toBe('overloaded')
    return 'refused'
  }
}

describe('what is in work', () => {
  it('may be half of everything from one source, while there is room', () => {
    const { admit } = admission()
    const leases = Array.from({ length: 6 }, () => admit('a', 100))
    expect(leases.map((lease) => lease === 'refused')).toEqual([
      ...[false, false, false, false, false, true],
    ])
    const [first] = leases
    if (first !== undefined && first !== 'refused') first.release()
    expect(admit('a', 100)).not.toBe('refused')
  })

  it('counts requests as well as bytes', () => {
    const { admit } = admission()
    const leases = Array.from({ length: 30 }, () => admit('a', 0))
    expect(leases.filter((lease) => lease !== 'refused')).toHaveLength(20)
  })

  it('never keeps a source from its own share, whatever others send', () => {
    const { admit } = admission()
    for (const noisy of ['a', 'b']) while (admit(noisy, 50) !== 'refused');
    for (let n = 0; n < 5; n++) expect(admit('c', 50)).not.toBe('refused')
    for (let n = 0; n < 5; n++) expect(admit('d', 50)).not.toBe('refused')
    expect(admit('c', 50)).toBe('refused')
  })

  it('lets a body that is alone be as large as it likes', () => {
    const { admit } = admission()
    expect(admit('a', 5000)).not.toBe('refused')
    expect(admit('a', 1)).toBe('refused')
    expect(admit('b', 1)).not.toBe('refused')
  })

  it('counts what arrives beyond what was announced', () => {
    const { admit, made } = admission()
    const lease = admit('a', 10)
    const second = admit('a', 10)
    if (lease === 'refused' || second === 'refused') throw new Error('refused')
    lease.grow(10)
    expect(made.inWork()).toEqual({ bytes: 20, requests: 2 })
    lease.grow(400)
    expect(made.inWork().bytes).toBe(420)
    expect(() => lease.grow(200)).toThrow(/in work/)
    lease.release()
    lease.release()
    second.release()
    expect(made.inWork()).toEqual({ bytes: 0, requests: 0 })
  })

  it('is bounded, and nothing is lost of it: a law', () => {
    const step = fc.record({
      source: fc.constantFrom(...SOURCES),
      size: fc.nat({ max: 300 }),
      release: fc.nat({ max: 20 }),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { admit, made } = admission()
        const held: { lease: Lease; size: number }[] = []
        for (const { source, size, release } of steps) {
          const lease = admit(source, size)
          if (lease !== 'refused') held.push({ lease, size })
          const [gone] = release < held.length ? held.splice(release, 1) : []
          gone?.lease.release()
          const bytes = held.reduce((sum, one) => sum + one.size, 0)
          expect(made.inWork()).toEqual({ bytes, requests: held.length })
          // twice the bounds, and one body for each source that is alone in work
          expect(bytes).toBeLessThanOrEqual(2000 + 4 * 300)
        }
        for (const { lease } of held) lease.release()
        expect(made.inWork()).toEqual({ bytes: 0, requests: 0 })
      }),
    )
  })
})

describe('while the engine is behind', () => {
  it('refuses the source that sends more than its share, and nobody else', () => {
    const { admit, world } = admission({ bytes: 1e6, requests: 1e6 })
    for (let n = 0; n < 50; n++) admit('a', 1)
    for (let n = 0; n < 3; n++) admit('b', 1)
    world.lag = 101
    expect(admit('a', 1)).toBe('refused')
    expect(admit('b', 1)).not.toBe('refused')
    expect(admit('c', 1)).not.toBe('refused')
    world.lag = 100
    expect(admit('a', 1)).not.toBe('refused')
  })

  it('does not refuse the only one that sends', () => {
    const { admit, world } = admission({ bytes: 1e6, requests: 1e6 })
    for (let n = 0; n < 50; n++) admit('a', 1)
    world.lag = 101
    expect(admit('a', 1)).not.toBe('refused')
  })

  it('forgets what was long ago', () => {
    const { admit, world } = admission({ bytes: 1e6, requests: 1e6 })
    for (let n = 0; n < 50; n++) admit('a', 1)
    world.now = 2000
    admit('b', 1)
    world.lag = 101
    expect(admit('a', 1)).not.toBe('refused')
  })
})

describe('over HTTP', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp({ limits: { inFlightBytes: 40_000, inFlightRequests: 8 } })
  })
  afterAll(() => app.stop())

  /** A body of which only the headers and the first byte have come. */
  function begin(source: string, length: number) {
    const { port } = new URL(app.url)
    const socket = connect(Number(port), '127.0.0.1')
    const head = `POST /ingest/${source} HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${length}\r\n`
    return new Promise<{ end: () => Promise<string> }>((resolve) => {
      socket.write(`${head}Connection: close\r\nExpect: 100-continue\r\n\r\n`)
      // the server asks for the body when the handler is about to read it
      socket.once('data', () =>
        resolve({
          end: () => {
            const parts: Buffer[] = []
            socket.on('data', (part: Buffer) => parts.push(part))
            socket.write(' '.repeat(length - 2))
            socket.write('[]')
            return new Promise((done) => {
              socket.on('close', () => done(Buffer.concat(parts).toString('utf8')))
            })
          },
        }),
      )
    })
  }

  it('says 503 and when to come back, never 429; other sources go on', async () => {
    const first = await begin('generic', 15_000)
    const second = await begin('generic', 4_000)
    const body = firing('DiskFull', 'db-1')
    await expect
      .poll(async () => (await app.post('/ingest/generic', [body, 'x'.repeat(2000)])).status)
      .toBe(503)
    const refused = await app.post('/ingest/generic', [body, 'x'.repeat(2000)])
    expect(refused.headers.get('retry-after')).toBe('2')
    expect(refused.body).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity',
      code: 'overloaded',
    })
    const alerts = await app.post('/api/v2/alerts', [{ labels: { alertname: 'X' } }])
    expect(alerts.status).toBe(200)
    expect((await app.post('/ingest/change', { title: 'x', ci: 'y' })).status).toBe(202)
    expect(await first.end()).toMatch(/^HTTP\/1.1 202/)
    expect(await second.end()).toMatch(/^HTTP\/1.1 202/)
    expect((await app.post('/ingest/generic', body)).status).toBe(202)
  })
})
