/** Which part of the journal a time range is. */
import { z } from 'zod'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'

export interface JournalSpan {
  /** Offset and time of the oldest entry that is kept. */
  readonly first: number
  readonly firstAt: EpochMs
  /** Offsets of the first and the last entry within the range; `null`: none lies there. */
  readonly range: { readonly from: number; readonly to: number } | null
}

const FIRST = {
  name: 'journal_span.first',
  sql: 'SELECT offset, at FROM journal ORDER BY offset LIMIT 1',
  row: z.object({ offset: z.coerce.number(), at: z.coerce.number() }),
}

const RANGE = {
  name: 'journal_span.range',
  sql: `
    SELECT count() AS n, min(offset) AS from, max(offset) AS to FROM journal
    WHERE at BETWEEN {from:Int64} AND {to:Int64}`,
  row: z.object({ n: z.coerce.number(), from: z.coerce.number(), to: z.coerce.number() }),
}

/** @returns `null` for an empty journal */
export async function journalSpan(
  store: Store,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<JournalSpan | null> {
  const [first] = await store.rows(FIRST)
  if (first === undefined) return null
  const [found] = await store.rows(RANGE, { from, to })
  const isThere = found !== undefined && found.n > 0
  return {
    first: first.offset,
    firstAt: first.at,
    range: isThere ? { from: found.from, to: found.to } : null,
  }
}

const AT = {
  name: 'journal_span.at',
  sql: 'SELECT at FROM journal WHERE offset > {offset:UInt64} ORDER BY offset LIMIT 1',
  row: z.object({ at: z.coerce.number() }),
}

/** Time of the first entry after an offset; `null`: there is none yet. */
export async function timeAfter(store: Store, offset: number): Promise<EpochMs | null> {
  const [row] = await store.rows(AT, { offset })
  return row?.at ?? null
}

const RULES = {
  name: 'journal_span.rules',
  sql: `
    SELECT offset FROM journal WHERE kind = 'rules' AND offset <= {offset:UInt64}
    ORDER BY offset DESC LIMIT 1`,
  row: z.object({ offset: z.coerce.number() }),
}

/** Offset of the newest rules up to an offset; `null`: they are older than the journal. */
export async function rulesUpTo(store: Store, offset: number): Promise<number | null> {
  const [row] = await store.rows(RULES, { offset })
  return row?.offset ?? null
}
