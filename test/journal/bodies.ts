/** Bodies that were appended in parts, and what is wrong with them. */
import { isDeepStrictEqual } from 'node:util'
import type { ReceivedEntry } from '../../src/core/entry.ts'
import { entriesOf } from './appender.ts'

export interface Stored {
  readonly offset: number
  readonly entry: ReceivedEntry
}

/** The entries of each body, by its receipt. */
export function byReceipt(stored: readonly Stored[]): Map<string, Stored[]> {
  const bodies = new Map<string, Stored[]>()
  for (const one of stored) {
    const known = bodies.get(one.entry.receipt)
    if (known === undefined) bodies.set(one.entry.receipt, [one])
    else known.push(one)
  }
  return bodies
}

/** What is wrong with bodies of a run: each is there whole and once, its parts side by side, or not at all. */
export function partFaults(stored: readonly Stored[], run: string): string[] {
  return [...byReceipt(stored)].flatMap(([receipt, parts]) => {
    if (!receipt.startsWith(`${run}/`)) return []
    const right = entriesOf(run, Number(receipt.slice(run.length + 1)))
    const entries = parts.map(({ entry }) => entry)
    if (!isDeepStrictEqual(entries, right))
      return [`${receipt}: ${parts.length} of ${right.length} parts`]
    const first = parts[0]?.offset ?? 0
    return parts.every(({ offset }, i) => offset === first + i) ? [] : [`${receipt}: not in a row`]
  })
}
