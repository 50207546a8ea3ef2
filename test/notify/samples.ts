import type { Decision, DecisionAction } from '../../src/core/decision.ts'
import type { IncidentRecord } from '../../src/core/record.ts'
import { type Channel, channelsSchema } from '../../src/notify/channel.ts'
import { type Notification, toNotification } from '../../src/notify/notification.ts'

export const AT = Date.UTC(2026, 0, 31, 10)
export const CONSOLE = 'https://faultline.example'
/** 32 bytes, made for these tests. */
export const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
export const NEXT_SECRET = `whsec_${Buffer.from('fedcba9876543210fedcba9876543210').toString('base64')}`

export function incident(overrides: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    id: 'INC-000007',
    scope: 'default',
    status: 'open',
    title: 'checkout error rate above 5 %',
    severity: 'critical',
    impact: 1,
    urgency: 1,
    priority: 2,
    priorityEvidence: [],
    service: 'svc-checkout',
    services: ['svc-checkout'],
    owner: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    provisionalAt: AT - 30_000,
    openedAt: AT - 30_000,
    notifiedAt: AT,
    resolvedAt: null,
    closedAt: null,
    firstAlertAt: AT - 60_000,
    lastAlertAt: AT,
    alertCount: 3,
    firingCount: 3,
    suppressedCount: 0,
    flappingSince: null,
    stale: false,
    edited: false,
    mergedInto: null,
    splitFrom: null,
    openReason: 'a critical alert',
    resolution: null,
    resolvedBy: null,
    reopenCount: 0,
    rootCause: null,
    confirmedCause: null,
    articles: [],
    similar: [],
    changes: [],
    problem: null,
    ...overrides,
  }
}

export function decision(action: DecisionAction, overrides: Partial<Decision> = {}): Decision {
  return {
    seq: 11,
    at: AT,
    scope: 'default',
    action,
    reason: 'because',
    text: 'Something happened.',
    actor: 'engine',
    incident: 'INC-000007',
    ...overrides,
  }
}

/** What follows the first, again and again. */
const STORY: readonly DecisionAction[] = [
  'incident.priority_changed',
  'incident.service_added',
  'incident.resolved',
  'incident.reopened',
]

/** The `step`-th notification of an incident: opened, raised, service added, resolved, reopened, raised, … */
export function news(
  id: string,
  step: number,
  overrides: Partial<IncidentRecord> = {},
): Notification {
  const made = toNotification(
    decision(STORY[(step - 1) % STORY.length] ?? 'incident.notified', {
      seq: 100 + step,
      incident: id,
      at: AT + step,
    }),
    incident({ id, ...overrides }),
    { consoleUrl: CONSOLE },
  )
  if (made === null) throw new Error('the sample is no news')
  return made
}

export function channel(settings: Record<string, unknown>): Channel {
  const [made] = channelsSchema.parse([
    {
      id: 'ops',
      type: 'webhook',
      allowPrivate: true,
      ...(settings['type'] === 'slack' ? {} : { secrets: [SECRET] }),
      ...settings,
    },
  ])
  if (made === undefined) throw new Error('no channel')
  return made
}
