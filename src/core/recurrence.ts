/** Recurring maintenance windows: when they mute, out of their hours and the time as long as they last. */
import { endOfSight, type Hours, isWithin, type Recurrence, type Span, spanAt } from './hours.ts'
import type { Silence, TurnException } from './model.ts'
import { type EpochMs, toRfc3339 } from './time.ts'

type Timed = Pick<Silence, 'startsAt' | 'endsAt' | 'recurs' | 'exceptions'>

export const MUTE_STATES = ['active', 'pending', 'expired'] as const
export type MuteState = (typeof MUTE_STATES)[number]

/** `pending` between two times of a recurring one as well. */
export function muteState(timed: Timed, at: EpochMs): MuteState {
  if (timed.endsAt <= at) return 'expired'
  return timed.startsAt > at || !isTurn(timed, at) ? 'pending' : 'active'
}

function isTurn(timed: Timed, at: EpochMs): boolean {
  const { recurs, exceptions = [] } = timed
  if (recurs === undefined) return true
  if (exceptions.length === 0) return isWithin(recurs, at)
  return (muteSpan(timed, at)?.startsAt ?? Number.POSITIVE_INFINITY) <= at
}

/**
 * The time at which it mutes, now or next; `null` where it does no more, or not within sight of `hours.ts`.
 * Times that touch, moved ones too, are one. O(days looked through × (1 + exceptions))
 */
export function muteSpan(timed: Timed, at: EpochMs): Span | null {
  const { startsAt, endsAt, recurs, exceptions = [] } = timed
  const from = Math.max(at, startsAt)
  if (from >= endsAt) return null
  if (recurs === undefined) return { startsAt, endsAt }
  const moved = exceptions.flatMap(({ to }) => to ?? [])
  const next = (after: EpochMs): Span | null =>
    earliest([regularSpan(timed, after), ...moved.filter((one) => one.endsAt > after)])
  let span = next(from)
  for (let left = moved.length === 0 ? 0 : 2 * moved.length + 1; left > 0; left -= 1) {
    const more: Span | null = span === null ? null : next(span.endsAt)
    if (span === null || more === null || more.startsAt > span.endsAt) break
    span = { startsAt: span.startsAt, endsAt: Math.max(span.endsAt, more.endsAt) }
  }
  if (span === null || span.startsAt >= endsAt) return null
  return { startsAt: Math.max(span.startsAt, startsAt), endsAt: Math.min(span.endsAt, endsAt) }
}

function earliest(spans: readonly (Span | null)[]): Span | null {
  let found: Span | null = null
  for (const span of spans)
    if (span !== null && (found === null || span.startsAt < found.startsAt)) found = span
  return found
}

/** As it recurs, but for what is skipped or moved. */
function regularSpan({ recurs, exceptions = [] }: Timed, at: EpochMs): Span | null {
  if (recurs === undefined) return null
  if (exceptions.length === 0) return spanAt(recurs, at)
  let span = wholeSpan(recurs, at)
  // what has gone on for so long is no time that could have been skipped or moved
  if (span === null) return spanAt(recurs, at)
  for (let left = exceptions.length; left > 0 && span !== null; left -= 1) {
    const { startsAt, endsAt } = span
    if (!exceptions.some((one) => one.startsAt === startsAt)) break
    span = wholeSpan(recurs, endsAt)
  }
  return span
}

/**
 * When the time that runs or begins at a moment began, as it recurs; `null`: there is none, or it has gone
 * on for so long that it is none of several.
 */
export function turnAt({ recurs, startsAt, endsAt }: Timed, at: EpochMs): EpochMs | null {
  if (recurs === undefined || at >= endsAt || at < startsAt) return null
  const span = wholeSpan(recurs, at)
  return span === null || span.startsAt > at ? null : span.startsAt
}

/** Steps back to a beginning, each of at least a day where times touch. */
const MAX_STEPS = 14

/** As `spanAt`, from the beginning on where that is days ago; `null` also where that cannot be found. */
function wholeSpan(recurs: Recurrence, at: EpochMs): Span | null {
  let span = spanAt(recurs, at)
  for (let left = MAX_STEPS; span !== null && isWithin(recurs, span.startsAt - 1); left -= 1) {
    const before: Span | null = left === 0 ? null : spanAt(recurs, span.startsAt - 1)
    span = before === null ? null : { startsAt: before.startsAt, endsAt: span.endsAt }
  }
  return span
}

/** Those that are still to come, or run, or name a time of what recurs now. */
export function standingExceptions(timed: Timed, now: EpochMs): readonly TurnException[] {
  const { recurs, exceptions = [] } = timed
  if (recurs === undefined) return []
  return exceptions.filter(({ startsAt, to }) => {
    const span = wholeSpan(recurs, startsAt)
    if (span?.startsAt !== startsAt) return false
    return Math.max(span.endsAt, to?.endsAt ?? 0) > now
  })
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

/** ": its time of 2026-03-03 02:00 UTC is skipped"; empty where no exception is new, another or gone. */
export function exceptedText(before: Timed | undefined, after: Timed, now: EpochMs): string {
  const [was, is] = [before?.exceptions ?? [], after.exceptions ?? []]
  const same = (one: TurnException, other: TurnException): boolean =>
    one.startsAt === other.startsAt && one.at === other.at
  const made = is.filter((one) => !was.some((other) => same(one, other)))
  // what is over is forgotten, and not worth a word
  const gone = was.filter(
    ({ startsAt }) => startsAt > now && !is.some((one) => one.startsAt === startsAt),
  )
  const texts = [
    ...made.map(({ startsAt, to, reason }) => {
      const what = to === null ? 'is skipped' : `comes ${utc(to.startsAt)} to ${utc(to.endsAt)}`
      return `its time of ${utc(startsAt)} ${what}${reason === null ? '' : ` (${reason})`}`
    }),
    ...gone.map(({ startsAt }) => `its time of ${utc(startsAt)} is as it recurs`),
  ]
  return texts.length === 0 || before === undefined ? '' : `: ${texts.join('; ')}`
}

/** `2026-03-03 02:00 UTC` */
function utc(at: EpochMs): string {
  return `${toRfc3339(at).slice(0, 16).replace('T', ' ')} UTC`
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
