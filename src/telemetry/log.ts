/**
 * The log: one JSON object per line, ids as fields. Secrets do not get into it: fields
 * named like a secret are replaced whatever their depth, and tokens inside texts are cut out.
 */
import pino from 'pino'

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export type Log = pino.Logger

const HIDDEN = '[hidden]'
const SECRET_NAME = /authorization|cookie|token|secret|password|passphrase|api[-_]?key/i
/** Fields deeper than this are left out: a log line is wide, not deep. */
const MAX_DEPTH = 6

/** Each pattern keeps its first group and hides the rest; none crosses a quote, so JSON stays JSON. */
const SECRET_TEXTS: readonly RegExp[] = [
  /\b(Bearer\s+|Basic\s+)[A-Za-z0-9._~+/=-]{4,}/gi,
  /([?&](?:token|access_token|key|api_key|secret|sig|signature)=)[^&#\s"'\\]+/gi,
  /(:\/\/)[^/@\s"'\\]+(?=@)/g,
  /(hooks\.slack\.com\/(?:services|workflows|triggers)\/)[^\s"'\\]+/gi,
]

export interface LogOptions {
  readonly level: LogLevel
  /** Where lines go; stdout where absent. */
  readonly destination?: pino.DestinationStream
}

/**
 * A logger of its own; nothing is shared between two of them. Lines carry `time` (RFC 3339, UTC),
 * `level` (as a word), `service` and `msg`, and the fields given.
 */
export function createLog({ level, destination }: LogOptions): Log {
  return pino(
    {
      level,
      base: { service: 'faultline' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => hideFields(fields, 0),
      },
      serializers: { err: (err: unknown) => err }, // `hideFields` has done it
      hooks: { streamWrite: hide },
    },
    destination ?? pino.destination({ dest: 1, sync: true }),
  )
}

/**
 * A text, or a whole line of the log, without the bearer tokens, URL credentials and secret query
 * parameters in it.
 */
export function hide(text: string): string {
  return SECRET_TEXTS.reduce((cut, pattern) => cut.replace(pattern, `$1${HIDDEN}`), text)
}

function hideFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      SECRET_NAME.test(name) && !isHarmless(value) ? HIDDEN : hideValue(value, depth + 1),
    ]),
  )
}

function hideValue(value: unknown, depth: number): unknown {
  if (value instanceof Error) return hideFields(pino.stdSerializers.err(value), depth)
  if (typeof value !== 'object' || value === null || value instanceof Date) return value
  if (depth >= MAX_DEPTH) return '[too deep]'
  if (Array.isArray(value)) return value.map((item) => hideValue(item, depth + 1))
  return hideFields(value, depth)
}

/** Whether a secret is set may be said; numbers (of tokens, of bytes) are no secrets. */
function isHarmless(value: unknown): boolean {
  return value === null || ['boolean', 'number', 'undefined'].includes(typeof value)
}
