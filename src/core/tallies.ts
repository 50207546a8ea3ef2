/** What is counted of alerts and of what people said of them, as the engine's state keeps it. */
import type { RateRecord } from './surprise.ts'
import type { Snapped } from './table.ts'
import type { EpochMs } from './time.ts'

export interface RateState extends Snapped {
  readonly key: string
  readonly rate: RateRecord
}

/** Helpful and unhelpful votes on an article for a signature, as they counted at `at`: they fade. */
export interface VoteState extends Snapped {
  readonly key: string
  readonly scope: string
  readonly article: string
  readonly signature: string
  helpful: number
  notHelpful: number
  at: EpochMs
}

/** How many versions an article has had. */
export interface ArticleMark extends Snapped {
  readonly id: string
  revision: number
  retired: boolean
}

/** How often a CI was confirmed as the cause of incidents with a signature. */
export interface ConfirmedState extends Snapped {
  readonly key: string
  readonly scope: string
  readonly signature: string
  readonly ci: string
  count: number
}

/** A CI that has raised an alert, so that its silence means something. */
export interface RaisedState extends Snapped {
  /** Within its scope: see scopedKey. */
  readonly ci: string
}

/** A reporter, and whether it still reports. */
export interface SourceState extends Snapped {
  /** Reporter, as in core/identity.ts. */
  readonly reporter: string
  readonly source: string
  readonly firstSeenAt: EpochMs
  lastSeenAt: EpochMs
  silentSince: EpochMs | null
  /** After its return, stale alerts of it lapse at this time unless repeated. */
  graceUntil: EpochMs | null
}
