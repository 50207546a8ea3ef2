/** Acknowledgements that a tool passes on: its alert's incident is acknowledged, by a command. */
import { identityKey } from '../core/identity.ts'
import type { Labels } from '../core/model.ts'
import type { ServerDeps } from './deps.ts'
import { applied } from './patience.ts'

export interface Acknowledgement {
  readonly family: string
  /** Identity of the alert, as its source has it. */
  readonly identity: Labels
  /** Who acknowledged it there. */
  readonly actor: string
}

/**
 * Acknowledges the open incident of an alert that fires; one that is acknowledged stays as it is.
 *
 * @returns false where no such alert fires in an open incident
 * @throws AppError `store_unavailable`, `overloaded`
 */
export async function acknowledgeAlert(
  deps: ServerDeps,
  { family, identity, actor }: Acknowledgement,
): Promise<boolean> {
  const { state } = deps.journey.engine
  const alert = state.alerts.get(identityKey({ family, identity }, state.rules.dedup.drop_labels))
  const incident =
    alert?.status === 'firing' ? state.incidents.get(alert.incident ?? '') : undefined
  if (incident?.status !== 'open' && incident?.status !== 'provisional') return false
  if (incident.acknowledgedAt !== null) return true
  const command = { do: 'acknowledge', incident: incident.id } as const
  const { ok } = await applied(deps, deps.journey.command(actor, command))
  return ok
}
