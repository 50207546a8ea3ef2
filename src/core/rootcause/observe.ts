/**
 * From the members of an incident to distinct observations: what shows on which CI, and how much it
 * counts. A hundred alerts of one kind on one CI are one observation.
 */
import type { Ci } from '../model.ts'
import type { EpochMs } from '../time.ts'
import { compare, type Topology } from '../topology.ts'
import { callEnds, type SymptomKind, symptomOf } from './symptoms.ts'
import type { CauseMember } from './types.ts'

/** One kind of alert on one CI, or on one call into it, however many members say so. */
export interface Observation {
  /** The CI that shows the symptom; of a call, the one that is called. */
  readonly focus: string
  /** Of a call, the CI that calls, where it is known. */
  readonly caller: string | null
  readonly kind: SymptomKind
  readonly rule: string
  /** Ids of the members, sorted. */
  readonly members: readonly string[]
  /** First start among the members. */
  readonly startsAt: EpochMs
  /** Highest surprise among the members, 0 … 12, three decimals. */
  readonly surprise: number
  /** How much it counts, 0 … 1, three decimals. */
  readonly share: number
}

/** Beyond this surprise an alert counts in full: unusual is unusual. */
const FULL_SURPRISE = 4
/** Each further observation of one kind of symptom on one CI says half as much as the one before. */
const REPEAT = 0.5
/** And of any kind on one CI, by this part: one fault of it shows in many ways. */
const SAME_CI = 0.9
/** Suppressed alerts, and those of no severity, count half. */
const WEAK = 0.5

interface Draft {
  readonly focus: string
  readonly caller: string | null
  readonly kind: SymptomKind
  readonly rule: string
  readonly ids: string[]
  startsAt: EpochMs
  surprise: number
  weak: boolean
}

/** Observations, most surprising first, ties by CI, rule and caller. O(members × log members). */
export function observationsOf(
  members: readonly CauseMember[],
  topology: Topology,
): readonly Observation[] {
  const drafts = new Map<string, Draft>()
  for (const member of members) {
    const place = placeOf(member, topology)
    if (place === undefined) continue
    const key = [place.focus, place.caller ?? '', member.signature].join('\u0000')
    const weak = member.suppressed || member.severity === 'info' || member.severity === 'none'
    const draft = drafts.get(key)
    if (draft === undefined) {
      const { rule, surprise, startsAt, id } = member
      drafts.set(key, { ...place, rule, ids: [id], startsAt, surprise, weak })
    } else {
      draft.ids.push(member.id)
      draft.startsAt = Math.min(draft.startsAt, member.startsAt)
      draft.surprise = Math.max(draft.surprise, member.surprise)
      draft.weak &&= weak
    }
  }
  return weigh([...drafts].sort(byDraft).map(([, draft]) => draft))
}

function byDraft([keyA, a]: readonly [string, Draft], [keyB, b]: readonly [string, Draft]): number {
  return b.surprise - a.surprise || compare(keyA, keyB)
}

function weigh(drafts: readonly Draft[]): readonly Observation[] {
  const repeats = new Map<string, number>()
  const onCi = new Map<string, number>()
  return drafts.map(({ focus, caller, kind, rule, ids, startsAt, surprise, weak }) => {
    const same = `${kind} ${focus}`
    const before = repeats.get(same) ?? 0
    repeats.set(same, before + 1)
    const seen = onCi.get(focus) ?? 0
    onCi.set(focus, seen + 1)
    const strength = Math.min(1, Math.max(0, surprise) / FULL_SURPRISE)
    const share = strength * REPEAT ** before * SAME_CI ** seen * (weak ? WEAK : 1)
    return {
      focus,
      caller,
      kind,
      rule,
      members: ids.sort(compare),
      startsAt,
      surprise: round3(surprise),
      share: round3(share),
    }
  })
}

/** Inputs of terms are kept short, so they are rounded before anything is computed from them. */
export function round3(x: number): number {
  return Math.round(x * 1000) / 1000
}

interface Place {
  readonly focus: string
  readonly caller: string | null
  readonly kind: SymptomKind
}

function placeOf(member: CauseMember, topology: Topology): Place | undefined {
  const kind = symptomOf(member.rule)
  const ends = callEnds(member.labels)
  if (ends !== undefined) {
    const callee = resolve(ends.callee, member, topology)
    const caller = resolve(ends.caller, member, topology)
    if (callee !== undefined && callee !== caller)
      return { focus: callee, caller: caller ?? null, kind: kind === 'other' ? 'failure' : kind }
  }
  if (member.ci === null || !topology.items.has(member.ci)) return undefined
  return { focus: member.ci, caller: null, kind }
}

/**
 * The CI that a call label names: the one the alert is bound to, else one near that, else one of the
 * same namespace. An exact name goes before one that differs in case; a tie names none.
 */
function resolve(name: string, member: CauseMember, topology: Topology): string | undefined {
  const bound = member.ci
  const namespace = member.labels['namespace']
  const distance = (ci: Ci): number => {
    if (ci.id === bound) return 0
    if (bound !== null && topology.between(bound, ci.id) !== undefined) return 1
    return namespace !== undefined && ci.labels['namespace'] === namespace ? 2 : 3
  }
  const [best, second] = topology
    .named(name)
    .filter((ci) => ci.status !== 'retired')
    .map((ci) => ({ id: ci.id, rank: distance(ci) * 2 + (ci.name === name ? 0 : 1) }))
    .sort((a, b) => a.rank - b.rank || compare(a.id, b.id))
  return best === undefined || best.rank === second?.rank ? undefined : best.id
}
