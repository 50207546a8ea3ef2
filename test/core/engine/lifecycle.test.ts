/** The three moments of an incident, its resolution, its return, its end; priority; flapping. */
import { describe, expect, it } from 'vitest'
import { readLedger } from '../../../src/core/ledger.ts'
import type { Severity } from '../../../src/core/model.ts'
import {
  at,
  ci,
  cmdb,
  command,
  depends,
  fire,
  instant,
  play,
  resolve,
  rules,
  type Step,
} from '../../support/engine.ts'
import {
  check,
  expectAlert,
  expectDecided,
  expectIncident,
  expectIncidents,
} from '../../support/engine-expect.ts'

const ESTATE = cmdb({
  items: [
    ci('web-1'),
    ci('shop', { class: 'service', criticality: 2 }),
    ci('cart', { class: 'service', criticality: 1 }),
    ci('blog', { class: 'service' }),
  ],
  relations: [
    depends('shop', 'cart'),
    depends('blog', 'cart'),
    depends('shop', 'web-1', 'runs_on'),
  ],
})

describe('an incident opens', () => {
  it.each<[Severity, number | null, number | null]>([
    // severity, opened, notified
    ['critical', 5, 5],
    ['error', 15, 25],
    ['warning', 15, 25],
    ['unknown', 15, 25],
    ['info', null, null],
    ['none', null, null],
  ])('by severity: %s at %s, told at %s', (severity, openedAt, notifiedAt) => {
    play(
      at(5, fire('web-1', 'down', { severity })),
      at(5, expectIncident({ status: severity === 'critical' ? 'open' : 'provisional' })),
      at(400, expectIncident({ openedAt, notifiedAt })),
    )
  })

  it('by number of alerts', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('web-1', 'slow', { severity: 'info' })),
      at(8, fire('web-1', 'slower', { severity: 'info' })),
      at(10, expectIncident({ status: 'provisional', alerts: 2 })),
      at(11, expectIncident({ status: 'open', openedAt: 11 })),
    )
    expect(story.incident().openReason).toBe('alert_count')
  })

  it('by number of alerts that comes after its first wait', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'slow', { severity: 'info' })),
      at(60, fire('web-1', 'slower', { severity: 'info' })),
      at(60, expectIncident({ status: 'open', openedAt: 60, notifiedAt: 60 })),
    )
  })

  it('by surprise: such an alert has never come in weeks', () => {
    const weeks = 2_000_000
    const story = play(
      at(0, ESTATE),
      at(weeks, fire('web-1', 'odd', { severity: 'info' })),
      at(weeks + 10, expectIncident({ status: 'open' })),
    )
    expect(story.incident().openReason).toBe('surprise')
  })

  it('at once when a critical alert joins', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'slow')),
      at(4, fire('web-1', 'down', { severity: 'critical' })),
      at(4, expectIncident({ openedAt: 4, notifiedAt: 4, alerts: 2 })),
    )
  })

  it('by the waits and the severity that people set', () => {
    play(
      at(0, rules({ lifecycle: { open_severity: 'info', open_wait: '3s', group_wait: '7s' } })),
      at(10, fire('web-1', 'slow', { severity: 'info' })),
      at(30, expectIncident({ openedAt: 13, notifiedAt: 17 })),
    )
  })

  it('and the ledger moves what was held: one opened it, the others joined', () => {
    const counts = (expected: Readonly<Record<string, number>>) =>
      check((story) =>
        expect(readLedger(story.engine.state.ledger).sources['prometheus']).toMatchObject(expected),
      )
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'slow', { severity: 'info' })),
      at(1, counts({ held: 1, opened: 0 })),
      at(5, fire('web-1', 'slower', { severity: 'warning' })),
      at(5, counts({ held: 1, joined: 1 })),
      at(20, counts({ held: 0, opened: 1, joined: 1 })),
    )
  })
})

describe('nobody is told of an incident', () => {
  it('that is over before the group wait is', () => {
    const story = play(
      at(0, fire('web-1', 'down')),
      at(12, resolve('web-1', 'down')),
      at(12, expectIncident({ status: 'open', notifiedAt: null })),
      at(72, expectIncident({ status: 'resolved', notifiedAt: null, resolvedAt: 72 })),
    )
    expect(story.decisions('incident.notified')).toEqual([])
  })

  it('that never met the open policy: it is withdrawn, and what opened it was held after all', () => {
    const story = play(
      at(0, fire('web-1', 'down')),
      at(5, resolve('web-1', 'down')),
      at(70, expectIncidents(0)),
      at(70, expectIncident({ id: 'INC-000001', status: 'closed', openedAt: null })),
    )
    expect(story.decisions('incident.withdrawn')).toMatchObject([
      { reason: 'never_met_open_policy' },
    ])
    expect(readLedger(story.engine.state.ledger).sources['prometheus']).toMatchObject({
      held: 1,
      opened: 0,
    })
  })

  it('before it fires again within the hold', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down')),
      at(12, resolve('web-1', 'down')),
      at(40, fire('web-1', 'slow')),
      at(40, expectIncident({ status: 'open', notifiedAt: 40, firing: 1 })),
    )
  })
})

describe('people are told what is new, once', () => {
  it('a higher priority and another service', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('blog', 'slow')),
      at(25, expectIncident({ notifiedAt: 21, priority: 3 })),
      at(30, fire('cart', 'down')),
      at(30, expectDecided('alert.joined')),
      at(32, expectDecided('incident.priority_changed', 'incident.service_added')),
      at(32, expectIncident({ priority: 2 })),
      at(33, fire('cart', 'slow')),
      at(33, expectDecided('alert.joined')),
    )
    expect(story.decisions('incident.priority_changed', 'incident.service_added')).toHaveLength(2)
  })

  it('not before they were told at all', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('blog', 'slow')),
      at(5, fire('cart', 'down')),
      at(30, expectIncident({ priority: 2 })),
    )
    expect(story.decisions('incident.priority_changed', 'incident.service_added')).toEqual([])
  })

  it('when the priority rules or the CMDB change under it', () => {
    play(
      at(0, ESTATE),
      at(1, fire('shop', 'slow')),
      at(30, expectIncident({ priority: 3 })),
      at(40, rules({ priority: { high_criticality: 2 } })),
      at(40, expectDecided('rules.changed', 'incident.priority_changed')),
      at(40, expectIncident({ priority: 2 })),
      at(50, cmdb({ items: [ci('shop', { class: 'service', criticality: 4 })], relations: [] })),
      at(50, expectIncident({ priority: 4 })),
    )
  })
})

describe('an incident resolves', () => {
  it('when all its alerts have, after the hold', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down'), fire('web-1', 'slow')),
      at(100, resolve('web-1', 'down')),
      at(200, expectIncident({ status: 'open', firing: 1 })),
      at(200, resolve('web-1', 'slow')),
      at(200, expectDecided('alert.resolved', 'incident.resolving')),
      at(259, expectIncident({ status: 'open', firing: 0 })),
      at(260, expectIncident({ status: 'resolved', resolvedAt: 260 })),
    )
  })

  it('not when one fires again within the hold, and the hold begins anew', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down')),
      at(100, resolve('web-1', 'down')),
      at(130, fire('web-1', 'down')),
      at(170, expectIncident({ status: 'open', firing: 1, alerts: 2 })),
      at(180, resolve('web-1', 'down')),
      at(239, expectIncident({ status: 'open' })),
      at(240, expectIncident({ status: 'resolved' })),
    )
  })

  it('returns when an alert of it comes within the reopen window', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down')),
      at(30, resolve('web-1', 'down')),
      at(91, expectIncident({ status: 'resolved', resolvedAt: 90 })),
      at(92, fire('web-1', 'down')),
      at(92, expectDecided('alert.joined', 'incident.reopened')),
      at(92, expectIncident({ status: 'open', resolvedAt: null, alerts: 2 })),
    )
    expect(story.incident().reopenCount).toBe(1)
  })

  it('does not return after it', () => {
    play(
      at(0, ESTATE, rules({ lifecycle: { reopen: '1m' } })),
      at(1, fire('web-1', 'down')),
      at(30, resolve('web-1', 'down')),
      at(151, fire('web-1', 'down')),
      at(151, expectIncident({ id: 'INC-000001', status: 'resolved', alerts: 1 })),
      at(151, expectIncident({ id: 'INC-000002', status: 'provisional', alerts: 1 })),
    )
  })

  it('is told of when it returns before anybody was told', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down')),
      at(3, command({ do: 'resolve', incident: 'INC-000001', force: true })),
      at(10, fire('web-1', 'slow')),
      at(10, expectIncident({ status: 'open', notifiedAt: null })),
      at(30, expectIncident({ status: 'open', notifiedAt: 21 })),
    )
  })

  it('closes a day later and leaves the state, with its alerts', () => {
    const story = play(
      at(0, fire('web-1', 'down')),
      at(30, resolve('web-1', 'down')),
      at(86_489, expectIncident({ status: 'resolved' })),
      at(86_490, expectDecided('incident.closed')),
      at(95_000, expectIncidents(0)),
    )
    const { state } = story.engine
    expect([state.incidents.size, state.alerts.size]).toEqual([0, 0])
    const closed = story.applied.flatMap(({ incidents }) => incidents).at(-1)
    expect(closed).toMatchObject({ status: 'closed', closedAt: instant(86_490), alertCount: 1 })
  })
})

describe('a flapping alert', () => {
  /** Comes and goes every minute. */
  const flaps: Step[] = Array.from({ length: 5 }, (_, n) => [
    at(n * 120, fire('web-1', 'down')),
    at(n * 120 + 60, resolve('web-1', 'down')),
  ]).flat()

  it('stays one alert, and its incident notes since when', () => {
    const story = play(
      ...flaps,
      at(
        540,
        expectAlert('web-1', 'down', ({ flap }) => expect(flap?.since).toBe(instant(300))),
      ),
      at(541, fire('web-1', 'down')),
    )
    expect(story.decisions('alert.flapping')).toHaveLength(1)
    const home = story.alert('web-1', 'down').incident ?? ''
    expect(story.incident(home).flappingSince).toBe(instant(300))
  })

  it('is told to have settled once it has been quiet for long enough, and by nothing else', () => {
    const story = play(
      ...flaps,
      at(600, fire('web-1', 'down')),
      at(
        1000,
        check((s) => expect(s.decisions('alert.settled')).toEqual([])),
      ),
      at(
        2000,
        expectAlert('web-1', 'down', ({ flap }) => expect(flap?.since).toBeNull()),
      ),
    )
    const home = story.alert('web-1', 'down').incident ?? ''
    expect(story.incident(home).flappingSince).toBeNull()
    expect(story.decisions('alert.settled')).toHaveLength(1)
  })
})

describe('the engine', () => {
  it('says when it next has something to do', () => {
    const deadline = (second: number | null) =>
      check(({ engine }) =>
        expect(engine.nextDeadline()).toBe(second === null ? null : instant(second)),
      )
    play(
      at(0, deadline(null)),
      at(5, fire('web-1', 'down')),
      at(5, deadline(7)),
      at(8, deadline(15)),
      at(16, deadline(25)),
    )
  })

  it('does not let time go back', () => {
    const story = play(at(50, fire('web-1', 'down')), at(20, fire('web-1', 'slow')))
    expect(story.engine.state.now).toBe(instant(50))
    expect(story.decisions().every(({ at: when }) => when === instant(50))).toBe(true)
  })
})
