/**
 * Decisions: what the engine decided, each with its reason. Stored as they are; a new engine
 * version never revises them. `seq` rises by one per decision and, with the epoch of the store,
 * is the version of every record.
 */
import type { LinkEvidence, Term } from './evidence.ts'
import type { IncidentReview } from './review.ts'
import type { EpochMs } from './time.ts'

export const DECISION_ACTIONS = [
  // one alert
  'alert.opened', // a new incident for it
  'alert.joined',
  'alert.repeated', // only stored when it changed something visible
  'alert.resolved',
  'alert.suppressed',
  'alert.unsuppressed',
  'alert.marked', // it began within a planned change
  'alert.held',
  'alert.late',
  'alert.refired',
  'alert.flapping',
  'alert.settled', // flapping stopped
  'alert.stale',
  'alert.refreshed', // no longer stale
  'alert.rebound',
  'alert.severity_changed', // of the same episode
  'alert.moved', // re-placed before notification, or by a person
  // one incident
  'incident.opened',
  'incident.notified',
  'incident.priority_changed',
  'incident.service_added',
  'incident.routed', // where it goes has changed
  'incident.resolving', // every alert has resolved: the hold begins
  'incident.resolved',
  'incident.reopened',
  'incident.closed',
  'incident.withdrawn', // provisional, emptied before anyone was told
  'incident.merged',
  'incident.merge_proposed', // the engine would regroup it, and people know of it already
  'incident.split_proposed',
  'incident.move_proposed',
  'incident.proposal_withdrawn', // what spoke for it is gone
  'incident.proposal_dismissed',
  'incident.proposal_restored',
  'incident.split',
  'incident.moved',
  'incident.undone',
  'incident.analysed', // root cause, articles and similar incidents were computed
  'incident.acknowledged',
  'incident.unacknowledged',
  'incident.assigned',
  'incident.dismissed', // a person said that it is none
  'incident.commented',
  'incident.cause_confirmed',
  'incident.voted',
  'incident.reviewed', // a version of its review was written
  // one problem
  'problem.proposed',
  'problem.linked', // an incident is one of it
  'problem.unlinked',
  'problem.returned', // it was resolved, and an incident of it came
  'problem.accepted',
  'problem.dismissed',
  'problem.assigned',
  'problem.workaround', // how to live with it is known, or no longer
  'problem.resolved',
  'problem.closed',
  'problem.reopened',
  'problem.merged',
  'problem.split',
  'problem.commented',
  'problem.task', // what is to be done about it, or was
  'problem.related', // a change or an article belongs to it
  'problem.unrelated',
  'problem.undone',
  // what people's corrections taught
  'constraint.learned',
  'constraint.ended', // undone, taken back, or of no use for long
  // names that people said the meaning of
  'alias.learned',
  'alias.forgotten',
  'observed.confirmed',
  'observed.rejected',
  'observed.undone',
  'proposal.made', // enough corrections say the same: a rule is proposed
  'proposal.dismissed',
  'proposal.restored',
  'weights.accepted', // from then on they are those of a scope
  'weights.undone',
  // one storm
  'storm.began',
  'storm.told', // of incidents that nobody was told of by themselves
  'storm.ended',
  // the rest
  'change.recorded',
  'change.lifted', // a person says that its window does not count
  'change.restored',
  'silence.changed',
  'source.silent',
  'source.returned',
  'topology.changed',
  'rules.changed',
  'articles.changed',
  'past.imported',
  'engine.started',
  'command.refused',
] as const
export type DecisionAction = (typeof DECISION_ACTIONS)[number]

/** Reason of an `incident.notified` that no one is told of by itself. */
export const IN_STORM = 'in_storm'

export interface Decision {
  readonly seq: number
  readonly at: EpochMs
  readonly scope: string
  readonly action: DecisionAction
  /** Stable token, e.g. `severity_critical`, `all_alerts_resolved`. */
  readonly reason: string
  /** One sentence for people. */
  readonly text: string
  /** `engine`, `rule:<name>` or the person. */
  readonly actor: string
  /** `<alert id>.<episode>` */
  readonly alert?: string
  readonly incident?: string
  readonly problem?: string
  readonly storm?: string
  readonly evidence?: LinkEvidence
  readonly terms?: readonly Term[]
  /** The version of the review that was written. */
  readonly review?: IncidentReview
  /** News: the channels that are told; `null` or absent: every one. */
  readonly channels?: readonly string[] | null
}
