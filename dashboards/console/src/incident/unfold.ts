/** Where the maps begin to show how an incident unfolded. */
import type { Incident } from '../api/schema.d.ts'
import type { PastSearch } from '../past/search.ts'

/** The range goes so long over the incident, so that the quiet before and after is seen. */
const BESIDE_MS = 60_000

export function unfoldSearch({
  id,
  firstAlertAt,
  provisionalAt,
  resolvedAt,
}: Pick<Incident, 'id' | 'firstAlertAt' | 'provisionalAt' | 'resolvedAt'>): PastSearch {
  const begin = Math.min(Date.parse(firstAlertAt), Date.parse(provisionalAt)) - BESIDE_MS
  const from = new Date(begin).toISOString()
  const end = resolvedAt === null ? Number.POSITIVE_INFINITY : Date.parse(resolvedAt) + BESIDE_MS
  return {
    ...{ from, at: from, of: id, play: true },
    ...(end < Date.now() ? { to: new Date(end).toISOString() } : {}),
  }
}
