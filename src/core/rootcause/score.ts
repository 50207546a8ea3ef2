/** The score of one candidate, as terms. */
import type { Change } from '../model.ts'
import { type EpochMs, HOUR, MINUTE } from '../time.ts'
import { compare, type Topology } from '../topology.ts'
import type { Candidate, Link, Tie } from './candidates.ts'
import type { Observation } from './observe.ts'
import { isContainer, SPREAD } from './symptoms.ts'
import {
  type CauseTerm,
  DIMINISH,
  type Explained,
  inputsOf,
  list,
  MAX_COUNTED,
  silenceTerm,
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

/** Alerts that began within this time say nothing of which came first. */
const TOGETHER_MS = MINUTE / 2
/** A cause explains what it brings about with at least this chance. */
export const EXPLAINS = 0.2

export interface Scored {
  readonly ci: string
  /** Most gain first. */
  readonly links: readonly Link[]
  readonly terms: readonly CauseTerm[]
  readonly score: number
  /** What its evidence counts, most first, with the part that is counted of each. */
  readonly counted: readonly Counted[]
}

export interface Counted {
  readonly link: Link
  readonly part: number
}

/** Name of a CI for people. */
export function nameOf(ci: string, topology: Topology): string {
  return topology.items.get(ci)?.name ?? ci
}

/** Scores one candidate. Terms that say nothing are left out. O(links + degree). */
export function scoreOf({ ci, links }: Candidate, scene: Scene): Scored {
  const terms = [
    ...evidenceTerms(ci, links, scene),
    ...silence(ci, scene),
    ...unseen(ci, scene),
    ...order(ci, links, scene),
    ...container(ci, scene),
    ...change(ci, links, scene),
    ...confirmed(ci, scene),
  ]
  return { ci, links, terms, score: sumOf(terms), counted: countedOf(ci, links, scene) }
}

/** Sum of the terms, in their order. */
export function sumOf(terms: readonly CauseTerm[]): number {
  return terms.reduce((sum, { x, w }) => sum + x * w, 0)
}

/** What a link explains, for a term. */
export function explainedOf({ index, chance }: Link, { observations, input }: Scene): Explained {
  const observation = observations[index]
  if (observation === undefined) return { what: '', surprise: 0, share: 0, chance: 0 }
  const { rule, focus, surprise, share } = observation
  return { what: `${rule} on ${nameOf(focus, input.topology)}`, surprise, share, chance }
}

interface Ties {
  readonly own: readonly Link[]
  readonly group: readonly Link[]
  readonly call: readonly Link[]
}

function tiesOf(links: readonly Link[], instances: number): Ties {
  const of = (tie: Tie, most = MAX_COUNTED): readonly Link[] =>
    links.filter((link) => link.tie === tie && link.gain > 0).slice(0, most)
  // what many instances show is divided by their root: so many more may count
  const most = Math.floor(MAX_COUNTED * Math.min(2, Math.sqrt(instances)))
  return { own: of('own'), group: of('group', most), call: of('call') }
}

function countedOf(ci: string, links: readonly Link[], { input }: Scene): readonly Counted[] {
  const instances = Math.max(1, instancesOf(ci, input.topology))
  const { own, group, call } = tiesOf(links, instances)
  return [
    ...own.map((link) => ({ link, part: 1 })),
    ...group.map((link) => ({ link, part: 1 / Math.sqrt(instances) })),
    ...call.map((link, i) => ({ link, part: DIMINISH ** i })),
  ].sort((a, b) => b.link.gain * b.part - a.link.gain * a.part || a.link.index - b.link.index)
}

function evidenceTerms(ci: string, links: readonly Link[], scene: Scene): readonly CauseTerm[] {
  const { topology } = scene.input
  const name = nameOf(ci, topology)
  const instances = Math.max(1, instancesOf(ci, topology))
  const ties = tiesOf(links, instances)
  const explained = (some: readonly Link[]) => some.map((link) => explainedOf(link, scene))
  const [own, group, calls] = [
    explained(ties.own),
    explained(ties.group),
    explained(ties.call),
  ] as const
  const terms: CauseTerm[] = []
  if (own.length > 0)
    terms.push(termOf('own', 1, inputsOf(own), `${name} shows ${whatOf(own)} itself`))
  if (group.length > 0) {
    const inputs = { ...inputsOf(group), instances }
    const note = `${whatOf(group)}: of its instances, its group or its host`
    terms.push(termOf('rollup', 1, inputs, note))
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

/** CIs that are instances of it or run on it, and hosts that it runs on. */
function instancesOf(ci: string, topology: Topology): number {
  const below = topology
    .edges(ci)
    .filter((e) => (e.towards === 'up' ? e.kind !== 'call' : e.kind === 'host'))
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

/**
 * Where its alerts, or else those of its instances, began before those of most others, or after:
 * detection takes about so long.
 */
function order(
  ci: string,
  links: readonly Link[],
  { observations, input }: Scene,
): readonly CauseTerm[] {
  const firsts = new Map<string, EpochMs>()
  for (const { focus, startsAt } of observations)
    firsts.set(focus, Math.min(firsts.get(focus) ?? startsAt, startsAt))
  const own = firsts.get(ci) ?? firstOfGroup(links, observations)
  if (own === undefined) return []
  const starts = [...firsts.values()]
  const after = starts.filter((at) => at > own + TOGETHER_MS).length
  const before = starts.filter((at) => at < own - TOGETHER_MS).length
  if (after === before) return []
  const whose = firsts.has(ci) ? 'the alerts of' : 'the alerts around'
  const note = `${whose} ${nameOf(ci, input.topology)} began before those of ${after} others and after those of ${before}`
  return [termOf('order', 1, { after, before, others: starts.length - 1 }, note)]
}

function firstOfGroup(
  links: readonly Link[],
  observations: readonly Observation[],
): EpochMs | undefined {
  const starts = links.flatMap(({ tie, index }) =>
    tie === 'group' ? (observations[index]?.startsAt ?? []) : [],
  )
  return starts.length === 0 ? undefined : Math.min(...starts)
}

function container(ci: string, { input }: Scene): readonly CauseTerm[] {
  const item = input.topology.items.get(ci)
  if (item === undefined || !isContainer(item.class)) return []
  return [termOf('class', 1, { class: item.class }, `a ${item.class} rarely fails as a whole`)]
}

/** The change that speaks most for it: on it, or on its group or host, before the alerts it explains. */
function change(
  ci: string,
  links: readonly Link[],
  { input, observations }: Scene,
): readonly CauseTerm[] {
  const explained = links.filter(({ chance }) => chance >= EXPLAINS)
  if (input.changes.length === 0 || explained.length === 0) return []
  const firstAt = explained.reduce(
    (first, { index }) => Math.min(first, observations[index]?.startsAt ?? first),
    input.at,
  )
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
