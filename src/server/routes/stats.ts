/** Figures for the overview. Those of a range are kept for a moment: many consoles ask for the same. */
import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import { countDeadLetters } from '../../store/dead-letters.ts'
import {
  alertFigures,
  countOverTime,
  countReceived,
  findFlappers,
  findTalkers,
  incidentFigures,
  type Range,
} from '../../store/stats.ts'
import type { AppEnv, ServerDeps } from '../deps.ts'
import { viewLedger } from '../ledger-view.ts'
import { readLiveReports } from '../live-alerts.ts'
import { readAlerts, readBurning } from '../live-stats.ts'
import { keepRecent } from '../recent.ts'
import { iso } from '../schemas/common.ts'
import { readProblems } from '../schemas/problem.ts'
import {
  LiveStats,
  RangeQuery,
  RangeStats,
  SeriesStats,
  stepOf,
  TalkerStats,
  toBucket,
  toRange,
  toTimes,
} from '../schemas/stats.ts'
import { reads } from './guards.ts'

const live = createRoute({
  method: 'get',
  path: '/api/v1/stats/live',
  operationId: 'getLiveStats',
  tags: ['operations'],
  summary: 'What burns now, by service and priority; what is stale, flapping, silent',
  middleware: reads,
  responses: {
    200: { description: 'Now', content: { 'application/json': { schema: LiveStats } } },
    ...readProblems,
  },
})

/** A route of figures over a range. */
function overRange<Schema extends z.ZodType, const Name extends string>(
  name: Name,
  operationId: string,
  { summary, schema }: { readonly summary: string; readonly schema: Schema },
) {
  return createRoute({
    method: 'get',
    path: `/api/v1/stats/${name}` as const,
    operationId,
    tags: ['operations'],
    summary,
    description:
      'Alerts count by `firstSeenAt`, incidents by `provisionalAt`, so that a list with the same `from` and `to` holds what was counted.',
    middleware: reads,
    request: { query: RangeQuery },
    responses: {
      200: { description: 'The figures', content: { 'application/json': { schema } } },
      ...readProblems,
    },
  })
}

const summary = overRange('range', 'getRangeStats', {
  summary: 'How much came in, how little was left of it, and how long that took',
  schema: RangeStats,
})
const talkers = overRange('talkers', 'getTalkerStats', {
  summary: 'The rules and CIs that reported most, and the alerts that flapped',
  schema: TalkerStats,
})
const series = overRange('series', 'getSeriesStats', {
  summary: 'Alerts and incidents that began, over time',
  schema: SeriesStats,
})

const TOP = 10
const KEPT_MS = 2000

async function readLive({ journey, store, clock }: ServerDeps) {
  const { engine } = journey
  const { balanced, received, outcomes } = viewLedger(engine.state.ledger)
  const deadLetters = await countDeadLetters(store)
  return {
    at: iso(clock.now()),
    ...readBurning(engine),
    ...readAlerts(engine),
    ledger: { balanced, received, rejected: outcomes.rejected },
    deadLetters,
  }
}

async function readRange({ store }: ServerDeps, range: Range) {
  const [came, alerts, incidents] = await Promise.all([
    countReceived(store, range),
    alertFigures(store, range),
    incidentFigures(store, range),
  ])
  const reports = came.received - came.rejected - came.changes
  return {
    ...came,
    alerts: alerts.episodes,
    suppressed: alerts.suppressed,
    incidents: incidents.incidents,
    opened: incidents.opened,
    reduction: reports > 0 ? Math.max(0, 1 - incidents.opened / reports) : null,
    toAcknowledge: toTimes(incidents.toAcknowledge),
    toResolve: toTimes(incidents.toResolve),
  }
}

async function readTalkers({ store, journey }: ServerDeps, range: Range) {
  const talkersBy = (by: 'rule' | 'ci') =>
    findTalkers(store, range, { by, top: TOP, live: readLiveReports(journey.engine, range, by) })
  const [rules, cis, flappers] = await Promise.all([
    talkersBy('rule'),
    talkersBy('ci'),
    findFlappers(store, range, TOP),
  ])
  return { rules, cis, flappers }
}

async function readSeries({ store }: ServerDeps, range: Range) {
  const stepMs = stepOf(range)
  const buckets = await countOverTime(store, range, stepMs)
  return { stepMs, buckets: buckets.map(toBucket) }
}

/** Answers `read` over the range asked for, at most once in a moment. */
function recently<Figures>(read: (deps: ServerDeps, range: Range) => Promise<Figures>) {
  let answer: ReturnType<typeof keepRecent<Figures>> | null = null
  return async (deps: ServerDeps, query: z.output<typeof RangeQuery>) => {
    const range = toRange(query, deps.clock.now())
    answer ??= keepRecent<Figures>(KEPT_MS, deps.clock.now)
    const figures = await answer(`${range.from} ${range.to}`, () => read(deps, range))
    return { from: iso(range.from), to: iso(range.to), ...figures }
  }
}

export function statsRoutes(app: OpenAPIHono<AppEnv>): void {
  const range = recently(readRange)
  const talk = recently(readTalkers)
  const time = recently(readSeries)
  app.openapi(live, async (c) => c.json(await readLive(c.get('deps')), 200))
  app.openapi(summary, async (c) => c.json(await range(c.get('deps'), c.req.valid('query')), 200))
  app.openapi(talkers, async (c) => c.json(await talk(c.get('deps'), c.req.valid('query')), 200))
  app.openapi(series, async (c) => c.json(await time(c.get('deps'), c.req.valid('query')), 200))
}
