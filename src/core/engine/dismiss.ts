/** "Not an incident": it is over, and such alerts open none from then on; both can be taken back. */
import { noiseOf, worstOf } from '../learn/constraints.ts'
import { MAX_SAMPLES } from '../learn/corrections.ts'
import type { Edit, IncidentState } from '../state.ts'
import { clocksOf, giveBack } from './clocks.ts'
import { type Ctx, decide } from './context.ts'
import { noteCorrection, sample } from './corrections.ts'
import { resolveIncident } from './incidents.ts'
import { editKey, learnNoise, unlearn } from './learn.ts'

export const NOT_AN_INCIDENT = 'Not an incident'

/**
 * Resolves the incident, whatever still fires in it, and learns its kinds of alerts as known noise.
 * It takes no more alerts, and opens again only if one of them gets worse than what was dismissed.
 */
export function dismiss(
  ctx: Ctx,
  incident: IncidentState,
  { actor, reason }: { readonly actor: string; readonly reason: string | undefined },
): void {
  const before = clocksOf(incident)
  const said = reason === undefined ? NOT_AN_INCIDENT : `${NOT_AN_INCIDENT}: ${reason}`
  if (incident.status !== 'resolved') {
    incident.openedAt ??= ctx.state.now
    resolveIncident(ctx, incident, { actor, reason: 'not_an_incident', text: said })
  }
  incident.heldResolved = incident.firingCount > 0
  incident.resolution = said
  incident.dismissed = incident.severity
  incident.edited = true
  incident.edits.push({
    ...{ kind: 'dismiss', at: ctx.state.now, actor, from: incident.id, to: incident.id },
    ...{ parts: [], fromStatus: before.status, undone: false },
    clocks: { before, after: clocksOf(incident) },
  })
  decide(ctx, {
    action: 'incident.dismissed',
    reason: 'by_person',
    text: said,
    actor,
    incident: incident.id,
  })
  learnNoise(ctx, incident, noiseOf(incident.members.values()))
  const worst = worstOf(incident.members.values(), MAX_SAMPLES)
  noteCorrection(
    ctx,
    incident,
    {
      ...{ id: editKey(incident, incident.edits.length - 1), kind: 'dismiss' },
      ...{ by: actor, other: incident.id },
    },
    { said: worst.map((member) => ({ relation: 'noise', a: sample(ctx, member) })) },
  )
}

/** Takes a dismissal back: the incident is as it was, as far as nothing has changed it since. */
export function takeBack(
  ctx: Ctx,
  incident: IncidentState,
  { edit, key, actor }: { readonly edit: Edit; readonly key: string; readonly actor: string },
): void {
  edit.undone = true
  unlearn(ctx, key, actor)
  if (edit.clocks !== null) giveBack(incident, edit.clocks)
  incident.dismissed = null
  if (incident.status !== 'resolved') incident.closeAt = null
  decide(ctx, {
    action: 'incident.undone',
    reason: 'undo_dismiss',
    text: `${incident.id} is an incident after all`,
    actor,
    incident: incident.id,
  })
}
