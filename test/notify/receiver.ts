import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** Answers one request; `return` without answering leaves it hanging. */
export type Reply = (response: ServerResponse, received: Received) => void

export interface Receiver {
  readonly url: string
  readonly requests: Received[]
  /** Connections that were opened, whether or not a request came over them. */
  connections(): number
  /** Replies to the next requests, in order; afterwards the default reply. */
  script(...replies: readonly Reply[]): void
  /** Forgets the requests and what is left of the script. */
  reset(): void
  /** Resolves when `count` requests have come in. */
  seen(count: number): Promise<void>
}

export const status =
  (code: number, headers: Record<string, string> = {}, body = ''): Reply =>
  (response) => {
    response.writeHead(code, headers).end(body)
  }
export const hang: Reply = () => {}
export const cut: Reply = (response) => {
  response.socket?.destroy()
}

/** A real HTTP server on a free port of the loopback interface, closed when the test ends. */
export async function startReceiver(otherwise: Reply = status(200, {}, 'ok')): Promise<Receiver> {
  const requests: Received[] = []
  const script: Reply[] = []
  const waiting: { readonly count: number; readonly wake: () => void }[] = []
  let connections = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const received = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      requests.push(received)
      const reply = script.shift() ?? otherwise
      reply(response, received)
      for (const { count, wake } of waiting) if (requests.length >= count) wake()
    })
  })
  server.on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook/token-in-the-path?key=token-in-the-query`,
    requests,
    connections: () => connections,
    script: (...replies) => {
      script.push(...replies)
    },
    reset: () => {
      requests.length = 0
      script.length = 0
    },
    seen: (count) =>
      new Promise((wake) => {
        if (requests.length >= count) wake()
        else waiting.push({ count, wake })
      }),
  }
}

/**
 * Verifies as a receiver does (Standard Webhooks 1.0): any `v1` signature that fits, compared in
 * constant time, and a timestamp within five minutes.
 */
export function verify({ headers, body }: Received, secret: string, nowSeconds: number): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': list } = headers
  if (typeof list !== 'string' || Math.abs(nowSeconds - Number(timestamp)) > 300) return false
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
  return list
    .split(' ')
    .map((entry) => entry.split(','))
    .filter(([version]) => version === 'v1')
    .map(([, signature]) => Buffer.from(signature ?? '', 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
}
