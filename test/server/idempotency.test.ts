import { afterAll, beforeAll, expect, it } from 'vitest'
import { DAY } from '../../src/core/time.ts'
import { firing, startApp, type TestApp, TOKEN } from '../support/app.ts'

let app: TestApp
let path = ''

beforeAll(async () => {
  app = await startApp()
  await app.post('/ingest/generic', firing('DiskFull', 'db-1'))
  await app.settled()
  const { body } = await app.get('/api/v1/incidents')
  path = `/api/v1/incidents/${body.items[0].id}/comment`
})
afterAll(() => app.stop())

async function comments(): Promise<string[]> {
  const { body } = await app.get(path.replace('comment', 'timeline'))
  return body.items
    .filter(({ action }: { action: string }) => action === 'incident.commented')
    .map(({ text }: { text: string }) => text)
}

const comment = (text: string, key: string, headers: Record<string, string> = {}) =>
  app.post(path, { text }, { 'idempotency-key': key, ...headers })

it('a request that is sent again does nothing again, and is answered as before', async () => {
  const first = await comment('once', 'key-1')
  const second = await comment('once', '"key-1"')
  expect(first.status).toBe(200)
  expect(second.status).toBe(200)
  expect(second.body).toEqual(first.body)
  expect(first.headers.get('idempotency-replayed')).toBeNull()
  expect(second.headers.get('idempotency-replayed')).toBe('true')
  expect(second.headers.get('content-type')).toBe(first.headers.get('content-type'))
  expect(await comments()).toEqual(['once'])
})

it('the key with another body is a mistake', async () => {
  const { status, body } = await comment('something else', 'key-1')
  expect([status, body.code]).toEqual([422, 'idempotency_mismatch'])
})

it('the key belongs to the person and the path', async () => {
  expect((await comment('by ada', 'key-1', { 'x-faultline-actor': 'ada' })).status).toBe(200)
  expect(
    (await app.post(path.replace('comment', 'ack'), undefined, { 'idempotency-key': 'key-1' }))
      .status,
  ).toBe(200)
  expect(await comments()).toEqual(['once', 'by ada'])
})

it('while the first one is under way, the second waits its turn elsewhere', async () => {
  const answers = await Promise.all([comment('twin', 'key-2'), comment('twin', 'key-2')])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  expect((await comments()).filter((text) => text === 'twin')).toHaveLength(1)
})

it('a refusal is an answer, too', async () => {
  const ack = path.replace('comment', 'ack')
  const refused = await app.post(ack, undefined, { 'idempotency-key': 'key-3' })
  expect([refused.status, refused.body.reason]).toEqual([409, 'already_acknowledged'])
  await app.post(path.replace('comment', 'unack'))
  const again = await app.post(ack, undefined, { 'idempotency-key': 'key-3' })
  expect([again.status, again.body]).toEqual([409, refused.body])
})

it('is forgotten after a day', async () => {
  app.skip(DAY)
  expect((await comment('once', 'key-1')).headers.get('idempotency-replayed')).toBeNull()
  expect((await comments()).filter((text) => text === 'once')).toHaveLength(2)
})

it.each(['', '""', 'with space', 'x'.repeat(256), 'ü'])('must be a key: %j', async (key) => {
  const response = await app.request(path, {
    method: 'POST',
    body: '{"text": "no"}',
    headers: {
      ...{ 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      'idempotency-key': key,
    },
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    errors: [{ parameter: 'Idempotency-Key' }],
  })
})
