/** What the engine knows of firing alerts and does not write down at every repeat. */
import type { Engine } from '../core/engine/engine.ts'
import { toAlertRecord } from '../core/project.ts'
import type { AlertRecord } from '../core/record.ts'
import { compare } from '../core/topology.ts'
import type { LiveReports, Range } from '../store/stats.ts'

/**
 * The record with the reports so far, the time of the newest one, and who reported: a repeat alone
 * is not stored. An episode that is over, or that the engine does not hold, is answered as it is.
 */
export function asOfNow({ state }: Engine, record: AlertRecord): AlertRecord {
  if (record.state !== 'firing') return record
  const alert = state.alerts.get(record.identity)
  if (alert === undefined || alert.id !== record.id || alert.startsAt !== record.episode)
    return record
  const { reports, lastSeenAt, reporters } = toAlertRecord(alert)
  return { ...record, reports, lastSeenAt, reporters }
}

/** Names that are told to the store; those with fewer reports than all of these are seldom on top. */
const MAX_NAMES = 5000

/** Reports so far of the alerts that fire and began in the range, by rule or CI. O(alerts). */
export function readLiveReports({ state }: Engine, range: Range, by: 'rule' | 'ci'): LiveReports {
  const reports = new Map<string, number>()
  for (const alert of state.alerts.values()) {
    if (alert.status !== 'firing') continue
    if (alert.firstSeenAt < range.from || alert.firstSeenAt >= range.to) continue
    const name = by === 'rule' ? alert.rule : (alert.binding?.ci ?? '')
    reports.set(name, (reports.get(name) ?? 0) + alert.reports)
  }
  const top = [...reports].sort(([a, x], [b, y]) => y - x || compare(a, b)).slice(0, MAX_NAMES)
  return { names: top.map(([name]) => name), reports: top.map(([, count]) => count) }
}
