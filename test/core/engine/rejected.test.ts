/** What evidence says of incidents that an alert was kept out of, and what a rule forbids ever. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_REJECTED } from '../../../src/core/correlate/reject.ts'
import type { Rejected } from '../../../src/core/evidence.ts'
import {
  at,
  ci,
  cmdb,
  command,
  depends,
  fire,
  incidentsOf,
  play,
  resolve,
  rules,
  type Step,
  type Story,
} from '../../support/engine.ts'
import { RUNS } from './streams.ts'

const ESTATE = cmdb({
  items: ['web', 'shop', 'db', 'far'].map((id) => ci(id)),
  relations: [depends('web', 'shop'), depends('shop', 'db')],
})
const BACKUP = { name: 'backup', when: ['host="db"'], decide: 'group', by: ['host'] }
const SHORT = {
  name: 'short',
  when: ['alertname="late"'],
  decide: 'bound',
  gap: '30s',
  lifetime: '1m',
}

/** What the last alert that was placed was kept out of. */
function lastRejected(story: Story): readonly Rejected[] {
  const decisions = story.decisions('alert.opened', 'alert.joined')
  return decisions[decisions.length - 1]?.evidence?.rejected ?? []
}

const correlate = (more: object): Step => at(0, ESTATE, rules({ correlate: more }))

describe('evidence names what an alert was kept out of', () => {
  it.each<[string, readonly Step[], Partial<Rejected>]>([
    [
      'by the gap',
      [at(1, fire('db', 'down')), at(662, fire('db', 'slow'))],
      {
        reason: 'gap',
        value: 661_000,
        limit: 600_000,
        note: 'the nearest alert began 11.1 min apart, gap 10 min',
      },
    ],
    [
      'by the lifetime',
      [
        correlate({ lifetime: '1m', join: 0.1 }),
        at(1, fire('db', 'down')),
        at(62, fire('db', 'slow')),
      ],
      { reason: 'lifetime', value: 61_000, limit: 60_000 },
    ],
    [
      'as it had resolved',
      [at(1, fire('db', 'down')), at(30, resolve('db', 'down')), at(500, fire('db', 'slow'))],
      { reason: 'resolved', limit: 300_000 },
    ],
    [
      'as a rule owns it',
      [correlate({ rules: [BACKUP] }), at(1, fire('db', 'down')), at(5, fire('shop', 'slow'))],
      { reason: 'ruled', rule: 'backup', note: 'it only takes what rule backup puts there' },
    ],
    [
      'by the gap of a rule',
      [correlate({ rules: [SHORT] }), at(1, fire('db', 'down')), at(45, fire('db', 'late'))],
      { reason: 'rule', rule: 'short', value: 44_000, limit: 30_000 },
    ],
    [
      'by the scope of a rule',
      [
        correlate({
          rules: [{ name: 'home', when: [{ host: '*' }], decide: 'bound', scope: 'same_ci' }],
        }),
        at(1, fire('db', 'down')),
        at(5, fire('shop', 'slow')),
      ],
      { reason: 'rule', rule: 'home', note: 'rule home links it only on the same CI' },
    ],
  ])('%s', (_name, steps, expected) => {
    const story = play(at(0, ESTATE), ...steps)
    expect(incidentsOf(story.engine)).toHaveLength(2)
    expect(lastRejected(story)).toEqual([
      expect.objectContaining({ incident: 'INC-000001', ...expected }),
    ])
  })

  it('as its link is too weak, in words of the strongest reason against, and in the timeline', () => {
    const story = play(
      correlate({ join: 0.99 }),
      at(1, fire('db', 'down')),
      at(400, fire('web', 'slow')),
    )
    const [weak] = lastRejected(story)
    expect(weak).toMatchObject({ incident: 'INC-000001', reason: 'weak', limit: 0.99 })
    expect(weak?.value).toBeLessThan(0.99)
    expect(weak?.note).toMatch(/^fits with 0\.\d\d, and 0\.99 is needed: /)
    const [, opened] = story.decisions('alert.opened')
    expect(opened?.text).toContain(`stayed out of INC-000001: ${weak?.note}`)
  })

  it('as another one fits better', () => {
    const apart = { name: 'no', when: ['host="shop"'], decide: 'forbid', with: ['host="shop"'] }
    const story = play(
      correlate({ rules: [apart] }),
      at(1, fire('shop', 'a')),
      at(2, fire('shop', 'b')),
      at(3, fire('db', 'down')),
    )
    expect(lastRejected(story)).toMatchObject([{ reason: 'weaker' }])
  })

  it('for at most so many, whatever the number', () => {
    const alone = { name: 'alone', when: ['alertname=~"a.*"'], decide: 'apart' }
    const story = play(
      correlate({ rules: [alone] }),
      ...[...'abcdefgh'].map((name, index) => at(index + 1, fire('db', `a${name}`))),
      at(20, fire('db', 'other')),
    )
    const rejected = lastRejected(story)
    expect(rejected).toHaveLength(MAX_REJECTED)
    expect(rejected.map(({ incident }) => incident)).toEqual(
      [8, 7, 6, 5].map((number) => `INC-00000${number}`),
    )
  })
})

describe('a rule that forbids', () => {
  const NEVER = {
    name: 'never',
    when: [{ host: 'db' }],
    decide: 'forbid',
    with: [{ host: 'shop' }],
  }
  const anyShots = fc.array(
    fc.record({
      gap: fc.constantFrom(0, 0, 1, 3, 40),
      host: fc.constantFrom('web', 'shop', 'db'),
      rule: fc.constantFrom('a', 'b', 'c'),
      ends: fc.boolean(),
    }),
    { maxLength: 30 },
  )

  it('is kept by the score whatever comes in whatever order', () => {
    fc.assert(
      fc.property(anyShots, (shots) => {
        let second = 1
        const steps = shots.map(({ gap, host, rule, ends }) => {
          second += gap
          return at(second, ends ? resolve(host, rule) : fire(host, rule))
        })
        const { engine } = play(correlate({ join: 0.01, rules: [NEVER] }), ...steps)
        for (const { members } of incidentsOf(engine)) {
          const hosts = new Set([...members.values()].map(({ labels }) => labels['host']))
          expect(hosts.has('db') && hosts.has('shop')).toBe(false)
        }
      }),
      RUNS,
    )
  })

  it('does not hold people back', () => {
    const { engine } = play(
      correlate({ rules: [NEVER] }),
      at(1, fire('db', 'down')),
      at(2, fire('shop', 'down')),
      at(3, command({ do: 'merge', incident: 'INC-000001', from: ['INC-000002'] })),
    )
    expect(engine.state.incidents.get('INC-000001')?.memberCount).toBe(2)
  })
})
