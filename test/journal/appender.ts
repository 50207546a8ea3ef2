/** A process that appends to the journal and says what was acknowledged, until a fault kills it. */
import { writeSync } from 'node:fs'
import type { ReceivedEntry } from '../../src/core/entry.ts'
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
  /** Wrong on purpose: each part of a body is appended by itself. */
  readonly apart?: boolean
}

/** The entries of body `n` of a run: one, or one for each of up to four scopes that it spans. */
export function entriesOf(run: string, n: number): ReceivedEntry[] {
  const scopes = 1 + (n % 4)
  return Array.from({ length: scopes }, (_, i) => ({
    kind: 'received',
    at: 1_770_000_000_000 + n,
    scope: scopes === 1 ? 'default' : `s${i}`,
    source: 'generic',
    receipt: `${run}/${n}`,
    body: `{"run":"${run}","n":${n},"i":${i}}`,
    ...(scopes === 1 ? {} : { part: { items: [i] } }),
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
      const entries = entriesOf(options.run, mine)
      const appends = options.apart === true ? entries.map((one) => [one]) : [entries]
      let last = 0
      for (const all of appends) last = await journal.append(all)
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
