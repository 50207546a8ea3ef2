/** The HTTP surface: every route, and what stands before and behind all of them. */
import { OpenAPIHono } from '@hono/zod-openapi'
import { guardHost, identify, openTokens } from './auth.ts'
import { openConsole } from './console.ts'
import type { AppEnv, ServerDeps } from './deps.ts'
import { renderDocs } from './docs-page.ts'
import { observe, requestIds, secureHeaders } from './headers.ts'
import { openIngest } from './ingest.ts'
import { createIntake } from './intake.ts'
import { viewLedger } from './ledger-view.ts'
import { type Description, describeApi } from './openapi.ts'
import { invalid, problem, toProblem } from './problem-json.ts'
import { Replays } from './replays.ts'
import { alertmanagerRoutes } from './routes/alertmanager.ts'
import { alertRoutes } from './routes/alerts.ts'
import { articleDraftRoutes } from './routes/article-draft.ts'
import { articleImportRoutes } from './routes/article-imports.ts'
import { articleVersionRoutes } from './routes/article-versions.ts'
import { backtestRoutes } from './routes/backtests.ts'
import { backupRoutes } from './routes/backup.ts'
import { bindingRoutes } from './routes/bindings.ts'
import { changeRoutes } from './routes/changes.ts'
import { ciPartRoutes } from './routes/ci-parts.ts'
import { cmdbRoutes } from './routes/cmdb.ts'
import { cmdbImportRoutes } from './routes/cmdb-imports.ts'
import { commandRoutes } from './routes/commands.ts'
import { compatibleRoutes } from './routes/compatible.ts'
import { constraintRoutes } from './routes/constraints.ts'
import { cooccurrenceRoutes } from './routes/cooccurrences.ts'
import { demoRoutes } from './routes/demo.ts'
import { healthRoutes } from './routes/health.ts'
import { incidentPartRoutes } from './routes/incident-parts.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { incidentBulkRoutes } from './routes/incidents-bulk.ts'
import { incidentListRoutes } from './routes/incidents-list.ts'
import { incidentViewRoutes } from './routes/incidents-views.ts'
import { ingestRoutes } from './routes/ingest.ts'
import { knowledgeRoutes } from './routes/knowledge.ts'
import { deliveryRoutes, letterRoutes } from './routes/letters.ts'
import { observedRoutes } from './routes/observed.ts'
import { operationRoutes } from './routes/operations.ts'
import { pastImportRoutes } from './routes/past-imports.ts'
import { previewRoutes } from './routes/preview.ts'
import { problemCommandRoutes } from './routes/problem-commands.ts'
import { problemRoutes } from './routes/problems.ts'
import { proposalRoutes } from './routes/proposals.ts'
import { regroupingRoutes } from './routes/regroupings.ts'
import { reviewRoutes } from './routes/reviews.ts'
import { ruleRoutes } from './routes/rules.ts'
import { runbookLinkRoutes } from './routes/runbook-links.ts'
import { settingRoutes } from './routes/settings.ts'
import { silenceRoutes } from './routes/silences.ts'
import { sourceRoutes } from './routes/sources.ts'
import { statsRoutes } from './routes/stats.ts'
import { stormRoutes } from './routes/storms.ts'
import { streamRoutes } from './routes/stream.ts'
import { topologyMapRoutes } from './routes/topology-maps.ts'
import { turnRoutes } from './routes/turns.ts'
import { weightsRoutes } from './routes/weights.ts'
import { createHub, type Hub } from './stream.ts'

export type App = OpenAPIHono<AppEnv>

/** Puts the server's routes together over what is given; nothing listens yet (serve.ts). */
export function createApp(deps: ServerDeps): App {
  const tokens = openTokens(deps.access)
  const app: App = new OpenAPIHono<AppEnv>({
    defaultHook: (result, c) =>
      result.success ? undefined : invalid(c, result.target, result.error),
  })
  app.onError(toProblem)
  const replays = new Replays()
  app.use('*', async (c, next) => {
    c.set('deps', deps)
    c.set('replays', replays)
    await next()
  })
  app.use('*', observe(deps), requestIds(), secureHeaders())
  app.use('*', guardHost(deps.access), identify(tokens))

  healthRoutes(app)
  const intake = createIntake(deps)
  const port = openIngest(deps, tokens, intake)
  ingestRoutes(app, port)
  alertmanagerRoutes(app, port)
  compatibleRoutes(app, port)
  allIncidentRoutes(app)
  commandRoutes(app)
  problemRoutes(app)
  problemCommandRoutes(app)
  pastImportRoutes(app)
  alertRoutes(app)
  cmdbRoutes(app)
  ciPartRoutes(app)
  topologyMapRoutes(app)
  cmdbImportRoutes(app)
  articleRoutes(app)
  changeRoutes(app)
  silenceRoutes(app)
  turnRoutes(app)
  letterRoutes(app)
  deliveryRoutes(app)
  operationRoutes(app)
  sourceRoutes(app, { tokens, intake })
  settingRoutes(app)
  backupRoutes(app)
  ruleRoutes(app)
  bindingRoutes(app)
  observedRoutes(app)
  constraintRoutes(app)
  cooccurrenceRoutes(app)
  statsRoutes(app)
  stormRoutes(app)
  previewRoutes(app)
  backtestRoutes(app)
  proposalRoutes(app)
  weightsRoutes(app)
  regroupingRoutes(app)
  streamRoutes(app, hubOf(deps))
  demoRoutes(app)
  descriptionRoutes(app, deps.version)
  app.get('*', openConsole(deps.consoleDir))
  app.notFound((c) => problem(c, { code: 'not_found', detail: 'There is no such route.' }))
  return app
}

function allIncidentRoutes(app: App): void {
  incidentListRoutes(app)
  incidentBulkRoutes(app)
  incidentViewRoutes(app)
  incidentRoutes(app)
  incidentPartRoutes(app)
  reviewRoutes(app)
}

/** Knowledge: the articles, their versions, how they come, and the links that lead to none. */
function articleRoutes(app: App): void {
  knowledgeRoutes(app)
  articleVersionRoutes(app)
  articleImportRoutes(app)
  articleDraftRoutes(app)
  runbookLinkRoutes(app)
}

function hubOf({ journey, clock, lifecycle, limits }: ServerDeps): Hub {
  const ledger = (): unknown => viewLedger(journey.engine.state.ledger)
  return createHub({ journey, clock, lifecycle, ledger, limits: limits?.stream })
}

/** Made when it is first asked for: it takes longer than everything else at the start. */
function descriptionRoutes(app: App, version: string): void {
  let description: Description | null = null
  let page: string | null = null
  const describe = (): Description => {
    description ??= describeApi(app, version)
    return description
  }
  app.get('/openapi.json', (c) => c.json(describe(), 200))
  app.get('/docs', (c) => {
    page ??= renderDocs(describe())
    return c.html(page)
  })
}
