/**
 * Constraints: what people's regroupings say about later alerts. A merge says that two kinds of alerts
 * belong together, a split that they do not, a move both. A kind is a signature on one CI, or on any
 * CI of its class where CIs of that class come and go.
 *
 * Bounded, whoever corrects and however much: so many pairs for one regrouping, so many constraints of
 * one person and in all, and each ends when it was of no use for a while.
 * @see docs/adr/0013-corrections-become-constraints.md
 */
import type { LinkEvidence } from '../evidence.ts'
import { SEVERITIES, type Severity } from '../model.ts'
import type { Snapped } from '../table.ts'
import { DAY, type EpochMs } from '../time.ts'
import { compare } from '../topology.ts'

/** A constraint that was of no use for so long ends. */
export const KEEP_MS = 30 * DAY
/** Constraints in all. */
export const MAX_CONSTRAINTS = 1000
/** Constraints of one person: a fifth of all, so that nobody teaches the engine alone. */
export const MAX_PER_PERSON = MAX_CONSTRAINTS / 5
/** Pairs that one regrouping says something about, for each relation. */
export const MAX_PAIRS = 4
/** Of each of two incidents so many kinds of alerts stand for it: the worst, then the first. */
const CORE = 2
/** Kinds of alerts that one dismissal says something about. */
export const MAX_NOISE = 16

/** Alerts of one signature on a place; `null`: on any CI of the class that the signature names. */
export interface Kind {
  readonly signature: string
  readonly place: string | null
}

/** What is looked at of an alert that a person regrouped. */
export interface Touched {
  readonly key: string
  readonly signature: string
  readonly locus: string | null
  readonly severity: Severity
  readonly startsAt: EpochMs
  readonly suppressed: boolean
}

/** What is said of two kinds of alerts. */
export type Relation = 'together' | 'apart'
export type Pair = readonly [Kind, Kind]

interface Learned extends Snapped {
  readonly id: string
  /** Correlation scope of the incident: it says nothing of alerts of another one. */
  readonly scope: string
  /** Rises with each: of two about the same, the newer one counts. */
  readonly number: number
  readonly a: Kind
  readonly by: string
  readonly at: EpochMs
  /** What it was learned from: undoing that takes it back. */
  readonly from: {
    readonly kind: 'merge' | 'split' | 'move' | 'dismiss'
    /** Key of the regrouping: `<incident>/<number>`. */
    readonly edit: string
    readonly incident: string
    readonly other: string
  }
  expiresAt: EpochMs
  used: number
  usedAt: EpochMs | null
}

/** Two kinds of alerts belong together, or are apart. */
interface PairLearned extends Learned {
  readonly relation: Relation
  readonly b: Kind
}

/** A kind of alert is no incident, unless it is worse than this. */
interface NoiseLearned extends Learned {
  readonly relation: 'noise'
  readonly severity: Severity
}

export type ConstraintState = PairLearned | NoiseLearned
/** What a constraint says. */
export type Saying =
  | Pick<PairLearned, 'relation' | 'a' | 'b'>
  | Pick<NoiseLearned, 'relation' | 'a' | 'severity'>

/** Its kinds of alerts. */
export function kindsOf(saying: Saying): readonly Kind[] {
  return saying.relation === 'noise' ? [saying.a] : [saying.a, saying.b]
}

/** A constraint as one alert sees it. */
export interface Said {
  /** Id of the constraint. */
  readonly id: string
  readonly relation: Relation
  readonly partner: Kind
  readonly by: string
  readonly at: EpochMs
}

/** Classes whose CIs come and go: what is said of one is meant of them all. */
const PASSING = new Set(['pod', 'container', 'process', 'job', 'replicaset'])

/** The kind of an alert. */
export function kindOf({ signature, locus }: Pick<Touched, 'signature' | 'locus'>): Kind {
  const ciClass = signature.slice(signature.lastIndexOf('|') + 1)
  const passes = PASSING.has(ciClass) || locus === null || locus.startsWith('~pod=')
  return { signature, place: passes ? null : locus }
}

export function isOfKind(kind: Kind, alert: Pick<Touched, 'signature' | 'locus'>): boolean {
  return kind.signature === alert.signature && (kind.place === null || kind.place === alert.locus)
}

/** "disk full on db-1". */
export function kindText({ signature, place }: Kind): string {
  const at = signature.lastIndexOf('|')
  const [rule, ciClass] = [signature.slice(0, at), signature.slice(at + 1)]
  if (place !== null) return `${rule} on ${place}`
  return ciClass === '?' ? `${rule} anywhere` : `${rule} on any ${ciClass}`
}

/** "disk full on db-1 and latency on shop belong together". */
export function constraintText(saying: Saying): string {
  if (saying.relation === 'noise')
    return `${kindText(saying.a)} is no incident, up to ${saying.severity}`
  const { relation, a, b } = saying
  const what = relation === 'together' ? 'belong together' : 'are apart'
  return `${kindText(a)} and ${kindText(b)} ${what}`
}

/** The alerts that stand for an incident: unmuted ones first, the worst, then the first. O(members). */
export function coreOf<M extends Touched>(members: Iterable<M>): M[] {
  return worstOf(members, CORE)
}

/** What a dismissal says: each kind with its worst severity. O(members). */
export function noiseOf(members: Iterable<Touched>): Saying[] {
  return worstOf(members, MAX_NOISE).map((member) => ({
    ...{ relation: 'noise', a: kindOf(member), severity: member.severity },
  }))
}

/** Of each kind the worst, then the first; unmuted ones come first. O(members log members). */
export function worstOf<M extends Touched>(members: Iterable<M>, size: number): M[] {
  const sorted = [...members].sort(
    (a, b) =>
      Number(a.suppressed) - Number(b.suppressed) ||
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      a.startsAt - b.startsAt ||
      compare(a.key, b.key),
  )
  const worst: M[] = []
  for (const member of sorted) {
    const kind = kindOf(member)
    if (!worst.some((one) => isSame(kindOf(one), kind))) worst.push(member)
    if (worst.length === size) break
  }
  return worst
}

/** Alerts of two kinds of which something is said. */
export type Couple<M extends Touched = Touched> = readonly [M, M]

export function pairOf([a, b]: Couple): Pair {
  return [kindOf(a), kindOf(b)]
}

/** Every kind of one with every kind of the other, the first of both first; at most MAX_PAIRS. */
export function corePairs<M extends Touched>(
  some: readonly M[],
  others: readonly M[],
): Couple<M>[] {
  return some
    .flatMap((a) => others.map((b): Couple<M> => [a, b]))
    .filter(isPair)
    .slice(0, MAX_PAIRS)
}

/**
 * What a cut between members says: first the links that had joined those who part, then their cores.
 *
 * @param before why those who left were where they were, by member
 */
export function cutPairs<M extends Touched>(
  left: readonly M[],
  stayed: ReadonlyMap<string, M>,
  before: Readonly<Record<string, LinkEvidence | null>>,
): Couple<M>[] {
  const links = left.flatMap((member): Couple<M>[] => {
    const other = stayed.get(before[member.key]?.best ?? '')
    return other === undefined ? [] : [[member, other]]
  })
  const cores = corePairs(coreOf(left), coreOf(stayed.values()))
  return unique([...links, ...cores].filter(isPair)).slice(0, MAX_PAIRS)
}

/** Nothing can be said of one kind and itself: its alerts differ by what a kind has not. */
function isPair([a, b]: Couple): boolean {
  return !isSame(kindOf(a), kindOf(b))
}

function isSame(a: Kind, b: Kind): boolean {
  return a.signature === b.signature && a.place === b.place
}

function unique<M extends Touched>(couples: readonly Couple<M>[]): Couple<M>[] {
  const pairs = couples.map(pairOf)
  const isKnown = ([a, b]: Pair, [c, d]: Pair): boolean =>
    (isSame(a, c) && isSame(b, d)) || (isSame(a, d) && isSame(b, c))
  return couples.filter((_couple, at) => {
    const pair = pairs[at]
    return pair !== undefined && pairs.findIndex((other) => isKnown(pair, other)) === at
  })
}

/**
 * The constraint that has to go before another one may come, or `null`: of that person's in its scope
 * where they have their share, else of whoever has most in the scope that has most; of these the one of
 * least use lately.
 */
export function toForget(
  all: readonly Readonly<ConstraintState>[],
  { by, scope }: Pick<ConstraintState, 'by' | 'scope'>,
): Readonly<ConstraintState> | null {
  const own = all.filter((one) => one.by === by && one.scope === scope)
  if (own.length >= MAX_PER_PERSON) return leastUseful(own)
  if (all.length < MAX_CONSTRAINTS) return null
  const fullest = mostOf(all, (one) => one.scope)
  return leastUseful(mostOf(fullest, (one) => one.by))
}

/** The largest group, of equal ones the first by name. */
function mostOf<T>(all: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const groups = new Map<string, T[]>()
  for (const one of all) {
    const group = groups.get(nameOf(one)) ?? []
    groups.set(nameOf(one), group)
    group.push(one)
  }
  const [most] = [...groups].sort((a, b) => b[1].length - a[1].length || compare(a[0], b[0]))
  return most?.[1] ?? []
}

function leastUseful(some: readonly Readonly<ConstraintState>[]): Readonly<ConstraintState> | null {
  const lately = (one: Readonly<ConstraintState>): EpochMs => one.usedAt ?? one.at
  const [least] = [...some].sort((a, b) => lately(a) - lately(b) || a.number - b.number)
  return least ?? null
}
