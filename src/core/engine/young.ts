/**
 * What is learned of the estate while incidents are young: an alert's CI, a relation between two of
 * them. As long as nobody was told of an incident, its alerts are placed anew by it; afterwards the
 * engine moves nothing, and proposes what it would regroup.
 */
import type { Placement } from '../correlate/placements.ts'
import type { RegroupingReason } from '../regrouping.ts'
import type { AlertState } from '../state.ts'
import { MINUTE } from '../time.ts'
import { type Ctx, episodeKey } from './context.ts'
import { fitIn } from './fit.ts'
import { movable, placeSince } from './place.ts'
import { type Moved, proposeFor } from './propose.ts'

/** What began before is not placed anew. */
export const YOUNG_MS = 2 * MINUTE
/** Of what is older, so many of the newest in each scope are looked at for proposals. */
export const MAX_SETTLED = 32
/** In all scopes together, shared evenly, one of each at least: each costs a whole score. */
const MAX_SETTLED_IN_ALL = 512

/** What is known of where alerts are, by the key of the episode. */
type Whereabouts = ReadonlyMap<string, string>

interface Surroundings {
  readonly scope: string
  readonly young: Whereabouts
  readonly settled: Whereabouts
  /** How well those that are settled fit their incidents, as p. */
  readonly fits: ReadonlyMap<string, number>
}

/**
 * What is learned of the estate regroups what is young, and proposes for the rest.
 *
 * @param reason of the proposals; null: nothing is learned this time, whatever else is done
 */
export function learnOf<T>(ctx: Ctx, reason: RegroupingReason | null, learn: () => T): T {
  if (reason === null) return learn()
  const before = surroundings(ctx)
  const learned = learn()
  followSurroundings(ctx, before, reason)
  return learned
}

/** To be asked before something is learned. O(scopes), what is near at most 64 alerts in each, and MAX_SETTLED_IN_ALL fits. */
function surroundings(ctx: Ctx): readonly Surroundings[] {
  const { state, ix } = ctx
  const startsAt = state.now - YOUNG_MS
  const scopes = ix.placements.scopes()
  const share = Math.max(1, Math.floor(MAX_SETTLED_IN_ALL / Math.max(1, scopes.length)))
  const most = Math.min(MAX_SETTLED, share)
  return scopes.map((scope) => {
    const young = movable(ctx, { scope, startsAt })
    const keys = new Set(young.map(({ key }) => key))
    const newest = ix.placements.of(scope).latest(state.now, most + keys.size)
    const settled = newest.filter(({ key }) => !keys.has(key)).slice(0, most)
    const known = (all: readonly Placement[]): Whereabouts =>
      new Map(all.map((one) => [one.key, whereabouts(ctx, one)]))
    const fits = settled.map((one): [string, number] => [one.key, fitHere(ctx, one)])
    return { scope, young: known(young), settled: known(settled), fits: new Map(fits) }
  })
}

/** Follows what was learned since: places young alerts anew, proposes for the others. */
function followSurroundings(
  ctx: Ctx,
  before: readonly Surroundings[],
  reason: RegroupingReason,
): void {
  const startsAt = ctx.state.now - YOUNG_MS
  for (const { scope, young, settled, fits } of before) {
    if (othersThan(ctx, young).length > 0) placeSince(ctx, { scope, startsAt })
    const moved = othersThan(ctx, settled).flatMap((placement): Moved[] => {
      const alert = presentOf(ctx, placement)
      const before = fits.get(placement.key) ?? 0
      return alert === undefined ? [] : [{ placement, alert, before }]
    })
    proposeFor(ctx, moved, reason)
  }
}

function othersThan(ctx: Ctx, before: Whereabouts): readonly Placement[] {
  return [...before].flatMap(([key, known]) => {
    const placement = ctx.ix.placements.get(key)
    return placement === undefined || whereabouts(ctx, placement) === known ? [] : [placement]
  })
}

function whereabouts({ state }: Ctx, { locus, bound, environment }: Placement): string {
  const near = locus === null ? [] : state.topology.near(locus)
  const paths = near.map(({ ci, path, towards, weight }) => [ci, path, towards, weight])
  return JSON.stringify([locus, bound, environment, paths])
}

/** The alert, where this episode of it still fires. */
export function presentOf({ state }: Ctx, { identity, key }: Placement): AlertState | undefined {
  const alert = state.alerts.get(identity) as AlertState | undefined
  return alert?.status === 'firing' && episodeKey(alert) === key ? alert : undefined
}

function fitHere(ctx: Ctx, placement: Placement): number {
  const alert = presentOf(ctx, placement)
  return alert === undefined ? 0 : fitIn(ctx, alert, placement.incident).p
}
