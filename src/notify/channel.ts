/**
 * The settings of outbound channels and of the heartbeat. Addresses and signing secrets become
 * `Secret`s here: what is logged or returned later shows their origin or nothing.
 */
import { z } from 'zod'
import { CHANNEL_ID } from '../core/route-rules.ts'
import { NOTIFICATION_TYPES, type NotificationType } from './notification.ts'
import { type Secret, secret } from './secret.ts'

/** An http(s) address that shows only its origin: path, query and user part often hold secrets. */
const address = z.string().transform((text, ctx): Secret => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^https?:$/.test(url.protocol)) {
    ctx.addIssue({ code: 'custom', message: 'must be an http or https URL' })
    return z.NEVER
  }
  return secret(url.href, url.origin)
})

const signingSecret = z.string().transform((text, ctx): Secret => {
  const base64 = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text)?.[1]
  const bytes = base64 === undefined ? 0 : Buffer.from(base64, 'base64').length
  if (bytes < 24 || bytes > 64) {
    ctx.addIssue({
      code: 'custom',
      message: 'must be whsec_ and the base64 of 24 to 64 random bytes (openssl rand -base64 32)',
    })
    return z.NEVER
  }
  return secret(text)
})

const common = {
  id: z.string().regex(CHANNEL_ID, 'must be 1 to 63 of A-Z a-z 0-9 _ -'),
  url: address,
  /** Which changes it wants; all of them where absent. */
  events: z
    .array(z.enum(NOTIFICATION_TYPES))
    .min(1)
    .default([...NOTIFICATION_TYPES]),
  /** The least urgent priority it wants, 1 to 5. */
  minPriority: z.int().min(1).max(5).default(5),
  /** Lets it reach private, loopback and link-local addresses, and plain http. */
  allowPrivate: z.boolean().default(false),
}

const webhook = z.strictObject({
  type: z.literal('webhook'),
  ...common,
  /** Standard Webhooks secrets; each signs every message, so that one can be replaced by another. */
  secrets: z.array(signingSecret).min(1).max(5),
})
const slack = z.strictObject({ type: z.literal('slack'), ...common })

/** Setting `channels`: a list of channels with ids of their own. */
export const channelsSchema = z
  .array(z.discriminatedUnion('type', [webhook, slack]).superRefine(httpsOnly))
  .superRefine((channels, ctx) => {
    const ids = channels.map(({ id }) => id)
    for (const [index, id] of ids.entries()) {
      if (ids.indexOf(id) === index) continue
      ctx.addIssue({ code: 'custom', path: [index, 'id'], message: 'is already taken' })
    }
  })

/** Setting `heartbeat`: whom to tell, and how often, that the engine is well. */
export const heartbeatSchema = z
  .strictObject({
    url: address,
    intervalSeconds: z.int().min(1).max(86_400).default(60),
    method: z.enum(['GET', 'POST']).default('GET'),
    allowPrivate: z.boolean().default(false),
  })
  .superRefine(httpsOnly)

export type Channel = z.output<typeof channelsSchema>[number]
export type WebhookChannel = Extract<Channel, { type: 'webhook' }>
export type SlackChannel = Extract<Channel, { type: 'slack' }>

/** A channel as the API and the console may show it. */
export interface ChannelView {
  readonly id: string
  readonly type: Channel['type']
  /** Scheme, host and port only. */
  readonly origin: string
  readonly events: readonly NotificationType[]
  readonly minPriority: number
  readonly allowPrivate: boolean
  readonly signed: boolean
}

export function viewChannel(channel: Channel): ChannelView {
  const { id, type, url, events, minPriority, allowPrivate } = channel
  const signed = type === 'webhook'
  return { id, type, origin: url.toString(), events, minPriority, allowPrivate, signed }
}

function httpsOnly(
  { url, allowPrivate }: { readonly url: Secret; readonly allowPrivate: boolean },
  ctx: z.RefinementCtx,
): void {
  if (allowPrivate || url.toString().startsWith('https:')) return
  ctx.addIssue({
    code: 'custom',
    path: ['url'],
    message: 'must be https unless allowPrivate is set',
  })
}
