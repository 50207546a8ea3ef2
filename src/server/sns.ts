/**
 * Amazon SNS: messages are believed when an allowed topic sent them and SNS signed them, and a
 * subscription is confirmed only to an allowed topic.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
 */
import { createPublicKey, createVerify, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { HOUR, parseRfc3339 } from '../core/time.ts'
import type { Clock } from '../notify/clock.ts'

export interface SnsOptions {
  /** ARNs of the topics that may post. */
  readonly topics: readonly string[]
  /** The text at an address of SNS; rejects where it cannot be had. */
  readonly fetchText: (url: string) => Promise<string>
  readonly clock: Clock
}

export interface Sns {
  /**
   * Whether a body is a message of an allowed topic, signed and recent.
   *
   * @throws AppError `store_unavailable` where the certificate cannot be had: SNS comes again
   */
  isGenuine(body: Buffer): Promise<boolean>
  /** Confirms the subscription that a genuine body asks for; false where it asks for none. */
  confirm(body: Buffer): Promise<boolean>
}

const Message = z.object({
  Type: z.enum(['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']),
  MessageId: z.string(),
  TopicArn: z.string(),
  Subject: z.string().optional(),
  Message: z.string(),
  Timestamp: z.string(),
  SignatureVersion: z.enum(['1', '2']),
  Signature: z.string(),
  SigningCertURL: z.string(),
  SubscribeURL: z.string().optional(),
  Token: z.string().optional(),
})
type Message = z.output<typeof Message>

const ALGORITHM = { 1: 'RSA-SHA1', 2: 'RSA-SHA256' } as const
/** SNS goes on trying for an hour. */
const MAX_AGE_MS = 2 * HOUR
const MAX_KEYS = 20

export function createSns({ topics, fetchText, clock }: SnsOptions): Sns {
  const keys = new Map<string, KeyObject>()

  const keyAt = async (url: string): Promise<KeyObject> => {
    const known = keys.get(url)
    if (known !== undefined) return known
    try {
      const key = createPublicKey(await fetchText(url))
      if (keys.size >= MAX_KEYS) keys.clear()
      keys.set(url, key)
      return key
    } catch (cause) {
      const why =
        "the certificate of Amazon SNS cannot be had, so its message can't be believed yet"
      throw new AppError('store_unavailable', why, {}, cause)
    }
  }

  const isGenuine = async (body: Buffer): Promise<boolean> => {
    const message = parse(body)
    if (message === null || !topics.includes(message.TopicArn)) return false
    if (!isOfSns(message.SigningCertURL, '.pem')) return false
    const sentAt = parseRfc3339(message.Timestamp)
    if (typeof sentAt !== 'number' || Math.abs(clock.now() - sentAt) > MAX_AGE_MS) return false
    const verify = createVerify(ALGORITHM[message.SignatureVersion]).update(signedText(message))
    return verify.verify(await keyAt(message.SigningCertURL), message.Signature, 'base64')
  }

  return {
    isGenuine,
    confirm: async (body) => {
      const message = parse(body)
      // to follow the address of an UnsubscribeConfirmation would subscribe again
      if (message?.Type !== 'SubscriptionConfirmation') return false
      const { SubscribeURL } = message
      if (SubscribeURL === undefined || !isOfSns(SubscribeURL, '')) return false
      if (!(await isGenuine(body))) return false
      try {
        await fetchText(SubscribeURL)
        return true
      } catch (cause) {
        throw new AppError('store_unavailable', 'Amazon SNS cannot be reached', {}, cause)
      }
    },
  }
}

function parse(body: Buffer): Message | null {
  try {
    return Message.safeParse(JSON.parse(body.toString('utf8'))).data ?? null
  } catch {
    return null
  }
}

const HOST = /^sns\.[a-zA-Z0-9-]{3,}\.amazonaws\.com(?:\.cn)?$/

/** Whether an address is one of SNS itself: what a message names could be anybody's. */
function isOfSns(text: string, ending: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, port, pathname, username } = new URL(text)
  return (
    protocol === 'https:' &&
    HOST.test(hostname) &&
    port === '' &&
    username === '' &&
    pathname.endsWith(ending)
  )
}

const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const
const CONFIRMATION = [
  ...(['Message', 'MessageId', 'SubscribeURL', 'Timestamp'] as const),
  ...(['Token', 'TopicArn', 'Type'] as const),
]

function signedText(message: Message): string {
  const names = message.Type === 'Notification' ? NOTIFICATION : CONFIRMATION
  return names
    .flatMap((name) => {
      const value = message[name]
      return value === undefined ? [] : [`${name}\n${value}\n`]
    })
    .join('')
}
