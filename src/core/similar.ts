/**
 * Past incidents like this one: cosine over what an incident is made of (signatures, CIs, classes,
 * services, kinds of change), each feature weighted by its surprise, its kind and its rarity among
 * the incidents kept.
 *
 * The index is derived: it is a function of the set of profiles it holds, whatever the order they
 * came in, and those are plain JSON. Keep the profiles, rebuild the index with `indexSimilar`.
 */
import type { SimilarIncident, Term } from './evidence.ts'
import type { Snapped } from './table.ts'
import type { EpochMs } from './time.ts'
import { topOf } from './top.ts'
import { compare } from './topology.ts'

/** Kinds of features and what they count: features are named `<kind>:<value>`. */
const KIND_WEIGHTS = {
  ...{ signature: 1, ci: 1, cause: 0.5, service: 0.5, change: 0.5, class: 0.3 },
  /** Of a title or rule: what there is of incidents that were imported. */
  word: 1.2,
} as const
export type FeatureKind = keyof typeof KIND_WEIGHTS

export const SIMILAR_TERMS = [
  'signature',
  'ci',
  'cause',
  'service',
  'change',
  'class',
  'word',
  'family',
  'resolution',
] as const
export type SimilarTermName = (typeof SIMILAR_TERMS)[number]

/** What an incident was like, once it is over. Plain JSON. */
export interface IncidentProfile {
  readonly incident: string
  readonly closedAt: EpochMs
  /** Weight (surprise in nats, > 0) by feature, e.g. `signature:DiskFull host`, `ci:db-1`. */
  readonly features: Readonly<Record<string, number>>
  readonly title: string
  /** What resolved it, where a person said so. */
  readonly resolution: string | null
  /** Key of its recurrence family: the alert that stands for it, and where. Profiles of old have none. */
  readonly family?: string
  /** Milliseconds from its first alert to its end. */
  readonly tookMs?: number
  /** The person who resolved it, else who had it in hand. */
  readonly by?: string | null
}

/** What a resolved incident was like, for finding it again. */
export interface ProfileState extends Snapped {
  readonly scope: string
  readonly incident: string
  readonly profile: IncidentProfile
}

/** Profiles kept; the oldest leave. */
export const MAX_PROFILES = 100_000
/** Features of a profile that count: the heaviest, ties by name. */
export const MAX_FEATURES = 24
/** Per feature the newest profiles that are looked at. */
const MAX_POSTINGS = 1_000
/** Profiles that are scored in full: those that share most. */
const MAX_CANDIDATES = 128
/**
 * Cosine from which two incidents are alike. Measured on 128 injected faults of public fault sets:
 * 93 % of the pairs with a common root cause are above it, 35 % of the other pairs of one system,
 * none of two systems; the most alike one has the same root cause in 87 of 120 (at random: 6).
 */
export const ALIKE_FROM = 0.4
/** Weights below do not count, weights above count as this: products of them stay finite. */
const MIN_WEIGHT = 1e-6
const MAX_WEIGHT = 1e6
/** A past incident whose remedy is known goes before its equals without. */
const RESOLUTION_POINTS = 0.05
/** One of the same family is the same fault again, however much else was hurt that time. */
const FAMILY_POINTS = 0.2

/** Of a profile, in the order of their names. */
interface Feature {
  readonly name: string
  readonly kind: FeatureKind
  /** Surprise times weight of the kind. */
  readonly mass: number
}

/** A feature and the incidents that have it, oldest first. */
interface Posting {
  readonly name: string
  readonly kind: FeatureKind
  readonly having: Kept[]
}

/** Some 16 bytes a feature in it and 8 in the posting, beside the profile itself. */
interface Kept {
  readonly profile: IncidentProfile
  /** By name, and the mass of each in the same order. */
  readonly postings: readonly Posting[]
  readonly masses: readonly number[]
  /** Where its sum stands while a query runs; given anew when it leaves. */
  readonly slot: number
}

export interface SimilarIndex {
  readonly limit: number
  readonly kept: Map<string, Kept>
  /** All incidents, oldest first. */
  readonly order: Kept[]
  /** By feature. */
  readonly postings: Map<string, Posting>
  readonly freeSlots: number[]
}

/** An index of the newest `limit` of the profiles; of two with one incident the later in the list wins. */
export function indexSimilar(
  profiles: Iterable<IncidentProfile>,
  limit: number = MAX_PROFILES,
): SimilarIndex {
  const index: SimilarIndex = {
    limit,
    kept: new Map(),
    order: [],
    postings: new Map(),
    freeSlots: [],
  }
  const newest = new Map([...profiles].map((profile) => [profile.incident, profile]))
  for (const profile of [...newest.values()].sort(byAge)) addProfile(index, profile)
  return index
}

/**
 * Adds a profile, in place of one of the same incident.
 *
 * @returns ids that left because the index was full, oldest first; it may be this one
 */
export function addProfile(index: SimilarIndex, profile: IncidentProfile): readonly string[] {
  removeProfile(index, profile.incident)
  const slot = index.freeSlots.pop() ?? index.kept.size
  const features = featuresOf(profile)
  const postings = features.map((feature) => postingOf(index, feature))
  const kept: Kept = { profile, postings, masses: features.map(({ mass }) => mass), slot }
  index.kept.set(profile.incident, kept)
  insert(index.order, kept)
  for (const { having } of postings) insert(having, kept)
  const left = index.order.slice(0, Math.max(0, index.order.length - index.limit))
  const ids = left.map(({ profile: { incident } }) => incident)
  for (const id of ids) removeProfile(index, id)
  return ids
}

function postingOf({ postings }: SimilarIndex, { name, kind }: Feature): Posting {
  const known = postings.get(name)
  if (known !== undefined) return known
  const made: Posting = { name, kind, having: [] }
  postings.set(name, made)
  return made
}

/** Takes a profile out, where there is one; says whether there was. */
export function removeProfile(index: SimilarIndex, incident: string): boolean {
  const kept = index.kept.get(incident)
  if (kept === undefined) return false
  index.kept.delete(incident)
  index.freeSlots.push(kept.slot)
  remove(index.order, kept)
  for (const { name, having } of kept.postings) {
    remove(having, kept)
    if (having.length === 0) index.postings.delete(name)
  }
  return true
}

/**
 * Closed incidents like `profile`, best first, then newer, then by id; never the incident itself,
 * and none under ALIKE_FROM. The score is the sum of `x * w` of the terms: one per shared feature,
 * with x = its product in both and w = 1 / (length of one · length of the other), then one for the
 * same family and one for a known remedy.
 *
 * Cost: MAX_FEATURES · MAX_POSTINGS sums and MAX_CANDIDATES full scores, whatever the index holds.
 */
export function similarIncidents(
  profile: IncidentProfile,
  index: SimilarIndex,
  limit: number,
): readonly SimilarIncident[] {
  const features = featuresOf(profile)
  const length = lengthOf(features.map(({ name, mass }) => mass * idfOfName(index, name)))
  if (length === 0) return []
  const found = candidatesOf(index, profile.incident, features).flatMap((candidate) => {
    const shared = termsOf(index, { features, length }, candidate)
    const isFamily = profile.family !== undefined && candidate.profile.family === profile.family
    const terms = isFamily ? [...shared, SAME_FAMILY] : shared
    return sumOf(terms) < ALIKE_FROM ? [] : [{ candidate, like: likeOf(candidate.profile, terms) }]
  })
  found.sort((a, b) => b.like.score - a.like.score || byNewer(a.candidate, b.candidate))
  return found.slice(0, Math.max(0, limit)).map(({ like }) => like)
}

function likeOf(
  { incident, title, resolution, closedAt, tookMs, by = null }: IncidentProfile,
  terms: readonly Term<SimilarTermName>[],
): SimilarIncident {
  const all = resolution === null ? terms : [...terms, RESOLVED]
  return {
    ...{ incident, score: sumOf(all), terms: all, title, resolution, closedAt, by },
    ...(tookMs === undefined ? {} : { tookMs }),
  }
}

const SAME_FAMILY: Term<SimilarTermName> = {
  name: 'family',
  x: 1,
  w: FAMILY_POINTS,
  inputs: {},
  note: 'the same alert at the same place stands for both',
}

const RESOLVED: Term<SimilarTermName> = {
  name: 'resolution',
  x: 1,
  w: RESOLUTION_POINTS,
  inputs: {},
  note: 'what resolved it is known',
}

function featuresOf({ features }: IncidentProfile): readonly Feature[] {
  return Object.entries(features)
    .flatMap(([name, weight]): Feature[] => {
      const kind = name.slice(0, Math.max(0, name.indexOf(':')))
      return isKind(kind) && weight >= MIN_WEIGHT
        ? [{ name, kind, mass: Math.min(weight, MAX_WEIGHT) * KIND_WEIGHTS[kind] }]
        : []
    })
    .sort((a, b) => b.mass - a.mass || compare(a.name, b.name))
    .slice(0, MAX_FEATURES)
    .sort((a, b) => compare(a.name, b.name))
}

function isKind(kind: string): kind is FeatureKind {
  return Object.hasOwn(KIND_WEIGHTS, kind)
}

/** ln(1 + N / n): rare features tell more; one that no incident had counts as if one had. */
function idfOf(index: SimilarIndex, having: number): number {
  return Math.log(1 + index.kept.size / Math.max(1, having))
}

function idfOfName(index: SimilarIndex, name: string): number {
  return idfOf(index, index.postings.get(name)?.having.length ?? 0)
}

function lengthOf(weights: Iterable<number>): number {
  let squares = 0
  for (const weight of weights) squares += weight ** 2
  return Math.sqrt(squares)
}

/** The incidents that share most by the newest of each feature, at most MAX_CANDIDATES. */
function candidatesOf(
  index: SimilarIndex,
  own: string,
  features: readonly Feature[],
): readonly Kept[] {
  const sums = new Float64Array(index.kept.size + index.freeSlots.length)
  const touched: Kept[] = []
  for (const { name, mass } of features) {
    const posting = index.postings.get(name)
    if (posting === undefined) continue
    const { having } = posting
    const weight = mass * idfOf(index, having.length) ** 2
    for (let at = Math.max(0, having.length - MAX_POSTINGS); at < having.length; at++) {
      const kept = having[at]
      if (kept === undefined || kept.profile.incident === own) continue
      const before = sums[kept.slot] ?? 0
      if (before === 0) touched.push(kept)
      sums[kept.slot] = before + weight * (kept.masses[kept.postings.indexOf(posting)] ?? 0)
    }
  }
  const sumAt = (kept: Kept): number => sums[kept.slot] ?? 0
  return topOf(touched, MAX_CANDIDATES, (a, b) => sumAt(b) - sumAt(a) || byNewer(a, b))
}

interface Asking {
  readonly features: readonly Feature[]
  readonly length: number
}

function termsOf(
  index: SimilarIndex,
  { features, length }: Asking,
  candidate: Kept,
): readonly Term<SimilarTermName>[] {
  const idfs = candidate.postings.map(({ having }) => idfOf(index, having.length))
  const theirLength = lengthOf(idfs.map((idf, at) => idf * (candidate.masses[at] ?? 0)))
  const w = 1 / (length * theirLength)
  const at = new Map(candidate.postings.map(({ name }, place) => [name, place]))
  return features.flatMap(({ name, kind, mass }): Term<SimilarTermName>[] => {
    const place = at.get(name)
    if (place === undefined) return []
    const theirs = candidate.masses[place] ?? 0
    const idf = idfs[place] ?? 0
    const note = `both have ${kind} ${name.slice(kind.length + 1)}`
    const inputs = { feature: name, ours: mass, theirs, idf }
    return [{ name: kind, x: mass * theirs * idf * idf, w, inputs, note }]
  })
}

function sumOf(terms: readonly Term[]): number {
  return terms.reduce((sum, { x, w }) => sum + x * w, 0)
}

function byAge(a: IncidentProfile, b: IncidentProfile): number {
  return a.closedAt - b.closedAt || compare(a.incident, b.incident)
}

function byNewer(a: Kept, b: Kept): number {
  return b.profile.closedAt - a.profile.closedAt || compare(a.profile.incident, b.profile.incident)
}

/** Keeps the list sorted by age. The end is tried first: profiles mostly come in order. */
function insert(list: Kept[], kept: Kept): void {
  const last = list.at(-1)
  if (last === undefined || byAge(last.profile, kept.profile) < 0) list.push(kept)
  else list.splice(positionOf(list, kept), 0, kept)
}

function remove(list: Kept[], kept: Kept): void {
  const at = positionOf(list, kept)
  if (list[at] === kept) list.splice(at, 1)
}

/** Index of the first entry that is not older than `kept`. */
function positionOf(list: readonly Kept[], kept: Kept): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = list[middle]
    if (other !== undefined && byAge(other.profile, kept.profile) < 0) low = middle + 1
    else high = middle
  }
  return low
}
