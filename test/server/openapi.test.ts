/** Every operation is called at least once, and every answer is held to its description. */
import { createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createDirector, type Director } from '../../src/demo/director.ts'
import { readScripts } from '../../src/demo/scripts.ts'
import { stormOf } from '../../src/demo/storm.ts'
import { demoFolder, shippedRules } from '../../src/paths.ts'
import { CMDB, firing, firingApart, startApp, type TestApp } from '../support/app.ts'
import * as calls from '../support/called.ts'
import { callProblemWork } from '../support/called-problems.ts'
import {
  type Described,
  Description,
  faultsOf,
  operationFor,
  operationsOf,
  toZod,
} from '../support/described.ts'
import { KNOWLEDGE_CALLS, KNOWLEDGE_FOLDER } from '../support/knowledge-calls.ts'
import { recur } from '../support/recurring.ts'

let app: TestApp
let director: Director
const receiver = createServer((_request, response) => response.end('ok'))
let description: Description
let operations: Described[]
const called = new Set<string>()
const faults: string[] = []
const ELSEWHERE = firingApart('Elsewhere', 'far-away')

/** A request, its answer held to the description. */
async function call(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<{ status: number; body: ReturnType<typeof JSON.parse> }> {
  const described = operationFor(operations, method, path)
  const response = await app.request(path, {
    method,
    ...(body === undefined
      ? undefined
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  if (response.ok) called.add(described.operation.operationId)
  const copy = response.clone()
  faults.push(...(await faultsOf(description, described, response)))
  const text = await copy.text()
  const isJson = /json/.test(copy.headers.get('content-type') ?? '') && text !== ''
  return { status: copy.status, body: isJson ? JSON.parse(text) : text }
}

const ok = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => {
  const answer = await call(method, path, body)
  const detail = answer.status < 300 ? '' : JSON.stringify(answer.body)
  expect(`${path} ${answer.status}${detail}`).toMatch(/ 20[02]$/)
  return answer.body
}

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  const address = receiver.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const channel = {
    ...{ type: 'webhook', id: 'ops', url: `http://127.0.0.1:${port}`, allowPrivate: true },
    secrets: [`whsec_${Buffer.alloc(32, 7).toString('base64')}`],
  }
  app = await startApp({
    channels: [channel],
    ...{ rulesFolder: shippedRules(), knowledgeFolder: KNOWLEDGE_FOLDER },
    ...calls.DESK,
    demo: (parts) => {
      const { storm: script, checks } = readScripts(demoFolder())
      director = createDirector({
        ...{ engine: parts.engine, run: 'r1', afterSeconds: 600, now: () => Date.now() },
        storm: (at) => stormOf({ script, checks, seed: 1, at, speed: 100 }),
        onError: (cause) => faults.push(String(cause)),
        get url() {
          return parts.url
        },
      })
      return director
    },
  })
  description = Description.parse((await app.get('/openapi.json')).body)
  operations = operationsOf(description)
})
afterAll(async () => {
  await director.stop()
  await app.stop()
  receiver.closeAllConnections()
  receiver.close()
})

describe('the description', () => {
  it('names every operation once, in words', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(ids.length).toBeGreaterThan(45)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/)
  })

  it('says what failures look like, as problem details', () => {
    const missing = operations
      .filter(({ path }) => path.startsWith('/api/v1/') || path.startsWith('/ingest/'))
      .filter(({ operation }) => {
        const failures = Object.entries(operation.responses).filter(([code]) => code >= '400')
        return (
          !failures.some(([code]) => code === '401') ||
          failures.some(([, response]) => !response.content?.['application/problem+json'])
        )
      })
    expect(missing.map(({ path }) => path)).toEqual([])
  })

  it('has examples that its own schemas accept', () => {
    let checked = 0
    for (const [name, schema] of Object.entries(description.components.schemas)) {
      const properties = z
        .record(z.string(), z.record(z.string(), z.unknown()))
        .parse(schema['properties'] ?? {})
      for (const [field, property] of Object.entries(properties)) {
        if (!('example' in property)) continue
        checked += 1
        const parsed = toZod(description, property).safeParse(property['example'])
        expect(`${name}.${field}: ${parsed.error?.message ?? 'fits'}`).toBe(
          `${name}.${field}: fits`,
        )
      }
    }
    expect(checked).toBeGreaterThan(10)
  })

  it('is a page for people too, without a script', async () => {
    const response = await app.request('/docs')
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    const html = await response.text()
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.apache\.org)[^<"']*\.(js|css)/)
    for (const { path } of operations) expect(html).toContain(`<code>${path}</code>`)
  })
})

describe('every operation', () => {
  it('takes a CMDB and articles in', async () => {
    expect(await ok('POST', '/api/v1/topology', CMDB)).toMatchObject({ items: 5, relations: 4 })
    const article = { id: 'db/DiskFull', title: 'Disk full', alertnames: ['DiskFull'], body: '# x' }
    expect(await ok('POST', '/api/v1/articles', { articles: [article] })).toMatchObject({
      articles: 1,
    })
    await ok('GET', '/api/v1/cis?q=orders')
    await ok('GET', '/api/v1/ci-facets')
    await ok('GET', '/api/v1/relations?ci=db:orders')
    for (const call of KNOWLEDGE_CALLS) await ok(...call)
  })

  it('takes alerts and changes in', async () => {
    await ok('POST', '/api/v1/changes', {
      title: 'orders 4.2.0',
      kind: 'deploy',
      ci: ['orders-db'],
    })
    await ok('POST', '/ingest/change', { title: 'web 7', kind: 'deploy', ci: 'web-1' })
    await ok('POST', '/ingest/generic', ELSEWHERE)
    await ok('POST', '/ingest/generic', [
      firing('DiskFull', 'db-1'),
      firing('SlowQueries', 'db-1', { labels: { alertname: 'SlowQueries', host: 'orders-db' } }),
      firing('HighLatency', 'web-1', {
        labels: { alertname: 'HighLatency', host: 'web-1', service: 'checkout' },
      }),
    ])
    await ok('POST', '/api/v2/alerts', [{ labels: { alertname: 'X', instance: 'db-1' } }])
    await ok('GET', '/api/v2/status')
    await call('POST', '/ingest/generic', [{ title: 'broken' }])
    await app.settled()
    await app.outbox.idle()
  })

  it('reads', async () => {
    const { items } = await ok('GET', '/api/v1/incidents?status=provisional,open&limit=50')
    expect(items.length).toBeGreaterThanOrEqual(2)
    await ok('GET', `/api/v1/incidents/${items[0].id}`)
    const { items: decisions } = await ok('GET', `/api/v1/incidents/${items[0].id}/timeline`)
    expect(decisions.length).toBeGreaterThan(0)
    const newest = await ok('GET', `/api/v1/incidents/${items[0].id}/timeline?order=newest`)
    expect(newest.items.map(({ seq }: { seq: number }) => seq)).toEqual(
      decisions.map(({ seq }: { seq: number }) => seq).reverse(),
    )
    await ok('GET', `/api/v1/incidents/${items[0].id}/evidence`)
    await ok('GET', '/api/v1/incidents/facets?status=provisional,open')
    await ok('GET', '/api/v1/incident-views')
    for (const part of ['graph', 'alerts', 'steps', 'changes', 'impact'])
      await ok('GET', `/api/v1/incidents/${items[0].id}/${part}`)
    const alerts = await ok('GET', '/api/v1/alerts?state=firing&severity=critical')
    await ok('GET', `/api/v1/alerts/${alerts.items[0].id}`)
    await ok('GET', `/api/v1/alerts/${alerts.items[0].id}/history`)
    await ok('GET', '/api/v1/alerts/facets?state=firing')
    for (const name of ['live', 'range', 'talkers', 'series'])
      await ok('GET', `/api/v1/stats/${name}`)
    const ci = await ok('GET', '/api/v1/cis/host:db-1')
    expect(ci).toMatchObject({ firing: [expect.any(String), expect.any(String)] })
    await ok('GET', '/api/v1/cis/host:db-1/incidents')
    const around = await ok('GET', '/api/v1/cis/db:orders/neighbourhood?hops=3')
    expect(around.nodes.map(({ ci: id }: { ci: string }) => id)).toContain('svc:search')
    const changes = await ok('GET', '/api/v1/changes')
    await ok('GET', '/api/v1/changes/calendar')
    expect(changes.items.map(({ title }: { title: string }) => title).sort()).toEqual([
      'orders 4.2.0',
      'web 7',
    ])
    await ok('GET', '/api/v1/co-occurrences?q=disk')
    await ok('GET', '/api/v1/storms')
    for (const path of ['rules', 'ledger', 'sources', 'sources/generic/setup', 'stats', 'settings'])
      await ok('GET', `/api/v1/${path}`)
    for (const path of ['healthz', 'livez', 'readyz', 'metrics']) await ok('GET', `/${path}`)
    await (await app.request('/api/v1/stream')).body?.cancel()
    called.add('stream')
  })

  it('rules', async () => {
    expect(await ok('POST', '/api/v1/rules/reload')).toMatchObject({ outcome: 'taken' })
    expect(await ok('GET', '/api/v1/rules/schemas/mapping')).toMatchObject({ type: 'object' })
    const question = { labels: { alertname: 'ApiDown' }, severity: 'critical' }
    const told = await ok('POST', '/api/v1/rules/route-preview', question)
    expect(told).toMatchObject({ team: null, channels: null })
  })

  it('backtests', () => calls.callBacktests(ok))
  it('imports', () => calls.callImports(ok))

  it('commands', async () => {
    const { items } = await ok('GET', '/api/v1/incidents?status=provisional,open')
    const [one, other] = items
    const on = (id: string, name: string, body?: unknown) =>
      ok('POST', `/api/v1/incidents/${id}/${name}`, body)
    await ok('POST', '/api/v1/incidents/bulk', { do: 'assign', incidents: [one.id], to: 'bo' })
    const { id: view } = await ok('POST', '/api/v1/incident-views', { name: 'Bo', query: {} })
    await ok('POST', `/api/v1/incident-views/${view}/delete`)
    await on(one.id, 'ack')
    await on(one.id, 'unack')
    await on(one.id, 'assign', { to: 'ada' })
    await on(one.id, 'comment', { text: 'looking' })
    await on(one.id, 'vote', { article: 'db/DiskFull', helpful: true })
    await on(one.id, 'confirm-cause', { ci: 'host:db-1' })
    await on(other.id, 'dismiss', { reason: 'a test' })
    await on(other.id, 'undo')
    const { incident: merged } = await on(one.id, 'merge', { from: [other.id] })
    const { items: learned } = await ok('GET', '/api/v1/constraints?relation=together')
    await ok('POST', `/api/v1/constraints/${learned[0].id}/delete`)
    await on(merged, 'undo')
    const big = items.find(({ alertCount }: { alertCount: number }) => alertCount > 1)
    const { alerts } = await ok('GET', `/api/v1/incidents/${big.id}`)
    const { incident: made } = await on(big.id, 'split', {
      members: [alerts[0].key, alerts[1].key],
    })
    await on(made, 'move', { members: [alerts[0].key], to: big.id })
    await on(one.id, 'resolve', { resolution: 'made room', force: true })
    const { items: found } = await ok('GET', '/api/v1/incidents?q=elsewhere')
    await ok('POST', '/ingest/generic', { ...ELSEWHERE, status: 'resolved' })
    await app.settled()
    await on(found[0].id, 'close')
  })

  it('silences', async () => {
    const endsAt = new Date(Date.now() + 3_600_000).toISOString()
    const matchers = [{ name: 'host', value: 'db-.*', isRegex: true }]
    const silence = await ok('POST', '/api/v1/silences', { matchers, endsAt, comment: 'work' })
    expect(silence).toMatchObject({ state: 'active', kind: 'silence', createdBy: 'admin' })
    await ok('POST', '/api/v1/silences/preview', { matchers })
    const disk = { cis: ['host:db-1'], endsAt, comment: 'new disk' }
    const window = await calls.callWindows(ok, disk)
    for (const [kind, { id }] of [
      ['silences', silence],
      ['maintenance', window],
    ]) {
      expect((await ok('GET', `/api/v1/${kind}`)).items).toMatchObject([{ id }])
      await ok('GET', `/api/v1/${kind}/${id}`)
      expect(await ok('POST', `/api/v1/${kind}/${id}/expire`)).toMatchObject({ state: 'expired' })
      expect((await ok('GET', `/api/v1/${kind}?expired=false`)).items).toEqual([])
    }
  })

  it('looks after what did not go through', async () => {
    const { items } = await ok('GET', '/api/v1/dead-letters')
    expect(items).toHaveLength(1)
    const letter = `/api/v1/dead-letters/${items[0].id}`
    await ok('GET', letter)
    expect((await call('POST', `${letter}/replay`)).status).toBe(400)
    const mended = JSON.stringify(firing('DiskFull', 'db-9'))
    expect(await ok('POST', `${letter}/replay`, { body: mended })).toMatchObject({ accepted: 1 })
    await call('POST', '/ingest/generic', [{ title: 'broken again' }])
    await app.settled()
    await ok('POST', '/api/v1/dead-letters/replay', {})
    await app.settled()
    const { items: open } = await ok('GET', '/api/v1/dead-letters')
    await ok('POST', `/api/v1/dead-letters/${open[0].id}/discard`)
    await ok('POST', '/api/v1/dead-letters/discard', {})
    await app.outbox.idle()
    const { items: deliveries } = await ok('GET', '/api/v1/deliveries?channel=ops')
    expect(deliveries.length).toBeGreaterThan(0)
    const id = encodeURIComponent(deliveries[0].id)
    await ok('GET', `/api/v1/deliveries/${id}`)
    expect(await ok('POST', `/api/v1/deliveries/${id}/redeliver`)).toMatchObject({ channel: 'ops' })
  })

  it('shows what a body would become', async () => {
    await ok('POST', '/api/v1/ingest/preview', { source: 'generic', body: '{"title":"x"}' })
  })

  it('takes what other tools post at paths of theirs', async () => {
    const payload = { summary: 'Disk 99%', source: 'db-1', severity: 'critical' }
    const key = { routing_key: 'r', dedup_key: 'k' }
    await ok('POST', '/v2/enqueue', { ...key, event_action: 'trigger', payload })
    await ok('POST', '/v2/change/enqueue', { ...key, payload })
    await ok('POST', '/v2/alerts', { message: 'slow', alias: 'a' })
    await ok('POST', '/v2/alerts/a/close')
  })

  it("speaks Alertmanager's language", async () => {
    for (const name of ['alerts', 'alerts/groups', 'receivers']) await ok('GET', `/api/v2/${name}`)
    const { silenceID } = await ok('POST', '/api/v2/silences', {
      matchers: [{ name: 'alertname', value: 'Never', isRegex: false }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      createdBy: 'ada',
      comment: 'none of it',
    })
    await ok('GET', '/api/v2/silences')
    await ok('GET', `/api/v2/silence/${silenceID}`)
    await ok('DELETE', `/api/v2/silence/${silenceID}`)
  })

  it('finds problems and is told about them', async () => {
    const alerts = ['late-1', 'late-2'].map((host) => ({ rule: `Fan of ${host}`, host }))
    await recur(app, alerts, { times: 5 })
    const { items } = await ok('GET', '/api/v1/problems?status=proposed&order=newest')
    const [one, other] = items.filter(({ title }: { title: string }) => title.startsWith('Fan'))
    const on = (id: string, name: string, body?: unknown) =>
      ok('POST', `/api/v1/problems/${id}/${name}`, body)
    const [incident] = (await ok('GET', `/api/v1/problems/${one.id}`)).incidents
    const some = { incidents: [incident.id] }
    await on(one.id, 'accept')
    await on(one.id, 'assign', { to: 'ada' })
    await callProblemWork(ok, { problem: one.id, incident: incident.id })
    await on(one.id, 'workaround', { text: 'open the window' })
    await on(one.id, 'unlink', some)
    await on(one.id, 'link', some)
    const { problem: made } = await on(one.id, 'split', some)
    await on(one.id, 'undo')
    await on(other.id, 'dismiss', { reason: 'known' })
    await on(other.id, 'reopen')
    const { problem: merged } = await on(one.id, 'merge', { from: [other.id] })
    expect((await ok('GET', `/api/v1/problems/${made}`)).mergedInto).toBe(one.id)
    await on(merged, 'resolve', { resolution: 'new fans' })
    await on(merged, 'close')
    await ok('GET', `/api/v1/problems/${merged}/timeline`)
  }, 60_000)

  it('tells of a demo, begins it and mends what it broke', async () => {
    expect(await ok('GET', '/api/v1/demo')).toMatchObject({ active: true, phase: 'quiet' })
    const begun = await ok('POST', '/api/v1/demo', { do: 'begin' })
    expect(begun).toMatchObject({ phase: 'storm', run: 'r1' })
    expect(begun.faults.length).toBeGreaterThan(1)
    const fault = begun.faults[0].id
    const { faults: after } = await ok('POST', '/api/v1/demo', { do: 'mend', fault })
    expect(after[0]).toMatchObject({ id: fault, mended: true })
    expect((await call('POST', '/api/v1/demo', { do: 'mend', fault: 'none' })).status).toBe(404)
  })

  it('proposals', () => calls.callProposals(ok, app))
  it('bindings', () => calls.callBindings(ok))
  it('regroupings', () => calls.callRegroupings(ok, app))

  it('was called', () => {
    const missing = operations.filter(({ operation }) => !called.has(operation.operationId))
    expect(missing.map(({ method, path }) => `${method} ${path}`)).toEqual([])
  })

  it('answers as it is described', () => {
    expect(faults).toEqual([])
  })

  it('answers as described where it fails, too', async () => {
    const before = faults.length
    for (const { method, path, operation } of operations) {
      if (!path.startsWith('/api/v1/')) continue
      const url = path.replace('{id}', 'nothing%20here')
      const answer = await app.request(`${url}?limit=0&hops=9`, {
        method,
        ...(operation.requestBody?.required === true
          ? { body: '{"unknown": 1}', headers: { 'content-type': 'application/json' } }
          : undefined),
      })
      const described = operationFor(operations, method, url)
      if (answer.status === 200) continue
      expect(answer.status).toBeLessThan(500)
      faults.push(...(await faultsOf(description, described, answer)))
    }
    expect(faults.slice(before)).toEqual([])
  })
})
