/**
 * The link score: log-odds that two alerts belong to one fault, as a sum of a few named terms.
 *
 * Time and crowd together are a likelihood ratio. Alerts of one fault follow each other like
 * aftershocks, most at once and ever fewer for a long time (the law of Omori and Utsu); alerts of
 * other faults arrive near by at the rate that was seen there lately, with a Gamma prior. So
 * closeness in time means much in a quiet neighbourhood and little beside other faults.
 * @see docs/adr/0008-log-odds-link-score.md
 */
import type { LinkTermName, Term } from '../evidence.ts'
import type { Said } from '../learn/constraints.ts'
import { type Together, togetherLogOdds } from '../learn/cooccurrence.ts'
import type { RulePacks } from '../rules.ts'
import { type EpochMs, formatSpan, MINUTE, SECOND, toRfc3339 } from '../time.ts'
import type { Near } from '../topology.ts'
import type { Limits } from './limits.ts'

/** Where and when an alert began, as far as links are concerned. */
export interface LinkSide {
  readonly startsAt: EpochMs
  readonly locus: string | null
  /** False: the locus is a placeholder made of labels, or there is none. */
  readonly bound: boolean
  readonly signature: string
  readonly realm: Readonly<Record<string, string>>
  readonly environment: string | null
  readonly changes: readonly string[]
  /** Its severity says that nobody need act on it. */
  readonly informational: boolean
  /** Best score towards alerts of its incident that began before its burst; none: it has no such link. */
  readonly outside?: number
  /** What rules say about its links; absent where none does. */
  readonly limits?: Limits
}

export interface LinkContext {
  /** Path between the two loci; `null` where none is known. */
  readonly near: Near | null
  /** Alerts of other incidents near by: decayed number, and the time it was collected over, in s. */
  readonly others: number
  readonly watchedSeconds: number
  /** Surprise of the new alert, nats. */
  readonly surprise: number
  /** What the hour says of the new alert; absent: nothing. */
  readonly habit?: string | undefined
  /** How long ago the last alert of the incident ended, in ms; `null` while one fires. */
  readonly endedMs: number | null
  /** How long ago this very alert ended in the incident, in ms; `null`: it was not in it. */
  readonly againMs: number | null
  /** Most alerts of the incident still fire: its fault goes on. */
  readonly goesOn: boolean
  readonly weights: RulePacks['correlate']['weights']
  /** How often their kinds began together; none: never seen. */
  readonly together?: Together | undefined
  /** What a person said about the two. */
  readonly said?: Said | null
}

/** Law of Omori and Utsu, normalised: how alerts of one fault follow one another. */
const AFTER = { exponent: 2.1, seconds: 13 }
/** Gamma prior of the rate near by: alerts, and seconds they were seen in. */
const PRIOR = { alerts: 0.08, seconds: 1500 }
/** Alerts of a fault come in bursts: so many of them say more of how often faults begin. */
const CROWD = 1.45
/** Decay of what was seen near by. */
export const RATE_TAU_MS = 20 * MINUTE

/** An alert this much late still counts as in order. */
export const REORDER_MS = 5 * SECOND
/** Alerts that begin so close together are one burst. */
export const BURST_MS = 2 * SECOND
/** Faults begin in bursts, and go on one by one: what a burst is held to more than one alert. */
const BURST_NATS = 1.46

const SAME_LOCUS = 4.1
const BY_HOPS = [SAME_LOCUS, 3.8, 2.9, 2.4, 1.9]
const NO_PATH = -2.5
/** Where one is not in the topology, nothing is known of a path. */
const UNKNOWN_PATH = -0.5
const SAME_SIGNATURE = 1.2
const SHARED_LABEL = 1.5
const MAX_LABELS = 4.5
const SAME_CHANGE = 1
const NOISE = -1
/** What nobody need act on says little of a fault. */
const INFORMATIONAL = -2.5
/** Below this surprise an alert is usual noise and must not glue. */
const NOISE_BELOW = 0.5
/** All alerts of the incident have ended: it is over, the surer the longer ago. */
const ENDED = { most: -2.5, ms: 3 * MINUTE }
/** This alert was in the incident, ended, and fires anew: flapping at first, later news. */
const AGAIN = { most: -2.5, ms: 150 * SECOND }
/** While the fault goes on, its alerts come and go: longer until that is news. */
const AGAIN_AMID = { most: -2.5, ms: 10 * MINUTE }
/** As good as never, yet finite, so that the terms still add up. */
const CONFLICT = -40
/** What a person said outweighs what is measured, but not everything at once; a split forbids. */
const SAID = { together: 6, apart: CONFLICT }

/** The terms of one link, in the order of LINK_TERMS; terms that say nothing are left out. */
export function linkTerms(a: LinkSide, b: LinkSide, ctx: LinkContext): Term<LinkTermName>[] {
  const terms = [timeTerm(a, b, ctx), crowdTerm(ctx), topologyTerm(a, b, ctx)]
  const far = ctx.near === null && a.locus !== b.locus
  if (far && a.signature === b.signature) terms.push(signatureTerm(a, ctx))
  if (far) terms.push(...labelsTerm(a, b, ctx))
  if (ctx.together !== undefined) terms.push(togetherTerm(ctx.together, ctx))
  const shared = a.changes.filter((change) => b.changes.includes(change)).sort()
  const change = shared[0]
  if (change !== undefined) terms.push(changeTerm(change, ctx))
  const noise = noiseLogOdds(a, b, ctx)
  if (noise !== 0) terms.push(noiseTerm(noise, ctx))
  if (ctx.endedMs !== null) terms.push(endedTerm(ctx.endedMs, ctx))
  if (ctx.againMs !== null) terms.push(againTerm(ctx.againMs, ctx))
  if (isConflict(a, b)) terms.push(conflictTerm(a.environment ?? '', b.environment ?? ''))
  if (ctx.said != null) terms.push(constraintTerm(ctx.said))
  return terms
}

/**
 * The score that the terms add up to, without making them: what most links are looked at for. The
 * same numbers in the same order, so that it is equal to the last bit.
 */
export function linkScore(a: LinkSide, b: LinkSide, ctx: LinkContext): number {
  const { weights } = ctx
  let score = timeLogOdds(Math.abs(a.startsAt - b.startsAt)) * weights.time
  score += crowdLogOdds(ctx.others, ctx.watchedSeconds) * weights.crowd
  score += topologyLogOdds(a, b, ctx.near) * weights.topology
  const far = ctx.near === null && a.locus !== b.locus
  if (far && a.signature === b.signature) score += SAME_SIGNATURE * weights.signature
  const equal = far ? equalLabels(a, b).length : 0
  if (equal > 0) score += labelLogOdds(equal) * weights.labels
  if (ctx.together !== undefined) score += togetherLogOdds(ctx.together) * weights.cooccurrence
  if (sharesChange(a, b)) score += SAME_CHANGE * weights.change
  score += noiseLogOdds(a, b, ctx) * weights.noise
  if (ctx.endedMs !== null) score += rising(ctx.endedMs, ENDED) * weights.ended
  if (ctx.againMs !== null) score += againLogOdds(ctx.againMs, ctx) * weights.again
  if (isConflict(a, b)) score += CONFLICT
  if (ctx.said != null) score += SAID[ctx.said.relation]
  return score
}

function topologyLogOdds(a: LinkSide, b: LinkSide, near: Near | null): number {
  if (a.locus !== null && a.locus === b.locus) return SAME_LOCUS
  if (near !== null) return BY_HOPS[near.hops] ?? 0
  return a.bound && b.bound ? NO_PATH : UNKNOWN_PATH
}

function equalLabels(a: LinkSide, b: LinkSide): string[] {
  const equal: string[] = []
  for (const name in a.realm) if (a.realm[name] === b.realm[name]) equal.push(name)
  return equal
}

function labelLogOdds(equal: number): number {
  return Math.min(MAX_LABELS, SHARED_LABEL * equal)
}

function sharesChange(a: LinkSide, b: LinkSide): boolean {
  return a.changes.length > 0 && a.changes.some((change) => b.changes.includes(change))
}

function isConflict(a: LinkSide, b: LinkSide): boolean {
  return a.environment !== null && b.environment !== null && a.environment !== b.environment
}

/** How much less a link carries a burst of `size` alerts than it carries one; 0 for one. */
export function burstLogOdds(size: number): number {
  return -BURST_NATS * Math.log(size)
}

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** ln(density of a delay of `dtMs` within one fault / the prior rate of alerts near by), per second. */
export function timeLogOdds(dtMs: number): number {
  const { exponent, seconds } = AFTER
  const within = ((exponent - 1) / seconds) * (1 + dtMs / SECOND / seconds) ** -exponent
  return Math.log(within) - Math.log(PRIOR.alerts / PRIOR.seconds)
}

/** How much less closeness says because of what else was seen near by; above 0 after a long quiet. */
export function crowdLogOdds(others: number, watchedSeconds: number): number {
  const rate = (PRIOR.alerts + others) / (PRIOR.seconds + watchedSeconds)
  return -CROWD * Math.log(rate / (PRIOR.alerts / PRIOR.seconds))
}

function rising(
  ms: number,
  { most, ms: full }: { readonly most: number; readonly ms: number },
): number {
  return most * Math.min(1, Math.max(0, ms) / full)
}

function timeTerm(a: LinkSide, b: LinkSide, ctx: LinkContext): Term<LinkTermName> {
  const dtMs = Math.abs(a.startsAt - b.startsAt)
  return {
    name: 'time',
    x: timeLogOdds(dtMs),
    w: ctx.weights.time,
    inputs: { dtMs },
    note: `began ${formatSpan(dtMs)} apart`,
  }
}

function crowdTerm(ctx: LinkContext): Term<LinkTermName> {
  const { others, watchedSeconds } = ctx
  return {
    name: 'crowd',
    x: crowdLogOdds(others, watchedSeconds),
    w: ctx.weights.crowd,
    inputs: { others, watchedSeconds },
    note: crowd(others),
  }
}

/** How busy it was near by, in words. */
function crowd(others: number): string {
  if (others < 0.5) return 'it was quiet near by'
  const count = Math.round(others)
  return `about ${count} other ${count === 1 ? 'alert' : 'alerts'} near by lately`
}

function topologyTerm(a: LinkSide, b: LinkSide, ctx: LinkContext): Term<LinkTermName> {
  const { near } = ctx
  const x = topologyLogOdds(a, b, near)
  const base = { name: 'topology', x, w: ctx.weights.topology } as const
  if (a.locus !== null && a.locus === b.locus)
    return { ...base, inputs: { hops: 0 }, note: `both on ${a.locus}` }
  if (near !== null) {
    const path = near.path.join(', ')
    const note = `${a.locus} and ${b.locus} are ${near.hops} ${near.hops === 1 ? 'hop' : 'hops'} apart (${path})`
    return { ...base, inputs: { hops: near.hops }, note }
  }
  if (a.bound && b.bound) {
    const note = `no short path between ${a.locus} and ${b.locus}`
    return { ...base, inputs: { hops: 'none' }, note }
  }
  return { ...base, inputs: { hops: 'unknown' }, note: 'not in the topology' }
}

function signatureTerm(a: LinkSide, ctx: LinkContext): Term<LinkTermName> {
  return {
    name: 'signature',
    x: SAME_SIGNATURE,
    w: ctx.weights.signature,
    inputs: { signature: a.signature },
    note: 'the same kind of alert',
  }
}

function labelsTerm(a: LinkSide, b: LinkSide, ctx: LinkContext): Term<LinkTermName>[] {
  const equal = equalLabels(a, b)
  if (equal.length === 0) return []
  const names = equal.sort().join(', ')
  return [
    {
      name: 'labels',
      x: labelLogOdds(equal.length),
      w: ctx.weights.labels,
      inputs: { equal: equal.length, names },
      note: `the same ${names}`,
    },
  ]
}

function togetherTerm(together: Together, ctx: LinkContext): Term<LinkTermName> {
  const { n, expected, far } = together
  const which = far === true ? 'these two, far apart,' : 'such alerts'
  return {
    name: 'cooccurrence',
    x: togetherLogOdds(together),
    w: ctx.weights.cooccurrence,
    inputs: { n, expected },
    note: `${which} began together ${n.toFixed(1)} times lately, ${expected.toFixed(1)} by chance`,
  }
}

function changeTerm(change: string, ctx: LinkContext): Term<LinkTermName> {
  return {
    name: 'change',
    x: SAME_CHANGE,
    w: ctx.weights.change,
    inputs: { change },
    note: `both began soon after change ${change}`,
  }
}

function noiseLogOdds(a: LinkSide, b: LinkSide, { surprise }: LinkContext): number {
  if (a.informational || b.informational) return INFORMATIONAL
  return surprise < NOISE_BELOW ? NOISE : 0
}

function noiseTerm(x: number, { surprise, habit, weights }: LinkContext): Term<LinkTermName> {
  const isInformational = x === INFORMATIONAL
  return {
    name: 'noise',
    x,
    w: weights.noise,
    inputs: { surprise, informational: String(isInformational) },
    note: isInformational
      ? 'one of the two is informational: nobody need act on it'
      : `this alert ${habit ?? 'comes all the time'}`,
  }
}

function endedTerm(endedMs: number, ctx: LinkContext): Term<LinkTermName> {
  return {
    name: 'ended',
    x: rising(endedMs, ENDED),
    w: ctx.weights.ended,
    inputs: { endedMs },
    note: `every alert of it had ended ${formatSpan(endedMs)} before`,
  }
}

function againLogOdds(againMs: number, { goesOn }: Pick<LinkContext, 'goesOn'>): number {
  return rising(againMs, goesOn ? AGAIN_AMID : AGAIN)
}

function againTerm(againMs: number, ctx: LinkContext): Term<LinkTermName> {
  return {
    name: 'again',
    x: againLogOdds(againMs, ctx),
    w: ctx.weights.again,
    inputs: { againMs, goesOn: String(ctx.goesOn) },
    note: `this alert was in it and had ended ${formatSpan(againMs)} before`,
  }
}

function conflictTerm(a: string, b: string): Term<LinkTermName> {
  return {
    name: 'conflict',
    x: CONFLICT,
    w: 1,
    inputs: { a, b },
    note: `different environments: ${a} and ${b}`,
  }
}

function constraintTerm({ id, relation, by, at }: Said): Term<LinkTermName> {
  const what = relation === 'together' ? 'belong together' : 'are apart'
  return {
    name: 'constraint',
    x: SAID[relation],
    w: 1,
    inputs: { constraint: id, relation, by, at },
    note: `${by} said on ${toRfc3339(at).slice(0, 10)} that these ${what} (${id})`,
  }
}

/** The score if nothing had been said. */
export function scoreUnsaid(score: number, { said }: LinkContext): number {
  return said == null ? score : score - SAID[said.relation]
}
