import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HABIT_HALF_LIFE_MS, habitOf, noteHour, type WeekCount } from '../../src/core/habit.ts'
import { DAY, HOUR, MINUTE } from '../../src/core/time.ts'

/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 2, 2)
const WEEK = 7 * DAY
const AT_3 = MONDAY + 3 * HOUR

function counted(starts: readonly number[]): WeekCount | undefined {
  return starts.reduce<WeekCount | undefined>((count, at) => noteHour(count, at), undefined)
}

/** Starts every `everyMs`, so many times. */
function every(everyMs: number, times: number, first = AT_3): number[] {
  return Array.from({ length: times }, (_, n) => first + n * everyMs)
}

const MOST_WEEKS = 'comes most weeks about now'
const MOST_DAYS = 'comes most days about now'
const OTHER_HOURS = 'comes at other hours as a rule'

describe('a habit', () => {
  it.each<[string, number[], number, number, string | null]>([
    ['never seen', [], 0, 1, null],
    ['often within the first day', every(2 * HOUR, 8), 17 * HOUR, 1, null],
    ['once, a week later', every(WEEK, 1), WEEK, 3.4, expect.anything()],
    ['twice, weekly', every(WEEK, 2), 2 * WEEK, 5, MOST_WEEKS],
    ['eight weeks', every(WEEK, 8), 8 * WEEK, 11.5, MOST_WEEKS],
    ['eight weeks, a minute before the hour', every(WEEK, 8), 8 * WEEK - MINUTE, 11.5, MOST_WEEKS],
    ['eight weeks, on Tuesday', every(WEEK, 8), 8 * WEEK + DAY, 1.6, null],
    ['eight weeks, on Monday noon', every(WEEK, 8), 8 * WEEK + 9 * HOUR, 0.85, null],
    ['half a year, on Monday noon', every(WEEK, 26), 26 * WEEK + 9 * HOUR, 0.8, null],
    ['nightly for a week', every(DAY, 7), 7 * DAY, 6.8, MOST_DAYS],
    ['nightly for four weeks', every(DAY, 28), 28 * DAY, 9, MOST_DAYS],
    ['nightly for four weeks, at noon', every(DAY, 28), 28.375 * DAY, 0.53, OTHER_HOURS],
    ['hourly for a month', every(HOUR, 720), 30 * DAY, 1, null],
    ['hourly, a little early', every(HOUR - 1, 720), 30 * DAY, 1, null],
    ['every two hours, between', every(2 * HOUR, 360), 29 * DAY + HOUR, 1, null],
    ['every five hours for a year', every(5 * HOUR, 1752), 365 * DAY, 1, null],
  ])('%s', (_name, starts, after, factor, note) => {
    const habit = habitOf(counted(starts), AT_3 + after)
    expect(habit.factor / factor).toBeGreaterThan(0.8)
    expect(habit.factor / factor).toBeLessThan(1.25)
    expect(habit.note).toEqual(note)
  })

  it('is the two Gamma-Poisson estimates, of the day and then of the week', () => {
    const [monday, tuesday] = [AT_3, AT_3 + DAY + 20 * MINUTE]
    const at = AT_3 + WEEK
    const left = (start: number): number => 2 ** ((start - at) / HABIT_HALF_LIFE_MS)
    const all = left(monday) + left(tuesday)
    const byDay = (1 + all) / (1 + all / 12)
    const byWeek = (1 + left(monday)) / (1 + (all / 84) * byDay)
    const habit = habitOf(counted([monday, tuesday]), at)
    expect(habit.factor).toBeCloseTo(byDay * byWeek, 9)
    expect(habit.times).toBeCloseTo(left(monday), 9)
    expect(habit.weeks).toBeCloseTo((1 - 2 ** (-1 / 8)) / (Math.LN2 / 8), 9)
  })

  it('is learned of occasions, not of alerts: a storm in one hour counts once', () => {
    const storm = Array.from({ length: 1000 }, (_, n) => AT_3 + n * 2000)
    const later = AT_3 + 5 * DAY
    expect(habitOf(counted(storm), later)).toEqual(habitOf(counted([AT_3]), later))
  })

  it('does not count the two hours before: what goes on is no habit', () => {
    const [old, recent] = [every(WEEK, 4), AT_3 + 4 * WEEK]
    for (const ago of [0, MINUTE, 2 * HOUR - 1])
      expect(habitOf(counted([...old, recent]), recent + ago)).toEqual(
        habitOf(counted(old), recent + ago),
      )
    expect(habitOf(counted([...old, recent]), recent + WEEK).times).toBeGreaterThan(3.5)
  })

  it('fades when the alert stops coming then', () => {
    const count = counted(every(WEEK, 8))
    const asked = (weeks: number): number => habitOf(count, AT_3 + weeks * WEEK).factor
    expect(asked(40)).toBeLessThan(asked(8) / 3)
    expect(habitOf(count, AT_3 + 40 * WEEK).note).not.toBe(MOST_WEEKS)
  })

  it('of starts by chance stays near 1, and is not spoken of as a habit of most weeks', () => {
    let seed = 7
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    let extremes = 0
    for (let round = 0; round < 200; round++) {
      const starts = Array.from({ length: 20 }, () => MONDAY + Math.floor(random() * 14 * DAY))
      const habit = habitOf(counted(starts.sort((a, b) => a - b)), MONDAY + 14 * DAY)
      if (habit.factor > 3 || habit.factor < 1 / 3) extremes += 1
      expect([MOST_DAYS, OTHER_HOURS]).not.toContain(habit.note)
    }
    expect(extremes).toBeLessThan(20)
  })
})

const anyStarts = fc
  .array(fc.integer({ min: 0, max: 120 * DAY }), { maxLength: 60 })
  .map((list) => list.sort((a, b) => a - b).map((at) => MONDAY + at))

describe('a week count', () => {
  it('is bounded, in order, without empty hours, and survives JSON', () => {
    fc.assert(
      fc.property(anyStarts, (starts) => {
        const count = counted(starts)
        if (count === undefined) return
        const hours = count.hours.map(([hour]) => hour)
        expect(hours).toEqual([...new Set(hours)].sort((a, b) => a - b))
        expect(hours.every((hour) => Number.isInteger(hour) && hour >= 0 && hour < 168)).toBe(true)
        expect(count.hours.every(([, n]) => n > 0)).toBe(true)
        expect(count.recent.length).toBeGreaterThan(0)
        expect(count.recent.length).toBeLessThanOrEqual(3)
        expect(JSON.parse(JSON.stringify(count))).toEqual(count)
      }),
    )
  })

  it('gives a factor from 0 to 84, whenever it is asked', () => {
    fc.assert(
      fc.property(anyStarts, fc.integer({ min: -DAY, max: 400 * DAY }), (starts, at) => {
        const { factor, times, weeks } = habitOf(counted(starts), MONDAY + at)
        expect(factor).toBeGreaterThan(0)
        expect(factor).toBeLessThanOrEqual(84)
        expect(Number.isFinite(times) && times >= 0 && weeks >= 0).toBe(true)
      }),
    )
  })

  it('never makes an hour less likely by one more occasion in it', () => {
    fc.assert(
      fc.property(anyStarts, fc.integer({ min: 1, max: 16 }), (starts, weeksAgo) => {
        const at = MONDAY + 130 * DAY + 30 * MINUTE
        const more = [...starts, at - weeksAgo * WEEK].sort((a, b) => a - b)
        const clear = starts.every((one) => Math.abs(one - (at - weeksAgo * WEEK)) >= HOUR)
        fc.pre(clear)
        expect(habitOf(counted(more), at).factor).toBeGreaterThanOrEqual(
          habitOf(counted(starts), at).factor - 1e-9,
        )
      }),
    )
  })

  it('sees the same before and after it counts the next occasion', () => {
    fc.assert(
      fc.property(anyStarts, fc.integer({ min: HOUR, max: 90 * DAY }), (starts, gap) => {
        const before = counted(starts)
        fc.pre(before !== undefined)
        const next = (before?.recent.at(-1) ?? 0) + gap
        const [a, b] = [habitOf(before, next), habitOf(noteHour(before, next), next)]
        expect(b.factor).toBeCloseTo(a.factor, 9)
        expect(b.note).toBe(a.note)
      }),
    )
  })
})
