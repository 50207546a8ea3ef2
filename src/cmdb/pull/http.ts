/**
 * Requests of the importers that pull: one deadline for each, an answer of bounded size, waiting where
 * the other side asks for it, no redirects to other hosts. Nothing it says or throws holds headers,
 * query or body: credentials are there.
 */
import { createHash } from 'node:crypto'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Imported } from '../importer.ts'
import { type AskToken, type OAuthGrant, type Token, Tokens } from './oauth.ts'
import { type TlsTerms, tlsFault } from './tls.ts'

/** Certificates in PEM; the other side is always checked, against `ca` where it is given. */
export interface PullTls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

export interface PullRequest {
  readonly url: string
  /** Both only read: any request may be sent again. */
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly tls?: PullTls
  /** What errors call the settings of host and authority; `url` and `caFile` unless given. */
  readonly terms?: TlsTerms
  /** Statuses that are answers to the caller, not failures; 2xx always are. */
  readonly accept?: readonly number[]
  /** Sent with a token of this grant, which is renewed before it expires. */
  readonly oauth?: OAuthGrant
  /** Which page of a list it asks for, from 1; errors name it. */
  readonly page?: number
}

export interface PullAnswer {
  readonly status: number
  /** JSON; null where the answer has no body. */
  readonly body: unknown
  /** The address of `Link: <…>; rel="next"`, on the same host as the request. */
  readonly next: string | undefined
  /** A header of the answer, by its name in lower case. */
  readonly header: (name: string) => string | undefined
  /** Of the body, as it came. */
  readonly digest: string
}

export interface PullHttp {
  /**
   * Waits and tries again on 429 and 503 (as long as Retry-After says), and on other 5xx and broken connections.
   *
   * @throws AppError `store_unavailable` that names host, path and status
   */
  json(request: PullRequest): Promise<PullAnswer>
  /**
   * The value of an environment variable that a setting names.
   *
   * @throws AppError `payload_invalid` where it is not set
   */
  credential(variable: string): string
  readonly limits: PullLimits
}

export interface PullLimits {
  /** For one request and its whole answer. */
  readonly timeoutMs: number
  readonly maxBytes: number
  /** More pages than this have no end. */
  readonly maxPages: number
}

export const PULL_LIMITS: PullLimits = {
  timeoutMs: 60_000,
  maxBytes: 128 * 1024 * 1024,
  maxPages: 20_000,
}

export interface PullDeps {
  readonly env: (variable: string) => string | undefined
  readonly wait: (ms: number) => Promise<void>
  /** Milliseconds, of any zero; tokens expire by it. */
  readonly now: () => number
  readonly limits?: Partial<PullLimits>
}

export interface PullImporter {
  readonly id: string
  readonly title: string
  /** The page that describes the API. */
  readonly docs: string
  readonly settings: z.ZodType
  /**
   * @param settings in the form of `settings`
   * @param progress told how many objects have come so far
   * @throws AppError when the API cannot be read to its end: half an import would retire the other half
   */
  readonly pull: (
    settings: unknown,
    http: PullHttp,
    progress: (count: number) => void,
  ) => Promise<Imported>
}

/** A pull importer whose settings are parsed before it sees them. */
export function definePull<S>(
  importer: Omit<PullImporter, 'settings' | 'pull'> & {
    readonly settings: z.ZodType<S>
    readonly pull: (
      settings: S,
      http: PullHttp,
      progress: (count: number) => void,
    ) => Promise<Imported>
  },
): PullImporter {
  return {
    ...importer,
    pull: (settings, http, progress) =>
      importer.pull(importer.settings.parse(settings), http, progress),
  }
}

const MAX_TRIES = 5
const MAX_REDIRECTS = 3
/** Longest wait that Retry-After is followed for: hourly quotas of an hour are not waited out. */
const MAX_WAIT_MS = 120_000
const BACKOFF_MS = 1000
const RETRIED = new Set([429, 500, 502, 503, 504])

export function createPullHttp(deps: PullDeps): PullHttp {
  const limits = { ...PULL_LIMITS, ...deps.limits }
  const json = (request: PullRequest): Promise<PullAnswer> => tryAgain(request, deps.wait, limits)
  const tokens = new Tokens(deps.now)
  return {
    limits,
    json: (request) =>
      request.oauth === undefined
        ? json(request)
        : authorized(request, request.oauth, json, tokens),
    credential: (variable) => {
      const value = deps.env(variable)
      if (value !== undefined && value !== '') return value
      throw new AppError('payload_invalid', `environment variable ${variable} is not set`)
    },
  }
}

/** A token that was taken back before its time (401) is asked for anew, once. */
async function authorized(
  request: PullRequest,
  grant: OAuthGrant,
  json: PullHttp['json'],
  tokens: Tokens,
): Promise<PullAnswer> {
  const { tls, terms } = request
  const ask: AskToken = async (url, body) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const form: PullRequest = { url, method: 'POST', headers, body }
    const checks = {
      ...(tls === undefined ? {} : { tls }),
      ...(terms === undefined ? {} : { terms }),
    }
    return (await json({ ...form, ...checks })).body
  }
  const withToken = ({ header }: Token): PullRequest => ({
    ...request,
    headers: { ...request.headers, authorization: header },
  })
  const token = await tokens.get(grant, ask)
  const accept = [...(request.accept ?? []), 401]
  const answer = await json({ ...withToken(token), accept })
  return answer.status === 401 ? json(withToken(await tokens.get(grant, ask, token))) : answer
}

/** What came back, or a few words on why nothing did. */
type Raw =
  | { readonly kind: 'answer'; readonly message: IncomingMessage; readonly body: Buffer }
  | { readonly kind: 'error'; readonly error: string }

async function tryAgain(
  request: PullRequest,
  wait: PullDeps['wait'],
  limits: PullLimits,
): Promise<PullAnswer> {
  let last = ''
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const raw = await follow(request, limits)
    if (raw.kind === 'answer') {
      const status = raw.message.statusCode ?? 0
      const accepted = (status >= 200 && status < 300) || request.accept?.includes(status) === true
      if (accepted) return toAnswer(request, status, raw.message, raw.body)
      if (!RETRIED.has(status)) throw failure(request, `status ${status}`)
      last = `status ${status}`
    } else {
      const fault = tlsFault(raw.error, request.terms)
      if (fault !== undefined) throw failure(request, fault)
      last = raw.error
    }
    if (attempt + 1 === MAX_TRIES) break
    const asked = raw.kind === 'answer' ? retryAfterMs(raw.message) : undefined
    if (asked !== undefined && asked > MAX_WAIT_MS)
      throw failure(request, `${last}, and asks to wait for ${Math.ceil(asked / 1000)} s`)
    await wait(asked ?? BACKOFF_MS * 2 ** attempt)
  }
  throw failure(request, `${last}, ${MAX_TRIES} times`)
}

/** Redirects within the host only: another one must not be sent the credentials. */
async function follow(request: PullRequest, limits: PullLimits): Promise<Raw> {
  let url = new URL(request.url)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const raw = await send(url, request, limits)
    if (raw.kind === 'error') return raw
    const status = raw.message.statusCode ?? 0
    const { location } = raw.message.headers
    if (status < 300 || status >= 400 || location === undefined) return raw
    const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined
    if (target?.origin !== url.origin) throw failure(request, 'redirects to another host')
    url = target
  }
  throw failure(request, 'redirects without end')
}

function send(url: URL, request: PullRequest, limits: PullLimits): Promise<Raw> {
  return new Promise((resolve) => {
    const open = url.protocol === 'https:' ? httpsRequest : httpRequest
    const sent = open(url, {
      method: request.method ?? 'GET',
      ...(request.tls ?? {}),
      headers: {
        accept: 'application/json',
        'user-agent': 'Faultline',
        ...(request.body === undefined
          ? {}
          : { 'content-length': Buffer.byteLength(request.body) }),
        ...request.headers,
      },
    })
    const finish = (raw: Raw): void => {
      clearTimeout(deadline)
      sent.destroy()
      resolve(raw)
    }
    const fail = (error: string): void => finish({ kind: 'error', error })
    const { timeoutMs, maxBytes } = limits
    const deadline = setTimeout(() => fail(`no answer within ${timeoutMs / 1000} s`), timeoutMs)
    // what is being read must not keep a server that stops
    deadline.unref()
    sent.on('socket', (socket) => socket.unref())
    // Stays after the end: a destroyed request may still emit an error, which must not be unhandled.
    sent.on('error', (error) => fail(codeOf(error)))
    sent.on('response', (message) => {
      const chunks: Buffer[] = []
      let size = 0
      message.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maxBytes) fail('answer is too large')
        else chunks.push(chunk)
      })
      message.on('end', () => finish({ kind: 'answer', message, body: Buffer.concat(chunks) }))
      message.on('error', () => fail('broken off'))
    })
    sent.end(request.body)
  })
}

function toAnswer(
  request: PullRequest,
  status: number,
  message: IncomingMessage,
  body: Buffer,
): PullAnswer {
  const text = body.toString('utf8')
  const next = nextLink(message.headers['link'], request)
  const header = (name: string): string | undefined => [message.headers[name] ?? []].flat()[0]
  const digest = createHash('sha1').update(body).digest('base64')
  const answer = { status, next, header, digest }
  if (text.trim() === '') return { ...answer, body: null }
  try {
    return { ...answer, body: JSON.parse(text) }
  } catch {
    throw failure(request, 'answers with something that is not JSON')
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc8288 */
function nextLink(link: string | string[] | undefined, from: PullRequest): string | undefined {
  for (const part of [link ?? []]
    .flat()
    .join(',')
    .split(/,\s*(?=<)/)) {
    const [, target, parameters = ''] = /^\s*<([^>]*)>\s*(.*)$/s.exec(part) ?? []
    if (target !== undefined && /(^|;)\s*rel="?next"?\s*(;|$)/i.test(parameters))
      return onSameHost(target, from)
  }
  return undefined
}

/**
 * The address of a next page, made absolute.
 *
 * @throws AppError `store_unavailable` where it leads to another host
 */
export function onSameHost(target: string, from: string | PullRequest): string {
  const base = typeof from === 'string' ? from : from.url
  const url = URL.canParse(target, base) ? new URL(target, base) : undefined
  if (url === undefined || url.origin !== new URL(base).origin)
    throw failure(from, 'its next page is on another host')
  return url.href
}

/** @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfterMs(message: IncomingMessage): number | undefined {
  const text = message.headers['retry-after'] ?? ''
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const until = Date.parse(text)
  const now = Date.parse(message.headers.date ?? '')
  return Number.isFinite(until - now) ? Math.max(0, until - now) : undefined
}

function codeOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined
  return typeof code === 'string' && /^[A-Z0-9_]{2,60}$/.test(code) ? code : 'request failed'
}

/** Host, path and page only: a query may hold what a setting holds. */
export function failure(from: string | Pick<PullRequest, 'url' | 'page'>, why: string): AppError {
  const { url, page } = typeof from === 'string' ? { url: from } : from
  const { origin, pathname } = new URL(url)
  const place = page === undefined ? '' : ` page ${page}`
  return new AppError('store_unavailable', `${origin}${pathname}${place}: ${why}`)
}

/**
 * The pages of a list, from the first request on, each in the form of the schema.
 *
 * @param next the request of the page after, or `undefined` at the end
 * @throws AppError `store_unavailable` that names the page: as `json` does, on an answer of another
 *   form, on a page that comes a second time, and on a list without end
 */
export async function* pagesOf<T>(
  http: PullHttp,
  first: PullRequest,
  schema: z.ZodType<T>,
  next: (page: T, answer: PullAnswer, request: PullRequest) => PullRequest | undefined,
): AsyncGenerator<T> {
  const asked = new Set<string>()
  const { maxPages } = http.limits
  let before = ''
  let following: PullRequest | undefined = first
  for (let page = 1; following !== undefined; page++) {
    const request: PullRequest = { ...following, page }
    if (page > maxPages) throw failure(request, `has more than ${maxPages} pages`)
    const key = `${request.url}\n${request.body ?? ''}`
    if (asked.has(key)) throw failure(request, 'leads to a page that was read already')
    asked.add(key)
    const answer: PullAnswer = await http.json(request)
    if (answer.digest === before && hasRows(answer.body))
      throw failure(request, 'is the same as the page before')
    before = answer.digest
    const read = expectShape(schema, answer, request)
    yield read
    following = next(read, answer, request)
  }
}

/** Pages without rows may be alike: access rules leave rows out after a limit was applied. */
function hasRows(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false
  const lists = Array.isArray(body) ? [body] : Object.values(body)
  return lists.some((list) => typeof list === 'object' && Object.keys(list ?? {}).length > 0)
}

function expectShape<T>(schema: z.ZodType<T>, answer: PullAnswer, request: PullRequest): T {
  const parsed = schema.safeParse(answer.body)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.map(String).join('.') ?? ''
  throw failure(request, `answers in a form that is not documented: ${field}`)
}
