/** What a backtest came to, for people: figures of both runs and what differs, in bounded lists. */
import type { EpochMs } from '../time.ts'
import { compare } from '../topology.ts'
import { compareSides, type Difference, type Side } from './compare.ts'
import type { Course, Episode, RouteRef, Told } from './course.ts'
import type { Both } from './lockstep.ts'
import type { Dismissed, NotCarried } from './people.ts'
import { pairsOf, type Score, scorePairs } from './score.ts'

/** Entries of one list; `totals` counts all. */
export const MAX_LISTED = 500

export interface IncidentRef {
  /** In its own run: those before are the ones that people know. */
  readonly id: string
  readonly title: string
  readonly priority: Told['priority']
  readonly openedAt: EpochMs
  readonly alerts: number
}

export interface AlertRef {
  /** `<alert id>.<start>`, as before where it was there before. */
  readonly alert: string
  readonly title: string
  readonly startsAt: EpochMs
  readonly before: string | null
  readonly after: string | null
  /** What muted it in the run that did, `<kind>:<id>`. */
  readonly mutedBy: string | null
}

export interface RunFigures {
  /** Version of the rules at the end. */
  readonly rules: string
  /** Alert episodes that began in the range, and those of them that were muted at some time. */
  readonly alerts: number
  readonly muted: number
  /** Incidents that opened in the range, and those that people were told of. */
  readonly opened: number
  readonly notified: number
  readonly score: Score
}

export interface Report {
  readonly before: RunFigures
  readonly after: RunFigures
  /** Of every list below, before it was cut to its bound; and of what is as it was. */
  readonly totals: Readonly<
    Record<Exclude<keyof Difference, 'retimed'> | 'later' | 'earlier' | 'rerouted', number>
  >
  readonly merged: readonly {
    readonly before: readonly IncidentRef[]
    readonly after: IncidentRef
  }[]
  readonly split: readonly {
    readonly before: IncidentRef
    readonly after: readonly IncidentRef[]
  }[]
  readonly gone: readonly IncidentRef[]
  readonly fresh: readonly IncidentRef[]
  /** Opened later (`byMs` > 0) or earlier, what differs most first. */
  readonly retimed: readonly {
    readonly before: IncidentRef
    readonly after: IncidentRef
    readonly byMs: number
  }[]
  /** Incidents with a counterpart that went to another team or to other channels. */
  readonly rerouted: readonly {
    readonly before: IncidentRef
    readonly after: IncidentRef
    readonly from: RouteRef
    readonly to: RouteRef
  }[]
  readonly moved: readonly AlertRef[]
  readonly left: readonly AlertRef[]
  readonly joined: readonly AlertRef[]
  readonly muted: readonly AlertRef[]
  readonly unmuted: readonly AlertRef[]
  readonly onlyBefore: readonly AlertRef[]
  readonly onlyAfter: readonly AlertRef[]
  readonly people: {
    /** Commands in the range; those done under the other rules too; those that were so already. */
    readonly given: number
    readonly carried: number
    readonly held: number
    readonly notCarried: number
    readonly list: readonly NotCarried[]
    readonly dismissed: Dismissed
    /** Pairs that no figure counts, because one correction moved so many alerts. */
    readonly pairsLeftOut: number
  }
}

/** @param from start of the range: what began before it is compared, but not counted */
export function reportOn(both: Both, from: EpochMs): Report {
  const before = lookAt(both.before)
  const after = lookAt(both.after)
  const difference = compareSides(before.side, after.side)
  const rerouted = reroutedOf(difference, before, after)
  const pairs = pairsOf(both.people.constraints())
  const score = ({ byKey }: Course): Score => scorePairs(pairs, (key) => byKey.get(key)?.placed)
  const { counts, notCarried } = both.people
  return {
    before: {
      rules: both.versions.before,
      ...figures(both.before, from),
      score: score(both.before),
    },
    after: { rules: both.versions.after, ...figures(both.after, from), score: score(both.after) },
    totals: { ...totalsOf(difference), rerouted: rerouted.length },
    ...incidentLists(difference, before, after),
    rerouted: cut(rerouted),
    ...alertLists(difference, both),
    people: {
      ...counts,
      notCarried: notCarried.length,
      list: notCarried.slice(0, MAX_LISTED),
      dismissed: both.people.dismissed(),
      pairsLeftOut: pairs.leftOut,
    },
  }
}

interface Looked {
  readonly side: Side
  readonly ref: (id: string) => IncidentRef
  readonly route: (id: string) => RouteRef
}

const NOWHERE: RouteRef = { team: null, channels: null, rules: [] }

function lookAt({ byKey, incidents }: Course): Looked {
  const opened = new Map<string, Told & { readonly openedAt: EpochMs }>()
  for (const incident of incidents.values()) {
    const { openedAt } = incident
    if (openedAt !== null) opened.set(incident.id, { ...incident, openedAt })
  }
  const sizes = new Map<string, number>()
  for (const { incident } of byKey.values())
    if (incident !== null) sizes.set(incident, (sizes.get(incident) ?? 0) + 1)
  return {
    side: { episodes: byKey, incidents: opened },
    ref: (id) => {
      const known = opened.get(id)
      return {
        id,
        title: known?.title ?? id,
        priority: known?.priority ?? 5,
        openedAt: known?.openedAt ?? 0,
        alerts: sizes.get(id) ?? 0,
      }
    },
    route: (id) => opened.get(id)?.goes ?? NOWHERE,
  }
}

function figures({ byKey, incidents }: Course, from: EpochMs): Omit<RunFigures, 'rules' | 'score'> {
  const counts = { alerts: 0, muted: 0, opened: 0, notified: 0 }
  for (const { startsAt, mutedBy } of byKey.values()) {
    if (startsAt < from) continue
    counts.alerts += 1
    if (mutedBy !== null) counts.muted += 1
  }
  for (const { openedAt, notifiedAt } of incidents.values()) {
    if (openedAt !== null && openedAt >= from) counts.opened += 1
    if (notifiedAt !== null && notifiedAt >= from) counts.notified += 1
  }
  return counts
}

function reroutedOf({ kept }: Difference, before: Looked, after: Looked): Report['rerouted'] {
  const goesTo = ({ team, channels }: RouteRef): string =>
    JSON.stringify([team, channels === null ? null : [...channels].sort(compare)])
  return kept.flatMap((pair) => {
    const [from, to] = [before.route(pair.before), after.route(pair.after)]
    if (goesTo(from) === goesTo(to)) return []
    return [{ before: before.ref(pair.before), after: after.ref(pair.after), from, to }]
  })
}

function totalsOf(difference: Difference): Omit<Report['totals'], 'rerouted'> {
  const { retimed, ...lists } = difference
  const later = retimed.filter(({ byMs }) => byMs > 0).length
  return {
    kept: lists.kept.length,
    merged: lists.merged.length,
    split: lists.split.length,
    gone: lists.gone.length,
    fresh: lists.fresh.length,
    ...{ later, earlier: retimed.length - later },
    moved: lists.moved.length,
    left: lists.left.length,
    joined: lists.joined.length,
    muted: lists.muted.length,
    unmuted: lists.unmuted.length,
    onlyBefore: lists.onlyBefore.length,
    onlyAfter: lists.onlyAfter.length,
  }
}

type IncidentLists = Pick<Report, 'merged' | 'split' | 'gone' | 'fresh' | 'retimed'>

function incidentLists(difference: Difference, before: Looked, after: Looked): IncidentLists {
  const { merged, split, gone, fresh, retimed } = difference
  return {
    merged: cut(merged).map((one) => ({
      before: cut(one.before).map(before.ref),
      after: after.ref(one.after),
    })),
    split: cut(split).map((one) => ({
      before: before.ref(one.before),
      after: cut(one.after).map(after.ref),
    })),
    gone: cut(gone).map(before.ref),
    fresh: cut(fresh).map(after.ref),
    retimed: cut([...retimed].sort((a, b) => Math.abs(b.byMs) - Math.abs(a.byMs))).map((one) => ({
      before: before.ref(one.before),
      after: after.ref(one.after),
      byMs: one.byMs,
    })),
  }
}

type AlertLists = Pick<
  Report,
  'moved' | 'left' | 'joined' | 'muted' | 'unmuted' | 'onlyBefore' | 'onlyAfter'
>

function alertLists(difference: Difference, { before, after }: Both): AlertLists {
  const refs = (keys: readonly string[]): AlertRef[] =>
    cut(keys).flatMap((key) => {
      const one = before.byKey.get(key)
      const other = after.byKey.get(key)
      const known = one ?? other
      return known === undefined ? [] : [alertRef(known, one, other)]
    })
  return {
    moved: refs(difference.moved),
    left: refs(difference.left),
    joined: refs(difference.joined),
    muted: refs(difference.muted),
    unmuted: refs(difference.unmuted),
    onlyBefore: refs(difference.onlyBefore),
    onlyAfter: refs(difference.onlyAfter),
  }
}

function alertRef(
  { alert, title, startsAt }: Episode,
  before: Episode | undefined,
  after: Episode | undefined,
): AlertRef {
  return {
    ...{ alert, title, startsAt },
    before: before?.incident ?? null,
    after: after?.incident ?? null,
    mutedBy: after?.mutedBy ?? before?.mutedBy ?? null,
  }
}

function cut<T>(list: readonly T[]): readonly T[] {
  return list.slice(0, MAX_LISTED)
}
