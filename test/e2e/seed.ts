/**
 * A store as it is in the worst hour: `node --import tsx test/e2e/seed.ts '{"path", "incidents", "alerts"}'`.
 * Records only, with no journal behind them: for what reads, not for what decides.
 */
import type { IncidentRecord } from '../../src/core/record.ts'
import { openStore } from '../../src/store/client.ts'
import { openRecordWriter, type RecordWriter } from '../../src/store/records.ts'
import { aCi, anAlert, anIncident } from '../store/samples.ts'

interface Wanted {
  readonly path: string
  readonly incidents: number
  /** Of every incident; all of them fire. */
  readonly alerts: number
}

const SERVICES = ['checkout', 'orders', 'search', 'payments', 'mail', 'login', 'stock', 'prices']
const FAULTS = [
  'answers slowly',
  'rejects writes',
  'has no connections',
  'lost a replica',
  'restarts',
]
const RULES = ['HighLatency', 'HighErrorRate', 'DiskAlmostFull', 'TargetDown', 'QueueBacklog']
const OWNERS = [null, 'dana', 'team-shop', null, 'team-data']
const MINUTE = 60_000

function pick<Item>(from: readonly [Item, ...Item[]] | readonly Item[], n: number): Item {
  const item = from[n % from.length]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

/** Far above the numbers that an engine gives at its start. */
function idOf(n: number): string {
  return `INC-${500_000 + n}`
}

function incidentOf(n: number, alerts: number, now: number): IncidentRecord {
  const at = now - n * MINUTE
  const service = `${pick(SERVICES, n)}-${n % 40}`
  const more = alerts > 1 ? ` (+${alerts - 1} alerts)` : ''
  return anIncident(n, {
    ...{ id: idOf(n), status: 'open', title: `${service} ${pick(FAULTS, n)}${more}` },
    ...{ severity: n % 3 === 0 ? 'critical' : 'warning', owner: pick(OWNERS, n) },
    ...{ service: `svc:${service}`, services: [`svc:${service}`], problem: null },
    ...{ alertCount: alerts, firingCount: alerts, firstAlertAt: at, lastAlertAt: at + 1000 },
    ...{ provisionalAt: at, openedAt: at + 10, notifiedAt: at + 20 },
    acknowledgedAt: n % 4 === 0 ? at + 5000 : null,
    acknowledgedBy: n % 4 === 0 ? 'dana' : null,
    flappingSince: n % 50 === 0 ? at : null,
  })
}

async function putIncident(writer: RecordWriter, n: number, wanted: Wanted & { now: number }) {
  const incident = incidentOf(n, wanted.alerts, wanted.now)
  const at = incident.provisionalAt
  const alerts = Array.from({ length: wanted.alerts }, (_, k) =>
    anAlert(n * 1000 + k, {
      ...{ episode: at + k, startsAt: at + k, firstSeenAt: at + k, lastSeenAt: at + k },
      ...{ state: 'firing', endsAt: null, incident: incident.id, rule: pick(RULES, n + k) },
      title: `${pick(RULES, n + k)} on host-${(n * 7 + k) % 900}`,
      binding: {
        ...{ ci: `host-${(n * 7 + k) % 900}`, rule: 'exact_name', matched: 'instance' },
        confidence: 0.95,
      },
    }),
  )
  writer.put({ alerts, incidents: [incident] }, { scope: 'default', epoch: 1, seq: n + 2, at })
  await writer.ready()
}

const wanted = JSON.parse(process.argv[2] ?? '{}') as Wanted
const store = await openStore({ path: wanted.path })
const writer = openRecordWriter(store)
const now = Date.now()
const services = SERVICES.flatMap((name, n) =>
  Array.from({ length: 40 }, (_, k) =>
    aCi(n * 100 + k, {
      ...{ id: `svc:${name}-${k}`, class: 'service', name: `${name}-${k}`, owner: `team-${n}` },
    }),
  ),
)
writer.put(
  { topology: { mode: 'replace', items: services, relations: [] } },
  { scope: 'default', epoch: 1, seq: 1, at: now },
)
for (let n = 0; n < wanted.incidents; n++) await putIncident(writer, n, { ...wanted, now })
await writer.flush()
await writer.close()
await store.close()
process.stdout.write('seeded\n')
process.exit(0)
