/**
 * Clusters among the incidents that are in no family: k-means over what they are made of, for one
 * cause that shows at many places. "No structure" is an answer.
 */
import { kmeans } from 'ml-kmeans'
import { compare } from '../topology.ts'
import {
  byStart,
  falseDiscoveries,
  familyKey,
  MIN_RECURRENCES,
  rhythmChances,
  sharesOf,
} from './families.ts'
import { collapseBursts } from './recurrence.ts'
import { meanOf, type Points, silhouettesOf } from './silhouette.ts'
import { discoveries, poissonTail } from './statistics.ts'
import type { Chance, Family, PastIncident } from './types.ts'

/** Incidents that are clustered at once: the newest. One try takes about 10 ms. */
export const MAX_POINTS = 256
const DIMENSIONS = 64
const MAX_CLUSTERS = 12
const MAX_ITERATIONS = 20
/** Mean silhouette from which there is structure at all, and that of one cluster to be looked at. */
export const STRUCTURE_FROM = 0.15
const CLUSTER_FROM = 0.25
/** Share of a cluster that has to have the alert it is named after. */
const CORE_FROM = 0.8
/** A cause that shows at one place only would be a family. */
const MIN_PLACES = 2
const TESTS = 3

/** One try: how many clusters, how good they are, and the cluster of each incident. */
export interface Try {
  readonly k: number
  readonly silhouette: number
  readonly clusters: readonly number[]
}

/** The most clusters that are tried: sqrt(n / 2) of n incidents that differ, at most 12; below 2: none. */
export function mostClusters(points: Points): number {
  const distinct = new Set(points.map(textOf)).size
  return Math.min(MAX_CLUSTERS, Math.floor(Math.sqrt(points.length / 2)), distinct - 1)
}

/** What is not zero of it: most is. */
function textOf(point: readonly number[]): string {
  let text = ''
  point.forEach((value, at) => {
    if (value !== 0) text += `${at}:${value} `
  })
  return text
}

/**
 * Incidents as unit vectors of 64 numbers: signatures, services and kinds of changes, each by its
 * rarity, hashed with a sign. O(features)
 *
 * @see K. Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", ICML 2009
 */
export function pointsOf(incidents: readonly PastIncident[]): Points {
  const features = incidents.map(featuresOf)
  const having = new Map<string, number>()
  for (const list of features)
    for (const { name } of list) having.set(name, (having.get(name) ?? 0) + 1)
  return features.map((list) => {
    const point: number[] = new Array(DIMENSIONS).fill(0)
    for (const { name, weight } of list) {
      const hash = hashOf(name)
      const at = hash % DIMENSIONS
      const sign = (hash >>> 16) % 2 === 0 ? 1 : -1
      const rarity = Math.log(1 + incidents.length / (having.get(name) ?? 1))
      point[at] = (point[at] ?? 0) + sign * weight * rarity
    }
    const length = Math.hypot(...point)
    return length === 0 ? point : point.map((value) => value / length)
  })
}

function featuresOf({ signatures, service, changes }: PastIncident) {
  return [
    ...signatures.map((name) => ({ name: `signature:${name}`, weight: 1 })),
    ...(service === null ? [] : [{ name: `service:${service}`, weight: 0.3 }]),
    ...changes.map((name) => ({ name: `change:${name}`, weight: 0.5 })),
  ]
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i)
    hash = Math.imul(hash, 0x01000193)
  }
  return hash >>> 0
}

/** k-means into `k` clusters; the same points give the same clusters. */
export function tryClusters(points: Points, k: number): Try {
  const data = points.map((point) => [...point])
  const { clusters } = kmeans(data, k, {
    seed: k,
    initialization: 'kmeans++',
    maxIterations: MAX_ITERATIONS,
  })
  return { k, silhouette: meanOf(silhouettesOf(points, clusters)), clusters }
}

/** The better try: by silhouette, then fewer clusters. */
export function better(a: Try | null, b: Try): Try {
  if (a === null || b.silhouette > a.silhouette) return b
  return b.silhouette === a.silhouette && b.k < a.k ? b : a
}

/**
 * The clusters of a try that are more than chance, in the order of their keys; none where there is no
 * structure. A cluster needs an alert that nearly all of it has, two places, three recurrences, and
 * more of them than the alerts of the other incidents let expect.
 */
export function judgeClusters(
  incidents: readonly PastIncident[],
  points: Points,
  best: Try | null,
): readonly Family[] {
  if (best === null || best.silhouette < STRUCTURE_FROM) return []
  const silhouettes = silhouettesOf(points, best.clusters)
  const counts = countsOf(incidents)
  const candidates = Array.from({ length: best.k }, (_, cluster) => cluster).flatMap((cluster) => {
    const inside = incidents.filter((_, index) => best.clusters[index] === cluster)
    const own = silhouettes.filter((_, index) => best.clusters[index] === cluster)
    const core = coreOf(inside, counts)
    if (core === null || meanOf(own) < CLUSTER_FROM) return []
    if (new Set(inside.map(({ place }) => place)).size < MIN_PLACES) return []
    const chance = chanceOf(inside, core, counts)
    return chance.recurrences < MIN_RECURRENCES ? [] : [{ inside, chance }]
  })
  const stands = discoveries(
    candidates.map(({ chance }) => chance.p),
    { rate: falseDiscoveries(best.k), total: best.k },
  )
  return candidates
    .filter((_, index) => stands[index])
    .map(
      ({ inside, chance }): Family => ({
        kind: 'cluster',
        keys: [...new Set(inside.map(familyKey))].sort(compare),
        incidents: [...inside].sort(byStart),
        chance,
      }),
    )
    .sort((a, b) => compare(a.keys[0] ?? '', b.keys[0] ?? ''))
}

/** Signature → incidents that have it. */
function countsOf(incidents: readonly PastIncident[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { signatures } of incidents)
    for (const signature of signatures) counts.set(signature, (counts.get(signature) ?? 0) + 1)
  return counts
}

/** The rarest alert that nearly every incident of the cluster has; ties by name. */
function coreOf(
  inside: readonly PastIncident[],
  counts: ReadonlyMap<string, number>,
): string | null {
  const [core] = [...sharesOf(inside)]
    .filter(([, share]) => share >= CORE_FROM)
    .map(([name]) => name)
    .sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0) || compare(a, b))
  return core ?? null
}

/**
 * Expected are as many incidents with the alert as with another one, plus twice by how much the
 * others differ beyond chance: alerts are not equally frequent in a memoryless stream either.
 */
function chanceOf(
  inside: readonly PastIncident[],
  core: string,
  counts: ReadonlyMap<string, number>,
): Chance {
  const starts = inside.map(({ startedAt }) => startedAt).sort((a, b) => a - b)
  const recurrences = collapseBursts(starts)
  const others = [...counts].filter(([name]) => name !== core).map(([, count]) => count)
  const mean = Math.max(meanOf(others), inside.length / (counts.size + 1))
  const variance = meanOf(others.map((count) => (count - mean) ** 2))
  const expected = mean + 2 * Math.sqrt(Math.max(0, variance - mean))
  const ps = [poissonTail(recurrences.length, expected), ...rhythmChances(recurrences)]
  const p = Math.min(1, TESTS * ps.reduce((a, b) => Math.min(a, b)))
  return { recurrences: recurrences.length, expected, p }
}
