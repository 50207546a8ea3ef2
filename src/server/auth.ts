/**
 * Who is asking, and what they may do. Every route says what it requires; a route of the API that
 * says nothing does not exist. Tokens are compared by their digests, in constant time.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import type { Context, MiddlewareHandler } from 'hono'
import { AppError } from '../core/errors.ts'
import type { Access } from './access.ts'
import type { AppEnv } from './deps.ts'
import { isSigned } from './signatures.ts'

/** What a route requires, from nothing to everything. */
export type Requires = 'nothing' | 'ingest' | 'metrics' | 'read' | 'import' | 'act' | 'admin'

/** The digests, made once. */
export interface Tokens {
  /** Whether this is the admin token. */
  isAdmin(token: string): boolean
  /** Whether a source needs a token, and this is one of them. */
  ofSource(source: string): { readonly needed: boolean; matches(token: string): boolean }
  /** What the source's posts are signed with. */
  secretsOf(source: string): readonly string[]
  /** Whether its posts are messages of Amazon SNS, which are signed by it. */
  bySns(source: string): boolean
}

/** The source that Amazon SNS posts to. */
export const SNS_SOURCE = 'cloudwatch'

/** A token of this name imports into the CMDB and may do nothing else. */
export const CMDB_SOURCE = 'cmdb'

export function openTokens(access: Access): Tokens {
  const { adminToken, sourceTokens, sourceSecrets = [], snsTopics = [] } = access
  const bySns = (source: string): boolean => source === SNS_SOURCE && snsTopics.length > 0
  const admin = digest(adminToken)
  const sources = new Map<string, Buffer[]>()
  for (const { source, token } of sourceTokens) {
    sources.set(source, [...(sources.get(source) ?? []), digest(token)])
  }
  return {
    isAdmin: (token) => timingSafeEqual(digest(token), admin),
    ofSource: (source) => {
      const digests = sources.get(source) ?? []
      const signs = sourceSecrets.some((one) => one.source === source)
      return {
        needed: digests.length > 0 || signs || bySns(source),
        matches: (token) => {
          const given = digest(token)
          // every one is looked at: how long it takes tells nothing
          return digests.map((one) => timingSafeEqual(given, one)).includes(true)
        },
      }
    },
    secretsOf: (source) =>
      sourceSecrets.filter((one) => one.source === source).map(({ secret }) => secret),
    bySns,
  }
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Schemes whose credentials are the token itself; `GenieKey` is Opsgenie's. */
const PLAIN = new Set(['bearer', 'geniekey'])

/** The token of a request: `Bearer`, or the password of `Basic`. */
export function tokenOf(authorization: string | undefined): string | null {
  const [, scheme, value] = /^\s*(\S+)\s+(\S+)\s*$/.exec(authorization ?? '') ?? []
  if (scheme === undefined || value === undefined) return null
  if (PLAIN.has(scheme.toLowerCase())) return value
  if (scheme.toLowerCase() !== 'basic') return null
  const pair = Buffer.from(value, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon === -1 ? null : pair.slice(colon + 1)
}

const ACTOR = /^[\p{L}\p{N}][\p{L}\p{N} ._@+'-]{0,63}$/u

/**
 * Notes who is asking. The admin token may say for whom it acts (`X-Faultline-Actor`), so that
 * several people can share it: what they do is recorded under that name.
 */
export function identify(tokens: Tokens): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const token = tokenOf(c.req.header('authorization'))
    if (token === null) c.set('caller', { kind: 'anonymous' })
    else if (tokens.isAdmin(token)) c.set('caller', { kind: 'admin', name: namedBy(c) })
    else if (tokens.ofSource(CMDB_SOURCE).matches(token)) c.set('caller', { kind: 'importer' })
    else c.set('caller', { kind: 'unknown' })
    await next()
  }
}

function namedBy(c: Context<AppEnv>): string {
  const given = c.req.header('x-faultline-actor')
  if (given === undefined) return 'admin'
  const name = decodeName(given)
  if (ACTOR.test(name)) return name
  throw new AppError('payload_invalid', 'this is not a name that can be recorded', {
    field: 'X-Faultline-Actor',
  })
}

/** Names beyond ASCII come percent-encoded: a header cannot hold them. */
function decodeName(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Under which name what a request does is recorded; only behind `requires`. */
export function actorOf(c: Context<AppEnv>): string {
  const caller = c.get('caller')
  if (caller.kind === 'admin') return caller.name
  if (caller.kind === 'importer') return 'cmdb importer'
  throw new AppError('internal', 'a route that acts lets anyone in')
}

/** Lets a request through to a route of the API that requires `level`. */
export function requires(level: 'read' | 'import' | 'act' | 'admin'): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const caller = c.get('caller')
    // one token, which may do everything: people with roles of their own come in here
    const mayImport = level === 'import' && caller.kind === 'importer'
    if (caller.kind !== 'admin' && !mayImport) throw refusal(c, level)
    await next()
  }
}

/**
 * Lets a tool post to a source. `?token=` is for tools that can do nothing but call a URL.
 *
 * @returns `false` where only the body can show it: it is signed, or has a key in it
 * (checkProof, once it is read)
 */
export function checkIngest(
  c: Context<AppEnv>,
  tokens: Tokens,
  { source, keyed }: { readonly source: string; readonly keyed: boolean },
): boolean {
  const provable = keyed || tokens.secretsOf(source).length > 0 || tokens.bySns(source)
  if (provable && tokens.ofSource(source).needed && !hasToken(c, tokens, source)) return false
  if (mayUse(c, tokens, source) === 'by token') return true
  // without a token, a page in a browser on this machine must not be able to post for its visitor
  if (isCrossSite(c)) {
    throw new AppError('forbidden', 'a page of another site may not post here without a token')
  }
  return true
}

/** Lets a body in that shows by itself who sent it. */
export async function checkProof(
  c: Context<AppEnv>,
  tokens: Tokens,
  {
    source,
    body,
    key,
  }: { readonly source: string; readonly body: Buffer; readonly key: string | undefined },
): Promise<void> {
  if (key !== undefined && tokens.ofSource(source).matches(key)) return
  const request = { header: (name: string) => c.req.header(name), body }
  const secrets = tokens.secretsOf(source)
  const { clock, sns } = c.get('deps')
  if (isSigned(source, request, { secrets, now: clock.now() })) return
  if (tokens.bySns(source) && (await sns?.isGenuine(body)) === true) return
  throw refusal(c, 'ingest')
}

/** Lets the clients of a source's API read: as posting, and pages may too. */
export function checkReading(c: Context<AppEnv>, tokens: Tokens, source: string): void {
  mayUse(c, tokens, source)
}

/**
 * Lets the clients of a source's API change what is muted: with the admin token, or on this machine
 * as long as the source has no token. The token of a tool that posts is not enough.
 */
export function checkWriting(c: Context<AppEnv>, tokens: Tokens, source: string): void {
  if (c.get('caller').kind === 'admin') return
  if (tokens.ofSource(source).needed || !isLocal(c)) throw refusal(c, 'act')
  if (isCrossSite(c)) {
    throw new AppError('forbidden', 'a page of another site may not do this without a token')
  }
}

function mayUse(c: Context<AppEnv>, tokens: Tokens, source: string): 'by token' | 'as local' {
  if (hasToken(c, tokens, source)) return 'by token'
  if (tokens.ofSource(source).needed || !isLocal(c)) throw refusal(c, 'ingest')
  return 'as local'
}

function hasToken(c: Context<AppEnv>, tokens: Tokens, source: string): boolean {
  if (c.get('caller').kind === 'admin') return true
  const given = tokenOf(c.req.header('authorization')) ?? c.req.query('token')
  return given !== undefined && tokens.ofSource(source).matches(given)
}

/** Lets the metrics be read from this machine, or with the token. */
export function checkMetrics(c: Context<AppEnv>): void {
  if (c.get('caller').kind === 'admin' || isLocal(c)) return
  throw refusal(c, 'metrics')
}

function refusal(c: Context<AppEnv>, level: Requires): AppError {
  if (c.get('caller').kind === 'importer')
    return new AppError('forbidden', 'this token may import into the CMDB, and nothing else')
  const wrong = c.get('caller').kind === 'unknown' ? ', error="invalid_token"' : ''
  c.header('WWW-Authenticate', `Bearer realm="faultline"${wrong}`)
  if (level === 'ingest' || level === 'act') {
    c.header('WWW-Authenticate', 'Basic realm="faultline"', { append: true })
  }
  return new AppError(
    'unauthenticated',
    wrong === '' ? 'a token is needed: Authorization: Bearer …' : 'this token is not known here',
  )
}

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip'] as const

/**
 * Whether a request comes from this machine: we listen on a loopback address only, and no proxy
 * says that it passes on someone else's.
 */
function isLocal(c: Context<AppEnv>): boolean {
  if (!c.get('deps').access.loopback) return false
  return FORWARDED.every((name) => c.req.header(name) === undefined)
}

function isCrossSite(c: Context<AppEnv>): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site !== 'same-origin' && site !== 'none'
  const origin = c.req.header('origin')
  if (origin === undefined) return false
  return !URL.canParse(origin) || new URL(origin).host !== c.req.header('host')
}

/**
 * On a loopback address, refuses requests whose `Host` is a name of somewhere else: a page there
 * has had its name resolved to this machine (DNS rebinding).
 */
export function guardHost({ loopback, hosts }: Access): MiddlewareHandler<AppEnv> {
  const known = new Set(hosts.map((host) => host.toLowerCase()))
  return async (c, next) => {
    const name = hostName(c.req.header('host'))
    if (loopback && name !== null && !isLoopbackName(name) && !known.has(name)) {
      throw new AppError(
        'forbidden',
        'this Host is not known here; behind a proxy, set consoleUrl to the name it uses',
      )
    }
    await next()
  }
}

function hostName(host: string | undefined): string | null {
  if (host === undefined || host === '') return null
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? []
  return (bracketed ?? plain ?? host).toLowerCase()
}

function isLoopbackName(name: string): boolean {
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return true
  return isIP(name) === 4 && name.startsWith('127.')
}
