/**
 * Signatures of tools that sign what they post: each is checked over the bytes as they came, in
 * constant time. A source without a scheme of its own is signed as Standard Webhooks describes.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { type EpochMs, MINUTE, SECOND } from '../core/time.ts'

/** A body and what its request says of it. */
export interface SignedRequest {
  readonly header: (name: string) => string | undefined
  readonly body: Buffer
}

/** A signature that states its time may be this old, or this far ahead. */
const TOLERANCE_MS = 5 * MINUTE

/** Whether the request is signed with the secret. O(length of the body) */
type Scheme = (request: SignedRequest, secret: string, now: EpochMs) => boolean

function hmacHex(secret: string, ...parts: readonly (string | Buffer)[]): string {
  const hmac = createHmac('sha256', secret)
  for (const part of parts) hmac.update(part)
  return hmac.digest('hex')
}

/** Equal texts; how long it takes tells nothing of where they differ. */
function equal(given: string, right: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(right))
}

/** `<prefix><hex HMAC-SHA256 of the body>` in a header. */
function hexIn(name: string, prefix = ''): Scheme {
  return ({ header, body }, secret) => {
    const given = header(name)
    return given !== undefined && equal(given, prefix + hmacHex(secret, body))
  }
}

/** `X-Grafana-Alerting-Timestamp` is the name to give Grafana for its header with the time. */
const grafana: Scheme = ({ header, body }, secret, now) => {
  const given = header('x-grafana-alerting-signature')
  if (given === undefined) return false
  const seconds = header('x-grafana-alerting-timestamp')
  if (seconds === undefined) return equal(given, hmacHex(secret, body))
  return isRecent(seconds, now) && equal(given, hmacHex(secret, seconds, ':', body))
}

/** @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
const standardWebhooks: Scheme = ({ header, body }, secret, now) => {
  const id = header('webhook-id')
  const seconds = header('webhook-timestamp')
  const given = header('webhook-signature')
  if (id === undefined || seconds === undefined || given === undefined) return false
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const right = createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest('base64')
  const matches = given.split(' ').map((one) => equal(one, `v1,${right}`))
  return isRecent(seconds, now) && matches.includes(true)
}

/** GitLab sends the secret itself; newer versions can sign. */
const gitlab: Scheme = (request, secret, now) => {
  const given = request.header('x-gitlab-token')
  return given === undefined ? standardWebhooks(request, secret, now) : equal(given, secret)
}

function isRecent(seconds: string, now: EpochMs): boolean {
  return /^\d{1,12}$/.test(seconds) && Math.abs(Number(seconds) * SECOND - now) <= TOLERANCE_MS
}

const SCHEMES: ReadonlyMap<string, Scheme> = new Map([
  ['github', hexIn('x-hub-signature-256', 'sha256=')],
  ['gitlab', gitlab],
  ['grafana', grafana],
  ['sentry', hexIn('sentry-hook-signature')],
  ['flux', hexIn('x-signature', 'sha256=')],
])

/** Whether a request to a source is signed with one of its secrets. */
export function isSigned(
  source: string,
  request: SignedRequest,
  { secrets, now }: { readonly secrets: readonly string[]; readonly now: EpochMs },
): boolean {
  const scheme = SCHEMES.get(source) ?? standardWebhooks
  // every one is tried: how long it takes tells nothing
  return secrets.map((secret) => scheme(request, secret, now)).includes(true)
}
