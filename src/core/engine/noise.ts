/** Known noise: alerts that people said are no incident. They are kept, shown and counted as held. */
import { type ConstraintState, isOfKind } from '../learn/constraints.ts'
import type { Severity } from '../model.ts'
import { type Seen, WORST } from '../roster.ts'
import type { IncidentState } from '../state.ts'
import type { Ctx } from './context.ts'
import { isAtLeast } from './members.ts'

type About = Pick<Seen, 'signature' | 'locus' | 'severity'>

/**
 * The newest that says an alert is no incident, if it is no worse than what was dismissed.
 * O(constraints of its signature), nothing where there are none.
 */
export function knownNoise(
  { state, ix }: Ctx,
  alert: About,
  scope: string,
): Readonly<ConstraintState> | undefined {
  for (const id of ix.constraints.get(alert.signature) ?? []) {
    const one = state.constraints.get(id)
    if (one?.relation !== 'noise' || one.scope !== scope || !isOfKind(one.a, alert)) continue
    if (isAtLeast(one.severity, alert.severity)) return one
  }
  return undefined
}

/** What speaks for opening an incident, without known noise. */
export interface Weight {
  readonly severity: Severity
  readonly loud: number
  readonly surprise: number
  /** Nothing but known noise is in it. */
  readonly noise: boolean
}

/** Of so many members the surprise counts. */
const MAX_SURPRISE = 50
/** More members than this are news, whatever is known of each. */
const MAX_WEIGHED = 500

/** O(MAX_WEIGHED), and O(MAX_SURPRISE) where nothing was learned. */
export function weigh(ctx: Ctx, incident: Readonly<IncidentState>): Weight {
  const loud = incident.memberCount - incident.suppressedCount
  const learned = ctx.ix.constraints.size > 0 && incident.memberCount <= MAX_WEIGHED
  if (!learned)
    return { severity: incident.severity, loud, surprise: surpriseOf(incident), noise: false }
  const unmuted = [...incident.members.values()].filter(({ suppressed }) => !suppressed)
  const news = unmuted.filter((member) => knownNoise(ctx, member, incident.scope) === undefined)
  return {
    severity: WORST.find((one) => news.some(({ severity }) => severity === one)) ?? 'none',
    loud: news.length,
    surprise: news.slice(0, MAX_SURPRISE).reduce((sum, member) => sum + member.surprise, 0),
    noise: news.length === 0 && unmuted.length > 0,
  }
}

function surpriseOf(incident: Readonly<IncidentState>): number {
  let surprise = 0
  let looked = 0
  for (const member of incident.members.values()) {
    if (looked++ === MAX_SURPRISE) break
    surprise += member.suppressed ? 0 : member.surprise
  }
  return surprise
}
