/** One backtest, from what it reads to its report: the same in a worker and on the command line. */
import { setImmediate as turn } from 'node:timers/promises'
import { openLockstep } from './core/backtest/lockstep.ts'
import { type Report, reportOn } from './core/backtest/report.ts'
import type { Packs, RuleChange } from './core/backtest/rule-change.ts'
import type { Engine } from './core/engine/engine.ts'
import { type Chunk, restoreEngine } from './core/engine/snapshot.ts'
import type { JournalRecord } from './core/entry.ts'
import { AppError } from './core/errors.ts'
import type { EpochMs } from './core/time.ts'
import { decode } from './journey.ts'

/** What is asked for. */
export interface BacktestTask {
  /** Both inclusive. */
  readonly from: EpochMs
  readonly to: EpochMs
  readonly change: RuleChange
  /** Packs in force where the run begins; `null`: the journal no longer has them. */
  readonly packs: Packs | null
  /** Those of the folder now, which are meant where the versions are the same. */
  readonly now: { readonly version: string; readonly packs: Packs } | null
}

export interface BacktestFeed {
  /** Of the snapshot before the range; `null`: the entries begin with the journal. */
  readonly chunks: AsyncIterable<Chunk> | null
  readonly records: AsyncIterable<JournalRecord>
  /** Told now and then how many entries are done. */
  readonly onProgress?: (done: number) => void
}

const TOLD_EVERY = 1000

/** Version of rules that nobody has given yet. */
const NONE = 'default'

/**
 * Runs both engines over the entries.
 *
 * @throws AppError `payload_invalid` where the changed rules are at fault, `conflict` where the
 * state or the rules of then cannot be read any more
 */
export async function runBacktest(task: BacktestTask, feed: BacktestFeed): Promise<Report> {
  const engine = feed.chunks === null ? undefined : await restore(feed.chunks)
  const lockstep = openLockstep({
    from: task.from,
    to: task.to,
    change: task.change,
    packs: packsOf(task, engine),
    decode,
    ...(engine === undefined ? {} : { engine }),
  })
  let done = 0
  for await (const record of feed.records) {
    if (!lockstep.apply(record)) break
    done += 1
    if (done % TOLD_EVERY !== 0) continue
    feed.onProgress?.(done)
    await turn()
  }
  feed.onProgress?.(done)
  return reportOn(lockstep.finish(), task.from)
}

async function restore(chunks: AsyncIterable<Chunk>): Promise<Engine> {
  const restoring = restoreEngine()
  for await (const chunk of chunks) restoring.add(chunk)
  const engine = restoring.finish()
  if (engine !== null) return engine
  throw new AppError(
    'conflict',
    'the snapshot before this range is of a version that this one does not read',
  )
}

function packsOf({ packs, now, change }: BacktestTask, engine: Engine | undefined): Packs {
  if (packs !== null) return packs
  const version = engine?.state.rulesVersion ?? NONE
  if (version === NONE || change.base === 'none') return {}
  if (now?.version === version) return now.packs
  throw new AppError(
    'conflict',
    'the rules in force at that time are no longer in the journal: give all packs',
  )
}
