import type { ServerResponse } from 'node:http'
import { expect, it } from 'vitest'
import type { DeliveryRecord } from '../../src/notify/delivery.ts'
import { createOutbox, type Outbox, type OutboxDeps } from '../../src/notify/outbox.ts'
import { createFakeClock, type FakeClock } from '../support/clock.ts'
import { createMemoryDeliveries } from '../support/deliveries.ts'
import { hang, type Receiver, startReceiver, status } from './receiver.ts'
import { AT, channel, news } from './samples.ts'

function setUp(overrides: Partial<OutboxDeps> & Pick<OutboxDeps, 'channels'>) {
  const clock = createFakeClock(AT + 1000)
  const deliveries = createMemoryDeliveries()
  const changes: string[] = []
  const outbox = createOutbox({
    deliveries,
    clock,
    random: () => 0,
    onDelivery: ({ incident, type, channel: to, state }) =>
      changes.push(`${incident} ${type.replace('incident.', '')} ${to} ${state}`),
    ...overrides,
  })
  return { clock, deliveries, changes, outbox }
}

/** Lets time pass, timer by timer, until nothing waits any more. */
async function runDown(outbox: Outbox, clock: FakeClock): Promise<void> {
  do await outbox.idle()
  while (clock.toNext())
}

const idsAt = ({ requests }: Receiver): string[] =>
  requests.map(({ headers }) => String(headers['webhook-id']).split('_').slice(0, 2).join('_'))

const states = (records: readonly DeliveryRecord[]): string[] =>
  records.map(({ id, state, reason }) =>
    `${id.replace(/_\d+:/, ':')} ${state} ${reason ?? ''}`.trim(),
  )

it('delivers to every channel that wants it and logs what became of it', async () => {
  const receiver = await startReceiver()
  const { outbox, deliveries, changes, clock } = setUp({
    channels: [
      channel({ id: 'hook', url: receiver.url }),
      channel({ id: 'chat', type: 'slack', url: receiver.url }),
      channel({ id: 'urgent', url: receiver.url, minPriority: 1 }),
    ],
  })
  const message = news('INC-1', 0)
  await outbox.enqueue(message)
  await outbox.idle()
  expect(receiver.requests).toHaveLength(2)
  expect([...changes].sort()).toEqual([
    'INC-1 opened chat delivered',
    'INC-1 opened chat pending',
    'INC-1 opened hook delivered',
    'INC-1 opened hook pending',
    'INC-1 opened urgent skipped',
  ])
  expect(await deliveries.find(`${message.key}:hook`)).toEqual({
    id: `${message.key}:hook`,
    key: message.key,
    channel: 'hook',
    type: 'incident.opened',
    incident: 'INC-1',
    title: message.title,
    state: 'delivered',
    reason: null,
    attempts: [{ at: AT + 1000, ms: 0, status: 200, error: null }],
    tries: 0,
    pushbacks: 0,
    nextAttemptAt: null,
    createdAt: AT + 1000,
    deliveredAt: AT + 1000,
    version: 2,
    notification: message,
  })
  expect(clock.waiting()).toEqual([])
  expect(outbox.channels()[0]).toMatchObject({
    id: 'hook',
    waiting: 0,
    disabled: null,
    lastDeliveredAt: AT + 1000,
    lastError: null,
  })
})

it('adds nothing when the same is enqueued again, at once or after a restart', async () => {
  const receiver = await startReceiver()
  const channels = [channel({ url: receiver.url })]
  const { outbox, deliveries, clock } = setUp({ channels })
  await Promise.all([1, 2, 3].map(() => outbox.enqueue(news('INC-1', 0))))
  await outbox.idle()
  await outbox.stop()
  const again = createOutbox({ channels, deliveries, clock })
  await again.recover()
  await again.enqueue(news('INC-1', 0))
  await again.idle()
  expect(receiver.requests).toHaveLength(1)
  expect(deliveries.all()).toHaveLength(1)
})

it('retries on schedule with the same id, then gives up and says why', async () => {
  const receiver = await startReceiver(status(500))
  const { outbox, deliveries, clock } = setUp({ channels: [channel({ url: receiver.url })] })
  await outbox.enqueue(news('INC-1', 0))
  await runDown(outbox, clock)
  const [record] = deliveries.all()
  const gaps = record?.attempts.map(({ at }, index, list) => at - (list[index - 1]?.at ?? at))
  const hour = 3_600_000
  expect(gaps).toEqual([
    0,
    5000,
    300_000,
    1_800_000,
    ...[2, 5, 10, 14, 20, 24].map((h) => h * hour),
  ])
  expect(record).toMatchObject({ state: 'failed', tries: 10, deliveredAt: null })
  expect(record?.reason).toMatch(/^http:\/\/127\.0\.0\.1:\d+: HTTP 500$/)
  expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(
    10,
  )
})

it('holds back what follows in an incident, and only that', async () => {
  const receiver = await startReceiver()
  receiver.script(status(500))
  const { outbox, clock } = setUp({ channels: [channel({ url: receiver.url })] })
  await outbox.enqueue(news('INC-1', 0))
  await outbox.idle()
  await outbox.enqueue(news('INC-1', 3))
  await outbox.enqueue(news('INC-2', 0))
  await outbox.idle()
  expect(idsAt(receiver)).toEqual(['INC-1_100', 'INC-2_100'])
  await runDown(outbox, clock)
  expect(idsAt(receiver)).toEqual(['INC-1_100', 'INC-2_100', 'INC-1_100', 'INC-1_103'])
})

it('goes on with the next one when one has failed for good', async () => {
  const receiver = await startReceiver()
  receiver.script(status(400, {}, 'invalid_payload'))
  const { outbox, deliveries, clock } = setUp({
    channels: [channel({ type: 'slack', url: receiver.url })],
  })
  await outbox.enqueue(news('INC-1', 0))
  await outbox.enqueue(news('INC-1', 3))
  await runDown(outbox, clock)
  expect(deliveries.all().map(({ state }) => state)).toEqual(['failed', 'delivered'])
})

it('pauses the whole channel as long as Retry-After says', async () => {
  const receiver = await startReceiver()
  receiver.script(status(429, { 'retry-after': '40' }))
  const { outbox, deliveries, clock } = setUp({ channels: [channel({ url: receiver.url })] })
  await outbox.enqueue(news('INC-1', 0))
  await outbox.idle()
  await outbox.enqueue(news('INC-2', 0))
  await outbox.idle()
  expect(receiver.requests).toHaveLength(1)
  await runDown(outbox, clock)
  expect(deliveries.all().map(({ deliveredAt }) => deliveredAt)).toEqual([AT + 41_000, AT + 41_000])
  expect(deliveries.all()[0]).toMatchObject({
    tries: 0,
    attempts: [{ status: 429 }, { status: 200 }],
  })
})

it('sends Slack one message a second, the most urgent first', async () => {
  const receiver = await startReceiver()
  const { outbox, deliveries, clock } = setUp({
    channels: [channel({ type: 'slack', url: receiver.url })],
  })
  for (const [id, priority] of [
    ['A', 3],
    ['B', 4],
    ['C', 1],
    ['D', 2],
  ] as const) {
    await outbox.enqueue(news(id, 0, { priority }))
  }
  await runDown(outbox, clock)
  const sent = [...deliveries.all()].sort((a, b) => (a.deliveredAt ?? 0) - (b.deliveredAt ?? 0))
  expect(sent.map(({ incident, deliveredAt }) => [incident, (deliveredAt ?? 0) - AT])).toEqual([
    ['A', 1000],
    ['C', 2000],
    ['D', 3000],
    ['B', 4000],
  ])
})

it('sends to a webhook four incidents side by side and no more', async () => {
  const held: ServerResponse[] = []
  let most = 0
  const receiver = await startReceiver((response) => {
    most = Math.max(most, held.push(response))
  })
  const { outbox } = setUp({ channels: [channel({ url: receiver.url })] })
  for (let index = 0; index < 6; index++) await outbox.enqueue(news(`INC-${index}`, 0))
  for (const arrived of [4, 5, 6, 6, 6, 6]) {
    await receiver.seen(arrived)
    held.shift()?.end()
  }
  await outbox.idle()
  expect(most).toBe(4)
  expect(outbox.channels()[0]?.waiting).toBe(0)
})

it('switches a channel off when its receiver is gone, and on again when a person asks', async () => {
  const receiver = await startReceiver()
  receiver.script(status(410))
  const channels = [channel({ id: 'hook', url: receiver.url })]
  const { outbox, deliveries } = setUp({ channels })
  await Promise.all([outbox.enqueue(news('INC-1', 0)), outbox.enqueue(news('INC-1', 3))])
  await outbox.idle()
  await outbox.enqueue(news('INC-2', 0))
  await outbox.idle()
  expect(receiver.requests).toHaveLength(1)
  const gone = expect.stringMatching(/HTTP 410$/)
  expect(deliveries.all().map(({ state, reason }) => [state, reason])).toEqual([
    ['disabled', gone],
    ['disabled', gone],
    ['disabled', gone],
  ])
  expect(outbox.channels()[0]?.disabled).toEqual(gone)
  const id = `${news('INC-2', 0).key}:hook`
  expect(await outbox.redeliver(id)).toMatchObject({ state: 'pending', version: 3 })
  await outbox.idle()
  expect(await deliveries.find(id)).toMatchObject({ state: 'delivered' })
  expect(outbox.channels()[0]?.disabled).toBeNull()
})

it('hears of the end of an incident it was told of, however low its priority is by then', async () => {
  const receiver = await startReceiver()
  const { outbox, deliveries } = setUp({
    channels: [channel({ id: 'urgent', url: receiver.url, minPriority: 2 })],
  })
  await outbox.enqueue(news('INC-1', 0, { priority: 2 }))
  await outbox.enqueue(news('INC-1', 3, { priority: 4 }))
  await outbox.enqueue(news('INC-2', 0, { priority: 3 }))
  await outbox.enqueue(news('INC-2', 3, { priority: 3 }))
  await outbox.idle()
  expect(states(deliveries.all())).toEqual([
    'INC-1_100:urgent delivered',
    'INC-1_103:urgent delivered',
    'INC-2_100:urgent skipped priority 3 is below its minimum 2',
    'INC-2_103:urgent skipped priority 3 is below its minimum 2',
  ])
})

it('remembers across a restart what was pending and what people were told', async () => {
  const receiver = await startReceiver(status(500))
  const channels = [channel({ url: receiver.url })]
  const { outbox, deliveries, clock } = setUp({ channels })
  await outbox.enqueue(news('INC-1', 0, { alertCount: 4 }))
  await outbox.enqueue(news('INC-1', 3, { alertCount: 9 }))
  await outbox.idle()
  await outbox.stop()
  const back = await startReceiver()
  const later = createFakeClock(clock.now())
  const again = createOutbox({
    channels: [channel({ url: back.url })],
    deliveries,
    clock: later,
    random: () => 0,
  })
  await again.recover()
  await again.idle()
  expect(back.requests).toHaveLength(0)
  expect(later.waiting()).toEqual([5000])
  await runDown(again, later)
  expect(idsAt(back)).toEqual(['INC-1_100', 'INC-1_103'])
  expect(await again.told('INC-1', 100)).toBeNull()
  expect(await again.told('INC-1', 103)).toMatchObject({ alertCount: 4 })
  expect(await again.told('INC-1', 104)).toMatchObject({ alertCount: 9 })
})

it('ends what waits for a channel that is not configured any more', async () => {
  const receiver = await startReceiver(status(500))
  const { outbox, deliveries, clock } = setUp({
    channels: [channel({ id: 'old', url: receiver.url })],
  })
  await outbox.enqueue(news('INC-1', 0))
  await outbox.idle()
  await outbox.stop()
  const again = createOutbox({ channels: [], deliveries, clock })
  await again.recover()
  expect(states(deliveries.all())).toEqual([
    'INC-1_100:old failed its channel is not configured any more',
  ])
  const id = deliveries.all()[0]?.id ?? ''
  await expect(again.redeliver(id)).rejects.toMatchObject({ code: 'conflict' })
  await expect(again.redeliver('none:old')).rejects.toMatchObject({ code: 'not_found' })
})

it('sends again at once what waits for a retry when a person asks', async () => {
  const receiver = await startReceiver()
  receiver.script(status(500), status(500))
  const { outbox, deliveries, clock } = setUp({ channels: [channel({ url: receiver.url })] })
  await outbox.enqueue(news('INC-1', 0))
  await outbox.idle()
  clock.advance(5000)
  await outbox.idle()
  const id = deliveries.all()[0]?.id ?? ''
  await outbox.redeliver(id)
  await outbox.idle()
  expect(deliveries.all()[0]).toMatchObject({
    state: 'delivered',
    tries: 0,
    deliveredAt: AT + 6000,
  })
  expect(receiver.requests).toHaveLength(3)
})

it('can send again what has been delivered, with the same id', async () => {
  const receiver = await startReceiver()
  const { outbox, deliveries } = setUp({ channels: [channel({ url: receiver.url })] })
  await outbox.enqueue(news('INC-1', 0))
  await outbox.idle()
  await outbox.redeliver(deliveries.all()[0]?.id ?? '')
  await outbox.idle()
  expect(idsAt(receiver)).toEqual(['INC-1_100', 'INC-1_100'])
  expect(deliveries.all()[0]).toMatchObject({ state: 'delivered', version: 4 })
})

it('sends nothing that is not written down, and takes it when it comes again', async () => {
  const receiver = await startReceiver()
  const { outbox, deliveries } = setUp({
    channels: [channel({ id: 'a', url: receiver.url }), channel({ id: 'b', url: receiver.url })],
  })
  deliveries.refuse(1)
  await expect(outbox.enqueue(news('INC-1', 0))).rejects.toThrow('the store is away')
  await outbox.idle()
  expect(receiver.requests).toHaveLength(0)
  await outbox.enqueue(news('INC-1', 0))
  await outbox.idle()
  expect(states(deliveries.all()).sort()).toEqual([
    'INC-1_100:a delivered',
    'INC-1_100:b delivered',
  ])
  expect(receiver.requests).toHaveLength(2)
})

it('writes an outcome until the store takes it, and does not send again meanwhile', async () => {
  const receiver = await startReceiver()
  const clock = createFakeClock(AT)
  const errors: unknown[] = []
  const { outbox, deliveries } = setUp({
    channels: [channel({ url: receiver.url })],
    clock,
    onStoreError: (error) => {
      errors.push(error)
      queueMicrotask(() => clock.toNext())
    },
  })
  await outbox.enqueue(news('INC-1', 0))
  deliveries.refuse(3)
  await outbox.idle()
  expect(errors).toHaveLength(3)
  expect(clock.now() - AT).toBe(1000 + 2000 + 4000)
  expect(deliveries.all()[0]).toMatchObject({ state: 'delivered', deliveredAt: AT })
  expect(receiver.requests).toHaveLength(1)
})

it('stops after the attempt under way and leaves the rest pending', async () => {
  const receiver = await startReceiver(hang)
  const { outbox, deliveries, clock } = setUp({ channels: [channel({ url: receiver.url })] })
  await Promise.all([outbox.enqueue(news('INC-1', 0)), outbox.enqueue(news('INC-1', 3))])
  await receiver.seen(1)
  const stopped = outbox.stop()
  clock.advance(15_000)
  await stopped
  expect(clock.waiting()).toEqual([])
  expect(deliveries.all().map(({ state, attempts }) => [state, attempts.length])).toEqual([
    ['pending', 1],
    ['pending', 0],
  ])
  await outbox.enqueue(news('INC-2', 0))
  await outbox.idle()
  expect(receiver.requests).toHaveLength(1)
  expect(await deliveries.pending()).toHaveLength(3)
})

it('keeps secrets and addresses out of the log', async () => {
  const receiver = await startReceiver(status(500, {}, 'token-in-the-answer'))
  const { outbox, deliveries, clock } = setUp({
    channels: [
      channel({ id: 'a', url: receiver.url }),
      channel({ id: 'b', type: 'slack', url: receiver.url }),
      channel({ id: 'c', url: 'http://127.0.0.1:1/token', allowPrivate: true }),
    ],
  })
  await outbox.enqueue(news('INC-1', 0))
  await runDown(outbox, clock)
  const shown = JSON.stringify([deliveries.all(), outbox.channels()])
  expect(shown).toContain('HTTP 500')
  expect(shown).not.toMatch(/token|whsec/)
})
