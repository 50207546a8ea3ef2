/**
 * Companions: alerts on two CIs, far apart by all that is known, that often begin together. What the
 * topology cannot tell, since nobody entered the relation, time tells after some occasions.
 *
 * Counted are very kinds on very CIs, never kinds anywhere: in a large estate some alert of every
 * common kind begins every minute. What begins among many others says nothing of any two of them, so
 * a large fault teaches nothing here. The same occasions and the same decay as of partners
 * (core/learn/cooccurrence.ts), and the same estimate of chance.
 */
import { scopedKey } from '../scope.ts'
import { leastWorth } from '../shares.ts'
import type { Snapped } from '../table.ts'
import type { EpochMs } from '../time.ts'
import { compare } from '../topology.ts'
import {
  addOccasion,
  type Count,
  decayed,
  NEVER,
  type Start,
  type Together,
  togetherOf,
} from './cooccurrence.ts'

/** A kind of alert on a CI, or on what stands for one. */
export interface Spot {
  readonly signature: string
  readonly place: string
}

interface Companion extends Count, Spot {}

/** How often a kind began on a CI, and with which others elsewhere. */
export interface CompanionState extends Snapped, Count, Spot {
  /** Correlation scope of what was counted. */
  readonly scope: string
  companions: Companion[]
}

/** A companion that began together with another one often enough to be looked for. */
export interface KnownCompanion extends Spot {
  readonly together: Together
}

/** Companions that are counted for each, and spots that are kept in all. */
export const MAX_COMPANIONS = 16
export const MAX_SPOTS = 20_000
/** Where more spots than this began at about the same time, nothing is counted. */
export const MAX_CROWD = 8
/** So many of them are looked for when an alert begins. */
export const MAX_SOUGHT = 8
/** Fewer occasions, after decay, may be chance. */
const FEWEST = 3
/** Times chance, and share of the occasions of the rarer of the two, from which on they are companions. */
const AGAINST_CHANCE = 3
const SHARE = 1 / 3

/** A record that counts nothing yet. */
export function emptySpot(scope: string, { signature, place }: Spot): CompanionState {
  return { snap: 0, scope, signature, place, n: 0, at: 0, since: 0, was: NEVER, companions: [] }
}

/** What a record is found by; the parts cannot run together. */
export function spotKey({
  scope,
  signature,
  place,
}: Pick<CompanionState, 'scope' | 'signature' | 'place'>): string {
  return scopedKey(scope, `${signature.length}:${signature}${place}`)
}

/**
 * Counts that `spot` began together with what the record is of. Where there is no room the least takes
 * none of the others' place that was seen more than once: no count is ever too high. O(MAX_COMPANIONS)
 */
export function noteCompanion(record: CompanionState, spot: Spot, start: Start): void {
  const { companions } = record
  const known = companions.find((one) => isSpot(one, spot))
  if (known !== undefined) {
    addOccasion(known, start)
    return
  }
  const { at, since } = start
  const { signature, place } = spot
  const made: Companion = { signature, place, n: 1, at, since, was: NEVER }
  if (companions.length < MAX_COMPANIONS) {
    companions.push(made)
    return
  }
  const [least] = [...companions].sort((a, b) => decayed(a, at) - decayed(b, at) || bySpot(a, b))
  if (least !== undefined && decayed(least, at) <= 1) companions[companions.indexOf(least)] = made
}

/**
 * Those that are no chance, the most frequent first, at most MAX_SOUGHT. O(MAX_COMPANIONS)
 *
 * @param other the record of a companion
 * @param at when the alert began that asks
 * @param startedAt since when alerts are counted at all
 */
export function knownCompanions(
  record: Readonly<CompanionState>,
  other: (spot: Spot) => Readonly<CompanionState> | undefined,
  { at, startedAt }: { readonly at: EpochMs; readonly startedAt: EpochMs },
): readonly KnownCompanion[] {
  const known = record.companions.flatMap((partner): KnownCompanion[] => {
    const theirs = other(partner)
    if (theirs === undefined) return []
    const { signature, place } = partner
    const together = togetherOf(record, { partner, record: theirs }, { at, startedAt, cis: 1 })
    const { n, expected } = together
    const rarer = Math.min(decayed(record, at), decayed(theirs, at))
    const often = n >= FEWEST && n >= AGAINST_CHANCE * expected && n >= SHARE * rarer
    return often ? [{ signature, place, together: { ...together, far: true } }] : []
  })
  return known.sort((a, b) => b.together.n - a.together.n || bySpot(a, b)).slice(0, MAX_SOUGHT)
}

/** Keys of the records to forget so that MAX_SPOTS stay: those of each scope that came least. */
export function rarestSpots(
  all: readonly Readonly<CompanionState>[],
  at: EpochMs,
): readonly string[] {
  const kept = all.map((record) => ({
    ...{ key: spotKey(record), scope: record.scope },
    worth: decayed(record, at),
  }))
  return leastWorth(kept, MAX_SPOTS)
}

export function isSpot(a: Spot, b: Spot): boolean {
  return a.signature === b.signature && a.place === b.place
}

export function bySpot(a: Spot, b: Spot): number {
  return compare(a.signature, b.signature) || compare(a.place, b.place)
}
