/** Weights from corrections: a small, bounded step towards what people said, and none without enough of it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LEARNED_TERMS } from '../../../src/core/evidence.ts'
import {
  CORRECTION_KEEP_MS,
  type CorrectionState,
  type JudgedLink,
} from '../../../src/core/learn/corrections.ts'
import { MIN_WEIGHT } from '../../../src/core/learn/support.ts'
import {
  boundsOfWeight,
  MAX_STEP,
  RANGE,
  type Weights,
  type WeightsProposal,
  weightsProposalOf,
} from '../../../src/core/learn/weights.ts'
import { defaultRules } from '../../../src/core/rules.ts'
import { correction, NOW } from '../../support/corrections.ts'

const RULES: Weights = defaultRules().correlate.weights
const PEOPLE = ['ann', 'bo', 'cy', 'di', 'ed']

/** A link just below the threshold, alike by labels, of which somebody says that it holds. */
const BELOW: JudgedLink = { together: true, said: true, x: { time: -1, labels: 2.3 } }
const said = (n: number, links: readonly JudgedLink[], more: Partial<CorrectionState> = {}) =>
  correction(n, [], { by: PEOPLE[n % PEOPLE.length] ?? '', links, ...more })
const times = (n: number, links: readonly JudgedLink[], more: Partial<CorrectionState> = {}) =>
  Array.from({ length: n }, (_, at) => said(at + 1, links, more))

function propose(
  corrections: readonly CorrectionState[],
  { inForce = RULES, rules = RULES, now = NOW } = {},
): WeightsProposal | null {
  return weightsProposalOf({
    ...{ corrections, inForce, rules, now, threshold: Math.log(4) },
    ...{ scope: 'default', version: null, declined: () => undefined },
  })
}

describe('weights', () => {
  it('move a small step towards what people said, and judge more links as they did', () => {
    const one = propose(times(4, [BELOW]))
    expect(one).toMatchObject({ weight: 4, links: { of: 4, before: 0, after: 4 }, against: [] })
    for (const { term, from, to } of one?.changes ?? []) {
      expect(['labels', 'time']).toContain(term)
      expect(to > from).toBe(term === 'labels')
      expect(Math.abs(to - from)).toBeLessThanOrEqual(MAX_STEP + 1e-9)
    }
  })

  it('change as few as do it: what is read is what is needed', () => {
    const near = { ...BELOW, x: { time: -1, topology: 0.01, labels: 2.36 } }
    expect(propose(times(4, [near]))?.changes).toHaveLength(1)
  })

  const far = { ...BELOW, x: { time: -9, labels: 1.5 } }
  const beside = { together: false, said: false, x: BELOW.x }
  it.each<[string, readonly CorrectionState[]]>([
    ['too few incidents', times(MIN_WEIGHT - 1, [BELOW])],
    ['one incident, however often', times(9, [BELOW], { incident: 'INC-1', other: 'INC-2' })],
    ['links that no small step reaches', times(9, [far])],
    ['links that are judged so already', times(9, [{ ...BELOW, x: { topology: 4.1 } }])],
    ['what was left as it was beside it', times(9, [BELOW, beside])],
    [
      'as many that say the opposite',
      times(10, []).map((one, n) => ({
        ...one,
        links: [n % 2 === 0 ? BELOW : { ...BELOW, together: false }],
      })),
    ],
    [
      'one of several who does it alone',
      [said(99, [], { by: 'zoe', links: [far] }), ...times(9, [BELOW], { by: 'ann' })],
    ],
    ['what is too old', times(9, [BELOW], { at: NOW - CORRECTION_KEEP_MS })],
  ])('are not proposed from %s', (_what, corrections) => {
    expect(propose(corrections)).toBeNull()
  })

  it('are taught by one person where there is only one', () => {
    expect(propose(times(3, [BELOW], { by: 'ann' }))).toMatchObject({ weight: 3 })
  })

  it('that the rules have switched off stay so', () => {
    const rules = { ...RULES, labels: 0 }
    const one = propose(times(5, [{ ...BELOW, x: { time: 1.3, labels: 4 } }]), {
      rules,
      inForce: rules,
    })
    expect(one?.changes.map(({ term }) => term)).toEqual(['time'])
  })

  it('never leave half and double of what the rules say, after ever so many steps', () => {
    const reach = Array.from(
      { length: 40 },
      (_, n): JudgedLink => ({
        ...BELOW,
        x: { labels: Math.log(4) / (1 + n / 50) },
      }),
    )
    let inForce: Weights = RULES
    for (let step = 0; step < 40; step++) {
      const one = propose(
        reach.map((link, n) => said(n, [link], { by: `p${n}` })),
        { inForce },
      )
      if (one === null) break
      for (const { term, to } of one.changes) inForce = { ...inForce, [term]: to }
    }
    expect(inForce.labels).toBeGreaterThan(1.1)
    expect(inForce.labels).toBeLessThanOrEqual(RANGE.most)
  })
})

const anyLink: fc.Arbitrary<JudgedLink> = fc.record({
  together: fc.boolean(),
  said: fc.boolean(),
  x: fc.dictionary(
    fc.constantFrom(...LEARNED_TERMS, 'other'),
    fc.double({ min: -40, max: 40, noNaN: true }),
  ),
})
const anyCorrection = fc.record({
  by: fc.constantFrom(...PEOPLE),
  incident: fc.nat(30).map((n) => `INC-${n}`),
  links: fc.array(anyLink, { maxLength: 4 }),
})
/** Mostly of what is near the threshold, so that something is proposed. */
const anyCorrections = fc
  .tuple(fc.array(anyCorrection, { maxLength: 12 }), fc.integer({ min: 3, max: 12 }))
  .map(([others, n]) => [
    ...times(n, [BELOW]),
    ...others.map((one, index) => said(index + 50, one.links, one)),
  ])
const anyInForce: fc.Arbitrary<Weights> = fc
  .dictionary(fc.constantFrom(...LEARNED_TERMS), fc.integer({ min: 50, max: 200 }))
  .map((shares) => ({
    ...RULES,
    ...Object.fromEntries(
      LEARNED_TERMS.map((term) => [term, Math.round(RULES[term] * (shares[term] ?? 100)) / 100]),
    ),
  }))

describe('whatever was said', () => {
  it('each weight stays within its bounds, and keeps its sign', () => {
    let proposals = 0
    fc.assert(
      fc.property(anyCorrections, anyInForce, (corrections, inForce) => {
        const one = propose(corrections, { inForce })
        if (one === null) return
        proposals += 1
        expect(one.links.after).toBeGreaterThan(one.links.before)
        for (const { term, from, to } of one.changes) {
          const { least, most } = boundsOfWeight(term, { inForce, rules: RULES })
          expect(from).toBe(inForce[term])
          expect(to).toBeGreaterThanOrEqual(least)
          expect(to).toBeLessThanOrEqual(most)
          expect(to).toBeGreaterThan(0)
        }
      }),
    )
    expect(proposals).toBeGreaterThan(0)
  })

  it('the order in which it was said changes nothing', () => {
    const shuffled = anyCorrections.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray([...all], { minLength: all.length, maxLength: all.length }),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([all, others]) => {
        expect(propose(others)).toEqual(propose(all))
      }),
    )
  })

  it('one of several people moves nothing alone', () => {
    const flood = fc.array(fc.array(anyLink, { minLength: 1, maxLength: 4 }), { maxLength: 60 })
    fc.assert(
      fc.property(flood, fc.boolean(), (all, together) => {
        const links = [{ ...BELOW, together, x: { time: together ? -1 : -0.8, labels: 2.3 } }]
        const honest = [said(900, [far(together)], { by: 'zoe' })]
        const mallory = [
          ...all.map((some, n) => said(n, some, { by: 'mallory' })),
          ...Array.from({ length: 40 }, (_, n) => said(n + 100, links, { by: 'mallory' })),
        ]
        const one = propose([...honest, ...mallory])
        expect(one === null || one.corrections.some(({ by }) => by === 'zoe')).toBe(true)
      }),
    )
  })
})

function far(together: boolean): JudgedLink {
  return { together, said: true, x: { time: together ? -9 : 9 } }
}
