/**
 * Reads bodies within bounds: never more than the limit is kept, whatever is sent and however it is
 * compressed. What is over the limit is still counted and hashed, up to a cap, so that it can be
 * told from another.
 */
import { isUtf8 } from 'node:buffer'
import { createHash, type Hash } from 'node:crypto'
import { Readable } from 'node:stream'
import { createGunzip, createInflate } from 'node:zlib'
import type { Context, MiddlewareHandler } from 'hono'
import { AppError } from '../core/errors.ts'
import type { RawBody } from '../journey.ts'
import type { AppEnv } from './deps.ts'

export type ReadBody =
  /** The body, no longer compressed. */
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  /** `bytes` and `sha256` are of what was read: all of it, or as much as the cap. */
  | {
      readonly kind: 'oversize'
      readonly start: Buffer
      readonly bytes: number
      readonly sha256: string
    }
  /** It is not compressed as it says: the bytes as they came. */
  | { readonly kind: 'broken'; readonly bytes: Buffer }

export interface ReadOptions {
  /** Bytes, no longer compressed. */
  readonly limit: number
  /** Told of every chunk that is kept; what it throws ends the reading. */
  readonly onBytes?: (bytes: number) => void
}

/** How much of a body over its limit is kept, and how many times the limit is read of it. */
export const START_BYTES = 64 * 1024
export const CAP_FACTOR = 4

/**
 * Reads the body of a request.
 *
 * @throws AppError `unsupported_media_type` for an encoding other than gzip and deflate;
 * `payload_invalid` where the sender broke off; what `onBytes` throws
 */
export async function readBody(c: Context<AppEnv>, options: ReadOptions): Promise<ReadBody> {
  const encoding = encodingOf(c)
  const sent = await collect(streamOf(c), options)
  if (encoding === 'identity' || sent.kind !== 'whole') return sent
  const inflater = encoding === 'gzip' ? createGunzip() : createInflate()
  try {
    return await collect(Readable.from([sent.bytes]).pipe(inflater), options)
  } catch (cause) {
    if (cause instanceof AppError && cause.code !== 'payload_invalid') throw cause
    return { kind: 'broken', bytes: sent.bytes }
  } finally {
    inflater.destroy()
  }
}

type Encoding = 'identity' | 'gzip' | 'deflate'

const ENCODINGS: Readonly<Record<string, Encoding>> = {
  '': 'identity',
  identity: 'identity',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
}

function encodingOf(c: Context<AppEnv>): Encoding {
  const name = (c.req.header('content-encoding') ?? '').trim().toLowerCase()
  const encoding = ENCODINGS[name]
  if (encoding !== undefined) return encoding
  c.header('Accept-Encoding', 'gzip, deflate')
  throw new AppError(
    'unsupported_media_type',
    'bodies may be sent as they are, or compressed with gzip or deflate',
  )
}

/** Node's own stream where there is one: it is several times faster than the request's. */
function streamOf(c: Context<AppEnv>): AsyncIterable<Uint8Array> {
  const incoming = c.env?.incoming
  if (incoming !== undefined) return incoming
  return c.req.raw.body === null ? Readable.from([]) : Readable.fromWeb(webBody(c))
}

/** Guarantee: Node has one implementation of web streams; its two type definitions differ. */
function webBody(c: Context<AppEnv>): Parameters<typeof Readable.fromWeb>[0] {
  return c.req.raw.body as unknown as Parameters<typeof Readable.fromWeb>[0]
}

async function collect(
  stream: AsyncIterable<Uint8Array>,
  { limit, onBytes }: ReadOptions,
): Promise<ReadBody> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  let over: { readonly start: Buffer; readonly hash: Hash } | null = null
  try {
    for await (const chunk of stream) {
      bytes += chunk.length
      if (over !== null) over.hash.update(chunk)
      else {
        chunks.push(chunk)
        if (bytes <= limit) onBytes?.(chunk.length)
        else over = beginOver(chunks)
      }
      if (bytes > CAP_FACTOR * limit) break
    }
  } catch (cause) {
    if (over === null) throw cause instanceof AppError ? cause : brokenOff(cause)
  }
  if (over === null) return { kind: 'whole', bytes: joined(chunks) }
  return { kind: 'oversize', start: over.start, bytes, sha256: over.hash.digest('hex') }
}

function beginOver(chunks: Uint8Array[]): { readonly start: Buffer; readonly hash: Hash } {
  const hash = createHash('sha256')
  for (const chunk of chunks) hash.update(chunk)
  const start = Buffer.from(joined(chunks).subarray(0, START_BYTES))
  chunks.length = 0
  return { start, hash }
}

function joined(chunks: readonly Uint8Array[]): Buffer {
  const [only] = chunks
  if (chunks.length === 1 && only instanceof Buffer) return only
  return Buffer.concat(chunks)
}

function brokenOff(cause: unknown): AppError {
  return new AppError('payload_invalid', 'the body ended before it was complete', {}, cause)
}

/** A body as the journal takes it: text where it is UTF-8, else base64. */
export function toRawBody(read: ReadBody): RawBody {
  if (read.kind !== 'oversize') return toText(read.bytes)
  const { start, bytes, sha256 } = read
  return { ...toText(withoutCutCharacter(start)), oversize: { bytes, sha256 } }
}

function toText(bytes: Buffer): RawBody {
  return isUtf8(bytes)
    ? { body: bytes.toString('utf8') }
    : { body: bytes.toString('base64'), encoding: 'base64' }
}

/** A character of UTF-8 has at most four bytes: up to three may be the rest of a cut one. */
function withoutCutCharacter(start: Buffer): Buffer {
  for (let cut = 0; cut <= 3; cut++) {
    const whole = start.subarray(0, start.length - cut)
    if (isUtf8(whole)) return whole
  }
  return start
}

const JSON_TYPE = /^application\/([\w.-]+\+)?json\s*(;|$)/i

/**
 * Reads a JSON body of at most `limit` bytes ahead of its validation. A request without a body
 * passes: the route's schema says whether there must be one.
 */
export function readsJson(limit: number): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const read = await readBody(c, { limit })
    if (read.kind === 'oversize') {
      c.header('Connection', 'close')
      throw new AppError('payload_too_large', `the body has more than ${limit} bytes`, { limit })
    }
    if (read.kind === 'broken' || !isUtf8(read.bytes)) {
      throw new AppError('payload_invalid', 'the body is not valid UTF-8, or not as it is encoded')
    }
    const text = read.bytes.toString('utf8')
    const type = c.req.header('content-type')
    if (text !== '' && !JSON_TYPE.test(type ?? '')) {
      throw new AppError('unsupported_media_type', 'the body must be application/json')
    }
    c.set('bodyText', text)
    const headers = new Headers(c.req.raw.headers)
    for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) {
      headers.delete(name)
    }
    const { method, url } = c.req
    c.req.raw = new Request(url, { method, headers, ...(text === '' ? undefined : { body: text }) })
    await next()
  }
}
