import type { Change, Labels, Severity } from '../model.ts'
import type { EpochMs } from '../time.ts'
import type { Topology } from '../topology.ts'

/** One alert episode of the incident. */
export interface CauseMember {
  /** `<alert id>.<episode>`. */
  readonly id: string
  readonly ci: string | null
  readonly signature: string
  readonly rule: string
  readonly severity: Severity
  readonly labels: Labels
  /** -ln of the chance of such an alert by itself, 0 … 12. */
  readonly surprise: number
  readonly startsAt: EpochMs
  readonly suppressed: boolean
}

export interface CauseInput {
  /** Now, in engine time. */
  readonly at: EpochMs
  /** Any order. */
  readonly members: readonly CauseMember[]
  readonly topology: Topology
  /** Changes of the last two hours, any order. */
  readonly changes: readonly Change[]
  /** CI → how often people confirmed it as the cause of like incidents. */
  readonly confirmed: ReadonlyMap<string, number>
  /** Has ever raised an alert, so that its silence means something. */
  readonly monitored: (ci: string) => boolean
}

/** Terms of a ranked cause: the closed list. `sum(x * w)` is the score. */
export const CAUSE_TERMS = [
  /** Its own alerts. */
  'own',
  /** Alerts of its instances, or of what runs on it, rolled up. */
  'rollup',
  /** Alerts of others that a fault of it would bring about over calls. */
  'explains',
  /** Callers that should be hurt and say nothing. */
  'silence',
  /** It raised no alert itself. */
  'unseen',
  /** Its alerts began before those of the others, or after. */
  'order',
  /** It is a container of CIs, not a thing that fails. */
  'class',
  /** A recent change on it. */
  'change',
  /** People confirmed it for like incidents. */
  'confirmed',
  /** What better ranked causes explain already. */
  'shared',
] as const
export type CauseTermName = (typeof CAUSE_TERMS)[number]
