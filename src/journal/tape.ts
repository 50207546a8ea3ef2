/**
 * Writes batches one after another, hands out their offsets, and finds out what became of an insert
 * that failed. The only place that knows which offset comes next.
 */
import type { EpochMs } from '../core/time.ts'
import type { JournalLink } from './link.ts'
import { COLUMNS, toBlock } from './row.ts'

export interface TapeOptions {
  readonly link: JournalLink
  readonly newest: Newest
  readonly readNewest: () => Promise<Newest>
  readonly segmentEntries: number
  readonly fault: (name: 'journal.before_insert' | 'journal.before_ack') => void
}

export interface Newest {
  readonly offset: number
  readonly at: EpochMs
}

export interface Tape {
  /**
   * Stores the lines as one block; not to be called while an earlier call runs.
   *
   * @returns the offset of the first line, once they are durable
   * @throws where they were not stored, or it could not be found out
   */
  write(lines: readonly Buffer[], at: EpochMs): Promise<number>
  newest(): Newest
}

export function openTape({ link, readNewest, segmentEntries, fault, ...begin }: TapeOptions): Tape {
  let newest = begin.newest
  let next = newest.offset + 1
  let settle: (() => Promise<void>) | null = null

  /** Resolves when it is known what the journal holds after an insert that failed. */
  const recover = async (): Promise<void> => {
    if (settle === null) return
    await settle()
    const stored = await readNewest()
    settle = null
    if (stored.offset > newest.offset) newest = stored
  }

  return {
    write: async (lines, at) => {
      await recover()
      const first = next
      const last = first + lines.length - 1
      const body = toBlock(lines, first, Math.floor(first / segmentEntries))
      fault('journal.before_insert')
      const outcome = await link.insertBlock({ table: 'journal', columns: COLUMNS, body })
      if (outcome.outcome === 'refused') throw outcome.cause
      // what fails from here on keeps its offsets: a gap harms nobody, one given twice would
      next = last + 1
      if (outcome.outcome === 'failed') {
        settle = outcome.settle
        await recover().catch(() => undefined)
        if (newest.offset < last) throw outcome.cause
      }
      fault('journal.before_ack')
      newest = { offset: last, at }
      return first
    },
    newest: () => newest,
  }
}
