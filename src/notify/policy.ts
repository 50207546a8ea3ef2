/**
 * Whether a channel wants a notification, and what follows from one attempt to deliver it. Pure:
 * time and chance are arguments.
 */
import { DAY, type EpochMs, HOUR, MINUTE, SECOND } from '../core/time.ts'
import type { Channel } from './channel.ts'
import {
  type DeliveryAttempt,
  type DeliveryRecord,
  KEPT_ATTEMPTS,
  type SendResult,
} from './delivery.ts'
import type { Notification } from './notification.ts'
import { isStormType } from './storm-data.ts'

/**
 * Waits before the 2nd, 3rd … attempt; after the last one the delivery has failed. The schedule that
 * the Standard Webhooks specification 1.0 suggests.
 */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
]
/** A wait is stretched by up to this share, so that many deliveries do not come back at once. */
const JITTER = 0.2
/** Older news is not told any more when it comes up for the first time, e.g. from a rebuilt state. */
export const MAX_AGE_MS = DAY
/** Retry-After no longer spares the schedule this long after the delivery was created. */
export const GIVE_UP_MS = 76 * HOUR
export const MAX_RETRY_AFTER_MS = DAY

export type Admission =
  | { readonly action: 'send' }
  | { readonly action: 'skip'; readonly reason: string }

/**
 * Decides whether `channel` gets a notification. One that was told about an incident hears of all that
 * follows, wherever the incident goes by then, and of its end and its return also where its priority
 * is low by then; it is not told a second time that the incident opened.
 *
 * @param told whether an earlier notification of the incident was meant for this channel
 */
export function admit(
  { id, events, minPriority }: Channel,
  { type, priority, at, channels }: Notification,
  { told, now }: { readonly told: boolean; readonly now: EpochMs },
): Admission {
  const asked = isStormType(type) ? 'incident.opened' : type
  if (!events.includes(asked)) return { action: 'skip', reason: `does not subscribe to ${asked}` }
  if (told && type === 'incident.opened') return { action: 'skip', reason: 'knows of it already' }
  if (!told && channels !== null && !channels.includes(id))
    return { action: 'skip', reason: 'the route of the incident leaves it out' }
  const closes =
    type === 'incident.resolved' || type === 'incident.reopened' || type === 'storm.ended'
  if (priority > minPriority && !(closes && told)) {
    return { action: 'skip', reason: `priority ${priority} is below its minimum ${minPriority}` }
  }
  if (now - at > MAX_AGE_MS) return { action: 'skip', reason: 'older than a day when it came up' }
  return { action: 'send' }
}

export interface Attempted {
  readonly startedAt: EpochMs
  readonly now: EpochMs
  /** 0 ≤ random < 1 */
  readonly random: number
}

/**
 * The record after an attempt. A named Retry-After is kept to and does not use up a step of the
 * schedule; everything else worth a retry does.
 */
export function settle(
  record: DeliveryRecord,
  result: SendResult,
  attempted: Attempted,
): DeliveryRecord {
  const { now, startedAt } = attempted
  const attempt: DeliveryAttempt = {
    at: startedAt,
    ms: now - startedAt,
    status: result.status,
    error: result.outcome === 'delivered' ? null : result.error,
  }
  const next: DeliveryRecord = {
    ...record,
    attempts: [...record.attempts, attempt].slice(-KEPT_ATTEMPTS),
    version: record.version + 1,
    nextAttemptAt: null,
    reason: null,
  }
  switch (result.outcome) {
    case 'delivered':
      return { ...next, state: 'delivered', deliveredAt: now }
    case 'failed':
      return { ...next, state: 'failed', reason: result.error, tries: record.tries + 1 }
    case 'gone':
      return { ...next, state: 'disabled', reason: result.error, tries: record.tries + 1 }
    case 'retry':
      return retry(next, result, attempted)
  }
}

/** The record as it ends when its channel is switched off before its turn. */
export function disable(record: DeliveryRecord, reason: string): DeliveryRecord {
  return {
    ...record,
    state: 'disabled',
    reason,
    nextAttemptAt: null,
    version: record.version + 1,
  }
}

/** The record as a person sends it again: due now, with the whole schedule ahead of it. */
export function renew(record: DeliveryRecord, now: EpochMs): DeliveryRecord {
  return {
    ...record,
    state: 'pending',
    reason: null,
    tries: 0,
    pushbacks: 0,
    nextAttemptAt: now,
    deliveredAt: null,
    version: record.version + 1,
  }
}

function retry(
  record: DeliveryRecord,
  { error, retryAfterMs }: Extract<SendResult, { outcome: 'retry' }>,
  { now, random }: Attempted,
): DeliveryRecord {
  const stretch = 1 + JITTER * random
  if (retryAfterMs !== null && now - record.createdAt < GIVE_UP_MS) {
    // Doubling keeps a receiver that says "1" for three days from being asked every second.
    const patience = Math.min(MINUTE, SECOND * 2 ** Math.min(record.pushbacks, 6))
    const wait = Math.max(retryAfterMs, patience)
    return {
      ...record,
      pushbacks: record.pushbacks + 1,
      nextAttemptAt: now + Math.ceil(wait * stretch),
    }
  }
  const delay = RETRY_DELAYS_MS[record.tries]
  const counted = { ...record, tries: record.tries + 1, pushbacks: 0 }
  if (delay === undefined) return { ...counted, state: 'failed', reason: error }
  return { ...counted, nextAttemptAt: now + Math.ceil(delay * stretch) }
}

/**
 * Reads a Retry-After header: seconds, or an HTTP date (RFC 9110, 10.2.3).
 *
 * @returns milliseconds from `now`, 0 … MAX_RETRY_AFTER_MS; null where absent or unreadable
 */
export function parseRetryAfter(header: string | null, now: EpochMs): number | null {
  if (header === null) return null
  const text = header.trim()
  const ms = /^\d+$/.test(text) ? Number(text) * SECOND : Date.parse(text) - now
  return Number.isNaN(ms) ? null : Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms))
}
