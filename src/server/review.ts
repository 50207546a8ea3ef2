/** The review after an incident: a draft from what is known of it, and the document. */
import type { Decision, DecisionAction } from '../core/decision.ts'
import type { IncidentRecord } from '../core/record.ts'
import type { IncidentReview, ReviewMoment } from '../core/review.ts'
import { type EpochMs, MINUTE } from '../core/time.ts'

/** Moments of a draft: more is no summary. */
const MAX_MOMENTS = 100
/** Decisions that say nothing about the course of the incident. */
const LEFT_OUT: ReadonlySet<DecisionAction> = new Set([
  'incident.analysed',
  'incident.voted',
  'incident.reviewed',
  'incident.merge_proposed',
])

/**
 * A review as far as it follows from what is known; what went well and what is to be done is for
 * people to say.
 *
 * @param decisions about the incident, the oldest first
 */
export function draftReview(
  incident: IncidentRecord,
  decisions: readonly Decision[],
): IncidentReview {
  const course = decisions
    .filter(({ action }) => action.startsWith('incident.') && !LEFT_OUT.has(action))
    .map(({ at, text, actor }): ReviewMoment => ({ at, text: bySomeone(text, actor) }))
  const first = { at: incident.firstAlertAt, text: 'The first of its alerts began' }
  return {
    summary: summaryOf(incident),
    impact: impactOf(incident),
    rootCause: causeOf(incident),
    wentWell: '',
    actions: [],
    timeline: [first, ...course].sort((a, b) => a.at - b.at).slice(0, MAX_MOMENTS),
  }
}

function bySomeone(text: string, actor: string): string {
  return actor === 'engine' || actor.startsWith('rule:') || text.includes(actor)
    ? text
    : `${text} (${actor})`
}

function summaryOf(incident: IncidentRecord): string {
  const { title, priority, firstAlertAt, resolvedAt, alertCount, openReason, resolution } = incident
  const lasted =
    resolvedAt === null
      ? ''
      : ` It lasted ${Math.max(1, Math.round((resolvedAt - firstAlertAt) / MINUTE))} minutes.`
  const resolved = resolution === null ? '' : ` Resolved by: ${resolution}`
  const alerts = alertCount === 1 ? '1 alert' : `${alertCount} alerts`
  return `${title}: a P${priority} with ${alerts}. ${sentence(openReason)}${lasted}${resolved}`
}

function impactOf({ hurts, services, service }: IncidentRecord): string {
  if (hurts != null && hurts.now.length > 0) {
    const names = hurts.now.map(({ name }) => name).join(', ')
    const more = hurts.nowCount - hurts.now.length
    return `Hurt: ${names}${more > 0 ? ` and ${more} more` : ''}.`
  }
  const known = services.length > 0 ? services : service === null ? [] : [service]
  return known.length === 0 ? '' : `Services: ${known.join(', ')}.`
}

function causeOf({ confirmedCause, rootCause }: IncidentRecord): string {
  if (confirmedCause !== null) return `${confirmedCause}, as people confirmed.`
  const [best] = rootCause?.candidates ?? []
  if (best === undefined || rootCause === null || rootCause.abstained) return ''
  const why = best.factors.flatMap(({ note }) => (note === '' ? [] : [note])).slice(0, 3)
  return `Probably ${best.ci}${why.length === 0 ? '' : `: ${why.join('; ')}`}. Nobody confirmed it.`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

export interface ReviewHead {
  readonly incident: Pick<IncidentRecord, 'id' | 'title' | 'problem'>
  /** 0: a draft. */
  readonly version: number
  readonly author: string | null
}

/** A review as a Markdown document. */
export function reviewAsMarkdown(review: IncidentReview, head: ReviewHead): string {
  const { incident, version, author } = head
  const section = (title: string, text: string): readonly string[] => [
    `## ${title}`,
    text.trim() === '' ? '*Nobody wrote anything yet.*' : text.trim(),
  ]
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n')
  const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
  return [
    `# Review of ${incident.id}: ${oneLine(incident.title)}`,
    version === 0 ? 'Draft' : `Version ${version}, ${author ?? 'unknown'}`,
    ...(incident.problem === null ? [] : [`Problem: ${incident.problem}`]),
    ...section('Summary', review.summary),
    ...section('Impact', review.impact),
    ...section('Root cause', review.rootCause),
    ...section('What went well', review.wentWell),
    ...section('Actions', list(review.actions.map(oneLine))),
    ...section(
      'Timeline',
      list(review.timeline.map(({ at, text }) => `${clockOf(at)} ${oneLine(text)}`)),
    ),
    '',
  ].join('\n\n')
}

function clockOf(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
