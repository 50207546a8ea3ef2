/**
 * Alerts that would not be placed in their incident by what is known now, and that nothing which stays
 * there supports. What links only with such alerts goes with them.
 */
import { byStart, type Placement, WINDOW_MS } from '../correlate/placements.ts'
import type { LinkEvidence } from '../evidence.ts'
import type { AlertState, IncidentState } from '../state.ts'
import { PROPOSE_FROM } from './announce.ts'
import type { Ctx } from './context.ts'
import { fitIn, fitOf } from './fit.ts'
import { sideOf } from './sides.ts'

/** An alert whose whereabouts have changed. */
export interface Suspect {
  readonly placement: Placement
  readonly alert: AlertState
  /** How well it fitted its incident by what was known before, as p. */
  readonly before: number
}

/** Alerts that leave together, in the order in which they began. */
export interface Misplaced {
  readonly suspects: readonly Suspect[]
  /** Where they would go; `null`: into an incident of their own. */
  readonly other: string | null
  /** Of the first: its link there; where they go nowhere, the best one that is left. */
  readonly evidence: LinkEvidence
  /** How well the first fits where it is, as p. */
  readonly now: number
}

/** O(suspects² links); what it takes out of the placements meanwhile is there again afterwards. */
export function misplacedOf(
  ctx: Ctx,
  incident: Readonly<IncidentState>,
  suspects: readonly Suspect[],
): readonly Misplaced[] {
  const all = suspects.toSorted((a, b) => byStart(a.placement, b.placement))
  // where everything is in doubt, what began the incident stays
  const keys = new Set(all.map(({ placement }) => placement.key))
  const doubted = isPlacedLately(ctx, incident, keys) ? all : all.slice(1)
  if (doubted.length === 0) return []
  for (const { placement } of doubted) ctx.ix.placements.remove(placement.key)
  const loose = unsupported(ctx, incident, doubted)
  const found = inGroups(ctx, incident, loose).flatMap((group) => whither(ctx, incident, group))
  for (const one of loose) putBack(ctx, one)
  return found
}

function putBack(ctx: Ctx, { placement, alert }: Suspect): void {
  ctx.ix.placements.add(alert.scope, placement)
}

/** Whether the incident has an alert within the window, other than some. O(members) */
export function isPlacedLately(
  { state, ix }: Ctx,
  { members }: Readonly<Pick<IncidentState, 'members'>>,
  others: ReadonlySet<string> = new Set(),
): boolean {
  const since = state.now - WINDOW_MS
  for (const { key } of members.values())
    if (!others.has(key) && (ix.placements.get(key)?.startsAt ?? 0) >= since) return true
  return false
}

/** Puts back what is linked with what stays, again and again; returns the rest. */
function unsupported(
  ctx: Ctx,
  { id }: Readonly<IncidentState>,
  doubted: readonly Suspect[],
): readonly Suspect[] {
  const { join } = ctx.state.rules.correlate
  let loose = doubted
  for (;;) {
    const held = loose.find(({ alert }) => fitIn(ctx, alert, id).p >= join)
    if (held === undefined) return loose
    putBack(ctx, held)
    loose = loose.filter((one) => one !== held)
  }
}

/** Those that are linked with each other, together. None of them is among the placements. */
function inGroups(
  ctx: Ctx,
  { id }: Readonly<IncidentState>,
  loose: readonly Suspect[],
): readonly (readonly Suspect[])[] {
  const { join } = ctx.state.rules.correlate
  const groups: Suspect[][] = []
  for (const one of loose) {
    const own = groups.find((group) => {
      for (const other of group) putBack(ctx, other)
      const { p } = fitIn(ctx, one.alert, id)
      for (const { placement } of group) ctx.ix.placements.remove(placement.key)
      return p >= join
    })
    if (own === undefined) groups.push([one])
    else own.push(one)
  }
  return groups
}

/** Where a group would go by the first of its alerts that surely fits another incident. */
function whither(
  ctx: Ctx,
  { id }: Readonly<IncidentState>,
  suspects: readonly Suspect[],
): readonly Misplaced[] {
  const [first] = suspects
  if (first === undefined) return []
  const here = fitIn(ctx, first.alert, id)
  for (const { alert } of suspects) {
    const fit = fitOf(ctx, alert, sideOf(ctx, alert))
    if (fit.action === 'join' && fit.evidence.p >= PROPOSE_FROM)
      return [{ suspects, other: fit.incident, evidence: fit.evidence, now: here.p }]
  }
  const evidence = here.evidence ?? fitOf(ctx, first.alert, sideOf(ctx, first.alert)).evidence
  return [{ suspects, other: null, evidence, now: here.p }]
}
