/** Rules that say what the score may not link, and rules that open incidents began with. */
import { describe, expect, it } from 'vitest'
import { at, ci, cmdb, depends, fire, play, rules } from '../../support/engine.ts'
import { check, expectIncidents } from '../../support/engine-expect.ts'
import { expectSound } from './invariants.ts'

const ESTATE = cmdb({
  items: [
    ci('shop', { class: 'service', owner: 'web' }),
    ci('db-1', { class: 'database', labels: { rack: 'r1' } }),
    ci('node-1', { labels: { rack: 'r1' } }),
    ci('node-2', { labels: { rack: 'r2' } }),
  ],
  relations: [depends('shop', 'db-1'), depends('db-1', 'node-1', 'runs_on')],
})

const pack = (...list: readonly object[]) => rules({ correlate: { rules: list } }, 'v1')
const sound = check(({ engine }) => expectSound(engine))

/** `alert+alert | alert`: hosts of each incident, in the order of the incidents. */
const grouped = (expected: string) =>
  check(({ engine }) => {
    const lists = [...engine.state.incidents.values()]
      .filter(({ status }) => status !== 'merged')
      .map(({ members }) => [...members.values()].map(({ labels }) => labels['host']).join('+'))
    expect(lists.join(' | ')).toBe(expected)
  })

describe('a rule that forbids', () => {
  const FORBID = {
    name: 'no',
    when: [{ host: 'db-*' }],
    decide: 'forbid',
    with: [{ host: 'shop' }],
  }

  it('keeps both sides out of each other, whichever comes first', () => {
    for (const [first, second] of [
      ['db-1', 'shop'],
      ['shop', 'db-1'],
    ] as const)
      play(
        at(0, ESTATE, pack(FORBID)),
        at(1, fire(first, 'down')),
        at(5, fire(second, 'down')),
        at(6, grouped(`${first} | ${second}`), sound),
      )
    play(
      at(0, ESTATE, pack()),
      at(1, fire('db-1', 'down')),
      at(5, fire('shop', 'down')),
      at(6, grouped('db-1+shop')),
    )
  })

  it('looks at every alert of an incident, and is named in the evidence', () => {
    const story = play(
      at(0, ESTATE, pack(FORBID)),
      at(1, fire('db-1', 'down')),
      at(5, fire('node-1', 'down')),
      at(9, fire('shop', 'slow')),
      at(10, grouped('db-1+node-1 | shop'), sound),
    )
    const [, , opened] = story.decisions('alert.opened', 'alert.joined')
    expect(opened?.evidence?.rejected).toEqual([
      { incident: 'INC-000001', reason: 'rule', rule: 'no', note: 'rule no forbids it' },
    ])
  })

  it('says nothing about what only one side fits', () => {
    play(
      at(0, ESTATE, pack(FORBID)),
      at(1, fire('db-1', 'down')),
      at(5, fire('db-1', 'slow')),
      at(6, grouped('db-1+db-1')),
    )
  })
})

describe('a rule that bounds', () => {
  it.each<[string, object, string]>([
    ['same_ci keeps it to its CI', { scope: 'same_ci' }, 'db-1+db-1 | shop | node-1'],
    ['hops keep it near', { scope: { hops: 1 } }, 'db-1+shop+db-1+node-1'],
    [
      'same_service keeps out what is about none',
      { scope: 'same_service' },
      'db-1+db-1 | shop | node-1',
    ],
    ['a gap cuts links that are long', { gap: '1s' }, 'db-1 | shop | db-1 | node-1'],
  ])('%s', (_name, bound, expected) => {
    play(
      at(0, ESTATE, pack({ name: 'b', when: ['host=~".+"'], decide: 'bound', ...bound })),
      at(1, fire('db-1', 'down')),
      at(4, fire('shop', 'down')),
      at(8, fire('db-1', 'slow')),
      at(12, fire('node-1', 'down')),
      at(13, grouped(expected), sound),
    )
  })

  it('same_service lets through what runs the service', () => {
    const estate = cmdb({
      items: [ci('shop', { class: 'service' }), ci('node-1'), ci('node-2')],
      relations: [depends('shop', 'node-1', 'runs_on'), depends('node-1', 'node-2')],
    })
    const rule = { name: 'b', when: ['host=~".+"'], decide: 'bound', scope: 'same_service' }
    play(
      at(0, estate, pack(rule)),
      at(1, fire('shop', 'down')),
      at(4, fire('node-1', 'down')),
      at(8, fire('node-2', 'down')),
      at(9, grouped('shop+node-1 | node-2')),
    )
  })

  it('bounds both ends of a link', () => {
    const DB = { name: 'db', when: ['host="db-1"'], decide: 'bound', scope: 'same_ci' }
    play(
      at(0, ESTATE, pack(DB)),
      at(1, fire('db-1', 'down')),
      at(4, fire('shop', 'down')),
      at(5, grouped('db-1 | shop')),
    )
  })

  it('gives its gap and lifetime to an incident that such an alert begins', () => {
    const slow = {
      name: 'slow',
      when: ['host="node-2"'],
      decide: 'bound',
      gap: '20m',
      lifetime: '8h',
    }
    const story = play(
      at(0, ESTATE, pack(slow)),
      at(1, fire('node-2', 'a')),
      at(
        1,
        check(({ engine }) => {
          const [incident] = [...engine.state.incidents.values()]
          expect(incident?.bounds).toMatchObject({ gap: 1_200_000, lifetime: 28_800_000 })
        }),
      ),
    )
    expect(story.decisions('alert.opened')[0]?.evidence?.boundBy).toBe('slow')
  })

  it('ends the time in which it joins what began long ago', () => {
    const short = { name: 's', when: ['alertname="late"'], decide: 'bound', lifetime: '1m' }
    play(
      at(0, ESTATE, pack(short)),
      at(1, fire('node-2', 'a')),
      at(50, fire('node-2', 'b')),
      at(90, fire('node-2', 'late')),
      at(91, grouped('node-2+node-2 | node-2')),
    )
  })
})

describe('a rule that groups by what the CMDB knows', () => {
  const RACK = {
    name: 'rack',
    when: [{ 'ci.class': ['host', 'database'] }],
    decide: 'group',
    by: ['ci.label.rack'],
  }

  it('puts together what shares it, and nothing that has none', () => {
    play(
      at(0, ESTATE, pack(RACK)),
      at(1, fire('node-1', 'down'), fire('node-2', 'down')),
      at(100, fire('db-1', 'down')),
      at(101, grouped('node-1+db-1 | node-2')),
    )
  })

  it('is asked in the order of priority', () => {
    const alone = { name: 'alone', when: ['host="db-1"'], decide: 'apart', priority: 5 }
    play(
      at(0, ESTATE, pack(RACK, alone)),
      at(1, fire('node-1', 'down')),
      at(2, fire('db-1', 'down')),
      at(3, grouped('node-1 | db-1')),
    )
  })
})

describe('an incident that a rule began', () => {
  const JOB = { name: 'job', when: ['job="backup"'], decide: 'group', by: ['job'], window: '10m' }
  const backup = (host: string) => fire(host, 'failed', { labels: { job: 'backup' } })
  const RULES: readonly [string, readonly object[]][] = [
    ['gone', []],
    ['renamed', [{ ...JOB, name: 'other' }]],
    ['grouped by something else', [{ ...JOB, by: ['job', 'host'] }]],
    ['narrowed', [{ ...JOB, when: ['job="backup"', 'host="far-1"'] }]],
  ]

  it.each(RULES)('finishes on its rule where that is %s, until its window ends', (_name, list) => {
    const story = play(
      at(0, ESTATE, pack(JOB)),
      at(1, backup('far-1')),
      at(60, rules({ correlate: { rules: list } }, 'v2')),
      at(300, backup('far-2')),
      at(301, grouped('far-1+far-2'), sound),
      at(700, backup('far-3')),
      at(701, grouped('far-1+far-2 | far-3')),
    )
    expect(story.decisions('alert.joined')[0]?.evidence).toMatchObject({
      method: 'rule',
      by: 'job',
      versions: { rules: 'v1' },
    })
  })

  it('goes on with the rule in force where that is the same', () => {
    const story = play(
      at(0, ESTATE, pack(JOB)),
      at(1, backup('far-1')),
      at(60, rules({ correlate: { rules: [{ ...JOB, priority: 7 }] } }, 'v2')),
      at(300, backup('far-2')),
      at(301, expectIncidents(1)),
    )
    expect(story.decisions('alert.joined')[0]?.evidence?.versions.rules).toBe('v2')
  })
})
