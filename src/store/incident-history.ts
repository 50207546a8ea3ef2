/** An incident as it was known at a moment, and the moments at which something happened. */
import { z } from 'zod'
import type { IncidentRecord } from '../core/record.ts'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

const AT: NamedQuery<{ record: string }> = {
  name: 'incident_history.at',
  sql: `
    SELECT record FROM incident_history
    WHERE id = {id:String} AND at <= {at:DateTime64(3, 'UTC')}
    ORDER BY version DESC LIMIT 1`,
  row: RecordRow,
}

/**
 * The incident as it was by `at`, the end of a moment (moment.ts); `null` where nothing was known of
 * it by then. What an engine decided while it caught up after a crash may be kept less finely.
 */
export async function getIncidentAt(
  store: Store,
  id: string,
  at: EpochMs,
): Promise<IncidentRecord | null> {
  const [row] = await store.rows(AT, { id, at: sqlTime(at) })
  return row === undefined ? null : decodeRecord<IncidentRecord>(row)
}

/** What happened to an incident up to a moment, since the one before. */
export interface Step {
  readonly at: EpochMs
  /** Alerts that came into it, and alerts that ended. */
  readonly joined: number
  readonly resolved: number
  /** What was decided about the incident itself, at most 4. */
  readonly texts: readonly string[]
  /** Whether a person did something. */
  readonly person: boolean
}

/** Beyond so many moments, neighbours are told together. */
export const MAX_STEPS = 200

const STEPS: NamedQuery<Step> = {
  name: 'incident_history.steps',
  sql: `
    SELECT max(ms) AS at, sum(came) AS joined, sum(ended) AS resolved,
      arraySlice(arrayFlatten(groupArray(said)), 1, 4) AS texts, max(acted) AS person
    FROM (
      SELECT ms, came, ended, said, acted,
        row_number() OVER (ORDER BY ms) - 1 AS n, count() OVER () AS total
      FROM (
        SELECT ${epochMs('at')} AS ms,
          countIf(action IN ('alert.opened', 'alert.joined', 'alert.moved')) AS came,
          countIf(action = 'alert.resolved') AS ended,
          groupArrayIf(4)(JSONExtractString(record, 'text'), action LIKE 'incident.%') AS said,
          max(actor != 'engine' AND NOT startsWith(actor, 'rule:')) AS acted
        FROM decisions FINAL WHERE incident = {id:String}
        GROUP BY ms
      )
      ORDER BY ms
    )
    GROUP BY intDiv(n * ${MAX_STEPS}, greatest(total, ${MAX_STEPS}))
    ORDER BY at LIMIT ${MAX_STEPS}`,
  row: z.object({
    at: z.coerce.number(),
    joined: z.coerce.number(),
    resolved: z.coerce.number(),
    texts: z.array(z.string()),
    person: z.coerce.number().transform((value) => value === 1),
  }),
}

/** The moments of an incident, the oldest first, at most {@link MAX_STEPS}. */
export async function stepsOf(store: Store, id: string): Promise<readonly Step[]> {
  return store.rows(STEPS, { id })
}

const KNOWN_SINCE: NamedQuery<{ n: number; since: number }> = {
  name: 'incident_history.since',
  sql: `
    SELECT count() AS n, min(${epochMs('at')}) AS since
    FROM incident_history WHERE id = {id:String}`,
  row: z.object({ n: z.coerce.number(), since: z.coerce.number() }),
}

/** From when on the incident can be shown as it was; `null`: nothing of its past is kept. */
export async function knownSince(store: Store, id: string): Promise<EpochMs | null> {
  const [row] = await store.rows(KNOWN_SINCE, { id })
  return row === undefined || row.n === 0 ? null : row.since
}
