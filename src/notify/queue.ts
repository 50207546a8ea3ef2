/**
 * The deliveries of one channel. Those of one incident form a lane: first in, first out, one at a
 * time, so that a resolve never overtakes its open. Lanes run side by side up to the channel's
 * limit; the most urgent incident that is due goes first.
 */

import type { EpochMs } from '../core/time.ts'
import { compare } from '../core/topology.ts'
import type { Channel } from './channel.ts'
import type { Clock } from './clock.ts'
import type { DeliveryRecord, SendResult } from './delivery.ts'
import type { Notification } from './notification.ts'
import { disable, settle } from './policy.ts'

export interface QueueDeps {
  readonly channel: Channel
  readonly send: (notification: Notification) => Promise<SendResult>
  /** Resolves when the record is durable; does not reject. */
  readonly persist: (record: DeliveryRecord) => Promise<void>
  readonly clock: Clock
  readonly random: () => number
}

export interface QueueStatus {
  readonly waiting: number
  /** Why the channel is switched off; null while it is not. */
  readonly disabled: string | null
  readonly lastDeliveredAt: EpochMs | null
  readonly lastError: { readonly at: EpochMs; readonly error: string } | null
}

export interface Queue {
  /** Adds a pending record at the end of its incident's lane, unless it is in it. */
  push(record: DeliveryRecord): void
  holds(incident: string): boolean
  find(id: string): DeliveryRecord | undefined
  /** Replaces a waiting record; false where it is under way or not here. */
  replace(record: DeliveryRecord): boolean
  /** Takes a switched-off channel into use again, once what was waiting has been written off. */
  enable(): Promise<void>
  status(): QueueStatus
  /** Resolves when no attempt is under way; what waits for its time does not count. */
  idle(): Promise<void>
  /** No attempt begins after this; resolves when those under way have ended. */
  stop(): Promise<void>
}

/** Attempts side by side, and the least time between two of them. Slack takes one a second. */
const PACE = {
  webhook: { concurrency: 4, intervalMs: 0 },
  slack: { concurrency: 1, intervalMs: 1000 },
} as const

interface Lane {
  readonly incident: string
  readonly records: DeliveryRecord[]
  busy: boolean
}

interface State {
  readonly deps: QueueDeps
  readonly lanes: Map<string, Lane>
  readonly work: Set<Promise<void>>
  running: number
  nextStartAt: EpochMs
  timer: unknown
  stopped: boolean
  disabled: string | null
  lastDeliveredAt: EpochMs | null
  lastError: { readonly at: EpochMs; readonly error: string } | null
}

export function createQueue(deps: QueueDeps): Queue {
  const state: State = {
    deps,
    lanes: new Map(),
    work: new Set(),
    running: 0,
    nextStartAt: 0,
    timer: undefined,
    stopped: false,
    disabled: null,
    lastDeliveredAt: null,
    lastError: null,
  }
  const idle = async (): Promise<void> => {
    while (state.work.size > 0) await Promise.all(state.work)
  }
  return {
    push: (record) => push(state, record),
    holds: (incident) => state.lanes.has(incident),
    find: (id) => all(state).find((record) => record.id === id),
    replace: (record) => replace(state, record),
    enable: async () => {
      if (state.disabled === null) return
      await idle()
      state.disabled = null
      pump(state)
    },
    status: () => ({
      waiting: all(state).length,
      disabled: state.disabled,
      lastDeliveredAt: state.lastDeliveredAt,
      lastError: state.lastError,
    }),
    idle,
    stop: async () => {
      state.stopped = true
      deps.clock.clearTimeout(state.timer)
      await idle()
    },
  }
}

function all({ lanes }: State): DeliveryRecord[] {
  return [...lanes.values()].flatMap(({ records }) => records)
}

function push(state: State, record: DeliveryRecord): void {
  const { incident, id } = record
  const lane = state.lanes.get(incident) ?? { incident, records: [], busy: false }
  if (lane.records.some((known) => known.id === id)) return
  lane.records.push(record)
  state.lanes.set(incident, lane)
  pump(state)
}

function replace(state: State, record: DeliveryRecord): boolean {
  const lane = state.lanes.get(record.incident)
  const index = lane?.records.findIndex(({ id }) => id === record.id) ?? -1
  if (lane === undefined || index === -1 || (lane.busy && index === 0)) return false
  lane.records[index] = record
  pump(state)
  return true
}

/** Starts what may start now and sets the timer for what may start next. */
function pump(state: State): void {
  const { clock, channel } = state.deps
  clock.clearTimeout(state.timer)
  if (state.stopped) return
  if (state.disabled !== null) {
    for (const lane of idleLanes(state)) track(state, writeOff(state, lane))
    return
  }
  const { concurrency, intervalMs } = PACE[channel.type]
  while (state.running < concurrency) {
    const lane = idleLanes(state).reduce<Lane | undefined>(sooner(clock.now()), undefined)
    const record = lane?.records[0]
    if (lane === undefined || record === undefined) return
    const dueAt = Math.max(record.nextAttemptAt ?? 0, state.nextStartAt)
    const wait = dueAt - clock.now()
    if (wait > 0) {
      state.timer = clock.setTimeout(() => pump(state), wait)
      return
    }
    state.nextStartAt = clock.now() + intervalMs
    track(state, attempt(state, lane, record))
  }
}

function idleLanes({ lanes }: State): Lane[] {
  return [...lanes.values()].filter(({ busy }) => !busy)
}

/** Of two lanes the one to serve first: due before not due, then by priority, time and incident. */
function sooner(now: EpochMs): (a: Lane | undefined, b: Lane) => Lane | undefined {
  return (a, b) => {
    const [left, right] = [a?.records[0], b.records[0]]
    if (left === undefined || right === undefined) return right === undefined ? a : b
    const [leftAt, rightAt] = [left.nextAttemptAt ?? 0, right.nextAttemptAt ?? 0]
    const bothDue = leftAt <= now && rightAt <= now
    const order =
      (bothDue ? left.notification.priority - right.notification.priority : 0) ||
      leftAt - rightAt ||
      compare(left.id, right.id)
    return order <= 0 ? a : b
  }
}

async function attempt(state: State, lane: Lane, record: DeliveryRecord): Promise<void> {
  const { clock, random, persist } = state.deps
  lane.busy = true
  state.running += 1
  const startedAt = clock.now()
  const result = await trySend(state, record)
  const now = clock.now()
  const settled = settle(record, result, { startedAt, now, random: random() })
  observe(state, result, now)
  const off = state.disabled !== null && settled.state === 'pending'
  const next = off ? disable(settled, state.disabled ?? '') : settled
  await persist(next)
  if (next.state === 'pending') lane.records[0] = next
  else lane.records.shift()
  state.running -= 1
  release(state, lane)
}

async function trySend({ deps }: State, { notification }: DeliveryRecord): Promise<SendResult> {
  try {
    return await deps.send(notification)
  } catch {
    return { outcome: 'failed', status: null, error: 'the message could not be built' }
  }
}

function observe(state: State, result: SendResult, now: EpochMs): void {
  if (result.outcome === 'delivered') {
    state.lastDeliveredAt = now
    return
  }
  state.lastError = { at: now, error: result.error }
  if (result.outcome === 'gone') state.disabled = result.error
  // Who asks for a pause means all of us, not only this message.
  if (result.outcome === 'retry' && result.retryAfterMs !== null) {
    state.nextStartAt = Math.max(state.nextStartAt, now + result.retryAfterMs)
  }
}

/** Ends every record of a lane whose channel is switched off. */
async function writeOff(state: State, lane: Lane): Promise<void> {
  lane.busy = true
  for (let record = lane.records[0]; record !== undefined; record = lane.records[0]) {
    await state.deps.persist(disable(record, state.disabled ?? ''))
    lane.records.shift()
  }
  release(state, lane)
}

function release(state: State, lane: Lane): void {
  lane.busy = false
  if (lane.records.length === 0) state.lanes.delete(lane.incident)
  pump(state)
}

function track({ work }: State, task: Promise<void>): void {
  work.add(task)
  void task.finally(() => work.delete(task))
}
