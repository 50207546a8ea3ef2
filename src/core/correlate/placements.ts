/**
 * Placements: where alert episodes of the last while began and in which incident they are. Indexed
 * for bounded look-ups; derived from the incidents' members, so no part of a snapshot.
 */
import { indexAfter, insertSorted, takeSorted } from '../sorted.ts'
import { type EpochMs, MINUTE } from '../time.ts'
import { compare } from '../topology.ts'
import type { LinkSide } from './link.ts'

/** Older placements are neither candidates nor counted. */
export const WINDOW_MS = 24 * MINUTE
/** They are forgotten when the oldest is so much older. */
const PRUNE_MS = 5 * MINUTE

export interface Placement extends LinkSide {
  /** `<alert id>.<startsAt>` */
  readonly key: string
  readonly identity: string
  incident: string
}

export function byStart(
  a: { readonly startsAt: EpochMs; readonly key: string },
  b: { readonly startsAt: EpochMs; readonly key: string },
): number {
  return a.startsAt - b.startsAt || compare(a.key, b.key)
}

export class Placements {
  private readonly byKey = new Map<string, Placement>()
  private readonly byLocus = new Map<string, Placement[]>()
  private readonly bySignature = new Map<string, Placement[]>()
  private readonly all: Placement[] = []

  get(key: string): Placement | undefined {
    return this.byKey.get(key)
  }

  add(placement: Placement): void {
    this.byKey.set(placement.key, placement)
    insertSorted(this.all, placement, byStart)
    insertSorted(listOf(this.bySignature, placement.signature), placement, byStart)
    if (placement.locus !== null)
      insertSorted(listOf(this.byLocus, placement.locus), placement, byStart)
  }

  remove(key: string): void {
    const placement = this.byKey.get(key)
    if (placement === undefined) return
    this.byKey.delete(key)
    takeSorted(this.all, placement, byStart)
    takeFrom(this.bySignature, placement.signature, placement)
    if (placement.locus !== null) takeFrom(this.byLocus, placement.locus, placement)
  }

  get size(): number {
    return this.all.length
  }

  /** Forgets placements older than the window, now and then; their keys. Amortised O(1) per placement. */
  prune(now: EpochMs): string[] {
    const [oldest] = this.all
    if (oldest === undefined || oldest.startsAt >= now - WINDOW_MS - PRUNE_MS) return []
    const since = now - WINDOW_MS
    const old = this.all.splice(0, lowerBound(this.all, since))
    for (const { key } of old) this.byKey.delete(key)
    // each list is cut once: taking them out one by one would move the rest each time
    for (const name of new Set(old.map(({ signature }) => signature)))
      cutBefore(this.bySignature, name, since)
    for (const name of new Set(old.flatMap(({ locus }) => locus ?? [])))
      cutBefore(this.byLocus, name, since)
    return old.map(({ key }) => key)
  }

  /** Placements on a locus within the window, newest first, at most `limit`. */
  on(locus: string, now: EpochMs, limit: number): Placement[] {
    return newest(this.byLocus.get(locus), now, limit)
  }

  /** Placements of a signature within the window, newest first, at most `limit`. */
  like(signature: string, now: EpochMs, limit: number): Placement[] {
    return newest(this.bySignature.get(signature), now, limit)
  }

  /** All placements within the window, newest first, at most `limit`. */
  latest(now: EpochMs, limit: number): Placement[] {
    return newest(this.all, now, limit)
  }

  /** Those that come before (startsAt, key) in order, newest first, at most `limit`. */
  before(at: { readonly startsAt: EpochMs; readonly key: string }, limit: number): Placement[] {
    const index = lowerBoundOf(this.all, at)
    return this.all.slice(Math.max(0, index - limit), index).reverse()
  }

  /** Those that come after (startsAt, key) in order, oldest first, at most `limit` + 1. */
  after(at: { readonly startsAt: EpochMs; readonly key: string }, limit: number): Placement[] {
    const index = indexAfter(this.all, at, byStart)
    return this.all.slice(index, index + limit + 1)
  }
}

/** Index of the first placement that does not come before `at`. */
function lowerBoundOf(
  list: readonly Placement[],
  at: { readonly startsAt: EpochMs; readonly key: string },
): number {
  const index = indexAfter(list, at, byStart)
  const before = list[index - 1]
  return before !== undefined && byStart(before, at) === 0 ? index - 1 : index
}

function listOf(map: Map<string, Placement[]>, key: string): Placement[] {
  const known = map.get(key)
  if (known !== undefined) return known
  const made: Placement[] = []
  map.set(key, made)
  return made
}

function takeFrom(map: Map<string, Placement[]>, key: string, placement: Placement): void {
  const list = map.get(key)
  if (list === undefined) return
  takeSorted(list, placement, byStart)
  if (list.length === 0) map.delete(key)
}

function cutBefore(map: Map<string, Placement[]>, key: string, since: EpochMs): void {
  const list = map.get(key)
  if (list === undefined) return
  list.splice(0, lowerBound(list, since))
  if (list.length === 0) map.delete(key)
}

/** Index of the first placement that started at or after `at`. */
function lowerBound(list: readonly Placement[], at: EpochMs): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle]?.startsAt ?? at) < at) low = middle + 1
    else high = middle
  }
  return low
}

function newest(list: readonly Placement[] | undefined, now: EpochMs, limit: number): Placement[] {
  if (list === undefined) return []
  const from = Math.max(0, list.length - limit)
  const oldest = now - WINDOW_MS
  const isOld = (list[from]?.startsAt ?? oldest) < oldest
  return list.slice(isOld ? Math.max(from, lowerBound(list, oldest)) : from).reverse()
}
