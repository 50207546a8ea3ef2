/**
 * Hours of the week in a time zone, with holidays: the one language for what holds at some times only.
 * A window belongs to the day on which it begins, so that a night that begins on a Friday is the Friday's.
 *
 * Offsets come from the time zone database that is part of a dependency, not from the machine's, so that
 * a replay finds the same hours everywhere.
 */
import { Instant, LocalDate, LocalTime, ZonedDateTime, ZoneId } from '@js-joda/core'
import '@js-joda/timezone'
import { z } from 'zod'
import { type EpochMs, MINUTE } from './time.ts'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'] as const
type Day = (typeof DAYS)[number]
const NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const WEEK = 7

/** `mon`, `mon-fri`, `fri-mon`, `holiday`. */
const DaySpan = z
  .string()
  .regex(
    /^(?:(?:mon|tue|wed|thu|fri|sat|sun)(?:-(?:mon|tue|wed|thu|fri|sat|sun))?|holiday)$/,
    'a day like mon, days like mon-fri, or holiday',
  )
  .transform((text): Day[] => {
    const [first = 0, last = first] = text.split('-').map((name) => DAYS.indexOf(name as Day))
    const count = first < WEEK ? ((last - first + WEEK) % WEEK) + 1 : 1
    return DAYS.filter((_day, at) =>
      first === WEEK ? at === WEEK : at < WEEK && (at - first + WEEK) % WEEK < count,
    )
  })

const ClockTime = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time like 08:00, up to 24:00')

/** A day once, or the same day of every year. */
const Holiday = z.string().refine(isDay, 'a day like 2026-12-25, or 12-25 for every year')

const TimeZone = z.string().refine(isZone, 'a time zone like Europe/Berlin, or UTC')

const Window = z.strictObject({
  /** Days on which it begins; none: all, holidays as well. */
  days: z
    .array(DaySpan)
    .transform((spans) => spans.flat())
    .default([]),
  from: ClockTime.default('00:00'),
  /** Not after `from`: on the next day. */
  to: ClockTime.default('24:00'),
})
type Window = z.output<typeof Window>

/** Times that have a name. */
export const Hours = z.strictObject({
  name: z.string().min(1).max(100),
  time_zone: TimeZone.default('UTC'),
  /** Such a day counts as `holiday` and as no day of the week. */
  holidays: z.array(Holiday).max(1000).default([]),
  windows: z.array(Window).min(1).max(50),
})
export type Hours = z.output<typeof Hours>

function isDay(text: string): boolean {
  if (!/^(?:\d{4}-)?\d{2}-\d{2}$/.test(text)) return false
  try {
    // a day of every year may be one of a leap year
    LocalDate.parse(text.length === 5 ? `2024-${text}` : text)
    return true
  } catch {
    return false
  }
}

function isZone(name: string): boolean {
  try {
    ZoneId.of(name)
    return name !== 'SYSTEM'
  } catch {
    return false
  }
}

/** Whether a time is within. O(windows) */
export function isWithin(hours: Hours, at: EpochMs): boolean {
  const zone = ZoneId.of(hours.time_zone)
  const today = Instant.ofEpochMilli(at).atZone(zone).toLocalDate()
  return [today.minusDays(1), today].some((date) => {
    const day = dayOf(hours, date)
    return hours.windows.some((window) => {
      if (window.days.length > 0 && !window.days.includes(day)) return false
      return startOf(date, window, zone) <= at && at < endOf(date, window, zone)
    })
  })
}

function dayOf({ holidays }: Hours, date: LocalDate): Day {
  const text = date.toString()
  if (holidays.includes(text) || holidays.includes(text.slice(-5))) return 'holiday'
  return DAYS[date.dayOfWeek().value() - 1] ?? 'mon'
}

function startOf(date: LocalDate, { from }: Window, zone: ZoneId): EpochMs {
  return instantOf(date, from, zone)
}

function endOf(date: LocalDate, { from, to }: Window, zone: ZoneId): EpochMs {
  return instantOf(to > from ? date : date.plusDays(1), to, zone)
}

/** A time that a change of the clock leaves out is as much later; of one that comes twice it is the first. */
function instantOf(date: LocalDate, time: string, zone: ZoneId): EpochMs {
  const isMidnight = time === '24:00'
  const local = (isMidnight ? date.plusDays(1) : date).atTime(
    LocalTime.parse(isMidnight ? '00:00' : time),
  )
  return ZonedDateTime.of(local, zone).toInstant().toEpochMilli()
}

/** "02:10 on Fri" in the time zone of the hours. */
export function clockText({ time_zone }: Pick<Hours, 'time_zone'>, at: EpochMs): string {
  const local = Instant.ofEpochMilli(at - (at % MINUTE))
    .atZone(ZoneId.of(time_zone))
    .toLocalDateTime()
  const day = NAMES[local.dayOfWeek().value() - 1] ?? ''
  return `${local.toLocalTime().toString().slice(0, 5)} on ${day}`
}
