/**
 * An incident on the topology: where its alerts are, the paths that joined them, the candidates for
 * the root cause, and what is directly related and stayed silent.
 */
import type { RootCauseResult } from '../../core/evidence.ts'
import { pathsFrom } from '../../core/rootcause/paths.ts'
import type { State } from '../../core/state.ts'
import { compare, type Topology } from '../../core/topology.ts'
import type { JoinRow, OtherRow } from '../../store/members.ts'
import type { IncidentGraph } from '../schemas/graph.ts'

/** CIs with alerts that are drawn: those of the candidates, then those with most alerts. */
const MAX_ALERTING = 80
const MAX_JOINS = 200
/** A candidate below this says nothing in a picture. */
const LEAST_WEIGHT = 0.05
/** Causes whose paths to the alerts are told, and CIs on paths of any kind. */
const MAX_EXPLAINED = 5
const MAX_BETWEEN = 120
/** CIs beside the incident that are drawn, and how many of them beside one CI. */
const MAX_NEAR_NODES = 24
const MAX_NEAR_ONE = 6

export interface GraphInput {
  readonly id: string
  readonly rootCause: RootCauseResult | null
  readonly confirmedCause: string | null
  readonly joins: readonly JoinRow[]
  readonly others: readonly OtherRow[]
}

interface Counts {
  alerts: number
  firing: number
  muted: number
}

const NONE: Counts = { alerts: 0, firing: 0, muted: 0 }

/** O(rows + alerts of the engine + relations of the CIs). Everything in a fixed order. */
export function graphOf(
  { topology, alerts, incidents }: Pick<State, 'topology' | 'alerts' | 'incidents'>,
  { id, rootCause, confirmedCause, joins: rows, others }: GraphInput,
): IncidentGraph {
  const counts = countsOf(rows)
  const candidates = rootCause === null || rootCause.abstained ? [] : rootCause.candidates
  const ranked = candidates.filter(({ weight }) => weight >= LEAST_WEIGHT)
  const causes = [
    ...new Set([
      ...(confirmedCause === null ? [] : [confirmedCause]),
      ...ranked.map(({ ci }) => ci),
    ]),
  ]
  const alerting = [...counts.keys()].sort(
    (a, b) =>
      Number(causes.includes(b)) - Number(causes.includes(a)) ||
      (counts.get(b)?.alerts ?? 0) - (counts.get(a)?.alerts ?? 0) ||
      compare(a, b),
  )
  const drawn = new Set([...causes, ...alerting.slice(0, MAX_ALERTING)])
  const joins = pathsOf(rows, topology)
  const isDrawn = ({ path: [from, ...rest] }: Join): boolean =>
    [from, rest.at(-1)].every((ci) => ci === undefined || drawn.has(ci))
  const between = new Set(
    joins.filter(isDrawn).flatMap(({ path }) => path.filter((ci) => !drawn.has(ci))),
  )
  const members = incidents.get(id)?.members
  const explained = causes.slice(0, MAX_EXPLAINED).flatMap((cause) => {
    const keys = candidates.find(({ ci }) => ci === cause)?.explains
    const cis = keys?.flatMap((key) => members?.get(key)?.ci ?? []) ?? alerting
    const targets = new Set(cis.filter((ci) => drawn.has(ci)))
    return [...pathsFrom(cause, targets, topology)].map(([to, path]) => ({
      ...{ cause, to, path: [...path] },
    }))
  })
  for (const { path } of explained)
    for (const ci of path) if (!drawn.has(ci) && between.size < MAX_BETWEEN) between.add(ci)
  const inside = [...drawn, ...[...between].sort(compare)]
  const near = nearOf(inside, topology)
  const elsewhere = firingElsewhere(alerts, id, new Set([...inside, ...near]))
  const node = (ci: string, other: 'between' | 'near'): IncidentGraph['nodes'][number] => {
    const item = topology.items.get(ci)
    const here = counts.get(ci) ?? NONE
    const rank = ranked.findIndex((candidate) => candidate.ci === ci)
    return {
      ci,
      name: item?.name ?? ci,
      class: item?.class ?? '',
      criticality: item?.criticality ?? null,
      status: item?.status ?? '',
      role: here.alerts > 0 ? 'alerting' : causes.includes(ci) ? 'cause' : other,
      ...here,
      cause: rank < 0 ? null : { rank: rank + 1, weight: ranked[rank]?.weight ?? 0 },
      confirmed: ci === confirmedCause,
      incidents: elsewhere.get(ci) ?? [],
    }
  }
  return {
    nodes: [...inside.map((ci) => node(ci, 'between')), ...near.map((ci) => node(ci, 'near'))],
    relations: relationsAmong([...inside, ...near], topology),
    joins: [...joins],
    explained: explained.filter(({ path }) => path.every((ci) => drawn.has(ci) || between.has(ci))),
    others: [...others],
    unbound: rows.reduce((sum, { from, alerts }) => sum + (from === '' ? alerts : 0), 0),
    leftOut: alerting.filter((ci) => !drawn.has(ci)).length,
  }
}

function countsOf(rows: readonly JoinRow[]): ReadonlyMap<string, Counts> {
  const counts = new Map<string, Counts>()
  for (const { from, alerts, firing, muted } of rows) {
    if (from === '') continue
    const here = counts.get(from) ?? { ...NONE }
    here.alerts += alerts
    here.firing += firing
    here.muted += muted
    counts.set(from, here)
  }
  return counts
}

type Join = IncidentGraph['joins'][number]

function pathsOf(rows: readonly JoinRow[], topology: Topology): readonly Join[] {
  return rows.slice(0, MAX_JOINS).map(({ method, by, alerts, p, title, because, ...row }) => {
    const [from, to] = [row.from || null, row.to || null]
    const path = pathBetween(from, to, topology)
    return { method, by, from, to, alerts, p, title, because: [...because], path }
  })
}

/** The path that the link between two CIs was scored with. */
function pathBetween(from: string | null, to: string | null, topology: Topology): string[] {
  if (from === null || to === null) return []
  const path: string[] = []
  for (let at = to; at !== from; ) {
    const near = topology.between(from, at)
    if (near === undefined) return []
    path.unshift(at)
    at = near.via
  }
  return [from, ...path]
}

/** Directly related CIs in operation: those beside what comes first first. */
function nearOf(inside: readonly string[], topology: Topology): readonly string[] {
  const known = new Set(inside)
  const near: string[] = []
  for (const ci of inside) {
    const beside = [...new Set(topology.edges(ci).map((edge) => edge.ci))]
      .filter((other) => !known.has(other) && topology.items.get(other)?.status !== 'retired')
      .slice(0, MAX_NEAR_ONE)
    for (const other of beside) {
      if (near.length === MAX_NEAR_NODES) return near
      known.add(other)
      near.push(other)
    }
  }
  return near
}

function firingElsewhere(
  alerts: State['alerts'],
  incident: string,
  cis: ReadonlySet<string>,
): ReadonlyMap<string, string[]> {
  const found = new Map<string, Set<string>>()
  for (const alert of alerts.values()) {
    const ci = alert.binding?.ci
    if (ci === undefined || alert.status !== 'firing' || !cis.has(ci)) continue
    if (alert.incident === null || alert.incident === incident) continue
    found.set(ci, (found.get(ci) ?? new Set()).add(alert.incident))
  }
  return new Map([...found].map(([ci, ids]) => [ci, [...ids].sort(compare).slice(0, 8)]))
}

/** Every relation of which both ends are among the CIs. */
export function relationsAmong(
  cis: readonly string[],
  topology: Topology,
): IncidentGraph['relations'] {
  const drawn = new Set(cis)
  return cis.flatMap((from) =>
    topology
      .edges(from)
      .filter((edge) => edge.towards === 'down' && drawn.has(edge.ci))
      .map((edge) => ({ from, type: edge.type, to: edge.ci })),
  )
}
