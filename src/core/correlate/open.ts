/** Incidents as candidates. */
import type { RulePacks } from '../rules.ts'
import type { EpochMs } from '../time.ts'

/** What the choice needs to know of an incident. */
export interface OpenIncident {
  readonly id: string
  /** Whether it may take alerts at all now (open, or resolved a short while ago). */
  readonly accepts: boolean
  readonly gap: number
  readonly lifetime: number
  readonly firstAlertAt: EpochMs
  /** When the last of its alerts ended; `null` while one fires. */
  readonly endedAt: EpochMs | null
  /** How many of its alerts fire, of all that are not suppressed. */
  readonly firingShare: number
  /** Key of its first alert: breaks ties without looking at ids. */
  readonly firstKey: string
  /** The correlate rule that owns it: the score does not touch it. */
  readonly ruled: string | null
  /** Where it takes no more alerts because it had resolved: how long ago, and how long it would have. */
  readonly resolved: { readonly agoMs: number; readonly reopenMs: number } | null
  /** Sides of rules that its alerts are on. */
  readonly marks: () => readonly string[]
  /** Learned weights that it began with; absent: those of the rules. */
  readonly weights?: {
    readonly version: string
    readonly values: RulePacks['correlate']['weights']
  }
}
