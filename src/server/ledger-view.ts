/** The ledger as the API shows it. */
import type { LedgerState } from '../core/ledger.ts'
import { ledgerFaults, readLedger } from '../core/ledger.ts'
import { OUTCOMES } from '../core/record.ts'
import type { LedgerView } from './schemas/operations.ts'

/** The ledger with its sums; O(sources). */
export function viewLedger(state: LedgerState): LedgerView {
  const read = readLedger(state)
  const faults = ledgerFaults(read)
  const shown = Object.entries(read.received).map(([source, received]) => ({
    source,
    received,
    outcomes: { ...emptyOutcomes(), ...read.sources[source] },
  }))
  const outcomes = emptyOutcomes()
  for (const one of shown) for (const name of OUTCOMES) outcomes[name] += one.outcomes[name]
  const received = shown.reduce((sum, one) => sum + one.received, 0)
  return { balanced: faults.length === 0, received, outcomes, sources: shown, faults: [...faults] }
}

/** Every outcome, none of them ever. */
export function emptyOutcomes(): LedgerView['outcomes'] {
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
