/**
 * The one place where failures become answers: RFC 9457 problem details, or a bare JSON string on
 * the paths that speak Alertmanager's language. What is not an AppError is our fault, and shown
 * without a word of what it says.
 */
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { z } from 'zod'
import { AppError, ERROR_CODES, type ErrorCode } from '../core/errors.ts'
import type { AppEnv } from './deps.ts'
import type { Problem } from './schemas/problem.ts'

const TITLES: Readonly<Record<ErrorCode | 'idempotency_mismatch', string>> = {
  payload_invalid: 'The request cannot be understood',
  payload_too_large: 'The body is too large',
  unsupported_media_type: 'The body is in a form that is not read here',
  unauthenticated: 'A valid token is needed',
  forbidden: 'Not allowed',
  not_found: 'There is no such thing',
  conflict: 'Not possible in the present state',
  overloaded: 'Too much at once',
  store_unavailable: 'The store does not answer',
  internal: 'Something went wrong here',
  idempotency_mismatch: 'The idempotency key was used with another request',
}

export type ProblemCode = keyof typeof TITLES
export type Fault = NonNullable<Problem['errors']>[number]

export interface ProblemOptions {
  readonly code: ProblemCode
  readonly detail: string
  readonly reason?: string
  readonly errors?: readonly Fault[]
  /** Further members, e.g. the receipt of a refused body. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** A failure that says more than an AppError can. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly options: ProblemOptions

  constructor(options: ProblemOptions) {
    super(options.detail)
    this.options = options
  }
}

/** Registered with IANA; other kinds have a name of ours that leads nowhere. */
const OVERLOADED = 'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity'

const RETRY_AFTER_S = '2'

/** Paths whose clients expect Alertmanager's form of an error: a JSON string. */
export function speaksAlertmanager(path: string): boolean {
  return path.startsWith('/api/v2/') || path === '/api/v2'
}

/** A failure as the answer of this request. */
export function problem(c: Context<AppEnv>, options: ProblemOptions): Response {
  const { code, detail, reason, errors, more } = options
  const status = statusOf(code)
  if (status === 503) c.header('Retry-After', RETRY_AFTER_S)
  if (speaksAlertmanager(c.req.path)) return c.json(detail, status)
  const requestId = c.get('requestId')
  const body: Problem = {
    type: code === 'overloaded' ? OVERLOADED : `urn:faultline:problem:${code}`,
    title: TITLES[code],
    status,
    detail,
    instance: c.req.path,
    code,
    ...(reason === undefined ? undefined : { reason }),
    ...(requestId === undefined ? undefined : { requestId }),
    ...(errors === undefined ? undefined : { errors: [...errors] }),
  }
  const text = JSON.stringify({ ...body, ...more })
  return c.body(text, status, { 'Content-Type': 'application/problem+json' })
}

function statusOf(code: ProblemCode): ContentfulStatusCode {
  return code === 'idempotency_mismatch' ? 422 : ERROR_CODES[code].status
}

/** Whatever was thrown, as an answer; a fault of ours is logged with its cause. */
export function toProblem(error: unknown, c: Context<AppEnv>): Response {
  if (error instanceof AppError) return fromAppError(error, c)
  if (error instanceof ProblemError) return problem(c, error.options)
  if (error instanceof HTTPException) return fromHttpException(error, c)
  c.get('deps').log.error(
    { err: error, requestId: c.get('requestId'), path: c.req.path },
    'a request failed',
  )
  return problem(c, { code: 'internal', detail: 'The request failed; the log says why.' })
}

function fromAppError(error: AppError, c: Context<AppEnv>): Response {
  const { status } = ERROR_CODES[error.code]
  if (status >= 500) {
    c.get('deps').log[status === 503 ? 'warn' : 'error'](
      { err: error, requestId: c.get('requestId'), path: c.req.path, code: error.code },
      'a request failed',
    )
  }
  if (error.code === 'internal') {
    return problem(c, { code: 'internal', detail: 'The request failed; the log says why.' })
  }
  const { field, pointer, reason } = error.details
  const detail = error.message
  return problem(c, {
    code: error.code,
    detail: sentence(detail),
    ...(typeof reason === 'string' ? { reason } : undefined),
    ...(typeof field === 'string' ? { errors: [{ detail, parameter: field }] } : undefined),
    ...(typeof pointer === 'string' ? { errors: [{ detail, pointer }] } : undefined),
  })
}

function fromHttpException(error: HTTPException, c: Context<AppEnv>): Response {
  const found = (Object.keys(ERROR_CODES) as ErrorCode[]).find(
    (code) => ERROR_CODES[code].status === error.status && code !== 'store_unavailable',
  )
  return problem(c, {
    code: found ?? 'payload_invalid',
    detail: sentence(error.message === '' ? 'The request cannot be understood' : error.message),
  })
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}

/** Where in a request a validator looks. */
type Target = 'json' | 'query' | 'param' | 'header' | 'cookie' | 'form'

/** Every fault of a request that does not have its schema's shape. */
export function invalid(c: Context<AppEnv>, target: string, error: z.ZodError): Response {
  const errors = error.issues.slice(0, 100).map((issue) => toError(target as Target, issue))
  const first = errors[0]
  const where = first?.pointer ?? first?.parameter ?? 'the request'
  return problem(c, {
    code: 'payload_invalid',
    detail: sentence(`${where}: ${first?.detail ?? 'is not of the expected shape'}`),
    errors,
  })
}

function toError(target: Target, issue: z.core.$ZodIssue): Fault {
  if (target === 'json') return { detail: issue.message, pointer: pointerTo(issue.path) }
  return { detail: issue.message, parameter: String(issue.path[0] ?? target) }
}

/** RFC 6901 section 6. */
export function pointerTo(path: readonly PropertyKey[]): string {
  const parts = path.map((key) =>
    encodeURIComponent(
      String(key)
        .slice(0, 256)
        .replace(/\p{Cs}/gu, '\ufffd')
        .replaceAll('~', '~0')
        .replaceAll('/', '~1'),
    ),
  )
  return ['#', ...parts].join('/')
}
