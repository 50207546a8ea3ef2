/**
 * Weights of the link score proposed from corrections: a small step from the weights in force towards what
 * people said of links that the score had judged. A pure function; nothing is applied by it.
 *
 * Logistic regression with a Gaussian prior at the weights of the rules, on the share of each weight, so that
 * little evidence moves little (ALGORITHMS.md 7; Jaakkola and Jordan, 1997, for the prior). Bounded, whoever
 * corrects and however much: see MAX_STEP, RANGE and MAX_OF_ONE.
 * @see docs/adr/0020-weights-from-corrections.md
 */
import { LEARNED_TERMS, type LearnedTerm } from '../evidence.ts'
import { hash64 } from '../fingerprint.ts'
import type { RulePacks } from '../rules.ts'
import { DAY, type EpochMs } from '../time.ts'
import { compare } from '../topology.ts'
import {
  CORRECTION_KEEP_MS,
  type CorrectionState,
  type DeclinedState,
  type JudgedLink,
} from './corrections.ts'
import { MAX_OF_ONE, MIN_WEIGHT, weightBy } from './support.ts'

export type Weights = RulePacks['correlate']['weights']

/** Of what the rules say, so much at once. */
export const MAX_STEP = 0.1
/** A weight stays within these shares of what the rules say: its sign never changes. */
export const RANGE = { least: 0.5, most: 2 }
/** What a rule pack may say at most. */
const MAX_WEIGHT = 3
/** A change below this share of what the rules say is none. */
const MIN_CHANGE = 0.01
/** Of what it gets right it may get so much else wrong. */
const MAX_HARM = 0.5
/** Precision of the prior, of a share that is off by 1. */
const PRIOR = 10
/** Each is exact for one weight, the others held; enough for ten of them. */
const PASSES = 10
/** Parts that are left out in turn, to see whether what the others teach holds for them. */
const PARTS = 5
/** Corrections that are looked at: the newest. */
const MAX_LOOKED_AT = 300
/** Links beside a correction that people left as they were count for so much, all together. */
const LEFT = 0.5
/** From this age on a correction counts half. */
export const FADES_MS = 90 * DAY

type Correction = Readonly<CorrectionState>
export type WeightChange = {
  readonly term: LearnedTerm
  readonly from: number
  readonly to: number
}

interface WeightBasis {
  /** In force in the scope. */
  readonly inForce: Readonly<Weights>
  /** As the rules say. */
  readonly rules: Readonly<Weights>
  /** Log-odds from which an alert joins. */
  readonly threshold: number
}

interface WeightsTaught extends WeightBasis {
  readonly scope: string
  /** Id of the version in force; `null`: what the rules say. */
  readonly version: string | null
  readonly corrections: Iterable<Correction>
  readonly declined: (id: string) => Readonly<DeclinedState> | undefined
  readonly now: EpochMs
}

/** A change of weights that would have got more of the corrected links right. */
export interface WeightsProposal {
  /** The same as long as the same weights are in force in the scope. */
  readonly id: string
  readonly scope: string
  /** The version that it goes on from; `null`: what the rules say. */
  readonly version: string | null
  /** "equal labels count 8 % more". */
  readonly text: string
  /** In the order of LEARNED_TERMS. */
  readonly changes: readonly WeightChange[]
  /** Distinct incidents that it would have got right, each person's bounded. */
  readonly weight: number
  /** Distinct incidents. */
  readonly incidents: number
  /** Corrections of which it would have got more right, and less, the newest first. */
  readonly corrections: readonly Correction[]
  readonly against: readonly Correction[]
  /** Links that the score judges as people did, with the weights in force and with the changed ones. */
  readonly links: { readonly of: number; readonly before: number; readonly after: number }
  readonly declined: Readonly<DeclinedState> | null
}

/** A correction with how much each of its links counts. */
interface Voice {
  readonly correction: Correction
  readonly links: readonly { readonly link: JudgedLink; readonly counts: number }[]
}

/**
 * `null`: too little is said, or it would not get more of it right. It is the same whatever the order of
 * the corrections. O(links · LEARNED_TERMS · PASSES · PARTS)
 */
export function weightsProposalOf(taught: WeightsTaught): WeightsProposal | null {
  const { scope, version, inForce, declined, threshold } = taught
  const standing = standingOf(taught)
  const weigh = weightBy(standing)
  if (weigh(standing) < MIN_WEIGHT) return null
  const voices = voicesOf(standing, taught.now)
  const to = sparse(voices, fittest(voices, taught), taught)
  const changes = changesOf(inForce, to)
  if (changes.length === 0) return null
  const isEnough = (judged: Judged): boolean => {
    const [good, harm] = [weigh(judged.fixed), weigh(judged.broken)]
    return good - harm >= MIN_WEIGHT && harm <= good * MAX_HARM
  }
  const judged = judge(voices, to, taught)
  if (!isEnough(judged) || !isEnough(judgeOthers(voices, taught))) return null
  const { fixed, broken } = judged
  const all = voices.flatMap(({ links }) => links)
  const right = (by: Readonly<Weights>): number =>
    all.filter(({ link }) => isRight(link, by, threshold)).length
  const links = { of: all.length, before: right(inForce), after: right(to) }
  if (links.after <= links.before) return null
  const id = weightsIdOf(scope, version)
  const newest = (some: readonly Correction[]): Correction[] =>
    [...some].sort((a, b) => b.number - a.number)
  return {
    ...{ id, scope, version, text: changesText(changes), changes, weight: weigh(fixed) },
    incidents: new Set(fixed.map(({ incident }) => incident)).size,
    corrections: newest(fixed),
    against: newest(broken),
    links,
    declined: declined(id) ?? null,
  }
}

function weightsIdOf(scope: string, version: string | null): string {
  return `R-${hash64(JSON.stringify(['weights', scope, version])).slice(0, 8)}`
}

/** Of the scope, as long as they count, with links; in an order that says nothing of when they came. */
function standingOf({ corrections, scope, now }: WeightsTaught): readonly Correction[] {
  return [...corrections]
    .filter((one) => one.scope === scope && one.at > now - CORRECTION_KEEP_MS)
    .filter(({ links }) => links.length > 0)
    .sort((a, b) => b.at - a.at || compare(a.id, b.id))
    .slice(0, MAX_LOOKED_AT)
    .sort((a, b) => compare(a.id, b.id))
}

/** A correction counts 1, less where its person corrected more incidents than one may count for. */
function voicesOf(standing: readonly Correction[], now: EpochMs): readonly Voice[] {
  const incidents = new Map<string, Set<string>>()
  for (const { by, incident } of standing) {
    const known = incidents.get(by)
    if (known === undefined) incidents.set(by, new Set([incident]))
    else known.add(incident)
  }
  const ofIncident = new Map<string, number>()
  for (const one of standing) ofIncident.set(keyOf(one), (ofIncident.get(keyOf(one)) ?? 0) + 1)
  return standing.map((correction) => {
    const own = incidents.get(correction.by)?.size ?? 1
    const share = incidents.size > 1 ? Math.min(1, MAX_OF_ONE / own) : 1
    const age = correction.at <= now - FADES_MS ? 0.5 : 1
    const whole = (share * age) / (ofIncident.get(keyOf(correction)) ?? 1)
    const said = correction.links.filter((link) => link.said).length
    const left = correction.links.length - said
    return {
      correction,
      links: correction.links.map((link) => ({
        link,
        counts: link.said ? whole / said : (LEFT * whole) / left,
      })),
    }
  })
}

/** What one person says of one incident counts once, in however many steps. */
function keyOf({ by, incident }: Correction): string {
  return JSON.stringify([by, incident])
}

/** A link with its terms as shares of what the rules say of each. */
interface Row {
  readonly x: readonly number[]
  readonly sign: 1 | -1
  readonly counts: number
  /** Score beyond the threshold with the weights as they are by now. */
  score: number
}

/** The weights that fit best within their bounds, to the hundredth. */
function fittest(voices: readonly Voice[], basis: WeightBasis): Weights {
  const { inForce, rules, threshold } = basis
  const shares = LEARNED_TERMS.map((term) => (rules[term] === 0 ? 0 : inForce[term] / rules[term]))
  const rows = voices.flatMap(({ links }) =>
    links.map(({ link, counts }): Row => {
      const x = LEARNED_TERMS.map((term) => (link.x[term] ?? 0) * rules[term])
      return { x, sign: link.together ? 1 : -1, counts, score: scoreOf(link, inForce) - threshold }
    }),
  )
  for (let pass = 0; pass < PASSES; pass++)
    for (const [at, term] of LEARNED_TERMS.entries()) {
      const before = shares[at] ?? 1
      const after = within(step(rows, at, before), term, basis)
      shares[at] = after
      for (const row of rows) row.score += (row.x[at] ?? 0) * (after - before)
    }
  const fitted = LEARNED_TERMS.map((term, at) => {
    const from = inForce[term]
    const to = Math.round((shares[at] ?? 1) * rules[term] * 100) / 100
    return [term, Math.abs(to - from) < MIN_CHANGE * rules[term] ? from : to] as const
  })
  return { ...inForce, ...Object.fromEntries(fitted) }
}

/** One Newton step of one share. */
function step(rows: readonly Row[], at: number, share: number): number {
  let gradient = -PRIOR * (share - 1)
  let curvature = PRIOR
  for (const { x, sign, counts, score } of rows) {
    const value = x[at] ?? 0
    if (value === 0) continue
    const p = 1 / (1 + Math.exp(-score))
    gradient += counts * value * ((sign === 1 ? 1 : 0) - p)
    curvature += counts * value * value * p * (1 - p)
  }
  return share + gradient / curvature
}

/** As near as the bounds of the weight allow. What the rules have switched off stays so. */
function within(share: number, term: LearnedTerm, basis: WeightBasis): number {
  const { least, most } = boundsOfWeight(term, basis)
  const rules = basis.rules[term]
  return rules === 0 ? 0 : Math.min(most / rules, Math.max(least / rules, share))
}

/** How far a weight may go at once from what is in force, to the hundredth. */
export function boundsOfWeight(
  term: LearnedTerm,
  { inForce, rules }: Pick<WeightBasis, 'inForce' | 'rules'>,
): { readonly least: number; readonly most: number } {
  const [from, standard] = [inForce[term], rules[term]]
  const most = Math.min(MAX_WEIGHT, standard * RANGE.most, from + standard * MAX_STEP)
  const least = Math.max(standard * RANGE.least, from - standard * MAX_STEP)
  return {
    // what people wrote into the rules since may lie beyond: then it stays where it is
    least: Math.min(from, Math.ceil(least * 100 - 1e-6) / 100),
    most: Math.max(from, Math.floor(most * 100 + 1e-6) / 100),
  }
}

/** Leaves out changes without which as much is right, the smallest first: what is read is what is needed. */
function sparse(voices: readonly Voice[], fitted: Weights, basis: WeightBasis): Weights {
  const { inForce, rules } = basis
  const size = ({ term, from, to }: WeightChange): number => Math.abs(to - from) / rules[term]
  const changes = [...changesOf(inForce, fitted)].sort((a, b) => size(a) - size(b))
  let kept = fitted
  for (const { term, from } of changes) {
    const without = { ...kept, [term]: from }
    if (judge(voices, without, basis).gain >= judge(voices, kept, basis).gain) kept = without
  }
  return kept
}

export function changesOf(from: Readonly<Weights>, to: Readonly<Weights>): WeightChange[] {
  return LEARNED_TERMS.flatMap((term) =>
    from[term] === to[term] ? [] : [{ term, from: from[term], to: to[term] }],
  )
}

/** Corrections of which more is got right than now, and less; and how much that counts in all. */
interface Judged {
  readonly fixed: readonly Correction[]
  readonly broken: readonly Correction[]
  readonly gain: number
}

/** The backtest on the corrections themselves: which would have been got right, which wrong. */
function judge(
  voices: readonly Voice[],
  to: Readonly<Weights>,
  { inForce, threshold }: WeightBasis,
): Judged {
  const fixed: Correction[] = []
  const broken: Correction[] = []
  let gain = 0
  for (const { correction, links } of voices) {
    let more = 0
    for (const { link, counts } of links) {
      const turn = Number(isRight(link, to, threshold)) - Number(isRight(link, inForce, threshold))
      more += turn
      gain += turn * counts
    }
    if (more > 0) fixed.push(correction)
    else if (more < 0) broken.push(correction)
  }
  return { fixed, broken, gain }
}

/** What would be got right and wrong of each part of the incidents by what the others teach. */
function judgeOthers(voices: readonly Voice[], basis: WeightBasis): Judged {
  const incidents = [...new Set(voices.map(({ correction }) => correction.incident))].sort(compare)
  const parts = new Map(incidents.map((incident, index) => [incident, index % PARTS]))
  const partOf = ({ correction }: Voice): number | undefined => parts.get(correction.incident)
  const judged = Array.from({ length: PARTS }, (_, part) => {
    const others = voices.filter((voice) => partOf(voice) !== part)
    const own = voices.filter((voice) => partOf(voice) === part)
    return judge(own, fittest(others, basis), basis)
  })
  return {
    fixed: judged.flatMap(({ fixed }) => fixed),
    broken: judged.flatMap(({ broken }) => broken),
    gain: judged.reduce((sum, { gain }) => sum + gain, 0),
  }
}

function isRight(link: JudgedLink, weights: Readonly<Weights>, threshold: number): boolean {
  return scoreOf(link, weights) >= threshold === link.together
}

function scoreOf({ x }: JudgedLink, weights: Readonly<Weights>): number {
  return LEARNED_TERMS.reduce((sum, term) => sum + (x[term] ?? 0) * weights[term], 0)
}

const NAMES: Readonly<Record<LearnedTerm, string>> = {
  time: 'closeness in time',
  crowd: 'how busy it is near by',
  topology: 'the topology',
  signature: 'the same kind of alert',
  labels: 'equal labels',
  cooccurrence: 'what began together before',
  change: 'a shared change',
  noise: 'being usual or informational',
  ended: 'that an incident has ended',
  again: 'that an alert fires anew',
}

/** "equal labels count 8 % more, closeness in time 5 % less". */
export function changesText(changes: readonly WeightChange[]): string {
  const texts = changes.map(({ term, from, to }, index) => {
    const percent = Math.round(Math.abs(to / from - 1) * 100)
    const verb = index === 0 ? ' counts' : ''
    return `${NAMES[term]}${verb} ${percent} % ${to > from ? 'more' : 'less'}`
  })
  return texts.join(', ')
}
