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

/** Which of three incidents each notification is about, in the order they arise. */
const story = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 12 })

/** Each incident counts its own steps. The run's number keeps apart what a dead process still sends. */
function tell(run: number, who: readonly number[]): readonly Notification[] {
  const steps = [0, 0, 0]
  return who.map((index) => {
    const step = steps[index] ?? 0
    steps[index] = step + 1
    return news(`R${run}-INC-${index}`, step, { priority: index === 0 ? 1 : 3 })
  })
}

const plan = fc.record({
  story,
  // One short of the schedule, so that nothing is ever given up.
  mishaps: fc.array(mishap, { maxLength: 9 }),
  /** After how many messages, and how many steps of time, the process dies; or amid its writing. */
  deaths: fc.array(
    fc.record({ enqueued: fc.nat(12), steps: fc.nat(6), amidWriting: fc.boolean() }),
    { maxLength: 3 },
  ),
})
type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never

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
  { mishaps, deaths }: Plan,
  messages: readonly Notification[],
): Promise<void> {
  const deliveries = createMemoryDeliveries()
  receiver.reset()
  receiver.script(...mishaps.map((name) => replyOf(name, takeInto(taken))))
  let now = AT + 1000
  for (const death of deaths) {
    const store = deliveries.session()
    const { outbox, clock } = begin(channels, store, now)
    await outbox.recover()
    const writing = enqueueAll(outbox, messages.slice(0, death.enqueued))
    if (!death.amidWriting) await writing
    for (let step = 0; step < death.steps; step++) {
      if (death.amidWriting) await new Promise((resolve) => setImmediate(resolve))
      else await outbox.idle()
      // Not while requests are under way: their deadlines would use up the schedule.
      if (!death.amidWriting) clock.toNext()
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
  // One history kept: what is known of an incident is forgotten and read again all the time.
  const deps = { channels, deliveries, clock, random: () => 0.5, keptHistories: 1 }
  return { clock, outbox: createOutbox(deps) }
}

async function enqueueAll(outbox: Outbox, messages: readonly Notification[]): Promise<void> {
  await Promise.all(messages.map((message) => outbox.enqueue(message)))
}

it('delivers in order per incident and channel, each exactly once, whatever fails', async () => {
  const world = await build()
  let run = 0
  await fc.assert(
    fc.asyncProperty(plan, async (given) => {
      run += 1
      world.taken.clear()
      const messages = tell(run, given.story)
      await live(world, given, messages)
      for (const path of ['/a', '/b']) {
        for (const id of [0, 1, 2].map((index) => `R${run}-INC-${index}`)) {
          const expected = messages.filter(({ incident }) => incident === id).map(({ key }) => key)
          const taken = world.taken.get(path) ?? []
          expect(taken.filter((key) => key.startsWith(`${id}_`))).toEqual(expected)
        }
      }
    }),
    { numRuns: 150 },
  )
})

it('sends nothing twice that nobody failed to take', async () => {
  const world = await build()
  await fc.assert(
    fc.asyncProperty(story, async (who) => {
      await live(world, { story: who, mishaps: [], deaths: [] }, tell(0, who))
      expect(world.receiver.requests).toHaveLength(2 * who.length)
    }),
    { numRuns: 50 },
  )
})
