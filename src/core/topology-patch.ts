/**
 * A new version of a topology made out of an old one, little by little: what reads the old one goes
 * on undisturbed, and what is not touched is shared.
 */
import type { Ci, Relation } from './model.ts'
import { patchNames } from './name-index.ts'
import { Shards } from './shards.ts'
import { compare, type Edge, relationKind, type Topology, topologyOf } from './topology.ts'

export interface TopologyPatch {
  get(id: string): Ci | undefined
  set(ci: Ci): void
  /** Both ends must be there; one that is there already changes nothing. */
  link(relation: Relation): void
  unlink(relation: Relation): void
  has(relation: Relation): boolean
  /** The new version; the patch must not be used any more. O(relations) where some are gone. */
  finish(version: string): Topology
}

/** Begins one. O(items + relations) copies of references, once. */
export function patchTopology(old: Topology): TopologyPatch {
  const items = new Map(old.items)
  const edges = new Shards(old.index.edges)
  const names = patchNames(old.index.names, items)
  const own = new Set<string>()
  const added = new Map<string, Relation>()
  const gone = new Set<string>()

  const edgesOf = (ci: string): Edge[] => {
    const list = own.has(ci) ? (edges.get(ci) as Edge[]) : [...(edges.get(ci) ?? [])]
    own.add(ci)
    edges.set(ci, list)
    return list
  }
  const has = ({ from, type, to }: Relation): boolean =>
    (edges.get(from) ?? []).some(
      (edge) => edge.ci === to && edge.type === type && edge.towards === 'down',
    )

  return {
    get: (id) => items.get(id),
    has,
    set: (ci) => {
      names.change(items.get(ci.id), ci)
      items.set(ci.id, ci)
    },
    link: (relation) => {
      const { from, type, to } = relation
      if (from === to || !items.has(from) || !items.has(to) || has(relation)) return
      const kind = relationKind(type)
      insert(edgesOf(from), { ci: to, type, kind, towards: 'down' }, byEdge)
      insert(edgesOf(to), { ci: from, type, kind, towards: 'up' }, byEdge)
      added.set(idOf(relation), { from, type, to })
    },
    unlink: (relation) => {
      if (!has(relation)) return
      const { from, type, to } = relation
      for (const [at, ci, towards] of [
        [from, to, 'down'],
        [to, from, 'up'],
      ] as const) {
        const is = (e: Edge): boolean => e.ci === ci && e.type === type && e.towards === towards
        if (!takeOut(edgesOf(at), is)) continue
        edges.delete(at)
        own.delete(at)
      }
      if (!added.delete(idOf(relation))) gone.add(idOf(relation))
    },
    finish: (version) => {
      const kept =
        gone.size === 0 ? old.relations : old.relations.filter((one) => !gone.has(idOf(one)))
      return topologyOf(version, {
        items,
        relations: [...kept, ...added.values()],
        index: { edges, names },
      })
    },
  }
}

function idOf({ from, type, to }: Relation): string {
  return `${from}\0${type}\0${to}`
}

function byEdge(a: Edge, b: Edge): number {
  return compare(a.ci, b.ci) || compare(a.type, b.type) || compare(a.towards, b.towards)
}

/** Whether the list is empty then. */
function takeOut<T>(list: T[], is: (one: T) => boolean): boolean {
  const at = list.findIndex(is)
  if (at >= 0) list.splice(at, 1)
  return list.length === 0
}

/** Into a sorted list. O(length), after a search of its logarithm. */
function insert<T>(list: T[], one: T, order: (a: T, b: T) => number): void {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const other = list[middle]
    if (other !== undefined && order(other, one) < 0) low = middle + 1
    else high = middle
  }
  list.splice(low, 0, one)
}
