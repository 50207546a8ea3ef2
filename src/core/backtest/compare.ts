/**
 * What is different between two runs over the same events: two partitions of alert episodes, laid
 * over each other.
 */
import type { EpochMs } from '../time.ts'
import { compare } from '../topology.ts'

/** One run, as far as it is compared. Maps are read only; the order in them does not matter. */
export interface Side {
  /** By key: the same episode has the same key in both runs. */
  readonly episodes: ReadonlyMap<string, SideEpisode>
  /** By id: those that opened. An episode in any other is in none. */
  readonly incidents: ReadonlyMap<string, { readonly id: string; readonly openedAt: EpochMs }>
}

export interface SideEpisode {
  readonly incident: string | null
  readonly mutedBy: string | null
}

/** Lists are in the order of ids and keys. */
export interface Difference {
  /** Incidents that have their counterpart, opened at the same moment or not. */
  readonly kept: readonly { readonly before: string; readonly after: string }[]
  /** Several that became one. */
  readonly merged: readonly { readonly before: readonly string[]; readonly after: string }[]
  /** One that became several. */
  readonly split: readonly { readonly before: string; readonly after: readonly string[] }[]
  /** None of its alerts is in an incident any more. */
  readonly gone: readonly string[]
  /** None of its alerts was in an incident before. */
  readonly fresh: readonly string[]
  /** Of those that are kept; `byMs` > 0: later. */
  readonly retimed: readonly {
    readonly before: string
    readonly after: string
    readonly byMs: number
  }[]
  /** Keys of episodes that went to an incident which is not what became of their own. */
  readonly moved: readonly string[]
  /** In an incident before, in none now; and the other way round. */
  readonly left: readonly string[]
  readonly joined: readonly string[]
  /** Muted now and not before; and the other way round. */
  readonly muted: readonly string[]
  readonly unmuted: readonly string[]
  /** Only one run has such an episode: what is the same alert is judged otherwise. */
  readonly onlyBefore: readonly string[]
  readonly onlyAfter: readonly string[]
}

/** Incident before → incident after → episodes they share. */
type Shares = ReadonlyMap<string, ReadonlyMap<string, number>>

/**
 * Lays two runs over each other. Two incidents correspond where they share at least half of either
 * one's episodes; one that shares less with all others corresponds to what it shares most with. So a
 * single alert that changes sides is no merge and no split of two large incidents. Swapping the sides
 * turns every list into its opposite. O(episodes + incidents log incidents)
 */
export function compareSides(before: Side, after: Side): Difference {
  const shares = sharesOf(before, after)
  const back = swap(shares)
  const sizes = { before: sizesOf(before), after: sizesOf(after) }
  const links = linksOf(shares, back, sizes)
  const backLinks = swapLinks(links)
  const pairs = kept(links, backLinks)
  return {
    kept: pairs,
    merged: many(backLinks).map(([id, ids]) => ({ before: ids, after: id })),
    split: many(links).map(([id, ids]) => ({ before: id, after: ids })),
    gone: without(sizes.before, shares),
    fresh: without(sizes.after, back),
    retimed: retimed(pairs, before, after),
    ...episodesOf(before, after, links),
  }
}

function homeOf({ incidents }: Side, episode: SideEpisode | undefined): string | null {
  const id = episode?.incident ?? null
  return id !== null && incidents.has(id) ? id : null
}

function sharesOf(before: Side, after: Side): Shares {
  const shares = new Map<string, Map<string, number>>()
  for (const [key, episode] of before.episodes) {
    const from = homeOf(before, episode)
    const to = homeOf(after, after.episodes.get(key))
    if (from === null || to === null) continue
    const row = shares.get(from) ?? new Map<string, number>()
    row.set(to, (row.get(to) ?? 0) + 1)
    shares.set(from, row)
  }
  return shares
}

function swap(shares: Shares): Shares {
  const back = new Map<string, Map<string, number>>()
  for (const [from, row] of shares)
    for (const [to, count] of row) {
      const column = back.get(to) ?? new Map<string, number>()
      column.set(from, count)
      back.set(to, column)
    }
  return back
}

function sizesOf(side: Side): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>()
  for (const episode of side.episodes.values()) {
    const home = homeOf(side, episode)
    if (home !== null) sizes.set(home, (sizes.get(home) ?? 0) + 1)
  }
  return sizes
}

interface Sizes {
  readonly before: ReadonlyMap<string, number>
  readonly after: ReadonlyMap<string, number>
}

/** Incident before → those after that it corresponds to. */
type Links = ReadonlyMap<string, ReadonlySet<string>>

function linksOf(shares: Shares, back: Shares, sizes: Sizes): Links {
  const links = new Map<string, Set<string>>()
  const link = (from: string, to: string): void => {
    const known = links.get(from)
    if (known === undefined) links.set(from, new Set([to]))
    else known.add(to)
  }
  const linkedAfter = new Set<string>()
  for (const [from, row] of shares)
    for (const [to, count] of row) {
      const smaller = Math.min(sizes.before.get(from) ?? 0, sizes.after.get(to) ?? 0)
      if (2 * count < smaller) continue
      link(from, to)
      linkedAfter.add(to)
    }
  const lonelyBefore = [...shares.keys()].filter((id) => !links.has(id))
  const lonelyAfter = [...back.keys()].filter((id) => !linkedAfter.has(id))
  for (const from of lonelyBefore) for (const to of closest(shares.get(from))) link(from, to)
  for (const to of lonelyAfter) for (const from of closest(back.get(to))) link(from, to)
  return links
}

/** All that are equally close: a choice among them would depend on the names of the other side. */
function closest(row: ReadonlyMap<string, number> | undefined): string[] {
  let most = 0
  for (const count of row?.values() ?? []) most = Math.max(most, count)
  return [...(row ?? [])].filter(([, count]) => count === most).map(([id]) => id)
}

function swapLinks(links: Links): Links {
  const back = new Map<string, Set<string>>()
  for (const [from, all] of links)
    for (const to of all) {
      const known = back.get(to)
      if (known === undefined) back.set(to, new Set([from]))
      else known.add(from)
    }
  return back
}

function many(links: Links): [string, string[]][] {
  return [...links]
    .filter(([, all]) => all.size > 1)
    .map(([id, all]): [string, string[]] => [id, [...all].sort(compare)])
    .sort(([a], [b]) => compare(a, b))
}

function kept(links: Links, back: Links): Difference['kept'] {
  return [...links]
    .flatMap(([before, all]) => {
      const [after] = all
      const alone = after !== undefined && all.size === 1 && back.get(after)?.size === 1
      return alone ? [{ before, after }] : []
    })
    .sort((a, b) => compare(a.before, b.before))
}

function without(sizes: ReadonlyMap<string, number>, shares: Shares): string[] {
  return [...sizes.keys()].filter((id) => !shares.has(id)).sort(compare)
}

function retimed(pairs: Difference['kept'], before: Side, after: Side): Difference['retimed'] {
  return pairs.flatMap((pair) => {
    const from = before.incidents.get(pair.before)?.openedAt
    const to = after.incidents.get(pair.after)?.openedAt
    if (from === undefined || to === undefined || from === to) return []
    return [{ ...pair, byMs: to - from }]
  })
}

type Episodes = Pick<
  Difference,
  'moved' | 'left' | 'joined' | 'muted' | 'unmuted' | 'onlyBefore' | 'onlyAfter'
>

function episodesOf(before: Side, after: Side, links: Links): Episodes {
  const lists = {
    ...{ moved: [], left: [], joined: [], muted: [], unmuted: [], onlyBefore: [], onlyAfter: [] },
  } as Record<keyof Episodes, string[]>
  for (const [key, episode] of before.episodes) {
    const other = after.episodes.get(key)
    if (other === undefined) {
      lists.onlyBefore.push(key)
      continue
    }
    const from = homeOf(before, episode)
    const to = homeOf(after, other)
    if (from !== null && to === null) lists.left.push(key)
    else if (from === null && to !== null) lists.joined.push(key)
    else if (from !== null && to !== null && links.get(from)?.has(to) !== true)
      lists.moved.push(key)
    if (episode.mutedBy === null && other.mutedBy !== null) lists.muted.push(key)
    if (episode.mutedBy !== null && other.mutedBy === null) lists.unmuted.push(key)
  }
  for (const key of after.episodes.keys()) if (!before.episodes.has(key)) lists.onlyAfter.push(key)
  for (const list of Object.values(lists)) list.sort(compare)
  return lists
}
