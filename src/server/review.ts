/** The review after an incident: a draft from what is known of it, and the document. */
import type { Decision, DecisionAction } from '../core/decision.ts'
import type { IncidentRecord } from '../core/record.ts'
import type { IncidentReview, ReviewMoment } from '../core/review.ts'
import { type EpochMs, MINUTE } from '../core/time.ts'
import { literal, oneLine } from './markdown.ts'

/** Moments of a draft from the beginning, and as many from the end: more is no summary. */
const MOMENTS_AT_AN_END = 50
/** Characters of the text of a moment, in drafts as in what people write. */
export const MAX_MOMENT_TEXT = 2000
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
    .map(({ at, text, actor }): ReviewMoment => ({ at, text: cut(bySomeone(text, actor)) }))
  const first = { at: incident.firstAlertAt, text: 'The first of its alerts began' }
  return {
    summary: summaryOf(incident),
    impact: impactOf(incident),
    rootCause: causeOf(incident),
    wentWell: '',
    actions: [],
    timeline: bothEnds([first, ...course].sort((a, b) => a.at - b.at)),
  }
}

/** How it began and how it ended, and between them that there was more. */
function bothEnds(timeline: readonly ReviewMoment[]): readonly ReviewMoment[] {
  const between = timeline.slice(MOMENTS_AT_AN_END, -MOMENTS_AT_AN_END)
  const [gap] = between
  if (gap === undefined) return timeline
  return [
    ...timeline.slice(0, MOMENTS_AT_AN_END),
    { at: gap.at, text: 'What came between is left out of this draft' },
    ...timeline.slice(-MOMENTS_AT_AN_END),
  ]
}

/** Never half a surrogate pair. */
function cut(text: string): string {
  if (text.length <= MAX_MOMENT_TEXT) return text
  return `${text.slice(0, MAX_MOMENT_TEXT - 1).replace(/[\uD800-\uDBFF]$/, '')}…`
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

/** In words; empty where nothing stands out and nobody confirmed one. */
export function causeOf({ confirmedCause, rootCause }: IncidentRecord): string {
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

/**
 * A review as a Markdown document. What people wrote stays Markdown; the text of a draft and what
 * happened is for reading only: names of alerts stand in it.
 */
export function reviewAsMarkdown(review: IncidentReview, head: ReviewHead): string {
  const { incident, version, author } = head
  const section = (title: string, text: string): readonly string[] => [
    `## ${title}`,
    text.trim() === '' ? '*Nobody wrote anything yet.*' : text.trim(),
  ]
  const words = (text: string): string => (version === 0 ? literal(text) : text)
  const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n')
  return [
    `# Review of ${incident.id}: ${literal(incident.title)}`,
    version === 0 ? 'Draft' : `Version ${version}, ${author ?? 'unknown'}`,
    ...(incident.problem === null ? [] : [`Problem: ${incident.problem}`]),
    ...section('Summary', words(review.summary)),
    ...section('Impact', words(review.impact)),
    ...section('Root cause', words(review.rootCause)),
    ...section('What went well', review.wentWell),
    ...section('Actions', list(review.actions.map(oneLine))),
    ...section(
      'Timeline',
      list(review.timeline.map(({ at, text }) => `${clockOf(at)} ${literal(text)}`)),
    ),
    '',
  ].join('\n\n')
}

function clockOf(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
