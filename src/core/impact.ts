/**
 * Impact of an incident in services: which of them are hurt now and which will be when the fault goes on
 * spreading, how critical they are, whose they are, and how it gets there.
 */
import type { Severity } from './model.ts'
import { isService } from './service-class.ts'
import { type Reached, spreadFrom, wayTo } from './spread.ts'
import { compare, type Topology } from './topology.ts'

export interface HurtService {
  /** Id of the CI; where alerts only name a service that the CMDB does not know, that name. */
  readonly ci: string
  readonly name: string
  /** 1 (most critical) to 4; `null`: nobody said. */
  readonly criticality: 1 | 2 | 3 | 4 | null
  readonly owner: string | null
  readonly environment: string | null
  /** From a CI at fault to the service; the service alone where an alert names it. */
  readonly path: readonly string[]
}

/** What an incident hurts. Lists have the most critical first, then the nearest, at most MAX_LISTED. */
export interface Impact {
  readonly now: readonly HurtService[]
  readonly downstream: readonly HurtService[]
  /** How many there are, listed or not. */
  readonly nowCount: number
  readonly downstreamCount: number
  /** Of all of them, sorted, at most MAX_LISTED each. */
  readonly owners: readonly string[]
  readonly environments: readonly string[]
  /** There may be more: the walk met its bounds, or only the most surprising alerts were looked at. */
  readonly cut: boolean
}

/** An alert of the incident, as far as it says what is hurt. */
export interface HurtBy {
  readonly ci: string | null
  /** The service it is about, a CI or only a name. */
  readonly service: string | null
  readonly severity: Severity
}

export interface ImpactInput {
  /** Unmuted alerts that fire. */
  readonly alerts: readonly HurtBy[]
  /** Whether these are only some of them. */
  readonly some: boolean
  /** What a person said is the cause: at fault, whether it alerts or not. */
  readonly confirmedCause: string | null
  readonly topology: Topology
}

export const MAX_LISTED = 25
/** What a CI that is down carries is hurt at once so far: a service on a machine on a host. */
const CARRIED_HOPS = 2

/**
 * Works out what is hurt. Now: services that an alert is about; and of a CI that is down (an alert of
 * it is `critical` or `error`, or it is the confirmed cause) what directly depends on it and what it
 * carries. Downstream: every other service that the fault can get to.
 *
 * Pure. O(alerts + CIs × degree) within the bounds of the walk.
 */
export function impactOf({ alerts, some, confirmedCause, topology }: ImpactInput): Impact {
  const cause = confirmedCause === null ? [] : [confirmedCause]
  const down = new Set([
    ...cause,
    ...alerts.flatMap(({ ci, severity }) => (ci !== null && isDown(severity) ? [ci] : [])),
  ])
  const atFault = new Set([...down, ...alerts.flatMap(({ ci }) => ci ?? [])])
  const near = spreadFrom(down, topology, CARRIED_HOPS)
  const spread = spreadFrom(atFault, topology)
  const now = new Set([
    ...alerts.flatMap(({ service }) => service ?? []),
    ...alerts.flatMap(({ ci }) => (ci !== null && isServiceCi(ci, topology) ? [ci] : [])),
    ...[...near.reached.values()].filter((one) => isHurtBy(one, topology)).map(({ ci }) => ci),
  ])
  const downstream = [...spread.reached.values()].filter(
    ({ ci }) => isServiceCi(ci, topology) && !now.has(ci),
  )
  const wayOf = (ci: string): readonly string[] => {
    const one = spread.reached.get(ci)
    return one === undefined ? [ci] : wayTo(one)
  }
  const hurt = (ci: string): HurtService => toHurt(ci, wayOf(ci), topology)
  const hurtNow = [...now].map(hurt).sort(byWeight)
  const hurtLater = downstream.map(({ ci }) => hurt(ci)).sort(byWeight)
  const all = [...hurtNow, ...hurtLater]
  return {
    now: hurtNow.slice(0, MAX_LISTED),
    downstream: hurtLater.slice(0, MAX_LISTED),
    nowCount: hurtNow.length,
    downstreamCount: hurtLater.length,
    owners: namesOf(all.map(({ owner }) => owner)),
    environments: namesOf(all.map(({ environment }) => environment)),
    cut: some || spread.cut,
  }
}

/** How critical a service is, in a word. */
const CRITICALITY = { 1: 'critical', 2: 'high', 3: 'medium', 4: 'low' } as const

/**
 * One line for people: `checkout (critical), basket (high) and 2 more, 3 downstream`.
 *
 * @returns `null` where no service is hurt
 */
export function impactLine({ now, nowCount, downstreamCount }: Impact, named = 3): string | null {
  const names = now
    .slice(0, named)
    .map(({ name, criticality }) =>
      criticality === null ? name : `${name} (${CRITICALITY[criticality]})`,
    )
  const more =
    nowCount > names.length && names.length > 0 ? ` and ${nowCount - names.length} more` : ''
  const later = downstreamCount === 0 ? [] : [`${downstreamCount} downstream`]
  const parts = [...(names.length === 0 ? [] : [names.join(', ') + more]), ...later]
  return parts.length === 0 ? null : parts.join(', ')
}

function isDown(severity: Severity): boolean {
  return severity === 'critical' || severity === 'error'
}

function isHurtBy({ ci, hops, calls, viaGroup }: Reached, topology: Topology): boolean {
  return isServiceCi(ci, topology) && (hops === 1 || (calls === 0 && !viaGroup))
}

function isServiceCi(ci: string, { items }: Topology): boolean {
  return isService(items.get(ci)?.class ?? '')
}

function toHurt(ci: string, path: readonly string[], { items }: Topology): HurtService {
  const item = items.get(ci)
  return {
    ci,
    name: item?.name ?? ci,
    criticality: item?.criticality ?? null,
    owner: item?.owner ?? null,
    environment: item?.environment ?? null,
    path,
  }
}

/** Unknown criticality counts as the least. */
function byWeight(a: HurtService, b: HurtService): number {
  return (
    (a.criticality ?? 5) - (b.criticality ?? 5) ||
    a.path.length - b.path.length ||
    compare(a.ci, b.ci)
  )
}

function namesOf(all: readonly (string | null)[]): readonly string[] {
  const names = new Set(all.filter((name) => name !== null && name !== ''))
  return [...names]
    .flatMap((name) => name ?? [])
    .sort(compare)
    .slice(0, MAX_LISTED)
}
