/**
 * Placements: where alert episodes of the last while began and in which incident they are. Indexed
 * for bounded look-ups; derived from the incidents' members, so no part of a snapshot.
 */
import { type EpochMs, MINUTE } from '../time.ts'
import { compare } from '../topology.ts'
import type { LinkSide } from './link.ts'

/** Older placements are neither candidates nor counted. */
export const WINDOW_MS = 30 * MINUTE

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
    insert(this.all, placement)
    insert(listOf(this.bySignature, placement.signature), placement)
    if (placement.locus !== null) insert(listOf(this.byLocus, placement.locus), placement)
  }

  remove(key: string): void {
    const placement = this.byKey.get(key)
    if (placement === undefined) return
    this.byKey.delete(key)
    take(this.all, placement)
    takeFrom(this.bySignature, placement.signature, placement)
    if (placement.locus !== null) takeFrom(this.byLocus, placement.locus, placement)
  }

  /** Forgets placements older than the window. Amortised O(1) per placement. */
  prune(now: EpochMs): void {
    const [oldest] = this.all
    if (oldest === undefined || oldest.startsAt >= now - 2 * WINDOW_MS) return
    const end = lowerBound(this.all, now - WINDOW_MS)
    for (const placement of this.all.splice(0, end)) {
      this.byKey.delete(placement.key)
      takeFrom(this.bySignature, placement.signature, placement)
      if (placement.locus !== null) takeFrom(this.byLocus, placement.locus, placement)
    }
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

  /** Those that come after (startsAt, key) in order, oldest first, at most `limit` + 1. */
  after(at: { readonly startsAt: EpochMs; readonly key: string }, limit: number): Placement[] {
    const index = indexAfter(this.all, at)
    return this.all.slice(index, index + limit + 1)
  }
}

function listOf(map: Map<string, Placement[]>, key: string): Placement[] {
  const known = map.get(key)
  if (known !== undefined) return known
  const made: Placement[] = []
  map.set(key, made)
  return made
}

function insert(list: Placement[], placement: Placement): void {
  const last = list.at(-1)
  if (last === undefined || byStart(last, placement) <= 0) list.push(placement)
  else list.splice(indexAfter(list, placement), 0, placement)
}

function take(list: Placement[], placement: Placement): void {
  const index = indexAfter(list, placement) - 1
  if (list[index] === placement) list.splice(index, 1)
}

/** Index of the first placement that comes after (startsAt, key). O(log n). */
function indexAfter(
  list: readonly Placement[],
  at: { readonly startsAt: EpochMs; readonly key: string },
): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    const placement = list[middle]
    if (placement !== undefined && byStart(placement, at) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

function takeFrom(map: Map<string, Placement[]>, key: string, placement: Placement): void {
  const list = map.get(key)
  if (list === undefined) return
  take(list, placement)
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
  const out: Placement[] = []
  for (let index = list.length - 1; index >= 0 && out.length < limit; index--) {
    const placement = list[index]
    if (placement === undefined || placement.startsAt < now - WINDOW_MS) break
    out.push(placement)
  }
  return out
}
