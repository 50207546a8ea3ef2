/**
 * The engine's state: everything a restart needs, and nothing else. Tables of plain records, so that
 * a snapshot is their JSON; what can be derived from them is built in core/indices.ts.
 */
import { type AliasState, type UnboundState, unboundKey } from './aliases.ts'
import {
  type ImportPart,
  type ImportRecord,
  type LinkRecord,
  linkId,
  recordId,
  type SourceRecord,
} from './cmdb/model.ts'
import type { Claim } from './dedup.ts'
import type {
  LinkEvidence,
  RootCauseResult,
  SimilarIncident,
  SuggestedArticle,
  Term,
} from './evidence.ts'
import type { Flap } from './flapping.ts'
import type { Habit } from './habit.ts'
import type { Impact } from './impact.ts'
import { emptyImported, type ImportedTables } from './imported.ts'
import { type CompanionState, spotKey } from './learn/companions.ts'
import type { ConstraintState } from './learn/constraints.ts'
import { type PartnerState, partnerKey } from './learn/cooccurrence.ts'
import type { CorrectionState, DeclinedState } from './learn/corrections.ts'
import type { WeightsState } from './learn/weights-versions.ts'
import { emptyLedger, type LedgerState } from './ledger.ts'
import type { Article, Change, CiBinding, Labels, Severity, Silence } from './model.ts'
import type { ObservedState } from './observed/state.ts'
import type { Discovery, PastState, ProblemLinkState, ProblemState } from './problems/state.ts'
import type { IncidentStatus, Outcome, PlannedMark } from './record.ts'
import type { RegroupingState } from './regrouping.ts'
import type { Member, Roster, Seen } from './roster.ts'
import type { Channels, Route } from './route.ts'
import { type CorrelateRule, defaultRules, type RulePacks } from './rules.ts'
import type { ProfileState } from './similar.ts'
import type { ArrivalState } from './storm.ts'
import type { Suppression } from './suppress.ts'
import { type Snapped, Table } from './table.ts'
import type {
  ArticleMark,
  ConfirmedState,
  RaisedState,
  RateState,
  SourceState,
  VoteState,
} from './tallies.ts'
import type { EpochMs } from './time.ts'
import { emptyTopology, type Topology } from './topology.ts'
import type { CastVote } from './votes.ts'

/** Newest episode of an alert. */
export interface AlertState extends Snapped {
  /** Correlation scope: it meets no alert of another one. */
  readonly scope: string
  readonly identity: string
  readonly id: string
  readonly family: string
  source: string
  fingerprint: string
  signature: string
  rule: string
  title: string
  severity: Severity
  severityText: string | null
  labels: Labels
  annotations: Labels
  generatorUrl: string | null
  status: 'firing' | 'resolved'
  seenFiring: boolean
  stale: boolean
  startsAt: EpochMs
  endsAt: EpochMs | null
  firstSeenAt: EpochMs
  lastSeenAt: EpochMs
  reports: number
  /** When its record was last written: repeats alone are written once a minute. */
  writtenAt: EpochMs
  claims: Claim[]
  /** When the alert lapses, as far as its timer knows; `null`: no timer. */
  expiresAt: EpochMs | null
  forgetAt: EpochMs | null
  binding: CiBinding | null
  locus: string | null
  flap: Flap | null
  suppressedBy: Suppression | null
  planned?: PlannedMark
  /** Outcome of the item that started the episode, and the source it was counted under. */
  outcome: Outcome
  outcomeSource: string
  /** Nats; how unlikely it was by itself when it began. */
  surprise: number
  /** What the hour of the week says of it, where that is worth saying; absent: not asked yet. */
  habit?: Habit | null
  /** Key of the rate that counts this episode; `null`: none does yet. */
  countedAs: string | null
  incident: string | null
  /** Where its episode before was: the alert is known as long as one of both incidents is. */
  lastIncident: string | null
  /** When that episode ended. */
  lastEndedAt: EpochMs | null
  late: boolean
  evidence: LinkEvidence | null
  related: readonly { readonly incident: string; readonly p: number; readonly reason: string }[]
}

/** A person's regrouping, or word that it is no incident, with what is needed to undo it. */
export interface Edit {
  readonly kind: 'merge' | 'split' | 'move' | 'dismiss'
  readonly at: EpochMs
  readonly actor: string
  /** Where the members came from, where they went. */
  readonly from: string
  readonly to: string
  /** Keys of its parts: they are large where it moved many members. */
  readonly parts: readonly string[]
  /** Status of `from` before, so that undoing a merge gives it back. */
  readonly fromStatus: IncidentStatus
  /** Merges: what was known of `to` before, and right after. */
  readonly clocks: { readonly before: Clocks; readonly after: Clocks } | null
  undone: boolean
}

/** Some of the members that a regrouping moved, and why they were where they came from. */
export interface EditPart extends Snapped {
  readonly key: string
  readonly explained: Readonly<Record<string, LinkEvidence | null>>
}

/** What an incident takes over from one that is merged into it. */
export type Clocks = Pick<
  IncidentState,
  | 'status'
  | 'provisionalAt'
  | 'openedAt'
  | 'notifiedAt'
  | 'told'
  | 'toldInStorm'
  | 'resolvedAt'
  | 'resolvedBy'
  | 'resolution'
  | 'heldResolved'
  | 'reopenCount'
  | 'acknowledgedAt'
  | 'acknowledgedBy'
  | 'owner'
  | 'team'
  | 'teamBy'
>

/** A rule that keeps an incident for a key, since when and for how long. */
export interface RuledBy {
  readonly name: string
  readonly key: string
  readonly since: EpochMs
  readonly until: EpochMs
  /** The rule as it was then; absent in what an older version wrote. */
  readonly was?: CorrelateRule
}

export interface IncidentState extends Snapped {
  readonly scope: string
  readonly id: string
  status: IncidentStatus
  title: string
  severity: Severity
  impact: 1 | 2 | 3
  urgency: 1 | 2 | 3
  priority: 1 | 2 | 3 | 4 | 5
  priorityEvidence: readonly Term[]
  service: string | null
  /** In the order in which they came to be touched; replaced, never changed. */
  services: readonly string[]
  owner: string | null
  team: string | null
  /** Who set the team; `null`: its route does. */
  teamBy: string | null
  /** As the members and the rules in force have it; `null` before it has members. */
  route: Route | null
  /** As it was said last. */
  routed: Route | null
  acknowledgedAt: EpochMs | null
  acknowledgedBy: string | null
  provisionalAt: EpochMs
  openedAt: EpochMs | null
  notifiedAt: EpochMs | null
  resolvedAt: EpochMs | null
  closedAt: EpochMs | null
  firstAlertAt: EpochMs
  lastAlertAt: EpochMs
  /** In the order they joined; kept in the table of members. */
  readonly members: Roster
  /** How many have ever joined. */
  joined: number
  /** Of the members: how many there are, fire unmuted, are muted, and which one names the incident. */
  memberCount: number
  firingCount: number
  suppressedCount: number
  staleCount: number
  flappingSince: EpochMs | null
  /** Ids of changes near its alerts; replaced, never changed. */
  changes: readonly string[]
  head: string | null
  /** Priority and services that people were told, and the channels by which. */
  told: { priority: number; services: readonly string[]; channels: Channels } | null
  /** The storm that alone told people of it; null: nobody knows of it, or from itself. */
  toldInStorm: string | null
  edited: boolean
  edits: Edit[]
  /** Ids of regroupings that are proposed of it. */
  regroupings: string[]
  mergedInto: string | null
  splitFrom: string | null
  openReason: string
  resolution: string | null
  resolvedBy: string | null
  /** Resolved by a person while alerts still fired: holds until they resolve or something joins. */
  heldResolved: boolean
  reopenCount: number
  /** How bad it was when a person said that it is no incident. */
  dismissed: Severity | null
  rootCause: RootCauseResult | null
  confirmedCause: string | null
  articles: readonly SuggestedArticle[]
  /** One for each article and person; replaced, never changed; absent until somebody votes. */
  votes?: readonly CastVote[]
  similar: readonly SimilarIncident[]
  /** What it hurts, as it was looked at last while alerts fired; `null` before. */
  hurts: Impact | null
  /** The correlate rule and its key that own this incident, where one does. */
  rule: RuledBy | null
  /** Gap and lifetime by the rules it began with, and their version. */
  bounds: { readonly gap: number; readonly lifetime: number; readonly rules: string }
  /** Version of the learned weights that it began with; `null`: those of the rules. */
  weights: string | null
  openAt: EpochMs | null
  notifyAt: EpochMs | null
  /** When people are told of what is new: once the burst that brought it is over. */
  tellAt: EpochMs | null
  resolveAt: EpochMs | null
  analyseAt: EpochMs | null
  closeAt: EpochMs | null
}

export interface SilenceState extends Snapped {
  readonly silence: Silence
}

export interface ChangeState extends Snapped {
  readonly change: Change
  /** CIs of its window: those of the newest report that names only known ones. */
  readonly planned: readonly string[]
  /** Who said that its window is not to count, and when. */
  readonly lifted?: { readonly by: string; readonly at: EpochMs }
  readonly forgetAt: EpochMs
}

/** What is counted within a correlation scope. */
export interface ScopeState extends Snapped {
  readonly scope: string
  incidentCounter: number
  problemCounter: number
  discovery: Discovery
  /** Latest start of a placed alert: an alert much before it is late. */
  latestStart: EpochMs
  /** Starts up to here are counted for what begins together; when the next ones are. */
  countedUntil: EpochMs
  countAt: EpochMs | null
}

export interface State extends ImportedTables {
  /** The partition that this engine folds; it may have many correlation scopes. */
  scope: string
  /** Engine time: never goes back. */
  now: EpochMs
  startedAt: EpochMs
  /** Offset of the newest applied entry. */
  offset: number
  seq: number
  constraintCounter: number
  correctionCounter: number
  aliasCounter: number
  unboundCounter: number
  observedCounter: number
  regroupingCounter: number
  /** When observations are looked through next. */
  observeAt: EpochMs | null
  engineVersion: string
  /** Expiry by `endsAt` waits until then (after a gap of ours). */
  expiryGraceUntil: EpochMs
  rules: RulePacks
  rulesVersion: string
  topology: Topology
  articles: ReadonlyMap<string, Article>
  articlesVersion: string
  /** Of every article there is or was, by id. */
  readonly articleMarks: Table<ArticleMark>
  ledger: LedgerState
  readonly scopes: Table<ScopeState>
  readonly arrivals: Table<ArrivalState>
  readonly alerts: Table<AlertState>
  readonly incidents: Table<IncidentState>
  /** Members of all incidents. */
  readonly members: Table<Member, Seen>
  readonly editParts: Table<EditPart>
  readonly silences: Table<SilenceState>
  readonly changes: Table<ChangeState>
  readonly rates: Table<RateState>
  readonly votes: Table<VoteState>
  readonly confirmed: Table<ConfirmedState>
  readonly constraints: Table<ConstraintState>
  readonly corrections: Table<CorrectionState>
  readonly declined: Table<DeclinedState>
  readonly weights: Table<WeightsState>
  readonly partners: Table<PartnerState>
  readonly companions: Table<CompanionState>
  readonly sources: Table<SourceState>
  readonly profiles: Table<ProfileState>
  readonly raised: Table<RaisedState>
  readonly past: Table<PastState>
  readonly problems: Table<ProblemState>
  readonly problemLinks: Table<ProblemLinkState>
  readonly sourceRecords: Table<SourceRecord>
  readonly links: Table<LinkRecord>
  readonly imports: Table<ImportRecord>
  readonly importParts: Table<ImportPart>
  readonly aliases: Table<AliasState>
  readonly unbound: Table<UnboundState>
  readonly observed: Table<ObservedState>
  readonly regroupings: Table<RegroupingState>
}

/** The state before the first entry. */
export function emptyState(scope: string): State {
  return {
    scope,
    now: 0,
    startedAt: 0,
    offset: 0,
    seq: 0,
    constraintCounter: 0,
    correctionCounter: 0,
    aliasCounter: 0,
    unboundCounter: 0,
    observedCounter: 0,
    regroupingCounter: 0,
    observeAt: null,
    engineVersion: '',
    expiryGraceUntil: 0,
    rules: defaultRules(),
    rulesVersion: 'default',
    topology: emptyTopology(),
    articles: new Map(),
    articlesVersion: 'none',
    articleMarks: new Table((record) => record.id),
    ledger: emptyLedger(),
    scopes: new Table((record) => record.scope),
    arrivals: new Table((record) => record.scope),
    alerts: new Table((record) => record.identity),
    incidents: new Table((record) => record.id),
    members: new Table((record) => record),
    editParts: new Table((record) => record.key),
    silences: new Table((record) => record.silence.id),
    changes: new Table((record) => record.change.id),
    rates: new Table((record) => record.key),
    votes: new Table((record) => record.key),
    confirmed: new Table((record) => record.key),
    constraints: new Table((record) => record.id),
    corrections: new Table((record) => record.id),
    declined: new Table((record) => record.id),
    weights: new Table((record) => record.scope),
    partners: new Table((record) => partnerKey(record)),
    companions: new Table((record) => spotKey(record)),
    sources: new Table((record) => record.reporter),
    profiles: new Table((record) => record.incident),
    raised: new Table((record) => record.ci),
    past: new Table((record) => record.incident),
    ...emptyImported(),
    problems: new Table((record) => record.id),
    problemLinks: new Table((record) => record.incident),
    sourceRecords: new Table(({ source, key }) => recordId(source, key)),
    links: new Table((record) => linkId(record)),
    imports: new Table((record) => record.id),
    importParts: new Table((record) => record.key),
    aliases: new Table((record) => record.key),
    unbound: new Table((record) => unboundKey(record)),
    observed: new Table((record) => record.key),
    regroupings: new Table((record) => record.id),
  }
}
