/**
 * Evidence: the reasons of one decision as typed terms. For every scored decision
 * `sum(x * w for terms) === score` (to 1e-9): the list of term names is closed and there is no
 * remainder term, so a reader can add it up by hand.
 */
import type { EpochMs } from './time.ts'

/** Terms that people's word on links says something about, as each has a weight; a burst is judged by no single link. */
export const LEARNED_TERMS = [
  'time',
  'crowd',
  'topology',
  'signature',
  'labels',
  'cooccurrence',
  'change',
  'noise',
  'ended',
  'again',
] as const
export type LearnedTerm = (typeof LEARNED_TERMS)[number]

/** Every term of a link, in the order in which evidence has them. */
export const LINK_TERMS = [...LEARNED_TERMS, 'conflict', 'constraint'] as const
export type LinkTermName = (typeof LINK_TERMS)[number]

export interface Term<Name extends string = string> {
  readonly name: Name
  /** Value of the feature, in log-odds (nats) for links, in points for priority and ranking. */
  readonly x: number
  /** Weight; the term adds `x * w`. */
  readonly w: number
  /** The measured inputs behind `x`, enough to compute it again, e.g. `{ dtMs: 9000, rate: 0.01 }`. */
  readonly inputs: Readonly<Record<string, number | string>>
  /** One short human sentence: "orders-db is hosted on node-6, 1 hop". */
  readonly note: string
}

export const REJECTED_REASONS = [
  /** Its best link is too weak / weaker than the one that was taken. */
  'weak',
  'weaker',
  /** So many alerts at once are a fault of their own. */
  'burst',
  /** Too long since its nearest alert / since its first one. */
  'gap',
  'lifetime',
  /** It had resolved, or takes only what a rule puts there. */
  'resolved',
  'ruled',
  /** A rule forbids or bounds it. */
  'rule',
] as const

/** An incident that was looked at and not joined. */
export interface Rejected {
  readonly incident: string
  readonly reason: (typeof REJECTED_REASONS)[number]
  /** What was measured and the limit it did not keep: ms, for links p; absent where no number decided. */
  readonly value?: number
  readonly limit?: number
  /** The rule that decided, where one did. */
  readonly rule?: string
  /** One short human sentence. */
  readonly note: string
}

/** Why an episode is in its incident (or is not). */
export interface LinkEvidence {
  readonly method: 'score' | 'rule' | 'person' | 'first'
  /** Name of the rule pack's rule, where one decided; or the person. */
  readonly by?: string
  /** The member it was linked to, as `<alert id>.<episode>`, where there is one. */
  readonly best?: string
  readonly terms: readonly Term<LinkTermName>[]
  readonly score: number
  /** sigmoid(score) for scored links, 1 for rules and people. */
  readonly p: number
  /** The p that had to be reached to join. */
  readonly threshold: number
  /** Best incident it did not join, with what was missing. */
  readonly runnerUp?: {
    readonly incident: string
    readonly p: number
    readonly reason: string
    /** Value of each term of its best link, by name; absent where no link decided. */
    readonly x?: Readonly<Partial<Record<LinkTermName, number>>>
  }
  /** Incidents that were looked at and not joined, at most MAX_REJECTED, the most telling first. */
  readonly rejected?: readonly Rejected[]
  /** The rule that bounds what the score may link it to. */
  readonly boundBy?: string
  /** In a storm only the nearest candidates are weighed: how many, of how many. */
  readonly storm?: { readonly id: string; readonly weighed: number; readonly of: number }
  /** Versions this decision was made with. */
  readonly versions: {
    readonly rules: string
    readonly topology: string
    readonly engine: string
    /** Of the learned weights that the incident began with; absent: those of the rules. */
    readonly weights?: string
  }
}

export interface RankedCause {
  readonly ci: string
  readonly score: number
  /** softmax over the listed causes: "relative weight", adds up to 1 over the list. */
  readonly weight: number
  readonly factors: readonly Term[]
  /** Members (as `<alert id>.<episode>`) this cause explains. */
  readonly explains: readonly string[]
  /** "without this, n alerts stay unexplained" */
  readonly counterfactual: string
}

export interface RootCauseResult {
  readonly abstained: boolean
  /** Best first, at most 5; also filled when abstained (shown as "nothing stands out"). */
  readonly candidates: readonly RankedCause[]
  readonly reason: string
}

export interface SuggestedArticle {
  readonly id: string
  readonly title: string
  readonly score: number
  /**
   * `linked`: the rule's runbook_url names it, always first. `known_error`: the workaround of the
   * incident's problem, next. `match`: found by text.
   */
  readonly how: 'linked' | 'known_error' | 'match'
  readonly terms: readonly Term[]
  /** The passage that matched best, plain text, at most 300 characters. */
  readonly passage: string
}

export interface SimilarIncident {
  readonly incident: string
  readonly score: number
  readonly terms: readonly Term[]
  readonly title: string
  /** What resolved it, where a person said so. */
  readonly resolution: string | null
  /** It was an incident of another tool: where, when, and who resolved it. */
  readonly imported?: {
    readonly source: string
    readonly number: string
    readonly url: string | null
    readonly openedAt: EpochMs
    readonly resolvedAt: EpochMs
    readonly priority: 1 | 2 | 3 | 4 | 5
    readonly team: string | null
    readonly resolver: string | null
    readonly resolutionCode: string | null
  }
  /** When it ended; like what follows, not in records from before it was kept. */
  readonly closedAt?: EpochMs
  /** Milliseconds from its first alert to its end. */
  readonly tookMs?: number
  /** The person who resolved it, else who had it in hand. */
  readonly by?: string | null
}
