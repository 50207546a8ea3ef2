/** Imported incidents to be found again, each within its scope, and how far back they reach. */
import type { SimilarIncident } from '../evidence.ts'
import { toProfile, wordFeatures } from '../imported.ts'
import {
  addProfile,
  type IncidentProfile,
  indexSimilar,
  removeProfile,
  type SimilarIndex,
  similarIncidents,
} from '../similar.ts'
import type { IncidentState } from '../state.ts'
import type { EpochMs } from '../time.ts'
import type { Ctx } from './context.ts'

type Kept = Pick<Ctx, 'state' | 'ix'>

/** Takes over one that is in the state, new or changed. */
export function indexImported({ state, ix }: Kept, id: string): void {
  const one = state.imported.get(id)
  if (one === undefined) return
  const { realm, incident } = one
  const since = ix.imported.since.get(realm)
  if (since !== undefined && incident.openedAt < since)
    ix.imported.since.set(realm, incident.openedAt)
  const index = ix.imported.similar.get(realm)
  if (index !== undefined) addProfile(index, toProfile(one))
}

/** Forgets one, here and in the state. What is full has let go of others that have room now: it is made anew. */
export function forgetImported({ state, ix }: Kept, id: string): void {
  const one = state.imported.get(id)
  if (one === undefined) return
  const { realm, incident } = one
  state.imported.delete(id)
  if (ix.imported.since.get(realm) === incident.openedAt) ix.imported.since.delete(realm)
  const index = ix.imported.similar.get(realm)
  if (index === undefined) return
  const isFull = index.kept.size >= index.limit
  if (removeProfile(index, id) && isFull) ix.imported.similar.delete(realm)
}

/** Since when there are incidents of a scope: since the engine began, or the oldest import. */
export function historySince({ state, ix }: Kept, scope: string): EpochMs {
  let since = ix.imported.since.get(scope)
  if (since === undefined) {
    since = Number.POSITIVE_INFINITY
    for (const { realm, incident } of state.imported.values())
      if (realm === scope && incident.openedAt < since) since = incident.openedAt
    ix.imported.since.set(scope, since)
  }
  return Math.min(state.startedAt, since)
}

/** Imported incidents of a scope that new ones are compared with: the newest. */
const MAX_LIKE = 20_000

function indexOf({ state, ix }: Kept, scope: string): SimilarIndex {
  const known = ix.imported.similar.get(scope)
  if (known !== undefined) return known
  const own = [...state.imported.values()].filter(({ realm }) => realm === scope)
  const newest = own.sort((a, b) => b.incident.resolvedAt - a.incident.resolvedAt)
  const made = indexSimilar(newest.slice(0, MAX_LIKE).map(toProfile), MAX_LIKE)
  ix.imported.similar.set(scope, made)
  return made
}

/** Looked at beyond those that are wanted: what shares no word is left out. */
const CANDIDATES = 20

/**
 * Imported incidents like this one: alike in what they tell of, not in their place alone. The score is
 * that of core/similar.ts, of the words of rules and titles and of CI, class and service.
 */
export function importedLike(
  ctx: Kept,
  incident: IncidentState,
  limit: number,
): readonly SimilarIncident[] {
  const { state } = ctx
  const index = indexOf(ctx, incident.scope)
  if (index.kept.size === 0) return []
  const like = similarIncidents(askedOf(ctx, incident), index, CANDIDATES)
  return like
    .filter(({ terms }) => terms.some(({ name }) => name === 'word'))
    .slice(0, limit)
    .flatMap((one) => {
      const known = state.imported.get(one.incident)
      if (known === undefined) return []
      const { number, url, openedAt, resolvedAt, priority, team, resolver, resolutionCode } =
        known.incident
      const source = { source: known.source, number, url, openedAt, resolvedAt, priority }
      return [{ ...one, imported: { ...source, team, resolver, resolutionCode } }]
    })
}

/** The best of both, own ones first where they are as good, each in their order. */
export function bestOf(
  own: readonly SimilarIncident[],
  imported: readonly SimilarIncident[],
  limit: number,
): readonly SimilarIncident[] {
  if (imported.length === 0) return own
  const rank = ({ imported: is }: SimilarIncident): number => (is === undefined ? 0 : 1)
  return [...own, ...imported]
    .sort((a, b) => b.score - a.score || rank(a) - rank(b))
    .slice(0, limit)
}

/** The incident in the terms of imported ones: every feature weighs the same. */
function askedOf({ state }: Kept, incident: IncidentState): IncidentProfile {
  const features = new Set<string>()
  for (const { rule, title, ci, locus, service } of incident.members.lookedAt('unmuted')) {
    const item = state.topology.items.get(ci ?? '')
    const names = [ci, locus, item?.name].flatMap((name) => name ?? [])
    for (const word of wordFeatures(`${rule} ${title}`, names)) features.add(word)
    if (locus !== null) features.add(`ci:${locus}`)
    if (item !== undefined) features.add(`class:${item.class}`)
    if (service !== null) features.add(`service:${service}`)
  }
  return {
    ...{ incident: incident.id, closedAt: state.now, title: incident.title, resolution: null },
    features: Object.fromEntries([...features].map((name) => [name, 1])),
  }
}
