/** Counts which alerts begin together although they are far apart, and finds them again. */
import type { Placement } from '../correlate/placements.ts'
import {
  type CompanionState,
  emptySpot,
  isSpot,
  type KnownCompanion,
  knownCompanions,
  MAX_CROWD,
  MAX_SPOTS,
  noteCompanion,
  rarestSpots,
  type Spot,
  spotKey,
} from '../learn/companions.ts'
import { addOccasion, type Start, TOGETHER_MS } from '../learn/cooccurrence.ts'
import type { State } from '../state.ts'
import type { EpochMs } from '../time.ts'
import type { Ctx } from './context.ts'

/** So many starts before and after one are looked at: beyond, there is a crowd in any case. */
const MAX_LOOKED_AT = 32

/**
 * Counts a start, and what began before it far away, unless so much began at the time that no two say
 * anything of each other. Called in the order of starts, minutes late, so that what came after is known.
 */
export function countCompanions(
  { state, ix }: Pick<Ctx, 'state' | 'ix'>,
  start: Placement,
  {
    scope,
    counted,
    isNear,
  }: {
    readonly scope: string
    readonly counted: Start
    readonly isNear: (other: Placement) => boolean
  },
): void {
  const own = spotOf(start)
  if (own === null) return
  const record = recordOf(state, { scope, ...own })
  addOccasion(record, counted)
  const placements = ix.placements.of(scope)
  const isAtOnce = ({ startsAt }: Placement): boolean =>
    Math.abs(startsAt - start.startsAt) <= TOGETHER_MS
  const before = placements.before(start, MAX_LOOKED_AT).filter(isAtOnce)
  const after = placements.after(start, MAX_LOOKED_AT).filter(isAtOnce)
  const crowd = new Set([start, ...before, ...after].map((one) => `${one.signature} ${one.locus}`))
  if (crowd.size > MAX_CROWD) return
  const done: Spot[] = []
  for (const other of before) {
    const spot = spotOf(other)
    if (spot === null || isNear(other) || done.some((one) => isSpot(one, spot))) continue
    done.push(spot)
    noteCompanion(record, spot, counted)
    noteCompanion(recordOf(state, { scope, ...spot }), own, counted)
  }
}

/** What an alert has often begun together with far away; nothing: `undefined`. */
export function companionsOf(
  { state }: Pick<Ctx, 'state'>,
  alert: {
    readonly scope: string
    readonly signature: string
    readonly locus: string | null
    readonly startsAt: EpochMs
  },
): readonly KnownCompanion[] | undefined {
  const { scope, startsAt } = alert
  const own = spotOf(alert)
  if (own === null) return undefined
  const record = state.companions.get(spotKey({ scope, ...own }))
  if (record === undefined || record.companions.length === 0) return undefined
  const other = (spot: Spot): Readonly<CompanionState> | undefined =>
    state.companions.get(spotKey({ scope, ...spot }))
  return knownCompanions(record, other, { at: startsAt, startedAt: state.startedAt })
}

/** Keeps the records bounded. */
export function forgetCompanions({ companions }: Pick<State, 'companions'>, at: EpochMs): void {
  if (companions.size <= MAX_SPOTS * 1.2) return
  for (const key of rarestSpots([...companions.values()], at)) companions.delete(key)
}

function spotOf({ signature, locus }: Pick<Placement, 'signature' | 'locus'>): Spot | null {
  return locus === null ? null : { signature, place: locus }
}

function recordOf(state: State, of: Spot & { readonly scope: string }): CompanionState {
  const known = state.companions.edit(spotKey(of))
  if (known !== undefined) return known
  const made = emptySpot(of.scope, of)
  state.companions.set(made)
  return made
}
