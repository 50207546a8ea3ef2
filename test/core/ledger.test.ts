import { describe, expect, it } from 'vitest'
import {
  countOutcome,
  countReceived,
  emptyLedger,
  type LedgerState,
  ledgerFaults,
  readLedger,
  transfer,
} from '../../src/core/ledger.ts'
import { OUTCOMES } from '../../src/core/record.ts'

function book(...items: readonly (readonly [string, (typeof OUTCOMES)[number]])[]): LedgerState {
  const state = emptyLedger()
  for (const [source, outcome] of items) {
    countReceived(state, source)
    countOutcome(state, source, outcome)
  }
  return state
}

describe('the ledger', () => {
  it('counts every outcome per source, sorted by source', () => {
    const read = readLedger(
      book(['z', 'opened'], ['a', 'change'], ['z', 'opened'], ['z', 'rejected']),
    )
    expect(Object.keys(read.sources)).toEqual(['a', 'z'])
    expect(read.sources['z']).toMatchObject({ opened: 2, rejected: 1, change: 0 })
    expect(Object.keys(read.sources['a'] ?? {})).toEqual([...OUTCOMES])
    expect(read.received).toEqual({ a: 1, z: 3 })
    expect(ledgerFaults(read)).toEqual([])
  })

  it('moves an item from one outcome to another, and still agrees', () => {
    const state = book(['a', 'held'], ['a', 'held'])
    transfer(state, 'a', { from: 'held', to: 'opened' })
    expect(readLedger(state).sources['a']).toMatchObject({ held: 1, opened: 1 })
    expect(ledgerFaults(readLedger(state))).toEqual([])
  })

  it('says which source does not agree, and by how much', () => {
    const state = book(['a', 'opened'], ['b', 'opened'])
    countReceived(state, 'b')
    countReceived(state, 'c')
    countOutcome(state, 'a', 'joined')
    expect(ledgerFaults(readLedger(state))).toEqual([
      { source: 'a', difference: -1 },
      { source: 'b', difference: 1 },
      { source: 'c', difference: 1 },
    ])
  })

  it('hands out a copy', () => {
    const state = book(['a', 'opened'])
    const read = readLedger(state)
    countOutcome(state, 'a', 'opened')
    expect(read.sources['a']?.opened).toBe(1)
  })
})
