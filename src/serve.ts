/** `faultline serve`: opens what there is, recovers, listens, and ends it all in order. */
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { SOURCES } from '../ingest/index.ts'
import { adminToken } from './admin-token.ts'
import { openArticleImports } from './article-imports.ts'
import { openBacktests, type RunningBacktests } from './backtests.ts'
import { openChanges } from './change-pulls.ts'
import { openCmdb } from './cmdb-open.ts'
import type { Config } from './config.ts'
import { ENGINE_VERSION } from './core/engine/context.ts'
import type { Engine } from './core/engine/engine.ts'
import type { AppError } from './core/errors.ts'
import { loadCmdb } from './inputs.ts'
import { createFolderWatch } from './jobs/folder-watch.ts'
import { createRetention } from './jobs/retention.ts'
import { createSnapshots } from './jobs/snapshots.ts'
import { createTicker } from './jobs/ticker.ts'
import { openJournal } from './journal/clickhouse.ts'
import type { Journal } from './journal/journal.ts'
import { createJourney, type Journey } from './journey.ts'
import { openKnowledge, type WatchedKnowledge } from './knowledge-folder.ts'
import { createAnnouncer } from './notify/announce.ts'
import { systemClock } from './notify/clock.ts'
import type { DeliveryRecord } from './notify/delivery.ts'
import { createHeartbeat, type Heartbeat } from './notify/heartbeat.ts'
import { fetchPublic } from './notify/http.ts'
import { createOutbox, type Outbox } from './notify/outbox.ts'
import { openPastImports } from './past-imports.ts'
import { consoleFolder, ruleSchemas, shippedRules, sourcePages, version } from './paths.ts'
import { recover } from './recovery.ts'
import { openRulesFolder, startWithRules, type WatchedRules } from './rules-reload.ts'
import type { Access } from './server/access.ts'
import { createApp } from './server/app.ts'
import type { Demo } from './server/demo.ts'
import { createLifecycle, type Lifecycle } from './server/lifecycle.ts'
import { showLastBackup } from './server/routes/backup.ts'
import { createWaitingApp, startServer } from './server/serve.ts'
import { createSns, type Sns } from './server/sns.ts'
import { viewSettings } from './settings-view.ts'
import { openStore, type Store } from './store/client.ts'
import { type Deliveries, openDeliveries } from './store/deliveries.ts'
import { armFault, faultPoint } from './store/fault.ts'
import { readEpoch } from './store/meta.ts'
import { openRecordWriter, type RecordWriter } from './store/records.ts'
import { latestSnapshot } from './store/snapshots.ts'
import { createLog, type Log } from './telemetry/log.ts'
import { createMetrics, type Metrics } from './telemetry/metrics.ts'

export interface Served {
  readonly url: string
  /** Reads the folder of rules anew. */
  reloadRules(by: string): Promise<unknown>
  /** Takes nothing more in, finishes what is under way, takes a last snapshot, closes the store. */
  stop(): Promise<void>
}

/** A demo that runs in the server, and its end. */
export type StartDemo = (server: {
  readonly url: string
  readonly engine: Engine
  readonly log: Log
}) => Demo & { stop(): Promise<void> }

/** Serves until SIGTERM or SIGINT. Says on stdout where it listens and how to log in. */
export async function serveUntilStopped(config: Config, startDemo?: StartDemo): Promise<void> {
  const log = createLog({ level: config.logLevel, destination: process.stderr })
  const served = await serve(config, log, startDemo)
  process.stdout.write(`Faultline ${version()} listens on ${served.url}\n`)
  const token = adminToken(config)
  const login = token.given ? '' : `#token=${token.value}`
  process.stdout.write(`Open the console: ${served.url}/login${login}\n`)
  const reload = (): void => {
    served
      .reloadRules('SIGHUP')
      .catch((cause: unknown) => log.error({ err: cause }, 'the rules could not be read anew'))
  }
  process.on('SIGHUP', reload)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve())
  })
  await served.stop()
  process.off('SIGHUP', reload)
}

interface Parts {
  readonly config: Config
  readonly log: Log
  readonly lifecycle: Lifecycle
  readonly metrics: Metrics
  readonly store: Store
  readonly journal: Journal
  readonly records: RecordWriter
  readonly deliveries: Deliveries<DeliveryRecord>
  readonly outbox: Outbox
}

/** What has been opened and has to be closed, newest first; one that fails does not keep the others. */
interface Closing {
  add(close: () => Promise<void>): void
  run(): Promise<void>
}

function closing(log: Log): Closing {
  const all: (() => Promise<void>)[] = []
  return {
    add: (close) => all.push(close),
    run: async () => {
      for (const close of all.splice(0).reverse())
        await close().catch((cause: unknown) => log.error({ err: cause }, 'could not be closed'))
    },
  }
}

/**
 * Starts everything and resolves when alerts are taken and decided.
 *
 * @throws AppError where the store, a file of the user's or the address cannot be had; what was
 * opened by then is closed
 */
export async function serve(config: Config, log: Log, startDemo?: StartDemo): Promise<Served> {
  const ends = closing(log)
  try {
    const { url, rules } = await start(config, { log, ends, ...(startDemo && { startDemo }) })
    return { url, reloadRules: rules.reload, stop: ends.run }
  } catch (cause) {
    await ends.run()
    throw cause
  }
}

interface Starting {
  readonly log: Log
  readonly ends: Closing
  readonly startDemo?: StartDemo
}

interface Started {
  readonly url: string
  readonly rules: WatchedRules
}

async function start(config: Config, { log, ends, startDemo }: Starting): Promise<Started> {
  if (config.faultPoint !== null) armFault(config.faultPoint)
  const lifecycle = createLifecycle()
  const parts = await open(config, { log, lifecycle, ends })
  const waiting = createWaitingApp(lifecycle, version())
  const server = await startServer({ app: waiting, listen: config.listen, lifecycle })
  const fed = await startJourney(parts, server.url).catch(async (cause: unknown) => {
    await server.close()
    throw cause
  })
  const { journey, rules, knowledge } = fed
  ends.add(() => parts.outbox.stop())
  ends.add(() => journey.stop())
  const jobs = startJobs(parts, fed)
  ends.add(() => jobs.stop())
  const { imports, pulls } = openCmdb({ ...parts, journey, ends })
  const changePulls = openChanges({ ...parts, journey, ends })
  const backtests = await openPast(parts, rules)
  ends.add(() => backtests.stop())
  ends.add(() => server.close())
  await parts.outbox.recover()
  await showLastBackup(parts)
  const demo = startDemo?.({ url: server.url, engine: journey.engine, log })
  if (demo !== undefined) ends.add(() => demo.stop())
  server.use(
    createApp({
      ...parts,
      ...(demo && { demo }),
      ...{ journey, rules, backtests, imports, pulls, changePulls },
      ...(knowledge && { knowledge }),
      articleImports: openArticleImports(journey),
      pastImports: openPastImports(journey, systemClock),
      ...{ clock: systemClock, access: accessOf(config), ...snsOf(config) },
      consoleDir: existsSync(consoleFolder()) ? consoleFolder() : null,
      pagesDir: sourcePages(),
      schemasDir: ruleSchemas(),
      version: version(),
      setUp: viewSettings(config),
      historyDays: config.retention.historyDays,
    }),
  )
  lifecycle.ready()
  log.info({ url: server.url, offset: journey.engine.state.offset }, 'ready')
  return { url: server.url, rules }
}

function openPast(
  { store, journal, log }: Parts,
  { folder }: WatchedRules,
): Promise<RunningBacktests> {
  return openBacktests({ store, journal, log, folder, clock: systemClock })
}

function snsOf({ snsTopics: topics }: Config): { readonly sns?: Sns } {
  if (topics.length === 0) return {}
  const clock = systemClock
  const fetchText = (url: string): Promise<string> => fetchPublic(url, { clock })
  return { sns: createSns({ topics, fetchText, clock }) }
}

function accessOf(config: Config): Access {
  return {
    adminToken: adminToken(config).value,
    sourceTokens: config.sourceTokens,
    sourceSecrets: config.sourceSecrets,
    snsTopics: config.snsTopics,
    loopback: config.listen.loopback,
    hosts: config.consoleUrl === null ? [] : [new URL(config.consoleUrl).hostname],
  }
}

interface Opening {
  readonly log: Log
  readonly lifecycle: Lifecycle
  readonly ends: Closing
}

async function open(config: Config, { log, lifecycle, ends }: Opening): Promise<Parts> {
  const metrics = createMetrics({ version: version(), sources: [...SOURCES.keys()] })
  const { storeMemoryMb, journalQueueMb } = config.limits
  const fail = (fault: AppError): void => {
    lifecycle.fail(fault.message)
    log.fatal({ err: fault }, 'nothing is decided any more until a restart')
  }
  const store = await openStore(config.store, {
    onLockLost: fail,
    ...(storeMemoryMb === null ? {} : { memoryBytes: storeMemoryMb * 2 ** 20 }),
  })
  ends.add(() => store.close())
  const journal = await openJournal(store.journal, {
    fault: faultPoint,
    ...(journalQueueMb === null ? {} : { queueBytes: journalQueueMb * 2 ** 20 }),
  })
  ends.add(() => journal.close())
  const records = openRecordWriter(store, {
    onError: (cause) => log.error({ err: cause }, 'records could not be written; trying again'),
  })
  ends.add(() => records.close())
  const deliveries = openDeliveries<DeliveryRecord>(store)
  const outbox = createOutbox({
    channels: config.channels,
    deliveries,
    clock: systemClock,
    onDelivery: ({ channel, state, attempts, createdAt, deliveredAt }) => {
      if (state !== 'pending') metrics.notifications.inc({ channel, result: state })
      if (deliveredAt !== null)
        metrics.notificationLatency.observe({ channel }, (deliveredAt - createdAt) / 1000)
      log.info({ channel, state, attempts: attempts.length }, 'delivery')
    },
    onStoreError: (cause) => log.error({ err: cause }, 'a delivery could not be recorded'),
  })
  return { config, log, lifecycle, metrics, store, journal, records, deliveries, outbox }
}

interface Fed {
  readonly journey: Journey
  readonly rules: WatchedRules
  /** null: there is no folder of articles. */
  readonly knowledge: WatchedKnowledge | null
}

/** Recovers the engine, then tells it who runs it and what the files say now. */
async function startJourney(parts: Parts, url: string): Promise<Fed> {
  const { config, log, lifecycle, metrics, store, journal, records, outbox } = parts
  const announce = createAnnouncer({ outbox, consoleUrl: config.consoleUrl ?? url })
  const epoch = await readEpoch(store)
  const newest = journal.newest()
  const snapshot = await latestSnapshot(store)
  const onUnknown = (offset: number): void =>
    log.warn({ snapshot: offset }, 'a snapshot of another format: the whole journal is folded')
  const recovered = await recover({ snapshot, journal, records, announce, epoch, onUnknown })
  log.info({ snapshot: recovered.from, tail: recovered.entries }, 'recovered')
  const journey = createJourney({
    engine: recovered.engine,
    journal,
    records,
    announce,
    epoch,
    metrics,
    now: () => Date.now(),
    newReceipt: () => randomUUID(),
    fault: faultPoint,
    onFault: (fault) => {
      lifecycle.fail(fault.message)
      log.fatal({ err: fault }, 'the fold has stopped')
    },
    onDelay: (cause) => log.error({ err: cause }, 'news could not be stored; trying again'),
  })
  await journey.submit((at, scope) => ({
    kind: 'engine',
    at,
    scope,
    version: `${version()}/${ENGINE_VERSION}`,
    downSince: newest?.at ?? null,
  }))
  const folder = config.rules ?? shippedRules()
  const channels = config.channels.map(({ id }) => id)
  const rules = openRulesFolder({ folder, channels, journey, clock: systemClock, metrics, log })
  await startWithRules(rules, { journey })
  await takeOverCmdb(config, journey)
  if (config.knowledge === null) return { journey, rules, knowledge: null }
  const { knowledge: articles } = config
  const knowledge = openKnowledge({ folder: articles, journey, clock: systemClock, log })
  await knowledge.read('start')
  return { journey, rules, knowledge }
}

/** Submits the CMDB where its content differs from what the engine has. */
async function takeOverCmdb({ cmdb }: Config, journey: Journey): Promise<void> {
  if (cmdb === null) return
  // behind the plus sign stands what imports and alerts said since
  const [known = ''] = journey.engine.state.topology.version.split('+')
  const loaded = loadCmdb(cmdb)
  if (loaded.version !== known) await journey.submit(loaded.toEntry)
}

/** Longest wait at the end for what is under way: a store that is away must not keep the process. */
const SETTLE_MS = 10_000
/** Of thousands of files: asked for what changed, not read. */
const KNOWLEDGE_LOOK_MS = 10_000

function startJobs(parts: Parts, { journey, rules, knowledge }: Fed): { stop(): Promise<void> } {
  const { config, store, records, metrics, log } = parts
  const ticker = createTicker({
    journey,
    clock: systemClock,
    onError: (cause) => log.error({ err: cause }, 'a deadline could not be stored; trying again'),
  })
  const snapshots = createSnapshots({
    journey,
    store,
    records,
    metrics,
    clock: systemClock,
    intervalMs: config.limits.snapshotSeconds * 1000,
    onError: (cause) => log.error({ err: cause }, 'a snapshot could not be taken'),
  })
  const retention = createRetention({
    store,
    journal: parts.journal,
    clock: systemClock,
    ...config.retention,
    onError: (cause) => log.error({ err: cause }, 'old history could not be let go'),
  })
  const watch = createFolderWatch({
    ...rules,
    clock: systemClock,
    reload: () => rules.reload('files changed'),
    onError: (cause) => log.error({ err: cause }, 'the rules could not be read anew; trying again'),
  })
  const articles = knowledge === null ? null : watchKnowledge(knowledge, log)
  ticker.start()
  watch.start()
  articles?.start()
  snapshots.start()
  retention.start()
  const heartbeat = startHeartbeat(parts)
  return {
    stop: async () => {
      ticker.stop()
      await watch.stop()
      await articles?.stop()
      heartbeat?.stop()
      await retention.stop()
      const settled = journey.settled().then(() => true)
      const late = sleep(SETTLE_MS, false, { ref: false })
      if (await Promise.race([settled, late])) await snapshots.stop()
    },
  }
}

function watchKnowledge(
  knowledge: WatchedKnowledge,
  log: Log,
): ReturnType<typeof createFolderWatch> {
  return createFolderWatch({
    ...knowledge,
    lookMs: KNOWLEDGE_LOOK_MS,
    clock: systemClock,
    reload: () => knowledge.read('files changed'),
    onError: (cause) => log.error({ err: cause }, 'the articles could not be read; trying again'),
  })
}

function startHeartbeat({ config, lifecycle, metrics }: Parts): Heartbeat | null {
  if (config.heartbeat === null) return null
  const { intervalSeconds, ...settings } = config.heartbeat
  const heartbeat = createHeartbeat({
    ...settings,
    intervalMs: intervalSeconds * 1000,
    healthy: () => lifecycle.phase() === 'ready',
    clock: systemClock,
    onBeat: ({ error }) => metrics.heartbeats.inc({ result: error === null ? 'ok' : 'failed' }),
  })
  heartbeat.start()
  return heartbeat
}
