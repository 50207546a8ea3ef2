import { expect, it } from 'vitest'
import type { DeliveryRecord, SendResult } from '../../src/notify/delivery.ts'
import {
  admit,
  GIVE_UP_MS,
  parseRetryAfter,
  RETRY_DELAYS_MS,
  renew,
  settle,
} from '../../src/notify/policy.ts'
import { AT, channel, news } from './samples.ts'

const NOW = AT + 1000

function record(overrides: Partial<DeliveryRecord> = {}): DeliveryRecord {
  const notification = news('INC-1', 0)
  return {
    id: `${notification.key}:ops`,
    key: notification.key,
    channel: 'ops',
    type: notification.type,
    incident: notification.incident,
    title: notification.title,
    state: 'pending',
    reason: null,
    attempts: [],
    tries: 0,
    pushbacks: 0,
    nextAttemptAt: NOW,
    createdAt: NOW,
    deliveredAt: null,
    version: 1,
    notification,
    ...overrides,
  }
}

const failing = (retryAfterMs: number | null = null): SendResult => ({
  outcome: 'retry',
  status: 503,
  error: 'https://h.example: HTTP 503',
  retryAfterMs,
})
const after = (from: DeliveryRecord, result: SendResult, random = 0): DeliveryRecord =>
  settle(from, result, { startedAt: NOW - 50, now: NOW, random })

it('follows the schedule to its end, then gives up', () => {
  let current = record()
  const waits: number[] = []
  for (let tries = 0; current.state === 'pending' && tries < 99; tries++) {
    current = after(current, failing())
    if (current.nextAttemptAt !== null) waits.push(current.nextAttemptAt - NOW)
  }
  const minute = 60_000
  const hour = 60 * minute
  expect(waits).toEqual([
    5000,
    5 * minute,
    30 * minute,
    ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hour),
  ])
  expect(current).toMatchObject({
    state: 'failed',
    reason: 'https://h.example: HTTP 503',
    tries: 10,
    version: 11,
    nextAttemptAt: null,
  })
})

it('stretches a wait by chance, by a fifth at most and never below the schedule', () => {
  expect(after(record(), failing(), 0.5).nextAttemptAt).toBe(NOW + 5500)
  expect(after(record(), failing(), 0.999).nextAttemptAt).toBeLessThanOrEqual(NOW + 6000)
})

it('keeps to Retry-After without using up the schedule, with growing patience', () => {
  let current = record()
  const waits: number[] = []
  for (let round = 0; round < 9; round++) {
    current = after(current, failing(2000))
    waits.push((current.nextAttemptAt ?? 0) - NOW)
  }
  expect(waits).toEqual([2000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  expect(current.tries).toBe(0)
})

it('goes back to the schedule when a receiver has put us off for too long', () => {
  const old = record({ createdAt: NOW - GIVE_UP_MS, tries: RETRY_DELAYS_MS.length })
  expect(after(old, failing(1000)).state).toBe('failed')
})

it('keeps the newest attempts only, but counts on', () => {
  let current = record()
  for (let round = 0; round < 30; round++) current = after(current, failing(1000))
  expect(current.attempts).toHaveLength(20)
  expect(current.version).toBe(31)
  expect(current.attempts[0]).toEqual({
    at: NOW - 50,
    ms: 50,
    status: 503,
    error: 'https://h.example: HTTP 503',
  })
})

it('begins the schedule again when a person sends it again', () => {
  const failed = after(record({ tries: 9 }), failing())
  expect(renew(failed, NOW + 5)).toMatchObject({
    state: 'pending',
    tries: 0,
    reason: null,
    nextAttemptAt: NOW + 5,
    version: 3,
  })
})

const LOW_END = { minPriority: 2, step: 3, priority: 4 } as const
const BELOW = 'is below its minimum 2'
it.each([
  ['what it wants', {}, 'send'],
  ['too low a priority', { minPriority: 2, priority: 3 }, `priority 3 ${BELOW}`],
  ['the minimum priority', { minPriority: 2, priority: 2 }, 'send'],
  ['the end of one it was told of, now low', { ...LOW_END, told: true }, 'send'],
  ['the return of one it was told of, now low', { ...LOW_END, step: 4, told: true }, 'send'],
  ['the end of one it was not told of', LOW_END, `priority 4 ${BELOW}`],
  ['its own route', { channels: ['other', 'ops'] }, 'send'],
  ['the route of others', { channels: ['other'] }, 'the route of the incident leaves it out'],
  ['a route to nobody', { channels: [] }, 'the route of the incident leaves it out'],
  ['what follows, though the route left it', { channels: ['other'], step: 1, told: true }, 'send'],
  ['the end, though the route left it', { channels: ['other'], step: 3, told: true }, 'send'],
  ['that it opened a second time', { told: true }, 'knows of it already'],
  ['news of a day', { ageMs: 86_400_000 }, 'send'],
  ['older news', { ageMs: 86_400_001 }, 'older than a day when it came up'],
  [
    'a type it did not ask for',
    { events: ['incident.resolved'] },
    'does not subscribe to incident.opened',
  ],
] as const)('admits %s or says why not', (_case, given, expected) => {
  const { step, priority, told, ageMs, channels, ...settings } = {
    ...{ step: 0, priority: 1 as const, told: false, ageMs: 0, channels: null },
    ...given,
  }
  const to = channel({ url: 'https://h.example/', ...settings })
  const message = { ...news('INC-1', step, { priority }), channels }
  const decided = admit(to, message, { told, now: message.at + ageMs })
  expect(decided.action === 'skip' ? decided.reason : decided.action).toBe(expected)
})

it('tells a raise of the priority even where the first notification was skipped', () => {
  const to = channel({ url: 'https://h.example/', minPriority: 2 })
  const raise = news('INC-1', 1, { priority: 2 })
  expect(admit(to, raise, { told: false, now: AT }).action).toBe('send')
})

it.each([
  [null, null],
  ['soon', null],
  ['0', 0],
  [' 120 ', 120_000],
  ['-5', 0],
  ['999999999', 86_400_000],
  ['Sat, 31 Jan 2026 10:01:01 GMT', 60_000],
  ['Sat, 31 Jan 2026 09:00:00 GMT', 0],
])('reads Retry-After %s', (header, expected) => {
  expect(parseRetryAfter(header, NOW)).toBe(expected)
})
