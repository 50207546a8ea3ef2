/**
 * The thread of one backtest. The store belongs to the main thread: chunks of the snapshot and
 * entries come as messages, some at a time, each batch answered once it is worked off.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { type BacktestTask, runBacktest } from './backtest-run.ts'
import type { Report } from './core/backtest/report.ts'
import type { Chunk } from './core/engine/snapshot.ts'
import type { JournalRecord } from './core/entry.ts'
import { AppError, type ErrorCode } from './core/errors.ts'

export interface WorkerTask extends BacktestTask {
  /** Chunks of a snapshot come before the entries. */
  readonly hasSnapshot: boolean
}

/** To the thread; an empty batch ends what it is a batch of. */
export type Fed =
  | { readonly kind: 'chunks'; readonly chunks: readonly Chunk[] }
  | { readonly kind: 'entries'; readonly entries: readonly JournalRecord[] }

/** From the thread. */
export type Told =
  | { readonly kind: 'taken' }
  | { readonly kind: 'progress'; readonly done: number }
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }

const port = parentPort
if (port === null) throw new Error('this is the thread of a backtest, not a program')
const tell = (told: Told): void => port.postMessage(told)

const inbox: Fed[] = []
let wake = (): void => undefined
port.on('message', (fed: Fed) => {
  inbox.push(fed)
  wake()
})

async function next(): Promise<Fed> {
  for (;;) {
    const fed = inbox.shift()
    if (fed !== undefined) return fed
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
}

async function* chunks(): AsyncGenerator<Chunk> {
  for (;;) {
    const fed = await next()
    if (fed.kind !== 'chunks' || fed.chunks.length === 0) return
    yield* fed.chunks
    tell({ kind: 'taken' })
  }
}

async function* records(): AsyncGenerator<JournalRecord> {
  for (;;) {
    const fed = await next()
    if (fed.kind !== 'entries' || fed.entries.length === 0) return
    yield* fed.entries
    tell({ kind: 'taken' })
  }
}

async function work({ hasSnapshot, ...task }: WorkerTask): Promise<Told> {
  try {
    const report = await runBacktest(task, {
      chunks: hasSnapshot ? chunks() : null,
      records: records(),
      onProgress: (done) => tell({ kind: 'progress', done }),
    })
    return { kind: 'report', report }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    return { kind: 'failed', code: cause instanceof AppError ? cause.code : 'internal', message }
  }
}

/** Guarantee: `src/backtest-thread.ts` starts this file, and gives it nothing else. */
const task = workerData as WorkerTask
void work(task).then((told) => {
  tell(told)
  port.close()
})
