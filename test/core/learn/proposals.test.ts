/** Rules proposed from corrections: the most specific one that covers them, bounded for each person. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Facts, holds } from '../../../src/core/facts.ts'
import type { CorrectionState, Sample, Statement } from '../../../src/core/learn/corrections.ts'
import {
  CORRECTION_KEEP_MS,
  MAX_CORRECTIONS,
  MAX_CORRECTIONS_PER_PERSON,
  oldestToForget,
  sampleOf,
} from '../../../src/core/learn/corrections.ts'
import { isDismissed, MAX_OF_ONE, MIN_WEIGHT } from '../../../src/core/learn/support.ts'
import { parseRules } from '../../../src/core/rules.ts'
import { HOUR } from '../../../src/core/time.ts'
import { correction, NOW, propose, sample } from '../../support/corrections.ts'

const couple = (relation: 'together' | 'apart', a: Sample, b: Sample): Statement => ({
  ...{ relation, a, b },
})
const noise = (a: Sample): Statement => ({ relation: 'noise', a })
const times = (
  n: number,
  of: (n: number) => Statement | readonly Statement[],
  more: Partial<CorrectionState> = {},
): CorrectionState[] => Array.from({ length: n }, (_, at) => correction(at + 1, of(at + 1), more))

/** Disk and latency, in a rack that differs each time. */
const racks = (n: number): Statement =>
  couple(
    'together',
    sample(`DiskFull@host:h${n}`, { facts: { rack: `r${n}`, cluster: 'eu', instance: `h${n}` } }),
    sample(`Slow@service:s${n}`, { facts: { rack: `r${n}`, cluster: 'eu', instance: `s${n}` } }),
  )

describe('a rule from merges', () => {
  it('ties by what agrees each time, asks for what always agreed, drops what differs', () => {
    const [one, ...more] = propose(times(3, racks))
    expect(more).toEqual([])
    expect(one).toMatchObject({
      relation: 'together',
      text: 'DiskFull on a host and Slow on a service belong together',
      ...{ pack: 'correlate', weight: 3, incidents: 3, against: [], declined: null },
      rule: {
        name: expect.stringMatching(/^learned_diskfull_slow_[0-9a-f]{8}$/),
        when: [
          {
            'alert.name': ['DiskFull', 'Slow'],
            'ci.class': ['host', 'service'],
            cluster: 'eu',
          },
        ],
        ...{ decide: 'group', by: ['rack'], window: '15m' },
      },
    })
    expect(one?.corrections.map(({ incident }) => incident)).toEqual(['INC-3', 'INC-2', 'INC-1'])
  })

  it.each<[string, (n: number) => Statement, object | null]>([
    [
      'one CI: by the CI',
      (n) => couple('together', sample(`A@host:h${n}`), sample(`B@host:h${n}`)),
      { by: ['ci.id'], when: [{ 'alert.name': ['A', 'B'], 'ci.class': 'host' }] },
    ],
    [
      'always the same CI: of that one',
      () => couple('together', sample('A@host:h'), sample('B@host:h')),
      { by: ['ci.id'], when: [{ 'alert.name': ['A', 'B'], 'ci.class': 'host', 'ci.id': 'h' }] },
    ],
    [
      'one shape: its name once',
      (n) =>
        couple(
          'together',
          sample(`A@host:h${n}`, { facts: { rack: `r${n}` } }),
          sample(`A@host:g${n}`, { facts: { rack: `r${n}` } }),
        ),
      { by: ['rack'], when: [{ 'alert.name': 'A', 'ci.class': 'host' }] },
    ],
    [
      'unbound ones: no class',
      (n) =>
        couple(
          'together',
          sample('A', { facts: { tenant: `t${n}` } }),
          sample('B', { facts: { tenant: `t${n}` } }),
        ),
      { by: ['tenant'], when: [{ 'alert.name': ['A', 'B'] }] },
    ],
    [
      'an hour apart: a longer window',
      (n) => {
        const facts = { rack: `r${n}` }
        return couple('together', sample('A', { facts }), sample('B', { facts, startsAt: HOUR }))
      },
      { window: '120m' },
    ],
    [
      'nothing in common: none',
      (n) => couple('together', sample(`A@host:h${n}`), sample('B')),
      null,
    ],
    [
      'only who collected them in common: none',
      (n) => {
        const facts = { job: 'node', team: 'infra' }
        return couple('together', sample(`A@host:h${n}`, { facts }), sample('B', { facts }))
      },
      null,
    ],
    [
      'a day apart: none',
      () => couple('together', sample('A@host:h'), sample('B@host:h', { startsAt: 24 * HOUR })),
      null,
    ],
  ])('%s', (_name, of, expected) => {
    const found = propose(times(3, of))
    if (expected === null) expect(found).toEqual([])
    else expect(found[0]?.rule).toMatchObject(expected)
  })

  it('is one rule for what is always merged at once', () => {
    const at = (name: string, n: number) => sample(name, { facts: { rack: `r${n}` } })
    const found = propose(
      times(3, (n) => [
        couple('together', at('A', n), at('C', n)),
        couple('together', at('A', n), at('D', n)),
        couple('together', at('B', n), at('C', n)),
      ]),
    )
    expect(found).toHaveLength(1)
    expect(found[0]?.rule['when']).toEqual([{ 'alert.name': ['A', 'B', 'C', 'D'] }])
  })
})

describe('a rule from splits', () => {
  it('forbids one side with the other, each as closely as it always was', () => {
    const [one] = propose(
      times(3, (n) =>
        couple(
          'apart',
          sample(`Slow@service:s${n}`, { facts: { env: 'prod' } }),
          sample(`Backup@host:h${n}`, { facts: { env: 'backup' } }),
        ),
      ),
    )
    expect(one?.text).toBe('Backup on a host and Slow on a service are apart')
    expect(one?.rule).toMatchObject({
      decide: 'forbid',
      when: [{ 'alert.name': 'Backup', 'ci.class': 'host', env: 'backup' }],
      with: [{ 'alert.name': 'Slow', 'ci.class': 'service', env: 'prod' }],
    })
  })

  it.each<[string, Record<string, string>, Record<string, string>, string | null]>([
    ['to its CI where that differed', {}, {}, 'same_ci'],
    [
      'to its service where that differed too',
      { 'ci.service': 'x' },
      { 'ci.service': 'y' },
      'same_service',
    ],
    ['to its CI within a service', { 'ci.service': 'x' }, { 'ci.service': 'x' }, 'same_ci'],
    ['not at all where neither did', { 'ci.id': 'h' }, { 'ci.id': 'h' }, null],
  ])('bounds alerts of one shape %s', (_name, some, others, scope) => {
    const found = propose(
      times(3, (n) =>
        couple(
          'apart',
          sample(`A@host:h${n}`, { facts: some }),
          sample(`A@host:g${n}`, { facts: others }),
        ),
      ),
    )
    if (scope === null) expect(found).toEqual([])
    else expect(found[0]?.rule).toMatchObject({ decide: 'bound', scope })
  })
})

describe('a rule from "not an incident"', () => {
  it('mutes such alerts up to their worst severity', () => {
    const [one] = propose(
      times(3, (n) => noise(sample(`Load@host:h${n}`, { severity: n === 1 ? 'warning' : 'info' }))),
    )
    expect(one).toMatchObject({
      ...{ pack: 'suppress', text: 'Load on a host is no incident' },
      rule: {
        when: [
          {
            ...{ 'alert.name': 'Load', 'ci.class': 'host' },
            'alert.severity': ['warning', 'info', 'none', 'unknown'],
          },
        ],
        reason: 'people said of 3 incidents like it that they are none',
      },
    })
  })

  it('never mutes what was critical: it lowers the priority', () => {
    const [one] = propose(times(3, () => noise(sample('Load', { severity: 'critical' }))))
    expect(one).toMatchObject({ pack: 'priority', rule: { at_most: 4 } })
  })
})

describe('a scope', () => {
  const of = (n: number, tenant: string): CorrectionState => {
    const facts = { rack: `r${n}`, ...(tenant === '' ? {} : { tenant }) }
    const said = couple('together', sample('A', { facts }), sample('B', { facts }))
    return correction(n, said, { scope: tenant === '' ? 'default' : tenant })
  }

  it('teaches no other one', () => {
    const mixed = [of(1, 'acme'), of(2, 'acme'), of(3, 'other'), of(4, 'other')]
    expect(propose(mixed, undefined, ['tenant'])).toEqual([])
  })

  it.each(['acme', ''])('is part of the rule: %j', (tenant) => {
    const [one] = propose(
      [1, 2, 3].map((n) => of(n, tenant)),
      undefined,
      ['tenant'],
    )
    expect(one?.rule).toMatchObject({
      ...{ when: [{ 'alert.name': ['A', 'B'], tenant }], by: ['rack'] },
    })
  })

  it('says nothing against the rule of another one', () => {
    const three = [1, 2, 3].map((n) => of(n, 'acme'))
    const opposite = of(4, 'other')
    const apart = opposite.said.map((said) => ({ ...said, relation: 'apart' }) as Statement)
    const all = [...three, { ...opposite, said: apart }]
    expect(propose(all, undefined, ['tenant'])).toMatchObject([{ against: [] }])
  })
})

describe('support', () => {
  it.each<[string, readonly CorrectionState[], number]>([
    ['two incidents are too few', times(2, racks), 0],
    ['one incident corrected three times is one', times(3, racks, { incident: 'INC-1' }), 0],
    ['three of one person are enough where nobody else corrects', times(3, racks), 1],
    [
      'of one person they are not where others correct as well',
      [...times(9, racks), correction(10, noise(sample('Else')), { by: 'bo' })],
      0,
    ],
    ['two people are', [...times(2, racks), correction(3, racks(3), { by: 'bo' })], 1],
    ['what is long ago counts no more', times(3, racks, { at: NOW - CORRECTION_KEEP_MS }), 0],
  ])('%s', (_name, corrections, expected) => {
    expect(propose(corrections)).toHaveLength(expected)
  })

  it('is taken off by corrections that say the opposite of what the rule would do', () => {
    const opposite = (n: number): Statement => ({ ...racks(n), relation: 'apart' }) as Statement
    const other = couple('apart', sample('DiskFull@host:h'), sample('Slow@service:s'))
    const all = [...times(4, racks), correction(5, opposite(5)), correction(6, other)]
    expect(propose(all)).toMatchObject([{ weight: 4, against: [{ number: 5 }] }])
    expect(propose([...all, correction(7, opposite(7))])).toEqual([])
  })

  it('of noise is taken off by a confirmed cause', () => {
    const load = sample('Load')
    const real = correction(9, { relation: 'real', a: load }, { kind: 'confirm_cause' })
    expect(propose([...times(3, () => noise(load)), real])).toEqual([])
    expect(propose([...times(4, () => noise(load)), real])).toMatchObject([{ against: [real] }])
  })
})

describe('a dismissal', () => {
  it('holds until the weight has doubled, by the same id whatever is dropped meanwhile', () => {
    const three = propose(times(3, racks))
    const id = three[0]?.id ?? ''
    const declined = { snap: 0, id, by: 'bo', at: 0, reason: null, weight: 3 }
    const look = (n: number) =>
      propose(times(n, racks), (one) => (one === id ? declined : undefined)).map(isDismissed)
    expect([3, 5, 6].map(look)).toEqual([[true], [true], [false]])
  })
})

const facts = (one: Sample): Facts => ({
  ...{ labels: one.facts, source: 'x', severity: one.severity, name: one.name, title: one.name },
  ci:
    one.ciClass === null
      ? null
      : {
          ...{ id: one.facts['ci.id'] ?? '', name: '', aliases: [] },
          class: one.ciClass,
          labels: {},
          status: '',
        },
  service: () => one.facts['ci.service'] ?? null,
})

const anySample = fc
  .record({
    name: fc.constantFrom('A', 'B', 'c*d', 'what?'),
    ci: fc.constantFrom('', 'host:h', 'host:g', 'service:s'),
    severity: fc.constantFrom('critical', 'warning', 'info', 'unknown'),
    rack: fc.constantFrom('r1', 'r2', '$(x)', ''),
    startsAt: fc.nat(2 * HOUR),
  })
  .map(({ name, ci, rack, ...more }) =>
    sample(`${name}@${ci}`, { ...more, facts: rack === '' ? {} : { rack } }),
  )
const anySaid: fc.Arbitrary<Statement> = fc.oneof(
  fc
    .tuple(fc.constantFrom('together', 'apart'), anySample, anySample)
    .map(([relation, a, b]) => couple(relation, a, b)),
  fc.tuple(fc.constantFrom('noise', 'real'), anySample).map(([relation, a]) => ({ relation, a })),
)
const anyCorrections = fc
  .array(fc.tuple(anySaid, fc.constantFrom('ada', 'bo', 'eve')), { maxLength: 40 })
  .map((list) => list.map(([said, by], n) => correction(n + 1, said, { by })))

describe('laws', () => {
  it('every rule can be read, and holds for all that it is made of', () => {
    fc.assert(
      fc.property(anyCorrections, (corrections) => {
        for (const { pack, rule, said } of propose(corrections)) {
          const read = parseRules({ [pack]: { rules: [rule] } })
          if (!read.ok) throw new Error(read.faults.join())
          const made = read.packs[pack].rules[0]
          expect(made).toBeDefined()
          const when = made?.when ?? []
          const others = made !== undefined && 'with' in made ? made.with : []
          for (const one of said) {
            const sides = 'b' in one ? [one.a, one.b] : [one.a]
            const forms = others.length > 0 ? [when, others] : [when]
            for (const side of sides)
              expect(forms.some((form) => holds(form, facts(side)))).toBe(true)
          }
        }
      }),
    )
  })

  it('nobody makes one alone where others correct as well, whatever they do', () => {
    fc.assert(
      fc.property(anyCorrections, (corrections) => {
        const several = new Set(corrections.map(({ by }) => by)).size > 1
        for (const one of propose(corrections)) {
          expect(one.weight).toBeGreaterThanOrEqual(MIN_WEIGHT)
          expect(one.weight).toBeLessThanOrEqual(one.incidents)
          if (several) expect(new Set(one.corrections.map(({ by }) => by)).size).toBeGreaterThan(1)
        }
        expect(MAX_OF_ONE).toBeLessThan(MIN_WEIGHT)
      }),
    )
  })

  it('the order in which corrections are kept changes nothing', () => {
    fc.assert(
      fc.property(anyCorrections, (corrections) => {
        expect(propose([...corrections].reverse())).toEqual(propose(corrections))
      }),
    )
  })
})

describe('what is kept', () => {
  it('of an alert: labels that say where, and fields of its CI', () => {
    const labels = {
      ...{ alertname: 'A', severity: 'x', replica: '1', rack: 'r', empty: '' },
      ...{ long: 'x'.repeat(200), 'ci.odd': 'x' },
    }
    const ci = { id: 'h', class: 'host', name: 'H', aliases: [], labels: { site: 's' }, status: '' }
    const of = { rule: 'A', severity: 'info', startsAt: 1, labels } as const
    expect(sampleOf(of, { ci, service: 'shop', dropLabels: ['replica'], scopeLabels: [] })).toEqual(
      {
        ...{ name: 'A', ciClass: 'host', severity: 'info', startsAt: 1 },
        facts: { rack: 'r', 'ci.label.site': 's', 'ci.id': 'h', 'ci.service': 'shop' },
      },
    )
  })

  it('are so many corrections, so many of one person: the oldest goes', () => {
    const of = (n: number, by: string) => ({ id: `${by}${n}`, number: n, by })
    const own = Array.from({ length: MAX_CORRECTIONS_PER_PERSON }, (_, n) => of(n, 'ada'))
    expect(oldestToForget(own.slice(1), 'ada')).toBeNull()
    expect(oldestToForget(own, 'ada')).toBe('ada0')
    expect(oldestToForget(own, 'bo')).toBeNull()
    const all = Array.from({ length: MAX_CORRECTIONS }, (_, n) => of(n, `p${n % 9}`))
    expect(oldestToForget(all, 'new')).toBe('p00')
  })
})
