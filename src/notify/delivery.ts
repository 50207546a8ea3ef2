/**
 * The delivery log: one record per notification and channel. It is what people see ("why was I not
 * told?") and what the outbox continues from after a restart.
 */
import type { EpochMs } from '../core/time.ts'
import type { Notification } from './notification.ts'

/**
 * `pending`: will be tried at `nextAttemptAt`. `failed`: given up. `disabled`: its channel said that
 * it is gone. `skipped`: the channel does not want it. Only `pending` is not final.
 */
export const DELIVERY_STATES = ['pending', 'delivered', 'failed', 'disabled', 'skipped'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

export interface DeliveryAttempt {
  readonly at: EpochMs
  /** From the first byte sent to the answer, or to giving up. */
  readonly ms: number
  /** HTTP status; null where there was no answer. */
  readonly status: number | null
  /** Why it did not count as delivered, without secrets; null where it did. */
  readonly error: string | null
}

export interface DeliveryRecord {
  /** `<key>:<channel>`; neither part holds a colon. */
  readonly id: string
  /** Idempotency key of the notification: the same in every channel, retry and restart. */
  readonly key: string
  readonly channel: string
  readonly type: Notification['type']
  /** Id of the incident, or of the storm. */
  readonly incident: string
  readonly title: string
  readonly state: DeliveryState
  /** Why it was skipped, failed or disabled, one sentence; null otherwise. */
  readonly reason: string | null
  /** Oldest first, the newest KEPT_ATTEMPTS only. */
  readonly attempts: readonly DeliveryAttempt[]
  /** Attempts that used up a step of the retry schedule. */
  readonly tries: number
  /** Consecutive answers that asked us to come back later (Retry-After). */
  readonly pushbacks: number
  /** Set while `pending`, else null. */
  readonly nextAttemptAt: EpochMs | null
  readonly createdAt: EpochMs
  readonly deliveredAt: EpochMs | null
  /** Rises by one with every change of the record; the record with the highest is the current one. */
  readonly version: number
  /** What is sent; plain JSON. */
  readonly notification: Notification
}

/** Where the delivery log is kept. Every method may reject; the outbox then tries again or reports. */
export interface DeliveryStore {
  /**
   * Adds the record or replaces the one with its `id`, unless that has a higher `version`; resolves
   * when that is durable.
   */
  put(record: DeliveryRecord): Promise<void>
  /** Every record in state `pending`, in any order. */
  pending(): Promise<readonly DeliveryRecord[]>
  /** The current record with this `id`. */
  find(id: string): Promise<DeliveryRecord | null>
  /** The current records of one incident, in any order; what was `put` before must be seen. */
  ofIncident(incident: string): Promise<readonly DeliveryRecord[]>
}

export const KEPT_ATTEMPTS = 20

/** What became of one attempt. Error texts hold no secrets. */
export type SendResult =
  | { readonly outcome: 'delivered'; readonly status: number }
  /** Worth another try; `retryAfterMs` where the receiver named a time. */
  | {
      readonly outcome: 'retry'
      readonly status: number | null
      readonly error: string
      readonly retryAfterMs: number | null
    }
  /** This one will never be taken; others may. */
  | { readonly outcome: 'failed'; readonly status: number | null; readonly error: string }
  /** The receiver is gone for good: the channel is switched off. */
  | { readonly outcome: 'gone'; readonly status: number; readonly error: string }
