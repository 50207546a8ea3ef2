/** From what an applied entry changed to what people are told: the one call the journey makes. */
import type { Decision } from '../core/decision.ts'
import { AppError } from '../core/errors.ts'
import type { Changes } from '../core/record.ts'
import { toNotification, withoutForetold } from './notification.ts'
import type { Outbox } from './outbox.ts'
import { toStormNotification } from './storm-news.ts'

export interface AnnouncerDeps {
  readonly outbox: Pick<Outbox, 'told' | 'enqueue'>
  /** Where people reach the console. */
  readonly consoleUrl: string
}

const STORM_NEWS: ReadonlySet<Decision['action']> = new Set<Decision['action']>([
  'storm.told',
  'storm.ended',
])

/** Decisions that can be news; the others are passed over without a look at the incident. */
const NEWS: ReadonlySet<Decision['action']> = new Set<Decision['action']>([
  'incident.notified',
  'incident.priority_changed',
  'incident.service_added',
  'incident.routed',
  'incident.resolved',
  'incident.reopened',
  ...STORM_NEWS,
])

/**
 * Makes a function that puts the news in the changes of one entry into the outbox, in the order of
 * the decisions. It resolves when all of it is durable there; a snapshot that covers the entry may
 * only be taken then. Announcing the same changes again adds nothing.
 *
 * @throws AppError `internal` where a decision came without the record it is about; what the outbox throws
 */
export function createAnnouncer({
  outbox,
  consoleUrl,
}: AnnouncerDeps): (changes: Pick<Changes, 'decisions' | 'incidents' | 'storms'>) => Promise<void> {
  return async ({ decisions, incidents, storms }) => {
    const news = withoutForetold(decisions.filter(({ action }) => NEWS.has(action)))
    if (news.length === 0) return
    const incidentsById = new Map(incidents.map((incident) => [incident.id, incident]))
    const stormsById = new Map(storms.map((storm) => [storm.id, storm]))
    for (const decision of news) {
      const isOfStorm = STORM_NEWS.has(decision.action)
      const id = (isOfStorm ? decision.storm : decision.incident) ?? ''
      const context = { consoleUrl, told: await outbox.told(id, decision.seq) }
      const notification = isOfStorm
        ? toStormNotification(decision, recordOf(decision, id, stormsById), context)
        : toNotification(decision, recordOf(decision, id, incidentsById), context)
      if (notification !== null) await outbox.enqueue(notification)
    }
  }
}

function recordOf<Of>({ seq }: Decision, id: string, records: ReadonlyMap<string, Of>): Of {
  const record = records.get(id)
  if (record !== undefined) return record
  throw new AppError('internal', 'a decision came without what it is about', { id, seq })
}
