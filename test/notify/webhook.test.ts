import { expect, it } from 'vitest'
import { SECOND } from '../../src/core/time.ts'
import { toPayload } from '../../src/notify/notification.ts'
import { sendWebhook, sign } from '../../src/notify/webhook.ts'
import { createFakeClock } from '../support/clock.ts'
import { hang, type Reply, startReceiver, status, verify } from './receiver.ts'
import { AT, channel, NEXT_SECRET, news, SECRET } from './samples.ts'

type Webhook = Parameters<typeof sendWebhook>[0]

function webhook(settings: Record<string, unknown>): Webhook {
  const made = channel(settings)
  if (made.type !== 'webhook') throw new Error('not a webhook')
  return made
}

it("signs as the specification's own example", () => {
  const signature = sign(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: 1614265330,
    body: '{"test": 2432232314}',
  })
  expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
})

it('sends what a receiver can verify with the old secret and with the new one', async () => {
  const receiver = await startReceiver()
  const clock = createFakeClock(AT + 1999)
  const to = webhook({ url: receiver.url, secrets: [SECRET, NEXT_SECRET] })
  const message = news('INC-ü', 0)
  expect(await sendWebhook(to, message, { clock })).toEqual({ outcome: 'delivered', status: 200 })
  const [request] = receiver.requests
  if (request === undefined) throw new Error('nothing came')
  const now = AT / SECOND + 1
  expect(request.body).toBe(toPayload(message))
  expect(request.headers).toMatchObject({
    'content-type': 'application/json',
    'webhook-id': message.key,
    'webhook-timestamp': String(now),
  })
  expect(verify(request, SECRET, now)).toBe(true)
  expect(verify(request, NEXT_SECRET, now)).toBe(true)
  const other = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
  expect(verify(request, other, now)).toBe(false)
  expect(verify({ ...request, body: `${request.body} ` }, SECRET, now)).toBe(false)
  expect(verify(request, SECRET, now + 301)).toBe(false)
})

const HOST = /http:\/\/127\.0\.0\.1:\d+/
async function answered(reply: Reply): Promise<string> {
  const receiver = await startReceiver(reply)
  const clock = createFakeClock(AT)
  const result = await sendWebhook(webhook({ url: receiver.url }), news('INC-1', 0), { clock })
  expect(JSON.stringify(result)).not.toMatch(/token|whsec/)
  expect(receiver.requests).toHaveLength(1)
  if (result.outcome === 'delivered') return 'delivered'
  const pause = result.outcome === 'retry' ? ` after ${result.retryAfterMs}` : ''
  return `${result.outcome}${pause}: ${result.error.replace(HOST, 'HOST')}`
}

it.each([
  [204, {}, 'delivered'],
  [302, { location: 'http://127.0.0.1/' }, 'retry after null: HOST: HTTP 302, not followed'],
  [400, {}, 'retry after null: HOST: HTTP 400'],
  [404, {}, 'retry after null: HOST: HTTP 404'],
  [410, {}, 'gone: HOST: HTTP 410'],
  [429, { 'retry-after': '17' }, 'retry after 17000: HOST: HTTP 429'],
  [500, {}, 'retry after null: HOST: HTTP 500'],
  [503, { 'retry-after': 'Sat, 31 Jan 2026 10:00:30 GMT' }, 'retry after 30000: HOST: HTTP 503'],
] as const)('reads HTTP %i', async (code, headers, expected) => {
  expect(await answered(status(code, { ...headers }))).toBe(expected)
})

it('tries again after a receiver that hangs', async () => {
  const receiver = await startReceiver(hang)
  const clock = createFakeClock(AT)
  const sending = sendWebhook(webhook({ url: receiver.url }), news('INC-1', 0), { clock })
  await receiver.seen(1)
  clock.advance(15_000)
  expect(await sending).toMatchObject({ outcome: 'retry', status: null })
})
