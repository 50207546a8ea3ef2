import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
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
    ...more,
  }
}

const CONTEXT: LinkContext = { near: null, others: 0, watchedSeconds: 1800, surprise: 6, weights }

/** Terms without time, as `name x`. */
function terms(a: LinkSide, b: LinkSide, more: Partial<LinkContext> = {}): string[] {
  const near = a.locus === null ? null : (CHAIN.between(a.locus, b.locus ?? '') ?? null)
  return linkTerms(a, b, { ...CONTEXT, near, ...more })
    .slice(1)
    .map(({ name, x }) => `${name} ${x}`)
}

describe('closeness in time', () => {
  it.each<[string, number, number, number, number]>([
    // what, dt in s, others, watched in s, nats
    ['at once, nothing watched yet', 0, 0, 0, 3.46],
    ['at once, after half an hour of quiet', 0, 0, 1800, 4.56],
    ['a minute later', 60, 0, 1800, 1.8],
    ['five minutes later', 300, 0, 1800, 0.48],
    ['at once amid ten others', 0, 10, 1800, 2.16],
    ['a minute later amid a storm', 60, 200, 1800, -3.51],
  ])('%s', (_name, dt, others, watched, nats) => {
    expect(timeLogOdds(dt * SECOND, others, watched)).toBeCloseTo(nats, 2)
  })

  it('means less the longer it takes and the more others there are', () => {
    const values = [0, 1, 10, 60, 300].map((dt) => timeLogOdds(dt * SECOND, 3, 900))
    expect(values).toEqual([...values].sort((a, b) => b - a))
    const crowded = [0, 1, 5, 50].map((others) => timeLogOdds(SECOND, others, 900))
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
    ['on one CI', {}, {}, ['topology 2.7']],
    ['one relation apart', {}, { locus: 'b' }, ['topology 2.45']],
    ['two relations', {}, { locus: 'c' }, ['topology 2.2']],
    ['three relations', {}, { locus: 'd' }, ['topology 1.95']],
    ['four relations', {}, { locus: 'e' }, ['topology 1.2']],
    [
      'the same kind of alert near by counts once',
      { signature: 's' },
      { signature: 's', locus: 'b' },
      ['topology 2.45'],
    ],
    ['no path between two CIs', {}, { locus: 'x', signature: 't' }, ['topology -1']],
    ['no path, but the same kind', {}, { locus: 'x' }, ['topology -1', 'signature 1.2']],
    [
      'not in the topology',
      { bound: false, locus: '~host=x' },
      { locus: 'b', signature: 't' },
      ['topology 0'],
    ],
    [
      'nowhere, both',
      { bound: false, locus: null },
      { bound: false, locus: null, signature: 't' },
      ['topology 0'],
    ],
    [
      'the same placeholder',
      { bound: false, locus: '~app=x' },
      { bound: false, locus: '~app=x' },
      ['topology 2.7'],
    ],
    [
      'equal labels far away',
      { realm: { cluster: 'c', app: 'x' } },
      { locus: 'x', signature: 't', realm: { cluster: 'c', app: 'y' } },
      ['topology -1', 'labels 0.5'],
    ],
    [
      'many equal labels count at most so much',
      { realm: { a: '1', b: '1', c: '1', d: '1' } },
      { locus: 'x', signature: 't', realm: { a: '1', b: '1', c: '1', d: '1' } },
      ['topology -1', 'labels 1.5'],
    ],
    [
      'equal labels near by say nothing',
      { realm: { cluster: 'c' } },
      { locus: 'b', realm: { cluster: 'c' } },
      ['topology 2.45'],
    ],
    ['the same change', { changes: ['x', 'y'] }, { changes: ['y'] }, ['topology 2.7', 'change 1']],
    ['another change', { changes: ['x'] }, { changes: ['y'] }, ['topology 2.7']],
    [
      'different environments',
      { environment: 'prod' },
      { environment: 'test' },
      ['topology 2.7', 'conflict -20'],
    ],
    [
      'an environment that is not known',
      { environment: 'prod' },
      { environment: null },
      ['topology 2.7'],
    ],
  ])('%s', (_name, a, b, expected) => {
    expect(terms(side(a), side(b))).toEqual(expected)
  })

  it.each([
    [0.49, ['topology 2.7', 'noise -1']],
    [0.5, ['topology 2.7']],
  ])('of an alert of %f nats', (surprise, expected) => {
    expect(terms(side(), side(), { surprise })).toEqual(expected)
  })

  it('never joins different environments, however close they are', () => {
    const a = side({ environment: 'prod', changes: ['x'] })
    const score = linkScore(a, side({ environment: 'test', changes: ['x'] }), CONTEXT)
    expect(sigmoid(score)).toBeLessThan(0.001)
  })

  it('is weighted as people say, but for environments', () => {
    const light = { time: 0, topology: 0.5, signature: 2, labels: 2, change: 2, noise: 2 }
    const a = side({ environment: 'x', changes: ['c'] })
    const b = side({ environment: 'y', changes: ['c'], locus: 'far' })
    const weighted = linkTerms(a, b, { ...CONTEXT, weights: light })
    expect(weighted.map(({ name, w }) => `${name} ${w}`)).toEqual([
      'time 0',
      'topology 0.5',
      'signature 2',
      'change 2',
      'conflict 1',
    ])
    expect(linkScore(a, b, { ...CONTEXT, weights: light })).toBeCloseTo(-0.5 + 2.4 + 2 - 20, 9)
  })

  it('names its terms from the closed list, in its order, each with a sentence', () => {
    const a = side({ realm: { app: 'x' }, environment: 'p', changes: ['c'] })
    const b = side({ locus: 'far', realm: { app: 'x' }, environment: 't', changes: ['c'] })
    const all = linkTerms(a, b, { ...CONTEXT, surprise: 0 })
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
    })
    const anyNumbers = fc.tuple(fc.float({ min: 0, max: 99, noNaN: true }), fc.nat(12))
    fc.assert(
      fc.property(anySide, anySide, anyNumbers, (a, b, [others, surprise]) => {
        const near = CHAIN.between(a.locus ?? '', b.locus ?? '') ?? null
        const ctx = { ...CONTEXT, near, others, surprise }
        const sum = linkTerms(a, b, ctx).reduce((all, { x, w }) => all + x * w, 0)
        expect(linkScore(a, b, ctx)).toBe(sum)
      }),
    )
  })
})
