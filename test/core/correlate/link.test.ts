import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  burstLogOdds,
  crowdLogOdds,
  type LinkContext,
  type LinkSide,
  linkScore,
  linkTerms,
  sigmoid,
  timeLogOdds,
} from '../../../src/core/correlate/link.ts'
import { LINK_TERMS } from '../../../src/core/evidence.ts'
import { defaultRules } from '../../../src/core/rules.ts'
import { MINUTE, SECOND } from '../../../src/core/time.ts'
import { buildTopology } from '../../../src/core/topology.ts'
import { ci, depends } from '../../support/engine.ts'

const { weights } = defaultRules().correlate
const CHAIN = buildTopology(
  't',
  ['a', 'b', 'c', 'd', 'e'].map((id) => ci(id)),
  [depends('a', 'b'), depends('b', 'c'), depends('c', 'd'), depends('d', 'e')],
)

function side(more: Partial<LinkSide> = {}): LinkSide {
  return {
    startsAt: 0,
    locus: 'a',
    bound: true,
    signature: 'down|host',
    realm: {},
    environment: null,
    changes: [],
    informational: false,
    ...more,
  }
}

const CONTEXT: LinkContext = {
  near: null,
  others: 0,
  watchedSeconds: 1200,
  surprise: 6,
  endedMs: null,
  againMs: null,
  goesOn: false,
  weights,
}

const SAID = {
  id: 'L-1',
  relation: 'together',
  partner: { signature: 'down|host', place: null },
  by: 'ada',
  at: 0,
} as const

/** Terms without time and crowd, as `name x`. */
function terms(a: LinkSide, b: LinkSide, more: Partial<LinkContext> = {}): string[] {
  const near = a.locus === null ? null : (CHAIN.between(a.locus, b.locus ?? '') ?? null)
  return linkTerms(a, b, { ...CONTEXT, near, ...more })
    .slice(2)
    .map(({ name, x }) => `${name} ${x}`)
}

describe('closeness in time', () => {
  it.each<[number, number]>([
    // dt in s, nats: 1.1 / 13 × (1 + dt / 13)^-2.1 against 0.08 alerts in 1,500 s
    [0, 7.37],
    [13, 5.91],
    [60, 3.75],
    [300, 0.69],
    [600, -0.72],
  ])('of %i s', (dt, nats) => {
    expect(timeLogOdds(dt * SECOND)).toBeCloseTo(nats, 2)
  })

  it.each<[string, number, number, number]>([
    // what, others, watched in s, nats
    ['nothing watched yet', 0, 0, 0],
    ['twenty minutes of quiet', 0, 1200, 0.85],
    ['another alert', 1, 1200, -2.92],
    ['ten others', 10, 1200, -6.16],
    ['a storm of others', 200, 1200, -10.49],
  ])('beside %s', (_name, others, watched, nats) => {
    expect(crowdLogOdds(others, watched)).toBeCloseTo(nats, 2)
  })

  it('means less the longer it takes and the more others there are', () => {
    const values = [0, 1, 10, 60, 300].map((dt) => timeLogOdds(dt * SECOND))
    expect(values).toEqual([...values].sort((a, b) => b - a))
    const crowded = [0, 1, 5, 50].map((others) => crowdLogOdds(others, 900))
    expect(crowded).toEqual([...crowded].sort((a, b) => b - a))
  })

  it('counts either way', () => {
    const early = side({ startsAt: 5 * MINUTE })
    const [one] = linkTerms(side(), early, CONTEXT)
    const [other] = linkTerms(early, side(), CONTEXT)
    expect(one?.x).toBe(other?.x)
    expect(one?.inputs['dtMs']).toBe(5 * MINUTE)
  })
})

describe('a link', () => {
  it.each<[string, Partial<LinkSide>, Partial<LinkSide>, string[]]>([
    ['on one CI', {}, {}, ['topology 4.1']],
    ['one relation apart', {}, { locus: 'b' }, ['topology 3.8']],
    ['two relations', {}, { locus: 'c' }, ['topology 2.9']],
    ['three relations', {}, { locus: 'd' }, ['topology 2.4']],
    ['four relations', {}, { locus: 'e' }, ['topology 1.9']],
    [
      'the same kind of alert near by counts once',
      { signature: 's' },
      { signature: 's', locus: 'b' },
      ['topology 3.8'],
    ],
    ['no path between two CIs', {}, { locus: 'x', signature: 't' }, ['topology -2.5']],
    ['no path, but the same kind', {}, { locus: 'x' }, ['topology -2.5', 'signature 1.2']],
    [
      'not in the topology',
      { bound: false, locus: '~host=x' },
      { locus: 'b', signature: 't' },
      ['topology -0.5'],
    ],
    [
      'nowhere, both',
      { bound: false, locus: null },
      { bound: false, locus: null, signature: 't' },
      ['topology -0.5'],
    ],
    [
      'the same placeholder',
      { bound: false, locus: '~app=x' },
      { bound: false, locus: '~app=x' },
      ['topology 4.1'],
    ],
    [
      'equal labels far away',
      { realm: { cluster: 'c', app: 'x' } },
      { locus: 'x', signature: 't', realm: { cluster: 'c', app: 'y' } },
      ['topology -2.5', 'labels 1.5'],
    ],
    [
      'many equal labels count at most so much',
      { realm: { a: '1', b: '1', c: '1', d: '1' } },
      { locus: 'x', signature: 't', realm: { a: '1', b: '1', c: '1', d: '1' } },
      ['topology -2.5', 'labels 4.5'],
    ],
    [
      'equal labels near by say nothing',
      { realm: { cluster: 'c' } },
      { locus: 'b', realm: { cluster: 'c' } },
      ['topology 3.8'],
    ],
    ['the same change', { changes: ['x', 'y'] }, { changes: ['y'] }, ['topology 4.1', 'change 1']],
    ['another change', { changes: ['x'] }, { changes: ['y'] }, ['topology 4.1']],
    [
      'different environments',
      { environment: 'prod' },
      { environment: 'test' },
      ['topology 4.1', 'conflict -40'],
    ],
    [
      'an environment that is not known',
      { environment: 'prod' },
      { environment: null },
      ['topology 4.1'],
    ],
  ])('%s', (_name, a, b, expected) => {
    expect(terms(side(a), side(b))).toEqual(expected)
  })

  it.each([
    [0.49, ['topology 4.1', 'noise -1']],
    [0.5, ['topology 4.1']],
  ])('of an alert of %f nats', (surprise, expected) => {
    expect(terms(side(), side(), { surprise })).toEqual(expected)
  })

  it.each<[string, Partial<LinkContext>, string[]]>([
    ['whose alerts ended a while ago', { endedMs: 72 * SECOND }, ['topology 4.1', 'ended -1']],
    ['that is over', { endedMs: 3 * MINUTE }, ['topology 4.1', 'ended -2.5']],
    ['that ended long ago', { endedMs: 30 * MINUTE }, ['topology 4.1', 'ended -2.5']],
    ['it was in a moment ago', { againMs: 15 * SECOND }, ['topology 4.1', 'again -0.25']],
    ['it was in before', { againMs: 10 * MINUTE }, ['topology 4.1', 'again -2.5']],
    [
      'it was in a moment ago, and the fault goes on',
      { againMs: MINUTE, goesOn: true },
      ['topology 4.1', 'again -0.25'],
    ],
  ])('to an incident %s', (_name, more, expected) => {
    expect(terms(side(), side(), more)).toEqual(expected)
  })

  it('carries less the more alerts there are at once', () => {
    expect(burstLogOdds(1)).toBeCloseTo(0, 12)
    expect(burstLogOdds(10)).toBeCloseTo(-3.36, 2)
  })

  it('never joins different environments, however close they are', () => {
    const a = side({ environment: 'prod', changes: ['x'] })
    const score = linkScore(a, side({ environment: 'test', changes: ['x'] }), CONTEXT)
    expect(sigmoid(score)).toBeLessThan(0.001)
  })

  it('says of usual noise what the hour says, where it says something', () => {
    const note = (habit?: string) =>
      linkTerms(side(), side(), { ...CONTEXT, surprise: 0, habit }).at(-1)?.note
    expect(note()).toBe('this alert comes all the time')
    expect(note('comes most days about now')).toBe('this alert comes most days about now')
  })

  it('says less where nobody need act on one of the two, how usual it may be', () => {
    const noise = (a: boolean, b: boolean, surprise: number) =>
      linkTerms(side({ informational: a }), side({ informational: b }), { ...CONTEXT, surprise })
        .filter(({ name }) => name === 'noise')
        .map(({ x }) => x)
    expect([noise(true, false, 6), noise(false, true, 6)]).toEqual([[-2.5], [-2.5]])
    expect([noise(true, true, 0), noise(false, false, 0)]).toEqual([[-2.5], [-1]])
    expect(noise(false, false, 6)).toEqual([])
  })

  it('is weighted as people say, but for environments', () => {
    const light = {
      ...{ time: 0, crowd: 0, topology: 0.5, signature: 2, labels: 2, cooccurrence: 2, change: 2 },
      ...{ noise: 2, ended: 2, again: 2, burst: 2 },
    }
    const a = side({ environment: 'x', changes: ['c'] })
    const b = side({ environment: 'y', changes: ['c'], locus: 'far' })
    const weighted = linkTerms(a, b, { ...CONTEXT, weights: light })
    expect(weighted.map(({ name, w }) => `${name} ${w}`)).toEqual([
      'time 0',
      'crowd 0',
      'topology 0.5',
      'signature 2',
      'change 2',
      'conflict 1',
    ])
    expect(linkScore(a, b, { ...CONTEXT, weights: light })).toBeCloseTo(-1.25 + 2.4 + 2 - 40, 9)
  })

  it('names its terms from the closed list, in its order, each with a sentence', () => {
    const a = side({ realm: { app: 'x' }, environment: 'p', changes: ['c'] })
    const b = side({ locus: 'far', realm: { app: 'x' }, environment: 't', changes: ['c'] })
    const all = linkTerms(a, b, {
      ...CONTEXT,
      ...{
        surprise: 0,
        endedMs: MINUTE,
        againMs: MINUTE,
        said: SAID,
        together: { n: 5, expected: 1 },
      },
    })
    expect(all.map(({ name }) => name)).toEqual([...LINK_TERMS])
    expect(all.every(({ note }) => note !== '')).toBe(true)
  })

  it('scores what its terms add up to, to the last bit', () => {
    const anySide: fc.Arbitrary<LinkSide> = fc.record({
      startsAt: fc.nat(1_000_000),
      locus: fc.constantFrom('a', 'b', 'e', 'far', null),
      bound: fc.boolean(),
      signature: fc.constantFrom('s', 't'),
      realm: fc.dictionary(fc.constantFrom('app', 'cluster'), fc.constantFrom('x', 'y')),
      environment: fc.constantFrom('p', 't', null),
      changes: fc.subarray(['c', 'd']),
      informational: fc.boolean(),
    })
    const anyAgo = fc.option(fc.nat(400_000), { nil: null })
    const anyNumbers = fc.tuple(
      fc.float({ min: 0, max: 99, noNaN: true }),
      fc.nat(12),
      anyAgo,
      anyAgo,
    )
    fc.assert(
      fc.property(anySide, anySide, anyNumbers, (a, b, [others, surprise, endedMs, againMs]) => {
        const near = CHAIN.between(a.locus ?? '', b.locus ?? '') ?? null
        const ctx = { ...CONTEXT, near, others, surprise, endedMs, againMs }
        const sum = linkTerms(a, b, ctx).reduce((all, { x, w }) => all + x * w, 0)
        expect(linkScore(a, b, ctx)).toBe(sum)
      }),
    )
  })
})
