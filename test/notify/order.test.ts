import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Channel } from '../../src/notify/channel.ts'
import type { Notification } from '../../src/notify/notification.ts'
import { createOutbox, type Outbox } from '../../src/notify/outbox.ts'
import { createFakeClock, type FakeClock } from '../support/clock.ts'
import { createMemoryDeliveries } from '../support/deliveries.ts'
import { cut, type Receiver, type Reply, startReceiver, status } from './receiver.ts'
import { AT, channel, news } from './samples.ts'

/** What a receiver that drops repeats by `webhook-id` has taken, in order, by path. */
type Taken = Map<string, string[]>

type Mishap = 'cut' | 'lost' | 'refused' | 'moved' | 'busy' | 'limited' | 'broken'

/** `lost`: taken, but the sender never hears of it. The others happen before it is taken. */
function replyOf(mishap: Mishap, take: Reply): Reply {
  const replies: Record<Mishap, Reply> = {
    cut,
    lost: (response, received) => {
      take(response, received)
      response.socket?.destroy()
    },
    refused: status(400),
    moved: status(307, { location: '/elsewhere' }),
    busy: status(503, { 'retry-after': '2' }),
    limited: status(429, { 'retry-after': '1' }),
    broken: status(500),
  }
  return replies[mishap]
}

const mishap = fc.constantFrom<Mishap>(
  'cut',
  'lost',
  'refused',
  'moved',
  'busy',
  'limited',
  'broken',
)

/** Notifications of three incidents in the order they arise; each incident counts its own steps. */
const story = fc
  .array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 12 })
  .map((who) => {
    const steps = [0, 0, 0]
    return who.map((index) => {
      const step = steps[index] ?? 0
      steps[index] = step + 1
      return news(`INC-${index}`, step, { priority: index === 0 ? 1 : 3 })
    })
  })

const plan = fc.record({
  messages: story,
  // One short of the schedule, so that nothing is ever given up.
  mishaps: fc.array(mishap, { maxLength: 9 }),
  /** After how many enqueued messages, and how many steps of time, the process dies. */
  deaths: fc.array(fc.record({ enqueued: fc.nat(12), steps: fc.nat(6) }), { maxLength: 3 }),
})

interface World {
  readonly receiver: Receiver
  readonly taken: Taken
  readonly channels: readonly Channel[]
}

async function build(): Promise<World> {
  const taken: Taken = new Map()
  const receiver = await startReceiver(takeInto(taken))
  const { origin } = new URL(receiver.url)
  const channels = ['a', 'b'].map((id) => channel({ id, url: `${origin}/${id}` }))
  return { receiver, taken, channels }
}

function takeInto(taken: Taken): Reply {
  return (response, { path, headers }) => {
    const id = String(headers['webhook-id'])
    const known = taken.get(path) ?? []
    if (!known.includes(id)) taken.set(path, [...known, id])
    response.end()
  }
}

/** Lives through the plan: dies where it says, and after each death replays everything from the start. */
async function live(
  { receiver, channels, taken }: World,
  { messages, mishaps, deaths }: typeof plan extends fc.Arbitrary<infer Plan> ? Plan : never,
): Promise<void> {
  const deliveries = createMemoryDeliveries()
  receiver.script(...mishaps.map((name) => replyOf(name, takeInto(taken))))
  let now = AT + 1000
  for (const death of deaths) {
    const store = deliveries.session()
    const { outbox, clock } = begin(channels, store, now)
    await outbox.recover()
    await enqueueAll(outbox, messages.slice(0, death.enqueued))
    for (let step = 0; step < death.steps; step++) {
      await outbox.idle()
      clock.toNext()
    }
    // What is under way now is never written down; the next process does not know of it.
    store.die()
    now = clock.now()
  }
  const { outbox, clock } = begin(channels, deliveries, now)
  await outbox.recover()
  await enqueueAll(outbox, messages)
  do await outbox.idle()
  while (clock.toNext())
  expect(await deliveries.pending()).toEqual([])
}

function begin(
  channels: readonly Channel[],
  deliveries: Parameters<typeof createOutbox>[0]['deliveries'],
  now: number,
): { readonly outbox: Outbox; readonly clock: FakeClock } {
  const clock = createFakeClock(now)
  return { clock, outbox: createOutbox({ channels, deliveries, clock, random: () => 0.5 }) }
}

async function enqueueAll(outbox: Outbox, messages: readonly Notification[]): Promise<void> {
  await Promise.all(messages.map((message) => outbox.enqueue(message)))
}

it('delivers in order per incident and channel, each exactly once, whatever fails', async () => {
  const world = await build()
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      world.taken.clear()
      await live(world, given)
      for (const path of ['/a', '/b']) {
        const taken = world.taken.get(path) ?? []
        for (const id of ['INC-0', 'INC-1', 'INC-2']) {
          const expected = given.messages
            .filter(({ incident }) => incident === id)
            .map(({ key }) => key)
          expect(taken.filter((key) => key.startsWith(`${id}_`))).toEqual(expected)
        }
        expect(taken).toHaveLength(given.messages.length)
      }
    }),
    { numRuns: 150 },
  )
})
