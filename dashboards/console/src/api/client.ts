/** The one way to the HTTP API. */
import type { Problem } from './schema.d.ts'
import { logOut, session } from './session.ts'

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Left out where undefined or empty; a list is given value by value, empty ones too. */
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>
  readonly body?: object
  readonly signal?: AbortSignal | undefined
  /** The session's unless given. */
  readonly token?: string
}

/** What the API says when it refuses, or that it could not be reached (`status` 0). */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  /** The engine's own token for a refusal, e.g. `alerts_still_fire`. */
  readonly reason: string | undefined
  readonly requestId: string | undefined
  /** Fields of the body that were refused, by JSON Pointer fragment, e.g. `#/matchers/0/value`. */
  readonly faults: NonNullable<Problem['errors']>

  constructor(status: number, message: string, problem?: Partial<Problem>) {
    super(message)
    this.status = status
    this.reason = problem?.reason
    this.requestId = problem?.requestId
    this.faults = problem?.errors ?? []
  }
}

/**
 * Asks the API; the answer has the type its OpenAPI description gives.
 *
 * @throws ApiError on every answer but 2xx, and where there is none; a 401 also ends the session
 */
export async function request<Answer>(path: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await send(path, options)
  if (response.status === 401) logOut('This token is not accepted any more. Log in again.')
  if (!response.ok) throw await toError(response)
  return (await response.json()) as Answer
}

/**
 * Asks for a file.
 *
 * @throws ApiError as `request` does
 */
export async function requestFile(path: string, options: RequestOptions = {}): Promise<Blob> {
  const response = await send(path, options)
  if (response.status === 401) logOut('This token is not accepted any more. Log in again.')
  if (!response.ok) throw await toError(response)
  return response.blob()
}

/**
 * Asks for something small with a token that nobody is logged in with yet.
 *
 * @throws ApiError as `request` does; the session stays as it is
 */
export async function tryToken(token: string): Promise<void> {
  const response = await send('/api/v1/ledger', { token })
  if (!response.ok) throw await toError(response)
}

async function send(
  path: string,
  { method, query, body, signal, token }: RequestOptions,
): Promise<Response> {
  try {
    return await fetch(path + toQuery(query), {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      headers: {
        ...authHeaders(token),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    })
  } catch (cause) {
    if (signal?.aborted === true) throw cause
    throw new ApiError(0, 'Faultline cannot be reached.')
  }
}

export function authHeaders(token = session().token): Record<string, string> {
  const { actor } = session()
  return {
    ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
    ...(actor === null ? {} : { 'X-Faultline-Actor': encodeURIComponent(actor) }),
  }
}

function toQuery(query: RequestOptions['query'] = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) => {
    if (typeof value === 'object') return value.map((one) => [name, one])
    return value === undefined || value === '' ? [] : [[name, String(value)]]
  })
  const text = new URLSearchParams(given).toString()
  return text === '' ? '' : `?${text}`
}

async function toError(response: Response): Promise<ApiError> {
  const fallback = `Faultline answered ${response.status}.`
  try {
    const problem = (await response.json()) as Partial<Problem>
    return new ApiError(response.status, problem.detail ?? problem.title ?? fallback, problem)
  } catch {
    return new ApiError(response.status, fallback)
  }
}
