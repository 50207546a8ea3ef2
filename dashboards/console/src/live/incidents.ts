/** Who follows single incidents as they change: the lists, which keep their own rows. */
import type { IncidentSummary } from '../api/schema.d.ts'

/** An incident as it is now; `null`: something was missed, and anything may have changed. */
type Listener = (incident: IncidentSummary | null) => void

const listeners = new Set<Listener>()

export function followIncidents(listener: Listener): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

export function tellIncident(incident: IncidentSummary | null): void {
  for (const listener of listeners) listener(incident)
}
