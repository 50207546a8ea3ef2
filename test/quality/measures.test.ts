/** The measures against examples that were worked by hand; the sums are in the comments. */
import { describe, expect, it } from 'vitest'
import { agreement, matching } from './measure/partition.ts'
import { mean } from './measure/summary.ts'

const letters = (text: string): string[] => [...text]

describe('agreement', () => {
  it('is full where the groups are the same by other names', () => {
    const same = agreement(letters('aabbc'), letters('xxyyz'))
    for (const value of Object.values(same)) expect(value).toBeCloseTo(1, 12)
  })

  // Truth {1,2,3}{4,5,6}, predicted {1,2}{3,4,5,6}: cells 2, 1, 3.
  const split = agreement(letters('aaabbb'), letters('xxyyyy'))

  it('counts B-cubed per item', () => {
    // Precision: 2 items in x have 2/2; item 3 has 1/4; items 4 to 6 have 3/4: (2 + .25 + 2.25) / 6.
    expect(split.precision).toBeCloseTo(4.5 / 6, 12)
    // Recall: items 1 and 2 have 2/3, item 3 has 1/3, items 4 to 6 have 3/3: (4/3 + 1/3 + 3) / 6.
    expect(split.recall).toBeCloseTo((5 / 3 + 3) / 6, 12)
    expect(split.f).toBeCloseTo((2 * 0.75 * (14 / 18)) / (0.75 + 14 / 18), 12)
  })

  it('counts pairs', () => {
    // Together in both: 1 + 0 + 3 = 4; in the prediction 1 + 6 = 7; in the truth 3 + 3 = 6; of 15 pairs.
    expect(split.pairPrecision).toBeCloseTo(4 / 7, 12)
    expect(split.pairRecall).toBeCloseTo(4 / 6, 12)
    // ARI: expected 6 · 7 / 15 = 2.8; (4 − 2.8) / (6.5 − 2.8).
    expect(split.ari).toBeCloseTo(1.2 / 3.7, 12)
  })

  it('counts information', () => {
    // I = 2/6 ln(6·2/(3·2)) + 1/6 ln(6·1/(3·4)) + 3/6 ln(6·3/(3·4)) = 0.318257...
    const mutual = (1 / 3) * Math.log(2) + (1 / 6) * Math.log(0.5) + 0.5 * Math.log(1.5)
    const truth = Math.log(2)
    const predicted = -((1 / 3) * Math.log(1 / 3) + (2 / 3) * Math.log(2 / 3))
    expect(split.homogeneity).toBeCloseTo(mutual / truth, 12)
    expect(split.completeness).toBeCloseTo(mutual / predicted, 12)
    // By hand: 20 ways to choose the three of the first group. Both or none of x in it: 8 of 20 with
    // I = ln 2 / 3 + ln .5 / 6 + ln 1.5 / 2; one of x in each: 12 of 20 with I = 0.
    const expected = (8 / 20) * mutual
    expect(split.ami).toBeCloseTo((mutual - expected) / ((truth + predicted) / 2 - expected), 10)
  })

  it('takes the largest share of every group for purity', () => {
    // x has 2 of 2, y has 3 of 4.
    expect(split.purity).toBeCloseTo(5 / 6, 12)
  })

  it('gives no credit by chance to one group for each or one for all', () => {
    const truth = letters('aaabbb')
    expect(agreement(truth, letters('uvwxyz')).ari).toBeCloseTo(0, 12)
    expect(agreement(truth, letters('uvwxyz')).ami).toBeCloseTo(0, 10)
    expect(agreement(truth, letters('uuuuuu')).ari).toBeCloseTo(0, 12)
    expect(agreement(truth, letters('uuuuuu'))).toMatchObject({ precision: 0.5, recall: 1 })
  })

  it('has nothing against an empty list', () => {
    expect(agreement([], [])).toMatchObject({ precision: 1, recall: 1, ari: 1, purity: 1 })
  })
})

describe('matching', () => {
  it('matches groups that share at least half of what they hold', () => {
    // a with x: 2 of 3; a with y: 1 of 6; b with y: 3 of 4. Both match; three cells for two and two.
    expect(matching(letters('aaabbb'), letters('xxyyyy'))).toEqual({
      precision: 1,
      recall: 1,
      fragmentation: 1.5,
      contamination: 1.5,
      actions: 0.5,
    })
  })

  it('finds no match in fragments', () => {
    // Four groups of one: none is half of a; each a is in four groups: three merges.
    expect(matching(letters('aaaa'), letters('wxyz'))).toEqual({
      precision: 0,
      recall: 0,
      fragmentation: 4,
      contamination: 1,
      actions: 3,
    })
  })
})

describe('a summary', () => {
  it('has a mean', () => {
    expect(mean([1, 2, 6])).toBe(3)
    expect(mean([])).toBeNaN()
  })
})
