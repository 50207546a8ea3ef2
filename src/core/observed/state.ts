/**
 * What alerts said of the world and the CMDB does not know: proposals, with what speaks for them. Times
 * are the engine's, never those that a tool claims; the tables are bounded, and who posts much that is new
 * pushes out its own.
 */
import { MAX_OBSERVED_RULES, MAX_TIMES, type RulePacks } from '../rules.ts'
import { scopedKey } from '../scope.ts'
import { leastWorth } from '../shares.ts'
import type { Snapped } from '../table.ts'
import { type EpochMs, HOUR } from '../time.ts'
import { compare } from '../topology.ts'
import { type Thing, type Tie, thingKey, tieKey } from './things.ts'

/** Of each they are cut back to it. */
export const MAX_OBSERVED = { proposed: 2000, confirmed: 2000, rejected: 2000 } as const
/** Sources that are kept of one. */
const MAX_SOURCES = 5
/** Alerts that follow each other within an hour of the clock are one time. */
const TIME_MS = HOUR

export type ObservedStatus = keyof typeof MAX_OBSERVED
export type About =
  | { readonly kind: 'item'; readonly thing: Thing }
  | { readonly kind: 'relation'; readonly tie: Tie }

export interface ObservedState extends Snapped {
  readonly id: string
  readonly key: string
  /** Correlation scope of the alerts. */
  readonly scope: string
  readonly about: About
  status: ObservedStatus
  /** What it was before a person decided; `null`: nobody did. */
  before: ObservedStatus | null
  /** Who decided; `null`: nobody yet, or it was said often enough. */
  by: string | null
  decidedAt: EpochMs | null
  /** Episodes of alerts that said it. */
  count: number
  readonly firstAt: EpochMs
  lastAt: EpochMs
  /** Hours of the clock in which it was said, the newest MAX_TIMES, in order. */
  times: readonly number[]
  /** Names of alerts that said it, the first of them by name. */
  rules: readonly string[]
  sources: readonly string[]
  /** The newest episode that said it. */
  alert: string
}

/** One alert that says something. */
export interface Saying {
  readonly at: EpochMs
  readonly rule: string
  readonly source: string
  readonly alert: string
}

type Settings = RulePacks['bind']['observe']

/** Names what is said in a scope. */
export function observedKey(scope: string, about: About): string {
  return scopedKey(
    scope,
    about.kind === 'item' ? `item ${thingKey(about.thing)}` : `relation ${tieKey(about.tie)}`,
  )
}

/** A proposal that one alert makes. */
export function propose(
  { id, scope, about }: Pick<ObservedState, 'id' | 'scope' | 'about'>,
  saying: Saying,
): ObservedState {
  const made: ObservedState = {
    ...{ snap: 0, id, key: observedKey(scope, about), scope, about },
    ...{ status: 'proposed', before: null, by: null, decidedAt: null, count: 0 },
    ...{ firstAt: saying.at, lastAt: saying.at, times: [], rules: [], sources: [] },
    alert: saying.alert,
  }
  count(made, saying)
  return made
}

/** Counts that an alert says it, too. */
export function count(known: ObservedState, { at, rule, source, alert }: Saying): void {
  known.count += 1
  known.lastAt = Math.max(known.lastAt, at)
  const hour = Math.floor(at / TIME_MS)
  if (!known.times.includes(hour))
    known.times = [...known.times, hour].sort((a, b) => a - b).slice(-MAX_TIMES)
  if (!known.rules.includes(rule))
    known.rules = [...known.rules, rule].sort(compare).slice(0, MAX_OBSERVED_RULES)
  if (!known.sources.includes(source) && known.sources.length < MAX_SOURCES)
    known.sources = [...known.sources, source]
  known.alert = alert
}

type Counted = Readonly<Pick<ObservedState, 'times' | 'rules' | 'lastAt' | 'about'>>

/** Hours in which it was said, not longer ago than counts. */
export function timesOf({ times }: Counted, now: EpochMs, { within }: Settings): number {
  return times.filter((hour) => (hour + 1) * TIME_MS > now - within).length
}

/**
 * Whether it was said often enough to be taken over without asking. Never a group: what a tool files
 * together need not break together.
 */
export function isRepeated(known: Counted, now: EpochMs, settings: Settings): boolean {
  const { about } = known
  const isGroup = about.kind === 'item' ? about.thing.kind : about.tie.to.kind
  return (
    isGroup !== 'group' &&
    known.rules.length >= settings.alerts &&
    timesOf(known, now, settings) >= settings.times
  )
}

/** Whether it counts no more because nobody says it any more. What a person confirmed stays. */
export function hasFaded(
  { status, by, lastAt, decidedAt }: Readonly<ObservedState>,
  now: EpochMs,
  { within }: Settings,
): boolean {
  if (status === 'proposed') return now - Math.max(lastAt, decidedAt ?? 0) >= within
  return status === 'confirmed' && by === null && now - lastAt >= within
}

/** That it is said no more is chance below this. */
const CHANCE = 0.01
/** Hours in which others must be said since. */
const MIN_SINCE = 3

/**
 * Keys of what runs elsewhere by now: since it was last said, the same thing was said to run on others
 * in so many hours that this one would have been among them, as often as it was said before. Only tools
 * that said this one count: another one may see only a part of where it runs. O(n log n)
 */
export function movedOn(all: Iterable<Readonly<ObservedState>>): ReadonlySet<string> {
  const byThing = new Map<string, Readonly<ObservedState>[]>()
  for (const one of all) {
    if (one.about.kind !== 'relation' || one.about.tie.type !== 'runs_on') continue
    const key = scopedKey(one.scope, thingKey(one.about.tie.from))
    const known = byThing.get(key)
    if (known === undefined) byThing.set(key, [one])
    else known.push(one)
  }
  const moved = new Set<string>()
  for (const list of byThing.values()) {
    if (list.length < 2) continue
    const hoursOf = hoursBySources(list)
    for (const one of list) if (hasMoved(one.times, hoursOf(one))) moved.add(one.key)
  }
  return moved
}

type Hours = readonly number[]

/** The hours in which any of its sources said any of the list, in order; worked out once for the same sources. */
function hoursBySources(list: readonly Readonly<ObservedState>[]) {
  const bySource = new Map<string, Set<number>>()
  for (const { sources, times } of list)
    for (const source of sources) {
      const hours = bySource.get(source) ?? new Set()
      bySource.set(source, hours)
      for (const hour of times) hours.add(hour)
    }
  const known = new Map<string, Hours>()
  return ({ sources }: Readonly<ObservedState>): Hours => {
    const key = JSON.stringify([...sources].sort(compare))
    const before = known.get(key)
    if (before !== undefined) return before
    const hours = new Set(sources.flatMap((source) => [...(bySource.get(source) ?? [])]))
    const made = [...hours].sort((a, b) => a - b)
    known.set(key, made)
    return made
  }
}

/** `hours` are those of the thing wherever it ran, so that its own are among them. */
function hasMoved(times: Hours, hours: Hours): boolean {
  const [first = 0] = times
  const past = hoursBefore(hours, (times.at(-1) ?? 0) + 1)
  const since = hours.length - past
  const share = times.length / (past - hoursBefore(hours, first) + 1)
  return since >= MIN_SINCE && (1 - share) ** since < CHANCE
}

/** How many of the sorted hours are before one. O(log n) */
function hoursBefore(hours: Hours, hour: number): number {
  let [low, high] = [0, hours.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((hours[middle] ?? 0) < hour) low = middle + 1
    else high = middle
  }
  return low
}

/**
 * Keys to forget so that the table keeps its bounds: sources of a scope share the room, what was said
 * in most hours stays, then what was said by most alerts. Of what a person rejected the oldest goes.
 */
export function surplus(all: readonly Readonly<ObservedState>[]): readonly string[] {
  return (['proposed', 'rejected'] as const).flatMap((status) => {
    const some = all.filter((one) => one.status === status)
    const kept = some.map((one) => ({
      key: one.key,
      scope: JSON.stringify([one.scope, one.sources[0] ?? '']),
      worth: status === 'rejected' ? (one.decidedAt ?? 0) : one.times.length + one.rules.length / 8,
    }))
    return leastWorth(kept, MAX_OBSERVED[status])
  })
}
