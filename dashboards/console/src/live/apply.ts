/** What an event of the live stream does to what is shown: put in place, or read again soon. */
import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import { KEYS, type Showing, showsStatus } from '../api/queries.ts'
import type {
  AlertUpdate,
  IncidentPage,
  IncidentSummary,
  Ledger,
  ProblemSummary,
} from '../api/schema.d.ts'
import { applyAlert } from './alerts.ts'
import type { Freshness } from './freshness.ts'
import { tellIncident } from './incidents.ts'
import type { StreamEvent } from './sse.ts'

interface Shown {
  readonly client: QueryClient
  readonly freshness: Freshness
}

/** Types of events that are not known here are those of a newer server: left alone. */
export function applyEvent({ type, data }: StreamEvent, shown: Shown): void {
  const { client, freshness } = shown
  switch (type) {
    case 'incident':
      applyIncident(JSON.parse(data) as IncidentSummary, shown)
      break
    case 'alert': {
      const update = JSON.parse(data) as AlertUpdate
      const { incident } = update
      applyAlert(update, shown)
      if (incident !== null)
        for (const key of [KEYS.incident, KEYS.incidentGraph]) freshness.changed([key, incident])
      freshness.changed([KEYS.stats])
      for (const key of [KEYS.cis, KEYS.silences]) freshness.changed([key])
      break
    }
    case 'problem': {
      const { id } = JSON.parse(data) as ProblemSummary
      freshness.changed([KEYS.problem, id])
      freshness.changed([KEYS.problems])
      break
    }
    case 'storm':
      freshness.changed([KEYS.storms])
      break
    case 'change':
      freshness.changed([KEYS.changes])
      break
    case 'ledger':
      client.setQueryData([KEYS.ledger], JSON.parse(data) as Ledger)
      for (const key of [KEYS.stats, KEYS.sources, KEYS.deadLetters, KEYS.deliveries])
        freshness.changed([key])
      break
    case 'reset':
      freshness.all()
      tellIncident(null)
      break
  }
}

function applyIncident(incident: IncidentSummary, { client, freshness }: Shown): void {
  tellIncident(incident)
  freshness.changed([KEYS.incident, incident.id])
  freshness.changed([KEYS.incidentGraph, incident.id])
  freshness.changed([KEYS.timeline, incident.id])
  freshness.changed([KEYS.stats])
  freshness.changed([KEYS.deliveries])
  freshness.changed([KEYS.regroupings])
  const lists = client.getQueriesData<InfiniteData<IncidentPage>>({ queryKey: [KEYS.incidents] })
  for (const [key, list] of lists) {
    const placed = list === undefined ? null : put(incident, list)
    if (placed !== null) client.setQueryData(key, placed)
    // only the server knows whether, and where, it stands in this list now
    const stays = placed !== null && showsStatus(key[1] as Showing, incident.status)
    if (!stays) freshness.changed(key)
  }
}

/** The list with the newer state of an incident in it; null where it does not hold the incident. */
function put(
  incident: IncidentSummary,
  list: InfiniteData<IncidentPage>,
): InfiniteData<IncidentPage> | null {
  const has = ({ items }: IncidentPage): boolean => items.some(({ id }) => id === incident.id)
  if (!list.pages.some(has)) return null
  const pages = list.pages.map((page) =>
    has(page)
      ? { ...page, items: page.items.map((one) => (one.id === incident.id ? incident : one)) }
      : page,
  )
  return { ...list, pages }
}
