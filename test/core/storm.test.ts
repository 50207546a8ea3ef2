import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Arrivals,
  countArrivals,
  countHeavy,
  emptyArrivals,
  type Heavy,
  heaviest,
  isQuiet,
  rateOf,
} from '../../src/core/storm.ts'
import { DAY, HOUR, MINUTE, SECOND } from '../../src/core/time.ts'

const START = Date.UTC(2026, 0, 31, 10)
const SETTINGS = { min_alerts: 100, factor: 5 }

function count(arrivals: Arrivals, at: number, n: number): void {
  countArrivals(arrivals, { at: START + at, count: n }, SETTINGS)
}

/** So many alerts in each minute, one after the other. */
function minutes(arrivals: Arrivals, from: number, counts: readonly number[]): void {
  for (const [index, n] of counts.entries()) count(arrivals, from + index * MINUTE, n)
}

describe('the rate', () => {
  it.each<[string, readonly (readonly [at: number, n: number])[], number]>([
    [
      'counts what came within the slots of the last minute',
      [
        [0, 3],
        [30_000, 4],
        [59_999, 5],
      ],
      12,
    ],
    [
      'leaves out what is older',
      [
        [0, 3],
        [60_000, 4],
      ],
      4,
    ],
    [
      'leaves out what is much older',
      [
        [0, 3],
        [DAY, 4],
      ],
      4,
    ],
    [
      'keeps what is a moment too old for a minute, at most ten seconds',
      [
        [9_999, 3],
        [59_999, 4],
      ],
      7,
    ],
  ])('%s', (_name, counts, expected) => {
    const arrivals = emptyArrivals(START)
    for (const [at, n] of counts) count(arrivals, at, n)
    expect(rateOf(arrivals, SETTINGS).rate).toBe(expected)
  })
})

describe('what is usual', () => {
  it('is nothing at first, so that the least number decides', () => {
    expect(rateOf(emptyArrivals(START), SETTINGS)).toEqual({ rate: 0, usual: 0, threshold: 100 })
  })

  it.each<[number, number, number]>([
    // alerts in every minute of an hour; usual, which is known to a fifth; threshold
    [10, 10, 100],
    [40, 44, 220],
    [90, 105, 525],
  ])('is learned: %i in every minute', (n, usual, threshold) => {
    const arrivals = emptyArrivals(START)
    minutes(arrivals, 0, Array<number>(120).fill(n))
    expect(rateOf(arrivals, SETTINGS)).toMatchObject({ usual, threshold })
  })

  it('is not what a few minutes of a day bring', () => {
    const arrivals = emptyArrivals(START)
    minutes(arrivals, 0, [...Array<number>(10).fill(5000), ...Array<number>(600).fill(2)])
    expect(rateOf(arrivals, SETTINGS)).toMatchObject({ usual: 2, threshold: 100 })
  })

  it('becomes what lasts for hours, step by step, and is forgotten after weeks', () => {
    const arrivals = emptyArrivals(START)
    minutes(arrivals, 0, Array<number>(6 * 60).fill(1000))
    expect(rateOf(arrivals, SETTINGS).usual).toBeGreaterThanOrEqual(1000)
    expect(rateOf(arrivals, SETTINGS).usual).toBeLessThanOrEqual(1200)
    count(arrivals, 60 * DAY, 1)
    expect(rateOf(arrivals, SETTINGS)).toMatchObject({ usual: 0, threshold: 100 })
  })
})

it.each([
  [49, true],
  [50, false],
  [100, false],
])('is quiet below half of the threshold: %i of 100', (rate, quiet) => {
  expect(isQuiet({ rate, usual: 0, threshold: 100 })).toBe(quiet)
})

it('counts alike however the alerts of a moment are split, and reads time only from its arguments', () => {
  const moments = fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 3 * HOUR }),
      n: fc.integer({ min: 1, max: 500 }),
    }),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(moments, (all) => {
      const [whole, split] = [emptyArrivals(START), emptyArrivals(START)]
      let at = 0
      for (const { after, n } of all) {
        at += after
        count(whole, at, n)
        count(split, at, 1)
        count(split, at, n - 1)
      }
      expect(split).toEqual(whole)
      expect(rateOf(split, SETTINGS).threshold).toBeGreaterThanOrEqual(SETTINGS.min_alerts)
    }),
  )
})

describe('names that come often', () => {
  it('are found among many that come once, with what is sure of their number', () => {
    const heavy: Heavy[] = []
    for (let n = 0; n < 20_000; n++) {
      countHeavy(heavy, `one-${n}`)
      if (n % 4 === 0) countHeavy(heavy, 'often')
    }
    const [first, second] = heaviest(heavy, 5)
    expect(first?.name).toBe('often')
    expect(first?.count).toBeLessThanOrEqual(5000)
    expect(first?.count).toBeGreaterThan(4000)
    expect(second?.count).toBe(1)
    expect(heavy).toHaveLength(64)
  })

  it('never claim more than came', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(150), { maxLength: 600 }), (names) => {
        const heavy: Heavy[] = []
        for (const name of names) countHeavy(heavy, `${name}`)
        for (const { name, count: sure } of heaviest(heavy, 64))
          expect(sure).toBeLessThanOrEqual(names.filter((one) => `${one}` === name).length)
      }),
    )
  })
})

it('takes the same time for a minute after a minute as after a year', () => {
  const arrivals = emptyArrivals(START)
  count(arrivals, 365 * DAY, 1)
  count(arrivals, 365 * DAY + 10 * SECOND, 1)
  expect(rateOf(arrivals, SETTINGS).rate).toBe(2)
})
