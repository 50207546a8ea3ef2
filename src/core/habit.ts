/**
 * Habits: at which hours of the week, in UTC, a kind of alert comes.
 *
 * Counted are hours in which it began, not alerts, so that a storm teaches no more than one alert;
 * old ones lose half their weight in eight weeks. How much likelier the kind is about now
 * than at any time is a Gamma-Poisson estimate drawn to 1, `(1 + seen) / (1 + expected)`: first of
 * the hours of the day, where each hour of the week counts once at most, for what came on one day only
 * says little of the others; then of the hours of the week beside what that lets expect. So a nightly
 * job is known within days, a weekly one within weeks, and chance says little. "About now" is two
 * hours wide, so that a job that starts around a full hour is always found.
 */
import { DAY, type EpochMs, HOUR } from './time.ts'

/** When in the week a kind of alert came. Plain JSON. */
export interface WeekCount {
  /** Start of the first occasion. */
  readonly since: EpochMs
  /** Occasions that `hours` does not count yet, oldest first, at most 3; there is always one. */
  readonly recent: readonly EpochMs[]
  /** When `hours` was brought up to date. */
  readonly at: EpochMs
  /** Hour of the week, 0 … 167 from Monday 00:00 UTC, and decayed occasions in it; by hour, no empty ones. */
  readonly hours: readonly (readonly [hour: number, n: number])[]
}

/** What the hours say of an alert. */
export interface Habit {
  /** How much likelier such an alert is at this time than at any, > 0. */
  readonly factor: number
  /** Decayed number of times it came about now, in this many decayed weeks. */
  readonly times: number
  readonly weeks: number
  /** In words; `null`: nothing worth saying. */
  readonly note: string | null
}

/** Old occasions lose half their weight in this time. */
export const HABIT_HALF_LIFE_MS = 56 * DAY
const DECAY = Math.LN2 / HABIT_HALF_LIFE_MS
const WEEK = 7 * DAY
const HOURS = 168
/** Hours of the week that are "about now". */
const WIDTH = 2
/** How far from it in time an hour may be that is about now. */
const NEAR_MS = 1.5 * HOUR
/** What is younger counts for nothing yet: it is part of what goes on now. */
const PAST_MS = 2 * HOUR
/** Of an hour less than this is left after years without it: it is forgotten. */
const FORGOTTEN = 0.001
/** Monday 00:00 UTC, from which hours are counted. */
const MONDAY = 4 * DAY

/** Likelier than this is worth saying, where it came in most weeks or on most days; else only from OFTEN. */
const LIKELIER = 2
const OFTEN = 3
/** Less likely than this is worth saying of what comes in the same hours so many times. */
const UNLIKELIER = 0.7
const AGAIN = 2
const KNOWN_TIMES = 5
const MOST = 0.5
/** Fewer times, after decay, are no "most weeks", nor "most days". */
const FEWEST_WEEKS = 1.5
const FEWEST_DAYS = 3

/** Counts a start; those within the clock hour of an occasion, or before it, are none of their own. O(168) */
export function noteHour(count: WeekCount | undefined, at: EpochMs): WeekCount {
  if (count === undefined) return { since: at, recent: [at], at, hours: [] }
  const last = count.recent.at(-1) ?? count.at
  if (Math.floor(at / HOUR) <= Math.floor(last / HOUR)) return count
  const past = withPast(count, at)
  return { ...past, recent: [...past.recent, at] }
}

/** The same with its recent occasions counted, as far as they are past at `now`. */
function withPast(count: WeekCount, now: EpochMs): WeekCount {
  const past = count.recent.filter((one) => now - one >= PAST_MS)
  const latest = past.at(-1)
  if (latest === undefined) return count
  const hours = new Map(count.hours.map(([hour, n]) => [hour, n * left(latest - count.at)]))
  for (const one of past) {
    const hour = hourOf(one)
    hours.set(hour, (hours.get(hour) ?? 0) + left(latest - one))
  }
  return {
    since: count.since,
    recent: count.recent.slice(past.length),
    at: latest,
    hours: [...hours].filter(([, n]) => n >= FORGOTTEN).sort(([a], [b]) => a - b),
  }
}

/** What is left of one occasion after a time. */
function left(ms: number): number {
  return Math.exp(-DECAY * Math.max(0, ms))
}

/**
 * What the hours say of an alert of the kind that starts at `at`. The two hours before it count for
 * nothing, so that neither a fault that goes on nor what else began with it makes a habit of itself.
 *
 * @returns factor 1 and no note where nothing is known. O(168)
 */
export function habitOf(count: WeekCount | undefined, at: EpochMs): Habit {
  if (count === undefined) return { factor: 1, times: 0, weeks: 0, note: null }
  const past = withPast(count, at)
  const share = left(at - past.at)
  const now = aboutNow(at)
  const sums = { all: 0, once: 0, onDays: 0, onceOnDays: 0, times: 0 }
  for (const [hour, counted] of past.hours) {
    const n = counted * share
    sums.all += n
    sums.once += Math.min(1, n)
    if (now.includes(hour)) sums.times += n
    if (!now.some((one) => one % 24 === hour % 24)) continue
    sums.onDays += n
    sums.onceOnDays += Math.min(1, n)
  }
  const { all, times } = sums
  const byDay = (1 + sums.onceOnDays) / (1 + sums.once * shareOf(DAY, count.since, at))
  const expected = all * shareOf(WEEK, count.since, at) * byDay
  const factor = byDay * ((1 + times) / (1 + expected))
  const weeks = (1 - Math.exp(-DECAY * Math.max(0, at - count.since))) / DECAY / WEEK
  return { factor, times, weeks, note: noteOf({ factor, times, weeks }, sums) }
}

function noteOf(
  { factor, times, weeks }: Omit<Habit, 'note'>,
  { all, once, onDays }: { readonly all: number; readonly once: number; readonly onDays: number },
): string | null {
  if (factor >= LIKELIER && onDays >= FEWEST_DAYS && onDays >= MOST * weeks * 7)
    return 'comes most days about now'
  if (factor >= LIKELIER && times >= FEWEST_WEEKS && times >= MOST * weeks)
    return 'comes most weeks about now'
  if (factor >= OFTEN) return 'has come about now more often than at other hours'
  if (factor <= UNLIKELIER && all >= KNOWN_TIMES && all >= AGAIN * once)
    return 'comes at other hours as a rule'
  return null
}

/** Of the time watched, how much was about this time of the day or week: none of it on the first one. */
function shareOf(period: typeof DAY | typeof WEEK, since: EpochMs, at: EpochMs): number {
  const watched = Math.max(HOUR, at - since)
  return (Math.floor((watched + NEAR_MS) / period) * WIDTH * HOUR) / watched
}

/** 0 … 167, from Monday 00:00 UTC. */
function hourOf(at: EpochMs): number {
  return mod(Math.floor((at - MONDAY) / HOUR))
}

/** The two hours of the week that `at` is in the middle of, give or take half an hour. */
function aboutNow(at: EpochMs): readonly [number, number] {
  const hour = hourOf(at - HOUR / 2)
  return [hour, mod(hour + 1)]
}

function mod(hour: number): number {
  return ((hour % HOURS) + HOURS) % HOURS
}
