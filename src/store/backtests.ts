/**
 * Backtests as they are kept: this table is their only owner. They decide nothing, so they are no
 * entries of the journal.
 */
import { z } from 'zod'
import type { Store } from './client.ts'
import type { NamedQuery } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

/** What the store needs to know of a backtest; whatever else it carries comes back as it went in. */
export interface StoredBacktest {
  /** Rises with each, and is never given twice. */
  readonly number: number
  /** Rises with every change; the row with the highest is the current one. */
  readonly version: number
}

/** So many are read at most. */
export const MAX_STORED_BACKTESTS = 100

const LIST: NamedQuery<{ record: string }> = {
  name: 'backtests.list',
  sql: `SELECT record FROM backtests FINAL ORDER BY number DESC LIMIT ${MAX_STORED_BACKTESTS}`,
  row: RecordRow,
}

const Newest = z.object({ number: z.coerce.number() })

// without FINAL: what was forgotten counts, too
const NEWEST: NamedQuery<z.output<typeof Newest>> = {
  name: 'backtests.newest',
  sql: 'SELECT max(number) AS number FROM backtests',
  row: Newest,
}

/** All that are kept, the newest first, and the highest number ever given; 0 where there was none. */
export async function readBacktests<Item extends StoredBacktest>(
  store: Store,
): Promise<{ readonly items: readonly Item[]; readonly newest: number }> {
  const rows = await store.rows(LIST)
  const [row] = await store.rows(NEWEST)
  return { items: rows.map(decodeRecord<Item>), newest: row?.number ?? 0 }
}

/** Adds or replaces by number, unless the stored one has a higher version; resolves when durable. */
export async function putBacktest<Item extends StoredBacktest>(
  store: Store,
  item: Item,
): Promise<void> {
  const { number, version } = item
  const row = { number: String(number), record: JSON.stringify(item), deleted: 0 }
  await store.insert('backtests', [{ ...row, version: String(version) }])
}

/** Forgets one; resolves when that is durable. */
export async function deleteBacktest(
  store: Store,
  { number, version }: StoredBacktest,
): Promise<void> {
  const row = { number: String(number), record: '{}', deleted: 1 }
  await store.insert('backtests', [{ ...row, version: String(version + 1) }])
}
