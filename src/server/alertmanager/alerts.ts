/**
 * Firing alerts as an Alertmanager shows them, of every source, from the engine's state. An alert
 * that a rule or a maintenance window mutes is `mutedBy` it; there is no Alertmanager word for those.
 */
import type { Engine } from '../../core/engine/engine.ts'
import { inhibitable } from '../../core/engine/muting.ts'
import type { Labels, Silence } from '../../core/model.ts'
import type { AlertState } from '../../core/state.ts'
import { covers } from '../../core/suppress.ts'
import { type EpochMs, MINUTE } from '../../core/time.ts'
import { compare } from '../../core/topology.ts'
import { iso } from '../schemas/common.ts'
import { type AlertQuery, passes } from './query.ts'
import { RECEIVER } from './status.ts'

/** Alertmanager's `resolve_timeout`: until when an alert counts as firing that says no end. */
const RESOLVE_TIMEOUT_MS = 5 * MINUTE

const RECEIVERS = [{ name: RECEIVER }] as const

export interface GettableAlert {
  readonly annotations: Labels
  readonly endsAt: string
  readonly fingerprint: string
  readonly receivers: typeof RECEIVERS
  readonly startsAt: string
  readonly status: {
    readonly inhibitedBy: readonly string[]
    readonly mutedBy: readonly string[]
    readonly silencedBy: readonly string[]
    readonly state: 'active' | 'suppressed'
  }
  readonly updatedAt: string
  readonly generatorURL: string
  readonly labels: Labels
}

/** The alerts that a query asks for, sorted by fingerprint. O(alerts × matchers) */
export function findAlerts(engine: Engine, query: AlertQuery): readonly AlertState[] {
  if (!query.receiver) return []
  return [...engine.state.alerts.values()]
    .filter((alert) => alert.status === 'firing' && isWanted(alert, query))
    .sort((a, b) => compare(a.fingerprint, b.fingerprint) || compare(a.identity, b.identity))
}

function isWanted(alert: AlertState, query: AlertQuery): boolean {
  const by = alert.suppressedBy?.kind
  if (by === undefined && !query.active) return false
  if (by === 'silence' && !query.silenced) return false
  if (by === 'inhibit' && !query.inhibited) return false
  if ((by === 'rule' || by === 'maintenance') && !query.muted) return false
  return passes(query, labelsOf(alert))
}

/** Clients expect an `alertname`; sources of other tools do not always have such a label. */
function labelsOf({ labels, rule }: AlertState): Labels {
  return labels['alertname'] === undefined ? { ...labels, alertname: rule } : labels
}

/** One alert in Alertmanager's form. */
export function toGettable(engine: Engine, alert: AlertState, now: EpochMs): GettableAlert {
  const { suppressedBy } = alert
  return {
    annotations: alert.annotations,
    endsAt: iso(alert.expiresAt ?? now + RESOLVE_TIMEOUT_MS),
    fingerprint: alert.fingerprint,
    receivers: RECEIVERS,
    startsAt: iso(alert.startsAt),
    status: {
      inhibitedBy: suppressedBy?.kind === 'inhibit' ? inhibitorsOf(engine, alert) : [],
      mutedBy:
        suppressedBy?.kind === 'rule' || suppressedBy?.kind === 'maintenance'
          ? [`${suppressedBy.kind}: ${suppressedBy.id}`]
          : [],
      silencedBy: suppressedBy === null ? [] : silencesOf(engine, alert, now),
      state: suppressedBy === null ? 'active' : 'suppressed',
    },
    updatedAt: iso(alert.lastSeenAt),
    generatorURL: alert.generatorUrl ?? '',
    labels: labelsOf(alert),
  }
}

/** The fingerprint of what inhibits it now: of several, one, as Alertmanager has it too. */
function inhibitorsOf({ state, ix }: Engine, alert: AlertState): readonly string[] {
  const source = ix.inhibitions.inhibitorOf(inhibitable(state, alert))?.source ?? ''
  const fingerprint = state.alerts.get(source)?.fingerprint
  return fingerprint === undefined ? [] : [fingerprint]
}

function silencesOf({ state }: Engine, alert: AlertState, now: EpochMs): readonly string[] {
  const about = { labels: alert.labels, ci: alert.binding?.ci ?? null }
  const isAbout = (silence: Silence): boolean =>
    silence.kind === 'silence' &&
    silence.startsAt <= now &&
    now < silence.endsAt &&
    covers(silence, about, state.topology)
  return [...state.silences.values()]
    .filter(({ silence }) => isAbout(silence))
    .map(({ silence }) => silence.id)
    .sort(compare)
}

export interface AlertGroup {
  readonly labels: Labels
  readonly routeLabels: Labels
  readonly receiver: { readonly name: string }
  readonly alerts: readonly GettableAlert[]
}

/**
 * Alerts in groups: by the incident they are in, or by the labels asked for. What is in no incident
 * (muted before anything opened) is a group without labels; a label that an alert lacks is left out.
 */
export function* groupAlerts(
  engine: Engine,
  alerts: readonly AlertState[],
  { by, now }: { readonly by: readonly string[]; readonly now: EpochMs },
): Generator<AlertGroup> {
  const groups = new Map<string, { readonly labels: Labels; readonly alerts: AlertState[] }>()
  for (const alert of alerts) {
    const labels = by.length === 0 ? incidentLabels(engine, alert) : pick(labelsOf(alert), by)
    const key = JSON.stringify(Object.entries(labels))
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { labels, alerts: [alert] })
    else group.alerts.push(alert)
  }
  for (const [, group] of [...groups].sort(([a], [b]) => compare(a, b)))
    yield {
      labels: group.labels,
      routeLabels: {},
      receiver: { name: RECEIVER },
      alerts: group.alerts.map((alert) => toGettable(engine, alert, now)),
    }
}

function incidentLabels({ state }: Engine, { incident }: AlertState): Labels {
  if (incident === null) return {}
  const service = state.incidents.get(incident)?.service ?? null
  return service === null ? { incident } : { incident, service }
}

function pick(labels: Labels, names: readonly string[]): Labels {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = labels[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}
