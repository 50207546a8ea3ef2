/**
 * Storms: far more new alerts in a minute than is usual. What is usual is learned from every minute
 * before: the level that 99 of 100 minutes stay below, with decay. Alarm management calls it a flood
 * and ends it at half of what begins it (ANSI/ISA-18.2: 10 alarms in ten minutes, until fewer than 5),
 * so that it does not come and go with every gust.
 */

import type { Channels } from './route.ts'
import type { Snapped } from './table.ts'
import { type EpochMs, MINUTE, SECOND } from './time.ts'
import { topOf } from './top.ts'
import { compare } from './topology.ts'

/** The last minute, in slots. */
export const SLOT_MS = 10 * SECOND
const SLOTS = 6
/** What was counted loses half of its weight in so many minutes: a week. */
const HALF_LIFE_MINUTES = 7 * 24 * 60
/** One day of silence is supposed before anything is known: the first busy minute is not usual. */
const PRIOR_MINUTES = 24 * 60
/** What this share of minutes stays below is usual: all but the busiest quarter of an hour of a day. */
const USUAL_SHARE = 0.99
/** Ends below this share of what begins it. */
const END_SHARE = 0.5

/** Upper bounds of the levels that minutes are counted by: each about a fifth above the one before. */
const LEVELS: readonly number[] = levelsUpTo(10_000_000)

function levelsUpTo(most: number): number[] {
  const levels = [0]
  for (let level = 1; level < most; level = Math.max(level + 1, Math.floor(level * 1.2)))
    levels.push(level)
  return [...levels, most]
}

/** New alerts by time, and what is usual. Plain JSON. */
export interface Arrivals {
  /** Start of the newest slot. */
  slotAt: EpochMs
  /** New alerts by slot, the newest last. */
  slots: readonly number[]
  /** The minute that is not over yet, and its new alerts. */
  minuteAt: EpochMs
  minute: number
  /** Minutes, with decay, by the level of their new alerts. */
  minutes: readonly number[]
}

/** New alerts in a scope by time, and its storms. */
export interface ArrivalState extends Snapped, Arrivals {
  readonly scope: string
  /** How many there were. */
  storms: number
  storm: StormState | null
  /** Those that are over, the newest first. */
  past: readonly StormState[]
}

export interface StormState {
  readonly id: string
  readonly scope: string
  /** Start of the minute that had too many alerts; when they were too many. */
  readonly since: EpochMs
  readonly beganAt: EpochMs
  endedAt: EpochMs | null
  quietSince: EpochMs | null
  checkAt: EpochMs | null
  readonly began: StormRate
  /** New alerts in the last minute, now and at most. */
  rate: number
  peak: number
  /** Alerts placed and incidents opened since it began. */
  alerts: number
  opened: number
  /** Incidents that people were told of by themselves, and only together. */
  alone: number
  folded: number
  /** Of `folded`, those that were resolved in it, and those that were open at its end. */
  resolved: number
  left: number
  /** The most urgent of `folded`. */
  priority: number | null
  foldedAt: EpochMs | null
  /** When people were told last, and of how many. */
  toldAt: EpochMs | null
  toldOf: number
  /** Those that the folded ones go to. */
  channels: Channels
  /** When the next incident may be analysed. */
  nextLookAt: EpochMs
  readonly rules: Heavy[]
  readonly cis: Heavy[]
  readonly sites: Heavy[]
}

export interface StormSettings {
  /** So many new alerts in a minute, at least … */
  readonly min_alerts: number
  /** … and so many times what is usual. */
  readonly factor: number
}

/** How a moment compares with others: alerts in a minute. */
export interface StormRate {
  readonly rate: number
  readonly usual: number
  /** From here on it is a storm. */
  readonly threshold: number
}

export function emptyArrivals(at: EpochMs): Arrivals {
  return {
    slotAt: startOf(at, SLOT_MS),
    slots: Array<number>(SLOTS).fill(0),
    minuteAt: startOf(at, MINUTE),
    minute: 0,
    minutes: [PRIOR_MINUTES],
  }
}

/**
 * Counts `count` new alerts at `at`, which never goes back. Minutes that are over by then are learned,
 * each with at most what makes a storm, so that one storm teaches little and what lasts for hours
 * becomes usual. O(levels) for each minute with alerts.
 */
export function countArrivals(
  arrivals: Arrivals,
  { at, count }: { readonly at: EpochMs; readonly count: number },
  settings: StormSettings,
): void {
  const slotAt = startOf(at, SLOT_MS)
  const passed = Math.min(SLOTS, (slotAt - arrivals.slotAt) / SLOT_MS)
  const slots = [...arrivals.slots.slice(passed), ...Array<number>(passed).fill(0)]
  slots[SLOTS - 1] = (slots[SLOTS - 1] ?? 0) + count
  arrivals.slots = slots
  arrivals.slotAt = slotAt
  const minuteAt = startOf(at, MINUTE)
  if (minuteAt > arrivals.minuteAt) {
    const { threshold } = rateOf(arrivals, settings)
    const learned = learn(arrivals.minutes, Math.min(arrivals.minute, threshold), 1)
    const silent = (minuteAt - arrivals.minuteAt) / MINUTE - 1
    arrivals.minutes = silent > 0 ? learn(learned, 0, silent) : learned
    arrivals.minuteAt = minuteAt
    arrivals.minute = 0
  }
  arrivals.minute += count
}

/** Adds minutes of one level. */
function learn(minutes: readonly number[], count: number, added: number): number[] {
  const decay = 2 ** (-added / HALF_LIFE_MINUTES)
  const level = LEVELS.findIndex((bound) => count <= bound)
  const length = Math.max(minutes.length, level + 1)
  const next = Array.from({ length }, (_, at) => (minutes[at] ?? 0) * decay)
  next[level] = (next[level] ?? 0) + added
  return next
}

/** The last minute (50 to 60 s of it) beside what is usual. O(levels) */
export function rateOf(
  { slots, minutes }: Pick<Arrivals, 'slots' | 'minutes'>,
  { min_alerts, factor }: StormSettings,
): StormRate {
  const rate = slots.reduce((sum, slot) => sum + slot, 0)
  const all = minutes.reduce((sum, weight) => sum + weight, 0)
  let below = 0
  const level = minutes.findIndex((weight) => {
    below += weight
    return below >= all * USUAL_SHARE
  })
  const usual = LEVELS[level] ?? 0
  return { rate, usual, threshold: Math.max(min_alerts, Math.ceil(factor * usual)) }
}

/** Whether a storm may end by this rate, once it has been so for long enough. */
export function isQuiet({ rate, threshold }: StormRate): boolean {
  return rate < threshold * END_SHARE
}

function startOf(at: EpochMs, lengthMs: number): EpochMs {
  return at - (at % lengthMs)
}

/** A name that came up often; `over`: of `n`, so many may have been another's. */
export interface Heavy {
  readonly name: string
  readonly n: number
  readonly over: number
}

/** Names that are counted at once: the space-saving sketch of Metwally and others, 2005. */
const MAX_HEAVY = 64

/** Counts a name. What came up more often than once in MAX_HEAVY is surely among them. O(MAX_HEAVY) */
export function countHeavy(heavy: Heavy[], name: string): void {
  const known = heavy.findIndex((one) => one.name === name)
  const found = heavy[known]
  if (found !== undefined) {
    heavy[known] = { ...found, n: found.n + 1 }
    return
  }
  if (heavy.length < MAX_HEAVY) {
    heavy.push({ name, n: 1, over: 0 })
    return
  }
  let least = 0
  for (const [at, { n }] of heavy.entries()) if (n < (heavy[least]?.n ?? 0)) least = at
  const over = heavy[least]?.n ?? 0
  heavy[least] = { name, n: over + 1, over }
}

export interface NameCount {
  readonly name: string
  readonly count: number
}

/** The most frequent names with how often they came at least, the most frequent first. */
export function heaviest(heavy: readonly Heavy[], limit: number): readonly NameCount[] {
  const sure = heavy.map(({ name, n, over }) => ({ name, count: n - over }))
  return topOf(sure, limit, (a, b) => b.count - a.count || compare(a.name, b.name))
}
