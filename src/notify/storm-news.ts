/**
 * What people are told of a storm: one message for the incidents that nobody is told of by themselves,
 * another one now and then while it grows, and a summary at its end.
 */
import type { Decision } from '../core/decision.ts'
import type { StormRecord } from '../core/record.ts'
import { DEFAULT_SCOPE } from '../core/scope.ts'
import { toRfc3339 } from '../core/time.ts'
import { clip, type Notification, notificationKey, type Told, toDuration } from './notification.ts'
import type { StormData, StormType } from './storm-data.ts'

/**
 * Turns one decision about a storm into a notification; null where it is none, or where the end is of
 * a storm that nobody was told of.
 */
export function toStormNotification(
  decision: Decision,
  storm: StormRecord,
  { consoleUrl, told }: { readonly consoleUrl: string; readonly told: Told | null },
): Notification | null {
  const type = typeOf(decision, storm)
  if (type === null) return null
  const data = toData(decision, storm, {
    type,
    fresh: Math.max(0, storm.incidents.folded - (told?.alertCount ?? 0)),
    url: `${consoleUrl.replace(/\/+$/, '')}/incidents?${searchOf(storm)}`,
  })
  const priority = Math.min(5, Math.max(1, storm.priority ?? 5)) as Notification['priority']
  return {
    key: notificationKey(decision, storm),
    seq: decision.seq,
    type,
    at: decision.at,
    incident: storm.id,
    priority,
    channels: decision.channels ?? null,
    title: data.headline,
    data,
    told: { priority, services: [], alertCount: storm.incidents.folded },
  }
}

function typeOf({ action, reason }: Decision, { toldAt }: StormRecord): StormType | null {
  if (action === 'storm.told') return reason === 'first' ? 'storm.began' : 'storm.updated'
  return action === 'storm.ended' && toldAt !== null ? 'storm.ended' : null
}

/** The list of incidents since the storm began, as the console's address has it. */
function searchOf({ since, endedAt, scope }: StormRecord): string {
  const search = new URLSearchParams({ status: 'all', from: toRfc3339(since) })
  if (endedAt !== null) search.set('to', toRfc3339(endedAt))
  if (scope !== DEFAULT_SCOPE) search.set('scope', scope)
  return search.toString()
}

function toData(
  { text, reason, actor }: Decision,
  storm: StormRecord,
  { type, fresh, url }: { readonly type: StormType; readonly fresh: number; readonly url: string },
): StormData {
  const { id, scope, since, beganAt, endedAt, rate, peak, alerts, incidents, priority } = storm
  const short = (all: StormRecord['rules']): StormRecord['rules'] =>
    all.map(({ name, count }) => ({ name: clip(name, 200), count }))
  return {
    headline: headlineOf(storm, type, fresh),
    text: clip(text, 500),
    reason: clip(reason, 100),
    actor: clip(actor, 100),
    storm: { id, scope, since, beganAt, endedAt, rate, peak, ...usualOf(storm), alerts },
    incidents: { ...incidents, new: fresh },
    priority,
    top: { rules: short(storm.rules), cis: short(storm.cis), sites: short(storm.sites) },
    url,
  }
}

function usualOf({ began: { usual, threshold } }: StormRecord) {
  return { usual, threshold }
}

function headlineOf(storm: StormRecord, type: StormType, fresh: number): string {
  const { id, alerts, incidents, beganAt, endedAt } = storm
  const { folded, resolved, left } = incidents
  if (type === 'storm.ended') {
    const lasted = toDuration((endedAt ?? beganAt) - beganAt)
    return `${id} over after ${lasted}: ${folded} incidents told of here, ${resolved} resolved, ${left} still burn and follow one by one`
  }
  const more = type === 'storm.updated' ? `, ${fresh} more` : ''
  return `${id}: ${alerts} alerts, ${folded} incidents told of only here${more}`
}
