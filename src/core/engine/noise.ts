/**
 * Known noise: alerts that people said are no incident, or that keep clearing by themselves. They are
 * kept, shown and counted as held.
 */
import { type ConstraintState, isOfKind } from '../learn/constraints.ts'
import type { Severity } from '../model.ts'
import { type Seen, WORST } from '../roster.ts'
import type { IncidentState } from '../state.ts'
import type { EpochMs } from '../time.ts'
import type { Ctx } from './context.ts'
import { isAtLeast } from './members.ts'
import { outlasts, type Transient, transientOf } from './transients.ts'

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

/** Why an alert opens nothing by itself: what people said, or that it keeps clearing. */
export type Noise =
  | { readonly kind: 'known'; readonly said: Readonly<ConstraintState> }
  | { readonly kind: 'transient'; readonly transient: Transient }

/** `null`: it is news. */
export function noiseOf(ctx: Ctx, alert: Seen, scope: string): Noise | null {
  const said = knownNoise(ctx, alert, scope)
  if (said !== undefined) return { kind: 'known', said }
  const transient = transientOf(ctx, alert, scope)
  return transient === null ? null : { kind: 'transient', transient }
}

/** What speaks for opening an incident, without known noise. */
export interface Weight {
  readonly severity: Severity
  readonly loud: number
  readonly surprise: number
  /** Nothing but known noise is in it. */
  readonly noise: boolean
  /** Nothing but noise is in it, and the first of it that is a transient is news from then on. */
  readonly until: EpochMs | null
  /** It is news only because it lasts longer than it used to. */
  readonly outlasts: boolean
}

/** More alerts than this at once are news, however often each of them came alone. */
const MAX_TOGETHER = 2
/** Of so many members the surprise counts. */
const MAX_SURPRISE = 50
/** More members than this are news, whatever is known of each. */
const MAX_WEIGHED = 500

/** O(MAX_WEIGHED) */
export function weigh(ctx: Ctx, incident: Readonly<IncidentState>): Weight {
  const { now } = ctx.state
  const loud = incident.memberCount - incident.suppressedCount
  if (incident.memberCount > MAX_WEIGHED) {
    const surprise = surpriseOf(incident.members.values())
    return {
      severity: incident.severity,
      loud,
      surprise,
      noise: false,
      until: null,
      outlasts: false,
    }
  }
  const unmuted = [...incident.members.values()].filter(({ suppressed }) => !suppressed)
  const together = new Set(unmuted.map(({ identity }) => identity)).size
  const noted = unmuted.filter((member) => knownNoise(ctx, member, incident.scope) === undefined)
  const judged = noted.map((member) => {
    const transient = together > MAX_TOGETHER ? null : transientOf(ctx, member, incident.scope)
    return { member, transient, lasts: transient !== null && outlasts(transient, member, now) }
  })
  const news = judged.filter(({ transient, lasts }) => transient === null || lasts)
  const members = news.map(({ member }) => member)
  const until = judged.flatMap(({ member, transient }) =>
    member.firing && transient !== null ? transient.newsAt : [],
  )
  return {
    severity: WORST.find((one) => members.some(({ severity }) => severity === one)) ?? 'none',
    loud: news.length,
    surprise: surpriseOf(members),
    noise: news.length === 0 && unmuted.length > 0,
    until: news.length === 0 && until.length > 0 ? Math.min(...until) : null,
    outlasts: news.length > 0 && news.every(({ lasts }) => lasts),
  }
}

/** Of the first ones. O(MAX_SURPRISE) */
function surpriseOf(members: Iterable<Seen>): number {
  let sum = 0
  let left = MAX_SURPRISE
  for (const { surprise, suppressed } of members) {
    if (left === 0) break
    left -= 1
    if (!suppressed) sum += surprise
  }
  return sum
}
