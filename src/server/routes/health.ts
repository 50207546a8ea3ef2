/** For those who watch: health, metrics. None of it touches the store. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { INCIDENT_STATUSES, PROBLEM_STATUSES } from '../../core/record.ts'
import { checkMetrics } from '../auth.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'

const Health = z.strictObject({
  status: z.enum(['ok', 'starting', 'ready', 'failed', 'stopping']),
  detail: z.string(),
  version: z.string(),
})

const content = { 'application/json': { schema: Health } }

function alive(path: '/healthz' | '/livez', operationId: string) {
  return createRoute({
    method: 'get',
    path,
    operationId,
    tags: ['health'],
    summary: 'The process lives; nothing else is looked at',
    security: [],
    responses: { 200: { description: 'It lives', content } },
  })
}

const healthz = alive('/healthz', 'getHealth')
const livez = alive('/livez', 'getLiveness')

const readyz = createRoute({
  method: 'get',
  path: '/readyz',
  operationId: 'getReadiness',
  tags: ['health'],
  summary: 'Alerts are taken and decided',
  security: [],
  responses: {
    200: { description: 'Ready', content },
    503: { description: 'Recovering, failed or stopping', content },
  },
})

const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  operationId: 'getMetrics',
  tags: ['health'],
  summary: "Metrics in Prometheus' text format",
  description: 'Open on this machine; beyond it with the token.',
  security: [{ bearer: [] }, {}],
  responses: {
    200: {
      description: 'The metrics',
      content: { 'text/plain; version=0.0.4; charset=utf-8': { schema: z.string() } },
    },
    401: { description: 'A token is needed' },
  },
})

/** Sets the gauges that are not kept up to date all the time. O(alerts + incidents) */
function updateGauges({ journey, records, metrics }: ServerDeps): void {
  const { state } = journey.engine
  const alerts = { firing: 0, resolved: 0 }
  for (const { status } of state.alerts.values()) alerts[status] += 1
  let silent = 0
  for (const { silentSince } of state.sources.values()) if (silentSince !== null) silent += 1
  for (const status of ['firing', 'resolved'] as const) {
    metrics.alerts.set({ state: status }, alerts[status])
  }
  for (const status of INCIDENT_STATUSES) {
    for (const priority of [1, 2, 3, 4, 5]) metrics.incidents.set({ status, priority }, 0)
  }
  for (const { status, priority } of state.incidents.values()) {
    metrics.incidents.inc({ status, priority })
  }
  for (const status of PROBLEM_STATUSES) metrics.problems.set({ status }, 0)
  for (const { status } of state.problems.values()) metrics.problems.inc({ status })
  metrics.staleSources.set(silent)
  metrics.unboundNames.set(state.unbound.size)
  metrics.aliases.set(state.aliases.size)
  for (const status of ['proposed', 'confirmed', 'rejected']) metrics.observed.set({ status }, 0)
  for (const { status } of state.observed.values()) metrics.observed.inc({ status })
  metrics.stormsActive.set(
    [...state.arrivals.values()].filter(({ storm }) => storm !== null).length,
  )
  metrics.foldLag.set(journey.lag())
  const { waitingRecords, lastFlushMs } = records.stats()
  metrics.recordsBacklog.set(waitingRecords)
  metrics.recordsFlushDuration.set(lastFlushMs / 1000)
}

export function healthRoutes(app: OpenAPIHono<AppEnv>): void {
  for (const route of [healthz, livez]) {
    app.openapi(route, (c) =>
      c.json({ status: 'ok' as const, detail: 'alive', version: c.get('deps').version }, 200),
    )
  }

  app.openapi(readyz, (c) => {
    const { lifecycle, version } = c.get('deps')
    const status = lifecycle.phase()
    const body = { status, detail: lifecycle.detail(), version }
    return status === 'ready' ? c.json(body, 200) : c.json(body, 503)
  })

  app.openapi(metricsRoute, async (c) => {
    checkMetrics(c)
    const deps = c.get('deps')
    updateGauges(deps)
    const { registry } = deps.metrics
    return c.body(await registry.metrics(), 200, { 'Content-Type': registry.contentType })
  })
}
