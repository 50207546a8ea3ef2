/**
 * A strict fake of a remote API over real HTTP: what its documentation does not know (a path, a query
 * parameter, a body) is a fault, and so is a request without its credentials. It is busy once (429
 * with Retry-After) and broken once (500) before it answers.
 */
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import { createPullHttp, type PullHttp } from '../../../src/cmdb/pull/http.ts'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** Of the fake itself, for links to next pages. */
  readonly origin: string
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

export interface Route {
  readonly method?: 'GET' | 'POST'
  readonly path: string | RegExp
  /** Every parameter that may be there, with what it may be; `required` ones must be. */
  readonly query?: Readonly<Record<string, RegExp>>
  readonly required?: readonly string[]
  readonly answer: (asked: Asked) => Answer
}

export interface FakeApi {
  readonly isAllowed: (headers: IncomingHttpHeaders, asked: Asked) => boolean
  readonly routes: readonly Route[]
}

export interface Fake {
  readonly url: string
  readonly asked: readonly Asked[]
  /** What the documentation does not allow. */
  readonly faults: readonly string[]
  readonly http: PullHttp
  /** What the client waited for, in ms. */
  readonly waits: readonly number[]
  /** Lets time pass for the client. */
  readonly pass: (ms: number) => void
}

export const SECRET = 'not-to-be-told'

/** Starts the fake; it stops with the test. `env` are the credentials that the client has. */
export async function startFake(
  api: FakeApi,
  env: Readonly<Record<string, string>> = {},
  trouble: readonly Answer[] = [
    { status: 429, headers: { 'retry-after': '7' }, body: { error: 'slow down' } },
    { status: 500, body: { error: 'broken' } },
  ],
): Promise<Fake> {
  const asked: Asked[] = []
  const faults: string[] = []
  const waits: number[] = []
  let now = 0
  const troubles = [...trouble]
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const url = new URL(request.url ?? '/', origin)
      const one: Asked = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
        origin,
      }
      asked.push(one)
      const answer = answerOf(api, one, faults) ?? { status: 400, body: { error: 'fault' } }
      const { status = 200, headers = {}, body } = troubles.shift() ?? answer
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(body === undefined ? '' : JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const http = createPullHttp({
    env: (variable) => env[variable],
    now: () => now,
    wait: (ms) => {
      waits.push(ms)
      return Promise.resolve()
    },
  })
  const { port } = server.address() as AddressInfo
  const pass = (ms: number): void => {
    now += ms
  }
  return { url: `http://127.0.0.1:${port}`, asked, faults, http, waits, pass }
}

function answerOf(api: FakeApi, asked: Asked, faults: string[]): Answer | undefined {
  const { method, path, query, headers } = asked
  const fault = (text: string): undefined => {
    faults.push(`${method} ${path}: ${text}`)
    return undefined
  }
  const route = api.routes.find(
    (one) =>
      (one.method ?? 'GET') === method &&
      (typeof one.path === 'string' ? one.path === path : one.path.test(path)),
  )
  if (route === undefined) return fault('unknown path')
  if (!api.isAllowed(headers, asked)) return fault('no or wrong credentials')
  for (const [name, value] of query) {
    const allowed = route.query?.[name]
    if (allowed === undefined) return fault(`unknown parameter ${name}`)
    if (!allowed.test(value)) return fault(`parameter ${name} is ${value}`)
  }
  for (const name of route.required ?? []) if (!query.has(name)) return fault(`no ${name}`)
  return route.answer(asked)
}

/** One page of a list. */
export function pageOf<T>(all: readonly T[], offset: number, limit: number): readonly T[] {
  return all.slice(offset, offset + limit)
}
