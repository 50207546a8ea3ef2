/**
 * How long a backtest of a month takes: `npm run bench:backtest -- [events]`, 1,000,000 unless
 * given. A made-up journal, mostly repeats: faults of one system at a time, each with some alerts that
 * a tool repeats every four minutes for two hours. Reading the store is not in it.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runBacktest } from '../../src/backtest-run.ts'
import type { JournalRecord } from '../../src/core/entry.ts'
import { DAY, MINUTE, SECOND, toRfc3339 } from '../../src/core/time.ts'
import { loadCmdb, loadRules } from '../../src/inputs.ts'
import { shippedRules } from '../../src/paths.ts'
import { temporaryFolder } from '../support/store.ts'
import { estate, sequence } from './inputs.ts'

const BEGIN = Date.UTC(2026, 0, 1)
const SPAN_MS = 30 * DAY
const REPEAT_MS = 4 * MINUTE
const REPORTS = 32
const ALERTS_OF_A_FAULT = 8
const SYSTEMS = 50
const SERVICES = 10
const RULES = ['HighLatency', 'HighErrorRate', 'QueueBacklog', 'ReplicaLag', 'PodNotReady']
const SEVERITIES = ['critical', 'warning', 'warning', 'error', 'info']
const SCOPE = 'default'

interface Event {
  readonly at: number
  readonly startsAt: number
  readonly service: number
  readonly rule: number
  readonly ends: boolean
}

/** Reports of faults spread over the month, by time; about so many. */
function events(count: number): Event[] {
  const random = sequence(7)
  const faults = Math.round(count / (ALERTS_OF_A_FAULT * (REPORTS + 1)))
  const all: Event[] = []
  for (let fault = 0; fault < faults; fault++) {
    const begins = BEGIN + Math.floor(random() * (SPAN_MS - REPORTS * REPEAT_MS - 5 * MINUTE))
    const system = Math.floor(random() * SYSTEMS)
    for (let n = 0; n < ALERTS_OF_A_FAULT; n++) {
      const startsAt = begins + Math.floor(random() * 2 * MINUTE)
      const service = system * SERVICES + Math.floor(random() * SERVICES)
      const rule = Math.floor(random() * RULES.length)
      for (let report = 0; report <= REPORTS; report++)
        all.push({
          ...{ at: startsAt + report * REPEAT_MS, startsAt, service, rule },
          ends: report === REPORTS,
        })
    }
  }
  return all.sort((a, b) => a.at - b.at)
}

function bodyOf({ at, startsAt, service, rule, ends }: Event): string {
  return JSON.stringify([
    {
      labels: {
        ...{ alertname: RULES[rule], severity: SEVERITIES[rule] },
        ...{ service: `svc-${service}`, cluster: 'prod-1', job: 'node' },
      },
      annotations: { summary: `${RULES[rule]} of svc-${service}` },
      startsAt: toRfc3339(startsAt),
      endsAt: toRfc3339(ends ? at : at + 4 * REPEAT_MS),
      generatorURL: 'http://prometheus.example:9090/graph',
    },
  ])
}

async function* journal(count: number, cmdb: string): AsyncGenerator<JournalRecord> {
  let offset = 1
  yield { offset, entry: loadRules(shippedRules()).toEntry(BEGIN, SCOPE) }
  offset += 1
  yield { offset, entry: loadCmdb(cmdb).toEntry(BEGIN, SCOPE) }
  for (const event of events(count)) {
    offset += 1
    const about = { scope: SCOPE, source: 'prometheus', receipt: `r${offset}` }
    const entry = { kind: 'received', at: event.at, ...about, body: bodyOf(event) } as const
    yield { offset, entry }
  }
}

async function main(count: number): Promise<void> {
  const folder = temporaryFolder()
  const cmdb = join(folder.path, 'cmdb.json')
  writeFileSync(cmdb, JSON.stringify(estate()))
  const from = performance.now()
  const cpu = process.cpuUsage()
  let done = 0
  const report = await runBacktest(
    {
      ...{ from: BEGIN, to: BEGIN + 2 * SPAN_MS, packs: {}, now: null },
      change: { base: 'recorded', packs: {}, set: { 'correlate.gap': '1m' } },
    },
    {
      chunks: null,
      records: journal(count, cmdb),
      onProgress: (entries) => {
        done = entries
      },
    },
  )
  const { user, system } = process.cpuUsage(cpu)
  folder.remove()
  const { before, after, totals } = report
  const figures = {
    entries: done,
    seconds: (performance.now() - from) / SECOND,
    cpuSeconds: (user + system) / 1e6,
    heapMib: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
    alerts: before.alerts,
    opened: [before.opened, after.opened],
    totals,
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
}

await main(Number(process.argv[2] ?? 1_000_000))
