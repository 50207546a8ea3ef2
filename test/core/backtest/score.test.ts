/** Precision and recall against corrections. */
import { describe, expect, it } from 'vitest'
import { type Constraint, MAX_SIDE, pairsOf, scorePairs } from '../../../src/core/backtest/score.ts'

const together = (some: string, others: string): Constraint => ({
  together: [some.split(''), others.split('')],
  apart: [[], []],
})
const apart = (some: string, others: string): Constraint => ({
  together: [[], []],
  apart: [some.split(''), others.split('')],
})

/** `ab c`: a and b in one incident, c in another; `-d`: in none; others are unknown. */
function homes(text: string): (key: string) => string | null | undefined {
  return (key) => {
    const group = text.split(' ').find((one) => one.includes(key))
    return group?.startsWith('-') ? null : group
  }
}

describe('scorePairs', () => {
  it.each<[string, Constraint[], string, number | null, number | null]>([
    ['has no figure where nobody corrected anything', [], 'ab', null, null],
    ['finds what should be together', [together('a', 'b')], 'ab', 1, 1],
    ['misses what should be together', [together('a', 'b')], 'a b', null, 0],
    ['counts every pair of a merge', [together('ab', 'cd')], 'abc d', 1, 0.5],
    [
      'is less precise where it holds what was split',
      [apart('a', 'b'), together('c', 'd')],
      'ab cd',
      0.5,
      1,
    ],
    ['has no recall where people only split', [apart('a', 'b')], 'a b', null, null],
    ['takes the last word on a pair', [together('a', 'b'), apart('b', 'a')], 'ab', 0, null],
    ['takes what is in no incident for alone', [together('a', 'b')], '-ab', null, 0],
    ['leaves out what it does not know', [together('a', 'bx')], 'ab', 1, 1],
  ])('%s', (_name, constraints, grouping, precision, recall) => {
    const score = scorePairs(pairsOf(constraints), homes(grouping))
    expect([score.precision, score.recall]).toEqual([precision, recall])
  })

  it('lets a large correction count no more than its bound, and says what is left out', () => {
    const many = Array.from({ length: 200 }, (_, n) => `m${n}`)
    const { all, leftOut } = pairsOf([{ together: [many, ['x', 'y']], apart: [[], []] }])
    expect(all).toHaveLength(2 * MAX_SIDE)
    expect(leftOut).toBe(400 - 2 * MAX_SIDE)
  })
})
