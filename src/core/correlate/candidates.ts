/**
 * Candidates: the placements a new alert may be linked to, from bounded indices only, nearest first.
 * While a storm lasts fewer of them are weighed, and the evidence says how many.
 */

import type { KnownCompanion } from '../learn/companions.ts'
import { isOfKind } from '../learn/constraints.ts'
import type { Together } from '../learn/cooccurrence.ts'
import { contradicts } from '../realm.ts'
import { type EpochMs, MINUTE } from '../time.ts'
import type { Near, Topology } from '../topology.ts'
import { companionsPlaced } from './companions.ts'
import { BURST_MS, type LinkSide } from './link.ts'
import type { Placement, Placements } from './placements.ts'
import { type Learned, partners, sharesRealm } from './said.ts'

/** Placements looked at on the alert's own and on near CIs, nearest first. */
export const MAX_NEAR_ALERTS = 128
/** Placements per CI. */
export const MAX_PER_LOCUS = 24
/** Placements of the same signature elsewhere. */
export const MAX_LIKE = 16
/** Of the newest placements anywhere, so many are looked through where no path can be known. */
const MAX_MATES = 64
/** Same-signature candidates must have begun this close. */
const LIKE_WINDOW_MS = 10 * MINUTE
/** Of the candidates in a storm so many are weighed. */
export const MAX_IN_STORM = 16

export interface CollectInput {
  readonly alert: LinkSide & { readonly key: string }
  readonly now: EpochMs
  readonly placements: Placements
  readonly topology: Topology
  /** What people said about the alert and others; absent: nothing. */
  readonly learned?: Learned | undefined
  /** Alerts far from it that it has often begun together with; absent: none. */
  readonly companions?: readonly KnownCompanion[] | undefined
  /** The storm that lasts in its scope; absent: none. */
  readonly storm?: string | undefined
}

export interface Candidate {
  readonly placement: Placement
  /** `null`: same locus, or no path. */
  readonly near: Near | null
  /** A companion: how often the two began together. */
  readonly together?: Together
}

/** Nearest first: own locus, then by hops; then companions, the same signature elsewhere, and what no path can be known of. */
export function collect(input: CollectInput): Candidate[] {
  const { alert, now, placements, topology, learned } = input
  const found: Candidate[] = []
  const add = (list: readonly Placement[], near: Near | null): void => {
    for (const placement of list) if (placement.key !== alert.key) found.push({ placement, near })
  }
  // a placement is on one CI, so that those of different CIs are different
  if (alert.locus !== null) {
    add(placements.on(alert.locus, now, MAX_PER_LOCUS), null)
    for (const near of topology.near(alert.locus)) {
      if (found.length >= MAX_NEAR_ALERTS) break
      add(placements.on(near.ci, now, MAX_PER_LOCUS), near)
    }
  }
  const isKnown = (one: Placement): boolean => found.some(({ placement }) => placement === one)
  const { startsAt } = alert
  for (const one of companionsPlaced(input.companions, placements, { startsAt, now }))
    if (one.placement.key !== alert.key && !isKnown(one.placement))
      found.push({ ...one, near: null })
  const like = placements
    .like(alert.signature, now, MAX_LIKE)
    .filter((one) => Math.abs(one.startsAt - alert.startsAt) <= LIKE_WINDOW_MS && !isKnown(one))
  add(like, null)
  const mates = placements
    .latest(now, MAX_MATES)
    .filter((one) => isMate(alert, one) || mayBeNear(alert, one))
  add(
    mates.filter((one) => !isKnown(one)),
    null,
  )
  for (const one of partners(learned, placements, now)) {
    const near = topology.between(alert.locus ?? '', one.locus ?? '') ?? null
    if (!isKnown(one)) add([one], near)
  }
  return found
}

/** Where one of the two is not in the topology, what their labels share stands for nearness. */
export function isMate(alert: LinkSide, other: LinkSide): boolean {
  return !(alert.bound && other.bound) && sharesRealm(alert, other)
}

/** One of the two is not in the topology, so that no path can be known, and nothing says that they are apart. */
function mayBeNear(alert: LinkSide, other: LinkSide): boolean {
  return alert.bound !== other.bound && !contradicts(alert.realm, other.realm)
}

/**
 * Those that are weighed: all of them, or in a storm at most MAX_IN_STORM. What a person said belongs
 * with the alert comes first, then of each incident its nearest alert and the nearest one from before
 * the alert's burst, then the nearest of what is left. O(candidates · said)
 */
export function weighedOf(
  candidates: readonly Candidate[],
  { alert, learned, storm }: Pick<CollectInput, 'alert' | 'learned' | 'storm'>,
): readonly Candidate[] {
  if (storm === undefined || candidates.length <= MAX_IN_STORM) return candidates
  const said = (learned?.said ?? []).filter(({ relation }) => relation === 'together')
  const seen = new Set<string>()
  const ranks = candidates.map(({ placement }) => {
    const isOlder = placement.startsAt < alert.startsAt - BURST_MS
    const side = `${isOlder ? '<' : '='}${placement.incident}`
    const isFirst = !seen.has(side)
    seen.add(side)
    if (said.some(({ partner }) => isOfKind(partner, placement))) return 0
    return isFirst ? 1 : 2
  })
  return [0, 1, 2]
    .flatMap((rank) => candidates.filter((_candidate, at) => ranks[at] === rank))
    .slice(0, MAX_IN_STORM)
}
