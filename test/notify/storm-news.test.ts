import { expect, it } from 'vitest'
import type { Decision } from '../../src/core/decision.ts'
import type { StormRecord } from '../../src/core/record.ts'
import { createAnnouncer } from '../../src/notify/announce.ts'
import { toPayload } from '../../src/notify/notification.ts'
import { createOutbox } from '../../src/notify/outbox.ts'
import { admit } from '../../src/notify/policy.ts'
import { toSlackMessage } from '../../src/notify/slack.ts'
import { toStormNotification } from '../../src/notify/storm-news.ts'
import { createFakeClock } from '../support/clock.ts'
import { createMemoryDeliveries } from '../support/deliveries.ts'
import { startReceiver } from './receiver.ts'
import { AT, CONSOLE, channel, decision, incident } from './samples.ts'

function storm(overrides: Partial<StormRecord> = {}): StormRecord {
  return {
    id: 'STORM-1',
    scope: 'default',
    since: AT - 60_000,
    beganAt: AT,
    endedAt: null,
    began: { rate: 120, usual: 4, threshold: 100 },
    rate: 900,
    peak: 1200,
    alerts: 3000,
    incidents: { opened: 50, alone: 5, folded: 40, resolved: 2, left: 0 },
    priority: 2,
    toldAt: AT,
    rules: [{ name: 'LinkDown', count: 2000 }],
    cis: [{ name: 'host:sw-1 <a>', count: 300 }],
    sites: [{ name: 'fra', count: 2900 }],
    ...overrides,
  }
}

function said(action: 'storm.told' | 'storm.ended', seq: number, reason = 'first'): Decision {
  const { incident: _none, ...about } = decision(action, { seq, reason, storm: 'STORM-1' })
  return about
}
const over = storm({
  endedAt: AT + 1_200_000,
  incidents: { opened: 60, alone: 5, folded: 55, resolved: 30, left: 25 },
})

it('says what a storm brought, what is new, and how it ended', () => {
  const context = { consoleUrl: `${CONSOLE}/`, told: null }
  const first = toStormNotification(said('storm.told', 1), storm(), context)
  expect(first).toMatchObject({
    type: 'storm.began',
    priority: 2,
    title: 'STORM-1: 3000 alerts, 40 incidents told of only here',
    data: {
      storm: { usual: 4, threshold: 100, rate: 900, peak: 1200 },
      incidents: { folded: 40, new: 40 },
      top: { sites: [{ name: 'fra', count: 2900 }] },
      url: `${CONSOLE}/incidents?status=all&from=2026-01-31T09%3A59%3A00.000Z`,
    },
  })
  const told = first?.told ?? null
  const grown = storm({ incidents: { opened: 60, alone: 5, folded: 55, resolved: 3, left: 0 } })
  expect(
    toStormNotification(said('storm.told', 2, 'update'), grown, { ...context, told }),
  ).toMatchObject({
    type: 'storm.updated',
    title: 'STORM-1: 3000 alerts, 55 incidents told of only here, 15 more',
  })
  expect(
    toStormNotification(said('storm.ended', 3, 'quiet'), over, { ...context, told }),
  ).toMatchObject({
    type: 'storm.ended',
    title:
      'STORM-1 over after 20 min: 55 incidents told of here, 30 resolved, 25 still burn and follow one by one',
  })
})

it('says nothing of the end where nobody was told of the beginning', () => {
  const quiet = storm({ toldAt: null, endedAt: AT })
  const context = { consoleUrl: CONSOLE, told: null }
  expect(toStormNotification(said('storm.ended', 1), quiet, context)).toBeNull()
})

it('links to the scope of the storm', () => {
  const made = toStormNotification(said('storm.told', 1), storm({ scope: 'acme.prod' }), {
    consoleUrl: CONSOLE,
    told: null,
  })
  expect(made?.data.url).toMatch(/&scope=acme\.prod$/)
})

it('is wanted by who wants incidents that open, by the most urgent of them', () => {
  const made = toStormNotification(said('storm.told', 1), storm(), {
    consoleUrl: CONSOLE,
    told: null,
  })
  const ended = toStormNotification(said('storm.ended', 2), storm({ priority: 4, endedAt: AT }), {
    consoleUrl: CONSOLE,
    told: null,
  })
  if (made === null || ended === null) throw new Error('the sample is no news')
  const now = AT + 1000
  const asks = (settings: object) => channel({ url: 'https://h.example', ...settings })
  expect(admit(asks({ events: ['incident.opened'] }), made, { told: false, now }).action).toBe(
    'send',
  )
  expect(admit(asks({ events: ['incident.resolved'] }), made, { told: false, now }).action).toBe(
    'skip',
  )
  expect(admit(asks({ minPriority: 1 }), made, { told: false, now }).action).toBe('skip')
  expect(admit(asks({ minPriority: 2 }), ended, { told: true, now }).action).toBe('send')
})

it('is a message of Slack, escaped, and a payload below 20 kB', () => {
  const long = Array.from({ length: 5 }, (_, n) => ({ name: `${n}`.repeat(5000), count: 1 }))
  const made = toStormNotification(said('storm.told', 1), storm(), {
    consoleUrl: CONSOLE,
    told: null,
  })
  const big = toStormNotification(
    said('storm.told', 1),
    storm({ rules: long, cis: long, sites: long }),
    {
      consoleUrl: CONSOLE,
      told: null,
    },
  )
  if (made === null || big === null) throw new Error('the sample is no news')
  const text = JSON.stringify(toSlackMessage(made))
  expect(text).toContain('host:sw-1 &lt;a&gt; (300)')
  expect(text).toContain('LinkDown (2000)')
  expect(toPayload(big).length).toBeLessThan(20_000)
})

it('is told instead of its incidents, and an incident by itself from when it is', async () => {
  const receiver = await startReceiver()
  const outbox = createOutbox({
    channels: [channel({ url: receiver.url })],
    deliveries: createMemoryDeliveries(),
    clock: createFakeClock(AT),
  })
  const announce = createAnnouncer({ outbox, consoleUrl: CONSOLE })
  const folded = incident({ priority: 3, toldInStorm: 'STORM-1' })
  const ends = { status: 'resolved', resolvedAt: AT, firingCount: 0 } as const
  const entries = [
    {
      decisions: [decision('incident.notified', { seq: 1, reason: 'in_storm' })],
      incidents: [folded],
    },
    { decisions: [said('storm.told', 2)], storms: [storm()] },
    {
      decisions: [decision('incident.priority_changed', { seq: 3 })],
      incidents: [{ ...folded, priority: 2 as const }],
    },
    { decisions: [decision('incident.resolved', { seq: 4 })], incidents: [{ ...folded, ...ends }] },
    { decisions: [said('storm.ended', 5, 'quiet')], storms: [over] },
    {
      decisions: [decision('incident.reopened', { seq: 6 })],
      incidents: [incident({ priority: 3, toldInStorm: null })],
    },
    {
      decisions: [decision('incident.resolved', { seq: 7 })],
      incidents: [incident({ priority: 3, ...ends })],
    },
  ]
  for (const entry of entries) await announce({ incidents: [], storms: [], ...entry })
  await outbox.idle()
  const types = receiver.requests.map(({ body }) => JSON.parse(body).type)
  expect(types).toEqual(['storm.began', 'storm.ended', 'incident.reopened', 'incident.resolved'])
})
