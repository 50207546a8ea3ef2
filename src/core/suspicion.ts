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
}

export interface SuspicionInput {
  readonly changes: readonly Change[]
  /** First start among the alerts of the incident. */
  readonly firstAlertAt: EpochMs
  /** CIs with alerts of the incident. */
  readonly cis: ReadonlySet<string>
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

/** Words by which deploy tools say that a change did not end well, in its labels. */
const FAILED = /^(failed|failure|error|errored|degraded|rolled[ _-]?back|aborted|unstable)$/i
const OUTCOME_LABELS = ['status', 'outcome', 'result', 'health', 'conclusion'] as const

/** The changes, the most suspect first, ties by id. Pure; O(changes × CIs). */
export function suspectChanges(input: SuspicionInput): readonly Suspected[] {
  return input.changes
    .map((change) => {
      const reasons = [
        timeOf(change, input),
        placeOf(change, input),
        ...causeOf(change, input),
        ...outcomeOf(change),
        ...pastOf(change, input),
      ]
      const suspicion = reasons.reduce((sum, { x, w }) => sum + x * w, 0)
      return { change, suspicion, reasons }
    })
    .sort((a, b) => b.suspicion - a.suspicion || compare(a.change.id, b.change.id))
}

function timeOf({ startsAt, endsAt }: Change, { firstAlertAt }: SuspicionInput): Term {
  const isOver = endsAt !== null && endsAt <= firstAlertAt
  const ageMs = Math.max(0, firstAlertAt - (isOver ? endsAt : startsAt))
  const inputs = { ageMs, over: isOver ? 'yes' : 'no' }
  if (startsAt > firstAlertAt + LEAD_MS)
    return term('time', AFTER_POINTS, { inputs, note: 'began after the first alert' })
  const factor = isOver && ageMs > LONG_OVER_MS ? 0.5 : 1
  const x = TIME_POINTS * factor * Math.exp(-ageMs / DECAY_MS)
  const when = ageMs < MINUTE ? 'just before' : `${Math.round(ageMs / MINUTE)} min before`
  const what = isOver ? 'ended' : 'began'
  return term('time', x, { inputs, note: `${what} ${when} the first alert` })
}

function placeOf({ cis }: Change, { cis: alerting, topology }: SuspicionInput): Term {
  let hops = Number.POSITIVE_INFINITY
  let nearest = ''
  for (const ci of cis)
    for (const one of alerting) {
      const far = ci === one ? 0 : (topology.between(ci, one)?.hops ?? Number.POSITIVE_INFINITY)
      if (far < hops || (far === hops && compare(one, nearest) < 0)) [hops, nearest] = [far, one]
    }
  const name = topology.items.get(nearest)?.name ?? nearest
  const inputs = { hops: Number.isFinite(hops) ? hops : -1, ci: nearest }
  const x = NEAR_POINTS[hops] ?? 0
  if (hops === 0) return term('place', x, { inputs, note: `on ${name}, which has alerts` })
  if (x === 0) return term('place', 0, { inputs, note: 'on nothing near its alerts' })
  const far = hops === 1 ? 'one relation' : `${hops} relations`
  return term('place', x, { inputs, note: `${far} from ${name}, which has alerts` })
}

function causeOf({ cis }: Change, { cause, topology }: SuspicionInput): readonly Term[] {
  if (cause === null || !cis.includes(cause)) return []
  const note = `on ${topology.items.get(cause)?.name ?? cause}, the likely cause`
  return [term('cause', CAUSE_POINTS, { inputs: { ci: cause }, note })]
}

function outcomeOf({ labels }: Change): readonly Term[] {
  for (const label of OUTCOME_LABELS) {
    const said = labels[label]
    if (said === undefined || !FAILED.test(said)) continue
    const inputs = { label, said }
    return [term('outcome', FAILED_POINTS, { inputs, note: `its tool says ${label} ${said}` })]
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
  const note = `${known.blamed} of ${known.seen} changes of its kind (${changeKind}) were to blame before`
  return [term('past', bounded, { inputs: { ...known }, note })]
}

function term(
  name: string,
  x: number,
  { inputs, note }: { readonly inputs: Term['inputs']; readonly note: string },
): Term {
  return { name, x, w: 1, inputs, note }
}
