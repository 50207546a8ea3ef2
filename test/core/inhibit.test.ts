/** Inhibition beside its plain definition, and what it costs. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { carriersOf, type Inhibitable, Inhibitions, MAX_CARRIERS } from '../../src/core/inhibit.ts'
import { type InhibitRule, RulePacks } from '../../src/core/rules.ts'
import { buildTopology, compare } from '../../src/core/topology.ts'
import { ci, depends } from '../support/engine.ts'
import { factsFrom } from '../support/facts.ts'
import { rulesThatMute } from './inhibit-oracle.ts'

function parse(inhibit: readonly Readonly<Record<string, unknown>>[]): readonly InhibitRule[] {
  return RulePacks.parse({ suppress: { inhibit } }).suppress.inhibit
}

const CIS = ['a', 'b', 'c', 'd', 'e'] as const
const anyCi = fc.constantFrom(...CIS)
const anyMatchers = fc.constantFrom(
  ['sev="hi"'],
  ['sev="lo"'],
  ['sev=~"hi|lo"'],
  ['sev!="hi"'],
  ['sev="hi"', 'team="x"'],
  ['team=""'],
  ['alert.severity="critical"'],
  [{ 'ci.id': ['a', 'b'] }],
  [{ 'ci.id': ['b', 'c', 'd'] }],
)
const anyRules = fc
  .array(
    fc.record({
      source: anyMatchers,
      target: anyMatchers,
      equal: fc.subarray(['team', 'zone', 'ci.id']),
      downstream: fc.constantFrom(undefined, undefined, 0, 1, 2, 4),
      allPaths: fc.boolean(),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((rules) =>
    rules.map(({ downstream, allPaths, ...rule }, index) => ({
      ...rule,
      ...(downstream === undefined ? {} : { downstream }),
      ...(allPaths && downstream && typeof rule.source[0] !== 'string' ? { all_paths: true } : {}),
      name: `r${index}`,
      reason: 'x',
    })),
  )
const anyLabels = fc.record(
  { sev: fc.constantFrom('hi', 'lo'), team: fc.constantFrom('x', 'y'), zone: fc.constant('z') },
  { requiredKeys: [] },
)
const anyAlert: fc.Arbitrary<Inhibitable> = fc
  .record({
    identity: fc.constantFrom('1', '2', '3', '4', '5', '6'),
    startsAt: fc.nat(3),
    labels: anyLabels,
    severity: fc.constantFrom('critical' as const, 'warning' as const),
    ci: fc.option(anyCi, { freq: 5 }),
  })
  .map(({ labels, severity, ...alert }) => ({
    ...alert,
    scope: 'default',
    facts: factsFrom(labels, { severity, ci: alert.ci === null ? null : ci(alert.ci) }),
  }))
const CHAIN = [
  ['a', 'b'],
  ['b', 'c'],
  ['c', 'd'],
] as const
const anyRelations = fc
  .array(fc.tuple(anyCi, anyCi), { maxLength: 4 })
  .map((more) => [...CHAIN, ...more])
const anyCourse = fc.array(fc.record({ fires: fc.boolean(), alert: anyAlert }), { maxLength: 25 })

describe('inhibition', () => {
  it('law: mutes what the definition says, and tells of every alert whose judgement changes', () => {
    fc.assert(
      fc.property(anyRules, anyRelations, anyCourse, (packs, pairs, course) => {
        const rules = parse(packs)
        const items = CIS.map((id) => ci(id))
        const topology = buildTopology(
          't',
          items,
          pairs.map(([from, to]) => depends(from, to)),
        )
        const { relations } = topology
        const inhibitions = new Inhibitions(rules, topology)
        const firing = new Map<string, Inhibitable>()
        const judged = new Map<string, boolean>()
        for (const { fires, alert } of course) {
          if (fires) inhibitions.add(alert)
          else inhibitions.remove(alert.identity)
          if (fires) firing.set(alert.identity, alert)
          else firing.delete(alert.identity)
          judged.delete(alert.identity)
          const told = new Set(inhibitions.takeChanged())
          for (const [identity, one] of firing) {
            const named = inhibitions.inhibitorOf(one)
            const expected = rulesThatMute(one, [...firing.values()], { rules, relations })
            expect(named?.rule.name).toBe(expected[0])
            if (named !== null)
              expect(
                rulesThatMute(
                  one,
                  [...firing.values()].filter((s) => s.identity === named.source),
                  {
                    rules: [{ ...named.rule, all_paths: false }],
                    relations,
                  },
                ),
              ).toEqual([named.rule.name])
            const before = judged.get(identity)
            if (before !== undefined && before !== (named !== null))
              expect([identity, told.has(identity)]).toEqual([identity, true])
            judged.set(identity, named !== null)
          }
        }
      }),
    )
  })

  it('law: the order in which alerts come does not matter', () => {
    fc.assert(
      fc.property(
        anyRules,
        fc.uniqueArray(anyAlert, { selector: (a) => a.identity }),
        (packs, alerts) => {
          const topology = buildTopology(
            't',
            CIS.map((id) => ci(id)),
            [depends('a', 'b')],
          )
          const namesIn = (order: readonly Inhibitable[]): unknown[] => {
            const inhibitions = new Inhibitions(parse(packs), topology)
            for (const alert of order) inhibitions.add(alert)
            return alerts.map((alert) => inhibitions.inhibitorOf(alert))
          }
          expect(namesIn([...alerts].reverse())).toEqual(namesIn(alerts))
        },
      ),
    )
  })

  it('tells of targets only where the first source comes and the last one goes', () => {
    const rules = parse([{ name: 'x', source: ['s="1"'], target: ['t="1"'], reason: 'x' }])
    const inhibitions = new Inhibitions(rules, buildTopology('t', [], []))
    const alert = (identity: string, labels: Readonly<Record<string, string>>): Inhibitable => ({
      ...{ identity, scope: 'default', startsAt: 0, ci: null, facts: factsFrom(labels) },
    })
    const targets = Array.from({ length: 1000 }, (_, n) => alert(`t${n}`, { t: '1' }))
    for (const target of targets) inhibitions.add(target)
    expect(inhibitions.takeChanged()).toEqual([])
    const told = Array.from({ length: 1000 }, (_, n) => {
      inhibitions.add(alert(`s${n}`, { s: '1' }))
      return inhibitions.takeChanged().length
    })
    expect(told.filter((count) => count > 0)).toEqual([1000])
    for (let n = 0; n < 999; n++) inhibitions.remove(`s${n}`)
    expect(inhibitions.takeChanged()).toEqual([])
    inhibitions.remove('s999')
    expect(inhibitions.takeChanged()).toEqual(targets.map(({ identity }) => identity).sort(compare))
  })
})

describe('with all paths', () => {
  const rules = parse([
    {
      ...{ name: 'x', reason: 'x', downstream: 2, all_paths: true },
      source: ['down="1"', { 'ci.class': 'switch' }],
      target: ['ping="1"'],
    },
  ])
  const items = [
    ...['s1', 's2', 'c1', 'c2', 'far'].map((id) => ci(id, { class: 'switch' })),
    ci('old', { class: 'switch', status: 'retired' }),
    ci('db', { class: 'database' }),
    ci('dual'),
  ]
  const topology = buildTopology('t', items, [
    ...['s1', 's2', 'old', 'db'].map((to) => depends('dual', to)),
    ...[depends('s1', 'c1'), depends('s2', 'c1'), depends('s2', 'c2'), depends('c1', 'far')],
  ])
  const alert = (on: string, label: string): Inhibitable => ({
    ...{ identity: `${label} ${on}`, scope: 'default', startsAt: 0, ci: on },
    facts: factsFrom({ [label]: '1' }, { ci: topology.items.get(on) ?? null }),
  })

  it.each([
    [['s1'], false],
    [['s2'], false],
    [['s1', 's2'], true],
    [['s1', 'db'], false],
    // s1 has no other way than c1, s2 has
    [['c1'], false],
    [['c1', 's2'], true],
    [['c1', 'c2'], true],
    [['s1', 'c2'], false],
    // three relations away
    [['far', 'c2'], false],
    [[], false],
  ])('%j dead: muted %s, and told of each way', (dead, muted) => {
    const inhibitions = new Inhibitions(rules, topology)
    const target = alert('dual', 'ping')
    inhibitions.add(target)
    for (const one of dead) inhibitions.add(alert(one, 'down'))
    expect(inhibitions.inhibitorOf(target) !== null).toBe(muted)
    if (!muted) return
    inhibitions.takeChanged()
    inhibitions.remove(`down ${dead[0]}`)
    expect(inhibitions.takeChanged()).toEqual([target.identity])
    expect(inhibitions.inhibitorOf(target)).toBeNull()
  })

  it('wants to be told what a path is', () => {
    const isValid = (more: object) => {
      const rule = { name: 'x', source: ['a="b"'], target: ['a="c"'], reason: 'x', ...more }
      return RulePacks.safeParse({ suppress: { inhibit: [rule] } }).success
    }
    expect(isValid({ downstream: 1, all_paths: true })).toBe(false)
    expect(isValid({ source: ['ci.class="switch"'], all_paths: true })).toBe(false)
    expect(isValid({ source: ['ci.class="switch"'], downstream: 1, all_paths: true })).toBe(true)
  })
})

describe('what a CI depends on', () => {
  it('is bounded, nearest first', () => {
    const items = Array.from({ length: 200 }, (_, n) => ci(`c${String(n).padStart(3, '0')}`))
    const [top, ...rest] = items
    const topology = buildTopology(
      't',
      items,
      rest.map(({ id }) => depends(top?.id ?? '', id)),
    )
    const found = carriersOf('c000', 4, topology)
    expect(found).toHaveLength(MAX_CARRIERS)
    expect(found.slice(0, 3)).toEqual(['c000', 'c001', 'c002'])
    expect(carriersOf('c001', 4, topology)).toEqual(['c001'])
    expect(carriersOf('c000', 0, topology)).toEqual(['c000'])
    expect(carriersOf('unknown', 4, topology)).toEqual(['unknown'])
  })
})
