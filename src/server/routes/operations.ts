/** How Faultline itself is doing: the ledger, who reports, figures. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi'
import type { Engine } from '../../core/engine/engine.ts'
import { compare } from '../../core/topology.ts'
import { countAlerts } from '../../store/alerts.ts'
import { countDeadLetters } from '../../store/dead-letters.ts'
import { countIncidents } from '../../store/incidents.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { viewLedger } from '../ledger-view.ts'
import { iso } from '../schemas/common.ts'
import { LedgerView, StatsView } from '../schemas/operations.ts'
import { readProblems } from '../schemas/problem.ts'
import { reads } from './guards.ts'

const ledger = createRoute({
  method: 'get',
  path: '/api/v1/ledger',
  operationId: 'getLedger',
  tags: ['operations'],
  summary: 'What became of every received item, per source',
  middleware: reads,
  responses: {
    200: { description: 'The ledger', content: { 'application/json': { schema: LedgerView } } },
    ...readProblems,
  },
})

const stats = createRoute({
  method: 'get',
  path: '/api/v1/stats',
  operationId: 'getStats',
  tags: ['operations'],
  summary: 'Figures for a glance',
  middleware: reads,
  responses: {
    200: { description: 'The figures', content: { 'application/json': { schema: StatsView } } },
    ...readProblems,
  },
})

function openCounts({ state }: Engine) {
  const byPriority = new Map<string, number>(['1', '2', '3', '4', '5'].map((name) => [name, 0]))
  const byService = new Map<string, number>()
  for (const incident of state.incidents.values()) {
    if (incident.status !== 'open' && incident.status !== 'provisional') continue
    const priority = String(incident.priority)
    byPriority.set(priority, (byPriority.get(priority) ?? 0) + 1)
    const service = incident.service ?? ''
    byService.set(service, (byService.get(service) ?? 0) + 1)
  }
  const sorted = [...byService].sort(([a, x], [b, y]) => y - x || compare(a, b))
  return {
    openByPriority: Object.fromEntries(byPriority),
    openByService: Object.fromEntries(sorted.slice(0, 100)),
  }
}

function countSuppressed({ state }: Engine): number {
  let suppressed = 0
  for (const { status, suppressedBy } of state.alerts.values()) {
    if (status === 'firing' && suppressedBy !== null) suppressed += 1
  }
  return suppressed
}

async function figures({ journey, journal, store, outbox, clock, version }: ServerDeps) {
  const { engine } = journey
  const { state } = engine
  const [byStatus, alerts, deadLetters] = await Promise.all([
    countIncidents(store),
    countAlerts(store),
    countDeadLetters(store),
  ])
  const incidents = byStatus.provisional + byStatus.open + byStatus.resolved + byStatus.closed
  const episodes = alerts.firing + alerts.resolved
  return {
    at: iso(clock.now()),
    incidents: { byStatus: { ...byStatus }, ...openCounts(engine) },
    alerts: { ...alerts, suppressed: countSuppressed(engine) },
    alertsPerIncident: incidents === 0 ? null : episodes / incidents,
    journal: { last: journal.last(), applied: state.offset },
    lag: journey.lag(),
    seq: state.seq,
    versions: {
      faultline: version,
      engine: state.engineVersion,
      rules: state.rulesVersion,
      topology: state.topology.version,
      articles: state.articlesVersion,
    },
    cis: state.topology.items.size,
    articles: state.articles.size,
    deadLetters,
    channels: outbox.channels().map(({ id, type, origin, waiting }) => ({
      id,
      type,
      origin,
      waiting,
    })),
  }
}

export function operationRoutes(app: OpenAPIHono<AppEnv>): void {
  app.openapi(ledger, (c) => c.json(viewLedger(c.get('deps').journey.engine.state.ledger), 200))

  app.openapi(stats, async (c) => c.json(await figures(c.get('deps')), 200))
}
