/**
 * Dedup: what a report means for its alert. Judged by event time, so that late, repeated and
 * reordered reports lead to the same episodes. An alert fires while any live reporter says so.
 */
import type { AlertEvent } from './model.ts'
import type { EpochMs } from './time.ts'

/** What one reporter said last. */
export interface Claim {
  readonly reporter: string
  readonly relay: boolean
  readonly firing: boolean
  /** Start of the episode the reporter means. */
  readonly startsAt: EpochMs
  readonly lastSeenAt: EpochMs
  /** When a firing claim lapses unless repeated; `null`: never. */
  readonly expiresAt: EpochMs | null
  readonly generatorUrl: string | null
}

/** What dedup needs to know of an alert. */
export interface Episode {
  readonly status: 'firing' | 'resolved'
  readonly startsAt: EpochMs
  readonly endsAt: EpochMs | null
  /** False: only its end has been reported so far. */
  readonly seenFiring: boolean
  readonly claims: readonly Claim[]
}

export type DedupDecision =
  /** A new alert, or the first report of it. */
  | { readonly action: 'start'; readonly reason: 'first_report' | 'fired_again' }
  /** It fired and has ended already: the end overtook the start. */
  | {
      readonly action: 'start_ended'
      readonly reason: 'end_overtook_start'
      readonly endsAt: EpochMs
    }
  | { readonly action: 'repeat'; readonly reason: 'still_firing' | 'fires_elsewhere' | 'known_end' }
  | { readonly action: 'resolve'; readonly reason: 'reporter_resolved'; readonly endsAt: EpochMs }
  /** An end whose start nobody has reported: kept, so that a late start is not taken for news. */
  | { readonly action: 'note_end'; readonly reason: 'end_without_start'; readonly endsAt: EpochMs }
  | { readonly action: 'ignore'; readonly reason: 'older_than_known' }

/**
 * Decides what an event means for the alert of its identity.
 *
 * @param known    the alert's newest episode, if any
 * @param reporter who reports (core/identity.ts)
 * @param now      engine time; a claim whose `expiresAt` is not after it is not live
 */
export function decideEvent(
  known: Episode | undefined,
  event: AlertEvent,
  reporter: string,
  now: EpochMs,
): DedupDecision {
  return event.status === 'firing'
    ? decideFiring(known, event, reporter)
    : decideResolved(known, event, { reporter, now })
}

function decideFiring(
  known: Episode | undefined,
  event: AlertEvent,
  reporter: string,
): DedupDecision {
  if (known === undefined) return { action: 'start', reason: 'first_report' }
  const mine = known.claims.find((claim) => claim.reporter === reporter)
  const tookBack = mine !== undefined && !mine.firing && event.startsAt <= mine.startsAt
  if (known.status === 'firing') {
    if (tookBack) return { action: 'ignore', reason: 'older_than_known' }
    return { action: 'repeat', reason: 'still_firing' }
  }
  const endedAt = known.endsAt ?? known.startsAt
  if (event.startsAt > endedAt) return { action: 'start', reason: 'fired_again' }
  if (!known.seenFiring && event.startsAt >= known.startsAt)
    return { action: 'start_ended', reason: 'end_overtook_start', endsAt: endedAt }
  if (tookBack || event.relay || event.startsAt <= known.startsAt)
    return { action: 'ignore', reason: 'older_than_known' }
  return { action: 'start', reason: 'fired_again' }
}

function decideResolved(
  known: Episode | undefined,
  event: AlertEvent,
  { reporter, now }: { readonly reporter: string; readonly now: EpochMs },
): DedupDecision {
  const endsAt = Math.max(event.endsAt ?? now, event.startsAt)
  if (known === undefined) return { action: 'note_end', reason: 'end_without_start', endsAt }
  if (known.status === 'resolved') {
    if (event.startsAt > (known.endsAt ?? known.startsAt))
      return { action: 'note_end', reason: 'end_without_start', endsAt }
    return { action: 'repeat', reason: 'known_end' }
  }
  if (endsAt < known.startsAt) return { action: 'ignore', reason: 'older_than_known' }
  const others = known.claims.filter(
    (claim) => claim.reporter !== reporter && isLive(claim, now) && !isEcho(claim, event),
  )
  if (others.length > 0) return { action: 'repeat', reason: 'fires_elsewhere' }
  return { action: 'resolve', reason: 'reporter_resolved', endsAt }
}

export function isLive(claim: Claim, now: EpochMs): boolean {
  return claim.firing && (claim.expiresAt === null || claim.expiresAt > now)
}

/** A relay that passes on what the resolving reporter itself said: its claim ends with it. */
function isEcho(claim: Claim, event: AlertEvent): boolean {
  return claim.relay && !event.relay && claim.generatorUrl === (event.generatorUrl ?? null)
}

/**
 * The claims after an event: the reporter's own is replaced, unless the event is older than what it
 * said before. At most 8 claims are kept, the newest, by (last seen, reporter).
 */
export function updateClaims(
  claims: readonly Claim[],
  event: AlertEvent,
  reporter: string,
  now: EpochMs,
): Claim[] {
  const mine = claims.find((claim) => claim.reporter === reporter)
  if (mine !== undefined && event.startsAt < mine.startsAt) return [...claims]
  const firing = event.status === 'firing'
  if (mine !== undefined && !mine.firing && firing && event.startsAt <= mine.startsAt)
    return [...claims]
  const claim: Claim = {
    reporter,
    relay: event.relay,
    firing,
    startsAt: event.startsAt,
    lastSeenAt: now,
    expiresAt: firing ? (event.endsAt ?? null) : null,
    generatorUrl: event.generatorUrl ?? null,
  }
  return [...claims.filter((other) => other.reporter !== reporter), claim]
    .sort((a, b) => b.lastSeenAt - a.lastSeenAt || (a.reporter < b.reporter ? -1 : 1))
    .slice(0, MAX_CLAIMS)
}

export const MAX_CLAIMS = 8

/** When the last live claim lapses; `null` when one never does or none is live. */
export function lapsesAt(claims: readonly Claim[]): EpochMs | null {
  let last: EpochMs | null = null
  for (const claim of claims) {
    if (!claim.firing) continue
    if (claim.expiresAt === null) return null
    last = Math.max(last ?? 0, claim.expiresAt)
  }
  return last
}
