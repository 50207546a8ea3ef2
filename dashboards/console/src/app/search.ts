/**
 * The filter of the list of incidents as it stands in its address. What is usual is left out; one
 * value stands by itself, several as a list. In memory it is the query of a view.
 */
import type { IncidentStatus, IncidentViewQuery, Severity } from '../api/schema.d.ts'
import { readRange } from '../ui/time-range.ts'

type Some<Value> = Value | readonly Value[]

export interface ListSearch {
  /** `open` unless given; `resolved`, `all`, or statuses with commas. */
  readonly status?: string
  readonly priority?: Some<number>
  readonly severity?: Some<string>
  readonly service?: Some<string>
  readonly owner?: Some<string>
  readonly team?: Some<string>
  readonly source?: Some<string>
  readonly rule?: Some<string>
  readonly ci?: Some<string>
  readonly acknowledged?: boolean
  readonly stale?: boolean
  readonly flapping?: boolean
  readonly edited?: boolean
  readonly q?: string
  readonly within?: string
  /** Bounds of when it began. */
  readonly from?: string
  readonly to?: string
  readonly sort?: Sort
}

export type Showing = 'open' | 'resolved' | 'all'
export type Sort = NonNullable<IncidentViewQuery['sort']>

export const SORTS: readonly Sort[] = ['newest', 'priority', 'activity', 'alerts']

const STATUSES: readonly IncidentStatus[] = ['provisional', 'open', 'resolved', 'closed', 'merged']
const GROUPS: Readonly<Record<Showing, readonly IncidentStatus[]>> = {
  open: ['provisional', 'open'],
  resolved: ['resolved', 'closed'],
  all: [],
}
const SEVERITIES: readonly Severity[] = ['critical', 'error', 'warning', 'info', 'unknown', 'none']
const PRIORITIES: readonly number[] = [1, 2, 3, 4, 5]

/** Conditions with any number of values of an open set. */
export const TEXTS = ['scope', 'service', 'owner', 'team', 'source', 'rule', 'ci'] as const
export type TextCondition = (typeof TEXTS)[number]
export const FLAGS = ['acknowledged', 'stale', 'flapping', 'edited'] as const

const WITHIN = /^[1-9]\d{0,4}[mhd]$/

function textsIn(value: unknown): string[] {
  return [value]
    .flat()
    .filter((one) => typeof one === 'string' || typeof one === 'number')
    .map(String)
    .filter((one) => one !== '')
}

/** Takes what an address holds; what does not fit is left out. */
export function readListSearch(given: Record<string, unknown>): ListSearch {
  return toSearch(fromAddress(given))
}

function fromAddress(given: Record<string, unknown>): IncidentViewQuery {
  const priority = textsIn(given['priority'])
    .map(Number)
    .filter((one) => PRIORITIES.includes(one))
  const severity = textsIn(given['severity']).flatMap((one) =>
    SEVERITIES.filter((name) => name === one),
  )
  const sort = SORTS.find((name) => name === given['sort'])
  const [q] = textsIn(given['q'])
  const [within] = textsIn(given['within'])
  const status = statusesIn(given['status'])
  return trimmed({
    ...(status.length === 0 ? {} : { status }),
    priority,
    severity,
    ...Object.fromEntries(TEXTS.map((name) => [name, textsIn(given[name])])),
    ...Object.fromEntries(
      FLAGS.flatMap((name) => (typeof given[name] === 'boolean' ? [[name, given[name]]] : [])),
    ),
    ...(q === undefined ? {} : { q }),
    ...(within !== undefined && WITHIN.test(within) ? { within } : {}),
    ...beganIn(given),
    ...(sort === undefined ? {} : { sort }),
  })
}

function beganIn(given: Record<string, unknown>): { readonly from?: string; readonly to?: string } {
  const { from, to } = readRange(given)
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}

function statusesIn(value: unknown): IncidentStatus[] {
  const names = textsIn(value).flatMap((one) => one.split(','))
  const [name = 'open'] = names
  if (Object.hasOwn(GROUPS, name)) return [...GROUPS[name as Showing]]
  const known = STATUSES.filter((status) => names.includes(status))
  return known.length === 0 ? [...GROUPS.open] : known
}

/** Without conditions that ask for nothing, and without the usual order. */
export function trimmed({ sort, ...query }: IncidentViewQuery): IncidentViewQuery {
  const asked = Object.entries(query).filter(
    ([, value]) =>
      value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
  )
  return {
    ...Object.fromEntries(asked),
    ...(sort === undefined || sort === 'newest' ? {} : { sort }),
  }
}

/** What an address asks the API for. */
export function toQuery(search: ListSearch): IncidentViewQuery {
  return fromAddress({ ...search })
}

/** The group of statuses that a query shows; `null` where it is none of them. */
export function showingOf({ status = [] }: IncidentViewQuery): Showing | null {
  const wanted = [...status].sort().join()
  const found = Object.entries(GROUPS).find(([, group]) => [...group].sort().join() === wanted)
  return found === undefined ? null : (found[0] as Showing)
}

export function withShowing(query: IncidentViewQuery, showing: Showing): IncidentViewQuery {
  return trimmed({ ...query, status: [...GROUPS[showing]] })
}

/** The address of a query. */
export function toSearch(query: IncidentViewQuery): ListSearch {
  const { status = [], q, ...rest } = trimmed(query)
  const showing = showingOf({ status })
  const lists = Object.entries(rest).map(([name, value]) => [
    name,
    Array.isArray(value) && value.length === 1 ? value[0] : value,
  ])
  return {
    ...(showing === 'open' ? {} : { status: showing ?? status.join() }),
    ...Object.fromEntries(lists),
    ...(q === undefined ? {} : { q }),
  }
}

/** Equal for queries that ask for the same. */
export function sameQuery(a: IncidentViewQuery, b: IncidentViewQuery): boolean {
  return canonical(a) === canonical(b)
}

function canonical(query: IncidentViewQuery): string {
  const parts = Object.entries(trimmed(query)).map(
    ([name, value]) => `${name}=${Array.isArray(value) ? [...value].sort().join('\0') : value}`,
  )
  return parts.sort().join('\n')
}

/** The moment an incident is shown at; none: now. */
export interface IncidentSearch {
  readonly at?: string
}

export function readIncidentSearch({ at }: Record<string, unknown>): IncidentSearch {
  return typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? { at } : {}
}
