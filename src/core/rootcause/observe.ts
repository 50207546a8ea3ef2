/** From members of an incident to distinct observations: what shows where, and how much it counts. */
import type { Ci, Labels } from '../model.ts'
import { compare, type Topology } from '../topology.ts'
import type { CauseSettings } from './settings.ts'
import { callEnds, type SymptomKind, symptomOf } from './symptoms.ts'
import type { CauseMember } from './types.ts'

/** One kind of alert on one CI (or on one call into it), however many members say so. */
export interface Observation {
  /** The CI that shows the symptom: of a call, the one that is called. */
  readonly focus: string
  /** Of a call, the CI that calls, where it is known. */
  readonly caller: string | null
  readonly kind: SymptomKind
  readonly signature: string
  /** Members as their ids, sorted. */
  readonly members: readonly string[]
  /** Highest surprise among the members, 0 … 12. */
  readonly surprise: number
  /** 0 … 1. */
  readonly weight: number
}

const HALF = 0.5

export function observationsOf(
  members: readonly CauseMember[],
  topology: Topology,
  settings: CauseSettings,
): readonly Observation[] {
  const groups = new Map<
    string,
    { first: Omit<Observation, 'members' | 'weight'>; ids: string[]; suppressed: boolean }
  >()
  for (const member of members) {
    const placed = place(member, topology)
    if (placed === undefined) continue
    const key = [placed.focus, placed.caller ?? '', member.signature].join('\u0000')
    const group = groups.get(key)
    if (group === undefined) {
      groups.set(key, {
        first: { ...placed, signature: member.signature, surprise: member.surprise },
        ids: [member.id],
        suppressed: member.suppressed,
      })
      continue
    }
    group.ids.push(member.id)
    group.suppressed &&= member.suppressed
    group.first = { ...group.first, surprise: Math.max(group.first.surprise, member.surprise) }
  }
  const found = [...groups.entries()].sort(([a], [b]) => compare(a, b)).map(([, group]) => group)
  const repeats = new Map<string, number>()
  return found.map(({ first, ids, suppressed }) => {
    const same = `${first.focus}\u0000${first.signature}`
    const before = repeats.get(same) ?? 0
    repeats.set(same, before + 1)
    const strength = Math.min(first.surprise, settings.fullSurprise) / settings.fullSurprise
    const weight = strength * settings.repeat ** before * (suppressed ? HALF : 1)
    return { ...first, members: ids.sort(compare), weight }
  })
}

function place(
  member: CauseMember,
  topology: Topology,
): { focus: string; caller: string | null; kind: SymptomKind } | undefined {
  const kind = symptomOf(member.rule)
  const ends = callEnds(member.labels)
  if (ends !== undefined) {
    const near = { bound: member.ci, labels: member.labels, topology }
    const callee = resolve(ends.callee, near)
    const caller = resolve(ends.caller, near)
    if (callee !== undefined && callee !== caller)
      return { focus: callee, caller: caller ?? null, kind: kind === 'other' ? 'failure' : kind }
  }
  if (member.ci === null || !topology.items.has(member.ci)) return undefined
  return { focus: member.ci, caller: null, kind }
}

/** The CI a call label means: the bound one or one near it first, then one of the same namespace. */
function resolve(
  name: string,
  { bound, labels, topology }: { bound: string | null; labels: Labels; topology: Topology },
): string | undefined {
  const named = topology.named(name).filter((ci) => ci.status !== 'retired')
  if (named.length === 0) return undefined
  const rank = (ci: Ci): number => {
    if (ci.id === bound) return 0
    if (bound !== null && topology.between(bound, ci.id) !== undefined) return 1
    const namespace = labels['namespace']
    return namespace !== undefined && ci.labels['namespace'] === namespace ? 2 : 3
  }
  const [best, second] = named
    .map((ci) => ({ id: ci.id, rank: rank(ci) }))
    .sort((a, b) => a.rank - b.rank || compare(a.id, b.id))
  if (best === undefined) return undefined
  return best.rank === 3 && second !== undefined ? undefined : best.id
}
