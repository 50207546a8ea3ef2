/** Resolved incidents to be found again, each within its scope. */
import {
  indexSimilar,
  MAX_PROFILES,
  type ProfileState,
  removeProfile,
  type SimilarIndex,
} from '../similar.ts'
import { compare } from '../topology.ts'

/** An index for each scope that the profiles are of. */
export function indexByScope(
  profiles: Iterable<Readonly<ProfileState>>,
): Map<string, SimilarIndex> {
  const byScope = new Map<string, ProfileState['profile'][]>()
  for (const { scope, profile } of profiles) {
    const known = byScope.get(scope)
    if (known === undefined) byScope.set(scope, [profile])
    else known.push(profile)
  }
  return new Map([...byScope].map(([scope, all]) => [scope, indexSimilar(all)]))
}

/** The index of a scope; made where there is none. */
export function alikeIn(similar: Map<string, SimilarIndex>, scope: string): SimilarIndex {
  const known = similar.get(scope)
  if (known !== undefined) return known
  const made = indexSimilar([])
  similar.set(scope, made)
  return made
}

/**
 * Ids that leave so that no more than `limit` are kept of all scopes together: the oldest of the
 * largest scope, of equals the first by name. O(scopes) for each.
 */
export function forgetOldest(
  similar: ReadonlyMap<string, SimilarIndex>,
  kept: number,
  limit: number = MAX_PROFILES,
): readonly string[] {
  const left: string[] = []
  while (kept - left.length > limit) {
    const [first, ...rest] = [...similar].sort(([a], [b]) => compare(a, b))
    if (first === undefined) break
    const [, largest] = rest.reduce((a, b) => (b[1].kept.size > a[1].kept.size ? b : a), first)
    const oldest = largest.order[0]?.profile.incident
    if (oldest === undefined) break
    removeProfile(largest, oldest)
    left.push(oldest)
  }
  return left
}
