/** Whatever a client sends: it is the client's fault, and said so; never ours. */
import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { CMDB, firing, startApp, type TestApp, TOKEN } from '../support/app.ts'
import { Description, operationsOf } from '../support/described.ts'

const lines: string[] = []
let app: TestApp
let paths: string[] = []

beforeAll(async () => {
  app = await startApp({ onLog: (line) => lines.push(line) })
  await app.post('/api/v1/topology', CMDB)
  await app.post('/ingest/generic', [firing('DiskFull', 'db-1'), firing('Other', 'web-1')])
  await app.settled()
  const description = Description.parse((await app.get('/openapi.json')).body)
  paths = operationsOf(description)
    .map(({ path }) => path)
    .filter((path) => path !== '/api/v1/stream')
})
afterAll(() => app.stop())

interface Sent {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

interface Got {
  readonly status: number
  readonly type: string
  readonly text: string
}

/** `null` where the request is so broken that Node does not send it. */
function send({ method, path, headers, body }: Sent): Promise<Got | null> {
  const { port } = new URL(app.url)
  return new Promise((resolve, reject) => {
    try {
      const options = { host: '127.0.0.1', port, method, path, headers, agent: false }
      const request = httpRequest(options, (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            text: Buffer.concat(parts).toString('utf8'),
          }),
        )
      })
      // it may answer and hang up while a large body is still on its way
      request.on('error', (error: NodeJS.ErrnoException) =>
        ['EPIPE', 'ECONNRESET'].includes(error.code ?? '') ? resolve(null) : reject(error),
      )
      request.end(method === 'GET' || method === 'HEAD' ? undefined : body)
    } catch {
      resolve(null)
    }
  })
}

/** Texts that have broken something somewhere before. */
const nasty = fc.constantFrom(
  ...[
    '',
    '__proto__',
    'constructor',
    'null',
    '-1',
    '1e309',
    'NaN',
    '%00',
    '%',
    '%ff%fe',
    '..%2f..',
  ],
  ...["'; DROP TABLE incidents --", '{{7*7}}', '\ud800', 'a'.repeat(3000), '[object Object]', '😀'],
  ...['INC-000001', 'host:db-1', '2026-13-45T99:99:99Z', '0000-01-01T00:00:00Z', '9999-12-31'],
)
const text = fc.oneof(
  nasty,
  fc.string({ maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

const value: fc.Arbitrary<unknown> = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom({ labels: { alertname: 'X' } }, [[]], { items: [{}] }, { alerts: [null] }, 1e308),
)

/** A path cannot hold half a surrogate pair. */
const encode = (one: string): string => encodeURIComponent(one.replace(/\p{Surrogate}/gu, '?'))

/** Bodies close to what is taken: the fields are right, what is in them is not. */
const nearly = fc.dictionary(
  fc.constantFrom(
    ...['title', 'status', 'severity', 'labels', 'annotations', 'startsAt', 'endsAt', 'ci', 'kind'],
    ...[
      'mode',
      'items',
      'relations',
      'articles',
      'matchers',
      'cis',
      'comment',
      'text',
      'to',
      'from',
    ],
    ...['members', 'article', 'helpful', 'resolution', 'force', 'body', 'version', 'alerts', 'id'],
  ),
  fc.oneof(value, fc.constantFrom('firing', 'resolved', '2026-03-01T10:00:00Z', 'replace', true)),
  { maxKeys: 6 },
)

const body = fc.oneof(
  value.map((one) => Buffer.from(JSON.stringify(one) ?? '')),
  nearly.map((one) => Buffer.from(JSON.stringify(one))),
  fc.array(nearly, { maxLength: 3 }).map((many) => Buffer.from(JSON.stringify(many))),
  nearly.map((one) => gzipSync(JSON.stringify(one))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom('{', '[', '"', '[{},', '{"a":', '\ufeff{}', ' ').map((one) => Buffer.from(one)),
)

const header = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      ...['content-type', 'content-encoding', 'accept', 'idempotency-key', 'x-faultline-actor'],
      ...['x-request-id', 'origin', 'last-event-id', 'range', 'if-none-match', 'x-forwarded-for'],
      ...['expect', 'accept-encoding', 'cookie', 'upgrade-insecure-requests'],
    ),
    fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.constantFrom(
        'application/json',
        'gzip',
        'deflate',
        'br',
        '*/*',
        'bytes=0-1',
        'a'.repeat(400),
      ),
    ),
  ),
)

const sent: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom(
    'GET',
    'POST',
    'POST',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'HEAD',
    'OPTIONS',
  ),
  path: fc
    .tuple(
      fc.oneof(
        { weight: 5, arbitrary: fc.nat().map((n) => paths[n % paths.length] ?? '/') },
        { weight: 1, arbitrary: text.map((one) => `/${encode(one)}`) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('/', '//', '/api', '/api/v1/', '/%', '/ingest/', '/*'),
        },
      ),
      text,
      fc.array(
        fc.tuple(
          fc.constantFrom(
            'limit',
            'cursor',
            'status',
            'q',
            'from',
            'priority',
            'ids',
            'hops',
            'order',
          ),
          text,
        ),
        { maxLength: 3 },
      ),
    )
    .map(([path, id, query]) => {
      const parameters = query.map(([name, one]) => `${name}=${encode(one)}`)
      const filled = path.replace(/\{[^}]+\}/g, encode(id))
      return `${filled}?${parameters.join('&')}`
    }),
  headers: fc
    .tuple(
      fc.array(header, { maxLength: 3 }),
      fc.constantFrom({}, { 'content-type': 'application/json' }),
      fc.constantFrom(
        {},
        { authorization: `Bearer ${TOKEN}` },
        { authorization: `Bearer ${TOKEN}` },
      ),
    )
    .map(([more, type, who]) => ({ ...Object.fromEntries(more), ...type, ...who })),
  body,
})

const Problem = z.object({
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
})

it('is answered as the fault it is, and the process lives', async () => {
  await fc.assert(
    fc.asyncProperty(sent, async (one) => {
      const got = await send(one)
      if (got === null) return
      expect(got.status, `${one.method} ${one.path}: ${got.text}`).toSatisfy(
        (status: number) => status < 500 || status === 503,
      )
      expect(got.text).not.toMatch(/\n\s+at .*\.(ts|js):\d+/)
      if (got.status >= 400 && got.type === 'application/problem+json' && got.text !== '') {
        expect(Problem.parse(JSON.parse(got.text)).status).toBe(got.status)
      }
    }),
    { numRuns: 6 * (fc.readConfigureGlobal().numRuns ?? 100) },
  )
  const errors = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error')
  expect(errors).toEqual([])
  expect(app.faults).toEqual([])
  await app.settled()
  const { body: ledger } = await app.get('/api/v1/ledger')
  expect(ledger).toMatchObject({ balanced: true, faults: [] })
  expect((await app.get('/readyz')).status).toBe(200)
})

it('of every kind has been tried', () => {
  const statuses = new Set(
    lines.map((line) => JSON.parse(line)).flatMap(({ status }) => (status ? [status] : [])),
  )
  expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 202, 400, 401, 404, 415]))
})
