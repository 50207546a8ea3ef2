/**
 * What fired on CIs at a moment of the past, and when that changed. Episodes say since when, the
 * decisions about them until when and whether they were muted; see docs/adr/0019-past-of-the-maps.md.
 */
import { z } from 'zod'
import { SEVERITIES, type Severity } from '../core/model.ts'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'

export interface FiringThen {
  readonly ci: string
  /** Alerts that fired and were not muted, and those that were. */
  readonly firing: number
  readonly suppressed: number
  /** The worst of those not muted. */
  readonly severity: Severity | null
  /** By id, at most 100. */
  readonly incidents: readonly string[]
}

const KEY = "concat(id, '.', toString(episode))"
const RANKED = `['${SEVERITIES.join("', '")}']`
/** Nothing is written of an episode after its end is known, but by later reports of that end. */
const LASTS = (at: string): string =>
  `(ends_at IS NULL OR greatest(assumeNotNull(ends_at), last_seen_at) >= {${at}:DateTime64(3, 'UTC')})`

/** Episodes that were known by then, and were or may have been firing. */
const CANDIDATES = `
  SELECT ${KEY} AS key, ci, severity, incident, ends_at FROM alerts FINAL
  WHERE ci != '' AND first_seen_at <= {at:DateTime64(3, 'UTC')} AND ${LASTS('at')}
    AND (empty({cis:Array(String)}) OR has({cis:Array(String)}, ci))`

const THEN: NamedQuery<FiringThen> = {
  name: 'topology_past.then',
  sql: `
    SELECT ci, countIf(NOT muted) AS firing, countIf(muted) AS suppressed,
      minIf(indexOf(${RANKED}, severity), NOT muted) AS rank,
      arraySort(groupUniqArrayIf(100)(incident, incident != '')) AS incidents
    FROM (
      SELECT episode.ci AS ci, episode.severity AS severity, episode.incident AS incident,
        known.muting = 'alert.suppressed' AS muted,
        multiIf(known.course = 'alert.resolved', false,
          known.course = 'alert.refired' OR known.ends > 0, true,
          episode.ends_at IS NULL OR episode.ends_at > {at:DateTime64(3, 'UTC')}) AS fires
      FROM (${CANDIDATES}) AS episode
      LEFT JOIN (
        SELECT alert,
          argMaxIf(action, version, action IN ('alert.resolved', 'alert.refired')
            AND at <= {at:DateTime64(3, 'UTC')}) AS course,
          argMaxIf(action, version, action IN ('alert.suppressed', 'alert.unsuppressed',
            'alert.refired') AND at <= {at:DateTime64(3, 'UTC')}) AS muting,
          countIf(action = 'alert.resolved') AS ends
        FROM decisions
        WHERE action IN
            ('alert.resolved', 'alert.refired', 'alert.suppressed', 'alert.unsuppressed')
          AND alert IN (SELECT key FROM (${CANDIDATES}))
        GROUP BY alert
      ) AS known ON known.alert = episode.key
    )
    WHERE fires
    GROUP BY ci ORDER BY ci LIMIT {rows:UInt32}`,
  row: z
    .object({
      ci: z.string(),
      firing: z.coerce.number(),
      suppressed: z.coerce.number(),
      rank: z.coerce.number(),
      incidents: z.array(z.string()),
    })
    .transform(({ rank, ...row }) => ({
      ...row,
      severity: row.firing === 0 ? null : (SEVERITIES[rank - 1] ?? 'unknown'),
    })),
}

interface Moment {
  readonly at: EpochMs
  /** Of these alone; all unless given. */
  readonly cis?: readonly string[]
  /** CIs. */
  readonly limit: number
}

/**
 * CIs on which something fired at `at`, by id, at most `limit`. What fired and whether it was muted is
 * what was known then; severity, CI and incident of an alert are those that are known now.
 * O(episodes + decisions about those that may have fired)
 */
export async function firingAt(
  store: Store,
  { at, cis = [], limit }: Moment,
): Promise<readonly FiringThen[]> {
  return store.rows(THEN, { at: sqlTime(at), cis, rows: limit })
}

/** What changed on the maps since the step before. */
export interface MapStep {
  readonly at: EpochMs
  /** Alerts that began or turned out to go on, and that ended. */
  readonly began: number
  readonly ended: number
  /** Alerts that were muted, and that were not any more. */
  readonly muted: number
  readonly unmuted: number
}

/** Beyond so many moments, neighbours are told together. */
const MAX_MAP_STEPS = 200

/** Alerts of the range that are about a CI. */
const BOUND = `
  SELECT ${KEY} AS key, first_seen_at FROM alerts FINAL
  WHERE ci != '' AND first_seen_at <= {to:DateTime64(3, 'UTC')} AND ${LASTS('from')}
    AND ({incident:String} = '' OR incident = {incident:String})`

const STEPS: NamedQuery<MapStep> = {
  name: 'topology_past.steps',
  sql: `
    SELECT max(ms) AS at, sum(came) AS began, sum(went) AS ended, sum(hushed) AS muted,
      sum(loud) AS unmuted
    FROM (
      SELECT ms, came, went, hushed, loud,
        row_number() OVER (ORDER BY ms) - 1 AS n, count() OVER () AS total
      FROM (
        SELECT ms, countIf(what = 'began') AS came, countIf(what = 'alert.resolved') AS went,
          countIf(what = 'alert.suppressed') AS hushed,
          countIf(what = 'alert.unsuppressed') AS loud
        FROM (
          SELECT ${epochMs('first_seen_at')} AS ms, 'began' AS what FROM (${BOUND})
          WHERE first_seen_at >= {from:DateTime64(3, 'UTC')}
          UNION ALL
          SELECT ${epochMs('at')} AS ms,
            if(action = 'alert.refired', 'began', toString(action)) AS what
          FROM decisions FINAL
          WHERE at >= {from:DateTime64(3, 'UTC')} AND at <= {to:DateTime64(3, 'UTC')}
            AND (action IN ('alert.resolved', 'alert.suppressed', 'alert.unsuppressed')
              OR (action = 'alert.refired' AND reason != 'fired_again'))
            AND alert IN (SELECT key FROM (${BOUND}))
        )
        GROUP BY ms
      )
      ORDER BY ms
    )
    GROUP BY intDiv(n * ${MAX_MAP_STEPS}, greatest(total, ${MAX_MAP_STEPS}))
    ORDER BY at LIMIT ${MAX_MAP_STEPS}`,
  row: z.object({
    at: z.coerce.number(),
    began: z.coerce.number(),
    ended: z.coerce.number(),
    muted: z.coerce.number(),
    unmuted: z.coerce.number(),
  }),
}

interface Stretch {
  /** Both inclusive. */
  readonly from: EpochMs
  readonly to: EpochMs
  /** Alerts that are in it now; of everything unless given. */
  readonly incident?: string
}

/** The moments of a range at which what fires on CIs changed, the oldest first, at most 200. */
export async function mapSteps(
  store: Store,
  { from, to, incident = '' }: Stretch,
): Promise<readonly MapStep[]> {
  return store.rows(STEPS, { from: sqlTime(from), to: sqlTime(to), incident })
}

const FIRST: NamedQuery<{ n: number; since: number }> = {
  name: 'topology_past.first',
  sql: `
    SELECT count() AS n, min(${epochMs('at')}) AS since
    FROM (SELECT at FROM decisions WHERE startsWith(action, 'alert.') ORDER BY version LIMIT 1)`,
  row: z.object({ n: z.coerce.number(), since: z.coerce.number() }),
}

/** When the first thing was decided of an alert that is still known; `null`: nothing was. */
export async function decidedSince(store: Store): Promise<EpochMs | null> {
  const [row] = await store.rows(FIRST)
  return row === undefined || row.n === 0 ? null : row.since
}
