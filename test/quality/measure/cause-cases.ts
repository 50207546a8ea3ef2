/**
 * What root-cause ranking is asked about on a stream: every fault with the alerts of the engine's own
 * incident, with exactly its own alerts, two faults at once, and incidents in hours without a fault.
 */
import type { ItemOutcome } from '../../../src/core/engine/answers.ts'
import { Engine } from '../../../src/core/engine/engine.ts'
import { survivorOf } from '../../../src/core/engine/survivor.ts'
import type { Entry } from '../../../src/core/entry.ts'
import type { RootCauseResult } from '../../../src/core/evidence.ts'
import type { Change } from '../../../src/core/model.ts'
import type { CauseInput } from '../../../src/core/rootcause/types.ts'
import type { Seen } from '../../../src/core/roster.ts'
import { type EpochMs, HOUR, MINUTE } from '../../../src/core/time.ts'
import { loadCmdb, loadRules } from '../../../src/inputs.ts'
import { decode } from '../../../src/journey.ts'
import { shippedRules } from '../../../src/paths.ts'
import { readLine } from '../../../src/replay.ts'

export interface FaultTruth {
  readonly id: string
  readonly system: string
  readonly rootCauses: readonly string[]
}

/** A stream with its truth, in a form that made-up and recorded ones share. */
export interface CauseStream {
  readonly name: string
  /** File of the CMDB. */
  readonly cmdb: string
  /** Lines of the stream. */
  readonly lines: readonly string[]
  /** Faults whose cause the CMDB knows. */
  readonly faults: readonly FaultTruth[]
  /** The fault of the report, where it is of one; `undefined`: not in the truth. */
  readonly faultOf: (report: Report) => string | null | undefined
}

export interface Report {
  readonly line: string
  readonly index: number
  readonly fingerprint: string | null
  readonly startsAt: EpochMs | null
}

export interface CauseCase {
  readonly stream: string
  /** `muted`: exactly the fault's alerts, less those of its causes, as if those had never raised one. */
  readonly kind: 'own' | 'true' | 'muted' | 'pair' | 'quiet'
  /** The fault, or the incident of a quiet hour. */
  readonly id: string
  /** What is right, for each fault; empty where there is none. */
  readonly roots: readonly (readonly string[])[]
  /** No right cause raises an alert of the fault itself. */
  readonly silent: boolean
  readonly input: CauseInput
  /** As the engine ranked it, of its own incidents. */
  readonly ranked: RootCauseResult | null
  /** Of a quiet one: hours since the epoch. */
  readonly hour: number
}

export interface Cases {
  readonly cases: readonly CauseCase[]
  /** Hours in which something was heard and nothing was of a fault. */
  readonly quietHours: number
}

interface Watched {
  readonly engine: Engine
  readonly seen: Map<string, Seen>
  readonly homes: Map<string, string>
  readonly mergedInto: Map<string, string>
  readonly causes: Map<string, RootCauseResult | null>
  readonly openedAt: Map<string, EpochMs>
  readonly changes: Map<string, Change>
  readonly raisedAt: Map<string, EpochMs>
  /** Episode → fault, null for background. */
  readonly faults: Map<string, string | null>
}

const KEPT_MS = 2 * HOUR

/** Runs the engine over the stream and asks of every fault. */
export function causeCasesOf(stream: CauseStream): Cases {
  const watched = watch(stream)
  const members = new Map<string, string[]>()
  const own = new Map<string, string[]>()
  const homeOf = (key: string): string => {
    const home = watched.homes.get(key)
    return home === undefined ? '' : survivorOf(watched.mergedInto, home)
  }
  for (const key of watched.seen.keys()) {
    const fault = watched.faults.get(key) ?? null
    if (fault !== null) append(members, fault, key)
    append(own, homeOf(key), key)
  }
  const cases: CauseCase[] = []
  for (const fault of stream.faults) {
    const mine = members.get(fault.id) ?? []
    if (mine.length === 0) continue
    const shared = { stream: stream.name, id: fault.id, roots: [fault.rootCauses], hour: 0 }
    const silent = !mine.some((key) =>
      fault.rootCauses.includes(watched.seen.get(key)?.ci ?? 'none'),
    )
    const home = mostIn(mine.map(homeOf).filter((id) => id !== ''))
    cases.push({ ...shared, kind: 'true', silent, input: inputOf(mine, watched), ranked: null })
    cases.push(...mutedOf({ ...shared, silent, ranked: null }, mine, watched))
    if (home === undefined) continue
    const input = inputOf(own.get(home) ?? [], watched)
    cases.push({ ...shared, kind: 'own', silent, input, ranked: watched.causes.get(home) ?? null })
  }
  cases.push(...pairsOf(stream, members, watched))
  const hours = quietHoursOf(watched)
  for (const [id, openedAt] of watched.openedAt) {
    const hour = Math.floor(openedAt / HOUR)
    if (!hours.has(hour) || watched.mergedInto.has(id)) continue
    const input = inputOf(own.get(id) ?? [], watched)
    const ranked = watched.causes.get(id) ?? null
    cases.push({
      ...{ stream: stream.name, kind: 'quiet', id, roots: [], silent: false, input, ranked, hour },
    })
  }
  return { cases, quietHours: hours.size }
}

/** Of a fault whose cause raises alerts, what is left to go by where nobody watches the cause. */
function mutedOf(
  shared: Omit<CauseCase, 'kind' | 'input'>,
  keys: readonly string[],
  watched: Watched,
): CauseCase[] {
  const [roots = []] = shared.roots
  const isRoot = (ci: string | null): boolean => ci !== null && roots.includes(ci)
  const left = keys.filter((key) => !isRoot(watched.seen.get(key)?.ci ?? null))
  if (shared.silent || !left.some((key) => (watched.seen.get(key)?.ci ?? null) !== null)) return []
  const input = inputOf(left, watched)
  const monitored = (ci: string): boolean => !isRoot(ci) && input.monitored(ci)
  return [{ ...shared, kind: 'muted', silent: true, input: { ...input, monitored } }]
}

function append(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

function mostIn(ids: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0]
}

/** Faults that fire at one time, thrown together: what an incident that mixes them asks. */
function pairsOf(
  stream: CauseStream,
  members: ReadonlyMap<string, readonly string[]>,
  watched: Watched,
): CauseCase[] {
  const spans = stream.faults.flatMap((fault) => {
    const keys = members.get(fault.id) ?? []
    const starts = keys.map((key) => watched.seen.get(key)?.startsAt ?? 0)
    return keys.length === 0
      ? []
      : [{ fault, keys, first: Math.min(...starts), last: Math.max(...starts) }]
  })
  return spans.flatMap((a, i) =>
    spans.slice(i + 1).flatMap((b) => {
      if (a.first > b.last + MINUTE || b.first > a.last + MINUTE) return []
      const roots = [a.fault.rootCauses, b.fault.rootCauses]
      if (a.fault.rootCauses.some((ci) => b.fault.rootCauses.includes(ci))) return []
      const input = inputOf([...a.keys, ...b.keys], watched)
      const id = `${a.fault.id} ${b.fault.id}`
      return [
        {
          ...{ stream: stream.name, kind: 'pair' as const, id, roots, silent: false, input },
          ...{ ranked: null, hour: 0 },
        },
      ]
    }),
  )
}

function quietHoursOf({ seen, faults }: Watched): ReadonlySet<number> {
  const hours = new Map<number, boolean>()
  for (const [key, { startsAt }] of seen) {
    const hour = Math.floor(startsAt / HOUR)
    const fault = (faults.get(key) ?? null) !== null
    hours.set(hour, (hours.get(hour) ?? false) || fault)
  }
  return new Set([...hours].filter(([, fault]) => !fault).map(([hour]) => hour))
}

function inputOf(keys: readonly string[], watched: Watched): CauseInput {
  const members = keys.flatMap((key) => watched.seen.get(key) ?? [])
  const at = Math.max(...members.map(({ startsAt }) => startsAt)) + MINUTE
  return {
    at,
    members: members.map(({ key, ...rest }) => ({
      ...{ id: key, ci: rest.ci, signature: rest.signature, rule: rest.rule },
      ...{ severity: rest.severity, labels: rest.labels, surprise: rest.surprise },
      ...{ startsAt: rest.startsAt, suppressed: rest.suppressed },
    })),
    topology: watched.engine.state.topology,
    changes: [...watched.changes.values()].filter(
      ({ startsAt, endsAt }) => startsAt <= at && at - (endsAt ?? startsAt) <= KEPT_MS,
    ),
    confirmed: new Map(),
    monitored: (ci) => (watched.raisedAt.get(ci) ?? Number.POSITIVE_INFINITY) <= at,
  }
}

function watch(stream: CauseStream): Watched {
  const engine = new Engine()
  const watched: Watched = {
    ...{ engine, seen: new Map(), homes: new Map(), mergedInto: new Map(), causes: new Map() },
    ...{ openedAt: new Map(), changes: new Map(), raisedAt: new Map(), faults: new Map() },
  }
  let offset = 0
  const feed = (entry: Entry): readonly ItemOutcome[] => {
    offset += 1
    const applied = engine.apply({ offset, entry }, decode(entry, engine.state.rules))
    note(watched, applied)
    return applied.outcomes
  }
  stream.lines.forEach((text, n) => {
    const { entry, id } = readLine(text, n + 1)
    if (n === 0)
      for (const { toEntry } of [loadRules(shippedRules()), loadCmdb(stream.cmdb)])
        feed(toEntry(entry.at, 'default'))
    feed(entry).forEach(({ alert, fingerprint, startsAt }, index) => {
      if (alert === null || watched.faults.has(alert)) return
      const fault = stream.faultOf({ line: id ?? String(n + 1), index, fingerprint, startsAt })
      if (fault !== undefined) watched.faults.set(alert, fault)
    })
  })
  const at = engine.state.now + HOUR
  feed({ kind: 'time', at, scope: engine.state.scope })
  return watched
}

function note(watched: Watched, applied: ReturnType<Engine['apply']>): void {
  const { engine, seen, homes, raisedAt } = watched
  for (const change of applied.changes) watched.changes.set(change.id, change)
  for (const { id, mergedInto, rootCause, openedAt } of applied.incidents) {
    watched.causes.set(id, rootCause)
    if (mergedInto !== null) watched.mergedInto.set(id, mergedInto)
    if (openedAt !== null) watched.openedAt.set(id, openedAt)
  }
  for (const { id, episode, incident } of applied.alerts) {
    const key = `${id}.${episode}`
    if (incident === null) continue
    homes.set(key, incident)
    const member = engine.state.incidents.get(incident)?.members.get(key)
    if (member === undefined) continue
    seen.set(key, { ...member })
    if (member.ci !== null && !raisedAt.has(member.ci)) raisedAt.set(member.ci, member.startsAt)
  }
}
