/** Generated from /openapi.json by `npm run api:types`; do not edit. */

export type Severity = 'critical' | 'error' | 'warning' | 'info' | 'none' | 'unknown'
export type LinkEvidence = {
  method: 'score' | 'rule' | 'person' | 'first'
  /**
   * the rule or the person that decided
   */
  by?: string
  /**
   * key of the alert it was linked to
   */
  best?: string
  terms: Term[]
  /**
   * log-odds: the sum of x * w over the terms
   */
  score: number
  p: number
  threshold: number
  runnerUp?: {
    incident: string
    p: number
    reason: string
    /**
     * value of each term of its best link
     */
    x?: {
      [k: string]: number
    }
  }
  /**
   * incidents that were looked at and not joined, most telling first
   */
  rejected?: {
    incident: string
    reason: 'weak' | 'weaker' | 'burst' | 'gap' | 'lifetime' | 'resolved' | 'ruled' | 'rule'
    /**
     * what was measured: ms, for links p
     */
    value?: number
    /**
     * what it would have had to keep
     */
    limit?: number
    /**
     * the rule that decided
     */
    rule?: string
    note: string
  }[]
  /**
   * the rule that bounds what the score may link it to
   */
  boundBy?: string
  /**
   * in a storm only the nearest candidates are weighed: how many of how many
   */
  storm?: {
    id: string
    weighed: number
    of: number
  }
  versions: {
    rules: string
    topology: string
    engine: string
    /**
     * of the learned weights its incident began with; absent: those of the rules
     */
    weights?: string
  }
} | null
export type AliasInput =
  | {
      /**
       * id of an unbound name
       */
      unbound: string
      ci: string
    }
  | {
      /**
       * an alert: the name by which it was bound means the CI
       */
      alert: string
      ci: string
    }
export type BulkCommand =
  | {
      do: 'acknowledge'
      /**
       * @minItems 1
       * @maxItems 500
       */
      incidents: [string, ...string[]]
    }
  | {
      do: 'unacknowledge'
      /**
       * @minItems 1
       * @maxItems 500
       */
      incidents: [string, ...string[]]
    }
  | {
      do: 'assign'
      /**
       * @minItems 1
       * @maxItems 500
       */
      incidents: [string, ...string[]]
      /**
       * `null`: nobody
       */
      to?: string | null
      /**
       * `null`: no team; given by hand, no route rule changes it any more
       */
      team?: string | null
    }
  | {
      do: 'resolve'
      /**
       * @minItems 1
       * @maxItems 500
       */
      incidents: [string, ...string[]]
      resolution?: string
      /**
       * also while alerts of it still fire
       */
      force?: boolean
    }
export type CmdbPull = {
  /**
   * which API
   */
  from: string
  everyMinutes: number
  /**
   * it is being read
   */
  running: boolean
  /**
   * since the start, however that ended
   */
  lastAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  nextAt: string | null
  /**
   * why the last time failed
   */
  failure: string | null
} | null
export type ImportCounts = {
  added: number
  changed: number
  unchanged: number
  /**
   * among the changed: were retired before
   */
  returned: number
  retired: number
  linked: number
  unlinked: number
  conflicts: number
  bad: number
} | null
export type IncidentStatus = 'provisional' | 'open' | 'resolved' | 'closed' | 'merged'
/**
 * where the rules send it; null: decided by an older version
 */
export type Route = {
  team: string | null
  /**
   * the rule that names the team
   */
  teamRule: string | null
  /**
   * ids of channels; null: every one
   */
  channels: string[] | null
  /**
   * route rules that hold
   */
  rules: string[]
  /**
   * of the rules
   */
  version: string
  /**
   * why, in one sentence
   */
  text: string
  /**
   * the time by which hours were judged; absent where the rules have none
   */
  judgedAt?: string
} | null
export type DemoAct =
  | {
      do: 'begin'
    }
  | {
      do: 'mend'
      fault: string
    }
export type ImportDiff = {
  added: ImportChange[]
  changed: ImportChange[]
  retired: {
    key: string
    ci: string
    name: string
  }[]
  conflicts: {
    ci: string
    field: string
    kept: {
      source: string
      value: string
    }
    other: {
      source: string
      value: string
    }
  }[]
  bad: {
    where: string
    field?: string
    error: string
  }[]
} | null
export type ProblemStatus =
  'proposed' | 'open' | 'known_error' | 'resolved' | 'closed' | 'dismissed' | 'merged'
export type Proposal = RuleProposal | WeightsProposal

export interface Schemas {
  Alert: Alert
  AlertEpisodes: AlertEpisodes
  AlertFacets: AlertFacets
  AlertHistory: AlertHistory
  AlertKind: AlertKind
  AlertPage: AlertPage
  AlertUpdate: AlertUpdate
  AlertmanagerAlert: AlertmanagerAlert
  AlertmanagerGroup: AlertmanagerGroup
  AlertmanagerPostableSilence: AlertmanagerPostableSilence
  AlertmanagerSilence: AlertmanagerSilence
  Alias: Alias
  AliasInput: AliasInput
  AliasList: AliasList
  Article: Article
  ArticleDraft: ArticleDraft
  ArticleEdit: ArticleEdit
  ArticleFacets: ArticleFacets
  ArticleFormats: ArticleFormats
  ArticleImport: ArticleImport
  ArticleImportInput: ArticleImportInput
  ArticleInput: ArticleInput
  ArticlePage: ArticlePage
  ArticleRestore: ArticleRestore
  ArticleRetire: ArticleRetire
  ArticleUses: ArticleUses
  ArticleVersions: ArticleVersions
  ArticlesAnswer: ArticlesAnswer
  ArticlesInput: ArticlesInput
  Backtest: Backtest
  BacktestAlert: BacktestAlert
  BacktestFigures: BacktestFigures
  BacktestIncident: BacktestIncident
  BacktestInput: BacktestInput
  BacktestPacks: BacktestPacks
  BacktestPage: BacktestPage
  BacktestReport: BacktestReport
  BacktestRoute: BacktestRoute
  BacktestScore: BacktestScore
  BacktestSummary: BacktestSummary
  BindingReport: BindingReport
  BindingSuggestion: BindingSuggestion
  BlastRadius: BlastRadius
  BulkAnswer: BulkAnswer
  BulkCommand: BulkCommand
  Change: Change
  ChangeCalendar: ChangeCalendar
  ChangeLift: ChangeLift
  ChangePage: ChangePage
  ChangeSource: ChangeSource
  ChangeSourcePage: ChangeSourcePage
  Ci: Ci
  CiAddress: CiAddress
  CiAddressInput: CiAddressInput
  CiBindings: CiBindings
  CiDetail: CiDetail
  CiFacets: CiFacets
  CiInput: CiInput
  CiLive: CiLive
  CiPage: CiPage
  CiProvenance: CiProvenance
  CmdbFormatPage: CmdbFormatPage
  CmdbPull: CmdbPull
  CmdbSourcePage: CmdbSourcePage
  CmdbTerms: CmdbTerms
  CommandAnswer: CommandAnswer
  Constraint: Constraint
  ConstraintPage: ConstraintPage
  Cooccurrence: Cooccurrence
  CooccurrenceList: CooccurrenceList
  DeadLetter: DeadLetter
  DeadLetterPage: DeadLetterPage
  DeadRunbookLinks: DeadRunbookLinks
  Decision: Decision
  Delivery: Delivery
  DeliveryDetail: DeliveryDetail
  DeliveryPage: DeliveryPage
  Demo: Demo
  DemoAct: DemoAct
  DiscardAnswer: DiscardAnswer
  DiscardInput: DiscardInput
  FoundArticles: FoundArticles
  HurtCi: HurtCi
  Import: Import
  ImportChange: ImportChange
  ImportCounts: ImportCounts
  ImportDiff: ImportDiff
  ImportInput: ImportInput
  ImportPage: ImportPage
  ImportSummary: ImportSummary
  ImportUndoInput: ImportUndoInput
  ImportedIncident: ImportedIncident
  Incident: Incident
  IncidentEvidence: IncidentEvidence
  IncidentFacets: IncidentFacets
  IncidentGraph: IncidentGraph
  IncidentImpact: IncidentImpact
  IncidentPage: IncidentPage
  IncidentReview: IncidentReview
  IncidentReviewAnswer: IncidentReviewAnswer
  IncidentStatus: IncidentStatus
  IncidentSteps: IncidentSteps
  IncidentSummary: IncidentSummary
  IncidentView: IncidentView
  IncidentViewInput: IncidentViewInput
  IncidentViewQuery: IncidentViewQuery
  IncidentViews: IncidentViews
  KnowledgeFolder: KnowledgeFolder
  Ledger: Ledger
  LinkEvidence: LinkEvidence
  LiveStats: LiveStats
  MaintenanceInput: MaintenanceInput
  MappedService: MappedService
  Matcher: Matcher
  MatcherInput: MatcherInput
  MissingCi: MissingCi
  MuteInput: MuteInput
  MutePreview: MutePreview
  Neighbourhood: Neighbourhood
  Observed: Observed
  ObservedAnswer: ObservedAnswer
  ObservedInput: ObservedInput
  ObservedList: ObservedList
  ObservedThing: ObservedThing
  PastFormats: PastFormats
  PastImport: PastImport
  PastImportInput: PastImportInput
  PastImportRun: PastImportRun
  PastImportRuns: PastImportRuns
  Preview: Preview
  PreviewInput: PreviewInput
  Problem: Problem
  ProblemAnswer: ProblemAnswer
  ProblemCosts: ProblemCosts
  ProblemDetail: ProblemDetail
  ProblemFigures: ProblemFigures
  ProblemIncident: ProblemIncident
  ProblemPage: ProblemPage
  ProblemStatus: ProblemStatus
  ProblemSummary: ProblemSummary
  ProblemTask: ProblemTask
  Proposal: Proposal
  ProposalAcceptance: ProposalAcceptance
  ProposalBacktest: ProposalBacktest
  ProposalCorrection: ProposalCorrection
  ProposalDismissal: ProposalDismissal
  ProposalFiles: ProposalFiles
  ProposalPage: ProposalPage
  ProposalRange: ProposalRange
  RangeStats: RangeStats
  RankedCause: RankedCause
  Receipt: Receipt
  Recurrence: Recurrence
  RecurrenceInput: RecurrenceInput
  Regrouping: Regrouping
  RegroupingAlert: RegroupingAlert
  RegroupingDismissal: RegroupingDismissal
  RegroupingIncident: RegroupingIncident
  RegroupingList: RegroupingList
  Relation: Relation
  RelationInput: RelationInput
  RelationPage: RelationPage
  Remedy: Remedy
  ReplayAllAnswer: ReplayAllAnswer
  ReplayAllInput: ReplayAllInput
  ReplayInput: ReplayInput
  Route: Route
  RoutePreview: RoutePreview
  RouteQuestion: RouteQuestion
  RuleProposal: RuleProposal
  Rules: Rules
  RulesReload: RulesReload
  SeriesStats: SeriesStats
  Service: Service
  ServiceMap: ServiceMap
  ServiceNeighbour: ServiceNeighbour
  Settings: Settings
  Severity: Severity
  Silence: Silence
  SilenceInput: SilenceInput
  SilencePage: SilencePage
  Source: Source
  SourceSetUp: SourceSetUp
  Sources: Sources
  Stats: Stats
  Storm: Storm
  StormList: StormList
  SuspectedChange: SuspectedChange
  SuspectedChanges: SuspectedChanges
  TalkerStats: TalkerStats
  Term: Term
  Timeline: Timeline
  TopologyAnswer: TopologyAnswer
  TopologyInput: TopologyInput
  TopologyLive: TopologyLive
  TopologyMap: TopologyMap
  TopologySteps: TopologySteps
  TurnMoveInput: TurnMoveInput
  TurnRestoreInput: TurnRestoreInput
  TurnSkipInput: TurnSkipInput
  UnboundList: UnboundList
  UnboundName: UnboundName
  WeightChange: WeightChange
  WeightsProposal: WeightsProposal
  WeightsVersion: WeightsVersion
  WeightsVersionList: WeightsVersionList
}
export interface Alert {
  /**
   * names the episode everywhere: `<id>.<start in ms>`
   */
  key: string
  id: string
  /**
   * its correlation scope
   */
  scope: string
  fingerprint: string
  source: string
  signature: string
  rule: string
  title: string
  severity: Severity
  severityText: string | null
  state: 'firing' | 'resolved'
  stale: boolean
  /**
   * RFC 3339, UTC, with milliseconds
   */
  startsAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  endsAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  firstSeenAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  lastSeenAt: string
  reports: number
  reporters: {
    reporter: string
    firing: boolean
    /**
     * RFC 3339, UTC, with milliseconds
     */
    lastSeenAt: string
  }[]
  labels: {
    [k: string]: string
  }
  annotations: {
    [k: string]: string
  }
  generatorUrl: string | null
  ci: string | null
  binding: {
    ci: string
    rule: string
    confidence: number
    matched: string
  } | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  flappingSince: string | null
  suppressedBy: {
    /**
     * `silence`, `maintenance`, `rule` or `inhibit`
     */
    kind: string
    /**
     * of the silence or window; else the rule
     */
    id: string
    reason: string
    /**
     * key of the episode that inhibits it, or did first
     */
    alert?: string
  } | null
  /**
   * the planned change within which it began, where such only mark
   */
  planned: {
    change: string
    text: string
  } | null
  outcome:
    | 'opened'
    | 'joined'
    | 'repeated'
    | 'resolved'
    | 'suppressed'
    | 'held'
    | 'late-ignored'
    | 'change'
    | 'rejected'
  incident: string | null
  late: boolean
  /**
   * nats: how unlikely it was by itself
   */
  surprise: number
  /**
   * what the hour of the week says, where that is worth saying
   */
  habit: {
    /**
     * how much likelier at this hour of the week than at any
     */
    factor: number
    /**
     * times it came about now; old ones count less
     */
    times: number
    /**
     * in so many weeks; old ones count less
     */
    weeks: number
    note: string | null
  } | null
  evidence: LinkEvidence
  /**
   * incidents it stayed out of although they were close
   */
  related: {
    incident: string
    p: number
    reason: string
  }[]
}
export interface Term {
  name: string
  /**
   * value of the feature
   */
  x: number
  /**
   * weight; the term adds x * w
   */
  w: number
  inputs: {
    [k: string]: number | string
  }
  /**
   * one sentence for people
   */
  note: string
}
export interface AlertEpisodes {
  id: string
  episodes: Alert[]
}
export interface AlertFacets {
  total: number
  /**
   * as if `state` were not asked for
   */
  states: {
    firing: number
    resolved: number
  }
  /**
   * as if `severity` were not asked for
   */
  severities: {
    critical: number
    error: number
    warning: number
    info: number
    none: number
    unknown: number
  }
  flags: {
    suppressed: number
    stale: number
    flapping: number
    unbound: number
  }
  /**
   * correlation scopes, the most frequent, at most 20
   */
  scopes: {
    value: string
    count: number
  }[]
  /**
   * the most frequent, at most 20
   */
  sources: {
    value: string
    count: number
  }[]
  /**
   * the most frequent, at most 20
   */
  rules: {
    value: string
    count: number
  }[]
  /**
   * the most frequent, at most 20
   */
  cis: {
    value: string
    count: number
  }[]
  /**
   * at most 30 names with 10 values each, the most frequent
   */
  labels: {
    name: string
    count: number
    values: {
      value: string
      count: number
    }[]
  }[]
  /**
   * share of the alerts that scopes, sources, rules, CIs and labels were counted over; their counts are scaled up to the whole
   */
  sample: number
}
export interface AlertHistory {
  id: string
  /**
   * the newest first, at most 1,000
   */
  episodes: {
    key: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    startsAt: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    endsAt: string | null
    severity: Severity
    state: 'firing' | 'resolved'
    reports: number
    incident: string | null
  }[]
  /**
   * when it was muted, flapping or stale, oldest first
   */
  spans: {
    kind: 'suppressed' | 'flapping' | 'stale'
    /**
     * RFC 3339, UTC, with milliseconds
     */
    from: string
    /**
     * null while it is so
     */
    to: string | null
    why: string
  }[]
  /**
   * what was decided about it, the newest first, at most 2,000
   */
  events: {
    seq: number
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    action: string
    text: string
    actor: string
    incident: string | null
  }[]
}
export interface AlertKind {
  /**
   * rule and class of the CI
   */
  signature: string
  /**
   * the CI, or what labels say; null: any CI of the class
   */
  place: string | null
  text: string
}
export interface AlertPage {
  items: Alert[]
  next?: string
}
export interface AlertUpdate {
  key: string
  id: string
  incident: string | null
  state: 'firing' | 'resolved'
  severity: Severity
  title: string
  source: string
  stale: boolean
  ci: string | null
  suppressed: boolean
  /**
   * RFC 3339, UTC, with milliseconds
   */
  startsAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  endsAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  lastSeenAt: string
}
export interface AlertmanagerAlert {
  annotations: {
    [k: string]: string
  }
  endsAt: string
  fingerprint: string
  receivers: {
    name: string
  }[]
  startsAt: string
  status: {
    inhibitedBy: string[]
    mutedBy: string[]
    silencedBy: string[]
    state: 'unprocessed' | 'active' | 'suppressed'
  }
  updatedAt: string
  generatorURL: string
  labels: {
    [k: string]: string
  }
}
export interface AlertmanagerGroup {
  labels: {
    [k: string]: string
  }
  routeLabels: {
    [k: string]: string
  }
  receiver: {
    name: string
  }
  alerts: AlertmanagerAlert[]
}
export interface AlertmanagerPostableSilence {
  id?: string
  matchers: {
    name: string
    value: string
    isRegex: boolean
    isEqual?: boolean
  }[]
  startsAt: string
  endsAt: string
  createdBy: string
  comment: string
  annotations?: {
    [k: string]: string
  }
}
export interface AlertmanagerSilence {
  id: string
  status: {
    state: 'active' | 'pending' | 'expired'
  }
  updatedAt: string
  matchers: {
    name: string
    value: string
    isRegex: boolean
    isEqual?: boolean
  }[]
  startsAt: string
  endsAt: string
  createdBy: string
  comment: string
  annotations?: {
    [k: string]: string
  }
}
export interface Alias {
  id: string
  label: string
  /**
   * what the label names
   */
  kind: 'pod' | 'workload' | 'host' | 'service' | 'any'
  name: string
  /**
   * where the alert says it is
   */
  realm: {
    namespace?: string
    cluster?: string
    region?: string
    environment?: string
  }
  ci: string
  by: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
}
export interface AliasList {
  items: Alias[]
  /**
   * so many are kept
   */
  limit: number
}
export interface Article {
  id: string
  title: string
  alertnames: string[]
  classes: string[]
  services: string[]
  tags: string[]
  /**
   * `folder`, `people`, `problems`, or the name of an import
   */
  source: string
  /**
   * who keeps it right
   */
  owner: string | null
  /**
   * the day by which it is to be read again
   */
  reviewOn: string | null
  /**
   * where it is from
   */
  url: string | null
  /**
   * rises by one with each version; 0: from before there were any
   */
  revision: number
  retired: boolean
  /**
   * RFC 3339, UTC, with milliseconds
   */
  updatedAt: string | null
  updatedBy: string
  /**
   * Markdown
   */
  body: string
}
export interface ArticleDraft {
  /**
   * a proposal
   */
  id: string
  title: string
  alertnames: string[]
  classes: string[]
  services: string[]
  tags: string[]
  /**
   * Markdown
   */
  body: string
}
export interface ArticleEdit {
  title: string
  /**
   * @maxItems 1000
   */
  alertnames?: string[]
  /**
   * @maxItems 1000
   */
  classes?: string[]
  /**
   * @maxItems 1000
   */
  services?: string[]
  /**
   * @maxItems 1000
   */
  tags?: string[]
  body: string
  owner?: string
  reviewOn?: string
  url?: string
  /**
   * why, for the versions
   */
  note?: string
  /**
   * refused where it is at another revision by now; 0: there must be none
   */
  ifRevision?: number
}
export interface ArticleFacets {
  total: number
  sources: {
    name: string
    count: number
  }[]
  owners: {
    name: string
    count: number
  }[]
  /**
   * whose review is due
   */
  due: number
  retired: number
}
export interface ArticleFormats {
  items: {
    id: string
    title: string
    docs: string
  }[]
}
export interface ArticleImport {
  source: string
  format: string
  /**
   * `guarded`: it retires so much that nothing was done; `force` does it
   */
  state: 'planned' | 'guarded' | 'applied'
  counts: {
    added: number
    changed: number
    same: number
    retired: number
    taken: number
    bad: number
  }
  /**
   * of what the source has said
   */
  retiredShare: number
  added: {
    id: string
    title: string
  }[]
  changed: {
    id: string
    title: string
    changed: string[]
    before: string | null
    after: string | null
  }[]
  retired: {
    id: string
    title: string
  }[]
  /**
   * ids that belong to another source; they stay as they are
   */
  taken: {
    id: string
    source: string
  }[]
  bad: {
    where: string
    field: string | null
    error: string
  }[]
}
export interface ArticleImportInput {
  /**
   * under which name they are kept; ids begin with it
   */
  source?: string
  format: string
  /**
   * @minItems 1
   * @maxItems 50000
   */
  files: [
    {
      name: string
      text: string
    },
    ...{
      name: string
      text: string
    }[]
  ]
  /**
   * only says what would change
   */
  dryRun?: boolean
  /**
   * however much it retires
   */
  force?: boolean
}
export interface ArticleInput {
  id: string
  title: string
  /**
   * @maxItems 1000
   */
  alertnames?: string[]
  /**
   * @maxItems 1000
   */
  classes?: string[]
  /**
   * @maxItems 1000
   */
  services?: string[]
  /**
   * @maxItems 1000
   */
  tags?: string[]
  body: string
  owner?: string
  reviewOn?: string
  url?: string
}
export interface ArticlePage {
  items: Article[]
  next?: string
}
export interface ArticleRestore {
  revision: number
  /**
   * why, for the versions
   */
  note?: string
}
export interface ArticleRetire {
  /**
   * why, for the versions
   */
  note?: string
}
export interface ArticleUses {
  helpful: number
  notHelpful: number
  /**
   * by kind of alert, most votes first
   */
  votes: {
    signature: string
    helpful: number
    notHelpful: number
  }[]
  /**
   * where it is suggested, the newest first, at most 50 of 90 days
   */
  incidents: {
    id: string
    title: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    /**
     * 1: it was suggested first
     */
    rank: number
    how: string
    score: number
  }[]
}
export interface ArticleVersions {
  items: {
    revision: number
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string | null
    actor: string
    action: 'created' | 'changed' | 'retired' | 'restored'
    /**
     * fields that differ from the version before
     */
    changed: string[]
    note: string | null
    /**
     * `folder`, `people`, `problems`, or the name of an import
     */
    source: string
  }[]
}
export interface ArticlesAnswer {
  version: string
  articles: number
}
export interface ArticlesInput {
  /**
   * `replace`: what the source has said and says no more is retired
   */
  mode?: 'replace' | 'upsert'
  /**
   * whose they are; articles of another source stay as they are
   */
  source?: string
  /**
   * a hash of the content unless given
   */
  version?: string
  /**
   * @maxItems 50000
   */
  articles: ArticleInput[]
}
export interface Backtest {
  id: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  by: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  from: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  to: string
  /**
   * names of the packs that were changed
   */
  packs: string[]
  set: {
    [k: string]: unknown
  }
  /**
   * names of the rules that were added
   */
  rules: string[]
  /**
   * the proposal that it tries; null: none
   */
  proposal: string | null
  /**
   * weights of a scope, as if they had been accepted as it begins
   */
  weights: {
    scope: string
    changes: WeightChange[]
  } | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  createdAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  startedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  endedAt: string | null
  /**
   * entries of the journal that are done
   */
  done: number
  /**
   * null: not known yet
   */
  total: number | null
  failure: string | null
  report: BacktestReport | null
}
export interface WeightChange {
  term:
    | 'time'
    | 'crowd'
    | 'topology'
    | 'signature'
    | 'labels'
    | 'cooccurrence'
    | 'change'
    | 'noise'
    | 'ended'
    | 'again'
  /**
   * in force now
   */
  from: number
  to: number
}
export interface BacktestReport {
  before: BacktestFigures
  after: BacktestFigures
  /**
   * lengths of all lists
   */
  totals: {
    [k: string]: number
  }
  merged: {
    before: BacktestIncident[]
    after: BacktestIncident
  }[]
  split: {
    before: BacktestIncident
    after: BacktestIncident[]
  }[]
  gone: BacktestIncident[]
  fresh: BacktestIncident[]
  retimed: {
    before: BacktestIncident
    after: BacktestIncident
    byMs: number
  }[]
  /**
   * to another team or other channels
   */
  rerouted: {
    before: BacktestIncident
    after: BacktestIncident
    from: BacktestRoute
    to: BacktestRoute
  }[]
  moved: BacktestAlert[]
  left: BacktestAlert[]
  joined: BacktestAlert[]
  muted: BacktestAlert[]
  unmuted: BacktestAlert[]
  onlyBefore: BacktestAlert[]
  onlyAfter: BacktestAlert[]
  people: {
    /**
     * commands of people in the range
     */
    given: number
    carried: number
    /**
     * needless under the other rules
     */
    held: number
    notCarried: number
    /**
     * what could not be carried over
     */
    list: {
      /**
       * RFC 3339, UTC, with milliseconds
       */
      at: string
      actor: string
      do: string
      about: string
      reason: string
    }[]
    /**
     * alerts of what people said is no incident
     */
    dismissed: {
      alerts: number
      openedBefore: number
      openedAfter: number
    }
    pairsLeftOut: number
  }
}
export interface BacktestFigures {
  /**
   * version at the end
   */
  rules: string
  /**
   * alert episodes that began in the range
   */
  alerts: number
  muted: number
  /**
   * incidents that opened in the range
   */
  opened: number
  notified: number
  score: BacktestScore
}
export interface BacktestScore {
  /**
   * pairs of alerts that people put together
   */
  together: number
  /**
   * pairs that people took apart
   */
  apart: number
  /**
   * of them, those that the engine put together
   */
  togetherHeld: number
  apartHeld: number
  precision: number | null
  recall: number | null
}
export interface BacktestIncident {
  id: string
  title: string
  priority: number
  /**
   * RFC 3339, UTC, with milliseconds
   */
  openedAt: string
  alerts: number
}
export interface BacktestRoute {
  team: string | null
  /**
   * null: every one
   */
  channels: string[] | null
  rules: string[]
}
export interface BacktestAlert {
  /**
   * `<alert id>.<start>`
   */
  alert: string
  title: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  startsAt: string
  /**
   * incident; null: in none
   */
  before: string | null
  after: string | null
  mutedBy: string | null
}
export interface BacktestInput {
  from: string
  to: string
  /**
   * YAML of whole packs; the others stay as they were at each time
   */
  packs?: {
    dedup?: string
    suppress?: string
    bind?: string
    correlate?: string
    priority?: string
    route?: string
    lifecycle?: string
  }
  /**
   * single settings
   */
  set?: {
    [k: string]: unknown
  }
}
export interface BacktestPacks {
  /**
   * YAML by name of the pack
   */
  packs: {
    [k: string]: string
  }
}
export interface BacktestPage {
  items: BacktestSummary[]
  /**
   * a range cannot begin before; null: the journal is empty
   */
  earliest: string | null
}
export interface BacktestSummary {
  id: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  by: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  from: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  to: string
  /**
   * names of the packs that were changed
   */
  packs: string[]
  set: {
    [k: string]: unknown
  }
  /**
   * names of the rules that were added
   */
  rules: string[]
  /**
   * the proposal that it tries; null: none
   */
  proposal: string | null
  /**
   * weights of a scope, as if they had been accepted as it begins
   */
  weights: {
    scope: string
    changes: WeightChange[]
  } | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  createdAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  startedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  endedAt: string | null
  /**
   * entries of the journal that are done
   */
  done: number
  /**
   * null: not known yet
   */
  total: number | null
  failure: string | null
}
export interface BindingReport {
  /**
   * RFC 3339, UTC, with milliseconds
   */
  from: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  to: string
  /**
   * episodes that were first seen in the range
   */
  alerts: number
  bound: number
  rules: {
    source: string
    /**
     * the step that bound them; empty: unbound
     */
    rule: string
    alerts: number
  }[]
}
export interface BindingSuggestion {
  ci: string
  name: string
  class: string
  /**
   * 0 to 1: the sum of the points, bounded
   */
  score: number
  reasons: {
    text: string
    points: number
  }[]
}
export interface BlastRadius {
  center: string
  /**
   * nearest first, then by id; without the CI itself
   */
  items: HurtCi[]
  /**
   * those of the items that are services: the most critical first, then the nearest
   */
  services: HurtCi[]
  /**
   * how many CIs are so far away
   */
  hops: {
    hops: number
    cis: number
  }[]
  /**
   * there is more; what is left out is not counted
   */
  truncated: boolean
}
export interface HurtCi {
  ci: string
  name: string
  class: string
  criticality: 1 | 2 | 3 | 4 | null
  owner: string | null
  environment: string | null
  /**
   * relations on the shortest way there
   */
  hops: number
  /**
   * the CIs of that way, the one at fault first
   */
  path: string[]
  live: CiLive
}
export interface CiLive {
  /**
   * alerts that fire on it and are not muted
   */
  firing: number
  /**
   * alerts that fire on it and are muted
   */
  suppressed: number
  /**
   * the worst of the firing ones
   */
  severity: Severity | null
  incidents: string[]
}
export interface BulkAnswer {
  /**
   * in the order asked for, each once
   */
  items: {
    /**
     * as it was asked for
     */
    incident: string
    /**
     * `already`: it was so before; `waiting`: recorded, and to be applied when the engine can
     */
    outcome: 'done' | 'already' | 'refused' | 'not_found' | 'waiting'
    /**
     * where it ended: commands follow merges
     */
    at: string | null
    /**
     * the engine's, as a token
     */
    reason: string | null
    /**
     * the same for people
     */
    detail: string | null
  }[]
}
export interface Change {
  id: string
  source: string
  title: string
  kind: string
  cis: string[]
  /**
   * names that matched no CI
   */
  unbound: string[]
  labels: {
    [k: string]: string
  }
  /**
   * RFC 3339, UTC, with milliseconds
   */
  startsAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  endsAt: string | null
  url: string | null
  actor: string | null
}
export interface ChangeCalendar {
  /**
   * `suppress.changes.mode` of the rules in force
   */
  mode: 'off' | 'mark' | 'mute'
  /**
   * the soonest first, at most 50
   */
  items: {
    change: Change
    /**
     * as its tool says; empty where it does not
     */
    status: string
    state: 'coming' | 'running'
    /**
     * it is a maintenance window: it mutes or marks alerts while it runs
     */
    isWindow: boolean
    /**
     * `planned`, or what keeps it from being a window
     */
    why: 'planned' | 'off' | 'no_end' | 'no_ci' | 'status' | 'kind' | 'too_long' | 'lifted'
    /**
     * who said that its window is not to count
     */
    lifted: {
      by: string
      /**
       * RFC 3339, UTC, with milliseconds
       */
      at: string
    } | null
    /**
     * firing alerts on its CIs now
     */
    firing: number
    /**
     * of these, those that it mutes
     */
    muting: number
  }[]
  /**
   * how many are not listed
   */
  more: number
  /**
   * what mutes again and again, the soonest first, at most 50
   */
  recurring: {
    /**
     * a recurring window, or a rule of `suppress` with hours
     */
    kind: 'maintenance' | 'rule'
    /**
     * of the window; else the name of the rule
     */
    id: string
    /**
     * comment of the window; reason of the rule
     */
    title: string
    /**
     * its times, in words
     */
    text: string
    cis: string[]
    services: string[]
    /**
     * as they are written
     */
    matchers: string[]
    running: boolean
    /**
     * firing alerts that it mutes now
     */
    muting: number
    /**
     * where it recurs: the time that runs, if one does, and the next ones; at most 3
     */
    next: {
      /**
       * RFC 3339, UTC, with milliseconds
       */
      startsAt: string
      /**
       * RFC 3339, UTC, with milliseconds
       */
      endsAt: string
      /**
       * it was moved: when it would begin as it recurs
       */
      was?: string
    }[]
    /**
     * where it recurs: times that people skipped or moved, of those to come
     */
    exceptions: {
      /**
       * when it would begin as it recurs
       */
      startsAt: string
      /**
       * null: it is skipped
       */
      to: {
        /**
         * RFC 3339, UTC, with milliseconds
         */
        startsAt: string
        /**
         * RFC 3339, UTC, with milliseconds
         */
        endsAt: string
      } | null
      by: string
      /**
       * RFC 3339, UTC, with milliseconds
       */
      at: string
      reason: string | null
    }[]
  }[]
  /**
   * how many of those are not listed
   */
  moreRecurring: number
}
export interface ChangeLift {
  change: string
  /**
   * its window does not count
   */
  isLifted: boolean
}
export interface ChangePage {
  items: Change[]
  next?: string
}
export interface ChangeSource {
  source: string
  /**
   * which API
   */
  from: string
  everyMinutes: number
  /**
   * it is being read
   */
  running: boolean
  /**
   * since the start, however that ended
   */
  lastAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  nextAt: string | null
  /**
   * why the last time failed
   */
  failure: string | null
  /**
   * null: not read yet since the start
   */
  last: {
    by: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    endedAt: string | null
    /**
     * changes that came
     */
    read: number
    /**
     * of them, those that were new or had changed
     */
    told: number
    /**
     * of them, those without a start, or with one too far from now
     */
    passedOver: number
    /**
     * what could not be read, or was refused; the first 20
     */
    bad: {
      where: string
      error: string
    }[]
    badCount: number
  } | null
}
export interface ChangeSourcePage {
  items: ChangeSource[]
}
export interface Ci {
  id: string
  class: string
  name: string
  aliases: string[]
  /**
   * IP addresses that it had for a time
   */
  addresses: CiAddress[]
  labels: {
    [k: string]: string
  }
  owner: string | null
  criticality: 1 | 2 | 3 | 4 | null
  environment: string | null
  status: string
  live: CiLive
}
export interface CiAddress {
  address: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  from: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  until: string | null
  shared: boolean
}
export interface CiAddressInput {
  address: string
  from?: string
  until?: string
  /**
   * many answer to it (NAT, a virtual address): it names none
   */
  shared?: boolean
}
export interface CiBindings {
  items: {
    /**
     * the binding rule that decided
     */
    rule: string
    /**
     * what in the alert named the CI
     */
    matched: string
    /**
     * episodes
     */
    alerts: number
    /**
     * of the last of them
     */
    confidence: number
    /**
     * RFC 3339, UTC, with milliseconds
     */
    first: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    last: string
  }[]
}
export interface CiDetail {
  id: string
  class: string
  name: string
  aliases: string[]
  /**
   * IP addresses that it had for a time
   */
  addresses: CiAddress[]
  labels: {
    [k: string]: string
  }
  owner: string | null
  criticality: 1 | 2 | 3 | 4 | null
  environment: string | null
  status: string
  live: CiLive
  relations: Relation[]
  neighbours: Ci[]
  /**
   * keys of alerts that fire on it
   */
  firing: string[]
  /**
   * incidents of those alerts
   */
  incidents: string[]
}
export interface Relation {
  from: string
  type: string
  to: string
  /**
   * only alerts tell of it; no source of the CMDB does
   */
  observed?: true
}
export interface CiFacets {
  /**
   * CIs that pass the filter
   */
  total: number
  facets: {
    /**
     * the most frequent first; the empty value: without one
     */
    class: {
      value: string
      count: number
    }[]
    /**
     * the most frequent first; the empty value: without one
     */
    environment: {
      value: string
      count: number
    }[]
    /**
     * the most frequent first; the empty value: without one
     */
    owner: {
      value: string
      count: number
    }[]
    /**
     * the most frequent first; the empty value: without one
     */
    status: {
      value: string
      count: number
    }[]
  }
}
export interface CiInput {
  id: string
  class: string
  name: string
  /**
   * @maxItems 1000
   */
  aliases?: string[]
  /**
   * IP addresses that it has for a time, as pods and DHCP clients do
   *
   * @maxItems 1000
   */
  addresses?: CiAddressInput[]
  labels?: {
    [k: string]: string
  }
  owner?: string
  criticality?: 1 | 2 | 3 | 4
  environment?: string
  status?: string
}
export interface CiPage {
  items: Ci[]
  next?: string
}
export interface CiProvenance {
  records: {
    source: string
    key: string
    authority: number
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    retired: boolean
  }[]
  /**
   * by attribute (`owner`, `labels.namespace` …): which source said it, and since when
   */
  attributes: {
    [k: string]: {
      source: string
      key: string
      /**
       * RFC 3339, UTC, with milliseconds
       */
      at: string
    }
  }
}
export interface CmdbFormatPage {
  items: {
    id: string
    title: string
    docs: string
  }[]
}
export interface CmdbSourcePage {
  items: {
    source: string
    /**
     * what it says now
     */
    items: number
    retired: number
    last: ImportSummary | null
    pull: CmdbPull
  }[]
}
export interface ImportSummary {
  id: string
  source: string
  format: string
  actor: string
  /**
   * `planned`: a dry run; `guarded`: it retires so much that it has to be confirmed; `interrupted`: what it had brought stays
   */
  state:
    | 'waiting'
    | 'reading'
    | 'planned'
    | 'guarded'
    | 'applying'
    | 'applied'
    | 'undone'
    | 'interrupted'
    | 'failed'
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  endedAt: string | null
  done: number
  total: number | null
  counts: ImportCounts
  retiredShare: number | null
  undoes: string | null
  undoable: boolean
  failure: string | null
}
export interface CmdbTerms {
  classes: {
    name: string
    meaning: string
    /**
     * what an alert means by a name of it
     */
    kind: 'pod' | 'workload' | 'host' | 'service' | null
    itil: string
    csdm: string
    also: string[]
  }[]
  relations: {
    type: string
    meaning: string
    /**
     * how a fault in `to` crosses it to `from`
     */
    kind: 'call' | 'host' | 'member'
    itil: string
    csdm: string
    also: string[]
  }[]
}
export interface CommandAnswer {
  incident: string
  id: string
  /**
   * its correlation scope: alerts of different scopes never meet
   */
  scope: string
  status: IncidentStatus
  title: string
  severity: Severity
  impact: 1 | 2 | 3
  urgency: 1 | 2 | 3
  /**
   * 1 (critical) to 5 (planning)
   */
  priority: 1 | 2 | 3 | 4 | 5
  service: string | null
  services: string[]
  owner: string | null
  /**
   * the team it goes to
   */
  team: string | null
  /**
   * who gave it to the team; null: its route does
   */
  teamBy: string | null
  route: Route
  /**
   * RFC 3339, UTC, with milliseconds
   */
  acknowledgedAt: string | null
  acknowledgedBy: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  provisionalAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  openedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  notifiedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  resolvedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  closedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  firstAlertAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  lastAlertAt: string
  alertCount: number
  firingCount: number
  suppressedCount: number
  /**
   * RFC 3339, UTC, with milliseconds
   */
  flappingSince: string | null
  /**
   * a source of its alerts has fallen silent
   */
  stale: boolean
  edited: boolean
  mergedInto: string | null
  splitFrom: string | null
  openReason: string
  resolution: string | null
  resolvedBy: string | null
  reopenCount: number
  /**
   * the storm that alone told people of it
   */
  toldInStorm: string | null
  /**
   * no root cause stands out (yet): `rootCauses` is empty
   */
  abstained: boolean
  confirmedCause: string | null
  /**
   * ids of changes near its alerts
   */
  changes: string[]
  problem: string | null
  /**
   * null: not looked at; `/impact` lists the services
   */
  hurts: {
    /**
     * services that are hurt now
     */
    now: number
    /**
     * those that will be when the fault spreads
     */
    downstream: number
    text: string | null
  } | null
  rootCauses: {
    ci: string
    score: number
    /**
     * relative weight; adds up to 1 over the list
     */
    weight: number
  }[]
  articles: {
    id: string
    title: string
    score: number
    how: 'linked' | 'known_error' | 'match'
  }[]
  similar: {
    incident: string
    score: number
    title: string
    /**
     * what resolved it, where it was noted
     */
    resolution: string | null
    /**
     * it was an incident of another tool; absent: of Faultline
     */
    imported?: {
      source: string
      number: string
      url: string | null
      /**
       * RFC 3339, UTC, with milliseconds
       */
      openedAt: string
      /**
       * RFC 3339, UTC, with milliseconds
       */
      resolvedAt: string
      /**
       * 1 (critical) to 5 (planning)
       */
      priority: 1 | 2 | 3 | 4 | 5
      team: string | null
      resolver: string | null
      resolutionCode: string | null
    }
  }[]
}
export interface Constraint {
  id: string
  /**
   * correlation scope in which it counts
   */
  scope: string
  /**
   * `together` adds 6 to the score of a link, `apart` forbids it; `noise` opens no incident
   */
  relation: 'together' | 'apart' | 'noise'
  a: AlertKind
  /**
   * null: known noise is about one kind
   */
  b: AlertKind | null
  /**
   * what is worse than this is no known noise
   */
  severity: Severity | null
  text: string
  /**
   * the person whose correction it was
   */
  by: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  from: {
    kind: 'merge' | 'split' | 'move' | 'dismiss'
    /**
     * the incident that the correction ended at
     */
    incident: string
    other: string
  }
  /**
   * placements that it decided
   */
  used: number
  /**
   * RFC 3339, UTC, with milliseconds
   */
  usedAt: string | null
  /**
   * 30 days after it was of use the last time
   */
  expiresAt: string
}
export interface ConstraintPage {
  items: Constraint[]
  next?: string
  total: number
  /**
   * correlation scopes and how many each has, whatever the filter
   */
  scopes: {
    scope: string
    count: number
  }[]
  limits: {
    /**
     * so many are kept
     */
    total: number
    /**
     * so many of one person in a scope
     */
    perPerson: number
  }
}
export interface Cooccurrence {
  /**
   * correlation scope
   */
  scope: string
  a: {
    /**
     * rule and class of the CI
     */
    signature: string
    /**
     * the CI, where the two are far apart; null: wherever they are near
     */
    place: string | null
    text: string
  }
  b: {
    /**
     * rule and class of the CI
     */
    signature: string
    /**
     * the CI, where the two are far apart; null: wherever they are near
     */
    place: string | null
    text: string
  }
  /**
   * occasions on which both began; halved in 14 days
   */
  n: number
  /**
   * occasions that chance gives
   */
  expected: number
  /**
   * to the score of a link, before its weight
   */
  adds: number
}
export interface CooccurrenceList {
  items: Cooccurrence[]
  signatures: number
  /**
   * correlation scopes and how many each has, whatever the filter
   */
  scopes: {
    scope: string
    count: number
  }[]
}
export interface DeadLetter {
  id: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  /**
   * correlation scope that its labels name, as far as they could be read
   */
  scope: string
  source: string
  receipt: string
  step: 'decode' | 'parse' | 'apply'
  reason: string
  pointer: string
  body: string
}
export interface DeadLetterPage {
  items: {
    id: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    /**
     * correlation scope that its labels name, as far as they could be read
     */
    scope: string
    source: string
    receipt: string
    step: 'decode' | 'parse' | 'apply'
    reason: string
    pointer: string
    bodyStart: string
    bodyBytes: number
    state: 'open' | 'replayed' | 'discarded'
    /**
     * who replayed or discarded it, and when
     */
    marked: {
      by: string
      /**
       * RFC 3339, UTC, with milliseconds
       */
      at: string
    } | null
  }[]
  next?: string
  /**
   * all letters of that state by source, scope and step, most first
   */
  groups: {
    source: string
    scope: string
    step: 'decode' | 'parse' | 'apply'
    count: number
  }[]
}
export interface DeadRunbookLinks {
  items: {
    rule: string
    url: string
    /**
     * episodes of alerts that named it, in 30 days
     */
    alerts: number
    /**
     * RFC 3339, UTC, with milliseconds
     */
    lastSeenAt: string
  }[]
  /**
   * addresses that lead to an article
   */
  linked: number
}
export interface Decision {
  seq: number
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  action: string
  /**
   * stable token
   */
  reason: string
  text: string
  /**
   * `engine`, `rule:<name>` or the person
   */
  actor: string
  /**
   * key of the alert
   */
  alert: string | null
  incident: string | null
  problem: string | null
  evidence: LinkEvidence
  terms: Term[]
}
export interface Delivery {
  id: string
  key: string
  channel: string
  type:
    | 'incident.opened'
    | 'incident.priority_raised'
    | 'incident.service_added'
    | 'incident.resolved'
    | 'incident.reopened'
    | 'storm.began'
    | 'storm.updated'
    | 'storm.ended'
  /**
   * id of the incident, or of the storm
   */
  incident: string
  title: string
  state: 'pending' | 'delivered' | 'failed' | 'disabled' | 'skipped'
  reason: string | null
  attempts: {
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    ms: number
    status: number | null
    error: string | null
  }[]
  tries: number
  /**
   * RFC 3339, UTC, with milliseconds
   */
  nextAttemptAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  createdAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  deliveredAt: string | null
}
export interface DeliveryDetail {
  id: string
  key: string
  channel: string
  type:
    | 'incident.opened'
    | 'incident.priority_raised'
    | 'incident.service_added'
    | 'incident.resolved'
    | 'incident.reopened'
    | 'storm.began'
    | 'storm.updated'
    | 'storm.ended'
  /**
   * id of the incident, or of the storm
   */
  incident: string
  title: string
  state: 'pending' | 'delivered' | 'failed' | 'disabled' | 'skipped'
  reason: string | null
  attempts: {
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    ms: number
    status: number | null
    error: string | null
  }[]
  tries: number
  /**
   * RFC 3339, UTC, with milliseconds
   */
  nextAttemptAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  createdAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  deliveredAt: string | null
  /**
   * the body that is sent, as JSON; addresses and secrets are not in it
   */
  payload?: {
    [k: string]: unknown
  }
}
export interface DeliveryPage {
  items: Delivery[]
  next?: string
}
export interface Demo {
  /**
   * false: not a demo, and nothing else is told
   */
  active: boolean
  /**
   * names this run of the demo
   */
  run?: string
  phase?: 'quiet' | 'storm' | 'over'
  /**
   * when the outage begins, or began
   */
  startsAt?: string
  alerts?: {
    sent: number
    total: number
  }
  faults?: {
    id: string
    title: string
    /**
     * what to do about it
     */
    mend: string
    mended: boolean
    incident: string | null
  }[]
}
export interface DiscardAnswer {
  discarded: number
}
export interface DiscardInput {
  source?: string
  scope?: string
  step?: 'decode' | 'parse' | 'apply'
}
export interface FoundArticles {
  items: {
    id: string
    title: string
    alertnames: string[]
    classes: string[]
    services: string[]
    tags: string[]
    /**
     * `folder`, `people`, `problems`, or the name of an import
     */
    source: string
    /**
     * who keeps it right
     */
    owner: string | null
    /**
     * the day by which it is to be read again
     */
    reviewOn: string | null
    /**
     * where it is from
     */
    url: string | null
    score: number
    /**
     * plain text, with most of the words
     */
    passage: string
    /**
     * stems that were found, to be marked
     */
    words: string[]
  }[]
  /**
   * found, at most 1,000 by their words
   */
  total: number
}
export interface Import {
  id: string
  source: string
  format: string
  actor: string
  /**
   * `planned`: a dry run; `guarded`: it retires so much that it has to be confirmed; `interrupted`: what it had brought stays
   */
  state:
    | 'waiting'
    | 'reading'
    | 'planned'
    | 'guarded'
    | 'applying'
    | 'applied'
    | 'undone'
    | 'interrupted'
    | 'failed'
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  endedAt: string | null
  done: number
  total: number | null
  counts: ImportCounts
  retiredShare: number | null
  undoes: string | null
  undoable: boolean
  failure: string | null
  diff: ImportDiff
}
export interface ImportChange {
  key: string
  ci: string
  name: string
  /**
   * what found the CI: `key`, `returned`, `id`, `uid`, `provider_id`, `serial`, `fqdn`, `name`; `new`
   */
  rule: string
  fields: {
    field: string
    old: string
    new: string
  }[]
}
export interface ImportInput {
  /**
   * under which name what the files say is kept
   */
  source: string
  format: string
  /**
   * @maxItems 5000
   */
  files: {
    name: string
    text: string
  }[]
  /**
   * of two sources the one with the lower number is believed
   */
  authority?: number
  /**
   * only the diff; confirm it later
   */
  dryRun?: boolean
  /**
   * also where it retires more than 30 % of what the source has said
   */
  force?: boolean
}
export interface ImportPage {
  items: ImportSummary[]
}
export interface ImportUndoInput {
  /**
   * only the diff; confirm it later
   */
  dryRun?: boolean
}
export interface ImportedIncident {
  id: string
  source: string
  number: string
  url: string | null
  title: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  openedAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  resolvedAt: string
  priority: 1 | 2 | 3 | 4 | 5
  /**
   * id of the CI; null: unbound, or none
   */
  ci: string | null
  /**
   * id of the service; null: likewise
   */
  service: string | null
  /**
   * what its tool calls its CI and service
   */
  named: string[]
  team: string | null
  resolver: string | null
  resolution: string | null
  resolutionCode: string | null
  category: string | null
}
export interface Incident {
  id: string
  /**
   * its correlation scope: alerts of different scopes never meet
   */
  scope: string
  status: IncidentStatus
  title: string
  severity: Severity
  impact: 1 | 2 | 3
  urgency: 1 | 2 | 3
  /**
   * 1 (critical) to 5 (planning)
   */
  priority: 1 | 2 | 3 | 4 | 5
  service: string | null
  services: string[]
  owner: string | null
  /**
   * the team it goes to
   */
  team: string | null
  /**
   * who gave it to the team; null: its route does
   */
  teamBy: string | null
  route: Route
  /**
   * RFC 3339, UTC, with milliseconds
   */
  acknowledgedAt: string | null
  acknowledgedBy: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  provisionalAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  openedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  notifiedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  resolvedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  closedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  firstAlertAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  lastAlertAt: string
  alertCount: number
  firingCount: number
  suppressedCount: number
  /**
   * RFC 3339, UTC, with milliseconds
   */
  flappingSince: string | null
  /**
   * a source of its alerts has fallen silent
   */
  stale: boolean
  edited: boolean
  mergedInto: string | null
  splitFrom: string | null
  openReason: string
  resolution: string | null
  resolvedBy: string | null
  reopenCount: number
  /**
   * the storm that alone told people of it
   */
  toldInStorm: string | null
  /**
   * no root cause stands out (yet): `rootCauses` is empty
   */
  abstained: boolean
  confirmedCause: string | null
  /**
   * ids of changes near its alerts
   */
  changes: string[]
  problem: string | null
  /**
   * null: not looked at; `/impact` lists the services
   */
  hurts: {
    /**
     * services that are hurt now
     */
    now: number
    /**
     * those that will be when the fault spreads
     */
    downstream: number
    text: string | null
  } | null
  rootCauses: RankedCause[]
  /**
   * the analysis, also where nothing stands out; null before it
   */
  rootCause: {
    abstained: boolean
    candidates: RankedCause[]
    reason: string
  } | null
  articles: {
    id: string
    title: string
    score: number
    how: 'linked' | 'known_error' | 'match'
    terms: Term[]
    passage: string
  }[]
  similar: {
    incident: string
    score: number
    title: string
    /**
     * what resolved it, where it was noted
     */
    resolution: string | null
    /**
     * it was an incident of another tool; absent: of Faultline
     */
    imported?: {
      source: string
      number: string
      url: string | null
      /**
       * RFC 3339, UTC, with milliseconds
       */
      openedAt: string
      /**
       * RFC 3339, UTC, with milliseconds
       */
      resolvedAt: string
      /**
       * 1 (critical) to 5 (planning)
       */
      priority: 1 | 2 | 3 | 4 | 5
      team: string | null
      resolver: string | null
      resolutionCode: string | null
    }
    terms: Term[]
    /**
     * the same alert at the same place stands for both
     */
    sameFamily: boolean
    /**
     * what both have, in one line
     */
    why: string
    /**
     * null: not kept
     */
    resolvedAt: string | null
    /**
     * from its first alert to its end; null: not kept
     */
    tookMs: number | null
    /**
     * the person who resolved it, else who had it in hand
     */
    by: string | null
  }[]
  /**
   * what ended the similar incidents, the most frequent first
   */
  remedies: Remedy[]
  priorityEvidence: Term[]
  /**
   * the oldest first
   */
  alerts: Alert[]
  /**
   * where there are more: `cursor` of `/alerts?order=oldest`
   */
  alertsNext: string | null
  /**
   * the moment this was known; null: now
   */
  asOf: string | null
}
export interface RankedCause {
  ci: string
  score: number
  /**
   * relative weight; adds up to 1 over the list
   */
  weight: number
  factors: Term[]
  /**
   * keys of alerts
   */
  explains: string[]
  counterfactual: string
}
export interface Remedy {
  /**
   * as it was noted at the most alike incident
   */
  text: string
  /**
   * similar incidents that it ended
   */
  times: number
  /**
   * similar incidents whose remedy is known
   */
  of: number
  /**
   * median time from first alert to end; null: not kept
   */
  medianMs: number | null
  /**
   * people who ended them
   */
  by: string[]
  /**
   * the most alike first
   */
  incidents: string[]
}
export interface IncidentEvidence {
  id: string
  openReason: string
  priority: {
    priority: 1 | 2 | 3 | 4 | 5
    impact: 1 | 2 | 3
    urgency: 1 | 2 | 3
    terms: Term[]
  }
  /**
   * the analysis, also where nothing stands out; null before it
   */
  rootCause: {
    abstained: boolean
    candidates: RankedCause[]
    reason: string
  } | null
  alerts: {
    key: string
    title: string
    ci: string | null
    binding: {
      ci: string
      rule: string
      confidence: number
      matched: string
    } | null
    surprise: number
    /**
     * what the hour of the week says, where that is worth saying
     */
    habit: {
      /**
       * how much likelier at this hour of the week than at any
       */
      factor: number
      /**
       * times it came about now; old ones count less
       */
      times: number
      /**
       * in so many weeks; old ones count less
       */
      weeks: number
      note: string | null
    } | null
    evidence: LinkEvidence
    /**
     * incidents it stayed out of although they were close
     */
    related: {
      incident: string
      p: number
      reason: string
    }[]
  }[]
}
export interface IncidentFacets {
  /**
   * incidents that meet the whole filter
   */
  total: number
  facets: {
    name:
      | 'status'
      | 'priority'
      | 'severity'
      | 'scope'
      | 'service'
      | 'owner'
      | 'team'
      | 'source'
      | 'rule'
      | 'ci'
      | 'acknowledged'
      | 'stale'
      | 'flapping'
      | 'edited'
    values: {
      /**
       * as the filter takes it; `nobody`
       */
      value: string
      /**
       * of a CI, where the CMDB has it
       */
      name: string | null
      count: number
    }[]
    /**
     * there are other values: look with `find`
     */
    more: boolean
  }[]
}
export interface IncidentGraph {
  nodes: {
    ci: string
    name: string
    class: string
    criticality: number | null
    /**
     * `observed`: only alerts tell of it
     */
    status: string
    /**
     * `alerting`: alerts of the incident are on it; `cause`: only a candidate for the root cause; `between`: on a path that joined two alerts; `near`: directly related, and not in the incident
     */
    role: 'alerting' | 'cause' | 'between' | 'near'
    /**
     * alerts of the incident on it
     */
    alerts: number
    /**
     * of those, how many fire and are not muted
     */
    firing: number
    muted: number
    /**
     * its place among the candidates of at least 5 %; null: it is none of them
     */
    cause: {
      rank: number
      weight: number
    } | null
    /**
     * a person said that it was the cause
     */
    confirmed: boolean
    /**
     * other incidents with alerts firing on it
     */
    incidents: string[]
  }[]
  relations: Relation[]
  /**
   * the most alerts first
   */
  joins: {
    /**
     * how they came in; `first`: they began it, `none`: muted, they joined silently
     */
    method: 'score' | 'rule' | 'person' | 'first' | 'none'
    /**
     * the rule or the person; empty where a score decided
     */
    by: string
    /**
     * the CI of the alerts
     */
    from: string | null
    /**
     * the CI of the alert they were linked to
     */
    to: string | null
    alerts: number
    /**
     * of the surest of them
     */
    title: string
    /**
     * its strongest reasons
     */
    because: string[]
    /**
     * of the surest of those links
     */
    p: number
    /**
     * CIs from `from` to `to`; empty where no path is known
     */
    path: string[]
  }[]
  /**
   * how a fault of a candidate reaches each CI with alerts that it explains: the CIs from the candidate to it; where no way is known there is none
   */
  explained: {
    cause: string
    to: string
    path: string[]
  }[]
  /**
   * incidents that alerts stayed out of although they were close
   */
  others: {
    incident: string
    /**
     * null where no link was scored
     */
    p: number | null
    reason: string
    alerts: number
  }[]
  /**
   * alerts that are bound to no CI
   */
  unbound: number
  /**
   * CIs with alerts that are not among the nodes
   */
  leftOut: number
}
export interface IncidentImpact {
  /**
   * false: nobody has looked at what it hurts
   */
  known: boolean
  /**
   * hurt now: the most critical first, then the nearest; at most 25
   */
  now: {
    /**
     * its CI; the name in the labels where the CMDB does not know the service
     */
    ci: string
    name: string
    /**
     * whether the CMDB has such a CI now
     */
    inCmdb: boolean
    /**
     * 1 (most critical) to 4
     */
    criticality: number | null
    owner: string | null
    environment: string | null
    /**
     * relations between it and what is at fault
     */
    hops: number
    /**
     * how the fault gets there: from what is at fault to the service itself
     */
    path: {
      ci: string
      name: string
    }[]
    /**
     * no alert of the incident fires any more where its path begins
     */
    recovered: boolean
  }[]
  /**
   * hurt when the fault goes on spreading: in the same order, at most 25
   */
  downstream: {
    /**
     * its CI; the name in the labels where the CMDB does not know the service
     */
    ci: string
    name: string
    /**
     * whether the CMDB has such a CI now
     */
    inCmdb: boolean
    /**
     * 1 (most critical) to 4
     */
    criticality: number | null
    owner: string | null
    environment: string | null
    /**
     * relations between it and what is at fault
     */
    hops: number
    /**
     * how the fault gets there: from what is at fault to the service itself
     */
    path: {
      ci: string
      name: string
    }[]
    /**
     * no alert of the incident fires any more where its path begins
     */
    recovered: boolean
  }[]
  nowCount: number
  downstreamCount: number
  /**
   * of all of them, at most 25
   */
  owners: string[]
  environments: string[]
  /**
   * there may be more: the walk along relations met its bounds
   */
  cut: boolean
}
export interface IncidentPage {
  items: IncidentSummary[]
  next?: string
}
export interface IncidentSummary {
  id: string
  /**
   * its correlation scope: alerts of different scopes never meet
   */
  scope: string
  status: IncidentStatus
  title: string
  severity: Severity
  impact: 1 | 2 | 3
  urgency: 1 | 2 | 3
  /**
   * 1 (critical) to 5 (planning)
   */
  priority: 1 | 2 | 3 | 4 | 5
  service: string | null
  services: string[]
  owner: string | null
  /**
   * the team it goes to
   */
  team: string | null
  /**
   * who gave it to the team; null: its route does
   */
  teamBy: string | null
  route: Route
  /**
   * RFC 3339, UTC, with milliseconds
   */
  acknowledgedAt: string | null
  acknowledgedBy: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  provisionalAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  openedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  notifiedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  resolvedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  closedAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  firstAlertAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  lastAlertAt: string
  alertCount: number
  firingCount: number
  suppressedCount: number
  /**
   * RFC 3339, UTC, with milliseconds
   */
  flappingSince: string | null
  /**
   * a source of its alerts has fallen silent
   */
  stale: boolean
  edited: boolean
  mergedInto: string | null
  splitFrom: string | null
  openReason: string
  resolution: string | null
  resolvedBy: string | null
  reopenCount: number
  /**
   * the storm that alone told people of it
   */
  toldInStorm: string | null
  /**
   * no root cause stands out (yet): `rootCauses` is empty
   */
  abstained: boolean
  confirmedCause: string | null
  /**
   * ids of changes near its alerts
   */
  changes: string[]
  problem: string | null
  /**
   * null: not looked at; `/impact` lists the services
   */
  hurts: {
    /**
     * services that are hurt now
     */
    now: number
    /**
     * those that will be when the fault spreads
     */
    downstream: number
    text: string | null
  } | null
  rootCauses: {
    ci: string
    score: number
    /**
     * relative weight; adds up to 1 over the list
     */
    weight: number
  }[]
  articles: {
    id: string
    title: string
    score: number
    how: 'linked' | 'known_error' | 'match'
  }[]
  similar: {
    incident: string
    score: number
    title: string
    /**
     * what resolved it, where it was noted
     */
    resolution: string | null
    /**
     * it was an incident of another tool; absent: of Faultline
     */
    imported?: {
      source: string
      number: string
      url: string | null
      /**
       * RFC 3339, UTC, with milliseconds
       */
      openedAt: string
      /**
       * RFC 3339, UTC, with milliseconds
       */
      resolvedAt: string
      /**
       * 1 (critical) to 5 (planning)
       */
      priority: 1 | 2 | 3 | 4 | 5
      team: string | null
      resolver: string | null
      resolutionCode: string | null
    }
  }[]
}
export interface IncidentReview {
  summary: string
  impact: string
  rootCause: string
  wentWell: string
  /**
   * @maxItems 100
   */
  actions: string[]
  /**
   * @maxItems 500
   */
  timeline: {
    at: string
    text: string
  }[]
}
export interface IncidentReviewAnswer {
  incident: string
  title: string
  problem: string | null
  /**
   * 0: nobody wrote it; it is a draft
   */
  version: number
  author: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string | null
  review: IncidentReview
  /**
   * the newest first
   */
  versions: {
    version: number
    author: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
  }[]
}
export interface IncidentSteps {
  /**
   * from when on it can be shown as it was; null: nothing of its past is kept
   */
  knownSince: string | null
  steps: {
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    /**
     * alerts that came into it since the step before
     */
    joined: number
    /**
     * alerts of it that ended
     */
    resolved: number
    /**
     * what was decided about the incident itself, at most 4
     */
    texts: string[]
    /**
     * a person did something
     */
    person: boolean
  }[]
}
export interface IncidentView {
  id: string
  name: string
  query: IncidentViewQuery
  /**
   * it comes with Faultline and stays as it is
   */
  shipped: boolean
  /**
   * RFC 3339, UTC, with milliseconds
   */
  createdAt: string | null
  createdBy: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  updatedAt: string | null
  updatedBy: string | null
}
export interface IncidentViewQuery {
  /**
   * @maxItems 100
   */
  status?: ('provisional' | 'open' | 'resolved' | 'closed' | 'merged')[]
  /**
   * @maxItems 100
   */
  priority?: number[]
  /**
   * @maxItems 100
   */
  severity?: ('critical' | 'error' | 'warning' | 'info' | 'none' | 'unknown')[]
  /**
   * @maxItems 100
   */
  scope?: string[]
  /**
   * @maxItems 100
   */
  service?: string[]
  /**
   * @maxItems 100
   */
  owner?: string[]
  /**
   * @maxItems 100
   */
  team?: string[]
  /**
   * @maxItems 100
   */
  source?: string[]
  /**
   * @maxItems 100
   */
  rule?: string[]
  /**
   * @maxItems 100
   */
  ci?: string[]
  acknowledged?: boolean
  stale?: boolean
  flapping?: boolean
  edited?: boolean
  q?: string
  within?: string
  /**
   * first `provisionalAt`
   */
  from?: string
  /**
   * `provisionalAt` before this
   */
  to?: string
  sort?: 'newest' | 'priority' | 'activity' | 'alerts'
}
export interface IncidentViewInput {
  /**
   * of the view to change
   */
  id?: string
  name: string
  query: IncidentViewQuery
}
export interface IncidentViews {
  items: IncidentView[]
}
export interface KnowledgeFolder {
  folder: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string | null
  by: string | null
  outcome: 'taken' | 'unchanged' | 'refused' | null
  files: number
  faults: {
    file: string
    error: string
  }[]
  moreFaults: number
}
export interface Ledger {
  /**
   * the outcomes of every source add up to what was received from it
   */
  balanced: boolean
  received: number
  outcomes: {
    opened: number
    joined: number
    repeated: number
    resolved: number
    suppressed: number
    held: number
    'late-ignored': number
    change: number
    rejected: number
  }
  sources: {
    source: string
    received: number
    outcomes: {
      opened: number
      joined: number
      repeated: number
      resolved: number
      suppressed: number
      held: number
      'late-ignored': number
      change: number
      rejected: number
    }
  }[]
  faults: {
    source: string
    difference: number
  }[]
}
export interface LiveStats {
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  /**
   * incidents that are open or forming
   */
  open: number
  /**
   * of them, those below the open policy
   */
  forming: number
  /**
   * of them, those acknowledged by nobody
   */
  unacknowledged: number
  /**
   * of them, by priority 1 to 5
   */
  byPriority: number[]
  /**
   * by service, the worst first, at most 100
   */
  burning: {
    /**
     * id of a service CI
     */
    service: string | null
    byPriority: number[]
  }[]
  /**
   * that fire now, and how many are so
   */
  alerts: {
    firing: number
    suppressed: number
    stale: number
    flapping: number
    unbound: number
  }
  /**
   * reporters that have fallen silent, the longest first
   */
  silent: {
    source: string
    reporter: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    silentSince: string
    /**
     * alerts of it that nobody confirms
     */
    stale: number
  }[]
  ledger: {
    balanced: boolean
    received: number
    rejected: number
  }
  deadLetters: number
}
export interface MaintenanceInput {
  /**
   * changes that one
   */
  id?: string
  /**
   * now unless given
   */
  startsAt?: string
  endsAt: string
  comment: string
  /**
   * ids of CIs; what runs on them or is part of them is muted too
   *
   * @maxItems 1000
   */
  cis?: string[]
  /**
   * ids or names of services; alerts of them are muted too
   *
   * @maxItems 100
   */
  services?: string[]
  /**
   * they must hold too; with neither CIs nor services they are what it is about
   *
   * @maxItems 100
   */
  matchers?: MatcherInput[]
  /**
   * it mutes at these times alone, from `startsAt` to `endsAt`. A change without it takes it away
   */
  recurs?: {
    /**
     * `UTC` unless given
     */
    time_zone?: string
    /**
     * days like `2026-12-25`, or `12-25` for every year: no days of the week
     */
    holidays?: string[]
    /**
     * @minItems 1
     * @maxItems 50
     */
    windows: [
      {
        /**
         * days on which it begins: `mon`, `mon-fri`, `holiday`; none: all
         */
        days?: string[]
        /**
         * which ones of its day of the week in their month: 2 the second, -1 the last
         */
        nth?: number[]
        /**
         * days of the month; -1 is the last
         */
        dates?: number[]
        /**
         * `jan`, `nov-feb`; none: all
         */
        months?: string[]
        /**
         * `00:00` unless given
         */
        from?: string
        /**
         * `24:00` unless given; not after `from`: on the next day
         */
        to?: string
      },
      ...{
        /**
         * days on which it begins: `mon`, `mon-fri`, `holiday`; none: all
         */
        days?: string[]
        /**
         * which ones of its day of the week in their month: 2 the second, -1 the last
         */
        nth?: number[]
        /**
         * days of the month; -1 is the last
         */
        dates?: number[]
        /**
         * `jan`, `nov-feb`; none: all
         */
        months?: string[]
        /**
         * `00:00` unless given
         */
        from?: string
        /**
         * `24:00` unless given; not after `from`: on the next day
         */
        to?: string
      }[]
    ]
  }
}
export interface MatcherInput {
  name: string
  value: string
  isRegex?: boolean
  isEqual?: boolean
}
export interface MappedService {
  ci: string
  name: string
  class: string
  criticality: 1 | 2 | 3 | 4 | null
  owner: string | null
  environment: string | null
  live: CiLive & {
    [k: string]: unknown
  }
  rolledUp: CiLive & {
    [k: string]: unknown
  }
  /**
   * CIs it runs on with alerts that fire, the worst first, at most 5
   */
  burning: string[]
  /**
   * CIs it runs on
   */
  carriers: number
}
export interface Matcher {
  name: string
  value: string
  isRegex: boolean
  isEqual: boolean
}
/**
 * the CI that may be missing, as `/api/v1/topology` takes it
 */
export interface MissingCi {
  id: string
  class: string
  name: string
  labels: {
    [k: string]: string
  }
  environment?: string
  status: string
}
export interface MuteInput {
  kind?: 'silence' | 'maintenance'
  /**
   * @maxItems 100
   */
  matchers?: MatcherInput[]
  /**
   * @maxItems 1000
   */
  cis?: string[]
  /**
   * ids or names of services; alerts of them are muted too
   *
   * @maxItems 100
   */
  services?: string[]
  /**
   * now unless given
   */
  startsAt?: string
  endsAt?: string
  recurs?: RecurrenceInput
}
export interface RecurrenceInput {
  /**
   * `UTC` unless given
   */
  time_zone?: string
  /**
   * days like `2026-12-25`, or `12-25` for every year: no days of the week
   */
  holidays?: string[]
  /**
   * @minItems 1
   * @maxItems 50
   */
  windows: [
    {
      /**
       * days on which it begins: `mon`, `mon-fri`, `holiday`; none: all
       */
      days?: string[]
      /**
       * which ones of its day of the week in their month: 2 the second, -1 the last
       */
      nth?: number[]
      /**
       * days of the month; -1 is the last
       */
      dates?: number[]
      /**
       * `jan`, `nov-feb`; none: all
       */
      months?: string[]
      /**
       * `00:00` unless given
       */
      from?: string
      /**
       * `24:00` unless given; not after `from`: on the next day
       */
      to?: string
    },
    ...{
      /**
       * days on which it begins: `mon`, `mon-fri`, `holiday`; none: all
       */
      days?: string[]
      /**
       * which ones of its day of the week in their month: 2 the second, -1 the last
       */
      nth?: number[]
      /**
       * days of the month; -1 is the last
       */
      dates?: number[]
      /**
       * `jan`, `nov-feb`; none: all
       */
      months?: string[]
      /**
       * `00:00` unless given
       */
      from?: string
      /**
       * `24:00` unless given; not after `from`: on the next day
       */
      to?: string
    }[]
  ]
}
export interface MutePreview {
  /**
   * firing alerts that it would mute
   */
  matched: number
  /**
   * those of them that something mutes already
   */
  alreadyMuted: number
  /**
   * alerts that fire, muted or not
   */
  firing: number
  /**
   * firing alerts that each matcher holds for by itself
   */
  byMatcher: number[]
  /**
   * the worst first, at most 50
   */
  alerts: {
    key: string
    id: string
    title: string
    severity: Severity
    ci: string | null
    incident: string | null
    muted: boolean
    /**
     * RFC 3339, UTC, with milliseconds
     */
    startsAt: string
  }[]
  /**
   * incidents of which nothing unmuted would fire any more
   */
  quietIncidents: string[]
  /**
   * where `recurs` is given: its times, in words
   */
  recursText?: string
  /**
   * where it recurs: the time that runs, if one does, and the next ones; at most 3
   */
  next?: {
    /**
     * RFC 3339, UTC, with milliseconds
     */
    startsAt: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    endsAt: string
    /**
     * it was moved: when it would begin as it recurs
     */
    was?: string
  }[]
  /**
   * why it would not be taken; null where it would
   */
  refusal: string | null
}
export interface Neighbourhood {
  center: string
  nodes: {
    ci: string
    name: string
    class: string
    hops: number
    /**
     * alerts that fire on it and are not muted
     */
    firing: number
    /**
     * alerts that fire on it and are muted
     */
    suppressed: number
    status: string
    incidents: string[]
  }[]
  relations: Relation[]
  /**
   * there are more CIs within so many hops
   */
  truncated: boolean
}
export interface Observed {
  id: string
  kind: 'item' | 'relation'
  thing: ObservedThing
  relation: {
    type: 'runs_on' | 'depends_on' | 'member_of'
    to: ObservedThing
  } | null
  status: 'proposed' | 'confirmed' | 'rejected'
  /**
   * who decided; null: nobody yet, or it was said often enough
   */
  by: string | null
  undoable: boolean
  /**
   * correlation scope of the alerts
   */
  scope: string
  /**
   * episodes of alerts that said it
   */
  alerts: number
  /**
   * hours in which it was said, of those that count
   */
  times: number
  /**
   * names of alerts that said it, at most 8
   */
  rules: string[]
  sources: string[]
  /**
   * RFC 3339, UTC, with milliseconds
   */
  firstAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  lastAt: string
  /**
   * key of the newest alert that said it
   */
  lastAlert: string
}
/**
 * the CI; of a relation the end that suffers
 */
export interface ObservedThing {
  kind: 'host' | 'workload' | 'service' | 'database' | 'cluster' | 'group'
  class: string
  name: string
  realm: {
    namespace?: string
    cluster?: string
    region?: string
    environment?: string
  }
  /**
   * the CI that it is; null: none yet
   */
  ci: string | null
}
export interface ObservedAnswer {
  /**
   * ids; a relation brings its ends
   */
  changed: string[]
}
export interface ObservedInput {
  /**
   * @minItems 1
   * @maxItems 500
   */
  ids: [string, ...string[]]
}
export interface ObservedList {
  items: Observed[]
  /**
   * that pass the filter
   */
  total: number
  counts: {
    proposed: number
    confirmed: number
    rejected: number
  }
  /**
   * so many of each are kept
   */
  limit: number
  settings: {
    mode: 'off' | 'propose' | 'confirm'
    times: number
    alerts: number
    withinMs: number
  }
}
export interface PastFormats {
  items: {
    id: string
    title: string
    docs: string
  }[]
}
export interface PastImport {
  /**
   * null: nothing was applied
   */
  id: string | null
  source: string
  scope: string
  format: string
  state: 'planned' | 'applied'
  counts: {
    added: number
    changed: number
    same: number
    /**
     * not over yet, cancelled, or no incidents
     */
    passedOver: number
    /**
     * of those added and changed: their CI is known
     */
    bound: number
    /**
     * they name a CI that is not known
     */
    unbound: number
    /**
     * they name none
     */
    unnamed: number
    /**
     * too long ago: there is no room for them
     */
    dropped: number
    bad: number
  }
  added: {
    number: string
    title: string
    ci: string | null
    /**
     * RFC 3339, UTC, with milliseconds
     */
    resolvedAt: string
  }[]
  changed: {
    number: string
    title: string
    ci: string | null
    /**
     * RFC 3339, UTC, with milliseconds
     */
    resolvedAt: string
    changed: string[]
  }[]
  /**
   * names of CIs and services that are not known, the most frequent first
   */
  unbound: {
    name: string
    count: number
  }[]
  bad: {
    where: string
    field: string | null
    error: string
  }[]
}
export interface PastImportInput {
  /**
   * under which name they are kept; ids begin with it
   */
  source: string
  format: string
  /**
   * @minItems 1
   * @maxItems 1000
   */
  files: [
    {
      name: string
      text: string
    },
    ...{
      name: string
      text: string
    }[]
  ]
  /**
   * correlation scope: they are like the incidents of this one alone
   */
  scope?: string
  /**
   * source of the CMDB that keys of CIs are of; `source` unless given
   */
  cmdb?: string
  /**
   * where the tool is, for links
   */
  address?: string
  /**
   * which column of a table a field is in, where it is not called as usual
   */
  columns?: {
    key?: string
    number?: string
    url?: string
    title?: string
    opened?: string
    resolved?: string
    priority?: string
    status?: string
    kind?: string
    ci?: string
    service?: string
    team?: string
    resolver?: string
    resolution?: string
    resolution_code?: string
    category?: string
  }
  /**
   * only says what would change
   */
  dryRun?: boolean
}
export interface PastImportRun {
  id: string
  source: string
  scope: string
  format: string
  by: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  counts: {
    added: number
    changed: number
    removed: number
    dropped: number
    bound: number
    unbound: number
    unnamed: number
  }
  undoes: string | null
  undoneBy: string | null
  undoable: boolean
}
export interface PastImportRuns {
  items: PastImportRun[]
  /**
   * imported incidents that are kept
   */
  kept: number
}
export interface Preview {
  /**
   * what is wrong with the mapping
   */
  faults: string[]
  /**
   * items of the body; the first 50 are shown
   */
  count: number
  items: {
    kind: 'alert' | 'change' | 'rejected'
    /**
     * why it cannot be read
     */
    reason: string | null
    pointer: string | null
    event: {
      [k: string]: unknown
    } | null
    provenance: {
      field: string
      path: string
      value: string | null
    }[]
  }[]
}
export interface PreviewInput {
  /**
   * as in `/ingest/<source>`
   */
  source?: string
  /**
   * a mapping as in `rules/ingest/<source>.yaml`, instead of a source
   */
  mapping?: string
  /**
   * as the tool posts it
   */
  body: string
}
export interface Problem {
  /**
   * identifies the kind of problem
   */
  type: string
  title: string
  status: number
  detail: string
  instance?: string
  /**
   * stable token
   */
  code: string
  /**
   * the engine's own reason, as a token
   */
  reason?: string
  requestId?: string
  errors?: {
    detail: string
    pointer?: string
    parameter?: string
  }[]
}
export interface ProblemAnswer {
  problem: string
  id: string
  scope: string
  status: ProblemStatus
  /**
   * `family`: one place, one alert. `cluster`: alike at many places. `split`: a person
   */
  kind: 'family' | 'cluster' | 'split'
  title: string
  /**
   * what the cause may be, for people
   */
  hypothesis: string
  /**
   * sum of `x * w` of its evidence
   */
  score: number
  rootCi: string | null
  rootClass: string | null
  service: string | null
  owner: string | null
  workaround: string | null
  /**
   * id of the article that says the workaround, while it is a known error
   */
  workaroundArticle: string | null
  resolution: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  proposedAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  decidedAt: string | null
  decidedBy: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  resolvedAt: string | null
  reopenCount: number
  mergedInto: string | null
  splitFrom: string | null
  incidentCount: number
  figures: ProblemFigures
  /**
   * what is to be done about it, oldest first
   */
  tasks: ProblemTask[]
  /**
   * ids of changes people say belong to it
   */
  changes: string[]
  /**
   * ids of articles, the same
   */
  articles: string[]
}
export interface ProblemFigures {
  /**
   * RFC 3339, UTC, with milliseconds
   */
  asOf: string
  /**
   * incidents; those of one burst count as one
   */
  recurrences: number
  /**
   * RFC 3339, UTC, with milliseconds
   */
  firstAt: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  lastAt: string | null
  /**
   * incidents in 30 days
   */
  perMonth: number
  /**
   * to resolve one
   */
  medianMinutes: number
  /**
   * people-minutes in 30 days: the sum of `x * w` of `costTerms`
   */
  monthlyCost: number
  /**
   * lower end of its 80 % interval
   */
  costLow: number
  costHigh: number
  costTerms: Term[]
  trend: 'rising' | 'steady' | 'falling'
  period: {
    every: 'week' | 'day'
    /**
     * milliseconds since Monday 00:00 UTC, or since 00:00 UTC
     */
    phaseMs: number
    /**
     * 0 to 1: 1 is always the same moment
     */
    strength: number
    text: string
  } | null
}
export interface ProblemTask {
  id: string
  text: string
  assignee: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  due: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  doneAt: string | null
  doneBy: string | null
}
export interface ProblemCosts {
  /**
   * the last 12, UTC, oldest first, also those without any
   */
  months: {
    month: string
    incidents: number
    /**
     * of people
     */
    minutes: number
  }[]
  /**
   * services of the problems, the most expensive first
   */
  services: {
    service: string | null
    incidents: number
    /**
     * of people
     */
    minutes: number
  }[]
}
export interface ProblemDetail {
  id: string
  scope: string
  status: ProblemStatus
  /**
   * `family`: one place, one alert. `cluster`: alike at many places. `split`: a person
   */
  kind: 'family' | 'cluster' | 'split'
  title: string
  /**
   * what the cause may be, for people
   */
  hypothesis: string
  /**
   * sum of `x * w` of its evidence
   */
  score: number
  rootCi: string | null
  rootClass: string | null
  service: string | null
  owner: string | null
  workaround: string | null
  /**
   * id of the article that says the workaround, while it is a known error
   */
  workaroundArticle: string | null
  resolution: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  proposedAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  decidedAt: string | null
  decidedBy: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  resolvedAt: string | null
  reopenCount: number
  mergedInto: string | null
  splitFrom: string | null
  incidentCount: number
  figures: ProblemFigures
  /**
   * what is to be done about it, oldest first
   */
  tasks: ProblemTask[]
  /**
   * ids of changes people say belong to it
   */
  changes: string[]
  /**
   * ids of articles, the same
   */
  articles: string[]
  evidence: Term[]
  /**
   * the newest first, at most 500; `incidentCount` has all
   */
  incidents: ProblemIncident[]
  /**
   * incidents of other tools, the newest first, at most 500
   */
  imported: ImportedIncident[]
}
export interface ProblemIncident {
  id: string
  title: string
  status: IncidentStatus
  severity: Severity
  /**
   * 1 (critical) to 5 (planning)
   */
  priority: 1 | 2 | 3 | 4 | 5
  service: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  startedAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  resolvedAt: string | null
  resolution: string | null
}
export interface ProblemPage {
  items: ProblemSummary[]
  next?: string
  /**
   * correlation scopes and how many problems each has, of any status
   */
  scopes: {
    scope: string
    count: number
  }[]
}
export interface ProblemSummary {
  id: string
  scope: string
  status: ProblemStatus
  /**
   * `family`: one place, one alert. `cluster`: alike at many places. `split`: a person
   */
  kind: 'family' | 'cluster' | 'split'
  title: string
  /**
   * what the cause may be, for people
   */
  hypothesis: string
  /**
   * sum of `x * w` of its evidence
   */
  score: number
  rootCi: string | null
  rootClass: string | null
  service: string | null
  owner: string | null
  workaround: string | null
  /**
   * id of the article that says the workaround, while it is a known error
   */
  workaroundArticle: string | null
  resolution: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  proposedAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  decidedAt: string | null
  decidedBy: string | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  resolvedAt: string | null
  reopenCount: number
  mergedInto: string | null
  splitFrom: string | null
  incidentCount: number
  figures: ProblemFigures
  /**
   * what is to be done about it, oldest first
   */
  tasks: ProblemTask[]
  /**
   * ids of changes people say belong to it
   */
  changes: string[]
  /**
   * ids of articles, the same
   */
  articles: string[]
}
export interface RuleProposal {
  id: string
  /**
   * correlation scope of its corrections; the weights are its
   */
  scope: string
  text: string
  /**
   * incidents; of one person at most 2 where several people correct
   */
  weight: number
  incidents: number
  people: string[]
  /**
   * what it is made of, the newest 50 first
   */
  corrections: ProposalCorrection[]
  /**
   * corrections that say the opposite
   */
  against: ProposalCorrection[]
  /**
   * the newest dismissal, also where it holds no more
   */
  dismissed: {
    by: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    reason: string | null
  } | null
  /**
   * the newest of it
   */
  backtest: ProposalBacktest | null
  kind: 'rule'
  /**
   * `in_use`: the rules in force have it
   */
  state: 'open' | 'in_use' | 'dismissed'
  relation: 'together' | 'apart' | 'noise'
  pack: 'correlate' | 'suppress' | 'priority'
  /**
   * of the rule
   */
  name: string
  /**
   * the rule, as a list of one
   */
  yaml: string
}
export interface ProposalCorrection {
  kind: 'merge' | 'split' | 'move' | 'dismiss' | 'confirm_cause'
  by: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  incident: string
  /**
   * the same where it was about one incident
   */
  other: string
}
export interface ProposalBacktest {
  /**
   * of the backtest
   */
  id: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  /**
   * RFC 3339, UTC, with milliseconds
   */
  from: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  to: string
  done: number
  total: number | null
  /**
   * RFC 3339, UTC, with milliseconds
   */
  endedAt: string | null
  failure: string | null
  /**
   * false: what is proposed has changed since
   */
  isCurrent: boolean
  before: BacktestFigures | null
  after: BacktestFigures | null
  /**
   * how many of each difference; empty: there is no result
   */
  totals: {
    [k: string]: number
  }
}
export interface WeightsProposal {
  id: string
  /**
   * correlation scope of its corrections; the weights are its
   */
  scope: string
  text: string
  /**
   * incidents; of one person at most 2 where several people correct
   */
  weight: number
  incidents: number
  people: string[]
  /**
   * what it is made of, the newest 50 first
   */
  corrections: ProposalCorrection[]
  /**
   * corrections that say the opposite
   */
  against: ProposalCorrection[]
  /**
   * the newest dismissal, also where it holds no more
   */
  dismissed: {
    by: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    reason: string | null
  } | null
  /**
   * the newest of it
   */
  backtest: ProposalBacktest | null
  kind: 'weights'
  state: 'open' | 'dismissed'
  /**
   * the version in force that they go on from; null: what the rules say
   */
  version: string | null
  changes: WeightChange[]
  /**
   * links of corrections that the score judges as people did
   */
  links: {
    of: number
    before: number
    after: number
  }
}
export interface ProposalAcceptance {
  /**
   * as they were read: refused where others are proposed by now
   *
   * @maxItems 10
   */
  changes?:
    | []
    | [WeightChange]
    | [WeightChange, WeightChange]
    | [WeightChange, WeightChange, WeightChange]
    | [WeightChange, WeightChange, WeightChange, WeightChange]
    | [WeightChange, WeightChange, WeightChange, WeightChange, WeightChange]
    | [WeightChange, WeightChange, WeightChange, WeightChange, WeightChange, WeightChange]
    | [
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange
      ]
    | [
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange
      ]
    | [
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange
      ]
    | [
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange,
        WeightChange
      ]
}
export interface ProposalDismissal {
  reason?: string
}
export interface ProposalFiles {
  /**
   * a case for the tests of the pack; null: none can be made
   */
  case: string | null
  /**
   * the files of the folder of rules with both in them
   */
  files: {
    name: string
    text: string
  }[]
}
export interface ProposalPage {
  items: Proposal[]
  total: number
  /**
   * corrections that are kept
   */
  corrections: number
  /**
   * correlation scopes and how many each has, whatever the filter
   */
  scopes: {
    scope: string
    count: number
  }[]
}
export interface ProposalRange {
  from?: string
  to?: string
}
export interface RangeStats {
  /**
   * the whole minute it begins with
   */
  from: string
  /**
   * the whole minute it ends before
   */
  to: string
  /**
   * items that tools sent, by the ledger
   */
  received: number
  /**
   * of them, unreadable
   */
  rejected: number
  /**
   * of them, changes
   */
  changes: number
  /**
   * episodes that began
   */
  alerts: number
  /**
   * of them, muted
   */
  suppressed: number
  /**
   * that began and were not merged away
   */
  incidents: number
  /**
   * of them, those that met the open policy
   */
  opened: number
  /**
   * share of the reports about alerts that nobody had to look at: 1 - opened / (received - rejected - changes)
   */
  reduction: number | null
  /**
   * opened to acknowledged
   */
  toAcknowledge: {
    count: number
    medianMs: number | null
    p90Ms: number | null
  }
  /**
   * opened to resolved
   */
  toResolve: {
    count: number
    medianMs: number | null
    p90Ms: number | null
  }
}
export interface Receipt {
  receipt: string
  accepted: number
  /**
   * at most the first 1,000
   */
  rejected: {
    index: number
    pointer: string
    reason: string
  }[]
}
export interface Recurrence {
  /**
   * an IANA time zone
   */
  time_zone: string
  holidays: string[]
  windows: {
    days: string[]
    nth: number[]
    dates: number[]
    months: string[]
    from: string
    to: string
  }[]
}
export interface Regrouping {
  id: string
  /**
   * correlation scope of its incidents
   */
  scope: string
  /**
   * `merge` of both incidents; `split` of alerts; `move` of alerts to the other one
   */
  kind: 'merge' | 'split' | 'move'
  state: 'open' | 'dismissed'
  incident: RegroupingIncident
  /**
   * null: of a split
   */
  other: RegroupingIncident | null
  /**
   * those that would go; of a merge those that fit both
   */
  alerts: RegroupingAlert[]
  /**
   * what was learned
   */
  reason: 'alert_fits_both' | 'late_alert' | 'estate_changed' | 'name_learned' | 'severity_changed'
  /**
   * what speaks for it, in one sentence
   */
  text: string
  evidence: LinkEvidence & {
    [k: string]: unknown
  }
  /**
   * how well that alert fits where it is; null: of a merge
   */
  here: {
    /**
     * p by what was known before
     */
    before: number
    /**
     * p by what is known now
     */
    now: number
  } | null
  /**
   * when it was proposed first
   */
  at: string
  dismissed: {
    by: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    reason: string | null
  } | null
}
/**
 * the one the alerts are in; of a merge the one that an alert joined
 */
export interface RegroupingIncident {
  id: string
  title: string
  status: IncidentStatus
  priority: number
  alertCount: number
}
export interface RegroupingAlert {
  /**
   * key of the alert in its incident
   */
  key: string
  title: string
  severity: Severity
  ci: string | null
  incident: string
}
export interface RegroupingDismissal {
  reason?: string
}
export interface RegroupingList {
  items: Regrouping[]
  /**
   * that pass the filter
   */
  total: number
  /**
   * correlation scopes and how many each has, whatever the filter
   */
  scopes: {
    scope: string
    count: number
  }[]
}
export interface RelationInput {
  from: string
  type: string
  to: string
}
export interface RelationPage {
  items: Relation[]
  next?: string
}
export interface ReplayAllAnswer {
  /**
   * received bodies that were posted again
   */
  bodies: number
  accepted: number
  /**
   * items that are dead letters again
   */
  rejected: number
  /**
   * there are more: ask again
   */
  left: boolean
}
export interface ReplayAllInput {
  source?: string
  scope?: string
  step?: 'decode' | 'parse' | 'apply'
  /**
   * bodies that are posted again at most, the oldest first
   */
  limit?: number
  /**
   * only what came before; the same in every call, so that what fails again is not taken twice
   */
  before?: string
}
export interface ReplayInput {
  /**
   * a mended body; the one that was received unless given
   */
  body?: string
}
export interface RoutePreview {
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  /**
   * the CI it would be bound to
   */
  ci: string | null
  priority: number
  team: string | null
  /**
   * ids of channels; null: every one
   */
  channels: string[] | null
  /**
   * route rules that hold
   */
  rules: string[]
  text: string
  /**
   * rules that were asked, in their order
   */
  asked: {
    rule: string
    /**
     * how many rules it is below
     */
    depth: number
    holds: boolean
    why: string
  }[]
  /**
   * of the rules in force; null: a pack was given
   */
  version: string | null
}
export interface RouteQuestion {
  /**
   * the time that hours are judged by; now unless given
   */
  at?: string
  labels: {
    [k: string]: string
  }
  /**
   * what the label `severity` means unless given
   */
  severity?: 'critical' | 'error' | 'warning' | 'info' | 'none' | 'unknown'
  source?: string
  /**
   * instead of the one that the priority pack gives it
   */
  priority?: 1 | 2 | 3 | 4 | 5
  /**
   * a route pack that is not in force, as in route.yaml
   */
  pack?: {
    [k: string]: unknown
  }
}
export interface Rules {
  version: string
  /**
   * packs in force, by name
   */
  packs: {
    [k: string]: unknown
  }
  /**
   * the newest look at the folder of rules; null: there is none
   */
  reload: RulesReload | null
}
export interface RulesReload {
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  /**
   * `start`, `files changed`, `SIGHUP`, or the person
   */
  by: string
  /**
   * `refused`: the rules before it stay in force
   */
  outcome: 'taken' | 'unchanged' | 'refused'
  /**
   * of what the folder held; null: it could not be read
   */
  version: string | null
  /**
   * cases that were run
   */
  cases: number
  faults: {
    /**
     * name within the folder
     */
    file: string
    /**
     * the case that did not come true; null: the file is at fault
     */
    case: string | null
    expected: string
    got: string
  }[]
}
export interface SeriesStats {
  /**
   * the whole minute it begins with
   */
  from: string
  /**
   * the whole minute it ends before
   */
  to: string
  stepMs: number
  buckets: {
    /**
     * start of the step
     */
    at: string
    /**
     * episodes that began
     */
    alerts: {
      critical?: number
      error?: number
      warning?: number
      info?: number
      none?: number
      unknown?: number
    }
    /**
     * by priority 1 to 5
     */
    incidents: number[]
  }[]
}
export interface Service {
  ci: string
  name: string
  class: string
  criticality: 1 | 2 | 3 | 4 | null
  owner: string | null
  environment: string | null
  live: CiLive & {
    [k: string]: unknown
  }
  rolledUp: CiLive & {
    [k: string]: unknown
  }
  /**
   * CIs it runs on with alerts that fire, the worst first, at most 5
   */
  burning: string[]
  /**
   * CIs it runs on
   */
  carriers: number
  /**
   * what it needs, all the way down, the nearest first
   */
  needs: ServiceNeighbour[]
  /**
   * what a fault of it can hurt, the nearest first
   */
  neededBy: ServiceNeighbour[]
  /**
   * among all of these and itself
   */
  relations: Relation[]
  /**
   * a bound was met: there is more
   */
  truncated: boolean
}
export interface ServiceNeighbour {
  ci: string
  name: string
  class: string
  status: string
  criticality: 1 | 2 | 3 | 4 | null
  owner: string | null
  /**
   * relations on the shortest way
   */
  hops: number
  live: CiLive
}
export interface ServiceMap {
  /**
   * of the CMDB
   */
  version: string
  /**
   * the most critical first
   */
  services: MappedService[]
  /**
   * `from` depends on `to`
   */
  dependencies: {
    from: string
    to: string
    /**
     * of the relation that begins the way
     */
    type: string
    /**
     * CIs between the two; none: the relation is direct
     */
    through: string[]
    /**
     * only alerts tell of the relation, or of one on the way
     */
    observed?: true
  }[]
  /**
   * services there are
   */
  total: number
  /**
   * a bound was met: there is more
   */
  truncated: boolean
}
export interface Settings {
  /**
   * the config file that was read
   */
  file: string | null
  settings: {
    key: string
    /**
     * null: not set
     */
    value: string | number | null
    from: 'environment' | 'file' | 'default'
    /**
     * the environment variable that sets it
     */
    variable: string | null
  }[]
  channels: {
    id: string
    type: string
    /**
     * scheme, host and port only
     */
    origin: string
    events: string[]
    minPriority: number
    allowPrivate: boolean
    signed: boolean
    waiting: number
    /**
     * why it is switched off
     */
    disabled: string | null
    /**
     * RFC 3339, UTC, with milliseconds
     */
    lastDeliveredAt: string | null
    lastError: {
      /**
       * RFC 3339, UTC, with milliseconds
       */
      at: string
      error: string
    } | null
  }[]
  rules: {
    version: string
    /**
     * labels that tell correlation scopes apart; empty: one for all
     */
    scope: string[]
    packs: {
      name: string
      /**
       * rules written in it; mappings of `ingest`
       */
      rules: number
    }[]
    /**
     * where they come from
     */
    folder: string | null
    /**
     * the newest look at the folder
     */
    reload: RulesReload | null
  }
  store: {
    kind: 'embedded' | 'server'
    /**
     * of ClickHouse
     */
    version: string
    /**
     * number of the newest migration
     */
    schema: number
    /**
     * the largest first; compressed bytes
     */
    tables: {
      table: string
      rows: number
      bytes: number
    }[]
    /**
     * decided and not stored yet
     */
    waitingRecords: number
    failedInserts: number
  }
  engine: {
    version: string
    faultline: string
    topology: string
    articles: string
  }
  journal: {
    /**
     * offset of the newest durable entry
     */
    last: number
    applied: number
    lag: number
  }
  /**
   * the newest; null before the first
   */
  snapshot: {
    offset: number
    /**
     * RFC 3339, UTC, with milliseconds
     */
    finishedAt: string
    chunks: number
    bytes: number
    /**
     * entries a restart would read after it
     */
    behind: number
  } | null
  /**
   * the newest that came to its end; null: there was none
   */
  backup: {
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    /**
     * the newest entry of the journal in it
     */
    offset: number
    /**
     * size of its file
     */
    bytes: number
  } | null
}
export interface Silence {
  id: string
  kind: 'silence' | 'maintenance'
  /**
   * a recurring window is pending between its times
   */
  state: 'active' | 'pending' | 'expired'
  matchers: Matcher[]
  cis: string[]
  services?: string[]
  /**
   * RFC 3339, UTC, with milliseconds
   */
  startsAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  endsAt: string
  createdBy: string
  comment: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  updatedAt: string
  /**
   * firing alerts that it mutes now
   */
  muting: number
  recurs?: Recurrence
  /**
   * of a recurring window: its times, in words
   */
  recursText?: string
  /**
   * where it recurs: the time that runs, if one does, and the next ones; at most 3
   */
  next?: {
    /**
     * RFC 3339, UTC, with milliseconds
     */
    startsAt: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    endsAt: string
    /**
     * it was moved: when it would begin as it recurs
     */
    was?: string
  }[]
  /**
   * where it recurs: times that people skipped or moved, of those to come
   */
  exceptions?: {
    /**
     * when it would begin as it recurs
     */
    startsAt: string
    /**
     * null: it is skipped
     */
    to: {
      /**
       * RFC 3339, UTC, with milliseconds
       */
      startsAt: string
      /**
       * RFC 3339, UTC, with milliseconds
       */
      endsAt: string
    } | null
    by: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    reason: string | null
  }[]
  annotations?: {
    [k: string]: string
  }
}
export interface SilenceInput {
  /**
   * changes that one
   */
  id?: string
  /**
   * now unless given
   */
  startsAt?: string
  endsAt: string
  comment: string
  /**
   * @minItems 1
   * @maxItems 100
   */
  matchers: [MatcherInput, ...MatcherInput[]]
}
export interface SilencePage {
  items: Silence[]
  next?: string
  /**
   * all there are, whatever the filter
   */
  counts: {
    active: number
    pending: number
    expired: number
  }
}
export interface Source {
  source: string
  received: number
  outcomes: {
    opened: number
    joined: number
    repeated: number
    resolved: number
    suppressed: number
    held: number
    'late-ignored': number
    change: number
    rejected: number
  }
  /**
   * `silent`: a reporter of it has fallen silent while alerts of it fire
   */
  state: 'never' | 'heard' | 'silent'
  /**
   * RFC 3339, UTC, with milliseconds
   */
  lastSeenAt: string | null
  /**
   * items of each of the last 60 minutes since the start, the oldest first
   */
  minutes: number[]
  /**
   * alerts of it that fire now
   */
  firing: number
  /**
   * those of them that nobody confirms any more
   */
  stale: number
  /**
   * open ones
   */
  deadLetters: number
  /**
   * how long after they began its firing alerts were heard of: the median
   */
  lagSeconds: number | null
  /**
   * the last body since the start, its beginning, without keys
   */
  lastBody: {
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    text: string
    whole: boolean
  } | null
  /**
   * where it posts to; null: Faultline itself
   */
  path: string | null
  /**
   * whether a post needs a token
   */
  needsToken: boolean
}
export interface SourceSetUp {
  source: string
  /**
   * how the tool is told to post here; `faultline.example.org` stands for the address and `a-long-random-text` for the token
   */
  markdown: string
}
export interface Sources {
  /**
   * reporters
   */
  items: {
    source: string
    reporter: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    firstSeenAt: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    lastSeenAt: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    silentSince: string | null
  }[]
  /**
   * every source there is, by id
   */
  sources: Source[]
}
export interface Stats {
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  incidents: {
    byStatus: {
      [k: string]: number
    }
    openByPriority: {
      [k: string]: number
    }
    openByService: {
      [k: string]: number
    }
  }
  alerts: {
    firing: number
    resolved: number
    suppressed: number
  }
  /**
   * episodes for each incident that was not withdrawn or merged
   */
  alertsPerIncident: number | null
  journal: {
    /**
     * offset of the newest durable entry
     */
    last: number
    applied: number
  }
  /**
   * entries that are durable and not applied yet
   */
  lag: number
  /**
   * number of the newest decision
   */
  seq: number
  versions: {
    faultline: string
    engine: string
    rules: string
    topology: string
    articles: string
  }
  cis: number
  articles: number
  deadLetters: number
  channels: {
    id: string
    type: string
    origin: string
    waiting: number
  }[]
}
export interface Storm {
  id: string
  /**
   * correlation scope
   */
  scope: string
  /**
   * start of the minute that had too many alerts
   */
  since: string
  /**
   * when they were too many
   */
  beganAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  endedAt: string | null
  /**
   * what was measured when it began
   */
  began: {
    /**
     * new alerts in the last minute
     */
    rate: number
    /**
     * what 99 of 100 minutes stay below
     */
    usual: number
    /**
     * from here on it is a storm
     */
    threshold: number
  }
  /**
   * new alerts in the last minute, at most ten seconds old
   */
  rate: number
  peak: number
  /**
   * placed since it began
   */
  alerts: number
  incidents: {
    opened: number
    /**
     * people were told of them by themselves
     */
    alone: number
    /**
     * people were told of them only together
     */
    folded: number
    /**
     * of the folded ones, while it lasted
     */
    resolved: number
    /**
     * of the folded ones, open at its end
     */
    left: number
  }
  /**
   * when people were told of it last
   */
  toldAt: string | null
  /**
   * the most frequent first; each came at least so often
   */
  rules: {
    name: string
    count: number
  }[]
  /**
   * the most frequent first; each came at least so often
   */
  cis: {
    name: string
    count: number
  }[]
  /**
   * the most frequent first; each came at least so often
   */
  sites: {
    name: string
    count: number
  }[]
}
export interface StormList {
  items: Storm[]
  next?: string
  /**
   * correlation scopes and how many each has, whatever the filter
   */
  scopes: {
    scope: string
    count: number
  }[]
}
export interface SuspectedChange {
  id: string
  source: string
  title: string
  kind: string
  cis: string[]
  /**
   * names that matched no CI
   */
  unbound: string[]
  labels: {
    [k: string]: string
  }
  /**
   * RFC 3339, UTC, with milliseconds
   */
  startsAt: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  endsAt: string | null
  url: string | null
  actor: string | null
  /**
   * log-odds beside a change of which nothing is known; the sum of the reasons
   */
  suspicion: number
  reasons: Term[]
}
export interface SuspectedChanges {
  items: SuspectedChange[]
}
export interface TalkerStats {
  /**
   * the whole minute it begins with
   */
  from: string
  /**
   * the whole minute it ends before
   */
  to: string
  rules: {
    byReports: {
      name: string
      /**
       * episodes that began
       */
      alerts: number
      /**
       * of those episodes, repeats included
       */
      reports: number
      /**
       * that those episodes are in
       */
      incidents: number
    }[]
    byIncidents: {
      name: string
      /**
       * episodes that began
       */
      alerts: number
      /**
       * of those episodes, repeats included
       */
      reports: number
      /**
       * that those episodes are in
       */
      incidents: number
    }[]
  }
  cis: {
    byReports: {
      name: string
      /**
       * episodes that began
       */
      alerts: number
      /**
       * of those episodes, repeats included
       */
      reports: number
      /**
       * that those episodes are in
       */
      incidents: number
    }[]
    byIncidents: {
      name: string
      /**
       * episodes that began
       */
      alerts: number
      /**
       * of those episodes, repeats included
       */
      reports: number
      /**
       * that those episodes are in
       */
      incidents: number
    }[]
  }
  flappers: {
    id: string
    title: string
    rule: string
    ci: string | null
    /**
     * that began while it flapped
     */
    episodes: number
  }[]
}
export interface Timeline {
  items: Decision[]
  next?: string
}
export interface TopologyAnswer {
  version: string
  /**
   * CIs there are now
   */
  items: number
  relations: number
  /**
   * relations given that name an unknown CI or the same CI twice
   */
  ignored: number
}
export interface TopologyInput {
  /**
   * `replace`: what is not in it goes; `upsert`: adds and changes
   */
  mode?: 'replace' | 'upsert'
  /**
   * a hash of the content unless given
   */
  version?: string
  /**
   * @maxItems 500000
   */
  items: CiInput[]
  /**
   * @maxItems 2000000
   */
  relations?: RelationInput[]
}
export interface TopologyLive {
  /**
   * of the CMDB now
   */
  version: string
  items: {
    ci: string
    firing: number
    suppressed: number
    severity: Severity | null
  }[]
  truncated: boolean
}
export interface TopologyMap {
  /**
   * of the CMDB; it changes with everything below
   */
  version: string
  classes: string[]
  environments: string[]
  /**
   * of relations
   */
  types: string[]
  /**
   * CIs in operation: services first, then what they run on, then the rest by id
   */
  ids: string[]
  /**
   * by place in `ids`, as all that follow
   */
  names: string[]
  /**
   * place in `classes`
   */
  classOf: number[]
  /**
   * place in `environments`; -1: none
   */
  environmentOf: number[]
  /**
   * 1 to 4; 0: nobody said
   */
  criticalityOf: number[]
  /**
   * place in `ids` of the only service that runs on it, or of itself; -1: none, or several
   */
  serviceOf: number[]
  /**
   * three numbers each: places of `from` and `to` in `ids`, place in `types`
   */
  relations: number[]
  /**
   * places in `ids` of the CIs that only alerts tell of
   */
  observed: number[]
  /**
   * which of the relations, counted from 0, only alerts tell of
   */
  observedRelations: number[]
  /**
   * CIs in operation
   */
  total: number
  /**
   * there are more CIs or relations
   */
  truncated: boolean
}
export interface TopologySteps {
  /**
   * RFC 3339, UTC, with milliseconds
   */
  from: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  to: string
  /**
   * from when on what fired is known; before it alerts may be missing. null: nothing is known
   */
  exactSince: string | null
  steps: {
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
    /**
     * alerts on CIs that began since the step before
     */
    began: number
    /**
     * alerts that ended
     */
    ended: number
    /**
     * alerts that were muted
     */
    muted: number
    /**
     * alerts that were no longer muted
     */
    unmuted: number
  }[]
}
export interface TurnMoveInput {
  /**
   * the time that begins or runs then, as `next` or `exceptions` has it
   */
  startsAt: string
  reason?: string
  to: {
    startsAt: string
    endsAt: string
  }
}
export interface TurnRestoreInput {
  /**
   * the time that begins or runs then, as `next` or `exceptions` has it
   */
  startsAt: string
}
export interface TurnSkipInput {
  /**
   * the time that begins or runs then, as `next` or `exceptions` has it
   */
  startsAt: string
  reason?: string
}
export interface UnboundList {
  items: UnboundName[]
  total: number
}
export interface UnboundName {
  id: string
  label: string
  /**
   * what the label names
   */
  kind: 'pod' | 'workload' | 'host' | 'service' | 'any'
  name: string
  /**
   * where the alert says it is
   */
  realm: {
    namespace?: string
    cluster?: string
    region?: string
    environment?: string
  }
  reason: 'unknown' | 'ambiguous' | 'retired'
  /**
   * episodes of alerts with it
   */
  count: number
  /**
   * names of some of the alerts
   */
  rules: string[]
  sources: string[]
  /**
   * RFC 3339, UTC, with milliseconds
   */
  lastAt: string
  /**
   * at most five, the likeliest first
   */
  suggestions: BindingSuggestion[]
  missing: MissingCi
}
export interface WeightsVersion {
  /**
   * as the evidence of what it scored names it
   */
  id: string
  scope: string
  /**
   * `before`: in force again once the newer ones are undone
   */
  state: 'in_force' | 'before' | 'undone'
  text: string
  /**
   * against the version before
   */
  changes: WeightChange[]
  by: string
  /**
   * RFC 3339, UTC, with milliseconds
   */
  at: string
  proposal: string
  undone: {
    by: string
    /**
     * RFC 3339, UTC, with milliseconds
     */
    at: string
  } | null
}
export interface WeightsVersionList {
  items: WeightsVersion[]
}
