/** What goes to the store for one applied entry. */
import type { LedgerSample } from '../core/ledger.ts'
import type { Ci, Relation, Silence } from '../core/model.ts'
import type { Changes } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'
import type { RecordVersion } from './version.ts'

/** What one applied entry changed (`Changes`), and what else it carried for the store. */
export interface EntryRecords extends Partial<Changes> {
  /** How much its source has sent by now. */
  readonly ledger?: readonly LedgerSample[]
  readonly silences?: readonly Silence[]
  /** `replace`: items and relations that are not in it go. */
  readonly topology?: {
    readonly mode: 'replace' | 'upsert'
    readonly items: readonly Ci[]
    readonly relations: readonly Relation[]
    /** Relations that are no more. */
    readonly gone?: readonly Relation[]
  }
}

/** `seq` must not fall from one put to the next; of two puts of one `seq` the later one wins. */
export interface RecordStamp extends RecordVersion {
  readonly scope: string
  /** Engine time: what the records show is how things were known then. */
  readonly at: EpochMs
}
