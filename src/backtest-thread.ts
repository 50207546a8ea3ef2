/** Starts the thread of a backtest and feeds it from the store, never more than it can work off. */
import { Worker } from 'node:worker_threads'
import { type BacktestPlan, type PlanDeps, planBacktest } from './backtest-plan.ts'
import type { BacktestTask } from './backtest-run.ts'
import type { Fed, Told, WorkerTask } from './backtest-worker.ts'
import type { Report } from './core/backtest/report.ts'
import type { Chunk } from './core/engine/snapshot.ts'
import type { JournalRecord } from './core/entry.ts'
import { AppError } from './core/errors.ts'
import { backtestWorker } from './paths.ts'

export interface ThreadOptions {
  readonly task: Omit<BacktestTask, 'packs'>
  readonly signal: AbortSignal
  /** Told of the entries to be read, once that is known, and then of those that are done. */
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void
  /** Heap of the thread in MiB; 2,048 unless given. */
  readonly memoryMb?: number
}

const MEMORY_MB = 2048
const BATCH = 500
const BATCH_SIZE = 2 ** 22
/** Batches that may wait in the thread. */
const AHEAD = 3

/**
 * Runs a backtest in a thread of its own; this one only reads pages of the journal.
 *
 * @throws AppError as {@link planBacktest} and the run do; `conflict` also where it was cancelled,
 * `overloaded` where it would need more memory
 */
export async function runInThread(deps: PlanDeps, options: ThreadOptions): Promise<Report> {
  const plan = await planBacktest(deps, options.task)
  const total = plan.last - plan.first + 1
  options.onProgress({ done: 0, total })
  const memoryMb = options.memoryMb ?? MEMORY_MB
  const workerData: WorkerTask = {
    ...options.task,
    packs: plan.packs,
    hasSnapshot: plan.snapshot !== null,
  }
  const worker = new Worker(backtestWorker(), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  })
  const thread = listen(worker, { ...options, total, memoryMb })
  try {
    // what fails in the thread ends the feeding, and the other way round
    await Promise.race([thread.report, feed(deps, plan, thread)])
    return await thread.report
  } finally {
    thread.end()
    await worker.terminate()
  }
}

interface Thread {
  readonly report: Promise<Report>
  /** Resolves when the thread has room for more; false: it wants none. */
  send(fed: Fed): Promise<boolean>
  end(): void
}

function listen(
  worker: Worker,
  {
    signal,
    onProgress,
    total,
    memoryMb,
  }: ThreadOptions & { readonly total: number; readonly memoryMb: number },
): Thread {
  let waiting = 0
  let go = (): void => undefined
  let ended = false
  const report = new Promise<Report>((resolve, reject) => {
    const cancel = (): void => reject(new AppError('conflict', 'it was cancelled'))
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    worker.on('message', (told: Told) => {
      if (told.kind === 'taken') {
        waiting -= 1
        go()
      } else if (told.kind === 'progress') onProgress({ done: told.done, total })
      else if (told.kind === 'report') resolve(told.report)
      else reject(new AppError(told.code, told.message))
    })
    worker.on('error', (cause) => reject(failure(cause, memoryMb)))
    worker.on('exit', () =>
      reject(new AppError('internal', 'the thread of the backtest has ended')),
    )
  })
  report.catch(() => undefined)
  return {
    report,
    send: async (fed) => {
      if (ended) return false
      waiting += isEnd(fed) ? 0 : 1
      worker.postMessage(fed)
      if (waiting >= AHEAD)
        await new Promise<void>((resolve) => {
          go = resolve
        })
      return !ended
    },
    end: () => {
      ended = true
      go()
    },
  }
}

function isEnd(fed: Fed): boolean {
  return (fed.kind === 'chunks' ? fed.chunks : fed.entries).length === 0
}

function failure(cause: unknown, memoryMb: number): AppError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : null
  return code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? new AppError('overloaded', `it needs more than ${memoryMb} MiB: choose a shorter range`)
    : new AppError('internal', 'the thread of the backtest failed', {}, cause)
}

async function feed({ journal }: PlanDeps, plan: BacktestPlan, thread: Thread): Promise<void> {
  if (plan.snapshot !== null) {
    for await (const chunks of batches<Chunk>(plan.snapshot.chunks, ({ data }) => data.length))
      if (!(await thread.send({ kind: 'chunks', chunks }))) return
    await thread.send({ kind: 'chunks', chunks: [] })
  }
  const size = ({ entry }: JournalRecord): number =>
    entry.kind === 'received' ? entry.body.length : 0
  for await (const entries of batches(journal.read(plan.first, plan.last), size))
    if (!(await thread.send({ kind: 'entries', entries }))) return
  await thread.send({ kind: 'entries', entries: [] })
}

async function* batches<T>(all: AsyncIterable<T>, sizeOf: (one: T) => number): AsyncGenerator<T[]> {
  let batch: T[] = []
  let size = 0
  for await (const one of all) {
    batch.push(one)
    size += sizeOf(one)
    if (batch.length < BATCH && size < BATCH_SIZE) continue
    yield batch
    batch = []
    size = 0
  }
  if (batch.length > 0) yield batch
}
