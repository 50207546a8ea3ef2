/**
 * Regroupings that the engine would do by what it knows now, and proposes instead: people know of the
 * incidents already. Two incidents may be one, or some alerts of one belong elsewhere. Accepting one is
 * the command that a person could have given as well.
 */
import type { LinkEvidence } from './evidence.ts'
import type { IncidentStatus } from './record.ts'
import type { Snapped } from './table.ts'
import type { EpochMs } from './time.ts'

export const REGROUPING_KINDS = ['merge', 'split', 'move'] as const
export type RegroupingKind = (typeof REGROUPING_KINDS)[number]

/** What was learned that speaks for it. */
export const REGROUPING_REASONS = [
  /** An alert fits both, by what was known when it came. */
  'alert_fits_both',
  /** The same, of one that was told late. */
  'late_alert',
  /** The CMDB says something else than before. */
  'estate_changed',
  /** A person said what a name means, or took that back. */
  'name_learned',
  /** An alert became informational or is so no more, or rules ask for its severity. */
  'severity_changed',
] as const
export type RegroupingReason = (typeof REGROUPING_REASONS)[number]

/** Once so many times the alerts speak for it that did when it was dismissed, it is proposed again. */
export const AGAIN_FROM = 2
/** Of the alerts that speak for it so many are kept, the newest. */
export const MAX_SPEAKING = 64

export interface RegroupingState extends Snapped {
  /** `R-12`, never used again. */
  readonly id: string
  /** Rises with each. */
  readonly number: number
  /** Correlation scope of its incidents. */
  readonly scope: string
  readonly kind: RegroupingKind
  /** The incident that the alerts are in; of a merge the one that an alert joined. */
  readonly incident: string
  /** The other incident of a merge, or where they are to move; `null`: into one of their own. */
  readonly other: string | null
  /** Keys of the alerts that would go; of a merge those that fit both. */
  alerts: readonly string[]
  readonly reason: RegroupingReason
  /** Of the first of the alerts: its link to the other incident; of a split the best that is left. */
  readonly evidence: LinkEvidence
  /** How well that alert fits where it is, as p; `null` for a merge. */
  readonly here: { readonly before: number; readonly now: number } | null
  /** What speaks for it, as a sentence. */
  readonly text: string
  readonly at: EpochMs
  dismissed: DismissedRegrouping | null
}

export interface DismissedRegrouping {
  readonly by: string
  readonly at: EpochMs
  readonly reason: string | null
  /** So many alerts spoke for it then. */
  readonly weight: number
}

/** What is asked of its incidents. */
interface Home {
  readonly status: IncidentStatus
  readonly memberCount: number
  readonly members: { readonly get: (key: string) => unknown }
}

/**
 * The alerts that it is about now; none: it does not stand any more, because an incident of it is over
 * or was merged, or its alerts have left. O(alerts)
 */
export function standingAlerts(
  { kind, incident, other, alerts }: Readonly<RegroupingState>,
  incidents: { readonly get: (id: string) => Home | undefined },
): readonly string[] {
  const home = incidents.get(incident)
  const beside = other === null ? undefined : incidents.get(other)
  if (!isGoing(home) || (other !== null && !isGoing(beside))) return []
  if (kind === 'merge') return alerts.filter((key) => isMember(home, key) || isMember(beside, key))
  const present = alerts.filter((key) => isMember(home, key))
  return present.length < home.memberCount ? present : []
}

/** An incident that may still be regrouped by a proposal. */
export function isGoing<Known extends Pick<Home, 'status'>>(
  home: Known | undefined,
): home is Known {
  return home?.status === 'open' || home?.status === 'provisional'
}

function isMember(home: Home | undefined, key: string): boolean {
  return home?.members.get(key) !== undefined
}

/** What a person would do by hand for it. */
type Regrouped =
  | { readonly do: 'merge'; readonly incident: string; readonly from: readonly string[] }
  | { readonly do: 'split'; readonly incident: string; readonly members: readonly string[] }
  | {
      readonly do: 'move'
      readonly incident: string
      readonly members: readonly string[]
      readonly to: string
    }

/** The command that does it. */
export function commandOf(
  { kind, incident, other }: Readonly<RegroupingState>,
  members: readonly string[],
): Regrouped {
  if (other === null) return { do: 'split', incident, members }
  return kind === 'merge'
    ? { do: 'merge', incident, from: [other] }
    : { do: 'move', incident, members, to: other }
}

/** How many alerts speak for it: one that fires again and again counts once. */
export function weightOf(alerts: readonly string[]): number {
  return new Set(alerts.map((key) => key.slice(0, key.lastIndexOf('.')))).size
}
