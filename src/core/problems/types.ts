/** What problem discovery works on and what it finds. */
import type { Term } from '../evidence.ts'
import type { EpochMs } from '../time.ts'

/** A resolved incident as problem discovery sees it. Plain JSON. */
export interface PastIncident {
  readonly incident: string
  /** Correlation scope: it is of no problem with incidents of another one. */
  readonly scope: string
  readonly startedAt: EpochMs
  readonly resolvedAt: EpochMs
  readonly priority: 1 | 2 | 3 | 4 | 5
  /** `<rule>|<class>` of the alert that stands for its cause. */
  readonly signature: string
  /** CI of its root cause, else the one place of its alerts, else `~<service>`. */
  readonly place: string
  readonly placeClass: string
  readonly service: string | null
  /** Kinds of changes that were near, sorted. */
  readonly changes: readonly string[]
  /** Signatures of its alerts, sorted, at most 24. */
  readonly signatures: readonly string[]
}

/** Incidents that look like one problem. */
export interface Family {
  readonly kind: 'family' | 'cluster'
  /** Keys (`familyKey`) of its incidents, sorted. */
  readonly keys: readonly string[]
  /** By start, then id. */
  readonly incidents: readonly PastIncident[]
  readonly chance: Chance
}

/** Whether the incidents of a family could be a coincidence. */
export interface Chance {
  /** Incidents after bursts were collapsed. */
  readonly recurrences: number
  /** As many would be expected of a memoryless stream. */
  readonly expected: number
  /** Chance of so many, or of so regular ones, in a memoryless stream. */
  readonly p: number
}

export interface Period {
  readonly every: 'week' | 'day'
  /** Mean time of it: milliseconds since Monday 00:00 UTC, or since 00:00 UTC. */
  readonly phaseMs: number
  /** Length of the mean direction, 0 to 1: 1 is always the same moment. */
  readonly strength: number
  /** `Tuesdays 02:00 UTC`, `daily about 02:00 UTC`, `about 02:00 UTC` */
  readonly text: string
}

export const TRENDS = ['rising', 'steady', 'falling'] as const
export type Trend = (typeof TRENDS)[number]

export const PROBLEM_TERMS = [
  'recurrence',
  'signature',
  'place',
  'service',
  'change',
  'period',
] as const
export type ProblemTermName = (typeof PROBLEM_TERMS)[number]

/** What is known of a problem by its incidents, as of a time. */
export interface Figures {
  readonly asOf: EpochMs
  readonly recurrences: number
  readonly firstAt: EpochMs | null
  readonly lastAt: EpochMs | null
  /** Incidents in 30 days. */
  readonly perMonth: number
  readonly medianMinutes: number
  /** People-minutes in 30 days: the sum of `x * w` of `costTerms`; then its 80 % interval. */
  readonly monthlyCost: number
  readonly costLow: number
  readonly costHigh: number
  readonly costTerms: readonly Term[]
  readonly trend: Trend
  readonly period: Period | null
}

/** Why the incidents of a problem are one problem. */
export interface Explanation {
  readonly title: string
  readonly hypothesis: string
  /** Sum of `x * w` of `evidence`. */
  readonly score: number
  readonly evidence: readonly Term<ProblemTermName>[]
  readonly rootCi: string | null
  readonly rootClass: string | null
  readonly service: string | null
}

/** Something that somebody is to do about a problem. */
export interface ProblemTask {
  /** `T1`, counted in its problem. */
  readonly id: string
  readonly text: string
  readonly assignee: string | null
  readonly due: EpochMs | null
  readonly doneAt: EpochMs | null
  readonly doneBy: string | null
}
