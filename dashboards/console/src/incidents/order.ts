/** The order of the list, as the API has it, for what comes in between. */
import type { IncidentSummary } from '../api/schema.d.ts'
import type { Sort } from '../app/search.ts'

function moment(text: string | null): number {
  return text === null ? Number.NEGATIVE_INFINITY : Date.parse(text)
}

function lastActivity(incident: IncidentSummary): number {
  const { provisionalAt, openedAt, lastAlertAt, acknowledgedAt, resolvedAt, closedAt } = incident
  return Math.max(
    ...[provisionalAt, openedAt, lastAlertAt, acknowledgedAt, resolvedAt, closedAt].map(moment),
  )
}

/** Two numbers that rise along the list. */
function keys(incident: IncidentSummary, sort: Sort): readonly [number, number] {
  const age = moment(incident.provisionalAt)
  switch (sort) {
    case 'newest':
      return [-age, 0]
    case 'priority':
      return [incident.priority, age]
    case 'activity':
      return [-lastActivity(incident), -age]
    case 'alerts':
      return [-incident.alertCount, -age]
  }
}

export function comesBefore(
  a: IncidentSummary,
  b: IncidentSummary,
  sort: Sort = 'newest',
): boolean {
  const [a1, a2] = keys(a, sort)
  const [b1, b2] = keys(b, sort)
  return a1 - b1 !== 0 ? a1 < b1 : a2 - b2 !== 0 ? a2 < b2 : a.id < b.id
}
