/** Resolved incidents to be found again, each within its scope. */
import { indexSimilar, type SimilarIndex } from '../similar.ts'
import type { ProfileState } from '../state.ts'

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
