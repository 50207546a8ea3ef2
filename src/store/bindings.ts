/** How alerts were bound: by which rule, per source. */
import { z } from 'zod'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { type NamedQuery, sqlTime } from './query.ts'

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
