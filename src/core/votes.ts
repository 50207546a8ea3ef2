/** What people found helpful, which fades: an article is mended, and what it is about changes. */
import type { Votes } from './knowledge.ts'
import type { VoteState } from './tallies.ts'
import { DAY, type EpochMs } from './time.ts'

/** What a person said of an article at an incident: a later vote replaces it. */
export interface CastVote {
  readonly article: string
  readonly by: string
  readonly helpful: boolean
  /** Where it was counted, and at what time that record then stood. */
  readonly counted: readonly { readonly key: string; readonly at: EpochMs }[]
}

export const VOTE_HALF_LIFE_DAYS = 90

/** Whole days that votes as of `at` have faded by: what is suggested does not change from one minute to the next. */
function fadedDays(at: EpochMs, now: EpochMs): number {
  return Math.max(0, Math.floor((now - at) / DAY))
}

function weightAfter(days: number): number {
  return 2 ** (-days / VOTE_HALF_LIFE_DAYS)
}

/** Adds one vote; those before it fade to `now`, less the part of a day that is left for the next time. */
export function addVote(record: VoteState, helpful: boolean, now: EpochMs): void {
  const days = fadedDays(record.at, now)
  record.helpful = record.helpful * weightAfter(days) + (helpful ? 1 : 0)
  record.notHelpful = record.notHelpful * weightAfter(days) + (helpful ? 0 : 1)
  record.at += days * DAY
}

/** Takes a vote back that was added when the record stood at `since`: what is left of it by now. */
export function takeVote(
  record: VoteState,
  { helpful, since }: { readonly helpful: boolean; readonly since: EpochMs },
): void {
  const left = weightAfter(Math.max(0, (record.at - since) / DAY))
  if (helpful) record.helpful = Math.max(0, record.helpful - left)
  else record.notHelpful = Math.max(0, record.notHelpful - left)
}

/**
 * Votes by article, as they count now for an incident with these signatures. A vote was counted once for
 * each signature of its incident: the signature with most votes speaks for an article, so that one vote
 * stays one.
 */
export function votesFor(
  votes: Iterable<Readonly<VoteState>>,
  of: { readonly scope: string; readonly signatures: ReadonlySet<string>; readonly now: EpochMs },
): ReadonlyMap<string, Votes> {
  const found = new Map<string, Votes>()
  for (const { scope, article, signature, helpful, notHelpful, at } of votes) {
    if (scope !== of.scope || !of.signatures.has(signature)) continue
    const weight = weightAfter(fadedDays(at, of.now))
    const now = { helpful: helpful * weight, notHelpful: notHelpful * weight }
    const known = found.get(article)
    if (known === undefined || isMore(now, known)) found.set(article, now)
  }
  return found
}

/** More votes, of equals the more helpful: whatever the order they come in. */
function isMore(a: Votes, b: Votes): boolean {
  const difference = a.helpful + a.notHelpful - (b.helpful + b.notHelpful)
  return difference > 0 || (difference === 0 && a.helpful > b.helpful)
}
