/** The way in: a body is read within bounds, is durable before it is answered, and answered item by item. */
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { SOURCES } from '../../ingest/index.ts'
import type { Source } from '../../ingest/source.ts'
import { AppError } from '../core/errors.ts'
import type { IngestItem } from '../core/model.ts'
import { type RawBody, type Receipt, sourceOf } from '../journey.ts'
import { checkIngest, checkProof, SNS_SOURCE, type Tokens } from './auth.ts'
import { readBody, toRawBody } from './body.ts'
import type { AppEnv, ServerDeps } from './deps.ts'
import type { Intake } from './intake.ts'
import { type Admission, openAdmission } from './overload.ts'
import { ProblemError } from './problem-json.ts'
import type { ReceiptView } from './schemas/operations.ts'

export interface IngestPort {
  readonly deps: ServerDeps
  readonly tokens: Tokens
  readonly admission: Admission
  readonly intake: Pick<Intake, 'took'>
}

const MIB = 2 ** 20
const IN_FLIGHT_BYTES = 256 * MIB
const IN_FLIGHT_REQUESTS = 4096
const BUSY_LAG = 5000

/** What a body of unknown length is counted as until it has arrived. */
const UNKNOWN_BYTES = 64 * 1024
/** Rejected items that are named in an answer; all of them are dead letters. */
export const NAMED_REJECTIONS = 1000

export function openIngest(
  deps: ServerDeps,
  tokens: Tokens,
  intake: IngestPort['intake'],
): IngestPort {
  const { limits, journey, clock } = deps
  const admission = openAdmission({
    sources: [...SOURCES.keys(), MAPPED],
    bytes: limits?.inFlightBytes ?? IN_FLIGHT_BYTES,
    requests: limits?.inFlightRequests ?? IN_FLIGHT_REQUESTS,
    busyLag: limits?.busyLag ?? BUSY_LAG,
    lag: () => journey.lag(),
    now: () => clock.now(),
  })
  return { deps, tokens, admission, intake }
}

/** A body that is in the journal, and what its source made of it. */
export interface Taken extends Receipt {
  readonly oversize: boolean
}

/** Where a tool's own API puts what Faultline looks for in the body. */
export interface Dialect {
  /** The key that a body carries instead of a token; `undefined`: none. */
  readonly keyOf?: (raw: RawBody) => string | undefined
  /** The body as its source reads it, where the path says a part of it. */
  readonly adapt?: (raw: RawBody) => RawBody
  /** Does what a body asks for that reports nothing; false where it is to be taken in. */
  readonly instead?: (raw: RawBody) => Promise<boolean>
}

/**
 * Takes the body of a request over for a source: authorised, admitted, read, durable.
 *
 * @throws AppError `unauthenticated`, `forbidden`, `overloaded`, `store_unavailable`,
 * `unsupported_media_type`; `payload_invalid` where the sender broke off
 */
export async function takeBody(
  c: Context<AppEnv>,
  source: Source,
  { deps, tokens, admission, intake }: IngestPort,
  { keyOf, adapt = (raw) => raw, instead }: Dialect = {},
): Promise<Taken> {
  const proved = checkIngest(c, tokens, { source: source.id, keyed: keyOf !== undefined })
  const place = SOURCES.has(source.id) ? source.id : MAPPED
  const lease = admission.admit(place, announced(c, source))
  try {
    const read = await readBody(c, { limit: source.maxBodyBytes, onBytes: lease.grow })
    if (read.kind === 'oversize') c.header('Connection', 'close')
    const raw = toRawBody(read)
    const body = read.kind === 'oversize' ? read.start : read.bytes
    if (!proved) await checkProof(c, tokens, { source: source.id, body, key: keyOf?.(raw) })
    if (source.id === SNS_SOURCE && (await deps.sns?.confirm(body)) === true) return CONFIRMED
    if ((await instead?.(raw)) === true) return DONE
    const end = deps.metrics.ingestDuration.startTimer({ source: source.id })
    const taken = await receive(deps, source.id, adapt(raw))
    end()
    intake.took(source.id, raw.body)
    return taken
  } finally {
    lease.release()
  }
}

/** The answer to a question of SNS that reports nothing. */
const CONFIRMED: Taken = { receipt: 'subscription-confirmed', items: [], oversize: false }

/** The answer to a deed that was done at once. */
const DONE: Taken = { receipt: 'done', items: [], oversize: false }

/** Puts a body into the journal as its source's. */
export async function receive(deps: ServerDeps, source: string, raw: RawBody): Promise<Taken> {
  const receipt = await deps.journey.receive(source, raw)
  return { ...receipt, oversize: raw.oversize !== undefined }
}

function announced(c: Context<AppEnv>, source: Source): number {
  const length = Number(c.req.header('content-length'))
  if (!Number.isSafeInteger(length) || length < 0) return UNKNOWN_BYTES
  return Math.min(length, source.maxBodyBytes)
}

export function rejectedOf(items: readonly IngestItem[]): ReceiptView['rejected'] {
  return items.flatMap((item, index) =>
    item.kind === 'rejected' ? [{ index, pointer: item.pointer, reason: item.reason }] : [],
  )
}

/**
 * Our own form of an answer: it is given (as 202) when anything was accepted, or when there was
 * nothing to accept.
 *
 * @throws ProblemError with the same list where nothing was
 */
export function receiptOf({ receipt, items, oversize }: Taken): ReceiptView {
  const all = rejectedOf(items)
  const accepted = items.length - all.length
  const rejected = all.slice(0, NAMED_REJECTIONS)
  if (accepted > 0 || items.length === 0) return { receipt, accepted, rejected }
  const first = rejected[0]?.reason ?? 'The body cannot be read.'
  throw new ProblemError({
    code: oversize ? 'payload_too_large' : 'payload_invalid',
    detail: all.length === 1 ? first : `None of ${all.length} items can be read. ${first}`,
    errors: rejected.slice(0, 100).map(({ pointer, reason }) => ({ pointer, detail: reason })),
    more: { receipt, accepted, rejected },
  })
}

/** The source of an id, one of ours or a mapped one. @throws AppError `not_found` */
export function knownSource({ journey }: ServerDeps, id: string): Source {
  const { rules } = journey.engine.state
  const source = sourceOf(id, rules)
  if (source !== undefined) return source
  const known = [...SOURCES.keys(), ...Object.keys(rules.ingest)].join(', ')
  throw new AppError('not_found', `there is no such source; there are ${known}`)
}

export const SourceParams = z.object({
  source: z.string().openapi({
    param: { name: 'source', in: 'path' },
    description: `${[...SOURCES.keys()].join(', ')}, or the name of a mapping in \`rules/ingest\``,
  }),
})

/** Mapped sources share one place among those that get an equal part of what is in work. */
const MAPPED = 'mapped'
