/** Bursts, rhythms and trends. */
import { describe, expect, it } from 'vitest'
import { collapseBursts, periodOf, trendOf } from '../../../src/core/problems/recurrence.ts'
import { DAY, HOUR, MINUTE } from '../../../src/core/time.ts'
import { chances, YEAR0 } from './year.ts'

const WEEK = 7 * DAY
const weeks = (n: number, at: number, jitter: readonly number[] = [0]): number[] =>
  Array.from({ length: n }, (_, i) => YEAR0 + i * WEEK + at + (jitter[i % jitter.length] ?? 0))

describe('bursts', () => {
  it.each([
    ['single ones', [0, 2 * DAY, 4 * DAY], 3],
    ['two within two hours', [0, HOUR, 3 * DAY, 6 * DAY], 3],
    ['a chain, each soon after the one before', [0, HOUR, 2 * HOUR, 3 * HOUR, 9 * DAY], 2],
    ['days full of them', [0, 5 * HOUR, 10 * HOUR, 15 * HOUR, 60 * DAY, 60 * DAY + 5 * HOUR], 2],
    ['none', [], 0],
  ])('%s', (_name, starts, expected) => {
    expect(collapseBursts(starts)).toHaveLength(expected)
  })
})

describe('rhythms', () => {
  it.each([
    ['Tuesdays at two', weeks(6, DAY + 2 * HOUR), 'Tuesdays 02:00 UTC'],
    [
      'with a jitter',
      weeks(8, DAY + 2 * HOUR, [0, 10 * MINUTE, -9 * MINUTE]),
      'Tuesdays 02:00 UTC',
    ],
    ['across midnight', weeks(8, 6 * DAY + 23.9 * HOUR, [0, 12 * MINUTE]), 'Sundays 00:00 UTC'],
    ['a day of the week', weeks(8, 4 * DAY + 8 * HOUR, [-7 * HOUR, 0, 7 * HOUR]), 'Fridays'],
    [
      'every day',
      Array.from({ length: 9 }, (_, i) => YEAR0 + i * DAY + 13 * HOUR),
      'daily about 13:00 UTC',
    ],
    [
      'some days',
      Array.from({ length: 9 }, (_, i) => YEAR0 + i * 5 * DAY + 13 * HOUR),
      'about 13:00 UTC',
    ],
    ['too few to say', weeks(3, DAY), null],
  ])('%s', (_name, starts, expected) => {
    const text = periodOf(starts)?.text ?? null
    if (expected === 'Sundays 00:00 UTC') expect(text).toMatch(/^(Sundays|Mondays) 00:00 UTC$/)
    else expect(text).toBe(expected)
  })

  it('are hardly ever seen where there are none', () => {
    let seen = 0
    for (let seed = 0; seed < 300; seed++) {
      const next = chances(seed)
      const starts = Array.from({ length: 4 + (seed % 12) }, () => YEAR0 + next() * 364 * DAY)
      if (periodOf(starts.sort((a, b) => a - b)) !== null) seen += 1
    }
    expect(seen).toBeLessThan(6)
  })
})

describe('the trend', () => {
  const ago = (...days: number[]): number[] => days.map((day) => YEAR0 - day * DAY)
  it.each([
    ['rises', ago(40, 10, 6, 3, 1), 'rising'],
    ['is steady', ago(50, 40, 30, 20, 10, 2), 'steady'],
    ['falls', ago(50, 45, 40, 38, 35, 30, 25, 20, 18), 'falling'],
    ['is steady where there is nothing', [], 'steady'],
  ])('%s', (_name, starts, expected) => {
    expect(trendOf(starts, YEAR0)).toBe(expected)
  })
})
