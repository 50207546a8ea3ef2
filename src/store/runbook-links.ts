/** Which runbooks the rules of alerts name. */
import { z } from 'zod'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'

export interface RunbookLink {
  readonly rule: string
  readonly url: string
  /** Episodes of alerts. */
  readonly alerts: number
  readonly lastSeenAt: EpochMs
}

/** Pairs of a rule and an address; installations have some hundreds. */
const MAX_LINKS = 5000

// the text is looked for first, so that few records are read as JSON
const LINKS: NamedQuery<RunbookLink> = {
  name: 'alerts.runbookLinks',
  sql: `
    SELECT rule, JSONExtractString(record, 'annotations', 'runbook_url') AS url,
      count() AS alerts, ${epochMs('max(last_seen_at)')} AS lastSeenAt
    FROM alerts FINAL
    WHERE last_seen_at >= {since:DateTime64(3, 'UTC')}
      AND position(record, '"runbook_url":"') > 0 AND url != ''
    GROUP BY rule, url
    ORDER BY alerts DESC, rule, url
    LIMIT ${MAX_LINKS}`,
  row: z.object({
    rule: z.string(),
    url: z.string(),
    alerts: z.coerce.number(),
    lastSeenAt: z.coerce.number(),
  }),
}

/** `runbook_url`s of alerts seen since a time, with their rules, those of most alerts first. */
export function runbookLinks(store: Store, since: EpochMs): Promise<readonly RunbookLink[]> {
  return store.rows(LINKS, { since: sqlTime(since) })
}
