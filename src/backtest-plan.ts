/** Where a backtest begins: the nearest snapshot before its range, and the part of the journal after it. */
import type { Packs } from './core/backtest/rule-change.ts'
import { isReadable } from './core/engine/snapshot.ts'
import { AppError } from './core/errors.ts'
import { type EpochMs, toRfc3339 } from './core/time.ts'
import type { Journal } from './journal/journal.ts'
import type { Store } from './store/client.ts'
import { journalSpan, rulesUpTo, timeAfter } from './store/journal-span.ts'
import { type Snapshot, snapshotBefore, snapshotOffsets } from './store/snapshots.ts'

export interface BacktestPlan {
  readonly snapshot: Snapshot | null
  /** Offsets of the entries to be read, both inclusive. */
  readonly first: number
  readonly last: number
  /** Rules in force before the first of them, as they were written. */
  readonly packs: Packs | null
}

export interface PlanDeps {
  readonly store: Store
  readonly journal: Pick<Journal, 'read'>
}

/**
 * Finds where to begin.
 *
 * @throws AppError `conflict` where the range cannot be reached any more, with the earliest time
 * that can; `not_found` where nothing happened in it
 */
export async function planBacktest(
  { store, journal }: PlanDeps,
  range: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<BacktestPlan> {
  const span = await journalSpan(store, range)
  if (span === null || span.range === null)
    throw new AppError('not_found', 'the journal has nothing in this range')
  const { from: before, to: last } = span.range
  const { first } = span
  const snapshot = await readableBefore(store, { before, first })
  if (snapshot === null && first > 1) {
    const at = await earliest(store, first)
    const text =
      at === null
        ? 'the journal no longer holds this range, and no snapshot reaches into it'
        : `the journal and its snapshots reach back to ${toRfc3339(at)} only`
    throw new AppError('conflict', text, at === null ? {} : { earliest: toRfc3339(at) })
  }
  const begins = snapshot?.offset ?? 0
  return { snapshot, first: begins + 1, last, packs: await packsAt({ store, journal }, begins) }
}

/** The newest one before that this version reads: the format changes now and then. */
async function readableBefore(
  store: Store,
  { before, first }: { readonly before: number; readonly first: number },
): Promise<Snapshot | null> {
  const found = await snapshotBefore(store, { before, first })
  if (found === null) return null
  for await (const chunk of found.chunks) {
    // chunks are read once only: a fresh look gives them from the beginning
    if (isReadable(chunk)) return snapshotBefore(store, { before, first })
    break
  }
  return readableBefore(store, { before: found.offset, first })
}

/** The earliest time that a backtest may begin with; `null`: none is known. */
export async function earliestTime(store: Store): Promise<EpochMs | null> {
  const span = await journalSpan(store, { from: 0, to: 0 })
  if (span === null) return null
  return span.first === 1 ? span.firstAt : earliest(store, span.first)
}

async function earliest(store: Store, first: number): Promise<EpochMs | null> {
  const offset = (await snapshotOffsets(store)).find((one) => one >= first - 1)
  return offset === undefined ? null : timeAfter(store, offset)
}

async function packsAt({ store, journal }: PlanDeps, offset: number): Promise<Packs | null> {
  if (offset === 0) return {}
  const at = await rulesUpTo(store, offset)
  if (at === null) return null
  for await (const { entry } of journal.read(at, at))
    if (entry.kind === 'rules' && typeof entry.packs === 'object')
      return entry.packs as Packs | null
  return null
}
