/**
 * Measures the journal and the record tables on this machine's disk:
 * `npx tsx test/journal/measure.bench.ts [--window 20] [--seconds 10]`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Entry } from '../../src/core/entry.ts'
import { openJournal } from '../../src/journal/clickhouse.ts'
import { listAlerts } from '../../src/store/alerts.ts'
import { openStore } from '../../src/store/client.ts'
import { listDecisions } from '../../src/store/decisions.ts'
import { listIncidents } from '../../src/store/incidents.ts'
import { openRecordWriter } from '../../src/store/records.ts'
import { aDecision, anAlert, anIncident } from '../store/samples.ts'
import { temporaryFolder } from '../support/store.ts'

const { values } = parseArgs({
  options: {
    window: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '10' },
  },
})
const SECONDS = Number(values.seconds)

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

function percentile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1)
}

function summary(times: number[]): string {
  const sorted = times.sort((a, b) => a - b)
  return `p50 ${percentile(sorted, 0.5)} ms, p99 ${percentile(sorted, 0.99)} ms, max ${percentile(sorted, 1)} ms`
}

function entry(i: number, bytes: number): Entry {
  const text = `{"labels":{"alertname":"A${i % 97}","instance":"host-${i}"},"n":${i}}`
  const body = text.repeat(Math.ceil(bytes / text.length)).slice(0, bytes)
  return {
    kind: 'received',
    at: 1_770_000_000_000 + i,
    scope: 'default',
    source: 'generic',
    receipt: `r${i}`,
    body,
  }
}

const folder = temporaryFolder()
const store = await openStore({ path: folder.path })
const journal = await openJournal(store.journal, { windowMs: Number(values.window) })

async function steady(perSecond: number, bytes: number): Promise<void> {
  const times: number[] = []
  const running: Promise<void>[] = []
  const begun = performance.now()
  const before = journal.stats().batches
  for (let i = 0; i < perSecond * SECONDS; ) {
    const due = ((performance.now() - begun) / 1000) * perSecond
    for (; i < due && i < perSecond * SECONDS; i++) {
      const at = performance.now()
      running.push(
        journal.append([entry(i, bytes)]).then(() => {
          times.push(performance.now() - at)
        }),
      )
    }
    await sleep(1)
  }
  await Promise.all(running)
  const batches = journal.stats().batches - before
  print(
    `append ${bytes} B at ${perSecond}/s, window ${values.window} ms: ${summary(times)}; ` +
      `${(batches / SECONDS).toFixed(0)} inserts/s`,
  )
}

async function saturated(bytes: number, inFlight: number): Promise<void> {
  let sent = 0
  const inserted = journal.stats().batches
  const used = process.cpuUsage()
  const begun = performance.now()
  const end = begun + SECONDS * 1000
  const times: number[] = []
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (performance.now() < end) {
        const at = performance.now()
        await journal.append([entry(sent++, bytes)])
        times.push(performance.now() - at)
      }
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  const { user, system } = process.cpuUsage(used)
  const inserts = journal.stats().batches - inserted
  print(
    `append ${bytes} B, ${inFlight} in flight: ${(sent / seconds).toFixed(0)}/s, ` +
      `${((sent * bytes) / seconds / 1e6).toFixed(1)} MB/s, ${summary(times)}; processor time ` +
      `${((user + system) / 1000 / inserts).toFixed(1)} ms per insert, ` +
      `${((user + system) / sent).toFixed(0)} µs per append`,
  )
}

async function readAll(): Promise<void> {
  const begun = performance.now()
  let count = 0
  for await (const _ of journal.read(1)) count += 1
  const seconds = (performance.now() - begun) / 1000
  print(`read ${count} entries: ${(count / seconds).toFixed(0)}/s`)
}

async function records(): Promise<void> {
  const writer = openRecordWriter(store)
  const TOTAL = 100_000
  const begun = performance.now()
  for (let i = 0; i < TOTAL; i += 500) {
    const numbers = Array.from({ length: 500 }, (_, k) => i + k)
    writer.put(
      {
        alerts: numbers.map((n) => anAlert(n)),
        decisions: numbers.map((n) => aDecision(n)),
        incidents: numbers.filter((n) => n % 10 === 0).map((n) => anIncident(n)),
      },
      { epoch: 1, seq: i + 500, scope: 'default', at: 0 },
    )
    await writer.ready()
  }
  await writer.flush()
  const seconds = (performance.now() - begun) / 1000
  const { writtenRecords, inserts } = writer.stats()
  print(
    `records: ${(writtenRecords / seconds).toFixed(0)}/s (${writtenRecords} in ${inserts} inserts)`,
  )
  await writer.close()
}

async function lists(): Promise<void> {
  const measure = async (name: string, query: () => Promise<unknown>): Promise<void> => {
    const times: number[] = []
    for (let i = 0; i < 30; i++) {
      const at = performance.now()
      await query()
      times.push(performance.now() - at)
    }
    print(`${name}: ${summary(times)}`)
  }
  const first = await listAlerts(store, { limit: 50 })
  await measure('alerts, newest 50 of 100,000', () => listAlerts(store, { limit: 50 }))
  await measure('alerts, second page', () =>
    listAlerts(store, { limit: 50, ...(first.next === undefined ? {} : { cursor: first.next }) }),
  )
  await measure('alerts, firing, 50', () => listAlerts(store, { limit: 50, state: 'firing' }))
  await measure('alerts, of one incident', () =>
    listAlerts(store, { limit: 50, incident: 'INC-000500' }),
  )
  await measure('alerts, searched', () => listAlerts(store, { limit: 50, q: 'host-4711' }))
  await measure('incidents, newest 50 of 10,000', () => listIncidents(store, { limit: 50 }))
  await measure('decisions of one incident', () =>
    listDecisions(store, { limit: 50, incident: 'INC-000500' }),
  )
}

try {
  await steady(1000, 400)
  await steady(150, 30_000)
  await saturated(400, 64)
  await saturated(400, 2000)
  await saturated(30_000, 500)
  await readAll()
  await records()
  await lists()
  print(`memory: ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`)
} finally {
  await journal.close()
  await store.close()
  folder.remove()
}
