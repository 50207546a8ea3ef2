/** Deliveries: what was sent to whom, with every try; the delivery log and the outbox in one. */
import { z } from 'zod'
import type { EpochMs } from '../core/time.ts'
import type { Store } from './client.ts'
import { checkLimit, fromCursor, type Page, type PageRequest, toCursor, toPage } from './page.ts'
import { epochMs, type NamedQuery, sqlTime } from './query.ts'
import { decodeRecord, RecordRow } from './stored.ts'

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

/** One message to one channel. Channels add fields of their own; they come back as they went in. */
export interface DeliveryRecord {
  /** Idempotency key: the same for every try, and for the same message after a restart. */
  readonly key: string
  readonly channel: string
  /** What happened, e.g. `incident.notified`. */
  readonly event: string
  readonly incident: string | null
  readonly status: DeliveryStatus
  /** Tries so far; it never falls, and is the version of the row. */
  readonly attempts: number
  readonly createdAt: EpochMs
  /** When it was last tried or changed. */
  readonly updatedAt: EpochMs
  readonly nextAttemptAt: EpochMs | null
  readonly lastError: string | null
}

/**
 * Stores deliveries by key: of two of one key the one with more `attempts` stays, then the one
 * with the later `updatedAt`.
 */
export async function putDeliveries(
  store: Store,
  deliveries: readonly DeliveryRecord[],
): Promise<void> {
  await store.insert('deliveries', deliveries.map(toRow))
}

function toRow(delivery: DeliveryRecord): object {
  return {
    key: delivery.key,
    channel: delivery.channel,
    event: delivery.event,
    incident: delivery.incident ?? '',
    status: delivery.status,
    created_at: sqlTime(delivery.createdAt),
    record: JSON.stringify(delivery),
    version: (BigInt(delivery.attempts) * 2n ** 48n + BigInt(delivery.updatedAt)).toString(),
  }
}

export interface DeliveryFilter extends PageRequest {
  readonly status?: DeliveryStatus
  readonly channel?: string
  readonly incident?: string
}

const CURSOR = z.tuple([z.number(), z.string()])

const LIST: NamedQuery<{ at: number; key: string; record: string }> = {
  name: 'deliveries.list',
  sql: `
    SELECT ${epochMs('created_at')} AS at, key, record
    FROM deliveries FINAL
    WHERE key IN (
      SELECT key FROM deliveries FINAL
      WHERE (created_at < {before:DateTime64(3, 'UTC')}
          OR (created_at = {before:DateTime64(3, 'UTC')} AND key > {after:String}))
        AND ({status:String} = '' OR status = {status:String})
        AND ({channel:String} = '' OR channel = {channel:String})
        AND ({incident:String} = '' OR incident = {incident:String})
      ORDER BY created_at DESC, key
      LIMIT {rows:UInt32}
    )
    ORDER BY created_at DESC, key`,
  row: RecordRow.extend({ at: z.coerce.number(), key: z.string() }),
}

/**
 * Deliveries, newest first. They go 90 days after they were made.
 *
 * @throws AppError `payload_invalid` on a limit or cursor that does not fit
 */
export async function listDeliveries<Item extends DeliveryRecord = DeliveryRecord>(
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
    status: filter.status ?? '',
    channel: filter.channel ?? '',
    incident: filter.incident ?? '',
    rows: filter.limit + 1,
  })
  return toPage(rows, filter.limit, {
    item: decodeRecord<Item>,
    cursor: (row) => toCursor('deliveries', [row.at, row.key]),
  })
}

const PENDING: NamedQuery<{ record: string }> = {
  name: 'deliveries.pending',
  sql: `
    SELECT record FROM deliveries FINAL WHERE status = 'pending'
    ORDER BY created_at, key LIMIT 10000`,
  row: RecordRow,
}

/** What is still to be delivered, oldest first, at most 10,000: what a restart takes up again. */
export async function pendingDeliveries<Item extends DeliveryRecord = DeliveryRecord>(
  store: Store,
): Promise<Item[]> {
  return (await store.rows(PENDING)).map(decodeRecord<Item>)
}

const GET: NamedQuery<{ record: string }> = {
  name: 'deliveries.get',
  sql: 'SELECT record FROM deliveries FINAL WHERE key = {key:String} LIMIT 1',
  row: RecordRow,
}

/** One delivery; `null` where there is none of that key. */
export async function getDelivery<Item extends DeliveryRecord = DeliveryRecord>(
  store: Store,
  key: string,
): Promise<Item | null> {
  const [row] = await store.rows(GET, { key })
  return row === undefined ? null : decodeRecord<Item>(row)
}
