/** Hours: days and nights, holidays, and clocks that change, wherever the machine stands. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clockText,
  endOfSight,
  Hours,
  isWithin,
  recurrenceText,
  spanAt,
} from '../../src/core/hours.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'

const BERLIN = 'Europe/Berlin'
const hoursOf = (given: object) => Hours.parse({ name: 'x', time_zone: BERLIN, ...given })
const within = (given: object, ...times: string[]) =>
  times.map((time) => isWithin(hoursOf(given), Date.parse(time)))

const OFFICE = {
  holidays: ['12-25', '2026-04-06'],
  windows: [{ days: ['mon-fri'], from: '08:00', to: '18:00' }],
}
const NIGHTS = { windows: [{ days: ['mon-fri'], from: '22:00', to: '06:00' }] }

describe('hours', () => {
  it('begin at their first minute and end before their last', () => {
    // Friday; Berlin is an hour ahead in winter
    const times = ['06:59:59.999', '07:00:00.000', '16:59:59.999', '17:00:00.000']
    expect(within(OFFICE, ...times.map((time) => `2026-11-27T${time}Z`))).toEqual([
      ...[false, true, true, false],
    ])
  })

  it('are those of the days they name', () => {
    const days = ['23', '24', '25', '26', '27', '28', '29'].map((day) => `2026-11-${day}T10:00:00Z`)
    expect(within(OFFICE, ...days)).toEqual([true, true, true, true, true, false, false])
    const around = { windows: [{ days: ['sat-mon', 'wed'] }] }
    expect(within(around, ...days)).toEqual([true, false, true, false, false, true, true])
  })

  it('that go past midnight belong to the day on which they begin', () => {
    const times = [
      ['2026-11-27T21:00:00Z', true], // Friday, 22:00
      ['2026-11-28T04:59:00Z', true], // Saturday, 05:59
      ['2026-11-28T05:00:00Z', false],
      ['2026-11-28T22:00:00Z', false], // Saturday, 23:00
      ['2026-11-30T03:00:00Z', false], // Monday, 04:00: the Sunday's night
    ] as const
    expect(within(NIGHTS, ...times.map(([time]) => time))).toEqual(times.map(([, held]) => held))
  })

  it('know holidays, once or every year, as no day of the week', () => {
    // a Monday of 2026 and a Friday of 2026, and the Monday of the year after
    const days = ['2026-04-06', '2026-12-25', '2027-04-05'].map((day) => `${day}T10:00:00Z`)
    expect(within(OFFICE, ...days)).toEqual([false, false, true])
    const free = { ...OFFICE, windows: [{ days: ['sat', 'sun', 'holiday'] }] }
    expect(within(free, ...days)).toEqual([true, true, false])
    expect(within({ windows: [{}], holidays: ['12-25'] }, ...days)).toEqual([true, true, true])
  })

  it('are whole days unless they say otherwise', () => {
    const sunday = { windows: [{ days: ['sun'] }] }
    const times = ['2026-11-28T22:59:59Z', '2026-11-28T23:00:00Z', '2026-11-29T22:59:59Z']
    expect(within(sunday, ...times, '2026-11-29T23:00:00Z')).toEqual([false, true, true, false])
  })

  it('follow the clock of their zone as it changes, rather longer than shorter', () => {
    const early = { windows: [{ days: ['sun'], from: '02:30', to: '04:00' }] }
    // 2026-03-29: after 01:59 (CET, 00:59Z) comes 03:00 (CEST): it begins as the clock jumps
    expect(within(early, '2026-03-29T00:59:00Z', '2026-03-29T01:00:00Z')).toEqual([false, true])
    expect(within(early, '2026-03-29T01:59:00Z', '2026-03-29T02:00:00Z')).toEqual([true, false])
    // 2026-10-25: 02:30 comes twice, at 00:30Z and 01:30Z: it begins with the first
    expect(within(early, '2026-10-25T00:29:00Z', '2026-10-25T00:30:00Z')).toEqual([false, true])
    expect(within(early, '2026-10-25T01:30:00Z', '2026-10-25T03:00:00Z')).toEqual([true, false])
  })

  it.each([
    // 02:00 to 03:00 is left out on 2026-03-29, and comes twice on 2026-10-25
    ['begins in what is left out', '02:30', '03:30', '2026-03-29', '01:00', '01:30'],
    ['is left out', '02:10', '02:50', '2026-03-29', '01:00', '01:50'],
    ['ends in what is left out', '01:00', '02:30', '2026-03-29', '00:00', '01:30'],
    ['is around it', '01:00', '04:00', '2026-03-29', '00:00', '02:00'],
    ['is what comes twice', '02:00', '03:00', '2026-10-25', '00:00', '02:00'],
    ['ends in what comes twice', '01:00', '02:30', '2026-10-25', '23:00', '01:30'],
    ['begins in what comes twice', '02:30', '03:30', '2026-10-25', '00:30', '02:30'],
  ])('on the day of a new clock: what %s', (_what, from, to, day, begins, ends) => {
    const hours = hoursOf({ windows: [{ days: ['sun'], from, to }] })
    const noon = Date.parse(`${day}T12:00:00Z`)
    const start = Date.parse(`${day}T${begins}:00Z`) - (begins === '23:00' ? DAY : 0)
    expect(spanAt(hours, noon - DAY)).toEqual({
      startsAt: start,
      endsAt: Date.parse(`${day}T${ends}:00Z`),
    })
  })

  it('are of a week of the month, of dates and of months', () => {
    const days = (given: object, month: string) =>
      Array.from({ length: 31 }, (_, at) => `${month}-${String(at + 1).padStart(2, '0')}`)
        .filter((day) => !Number.isNaN(Date.parse(`${day}T10:00:00Z`)))
        .filter((day) => within({ windows: [given] }, `${day}T10:00:00Z`)[0])
        .map((day) => day.slice(-2))
        .join()
    expect(days({ days: ['tue'], nth: [2] }, '2026-12')).toBe('08')
    expect(days({ days: ['tue'], nth: [1, -1] }, '2026-12')).toBe('01,29')
    expect(days({ days: ['sun'], nth: [-2] }, '2026-02')).toBe('15')
    expect(days({ days: ['tue'], nth: [5] }, '2026-11')).toBe('')
    expect(days({ dates: [15, -1] }, '2026-04')).toBe('15,30')
    expect(days({ dates: [13], days: ['fri'] }, '2026-11')).toBe('13')
    expect(days({ dates: [13], days: ['fri'] }, '2026-12')).toBe('')
    const winter = { days: ['mon'], nth: [1], months: ['nov-feb'] }
    expect(
      ['2026-10', '2026-11', '2027-02', '2027-03'].map((month) => days(winter, month)),
    ).toEqual(['', '02', '01', ''])
  })

  it('are one time where they touch, and without end where they never stop', () => {
    const weekend = hoursOf({
      windows: [
        { days: ['fri'], from: '22:00', to: '24:00' },
        { days: ['sat', 'sun'] },
        { days: ['mon'], from: '00:00', to: '04:00' },
      ],
    })
    const friday = Date.parse('2026-11-27T21:00:00Z')
    const whole = { startsAt: friday, endsAt: Date.parse('2026-11-30T03:00:00Z') }
    expect(spanAt(weekend, friday - DAY)).toEqual(whole)
    expect(spanAt(weekend, friday)).toEqual(whole)
    expect(spanAt(weekend, whole.endsAt)?.startsAt).toBe(friday + 7 * DAY)
    const always = spanAt(hoursOf({ windows: [{}] }), friday)
    expect(always?.endsAt).toBeGreaterThan(endOfSight(friday))
    const leap = hoursOf({ windows: [{ months: ['feb'], dates: [29] }] })
    expect(spanAt(leap, friday)).toBeNull()
    expect(spanAt(leap, Date.parse('2027-03-01T00:00:00Z'))?.startsAt).toBe(
      Date.parse('2028-02-28T23:00:00Z'),
    )
  })

  it('have the same times whether they are asked at a moment or for the next one', () => {
    const clock = fc.integer({ min: 0, max: 95 }).map((quarter) => {
      const [hour, minute] = [Math.floor(quarter / 4), (quarter % 4) * 15]
      return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
    })
    const window = fc.record({
      days: fc.subarray(['mon', 'sat', 'sun', 'wed']),
      nth: fc.subarray([1, 2, -1]),
      from: clock,
      to: clock,
    })
    const zones = fc.constantFrom(BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'UTC')
    const starts = fc.constantFrom(...['2026-03-07', '2026-03-28', '2026-10-03', '2026-10-24'])
    fc.assert(
      fc.property(
        fc.array(window, { minLength: 1, maxLength: 3 }),
        zones,
        starts,
        (windows, ...of) => {
          const [time_zone, day] = of
          const hours = hoursOf({ time_zone, windows })
          let at = Date.parse(`${day}T00:00:00Z`)
          for (let step = 0; step < 6; step += 1) {
            const span = spanAt(hours, at)
            if (span === null) return
            for (let time = at; time < span.startsAt && time < at + 3 * DAY; time += 15 * MINUTE)
              expect(isWithin(hours, time)).toBe(false)
            const from = Math.max(at, span.startsAt)
            for (let time = from; time < span.endsAt && time < from + 3 * DAY; time += 15 * MINUTE)
              expect(isWithin(hours, time)).toBe(true)
            expect(isWithin(hours, span.endsAt)).toBe(false)
            at = span.endsAt
          }
        },
      ),
      { numRuns: 40 },
    )
  })

  it.each([
    [{ days: ['tue'], from: '02:00', to: '04:00' }, 'Tue 02:00-04:00 (Europe/Berlin)'],
    [{ from: '22:00', to: '06:00' }, 'every day 22:00-06:00 (Europe/Berlin)'],
    [
      { days: ['mon-fri', 'holiday'], nth: [2, -1, -2] },
      '2nd, last, 2nd last Mon-Fri, Holiday of the month 00:00-24:00 (Europe/Berlin)',
    ],
    [
      { dates: [1, -1], months: ['mar', 'sep'] },
      '1., 1. from the end of Mar, Sep 00:00-24:00 (Europe/Berlin)',
    ],
  ])('are said in words: %j', (window, text) => {
    expect(recurrenceText(hoursOf({ windows: [window] }))).toBe(text)
  })

  it('are said with the time of day there', () => {
    const at = Date.parse('2026-11-27T01:10:59Z')
    expect(clockText(hoursOf(OFFICE), at)).toBe('02:10 on Fri')
    expect(clockText(hoursOf({ ...OFFICE, time_zone: 'Asia/Kathmandu' }), at)).toBe('06:55 on Fri')
    expect(clockText(Hours.parse({ name: 'x', windows: [{}] }), at)).toBe('01:10 on Fri')
  })

  it.each([
    [{ time_zone: 'Mars/Base' }, 'time_zone: a time zone like Europe/Berlin, or UTC'],
    [{ time_zone: 'SYSTEM' }, 'time_zone: a time zone like Europe/Berlin, or UTC'],
    [{ holidays: ['2026-02-29'] }, 'holidays.0: a day like 2026-12-25, or 12-25 for every year'],
    [
      { windows: [{ days: ['mo'] }] },
      'windows.0.days.0: a day like mon, days like mon-fri, or holiday',
    ],
    [
      { windows: [{ months: ['january'] }] },
      'windows.0.months.0: a month like jan, or months like nov-feb',
    ],
    [{ windows: [{ nth: [0] }] }, 'windows.0.nth.0: from 1 for the first, or from -1 for the last'],
    [{ windows: [{ from: '24:30' }] }, 'windows.0.from: a time like 08:00, up to 24:00'],
  ])('refuse what is no time: %j', (given, fault) => {
    const read = Hours.safeParse({ name: 'x', windows: [{}], ...given })
    expect(read.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      fault,
    ])
  })
})
