/**
 * Snapshots of the engine's state: chunks, and a last row that says they are whole. One is written
 * at a time. The newest two that were finished are kept for a restart; of older ones the newest of
 * each day, and beyond a week of each week, so that a backtest can begin in the past.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { DAY, type EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { faultPoint } from './fault.ts'
import type { NamedQuery } from './query.ts'

export interface SnapshotChunk {
  readonly kind: string
  /** Any text without half surrogate pairs, such as JSON; up to a few MB. */
  readonly data: string
}

export interface SnapshotWriter {
  /** Adds a chunk, in order; resolves when there is room for the next one. */
  chunk(kind: string, data: string): Promise<void>
  /** Makes the snapshot the newest one, durable, and lets those go that are not kept. */
  finish(): Promise<void>
  /** Throws away what was written so far. */
  abort(): Promise<void>
}

export interface Snapshot {
  /** The state is what the entries up to and including this offset made of it. */
  readonly offset: number
  /** In the order they were written; checked once more while they are read. */
  readonly chunks: AsyncIterable<SnapshotChunk>
}

const MIB = 2 ** 20
const INSERT_BYTES = 4 * MIB
const PAGE_BYTES = 8 * MIB
const KEPT = 2
const WEEK = 7

const Finished = z.object({
  snapshot: z.coerce.number(),
  offset: z.coerce.number(),
  chunks: z.number(),
  checksum: z.string(),
  at: z.coerce.number(),
})
type FinishedRow = z.output<typeof Finished>

const FINISHED: NamedQuery<FinishedRow> = {
  name: 'snapshots.finished',
  sql: `
    SELECT snapshot, offset, chunks, checksum, toUnixTimestamp64Milli(finished_at) AS at
    FROM snapshots ORDER BY snapshot DESC LIMIT 100`,
  row: Finished,
}

const STORED: NamedQuery<{ snapshot: number }> = {
  name: 'snapshots.stored',
  sql: `
    SELECT DISTINCT snapshot FROM
      (SELECT snapshot FROM snapshot_chunks UNION ALL SELECT snapshot FROM snapshots)
    ORDER BY snapshot DESC`,
  row: z.object({ snapshot: z.coerce.number() }),
}

/**
 * Begins a snapshot of the state after the entry `offset`. Until it is finished it is never used,
 * and what a crash left of it goes with the next one that is.
 */
export async function beginSnapshot(store: Store, offset: number): Promise<SnapshotWriter> {
  const [newest] = await store.rows(STORED)
  const snapshot = (newest?.snapshot ?? 0) + 1
  const total = createHash('sha256')
  let waiting: object[] = []
  let waitingBytes = 0
  let chunks = 0
  let bytes = 0
  const insert = async (): Promise<void> => {
    const rows = waiting
    waiting = []
    waitingBytes = 0
    faultPoint('snapshot.chunk')
    await store.insert('snapshot_chunks', rows)
  }
  return {
    chunk: async (kind, data) => {
      const checksum = checksumOf(kind, data)
      total.update(checksum)
      waiting.push({ snapshot, n: chunks, kind, data, checksum })
      chunks += 1
      bytes += data.length
      waitingBytes += data.length
      if (waitingBytes >= INSERT_BYTES) await insert()
    },
    finish: async () => {
      await insert()
      faultPoint('snapshot.before_finish')
      const checksum = total.digest('hex')
      await store.insert('snapshots', [{ snapshot, offset, chunks, bytes, checksum }])
      faultPoint('snapshot.after_finish')
      await prune(store)
    },
    abort: async () => {
      waiting = []
      await drop(store, snapshot)
    },
  }
}

/** Of the text as UTF-8, as the store computes it again. */
function checksumOf(kind: string, data: string): string {
  if (/\p{Surrogate}/u.test(data)) {
    throw new AppError('internal', 'a chunk of a snapshot must be text that UTF-8 can hold', {
      kind,
    })
  }
  return createHash('sha256').update(kind).update('\0').update(data).digest('hex')
}

const BEGINS = {
  name: 'snapshots.journal_begins',
  sql: 'SELECT min(offset) AS first FROM journal',
  row: z.object({ first: z.coerce.number() }),
}

/** What is not kept goes, and what never was finished. */
async function prune(store: Store): Promise<void> {
  const [begins] = await store.rows(BEGINS)
  const kept = new Set(keep(await store.rows(FINISHED), begins?.first ?? 0))
  for (const { snapshot } of await store.rows(STORED)) {
    if (!kept.has(snapshot)) await drop(store, snapshot)
  }
}

/**
 * The snapshots to keep, of all that are finished, the newest first.
 *
 * @param first offset with which the journal begins: a state that ends before it leads nowhere
 */
export function keep(
  finished: readonly { readonly snapshot: number; readonly offset: number; readonly at: EpochMs }[],
  first: number,
): readonly number[] {
  const today = Math.floor((finished[0]?.at ?? 0) / DAY)
  const spans = new Set<string>()
  const past = finished.slice(KEPT).filter(({ offset, at }) => {
    const day = Math.floor(at / DAY)
    const span = today - day < WEEK ? `day ${day}` : `week ${Math.floor(day / WEEK)}`
    if (day === today || offset < first - 1 || spans.has(span)) return false
    spans.add(span)
    return true
  })
  return [...finished.slice(0, KEPT), ...past].map(({ snapshot }) => snapshot)
}

async function drop(store: Store, snapshot: number): Promise<void> {
  // the mark goes first: chunks without it are never used
  for (const table of ['snapshots', 'snapshot_chunks']) {
    await store.exec('snapshots.drop', `ALTER TABLE ${table} DROP PARTITION ${snapshot}`)
  }
}

/**
 * The newest snapshot that is finished and undamaged: every chunk is there and has its checksum.
 * `null` where there is none, and the state is a fold of the whole journal.
 *
 * @param onDamaged told of a finished snapshot that is passed over
 */
export async function latestSnapshot(
  store: Store,
  onDamaged: (offset: number) => void = () => undefined,
): Promise<Snapshot | null> {
  // not older ones: the journal may have been trimmed up to these
  return firstWhole(store, (await store.rows(FINISHED)).slice(0, KEPT), onDamaged)
}

/**
 * The newest whole snapshot of the state after an entry below `before`, and from which the journal
 * goes on: of the entry `first - 1` or a later one. `null` where there is none.
 */
export async function snapshotBefore(
  store: Store,
  { before, first }: { readonly before: number; readonly first: number },
): Promise<Snapshot | null> {
  const finished = await store.rows(FINISHED)
  const usable = finished.filter(({ offset }) => offset < before && offset >= first - 1)
  return firstWhole(store, usable, () => undefined)
}

/** Offsets of the states that snapshots hold, rising. */
export async function snapshotOffsets(store: Store): Promise<readonly number[]> {
  return (await store.rows(FINISHED)).map(({ offset }) => offset).sort((a, b) => a - b)
}

async function firstWhole(
  store: Store,
  all: readonly FinishedRow[],
  onDamaged: (offset: number) => void,
): Promise<Snapshot | null> {
  for (const finished of all) {
    const chunks = await store.rows(CHUNKS, { snapshot: finished.snapshot })
    if (isWhole(finished, chunks))
      return { offset: finished.offset, chunks: readChunks(store, finished.snapshot, chunks) }
    onDamaged(finished.offset)
  }
  return null
}

const ChunkInfo = z.object({
  n: z.number(),
  bytes: z.coerce.number(),
  checksum: z.string(),
  actual: z.string(),
})
type ChunkInfoRow = z.output<typeof ChunkInfo>

const CHUNKS: NamedQuery<ChunkInfoRow> = {
  name: 'snapshots.chunks',
  sql: `
    SELECT n, length(data) AS bytes, checksum,
      lower(hex(SHA256(concat(toString(kind), char(0), data)))) AS actual
    FROM snapshot_chunks WHERE snapshot = {snapshot:UInt64} ORDER BY n`,
  row: ChunkInfo,
}

function isWhole(finished: FinishedRow, chunks: readonly ChunkInfoRow[]): boolean {
  const total = createHash('sha256')
  for (const [i, { n, checksum, actual }] of chunks.entries()) {
    if (n !== i || checksum !== actual) return false
    total.update(checksum)
  }
  return chunks.length === finished.chunks && total.digest('hex') === finished.checksum
}

const DATA: NamedQuery<{ kind: string; data: string; checksum: string }> = {
  name: 'snapshots.data',
  sql: `
    SELECT kind, data, checksum FROM snapshot_chunks
    WHERE snapshot = {snapshot:UInt64} AND n BETWEEN {first:UInt32} AND {last:UInt32}
    ORDER BY n`,
  row: z.object({ kind: z.string(), data: z.string(), checksum: z.string() }),
}

async function* readChunks(
  store: Store,
  snapshot: number,
  chunks: readonly ChunkInfoRow[],
): AsyncGenerator<SnapshotChunk> {
  let first = 0
  while (first < chunks.length) {
    let last = first
    let bytes = chunks[first]?.bytes ?? 0
    while (last + 1 < chunks.length && bytes + (chunks[last + 1]?.bytes ?? 0) <= PAGE_BYTES) {
      last += 1
      bytes += chunks[last]?.bytes ?? 0
    }
    for (const { kind, data, checksum } of await store.rows(DATA, { snapshot, first, last })) {
      if (checksumOf(kind, data) !== checksum) {
        throw new AppError('internal', 'a chunk of the snapshot is damaged', { snapshot, kind })
      }
      yield { kind, data }
    }
    first = last + 1
  }
}
