import { expect, it } from 'vitest'
import { createOutbox } from '../../src/notify/outbox.ts'
import { createFakeClock } from '../support/clock.ts'
import { createMemoryDeliveries } from '../support/deliveries.ts'
import { startReceiver } from './receiver.ts'
import { AT, channel, news } from './samples.ts'

it('tells the channels of the route, and every one where none of those is there any more', async () => {
  const receiver = await startReceiver()
  const deliveries = createMemoryDeliveries()
  const outbox = createOutbox({
    channels: ['db', 'web'].map((id) => channel({ id, url: receiver.url })),
    clock: createFakeClock(AT + 1000),
    deliveries,
  })
  await outbox.enqueue({ ...news('INC-1', 0), channels: ['db', 'gone'] })
  await outbox.enqueue({ ...news('INC-2', 0), channels: ['gone'] })
  await outbox.enqueue({ ...news('INC-3', 0), channels: [] })
  await outbox.idle()
  const states = deliveries
    .all()
    .map(({ id, state, reason }) => `${id.replace(/_\d+:/, ':')} ${state} ${reason ?? ''}`.trim())
  const out = 'skipped the route of the incident leaves it out'
  expect(states.sort()).toEqual([
    'INC-1_100:db delivered',
    `INC-1_100:web ${out}`,
    'INC-2_100:db delivered',
    'INC-2_100:web delivered',
    `INC-3_100:db ${out}`,
    `INC-3_100:web ${out}`,
  ])
})
