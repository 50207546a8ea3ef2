import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { RootCauseResult } from '../../src/core/evidence.ts'
import type { Impact } from '../../src/core/impact.ts'
import type { IncidentRecord } from '../../src/core/record.ts'
import {
  clip,
  type Told,
  toDuration,
  toNotification,
  toPayload,
  withoutForetold,
} from '../../src/notify/notification.ts'
import { AT, CONSOLE, decision, incident } from './samples.ts'

const TOLD: Told = { priority: 3, services: ['svc-checkout'], alertCount: 2 }

function told(
  action: Parameters<typeof decision>[0],
  overrides: Partial<IncidentRecord> = {},
  before: Told | null = TOLD,
): string | null {
  const made = toNotification(decision(action), incident(overrides), {
    consoleUrl: CONSOLE,
    told: before,
  })
  return made === null ? null : `${made.type} | ${made.title}`
}

const TITLE = 'checkout error rate above 5 %'

it.each([
  [
    'the first word about it',
    told('incident.notified', {}, null),
    `incident.opened | INC-000007 P2 opened: ${TITLE}`,
  ],
  [
    'a higher priority',
    told('incident.priority_changed', { priority: 1 }),
    `incident.priority_raised | INC-000007 raised to P1 (was P3): ${TITLE}`,
  ],
  ['the priority people know', told('incident.priority_changed', { priority: 3 }), null],
  ['a lower priority', told('incident.priority_changed', { priority: 4 }), null],
  [
    'a service nobody was told of',
    told('incident.service_added', { services: ['svc-checkout', 'svc-cart'] }),
    `incident.service_added | INC-000007 P2 now also affects svc-cart: ${TITLE}`,
  ],
  ['a service people know', told('incident.service_added'), null],
  [
    'its end',
    told('incident.resolved', { resolvedAt: AT + 41 * 60_000 }),
    `incident.resolved | INC-000007 resolved after 42 min: ${TITLE}`,
  ],
  [
    'its return',
    told('incident.reopened', { reopenCount: 1 }),
    `incident.reopened | INC-000007 P2 reopened: ${TITLE}`,
  ],
  ['a comment', told('incident.commented'), null],
  ['an alert that joined', told('alert.joined'), null],
])('tells, or does not tell, of %s', (_case, said, expected) => {
  expect(said).toBe(expected)
})

it.each([
  'incident.priority_changed',
  'incident.service_added',
  'incident.resolved',
  'incident.reopened',
] as const)('keeps %s to itself while nobody was told of the incident', (action) => {
  expect(told(action, { notifiedAt: null, priority: 1, services: ['x'] }, null)).toBeNull()
})

it('tells of a change when it does not know what people know', () => {
  const raised = toNotification(decision('incident.priority_changed'), incident(), {
    consoleUrl: CONSOLE,
  })
  expect(raised?.title).toBe(`INC-000007 raised to P2: ${TITLE}`)
  expect(raised?.data.alerts.new).toBeNull()
  const added = toNotification(decision('incident.service_added'), incident(), {
    consoleUrl: CONSOLE,
  })
  expect(added?.title).toBe(`INC-000007 P2 now also affects another service: ${TITLE}`)
})

const HURTS: Impact = {
  now: [
    {
      ...{ ci: 'svc-checkout', name: 'checkout', criticality: 1, owner: null, environment: null },
      path: ['svc-checkout'],
    },
  ],
  downstream: [],
  nowCount: 1,
  downstreamCount: 3,
  owners: [],
  environments: [],
  cut: false,
}

it('says what changed: new alerts, cause, first article, link', () => {
  const cause: RootCauseResult = {
    abstained: false,
    reason: 'one cause explains most',
    candidates: [
      {
        ci: 'db-orders',
        score: 3,
        weight: 0.724,
        factors: [],
        explains: ['a.1'],
        counterfactual: 'without this, 3 alerts stay unexplained',
      },
    ],
  }
  const article = {
    id: 'db/failover',
    title: 'Fail over orders',
    score: 9,
    how: 'linked' as const,
    terms: [],
    passage: '',
  }
  const made = toNotification(
    decision('incident.priority_changed'),
    incident({ rootCause: cause, hurts: HURTS, articles: [article, { ...article, id: 'other' }] }),
    { consoleUrl: `${CONSOLE}/faultline/`, told: TOLD },
  )
  expect(made?.data).toMatchObject({
    change: { kind: 'priority_raised', from: 3, to: 2 },
    alerts: { total: 3, firing: 3, new: 1 },
    rootCause: { ci: 'db-orders', text: 'db-orders (relative weight 72 %)', confirmed: false },
    hurts: { text: 'checkout (critical), 3 downstream', now: 1, downstream: 3 },
    article: { id: 'db/failover', title: 'Fail over orders', how: 'linked' },
    url: `${CONSOLE}/faultline/incidents/INC-000007`,
  })
})

it.each([
  [
    'an abstention',
    { abstained: true, candidates: [], reason: '' },
    null,
    'no single cause stands out',
  ],
  [
    'no candidates',
    { abstained: false, candidates: [], reason: '' },
    null,
    'no single cause stands out',
  ],
  ['no analysis', null, null, 'not analysed yet'],
  ["a person's word", null, 'db-orders', 'db-orders (confirmed)'],
])('names the cause after %s', (_case, rootCause, confirmedCause, expected) => {
  const made = toNotification(
    decision('incident.notified'),
    incident({ rootCause, confirmedCause }),
    { consoleUrl: CONSOLE },
  )
  expect(made?.data.rootCause.text).toBe(expected)
})

it('leaves out what the first notification of the same entry already says', () => {
  const order = [
    decision('incident.priority_changed', { seq: 1 }),
    decision('incident.notified', { seq: 2 }),
    decision('incident.priority_changed', { seq: 3 }),
    decision('incident.service_added', { seq: 1, incident: 'INC-000008' }),
  ]
  expect(withoutForetold(order)).toEqual(order.slice(1))
})

it('derives the key from incident, decision and time alone, and safe for a header', () => {
  const key = (id: string, seq: number, title: string): string | undefined =>
    toNotification(decision('incident.notified', { seq }), incident({ id, title }), {
      consoleUrl: CONSOLE,
    })?.key
  expect(key('INC-1', 5, 'a')).toBe(key('INC-1', 5, 'b'))
  expect(new Set([key('INC-1', 5, ''), key('INC-1', 6, ''), key('INC-2', 5, '')]).size).toBe(3)
  expect(key('eü.prod:x-INC-1', 5, '')).toMatch(/^[\w%-]+$/)
})

it('keeps the payload below 20 kB and well-formed, whatever the texts', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', minLength: 0, maxLength: 3000 }),
    fc.constantFrom(
      '\u0000'.repeat(9000),
      '😀'.repeat(5000),
      '"\\'.repeat(5000),
      '\ud83d'.repeat(5000),
    ),
  )
  fc.assert(
    fc.property(text, fc.array(text, { maxLength: 40 }), (any, services) => {
      const made = toNotification(
        decision('incident.service_added', { text: any, reason: any, actor: any }),
        incident({
          title: any,
          service: any,
          services,
          owner: any,
          confirmedCause: any,
          hurts: { ...HURTS, now: HURTS.now.map((one) => ({ ...one, name: any })) },
          articles: [{ id: any, title: any, score: 1, how: 'match', terms: [], passage: any }],
        }),
        { consoleUrl: CONSOLE, told: null },
      )
      if (made === null) throw new Error('no news')
      const payload = toPayload(made)
      expect(Buffer.byteLength(payload)).toBeLessThan(20_000)
      expect(payload).not.toMatch(/\\u/)
      expect(JSON.parse(payload)).toMatchObject({
        type: 'incident.service_added',
        timestamp: '2026-01-31T10:00:00.000Z',
      })
    }),
    { numRuns: 100 },
  )
})

it.each([
  [30_000, 'under 1 min'],
  [60_000, '1 min'],
  [3_600_000, '1 h'],
  [11_100_000, '3 h 5 min'],
  [86_400_000, '1 d'],
  [187_200_000, '2 d 4 h'],
])('prints %i ms as %s', (ms, text) => {
  expect(toDuration(ms)).toBe(text)
})

it('clips to one line and never inside a character', () => {
  expect(clip('a\nb\tc', 10)).toBe('a b c')
  expect(clip('abcdef', 4)).toBe('abc…')
  expect(clip('ab😀x', 4)).toBe('ab…')
})
