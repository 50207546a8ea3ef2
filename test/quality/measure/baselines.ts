/**
 * The rules that are in use today, each over a grid of settings. They see what the engine sees: the
 * alerts in order of arrival, its bindings to CIs, and the same CMDB.
 */
import type { Cmdb } from '../scenario/cmdb.ts'
import type { Item } from './stream.ts'

export interface Baseline {
  /** The rule; its settings compete, and the best on the tuning families is the one that is told. */
  readonly rule: string
  readonly setting: string
  /** The group of every item. */
  readonly group: (items: readonly Item[], estate: Estate) => readonly string[]
}

export interface Estate {
  /** CIs up to so many relations away, without itself. */
  readonly near: (ci: string, hops: number) => readonly string[]
  /** Connected part of the CMDB. */
  readonly part: (ci: string) => string
}

export function estateOf({ relations }: Cmdb): Estate {
  const neighbours = new Map<string, string[]>()
  for (const { from, to } of relations) {
    neighbours.set(from, [...(neighbours.get(from) ?? []), to])
    neighbours.set(to, [...(neighbours.get(to) ?? []), from])
  }
  const known = new Map<string, readonly string[]>()
  const reach = (ci: string, hops: number): readonly string[] => {
    const key = `${hops} ${ci}`
    const found = known.get(key) ?? [...reachable(neighbours, ci, hops)].filter((one) => one !== ci)
    known.set(key, found)
    return found
  }
  const parts = new Map<string, string>()
  return {
    near: reach,
    part: (ci) => {
      if (!parts.has(ci)) {
        for (const one of reachable(neighbours, ci, Number.POSITIVE_INFINITY)) parts.set(one, ci)
      }
      return parts.get(ci) ?? ci
    },
  }
}

function reachable(
  neighbours: ReadonlyMap<string, readonly string[]>,
  from: string,
  hops: number,
): Set<string> {
  const found = new Set([from])
  let edge = [from]
  for (let hop = 0; hop < hops && edge.length > 0; hop += 1) {
    const next = new Set(
      edge.flatMap((ci) => neighbours.get(ci) ?? []).filter((ci) => !found.has(ci)),
    )
    for (const ci of next) found.add(ci)
    edge = [...next]
  }
  return found
}

interface Linking {
  /** What it can be found by. */
  readonly keys: (item: Item) => readonly string[]
  /** What it looks for: by default its own keys. */
  readonly asks?: (item: Item) => readonly string[]
  readonly gapMinutes: number
  readonly lifeMinutes: number
  /** Whether it brings together all that it is linked to, or joins the latest of them only. */
  readonly merges?: boolean
}

/** Groups items by links to what came shortly before. */
function linked(items: readonly Item[], linking: Linking): string[] {
  const { keys, asks = keys, merges = false } = linking
  const parent: number[] = items.map((_item, i) => i)
  const first: number[] = items.map(({ at }) => at)
  const rootOf = (i: number): number => {
    let root = i
    while (parent[root] !== root) root = parent[root] ?? root
    parent[i] = root
    return root
  }
  const latest = new Map<string, number>()
  for (const [i, item] of items.entries()) {
    const seen = [...new Set(asks(item))].flatMap((key) => {
      const j = latest.get(key)
      const at = items[j ?? -1]?.at
      if (j === undefined || at === undefined) return []
      const fresh = item.at - at <= linking.gapMinutes * 60_000
      const young = item.at - (first[rootOf(j)] ?? 0) <= linking.lifeMinutes * 60_000
      return fresh && young ? [j] : []
    })
    for (const j of merges ? seen : seen.sort((a, b) => b - a).slice(0, 1)) {
      const [root, own] = [rootOf(j), rootOf(i)]
      parent[own] = root
      first[root] = Math.min(first[root] ?? 0, first[own] ?? 0)
    }
    for (const key of keys(item)) latest.set(key, i)
  }
  return items.map((_item, i) => String(rootOf(i)))
}

const FOREVER = 1e9
const serviceOf = ({ labels, ci }: Item): string =>
  labels['service'] ??
  labels['destination_workload'] ??
  labels['sloth_service'] ??
  labels['job'] ??
  ci ??
  labels['host'] ??
  ''
const ownKey = ({ truth, ci }: Item): string => ci ?? `unbound ${truth.line} ${truth.index}`
const placeOf = ({ labels }: Item): string =>
  labels['namespace'] ??
  labels['account_id'] ??
  labels['site'] ??
  labels['datacenter'] ??
  labels['env'] ??
  labels['host'] ??
  ''

/** Rules over keys, each with every gap. */
const KEYED: readonly (readonly [rule: string, key: (item: Item) => string])[] = [
  ['gap window', () => 'all'],
  ['by alert name', ({ rule }) => rule],
  ['by service', serviceOf],
  [
    'Alertmanager [alertname, cluster, service]',
    ({ rule, labels }) => `${rule} ${labels['cluster'] ?? ''} ${labels['service'] ?? ''}`,
  ],
  ['same CI', ownKey],
  ['same namespace or site', placeOf],
]

const wordsOf = (text: string): Set<string> =>
  new Set(
    text
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .filter(Boolean),
  )

function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let both = 0
  for (const word of a) if (b.has(word)) both += 1
  return both / (a.size + b.size - both || 1)
}

/** Joins the latest of the last 64 alerts whose text is alike. */
function byText(items: readonly Item[], atLeast: number, gapMinutes: number): string[] {
  const words = items.map(({ rule, text }) => wordsOf(`${rule} ${text}`))
  const groups: string[] = []
  for (const [i, item] of items.entries()) {
    let group = String(i)
    for (let j = i - 1; j >= Math.max(0, i - 64); j -= 1) {
      const other = items[j]
      if (other === undefined || item.at - other.at > gapMinutes * 60_000) break
      if (jaccard(words[i] ?? new Set(), words[j] ?? new Set()) < atLeast) continue
      group = groups[j] ?? group
      break
    }
    groups.push(group)
  }
  return groups
}

function keyed(): Baseline[] {
  return KEYED.flatMap(([rule, key]) =>
    [1, 2, 5, 10, 30, FOREVER].map((gapMinutes) => ({
      rule,
      setting: gapMinutes === FOREVER ? 'no gap' : `gap ${gapMinutes} min`,
      group: (items: readonly Item[]) =>
        linked(items, { keys: (item) => [key(item)], gapMinutes, lifeMinutes: FOREVER }),
    })),
  )
}

function related(): Baseline[] {
  const found: Baseline[] = []
  for (const gapMinutes of [2, 5, 10, 20]) {
    for (const lifeMinutes of [30, 60, 120]) {
      found.push({
        rule: 'ServiceNow-like (same or related CI)',
        setting: `gap ${gapMinutes} min, life ${lifeMinutes} min`,
        group: (items, estate) =>
          linked(items, {
            keys: (item) => [ownKey(item)],
            asks: (item) => [ownKey(item), ...(item.ci === null ? [] : estate.near(item.ci, 1))],
            gapMinutes,
            lifeMinutes,
          }),
      })
    }
  }
  for (const gapMinutes of [5, 15, 30]) {
    found.push({
      rule: 'Keep-like (application)',
      setting: `look-back ${gapMinutes} min`,
      group: (items, estate) =>
        linked(items, {
          keys: (item) => [item.ci === null ? ownKey(item) : estate.part(item.ci)],
          gapMinutes,
          lifeMinutes: FOREVER,
        }),
    })
  }
  for (const hops of [1, 2, 3]) {
    for (const gapMinutes of [1, 2, 5, 10]) {
      for (const lifeMinutes of [30, FOREVER]) {
        found.push({
          rule: 'connected component',
          setting: `≤ ${hops} hops, gap ${gapMinutes} min${lifeMinutes === FOREVER ? '' : ', life 30 min'}`,
          group: (items, estate) =>
            linked(items, {
              keys: (item) => [ownKey(item)],
              asks: (item) => [
                ownKey(item),
                ...(item.ci === null ? [] : estate.near(item.ci, hops)),
              ],
              gapMinutes,
              lifeMinutes,
              merges: true,
            }),
        })
      }
    }
  }
  return found
}

function trivial(): Baseline[] {
  return [
    {
      rule: 'one incident per alert',
      setting: '',
      group: (items) => items.map((_item, i) => String(i)),
    },
    { rule: 'everything in one', setting: '', group: (items) => items.map(() => 'all') },
    ...[0.4, 0.5, 0.6, 0.8].flatMap((atLeast) =>
      [5, 10, 30].map((gap) => ({
        rule: 'text Jaccard',
        setting: `≥ ${atLeast}, gap ${gap} min`,
        group: (items: readonly Item[]) => byText(items, atLeast, gap),
      })),
    ),
  ]
}

/** With what is only informative left alone: a setting that makes every rule stronger where it has a lot of noise. */
function withoutInfo(baseline: Baseline): Baseline {
  return {
    rule: baseline.rule,
    setting: `${baseline.setting}${baseline.setting === '' ? '' : ', '}info alone`,
    group: (items, estate) => {
      const kept = items.filter(({ truth }) => truth.severity !== 'info')
      const groups = baseline.group(kept, estate)
      const of = new Map(kept.map((item, i) => [item, `k${groups[i]}`]))
      return items.map((item, i) => of.get(item) ?? `info ${i}`)
    },
  }
}

const PLAIN: readonly Baseline[] = [...trivial(), ...keyed(), ...related()]

export const BASELINES: readonly Baseline[] = [...PLAIN, ...PLAIN.map(withoutInfo)]

/** What the best rule that looks at single CIs could reach: each CI's alerts, told apart by the truth. */
export function oracleByCi(items: readonly Item[]): string[] {
  return items.map((item) => `${ownKey(item)} ${item.truth.group}`)
}
