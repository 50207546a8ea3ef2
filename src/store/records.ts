/**
 * Writes records to the store in small batches. Records are output only: what was not written when
 * a process died is written again from the snapshot and the journal, with the same versions.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../core/errors.ts'
import type { Store } from './client.ts'
import type { EntryRecords, RecordStamp } from './entry-records.ts'
import { faultPoint } from './fault.ts'
import { openPending, type Pending, type PendingRow, type SweptTable, TABLES } from './pending.ts'

/** What one applied entry changed. */
export type RecordBatch = EntryRecords

export interface RecordWriter {
  /** Takes a batch over; never drops. Of records with one key only the newest is written. */
  put(batch: RecordBatch, stamp: RecordStamp): void
  /** Resolves when little enough waits: at once, unless the store is slower than the puts. */
  ready(): Promise<void>
  /** Resolves when every put so far with a `seq` of at most `seq` is in the store. */
  flushed(seq: number): Promise<void>
  /** Writes at once; resolves when everything put so far is in the store. Await it before a snapshot is finished. */
  flush(): Promise<void>
  stats(): RecordWriterStats
  /** Flushes within `timeoutMs` (5,000 unless given) and stops; what is left comes back from the journal. */
  close(timeoutMs?: number): Promise<void>
}

export interface RecordWriterStats {
  readonly waitingRecords: number
  readonly waitingBytes: number
  readonly writtenRecords: number
  readonly inserts: number
  readonly failedInserts: number
  /** Duration of the newest flush in milliseconds, 0 before the first. */
  readonly lastFlushMs: number
}

export interface RecordWriterOptions {
  /** Longest wait before a write begins, in milliseconds; 50 unless given. */
  readonly windowMs?: number
  /** Records that end the window early; 2,000 unless given. */
  readonly batchRecords?: number
  /** Bytes (a rough count) that may wait before {@link RecordWriter.ready} waits; 64 MiB unless given. */
  readonly highWaterBytes?: number
  /** Told of every failed insert; it is tried again until it succeeds. */
  readonly onError?: (cause: AppError) => void
}

const MIB = 2 ** 20
/** One insert: at most this many rows, and bytes unless one row has more. */
const INSERT_ROWS = 5000
const INSERT_BYTES = 4 * MIB
const FIRST_RETRY_MS = 100
const LAST_RETRY_MS = 5000

/** A set of records on its way to the store. */
interface Batch {
  readonly pending: Pending
  readonly written: Promise<void>
  resolve(): void
  reject(cause: AppError): void
}

/** Opens the writer; one per store. */
export function openRecordWriter(store: Store, options: RecordWriterOptions = {}): RecordWriter {
  const { windowMs = 50, batchRecords = 2000, highWaterBytes = 64 * MIB } = options
  const counts = { writtenRecords: 0, inserts: 0, failedInserts: 0, lastFlushMs: 0 }
  const stop = new AbortController()
  let open = newBatch()
  let writing: Batch | null = null
  let running = false
  let hurry = new AbortController()
  const context = { counts, signal: stop.signal, onError: options.onError }

  const waitingBytes = (): number => open.pending.bytes() + (writing?.pending.bytes() ?? 0)

  const run = async (): Promise<void> => {
    while (!open.pending.isEmpty() && !stop.signal.aborted) {
      await sleep(windowMs, undefined, { signal: hurry.signal }).catch(() => undefined)
      hurry = new AbortController()
      const batch = open
      writing = batch
      open = newBatch()
      const begun = performance.now()
      const failure = await write(store, batch.pending, context).catch(asAppError)
      counts.lastFlushMs = performance.now() - begun
      writing = null
      if (failure instanceof AppError) {
        batch.reject(failure)
        if (!stop.signal.aborted) options.onError?.(failure)
      } else batch.resolve()
    }
    running = false
  }

  const flushed = (seq: number): Promise<void> => {
    if (!open.pending.isEmpty() && open.pending.firstSeq() <= seq) return open.written
    if (writing !== null && writing.pending.firstSeq() <= seq) return writing.written
    return Promise.resolve()
  }

  return {
    put: (batch, stamp) => {
      open.pending.add(batch, stamp)
      if (open.pending.count() >= batchRecords) hurry.abort()
      if (running) return
      running = true
      void run()
    },
    ready: async () => {
      while (waitingBytes() > highWaterBytes && !stop.signal.aborted) {
        await (writing ?? open).written.catch(() => undefined)
      }
    },
    flushed,
    flush: () => {
      hurry.abort()
      return flushed(Number.POSITIVE_INFINITY)
    },
    stats: () => ({
      waitingRecords: open.pending.count() + (writing?.pending.count() ?? 0),
      waitingBytes: waitingBytes(),
      ...counts,
    }),
    close: async (timeoutMs = 5000) => {
      const late = sleep(timeoutMs, undefined, { signal: stop.signal }).catch(() => undefined)
      hurry.abort()
      await Promise.race([flushed(Number.POSITIVE_INFINITY).catch(() => undefined), late])
      stop.abort()
      open.reject(new AppError('store_unavailable', 'the record writer is closed'))
    },
  }
}

function asAppError(cause: unknown): AppError {
  return cause instanceof AppError
    ? cause
    : new AppError('internal', 'records could not be written', {}, cause)
}

function newBatch(): Batch {
  let resolve: () => void = () => undefined
  let reject: (cause: AppError) => void = () => undefined
  const written = new Promise<void>((yes, no) => {
    resolve = yes
    reject = no
  })
  // nobody has to wait for it
  written.catch(() => undefined)
  return { pending: openPending(), written, resolve: () => resolve(), reject: (e) => reject(e) }
}

interface WriteContext {
  readonly counts: { writtenRecords: number; inserts: number; failedInserts: number }
  readonly signal: AbortSignal
  readonly onError: ((cause: AppError) => void) | undefined
}

async function write(store: Store, pending: Pending, context: WriteContext): Promise<void> {
  for (const table of TABLES) {
    for (const rows of chunks(pending.rows(table))) {
      const ready = rows.map(({ toRow, version }) => ({ ...toRow(), version }))
      await persist(() => store.insert(table, ready), context)
      context.counts.writtenRecords += ready.length
    }
  }
  for (const table of ['cis', 'relations'] as const) {
    const version = pending.sweep(table)
    if (version === null) continue
    await persist(() => store.exec(`${table}.sweep`, SWEEPS[table], { version }), context)
  }
}

/** Marks what an earlier version had and this one has not as deleted. */
const SWEEPS: Readonly<Record<SweptTable, string>> = {
  cis: `
    INSERT INTO cis (id, version, deleted)
    SELECT id, {version:UInt64}, 1 FROM cis FINAL WHERE version < {version:UInt64}`,
  relations: `
    INSERT INTO relations (from_ci, type, to_ci, version, deleted)
    SELECT from_ci, type, to_ci, {version:UInt64}, 1 FROM relations FINAL
    WHERE version < {version:UInt64}`,
}

function* chunks(rows: readonly PendingRow[]): Generator<readonly PendingRow[]> {
  let chunk: PendingRow[] = []
  let bytes = 0
  for (const row of rows) {
    if (chunk.length === INSERT_ROWS || (chunk.length > 0 && bytes + row.bytes > INSERT_BYTES)) {
      yield chunk
      chunk = []
      bytes = 0
    }
    chunk.push(row)
    bytes += row.bytes
  }
  if (chunk.length > 0) yield chunk
}

/** Tries until it succeeds: a row stored twice is one row, since both have one key and version. */
async function persist(insert: () => Promise<void>, context: WriteContext): Promise<void> {
  for (let waitMs = FIRST_RETRY_MS; ; waitMs = Math.min(2 * waitMs, LAST_RETRY_MS)) {
    faultPoint('records.before_insert')
    try {
      await insert()
      context.counts.inserts += 1
      faultPoint('records.after_insert')
      return
    } catch (cause) {
      context.counts.failedInserts += 1
      const reason = new AppError('store_unavailable', 'records could not be written', {}, cause)
      context.onError?.(reason)
      if (context.signal.aborted) throw reason
      await sleep(waitMs, undefined, { signal: context.signal }).catch(() => undefined)
    }
  }
}
