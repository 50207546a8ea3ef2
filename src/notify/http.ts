/**
 * One guarded request to an address from the settings: no redirects, no proxy, no kept connections,
 * one deadline over everything, and only public addresses unless the channel says otherwise. The
 * check sits in the connection's own look-up, so a name that answers differently the second time
 * (DNS rebinding) gains nothing.
 */
import { promises as dns } from 'node:dns'
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { AppError } from '../core/errors.ts'
import { isPublicAddress } from './address.ts'
import type { Clock } from './clock.ts'
import { type Secret, secret } from './secret.ts'

/** Every address of a host name. */
export type Resolve = (
  host: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>

export const systemResolve: Resolve = (host) => dns.lookup(host, { all: true })

export interface HttpDeps {
  readonly clock: Clock
  readonly resolve?: Resolve
}

export interface GuardedRequest {
  readonly url: Secret
  readonly method: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly allowPrivate: boolean
}

/** What came back. `error` is a code or a few words and never holds path, query or credentials. */
export type HttpAnswer =
  | {
      readonly kind: 'answer'
      readonly status: number
      readonly retryAfter: string | null
      /** At most the first MAX_ANSWER_BYTES, or what had come when time was up. */
      readonly body: string
    }
  | { readonly kind: 'error'; readonly error: string }

export const REQUEST_TIMEOUT_MS = 15_000
const MAX_ANSWER_BYTES = 4096

/** Sends one request; never rejects, and answers at the latest after REQUEST_TIMEOUT_MS. */
export function send(target: GuardedRequest, deps: HttpDeps): Promise<HttpAnswer> {
  const url = new URL(target.url.reveal())
  const refused = refuse(url, target.allowPrivate)
  if (refused !== null) return Promise.resolve(failure(refused, url))
  return new Promise((resolve) => {
    const request = open(url, target, deps.resolve ?? systemResolve)
    const answer = listen(request, (result) => {
      deps.clock.clearTimeout(deadline)
      request.destroy()
      resolve(typeof result === 'string' ? failure(result, url) : result)
    })
    const deadline = deps.clock.setTimeout(() => answer.timeUp(), REQUEST_TIMEOUT_MS)
    request.end(target.body)
  })
}

/**
 * The text at a public address, at most its first MAX_ANSWER_BYTES.
 *
 * @throws AppError `store_unavailable` on anything but 2xx
 */
export async function fetchPublic(url: string, deps: HttpDeps): Promise<string> {
  const target = { url: secret(url), method: 'GET', allowPrivate: false } as const
  const answer = await send(target, deps)
  if (answer.kind === 'answer' && answer.status >= 200 && answer.status < 300) return answer.body
  const why = answer.kind === 'error' ? answer.error : `status ${answer.status}`
  throw new AppError('store_unavailable', `${new URL(url).hostname} does not answer: ${why}`)
}

function open(url: URL, target: GuardedRequest, resolve: Resolve): ClientRequest {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  const length = target.body === undefined ? 0 : Buffer.byteLength(target.body)
  return request(url, {
    method: target.method,
    agent: false,
    lookup: guardedLookup(resolve, target.allowPrivate),
    headers: {
      'user-agent': 'Faultline',
      ...(length > 0 ? { 'content-length': length } : {}),
      ...target.headers,
    },
  })
}

/** Reports the first of: whole answer, error, time up. Later ones are ignored. */
function listen(
  request: ClientRequest,
  report: (result: HttpAnswer | string) => void,
): { readonly timeUp: () => void } {
  let response: IncomingMessage | undefined
  let done = false
  const chunks: Buffer[] = []
  const finish = (reason: string): void => {
    if (done) return
    done = true
    if (response?.statusCode === undefined) report(reason)
    else report(toAnswer(response.statusCode, response, chunks))
  }
  // Stays after the end: a destroyed request may still emit an error, which must not be unhandled.
  request.on('error', (error) => finish(errorCode(error)))
  request.on('response', (received) => {
    response = received
    received.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      const size = chunks.reduce((sum, { length }) => sum + length, 0)
      if (size >= MAX_ANSWER_BYTES) finish('too large')
    })
    received.on('end', () => finish('end'))
    received.on('error', () => finish('broken off'))
  })
  return { timeUp: () => finish(`no answer within ${REQUEST_TIMEOUT_MS / 1000} s`) }
}

function toAnswer(
  status: number,
  { headers }: IncomingMessage,
  chunks: readonly Buffer[],
): HttpAnswer {
  return {
    kind: 'answer',
    status,
    retryAfter: headers['retry-after'] ?? null,
    body: Buffer.concat(chunks).toString('utf8', 0, MAX_ANSWER_BYTES),
  }
}

const BLOCKED = 'address is not public; set allowPrivate to reach it'

function refuse({ protocol, hostname }: URL, allowPrivate: boolean): string | null {
  if (allowPrivate) return null
  if (protocol !== 'https:') return 'not https; set allowPrivate to use plain http'
  // An address is connected to without a look-up, so it is checked here.
  const literal = hostname.replace(/^\[|\]$/g, '')
  return isIP(literal) !== 0 && !isPublicAddress(literal) ? BLOCKED : null
}

/** A look-up that fails when any of the addresses is not public: one good one does not excuse it. */
function guardedLookup(resolve: Resolve, allowPrivate: boolean): LookupFunction {
  return (host, options, callback) => {
    const fail = (error: unknown): void =>
      callback(error instanceof Error ? error : new Error('look-up failed'), '', 0)
    resolve(host).then((found) => {
      const [first] = found
      if (first === undefined) fail(coded('ENOTFOUND'))
      else if (!allowPrivate && !found.every(({ address }) => isPublicAddress(address))) {
        fail(coded(BLOCKED))
      } else if (options.all === true) callback(null, [...found])
      else callback(null, first.address, first.family)
    }, fail)
  }
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code })
}

/** Only our own words and the system's codes: messages may quote the URL. */
function errorCode(error: Error): string {
  const code = 'code' in error ? error.code : undefined
  if (code === BLOCKED) return BLOCKED
  return typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code) ? code : 'request failed'
}

function failure(reason: string, url: URL): HttpAnswer {
  return { kind: 'error', error: `${url.origin}: ${reason}` }
}
