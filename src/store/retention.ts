/**
 * What is old goes: history whose end lies before a time, and the part of the journal that no
 * snapshot needs any more. A record goes with all its versions, so that no old one comes back.
 */
import { z } from 'zod'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { sqlTime } from './query.ts'

const DELETIONS: readonly { readonly name: string; readonly sql: string }[] = [
  {
    name: 'retention.alerts',
    sql: `DELETE FROM alerts WHERE (scope, id, episode) IN (
      SELECT scope, id, episode FROM alerts FINAL
      WHERE state = 'resolved' AND ends_at < {before:DateTime64(3, 'UTC')})`,
  },
  {
    name: 'retention.incidents',
    sql: `DELETE FROM incidents WHERE (scope, id) IN (
      SELECT scope, id FROM incidents FINAL
      WHERE status IN ('closed', 'merged')
        AND coalesce(resolved_at, provisional_at) < {before:DateTime64(3, 'UTC')})`,
  },
  {
    name: 'retention.incident_history',
    sql: `DELETE FROM incident_history WHERE at < {before:DateTime64(3, 'UTC')}
      AND id NOT IN (SELECT id FROM incidents)`,
  },
  {
    name: 'retention.decisions',
    sql: `DELETE FROM decisions WHERE at < {before:DateTime64(3, 'UTC')}
      AND (incident = '' OR incident NOT IN (SELECT id FROM incidents))
      AND (problem = '' OR problem NOT IN (SELECT id FROM problems))`,
  },
  {
    name: 'retention.problem_links',
    sql: 'DELETE FROM problem_links WHERE incident NOT IN (SELECT id FROM incidents)',
  },
  {
    name: 'retention.changes',
    sql: "DELETE FROM changes WHERE starts_at < {before:DateTime64(3, 'UTC')}",
  },
]

/** Deletes ended alerts, closed and merged incidents, their decisions, and changes of before a time. */
export async function trimHistory(store: Store, before: EpochMs): Promise<void> {
  for (const { name, sql } of DELETIONS) await store.exec(name, sql, { before: sqlTime(before) })
}

const RESTART_SNAPSHOT = {
  name: 'retention.restart_snapshot',
  sql: `
    SELECT count() AS n, min(offset) AS offset
    FROM (SELECT offset FROM snapshots ORDER BY snapshot DESC LIMIT 2)`,
  row: z.object({ n: z.coerce.number(), offset: z.coerce.number() }),
}

const NEWEST_BEFORE = {
  name: 'retention.newest_before',
  sql: 'SELECT max(offset) AS offset FROM journal WHERE at < {before:Int64}',
  row: z.object({ offset: z.coerce.number() }),
}

/**
 * The offset before which the journal may be trimmed: of entries older than `before`, and never past
 * the snapshots that a restart reads. 0: nothing may go.
 */
export async function trimOffset(store: Store, before: EpochMs): Promise<number> {
  const [snapshot] = await store.rows(RESTART_SNAPSHOT)
  if (snapshot === undefined || snapshot.n === 0) return 0
  const [entry] = await store.rows(NEWEST_BEFORE, { before })
  return Math.min(snapshot.offset, entry?.offset ?? 0)
}
