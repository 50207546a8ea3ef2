/** Hours: days and nights, holidays, and clocks that change, wherever the machine stands. */
import { describe, expect, it } from 'vitest'
import { clockText, Hours, isWithin } from '../../src/core/hours.ts'

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

  it('follow the clock of their zone as it changes', () => {
    const early = { windows: [{ days: ['sun'], from: '02:30', to: '04:00' }] }
    // 2026-03-29: after 01:59 (CET, 00:59Z) comes 03:00 (CEST): 02:30 is as much later
    expect(within(early, '2026-03-29T01:29:00Z', '2026-03-29T01:30:00Z')).toEqual([false, true])
    expect(within(early, '2026-03-29T01:59:00Z', '2026-03-29T02:00:00Z')).toEqual([true, false])
    // 2026-10-25: 02:30 comes twice, at 00:30Z and 01:30Z: it begins with the first
    expect(within(early, '2026-10-25T00:29:00Z', '2026-10-25T00:30:00Z')).toEqual([false, true])
    expect(within(early, '2026-10-25T01:30:00Z', '2026-10-25T03:00:00Z')).toEqual([true, false])
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
    [{ windows: [{ from: '24:30' }] }, 'windows.0.from: a time like 08:00, up to 24:00'],
  ])('refuse what is no time: %j', (given, fault) => {
    const read = Hours.safeParse({ name: 'x', windows: [{}], ...given })
    expect(read.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      fault,
    ])
  })
})
