/** Who calls whom, as metrics count it: services that were seen, and a relation for each that called. */
import type { Collector } from './collect.ts'
import { itemOf } from './found.ts'

/** One end of a call. */
export interface Caller {
  readonly name: string
  readonly namespace?: string | undefined
  readonly cluster?: string | undefined
  /** Classes of one end may differ between samples: the later in CLASSES wins. */
  readonly class: (typeof CLASSES)[number]
}

const CLASSES = ['external_service', 'service', 'queue', 'database'] as const

export interface Calls {
  /** Both ends were seen; `count` is 0 where none called in the time asked for. */
  add(where: string, from: Caller, to: Caller, count: number): void
  /** An end of a call whose other end is not known. */
  see(where: string, one: Caller): void
  /** Adds what was seen to the collector. */
  finish(): void
}

export function createCalls(collector: Collector): Calls {
  const ends = new Map<string, { readonly where: string; readonly one: Caller }>()
  const see = (where: string, one: Caller): void => {
    const key = keyOf(one)
    const known = ends.get(key)
    if (known === undefined || rank(one) > rank(known.one)) ends.set(key, { where, one })
  }
  return {
    see,
    add: (where, from, to, count) => {
      see(where, from)
      see(where, to)
      const relation = { from: keyOf(from), type: 'depends_on', to: keyOf(to) }
      // A service that calls itself says nothing of others.
      if (count > 0 && relation.from !== relation.to) collector.relation(relation, where)
    },
    finish: () => {
      for (const [key, { where, one }] of ends) {
        const { name, namespace, cluster } = one
        const labels = { namespace, cluster }
        collector.item(itemOf({ key, class: one.class, name, labels }), where)
      }
    },
  }
}

function rank(one: Caller): number {
  return CLASSES.indexOf(one.class)
}

function keyOf({ name, namespace, cluster }: Caller): string {
  const place = namespace === undefined ? name : `${namespace}/${name}`
  return cluster === undefined ? place : `${place}@${cluster}`
}
