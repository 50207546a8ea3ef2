import { expect, it } from 'vitest'
import {
  createHeartbeat,
  type HeartbeatDeps,
  type HeartbeatStatus,
} from '../../src/notify/heartbeat.ts'
import { secret } from '../../src/notify/secret.ts'
import { createFakeClock } from '../support/clock.ts'
import { startReceiver, status } from './receiver.ts'
import { AT } from './samples.ts'

const MINUTE = 60_000

/** A heartbeat whose beats can be waited for, one by one. */
function setUp(url: string, overrides: Partial<HeartbeatDeps> = {}) {
  const clock = createFakeClock(AT)
  const beats: HeartbeatStatus[] = []
  const waiting: ((status: HeartbeatStatus) => void)[] = []
  const heartbeat = createHeartbeat({
    url: secret(url, new URL(url).origin),
    intervalMs: MINUTE,
    healthy: () => true,
    clock,
    allowPrivate: true,
    onBeat: (beat) => {
      beats.push(beat)
      waiting.shift()?.(beat)
    },
    ...overrides,
  })
  const next = (): Promise<HeartbeatStatus> => new Promise((resolve) => waiting.push(resolve))
  return { heartbeat, clock, beats, next }
}

it('beats at once and then every interval, while the engine is healthy', async () => {
  const receiver = await startReceiver()
  const { heartbeat, clock, next } = setUp(receiver.url)
  let beat = next()
  heartbeat.start()
  expect(await beat).toMatchObject({ lastSuccessAt: AT, error: null, sent: 1 })
  beat = next()
  clock.advance(MINUTE)
  expect(await beat).toMatchObject({ lastSuccessAt: AT + MINUTE, sent: 2, withheld: 0, failed: 0 })
  expect(receiver.requests.map(({ method }) => method)).toEqual(['GET', 'GET'])
  heartbeat.stop()
  clock.advance(10 * MINUTE)
  expect(clock.waiting()).toEqual([])
  expect(receiver.requests).toHaveLength(2)
})

it.each([
  ['says so', (): boolean => false],
  [
    'cannot say',
    (): boolean => {
      throw new Error('no answer from the store')
    },
  ],
  ['says so later', (): Promise<boolean> => Promise.resolve(false)],
])('is silent when the engine is not healthy and %s', async (_case, healthy) => {
  const receiver = await startReceiver()
  const { heartbeat, next } = setUp(receiver.url, { healthy })
  const beat = next()
  heartbeat.start()
  expect(await beat).toMatchObject({
    lastSuccessAt: null,
    lastFailureAt: AT,
    error: 'not sent: the engine is not healthy',
    withheld: 1,
    sent: 0,
  })
  expect(receiver.requests).toHaveLength(0)
})

it('takes no answer about its health for a "no", and comes back when there is one', async () => {
  const receiver = await startReceiver()
  let stuck = true
  const { heartbeat, clock, next } = setUp(receiver.url, {
    healthy: () => (stuck ? new Promise<boolean>(() => {}) : true),
  })
  const first = next()
  heartbeat.start()
  clock.advance(MINUTE)
  expect(await first).toMatchObject({ withheld: 1, lastFailureAt: AT + MINUTE })
  stuck = false
  const second = next()
  clock.advance(MINUTE)
  expect(await second).toMatchObject({ sent: 1, lastSuccessAt: AT + 2 * MINUTE, error: null })
})

it('records a receiver that fails, without its address, and goes on', async () => {
  const receiver = await startReceiver()
  receiver.script(status(500))
  const { heartbeat, clock, next } = setUp(receiver.url, { method: 'POST' })
  const first = next()
  heartbeat.start()
  const failed = await first
  expect(failed).toMatchObject({ failed: 1, lastSuccessAt: null, lastFailureAt: AT })
  expect(failed.error).toBe(`${new URL(receiver.url).origin}: HTTP 500`)
  const second = next()
  clock.advance(MINUTE)
  expect(await second).toMatchObject({ failed: 1, sent: 2, error: null })
  expect(heartbeat.status().lastSuccessAt).toBe(AT + MINUTE)
  expect(receiver.requests[0]?.method).toBe('POST')
})

it('reaches no private address unless it is told to', async () => {
  const receiver = await startReceiver()
  const { heartbeat, next } = setUp(receiver.url.replace('http:', 'https:'), {
    allowPrivate: false,
  })
  const beat = next()
  heartbeat.start()
  expect((await beat).error).toContain('address is not public')
  expect(receiver.connections()).toBe(0)
})
