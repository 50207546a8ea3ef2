/** A process that appends to the journal and says what was acknowledged, until a fault kills it. */
import { writeSync } from 'node:fs'
import type { Entry } from '../../src/core/entry.ts'
import { openJournal } from '../../src/journal/clickhouse.ts'
import { openStore, type StoreTarget } from '../../src/store/client.ts'
import { armFault, faultPoint } from '../../src/store/fault.ts'

export interface AppenderOptions {
  readonly target: StoreTarget
  readonly fault: string
  /** Names this run in the receipts. */
  readonly run: string
  /** Appends to make if nothing kills it. */
  readonly appends: number
}

/** The entries of append `n` of a run: one to four of them. */
export function entriesOf(run: string, n: number): Entry[] {
  return Array.from({ length: 1 + (n % 4) }, (_, i) => ({
    kind: 'received',
    at: 1_770_000_000_000 + n,
    scope: 'default',
    source: 'generic',
    receipt: `${run}/${n}/${i}`,
    body: `{"run":"${run}","n":${n},"i":${i}}`,
  }))
}

async function main(options: AppenderOptions): Promise<void> {
  const store = await openStore(options.target, { lockTtlMs: 1000 })
  const journal = await openJournal(store.journal, { fault: faultPoint, windowMs: 2 })
  armFault(options.fault)
  let n = 0
  const worker = async (): Promise<void> => {
    while (n < options.appends) {
      const mine = n++
      const last = await journal.append(entriesOf(options.run, mine))
      writeSync(1, `${mine} ${last}\n`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, worker))
  await journal.close()
  await store.close()
}

const [, script = '', argument] = process.argv
if (script.endsWith('appender.ts') && argument !== undefined) {
  await main(JSON.parse(argument) as AppenderOptions)
}
