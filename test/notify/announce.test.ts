import { expect, it } from 'vitest'
import { createAnnouncer } from '../../src/notify/announce.ts'
import { createOutbox } from '../../src/notify/outbox.ts'
import { createFakeClock } from '../support/clock.ts'
import { createMemoryDeliveries } from '../support/deliveries.ts'
import { startReceiver } from './receiver.ts'
import { AT, CONSOLE, channel, decision, incident } from './samples.ts'

async function setUp() {
  const receiver = await startReceiver()
  const deliveries = createMemoryDeliveries()
  const start = () => {
    const outbox = createOutbox({
      channels: [channel({ url: receiver.url })],
      deliveries,
      clock: createFakeClock(AT),
    })
    return { outbox, announce: createAnnouncer({ outbox, consoleUrl: CONSOLE }) }
  }
  const titles = (): string[] => receiver.requests.map(({ body }) => JSON.parse(body).data.headline)
  return { ...start(), start, titles, receiver }
}

const TITLE = 'checkout error rate above 5 %'

/** An incident opens, grows and ends; one entry each. */
const LIFE = [
  {
    decisions: [
      decision('alert.opened', { seq: 1 }),
      decision('incident.priority_changed', { seq: 2 }),
      decision('incident.notified', { seq: 3 }),
    ],
    storms: [],
    incidents: [incident({ priority: 3 })],
  },
  {
    decisions: [decision('incident.priority_changed', { seq: 4 })],
    storms: [],
    incidents: [incident({ priority: 4 })],
  },
  {
    decisions: [
      decision('incident.priority_changed', { seq: 5 }),
      decision('incident.service_added', { seq: 6 }),
    ],
    storms: [],
    incidents: [incident({ priority: 1, services: ['svc-checkout', 'svc-cart'], alertCount: 8 })],
  },
  {
    decisions: [decision('incident.commented', { seq: 7 })],
    storms: [],
    incidents: [incident()],
  },
  {
    decisions: [decision('incident.resolved', { seq: 8 })],
    storms: [],
    incidents: [incident({ priority: 1, resolvedAt: AT, firingCount: 0, alertCount: 8 })],
  },
]

const TOLD = [
  `INC-000007 P3 opened: ${TITLE}`,
  `INC-000007 raised to P1 (was P3): ${TITLE}`,
  `INC-000007 resolved after 1 min: ${TITLE}`,
]

it('tells the story of an incident once, in order, and only what is news', async () => {
  const { announce, outbox, titles, receiver } = await setUp()
  for (const changes of LIFE) await announce(changes)
  await outbox.idle()
  // The new service came with the raise: what one entry changed is told in one message.
  expect(titles()).toEqual(TOLD)
  expect(JSON.parse(receiver.requests[1]?.body ?? '').data).toMatchObject({
    change: { kind: 'priority_raised', from: 3, to: 1 },
    incident: { services: ['svc-checkout', 'svc-cart'] },
    alerts: { total: 8, new: 5 },
  })
})

it('says the same when the entries are applied again after a restart', async () => {
  const { announce, outbox, start, titles } = await setUp()
  for (const changes of LIFE.slice(0, 3)) await announce(changes)
  await outbox.idle()
  await outbox.stop()
  const again = start()
  await again.outbox.recover()
  for (const changes of LIFE) await again.announce(changes)
  await again.outbox.idle()
  expect(titles()).toEqual(TOLD)
})

it('tells a channel that comes along later that it opened, and those who know nothing twice', async () => {
  const receiver = await startReceiver()
  const outbox = createOutbox({
    channels: ['web', 'db'].map((id) => channel({ id, url: `${receiver.url}/${id}` })),
    deliveries: createMemoryDeliveries(),
    clock: createFakeClock(AT),
  })
  const announce = createAnnouncer({ outbox, consoleUrl: CONSOLE })
  const told = incident({
    ...{ team: 'db', priority: 1 },
    route: {
      ...{ team: 'db', teamRule: 'db', channels: ['db'], rules: ['db'], version: 'v1' },
      text: 'Goes to db, told on db: rule db (so)',
    },
  })
  await announce({
    decisions: [
      decision('incident.routed', { seq: 1 }),
      decision('incident.notified', { seq: 2, channels: ['web'] }),
    ],
    storms: [],
    incidents: [incident({ priority: 3 })],
  })
  await announce({
    decisions: [
      decision('incident.priority_changed', { seq: 3, channels: ['web'] }),
      decision('incident.routed', { seq: 4, channels: ['db', 'web'] }),
      decision('incident.resolved', { seq: 5, channels: ['web', 'db'] }),
    ],
    storms: [],
    incidents: [told],
  })
  await outbox.idle()
  const heard = (at: string) =>
    receiver.requests
      .filter(({ path }) => path.endsWith(at))
      .map(({ body }) => JSON.parse(body).type.replace('incident.', ''))
  expect(heard('/web')).toEqual(['opened', 'priority_raised', 'resolved'])
  expect(heard('/db')).toEqual(['opened', 'resolved'])
  expect(JSON.parse(receiver.requests.at(-1)?.body ?? '').data).toMatchObject({
    incident: { team: 'db' },
    route: { rules: ['db'], text: 'Goes to db, told on db: rule db (so)' },
  })
})

it('does not pass over a decision whose incident is missing', async () => {
  const { announce } = await setUp()
  await expect(
    announce({ decisions: [decision('incident.resolved')], incidents: [], storms: [] }),
  ).rejects.toMatchObject({ code: 'internal', details: { id: 'INC-000007', seq: 11 } })
})
