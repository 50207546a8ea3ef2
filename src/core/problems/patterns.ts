/**
 * Patterns: one cause that shows at many places. Incidents that are in no family, with the same alert
 * and one more thing in common (a service, a kind of change, an hour of the week, that it is new), kept
 * where they are more than both by themselves explain.
 */
import { scopedKey } from '../scope.ts'
import { DAY, type EpochMs, HOUR } from '../time.ts'
import { compare } from '../topology.ts'
import { byStart, falseDiscoveries, MIN_RECURRENCES } from './families.ts'
import { collapseBursts } from './recurrence.ts'
import { binomialTail, discoveries } from './statistics.ts'
import type { Family, PastIncident } from './types.ts'

/** A cause that shows at fewer places would be a family. */
const MIN_PLACES = 3
/** Fewer of one alert have no pattern that could be told from chance. */
const MIN_INCIDENTS = 5
/** An hour of the week or of the day is looked for in windows this long, one beginning every hour. */
const WINDOW_HOURS = 2
const WEEK_HOURS = 168
const DAY_HOURS = 24
/** An alert is new where it came so much more often in the last so many days. */
const ONSET_DAYS = [30, 60, 90] as const
/** Of the incidents of a pattern so many have to be in no better one. */
const OWN_SHARE = 0.5
/** 1970-01-01 was a Thursday; weeks begin on Mondays. */
const FIRST_MONDAY = 4 * DAY

/** Something that incidents have in common beside their alert. */
interface Aspect {
  readonly name: string
  /** How many ways of it were looked at for one alert. */
  readonly looks: number
}

interface Candidate extends Aspect {
  readonly signature: string
  readonly incidents: readonly PastIncident[]
  readonly recurrences: number
  readonly expected: number
  readonly p: number
}

/** What is usual among the incidents of one class, with which an alert of it is compared. */
interface Usual {
  readonly total: number
  readonly services: ReadonlyMap<string, number>
  readonly changes: ReadonlyMap<string, number>
  /** Share of every hour of the day and of every weekday. */
  readonly hours: readonly number[]
  readonly weekdays: readonly number[]
  readonly starts: readonly EpochMs[]
}

/** Keys of the patterns an incident is of, where they are known: at most ten. */
export function patternKeysOf(one: PastIncident): readonly string[] {
  const hour = hourOf(one.startedAt)
  return [
    ...(one.service === null ? [] : [`service=${one.service}`]),
    ...one.changes.map((change) => `change=${change}`),
    ...windowsOf(hour, WEEK_HOURS).map((at) => `week=${at}`),
    ...windowsOf(hour % DAY_HOURS, DAY_HOURS).map((at) => `day=${at}`),
    'new',
  ].map((name) => patternKey(one, name))
}

function patternKey({ scope, signature }: PastIncident, name: string): string {
  return scopedKey(scope, `${signature.length}:${signature}@*${name}`)
}

/**
 * The patterns among incidents of one scope, each incident in one of them at most. Depends on the set
 * of incidents only. O(n · kinds of changes of one incident)
 *
 * @returns most unlikely first, then by key
 */
export function findPatterns(incidents: readonly PastIncident[]): readonly Family[] {
  const sorted = [...incidents].sort(byStart)
  const end = sorted.at(-1)?.startedAt ?? 0
  let looks = 0
  const candidates: Candidate[] = []
  for (const ofClass of grouped(sorted, ({ placeClass }) => placeClass).values()) {
    const usual = usualOf(ofClass)
    for (const ofOne of grouped(ofClass, ({ signature }) => signature).values()) {
      if (ofOne.length < MIN_INCIDENTS) continue
      const found = candidatesOf(ofOne, usual, end)
      looks += found.looks
      candidates.push(...found.candidates)
    }
  }
  const stands = discoveries(
    candidates.map(({ p }) => p),
    { rate: falseDiscoveries(looks), total: looks },
  )
  return apart(candidates.filter((_, index) => stands[index]))
}

/** Each incident to the most unlikely pattern that it is of. */
function apart(accepted: readonly Candidate[]): readonly Family[] {
  const taken = new Set<string>()
  const keyOf = ({ incidents: [first], name }: Candidate): string =>
    first === undefined ? name : patternKey(first, name)
  return [...accepted]
    .sort((a, b) => a.p - b.p || compare(keyOf(a), keyOf(b)))
    .flatMap((candidate): readonly Family[] => {
      const { recurrences, expected, p } = candidate
      const own = candidate.incidents.filter(({ incident }) => !taken.has(incident))
      if (own.length < OWN_SHARE * candidate.incidents.length || own.length < MIN_RECURRENCES)
        return []
      for (const { incident } of own) taken.add(incident)
      const chance = { recurrences, expected, p }
      return [{ kind: 'cluster', keys: [keyOf(candidate)], incidents: own, chance }]
    })
}

function candidatesOf(
  ofOne: readonly PastIncident[],
  usual: Usual,
  end: EpochMs,
): { readonly candidates: readonly Candidate[]; readonly looks: number } {
  const services = grouped(ofOne, ({ service }) => service)
  services.delete(null)
  const changes = new Map<string, PastIncident[]>()
  for (const one of ofOne) for (const change of one.changes) put(changes, change, one)
  const candidates = [
    ...[...services].map(([service, own]) =>
      shared(ofOne, own, {
        name: `service=${service}`,
        having: usual.services.get(service ?? '') ?? 0,
        usual,
      }),
    ),
    ...[...changes].map(([change, own]) =>
      shared(ofOne, own, {
        name: `change=${change}`,
        having: usual.changes.get(change) ?? 0,
        usual,
      }),
    ),
    bestWindow(ofOne, usual, WEEK_HOURS),
    bestWindow(ofOne, usual, DAY_HOURS),
    onset(ofOne, usual, end),
  ]
  return { candidates: candidates.flatMap((one) => one ?? []), looks: candidates.length }
}

/** More incidents have both the alert and the other thing than if they were unrelated. */
function shared(
  ofOne: readonly PastIncident[],
  own: readonly PastIncident[],
  {
    name,
    having,
    usual,
  }: { readonly name: string; readonly having: number; readonly usual: Usual },
): Candidate | null {
  // one more, for what has not happened yet
  const share = (having + 1) / (usual.total + 1)
  return candidate(own, { name, looks: 1 }, (times) => {
    const all = ofOne.length - own.length + times
    return { expected: all * share, p: binomialTail(times, all, share) }
  })
}

/** The hours in which it comes most beyond what is usual for them. */
function bestWindow(ofOne: readonly PastIncident[], usual: Usual, cycle: number): Candidate | null {
  const counts: number[] = new Array(cycle).fill(0)
  for (const { startedAt } of ofOne)
    for (const at of windowsOf(hourOf(startedAt) % cycle, cycle)) counts[at] = (counts[at] ?? 0) + 1
  let best: { at: number; p: number; share: number } | null = null
  counts.forEach((count, at) => {
    if (count < MIN_INCIDENTS) return
    const share = shareOfWindow(usual, at, cycle)
    const p = binomialTail(count, ofOne.length, share)
    if (best === null || p < best.p) best = { at, p, share }
  })
  const found: { at: number; p: number; share: number } | null = best
  if (found === null) return null
  const { at, share } = found
  const own = ofOne.filter(({ startedAt }) =>
    windowsOf(hourOf(startedAt) % cycle, cycle).includes(at),
  )
  const name = `${cycle === WEEK_HOURS ? 'week' : 'day'}=${at}`
  return candidate(own, { name, looks: cycle }, (times) => {
    const all = ofOne.length - own.length + times
    return { expected: all * share, p: binomialTail(times, all, share) }
  })
}

/** It is new, or comes far more often than before. */
function onset(ofOne: readonly PastIncident[], usual: Usual, end: EpochMs): Candidate | null {
  const found = ONSET_DAYS.flatMap((days) => {
    const since = end - days * DAY
    const own = ofOne.filter(({ startedAt }) => startedAt > since)
    // when the other alerts of the class came: one more before and since, for what is not known
    const inWindow = usual.starts.filter((at) => at > since).length - own.length
    const share = (inWindow + 1) / (usual.total - ofOne.length + 2)
    return (
      candidate(own, { name: 'new', looks: ONSET_DAYS.length }, (times) => {
        const all = ofOne.length - own.length + times
        return { expected: all * share, p: binomialTail(times, all, share) }
      }) ?? []
    )
  })
  const [first, ...others] = found
  return first === undefined ? null : others.reduce((a, b) => (b.p < a.p ? b : a), first)
}

function candidate(
  own: readonly PastIncident[],
  { name, looks }: Aspect,
  chanceOf: (recurrences: number) => { readonly expected: number; readonly p: number },
): Candidate | null {
  const [first] = own
  if (first === undefined || own.length < MIN_INCIDENTS) return null
  if (new Set(own.map(({ place }) => place)).size < MIN_PLACES) return null
  const recurrences = collapseBursts(own.map(({ startedAt }) => startedAt)).length
  if (recurrences < MIN_INCIDENTS) return null
  const { expected, p } = chanceOf(recurrences)
  const { signature } = first
  return {
    signature,
    name,
    looks,
    incidents: own,
    recurrences,
    expected,
    p: Math.min(1, looks * p),
  }
}

function usualOf(incidents: readonly PastIncident[]): Usual {
  const services = new Map<string, number>()
  const changes = new Map<string, number>()
  const hours: number[] = new Array(DAY_HOURS).fill(1)
  const weekdays: number[] = new Array(7).fill(1)
  const add = (counts: Map<string, number>, name: string): void => {
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  for (const { service, changes: kinds, startedAt } of incidents) {
    if (service !== null) add(services, service)
    for (const kind of kinds) add(changes, kind)
    const hour = hourOf(startedAt)
    hours[hour % DAY_HOURS] = (hours[hour % DAY_HOURS] ?? 0) + 1
    const weekday = Math.floor(hour / DAY_HOURS)
    weekdays[weekday] = (weekdays[weekday] ?? 0) + 1
  }
  const shares = (counts: readonly number[]): readonly number[] => {
    const all = counts.reduce((sum, count) => sum + count, 0)
    return counts.map((count) => count / all)
  }
  return {
    total: incidents.length,
    ...{ services, changes, hours: shares(hours), weekdays: shares(weekdays) },
    starts: incidents.map(({ startedAt }) => startedAt),
  }
}

function shareOfWindow({ hours, weekdays }: Usual, at: number, cycle: number): number {
  let share = 0
  for (let n = 0; n < WINDOW_HOURS; n++) {
    const hour = (at + n) % cycle
    const weekday = cycle === WEEK_HOURS ? (weekdays[Math.floor(hour / DAY_HOURS)] ?? 0) : 1
    share += (hours[hour % DAY_HOURS] ?? 0) * weekday
  }
  return share
}

/** Hours since Monday 00:00 UTC. */
function hourOf(at: EpochMs): number {
  return Math.floor((at - FIRST_MONDAY) / HOUR) % WEEK_HOURS
}

/** Windows that an hour lies in, by the hour they begin with. */
function windowsOf(hour: number, cycle: number): readonly number[] {
  return Array.from({ length: WINDOW_HOURS }, (_, n) => (hour - n + cycle) % cycle)
}

function grouped<K>(
  incidents: readonly PastIncident[],
  keyOf: (one: PastIncident) => K,
): Map<K, PastIncident[]> {
  const groups = new Map<K, PastIncident[]>()
  for (const one of incidents) put(groups, keyOf(one), one)
  return groups
}

function put<K>(groups: Map<K, PastIncident[]>, key: K, one: PastIncident): void {
  const list = groups.get(key)
  if (list === undefined) groups.set(key, [one])
  else list.push(one)
}
