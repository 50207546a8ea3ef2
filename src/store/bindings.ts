/** How alerts were bound: by which rule, per source. */
import { z } from 'zod'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'

const Row = z
  .object({ source: z.string(), bound_by: z.string(), episodes: z.coerce.number() })
  .transform(({ source, bound_by, episodes }) => ({ source, rule: bound_by, alerts: episodes }))
export type BindingCount = Readonly<z.output<typeof Row>>

const COUNT: NamedQuery<BindingCount> = {
  name: 'bindings.count',
  sql: `
    SELECT source, JSONExtractString(record, 'binding', 'rule') AS bound_by, count() AS episodes
    FROM alerts FINAL
    WHERE first_seen_at >= {from:DateTime64(3, 'UTC')} AND first_seen_at < {to:DateTime64(3, 'UTC')}
    GROUP BY source, bound_by
    ORDER BY episodes DESC, source, bound_by
    LIMIT 10000`,
  row: Row,
}

/** Episodes first seen in a range, by source and binding rule; the empty rule: unbound. */
export function countBindings(
  store: Store,
  { from, to }: { readonly from: EpochMs; readonly to: EpochMs },
): Promise<readonly BindingCount[]> {
  return store.rows(COUNT, { from: sqlTime(from), to: sqlTime(to) })
}

const CiRow = z
  .object({
    bound_by: z.string(),
    matched: z.string(),
    episodes: z.coerce.number(),
    confidence: z.coerce.number(),
    first: z.coerce.number(),
    last: z.coerce.number(),
  })
  .transform(({ bound_by, episodes, ...rest }) => ({ ...rest, rule: bound_by, alerts: episodes }))
export type CiBindingCount = Readonly<z.output<typeof CiRow>>

const OF_CI: NamedQuery<CiBindingCount> = {
  name: 'bindings.of_ci',
  sql: `
    SELECT JSONExtractString(record, 'binding', 'rule') AS bound_by,
      JSONExtractString(record, 'binding', 'matched') AS matched, count() AS episodes,
      argMax(JSONExtractFloat(record, 'binding', 'confidence'), first_seen_at) AS confidence,
      ${epochMs('min(first_seen_at)')} AS first, ${epochMs('max(first_seen_at)')} AS last
    FROM alerts FINAL
    WHERE ci = {ci:String}
    GROUP BY bound_by, matched
    ORDER BY episodes DESC, bound_by, matched
    LIMIT 50`,
  row: CiRow,
}

/** By which rule and which name episodes came to a CI, most of them first; at most 50 ways. */
export function bindingsOfCi(store: Store, ci: string): Promise<readonly CiBindingCount[]> {
  return store.rows(OF_CI, { ci })
}
