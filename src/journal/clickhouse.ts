/** The journal on ClickHouse: group commit through one connection, offsets from one writer. */
import { z } from 'zod'
import type { Entry, JournalRecord } from '../core/entry.ts'
import { AppError } from '../core/errors.ts'
import type { EpochMs } from '../core/time.ts'
import { openCommitter } from './commit.ts'
import type { Journal } from './journal.ts'
import type { JournalLink } from './link.ts'
import { EntryRow, toLine, toRecord } from './row.ts'
import { type Newest, openTape } from './tape.ts'

export interface JournalOptions {
  /** Shortest time between the beginnings of two inserts, in milliseconds; 20 unless given. */
  readonly windowMs?: number
  /** Bytes after which a batch is not held back any longer, nor made larger; 2 MiB unless given. */
  readonly batchBytes?: number
  /** Bytes that may wait; above, `append` throws `overloaded`. 128 MiB unless given. */
  readonly queueBytes?: number
  /** Entries per segment, the unit of `trim`; 1,000,000 unless given. */
  readonly segmentEntries?: number
  /** Called at the fault points of crash tests. */
  readonly fault?: (name: 'journal.before_insert' | 'journal.before_ack') => void
}

const MIB = 2 ** 20
const WINDOW_MS = 20
const SEGMENT_ENTRIES = 1_000_000
/** A page of {@link Journal.read}: at most this many entries, and bytes unless one entry has more. */
const PAGE_ENTRIES = 5000
const PAGE_BYTES = 8 * MIB
/** Sizes are read this many at a time, to cut pages out of them. */
const SIZES = 50_000

const NEWEST = {
  name: 'journal.newest',
  sql: 'SELECT offset, at FROM journal ORDER BY offset DESC LIMIT 1',
  row: z.object({ offset: z.coerce.number(), at: z.coerce.number() }),
}

/** Opens the journal of a store and continues after its newest entry. One writer at a time. */
export async function openJournal(
  link: JournalLink,
  options: JournalOptions = {},
): Promise<Journal> {
  const readNewest = async (): Promise<Newest> => {
    const [row] = await link.rows(NEWEST)
    return row ?? { offset: 0, at: 0 }
  }
  const tape = openTape({
    link,
    readNewest,
    newest: await readNewest(),
    segmentEntries: options.segmentEntries ?? SEGMENT_ENTRIES,
    fault: options.fault ?? (() => undefined),
  })
  const committer = openCommitter({
    tape,
    windowMs: options.windowMs ?? WINDOW_MS,
    batchBytes: options.batchBytes ?? 2 * MIB,
    queueBytes: options.queueBytes ?? 128 * MIB,
  })
  return {
    append: async (entries) => committer.append(checked(entries).map(toLine), newestAt(entries)),
    read: (from, to) => read(link, from, to ?? Number.MAX_SAFE_INTEGER),
    last: () => tape.newest().offset,
    newest: () => (tape.newest().offset === 0 ? null : tape.newest()),
    trim: (before) => trim(link, before),
    stats: committer.stats,
    close: committer.close,
  }
}

function checked(entries: readonly Entry[]): readonly Entry[] {
  if (entries.length > 0) return entries
  throw new AppError('internal', 'an append needs at least one entry')
}

function newestAt(entries: readonly Entry[]): EpochMs {
  return entries.at(-1)?.at ?? 0
}

const Size = z.object({ offset: z.coerce.number(), bytes: z.number() })
type SizeRow = z.output<typeof Size>

async function* read(link: JournalLink, from: number, to: number): AsyncGenerator<JournalRecord> {
  let next = Math.max(Math.trunc(from), 0)
  const end = Math.trunc(to)
  while (next <= end) {
    const sizes = await link.page({
      name: 'journal.sizes',
      sql: `
        SELECT offset, bytes FROM journal WHERE offset BETWEEN ${next} AND ${end}
        ORDER BY offset LIMIT ${SIZES}`,
      row: Size,
    })
    for (const [first, last] of cutPages(sizes)) {
      const rows = await link.page({
        name: 'journal.page',
        sql: `
          SELECT offset, schema, entry, body FROM journal
          WHERE offset BETWEEN ${first} AND ${last} ORDER BY offset`,
        row: EntryRow,
      })
      for (const row of rows) yield toRecord(row)
    }
    const last = sizes.at(-1)
    if (last === undefined) return
    next = last.offset + 1
  }
}

/** First and last offsets of pages within the bounds above. */
function cutPages(sizes: readonly SizeRow[]): [number, number][] {
  const pages: [number, number][] = []
  let entries = 0
  let bytes = 0
  for (const size of sizes) {
    const page = pages.at(-1)
    if (page !== undefined && entries < PAGE_ENTRIES && bytes + size.bytes <= PAGE_BYTES) {
      page[1] = size.offset
      entries += 1
      bytes += size.bytes
    } else {
      pages.push([size.offset, size.offset])
      entries = 1
      bytes = size.bytes
    }
  }
  return pages
}

const SEGMENTS = {
  name: 'journal.segments',
  sql: 'SELECT segment, max(offset) AS last FROM journal GROUP BY segment ORDER BY segment',
  row: z.object({ segment: z.number(), last: z.coerce.number() }),
}

async function trim(link: JournalLink, before: number): Promise<void> {
  const segments = await link.page(SEGMENTS)
  for (const { segment, last } of segments.slice(0, -1)) {
    if (last >= before) continue
    await link.exec('journal.drop', `ALTER TABLE journal DROP PARTITION ${segment}`)
  }
}
