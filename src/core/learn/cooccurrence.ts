/**
 * Which kinds of alerts begin together: learned from when and where alerts began, never from which
 * incident they joined, so that the engine does not confirm itself.
 *
 * Counted are occasions, not alerts: what begins within ten minutes of an occasion is the same one,
 * for a storm is one fault and says one thing. Old occasions lose half their weight in 14 days. For
 * each signature the partners with most occasions are kept (Space-Saving: a new one takes the place,
 * and the count, of the least, so that no frequent partner is missed).
 */
import { noteHour, type WeekCount } from '../habit.ts'
import { scopedKey } from '../scope.ts'
import { leastWorth } from '../shares.ts'
import type { Snapped } from '../table.ts'
import { DAY, type EpochMs, MINUTE } from '../time.ts'
import { compare } from '../topology.ts'

/** Two alerts that begin so close together, near each other, begin together. */
export const TOGETHER_MS = 2 * MINUTE
/** Starts within so long of the first one are one occasion. */
export const OCCASION_MS = 10 * MINUTE
export const MAX_PARTNERS = 64
/** Signatures that are kept; they are cut back to it whenever there are a fifth more. */
export const MAX_SIGNATURES = 5000
const DECAY = Math.LN2 / (14 * DAY)
/** Occasions that are added to both counts: few say little. */
const PRIOR = 10
const CLIP = { min: -1, max: 3 }
/** CIs that are near one, as a rule. */
const NEAR_CIS = 8

interface Counted {
  /** Decayed number of occasions, as of `at`. */
  readonly n: number
  /** When the latest occasion began. */
  readonly at: EpochMs
}

/** A count that remembers what it was. */
export interface Count {
  n: number
  at: EpochMs
  /** When it was last changed, and what it was before: alerts that began earlier see that. */
  since: EpochMs
  was: Counted
}

interface Partner extends Count {
  readonly signature: string
}

/** How often a signature came, and with which others. */
export interface PartnerState extends Snapped, Count {
  /** Correlation scope of what was counted. */
  readonly scope: string
  readonly signature: string
  /** At which hours of the week it came; absent where an older version counted. */
  week?: WeekCount | undefined
  partners: Partner[]
}

/** Times seen together, and times that were to be expected by chance. */
export interface Together {
  readonly n: number
  readonly expected: number
  /** The two are far apart, and these very alerts are meant (core/learn/companions.ts). */
  readonly far?: boolean
}

/** Of one signature, by the other one; none: never seen together. */
export interface TogetherBySignature {
  readonly get: (signature: string) => Together | undefined
}

/** A record that counts nothing yet. */
export function emptyRecord(scope: string, signature: string): PartnerState {
  return { snap: 0, scope, signature, n: 0, at: 0, since: 0, was: NEVER, partners: [] }
}

export const NEVER: Counted = { n: 0, at: 0 }

/** When a start is counted, and when it was. */
export interface Start {
  readonly at: EpochMs
  readonly since: EpochMs
}

/** Counts one start of `record`'s signature, in the order of starts. */
export function noteStart(record: PartnerState, start: Start): void {
  addOccasion(record, start)
  record.week = noteHour(record.week, start.at)
}

/** Counts that `signature` began together with what the record is of. O(MAX_PARTNERS) */
export function notePartner(record: PartnerState, signature: string, start: Start): void {
  const { at, since } = start
  const known = record.partners.find((one) => one.signature === signature)
  if (known !== undefined) {
    addOccasion(known, start)
    return
  }
  if (record.partners.length < MAX_PARTNERS) {
    record.partners.push({ signature, n: 1, at, since, was: NEVER })
    return
  }
  const [least] = [...record.partners].sort(
    (a, b) => decayed(a, at) - decayed(b, at) || compare(a.signature, b.signature),
  )
  if (least === undefined) return
  const index = record.partners.indexOf(least)
  record.partners[index] = { signature, n: decayed(least, at) + 1, at, since, was: NEVER }
}

export function addOccasion(count: Count, { at, since }: Start): void {
  if (count.n > 0 && at - count.at < OCCASION_MS) return
  if (count.since !== since) count.was = { n: count.n, at: count.at }
  count.since = since
  count.n = decayed(count, at) + 1
  count.at = at
}

/** The count as of `at`. */
export function decayed({ n, at: latest }: Counted, at: EpochMs): number {
  return n * Math.exp(-DECAY * Math.max(0, at - latest))
}

/** The count that an alert sees which began at `at`, whenever it comes to be placed. */
function seenAt(count: Readonly<Count>, at: EpochMs): number {
  return decayed(at < count.since ? count.was : count, at)
}

interface Seen {
  /** When the alert began that asks. */
  readonly at: EpochMs
  /** Since when alerts are counted at all. */
  readonly startedAt: EpochMs
  /** How many CIs the partner was seen on. */
  readonly cis: number
}

/**
 * How often `of` and a partner began together, and how often they would have by chance: occasions of
 * one, times the chance that the other one begins near by in the time around it.
 */
export function togetherOf(
  of: Readonly<Count>,
  { partner, record }: { readonly partner: Readonly<Count>; readonly record: Readonly<Count> },
  { at, startedAt, cis }: Seen,
): Together {
  const watched = (1 - Math.exp(-DECAY * Math.max(0, at - startedAt))) / DECAY
  const rate = seenAt(record, at) / Math.max(OCCASION_MS, watched)
  const nearRate = rate * Math.min(1, NEAR_CIS / Math.max(1, cis))
  const chance = 1 - Math.exp(-nearRate * 2 * TOGETHER_MS)
  return { n: seenAt(partner, at), expected: seenAt(of, at) * chance }
}

/** ln((n + 3) / (expected + 3)), nats, from -1 to 3. */
export function togetherLogOdds({ n, expected }: Together): number {
  return Math.min(CLIP.max, Math.max(CLIP.min, Math.log((n + PRIOR) / (expected + PRIOR))))
}

/** Keys of the records to forget so that MAX_SIGNATURES stay: those of each scope that came least. */
export function rarest(all: readonly Readonly<PartnerState>[], at: EpochMs): readonly string[] {
  const kept = all.map((record) => ({
    ...{ key: partnerKey(record), scope: record.scope },
    worth: decayed(record, at),
  }))
  return leastWorth(kept, MAX_SIGNATURES)
}

/** What a record is found by. */
export function partnerKey({
  scope,
  signature,
}: Pick<PartnerState, 'scope' | 'signature'>): string {
  return scopedKey(scope, signature)
}
