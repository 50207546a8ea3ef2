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
