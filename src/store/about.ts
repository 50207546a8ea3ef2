/** What the store says of itself: its version, what it holds, and the snapshots in it. */
import { z } from 'zod'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { epochMs, type NamedQuery } from './query.ts'

const VERSION: NamedQuery<{ version: string }> = {
  name: 'about.version',
  sql: 'SELECT version() AS version',
  row: z.object({ version: z.string() }),
}

export interface TableSize {
  readonly table: string
  /** Older versions of a row that are not merged away yet are counted too. */
  readonly rows: number
  /** On disk, compressed. */
  readonly bytes: number
}

const SIZES: NamedQuery<TableSize> = {
  name: 'about.sizes',
  sql: `
    SELECT parts.table AS table, sum(parts.rows) AS rows, sum(parts.bytes_on_disk) AS bytes
    FROM system.parts AS parts
    WHERE active AND database = currentDatabase()
    GROUP BY parts.table ORDER BY sum(parts.bytes_on_disk) DESC, parts.table LIMIT 100`,
  row: z.object({ table: z.string(), rows: z.coerce.number(), bytes: z.coerce.number() }),
}

const MIGRATION: NamedQuery<{ number: number }> = {
  name: 'about.migration',
  sql: 'SELECT max(number) AS number FROM migrations',
  row: z.object({ number: z.coerce.number() }),
}

const SNAPSHOT: NamedQuery<SnapshotFact> = {
  name: 'about.snapshot',
  sql: `
    SELECT offset, ${epochMs('finished_at')} AS finishedAt, chunks, bytes
    FROM snapshots ORDER BY snapshot DESC LIMIT 1`,
  row: z.object({
    offset: z.coerce.number(),
    finishedAt: z.coerce.number(),
    chunks: z.coerce.number(),
    bytes: z.coerce.number(),
  }),
}

export interface SnapshotFact {
  /** The last entry of the journal in it. */
  readonly offset: number
  readonly finishedAt: EpochMs
  readonly chunks: number
  readonly bytes: number
}

export interface StoreFacts {
  readonly version: string
  /** Number of the newest migration that has run. */
  readonly schema: number
  readonly tables: readonly TableSize[]
  /** The newest that is whole; null before the first. */
  readonly snapshot: SnapshotFact | null
}

/** Some milliseconds; four reads. */
export async function aboutStore(store: Store): Promise<StoreFacts> {
  const [[version], [migration], tables, [snapshot]] = await Promise.all([
    store.rows(VERSION),
    store.rows(MIGRATION),
    store.rows(SIZES),
    store.rows(SNAPSHOT),
  ])
  return {
    version: version?.version ?? '',
    schema: migration?.number ?? 0,
    tables,
    snapshot: snapshot ?? null,
  }
}
