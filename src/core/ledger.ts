/**
 * The ledger: what became of every received item, per source. The sums always agree: for each
 * source the outcomes add up to what was received; a later move is a transfer between outcomes.
 */
import { type Ledger, OUTCOMES, type Outcome } from './record.ts'
import { type EpochMs, MINUTE } from './time.ts'
import { compare } from './topology.ts'

export type LedgerCounts = Record<string, Record<Outcome, number>>

export interface LedgerState {
  outcomes: LedgerCounts
  received: Record<string, number>
}

export function emptyLedger(): LedgerState {
  return { outcomes: {}, received: {} }
}

function countsOf(state: LedgerState, source: string): Record<Outcome, number> {
  const known = state.outcomes[source]
  if (known !== undefined) return known
  const made = emptyCounts()
  state.outcomes[source] = made
  return made
}

function emptyCounts(): Record<Outcome, number> {
  return {
    opened: 0,
    joined: 0,
    repeated: 0,
    resolved: 0,
    suppressed: 0,
    held: 0,
    'late-ignored': 0,
    change: 0,
    rejected: 0,
  }
}

/** Counts one received item, before anything is decided about it. */
export function countReceived(state: LedgerState, source: string): void {
  state.received[source] = (state.received[source] ?? 0) + 1
}

/** Counts what became of it. */
export function countOutcome(state: LedgerState, source: string, outcome: Outcome): void {
  countsOf(state, source)[outcome] += 1
}

/** Moves one item from one outcome to another: held → opened, suppressed → joined … */
export function transfer(
  state: LedgerState,
  source: string,
  { from, to }: { readonly from: Outcome; readonly to: Outcome },
): void {
  const counts = countsOf(state, source)
  counts[from] -= 1
  counts[to] += 1
}

/** A copy in a fixed order. */
export function readLedger(state: LedgerState): Ledger {
  const sources: Record<string, Record<Outcome, number>> = {}
  const received: Record<string, number> = {}
  for (const source of Object.keys(state.received).sort(compare)) {
    sources[source] = { ...countsOf(state, source) }
    received[source] = state.received[source] ?? 0
  }
  return { sources, received }
}

/** Sources whose outcomes do not add up to what was received, with the difference; empty is right. */
export function ledgerFaults(ledger: Ledger): readonly { source: string; difference: number }[] {
  return Object.entries(ledger.received).flatMap(([source, received]) => {
    const counts = ledger.sources[source]
    const sum = counts === undefined ? 0 : OUTCOMES.reduce((all, name) => all + counts[name], 0)
    return sum === received ? [] : [{ source, difference: received - sum }]
  })
}

/** What had come from a source by the end of a minute; the last minute of a source may still grow. */
export interface LedgerSample {
  readonly source: string
  /** Start of the minute. */
  readonly minute: EpochMs
  /** Items since the beginning, never fewer than in the minute before; and how many of them… */
  readonly received: number
  /** … could not be read, */
  readonly rejected: number
  /** … were changes, not alerts. */
  readonly changes: number
}

/** The sample of a source at `now`: difference of two of them is what came in between. */
export function sampleLedger(state: LedgerState, source: string, now: EpochMs): LedgerSample {
  const counts = state.outcomes[source]
  return {
    source,
    minute: Math.floor(now / MINUTE) * MINUTE,
    received: state.received[source] ?? 0,
    rejected: counts?.rejected ?? 0,
    changes: counts?.change ?? 0,
  }
}
