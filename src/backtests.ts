/**
 * Backtests beside live traffic: one at a time, each in a thread of its own. What they came to is kept
 * in memory, the newest few of them; a restart forgets them.
 */
import { earliestTime, type PlanDeps } from './backtest-plan.ts'
import { runInThread } from './backtest-thread.ts'
import { changeRules } from './core/backtest/rule-change.ts'
import { AppError } from './core/errors.ts'
import { type LoadedRules, loadRules, readPackTexts } from './inputs.ts'
import type { Clock } from './notify/clock.ts'
import type { Backtest, BacktestAsked, Backtests } from './server/deps.ts'
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
  view: Backtest
  readonly abort: AbortController
}

export function openBacktests(deps: BacktestsDeps): RunningBacktests {
  const { clock, folder } = deps
  const jobs = new Map<string, Job>()
  let number = 0
  let queue: Promise<void> = Promise.resolve()

  const start = (by: string, asked: BacktestAsked): Backtest => {
    const now = loadRules(folder)
    // a fault of the rules is told at once, and not minutes later
    changeRules(now.packs, asked.change)
    const waiting = [...jobs.values()].filter(({ view }) => view.state === 'waiting')
    if (waiting.length >= MAX_WAITING)
      throw new AppError('overloaded', 'enough backtests wait already', { waiting: waiting.length })
    number += 1
    const job: Job = {
      view: newView(`BT-${number}`, by, asked, clock.now()),
      abort: new AbortController(),
    }
    jobs.set(job.view.id, job)
    forget(jobs)
    queue = queue.then(() => run(deps, job, now))
    return job.view
  }

  return {
    start,
    list: () => [...jobs.values()].map(({ view }) => view).reverse(),
    find: (id) => jobs.get(id)?.view,
    remove: (id) => {
      const job = jobs.get(id)
      if (job === undefined) return undefined
      if (job.view.endedAt !== null) jobs.delete(id)
      else cancel(job, clock.now())
      return job.view
    },
    earliest: () => earliestTime(deps.store),
    packs: () => readPackTexts(folder),
    cases: () => readPackTexts(folder, '.test'),
    stop: async () => {
      for (const job of jobs.values()) if (job.view.endedAt === null) cancel(job, clock.now())
      await queue
    },
  }
}

function newView(id: string, by: string, asked: BacktestAsked, createdAt: number): Backtest {
  return {
    ...{ id, by, asked, createdAt, state: 'waiting' },
    ...{ startedAt: null, endedAt: null, done: 0, total: null, failure: null, report: null },
  }
}

function cancel(job: Job, at: number): void {
  job.view = { ...job.view, state: 'cancelled', endedAt: at }
  job.abort.abort()
}

/** The oldest that have ended go. */
function forget(jobs: Map<string, Job>): void {
  for (const [id, { view }] of jobs) {
    if (jobs.size <= MAX_KEPT) return
    if (view.endedAt !== null) jobs.delete(id)
  }
}

async function run(deps: BacktestsDeps, job: Job, now: LoadedRules): Promise<void> {
  const { clock, log } = deps
  if (job.view.endedAt !== null) return
  job.view = { ...job.view, state: 'running', startedAt: clock.now() }
  const { from, to, change } = job.view.asked
  try {
    const report = await runInThread(deps, {
      task: { from, to, change, now: { version: now.version, packs: now.packs } },
      signal: job.abort.signal,
      onProgress: ({ done, total }) => {
        job.view = { ...job.view, done, total }
      },
      ...(deps.memoryMb === undefined ? {} : { memoryMb: deps.memoryMb }),
    })
    if (job.abort.signal.aborted) return
    job.view = { ...job.view, state: 'done', endedAt: clock.now(), report }
  } catch (cause) {
    if (job.abort.signal.aborted) return
    const failure = cause instanceof AppError ? cause.message : 'it failed: the log says why'
    job.view = { ...job.view, state: 'failed', endedAt: clock.now(), failure }
    log.warn({ err: cause, backtest: job.view.id }, 'a backtest failed')
  }
}
