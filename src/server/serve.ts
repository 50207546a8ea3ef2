/** Listens, and stops without breaking off what it has begun. */

import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { AppError } from '../core/errors.ts'
import type { AppEnv } from './deps.ts'
import type { Lifecycle } from './lifecycle.ts'

export interface Listen {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

/** What answers: an app, or what stands in for it while there is none yet. */
export interface Handler {
  fetch(request: Request, bindings: AppEnv['Bindings']): Response | Promise<Response>
}

export interface ServeOptions {
  readonly app: Handler
  readonly listen: Listen
  /** Told to stop when the server is closed; absent where the caller does so. */
  readonly lifecycle?: Lifecycle
  /** How long requests go on being accepted after `/readyz` says no, in milliseconds; 0 unless given. */
  readonly graceMs?: number
  /** Longest wait for requests under way when it stops, in milliseconds; 3,000 unless given. */
  readonly finishMs?: number
}

export interface RunningServer {
  /** `http://host:port`, with the port that was taken. */
  readonly url: string
  /** Lets another app answer from the next request on: the real one, once the state is recovered. */
  use(app: Handler): void
  /** Says that it stops, accepts nothing new, finishes what is under way. Idempotent. */
  close(): Promise<void>
}

/**
 * Longer than any client of ours keeps an idle connection (Prometheus: 5 minutes): a server that
 * closes first breaks a post that is on its way, and Prometheus does not send it again.
 */
const KEEP_ALIVE_MS = 330_000
const FINISH_MS = 3000
const IDLE_LOOK_MS = 20

/**
 * Starts to listen.
 *
 * @throws AppError `conflict` where the address is taken; `internal` where it cannot be listened on
 */
export async function startServer(options: ServeOptions): Promise<RunningServer> {
  const { listen, lifecycle } = options
  let { app } = options
  const server = plainHttp({
    fetch: (request, bindings) => app.fetch(request, bindings as AppEnv['Bindings']),
    hostname: listen.host,
    serverOptions: { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 120_000 },
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(cannotListen(listen, cause)))
    server.listen(listen.port, listen.host, () => resolve())
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : listen.port
  let closing: Promise<void> | null = null
  const close = async (): Promise<void> => {
    lifecycle?.stop()
    if (options.graceMs !== undefined) await sleep(options.graceMs)
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    // a connection is kept open for another request otherwise, or for the first one
    const idle = setInterval(() => {
      server.closeIdleConnections()
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    }, IDLE_LOOK_MS)
    await Promise.race([closed, sleep(options.finishMs ?? FINISH_MS)])
    clearInterval(idle)
    server.closeAllConnections()
    await closed
  }
  return {
    url: `http://${listen.host.includes(':') ? `[${listen.host}]` : listen.host}:${port}`,
    use: (next) => {
      app = next
    },
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** Guarantee: without a `createServer` of another protocol it is Node's HTTP/1.1 server. */
function plainHttp(options: Parameters<typeof createAdaptorServer>[0]): Server {
  return createAdaptorServer(options) as Server
}

function cannotListen({ host, port }: Listen, cause: NodeJS.ErrnoException): AppError {
  const details = { host, port, code: cause.code ?? '' }
  return cause.code === 'EADDRINUSE'
    ? new AppError('conflict', `${host}:${port} is in use already`, details, cause)
    : new AppError('internal', `cannot listen on ${host}:${port}: ${cause.message}`, details, cause)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}

/** Answers while the state is being recovered: alive, and 503 for everything else. */
export function createWaitingApp(lifecycle: Lifecycle, version: string): Handler {
  const app = new Hono<AppEnv>()
  for (const path of ['/healthz', '/livez', '/-/healthy']) {
    app.get(path, (c) => c.json({ status: 'ok', detail: 'alive', version }, 200))
  }
  app.all('*', (c) => {
    c.header('Retry-After', '2')
    c.header('Cache-Control', 'no-store')
    const detail = lifecycle.detail()
    if (c.req.path === '/readyz') {
      return c.json({ status: lifecycle.phase(), detail, version }, 503)
    }
    if (c.req.path.startsWith('/api/v2/')) return c.json(detail, 503)
    const body = { type: 'about:blank', title: 'Service Unavailable', status: 503, detail }
    const text = JSON.stringify({ ...body, code: 'overloaded' })
    return c.body(text, 503, { 'Content-Type': 'application/problem+json' })
  })
  return app
}
