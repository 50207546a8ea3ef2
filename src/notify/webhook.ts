/**
 * Generic webhook: a POST signed as Standard Webhooks 1.0 says
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 * `webhook-id` is the notification's key: the same in every retry, for receivers to drop repeats.
 */
import { createHmac } from 'node:crypto'
import { SECOND } from '../core/time.ts'
import type { WebhookChannel } from './channel.ts'
import type { SendResult } from './delivery.ts'
import { type HttpDeps, send } from './http.ts'
import { type Notification, toPayload } from './notification.ts'
import { parseRetryAfter } from './policy.ts'

/** What is signed: `{id}.{timestamp}.{body}`. */
export interface Signed {
  readonly id: string
  /** Unix seconds of this attempt. */
  readonly timestamp: number
  readonly body: string
}

/**
 * The `webhook-signature` header: one `v1,<base64>` HMAC-SHA256 per secret, separated by spaces.
 *
 * @param secrets `whsec_` and base64
 */
export function sign(secrets: readonly string[], { id, timestamp, body }: Signed): string {
  return secrets
    .map((text) => Buffer.from(text.replace(/^whsec_/, ''), 'base64'))
    .map((key) => createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64'))
    .map((signature) => `v1,${signature}`)
    .join(' ')
}

/** One attempt. 2xx is delivered, 410 switches the channel off, everything else is worth a retry. */
export async function sendWebhook(
  channel: WebhookChannel,
  notification: Notification,
  deps: HttpDeps,
): Promise<SendResult> {
  const body = toPayload(notification)
  const id = notification.key
  const timestamp = Math.floor(deps.clock.now() / SECOND)
  const secrets = channel.secrets.map((held) => held.reveal())
  const answer = await send(
    {
      url: channel.url,
      method: 'POST',
      allowPrivate: channel.allowPrivate,
      body,
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': sign(secrets, { id, timestamp, body }),
      },
    },
    deps,
  )
  if (answer.kind === 'error') {
    return { outcome: 'retry', status: null, error: answer.error, retryAfterMs: null }
  }
  const { status, retryAfter } = answer
  if (status >= 200 && status < 300) return { outcome: 'delivered', status }
  const error = `${channel.url}: HTTP ${status}${isRedirect(status) ? ', not followed' : ''}`
  if (status === 410) return { outcome: 'gone', status, error }
  const retryAfterMs = parseRetryAfter(retryAfter, deps.clock.now())
  return { outcome: 'retry', status, error, retryAfterMs }
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400
}
