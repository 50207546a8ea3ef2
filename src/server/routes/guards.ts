/** What stands before the handlers of the API: who may, and how a body is read. */
import type { MiddlewareHandler } from 'hono'
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

export const acts: Guards = [requires('act'), readsJson(SMALL_BODY), idempotent()]

/** Changes what everything is decided with. */
export const administers: Guards = [requires('admin'), readsJson(LARGE_BODY), idempotent()]
