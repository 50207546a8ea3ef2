/**
 * Views of incidents that people saved: this table is their only owner. They decide nothing, so they
 * are no entries of the journal (docs/adr/0010-views-are-records.md).
 */
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import type { NamedQuery } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

export interface StoredView<Query extends object> {
  readonly id: string
  readonly name: string
  readonly query: Query
  readonly createdAt: EpochMs
  readonly createdBy: string
  readonly updatedAt: EpochMs
  readonly updatedBy: string
  /** Rises with every change; the row with the highest is the current one. */
  readonly version: number
}

/** Most views of an installation. */
export const MAX_VIEWS = 200

const LIST: NamedQuery<{ record: string }> = {
  name: 'incident_views.list',
  sql: `SELECT record FROM incident_views FINAL ORDER BY lower(name), id LIMIT ${MAX_VIEWS}`,
  row: RecordRow,
}

/** Every view, by name. */
export async function listViews<Query extends object>(store: Store): Promise<StoredView<Query>[]> {
  return (await store.rows(LIST)).map(decodeRecord<StoredView<Query>>)
}

/** Adds or replaces by id, unless the stored one has a higher version; resolves when durable. */
export async function putView<Query extends object>(
  store: Store,
  view: StoredView<Query>,
): Promise<void> {
  const { id, name, version } = view
  const row = { id, name, record: JSON.stringify(view), version: String(version), deleted: 0 }
  await store.insert('incident_views', [row])
}

/** Takes a view away; resolves when that is durable. */
export async function deleteView(
  store: Store,
  { id, version }: Pick<StoredView<object>, 'id' | 'version'>,
): Promise<void> {
  const row = { id, name: '', record: '{}', version: String(version + 1), deleted: 1 }
  await store.insert('incident_views', [row])
}
