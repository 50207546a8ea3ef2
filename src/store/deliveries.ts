/** Deliveries: what was sent to whom, with every try; the delivery log and the outbox in one. */
import { z } from 'zod'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

/** What the store needs to know of a delivery; whatever else it carries comes back as it went in. */
export interface StoredDelivery {
  readonly id: string
  readonly channel: string
  readonly type: string
  readonly incident: string
  readonly state: string
  readonly createdAt: EpochMs
  /** Rises by one with every change; the row with the highest is the current one. */
  readonly version: number
}

export interface DeliveryFilter extends PageRequest {
  readonly state?: string
  readonly channel?: string
  readonly incident?: string
}

/** The delivery store that the senders need, and the log that people see. Rows go after 90 days. */
export interface Deliveries<Item extends StoredDelivery> {
  /** Adds or replaces by `id`, unless the stored one has a higher `version`; resolves when durable. */
  put(delivery: Item): Promise<void>
  /** Every delivery in state `pending`, oldest first. */
  pending(): Promise<readonly Item[]>
  /** `null` where there is none of that id. */
  find(id: string): Promise<Item | null>
  /** The deliveries of one incident, oldest first; what was put before is seen. */
  ofIncident(incident: string): Promise<readonly Item[]>
  /** Newest first, by `createdAt` and then id; throws AppError `payload_invalid` on a bad limit or cursor. */
  list(filter: DeliveryFilter): Promise<Page<Item>>
}

const CURSOR = z.tuple([z.number(), z.string()])

const LIST: NamedQuery<{ at: number; id: string; record: string }> = {
  name: 'deliveries.list',
  sql: `
    SELECT ${epochMs('created_at')} AS at, id, record
    FROM deliveries FINAL
    WHERE id IN (
      SELECT id FROM deliveries FINAL
      WHERE (created_at < {before:DateTime64(3, 'UTC')}
          OR (created_at = {before:DateTime64(3, 'UTC')} AND id > {after:String}))
        AND ({state:String} = '' OR state = {state:String})
        AND ({channel:String} = '' OR channel = {channel:String})
        AND ({incident:String} = '' OR incident = {incident:String})
      ORDER BY created_at DESC, id
      LIMIT {rows:UInt32}
    )
    ORDER BY created_at DESC, id`,
  row: RecordRow.extend({ at: z.coerce.number(), id: z.string() }),
}

// while rows go after 90 days, an older version may outlive a newer one for a moment
const PENDING: NamedQuery<{ id: string; record: string }> = {
  name: 'deliveries.pending',
  sql: `
    SELECT id, record FROM deliveries FINAL
    WHERE state = 'pending' AND id > {after:String}
      AND created_at > now() - INTERVAL 89 DAY
    ORDER BY id LIMIT 1000`,
  row: RecordRow.extend({ id: z.string() }),
}

const FIND: NamedQuery<{ record: string }> = {
  name: 'deliveries.find',
  sql: 'SELECT record FROM deliveries FINAL WHERE id = {id:String} LIMIT 1',
  row: RecordRow,
}

const OF_INCIDENT: NamedQuery<{ record: string }> = {
  name: 'deliveries.of_incident',
  sql: `
    SELECT record FROM deliveries FINAL WHERE incident = {incident:String}
    ORDER BY created_at, id LIMIT 10000`,
  row: RecordRow,
}

/** The deliveries of this store. */
export function openDeliveries<Item extends StoredDelivery>(store: Store): Deliveries<Item> {
  let waiting: object[] = []
  let writing: Promise<void> = Promise.resolve()
  /** What comes while a write runs goes into the next one together. */
  const put = (delivery: Item): Promise<void> => {
    waiting.push(toRow(delivery))
    if (waiting.length > 1) return writing
    writing = writing
      .catch(() => undefined)
      .then(() => {
        const rows = waiting
        waiting = []
        return store.insert('deliveries', rows)
      })
    return writing
  }
  return {
    put,
    pending: () => readPending<Item>(store),
    find: async (id) => {
      const [row] = await store.rows(FIND, { id })
      return row === undefined ? null : decodeRecord<Item>(row)
    },
    ofIncident: async (incident) =>
      (await store.rows(OF_INCIDENT, { incident })).map(decodeRecord<Item>),
    list: (filter) => listDeliveries<Item>(store, filter),
  }
}

function toRow(delivery: StoredDelivery): object {
  return {
    id: delivery.id,
    channel: delivery.channel,
    type: delivery.type,
    incident: delivery.incident,
    state: delivery.state,
    created_at: sqlTime(delivery.createdAt),
    record: JSON.stringify(delivery),
    version: delivery.version,
  }
}

async function readPending<Item extends StoredDelivery>(store: Store): Promise<Item[]> {
  const found: Item[] = []
  let after = ''
  for (;;) {
    const rows = await store.rows(PENDING, { after })
    found.push(...rows.map(decodeRecord<Item>))
    const last = rows.at(-1)
    if (last === undefined || rows.length < 1000) break
    after = last.id
  }
  return found.sort((a, b) => a.createdAt - b.createdAt)
}

async function listDeliveries<Item extends StoredDelivery>(
  store: Store,
  filter: DeliveryFilter,
): Promise<Page<Item>> {
  checkLimit(filter.limit)
  const [before, after] =
    filter.cursor === undefined
      ? [Number.POSITIVE_INFINITY, '']
      : fromCursor('deliveries', filter.cursor, CURSOR)
  const rows = await store.rows(LIST, {
    before: sqlTime(before),
    after,
    state: filter.state ?? '',
    channel: filter.channel ?? '',
    incident: filter.incident ?? '',
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: decodeRecord<Item>,
    cursor: (row) => toCursor('deliveries', [row.at, row.id]),
  })
}
