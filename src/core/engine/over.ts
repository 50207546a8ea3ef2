/**
 * Episodes that were over when they were first heard of, as when an alert came and went between two
 * posts of its group. They belong to a fault like any other, so they join its incident, but they open
 * nothing and tell nobody: there is nothing left to do about them.
 */
import type { AlertState } from '../state.ts'
import type { EpochMs } from '../time.ts'
import { compare } from '../topology.ts'
import { announce } from './announce.ts'
import { type Ctx, editAlert, editIncident, episodeKey } from './context.ts'
import { afterJoin, planResolve } from './incidents.ts'
import { addMember, removeMember, toMember } from './members.ts'
import { judge } from './muting.ts'
import { choose } from './place.ts'
import { uncountStart } from './rates.ts'

/**
 * Lets such episodes join the incidents they are linked to, in the order in which they began; to be
 * called once what fires has its place. One that is muted, or linked to nothing, stays by itself.
 */
export function placeOver(ctx: Ctx, identities: readonly string[]): void {
  const all = identities.flatMap((identity) => editAlert(ctx, identity) ?? []).filter(isOver)
  all.sort((a, b) => a.startsAt - b.startsAt || compare(a.identity, b.identity))
  for (const alert of all) if (judge(ctx, alert)) join(ctx, alert)
}

function isOver({ status, seenFiring, incident }: Readonly<AlertState>): boolean {
  return status === 'resolved' && !seenFiring && incident === null
}

function join(ctx: Ctx, alert: AlertState): void {
  const placing = choose(ctx, alert)
  const { incident, side } = placing
  if (incident === null) {
    uncountStart(ctx, alert)
    return
  }
  const key = episodeKey(alert)
  alert.evidence = placing.evidence
  alert.related = placing.related
  alert.incident = incident.id
  ctx.ix.placements.remove(key)
  const place = { key, identity: alert.identity, incident: incident.id }
  ctx.ix.placements.add(alert.scope, { ...side, ...place })
  addMember(ctx, incident, toMember(ctx, alert, side))
  announce(ctx, { alert, incident, placing, shell: null, joined: true })
  afterJoin(ctx, incident)
}

/**
 * Forgets that an episode was taken for one that was over: its start is reported after all, and is
 * counted and placed as if it had come first.
 */
export function takeOutOver(ctx: Ctx, identity: string, startsAt: EpochMs): void {
  const known = ctx.state.alerts.get(identity)
  if (known === undefined || known.seenFiring || known.startsAt !== startsAt) return
  const alert = editAlert(ctx, identity)
  if (alert === undefined) return
  uncountStart(ctx, alert)
  const incident = alert.incident === null ? undefined : editIncident(ctx, alert.incident)
  if (incident === undefined) return
  const key = episodeKey(alert)
  removeMember(ctx, incident, key)
  ctx.ix.placements.remove(key)
  alert.incident = null
  planResolve(ctx, incident)
}
