/** Suppression: whether an alert is muted now, by what and why. Muted alerts are tracked and bound. */

import { serviceOf } from './engine/service.ts'
import { type Facts, holds } from './facts.ts'
import { matchesAll } from './matcher.ts'
import type { Labels, Silence } from './model.ts'
import type { SuppressRule } from './rules.ts'
import type { EpochMs } from './time.ts'
import { compare, type Topology } from './topology.ts'

export interface Suppression {
  readonly kind: 'silence' | 'maintenance' | 'rule' | 'inhibit'
  /** Of the silence or window; else the name of the rule. */
  readonly id: string
  readonly reason: string
  /** The episode that mutes it, or did first, where one does; as `<alert id>.<start>`. */
  readonly alert?: string
}

export type SuppressDecision =
  | { readonly action: 'suppress'; readonly by: Suppression }
  | { readonly action: 'pass'; readonly reason: 'nothing_applies' }

export interface Suppressible {
  readonly labels: Labels
  /** Bound CI, if any. */
  readonly ci: string | null
}

/** What rules may ask about as well. */
export interface Judged extends Suppressible {
  readonly facts: Facts
}

/**
 * The first that applies: silences and maintenance windows that are active at `at`, soonest end
 * last so that the longest mute is named, then the rules of the suppress pack.
 * O(silences + rules), each with its matchers.
 *
 * @param silences a recurring one with the time at which it mutes now
 */
export function decideSuppression(
  alert: Judged,
  silences: Iterable<Silence>,
  at: EpochMs,
  { rules, topology }: { readonly rules: readonly SuppressRule[]; readonly topology: Topology },
): SuppressDecision {
  const [silence] = [...silences]
    .filter((s) => s.startsAt <= at && at < s.endsAt && covers(s, alert, topology))
    .sort((a, b) => b.endsAt - a.endsAt || compare(a.id, b.id))
  if (silence !== undefined) {
    const reason = `${silence.kind} by ${silence.createdBy}: ${silence.comment}`
    return { action: 'suppress', by: { kind: silence.kind, id: silence.id, reason } }
  }
  const rule = rules.find((r) => holds(r.when, alert.facts))
  if (rule !== undefined)
    return { action: 'suppress', by: { kind: 'rule', id: rule.name, reason: rule.reason } }
  return { action: 'pass', reason: 'nothing_applies' }
}

/** Whether a silence or window is about the alert, whatever the time. */
export function covers(silence: Silence, alert: Suppressible, topology: Topology): boolean {
  const { kind, matchers, cis, services = [] } = silence
  if (kind === 'silence' || cis.length + services.length === 0)
    return matchers.length > 0 && matchesAll(matchers, alert.labels)
  if (!matchesAll(matchers, alert.labels)) return false
  if (services.length > 0 && isOfAny(services, alert, topology)) return true
  if (alert.ci === null) return false
  if (cis.includes(alert.ci)) return true
  const places = placesOf(alert.ci, topology)
  return cis.some((ci) => places.has(ci))
}

function isOfAny(services: readonly string[], alert: Suppressible, topology: Topology): boolean {
  const service = serviceOf(alert, topology)
  if (service === null) return false
  return services.includes(service) || services.includes(topology.items.get(service)?.name ?? '')
}

/** The CI, and what it is a part of or runs on, up to two relations away. */
export function placesOf(ci: string, topology: Topology): ReadonlySet<string> {
  const carriers = (of: string): readonly string[] =>
    topology
      .edges(of)
      .filter((edge) => edge.towards === 'down' && edge.kind !== 'call')
      .map((edge) => edge.ci)
  const near = carriers(ci)
  return new Set([ci, ...near, ...near.flatMap(carriers)])
}
