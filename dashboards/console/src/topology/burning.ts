/** What of a map burns, what passes its filter, and the words for it: what is not known is not quiet. */
import type { TopologyLive, TopologyMap } from '../api/schema.d.ts'
import type { TopologySearch } from './search.ts'

export type CellState = 'critical' | 'error' | 'warning' | 'other' | 'muted'

export type LiveItem = TopologyLive['items'][number]

/** By place; null: what fires is not known. */
export type States = ReadonlyMap<number, CellState> | null

export function statesOf(
  live: readonly LiveItem[] | null,
  places: ReadonlyMap<string, number>,
): States {
  if (live === null) return null
  return new Map(
    live.flatMap((item): [number, CellState][] => {
      const place = places.get(item.ci)
      return place === undefined ? [] : [[place, stateOf(item)]]
    }),
  )
}

function stateOf({ firing, severity }: LiveItem): CellState {
  if (firing === 0) return 'muted'
  return severity === 'critical' || severity === 'error' || severity === 'warning'
    ? severity
    : 'other'
}

type Filtered = Pick<TopologyMap, 'ids' | 'environments' | 'environmentOf' | 'classes' | 'classOf'>

/** What passes the filter, or `null` where there is none; nobody fails for alerts that are not known. */
export function passing(
  map: Filtered,
  states: States,
  { environment, class: kinds, firing }: TopologySearch,
): ReadonlySet<number> | null {
  const alerting = firing === true && states !== null
  if (environment === undefined && kinds === undefined && !alerting) return null
  const places = [...map.ids.keys()].filter((place) => {
    const state = states?.get(place)
    return (
      (environment === undefined ||
        environment.includes(map.environments[map.environmentOf[place] ?? -1] ?? '')) &&
      (kinds === undefined || kinds.includes(map.classes[map.classOf[place] ?? 0] ?? '')) &&
      (!alerting || (state !== undefined && state !== 'muted'))
    )
  })
  return new Set(places)
}

/** `3 with alerts`. */
export function alertsText(states: States): string {
  return states === null ? 'not yet known which have alerts' : `${states.size} with alerts`
}
