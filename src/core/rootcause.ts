/**
 * Root cause ranking: which CI's fault explains the alerts of an incident best.
 *
 * Robust evidence per CI (surprise of distinct alert kinds, capped), rolled up over instances, groups
 * and hosts (Stouffer: sum / sqrt of the number of instances), plus what a fault of the CI would
 * bring about on others (noisy-OR of cause and chance along the dependencies, as in Sherlock and
 * Shrink), against silent callers, with priors for recent changes and causes that people confirmed.
 * Order in time hardly counts: by itself the earliest alert is no better a guess than a random one.
 */
import type { RankedCause, RootCauseResult } from './evidence.ts'
import { candidatesOf } from './rootcause/candidates.ts'
import { type Observation, observationsOf, round3 } from './rootcause/observe.ts'
import {
  EXPLAINS,
  explainedOf,
  nameOf,
  type Scene,
  type Scored,
  scoreOf,
  sumOf,
} from './rootcause/score.ts'
import { isContainer } from './rootcause/symptoms.ts'
import { type Explained, overlapOf, sharedTerm, sharedWeight } from './rootcause/terms.ts'
import type { CauseInput, CauseMember } from './rootcause/types.ts'
import { withWorkloads } from './rootcause/workloads.ts'
import { compare, type Topology } from './topology.ts'

/** Beyond, the most surprising members count. */
export const MAX_MEMBERS = 500
/** Alerts that a better cause explains too: beyond, they count next to nothing. */
const MAX_SHARED = 24
/** Causes in a result. */
const LISTED = 5
/** Below this score nothing stands out, whatever the distance to the next. */
const MIN_SCORE = 0.5
/** Below this score the best has to be MIN_LEAD ahead of the next. */
const SURE_SCORE = 2
const MIN_LEAD = 0.1
/** So many kinds of alerts that it explains are no chance meeting; with more at hand it may explain one. */
const MIN_SUPPORT = 2
/** A change or a confirmation that says more than this supports a cause like alerts do. */
const SUPPORTS = 0.5

/**
 * Ranks the CIs that could be the cause of an incident. Also CIs without an alert are candidates, if
 * a fault of theirs would explain alerts of others.
 *
 * Pure: the result depends on the set of members and changes, not on their order.
 *
 * @returns at most five causes, best first, each with terms that add up to its score, the members it
 *   explains and what would be left without it; `abstained` where nothing stands out. Of an instance
 *   and its group that explain the same only the better one is listed.
 *   O(members × CIs near them); members beyond MAX_MEMBERS do not count
 */
export function rankRootCauses(given: CauseInput): RootCauseResult {
  const input = { ...given, topology: withWorkloads(given.topology) }
  const members = heaviest(input.members)
  const observations = observationsOf(members, input.topology)
  if (observations.length === 0)
    return {
      abstained: true,
      candidates: [],
      reason: 'none of its alerts is bound to a CI of the CMDB',
    }
  const scene = sceneOf(input, observations)
  const scored = candidatesOf(observations, input.topology, scene.shows)
    .map((candidate, _, all) => scoreOf(candidate, { ...scene, candidates: all.length }))
    .sort(byScore)
  const chosen = choose(scored, scene)
  const verdict = judge(chosen, scene)
  return { ...verdict, candidates: describe(chosen, { scene, total: members.length }) }
}

function heaviest(members: readonly CauseMember[]): readonly CauseMember[] {
  return [...members]
    .sort((a, b) => b.surprise - a.surprise || compare(a.id, b.id))
    .slice(0, MAX_MEMBERS)
}

function sceneOf(input: CauseInput, observations: readonly Observation[]): Scene {
  const direct = new Set(observations.map(({ focus }) => focus))
  const all = new Set(direct)
  for (const ci of direct)
    for (const edge of input.topology.edges(ci)) if (edge.kind === 'member') all.add(edge.ci)
  const confirmedTimes = [...input.confirmed.values()].reduce((sum, times) => sum + times, 0)
  return { input, observations, shows: (ci) => all.has(ci), candidates: 0, confirmedTimes }
}

function byScore(
  a: { readonly ci: string; readonly score: number },
  b: { readonly ci: string; readonly score: number },
): number {
  return b.score - a.score || compare(a.ci, b.ci)
}

/** A cause of the list: `alone` is its score before what better ones explain is taken off. */
interface Chosen extends Scored {
  readonly alone: number
}

/**
 * Picks one cause after the other; what the ones before explain counts less for the next (fewest
 * faults), and a CI that adds nothing to its own group or instance is left out.
 */
function choose(scored: readonly Scored[], scene: Scene): readonly Chosen[] {
  const { topology } = scene.input
  const chosen: Chosen[] = []
  const covered = new Map<number, number>()
  let left = scored
  while (chosen.length < LISTED) {
    const [best] = left
      .map((one) => ({ one, ci: one.ci, score: one.score + lostBy(one, covered, scene) }))
      .sort(byScore)
    if (best === undefined) break
    const cause = withShared(best.one, { chosen, covered, scene })
    chosen.push(cause)
    for (const { index, chance } of cause.links)
      covered.set(index, round3(1 - (1 - (covered.get(index) ?? 0)) * (1 - chance)))
    const folded = foldedBy(cause, topology)
    left = left.filter((other) => other !== best.one && !folded(other))
  }
  return chosen
}

/** Observation → chance that any of the causes chosen so far shows as it. */
type Covered = ReadonlyMap<number, number>

/** What others explain already, as the `shared` term will have it. */
function lostBy(one: Scored, covered: Covered, { observations }: Scene): number {
  if (covered.size === 0) return 0
  const weight = sharedWeight(isSeen(one))
  let sum = 0
  let shared = 0
  // asked of every candidate for every cause that is listed: the words of the term are left out
  for (const { link, part } of one.counted) {
    const other = covered.get(link.index)
    const observation = observations[link.index]
    if (other === undefined || observation === undefined) continue
    const share = round3(observation.share * part)
    sum += weight * overlapOf(observation.surprise, share, { one: link.chance, other })
    shared += 1
    if (shared === MAX_SHARED) break
  }
  return sum
}

function isSeen({ links }: Scored): boolean {
  return links.some(({ tie }) => tie === 'own')
}

/** What is counted of it and explained by others too: at most MAX_SHARED, most first. */
function sharedOf(
  { counted }: Scored,
  covered: Covered,
  scene: Scene,
): readonly (Explained & { readonly other: number })[] {
  return counted
    .filter(({ link }) => covered.has(link.index))
    .slice(0, MAX_SHARED)
    .map(({ link, part }) => {
      const explained = explainedOf(link, scene)
      const share = round3(explained.share * part)
      return { ...explained, share, other: covered.get(link.index) ?? 0 }
    })
}

function withShared(
  one: Scored,
  better: {
    readonly chosen: readonly Scored[]
    readonly covered: Covered
    readonly scene: Scene
  },
): Chosen {
  const { chosen, covered, scene } = better
  const shared = sharedOf(one, covered, scene)
  if (shared.length === 0) return { ...one, alone: one.score }
  const betters = chosen.map(({ ci }) => nameOf(ci, scene.input.topology))
  const terms = [...one.terms, sharedTerm(shared, betters, isSeen(one))]
  return { ...one, terms, score: sumOf(terms), alone: one.score }
}

/**
 * What is left out once `cause` is on the list: what is at most two steps of membership from it, not by
 * a mere container, and explains nothing that it does not.
 */
function foldedBy(cause: Scored, topology: Topology): (other: Scored) => boolean {
  const members = (of: string): readonly string[] =>
    topology.edges(of).flatMap(({ kind, ci }) => (kind === 'member' ? ci : []))
  const holds = (ci: string): boolean => !isContainer(topology.items.get(ci)?.class ?? '')
  const near = members(cause.ci)
  const around = new Set([...near, ...near.filter(holds).flatMap(members)])
  const explained = explainedIndices(cause)
  return ({ ci, links }) =>
    around.has(ci) && links.every(({ chance, index }) => chance < EXPLAINS || explained.has(index))
}

function explainedIndices({ links }: Scored): ReadonlySet<number> {
  return new Set(links.filter(({ chance }) => chance >= EXPLAINS).map(({ index }) => index))
}

function judge(
  chosen: readonly Chosen[],
  { input, observations }: Scene,
): { readonly abstained: boolean; readonly reason: string } {
  const [first] = chosen
  if (first === undefined) return { abstained: true, reason: 'no CI explains its alerts' }
  const second = chosen.slice(1).reduce((best, { alone }) => Math.max(best, alone), 0)
  const name = nameOf(first.ci, input.topology)
  if (supportOf(first, observations.length) < MIN_SUPPORT)
    return { abstained: true, reason: 'it has too few alerts to point at a cause beyond them' }
  if (first.score < MIN_SCORE)
    return { abstained: true, reason: 'its alerts are too ordinary to point at a cause' }
  if (first.score < SURE_SCORE && first.alone - second < MIN_LEAD)
    return { abstained: true, reason: `no single cause stands out: ${name} is hardly ahead` }
  const explained = explainedIndices(first).size
  return {
    abstained: false,
    reason: `${name} explains ${explained} of ${observations.length} kinds of alerts`,
  }
}

/** Pieces of evidence that speak for a cause; a lone alert names nothing but itself. */
function supportOf(cause: Chosen, kinds: number): number {
  const said = cause.terms.some(
    ({ name, x }) => (name === 'change' || name === 'confirmed') && x > SUPPORTS,
  )
  const seen = kinds > MIN_SUPPORT ? kinds : explainedIndices(cause).size
  return seen + (said ? 1 : 0)
}

function describe(
  chosen: readonly Chosen[],
  { scene, total }: { readonly scene: Scene; readonly total: number },
): readonly RankedCause[] {
  const top = chosen[0]?.score ?? 0
  const powers = chosen.map(({ score }) => Math.exp(score - top))
  const sum = powers.reduce((all, power) => all + power, 0)
  return chosen.map((cause, i) => ({
    ci: cause.ci,
    score: cause.score,
    weight: (powers[i] ?? 0) / sum,
    factors: cause.terms,
    explains: membersOf(explainedIndices(cause), scene),
    counterfactual: counterfactual(cause, chosen[i === 0 ? 1 : 0], { scene, total }),
  }))
}

function membersOf(indices: ReadonlySet<number>, { observations }: Scene): readonly string[] {
  return [...indices].flatMap((index) => observations[index]?.members ?? []).sort(compare)
}

/** What the best other cause leaves unexplained of what this one explains. */
function counterfactual(
  cause: Chosen,
  other: Chosen | undefined,
  { scene, total }: { readonly scene: Scene; readonly total: number },
): string {
  const { topology } = scene.input
  const name = nameOf(cause.ci, topology)
  const others = other === undefined ? new Set<number>() : explainedIndices(other)
  const missing = new Set([...explainedIndices(cause)].filter((index) => !others.has(index)))
  const left = membersOf(missing, scene).length
  const alternative = other === undefined ? '' : ` (next best: ${nameOf(other.ci, topology)})`
  if (left === 0 && other !== undefined)
    return `without ${name} no alert stays unexplained: ${nameOf(other.ci, topology)} explains as many`
  return `without ${name}, ${left} of ${total} alerts stay unexplained${alternative}`
}
