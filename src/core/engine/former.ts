/**
 * Rules that open incidents began with and that are not in force any more: such an incident finishes
 * on its own rule, so that a new version neither closes it to its alerts nor lets others in.
 */
import { groupKey } from '../correlate/rules.ts'
import { type Facts, holds } from '../facts.ts'
import type { CorrelateRule } from '../rules.ts'
import type { IncidentState, State } from '../state.ts'
import { compare } from '../topology.ts'
import { type Ctx, editIncident, type Indices, ruledKey } from './context.ts'

/** Derives them from the open incidents; to be called when the rules have changed. O(incidents). */
export function findFormer(state: State, ix: Indices): void {
  const inForce = new Set(state.rules.correlate.rules.map(contentOf))
  const found = new Map<string, CorrelateRule>()
  for (const { rule, status } of [...state.incidents.values()].sort((a, b) =>
    compare(a.id, b.id),
  )) {
    if (rule?.was === undefined || rule.was.decide !== 'group') continue
    if (!isTaking(status) || state.now > rule.until) continue
    const content = contentOf(rule.was)
    if (!inForce.has(content)) found.set(content, rule.was)
  }
  ix.former = [...found.values()]
}

/** What a rule decides: how early it is asked changes nothing about its incidents. */
function contentOf(rule: CorrelateRule): string {
  return JSON.stringify({ ...rule, priority: 0 })
}

function isTaking(status: IncidentState['status']): boolean {
  return status === 'open' || status === 'provisional'
}

/** The open incident that a former rule keeps for such an alert, while its window lasts. */
export function formerHome(ctx: Ctx, scope: string, facts: Facts): IncidentState | null {
  for (const rule of ctx.ix.former) {
    const key = holds(rule.when, facts) ? groupKey(rule, facts) : null
    const incident = key === null ? null : ruledIncident(ctx, scope, { name: rule.name, key })
    const was = incident?.rule?.was
    if (was !== undefined && contentOf(was) === contentOf(rule)) return incident
  }
  return null
}

/** The open incident a rule keeps for the key, while its window lasts. */
export function ruledIncident(
  ctx: Ctx,
  scope: string,
  by: { readonly name: string; readonly key: string },
): IncidentState | null {
  const id = ctx.ix.ruled.get(ruledKey(scope, by))
  const incident = id === undefined ? undefined : ctx.state.incidents.get(id)
  if (incident === undefined || incident.rule === null) return null
  if (!isTaking(incident.status) || ctx.state.now > incident.rule.until) return null
  return editIncident(ctx, incident.id) ?? null
}
