/** Every failure an edge may report, with its HTTP status and whether trying again can help. */
export const ERROR_CODES = {
  payload_invalid: { status: 400, retryable: false },
  payload_too_large: { status: 413, retryable: false },
  unsupported_media_type: { status: 415, retryable: false },
  unauthenticated: { status: 401, retryable: false },
  forbidden: { status: 403, retryable: false },
  not_found: { status: 404, retryable: false },
  conflict: { status: 409, retryable: false },
  overloaded: { status: 503, retryable: true },
  store_unavailable: { status: 503, retryable: true },
  internal: { status: 500, retryable: false },
} as const
export type ErrorCode = keyof typeof ERROR_CODES

export type ErrorDetails = Readonly<Record<string, string | number | boolean>>

/** A failure of an edge. Decisions of the core never throw; they answer. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  /** Safe to log and to return: ids, counts and field names, never payloads or secrets. */
  readonly details: ErrorDetails

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.details = details
  }
}
