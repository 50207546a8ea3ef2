/**
 * Requests of the importers that pull: one deadline for each, an answer of bounded size, waiting where
 * the other side asks for it, no redirects to other hosts. Nothing it says or throws holds headers,
 * query or body: credentials are there.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { Imported } from '../importer.ts'

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
  /** Statuses that are answers to the caller, not failures; 2xx always are. */
  readonly accept?: readonly number[]
}

export interface PullAnswer {
  readonly status: number
  /** JSON; null where the answer has no body. */
  readonly body: unknown
  /** The address of `Link: <…>; rel="next"`, on the same host as the request. */
  readonly next: string | undefined
  /** A header of the answer, by its name in lower case. */
  readonly header: (name: string) => string | undefined
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
}

export interface PullDeps {
  readonly env: (variable: string) => string | undefined
  readonly wait: (ms: number) => Promise<void>
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

const TIMEOUT_MS = 60_000
const MAX_BYTES = 128 * 1024 * 1024
const MAX_TRIES = 5
const MAX_REDIRECTS = 3
/** Longest wait that Retry-After is followed for: hourly quotas of an hour are not waited out. */
const MAX_WAIT_MS = 120_000
const BACKOFF_MS = 1000
const RETRIED = new Set([429, 500, 502, 503, 504])

export function createPullHttp(deps: PullDeps): PullHttp {
  return {
    json: (request) => tryAgain(request, deps),
    credential: (variable) => {
      const value = deps.env(variable)
      if (value !== undefined && value !== '') return value
      throw new AppError('payload_invalid', `environment variable ${variable} is not set`)
    },
  }
}

/** What came back, or a few words on why nothing did. */
type Raw =
  | { readonly kind: 'answer'; readonly message: IncomingMessage; readonly body: Buffer }
  | { readonly kind: 'error'; readonly error: string }

async function tryAgain(request: PullRequest, deps: PullDeps): Promise<PullAnswer> {
  let last = ''
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const raw = await follow(request)
    if (raw.kind === 'answer') {
      const status = raw.message.statusCode ?? 0
      const accepted = (status >= 200 && status < 300) || request.accept?.includes(status) === true
      if (accepted) return toAnswer(request, status, raw.message, raw.body)
      if (!RETRIED.has(status)) throw failure(request.url, `status ${status}`)
      last = `status ${status}`
    } else last = raw.error
    if (attempt + 1 === MAX_TRIES) break
    const asked = raw.kind === 'answer' ? retryAfterMs(raw.message) : undefined
    if (asked !== undefined && asked > MAX_WAIT_MS)
      throw failure(request.url, `${last}, and asks to wait for ${Math.ceil(asked / 1000)} s`)
    await deps.wait(asked ?? BACKOFF_MS * 2 ** attempt)
  }
  throw failure(request.url, `${last}, ${MAX_TRIES} times`)
}

/** Redirects within the host only: another one must not be sent the credentials. */
async function follow(request: PullRequest): Promise<Raw> {
  let url = new URL(request.url)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const raw = await send(url, request)
    if (raw.kind === 'error') return raw
    const status = raw.message.statusCode ?? 0
    const { location } = raw.message.headers
    if (status < 300 || status >= 400 || location === undefined) return raw
    const target = URL.canParse(location, url.href) ? new URL(location, url) : undefined
    if (target?.origin !== url.origin) throw failure(request.url, 'redirects to another host')
    url = target
  }
  throw failure(request.url, 'redirects without end')
}

function send(url: URL, request: PullRequest): Promise<Raw> {
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
    const deadline = setTimeout(() => fail(`no answer within ${TIMEOUT_MS / 1000} s`), TIMEOUT_MS)
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
        if (size > MAX_BYTES) fail('answer is too large')
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
  const next = nextLink(message.headers['link'], request.url)
  const header = (name: string): string | undefined => [message.headers[name] ?? []].flat()[0]
  if (text.trim() === '') return { status, body: null, next, header }
  try {
    return { status, body: JSON.parse(text), next, header }
  } catch {
    throw failure(request.url, 'answers with something that is not JSON')
  }
}

/** @see https://www.rfc-editor.org/rfc/rfc8288 */
function nextLink(link: string | string[] | undefined, from: string): string | undefined {
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
export function onSameHost(target: string, from: string): string {
  const url = URL.canParse(target, from) ? new URL(target, from) : undefined
  if (url === undefined || url.origin !== new URL(from).origin)
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

/** Host and path only: a query may hold what a setting holds. */
export function failure(url: string, why: string): AppError {
  const { origin, pathname } = new URL(url)
  return new AppError('store_unavailable', `${origin}${pathname}: ${why}`)
}

/** More pages than this have no end. */
const MAX_PAGES = 20_000

/**
 * The pages of a list, from the first request on, each in the form of the schema.
 *
 * @param next the request of the page after, or `undefined` at the end
 * @throws AppError `store_unavailable` as `json` does, on an answer of another form, and on a list without end
 */
export async function* pagesOf<T>(
  http: PullHttp,
  first: PullRequest,
  schema: z.ZodType<T>,
  next: (page: T, answer: PullAnswer, request: PullRequest) => PullRequest | undefined,
): AsyncGenerator<T> {
  let request: PullRequest | undefined = first
  for (let read = 0; request !== undefined; read++) {
    if (read >= MAX_PAGES) throw failure(request.url, `has more than ${MAX_PAGES} pages`)
    const answer: PullAnswer = await http.json(request)
    const page = expectShape(schema, answer, request.url)
    yield page
    request = next(page, answer, request)
  }
}

function expectShape<T>(schema: z.ZodType<T>, answer: PullAnswer, url: string): T {
  const parsed = schema.safeParse(answer.body)
  if (parsed.success) return parsed.data
  const field = parsed.error.issues[0]?.path.map(String).join('.') ?? ''
  throw failure(url, `answers in a form that is not documented: ${field}`)
}
