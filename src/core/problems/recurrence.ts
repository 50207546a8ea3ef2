/** When the incidents of a family came: bursts, rhythm, trend. Recurrences are in order. */
import { DAY, type EpochMs, HOUR, MINUTE } from '../time.ts'
import { type Direction, directionOf, poissonTail, poissonUpTo } from './statistics.ts'
import type { Period, Trend } from './types.ts'

const WEEK = 7 * DAY
/** What follows this soon upon the one before is the same trouble. */
const BURST_MS = 2 * HOUR
/** The same, in families that come in bursts. */
const LONG_BURST_MS = DAY
/** Variance by mean of the counts per day from which a family comes in bursts. */
const FANO_FROM = 1.5
/** Mean direction from which there is a rhythm, so many times at least, and its chance. */
const STRENGTH_FROM = 0.9
const TIMES_FROM = 4
const RHYTHM_P = 0.01
/** Mean time between recurrences up to which they come daily. */
const DAILY_MS = 1.5 * DAY
/** 1970-01-01 was a Thursday; weeks begin on Mondays. */
const FIRST_MONDAY = 4 * DAY

const DAYS = ['Mondays', 'Tuesdays', 'Wednesdays', 'Thursdays', 'Fridays', 'Saturdays', 'Sundays']

/**
 * Starts that are recurrences of their own: those of a burst count as its first one. A memoryless
 * stream has as much variance as mean per day; where a family has more, all of a day is a burst.
 *
 * @param starts ascending
 */
export function collapseBursts(starts: readonly EpochMs[]): readonly EpochMs[] {
  const gap = fanoOf(starts) > FANO_FROM ? LONG_BURST_MS : BURST_MS
  let last = Number.NEGATIVE_INFINITY
  return starts.filter((start) => {
    const own = start - last > gap
    last = start
    return own
  })
}

/** Variance by mean of the number of starts per day, from the first to the last of them. */
function fanoOf(starts: readonly EpochMs[]): number {
  const [first] = starts
  const last = starts.at(-1)
  if (first === undefined || last === undefined || starts.length < 2) return 0
  let squares = 0
  let day = 0
  let onDay = 0
  for (const start of starts) {
    const on = Math.floor((start - first) / DAY)
    if (on === day) onDay += 1
    else {
      squares += onDay * onDay
      day = on
      onDay = 1
    }
  }
  squares += onDay * onDay
  const days = Math.floor((last - first) / DAY) + 1
  const mean = starts.length / days
  return (squares / days - mean * mean) / mean
}

/** The rhythms that recurrences may have, whether they have it or not. */
export function rhythmsOf(recurrences: readonly EpochMs[]): {
  readonly week: Direction
  readonly day: Direction
} {
  return {
    week: directionOf(
      recurrences.map((at) => at - FIRST_MONDAY + WEEK),
      WEEK,
    ),
    day: directionOf(recurrences, DAY),
  }
}

/** Whether a direction is one that a memoryless stream hardly has. */
export function isRhythm({ strength, p }: Direction, times: number): boolean {
  return times >= TIMES_FROM && strength >= STRENGTH_FROM && p <= RHYTHM_P
}

/** "Tuesdays 02:00 UTC", "daily about 02:00 UTC", "about 02:00 UTC" on some days, or no rhythm. */
export function periodOf(recurrences: readonly EpochMs[]): Period | null {
  const { week, day } = rhythmsOf(recurrences)
  const clock = `${clockOf(day.phase)} UTC`
  if (isRhythm(week, recurrences.length)) {
    const steady = isRhythm(day, recurrences.length)
    // where the hour is steady too, the weekday of the mean is taken at that hour
    const at = steady ? nearest(week.phase, day.phase) : week.phase
    const name = DAYS[Math.floor(at / DAY) % 7] ?? ''
    const text = steady ? `${name} ${clock}` : name
    return { every: 'week', phaseMs: Math.round(at), strength: week.strength, text }
  }
  if (!isRhythm(day, recurrences.length)) return null
  const span = (recurrences.at(-1) ?? 0) - (recurrences[0] ?? 0)
  const isDaily = span / (recurrences.length - 1) <= DAILY_MS
  const text = isDaily ? `daily about ${clock}` : `about ${clock}`
  return { every: 'day', phaseMs: Math.round(day.phase), strength: day.strength, text }
}

/** The moment of the week at that time of day that is next to `week`. */
function nearest(week: number, day: number): number {
  const days = Math.round((week - day) / DAY)
  return (((days * DAY + day) % WEEK) + WEEK) % WEEK
}

/** To the quarter of an hour: more would be a precision that is not there. */
function clockOf(phaseMs: number): string {
  const minutes = (Math.round(phaseMs / MINUTE / 15) * 15) % (24 * 60)
  const text = (n: number): string => String(n).padStart(2, '0')
  return `${text(Math.floor(minutes / 60))}:${text(minutes % 60)}`
}

const RECENT_MS = 14 * DAY
const BEFORE_MS = 42 * DAY
const TREND_P = 0.1

/** The last two weeks against the six before them. */
export function trendOf(recurrences: readonly EpochMs[], now: EpochMs): Trend {
  const since = now - RECENT_MS
  const recent = recurrences.filter((at) => at > since).length
  const before = recurrences.filter((at) => at <= since && at > since - BEFORE_MS).length
  const expected = (before * RECENT_MS) / BEFORE_MS
  if (recent >= 2 && poissonTail(recent, Math.max(expected, 0.5)) < TREND_P) return 'rising'
  return poissonUpTo(recent, expected) < TREND_P ? 'falling' : 'steady'
}
