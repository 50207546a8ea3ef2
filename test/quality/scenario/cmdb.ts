/** What the CMDB knows of an estate: most of it, some of it wrong. */
import type { Random } from '../../../src/demo/random.ts'
import { letters } from './chance.ts'
import type { Component, Edge, World } from './world.ts'

export interface CmdbFaults {
  /** Share of relations that nobody has written down. */
  readonly missing: number
  /** Share of relations that lead to another component of the same class. */
  readonly wrong: number
  /** Share of components that monitoring knows by another name, or that are not in the CMDB at all. */
  readonly unbound: number
}

export interface Cmdb {
  readonly items: readonly object[]
  readonly relations: readonly {
    readonly from: string
    readonly type: string
    readonly to: string
  }[]
}

export interface Documented {
  readonly cmdb: Cmdb
  /** Component → the name that monitoring gives it, where that is not the CMDB's. */
  readonly aliases: ReadonlyMap<string, string>
  /** Components that are not in the CMDB. */
  readonly unknown: ReadonlySet<string>
}

export function document(world: World, faults: CmdbFaults, random: Random): Documented {
  const aliases = new Map<string, string>()
  const unknown = new Set<string>()
  for (const { id } of world.components.values()) {
    if (!random.chance(faults.unbound)) continue
    if (random.chance(0.5)) unknown.add(id)
    else aliases.set(id, `x${letters(random, 7)}`)
  }
  const components = [...world.components.values()]
  const relations = world.edges
    .filter(() => !random.chance(faults.missing))
    .map((edge) => (random.chance(faults.wrong) ? misled(edge, world, random) : edge))
    .filter(({ from, to }) => from !== to && !unknown.has(from) && !unknown.has(to))
    .map(({ from, type, to }) => ({ from, type, to }))
  const items = components.filter(({ id }) => !unknown.has(id)).map(itemOf)
  return { cmdb: { items, relations: distinct(relations) }, aliases, unknown }
}

function misled(edge: Edge, world: World, random: Random): Edge {
  const kind = world.components.get(edge.to)?.class
  const others = [...world.components.values()].filter((one) => one.class === kind)
  return { ...edge, to: random.pick(others).id }
}

function distinct<T extends { readonly from: string; readonly to: string }>(
  list: readonly T[],
): T[] {
  return [...new Map(list.map((one) => [`${one.from} ${one.to}`, one])).values()]
}

/** Discovery writes down where a thing is, as monitoring does. */
function itemOf(component: Component): object {
  const { id, name, aliases, owner, criticality, environment } = component
  const labels = { ...component.place, ...component.labels }
  return { id, class: component.class, name, aliases, labels, owner, criticality, environment }
}
