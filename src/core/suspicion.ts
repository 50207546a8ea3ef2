/**
 * How suspect a change near an incident is: by when and where it was, by how it ended, and by how
 * often changes of its kind were to blame before. Log-odds beside an unknown change; terms add up.
 */
import type { Term } from './evidence.ts'
import type { Change } from './model.ts'
import { type EpochMs, HOUR, MINUTE } from './time.ts'
import { compare, type Topology } from './topology.ts'

/** What is known of changes of one kind. */
export interface PastOfKind {
  /** Changes of the kind. */
  readonly seen: number
  /** Those of them that touched what a person confirmed as the cause of an incident near them. */
  readonly blamed: number
  /** Others of the kind whose tool says how they ended … */
  readonly ended: number
  /** … and those of them that failed or were backed out. */
  readonly failed: number
}

export interface SuspicionInput {
  readonly changes: readonly Change[]
  /** First start among the alerts of the incident. */
  readonly firstAlertAt: EpochMs
  /** CIs with alerts of the incident, each with the first start among its own. */
  readonly firstAlerts: ReadonlyMap<string, EpochMs>
  /** The confirmed cause, or the first-ranked one where something stands out. */
  readonly cause: string | null
  readonly topology: Topology
  /** By kind of change. */
  readonly past: ReadonlyMap<string, PastOfKind>
}

export interface Suspected {
  readonly change: Change
  /** Sum of the terms. */
  readonly suspicion: number
  readonly reasons: readonly Term[]
}

/** At once before the first alert; falls to 1/e in DECAY_MS. */
const TIME_POINTS = 2
const DECAY_MS = 30 * MINUTE
/** It ended without a word of failure, long before: it would have shown sooner. */
const LONG_OVER_MS = HOUR
/** A report may come a little after the first alert of what it reports. */
const LEAD_MS = MINUTE
const AFTER_POINTS = -2
/** On a CI with alerts, one relation away, two; farther it says nothing. */
const NEAR_POINTS = [1.5, 1, 0.5] as const
const CAUSE_POINTS = 1.5
const FAILED_POINTS = 1
/** Pseudo-counts: of five unknown changes one is to blame, among those near an incident. */
const PRIOR_BLAMED = 1
const PRIOR_SEEN = 5
const PAST_BOUND = 1.5
/** Of ten changes one fails. */
const PRIOR_FAILED = 1
const PRIOR_ENDED = 10
/** That changes of a kind go well says less than that they fail. */
const FAILURES_BOUNDS = [-0.5, 1] as const

/** Words by which tools say how a change ended, whole and in any case, in RE2. */
export const OUTCOME_WORDS = {
  failed:
    '^(failed|failure|error|errored|degraded|rolled[ _-]?back|backed[ _-]?out|aborted|unstable|unsuccessful)$',
  succeeded: '^(success|succeeded|successful|successful_issues|completed|healthy|passed)$',
} as const
/** The labels of a change that they are in. */
export const OUTCOME_LABELS = ['status', 'outcome', 'result', 'health', 'conclusion'] as const

const FAILED = new RegExp(OUTCOME_WORDS.failed, 'i')
const SUCCEEDED = new RegExp(OUTCOME_WORDS.succeeded, 'i')

/** The changes, the most suspect first, ties by id. Pure; O(changes × CIs). */
export function suspectChanges(input: SuspicionInput): readonly Suspected[] {
  return input.changes
    .map((change) => {
      const near = nearTo(change, input)
      const reasons = [
        timeOf(change, firstNear(near, input)),
        placeOf(near, input),
        ...causeOf(change, input),
        ...outcomeOf(change),
        ...pastOf(change, input),
        ...failuresOf(change, input),
      ]
      const suspicion = reasons.reduce((sum, { x, w }) => sum + x * w, 0)
      return { change, suspicion, reasons }
    })
    .sort((a, b) => b.suspicion - a.suspicion || compare(a.change.id, b.change.id))
}

/** A CI with alerts in reach of a change, and the relations between it and the change's nearest CI. */
interface NearCi {
  readonly ci: string
  readonly hops: number
}

/** CIs with alerts that the change may have touched, nearest first. */
function nearTo({ cis }: Change, { firstAlerts, topology }: SuspicionInput): readonly NearCi[] {
  const found: NearCi[] = []
  for (const one of firstAlerts.keys()) {
    const far = cis.map((ci) => (ci === one ? 0 : topology.between(ci, one)?.hops))
    const hops = Math.min(...far.map((known) => known ?? Number.POSITIVE_INFINITY))
    if (hops < NEAR_POINTS.length) found.push({ ci: one, hops })
  }
  return found.sort((a, b) => a.hops - b.hops || compare(a.ci, b.ci))
}

interface FirstAlert {
  readonly at: EpochMs
  /** Name of its CI; `null`: nothing is in reach, so it is the first of the incident. */
  readonly on: string | null
}

/** The alert that a change has to be before: what began elsewhere earlier says nothing of it. */
function firstNear(
  near: readonly NearCi[],
  { firstAlertAt, firstAlerts, topology }: SuspicionInput,
): FirstAlert {
  let first: FirstAlert | null = null
  for (const { ci } of near) {
    const at = firstAlerts.get(ci) ?? firstAlertAt
    if (first === null || at < first.at) first = { at, on: topology.items.get(ci)?.name ?? ci }
  }
  return first ?? { at: firstAlertAt, on: null }
}

function timeOf({ startsAt, endsAt }: Change, { at, on }: FirstAlert): Term {
  const isOver = endsAt !== null && endsAt <= at
  const ageMs = Math.max(0, at - (isOver ? endsAt : startsAt))
  const inputs = { ageMs, over: isOver ? 'yes' : 'no', ...(on === null ? {} : { on }) }
  const alert = on === null ? 'the first alert' : `the first alert in its reach, on ${on}`
  if (startsAt > at + LEAD_MS)
    return term('time', AFTER_POINTS, { inputs, note: `began after ${alert}` })
  const factor = isOver && ageMs > LONG_OVER_MS ? 0.5 : 1
  const x = TIME_POINTS * factor * Math.exp(-ageMs / DECAY_MS)
  const when = ageMs < MINUTE ? 'just before' : `${Math.round(ageMs / MINUTE)} min before`
  const what = isOver ? 'ended' : 'began'
  return term('time', x, { inputs, note: `${what} ${when} ${alert}` })
}

function placeOf([nearest]: readonly NearCi[], { topology }: SuspicionInput): Term {
  if (nearest === undefined)
    return term('place', 0, { inputs: { hops: -1, ci: '' }, note: 'on nothing near its alerts' })
  const { ci, hops } = nearest
  const name = topology.items.get(ci)?.name ?? ci
  const inputs = { hops, ci }
  const x = NEAR_POINTS[hops] ?? 0
  if (hops === 0) return term('place', x, { inputs, note: `on ${name}, which has alerts` })
  const far = hops === 1 ? 'one relation' : `${hops} relations`
  return term('place', x, { inputs, note: `${far} from ${name}, which has alerts` })
}

function causeOf({ cis }: Change, { cause, topology }: SuspicionInput): readonly Term[] {
  if (cause === null || !cis.includes(cause)) return []
  const note = `on ${topology.items.get(cause)?.name ?? cause}, the likely cause`
  return [term('cause', CAUSE_POINTS, { inputs: { ci: cause }, note })]
}

/** That a tool counts a change as successful says little of what it broke, but people want to see it. */
function outcomeOf({ labels }: Change): readonly Term[] {
  for (const [pattern, x] of [[FAILED, FAILED_POINTS] as const, [SUCCEEDED, 0] as const])
    for (const label of OUTCOME_LABELS) {
      const said = labels[label]
      if (said === undefined || !pattern.test(said)) continue
      return [
        term('outcome', x, { inputs: { label, said }, note: `its tool says ${label} ${said}` }),
      ]
    }
  return []
}

/** ln of the smoothed share of blamed ones over that of an unknown kind. */
function pastOf({ changeKind }: Change, { past }: SuspicionInput): readonly Term[] {
  const known = past.get(changeKind)
  if (known === undefined || known.seen === 0) return []
  const share = (known.blamed + PRIOR_BLAMED) / (known.seen + PRIOR_SEEN)
  const x = Math.log(share / (PRIOR_BLAMED / PRIOR_SEEN))
  const bounded = Math.max(-PAST_BOUND, Math.min(PAST_BOUND, x))
  const { blamed, seen } = known
  const note = `${blamed} of ${seen} changes of its kind (${changeKind}) were to blame before`
  return [term('past', bounded, { inputs: { seen, blamed }, note })]
}

/** ln of the smoothed share of failed ones over that of an unknown kind. */
function failuresOf({ changeKind }: Change, { past }: SuspicionInput): readonly Term[] {
  const { ended = 0, failed = 0 } = past.get(changeKind) ?? {}
  if (ended === 0) return []
  const share = (failed + PRIOR_FAILED) / (ended + PRIOR_ENDED)
  const x = Math.log(share / (PRIOR_FAILED / PRIOR_ENDED))
  const [least, most] = FAILURES_BOUNDS
  const note = `${failed} of ${ended} other changes of its kind (${changeKind}) failed`
  return [term('failures', Math.max(least, Math.min(most, x)), { inputs: { ended, failed }, note })]
}

function term(
  name: string,
  x: number,
  { inputs, note }: { readonly inputs: Term['inputs']; readonly note: string },
): Term {
  return { name, x, w: 1, inputs, note }
}
