/** From what an applied entry changed to what people are told: the one call the journey makes. */
import type { Decision } from '../core/decision.ts'
import { AppError } from '../core/errors.ts'
import type { Changes, IncidentRecord } from '../core/record.ts'
import { toNotification, withoutForetold } from './notification.ts'
import type { Outbox } from './outbox.ts'

export interface AnnouncerDeps {
  readonly outbox: Pick<Outbox, 'told' | 'enqueue'>
  /** Where people reach the console. */
  readonly consoleUrl: string
}

/** Decisions that can be news; the others are passed over without a look at the incident. */
const NEWS: ReadonlySet<Decision['action']> = new Set<Decision['action']>([
  'incident.notified',
  'incident.priority_changed',
  'incident.service_added',
  'incident.routed',
  'incident.resolved',
  'incident.reopened',
])

/**
 * Makes a function that puts the news in the changes of one entry into the outbox, in the order of
 * the decisions. It resolves when all of it is durable there; a snapshot that covers the entry may
 * only be taken then. Announcing the same changes again adds nothing.
 *
 * @throws AppError `internal` where a decision came without its incident's record; what the outbox throws
 */
export function createAnnouncer({
  outbox,
  consoleUrl,
}: AnnouncerDeps): (changes: Pick<Changes, 'decisions' | 'incidents'>) => Promise<void> {
  return async ({ decisions, incidents }) => {
    const news = withoutForetold(decisions.filter(({ action }) => NEWS.has(action)))
    if (news.length === 0) return
    const records = new Map(incidents.map((incident) => [incident.id, incident]))
    for (const decision of news) {
      const incident = recordOf(decision, records)
      const told = await outbox.told(incident.id, decision.seq)
      const notification = toNotification(decision, incident, { consoleUrl, told })
      if (notification !== null) await outbox.enqueue(notification)
    }
  }
}

function recordOf(
  { incident, seq }: Decision,
  records: ReadonlyMap<string, IncidentRecord>,
): IncidentRecord {
  const record = incident === undefined ? undefined : records.get(incident)
  if (record !== undefined) return record
  throw new AppError('internal', 'a decision came without its incident', {
    incident: incident ?? '',
    seq,
  })
}
