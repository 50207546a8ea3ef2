/**
 * Correlation: which incident a new alert belongs to. Candidates come from bounded indices only
 * (candidates.ts); rules come first and win; else the best log-odds link decides; ties go to the incident
 * whose first alert began first. Cost: at most MAX_NEAR_ALERTS links, MAX_LIKE and those to companions,
 * in a storm MAX_IN_STORM.
 */
import type { LinkEvidence, LinkTermName, Term } from '../evidence.ts'
import type { KnownCompanion } from '../learn/companions.ts'
import type { Said } from '../learn/constraints.ts'
import type { Together, TogetherBySignature } from '../learn/cooccurrence.ts'
import type { RulePacks } from '../rules.ts'
import type { EpochMs } from '../time.ts'
import { compare, type Topology } from '../topology.ts'
import { type Candidate, collect, isMate, weighedOf } from './candidates.ts'
import {
  BURST_MS,
  type LinkContext,
  type LinkSide,
  linkScore,
  linkTerms,
  RATE_TAU_MS,
  REORDER_MS,
  scoreUnsaid,
  sigmoid,
} from './link.ts'
import type { OpenIncident } from './open.ts'
import type { Placement, Placements } from './placements.ts'
import { nearest, type Refused, refusalOf, rejectedOf } from './reject.ts'
import { type Learned, saidOfIncident, saidOfLink } from './said.ts'

/** Where no path is known, other alerts are counted among the newest so many of all. */
const MAX_GLOBAL = 128
export const MAX_RUNNERS_UP = 3

/** Share of its alerts that fire, from which on an incident goes on. */
const GOES_ON = 0.5

/** So many alerts of another incident count, at most: it is faults that come between, not alerts. */
const MAX_COUNTED = 4

export interface ChooseInput {
  readonly alert: LinkSide & { readonly key: string; readonly identity: string }
  /** Where the alert's episode before was and when it ended; `null` for the first, or where it flaps. */
  readonly before: { readonly incident: string; readonly endedAt: EpochMs } | null
  readonly now: EpochMs
  readonly startedAt: EpochMs
  readonly surprise: number
  /** What the hour says of it, in words; absent: nothing. */
  readonly habit?: string | undefined
  readonly placements: Placements
  readonly topology: Topology
  readonly incident: (id: string) => OpenIncident | undefined
  readonly pack: RulePacks['correlate']
  readonly versions: LinkEvidence['versions']
  /** What people said about the alert and others; absent: nothing. */
  readonly learned?: Learned | undefined
  /** What its kind of alert has begun together with, by signature; absent: nothing yet. */
  readonly together?: TogetherBySignature | undefined
  /** Alerts far from it that it has often begun together with; absent: none. */
  readonly companions?: readonly KnownCompanion[] | undefined
  /** The storm that lasts in its scope: fewer candidates are weighed; absent: none. */
  readonly storm?: string | undefined
}

/** Where it belongs, and which constraints had a part in that. */
export type Choice = { readonly used: readonly string[] } & Outcome

type Outcome =
  | {
      readonly action: 'join'
      readonly incident: string
      readonly reason: 'link'
      /** Best score towards what began before the alert's burst; `null`: no such link. */
      readonly outside: number | null
      readonly evidence: LinkEvidence
      readonly related: readonly Runner[]
    }
  | {
      readonly action: 'open'
      readonly reason: 'nothing_near' | 'no_link_strong_enough'
      readonly evidence: LinkEvidence
      readonly related: readonly Runner[]
    }

export interface Runner {
  readonly incident: string
  readonly p: number
  readonly reason: string
}

interface Scored {
  readonly incident: OpenIncident
  readonly best: Placement
  readonly score: number
  readonly link: LinkContext
  /** See Choice. */
  outside: number | null
}

/** Decides by score. Rules have been asked before (core/correlate/rules.ts). */
export function chooseIncident(input: ChooseInput): Choice {
  const { pack, versions } = input
  const candidates = collect(input)
  const weighed = weighedOf(candidates, input)
  const looked = lookAt({ candidates, weighed }, input)
  const scored = looked.flatMap(({ best }) => best ?? []).sort(byScore)
  const best = scored[0]
  const joins = best !== undefined && sigmoid(best.score) >= pack.join
  const others = joins ? scored.slice(1) : scored
  const related = others.slice(0, MAX_RUNNERS_UP).map((other) => runnerUp(other, input))
  const taken = joins ? sigmoid(best.score) : pack.join
  const refused = looked.flatMap((one) => (one.best === null ? (one.refused ?? []) : []))
  const rejected = rejectedOf(related, refused, { taken, join: pack.join })
  const { bound } = input.alert.limits ?? {}
  const [[second], [next]] = [others, related]
  const said = {
    ...(second === undefined || next === undefined
      ? {}
      : { runnerUp: { ...next, x: valuesOf(second, input) } }),
    ...(rejected.length === 0 ? {} : { rejected }),
    ...(bound == null ? {} : { boundBy: bound.rule }),
    ...(input.storm === undefined || weighed === candidates
      ? {}
      : { storm: { id: input.storm, weighed: weighed.length, of: candidates.length } }),
    versions,
  }
  const shown = related.filter(({ p }) => p >= pack.related)
  if (best === undefined || !joins) {
    const reason = candidates.length === 0 ? 'nothing_near' : 'no_link_strong_enough'
    const first = { method: 'first', terms: [], score: 0, p: 1, threshold: pack.join } as const
    return {
      action: 'open',
      reason,
      used: usedOf(scored, pack.join, null),
      evidence: { ...first, ...said },
      related: shown,
    }
  }
  const evidence: LinkEvidence = {
    method: 'score',
    best: best.best.key,
    terms: termsOf(best, input),
    score: best.score,
    p: sigmoid(best.score),
    threshold: pack.join,
    ...said,
    versions: versionsOf(versions, best.incident.weights?.version ?? null),
  }
  const { outside } = best
  const incident = best.incident.id
  const used = usedOf(scored, pack.join, best)
  return { action: 'join', incident, reason: 'link', outside, evidence, related: shown, used }
}

/** Constraints that kept the alert out of what it would have joined, or had it join. */
function usedOf(scored: readonly Scored[], join: number, joined: Scored | null): string[] {
  const used = scored.flatMap((one) => {
    const { said } = one.link
    if (said == null) return []
    const counts =
      said.relation === 'apart' ? sigmoid(scoreUnsaid(one.score, one.link)) >= join : one === joined
    return counts ? [said.id] : []
  })
  return [...new Set(used)]
}

/** Made only for what is shown. */
function termsOf({ best, link }: Scored, { alert }: ChooseInput): Term<LinkTermName>[] {
  return linkTerms(alert, best, link)
}

function versionsOf(
  { weights: _, ...versions }: LinkEvidence['versions'],
  weights: string | null,
): LinkEvidence['versions'] {
  return weights === null ? versions : { ...versions, weights }
}

function valuesOf(
  scored: Scored,
  input: ChooseInput,
): NonNullable<NonNullable<LinkEvidence['runnerUp']>['x']> {
  return Object.fromEntries(termsOf(scored, input).map(({ name, x }) => [name, x]))
}

function runnerUp(scored: Scored, input: ChooseInput): Runner {
  const { incident, score } = scored
  const p = sigmoid(score)
  const weakest = termsOf(scored, input)
    .filter(({ name, x }) => name !== 'crowd' || x < 0)
    .sort((a, b) => a.x * a.w - b.x * b.w)[0]
  const why = p >= input.pack.join ? 'another incident fits better' : (weakest?.note ?? 'weak link')
  return { incident: incident.id, p, reason: why }
}

/** An incident among the candidates. */
interface Contender {
  readonly id: string
  readonly incident: OpenIncident | undefined
  readonly said: Said | null
  /** Decayed number of its alerts near by. */
  near: number
  best: Scored | null
  /** Of its alerts that it may not be linked to, the one nearest in time. */
  refused: Refused | null
}

/** Finds what an id stands for, each once. */
function contenders(input: ChooseInput): {
  readonly of: (id: string) => Contender
  readonly all: () => Iterable<Contender>
} {
  const known = new Map<string, Contender>()
  let latest: Contender | undefined
  return {
    of: (id) => {
      // most candidates in a row are of one incident
      if (latest?.id === id) return latest
      latest = known.get(id) ?? {
        id,
        incident: input.incident(id),
        said: saidOfIncident(input.learned, id),
        near: 0,
        best: null,
        refused: null,
      }
      known.set(id, latest)
      return latest
    },
    all: () => known.values(),
  }
}

/** The incidents that the candidates are in, each with its best link or with what refuses it. */
function lookAt(
  { candidates, weighed }: Readonly<Record<'candidates' | 'weighed', readonly Candidate[]>>,
  input: ChooseInput,
): Contender[] {
  const { alert, now, startedAt, placements, pack, surprise } = input
  const watchedSeconds =
    (RATE_TAU_MS / 1000) * (1 - Math.exp(-Math.max(0, alert.startsAt - startedAt) / RATE_TAU_MS))
  const isNear = ({ placement, near, together }: Candidate): boolean =>
    near !== null ||
    placement.locus === alert.locus ||
    together !== undefined ||
    isMate(alert, placement)
  const incidents = contenders(input)
  const again = input.before
  for (const candidate of candidates) {
    if (!isNear(candidate)) continue
    incidents.of(candidate.placement.incident).near += weightOf(candidate.placement, alert.startsAt)
  }
  let nearBy = 0
  for (const { near } of incidents.all()) nearBy += Math.min(near, MAX_COUNTED)
  let everywhere: Counts | null = null
  for (const candidate of weighed) {
    const { placement, near } = candidate
    const contender = incidents.of(placement.incident)
    const { incident } = contender
    if (incident === undefined) continue
    const barrable = { alert, member: placement, near, incident }
    const refusal = refusalOf(barrable)
    if (refusal !== null) {
      contender.refused = nearest(contender.refused, barrable, refusal)
      continue
    }
    let others = nearBy - Math.min(contender.near, MAX_COUNTED)
    if (!isNear(candidate)) {
      everywhere ??= countEverywhere(placements, alert.startsAt, { now, watchedSeconds })
      others = everywhere.total - (everywhere.byIncident.get(incident.id) ?? 0)
    }
    const link: LinkContext = {
      near,
      others: Math.max(0, others),
      watchedSeconds,
      surprise,
      habit: input.habit,
      endedMs: longAgo(incident.endedAt, alert.startsAt),
      againMs: again?.incident === incident.id ? longAgo(again.endedAt, alert.startsAt) : null,
      goesOn: incident.firingShare >= GOES_ON,
      together: togetherIn(candidate, input),
      weights: incident.weights?.values ?? pack.weights,
      said: saidOfLink(input.learned, contender.said, {
        a: alert,
        b: placement,
        isNear: isNear(candidate),
      }),
    }
    const score = linkScore(alert, placement, link)
    const isOlder = placement.startsAt < alert.startsAt - BURST_MS
    const outside = isOlder
      ? Math.max(score, contender.best?.outside ?? score)
      : (contender.best?.outside ?? null)
    const scored = { incident, best: placement, score, link, outside }
    if (contender.best === null || byScore(scored, contender.best) < 0) contender.best = scored
    else contender.best.outside = outside
  }
  return [...incidents.all()]
}

function togetherIn(candidate: Candidate, { alert, together }: ChooseInput): Together | undefined {
  if (candidate.together !== undefined) return candidate.together
  return isClose(candidate, alert) ? together?.get(candidate.placement.signature) : undefined
}

/** As near as what is counted as begun together (core/engine/cooccurrence.ts). */
function isClose({ placement, near }: Candidate, alert: LinkSide): boolean {
  if (placement.locus !== null && placement.locus === alert.locus) return true
  return near === null ? isMate(alert, placement) : near.hops <= 2
}

/** How long before; `null` where that is so short that the end may not be heard of yet. */
function longAgo(endedAt: EpochMs | null, startsAt: EpochMs): number | null {
  return endedAt === null || startsAt - endedAt < REORDER_MS ? null : startsAt - endedAt
}

function byScore(a: Scored, b: Scored): number {
  return (
    b.score - a.score ||
    a.incident.firstAlertAt - b.incident.firstAlertAt ||
    compare(a.incident.firstKey, b.incident.firstKey) ||
    b.best.startsAt - a.best.startsAt ||
    compare(a.best.key, b.best.key)
  )
}

interface Counts {
  readonly total: number
  readonly byIncident: ReadonlyMap<string, number>
}

/**
 * Like `counts` over all placements. Only the newest MAX_GLOBAL are looked at; where there are more,
 * their number is scaled up from the time that those span to the time watched.
 */
function countEverywhere(
  placements: Placements,
  at: EpochMs,
  { now, watchedSeconds }: { readonly now: EpochMs; readonly watchedSeconds: number },
): Counts {
  const newest = placements.latest(now, MAX_GLOBAL)
  const { total, byIncident } = counts(newest, at)
  const oldest = newest[MAX_GLOBAL - 1]
  if (oldest === undefined) return { total, byIncident }
  const spanSeconds = Math.max(1, Math.abs(at - oldest.startsAt) / 1000)
  const scale = Math.max(1, watchedSeconds / spanSeconds)
  return {
    total: total * scale,
    byIncident: new Map([...byIncident].map(([id, count]) => [id, count * scale])),
  }
}

/** What a placement counts: less the farther it is in time. */
function weightOf({ startsAt }: Pick<Placement, 'startsAt'>, at: EpochMs): number {
  return Math.exp(-Math.abs(at - startsAt) / RATE_TAU_MS)
}

/** Placements decayed by their distance in time, in all and per incident, summed in their order. */
function counts(list: readonly Placement[], at: EpochMs): Counts {
  let total = 0
  const byIncident = new Map<string, number>()
  for (const { startsAt, incident } of list) {
    const weight = weightOf({ startsAt }, at)
    total += weight
    byIncident.set(incident, (byIncident.get(incident) ?? 0) + weight)
  }
  return { total, byIncident }
}
