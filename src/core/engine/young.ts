/**
 * What is learned of the estate while incidents are young: an alert's CI, a relation between two of
 * them. As long as nobody was told of an incident, its alerts are placed anew by it; afterwards the
 * engine moves nothing, and only says which incidents may be one.
 */
import type { Placement } from '../correlate/placements.ts'
import type { AlertState } from '../state.ts'
import { MINUTE } from '../time.ts'
import { proposeByEstate } from './announce.ts'
import { type Ctx, editIncident, episodeKey } from './context.ts'
import { fitOf } from './fit.ts'
import { movable, placeSince } from './place.ts'
import { sideOf } from './sides.ts'

/** What began before is not placed anew. */
const YOUNG_MS = 2 * MINUTE
/** Of what is older, so many of the newest in each scope are looked at for proposals. */
const MAX_SETTLED = 32

/** What is known of where alerts are, by the key of the episode. */
type Whereabouts = ReadonlyMap<string, string>

interface Surroundings {
  readonly scope: string
  readonly young: Whereabouts
  readonly settled: Whereabouts
}

/** To be asked before something is learned. O(scopes), and what is near at most 64 alerts in each. */
export function surroundings(ctx: Ctx): readonly Surroundings[] {
  const { state, ix } = ctx
  const startsAt = state.now - YOUNG_MS
  return ix.placements.scopes().map((scope) => {
    const young = movable(ctx, { scope, startsAt })
    const keys = new Set(young.map(({ key }) => key))
    const newest = ix.placements.of(scope).latest(state.now, MAX_SETTLED + keys.size)
    const settled = newest.filter(({ key }) => !keys.has(key)).slice(0, MAX_SETTLED)
    const known = (all: readonly Placement[]): Whereabouts =>
      new Map(all.map((one) => [one.key, whereabouts(ctx, one)]))
    return { scope, young: known(young), settled: known(settled) }
  })
}

/** Follows what was learned since: places young alerts anew, proposes for the others. */
export function followSurroundings(ctx: Ctx, before: readonly Surroundings[]): void {
  const startsAt = ctx.state.now - YOUNG_MS
  for (const { scope, young, settled } of before) {
    if (othersThan(ctx, young).length > 0) placeSince(ctx, { scope, startsAt })
    for (const placement of othersThan(ctx, settled)) proposeFor(ctx, placement)
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

/** Asks where the alert would go now, if it were not where it is. */
function proposeFor(ctx: Ctx, placement: Placement): void {
  const { state, ix } = ctx
  const alert = state.alerts.get(placement.identity) as AlertState | undefined
  const incident = editIncident(ctx, placement.incident)
  if (alert?.status !== 'firing' || episodeKey(alert) !== placement.key) return
  if (incident?.status !== 'open' && incident?.status !== 'provisional') return
  ix.placements.remove(placement.key)
  const fit = fitOf(ctx, alert, sideOf(ctx, alert))
  ix.placements.add(alert.scope, placement)
  if (fit.action === 'open' || fit.incident === incident.id) return
  proposeByEstate(ctx, incident, { alert, other: fit.incident, evidence: fit.evidence })
}
