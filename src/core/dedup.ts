/**
 * Dedup: what a report means for its alert. Judged by event time, so that late, repeated and
 * reordered reports lead to the same episodes. An alert fires while any live reporter says so.
 */
import type { AlertEvent } from './model.ts'
import { type EpochMs, MINUTE } from './time.ts'
import { compare } from './topology.ts'

/** What one reporter said last, by event time: an end beats the firing that it ends. */
export interface Claim {
  readonly reporter: string
  readonly relay: boolean
  readonly firing: boolean
  /** Start of the episode the reporter means. */
  readonly startsAt: EpochMs
  /** When it ended, as the reporter said; `null` while it fires. */
  readonly endedAt: EpochMs | null
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
  /** The known episode has not ended after all: another reporter, or one that was given up, fires. */
  | { readonly action: 'revive'; readonly reason: 'fires_elsewhere' | 'heard_again' }
  | { readonly action: 'repeat'; readonly reason: 'still_firing' | 'fires_elsewhere' | 'known_end' }
  | { readonly action: 'resolve'; readonly reason: 'reporter_resolved'; readonly endsAt: EpochMs }
  /** An episode that was over when it was first heard of, as between two posts of a group. */
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
  if (event.status === 'resolved') return decideResolved(known, event, { reporter, now })
  if (known === undefined) return { action: 'start', reason: 'first_report' }
  const mine = known.claims.find((claim) => claim.reporter === reporter)
  const old = mine !== undefined && isOlder(event, mine, now)
  if (known.status === 'firing') return old ? OLD : { action: 'repeat', reason: 'still_firing' }
  const endsAt = known.endsAt ?? known.startsAt
  if (event.startsAt > endsAt) {
    if (old) return startEnded(event, mine)
    const end = event.relay ? endOfOriginal(known.claims, event) : null
    if (end !== null) return { action: 'start_ended', reason: 'end_overtook_start', endsAt: end }
    return { action: 'start', reason: 'fired_again' }
  }
  if (!known.seenFiring && event.startsAt >= known.startsAt && (event.relay || old))
    return { action: 'start_ended', reason: 'end_overtook_start', endsAt }
  const lapsed = event.endsAt !== undefined && event.endsAt <= now
  if (old || event.relay || lapsed) return OLD
  return { action: 'revive', reason: mine === undefined ? 'fires_elsewhere' : 'heard_again' }
}

/** An episode whose end the reporter told before: that end, or that of a later one. */
function startEnded({ startsAt }: AlertEvent, mine: Claim): DedupDecision {
  const endsAt = startsAt < mine.startsAt ? startsAt : (mine.endedAt ?? startsAt)
  return { action: 'start_ended', reason: 'end_overtook_start', endsAt }
}

const OLD = { action: 'ignore', reason: 'older_than_known' } as const

/**
 * Whether the reporter has said something newer already. An end is newer than a firing that began
 * before it, so that the order of arrival does not matter.
 */
function isOlder(event: AlertEvent, mine: Claim, now: EpochMs): boolean {
  const { startsAt } = event
  if (event.status === 'firing') {
    if (mine.endedAt === null || insists(event, mine, now)) return false
    return startsAt <= mine.startsAt || startsAt < mine.endedAt
  }
  const end = endOf(event, now)
  if (mine.endedAt === null) return startsAt < mine.startsAt && end <= mine.startsAt
  return end < mine.endedAt || (end === mine.endedAt && startsAt < mine.startsAt)
}

/** A firing report of before an end counts as late for so long. */
const INSIST_MS = 5 * MINUTE

/**
 * Whether a report that is still valid comes so long after the end that it cannot be a late one: two
 * replicas that cannot be told apart, and one of them still fires.
 */
function insists({ endsAt }: AlertEvent, mine: Claim, now: EpochMs): boolean {
  return endsAt !== undefined && endsAt > now && now - mine.lastSeenAt >= INSIST_MS
}

/**
 * A relay's end does not outvote a reporter of the relay's own kind of source that has last said that
 * the alert fires: a relay also says "resolved" when it no longer hears the reporter. That claim then
 * lapses by its own rule.
 */
function decideResolved(
  known: Episode | undefined,
  event: AlertEvent,
  { reporter, now }: { readonly reporter: string; readonly now: EpochMs },
): DedupDecision {
  const endsAt = endOf(event, now)
  if (known === undefined || isLaterEpisode(known, event))
    return { action: 'note_end', reason: 'end_without_start', endsAt }
  if (known.status === 'resolved') return { action: 'repeat', reason: 'known_end' }
  const claims = updateClaims(known.claims, event, reporter, now)
  const holds = (claim: Claim): boolean => isLive(claim, now) || (event.relay && !claim.relay)
  if (standing(claims).some(holds))
    return endsAt < known.startsAt ? OLD : { action: 'repeat', reason: 'fires_elsewhere' }
  return { action: 'resolve', reason: 'reporter_resolved', endsAt: lastEnd(claims) ?? endsAt }
}

/** A whole episode after the known one: with a time of its own for its start, not that of the report. */
function isLaterEpisode({ status, startsAt, endsAt }: Episode, event: AlertEvent): boolean {
  if (status !== 'resolved' || event.endsAt === undefined) return false
  return event.startsAt > (endsAt ?? startsAt) && event.endsAt > event.startsAt
}

function endOf(event: AlertEvent, now: EpochMs): EpochMs {
  return Math.max(event.endsAt ?? now, event.startsAt)
}

function lastEnd(claims: readonly Claim[]): EpochMs | null {
  return claims.reduce<EpochMs | null>(
    (last, { endedAt }) => (endedAt === null ? last : Math.max(last ?? endedAt, endedAt)),
    null,
  )
}

export function isLive(claim: Claim, now: EpochMs): boolean {
  return claim.firing && (claim.expiresAt === null || claim.expiresAt > now)
}

/**
 * Claims that the alert fires. A relay that passes on what another reporter said ends with it: it
 * may have been restarted and never say so itself.
 */
function standing(claims: readonly Claim[]): readonly Claim[] {
  return claims.filter(
    (claim) => claim.firing && !(claim.relay && endOfOriginal(claims, claim) !== null),
  )
}

/** When what a relay passes on has ended, by its own reporter; `null`: not as far as is known. */
function endOfOriginal(
  claims: readonly Claim[],
  { startsAt, generatorUrl }: { readonly startsAt: EpochMs; readonly generatorUrl?: string | null },
): EpochMs | null {
  const url = generatorUrl ?? null
  return lastEnd(
    claims.filter(
      (claim) =>
        !claim.relay && claim.generatorUrl === url && (claim.endedAt ?? startsAt - 1) >= startsAt,
    ),
  )
}

/** Whether any reporter says at `now` that the alert fires. */
export function isClaimed(claims: readonly Claim[], now: EpochMs): boolean {
  return standing(claims).some((claim) => isLive(claim, now))
}

/**
 * The claims after an event: the reporter's own is replaced, unless the event is older than what it
 * said before. A repeat never brings the lapse of a claim forward. At most 8 claims are kept, the
 * newest, by (last seen, reporter).
 */
export function updateClaims(
  claims: readonly Claim[],
  event: AlertEvent,
  reporter: string,
  now: EpochMs,
): Claim[] {
  const mine = claims.find((claim) => claim.reporter === reporter)
  if (mine !== undefined && isOlder(event, mine, now)) return [...claims]
  const firing = event.status === 'firing'
  const before = firing && mine?.firing === true ? mine : null
  const claim: Claim = {
    reporter,
    relay: event.relay,
    firing,
    startsAt: Math.max(event.startsAt, before?.startsAt ?? event.startsAt),
    endedAt: firing ? null : endOf(event, now),
    lastSeenAt: now,
    expiresAt: firing ? later(event.endsAt ?? null, before?.expiresAt ?? null) : null,
    generatorUrl: event.generatorUrl ?? null,
  }
  return [...claims.filter((other) => other.reporter !== reporter), claim]
    .sort((a, b) => b.lastSeenAt - a.lastSeenAt || compare(a.reporter, b.reporter))
    .slice(0, MAX_CLAIMS)
}

/** A new lapse, unless the old one is later; `null`: never. */
function later(at: EpochMs | null, before: EpochMs | null): EpochMs | null {
  return at === null || before === null ? at : Math.max(at, before)
}

export const MAX_CLAIMS = 8

/** When the last live claim lapses; `null` when one never does or none is live. */
export function lapsesAt(claims: readonly Claim[]): EpochMs | null {
  let last: EpochMs | null = null
  for (const claim of standing(claims)) {
    if (claim.expiresAt === null) return null
    last = Math.max(last ?? 0, claim.expiresAt)
  }
  return last
}
