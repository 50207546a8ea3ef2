/**
 * Records: what the engine's state looks like from outside. They are output only (the journal and
 * the snapshots are what a restart reads); the store keeps their history, the API answers with them.
 */
import type { Decision } from './decision.ts'
import type {
  LinkEvidence,
  RootCauseResult,
  SimilarIncident,
  SuggestedArticle,
  Term,
} from './evidence.ts'
import type { Habit } from './habit.ts'
import type { Impact } from './impact.ts'
import type { Article, Change, CiBinding, Labels, Severity } from './model.ts'
import type { Explanation, Figures, ProblemTask } from './problems/types.ts'
import type { Route } from './route.ts'
import type { NameCount, StormRate } from './storm.ts'
import type { EpochMs } from './time.ts'

/** What became of a received item: the closed list of the ledger. */
export const OUTCOMES = [
  'opened',
  'joined',
  'repeated',
  'resolved',
  'suppressed',
  'held',
  'late-ignored',
  'change',
  'rejected',
] as const
export type Outcome = (typeof OUTCOMES)[number]

export type AlertState = 'firing' | 'resolved'

export interface PlannedMark {
  /** Id of the change. */
  readonly change: string
  /** `planned change CHG1 until …: its title` */
  readonly text: string
}

/** One episode of an alert: from the first firing report to its end. */
export interface AlertRecord {
  /** 16 hex digits of the identity, plus `-2`, `-3` … where two identities share a hash. */
  readonly id: string
  /** Correlation scope; absent in what an older version wrote, when there was one for all. */
  readonly scope?: string
  /** When the episode began: with the id it names the episode. */
  readonly episode: EpochMs
  readonly identity: string
  readonly fingerprint: string
  readonly source: string
  readonly signature: string
  readonly rule: string
  readonly title: string
  readonly severity: Severity
  readonly severityText: string | null
  readonly state: AlertState
  /** Its source has fallen silent: shown as firing, but nobody has confirmed it lately. */
  readonly stale: boolean
  readonly startsAt: EpochMs
  readonly endsAt: EpochMs | null
  readonly firstSeenAt: EpochMs
  readonly lastSeenAt: EpochMs
  /** Reports of this episode, repeats included. */
  readonly reports: number
  readonly reporters: readonly {
    readonly reporter: string
    readonly firing: boolean
    readonly lastSeenAt: EpochMs
  }[]
  readonly labels: Labels
  readonly annotations: Labels
  readonly generatorUrl: string | null
  readonly binding: CiBinding | null
  readonly flappingSince: EpochMs | null
  readonly suppressedBy: {
    readonly kind: string
    readonly id: string
    readonly reason: string
    /** The episode that inhibits it, or did first; as `<alert id>.<start>`. */
    readonly alert?: string
  } | null
  /** The planned change within which it began, where such only mark; absent: none. */
  readonly planned?: PlannedMark
  readonly outcome: Outcome
  readonly incident: string | null
  readonly late: boolean
  /** Nats: how unlikely such an alert was by itself when it began. */
  readonly surprise: number
  /** What the hour of the week says of it, where that is worth saying. */
  readonly habit?: Habit | null
  readonly evidence: LinkEvidence | null
  /** Incidents it stayed out of although they were close, best first, at most 3. */
  readonly related: readonly {
    readonly incident: string
    readonly p: number
    readonly reason: string
  }[]
}

export const INCIDENT_STATUSES = ['provisional', 'open', 'resolved', 'closed', 'merged'] as const
export type IncidentStatus = (typeof INCIDENT_STATUSES)[number]

export interface IncidentRecord {
  readonly id: string
  readonly scope: string
  readonly status: IncidentStatus
  readonly title: string
  readonly severity: Severity
  /** ITIL: 1 high, 2 medium, 3 low. */
  readonly impact: 1 | 2 | 3
  readonly urgency: 1 | 2 | 3
  /** 1 (critical) to 5 (planning). */
  readonly priority: 1 | 2 | 3 | 4 | 5
  readonly priorityEvidence: readonly Term[]
  /** Id of the service CI most of its alerts are about, where there is one. */
  readonly service: string | null
  readonly services: readonly string[]
  readonly owner: string | null
  /** What follows is absent in what an older version wrote. */
  readonly team?: string | null
  /** Who set the team; `null`: its route. */
  readonly teamBy?: string | null
  readonly route?: Route | null
  readonly acknowledgedAt: EpochMs | null
  readonly acknowledgedBy: string | null
  readonly provisionalAt: EpochMs
  readonly openedAt: EpochMs | null
  readonly notifiedAt: EpochMs | null
  readonly resolvedAt: EpochMs | null
  readonly closedAt: EpochMs | null
  readonly firstAlertAt: EpochMs
  readonly lastAlertAt: EpochMs
  /** Distinct alert episodes in it, and how many of them fire now (suppressed ones not counted). */
  readonly alertCount: number
  readonly firingCount: number
  readonly suppressedCount: number
  readonly flappingSince: EpochMs | null
  readonly stale: boolean
  readonly edited: boolean
  readonly mergedInto: string | null
  readonly splitFrom: string | null
  /** Why it opened, in one sentence. */
  readonly openReason: string
  readonly resolution: string | null
  readonly resolvedBy: string | null
  readonly reopenCount: number
  readonly rootCause: RootCauseResult | null
  readonly confirmedCause: string | null
  readonly articles: readonly SuggestedArticle[]
  readonly similar: readonly SimilarIncident[]
  readonly changes: readonly string[]
  readonly problem: string | null
  /** What it hurts; `null` before it was looked at, absent in what an older version wrote. */
  readonly hurts?: Impact | null
  /** The storm that alone told people of it; absent in what an older version wrote. */
  readonly toldInStorm?: string | null
}

export const PROBLEM_STATUSES = [
  'proposed',
  'open',
  'known_error',
  'resolved',
  'closed',
  'dismissed',
  'merged',
] as const
export type ProblemStatus = (typeof PROBLEM_STATUSES)[number]

/** `split`: a person took its incidents out of another one. */
export const PROBLEM_KINDS = ['family', 'cluster', 'split'] as const
export type ProblemKind = (typeof PROBLEM_KINDS)[number]

/** The cause behind recurring incidents, as far as it is known. */
export interface ProblemRecord extends Explanation {
  readonly id: string
  readonly scope: string
  readonly status: ProblemStatus
  readonly kind: ProblemKind
  readonly owner: string | null
  readonly workaround: string | null
  readonly resolution: string | null
  readonly proposedAt: EpochMs
  /** When and by whom it was accepted, dismissed, resolved or closed last. */
  readonly decidedAt: EpochMs | null
  readonly decidedBy: string | null
  readonly resolvedAt: EpochMs | null
  readonly reopenCount: number
  readonly mergedInto: string | null
  readonly splitFrom: string | null
  /** Ids of its incidents in the order they were numbered, the newest 1,000; `incidentCount` has all. */
  readonly incidents: readonly string[]
  readonly incidentCount: number
  readonly figures: Figures
  /** Absent in what an older version wrote, as the two below. */
  readonly tasks?: readonly ProblemTask[]
  /** Ids of changes and articles that people say belong to it. */
  readonly changes?: readonly string[]
  readonly articles?: readonly string[]
}

/** Which problem an incident is one of. */
export interface ProblemLink {
  readonly incident: string
  /** `null`: none, any more. */
  readonly problem: string | null
  /** `engine` or the person. */
  readonly by: string
}

/** A part of a body that could not be read or applied, with the body, to be looked at and replayed. */
export interface DeadLetterRecord {
  /** `<receipt>.<item index>`; `.body` for a whole body. */
  readonly id: string
  readonly at: EpochMs
  /** Correlation scope that its labels name, as far as they could be read; absent in older ones. */
  readonly scope?: string
  readonly source: string
  readonly receipt: string
  readonly step: 'decode' | 'parse' | 'apply'
  readonly reason: string
  readonly pointer: string
  /** The body as stored in the journal. */
  readonly body: string
}

export interface Ledger {
  readonly sources: Readonly<Record<string, Readonly<Record<Outcome, number>>>>
  /** Items received, counted apart from the outcomes so that the two can be compared. */
  readonly received: Readonly<Record<string, number>>
}

/** A time in which far more alerts came than usual, and what it brought. Rates are alerts a minute. */
export interface StormRecord {
  readonly id: string
  /** Correlation scope. */
  readonly scope: string
  readonly since: EpochMs
  readonly beganAt: EpochMs
  readonly endedAt: EpochMs | null
  readonly began: StormRate
  readonly rate: number
  readonly peak: number
  readonly alerts: number
  readonly incidents: {
    readonly opened: number
    readonly alone: number
    readonly folded: number
    readonly resolved: number
    readonly left: number
  }
  /** The most urgent of the folded ones. */
  readonly priority: number | null
  readonly toldAt: EpochMs | null
  /** What most of its alerts are about, the most frequent first; each came at least so often. */
  readonly rules: readonly NameCount[]
  readonly cis: readonly NameCount[]
  readonly sites: readonly NameCount[]
}

export const ARTICLE_ACTIONS = ['created', 'changed', 'retired', 'restored'] as const

/** An article as one of its versions has it. */
export interface ArticleRecord extends Article {
  /** Rises by one with each version, from 1. */
  readonly revision: number
  readonly retired: boolean
  readonly at: EpochMs
  readonly actor: string
  readonly action: (typeof ARTICLE_ACTIONS)[number]
  /** Names of the fields that differ from the version before. */
  readonly changed: readonly string[]
  readonly note: string | null
}

/** What one applied entry changed, for the store and the live stream. */
export interface Changes {
  readonly decisions: readonly Decision[]
  readonly alerts: readonly AlertRecord[]
  readonly incidents: readonly IncidentRecord[]
  readonly changes: readonly Change[]
  readonly deadLetters: readonly DeadLetterRecord[]
  readonly problems: readonly ProblemRecord[]
  readonly problemLinks: readonly ProblemLink[]
  readonly storms: readonly StormRecord[]
  readonly articles: readonly ArticleRecord[]
}
