/**
 * The program without its server, in this process: a real store, journal and outbox, put together
 * and recovered as `serve` does it, on a clock that stands still until it is moved.
 */
import { SOURCES } from '../../ingest/index.ts'
import { ENGINE_VERSION } from '../../src/core/engine/context.ts'
import type { Command, Entry } from '../../src/core/entry.ts'
import type { AppError } from '../../src/core/errors.ts'
import { createSnapshots, type Snapshots } from '../../src/jobs/snapshots.ts'
import { createTicker } from '../../src/jobs/ticker.ts'
import { type JournalOptions, openJournal } from '../../src/journal/clickhouse.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { createJourney, type Journey, type Receipt } from '../../src/journey.ts'
import { createAnnouncer } from '../../src/notify/announce.ts'
import { channelsSchema } from '../../src/notify/channel.ts'
import type { DeliveryRecord } from '../../src/notify/delivery.ts'
import { createOutbox, type Outbox } from '../../src/notify/outbox.ts'
import { type Recovered, recover } from '../../src/recovery.ts'
import { openStore, type Store } from '../../src/store/client.ts'
import { openDeliveries } from '../../src/store/deliveries.ts'
import { readEpoch } from '../../src/store/meta.ts'
import {
  openRecordWriter,
  type RecordWriter,
  type RecordWriterOptions,
} from '../../src/store/records.ts'
import { latestSnapshot } from '../../src/store/snapshots.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { createFakeClock, type FakeClock } from '../support/clock.ts'
import type { Place } from '../support/store.ts'
import { START } from './bodies.ts'

export interface ProgramOptions {
  /** Where it tells news; nowhere unless given. */
  readonly hook?: string
  /** Seconds of the story; it goes on where the one before on this clock was. */
  readonly clock?: FakeClock
  readonly journal?: JournalOptions
  readonly records?: RecordWriterOptions
  /** How long a snapshot waits for the fold, records and news, in milliseconds. */
  readonly patienceMs?: number
}

export interface Program {
  readonly clock: FakeClock
  readonly store: Store
  readonly journal: Journal
  readonly journey: Journey
  readonly outbox: Outbox
  readonly snapshots: Snapshots
  readonly recovered: Recovered
  /** What it reported: faults, and what it gave up or tries again. */
  readonly faults: AppError[]
  readonly delays: unknown[]
  /** Second of the story. */
  second(): number
  /** Moves time on; what is due on the way happens. */
  goTo(second: number): Promise<void>
  post(source: string, body: unknown): Promise<Receipt>
  command(command: Command, actor?: string): ReturnType<Journey['command']>
  /** Everything that was posted is decided, recorded and told. */
  settled(): Promise<void>
  /** Ends without a last snapshot, as after a kill: what was durable is all there is. */
  crash(): Promise<void>
  /** Ends in order. */
  stop(): Promise<void>
}

interface Parts {
  readonly store: Store
  readonly journal: Journal
  readonly records: RecordWriter
  readonly outbox: Outbox
}

export async function openProgram(place: Place, options: ProgramOptions = {}): Promise<Program> {
  const clock = options.clock ?? createFakeClock(START)
  const parts = await openParts(place, options, clock)
  const { store, journal, records, outbox } = parts
  const announce = createAnnouncer({ outbox, consoleUrl: 'http://console.test' })
  const epoch = await readEpoch(store)
  const newest = journal.newest()
  const snapshot = await latestSnapshot(store)
  const recovered = await recover({ snapshot, journal, records, announce, epoch })
  const faults: AppError[] = []
  const delays: unknown[] = []
  let receipts = journal.last()
  const metrics = createMetrics({ version: 'test', sources: [...SOURCES.keys()] })
  const journey = createJourney({
    engine: recovered.engine,
    ...{ journal, records, announce, epoch, metrics },
    now: clock.now,
    newReceipt: () => {
      receipts += 1
      return `r${receipts}`
    },
    fault: () => undefined,
    onFault: (fault) => faults.push(fault),
    onDelay: (cause) => delays.push(cause),
  })
  await journey.submit((at, scope) => ({
    ...{ kind: 'engine', at, scope, version: ENGINE_VERSION },
    downSince: newest?.at ?? null,
  }))
  await outbox.recover()
  const snapshots = createSnapshots({
    ...{ journey, store, records, metrics, clock },
    onError: (cause) => delays.push(cause),
    ...(options.patienceMs === undefined ? undefined : { patienceMs: options.patienceMs }),
  })
  const time = keepTime(journey, clock)
  const settled = async (): Promise<void> => {
    await time.idle()
    await journey.settled()
    await outbox.idle()
  }
  return {
    ...{ clock, store, journal, journey, outbox, snapshots, recovered, faults, delays, settled },
    second: () => (clock.now() - START) / 1000,
    goTo: (second) => time.goTo(START + second * 1000, settled),
    post: (source, body) =>
      journey.receive(source, { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    command: (command, actor = 'ada') => journey.command(actor, command),
    crash: async () => {
      time.stop()
      await close(parts, journey)
    },
    stop: async () => {
      time.stop()
      await settled()
      await snapshots.stop()
      await close(parts, journey)
    },
  }
}

async function openParts(place: Place, options: ProgramOptions, clock: FakeClock): Promise<Parts> {
  const store = await openStore(place.target, { memoryBytes: 2 ** 30 })
  const journal = await openJournal(store.journal, options.journal)
  const records = openRecordWriter(store, { windowMs: 5, ...options.records })
  const secret = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
  const channels =
    options.hook === undefined
      ? []
      : [{ type: 'webhook', id: 'hook', url: options.hook, secrets: [secret], allowPrivate: true }]
  const outbox = createOutbox({
    channels: channelsSchema.parse(channels),
    deliveries: openDeliveries<DeliveryRecord>(store),
    clock,
  })
  return { store, journal, records, outbox }
}

async function close({ store, journal, records, outbox }: Parts, journey: Journey): Promise<void> {
  await journey.stop()
  await outbox.stop()
  await records.close(0)
  await journal.close()
  await store.close()
}

/** The engine's deadlines on a clock that is moved: each is an entry before time goes on. */
function keepTime(journey: Journey, clock: FakeClock) {
  let ticking: Promise<unknown> = Promise.resolve()
  const ticker = createTicker({
    journey: {
      engine: journey.engine,
      watch: journey.watch,
      submit: (make: (at: number, scope: string) => Entry) => {
        const tick = journey.submit(make)
        ticking = tick.catch(() => undefined)
        return tick
      },
    },
    clock,
    onError: () => undefined,
  })
  ticker.start()
  const idle = async (): Promise<void> => {
    await ticking
  }
  return {
    idle,
    stop: () => ticker.stop(),
    goTo: async (at: number, settled: () => Promise<void>): Promise<void> => {
      await settled()
      while (clock.now() < at) {
        const deadline = journey.engine.nextDeadline() ?? at
        const next = Math.min(at, Math.max(deadline, clock.now() + 1))
        clock.advance(next - clock.now())
        await settled()
      }
    },
  }
}
