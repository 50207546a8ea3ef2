/** Imports into the CMDB by the API: diff, guard, undo, who says what, and a token that may do only this. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PULL_LIMITS, type PullHttp } from '../../src/cmdb/pull/http.ts'
import { AppError } from '../../src/core/errors.ts'
import { type Fake, type FakeApi, SECRET, startFake } from '../cmdb/pull/fake.ts'
import { type Answer, startApp, type TestApp } from '../support/app.ts'

const IMPORTS = '/api/v1/cmdb/imports'
const IMPORT_TOKEN = 'token-of-an-importer-0123456789'

/** Where the service desk is said to be; it is started for the test that asks it. */
const NOWHERE = 'http://desk.test'
let desk: Fake | undefined
const settings = { url: NOWHERE, tokenVariable: 'SW' }
const about = { from: 'solarwinds', authority: 100, everyMinutes: 60 }
const sources = [
  { ...about, source: 'desk', settings },
  { ...about, source: 'broken', settings: { ...settings, tokenVariable: 'NONE' } },
]
const http: PullHttp = {
  limits: PULL_LIMITS,
  credential: (variable) => {
    if (variable === 'SW') return SECRET
    throw new AppError('payload_invalid', `environment variable ${variable} is not set`)
  },
  json: (request) => {
    if (desk === undefined) throw new Error('it is not asked for')
    return desk.http.json({ ...request, url: request.url.replace(NOWHERE, desk.url) })
  },
}

let app: TestApp
beforeAll(async () => {
  app = await startApp({
    pulled: { sources, http },
    access: { sourceTokens: [{ source: 'cmdb', token: IMPORT_TOKEN }] },
  })
})
afterAll(() => app.stop())

function csv(rows: readonly string[]): { readonly name: string; readonly text: string } {
  return { name: 'items.csv', text: ['id,name,class,owner,serial', ...rows].join('\n') }
}

const RELATIONS = { name: 'relations.csv', text: 'from,type,to\nh1,runs on,h2\n' }
const FOUR = ['h1,web-1,host,ops,S1', 'h2,web-2,host,ops,S2', 'h3,web-3,host,,', 'h4,web-4,host,,']

async function started(body: object): Promise<string> {
  const answer = await app.post(IMPORTS, body)
  expect([answer.status, answer.body]).toEqual([202, expect.anything()])
  return answer.body.id
}

/** Waits by looking: nothing tells of the end of an import. */
async function ended(id: string): Promise<Answer['body']> {
  for (;;) {
    const { body } = await app.get(`${IMPORTS}/${id}`)
    if (!['waiting', 'reading', 'applying'].includes(body.state)) return body
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const importing = async (body: object): Promise<Answer['body']> =>
  ended(await started({ source: 'sheet', format: 'csv', ...body }))

describe('an import', () => {
  it('shows its diff first, and is applied when it is confirmed', async () => {
    const dry = await importing({ files: [csv(FOUR), RELATIONS], dryRun: true })
    expect(dry).toMatchObject({ state: 'planned', counts: { added: 4, linked: 1, bad: 0 } })
    expect((await app.get('/api/v1/cis')).body.items).toEqual([])
    expect((await app.post(`${IMPORTS}/${dry.id}/confirm`)).status).toBe(202)
    expect(await ended(dry.id)).toMatchObject({ state: 'applied', undoable: true })
    await app.settled()
    const { body } = await app.get('/api/v1/cis/sheet%2Fh1')
    expect(body).toMatchObject({ name: 'web-1', class: 'host', owner: 'ops' })
    expect(body.relations).toEqual([{ from: 'sheet/h1', type: 'runs_on', to: 'sheet/h2' }])
  })

  it('that comes again changes nothing, and one with a change says what was', async () => {
    expect(await importing({ files: [csv(FOUR), RELATIONS] })).toMatchObject({
      counts: { added: 0, changed: 0, unchanged: 4, retired: 0, linked: 0, unlinked: 0 },
    })
    const changed = await importing({
      files: [csv(['h1,web-1,host,sre,S1', ...FOUR.slice(1), ',,host,,'])],
    })
    expect(changed.counts).toMatchObject({ changed: 1, unlinked: 1, bad: 1 })
    expect(changed.diff).toMatchObject({
      changed: [{ key: 'h1', fields: [{ field: 'owner', old: 'ops', new: 'sre' }] }],
      bad: [{ where: 'items.csv row 6', field: 'name', error: 'is empty' }],
    })
    await app.settled()
    expect((await app.get('/api/v1/relations')).body.items).toEqual([])
  })

  it('is undone, and a second undo is refused', async () => {
    const { body: list } = await app.get(IMPORTS)
    const newest = list.items[0].id
    const undo = await app.post(`${IMPORTS}/${newest}/undo`, { dryRun: true })
    expect(undo.body.undoes).toBe(newest)
    const planned = await ended(undo.body.id)
    expect(planned).toMatchObject({ state: 'planned', counts: { changed: 1, linked: 1 } })
    expect(planned.diff).toMatchObject({
      changed: [{ key: 'h1', fields: [{ field: 'owner', old: 'sre', new: 'ops' }] }],
      retired: [],
    })
    expect((await app.get('/api/v1/cis/sheet%2Fh1')).body).toMatchObject({ owner: 'sre' })
    await app.post(`${IMPORTS}/${undo.body.id}/confirm`)
    expect(await ended(undo.body.id)).toMatchObject({ state: 'applied', undoable: false })
    await app.settled()
    expect((await app.get('/api/v1/cis/sheet%2Fh1')).body).toMatchObject({ owner: 'ops' })
    expect((await app.get('/api/v1/relations')).body.items).toHaveLength(1)
    expect((await app.get(`${IMPORTS}/${newest}`)).body.state).toBe('undone')
    expect((await app.post(`${IMPORTS}/${newest}/undo`)).status).toBe(409)
  })

  it('that would retire much waits for somebody; what vanished is retired, not gone', async () => {
    const guarded = await importing({ files: [csv(FOUR.slice(0, 2)), RELATIONS] })
    expect(guarded).toMatchObject({ state: 'guarded', retiredShare: 0.5, counts: { retired: 2 } })
    expect((await app.get('/api/v1/cis/sheet%2Fh3')).body.status).toBe('operational')
    await app.post(`${IMPORTS}/${guarded.id}/confirm`)
    expect(await ended(guarded.id)).toMatchObject({ state: 'applied' })
    await app.settled()
    expect((await app.get('/api/v1/cis/sheet%2Fh3')).body.status).toBe('retired')
    const { body } = await app.get('/api/v1/cmdb/sources')
    expect(body.items.at(-1)).toMatchObject({ source: 'sheet', items: 2, retired: 2, pull: null })
  })

  it('of another source adds what it knows, each attribute with who said it', async () => {
    const file = {
      name: 'c.yaml',
      text: JSON.stringify({
        items: [
          { id: 'x', class: 'host', name: 'web-one', labels: { serial: 's1' }, owner: 'own' },
        ],
      }),
    }
    const other = await importing({
      ...{ source: 'ours', format: 'faultline', files: [file], authority: 10 },
    })
    expect(other.diff.added).toMatchObject([{ key: 'x', ci: 'sheet/h1', rule: 'serial' }])
    const { body } = await app.get('/api/v1/cis/sheet%2Fh1/provenance')
    expect(body.attributes).toMatchObject({
      owner: { source: 'ours', key: 'x' },
      'labels.serial': { source: 'ours' },
    })
    expect(body.records.map(({ source }: { source: string }) => source)).toEqual(['ours', 'sheet'])
  })

  it.each([
    ['format', { source: 's', format: 'nope', files: [csv([])] }],
    ['source', { source: 'Not A Name', format: 'csv', files: [csv([])] }],
    ['source', { source: 'file', format: 'csv', files: [csv([])] }],
  ])('with a wrong %s is refused', async (_field, body) => {
    expect((await app.post(IMPORTS, body)).status).toBe(400)
  })
})

describe('a token of `cmdb`', () => {
  it('imports and sees its imports, and nothing else', async () => {
    const headers = { authorization: `Bearer ${IMPORT_TOKEN}`, 'content-type': 'application/json' }
    const body = JSON.stringify({ source: 'bot', format: 'csv', files: [csv(FOUR)], dryRun: true })
    const answer = await app.request(IMPORTS, { method: 'POST', headers, body })
    expect(answer.status).toBe(202)
    const { id } = (await answer.json()) as { id: string }
    expect((await app.request(`${IMPORTS}/${id}`, { headers })).status).toBe(200)
    for (const path of ['/api/v1/cis', IMPORTS, '/api/v1/incidents'])
      expect((await app.request(path, { headers })).status).toBe(403)
    await ended(id)
    const confirm = await app.request(`${IMPORTS}/${id}/confirm`, {
      method: 'POST',
      headers,
      body: '{}',
    })
    expect(confirm.status).toBe(403)
  })
})

describe('a source that is pulled', () => {
  /** A service desk with one site's computer, of which each page must be let through. */
  const api: FakeApi = {
    isAllowed: (headers) => headers['x-samanage-authorization'] === `Bearer ${SECRET}`,
    routes: ['hardwares', 'other_assets', 'configuration_items'].map((list) => ({
      path: `/${list}.json`,
      query: { page: /^1$/, per_page: /^100$/ },
      answer: () => ({
        headers: { 'x-total-pages': '1' },
        body: list === 'hardwares' ? [{ id: 1, name: 'app01', site: { id: 7, name: 'fra' } }] : [],
      }),
    })),
  }

  it('is read now, says how it stands, and is not read twice at a time', async () => {
    desk = await startFake(api, {}, [])
    const pull = (source: string) => app.post(`/api/v1/cmdb/sources/${source}/pull`)
    const listed = async () => (await app.get('/api/v1/cmdb/sources')).body.items
    const never = { everyMinutes: 60, lastAt: null, nextAt: null, failure: null, running: false }
    const stand = { items: 0, retired: 0, last: null, pull: { from: 'solarwinds', ...never } }
    const before = (await listed()).filter((one: { pull: unknown }) => one.pull !== null)
    expect(before).toEqual(['broken', 'desk'].map((source) => ({ source, ...stand })))
    const [first, second] = await Promise.all([pull('desk'), pull('desk')])
    expect([first.status, second.status].sort()).toEqual([202, 409])
    const begun = first.status === 202 ? first : second
    expect(begun.body).toMatchObject({ source: 'desk', actor: 'admin' })
    expect(await ended(begun.body.id)).toMatchObject({ state: 'applied', counts: { added: 2 } })
    const failed = await pull('broken')
    expect(await ended(failed.body.id)).toMatchObject({ state: 'failed' })
    const named = async (name: string) =>
      (await listed()).find(({ source }: { source: string }) => source === name)
    expect((await named('broken')).pull).toMatchObject({
      failure: 'environment variable NONE is not set',
    })
    expect(await named('desk')).toMatchObject({
      items: 2,
      pull: { failure: null, lastAt: expect.any(String) },
    })
    expect((await pull('nothing')).status).toBe(404)
    expect(desk.faults).toEqual([])
  })

  it('gives classes and relations with their terms', async () => {
    const { body } = await app.get('/api/v1/cmdb/terms')
    expect(body.classes).toContainEqual(expect.objectContaining({ name: 'server', kind: 'host' }))
    expect(body.relations.map(({ type }: { type: string }) => type)).toContain('runs_on')
  })
})
