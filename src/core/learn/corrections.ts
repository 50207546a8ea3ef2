/**
 * Corrections: what people regrouped, with what the alerts were like. A constraint acts at once and ends
 * once it is of no use; a correction only waits for others like it, from which a rule may be proposed
 * (proposals.ts).
 *
 * Bounded as constraints are: so many in all and of one person, so many samples of each, so many facts
 * of an alert; old ones count no longer.
 */
import { isField } from '../facts.ts'
import type { Ci, Labels, Severity } from '../model.ts'
import type { Snapped } from '../table.ts'
import { DAY, type EpochMs } from '../time.ts'
import { compare } from '../topology.ts'

/** A correction counts for so long. */
export const CORRECTION_KEEP_MS = 180 * DAY
/** Corrections that are kept. */
export const MAX_CORRECTIONS = 1000
/** Of one person: a fifth of all. */
export const MAX_CORRECTIONS_PER_PERSON = MAX_CORRECTIONS / 5
/** Samples of one correction, for each relation. */
export const MAX_SAMPLES = 4
/** Judged links of one correction: so many that it says something of, and so many that it left. */
export const MAX_LINKS = 4
/** Labels of an alert, and of its CI, that are kept: the first by name. */
const MAX_LABELS = 24
/** A longer value says what happened, not where. */
const MAX_VALUE = 120

/** An alert that a person corrected, as a rule would see it. */
export interface Sample {
  readonly name: string
  /** Of its CI; `null`: unbound. */
  readonly ciClass: string | null
  readonly severity: Severity
  readonly startsAt: EpochMs
  /** Labels, and fields of the CI, by the names that rules have for them; none is empty. */
  readonly facts: Labels
}

export type CorrectionKind = 'merge' | 'split' | 'move' | 'dismiss' | 'confirm_cause'

/** What a correction says: of two alerts, or of one. `real` is the opposite of `noise`. */
export type Statement =
  | { readonly relation: 'together' | 'apart'; readonly a: Sample; readonly b: Sample }
  | { readonly relation: 'noise' | 'real'; readonly a: Sample }

/** A link that the score had judged, and whether the two are together once a person has corrected it. */
export interface JudgedLink {
  readonly together: boolean
  /** The person changed it; else they left it as it was, beside what they changed. */
  readonly said: boolean
  /** Value of each term as it was scored, by its name; what is absent is 0. */
  readonly x: Readonly<Record<string, number>>
}

export interface CorrectionState extends Snapped {
  /** Key of the regrouping, `<incident>/<number>`; `<incident>/cause` of a confirmed cause. */
  readonly id: string
  /** Rises with each. */
  readonly number: number
  readonly scope: string
  readonly kind: CorrectionKind
  readonly by: string
  readonly at: EpochMs
  /** The older of the two incidents, and the other one; the same where it is about one. */
  readonly incident: string
  readonly other: string
  /** Replaced, never changed. */
  said: readonly Statement[]
  /** Of regroupings; replaced, never changed. */
  links: readonly JudgedLink[]
}

/** A proposal that a person does not want. */
export interface DeclinedState extends Snapped {
  /** Id of the proposal. */
  readonly id: string
  readonly by: string
  readonly at: EpochMs
  readonly reason: string | null
  /** Its weight then: see proposals.ts. */
  readonly weight: number
}

/** Dismissals of proposals that are kept: the newest. */
export const MAX_DECLINED = 500

interface Sampled {
  readonly rule: string
  readonly severity: Severity
  readonly startsAt: EpochMs
  readonly labels: Labels
}

/**
 * The sample of an alert. Labels that tell replicas apart are no part of it, nor the name and the
 * severity, which have fields of their own.
 */
export function sampleOf(
  { rule, severity, startsAt, labels }: Sampled,
  {
    ci,
    service,
    dropLabels,
    scopeLabels,
  }: {
    readonly ci: Ci | null
    readonly service: string | null
    readonly dropLabels: readonly string[]
    /** Labels that tell correlation scopes apart: these are kept in any case. */
    readonly scopeLabels: readonly string[]
  },
): Sample {
  const left = new Set(['alertname', 'severity', ...dropLabels])
  const own = Object.entries(labels).filter(([name]) => !left.has(name) && !isField(name))
  const ofCi = Object.entries(ci?.labels ?? {}).map(([name, value]) => [`ci.label.${name}`, value])
  const fields = {
    'ci.id': ci?.id,
    'ci.environment': ci?.environment,
    'ci.owner': ci?.owner,
    'ci.service': service ?? undefined,
  }
  const scoped = scopeLabels.map((name) => [name, labels[name]] as const)
  const facts = [...scoped, ...firstOf(own), ...firstOf(ofCi), ...Object.entries(fields)].filter(
    (fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '',
  )
  const ciClass = ci?.class ?? null
  return { name: rule, ciClass, severity, startsAt, facts: Object.fromEntries(facts) }
}

function firstOf(labels: readonly (readonly string[])[]): [string, string][] {
  return labels
    .flatMap(([name = '', value = '']): [string, string][] =>
      name === '' || value === '' || value.length > MAX_VALUE ? [] : [[name, value]],
    )
    .sort(([a], [b]) => compare(a, b))
    .slice(0, MAX_LABELS)
}

/** Ids in the order in which incidents began: longer numbers are younger. */
export function older(a: string, b: string): readonly [string, string] {
  return a.length - b.length < 0 || (a.length === b.length && a <= b) ? [a, b] : [b, a]
}

/**
 * The correction that has to go before one of `by` may come, or `null`: the oldest of that person
 * where they have their share, else of whoever has most. O(corrections)
 */
export function oldestToForget(
  all: readonly Readonly<Pick<CorrectionState, 'id' | 'number' | 'by'>>[],
  by: string,
): string | null {
  const counts = new Map<string, number>()
  for (const one of all) counts.set(one.by, (counts.get(one.by) ?? 0) + 1)
  const isFull = (counts.get(by) ?? 0) >= MAX_CORRECTIONS_PER_PERSON
  if (!isFull && all.length < MAX_CORRECTIONS) return null
  const [most] = [...counts].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]))
  const whose = isFull ? by : most?.[0]
  const [oldest] = all.filter((one) => one.by === whose).sort((a, b) => a.number - b.number)
  return oldest?.id ?? null
}
