/** Recurring maintenance windows: when they mute, out of their hours and the time as long as they last. */
import { endOfSight, type Hours, isWithin, type Span, spanAt } from './hours.ts'
import type { Silence } from './model.ts'
import type { EpochMs } from './time.ts'

type Timed = Pick<Silence, 'startsAt' | 'endsAt' | 'recurs'>

export const MUTE_STATES = ['active', 'pending', 'expired'] as const
export type MuteState = (typeof MUTE_STATES)[number]

/** `pending` between two times of a recurring one as well. */
export function muteState({ startsAt, endsAt, recurs }: Timed, at: EpochMs): MuteState {
  if (endsAt <= at) return 'expired'
  if (startsAt > at || (recurs !== undefined && !isWithin(recurs, at))) return 'pending'
  return 'active'
}

/** The time at which it mutes, now or next; `null` where it does no more, or not within sight of `hours.ts`. */
export function muteSpan({ startsAt, endsAt, recurs }: Timed, at: EpochMs): Span | null {
  const from = Math.max(at, startsAt)
  if (from >= endsAt) return null
  if (recurs === undefined) return { startsAt, endsAt }
  const span = spanAt(recurs, from)
  if (span === null || span.startsAt >= endsAt) return null
  return { startsAt: Math.max(span.startsAt, startsAt), endsAt: Math.min(span.endsAt, endsAt) }
}

/** The next times at which it mutes, that which runs among them; at most `count`. */
export function muteSpans(timed: Timed, at: EpochMs, count: number): readonly Span[] {
  const spans: Span[] = []
  for (let from = at; spans.length < count; ) {
    const span = muteSpan(timed, from)
    if (span === null) break
    spans.push(span)
    from = span.endsAt
  }
  return spans
}

/**
 * As {@link muteSpan}, to be looked at again at both its ends; where nothing is in sight, a moment of no
 * length at which there may be more. `null` where it is over before.
 */
export function nextTurn(timed: Timed, at: EpochMs): Span | null {
  const look = endOfSight(Math.max(at, timed.startsAt))
  return muteSpan(timed, at) ?? (look < timed.endsAt ? { startsAt: look, endsAt: look } : null)
}

interface Hourly {
  readonly during: readonly string[]
  readonly outside: readonly string[]
}

/** Whether a rule holds by its hours. */
export function ruleHolds(
  { during, outside }: Hourly,
  hours: readonly Hours[],
  at: EpochMs,
): boolean {
  const isNow = (names: readonly string[]): boolean =>
    hours.some((one) => names.includes(one.name) && isWithin(one, at))
  return (during.length === 0 || isNow(during)) && !isNow(outside)
}

/** Beginnings and ends of hours that are looked through: a rule that hardly ever holds has no more. */
const MAX_EDGES = 24

/** The next times at which a rule holds by its hours, what runs from `at` on; at most `count`. */
export function ruleSpans(
  rule: Hourly,
  hours: readonly Hours[],
  { at, count }: { readonly at: EpochMs; readonly count: number },
): readonly Span[] {
  const named = hours.filter(({ name }) => [...rule.during, ...rule.outside].includes(name))
  const spans: Span[] = []
  let since: EpochMs | null = null
  let time = at
  for (let edge = 0; edge < MAX_EDGES && spans.length < count; edge += 1) {
    if (ruleHolds(rule, hours, time)) since ??= time
    else if (since !== null) {
      spans.push({ startsAt: since, endsAt: time })
      since = null
    }
    const edges = named.flatMap((one) => nextEdge(one, time))
    if (edges.length === 0) {
      if (since !== null) spans.push({ startsAt: since, endsAt: endOfSight(since) })
      break
    }
    time = Math.min(...edges)
  }
  return spans
}

/** None where nothing is in sight. */
function nextEdge(hours: Hours, at: EpochMs): readonly EpochMs[] {
  const span = spanAt(hours, at)
  if (span === null) return []
  return [span.startsAt > at ? span.startsAt : span.endsAt]
}
