/** Inhibition as the engine lives it: what is inhibited waits beside what inhibits it. */
import { describe, expect, it } from 'vitest'
import {
  at,
  ci,
  cmdb,
  depends,
  fire,
  play,
  resolve,
  rules,
  silence,
  together,
} from '../../support/engine.ts'
import { expectAlert, expectIncident, expectIncidents } from '../../support/engine-expect.ts'

const PACK = {
  suppress: {
    inhibit: [
      {
        ...{
          name: 'host_down',
          source: ['alertname="down"'],
          target: ['alertname=~"slow|errors"'],
        },
        ...{ equal: ['host'], reason: 'its host is down' },
      },
      {
        ...{ name: 'below', source: ['alertname="dead"'], target: ['alertname="unreachable"'] },
        ...{ downstream: 2, reason: 'what it hangs on is dead' },
      },
    ],
  },
}
const BY = { kind: 'inhibit', id: 'host_down', reason: 'down on web-1: its host is down' }
const critical = { severity: 'critical' } as const

describe('an alert that another one inhibits', () => {
  it('joins its incident silently, opens none and keeps none open', () => {
    const story = play(
      at(0, rules(PACK)),
      at(1, fire('web-1', 'down', critical)),
      at(5, fire('web-1', 'slow', critical), fire('web-2', 'other', { severity: 'info' })),
      at(6, expectAlert('web-1', 'slow', { outcome: 'suppressed', incident: 'INC-000001' })),
      at(
        6,
        expectAlert('web-1', 'slow', ({ suppressedBy }) => expect(suppressedBy).toMatchObject(BY)),
      ),
      at(100, expectIncident({ id: 'INC-000001', alerts: 2, firing: 1, muted: 1 })),
    )
    expect(story.decisions('alert.suppressed')).toMatchObject([
      { reason: 'inhibit_host_down', text: `Muted by ${BY.reason}` },
    ])
    expect(story.decisions('incident.notified')).toHaveLength(1)
    const source = story.alert('web-1', 'down')
    expect(story.alert('web-1', 'slow').suppressedBy?.alert).toBe(`${source.id}.${source.startsAt}`)
  })

  it('does so whichever came first in one body', () => {
    for (const order of [
      ['slow', 'down'],
      ['down', 'slow'],
    ]) {
      const [one = '', two = ''] = order
      const story = play(
        at(0, rules(PACK)),
        at(1, together(fire('web-1', one, critical), fire('web-1', two, critical))),
        at(50, expectIncident({ alerts: 2, firing: 1, muted: 1 })),
        at(50, expectAlert('web-1', 'slow', { outcome: 'suppressed' })),
      )
      expect(story.decisions('incident.opened')).toHaveLength(1)
    }
  })

  it('comes up once the last source has ended, and not before', () => {
    play(
      at(0, rules(PACK)),
      at(1, fire('web-1', 'down', critical)),
      at(2, fire('web-1', 'down', { labels: { probe: 'b' } })),
      at(3, fire('web-1', 'slow', critical)),
      at(100, resolve('web-1', 'down')),
      at(
        101,
        expectAlert('web-1', 'slow', ({ suppressedBy }) =>
          expect(suppressedBy).toMatchObject({ id: 'host_down' }),
        ),
      ),
      at(200, resolve('web-1', 'down', { labels: { probe: 'b' } })),
      at(200, expectAlert('web-1', 'slow', { suppressedBy: null })),
      at(400, expectIncident({ id: 'INC-000001', firing: 1, muted: 0, status: 'open' })),
    )
  })

  it('that was loud before is muted, and what it had opened resolves', () => {
    play(
      at(0, rules(PACK), cmdb({ items: [ci('web-1')], relations: [] })),
      at(1, fire('web-1', 'slow', critical)),
      at(1, expectIncident({ status: 'open', notifiedAt: 1 })),
      at(2000, fire('web-1', 'down', critical)),
      at(2000, expectIncident({ id: 'INC-000001', firing: 0, muted: 1 })),
      at(2060, expectIncident({ id: 'INC-000001', status: 'resolved' })),
      at(2060, expectIncident({ id: 'INC-000002', status: 'open', firing: 1 })),
      at(2100, resolve('web-1', 'down')),
      at(2100, expectIncident({ id: 'INC-000001', status: 'open', firing: 1, muted: 0 })),
    )
  })

  it('is nobody’s where the source is silenced: a silenced one inhibits too', () => {
    play(
      at(0, rules(PACK), silence('quiet', { labels: { alertname: 'down' }, from: 0, to: 100 })),
      at(1, fire('web-1', 'down', critical), fire('web-1', 'slow', critical)),
      at(50, expectIncidents(0)),
      at(100, expectIncident({ firing: 1 })),
      at(
        100,
        expectAlert('web-1', 'slow', ({ suppressedBy }) => expect(suppressedBy).toMatchObject(BY)),
      ),
    )
  })
})

describe('what rules ask about an alert', () => {
  it('is asked again when its severity changes', () => {
    const info = { name: 'info', when: [{ 'alert.severity': 'info' }], reason: 'nobody minds' }
    const inhibit = [
      {
        ...{ name: 'worse', source: ['alert.severity="critical"'], target: ['alertname="slow"'] },
        ...{ equal: ['ci.class'], reason: 'something worse' },
      },
    ]
    play(
      at(0, rules({ suppress: { rules: [info], inhibit } })),
      at(0, cmdb({ items: [ci('a'), ci('b'), ci('c', { class: 'vm' })], relations: [] })),
      at(1, fire('a', 'down'), fire('b', 'slow'), fire('c', 'slow')),
      at(2, expectAlert('b', 'slow', { suppressedBy: null })),
      at(3, fire('a', 'down', { ...critical, startsAt: 1 })),
      at(
        3,
        expectAlert('b', 'slow', ({ suppressedBy }) => expect(suppressedBy?.id).toBe('worse')),
      ),
      at(3, expectAlert('c', 'slow', { suppressedBy: null })),
      at(4, fire('a', 'down', { severity: 'info', startsAt: 1 })),
      at(4, expectAlert('b', 'slow', { suppressedBy: null })),
      at(
        4,
        expectAlert('a', 'down', ({ suppressedBy }) => expect(suppressedBy?.id).toBe('info')),
      ),
      at(5, fire('a', 'down', { startsAt: 1 })),
      at(5, expectAlert('a', 'down', { suppressedBy: null })),
    )
  })
})

describe('downstream of a known fault', () => {
  const items = ['switch', 'rack', 'host', 'far'].map((id) => ci(id))
  const relations = [depends('rack', 'switch'), depends('host', 'rack'), depends('far', 'host')]

  it('is what depends on it over so many relations, and nothing above it', () => {
    play(
      at(0, rules(PACK), cmdb({ items, relations })),
      at(1, fire('rack', 'dead', critical)),
      at(2, fire('host', 'unreachable'), fire('far', 'unreachable'), fire('switch', 'unreachable')),
      at(
        2,
        expectAlert('host', 'unreachable', ({ suppressedBy }) =>
          expect(suppressedBy?.id).toBe('below'),
        ),
      ),
      at(
        2,
        expectAlert('far', 'unreachable', ({ suppressedBy }) =>
          expect(suppressedBy?.id).toBe('below'),
        ),
      ),
      at(2, expectAlert('switch', 'unreachable', { suppressedBy: null })),
      at(3, fire('switch', 'dead', critical), resolve('rack', 'dead')),
      at(
        3,
        expectAlert('host', 'unreachable', ({ suppressedBy }) =>
          expect(suppressedBy?.id).toBe('below'),
        ),
      ),
      at(3, expectAlert('far', 'unreachable', { suppressedBy: null })),
    )
  })

  it('changes with the CMDB and with the rules', () => {
    play(
      at(0, rules(PACK), cmdb({ items, relations: [] })),
      at(1, fire('rack', 'dead', critical), fire('host', 'unreachable', critical)),
      at(2, expectAlert('host', 'unreachable', { suppressedBy: null })),
      at(3, cmdb({ items, relations }, { version: 't2' })),
      at(
        3,
        expectAlert('host', 'unreachable', ({ suppressedBy }) =>
          expect(suppressedBy?.id).toBe('below'),
        ),
      ),
      at(4, rules({}, 'r3')),
      at(4, expectAlert('host', 'unreachable', { suppressedBy: null })),
    )
  })
})
