/**
 * Writes records to the store in small batches. Records are output only: what was not written when
 * a process died is written again from the snapshot and the journal, with the same versions.
 */
import type { Article, Ci, Relation, Silence } from '../core/model.ts'
import type { Changes } from '../core/record.ts'
import type { Store } from './client.ts'
import type { RecordVersion } from './version.ts'

/** What one applied entry changed (`Changes`), and what else it carried for the store. */
export interface RecordBatch extends Partial<Changes> {
  readonly silences?: readonly Silence[]
  /** `replace`: items and relations that are not in it go. */
  readonly topology?: {
    readonly mode: 'replace' | 'upsert'
    readonly items: readonly Ci[]
    readonly relations: readonly Relation[]
  }
  readonly articles?: {
    readonly mode: 'replace' | 'upsert'
    readonly articles: readonly Article[]
  }
}

/** `seq` must not fall from one put to the next; of two puts of one `seq` the later one wins. */
export interface RecordStamp extends RecordVersion {
  readonly scope: string
}

export interface RecordWriter {
  /** Takes a batch over; never throws and never drops. Records of one key are merged while they wait. */
  put(batch: RecordBatch, stamp: RecordStamp): void
  /** Resolves when little enough waits: at once, unless the store is slower than the puts. */
  ready(): Promise<void>
  /** Resolves when every put with a `seq` of at most `seq` is in the store. */
  flushed(seq: number): Promise<void>
  /** Resolves when everything put so far is in the store. Before a snapshot is finished: await it. */
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
  /** Longest wait before a write, in milliseconds; 50 unless given. */
  readonly windowMs?: number
  /** Told of every failed insert; it is tried again until it succeeds. */
  readonly onError?: (cause: unknown) => void
}

export function openRecordWriter(_store: Store, _options: RecordWriterOptions = {}): RecordWriter {
  throw new Error('being written')
}
