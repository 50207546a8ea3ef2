/** What stands before the handlers of the API: who may, and how a body is read. */
import type { MiddlewareHandler } from 'hono'
import { AppError } from '../../core/errors.ts'
import { requires } from '../auth.ts'
import { readsJson } from '../body.ts'
import type { AppEnv } from '../deps.ts'
import { idempotent } from '../idempotency.ts'

type Guards = MiddlewareHandler<AppEnv>[]

const MIB = 2 ** 20

/** Largest body of a command, and of what carries a whole CMDB or knowledge base. */
export const SMALL_BODY = MIB
export const LARGE_BODY = 64 * MIB

export const reads: Guards = [requires('read')]

/** Reads by a body: what would be, without doing it. */
export const asks: Guards = [requires('read'), readsJson(SMALL_BODY)]

/** Nothing is decided any more after the fold has stopped: then nobody is told that it was. */
const decides: MiddlewareHandler<AppEnv> = async (c, next) => {
  const { lifecycle } = c.get('deps')
  if (lifecycle.phase() === 'failed') throw new AppError('store_unavailable', lifecycle.detail())
  await next()
}

export const acts: Guards = [requires('act'), decides, readsJson(SMALL_BODY), idempotent()]

/** Imports into the CMDB: by a token that may do nothing else, too. */
export const importing: Guards = [requires('import'), decides, readsJson(LARGE_BODY), idempotent()]

/** Reads everything there is, at once. */
export const copies: Guards = [requires('admin')]

/** Changes what everything is decided with. */
export const administers: Guards = [requires('admin'), decides, readsJson(LARGE_BODY), idempotent()]
