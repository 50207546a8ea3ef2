/**
 * `Idempotency-Key`: a request that is sent again with its key is answered as the first time and
 * does nothing again. Kept for 24 hours, in memory: after a restart a key is new. Most commands are
 * then refused by the engine because they are done already; a comment or a vote would count twice.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
import { createHash } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AppError } from '../core/errors.ts'
import type { AppEnv } from './deps.ts'
import { problem } from './problem-json.ts'
import type { KeptAnswer, ReplayedAnswer } from './replays.ts'

/** Longest key that is taken. */
const KEY = /^[\x21-\x7e]{1,255}$/

/** Honours the key of a request, where it has one. Comes after `readsJson`. */
export function idempotent(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const header = c.req.header('idempotency-key')
    if (header === undefined) return next()
    const { key, fingerprint } = read(c, header)
    const replays = c.get('replays')
    const now = c.get('deps').clock.now()
    const known = replays.find(key, now)
    if (known !== undefined) return again(c, known, fingerprint)
    replays.begin(key, fingerprint, now)
    await next()
    // what failed here may well succeed the next time
    if (c.res.status >= 500) replays.forget(key)
    else replays.finish(key, await toAnswer(c.res.clone()))
    return undefined
  }
}

async function toAnswer(response: Response): Promise<ReplayedAnswer> {
  // guarantee: every answer of these routes has a body, so its status is one that allows it
  const status = response.status as ContentfulStatusCode
  return { status, type: response.headers.get('content-type') ?? '', body: await response.text() }
}

/** The key may come in quotes, as a structured field, or bare. */
function read(c: Context<AppEnv>, header: string): { key: string; fingerprint: string } {
  const bare = header.replace(/^"(.*)"$/, '$1')
  if (!KEY.test(bare)) {
    throw new AppError('payload_invalid', 'must be 1 to 255 visible ASCII characters', {
      field: 'Idempotency-Key',
    })
  }
  const caller = c.get('caller')
  const who = caller.kind === 'admin' ? caller.name : ''
  const key = JSON.stringify([who, c.req.method, c.req.path, bare])
  return { key, fingerprint: createHash('sha256').update(c.get('bodyText')).digest('hex') }
}

function again(c: Context<AppEnv>, known: KeptAnswer, fingerprint: string): Response {
  if (known.fingerprint !== fingerprint) {
    return problem(c, {
      code: 'idempotency_mismatch',
      detail: 'This idempotency key came with another body before.',
    })
  }
  if (known.answer === null) {
    throw new AppError('conflict', 'a request with this idempotency key is under way')
  }
  c.header('Idempotency-Replayed', 'true')
  const { body, status, type } = known.answer
  return c.body(body, status, { 'Content-Type': type })
}
