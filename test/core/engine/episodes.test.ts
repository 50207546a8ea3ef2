/** Identity and episodes: late, repeated and reordered reports, replicas, relays. */
import { describe, expect, it } from 'vitest'
import type { IngestItem } from '../../../src/core/model.ts'
import {
  at,
  broken,
  fire,
  instant,
  play,
  post,
  report,
  resolve,
  Story,
  together,
} from '../../support/engine.ts'
import {
  check,
  expectAlert,
  expectDecided,
  expectIncident,
  expectIncidents,
} from '../../support/engine-expect.ts'

const DIRECT = { reporter: 'prometheus', generatorUrl: 'http://p/1' } as const
const RELAY = {
  source: 'alertmanager',
  reporter: 'alertmanager',
  relay: true,
  generatorUrl: 'http://p/1',
} as const

/** What became of each item so far. */
function outcomes(story: Story): string[] {
  return story.applied.flatMap((applied) => applied.outcomes.map(({ outcome }) => outcome))
}

const expectOutcomes = (...expected: readonly string[]) =>
  check((story) => expect(outcomes(story)).toEqual(expected))

describe('an alert', () => {
  it('fires, is repeated, ends', () => {
    play(
      at(0, fire('db-1', 'disk full')),
      at(30, fire('db-1', 'disk full', { startsAt: 0 })),
      at(60, resolve('db-1', 'disk full')),
      at(
        60,
        expectAlert('db-1', 'disk full', {
          status: 'resolved',
          reports: 3,
          startsAt: instant(0),
          endsAt: instant(60),
        }),
      ),
      at(60, expectOutcomes('opened', 'repeated', 'resolved')),
      at(60, expectIncident({ alerts: 1, firing: 0 })),
    )
  })

  it('that fires again after its end is a new episode, a new member, and remembers the old one', () => {
    const story = play(
      at(0, fire('db-1', 'disk full')),
      at(30, resolve('db-1', 'disk full')),
      at(50, fire('db-1', 'disk full')),
      at(50, expectDecided('alert.refired', 'alert.joined')),
      at(50, expectIncident({ alerts: 2, firing: 1 })),
    )
    const [first, second] = [...story.incident().members.values()]
    expect(first?.past).toMatchObject({
      episode: instant(0),
      state: 'resolved',
      incident: 'INC-000001',
    })
    expect(second).toMatchObject({ startsAt: instant(50), past: null })
  })

  it('whose end is late by an episode does not end the new one', () => {
    play(
      at(0, fire('db-1', 'down')),
      at(30, resolve('db-1', 'down', { startsAt: 0 })),
      at(50, fire('db-1', 'down')),
      at(55, resolve('db-1', 'down', { startsAt: 0, endsAt: 30 })),
      at(55, expectAlert('db-1', 'down', { status: 'firing' })),
      at(55, expectOutcomes('opened', 'resolved', 'joined', 'late-ignored')),
    )
  })

  it('that is reported late, after its end, is not taken for news', () => {
    play(
      at(0, fire('db-1', 'down')),
      at(30, resolve('db-1', 'down')),
      at(40, fire('db-1', 'down', { startsAt: 0 })),
      at(40, expectDecided('alert.late')),
      at(40, expectAlert('db-1', 'down', { status: 'resolved' })),
    )
  })

  it('whose end comes first is known to have ended when its start comes', () => {
    play(
      at(10, resolve('db-1', 'down', { startsAt: 0, endsAt: 10 })),
      at(10, expectOutcomes('resolved')),
      at(10, expectIncidents(0)),
      at(12, fire('db-1', 'down', { startsAt: 0 })),
      at(
        12,
        expectAlert('db-1', 'down', {
          status: 'resolved',
          startsAt: instant(0),
          endsAt: instant(10),
        }),
      ),
      at(12, expectIncident({ status: 'provisional', alerts: 1, firing: 0 })),
      at(80, expectIncidents(0)),
    )
  })

  it('that comes and goes and comes in one body has two episodes, each in an incident', () => {
    const story = play(
      at(
        20,
        together(
          fire('db-1', 'down', { startsAt: 0 }),
          resolve('db-1', 'down', { startsAt: 0, endsAt: 5 }),
          fire('db-1', 'down', { startsAt: 10 }),
        ),
      ),
      at(20, expectIncident({ alerts: 2, firing: 1 })),
      at(20, expectOutcomes('opened', 'resolved', 'joined')),
    )
    expect(story.applied[0]?.outcomes.map(({ startsAt }) => startsAt)).toEqual(
      [0, 0, 10].map(instant),
    )
  })

  it('that is in a body twice is one', () => {
    play(
      at(0, together(fire('db-1', 'down'), fire('db-1', 'down'))),
      at(0, expectIncident({ alerts: 1, firing: 1 })),
      at(0, expectOutcomes('opened', 'repeated')),
    )
  })
})

describe('ids', () => {
  it('of two alerts that share a hash differ', () => {
    const [{ id } = { id: '' }] = play(at(0, fire('db-1', 'down'))).engine.state.alerts.values()
    const story = new Story()
    story.engine.ix.ids.set(id, 'another identity with this hash')
    receive(story, report('firing', 'db-1', 'down', { startsAt: 0 }))
    expect(story.alert('db-1', 'down').id).toBe(`${id}-2`)
  })
})

function receive(story: Story, item: IngestItem): void {
  const entry = {
    kind: 'received',
    scope: 'eu',
    source: 'prometheus',
    receipt: 'r',
    body: '',
  } as const
  story.apply({ ...entry, at: instant(0) }, [item])
}

describe('several reporters', () => {
  it('make one alert: straight from Prometheus and through Alertmanager', () => {
    play(
      at(0, fire('db-1', 'down', DIRECT)),
      at(10, fire('db-1', 'down', { ...RELAY, startsAt: 0 })),
      at(10, expectIncident({ alerts: 1 })),
      at(
        10,
        expectAlert('db-1', 'down', ({ claims }) => expect(claims).toHaveLength(2)),
      ),
    )
  })

  it('keep it firing while any of them says so', () => {
    play(
      at(0, fire('db-1', 'down', { reporter: 'a' })),
      at(1, fire('db-1', 'down', { reporter: 'b', startsAt: 1 })),
      at(30, resolve('db-1', 'down', { reporter: 'a', startsAt: 0 })),
      at(30, expectAlert('db-1', 'down', { status: 'firing' })),
      at(40, resolve('db-1', 'down', { reporter: 'b', startsAt: 1 })),
      at(40, expectAlert('db-1', 'down', { status: 'resolved', endsAt: instant(40) })),
    )
  })

  it('end it although Alertmanager was restarted and forgot it', () => {
    play(
      at(0, fire('db-1', 'down', DIRECT)),
      at(10, fire('db-1', 'down', { ...RELAY, startsAt: 0 })),
      at(60, resolve('db-1', 'down', { ...DIRECT, startsAt: 0 })),
      at(60, expectAlert('db-1', 'down', { status: 'resolved' })),
      at(70, fire('db-1', 'down', { ...RELAY, startsAt: 0 })),
      at(70, expectAlert('db-1', 'down', { status: 'resolved' })),
    )
  })

  it('do not end it where only Alertmanager says so', () => {
    play(
      at(0, fire('db-1', 'down', DIRECT)),
      at(10, fire('db-1', 'down', { ...RELAY, startsAt: 0 })),
      at(60, resolve('db-1', 'down', { ...RELAY, startsAt: 0 })),
      at(60, expectAlert('db-1', 'down', { status: 'firing' })),
    )
  })

  it('bring it back into its incident where one is heard only after the other has ended', () => {
    play(
      at(0, fire('db-1', 'down', { reporter: 'a', startsAt: 0 })),
      at(30, resolve('db-1', 'down', { reporter: 'a', startsAt: 0 })),
      at(100, expectIncident({ status: 'resolved', resolvedAt: 90 })),
      at(100, fire('db-1', 'down', { reporter: 'b', startsAt: 0 })),
      at(100, expectIncident({ status: 'open', alerts: 1, firing: 1, resolvedAt: null })),
      at(100, expectDecided('alert.refired', 'incident.reopened')),
      at(110, resolve('db-1', 'down', { reporter: 'b', startsAt: 0 })),
      at(110, expectAlert('db-1', 'down', { status: 'resolved' })),
    )
  })

  it('do not keep an episode for a report of the one before', () => {
    play(
      at(0, fire('db-1', 'down', { reporter: 'a' })),
      at(30, resolve('db-1', 'down', { reporter: 'a', startsAt: 0 })),
      at(50, fire('db-1', 'down', { reporter: 'a' })),
      at(51, fire('db-1', 'down', { reporter: 'b', startsAt: 0 })),
      at(52, resolve('db-1', 'down', { reporter: 'a', startsAt: 50 })),
      at(53, expectAlert('db-1', 'down', { status: 'firing' })),
      at(54, resolve('db-1', 'down', { reporter: 'b', startsAt: 0, endsAt: 31 })),
      at(54, expectAlert('db-1', 'down', { status: 'resolved', endsAt: instant(52) })),
    )
  })
})

describe('what the sources read', () => {
  const alert = { labels: { alertname: 'Down', host: 'db-1' }, startsAt: '2026-03-02T08:00:00Z' }

  it('is one alert from Prometheus and Alertmanager, two replicas and all', () => {
    const firing = { ...alert, status: 'firing' }
    play(
      at(1, post('prometheus', [{ ...alert, labels: { ...alert.labels, replica: 'a' } }])),
      at(2, post('prometheus', [{ ...alert, labels: { ...alert.labels, replica: 'b' } }])),
      at(3, post('alertmanager', { version: '4', alerts: [firing] })),
      at(3, expectIncident({ alerts: 1 })),
      at(
        3,
        check((story) => {
          const [known] = [...story.engine.state.alerts.values()]
          expect(known?.claims.map(({ reporter }) => reporter).sort()).toEqual([
            'alertmanager',
            'prometheus{replica="a"}',
            'prometheus{replica="b"}',
          ])
        }),
      ),
    )
  })

  it('that cannot be read is a dead letter; the rest of the body goes in', () => {
    const story = play(
      at(1, post('prometheus', [{ labels: {} }, alert])),
      at(1, expectIncident({ alerts: 1 })),
      at(1, expectOutcomes('rejected', 'opened')),
      at(2, broken()),
    )
    expect(story.applied[0]?.deadLetters).toMatchObject([
      { id: 'r.0', step: 'parse', pointer: '#/0/labels' },
    ])
  })
})
