/** What happened to one alert: its decisions, over all of its episodes. */
import type { Decision } from '../core/decision.ts'
import type { Store } from './client.ts'
import type { NamedQuery } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

/** Most decisions that {@link decisionsOfAlert} answers. */
export const MAX_DECISIONS = 2000

const OF_ALERT: NamedQuery<{ record: string }> = {
  name: 'decisions.of_alert',
  sql: `
    SELECT record FROM decisions
    WHERE alert_id = {id:String} AND startsWith(action, 'alert.')
    ORDER BY version DESC, scope
    LIMIT 1 BY version, scope
    LIMIT ${MAX_DECISIONS}`,
  row: RecordRow,
}

/** The newest decisions about an alert, oldest first, at most {@link MAX_DECISIONS}. */
export async function decisionsOfAlert(store: Store, id: string): Promise<Decision[]> {
  return (await store.rows(OF_ALERT, { id })).map(decodeRecord<Decision>).reverse()
}
