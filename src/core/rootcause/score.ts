/** The score of one candidate, as terms. */
import type { Change } from '../model.ts'
import { type EpochMs, HOUR, MINUTE } from '../time.ts'
import { compare, type Topology } from '../topology.ts'
import type { Candidate, Tie } from './candidates.ts'
import type { Observation } from './observe.ts'
import { isContainer, SPREAD } from './symptoms.ts'
import {
  type CauseTerm,
  type Explained,
  inputsOf,
  list,
  silenceTerm,
  strongest,
  termOf,
} from './terms.ts'
import type { CauseInput } from './types.ts'

/** What does not depend on the candidate. */
export interface Scene {
  readonly input: CauseInput
  readonly observations: readonly Observation[]
  /** The CI, or an instance or the group of it, shows a symptom in this incident. */
  readonly shows: (ci: string) => boolean
  readonly candidates: number
  readonly confirmedTimes: number
}

/** A cause explains what it brings about with at least this chance. */
export const EXPLAINS = 0.2

/** How a candidate explains one observation. */
export interface ExplainedObservation extends Explained {
  readonly index: number
  readonly tie: Tie
}

export interface Scored {
  readonly ci: string
  readonly explained: readonly ExplainedObservation[]
  readonly terms: readonly CauseTerm[]
  readonly score: number
}

/** Name of a CI for people. */
export function nameOf(ci: string, topology: Topology): string {
  return topology.items.get(ci)?.name ?? ci
}

/** Scores one candidate. Terms that say nothing are left out. O(links × log links + degree). */
export function scoreOf(candidate: Candidate, scene: Scene): Scored {
  const { ci } = candidate
  const explained = explainedBy(candidate, scene)
  const terms = [
    ...evidenceTerms(ci, explained, scene),
    ...silence(ci, scene),
    ...unseen(ci, scene),
    ...container(ci, scene),
    ...change(ci, explained, scene),
    ...confirmed(ci, scene),
  ]
  return { ci, explained, terms, score: sumOf(terms) }
}

/** Sum of the terms, in their order. */
export function sumOf(terms: readonly CauseTerm[]): number {
  return terms.reduce((sum, { x, w }) => sum + x * w, 0)
}

function explainedBy({ links }: Candidate, scene: Scene): readonly ExplainedObservation[] {
  const { observations, input } = scene
  return links.flatMap(({ index, tie, chance }) => {
    const observation = observations[index]
    if (observation === undefined) return []
    const { rule, focus, surprise, share } = observation
    const what = `${rule} on ${nameOf(focus, input.topology)}`
    return [{ index, tie, what, surprise, share, chance }]
  })
}

function evidenceTerms(
  ci: string,
  explained: readonly ExplainedObservation[],
  { input }: Scene,
): readonly CauseTerm[] {
  const name = nameOf(ci, input.topology)
  const of = (tie: Tie): readonly Explained[] =>
    strongest(explained.filter((one) => one.tie === tie))
  const own = of('own')
  const group = of('group')
  const calls = of('call')
  const terms: CauseTerm[] = []
  if (own.length > 0)
    terms.push(termOf('own', 1, inputsOf(own), `${name} shows ${whatOf(own)} itself`))
  if (group.length > 0) {
    const instances = instancesOf(ci, input.topology)
    const inputs = { ...inputsOf(group), instances: Math.max(1, instances) }
    terms.push(
      termOf('rollup', 1, inputs, `${whatOf(group)}: of its instances, its group or its host`),
    )
  }
  if (calls.length > 0)
    terms.push(
      termOf('explains', 1, inputsOf(calls), `a fault of ${name} can bring about ${whatOf(calls)}`),
    )
  return terms
}

function whatOf(explained: readonly Explained[]): string {
  return list(explained.map(({ what }) => what))
}

/** CIs that are instances of it or run on it. */
function instancesOf(ci: string, topology: Topology): number {
  const below = topology.edges(ci).filter((e) => e.towards === 'up' && e.kind !== 'call')
  return new Set(below.map((edge) => edge.ci)).size
}

function silence(ci: string, { input, shows }: Scene): readonly CauseTerm[] {
  const { topology, monitored } = input
  const watched = (caller: string): boolean =>
    monitored(caller) ||
    topology.edges(caller).some((e) => e.kind === 'member' && e.towards === 'up' && monitored(e.ci))
  const callers = topology.edges(ci).filter((e) => e.kind === 'call' && e.towards === 'up')
  const silent = [...new Set(callers.map((edge) => edge.ci))].filter(
    (caller) => !shows(caller) && watched(caller),
  )
  if (silent.length === 0) return []
  const names = silent.map((caller) => nameOf(caller, topology))
  return [silenceTerm(names, SPREAD.failure.caller, shows(ci))]
}

function unseen(ci: string, { input, shows }: Scene): readonly CauseTerm[] {
  if (shows(ci)) return []
  const monitored = input.monitored(ci)
  const name = nameOf(ci, input.topology)
  const note = monitored
    ? `${name} raised no alert, though it has before`
    : `${name} raised no alert; it never has`
  return [termOf('unseen', 1, { monitored: monitored ? 'yes' : 'no' }, note)]
}

function container(ci: string, { input }: Scene): readonly CauseTerm[] {
  const item = input.topology.items.get(ci)
  if (item === undefined || !isContainer(item.class)) return []
  return [termOf('class', 1, { class: item.class }, `a ${item.class} rarely fails as a whole`)]
}

/** The change that speaks most for it: on it, or on its group or host, before the alerts it explains. */
function change(
  ci: string,
  explained: readonly ExplainedObservation[],
  { input, observations }: Scene,
): readonly CauseTerm[] {
  if (input.changes.length === 0) return []
  const firstAt = explained
    .filter(({ chance }) => chance >= EXPLAINS)
    .reduce((first, { index }) => Math.min(first, observations[index]?.startsAt ?? first), input.at)
  const holders = input.topology.edges(ci).filter((e) => e.towards === 'down' && e.kind !== 'call')
  const touched = new Set([ci, ...holders.map((edge) => edge.ci)])
  const [best] = input.changes
    .filter((one) => one.startsAt <= firstAt && one.cis.some((id) => touched.has(id)))
    .map((one) => ({ id: one.id, term: changeTerm(one, firstAt) }))
    .sort((a, b) => b.term.x - a.term.x || compare(a.id, b.id))
  return best === undefined ? [] : [best.term]
}

function changeTerm(one: Change, firstAt: EpochMs): CauseTerm {
  const ended = one.endsAt !== null && one.endsAt <= firstAt
  const ageMs = firstAt - (ended ? one.endsAt : one.startsAt)
  const inputs = { change: one.id, ageMs, factor: ended && ageMs > HOUR ? 0.5 : 1 }
  const when = ageMs < MINUTE ? 'just before' : `${Math.round(ageMs / MINUTE)} min before`
  return termOf('change', 1, inputs, `${one.title} (${one.changeKind}) touched it ${when}`)
}

function confirmed(ci: string, scene: Scene): readonly CauseTerm[] {
  if (scene.confirmedTimes === 0) return []
  const times = scene.input.confirmed.get(ci) ?? 0
  const inputs = {
    times,
    allTimes: scene.confirmedTimes,
    candidates: Math.max(2, scene.candidates),
  }
  const note =
    times === 0
      ? 'people confirmed other causes for incidents like this one'
      : `people confirmed it ${times} of ${scene.confirmedTimes} times for incidents like this one`
  return [termOf('confirmed', 1, inputs, note)]
}
