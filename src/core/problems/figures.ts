/** What a problem costs, how often it comes, and where that is going. */
import type { Term } from '../evidence.ts'
import { DAY, type EpochMs, HOUR, MINUTE } from '../time.ts'
import { collapseBursts, periodOf, trendOf } from './recurrence.ts'
import { medianOf, rateInterval } from './statistics.ts'
import type { Figures, PastIncident } from './types.ts'

const MONTH = 30 * DAY
/** The look-back of rates and costs: as long as there is history, between these. */
const SHORTEST_MS = MONTH
const LONGEST_MS = 90 * DAY
/** Nobody works on one incident for longer at a stretch: an open ticket over night is not work. */
export const LONGEST_WORK_MS = 8 * HOUR
/** People at work on an incident of a priority, a rule of thumb. */
export const PEOPLE = { 1: 5, 2: 3, 3: 2, 4: 1, 5: 0.5 } as const
const PRIORITIES = [1, 2, 3, 4, 5] as const

/**
 * The figures of a problem with these incidents, as of `now`.
 *
 * Cost per month = Σ over the incidents of the look-back of (minutes to resolve, at most 480) ×
 * (people at work, by priority) × 30 days / look-back. Its interval is that of the rate.
 *
 * @param since when the engine's history begins
 */
export function figuresOf(
  incidents: readonly PastIncident[],
  { now, since }: { readonly now: EpochMs; readonly since: EpochMs },
): Figures {
  const starts = incidents.map(({ startedAt }) => startedAt).sort((a, b) => a - b)
  const recurrences = collapseBursts(starts)
  const lookBack = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, now - since))
  const recent = incidents.filter(({ startedAt }) => startedAt >= now - lookBack)
  const months = lookBack / MONTH
  const costTerms = costTermsOf(recent, months)
  const monthlyCost = costTerms.reduce((sum, { x, w }) => sum + x * w, 0)
  const { low, high } = rateInterval(recent.length)
  const each = recent.length === 0 ? 0 : monthlyCost / recent.length
  return {
    asOf: now,
    recurrences: recurrences.length,
    firstAt: starts[0] ?? null,
    lastAt: starts.at(-1) ?? null,
    perMonth: round3(recent.length / months),
    medianMinutes: round3(medianOf(incidents.map(minutesOf))),
    monthlyCost,
    costLow: round3(low * each),
    costHigh: round3(high * each),
    costTerms,
    trend: trendOf(recurrences, now),
    period: periodOf(recurrences),
  }
}

function costTermsOf(recent: readonly PastIncident[], months: number): readonly Term[] {
  return PRIORITIES.flatMap((priority): Term[] => {
    const minutes = recent.filter((one) => one.priority === priority).map(minutesOf)
    if (minutes.length === 0) return []
    const total = minutes.reduce((sum, one) => sum + one, 0)
    const people = PEOPLE[priority]
    return [
      {
        name: `P${priority}`,
        x: round3(total / months),
        w: people,
        inputs: { incidents: minutes.length, minutes: round3(total), months: round3(months) },
        note: `${minutes.length} of P${priority}, ${Math.round(total)} minutes in all, ${people} at work`,
      },
    ]
  })
}

function minutesOf({ startedAt, resolvedAt }: PastIncident): number {
  return Math.min(LONGEST_WORK_MS, Math.max(0, resolvedAt - startedAt)) / MINUTE
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000
}
