/**
 * Backtests beside live traffic: one at a time, each in a thread of its own. The newest few are kept in
 * the store with what they came to; of each proposed rule the newest one, as long as there is room.
 */
import { earliestTime, type PlanDeps } from './backtest-plan.ts'
import { runInThread } from './backtest-thread.ts'
import { changeRules } from './core/backtest/rule-change.ts'
import { AppError } from './core/errors.ts'
import { type LoadedRules, loadRules, readPackTexts } from './inputs.ts'
import type { Clock } from './notify/clock.ts'
import type { Backtest, BacktestAsked, Backtests } from './server/deps.ts'
import {
  deleteBacktest,
  putBacktest,
  readBacktests,
  type StoredBacktest,
} from './store/backtests.ts'
import type { Log } from './telemetry/log.ts'

export interface BacktestsDeps extends PlanDeps {
  /** Folder of the rules in force. */
  readonly folder: string
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  /** Heap of a thread in MiB; 2,048 unless given. */
  readonly memoryMb?: number
}

export interface RunningBacktests extends Backtests {
  /** Cancels all and waits for their ends. */
  stop(): Promise<void>
}

const MAX_KEPT = 20
const MAX_WAITING = 5

interface Job {
  readonly number: number
  view: Backtest
  /** Rises whenever it is written. */
  version: number
  readonly abort: AbortController
}

/** A backtest as it is stored. */
type Kept = StoredBacktest & { readonly view: Backtest }

/** Those of before are there; one that a crash cut short has failed. */
export async function openBacktests(deps: BacktestsDeps): Promise<RunningBacktests> {
  const { items, newest } = await readBacktests<Kept>(deps.store)
  const running = new Running(deps, newest)
  for (const item of [...items].reverse()) running.restore(item)
  return running
}

class Running implements RunningBacktests {
  private readonly deps: BacktestsDeps
  /** By id, the oldest first. */
  private readonly jobs = new Map<string, Job>()
  private number: number
  private queue: Promise<void> = Promise.resolve()
  private writing: Promise<void> = Promise.resolve()

  constructor(deps: BacktestsDeps, newest: number) {
    this.deps = deps
    this.number = newest
  }

  restore({ number, version, view }: Kept): void {
    const job: Job = { number, version, view, abort: new AbortController() }
    this.jobs.set(view.id, job)
    if (view.endedAt !== null) return
    const endedAt = this.deps.clock.now()
    this.change(job, { state: 'failed', endedAt, failure: 'the server stopped before it ended' })
  }

  start(by: string, asked: BacktestAsked): Backtest {
    const now = loadRules(this.deps.folder)
    // a fault of the rules is told at once, and not minutes later
    changeRules(now.packs, asked.change)
    const waiting = [...this.jobs.values()].filter(({ view }) => view.state === 'waiting')
    if (waiting.length >= MAX_WAITING)
      throw new AppError('overloaded', 'enough backtests wait already', { waiting: waiting.length })
    this.number += 1
    const job: Job = {
      ...{ number: this.number, version: 0, abort: new AbortController() },
      view: newView(`BT-${this.number}`, by, asked, this.deps.clock.now()),
    }
    this.jobs.set(job.view.id, job)
    this.keep(job)
    for (const old of toForget([...this.jobs.values()])) this.forget(old)
    this.queue = this.queue.then(() => this.run(job, now))
    return job.view
  }

  list(): readonly Backtest[] {
    return [...this.jobs.values()].map(({ view }) => view).reverse()
  }

  find(id: string): Backtest | undefined {
    return this.jobs.get(id)?.view
  }

  remove(id: string): Backtest | undefined {
    const job = this.jobs.get(id)
    if (job === undefined) return undefined
    if (job.view.endedAt === null) this.cancel(job)
    else this.forget(job)
    return job.view
  }

  earliest(): Promise<number | null> {
    return earliestTime(this.deps.store)
  }

  packs(): Readonly<Record<string, string>> {
    return readPackTexts(this.deps.folder)
  }

  cases(): Readonly<Record<string, string>> {
    return readPackTexts(this.deps.folder, '.test')
  }

  async stop(): Promise<void> {
    for (const job of this.jobs.values()) if (job.view.endedAt === null) this.cancel(job)
    await this.queue
    await this.writing
  }

  private cancel(job: Job): void {
    this.change(job, { state: 'cancelled', endedAt: this.deps.clock.now() })
    job.abort.abort()
  }

  private change(job: Job, change: Partial<Backtest>): void {
    job.view = { ...job.view, ...change }
    this.keep(job)
  }

  private keep(job: Job): void {
    job.version += 1
    const { number, version, view } = job
    this.write(() => putBacktest<Kept>(this.deps.store, { number, version, view }))
  }

  private forget(job: Job): void {
    this.jobs.delete(job.view.id)
    const { number, version } = job
    this.write(() => deleteBacktest(this.deps.store, { number, version }))
  }

  /** One after the other; what cannot be stored is there until the server stops. */
  private write(put: () => Promise<void>): void {
    const { log } = this.deps
    this.writing = this.writing
      .then(put)
      .catch((cause: unknown) => log.warn({ err: cause }, 'a backtest could not be stored'))
  }

  private async run(job: Job, now: LoadedRules): Promise<void> {
    const { clock, log, memoryMb } = this.deps
    if (job.view.endedAt !== null) return
    job.view = { ...job.view, state: 'running', startedAt: clock.now() }
    const { from, to, change } = job.view.asked
    try {
      const report = await runInThread(this.deps, {
        task: { from, to, change, now: { version: now.version, packs: now.packs } },
        signal: job.abort.signal,
        onProgress: ({ done, total }) => {
          job.view = { ...job.view, done, total }
        },
        ...(memoryMb === undefined ? {} : { memoryMb }),
      })
      if (job.abort.signal.aborted) return
      this.change(job, { state: 'done', endedAt: clock.now(), report })
    } catch (cause) {
      if (job.abort.signal.aborted) return
      const failure = cause instanceof AppError ? cause.message : 'it failed: the log says why'
      this.change(job, { state: 'failed', endedAt: clock.now(), failure })
      log.warn({ err: cause, backtest: job.view.id }, 'a backtest failed')
    }
  }
}

function newView(id: string, by: string, asked: BacktestAsked, createdAt: number): Backtest {
  return {
    ...{ id, by, asked, createdAt, state: 'waiting' },
    ...{ startedAt: null, endedAt: null, done: 0, total: null, failure: null, report: null },
  }
}

/** Those that have ended and are too many: the oldest, the newest of each proposal last. */
function toForget(jobs: readonly Job[]): readonly Job[] {
  const newest = new Map(jobs.map((job) => [job.view.asked.proposal, job]))
  const isNewest = (job: Job): boolean => {
    const { proposal } = job.view.asked
    return proposal !== undefined && newest.get(proposal) === job
  }
  const ended = jobs.filter(({ view }) => view.endedAt !== null)
  const inOrder = [
    ...ended.filter((job) => !isNewest(job)),
    ...ended.filter((job) => isNewest(job)),
  ]
  return inOrder.slice(0, Math.max(0, jobs.length - MAX_KEPT))
}
