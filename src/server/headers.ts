/** What every answer carries, and what is noted about every request. */
import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { AppEnv, ServerDeps } from './deps.ts'

/** Scripts of our own only. Styles may be inline: the console's components set some while they run. */
const CONTENT_POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  // unless a handler says otherwise
  ['Cache-Control', 'no-store'],
]

/** For answers that a browser may show; tools that post get enough of them without. */
const PAGE_HEADERS: readonly (readonly [string, string])[] = [
  ['Content-Security-Policy', CONTENT_POLICY],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
]

export function secureHeaders(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    for (const [name, value] of HEADERS) c.header(name, value)
    if (c.req.method !== 'POST') for (const [name, value] of PAGE_HEADERS) c.header(name, value)
    await next()
  }
}

const REQUEST_ID = /^[A-Za-z0-9._:/+=-]{1,128}$/

/** Takes over the caller's `X-Request-Id` where it is one, else makes one; it comes back. */
export function requestIds(): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const given = c.req.header('x-request-id') ?? ''
    const id = REQUEST_ID.test(given) ? given : randomUUID()
    c.set('requestId', id)
    c.header('X-Request-Id', id)
    await next()
  }
}

/** Routes that are asked all the time: what goes well there is only said when debugging. */
const FREQUENT = /^\/(ingest|api\/v2|metrics|healthz|readyz|livez|-)(\/|$)/

/** One line and one observation for every request, by its route's template. */
export function observe({ metrics, log }: ServerDeps): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const begun = performance.now()
    await next()
    const seconds = (performance.now() - begun) / 1000
    const { method, path } = c.req
    const route = templateOf(matchedRoutes(c).map((one) => one.path))
    const code = c.res.status
    metrics.httpRequestDuration.observe({ method: methodOf(method), route, code }, seconds)
    const level = code >= 500 ? 'warn' : code < 400 && FREQUENT.test(path) ? 'debug' : 'info'
    if (!log.isLevelEnabled(level)) return
    const caller = c.get('caller')
    log[level](
      {
        event: 'http.request',
        requestId: c.get('requestId'),
        method,
        path,
        route,
        status: code,
        durationMs: Math.round(seconds * 1e6) / 1e3,
        ...(caller?.kind === 'admin' ? { actor: caller.name } : undefined),
      },
      `${method} ${path} ${code}`,
    )
  }
}

/** The template of the last route that is not for all paths; closed list, as it is a label. */
function templateOf(paths: readonly string[]): string {
  const own = paths.filter((path) => !path.endsWith('*')).at(-1)
  return own ?? 'other'
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

function methodOf(method: string): string {
  return METHODS.has(method) ? method : 'other'
}
