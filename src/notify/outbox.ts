/**
 * The outbox: what is enqueued here is written down first, then delivered to every channel that
 * wants it, at least once, in order per incident and channel, across retries and restarts.
 * Receivers drop repeats by the notification's key.
 */
import { AppError } from '../core/errors.ts'
import { type Channel, type ChannelView, viewChannel } from './channel.ts'
import type { Clock } from './clock.ts'
import type { DeliveryRecord, DeliveryStore, SendResult } from './delivery.ts'
import type { HttpDeps, Resolve } from './http.ts'
import type { Notification, Told } from './notification.ts'
import { admit, renew } from './policy.ts'
import { createQueue, type Queue, type QueueStatus } from './queue.ts'
import { createSerial, type Serial } from './serial.ts'
import { sendSlack } from './slack.ts'
import { sendWebhook } from './webhook.ts'

export interface OutboxDeps {
  readonly channels: readonly Channel[]
  readonly deliveries: DeliveryStore
  readonly clock: Clock
  /** Called after every change of a record, when it is durable; must not throw. */
  readonly onDelivery?: (record: DeliveryRecord) => void
  /** The store did not take the outcome of an attempt; it is tried again until it does. */
  readonly onStoreError?: (error: unknown) => void
  /** 0 ≤ random() < 1, for the jitter. */
  readonly random?: () => number
  readonly resolve?: Resolve
  /** Incidents whose deliveries are remembered, so that the store is asked once; 5000 by default. */
  readonly keptHistories?: number
}

export interface Outbox {
  /**
   * Resolves when a delivery for every channel is durable, not when it is sent. Doing it again with
   * the same key adds nothing. Rejects where the store does; then enqueue it again.
   */
  enqueue(notification: Notification): Promise<void>
  /** What people were told last about an incident before decision `seq`; null where nothing was. */
  told(incident: string, seq: number): Promise<Told | null>
  /** Continues what was pending when the process ended; once, at the start. */
  recover(): Promise<void>
  /**
   * Sends a delivery again from the start of the schedule, whatever became of it; a switched-off
   * channel is taken into use again.
   *
   * @throws AppError `not_found`; `conflict` where its channel is not configured any more
   */
  redeliver(id: string): Promise<DeliveryRecord>
  channels(): readonly (ChannelView & QueueStatus)[]
  /** Resolves when nothing is being written or sent; what waits for a retry does not count. */
  idle(): Promise<void>
  /** Begins nothing new; resolves when attempts under way have ended (at most one timeout). */
  stop(): Promise<void>
}

/** What is known of an incident's deliveries, so that the store is asked once. */
interface History {
  readonly ids: Set<string>
  /** Channels that an earlier notification was meant for. */
  readonly channels: Set<string>
  /** By number of the decision. */
  readonly told: Map<number, Told>
}

const KEPT_HISTORIES = 5000
const MAX_STORE_WAIT_MS = 60_000

interface State {
  readonly deps: OutboxDeps
  readonly queues: ReadonlyMap<string, { readonly channel: Channel; readonly queue: Queue }>
  readonly histories: Map<string, History>
  readonly serial: Serial
  readonly naps: Set<() => void>
  stopped: boolean
}

export function createOutbox(deps: OutboxDeps): Outbox {
  const state: State = {
    deps,
    queues: new Map(
      deps.channels.map((channel) => [
        channel.id,
        { channel, queue: openQueue(channel, deps, (record) => persist(state, record)) },
      ]),
    ),
    histories: new Map(),
    serial: createSerial(),
    naps: new Set(),
    stopped: false,
  }
  const queues = [...state.queues.values()]
  const idle = async (): Promise<void> => {
    do {
      await state.serial.idle()
      await Promise.all(queues.map(({ queue }) => queue.idle()))
    } while (state.serial.busy())
  }
  return {
    enqueue: (notification) =>
      state.serial.run(notification.incident, () => enqueue(state, notification)),
    told: async (incident, seq) =>
      queues.length === 0
        ? null
        : state.serial.run(incident, async () => toldBefore(await load(state, incident), seq)),
    recover: () => recover(state),
    redeliver: (id) => redeliver(state, id),
    channels: () =>
      queues.map(({ channel, queue }) => ({ ...viewChannel(channel), ...queue.status() })),
    idle,
    stop: async () => {
      state.stopped = true
      for (const wake of state.naps) wake()
      await Promise.all(queues.map(({ queue }) => queue.stop()))
      await state.serial.idle()
    },
  }
}

function openQueue(
  channel: Channel,
  { clock, random, resolve }: OutboxDeps,
  save: (record: DeliveryRecord) => Promise<void>,
): Queue {
  const http: HttpDeps = resolve === undefined ? { clock } : { clock, resolve }
  const send = (notification: Notification): Promise<SendResult> =>
    channel.type === 'slack'
      ? sendSlack(channel, notification, http)
      : sendWebhook(channel, notification, http)
  return createQueue({ channel, send, persist: save, clock, random: random ?? Math.random })
}

/** Writes the outcome of an attempt, as often as it takes: nothing is passed over unrecorded. */
async function persist(state: State, record: DeliveryRecord): Promise<void> {
  const { deliveries, onDelivery, onStoreError } = state.deps
  for (let waitMs = 1000; ; waitMs = Math.min(waitMs * 2, MAX_STORE_WAIT_MS)) {
    try {
      await deliveries.put(record)
      break
    } catch (error) {
      onStoreError?.(error)
      if (state.stopped) return
      await nap(state, waitMs)
    }
  }
  onDelivery?.(record)
}

function nap({ deps, naps }: State, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      deps.clock.clearTimeout(timer)
      naps.delete(wake)
      resolve()
    }
    const timer = deps.clock.setTimeout(wake, ms)
    naps.add(wake)
  })
}

async function enqueue(state: State, notification: Notification): Promise<void> {
  if (state.queues.size === 0) return
  const history = await load(state, notification.incident)
  const sent = { ...notification, channels: channelsThatAre(state, notification) }
  const fresh = [...state.queues.values()]
    .map(({ channel, queue }) => ({ queue, record: create(state, channel, sent, history) }))
    .filter(({ record }) => !history.ids.has(record.id))
  try {
    await Promise.all(fresh.map(({ record }) => state.deps.deliveries.put(record)))
  } catch (cause) {
    // Some may have been written: the next look reads what is really there.
    state.histories.delete(notification.incident)
    throw cause
  }
  for (const { queue, record } of fresh) {
    note(history, record)
    state.deps.onDelivery?.(record)
    if (record.state === 'pending') queue.push(record)
  }
}

/** Where none of a route's channels is there any more, every other one is: better than nobody. */
function channelsThatAre({ queues }: State, { channels }: Notification): Notification['channels'] {
  if (channels === null || channels.length === 0) return channels
  return channels.some((id) => queues.has(id)) ? channels : null
}

/** The first version of a delivery's record. */
function create(
  { deps }: State,
  channel: Channel,
  notification: Notification,
  history: History,
): DeliveryRecord {
  const now = deps.clock.now()
  const { key, type, incident, title } = notification
  const admission = admit(channel, notification, { told: history.channels.has(channel.id), now })
  const send = admission.action === 'send'
  return {
    id: `${key}:${channel.id}`,
    key,
    channel: channel.id,
    type,
    incident,
    title,
    state: send ? 'pending' : 'skipped',
    reason: send ? null : admission.reason,
    attempts: [],
    tries: 0,
    pushbacks: 0,
    nextAttemptAt: send ? now : null,
    createdAt: now,
    deliveredAt: null,
    version: 1,
    notification,
  }
}

/**
 * The incident's history, from memory or the store; what the store holds as pending and no queue
 * has is queued, in order. Runs only inside the incident's serial section, and a history leaves the
 * memory only while no queue holds its incident: so what is read here cannot be changing.
 */
async function load(state: State, incident: string): Promise<History> {
  const known = state.histories.get(incident)
  if (known !== undefined) {
    state.histories.delete(incident)
    state.histories.set(incident, known)
    return known
  }
  const records = [...(await state.deps.deliveries.ofIncident(incident))].sort(byOrder)
  const history: History = { ids: new Set(), channels: new Set(), told: new Map() }
  for (const record of records) {
    note(history, record)
    if (record.state === 'pending') await requeue(state, record)
  }
  state.histories.set(incident, history)
  evict(state)
  return history
}

async function requeue(state: State, record: DeliveryRecord): Promise<void> {
  const target = state.queues.get(record.channel)
  if (target !== undefined) target.queue.push(record)
  else {
    await persist(state, {
      ...record,
      state: 'failed',
      reason: 'its channel is not configured any more',
      nextAttemptAt: null,
      version: record.version + 1,
    })
  }
}

function byOrder(a: DeliveryRecord, b: DeliveryRecord): number {
  return a.notification.seq - b.notification.seq || a.createdAt - b.createdAt
}

function note(history: History, { id, channel, state, notification }: DeliveryRecord): void {
  history.ids.add(id)
  if (state !== 'skipped') history.channels.add(channel)
  history.told.set(notification.seq, notification.told)
}

function toldBefore({ told }: History, seq: number): Told | null {
  const last = Math.max(...[...told.keys()].filter((known) => known < seq))
  return told.get(last) ?? null
}

function evict({ deps, histories, queues }: State): void {
  const kept = deps.keptHistories ?? KEPT_HISTORIES
  if (histories.size <= kept) return
  const held = (incident: string): boolean =>
    [...queues.values()].some(({ queue }) => queue.holds(incident))
  for (const incident of histories.keys()) {
    if (histories.size <= kept) return
    if (!held(incident)) histories.delete(incident)
  }
}

async function recover(state: State): Promise<void> {
  const pending = await state.deps.deliveries.pending()
  const incidents = new Set([...pending].sort(byCreation).map(({ incident }) => incident))
  for (const incident of incidents) {
    await state.serial.run(incident, () => load(state, incident))
  }
}

function byCreation(a: DeliveryRecord, b: DeliveryRecord): number {
  return a.createdAt - b.createdAt || byOrder(a, b)
}

async function redeliver(state: State, id: string): Promise<DeliveryRecord> {
  const { deliveries, clock } = state.deps
  const found = await deliveries.find(id)
  if (found === null) throw new AppError('not_found', 'there is no such delivery', { id })
  const target = state.queues.get(found.channel)
  if (target === undefined) {
    throw new AppError('conflict', 'its channel is not configured any more', { id })
  }
  const { queue } = target
  return state.serial.run(found.incident, async () => {
    const history = await load(state, found.incident)
    await queue.enable()
    const waiting = queue.find(id)
    const record = renew(waiting ?? (await deliveries.find(id)) ?? found, clock.now())
    // Under way already: its outcome will come.
    if (waiting !== undefined && !queue.replace(record)) return waiting
    await persist(state, record)
    history.channels.add(record.channel)
    queue.push(record)
    return record
  })
}
