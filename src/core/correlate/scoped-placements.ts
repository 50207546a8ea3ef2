/** Placements of each scope by themselves, so that those of different scopes never meet. */
import { DEFAULT_SCOPE } from '../scope.ts'
import type { EpochMs } from '../time.ts'
import { compare } from '../topology.ts'
import { type Placement, Placements } from './placements.ts'

export class ScopedPlacements {
  private readonly main = new Placements()
  private readonly named = new Map<string, Placements>()
  /** Where those of the named scopes are. */
  private readonly homes = new Map<string, string>()

  /** Those of a scope, to be read. */
  of(scope: string): Placements {
    return scope === DEFAULT_SCOPE ? this.main : (this.named.get(scope) ?? new Placements())
  }

  /** Scopes that have any, in their order. */
  scopes(): readonly string[] {
    return [DEFAULT_SCOPE, ...this.named.keys()].sort(compare)
  }

  get(key: string): Placement | undefined {
    return this.main.get(key) ?? this.homeOf(key)?.get(key)
  }

  add(scope: string, placement: Placement): void {
    if (scope === DEFAULT_SCOPE) {
      this.main.add(placement)
      return
    }
    const known = this.named.get(scope) ?? new Placements()
    this.named.set(scope, known)
    this.homes.set(placement.key, scope)
    known.add(placement)
  }

  remove(key: string): void {
    this.main.remove(key)
    this.homeOf(key)?.remove(key)
    this.homes.delete(key)
  }

  /** See Placements; a scope without any is forgotten. O(scopes). */
  prune(now: EpochMs): void {
    this.main.prune(now)
    for (const [scope, placements] of this.named) {
      for (const key of placements.prune(now)) this.homes.delete(key)
      if (placements.size === 0) this.named.delete(scope)
    }
  }

  private homeOf(key: string): Placements | undefined {
    const scope = this.homes.get(key)
    return scope === undefined ? undefined : this.named.get(scope)
  }
}
