/** The journal on ClickHouse: group commit through one connection, offsets from one writer. */
import type { Journal } from './journal.ts'

/** What the journal needs of the store; `Store.journal` of src/store/client.ts is one. */
export interface JournalLink {
  insertBlock(columns: readonly string[], block: Buffer): Promise<BlockOutcome>
}
export type BlockOutcome =
  | { readonly outcome: 'stored' }
  | { readonly outcome: 'failed'; readonly cause: unknown }

export interface JournalOptions {
  /** Shortest time between two inserts, in milliseconds; 20 unless given. */
  readonly windowMs?: number
  /** Bytes that may wait; above, `append` throws `overloaded`. 256 MiB unless given. */
  readonly queueBytes?: number
  /** Called at the fault points `journal.before_insert` and `journal.before_ack`. */
  readonly fault?: (name: 'journal.before_insert' | 'journal.before_ack') => void
}

export function openJournal(_link: JournalLink, _options: JournalOptions = {}): Promise<Journal> {
  return Promise.reject(new Error('being written'))
}
