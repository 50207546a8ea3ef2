/**
 * The link score: log-odds that two alerts belong to one fault, as a sum of a few named terms.
 *
 * The time term is a likelihood ratio. Alerts of one fault follow each other by a mixture of two
 * exponentials (a burst, then a slow cascade); alerts of other faults arrive near by at the rate
 * that was seen there in the last half hour, with a Gamma prior. So closeness in time means much in
 * a quiet neighbourhood and little while another incident storms beside it.
 * @see docs/adr/0008-log-odds-link-score.md
 */
import type { LinkTermName, Term } from '../evidence.ts'
import type { RulePacks } from '../rules.ts'
import { type EpochMs, MINUTE, SECOND } from '../time.ts'
import type { Near } from '../topology.ts'

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
}

export interface LinkContext {
  /** Path between the two loci; `null` where none is known. */
  readonly near: Near | null
  /** Alerts of other incidents near by: decayed number, and the time it was collected over, in s. */
  readonly others: number
  readonly watchedSeconds: number
  /** Surprise of the new alert, nats. */
  readonly surprise: number
  readonly weights: RulePacks['correlate']['weights']
}

/** Time constants in seconds; share of the burst. */
const BURST = { share: 0.5, seconds: 15 }
const CASCADE = { share: 0.5, seconds: 240 }
/** Gamma prior of the rate near by: one alert in a quarter of an hour. */
const PRIOR = { alerts: 1, seconds: 900 }
/** Decay of what was seen near by. */
export const RATE_TAU_MS = 30 * MINUTE

const SAME_LOCUS = 2.7
const BY_HOPS = [SAME_LOCUS, 2.45, 2.2, 1.95, 1.2]
const NO_PATH = -1
const SAME_SIGNATURE = 1.2
const SHARED_LABEL = 0.5
const MAX_LABELS = 1.5
const SAME_CHANGE = 1
const NOISE = -1
/** Below this surprise an alert is usual noise and must not glue. */
const NOISE_BELOW = 0.5
/** As good as never, yet finite, so that the terms still add up. */
const CONFLICT = -20

/** The terms of one link, in the order of LINK_TERMS; terms that say nothing are left out. */
export function linkTerms(a: LinkSide, b: LinkSide, ctx: LinkContext): Term<LinkTermName>[] {
  const terms = [timeTerm(a, b, ctx), topologyTerm(a, b, ctx)]
  const far = ctx.near === null && a.locus !== b.locus
  if (far && a.signature === b.signature) terms.push(signatureTerm(a, ctx))
  if (far) terms.push(...labelsTerm(a, b, ctx))
  const shared = a.changes.filter((change) => b.changes.includes(change)).sort()
  const change = shared[0]
  if (change !== undefined) terms.push(changeTerm(change, ctx))
  if (ctx.surprise < NOISE_BELOW) terms.push(noiseTerm(ctx))
  if (isConflict(a, b)) terms.push(conflictTerm(a.environment ?? '', b.environment ?? ''))
  return terms
}

/**
 * The score that the terms add up to, without making them: what most links are looked at for. The
 * same numbers in the same order, so that it is equal to the last bit.
 */
export function linkScore(a: LinkSide, b: LinkSide, ctx: LinkContext): number {
  const { weights } = ctx
  const dtMs = Math.abs(a.startsAt - b.startsAt)
  let score = timeLogOdds(dtMs, ctx.others, ctx.watchedSeconds) * weights.time
  score += topologyLogOdds(a, b, ctx.near) * weights.topology
  const far = ctx.near === null && a.locus !== b.locus
  if (far && a.signature === b.signature) score += SAME_SIGNATURE * weights.signature
  const equal = far ? equalLabels(a, b).length : 0
  if (equal > 0) score += labelLogOdds(equal) * weights.labels
  if (sharesChange(a, b)) score += SAME_CHANGE * weights.change
  if (ctx.surprise < NOISE_BELOW) score += NOISE * weights.noise
  if (isConflict(a, b)) score += CONFLICT
  return score
}

function topologyLogOdds(a: LinkSide, b: LinkSide, near: Near | null): number {
  if (a.locus !== null && a.locus === b.locus) return SAME_LOCUS
  if (near !== null) return BY_HOPS[near.hops] ?? 0
  return a.bound && b.bound ? NO_PATH : 0
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

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/** ln(density of a delay of `dtMs` within one fault / rate of other alerts near by), per second. */
export function timeLogOdds(dtMs: number, others: number, watchedSeconds: number): number {
  const dt = dtMs / SECOND
  const within =
    (BURST.share / BURST.seconds) * Math.exp(-dt / BURST.seconds) +
    (CASCADE.share / CASCADE.seconds) * Math.exp(-dt / CASCADE.seconds)
  const between = (PRIOR.alerts + others) / (PRIOR.seconds + watchedSeconds)
  return Math.log(within) - Math.log(between)
}

function timeTerm(a: LinkSide, b: LinkSide, ctx: LinkContext): Term<LinkTermName> {
  const dtMs = Math.abs(a.startsAt - b.startsAt)
  const { others, watchedSeconds } = ctx
  return {
    name: 'time',
    x: timeLogOdds(dtMs, others, watchedSeconds),
    w: ctx.weights.time,
    inputs: { dtMs, others, watchedSeconds },
    note: `began ${formatSeconds(dtMs)} apart, ${crowd(others)}`,
  }
}

/** How busy it was near by, in words. */
function crowd(others: number): string {
  if (others < 0.5) return 'while it was quiet near by'
  const count = Math.round(others)
  return `with about ${count} other ${count === 1 ? 'alert' : 'alerts'} near by lately`
}

function formatSeconds(ms: number): string {
  return ms < 120 * SECOND ? `${(ms / SECOND).toFixed(0)} s` : `${(ms / MINUTE).toFixed(0)} min`
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

function changeTerm(change: string, ctx: LinkContext): Term<LinkTermName> {
  return {
    name: 'change',
    x: SAME_CHANGE,
    w: ctx.weights.change,
    inputs: { change },
    note: `both began soon after change ${change}`,
  }
}

function noiseTerm(ctx: LinkContext): Term<LinkTermName> {
  return {
    name: 'noise',
    x: NOISE,
    w: ctx.weights.noise,
    inputs: { surprise: ctx.surprise },
    note: 'this alert comes all the time',
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
