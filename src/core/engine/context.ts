/** What the parts of the engine share while one entry is applied. */
import type { Known } from '../bind.ts'
import type { ScopedPlacements } from '../correlate/scoped-placements.ts'
import type { Decision, DecisionAction } from '../decision.ts'
import type { LinkEvidence, Term } from '../evidence.ts'
import type { Span } from '../hours.ts'
import type { Inhibitions } from '../inhibit.ts'
import type { KnowledgeIndex } from '../knowledge-index.ts'
import type { Proposal } from '../learn/proposals.ts'
import type { WeightsProposal } from '../learn/weights.ts'
import type { Change, Ci, Relation, Silence } from '../model.ts'
import type { AlertRecord, ArticleRecord, DeadLetterRecord } from '../record.ts'
import type { IncidentReview } from '../review.ts'
import type { RouteInput } from '../route.ts'
import type { CorrelateRule, RulePacks } from '../rules.ts'
import { scopedKey } from '../scope.ts'
import type { SimilarIndex } from '../similar.ts'
import type { AlertState, IncidentState, RuledBy, ScopeState, State } from '../state.ts'
import type { StormState } from '../storm.ts'
import type { EpochMs } from '../time.ts'
import type { Timers } from '../timers.ts'
import type { Topology } from '../topology.ts'
import type { CmdbIndex } from './cmdb-index.ts'
import type { ImportedIndex } from './imported-index.ts'
import type { ObservedIndex } from './observed-index.ts'

/** Version of the decisions; recorded with each of them. */
export const ENGINE_VERSION = '1'

/** Derived from the state: rebuilt after a restore, never part of a snapshot. */
export interface Indices {
  readonly placements: ScopedPlacements
  readonly timers: Timers
  /** Alert id → identity. */
  readonly ids: Map<string, string>
  inhibitions: Inhibitions
  /** Windows of planned changes that are not over, by id. */
  readonly windows: Map<string, ChangeWindow>
  /** Of recurring windows and of the hours of the suppress pack: the time at which each holds, now or next. */
  readonly turns: { readonly windows: Map<string, Span>; readonly hours: Map<string, Span> }
  /** Identity without its scope → identities of the named scopes that have it. */
  readonly bare: Map<string, Set<string>>
  /** Scope, rule name and key → incident that the rule keeps open. */
  readonly ruled: Map<string, string>
  /** Rules not in force any more that open incidents began with. */
  former: readonly CorrelateRule[]
  /** What is suggested by its words. */
  knowledge: KnowledgeIndex
  /** Articles of workarounds. */
  knownErrors: KnowledgeIndex
  /** By scope. */
  readonly similar: Map<string, SimilarIndex>
  readonly imported: ImportedIndex
  /** The most critical CI of a list of services, as a topology has it. */
  readonly criticality: WeakMap<
    readonly string[],
    { readonly topology: Topology; readonly worst: number | null }
  >
  readonly problems: ProblemIndex
  readonly cmdb: CmdbIndex
  readonly observed: ObservedIndex
  /** Signature → ids of the constraints about it, newest first. */
  readonly constraints: Map<string, readonly string[]>
  /** What is proposed, as long as nothing changes and until the oldest correction counts no more. */
  proposed: {
    readonly list: readonly Proposal[]
    readonly weights: readonly WeightsProposal[]
    readonly until: EpochMs
  } | null
  /** Learned weights by the id of their version, over the rules in force; emptied with either. */
  readonly weights: Map<string, RulePacks['correlate']['weights']>
  /** What the clock says of the hours of the rules, as it was asked for last. */
  clock: {
    readonly hours: RulePacks['route']['hours']
    readonly minute: number
    readonly read: NonNullable<RouteInput['clock']>
  } | null
}

/** The window of a planned change, and the scope of the alerts it is about; the default one: all. */
export interface ChangeWindow extends Silence {
  readonly scope: string
}

/** Which problem owns a family of incidents, which incidents a problem has, and past ones by scope. */
export interface ProblemIndex {
  readonly byKey: Map<string, string>
  readonly members: Map<string, Set<string>>
  readonly past: Map<string, Set<string>>
}

/** What one entry brought about. */
export interface Output {
  readonly decisions: Decision[]
  /** Identities of alerts and ids of incidents whose records have changed. */
  readonly alerts: Set<string>
  readonly incidents: Set<string>
  /** Records of episodes that ended and were followed by another one within the entry. */
  readonly pastEpisodes: AlertRecord[]
  /** Incidents that left the state, as they were last. */
  readonly closing: IncidentState[]
  readonly changes: Change[]
  readonly deadLetters: DeadLetterRecord[]
  /** CIs and relations that imports have changed, by id. */
  readonly estate: {
    readonly items: Map<string, Ci>
    readonly relations: Map<string, { readonly relation: Relation; readonly gone: boolean }>
  }
  readonly articles: ArticleRecord[]
  /** Storms that have changed, by id. */
  readonly storms: Map<string, StormState>
  /** Ids of problems whose records have changed. */
  readonly problems: Set<string>
  /** Incidents whose problem has changed. */
  readonly problemLinks: Set<string>
  /** Alerts whose severity has changed in what it says for their place: how well they fitted before, by key. */
  readonly regraded: Map<string, number>
  /** What people were asked about before they corrected something, and where they did. */
  corrected: { readonly before: ReadonlySet<string>; readonly incident: string } | null
}

export interface Ctx {
  readonly state: State
  readonly ix: Indices
  /** Whether causes, articles, similar incidents and problems are worked out: nothing else needs them. */
  readonly explains: boolean
  readonly out: Output
}

export function emptyOutput(): Output {
  return {
    decisions: [],
    alerts: new Set(),
    incidents: new Set(),
    pastEpisodes: [],
    closing: [],
    changes: [],
    deadLetters: [],
    estate: { items: new Map(), relations: new Map() },
    articles: [],
    storms: new Map(),
    problems: new Set(),
    problemLinks: new Set(),
    regraded: new Map(),
    corrected: null,
  }
}

export interface Deciding {
  readonly action: DecisionAction
  readonly reason: string
  readonly text: string
  readonly actor?: string
  readonly alert?: string
  readonly incident?: string
  readonly problem?: string
  readonly storm?: string
  readonly evidence?: LinkEvidence
  readonly terms?: readonly Term[]
  readonly review?: IncidentReview
  readonly channels?: readonly string[] | null
}

/** Records a decision, numbered and timed. */
export function decide(ctx: Ctx, deciding: Deciding): void {
  const { state, out } = ctx
  state.seq += 1
  out.decisions.push({
    seq: state.seq,
    at: state.now,
    scope: state.scope,
    ...deciding,
    actor: deciding.actor ?? 'engine',
  })
}

/** `<alert id>.<start>`: names one episode everywhere. */
export function episodeKey(alert: { readonly id: string; readonly startsAt: EpochMs }): string {
  return `${alert.id}.${alert.startsAt}`
}

/** Names a rule and its key within a scope; the parts cannot run together. */
export function ruledKey(scope: string, { name, key }: Pick<RuledBy, 'name' | 'key'>): string {
  return scopedKey(scope, `${name.length}:${name}${key}`)
}

/** The alert to be changed; its record will be written. */
export function editAlert(ctx: Ctx, identity: string): AlertState | undefined {
  const alert = ctx.state.alerts.edit(identity)
  if (alert !== undefined) ctx.out.alerts.add(identity)
  return alert
}

/** The incident to be changed; its record will be written. */
export function editIncident(ctx: Ctx, id: string): IncidentState | undefined {
  const incident = ctx.state.incidents.edit(id)
  if (incident !== undefined) ctx.out.incidents.add(id)
  return incident
}

/** What is counted in a scope, to be changed; made where there is none. */
export function editScope({ state }: Pick<Ctx, 'state'>, scope: string): ScopeState {
  const known = state.scopes.edit(scope)
  if (known !== undefined) return known
  const made: ScopeState = {
    snap: 0,
    scope,
    incidentCounter: 0,
    problemCounter: 0,
    discovery: { dueAt: null, resolved: 0, looked: 0, search: null },
    latestStart: 0,
    countedUntil: 0,
    countAt: null,
  }
  state.scopes.set(made)
  return made
}

/** The incident an id leads to, following merges. */
export function survivor(ctx: Ctx, id: string): string {
  let at = id
  for (let hops = 0; hops < 100; hops++) {
    const next = ctx.state.incidents.get(at)?.mergedInto
    if (next === undefined || next === null) return at
    at = next
  }
  return at
}

/** What bindings are decided by at present. */
export function bindingBy({ topology, rules, aliases }: State): Known {
  return { topology, rules: rules.bind, aliases }
}

export function versionsOf(state: State): LinkEvidence['versions'] {
  return { rules: state.rulesVersion, topology: state.topology.version, engine: ENGINE_VERSION }
}
