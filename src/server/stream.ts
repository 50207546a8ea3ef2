/**
 * Live updates as server-sent events. What changed within a short window is sent once, as it is at
 * its end; the newest events are kept for clients that come back. Memory is bounded: whoever reads
 * too slowly is let go with a `reset`, and reads everything anew.
 */

import type { Applied } from '../core/engine/engine.ts'
import { AppError } from '../core/errors.ts'
import type { Change } from '../core/model.ts'
import type { AlertRecord, IncidentRecord, ProblemRecord, StormRecord } from '../core/record.ts'
import type { Journey } from '../journey.ts'
import type { Clock } from '../notify/clock.ts'
import type { StreamLimits } from './deps.ts'
import type { Lifecycle } from './lifecycle.ts'
import { toChange } from './schemas/cmdb.ts'
import { iso } from './schemas/common.ts'
import { toSummary } from './schemas/incident.ts'
import { toProblemSummary } from './schemas/problems.ts'
import { toStormView } from './schemas/storm.ts'
import type { AlertUpdate } from './schemas/stream.ts'
import { openClient, type StreamClient } from './stream-client.ts'

export interface HubDeps {
  readonly journey: Journey
  readonly clock: Clock
  readonly lifecycle: Lifecycle
  readonly ledger: () => unknown
  readonly limits?: StreamLimits | undefined
}

export interface Hub {
  /**
   * A stream for one client. With the id of the last event it saw it goes on after that; where
   * that is not kept any more, it begins with a `reset`.
   *
   * @throws AppError `overloaded` where there are too many clients
   */
  connect(lastEventId: string | undefined): ReadableStream<Uint8Array>
  clients(): number
}

/** One event, made into bytes when somebody wants it. */
interface Frame {
  readonly event: 'incident' | 'problem' | 'storm' | 'alert' | 'change' | 'ledger' | 'reset'
  /** Only the last event of a group has one: who has it has the whole group. */
  readonly id: string | null
  readonly data: () => unknown
  bytes: Uint8Array | null
}

const KEEP_ALIVE_MS = 15_000
const LEDGER_MS = 1000
const WINDOW_MS = 100
const KEPT = 5000
const CLIENTS = 200
const QUEUE_BYTES = 2 ** 20

const encoder = new TextEncoder()
const KEEP_ALIVE = encoder.encode(': still here\n\n')
const RETRY = encoder.encode('retry: 2000\n\n')

export function createHub(deps: HubDeps): Hub {
  const hub = new LiveHub(deps)
  deps.journey.listen((applied) => hub.take(applied))
  deps.lifecycle.onStop(() => hub.stop())
  return hub
}

class LiveHub implements Hub {
  private readonly deps: HubDeps
  private readonly open = new Set<StreamClient>()
  private readonly kept: Frame[] = []
  private readonly incidents = new Map<string, IncidentRecord>()
  private readonly alerts = new Map<string, AlertRecord>()
  private readonly changes = new Map<string, Change>()
  private readonly problems = new Map<string, ProblemRecord>()
  private readonly storms = new Map<string, StormRecord>()
  /** Number of the newest decision, and how many groups of events carry it already. */
  private seq: number
  private groups = 1
  /** The id before the oldest event that is kept. */
  private before: string
  private flushAt: unknown = null
  private lastFlush = Number.NEGATIVE_INFINITY
  private ledgerAt: unknown = null
  private keepAliveAt: unknown = null

  constructor(deps: HubDeps) {
    this.deps = deps
    this.seq = deps.journey.engine.state.seq
    this.before = String(this.seq)
  }

  clients(): number {
    return this.open.size
  }

  connect(lastEventId: string | undefined): ReadableStream<Uint8Array> {
    const { limits } = this.deps
    if (this.open.size >= (limits?.clients ?? CLIENTS)) {
      throw new AppError('overloaded', 'too many live streams are open')
    }
    const queueBytes = limits?.queueBytes ?? QUEUE_BYTES
    const missed = lastEventId === undefined ? [] : this.missed(lastEventId, queueBytes / 2)
    const client = openClient({
      queueBytes,
      onSlow: () => encode(this.reset('too_slow')),
      onClosed: () => this.open.delete(client),
    })
    this.open.add(client)
    client.push(RETRY)
    if (missed === null) client.push(encode(this.reset('too_old')))
    else for (const bytes of missed) client.push(bytes)
    client.push(encode(this.ledgerFrame()))
    this.keepAliveAt ??= this.later(() => this.keepAlive(), KEEP_ALIVE_MS)
    return client.stream
  }

  /** Takes over what an entry changed; of one thing only its newest state is told. */
  take({ decisions, incidents, alerts, changes, problems, storms }: Applied): void {
    const seq = decisions.at(-1)?.seq
    if (seq !== undefined && seq > this.seq) {
      this.seq = seq
      this.groups = 0
    }
    for (const incident of incidents) this.incidents.set(incident.id, incident)
    for (const alert of alerts) this.alerts.set(`${alert.id}.${alert.episode}`, alert)
    for (const change of changes) this.changes.set(change.id, change)
    for (const problem of problems) this.problems.set(problem.id, problem)
    for (const storm of storms) this.storms.set(storm.id, storm)
    const windowMs = this.deps.limits?.windowMs ?? WINDOW_MS
    const wait = Math.max(0, this.lastFlush + windowMs - this.deps.clock.now())
    this.flushAt ??= this.later(() => this.flush(), wait)
  }

  stop(): void {
    const { clock } = this.deps
    for (const timer of [this.flushAt, this.ledgerAt, this.keepAliveAt]) clock.clearTimeout(timer)
    for (const client of [...this.open]) client.end()
  }

  private flush(): void {
    this.flushAt = null
    this.lastFlush = this.deps.clock.now()
    const news = [
      ...[...this.alerts.values()].map((alert) => frameOf('alert', () => toUpdate(alert))),
      ...[...this.changes.values()].map((change) => frameOf('change', () => toChange(change))),
      ...[...this.problems.values()].map((one) => frameOf('problem', () => toProblemSummary(one))),
      ...[...this.storms.values()].map((one) => frameOf('storm', () => toStormView(one))),
      ...[...this.incidents.values()].map((one) => frameOf('incident', () => toSummary(one))),
    ]
    this.alerts.clear()
    this.changes.clear()
    this.problems.clear()
    this.storms.clear()
    this.incidents.clear()
    const last = news.pop()
    if (last !== undefined) {
      const id = this.nextId()
      this.groups += 1
      this.publish([...news, { ...last, id }])
    }
    if (this.open.size > 0) {
      this.ledgerAt ??= this.later(() => this.tellLedger(), LEDGER_MS)
    }
  }

  /** `<seq>`; `<seq>.<n>` for further news that came without a decision. */
  private nextId(): string {
    return this.groups === 0 ? String(this.seq) : `${this.seq}.${this.groups}`
  }

  private publish(frames: readonly Frame[]): void {
    this.kept.push(...frames)
    const limit = this.deps.limits?.kept ?? KEPT
    while (this.kept.length > limit) {
      const gone = this.kept.shift()
      if (gone !== undefined && gone.id !== null) this.before = gone.id
      // part of a group is of no use: who resumes does so between groups
      else if (gone !== undefined) this.dropRest()
    }
    for (const client of this.open) for (const frame of frames) client.push(encode(frame))
  }

  private dropRest(): void {
    for (let gone = this.kept.shift(); gone !== undefined; gone = this.kept.shift()) {
      if (gone.id === null) continue
      this.before = gone.id
      return
    }
  }

  /** What came after an event; `null` where it is too much, or not known any more. */
  private missed(id: string, limit: number): readonly Uint8Array[] | null {
    const at = this.kept.findLastIndex((frame) => frame.id === id)
    if (at === -1 && id !== this.before) return null
    let size = 0
    const found: Uint8Array[] = []
    for (const frame of this.kept.slice(at + 1)) {
      const bytes = encode(frame)
      size += bytes.length
      if (size > limit) return null
      found.push(bytes)
    }
    return found
  }

  /** The id to go on from: of the newest event that is kept. */
  private resumeId(): string {
    return this.kept.at(-1)?.id ?? this.before
  }

  private reset(reason: 'too_old' | 'too_slow'): Frame {
    return { event: 'reset', id: this.resumeId(), data: () => ({ reason }), bytes: null }
  }

  private ledgerFrame(): Frame {
    return { event: 'ledger', id: this.resumeId(), data: this.deps.ledger, bytes: null }
  }

  private tellLedger(): void {
    this.ledgerAt = null
    const bytes = encode(this.ledgerFrame())
    for (const client of this.open) client.push(bytes)
  }

  private keepAlive(): void {
    for (const client of this.open) client.push(KEEP_ALIVE)
    this.keepAliveAt =
      this.open.size === 0 ? null : this.later(() => this.keepAlive(), KEEP_ALIVE_MS)
  }

  private later(what: () => void, ms: number): unknown {
    return this.deps.clock.setTimeout(what, ms)
  }
}

function frameOf(event: Frame['event'], data: () => unknown): Frame {
  return { event, id: null, data, bytes: null }
}

function encode(frame: Frame): Uint8Array {
  if (frame.bytes !== null) return frame.bytes
  const id = frame.id === null ? '' : `id: ${frame.id}\n`
  const text = `${id}event: ${frame.event}\ndata: ${JSON.stringify(frame.data())}\n\n`
  frame.bytes = encoder.encode(text)
  return frame.bytes
}

function toUpdate(alert: AlertRecord): AlertUpdate {
  const { id, episode, incident, state, severity, title, source, stale } = alert
  return {
    key: `${id}.${episode}`,
    id,
    incident,
    state,
    severity,
    title,
    source,
    stale,
    ci: alert.binding?.ci ?? null,
    suppressed: alert.suppressedBy !== null,
    startsAt: iso(alert.startsAt),
    endsAt: iso(alert.endsAt),
    lastSeenAt: iso(alert.lastSeenAt),
  }
}
