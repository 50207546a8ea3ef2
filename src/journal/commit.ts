/**
 * Group commit: calls that come while a write runs, or within one window of the last, go into the
 * next write together.
 */
import { AppError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import type { JournalStats } from './journal.ts'
import type { Tape } from './tape.ts'

export interface CommitterOptions {
  readonly tape: Tape
  readonly windowMs: number
  readonly batchBytes: number
  readonly queueBytes: number
}

export interface Committer {
  /** Stores the lines as one unit; answers the offset of the last. `at` is the time of that one. */
  append(lines: readonly Buffer[], at: EpochMs): Promise<number>
  stats(): JournalStats
  close(): Promise<void>
}

interface Call {
  readonly lines: readonly Buffer[]
  readonly bytes: number
  readonly at: EpochMs
  resolve(last: number): void
  reject(cause: AppError): void
}

/** One call may be larger than a batch, but not larger than what the store takes as one block. */
const MAX_CALL_BYTES = 512 * 2 ** 20
const MAX_CALL_LINES = 1_000_000

export function openCommitter(options: CommitterOptions): Committer {
  const line = openLine(options)
  const counts = { batches: 0, entries: 0, failedBatches: 0, lastInsertMs: 0 }
  let pumping: Promise<void> | null = null

  const commit = async (batch: readonly Call[]): Promise<void> => {
    const begun = performance.now()
    const lines = batch.flatMap((call) => call.lines)
    let offset = (await options.tape.write(lines, batch.at(-1)?.at ?? 0)) - 1
    counts.lastInsertMs = performance.now() - begun
    counts.batches += 1
    counts.entries += lines.length
    for (const call of batch) {
      offset += call.lines.length
      call.resolve(offset)
    }
  }

  const pump = async (): Promise<void> => {
    while (line.waiting().calls > 0) {
      const batch = await line.take()
      try {
        await commit(batch)
      } catch (cause) {
        counts.failedBatches += 1
        for (const call of batch) call.reject(notStored(cause))
      }
      line.done(batch)
    }
    pumping = null
  }

  return {
    append: (lines, at) => {
      const bytes = lines.reduce((sum, one) => sum + one.length, 0)
      const refusal = tooMuch(bytes, lines.length) ?? line.refusal(bytes)
      if (refusal !== null) return Promise.reject(refusal)
      return new Promise((resolve, reject) => {
        line.join({ lines, bytes, at, resolve, reject })
        pumping ??= pump()
      })
    },
    stats: () => {
      const { bytes, entries } = line.waiting()
      return { waitingBytes: bytes, waitingEntries: entries, ...counts }
    },
    close: async () => {
      line.close()
      await pumping
    },
  }
}

/** The calls that wait, and when the next of them may go. */
interface Line {
  /** Why a call of that size cannot join, if it cannot. */
  refusal(bytes: number): AppError | null
  join(call: Call): void
  /** Waits for the end of the window, then takes the oldest calls, at least one. */
  take(): Promise<readonly Call[]>
  /** Gives back the room of calls that were taken. */
  done(batch: readonly Call[]): void
  waiting(): { readonly calls: number; readonly entries: number; readonly bytes: number }
  close(): void
}

function openLine({ windowMs, batchBytes, queueBytes }: CommitterOptions): Line {
  const queue: Call[] = []
  const waiting = { bytes: 0, entries: 0 }
  let lastTaken = Number.NEGATIVE_INFINITY
  let wake: (() => void) | null = null
  let closed = false

  const window = async (): Promise<void> => {
    // also when nothing is to be waited for: what was appended in the same turn belongs together
    await new Promise<void>((resolve) => setImmediate(resolve))
    const rest = lastTaken + windowMs - performance.now()
    if (rest <= 0 || waiting.bytes >= batchBytes || closed) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, rest)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    wake = null
  }

  return {
    refusal: (bytes) => {
      if (closed) return new AppError('store_unavailable', 'the journal is closed')
      // one call always fits where nothing waits, however large
      if (waiting.bytes === 0 || waiting.bytes + bytes <= queueBytes) return null
      return new AppError('overloaded', 'the journal cannot keep up', {
        waitingBytes: waiting.bytes,
      })
    },
    join: (call) => {
      queue.push(call)
      waiting.bytes += call.bytes
      waiting.entries += call.lines.length
      if (waiting.bytes >= batchBytes) wake?.()
    },
    take: async () => {
      await window()
      lastTaken = performance.now()
      let bytes = 0
      const end = queue.findIndex((call, i) => {
        bytes += call.bytes
        return i > 0 && bytes > batchBytes
      })
      return queue.splice(0, end === -1 ? queue.length : end)
    },
    done: (batch) => {
      for (const call of batch) {
        waiting.bytes -= call.bytes
        waiting.entries -= call.lines.length
      }
    },
    waiting: () => ({ calls: queue.length, ...waiting }),
    close: () => {
      closed = true
      wake?.()
    },
  }
}

function tooMuch(bytes: number, entries: number): AppError | null {
  if (bytes <= MAX_CALL_BYTES && entries <= MAX_CALL_LINES) return null
  return new AppError('payload_too_large', 'more than the journal takes in one append', {
    bytes,
    entries,
  })
}

function notStored(cause: unknown): AppError {
  if (cause instanceof AppError && cause.code === 'overloaded') return cause
  const why = cause instanceof Error ? cause.message : String(cause)
  return new AppError('store_unavailable', `the journal did not store it: ${why}`, {}, cause)
}
