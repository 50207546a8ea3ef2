/**
 * Hours of days in a time zone, with holidays: the one language for what holds at some times only.
 * A window belongs to the day on which it begins, so that a night that begins on a Friday is the Friday's.
 * Where the clock changes it is rather longer than shorter: it begins at the first moment and ends at the
 * last one that its times may mean.
 *
 * Offsets come from the time zone database that is part of a dependency, not from the machine's, so that
 * a replay finds the same hours everywhere.
 */
import {
  Instant,
  LocalDate,
  type LocalDateTime,
  LocalTime,
  ZonedDateTime,
  ZoneId,
} from '@js-joda/core'
import '@js-joda/timezone'
import { z } from 'zod'
import { DAY, type EpochMs, MINUTE } from './time.ts'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'] as const
type Day = (typeof DAYS)[number]
const NAMES = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const
const WEEK = 7
const MONTHS = [
  ...(['jan', 'feb', 'mar', 'apr', 'may', 'jun'] as const),
  ...(['jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const),
]
type Month = (typeof MONTHS)[number]
const YEAR = 12
/** Days that are looked through for the next window: any rule but that of a leap day comes true in them. */
const HORIZON_DAYS = 400

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

/** `jan`, `jan-mar`, `nov-feb`. */
const MonthSpan = z
  .string()
  .refine((text) => {
    const names = text.split('-')
    return names.length <= 2 && names.every((name) => MONTHS.includes(name as Month))
  }, 'a month like jan, or months like nov-feb')
  .transform((text): Month[] => {
    const [first = 0, last = first] = text.split('-').map((name) => MONTHS.indexOf(name as Month))
    const count = ((last - first + YEAR) % YEAR) + 1
    return MONTHS.filter((_month, at) => (at - first + YEAR) % YEAR < count)
  })

/** 1 is the first one, -1 the last one. */
const counted = (most: number) =>
  z
    .array(
      z
        .int()
        .min(-most)
        .max(most)
        .refine((number) => number !== 0, 'from 1 for the first, or from -1 for the last'),
    )
    .max(2 * most)
    .default([])

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
  /** Which ones of its day of the week in their month; none: all. */
  nth: counted(5),
  /** Days of the month; none: all. */
  dates: counted(31),
  /** None: all. */
  months: z
    .array(MonthSpan)
    .transform((spans) => spans.flat())
    .default([]),
  from: ClockTime.default('00:00'),
  /** Not after `from`: on the next day. */
  to: ClockTime.default('24:00'),
})
type Window = z.output<typeof Window>

/** Times that come again and again. */
export const Recurrence = z.strictObject({
  time_zone: TimeZone.default('UTC'),
  /** Such a day counts as `holiday` and as no day of the week. */
  holidays: z.array(Holiday).max(1000).default([]),
  windows: z.array(Window).min(1).max(50),
})
export type Recurrence = z.output<typeof Recurrence>

/** The same with a name. */
export const Hours = z.strictObject({
  name: z.string().min(1).max(100),
  ...Recurrence.shape,
})
export type Hours = z.output<typeof Hours>

/** From `startsAt` on, and over at `endsAt`. */
export interface Span {
  readonly startsAt: EpochMs
  readonly endsAt: EpochMs
}

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
export function isWithin(hours: Recurrence, at: EpochMs): boolean {
  const zone = ZoneId.of(hours.time_zone)
  const today = dateOf(at, zone)
  return [today.minusDays(1), today].some((date) =>
    spansOn(hours, date, zone).some(({ startsAt, endsAt }) => startsAt <= at && at < endsAt),
  )
}

/**
 * The time within which `at` is, or the next one; windows that touch are one time.
 *
 * @returns `null` where none begins within {@link HORIZON_DAYS} days, at whose end what goes on is cut as
 *   well: whoever goes by it has to look again at `endOfSight`. O(days looked through × windows)
 */
export function spanAt(hours: Recurrence, at: EpochMs): Span | null {
  const zone = ZoneId.of(hours.time_zone)
  const yesterday = dateOf(at, zone).minusDays(1)
  let found: Span | null = null
  for (let day = 0; day <= HORIZON_DAYS; day += 1) {
    const spans = spansOn(hours, yesterday.plusDays(day), zone)
    for (const span of spans.sort((a, b) => a.startsAt - b.startsAt)) {
      if (span.endsAt <= at) continue
      if (found !== null && span.startsAt > found.endsAt) return found
      found = found === null ? span : joined(found, span)
    }
  }
  return found
}

function joined({ startsAt, endsAt }: Span, next: Span): Span {
  return { startsAt, endsAt: Math.max(endsAt, next.endsAt) }
}

/** Until when `spanAt` sees, at least. */
export function endOfSight(at: EpochMs): EpochMs {
  return at + (HORIZON_DAYS - 2) * DAY
}

function dateOf(at: EpochMs, zone: ZoneId): LocalDate {
  return Instant.ofEpochMilli(at).atZone(zone).toLocalDate()
}

/** The windows that begin on a day; one that the clock leaves nothing of is none. */
function spansOn(hours: Recurrence, date: LocalDate, zone: ZoneId): Span[] {
  return hours.windows
    .filter((window) => beginsOn(window, date, hours))
    .map(({ from, to }) => ({
      startsAt: firstOf(date, from, zone),
      endsAt: lastOf(to > from ? date : date.plusDays(1), to, zone),
    }))
}

function beginsOn({ days, nth, dates, months }: Window, date: LocalDate, hours: Recurrence) {
  if (days.length > 0 && !days.includes(dayOf(hours, date))) return false
  const month = MONTHS[date.monthValue() - 1]
  if (months.length > 0 && (month === undefined || !months.includes(month))) return false
  const number = date.dayOfMonth()
  const left = date.lengthOfMonth() - number
  if (dates.length > 0 && !dates.includes(number) && !dates.includes(-left - 1)) return false
  const week = Math.ceil(number / WEEK)
  return nth.length === 0 || nth.includes(week) || nth.includes(-Math.floor(left / WEEK) - 1)
}

function dayOf({ holidays }: Recurrence, date: LocalDate): Day {
  const text = holidays.length === 0 ? '' : date.toString()
  if (holidays.includes(text) || holidays.includes(text.slice(-5))) return 'holiday'
  return DAYS[date.dayOfWeek().value() - 1] ?? 'mon'
}

/** The first moment at which the clock shows a time; of one that it leaves out, the one at which it jumps. */
function firstOf(date: LocalDate, time: string, zone: ZoneId): EpochMs {
  const local = localOf(date, time)
  const jump = zone.rules().transition(local)
  const first = jump?.isGap() === true ? jump.instant() : ZonedDateTime.of(local, zone).toInstant()
  return first.toEpochMilli()
}

/** The last moment at which the clock shows a time; one that it leaves out is as much later. */
function lastOf(date: LocalDate, time: string, zone: ZoneId): EpochMs {
  const first = ZonedDateTime.of(localOf(date, time), zone)
  return first.withLaterOffsetAtOverlap().toInstant().toEpochMilli()
}

function localOf(date: LocalDate, time: string): LocalDateTime {
  return time === '24:00'
    ? date.plusDays(1).atTime(LocalTime.MIDNIGHT)
    : date.atTime(LocalTime.parse(time))
}

/** "02:10 on Fri" in the time zone of the hours. */
export function clockText({ time_zone }: Pick<Hours, 'time_zone'>, at: EpochMs): string {
  const local = Instant.ofEpochMilli(at - (at % MINUTE))
    .atZone(ZoneId.of(time_zone))
    .toLocalDateTime()
  const day = NAMES[local.dayOfWeek().value() - 1] ?? ''
  return `${local.toLocalTime().toString().slice(0, 5)} on ${day}`
}

const ORDINALS = ['1st', '2nd', '3rd', '4th', '5th'] as const

/** "2nd, last Tue of mar, sep 02:00-04:00; Sun 01:00-05:00 (Europe/Berlin)". */
export function recurrenceText({ windows, time_zone }: Recurrence): string {
  return `${windows.map(windowText).join('; ')} (${time_zone})`
}

function windowText({ days, nth, dates, months, from, to }: Window): string {
  const which = nth.map((number) =>
    number > 0 ? ORDINALS[number - 1] : `${number === -1 ? '' : `${ORDINALS[-number - 1]} `}last`,
  )
  const named = days.length === 0 ? (dates.length === 0 ? 'every day' : '') : spansText(days)
  const on = dates.map((number) => (number > 0 ? `${number}.` : `${-number}. from the end`))
  const of = months.length === 0 ? (which.length + on.length > 0 ? 'of the month' : '') : 'of'
  return [
    ...[which.join(', '), named, on.join(', ')],
    ...[of === 'of' ? `of ${months.map(capital).join(', ')}` : of, `${from}-${to}`],
  ]
    .filter((part) => part !== '')
    .join(' ')
}

/** Days in a row by the first and last one. */
function spansText(days: readonly Day[]): string {
  const spans: Day[][] = []
  for (const day of DAYS.filter((one) => days.includes(one))) {
    const last = spans.at(-1)?.at(-1)
    const isNext = last !== undefined && DAYS.indexOf(day) === DAYS.indexOf(last) + 1
    if (isNext && day !== 'holiday') spans.at(-1)?.push(day)
    else spans.push([day])
  }
  return spans
    .map((span) => [...new Set([span[0], span.at(-1)])].map((day) => capital(day ?? '')).join('-'))
    .join(', ')
}

function capital(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}
