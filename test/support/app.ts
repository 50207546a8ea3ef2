/** The real app for tests: engine, journal and store as they are, on data of their own, on a free port. */
import { randomUUID } from 'node:crypto'
import { SOURCES } from '../../ingest/index.ts'
import { openArticleImports } from '../../src/article-imports.ts'
import { openBacktests } from '../../src/backtests.ts'
import { createChangePulls } from '../../src/change-pulls.ts'
import { createPullHttp, type PullHttp } from '../../src/cmdb/pull/http.ts'
import { openImports, type RunningImports } from '../../src/cmdb-imports.ts'
import { type Applied, Engine } from '../../src/core/engine/engine.ts'
import type { AppError } from '../../src/core/errors.ts'
import { createPulls } from '../../src/jobs/pulls.ts'
import { openJournal } from '../../src/journal/clickhouse.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { createJourney, type Journey } from '../../src/journey.ts'
import { openKnowledge } from '../../src/knowledge-folder.ts'
import { createAnnouncer } from '../../src/notify/announce.ts'
import { type Channel, channelsSchema } from '../../src/notify/channel.ts'
import { type Clock, systemClock } from '../../src/notify/clock.ts'
import type { DeliveryRecord } from '../../src/notify/delivery.ts'
import { createOutbox, type Outbox } from '../../src/notify/outbox.ts'
import { openPastImports } from '../../src/past-imports.ts'
import { ruleSchemas, shippedRules, sourcePages } from '../../src/paths.ts'
import type { ChangeSource, PulledSource } from '../../src/pulled-sources.ts'
import { openRulesFolder, type WatchedRules } from '../../src/rules-reload.ts'
import type { Access } from '../../src/server/access.ts'
import { type App, createApp } from '../../src/server/app.ts'
import type { Demo } from '../../src/server/demo.ts'
import type { ServerDeps, ServerLimits } from '../../src/server/deps.ts'
import { createLifecycle } from '../../src/server/lifecycle.ts'
import { startServer } from '../../src/server/serve.ts'
import { createSns } from '../../src/server/sns.ts'
import { openStore } from '../../src/store/client.ts'
import { openDeliveries } from '../../src/store/deliveries.ts'
import { faultPoint } from '../../src/store/fault.ts'
import { openRecordWriter } from '../../src/store/records.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'
import { embedded } from './store.ts'

export const TOKEN = 'test-admin-token-0123456789'

export interface AppOptions {
  readonly limits?: ServerLimits
  readonly access?: Partial<Access>
  readonly consoleDir?: string | null
  /** As in the config file. */
  readonly channels?: readonly object[]
  /** Told of every line of the log. */
  readonly onLog?: (line: string) => void
  /** Of the journey and the server; the machine's unless given. */
  readonly clock?: Clock
  /** Stands for the network towards Amazon SNS. */
  readonly snsFetch?: (url: string) => Promise<string>
  /** Instead of putting news into the outbox. */
  readonly announce?: (applied: Applied) => Promise<void>
  /** What backtests read instead of the journal. */
  readonly pastOf?: (journal: Journal) => Pick<Journal, 'read'>
  /** Where rules are reloaded from; nothing is read before somebody asks. */
  readonly rulesFolder?: string
  /** Where articles are read from when somebody asks. */
  readonly knowledgeFolder?: string
  /** Sources of the CMDB that are read when somebody asks; nothing is read by the clock. */
  readonly pulled?: { readonly sources: readonly PulledSource[]; readonly http?: PullHttp }
  /** Service desks whose changes are read when somebody asks. */
  readonly changes?: { readonly sources: readonly ChangeSource[]; readonly http?: PullHttp }
  /** Makes it the server of a demo; `url` can be read once it listens. */
  readonly demo?: (parts: { readonly engine: Engine; readonly url: string }) => Demo
}

export interface TestApp {
  readonly url: string
  readonly app: App
  readonly deps: ServerDeps
  readonly journey: Journey
  readonly journal: Journal
  readonly outbox: Outbox
  readonly rules: WatchedRules | undefined
  /** What the journey reported as its own faults. */
  readonly faults: readonly AppError[]
  /** Moves the clock on; timers stay as they are. */
  skip(ms: number): void
  /** A request with the admin token, unless `authorization` is given. */
  request(path: string, init?: RequestInit): Promise<Response>
  get(path: string): Promise<Answer>
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>
  /** Everything that was posted is decided and can be read. */
  settled(): Promise<void>
  stop(): Promise<void>
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
  readonly body: any
}

export async function startApp(options: AppOptions = {}): Promise<TestApp> {
  const place = await embedded.start()
  const store = await openStore(place.target, { memoryBytes: 2 ** 30 })
  const journal = await openJournal(store.journal)
  const records = openRecordWriter(store)
  const deliveries = openDeliveries<DeliveryRecord>(store)
  let skipped = 0
  const base = options.clock ?? systemClock
  const clock: Clock = { ...base, now: () => base.now() + skipped }
  const channels: readonly Channel[] = channelsSchema.parse(options.channels ?? [])
  const outbox = createOutbox({ channels, deliveries, clock })
  const metrics = createMetrics({ version: 'test', sources: [...SOURCES.keys()] })
  const faults: AppError[] = []
  const journey = createJourney({
    engine: new Engine(),
    journal,
    records,
    announce: options.announce ?? createAnnouncer({ outbox, consoleUrl: 'http://console.test' }),
    epoch: 1,
    metrics,
    now: clock.now,
    newReceipt: () => randomUUID(),
    fault: faultPoint,
    onFault: (fault) => faults.push(fault),
  })
  const lifecycle = createLifecycle()
  const { onLog } = options
  const log = createLog({
    level: onLog === undefined ? 'silent' : 'debug',
    ...(onLog === undefined ? undefined : { destination: { write: onLog } }),
  })
  const access: Access = {
    adminToken: TOKEN,
    sourceTokens: [],
    loopback: true,
    hosts: [],
    ...options.access,
  }
  const { rulesFolder, knowledgeFolder } = options
  const rules =
    rulesFolder === undefined
      ? undefined
      : openRulesFolder({
          folder: rulesFolder,
          channels: channels.map(({ id }) => id),
          journey,
          clock,
          metrics,
          log,
        })
  const folder = rulesFolder ?? shippedRules()
  const past = options.pastOf?.(journal) ?? journal
  const backtests = await openBacktests({ store, journal: past, folder, clock, log })
  const { sources = [], http } = options.pulled ?? {}
  const anHttp = createPullHttp({
    ...{ env: () => undefined, wait: () => Promise.resolve(), now: () => 0 },
  })
  const imports = openImports({
    ...{ journey, metrics, log, now: clock.now, http: http ?? anHttp },
  })
  const changePulls = createChangePulls({
    ...{ journey, metrics, log, clock, store, sources: options.changes?.sources ?? [] },
    http: options.changes?.http ?? anHttp,
  })
  const pull: RunningImports['pull'] = (source, by) => imports.pull(source, by)
  const pulls = createPulls({ sources, pull, clock, onError: (cause) => log.error(cause) })
  const deps: ServerDeps = {
    ...{ backtests, imports, pulls, changePulls },
    ...(rules && { rules }),
    articleImports: openArticleImports(journey),
    pastImports: openPastImports(journey, clock),
    ...(knowledgeFolder !== undefined && {
      knowledge: openKnowledge({ folder: knowledgeFolder, journey, clock, log }),
    }),
    ...{ journey, journal, store, records, deliveries, outbox, metrics, log, clock, lifecycle },
    ...{ access, consoleDir: options.consoleDir ?? null, version: '1.2.3' },
    pagesDir: sourcePages(),
    schemasDir: ruleSchemas(),
    ...(options.limits === undefined ? undefined : { limits: options.limits }),
    ...demoOf(options, { engine: journey.engine, url: () => server.url }),
    ...(options.snsFetch === undefined
      ? undefined
      : { sns: createSns({ topics: access.snsTopics ?? [], fetchText: options.snsFetch, clock }) }),
  }
  const app = createApp(deps)
  const server: Awaited<ReturnType<typeof startServer>> = await startServer({
    app,
    listen: { host: '127.0.0.1', port: 0 },
    lifecycle,
  })
  lifecycle.ready()
  return {
    ...{ url: server.url, app, deps, journey, journal, outbox, rules, faults },
    ...clientOf(server.url),
    skip: (ms) => {
      skipped += ms
    },
    settled: () => journey.settled(),
    stop: async () => {
      await server.close()
      await imports.stop()
      await changePulls.stop()
      await backtests.stop()
      await journey.stop()
      await outbox.stop()
      await records.close()
      await journal.close()
      await store.close()
      await place.stop()
    },
  }
}

function demoOf(
  { demo }: AppOptions,
  { engine, url }: { readonly engine: Engine; readonly url: () => string },
): Pick<ServerDeps, 'demo'> {
  if (demo === undefined) return {}
  const parts = {
    engine,
    get url() {
      return url()
    },
  }
  return { demo: demo(parts) }
}

type Client = Pick<TestApp, 'request' | 'get' | 'post'>

function clientOf(url: string): Client {
  const request: Client['request'] = (path, init = {}) => {
    const headers = new Headers(init.headers)
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${TOKEN}`)
    return fetch(`${url}${path}`, { ...init, headers })
  }
  const answer = async (response: Response): Promise<Answer> => {
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    }
  }
  return {
    request,
    get: async (path) => answer(await request(path)),
    post: async (path, body, headers = {}) =>
      answer(
        await request(path, {
          method: 'POST',
          headers:
            body === undefined ? headers : { 'content-type': 'application/json', ...headers },
          ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
        }),
      ),
  }
}

/** A body for `/ingest/generic`. */
export function firing(
  alertname: string,
  host: string,
  more: Readonly<Record<string, unknown>> = {},
): object {
  return {
    title: `${alertname} on ${host}`,
    status: 'firing',
    severity: 'critical',
    labels: { alertname, host },
    ...more,
  }
}

/** Like `firing`, of something that the CMDB does not have, long before the rest: nothing links the two. */
export function firingApart(
  alertname: string,
  host: string,
  more: Readonly<Record<string, unknown>> = {},
): object {
  const startsAt = new Date(Date.now() - 20 * 60_000).toISOString()
  return firing(alertname, host, { startsAt, ...more })
}

/** A small CMDB: two services on hosts, one database. */
export const CMDB = {
  items: [
    { id: 'svc:checkout', class: 'service', name: 'checkout', criticality: 1, owner: 'shop' },
    { id: 'svc:search', class: 'service', name: 'search' },
    { id: 'db:orders', class: 'database', name: 'orders-db', aliases: ['orders'] },
    { id: 'host:db-1', class: 'host', name: 'db-1' },
    { id: 'host:web-1', class: 'host', name: 'web-1', labels: { rack: 'r1' } },
  ],
  relations: [
    { from: 'svc:checkout', type: 'depends_on', to: 'db:orders' },
    { from: 'db:orders', type: 'runs_on', to: 'host:db-1' },
    { from: 'svc:checkout', type: 'runs_on', to: 'host:web-1' },
    { from: 'svc:search', type: 'runs_on', to: 'host:web-1' },
  ],
}
