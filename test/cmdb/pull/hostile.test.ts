/**
 * Laws that hold for every API: a server that answers nonsense, too much, for ever or not at all is an
 * error that names the page and tells no secret; nothing of what came before it is imported.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { CHANGE_IMPORTERS } from '../../../src/cmdb/pull/changes/index.ts'
import { createPullHttp, type PullHttp, type PullLimits } from '../../../src/cmdb/pull/http.ts'
import { PULL_IMPORTERS } from '../../../src/cmdb/pull/index.ts'
import { AppError } from '../../../src/core/errors.ts'
import { SECRET } from './fake.ts'

type Respond = (response: ServerResponse, count: number, url: URL) => void

interface Page {
  readonly body: unknown
  readonly link?: string
}

interface Case {
  readonly settings: (url: string) => object
  /** The page `count` of the first list, which says that another follows; its rows are those of `row`. */
  readonly page: (count: number, row: number, url: URL) => Page
}

const folder = mkdtempSync(join(tmpdir(), 'faultline-hostile-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const login = { userVariable: 'LOGIN', passwordVariable: 'SECRET' }
const nextOf = (count: number, url: URL): string => `${url.origin}${url.pathname}?page=${count + 1}`

function kubeconfig(server: string): string {
  const file = join(folder, 'config')
  const names = { cluster: 'c', user: 'u' }
  const config = {
    ...{ 'current-context': 'x', contexts: [{ name: 'x', context: names }] },
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: SECRET } }],
  }
  writeFileSync(file, JSON.stringify(config))
  return file
}

const CASES: Readonly<Record<string, Case>> = {
  freshservice: {
    settings: (url) => ({ url, keyVariable: 'SECRET' }),
    page: (count, row, url) => ({
      body: { asset_types: [{ id: row, name: `type ${row}` }] },
      link: `<${nextOf(count, url)}>; rel="next"`,
    }),
  },
  itop: {
    settings: (url) => ({ url, ...login }),
    page: (_count, row) => {
      const ids = Array.from({ length: 500 }, (_, at) => String(row * 500 + at))
      const fields = { name: 'x' }
      const objects = ids.map((key) => [`Server::${key}`, { class: 'Server', key, fields }])
      return { body: { code: 0, message: 'Found: 1', objects: Object.fromEntries(objects) } }
    },
  },
  'jira-assets': {
    settings: (url) => ({
      ...{ url, apiUrl: url, emailVariable: 'LOGIN', tokenVariable: 'SECRET', workspaceId: 'a1' },
    }),
    page: (_count, row) => ({ body: { isLast: false, values: [{ id: row }] } }),
  },
  'jira-assets-dc': {
    settings: (url) => ({ url, tokenVariable: 'SECRET', query: 'objectSchemaId = 1' }),
    page: (_count, row) => ({ body: { objectEntries: [{ id: row }], totalFilterCount: 999 } }),
  },
  kubernetes: {
    settings: (url) => {
      kubeconfig(url)
      return {}
    },
    page: (count, row) => ({
      body: { metadata: { continue: `${count + 1}` }, items: [{ metadata: { name: `n${row}` } }] },
    }),
  },
  netbox: {
    settings: (url) => ({ url, tokenVariable: 'SECRET' }),
    page: (count, row, url) => ({ body: { next: nextOf(count, url), results: [{ id: row }] } }),
  },
  servicenow: {
    settings: (url) => ({ url, ...login }),
    page: (count, row, url) => ({
      body: { result: [{ sys_id: `${row}` }] },
      link: `<${nextOf(count, url)}>; rel="next"`,
    }),
  },
  solarwinds: {
    settings: (url) => ({ url, tokenVariable: 'SECRET' }),
    page: (_count, row) => ({ body: [{ id: row }] }),
  },
}

/** Of the lists of changes. */
const CHANGE_CASES: Readonly<Record<string, Case>> = {
  freshservice: {
    settings: (url) => ({ url, keyVariable: 'SECRET' }),
    page: (count, row, url) => ({
      body: { changes: [{ id: row, status: 1, planned_start_date: null }] },
      link: `<${nextOf(count, url)}>; rel="next"`,
    }),
  },
  jira: {
    settings: (url) => ({
      ...{ url, apiUrl: url, emailVariable: 'LOGIN', tokenVariable: 'SECRET', jql: 'project = A' },
    }),
    page: (count, row, url) => ({
      body: url.pathname.endsWith('/field')
        ? [{ id: 'customfield_1', name: 'Planned start' }]
        : { issues: [{ key: `A-${row}`, fields: {} }], isLast: false, nextPageToken: `${count}` },
    }),
  },
  servicenow: {
    settings: (url) => ({ url, ...login }),
    page: (count, row, url) => ({
      body: { result: [{ sys_id: `${row}`, number: `CHG${row}` }] },
      link: `<${nextOf(count, url)}>; rel="next"`,
    }),
  },
  solarwinds: {
    settings: (url) => ({ url, tokenVariable: 'SECRET' }),
    page: (_count, row) => ({ body: [{ id: row, number: row }] }),
  },
}

/** Every list of every API. */
interface Tried extends Case {
  readonly id: string
  readonly pull: (settings: unknown, http: PullHttp) => Promise<unknown>
  /** Requests before the list. */
  readonly before: number
}
const NOTHING: Case = { settings: () => ({}), page: () => ({ body: null }) }
const ALL: readonly Tried[] = [
  ...[...PULL_IMPORTERS.values()].map(
    ({ id, pull }): Tried => ({
      ...{ ...(CASES[id] ?? NOTHING), id, before: 0 },
      pull: (settings, http) => pull(settings, http, () => undefined),
    }),
  ),
  ...[...CHANGE_IMPORTERS.values()].map(
    ({ id, pull }): Tried => ({
      ...{
        ...(CHANGE_CASES[id] ?? NOTHING),
        id: `changes of ${id}`,
        before: id === 'jira' ? 1 : 0,
      },
      pull: (settings, http) => pull(settings, http, { now: 0, progress: () => undefined }),
    }),
  ),
]

/** What a pull says that must fail; it answers, and asks no more often than the limits allow. */
async function failing(
  tried: Tried,
  respond: Respond,
  limits: Partial<PullLimits> = {},
): Promise<string> {
  let count = 0
  const server = createServer((request, response) => {
    request.resume()
    count += 1
    respond(response, count, new URL(request.url ?? '/', `http://${request.headers.host}`))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const settings = tried.settings(url)
  const env: Readonly<Record<string, string>> = {
    ...{ LOGIN: 'faultline', SECRET, KUBECONFIG: join(folder, 'config') },
  }
  const http = createPullHttp({
    env: (variable) => env[variable],
    wait: () => Promise.resolve(),
    now: () => 0,
    limits: { maxBytes: 1_000_000, maxPages: 4, ...limits },
  })
  const cause = await tried.pull(settings, http).then(
    () => new Error('no error'),
    (error: unknown) => error,
  )
  expect(cause).toBeInstanceOf(AppError)
  expect(`${(cause as AppError).stack}`).not.toContain(SECRET)
  expect(count).toBeLessThanOrEqual(25)
  const { message } = cause as AppError
  expect(message).toContain(`${url}/`)
  return message
}

function show(response: ServerResponse, { body, link }: Page): void {
  const headers = { 'content-type': 'application/json', ...(link === undefined ? {} : { link }) }
  response.writeHead(200, headers)
  response.end(JSON.stringify(body))
}

const saying =
  (body: string, status = 200, headers: Readonly<Record<string, string>> = {}): Respond =>
  (response) => {
    response.writeHead(status, headers)
    response.end(body)
  }

const BODIES: readonly (readonly [what: string, respond: Respond, told: RegExp])[] = [
  ['a page for people', saying('<html>Sign in</html>'), /something that is not JSON$/],
  ['nothing', saying(''), /a form that is not documented: $/],
  ['text for a list', saying('"text"'), /a form that is not documented: $/],
  ['null for an object', saying('null'), /a form that is not documented: $/],
  ['another object', saying('{"error":{"a":1}}'), /a form that is not documented: /],
  ['brackets without end', saying('['.repeat(100_000)), /something that is not JSON$/],
  ['lists in lists', saying('['.repeat(50_000) + ']'.repeat(50_000)), /form|same as/],
  ['bytes that are no text', saying('\u0000\uFFFD{"'), /something that is not JSON$/],
  ['more than fits', saying(`"${'x'.repeat(2_000_000)}"`), /answer is too large, 5 times$/],
  ['401', saying(`{"error":"${SECRET}"}`, 401), /status 401$/],
  ['429 for ever', saying('{}', 429, { 'retry-after': '1' }), /status 429, 5 times$/],
  ['500 for ever', saying('{}', 500), /status 500, 5 times$/],
  [
    'another host',
    saying('', 302, { location: `http://127.0.0.1:1/?${SECRET}` }),
    /redirects to another host$/,
  ],
  [
    'another scheme',
    saying('', 307, { location: 'file:///etc/passwd' }),
    /redirects to another host$/,
  ],
  [
    'itself as the place to look',
    saying('', 301, { location: '?again' }),
    /redirects without end$/,
  ],
  [
    'half of it',
    (response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('{"results": [', () => response.destroy())
    },
    /(broken off|ECONNRESET), 5 times$/,
  ],
  ['a hung-up line', (response) => void response.destroy(), /ECONNRESET, 5 times$/],
]

it('has a case for every API', () => {
  expect(Object.keys(CASES)).toEqual([...PULL_IMPORTERS.keys()])
  expect(Object.keys(CHANGE_CASES)).toEqual([...CHANGE_IMPORTERS.keys()])
})

describe.each(ALL.map((tried) => [tried.id, tried] as const))('%s', (_id, tried) => {
  it.each(BODIES)('answered with %s', async (_what, respond, told) => {
    expect(await failing(tried, respond)).toMatch(told)
  })

  it('answered with silence, or with a drop now and then', async () => {
    const limits = { timeoutMs: 60 }
    const silence = await failing(tried, () => undefined, limits)
    expect(silence).toMatch(/ page 1: no answer within 0.06 s, 5 times$/)
    const begun: Respond = (response) => void response.writeHead(200).write('{')
    expect(await failing(tried, begun, limits)).toMatch(/no answer within 0.06 s, 5 times$/)
  })

  it('answered with pages without end', async () => {
    const respond: Respond = (response, count, url) => show(response, tried.page(count, count, url))
    expect(await failing(tried, respond)).toMatch(/ page 5: has more than 4 pages$/)
  })

  it('answered with the same page again', async () => {
    const respond: Respond = (response, _count, url) => show(response, tried.page(1, 1, url))
    expect(await failing(tried, respond)).toMatch(
      / page [23]: (is the same as the page before|leads to a page that was read already)$/,
    )
  })

  it('whose second page is broken imports nothing of the first', async () => {
    const respond: Respond = (response, count, url) =>
      count <= tried.before + 1
        ? show(response, tried.page(count, count, url))
        : saying('{}', 500)(response, count, url)
    expect(await failing(tried, respond)).toMatch(/ page 2: status 500, 5 times$/)
  })
})
