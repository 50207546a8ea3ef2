/** Placement: rules before scores, late alerts, what is placed anew, changes, wrong clocks. */
import { describe, expect, it } from 'vitest'
import {
  at,
  change,
  ci,
  cmdb,
  depends,
  fire,
  play,
  report,
  resolve,
  rules,
  type Story,
  silence,
} from '../../support/engine.ts'
import { partition } from '../../support/engine-digest.ts'
import {
  check,
  expectAlert,
  expectDecided,
  expectIncident,
  expectIncidents,
} from '../../support/engine-expect.ts'

const ESTATE = cmdb({
  items: ['web-1', 'web-2', 'db-1', 'far-1', 'far-2'].map((id) => ci(id)),
  relations: [depends('web-1', 'db-1'), depends('web-2', 'db-1')],
})

const RULES = rules({
  correlate: {
    rules: [
      { name: 'alone', when: ['team="security"'], decide: 'apart' },
      { name: 'by dc', when: ['dc=~".+"'], decide: 'group', by: ['dc'], window: '2m' },
    ],
  },
})

const dc = (name: string) => ({ labels: { dc: name } })

function homeOf(story: Story, host: string, rule = 'down'): string | null {
  return story.alert(host, rule).incident
}

describe('a rule', () => {
  it('groups what the score would not, and says so', () => {
    play(
      at(0, ESTATE, RULES),
      at(1, fire('far-1', 'down', dc('a'))),
      at(2, fire('far-2', 'slow', dc('a'))),
      at(3, expectIncident({ alerts: 2 })),
      at(
        3,
        expectAlert('far-2', 'slow', ({ evidence }) =>
          expect(evidence).toMatchObject({ method: 'rule', by: 'by dc', p: 1, terms: [] }),
        ),
      ),
    )
  })

  it('keeps apart what the score would join', () => {
    const story = play(
      at(0, ESTATE, RULES),
      at(1, fire('web-1', 'down', dc('a'))),
      at(2, fire('web-1', 'slow', dc('b'))),
      at(3, fire('web-1', 'odd')),
      at(4, expectIncidents(3)),
    )
    expect(homeOf(story, 'web-1', 'odd')).toBe('INC-000003')
  })

  it('gives an alert an incident of its own, which nothing joins', () => {
    play(
      at(0, ESTATE, RULES),
      at(1, fire('web-1', 'down', { labels: { team: 'security' } })),
      at(2, fire('web-1', 'slow')),
      at(3, fire('web-1', 'odd', { labels: { team: 'security' } })),
      at(4, expectIncidents(3)),
    )
  })

  it('stops at the end of its window, from the first alert on', () => {
    const story = play(
      at(0, ESTATE, RULES),
      at(1, fire('far-1', 'down', dc('a'))),
      at(121, fire('far-2', 'down', dc('a'))),
      at(122, fire('web-1', 'down', dc('a'))),
    )
    expect(['far-1', 'far-2', 'web-1'].map((host) => homeOf(story, host))).toEqual([
      'INC-000001',
      'INC-000001',
      'INC-000002',
    ])
  })

  it('does not go back to an incident that has resolved', () => {
    const story = play(
      at(0, ESTATE, RULES),
      at(1, fire('far-1', 'down', dc('a'))),
      at(20, resolve('far-1', 'down', dc('a'))),
      at(100, fire('far-2', 'down', dc('a'))),
    )
    expect(homeOf(story, 'far-2')).toBe('INC-000002')
  })

  it('of a new version applies to what comes; what is open keeps its window and its gap', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down')),
      at(2, rules({ correlate: { gap: '1s', lifetime: '1s' } })),
      at(30, fire('web-1', 'slow')),
      at(31, expectIncident({ alerts: 2 })),
    )
  })

  it('leaves an alert that lacks its label to the score', () => {
    play(
      at(0, ESTATE, RULES),
      at(1, fire('web-1', 'down')),
      at(2, fire('db-1', 'slow', dc(''))),
      at(3, expectIncident({ alerts: 2 })),
    )
  })
})

describe('an incident', () => {
  it('takes nothing after the quiet gap', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down')),
      at(602, fire('web-1', 'slow')),
      at(603, expectIncidents(2)),
    )
  })

  it('takes nothing after its lifetime, however busy it is', () => {
    const every = Array.from({ length: 40 }, (_, n) => at(1 + n * 200, fire('web-1', `r${n}`)))
    const story = play(at(0, ESTATE), ...every)
    expect(homeOf(story, 'web-1', 'r35')).toBe('INC-000001')
    expect(homeOf(story, 'web-1', 'r37')).toBe('INC-000002')
  })

  it('takes nothing of another environment', () => {
    play(
      at(0, ESTATE),
      at(1, fire('web-1', 'down', { labels: { env: 'prod' } })),
      at(2, fire('web-1', 'down', { labels: { env: 'test' } })),
      at(3, expectIncidents(2)),
    )
  })

  it('is proposed for a merge where an alert fits it and another one', () => {
    const story = play(
      at(0, ESTATE, rules({ correlate: { join: 0.7 } })),
      at(1, fire('web-1', 'down', { labels: { env: 'prod' } })),
      at(2, fire('web-2', 'down', { labels: { env: 'test' } })),
      at(3, fire('db-1', 'down')),
      at(4, expectIncidents(2)),
    )
    expect(story.decisions('incident.merge_proposed')).toHaveLength(1)
  })
})

describe('an alert that is a little late', () => {
  it('is placed as if it had come in order, and the incident keeps its id', () => {
    const story = play(
      at(0, ESTATE),
      at(10, fire('db-1', 'down', { startsAt: 10 })),
      at(12, fire('web-1', 'down', { startsAt: 8 })),
      at(12, expectIncident({ id: 'INC-000001', alerts: 2 }), expectIncidents(1)),
      at(
        12,
        expectAlert('web-1', 'down', ({ evidence }) => expect(evidence?.method).toBe('first')),
      ),
      at(
        12,
        expectAlert('db-1', 'down', ({ evidence }) => expect(evidence?.method).toBe('score')),
      ),
      at(13, fire('far-1', 'odd')),
    )
    expect(homeOf(story, 'far-1', 'odd')).toBe('INC-000002')
  })

  it('is not late; five seconds later it is', () => {
    play(
      at(0, ESTATE),
      at(20, fire('db-1', 'down')),
      at(21, fire('far-1', 'a', { startsAt: 15 })),
      at(21, expectAlert('far-1', 'a', { late: false })),
      at(22, fire('far-2', 'b', { startsAt: 14.999 })),
      at(22, expectAlert('far-2', 'b', { late: true })),
    )
  })

  it('takes nothing out of an incident that people know of', () => {
    const story = play(
      at(0, ESTATE),
      at(10, fire('db-1', 'down', { severity: 'critical' })),
      at(12, fire('web-1', 'down', { startsAt: 8 })),
      at(12, expectIncident({ alerts: 2 })),
    )
    expect(story.decisions('alert.moved')).toEqual([])
    expect(story.alert('db-1', 'down').evidence?.method).toBe('first')
  })

  it('counts as in order beside one that is very late in the same body', () => {
    const late = report('firing', 'far-1', 'old', { startsAt: 1 })
    const story = play(at(0, ESTATE), at(100, fire('db-1', 'down')))
    const near = report('firing', 'web-1', 'down', { startsAt: 98 })
    const entry = {
      kind: 'received',
      scope: 'default',
      source: 'prometheus',
      receipt: 'r',
      body: '',
    } as const
    story.apply({ ...entry, at: story.engine.state.now + 1000 }, [late, near])
    expect(story.alert('web-1', 'down').evidence?.method).toBe('first')
    expect(story.alert('db-1', 'down').evidence?.method).toBe('score')
  })

  it('that opens nothing new leaves no incident behind that never ends', () => {
    const story = play(
      at(0, ESTATE),
      at(10, fire('far-1', 'odd')),
      at(10.5, resolve('far-1', 'odd')),
      at(11, fire('far-2', 'odd', { startsAt: 11 })),
      at(12, fire('far-2', 'late', { startsAt: 10.8 })),
      at(13, expectAlert('far-2', 'odd', { status: 'firing' })),
      at(
        14,
        resolve('far-2', 'odd', { startsAt: 11 }),
        resolve('far-2', 'late', { startsAt: 10.8 }),
      ),
      at(200, expectIncidents(0)),
    )
    expect(
      [...story.engine.state.incidents.values()].every(({ status }) => status !== 'provisional'),
    ).toBe(true)
  })

  it('by rule begins the incident of its key, and is counted as what opened it', () => {
    const story = play(
      at(0, ESTATE, RULES),
      at(10, fire('far-1', 'down', dc('a'))),
      at(12, fire('far-2', 'down', { ...dc('a'), startsAt: 9 })),
      at(12, expectIncident({ id: 'INC-000001', alerts: 2 })),
      at(12, expectAlert('far-2', 'down', { outcome: 'opened' })),
      at(12, expectAlert('far-1', 'down', { outcome: 'joined' })),
    )
    expect(partition(story.engine)).toHaveLength(1)
  })

  it('takes muted alerts of an emptied incident along', () => {
    const story = play(
      at(
        0,
        ESTATE,
        rules({ lifecycle: { open_wait: '1s' } }),
        silence('q', { labels: { alertname: 'quiet' }, from: 0, to: 999 }),
      ),
      at(10, fire('db-1', 'down')),
      at(12, fire('db-1', 'quiet')),
      at(12, expectIncident({ alerts: 2, muted: 1, status: 'open' })),
      at(13, fire('web-1', 'down', { startsAt: 9 })),
      at(13, expectIncident({ id: 'INC-000001', alerts: 3, muted: 1 }), expectIncidents(1)),
    )
    expect(homeOf(story, 'db-1', 'quiet')).toBe('INC-000001')
  })
})

describe('a change', () => {
  it('near by that two alerts followed ties them together', () => {
    const tied = (deploy: boolean) =>
      play(
        at(0, ESTATE, rules({ correlate: { join: 0.9995 } })),
        ...(deploy ? [at(1, change('c1', ['db-1']))] : []),
        at(2, fire('web-1', 'down')),
        at(62, fire('web-2', 'slow')),
      )
    expect(partition(tied(false).engine)).toHaveLength(2)
    expect(partition(tied(true).engine)).toHaveLength(1)
  })

  it('that is heard of a little late counts for what began after it', () => {
    const story = play(
      at(0, ESTATE),
      at(10, fire('web-1', 'down')),
      at(12, change('c1', ['db-1'], { startsAt: 9 })),
    )
    expect(story.incident().changes).toEqual(['change:c1'])
  })

  it('does not count for what began before it', () => {
    const story = play(
      at(0, ESTATE),
      at(9, change('c1', ['db-1'])),
      at(10, fire('web-1', 'down', { startsAt: 8 })),
    )
    expect(story.incident().changes).toEqual([])
  })
})

describe('a clock that is ahead', () => {
  it('does not make every other alert late', () => {
    play(
      at(0, ESTATE),
      at(10, fire('far-1', 'down', { startsAt: 3000 })),
      at(20, fire('web-1', 'down')),
      at(20, expectDecided('alert.opened')),
      at(20, expectAlert('web-1', 'down', { late: false })),
      at(
        20,
        check(({ engine }) =>
          expect(engine.state.scopes.get('default')?.latestStart).toBe(engine.state.now),
        ),
      ),
    )
  })
})
