/**
 * Every metric of ours: name, unit and meaning, in this one file. Labels come from closed or
 * configured lists only (sources, outcomes, channels, route templates), never from alerts.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { INCIDENT_STATUSES, OUTCOMES, PROBLEM_STATUSES } from '../core/record.ts'

/** Seconds: from a fast in-memory step to a request that is nearly given up on. */
const FAST_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Seconds: from "at once" to a long outage of the other side. */
const SLOW_S = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600]

const PRIORITIES = ['1', '2', '3', '4', '5'] as const

/** karma asks for it at `/metrics`, and speaks to nothing older than 0.22. */
const ALERTMANAGER_VERSION = '0.28.0'

export interface MetricsOptions {
  readonly version: string
  /** Ids of the sources that are served: their series exist, as 0, from the start. */
  readonly sources: readonly string[]
}

export type Metrics = ReturnType<typeof createMetrics>

/**
 * All metrics, in a registry of their own, so that two engines in one process do not add up.
 * Besides ours it holds prom-client's `process_*` and `nodejs_*`.
 */
export function createMetrics({ version, sources }: MetricsOptions) {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const metrics = {
    registry,
    ...ingestMetrics(registry),
    ...foldMetrics(registry),
    ...stateMetrics(registry),
    ...notifyMetrics(registry),
    ...rulesMetrics(registry),
    ...importMetrics(registry),
    ...storeMetrics(registry),
    httpRequestDuration: new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time to answer an HTTP request, by route template',
      labelNames: ['method', 'route', 'code'],
      buckets: FAST_S,
      registers: [registry],
    }),
  }
  new Gauge({
    name: 'faultline_build_info',
    help: 'Always 1; the labels say which build this is',
    labelNames: ['version', 'node'],
    registers: [registry],
  }).set({ version, node: process.version }, 1)
  new Gauge({
    name: 'alertmanager_build_info',
    help: 'Always 1; the version of Alertmanager whose API is spoken, for clients that look for it',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: ALERTMANAGER_VERSION }, 1)
  for (const source of sources) {
    for (const outcome of OUTCOMES) metrics.ingestItems.inc({ source, outcome }, 0)
  }
  for (const state of ['firing', 'resolved']) metrics.alerts.set({ state }, 0)
  for (const status of PROBLEM_STATUSES) metrics.problems.set({ status }, 0)
  for (const status of INCIDENT_STATUSES) {
    for (const priority of PRIORITIES) metrics.incidents.set({ status, priority }, 0)
  }
  return metrics
}

function importMetrics(registry: Registry) {
  const registers = [registry]
  return {
    imports: new Counter({
      name: 'faultline_cmdb_imports_total',
      help: 'Imports into the CMDB, by how they ended; guarded: one waits for somebody to confirm it',
      labelNames: ['result'],
      registers,
    }),
    importDuration: new Histogram({
      name: 'faultline_cmdb_import_duration_seconds',
      help: 'From the files being there to what they say being in force',
      buckets: SLOW_S,
      registers,
    }),
    importBadRows: new Counter({
      name: 'faultline_cmdb_bad_rows_total',
      help: 'Rows, documents and objects of imports that could not be read',
      registers,
    }),
    changePulls: new Counter({
      name: 'faultline_change_pulls_total',
      help: 'Readings of service desks for their changes, by how they ended',
      labelNames: ['result'],
      registers,
    }),
  }
}

function ingestMetrics(registry: Registry) {
  const registers = [registry]
  return {
    ingestItems: new Counter({
      name: 'faultline_ingest_items_total',
      help: 'Items of received bodies, by what became of them when they were placed',
      labelNames: ['source', 'outcome'],
      registers,
    }),
    ingestDuration: new Histogram({
      name: 'faultline_ingest_duration_seconds',
      help: 'From the whole body received to the answer, the durable append included',
      labelNames: ['source'],
      buckets: FAST_S,
      registers,
    }),
    deadLetters: new Counter({
      name: 'faultline_dead_letters_total',
      help: 'Bodies and items that could not be read or applied, by the step that failed',
      labelNames: ['source', 'step'],
      registers,
    }),
    staleSources: new Gauge({
      name: 'faultline_sources_stale',
      help: 'Sources with firing alerts that have fallen silent',
      registers,
    }),
    journalAppendDuration: new Histogram({
      name: 'faultline_journal_append_duration_seconds',
      help: 'From the call to the entry being durable, the wait for its group included',
      buckets: FAST_S,
      registers,
    }),
  }
}

function foldMetrics(registry: Registry) {
  const registers = [registry]
  return {
    foldDuration: new Histogram({
      name: 'faultline_fold_duration_seconds',
      help: 'Time the engine took for one entry',
      buckets: FAST_S,
      registers,
    }),
    foldEntries: new Counter({
      name: 'faultline_fold_entries_total',
      help: 'Entries of the journal the engine has applied',
      labelNames: ['kind'],
      registers,
    }),
    foldLag: new Gauge({
      name: 'faultline_fold_lag_entries',
      help: 'Entries that are durable and not applied yet',
      registers,
    }),
    provisionalLatency: new Histogram({
      name: 'faultline_provisional_latency_seconds',
      help: 'From the arrival of a new alert to its place in an incident',
      buckets: FAST_S,
      registers,
    }),
  }
}

function stateMetrics(registry: Registry) {
  const registers = [registry]
  return {
    alerts: new Gauge({
      name: 'faultline_alerts',
      help: 'Alerts the engine holds, by state',
      labelNames: ['state'],
      registers,
    }),
    incidents: new Gauge({
      name: 'faultline_incidents',
      help: 'Incidents the engine holds, by status and priority',
      labelNames: ['status', 'priority'],
      registers,
    }),
    problems: new Gauge({
      name: 'faultline_problems',
      help: 'Problems the engine knows, by status',
      labelNames: ['status'],
      registers,
    }),
    problemsProposed: new Counter({
      name: 'faultline_problems_proposed_total',
      help: 'Problems that were found among resolved incidents',
      registers,
    }),
    unboundNames: new Gauge({
      name: 'faultline_unbound_names',
      help: 'Names in alerts that no CI has, 2000 at most',
      registers,
    }),
    aliases: new Gauge({
      name: 'faultline_aliases',
      help: 'Names that people said the meaning of',
      registers,
    }),
    observed: new Gauge({
      name: 'faultline_observed',
      help: 'CIs and relations that alerts tell of and the CMDB does not have, by what became of them',
      labelNames: ['status'],
      registers,
    }),
    stormsActive: new Gauge({
      name: 'faultline_storms_active',
      help: 'Storms that last: far more new alerts than usual, by correlation scope one at most',
      registers,
    }),
    stormsBegun: new Counter({
      name: 'faultline_storms_total',
      help: 'Storms that began',
      registers,
    }),
    incidentsFolded: new Counter({
      name: 'faultline_incidents_folded_total',
      help: 'Incidents that people were told of only together, in a storm',
      registers,
    }),
    incidentsOpened: new Counter({
      name: 'faultline_incidents_opened_total',
      help: 'Incidents that met the open policy',
      registers,
    }),
  }
}

function notifyMetrics(registry: Registry) {
  const registers = [registry]
  return {
    notifications: new Counter({
      name: 'faultline_notifications_total',
      help: 'Deliveries that came to an end: delivered, failed, disabled or skipped',
      labelNames: ['channel', 'result'],
      registers,
    }),
    notificationLatency: new Histogram({
      name: 'faultline_notification_latency_seconds',
      help: 'From the decision to tell people to the delivery that succeeded',
      labelNames: ['channel'],
      buckets: SLOW_S,
      registers,
    }),
    heartbeats: new Counter({
      name: 'faultline_heartbeats_total',
      help: 'Heartbeats sent to whatever watches Faultline, by result',
      labelNames: ['result'],
      registers,
    }),
  }
}

function rulesMetrics(registry: Registry) {
  const registers = [registry]
  return {
    rulesReloads: new Counter({
      name: 'faultline_rules_reloads_total',
      help: 'Looks at the folder of rules, by what became of it: taken, unchanged or refused',
      labelNames: ['outcome'],
      registers,
    }),
    rulesReloadOk: new Gauge({
      name: 'faultline_rules_last_reload_successful',
      help: '1, or 0 while the folder of rules holds something that was refused',
      registers,
    }),
    rulesReloadTimestamp: new Gauge({
      name: 'faultline_rules_last_reload_success_timestamp_seconds',
      help: 'When the folder of rules was last looked at and in order, in seconds since 1970',
      registers,
    }),
  }
}

function storeMetrics(registry: Registry) {
  const registers = [registry]
  return {
    snapshotDuration: new Histogram({
      name: 'faultline_snapshot_duration_seconds',
      help: 'Time to write a whole snapshot',
      buckets: SLOW_S,
      registers,
    }),
    snapshotSize: new Gauge({
      name: 'faultline_snapshot_size_bytes',
      help: 'Size of the newest snapshot',
      registers,
    }),
    snapshotPause: new Gauge({
      name: 'faultline_snapshot_pause_seconds',
      help: 'Longest time the fold waited for the newest snapshot at a stretch',
      registers,
    }),
    snapshotTimestamp: new Gauge({
      name: 'faultline_snapshot_last_timestamp_seconds',
      help: 'When the newest snapshot was complete, in seconds since 1970; 0 before the first',
      registers,
    }),
    backupTimestamp: new Gauge({
      name: 'faultline_backup_last_timestamp_seconds',
      help: 'When the newest backup came to its end, in seconds since 1970; 0 before the first',
      registers,
    }),
    backupSize: new Gauge({
      name: 'faultline_backup_size_bytes',
      help: 'Size of the newest backup',
      registers,
    }),
    recordsFlushDuration: new Gauge({
      name: 'faultline_records_flush_seconds',
      help: 'Time the newest batch of records took to be written',
      registers,
    }),
    recordsBacklog: new Gauge({
      name: 'faultline_records_backlog_rows',
      help: 'Records that are decided and not in the store yet',
      registers,
    }),
  }
}
