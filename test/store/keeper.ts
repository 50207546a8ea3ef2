/** A process that writes records and snapshots and says what is done, until a fault kills it. */
import { writeSync } from 'node:fs'
import { openStore, type StoreTarget } from '../../src/store/client.ts'
import { armFault } from '../../src/store/fault.ts'
import { openRecordWriter } from '../../src/store/records.ts'
import { beginSnapshot, latestSnapshot } from '../../src/store/snapshots.ts'
import { aDecision, anAlert, anIncident } from './samples.ts'

export interface KeeperOptions {
  readonly target: StoreTarget
  readonly fault: string
  readonly rounds: number
}

/** What round `n` writes: new records, and a new version of those of the round before. */
export function roundOf(n: number) {
  return {
    alerts: [anAlert(n), anAlert(n - 1, { reports: 1000 + n })],
    incidents: [anIncident(n), anIncident(n - 1, { title: `seen in round ${n}` })],
    decisions: [aDecision(n)],
  }
}

/** The chunks of the snapshot of round `n`: more than one insert takes. */
export function chunksOf(n: number): readonly (readonly [string, string])[] {
  return [
    ['head', `{"round":${n}}`],
    ['body', `${n}`.repeat(5_000_000)],
    ['body', `-${n}`.repeat(1000)],
  ]
}

async function main({ target, fault, rounds }: KeeperOptions): Promise<void> {
  const store = await openStore(target, { lockTtlMs: 1000 })
  const records = openRecordWriter(store, { windowMs: 1 })
  // what a restart does: it goes on after the snapshot and writes again what came after it
  const first = ((await latestSnapshot(store))?.offset ?? 0) + 1
  armFault(fault)
  for (let n = first; n < first + rounds; n++) {
    records.put(roundOf(n), { epoch: 1, seq: n, scope: 'default', at: n })
    await records.flush()
    writeSync(1, `records ${n}\n`)
    const writer = await beginSnapshot(store, n)
    for (const [kind, data] of chunksOf(n)) await writer.chunk(kind, data)
    await writer.finish()
    writeSync(1, `snapshot ${n}\n`)
  }
  await records.close()
  await store.close()
}

const [, script = '', argument] = process.argv
if (script.endsWith('keeper.ts') && argument !== undefined) {
  await main(JSON.parse(argument) as KeeperOptions)
}
