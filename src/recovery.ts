/**
 * Recovery: newest snapshot, then the journal's tail. Records and news of the tail are written again;
 * they carry the same versions and keys as before, so that doing it twice changes nothing.
 */
import { type Applied, Engine } from './core/engine/engine.ts'
import { restoreEngine } from './core/engine/snapshot.ts'
import { AppError } from './core/errors.ts'
import { toBatch } from './fold.ts'
import type { Journal } from './journal/journal.ts'
import { decode } from './journey.ts'
import type { RecordWriter } from './store/records.ts'
import type { Snapshot } from './store/snapshots.ts'

export interface RecoveryDeps {
  readonly snapshot: Snapshot | null
  readonly journal: Pick<Journal, 'read' | 'last'>
  readonly records: RecordWriter
  readonly announce: (applied: Applied) => Promise<void>
  readonly epoch: number
  /** Told of a snapshot in a format that this version does not read: the journal is folded instead. */
  readonly onUnknown?: (offset: number) => void
}

export interface Recovered {
  readonly engine: Engine
  /** Offset of the snapshot, 0 without one. */
  readonly from: number
  /** Entries of the tail. */
  readonly entries: number
}

/**
 * Brings the engine to where the journal ends.
 *
 * @throws AppError `internal` where entries between snapshot and journal are missing
 */
export async function recover(deps: RecoveryDeps): Promise<Recovered> {
  const { snapshot, journal, records, announce, epoch } = deps
  const restored = snapshot === null ? null : await restore(snapshot)
  if (snapshot !== null && restored === null) deps.onUnknown?.(snapshot.offset)
  const engine = restored ?? new Engine()
  const from = engine.state.offset
  let entries = 0
  for await (const record of journal.read(from + 1)) {
    if (entries === 0 && restored === null && record.offset > 1)
      throw new AppError(
        'internal',
        'the journal begins late and there is no snapshot before it that this version reads',
        {
          first: record.offset,
        },
      )
    const applied = engine.apply(record, decode(record.entry, engine.state.rules))
    const { seq, scope, now } = engine.state
    records.put(toBatch(record, applied, engine.state), { epoch, seq, scope, at: now })
    await announce(applied)
    await records.ready()
    entries += 1
  }
  engine.state.offset = Math.max(engine.state.offset, journal.last())
  await records.flush()
  return { engine, from, entries }
}

async function restore(snapshot: Snapshot): Promise<Engine | null> {
  const restoring = restoreEngine()
  for await (const chunk of snapshot.chunks) restoring.add(chunk)
  return restoring.finish()
}
