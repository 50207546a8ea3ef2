/**
 * Recurrence families: resolved incidents with one key (the alert that stands for the cause, and
 * where it is) and those near them, kept where they recur more than a memoryless stream would.
 */
import { scopedKey } from '../scope.ts'
import { compare } from '../topology.ts'
import { collapseBursts, isRhythm, rhythmsOf } from './recurrence.ts'
import { discoveries, poissonTail } from './statistics.ts'
import type { Chance, Family, PastIncident } from './types.ts'

/** A problem has come back at least twice. */
export const MIN_RECURRENCES = 3
/** Share of the proposals that may be chance, in all the looks at a stream together. */
const FALSE_DISCOVERIES = 0.05
/**
 * Every look is another chance to be wrong, the more so the more kinds of incidents there are. So many
 * kinds are one more independent look: found on years of memoryless incidents with a look every night.
 */
const KINDS_A_LOOK = 40
/** Cosine of the signatures from which two families at one place are one. */
const NEAR_FROM = 0.6
/** Families at one place that others are compared with: the largest. */
const MAX_LEADERS = 64
/** Tests of one family: the number of its recurrences, their weekday, their hour. */
const TESTS = 3

/** What incidents of one family have in common; the parts cannot run together. */
export function familyKey({
  scope,
  signature,
  place,
}: Pick<PastIncident, 'scope' | 'signature' | 'place'>): string {
  return scopedKey(scope, `${signature.length}:${signature}@${place}`)
}

/** Incidents that are of one kind, whether they recur or not. */
export interface Group {
  readonly keys: readonly string[]
  readonly incidents: readonly PastIncident[]
  /** Starts of its recurrences, ascending. */
  readonly recurrences: readonly number[]
}

export interface Findings {
  /** Accepted, most unlikely first, then by first key. */
  readonly families: readonly Family[]
  /** Groups that are not: by first key. */
  readonly rest: readonly Group[]
}

/**
 * The families among past incidents of one scope. Depends on the set of incidents only, not on their order.
 *
 * @param sizeOf how many CIs of a class there are
 * @returns O(n log n), and MAX_LEADERS comparisons for each key
 */
export function findFamilies(
  past: readonly PastIncident[],
  sizeOf: (placeClass: string) => number,
): Findings {
  const groups = joinNear(groupByKey(past))
  const populations = populationsOf(groups)
  const tested = groups.map((group) => ({
    group,
    chance: chanceOf(group, populations, sizeOf),
  }))
  const candidates = tested.filter(({ chance }) => chance.recurrences >= MIN_RECURRENCES)
  const stands = discoveries(
    candidates.map(({ chance }) => chance.p),
    { rate: falseDiscoveries(groups.length), total: groups.length },
  )
  const accepted = candidates.filter((_, index) => stands[index])
  const taken = new Set(accepted.map(({ group }) => group))
  return {
    families: accepted
      .map(
        ({ group, chance }): Family => ({
          kind: 'family',
          keys: group.keys,
          incidents: group.incidents,
          chance,
        }),
      )
      .sort((a, b) => a.chance.p - b.chance.p || compare(a.keys[0] ?? '', b.keys[0] ?? '')),
    rest: groups.filter((group) => !taken.has(group)),
  }
}

/** Share of the discoveries of one look that may be false, where so many hypotheses were looked at. */
export function falseDiscoveries(total: number): number {
  return FALSE_DISCOVERIES / (1 + total / KINDS_A_LOOK)
}

/** Past incidents by start, then id. */
export function byStart(a: PastIncident, b: PastIncident): number {
  return a.startedAt - b.startedAt || compare(a.incident, b.incident)
}

/** Groups of one key, those at one place together; by first key. No key is made for every incident. */
function groupByKey(past: readonly PastIncident[]): readonly (readonly Group[])[] {
  const places = new Map<string, Map<string, PastIncident[]>>()
  for (const one of past) {
    let signatures = places.get(one.place)
    if (signatures === undefined) {
      signatures = new Map()
      places.set(one.place, signatures)
    }
    const list = signatures.get(one.signature)
    if (list === undefined) signatures.set(one.signature, [one])
    else list.push(one)
  }
  return [...places.values()].map((signatures) =>
    [...signatures.values()].map((incidents) =>
      toGroup(incidents.slice(0, 1).map(familyKey), incidents),
    ),
  )
}

function toGroup(keys: readonly string[], incidents: readonly PastIncident[]): Group {
  const sorted = [...incidents].sort(byStart)
  return {
    keys: [...keys].sort(compare),
    incidents: sorted,
    recurrences: collapseBursts(sorted.map(({ startedAt }) => startedAt)),
  }
}

/** One cause may show first by this alert, then by that: groups at a place with the same alerts. */
function joinNear(places: readonly (readonly Group[])[]): readonly Group[] {
  return places
    .flatMap((groups) => (groups.length === 1 ? groups : joinAtPlace(groups)))
    .sort((a, b) => compare(a.keys[0] ?? '', b.keys[0] ?? ''))
}

function joinAtPlace(groups: readonly Group[]): readonly Group[] {
  const sorted = [...groups].sort(
    (a, b) => b.incidents.length - a.incidents.length || compare(a.keys[0] ?? '', b.keys[0] ?? ''),
  )
  const leaders: { readonly shares: ReadonlyMap<string, number>; readonly groups: Group[] }[] = []
  for (const group of sorted) {
    const shares = sharesOf(group.incidents)
    const near = leaders
      .slice(0, MAX_LEADERS)
      .map((leader) => ({ leader, cosine: cosineOf(leader.shares, shares) }))
      .reduce<{ leader: (typeof leaders)[number]; cosine: number } | null>(
        (best, one) => (best === null || one.cosine > best.cosine ? one : best),
        null,
      )
    if (near !== null && near.cosine >= NEAR_FROM) near.leader.groups.push(group)
    else leaders.push({ shares, groups: [group] })
  }
  return leaders.map(({ groups: [first, ...others] }) =>
    first === undefined || others.length === 0
      ? (first ?? toGroup([], []))
      : toGroup(
          [first, ...others].flatMap(({ keys }) => keys),
          [first, ...others].flatMap(({ incidents }) => incidents),
        ),
  )
}

/** Share of the incidents that have a signature. */
export function sharesOf(incidents: readonly PastIncident[]): ReadonlyMap<string, number> {
  const shares = new Map<string, number>()
  for (const { signatures } of incidents)
    for (const signature of signatures)
      shares.set(signature, (shares.get(signature) ?? 0) + 1 / incidents.length)
  return shares
}

function cosineOf(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let product = 0
  for (const [name, value] of a) product += value * (b.get(name) ?? 0)
  const length = (map: ReadonlyMap<string, number>): number =>
    Math.sqrt([...map.values()].reduce((sum, value) => sum + value * value, 0))
  const lengths = length(a) * length(b)
  return lengths === 0 ? 0 : product / lengths
}

/** Recurrences of a class of places: of every signature, of every place, of all. */
interface Population {
  readonly signatures: Map<string, number>
  readonly places: Map<string, number>
  total: number
}

function populationsOf(groups: readonly Group[]): ReadonlyMap<string, Population> {
  const populations = new Map<string, Population>()
  for (const { incidents, recurrences } of groups) {
    const [first] = incidents
    if (first === undefined) continue
    const known = populations.get(first.placeClass)
    const population = known ?? { signatures: new Map(), places: new Map(), total: 0 }
    if (known === undefined) populations.set(first.placeClass, population)
    const { signatures, places } = population
    const n = recurrences.length
    signatures.set(first.signature, (signatures.get(first.signature) ?? 0) + n)
    places.set(first.place, (places.get(first.place) ?? 0) + n)
    population.total += n
  }
  return populations
}

/**
 * The chance of a group in a memoryless stream. Expected are as many recurrences as
 * - every signature and place of its class would have if they all were alike, or
 * - the signature has at other places and the place with other signatures, were both unrelated,
 *
 * whichever is more. A rhythm is a second way of not being memoryless; the better of the three tests
 * counts, times three for having looked three times.
 */
function chanceOf(
  group: Group,
  populations: ReadonlyMap<string, Population>,
  sizeOf: (placeClass: string) => number,
): Chance {
  const [first] = group.incidents
  const population = first === undefined ? undefined : populations.get(first.placeClass)
  const recurrences = group.recurrences.length
  if (first === undefined || population === undefined) return { recurrences, expected: 0, p: 1 }
  const { signatures, places, total } = population
  const cells = signatures.size * Math.max(places.size, sizeOf(first.placeClass))
  // one more cell, for what has not happened yet: a class with one CI and one alert has a chance
  const alike = total / (cells + 1)
  const ofSignature = signatures.get(first.signature) ?? 0
  const ofPlace = places.get(first.place) ?? 0
  const others = (known: number): number => Math.max(0, known - recurrences)
  // half a one more of each: of what was seen once or never, little is known
  const unrelated =
    ((others(ofSignature) + 0.5) * (others(ofPlace) + 0.5)) /
    Math.max(1, total - ofSignature - ofPlace + recurrences)
  const expected = Math.max(alike, unrelated)
  const ps = [poissonTail(recurrences, expected), ...rhythmChances(group.recurrences)]
  return { recurrences, expected, p: Math.min(1, TESTS * ps.reduce((a, b) => Math.min(a, b))) }
}

/** Chances of the rhythms there are. */
export function rhythmChances(recurrences: readonly number[]): readonly number[] {
  const { week, day } = rhythmsOf(recurrences)
  return [week, day].filter((one) => isRhythm(one, recurrences.length)).map(({ p }) => p)
}
