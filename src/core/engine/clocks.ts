/** What an edit of a person changes of an incident besides its members, and gives back when undone. */
import type { Clocks, Edit, IncidentState } from '../state.ts'

/** What goes back together or not at all: the incident took its course since. */
const COURSE = [
  'status',
  'provisionalAt',
  'openedAt',
  'notifiedAt',
  'told',
  'toldInStorm',
  'resolvedAt',
  'resolvedBy',
  'resolution',
  'heldResolved',
  'reopenCount',
] as const satisfies readonly (keyof Clocks)[]

/** What undoing may give back. */
export function clocksOf(incident: IncidentState): Clocks {
  return {
    status: incident.status,
    provisionalAt: incident.provisionalAt,
    openedAt: incident.openedAt,
    notifiedAt: incident.notifiedAt,
    told: incident.told === null ? null : { ...incident.told },
    toldInStorm: incident.toldInStorm,
    resolvedAt: incident.resolvedAt,
    resolvedBy: incident.resolvedBy,
    resolution: incident.resolution,
    heldResolved: incident.heldResolved,
    reopenCount: incident.reopenCount,
    acknowledgedAt: incident.acknowledgedAt,
    acknowledgedBy: incident.acknowledgedBy,
    owner: incident.owner,
    team: incident.team,
    teamBy: incident.teamBy,
  }
}

/** Takes back what an edit changed of `incident`, unless it was changed since. */
export function giveBack(
  incident: IncidentState,
  { before, after }: NonNullable<Edit['clocks']>,
): void {
  const now = clocksOf(incident)
  const isSame = (name: keyof Clocks): boolean =>
    JSON.stringify(now[name]) === JSON.stringify(after[name])
  if (isSame('acknowledgedAt') && isSame('acknowledgedBy')) {
    incident.acknowledgedAt = before.acknowledgedAt
    incident.acknowledgedBy = before.acknowledgedBy
  }
  if (isSame('owner')) incident.owner = before.owner
  if (isSame('teamBy') && (after.teamBy === null || isSame('team'))) {
    incident.team = before.team
    incident.teamBy = before.teamBy
  }
  if (isSame('provisionalAt')) incident.provisionalAt = before.provisionalAt
  const course = Object.fromEntries(COURSE.map((name) => [name, before[name]]))
  if (COURSE.every((name) => name === 'provisionalAt' || isSame(name)))
    Object.assign(incident, { ...course, provisionalAt: incident.provisionalAt })
}
