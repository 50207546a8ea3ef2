/**
 * The fold: takes durable entries in the order of their offsets, lets the engine decide, and passes
 * on what changed: first to the records, then to the outbox, then to whoever listens.
 */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { IN_STORM } from './core/decision.ts'
import type { Applied, Engine } from './core/engine/engine.ts'
import type { Entry, JournalRecord } from './core/entry.ts'
import { AppError, ERROR_CODES } from './core/errors.ts'
import { sampleLedger } from './core/ledger.ts'
import type { IngestItem } from './core/model.ts'
import type { State } from './core/state.ts'
import type { EpochMs } from './core/time.ts'
import type { Journal } from './journal/journal.ts'
import type { FaultPoint } from './store/fault.ts'
import type { RecordBatch, RecordWriter } from './store/records.ts'
import type { Metrics } from './telemetry/metrics.ts'

export interface FoldDeps {
  readonly engine: Engine
  readonly journal: Pick<Journal, 'read'>
  readonly records: RecordWriter
  /** Puts news into the outbox; resolves when it is durable there. */
  readonly announce: (applied: Applied) => Promise<void>
  readonly epoch: number
  readonly metrics: Metrics
  readonly now: () => EpochMs
  readonly fault: FaultPoint
  readonly onFault: (fault: AppError) => void
  /** News could not be put into the outbox yet; it is tried again. */
  readonly onDelay?: (cause: AppError) => void
  readonly decode: (entry: Entry) => readonly IngestItem[]
}

export type Listener = (applied: Applied) => void

/** The fold gives the event loop a turn after working this long. */
const TURN_MS = 12
/** Waits before news are put into the outbox again. */
const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 5000

interface Waiting {
  readonly record: JournalRecord
  /** `null`: to be read when it is applied. */
  readonly items: readonly IngestItem[] | null
  /** Length of the body. */
  readonly size: number
  readonly done: (applied: Applied) => void
}

export class Fold {
  private readonly deps: FoldDeps
  private readonly inbox = new Map<number, Waiting>()
  private readonly tasks: (() => void)[] = []
  private readonly listeners = new Set<Listener>()
  private readonly watchers = new Set<() => void>()
  private readonly news: { readonly applied: Applied; readonly seq: number }[] = []
  /** Entries whose news were queued since the start, and those whose news are durable. */
  private queued = 0
  private durable = 0
  private readonly patient: { readonly upTo: number; done(): void; fail(): void }[] = []
  private readonly ending = new AbortController()
  private readonly ended = once(this.ending.signal, 'abort').then(() => false)
  private running: Promise<void> = Promise.resolve()
  private telling: Promise<void> = Promise.resolve()
  private active = false
  private stopped = false
  private size = 0

  constructor(deps: FoldDeps) {
    this.deps = deps
  }

  /** Entries that are durable and not applied yet. */
  get lag(): number {
    return this.inbox.size
  }

  /** Length of the bodies of those entries; in memory each takes several times as much. */
  get lagSize(): number {
    return this.size
  }

  /** Queues a durable entry. */
  take(record: JournalRecord, items: readonly IngestItem[] | null): void {
    this.queue(record, items, () => undefined)
  }

  /** Queues a durable entry and resolves with what it brought about. */
  apply(record: JournalRecord, items: readonly IngestItem[]): Promise<Applied> {
    return new Promise((done) => this.queue(record, items, done))
  }

  /** Told of what each entry changed once its records can be read from the store. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  /** Called right after each entry, before its records are stored. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher)
    return () => {
      this.watchers.delete(watcher)
    }
  }

  /** Runs `work` between two entries. */
  between<T>(work: (engine: Engine) => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.tasks.push(() => {
        try {
          resolve(work(this.deps.engine))
        } catch (cause) {
          reject(cause)
        }
      })
      this.start()
    })
  }

  /** Resolves when the records of everything applied so far are in the store. */
  async recorded(): Promise<void> {
    await this.deps.records.flushed(this.deps.engine.state.seq)
  }

  /** Resolves when everything queued has been applied, announced and recorded. */
  async settled(): Promise<void> {
    while (this.active) await this.running
    await this.told()
    await this.recorded()
  }

  /**
   * Resolves when the news of everything applied so far is durable in the outbox, however much
   * follows; rejects where the fold was stopped before.
   */
  told(): Promise<void> {
    const upTo = this.queued
    if (this.durable >= upTo) return Promise.resolve()
    return new Promise((done, reject) => {
      const fail = (): void => reject(new AppError('store_unavailable', 'the fold was stopped'))
      this.patient.push({ upTo, done, fail })
    })
  }

  /** Stops after the entry at hand; what waits comes back from the journal. */
  async stop(): Promise<void> {
    this.stopped = true
    this.ending.abort()
    await this.running
    await this.telling
    for (const { fail } of this.patient.splice(0)) fail()
  }

  private queue(
    record: JournalRecord,
    items: Waiting['items'],
    done: (applied: Applied) => void,
  ): void {
    const size = record.entry.kind === 'received' ? record.entry.body.length : 0
    this.size += size
    this.inbox.set(record.offset, { record, items, size, done })
    this.start()
  }

  private start(): void {
    if (this.active || this.stopped) return
    this.active = true
    this.running = this.pump().then(
      () => {
        this.active = false
        if (this.inbox.size > 0 || this.tasks.length > 0) this.start()
      },
      (cause: unknown) => {
        this.active = false
        this.stopped = true
        const { offset } = this.deps.engine.state
        const fault = new AppError('internal', 'an entry could not be applied', { offset }, cause)
        this.deps.onFault(fault)
      },
    )
  }

  private async pump(): Promise<void> {
    const { engine } = this.deps
    let turn = performance.now()
    await Promise.resolve()
    while (!this.stopped) {
      for (const task of this.tasks.splice(0)) task()
      if (this.inbox.size > 0) await this.applyNext()
      else if (!engine.prepare()) return
      if (performance.now() - turn < TURN_MS) continue
      await new Promise((resolve) => setImmediate(resolve))
      turn = performance.now()
      // also under load, or an answer would have to do all of it at once
      engine.prepare()
    }
  }

  private async applyNext(): Promise<void> {
    const { engine, records } = this.deps
    const waiting = this.inbox.get(engine.state.offset + 1)
    if (waiting === undefined) await this.fillGap()
    else {
      this.inbox.delete(waiting.record.offset)
      this.size -= waiting.size
      const { record, items } = waiting
      waiting.done(this.applyOne(record, items ?? this.deps.decode(record.entry)))
      await records.ready()
    }
  }

  /** A gap before what waits is an append that failed, yet may have been stored after all. */
  private async fillGap(): Promise<void> {
    const { engine, journal, decode } = this.deps
    let first = Number.MAX_SAFE_INTEGER
    for (const offset of this.inbox.keys()) first = Math.min(first, offset)
    if (first <= engine.state.offset) {
      throw new AppError('internal', 'an offset came twice', { offset: first })
    }
    for await (const record of journal.read(engine.state.offset + 1, first - 1))
      this.applyOne(record, decode(record.entry))
    engine.state.offset = first - 1
  }

  private applyOne(record: JournalRecord, items: readonly IngestItem[]): Applied {
    const { engine, records, metrics, fault, epoch } = this.deps
    fault('fold.before_apply')
    const end = metrics.foldDuration.startTimer()
    const applied = engine.apply(record, items)
    end()
    fault('fold.after_apply')
    this.observe(record, applied)
    const { seq, scope, now } = engine.state
    records.put(toBatch(record, applied, engine.state), { epoch, seq, scope, at: now })
    this.pass(applied, seq)
    for (const watcher of this.watchers) watcher()
    return applied
  }

  private pass(applied: Applied, seq: number): void {
    this.queued += 1
    this.news.push({ applied, seq })
    if (this.news.length > 1) return
    this.telling = this.telling.then(() => this.tell())
  }

  /**
   * Tells everything that waits, together: one wait for the store, however much it is. Records come
   * first, so that whoever follows a notification's link finds what it speaks of.
   */
  private async tell(): Promise<void> {
    while (this.news.length > 0) {
      const news = [...this.news]
      // what is not durable at a stop comes back from the journal: no snapshot covers it
      if (!(await this.show(news))) return
      for (const { applied } of news) {
        if (!(await this.announce(applied))) return
        this.durable += 1
        while ((this.patient[0]?.upTo ?? Number.POSITIVE_INFINITY) <= this.durable)
          this.patient.shift()?.done()
      }
      this.news.splice(0, news.length)
    }
  }

  /** Tells the listeners what can be read from the store by then; false where it was stopped before. */
  private async show(news: readonly { readonly applied: Applied; readonly seq: number }[]) {
    const { records, onFault } = this.deps
    try {
      const stored = records.flushed(news.at(-1)?.seq ?? 0).then(() => true)
      if (!(await Promise.race([stored, this.ended]))) return false
      for (const listener of this.listeners) for (const { applied } of news) listener(applied)
    } catch (cause) {
      onFault(new AppError('internal', 'changes could not be shown', {}, cause))
    }
    return true
  }

  /** Tries until it succeeds; false where it was stopped before. What can never succeed is a fault. */
  private async announce(applied: Applied): Promise<boolean> {
    const { announce, onFault, onDelay } = this.deps
    for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(2 * waitMs, LAST_RETRY_MS)) {
      try {
        await announce(applied)
        return true
      } catch (cause) {
        if (!(cause instanceof AppError) || !ERROR_CODES[cause.code].retryable) {
          onFault(new AppError('internal', 'news could not be told', {}, cause))
          return true
        }
        onDelay?.(cause)
        await sleep(waitMs, undefined, { signal: this.ending.signal }).catch(() => undefined)
        if (this.stopped) return false
      }
    }
  }

  private observe({ entry }: JournalRecord, applied: Applied): void {
    const { metrics, now } = this.deps
    metrics.foldEntries.inc({ kind: entry.kind })
    metrics.foldLag.set(this.inbox.size)
    for (const { action, reason } of applied.decisions)
      if (action === 'incident.opened') metrics.incidentsOpened.inc()
      else if (action === 'problem.proposed') metrics.problemsProposed.inc()
      else if (action === 'storm.began') metrics.stormsBegun.inc()
      else if (action === 'incident.notified' && reason === IN_STORM) metrics.incidentsFolded.inc()
    if (entry.kind !== 'received') return
    for (const { outcome } of applied.outcomes) {
      metrics.ingestItems.inc({ source: entry.source, outcome })
      if (outcome === 'opened') metrics.provisionalLatency.observe((now() - entry.at) / 1000)
    }
    for (const { source, step } of applied.deadLetters) metrics.deadLetters.inc({ source, step })
  }
}

/** What the store keeps of an applied entry. */
export function toBatch(
  { entry }: JournalRecord,
  applied: Applied,
  { ledger, now }: Pick<State, 'ledger' | 'now'>,
): RecordBatch {
  const { outcomes, result: _result, estate, ...changes } = applied
  if (entry.kind === 'received' && outcomes.length > 0)
    return { ...changes, ledger: [sampleLedger(ledger, entry.source, now)] }
  if (entry.kind === 'silence') return { ...changes, silences: [entry.silence] }
  if (entry.kind === 'topology') {
    const items = [...entry.items, ...estate.items.values()]
    const kept = [...estate.relations.values()].map(({ relation }) => relation)
    const relations = [...entry.relations, ...kept]
    return { ...changes, topology: { mode: entry.mode, items, relations, gone: [] } }
  }
  if (estate.items.size > 0 || estate.relations.size > 0) {
    const all = [...estate.relations.values()]
    const relations = all.filter(({ gone }) => !gone).map(({ relation }) => relation)
    const gone = all.filter((one) => one.gone).map(({ relation }) => relation)
    const items = [...estate.items.values()]
    return { ...changes, topology: { mode: 'upsert', items, relations, gone } }
  }
  return changes
}
