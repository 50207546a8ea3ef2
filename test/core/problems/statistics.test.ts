/** The distributions against tables of textbooks and against each other. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  directionOf,
  discoveries,
  logFactorial,
  medianOf,
  poissonTail,
  poissonUpTo,
  rateInterval,
} from '../../../src/core/problems/statistics.ts'

describe('Poisson', () => {
  it.each([
    [0, 2, 1],
    [1, 2, 0.864665],
    [3, 2, 0.323324],
    [5, 0.5, 0.000172],
    [10, 10, 0.54207],
    [12, 0.6, 2.61e-12],
    [30, 5, 2.82e-14],
  ])('P(X >= %d) of mean %d is %d', (count, mean, expected) => {
    expect(poissonTail(count, mean) / expected).toBeCloseTo(1, 2)
  })

  it('has tails that add up to 1 and fall with the count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2000 }), (n, m) => {
        const mean = m / 10
        expect(poissonTail(n, mean) + poissonUpTo(n - 1, mean)).toBeCloseTo(1, 9)
        expect(poissonTail(n + 1, mean)).toBeLessThanOrEqual(poissonTail(n, mean) + 1e-12)
      }),
    )
  })

  it('knows factorials on both sides of its approximation', () => {
    expect(logFactorial(9)).toBeCloseTo(Math.log(362_880), 12)
    expect(logFactorial(12)).toBeCloseTo(Math.log(479_001_600), 7)
  })
})

describe('false discoveries', () => {
  it.each([
    ['the textbook case', [0.01, 0.04, 0.03, 0.005], 4, [true, true, true, true]],
    ['one that is not', [0.01, 0.5, 0.02, 0.2], 4, [true, false, true, false]],
    ['those that were not looked at count', [0.01, 0.02], 100, [false, false]],
    ['none', [], 0, []],
  ])('%s', (_name, ps, total, expected) => {
    expect(discoveries(ps, { rate: 0.05, total })).toEqual(expected)
  })
})

describe('directions', () => {
  it.each([
    ['always the same', [1, 11, 21, 31], 1, 1],
    ['opposite', [0, 5], 0, 0],
    ['a quarter apart', [0, 2.5], 1.25, Math.SQRT1_2],
  ])('%s', (_name, times, phase, strength) => {
    const found = directionOf(times, 10)
    expect(found.strength).toBeCloseTo(strength, 9)
    if (strength > 0) expect(found.phase).toBeCloseTo(phase, 9)
  })

  it('of few times is chance more easily than of many', () => {
    const same = (n: number): number => directionOf(Array(n).fill(3), 10).p
    expect(same(2)).toBeGreaterThan(0.1)
    expect(same(4)).toBeLessThan(0.01)
    expect(directionOf([], 10)).toEqual({ phase: 0, strength: 0, p: 1 })
  })
})

it.each([
  [[], 0],
  [[4], 4],
  [[9, 1, 5], 5],
  [[1, 2, 3, 10], 2.5],
])('the median of %j is %d', (values, expected) => {
  expect(medianOf(values)).toBe(expected)
})

it('gives rates intervals around their count', () => {
  for (const count of [0, 1, 5, 50]) {
    const { low, high } = rateInterval(count)
    expect(low).toBeLessThan(count + 0.5)
    expect(high).toBeGreaterThan(count)
    expect(low).toBeGreaterThanOrEqual(0)
  }
})
