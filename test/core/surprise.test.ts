import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ciKey,
  HALF_LIFE_MS,
  leastUseful,
  observe,
  type RateRecord,
  SURPRISE_CAP,
  signatureKey,
  surpriseOf,
} from '../../src/core/surprise.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'

const WINDOW = 10 * MINUTE

/** Starts every `everyMs` from 0 until before `until`, as one record. */
function history(everyMs: number, until: number): RateRecord {
  let record = observe(undefined, 0)
  for (let at = everyMs; at < until; at += everyMs) record = observe(record, at)
  return record
}

describe('surpriseOf', () => {
  const once = observe(undefined, 0)
  const hourly = history(HOUR, 7 * DAY)
  const daily = history(DAY, 7 * DAY)
  const minutely = history(MINUTE, DAY)
  it.each<[string, number, { ci?: RateRecord; signature?: RateRecord; at: number }]>([
    ['the very first alert of all: not the cap', 5.66, { at: 0 }],
    ['a kind never seen in a quarter of a day', 6, { at: 6 * HOUR }],
    ['a kind never seen in a day', 9.6, { at: DAY }],
    ['a kind never seen in two months', 11.95, { at: 60 * DAY }],
    ['a known kind on a new CI after a week', 7.42, { signature: once, at: 7 * DAY }],
    ['seen once, a week ago', 6.89, { ci: once, signature: once, at: 7 * DAY }],
    ['a daily one', 5.01, { ci: daily, signature: daily, at: 7 * DAY }],
    ['an hourly one', 1.88, { ci: hourly, signature: hourly, at: 7 * DAY }],
    ['one per minute', 0, { ci: minutely, signature: minutely, at: DAY }],
  ])('%s: %d', (_name, expected, { ci, signature, at }) => {
    const s = surpriseOf(ci, signature, { at, windowMs: WINDOW, startedAt: 0 })
    expect(s).toBeCloseTo(expected, 2)
  })

  it('is the formula of the Gamma-Poisson rate for a CI with a history', () => {
    const record = { n: 3, at: 5 * DAY, cis: 2 }
    const exposure = ((1 - 2 ** (-5 / 14)) * 14 * DAY) / Math.LN2
    const mean = (0.5 + 3) / (2 * (DAY + exposure))
    const rate = (1 + 3) / (1 / mean + exposure)
    const at = { at: 5 * DAY, windowMs: WINDOW, startedAt: 0 }
    expect(surpriseOf(record, record, at)).toBeCloseTo(-Math.log(1 - Math.exp(-rate * WINDOW)), 9)
  })

  const anyHistory = fc.array(fc.integer({ min: 0, max: 30 * DAY }), { maxLength: 30 })
  const anyWindow = fc.integer({ min: MINUTE, max: HOUR })
  const fold = (starts: readonly number[]): RateRecord | undefined =>
    starts.reduce<RateRecord | undefined>((record, at) => observe(record, at), undefined)

  it('stays within 0 and the cap, and is a number', () => {
    fc.assert(
      fc.property(
        anyHistory,
        anyHistory,
        fc.integer({ min: -DAY, max: 400 * DAY }),
        anyWindow,
        (ci, signature, at, windowMs) => {
          const s = surpriseOf(fold(ci), fold(signature), { at, windowMs, startedAt: 0 })
          expect(s).toBeGreaterThanOrEqual(0)
          expect(s).toBeLessThanOrEqual(SURPRISE_CAP)
        },
      ),
    )
  })

  it('never rises with one more earlier start of the same on the same CI', () => {
    fc.assert(
      fc.property(anyHistory, fc.integer({ min: 0, max: 30 * DAY }), (starts, extra) => {
        const at = { at: 30 * DAY, windowMs: WINDOW, startedAt: 0 }
        const before = surpriseOf(fold(starts), fold(starts), at)
        const more = fold([...starts, extra])
        expect(surpriseOf(more, more, at)).toBeLessThanOrEqual(before + 1e-9)
      }),
    )
  })

  it('comes back when the noise stops', () => {
    const record = history(HOUR, 2 * DAY)
    const onDay = (days: number): number =>
      surpriseOf(record, record, { at: days * DAY, windowMs: WINDOW, startedAt: 0 })
    expect(onDay(30)).toBeGreaterThan(onDay(3) + 2)
  })
})

describe('observe', () => {
  it('halves old starts in a half-life', () => {
    const first = observe(undefined, 0)
    expect(observe(first, HALF_LIFE_MS).n).toBeCloseTo(1.5, 9)
  })

  it('does not depend on the order of arrival', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 * DAY }), { minLength: 1 }), (starts) => {
        const fold = (list: readonly number[]): RateRecord | undefined =>
          list.reduce<RateRecord | undefined>((record, at) => observe(record, at), undefined)
        const inOrder = fold([...starts].sort((a, b) => a - b))
        const asCame = fold(starts)
        expect(asCame?.at).toBe(inOrder?.at)
        expect(asCame?.n).toBeCloseTo(inOrder?.n ?? Number.NaN, 6)
      }),
    )
  })

  it('counts the CIs of a signature', () => {
    const one = observe(undefined, 0, true)
    expect(observe(observe(one, 1, false), 2, true).cis).toBe(2)
  })

  it('survives JSON', () => {
    const record = observe(observe(undefined, 3), 9, true)
    expect(JSON.parse(JSON.stringify(record))).toEqual(record)
  })
})

describe('keys', () => {
  it('are different for different pairs, and for signatures', () => {
    const text = fc.string({ maxLength: 6 })
    fc.assert(
      fc.property(text, text, text, text, (s1, c1, s2, c2) => {
        fc.pre(s1 !== s2 || c1 !== c2)
        expect(ciKey(s1, c1)).not.toBe(ciKey(s2, c2))
        expect(ciKey(s1, null)).not.toBe(ciKey(s2, c2))
        expect(ciKey(s1, c1)).not.toBe(signatureKey(s2))
      }),
    )
  })
})

describe('leastUseful', () => {
  const records = new Map<string, RateRecord>([
    ['many', { n: 9, at: 0, cis: 1 }],
    ['late', { n: 1, at: DAY, cis: 1 }],
    ['early', { n: 1, at: 0, cis: 1 }],
    ['same', { n: 1, at: 0, cis: 1 }],
  ])

  it.each<[number, readonly string[]]>([
    [9, []],
    [4, []],
    [3, ['early']],
    [2, ['early', 'same']],
    [0, ['early', 'same', 'late', 'many']],
  ])('keeps %i', (keep, gone) => {
    expect(leastUseful(records, DAY, keep)).toEqual(gone)
    const reversed = new Map([...records].reverse())
    expect(leastUseful(reversed, DAY, keep)).toEqual(gone)
  })
})
