/**
 * ClickHouse's HTTP interface over chDB: what the client sends to a server goes over a real socket
 * to a real ClickHouse, without a server. Only what the client uses is there.
 */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync, gzipSync } from 'node:zlib'
import { drainPending, Session } from 'chdb'

/** What to do with a statement: run it, or let the connection break before or after it ran. */
export type Treatment = 'run' | 'break_before' | 'break_after'

type Treat = (sql: string) => Treatment | Promise<Treatment>

export interface HttpClickHouse {
  readonly url: string
  /** Asked about every statement, which waits for the answer; `null` runs everything. */
  treat: Treat | null
  close(): Promise<void>
}

export interface HttpClickHouseOptions {
  /** Folder of the data. */
  readonly path: string
  /** Basic auth that is asked for; none unless given. */
  readonly password?: string
}

const USER = 'default'
const SESSIONS = 6
/** Parameters of the protocol; every other one is a setting. */
const PROTOCOL = new Set(['query', 'query_id', 'database', 'session_id', 'default_format'])
/** Settings of the HTTP server, which the engine by itself does not know. */
const HTTP_SETTINGS =
  /^(wait_end_of_query|enable_http_compression|send_progress_in_http_headers|http_)/

/** Starts it on a free port of the loopback interface. */
export async function startHttpClickHouse(options: HttpClickHouseOptions): Promise<HttpClickHouse> {
  const pool = openPool(options.path)
  const running: HttpClickHouse = { url: '', treat: null, close: async () => undefined }
  const server = createServer((request, response) => {
    answer({ request, response, pool, options, treat: running.treat }).catch((cause: unknown) => {
      response.destroy(cause instanceof Error ? cause : new Error(String(cause)))
    })
  })
  server.keepAliveTimeout = 10_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(running, {
    url: `http://127.0.0.1:${port}`,
    close: () => stop(server, pool),
  })
}

async function stop(server: Server, pool: Pool): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeAllConnections()
  await closed
  await pool.close()
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly pool: Pool
  readonly options: HttpClickHouseOptions
  readonly treat: Treat | null
}

async function answer({ request, response, pool, options, treat }: Exchange): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/ping') {
    response.end('Ok.\n')
    return
  }
  if (!isAllowed(request, options)) {
    sendError(response, 'Code: 516. DB::Exception: Authentication failed (AUTHENTICATION_FAILED)')
    return
  }
  const body = await readBody(request)
  const inUrl = url.searchParams.get('query')
  const sql = inUrl === null ? body.toString('utf8') : `${inUrl}\n${body.toString('utf8')}`
  const treatment = (await treat?.(sql)) ?? 'run'
  if (treatment === 'break_before') {
    response.destroy()
    return
  }
  try {
    const { bytes, ms } = await run({ pool, sql, search: url.searchParams })
    if (treatment === 'break_after') response.destroy()
    else sendResult(response, { bytes, ms, request, search: url.searchParams })
  } catch (cause) {
    sendError(response, cause instanceof Error ? cause.message : String(cause))
  }
}

function isAllowed({ headers }: IncomingMessage, { password }: HttpClickHouseOptions): boolean {
  if (password === undefined) return true
  const expected = Buffer.from(`${USER}:${password}`).toString('base64')
  return headers.authorization === `Basic ${expected}`
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = Buffer.concat(parts)
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
}

interface Run {
  readonly pool: Pool
  readonly sql: string
  readonly search: URLSearchParams
}

async function run({ pool, sql, search }: Run): Promise<{ bytes: Uint8Array; ms: number }> {
  const parameters: string[] = []
  const settings: [string, string][] = []
  for (const [name, value] of search) {
    if (name.startsWith('param_')) parameters.push(`SET ${name} = ${quote(value)};`)
    else if (!PROTOCOL.has(name) && !HTTP_SETTINGS.test(name)) settings.push([name, value])
  }
  const begun = performance.now()
  return pool.use(async (session) => {
    const set = settings.map(([name, value]) => `SET ${name} = ${quote(value)};`)
    await session.queryAsync(`USE ${search.get('database') ?? 'default'}`)
    try {
      const format = search.get('default_format') ?? 'TabSeparated'
      const head = [...set, ...parameters].join(' ')
      const result = await session.queryAsync(`${head} ${sql}`, { format })
      return { bytes: result.bytes(), ms: performance.now() - begun }
    } finally {
      for (const [name] of settings) await session.queryAsync(`SET ${name} = DEFAULT`)
    }
  })
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

interface Result {
  readonly bytes: Uint8Array
  readonly ms: number
  readonly request: IncomingMessage
  readonly search: URLSearchParams
}

function sendResult(response: ServerResponse, { bytes, ms, request, search }: Result): void {
  const zip =
    search.get('enable_http_compression') === '1' &&
    /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
  response.writeHead(200, {
    'content-type': 'text/plain; charset=UTF-8',
    'x-clickhouse-summary': JSON.stringify({
      read_rows: '0',
      read_bytes: '0',
      written_rows: '0',
      written_bytes: '0',
      result_rows: '0',
      result_bytes: String(bytes.length),
      elapsed_ns: String(Math.round(ms * 1e6)),
    }),
    'query-id': search.get('query_id') ?? randomUUID(),
    ...(zip ? { 'content-encoding': 'gzip' } : {}),
  })
  response.end(zip ? gzipSync(bytes) : bytes)
}

function sendError(response: ServerResponse, message: string): void {
  const code = /Code: (\d+)/.exec(message)?.[1] ?? '0'
  response.writeHead(code === '516' ? 403 : 500, { 'x-clickhouse-exception-code': code })
  response.end(message)
}

interface Pool {
  use<Answer>(task: (session: Session) => Promise<Answer>): Promise<Answer>
  close(): Promise<void>
}

function openPool(path: string): Pool {
  const sessions = Array.from({ length: SESSIONS }, () => new Session(path))
  const free = [...sessions]
  const waiting: ((session: Session) => void)[] = []
  const give = (session: Session): void => {
    const next = waiting.shift()
    if (next === undefined) free.push(session)
    else next(session)
  }
  return {
    use: async (task) => {
      const session = free.pop() ?? (await new Promise<Session>((resolve) => waiting.push(resolve)))
      try {
        return await task(session)
      } finally {
        give(session)
      }
    },
    close: async () => {
      await drainPending()
      for (const session of sessions) session.close()
      await drainPending()
    },
  }
}
