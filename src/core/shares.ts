/**
 * What a table that is full forgets: scopes share its room, so that one that makes much noise pushes out
 * its own records and not those of the others.
 */
import { compare } from './topology.ts'

/** A record, as far as it matters for what is to be forgotten. */
export interface Kept {
  readonly scope: string
  readonly key: string
  /** How much it is worth. */
  readonly worth: number
}

/**
 * Keys to forget so that at most `room` records stay. A scope that has no more than its equal share
 * keeps all; what it leaves is shared among the others. Within a scope what is worth least goes first,
 * ties by key. In the order in which they go, scope by scope. O(n + forgotten · log n), and scopes · log scopes.
 */
export function leastWorth(records: readonly Kept[], room: number): readonly string[] {
  if (records.length <= room) return []
  const own = new Map<string, Kept[]>()
  for (const one of records) {
    const list = own.get(one.scope)
    if (list === undefined) own.set(one.scope, [one])
    else list.push(one)
  }
  const shares = sharesOf(own, Math.max(0, room))
  return [...own]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([scope, list]) => {
      const extra = list.length - (shares.get(scope) ?? 0)
      return extra <= 0 ? [] : least(list, extra)
    })
}

/** How many each may keep: the fewest first, each at most an equal share of what is left. */
function sharesOf(
  own: ReadonlyMap<string, readonly Kept[]>,
  room: number,
): ReadonlyMap<string, number> {
  const shares = new Map<string, number>()
  let left = room
  const order = [...own]
    .map(([scope, list]): [string, number] => [scope, list.length])
    .sort((a, b) => a[1] - b[1] || compare(a[0], b[0]))
  order.forEach(([scope, count], index) => {
    const share = Math.min(count, Math.floor(left / (order.length - index)))
    shares.set(scope, share)
    left -= share
  })
  return shares
}

/** The `extra` keys that are worth least. Numbers are sorted fast; names only where they decide. */
function least(records: readonly Kept[], extra: number): readonly string[] {
  const edge = Float64Array.from(records, ({ worth }) => worth).sort()[extra - 1] ?? 0
  return records
    .filter(({ worth }) => worth <= edge)
    .sort((a, b) => a.worth - b.worth || compare(a.key, b.key))
    .slice(0, extra)
    .map(({ key }) => key)
}
