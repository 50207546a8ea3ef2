/**
 * What people and tools are told: material changes of incidents they know of, and nothing else.
 * A notification says what changed since the last one, not the whole incident again.
 */
import { type Decision, IN_STORM } from '../core/decision.ts'
import { impactLine } from '../core/impact.ts'
import type { IncidentRecord } from '../core/record.ts'
import { DAY, type EpochMs, HOUR, MINUTE, toRfc3339 } from '../core/time.ts'
import type { StormData, StormType } from './storm-data.ts'

export const NOTIFICATION_TYPES = [
  'incident.opened',
  'incident.priority_raised',
  'incident.service_added',
  'incident.resolved',
  'incident.reopened',
] as const
export type NotificationType = (typeof NOTIFICATION_TYPES)[number]

type Priority = IncidentRecord['priority']

/** What changed, by type of the notification. */
export type NotifiedChange =
  | { readonly kind: 'opened' }
  | { readonly kind: 'priority_raised'; readonly from: Priority | null; readonly to: Priority }
  /** Services nobody was told of yet; empty where it is not known which they are. */
  | { readonly kind: 'service_added'; readonly services: readonly string[] }
  | {
      readonly kind: 'resolved'
      readonly durationMs: number
      readonly by: string | null
      readonly resolution: string | null
    }
  | { readonly kind: 'reopened'; readonly count: number }

/** `data` of the webhook's payload. Texts are clipped: the payload stays below 20 kB. */
export interface NotificationData {
  readonly headline: string
  /** Why it opened, else the decision's own sentence; the decision's stable reason; who decided. */
  readonly text: string
  readonly reason: string
  readonly actor: string
  readonly change: NotifiedChange
  readonly incident: {
    readonly id: string
    readonly title: string
    readonly status: string
    readonly priority: Priority
    readonly severity: string
    readonly service: string | null
    /** The first MAX_SERVICES; `serviceCount` counts all. */
    readonly services: readonly string[]
    readonly serviceCount: number
    readonly owner: string | null
    /** The team it goes to; null: none. */
    readonly team: string | null
    readonly firstAlertAt: EpochMs
    readonly openedAt: EpochMs | null
    readonly resolvedAt: EpochMs | null
  }
  /** `new`: since people were last told; null where that is not known. */
  readonly alerts: {
    readonly total: number
    readonly firing: number
    readonly new: number | null
  }
  readonly rootCause: {
    readonly text: string
    /** CI id; null where no single cause stands out. */
    readonly ci: string | null
    /** Share of the weight among the listed causes, 0 … 1; null where there is no candidate or a person named it. */
    readonly weight: number | null
    readonly confirmed: boolean
  }
  /** Which services it hurts, for people (`checkout (critical), 3 downstream`); null: none known. */
  readonly hurts: {
    readonly text: string
    readonly now: number
    readonly downstream: number
  } | null
  readonly article: { readonly id: string; readonly title: string; readonly how: string } | null
  /** Where it goes and by which rules; null where nothing was decided. */
  readonly route: { readonly text: string; readonly rules: readonly string[] } | null
  /** The incident's page in the console. */
  readonly url: string
}

/** What people knew after a notification; the next one speaks of the difference. */
export interface Told {
  readonly priority: Priority
  readonly services: readonly string[]
  readonly alertCount: number
}

/** Of an incident, or of a storm of them. */
export interface Notification {
  /** Idempotency key, visible ASCII without `.` and `:`; sent as `webhook-id`. */
  readonly key: string
  /** Of the decision; notifications of one incident are told in this order. */
  readonly seq: number
  readonly type: NotificationType | StormType
  readonly at: EpochMs
  /** Id of the incident, or of the storm. */
  readonly incident: string
  readonly priority: Priority
  /** The channels it is for; `null`: every one. */
  readonly channels: readonly string[] | null
  readonly title: string
  readonly data: NotificationData | StormData
  readonly told: Told
}

export interface NotificationContext {
  /** Where people reach the console, e.g. `https://faultline.example`; a path is kept. */
  readonly consoleUrl: string
  /** What people were told last about this incident; null or absent: not known. */
  readonly told?: Told | null
}

export const MAX_SERVICES = 8
const MAX_RULES = 8

/**
 * Turns one decision about an incident into a notification, or into null where it is not worth
 * interrupting anyone: another kind of decision, an incident nobody was told about or only with a
 * storm, a priority that is not higher than the one people know, a service they know.
 *
 * @param incident the record after the entry that caused the decision
 * @returns a notification whose key depends on incident, decision number and time only; O(services)
 */
export function toNotification(
  decision: Decision,
  incident: IncidentRecord,
  context: NotificationContext,
): (Notification & { readonly data: NotificationData }) | null {
  if (decision.reason === IN_STORM) return null
  const change = toChange(decision, incident, context.told ?? null)
  if (change === null) return null
  const data = toData(decision, incident, { ...context, change })
  return {
    key: notificationKey(decision, incident),
    seq: decision.seq,
    type: `incident.${change.kind}`,
    at: decision.at,
    incident: incident.id,
    priority: incident.priority,
    channels: decision.channels ?? null,
    title: data.headline,
    data,
    told: {
      priority: incident.priority,
      services: incident.services,
      alertCount: incident.alertCount,
    },
  }
}

const COVERED: ReadonlySet<string> = new Set([
  'incident.priority_changed',
  'incident.service_added',
  'incident.routed',
])

/**
 * The decisions of one applied entry without those that its own "notified" already covers: that
 * notification is made from the record after the entry, so what rose or joined before it in the
 * same entry is in it.
 */
export function withoutForetold(decisions: readonly Decision[]): readonly Decision[] {
  const notifiedBy = new Map<string, number>()
  for (const { action, incident, seq } of decisions) {
    if (action === 'incident.notified' && incident !== undefined) notifiedBy.set(incident, seq)
  }
  const covered = ({ action, incident, seq }: Decision): boolean =>
    COVERED.has(action) && incident !== undefined && seq < (notifiedBy.get(incident) ?? 0)
  return decisions.filter((decision) => !covered(decision))
}

/** The payload of the generic webhook, as text: `{ type, timestamp, data }`, below 20 kB. */
export function toPayload({ type, at, data }: Notification): string {
  return JSON.stringify({ type, timestamp: toRfc3339(at), data })
}

function toChange(
  decision: Decision,
  incident: IncidentRecord,
  told: Told | null,
): NotifiedChange | null {
  if (decision.action === 'incident.notified') return { kind: 'opened' }
  if (incident.notifiedAt === null || (incident.toldInStorm ?? null) !== null) return null
  switch (decision.action) {
    case 'incident.priority_changed':
      return raised(incident, told)
    case 'incident.service_added':
      return serviceAdded(incident, told)
    case 'incident.routed':
      // to channels that come along it is a new incident
      return decision.channels === undefined ? null : { kind: 'opened' }
    case 'incident.resolved':
      return {
        kind: 'resolved',
        durationMs: Math.max(0, (incident.resolvedAt ?? decision.at) - incident.firstAlertAt),
        by: clipped(incident.resolvedBy, 100),
        resolution: clipped(incident.resolution, 500),
      }
    case 'incident.reopened':
      return { kind: 'reopened', count: incident.reopenCount }
    default:
      return null
  }
}

function raised({ priority }: IncidentRecord, told: Told | null): NotifiedChange | null {
  // Not known what people know: better told twice than not at all.
  if (told === null) return { kind: 'priority_raised', from: null, to: priority }
  const rose = priority < told.priority
  return rose ? { kind: 'priority_raised', from: told.priority, to: priority } : null
}

function serviceAdded({ services }: IncidentRecord, told: Told | null): NotifiedChange | null {
  if (told === null) return { kind: 'service_added', services: [] }
  const known = new Set(told.services)
  const added = services.filter((service) => !known.has(service))
  return added.length === 0 ? null : { kind: 'service_added', services: firstServices(added) }
}

/** The same whenever the decision is told again. */
export function notificationKey({ seq, at }: Decision, { id }: { readonly id: string }): string {
  // The time keeps keys apart where a store is wiped and its counters begin again.
  return `${encodeURIComponent(id).replaceAll('.', '%2E')}_${seq}_${at}`
}

function toData(
  decision: Decision,
  incident: IncidentRecord,
  { consoleUrl, told, change }: NotificationContext & { readonly change: NotifiedChange },
): NotificationData {
  const [article] = incident.articles
  const sinceTold = told == null ? null : Math.max(0, incident.alertCount - told.alertCount)
  return {
    headline: toHeadline(incident, change),
    text: clip(change.kind === 'opened' ? incident.openReason : decision.text, 500),
    reason: clip(decision.reason, 100),
    actor: clip(decision.actor, 100),
    change,
    incident: toBrief(incident),
    alerts: {
      total: incident.alertCount,
      firing: incident.firingCount,
      new: change.kind === 'opened' ? incident.alertCount : sinceTold,
    },
    rootCause: toCause(incident),
    hurts: toHurts(incident),
    article:
      article === undefined
        ? null
        : { id: clip(article.id, 200), title: clip(article.title, 200), how: article.how },
    route: toRoute(incident),
    url: `${consoleUrl.replace(/\/+$/, '')}/incidents/${encodeURIComponent(incident.id)}`,
  }
}

function toHurts({ hurts }: IncidentRecord): NotificationData['hurts'] {
  const text = hurts == null ? null : impactLine(hurts)
  if (hurts == null || text === null) return null
  return { text: clip(text, 300), now: hurts.nowCount, downstream: hurts.downstreamCount }
}

function toRoute({ route }: IncidentRecord): NotificationData['route'] {
  if (route == null) return null
  const rules = route.rules.slice(0, MAX_RULES).map((rule) => clip(rule, 100))
  return { text: clip(route.text, 500), rules }
}

function toBrief(incident: IncidentRecord): NotificationData['incident'] {
  return {
    id: incident.id,
    title: clip(incident.title, 300),
    status: incident.status,
    priority: incident.priority,
    severity: incident.severity,
    service: clipped(incident.service, 100),
    services: firstServices(incident.services),
    serviceCount: incident.services.length,
    owner: clipped(incident.owner, 100),
    team: clipped(incident.team ?? null, 100),
    firstAlertAt: incident.firstAlertAt,
    openedAt: incident.openedAt,
    resolvedAt: incident.resolvedAt,
  }
}

function toHeadline({ id, priority, title }: IncidentRecord, change: NotifiedChange): string {
  const news = ((): string => {
    switch (change.kind) {
      case 'opened':
        return `P${priority} opened`
      case 'priority_raised':
        return `raised to P${change.to}${change.from === null ? '' : ` (was P${change.from})`}`
      case 'service_added':
        return `P${priority} now also affects ${change.services.join(', ') || 'another service'}`
      case 'resolved':
        return `resolved after ${toDuration(change.durationMs)}`
      case 'reopened':
        return `P${priority} reopened`
    }
  })()
  return clip(`${id} ${clip(news, 200)}: ${title}`, 300)
}

function toCause(incident: IncidentRecord): NotificationData['rootCause'] {
  const { confirmedCause, rootCause } = incident
  if (confirmedCause !== null) {
    const ci = clip(confirmedCause, 200)
    return { text: `${ci} (confirmed)`, ci, weight: null, confirmed: true }
  }
  const none = { ci: null, weight: null, confirmed: false }
  if (rootCause === null) return { text: 'not analysed yet', ...none }
  const [top] = rootCause.candidates
  if (rootCause.abstained || top === undefined) {
    return { text: 'no single cause stands out', ...none }
  }
  const ci = clip(top.ci, 200)
  const share = `${Math.round(top.weight * 100)} %`
  return { text: `${ci} (relative weight ${share})`, ci, weight: top.weight, confirmed: false }
}

/** `42 min`, `3 h 5 min`, `2 d 4 h`; below a minute `under 1 min`. */
export function toDuration(ms: number): string {
  if (ms < MINUTE) return 'under 1 min'
  const [days, hours, minutes] = [
    Math.floor(ms / DAY),
    Math.floor((ms % DAY) / HOUR),
    Math.floor((ms % HOUR) / MINUTE),
  ]
  if (days > 0) return hours === 0 ? `${days} d` : `${days} d ${hours} h`
  if (hours > 0) return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`
  return `${minutes} min`
}

function firstServices(services: readonly string[]): readonly string[] {
  return services.slice(0, MAX_SERVICES).map((service) => clip(service, 100))
}

function clipped(text: string | null, max: number): string | null {
  return text === null ? null : clip(text, max)
}

/**
 * At most `max` UTF-16 units on one line. Control characters become spaces and halves of surrogate
 * pairs go, so that a unit is at most three bytes of JSON and the payload's bound holds.
 */
export function clip(text: string, max: number): string {
  const cut = text.length > max ? `${text.slice(0, max - 1)}…` : text
  return cut
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\p{Cs}/gu, '')
    .trim()
}
