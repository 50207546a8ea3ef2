/** Muting: silences, maintenance windows and suppress rules; tracked and bound, but never in the way. */
import { describe, expect, it } from 'vitest'
import { readLedger } from '../../../src/core/ledger.ts'
import { at, ci, cmdb, depends, fire, play, resolve, rules, silence } from '../../support/engine.ts'
import {
  check,
  expectAlert,
  expectDecided,
  expectIncident,
  expectIncidents,
} from '../../support/engine-expect.ts'

const ESTATE = cmdb({
  items: [ci('web-1'), ci('shop', { class: 'service' })],
  relations: [depends('shop', 'web-1', 'runs_on')],
})

const quiet = (from: number, to: number, id = 'quiet') =>
  silence(id, { labels: { host: 'web-1' }, from, to })

const ledgerOf = (expected: Readonly<Record<string, number>>) =>
  check((story) =>
    expect(readLedger(story.engine.state.ledger).sources['prometheus']).toMatchObject(expected),
  )

describe('a muted alert', () => {
  it('opens nothing, is bound, and is counted as suppressed', () => {
    play(
      at(0, ESTATE, quiet(0, 100)),
      at(1, fire('web-1', 'down', { severity: 'critical' })),
      at(50, expectIncidents(0)),
      at(
        50,
        expectAlert('web-1', 'down', { incident: null, locus: 'web-1', outcome: 'suppressed' }),
      ),
      at(50, ledgerOf({ suppressed: 1, held: 0, opened: 0 })),
    )
  })

  it('is placed when the silence ends, and the ledger moves it', () => {
    play(
      at(0, ESTATE, quiet(0, 100)),
      at(1, fire('web-1', 'down', { severity: 'critical' })),
      at(99, expectIncidents(0)),
      at(
        100,
        expectIncident({ status: 'open', alerts: 1, muted: 0, openedAt: 100, notifiedAt: 100 }),
      ),
      at(100, expectAlert('web-1', 'down', { suppressedBy: null, late: false })),
      at(100, ledgerOf({ suppressed: 0, opened: 1 })),
    )
  })

  it('that ends while it is muted was never in an incident', () => {
    play(
      at(0, ESTATE, quiet(0, 100)),
      at(1, fire('web-1', 'down')),
      at(50, resolve('web-1', 'down')),
      at(200, expectIncidents(0)),
      at(200, ledgerOf({ suppressed: 1, resolved: 1 })),
    )
  })

  it('joins an open incident of its own CI silently: nobody is told, its priority does not rise', () => {
    const story = play(
      at(0, ESTATE, silence('quiet', { labels: { alertname: 'down' }, from: 0, to: 1000 })),
      at(1, fire('web-1', 'slow')),
      at(30, fire('web-1', 'down', { severity: 'critical' })),
      at(60, expectIncident({ alerts: 2, firing: 1, muted: 1, priority: 3 })),
    )
    expect(story.decisions('incident.priority_changed')).toEqual([])
    expect(story.decisions('alert.joined')).toMatchObject([
      { reason: 'muted_beside', incident: 'INC-000001' },
    ])
    expect(story.incident().title).toBe('slow on web-1 (+1 alert)')
  })

  it('does not join one that is about something else, or is not open yet', () => {
    const muted = silence('quiet', { labels: { alertname: 'down' }, from: 0, to: 1000 })
    play(
      at(0, ESTATE, muted),
      at(1, fire('web-1', 'slow')),
      at(2, fire('web-1', 'down')),
      at(3, fire('shop', 'down')),
      at(60, expectIncident({ alerts: 1, muted: 0 })),
    )
  })

  it('does not keep its incident open', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down')),
      at(40, quiet(40, 5000)),
      at(40, expectDecided('silence.changed', 'alert.suppressed', 'incident.resolving')),
      at(40, expectIncident({ status: 'open', firing: 0, muted: 1 })),
      at(100, expectIncident({ status: 'resolved', resolvedAt: 100 })),
      at(100, expectAlert('web-1', 'down', { status: 'firing' })),
    )
  })

  it('reopens its incident when the silence ends', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down')),
      at(40, quiet(40, 900)),
      at(900, expectIncident({ id: 'INC-000001', status: 'open', firing: 1, muted: 0 })),
    )
  })

  it('opens a new one when its incident is closed by then', () => {
    play(
      at(0, ESTATE, rules({ lifecycle: { close: '1m' } })),
      at(1, fire('web-1', 'down')),
      at(40, quiet(40, 900)),
      at(900, expectIncident({ id: 'INC-000002', alerts: 1, firing: 1 })),
    )
  })

  it('is not told of when it was muted before anybody knew', () => {
    const story = play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down')),
      at(5, quiet(5, 2000)),
      at(1000, expectIncidents(0)),
    )
    expect(story.decisions('incident.opened', 'incident.notified')).toEqual([])
    expect(story.decisions('incident.withdrawn')).toHaveLength(1)
  })
})

describe('a silence', () => {
  it('begins and ends at its times, whenever it was set', () => {
    play(
      at(0, ESTATE, quiet(100, 200)),
      at(1, fire('web-1', 'down')),
      at(99, expectAlert('web-1', 'down', { suppressedBy: null })),
      at(
        100,
        expectAlert('web-1', 'down', ({ suppressedBy }) => expect(suppressedBy?.id).toBe('quiet')),
      ),
      at(200, expectAlert('web-1', 'down', { suppressedBy: null })),
    )
  })

  it('that is expired early unmutes at once', () => {
    play(
      at(0, ESTATE, quiet(0, 1000)),
      at(1, fire('web-1', 'down')),
      at(50, quiet(0, 50)),
      at(50, expectIncident({ alerts: 1, firing: 1, muted: 0 })),
    )
  })

  it('that is prolonged goes on', () => {
    play(
      at(0, ESTATE, quiet(0, 100)),
      at(1, fire('web-1', 'down')),
      at(90, quiet(0, 300)),
      at(299, expectIncidents(0)),
      at(300, expectIncidents(1)),
    )
  })

  it('hands over to another one that lasts, with its name and its reason', () => {
    const story = play(
      at(0, ESTATE, quiet(0, 100), quiet(50, 90, 'short')),
      at(1, fire('web-1', 'down')),
      at(95, quiet(0, 200, 'long')),
      at(
        150,
        expectAlert('web-1', 'down', ({ suppressedBy }) =>
          expect(suppressedBy).toEqual({
            kind: 'silence',
            id: 'long',
            reason: 'silence by ada: long',
          }),
        ),
      ),
      at(150, expectIncidents(0)),
    )
    const named = story.decisions('alert.suppressed').map(({ reason }) => reason)
    expect(named).toEqual(['silence_quiet', 'silence_long'])
  })

  it('is forgotten once it has ended', () => {
    play(
      at(0, quiet(0, 100)),
      at(
        99,
        check((story) => expect(story.engine.state.silences.size).toBe(1)),
      ),
      at(
        100,
        check((story) => expect(story.engine.state.silences.size).toBe(0)),
      ),
    )
  })
})

describe('a maintenance window', () => {
  it('mutes what runs on its CI', () => {
    play(
      at(0, ESTATE, silence('work', { cis: ['web-1'], from: 0, to: 100 })),
      at(1, fire('shop', 'down')),
      at(
        50,
        expectAlert('shop', 'down', ({ suppressedBy }) =>
          expect(suppressedBy?.kind).toBe('maintenance'),
        ),
      ),
      at(100, expectIncident({ alerts: 1 })),
    )
  })

  it('mutes an alert that a new CMDB version binds to its CI', () => {
    play(
      at(0, silence('work', { cis: ['web-1'], from: 0, to: 1000 })),
      at(1, fire('web-1', 'down')),
      at(2, expectIncidents(1)),
      at(3, ESTATE),
      at(
        3,
        expectAlert('web-1', 'down', ({ suppressedBy }) => expect(suppressedBy?.id).toBe('work')),
      ),
      at(80, expectIncidents(0)),
    )
  })
})

describe('a suppress rule', () => {
  const noise = (version: string, when: string) =>
    rules({ suppress: { rules: [{ name: 'noise', when: [when], reason: 'known' }] } }, version)

  it('mutes, and a version without it unmutes', () => {
    play(
      at(0, ESTATE, noise('r1', 'alertname="down"')),
      at(1, fire('web-1', 'down')),
      at(50, expectIncidents(0)),
      at(60, noise('r2', 'alertname="other"')),
      at(60, expectIncident({ alerts: 1, firing: 1 })),
    )
  })

  it('mutes also what we say about a source, and then it is counted as suppressed', () => {
    play(
      at(0, noise('r1', 'alertname="SourceSilent"')),
      at(1, fire('web-1', 'down', { endsAt: 200 })),
      at(300, expectAlert('', 'SourceSilent', { outcome: 'suppressed', incident: null })),
      at(
        300,
        check((story) =>
          expect(readLedger(story.engine.state.ledger).sources['faultline']).toMatchObject({
            suppressed: 1,
            held: 0,
          }),
        ),
      ),
    )
  })
})
