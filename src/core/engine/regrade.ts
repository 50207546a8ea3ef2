/**
 * An alert whose severity has changed may belong elsewhere: what is informational hardly links, and rules
 * ask for severities. It is looked at again once everything of its entry is known.
 */
import { decideByRules, limitsOf } from '../correlate/rules.ts'
import type { Severity } from '../model.ts'
import type { AlertState } from '../state.ts'
import { compare } from '../topology.ts'
import { type Ctx, editIncident, episodeKey } from './context.ts'
import { factsOf } from './facts.ts'
import { fitIn } from './fit.ts'
import { movable, placeSince } from './place.ts'
import { type Moved, proposeFor } from './propose.ts'
import { sideOf } from './sides.ts'
import { MAX_SETTLED, presentOf, YOUNG_MS } from './young.ts'

/**
 * How well a placed alert fits its incident, as p, where another severity counts otherwise for its
 * place; to be asked before it changes. `null`: it stays where it is. O(rules), one score where it counts.
 */
export function fitBefore(ctx: Ctx, alert: AlertState, severity: Severity): number | null {
  if (alert.incident === null || ctx.ix.placements.get(episodeKey(alert)) === undefined) return null
  if (gradeOf(ctx, alert) === gradeOf(ctx, { ...alert, severity })) return null
  return fitIn(ctx, alert, alert.incident).p
}

/** What its severity says for its place. */
function gradeOf({ state }: Ctx, alert: AlertState): string {
  const facts = factsOf(state, alert)
  const ruling = decideByRules(facts, state.rules.correlate)
  const ruled = ruling.action === 'score' ? null : ruling.rule.name
  const key = ruling.action === 'group' ? ruling.key : null
  const limits = limitsOf(facts, state.rules.correlate)
  return JSON.stringify([alert.severity === 'info', ruled, key, limits])
}

/** Lets links see what its severity is now, and notes that it is to be looked at. */
export function noteRegraded(ctx: Ctx, alert: AlertState, before: number): void {
  const { placements } = ctx.ix
  const key = episodeKey(alert)
  const placed = placements.get(key)
  const incident = editIncident(ctx, alert.incident ?? '')
  const member = incident?.members.get(key)
  const own = member === undefined ? undefined : ctx.state.members.edit(member)
  if (placed === undefined || incident === undefined || own === undefined) return
  const side = sideOf(ctx, alert)
  incident.members.change(own, { side })
  const { limits: _, ...rest } = placed
  placements.remove(key)
  placements.add(alert.scope, { ...rest, ...side })
  const known = ctx.out.regraded.get(key)
  ctx.out.regraded.set(key, known ?? before)
}

/**
 * Places the young ones anew, and proposes for those of incidents that people know of. Returns the keys of
 * all that were noted. O(links of at most MAX_REORDER placed anew in each scope, and of what is settled)
 */
export function followRegraded(ctx: Ctx): readonly string[] {
  const regraded = new Map(ctx.out.regraded)
  ctx.out.regraded.clear()
  const moved = movedOf(ctx, regraded)
  const startsAt = ctx.state.now - YOUNG_MS
  for (const scope of [...new Set(moved.map(({ alert }) => alert.scope))].sort(compare)) {
    const own = moved.filter(({ alert }) => alert.scope === scope)
    const young = new Set(movable(ctx, { scope, startsAt }).map(({ key }) => key))
    const settled = own.filter(({ placement }) => !young.has(placement.key))
    if (settled.length < own.length) placeSince(ctx, { scope, startsAt })
    if (settled.length > 0) proposeFor(ctx, settled.slice(-MAX_SETTLED), 'severity_changed')
  }
  return [...regraded.keys()]
}

function movedOf(ctx: Ctx, regraded: ReadonlyMap<string, number>): readonly Moved[] {
  return [...regraded].flatMap(([key, before]): Moved[] => {
    const placement = ctx.ix.placements.get(key)
    const alert = placement === undefined ? undefined : presentOf(ctx, placement)
    return placement === undefined || alert === undefined ? [] : [{ placement, alert, before }]
  })
}
