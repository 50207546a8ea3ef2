/**
 * The journal: every entry, durable and in order. The state of the engine is a fold over it, so
 * this is the one port between "a tool said something" and "it cannot be lost any more".
 */
import type { Entry, JournalRecord } from '../core/entry.ts'
import type { EpochMs } from '../core/time.ts'

export interface Journal {
  /**
   * Stores the entries as one unit, in their order: all of them or none.
   *
   * Calls are committed in groups; calls made one after another are stored in that order, also
   * where they are not awaited. The entries of one call have consecutive offsets.
   *
   * @returns the offset of the last entry, once all of them are on disk; the first one is
   * `last - entries.length + 1`. Offsets only rise, but a failed call may leave a gap before the
   * next one: a caller that folds what it appended reads the gap with {@link Journal.read}, since a
   * call whose outcome was unknown may turn out to have been stored. `entries` must not be empty.
   * @throws AppError `overloaded`: too much is waiting already, nothing was stored;
   * `store_unavailable`: not stored, or not known to be; the sender should send it again;
   * `payload_too_large`: can never be stored
   */
  append(entries: readonly Entry[]): Promise<number>

  /**
   * Entries with an offset of at least `from`, in order, read in pages of bounded memory. Ends at
   * `to` (inclusive) where given, else after the newest durable entry at the time it gets there.
   *
   * @throws AppError `internal` on an entry of a schema version newer than this program knows
   */
  read(from: number, to?: number): AsyncIterable<JournalRecord>

  /** Offset of the newest durable entry, 0 where there is none; costs nothing. */
  last(): number

  /**
   * Lets entries with an offset below `before` go, in whole segments: some of them may stay, and
   * the newest segment always does, so that offsets are never handed out again.
   */
  trim(before: number): Promise<void>

  /** Time (`at`) and offset of the newest durable entry; `null` for an empty journal; costs nothing. */
  newest(): { readonly offset: number; readonly at: EpochMs } | null

  /** What waits and what was done, for metrics. */
  stats(): JournalStats

  /** Stores what waits, then refuses further calls. */
  close(): Promise<void>
}

export interface JournalStats {
  readonly waitingBytes: number
  readonly waitingEntries: number
  readonly batches: number
  readonly entries: number
  readonly failedBatches: number
  /** Duration of the newest insert in milliseconds, 0 before the first. */
  readonly lastInsertMs: number
}
