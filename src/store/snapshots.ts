/** Snapshots of the engine's state: chunks, and a last mark that says they are whole. */
import type { Store } from './client.ts'

export interface SnapshotChunk {
  readonly kind: string
  readonly data: string
}

export interface SnapshotWriter {
  /** Adds a chunk, in order; resolves when there is room for the next one. */
  chunk(kind: string, data: string): Promise<void>
  /** Makes the snapshot the newest one, durable and checked, and lets all but the newest two go. */
  finish(): Promise<void>
  /** Throws away what was written so far. */
  abort(): Promise<void>
}

export interface Snapshot {
  /** The state is what the entries up to and including this offset made of it. */
  readonly offset: number
  /** In the order they were written; checked again while they are read. */
  readonly chunks: AsyncIterable<SnapshotChunk>
}

/** Begins a snapshot of the state after `offset`; an unfinished one is never used. */
export function beginSnapshot(_store: Store, _offset: number): Promise<SnapshotWriter> {
  return Promise.reject(new Error('being written'))
}

/** The newest snapshot that is finished and undamaged; `null` where there is none. */
export function latestSnapshot(_store: Store): Promise<Snapshot | null> {
  return Promise.reject(new Error('being written'))
}
