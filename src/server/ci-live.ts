/** What fires on each CI at this moment, out of the engine's state. */
import { SEVERITIES, type Severity } from '../core/model.ts'
import type { State } from '../core/state.ts'
import { compare } from '../core/topology.ts'

export interface CiLive {
  /** Firing alerts, muted ones not counted, and those that are muted. */
  readonly firing: number
  readonly suppressed: number
  /** The worst of the firing ones; null where none fires. */
  readonly severity: Severity | null
  /** Incidents of both, by id. */
  readonly incidents: readonly string[]
}

export const NOTHING_LIVE: CiLive = { firing: 0, suppressed: 0, severity: null, incidents: [] }

interface Tally {
  firing: number
  suppressed: number
  severity: Severity | null
  readonly incidents: Set<string>
}

/** By id, for CIs with a firing alert only. O(alerts) */
export function liveByCi({ alerts }: Pick<State, 'alerts'>): ReadonlyMap<string, CiLive> {
  const found = new Map<string, Tally>()
  for (const { status, binding, suppressedBy, severity, incident } of alerts.values()) {
    if (status !== 'firing' || binding === null) continue
    const tally = found.get(binding.ci) ?? newTally()
    found.set(binding.ci, tally)
    if (suppressedBy === null) {
      tally.firing += 1
      tally.severity = worse(tally.severity, severity)
    } else tally.suppressed += 1
    if (incident !== null) tally.incidents.add(incident)
  }
  return new Map(
    [...found].map(([ci, tally]) => [
      ci,
      { ...tally, incidents: [...tally.incidents].sort(compare) },
    ]),
  )
}

function newTally(): Tally {
  return { firing: 0, suppressed: 0, severity: null, incidents: new Set() }
}

function worse(known: Severity | null, other: Severity): Severity {
  if (known === null) return other
  return SEVERITIES.indexOf(other) < SEVERITIES.indexOf(known) ? other : known
}
