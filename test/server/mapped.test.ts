/** A tool without a source of its own: from its mapping to an incident, and the preview. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'

const MAPPING = {
  identity: ['id'],
  status: { path: 'state', resolved: ['up'] },
  severity: { path: 'level' },
  rule: 'Probe',
  title: '{{ id }} is {{ state }}',
  labels: { host: 'host' },
}

describe('a mapped source', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp()
    await app.journey.submit((at, scope) => ({
      kind: 'rules',
      at,
      scope,
      version: 'with a mapping',
      packs: { ingest: { beacon: MAPPING } },
    }))
  })
  afterAll(() => app.stop())

  it('is posted to by its name, opens and resolves', async () => {
    const down = { id: 'b-1', state: 'down', level: 'critical', host: 'db-1' }
    expect((await app.post('/ingest/beacon', down)).body).toMatchObject({ accepted: 1 })
    await app.settled()
    const firing = async () => (await app.get('/api/v1/alerts?state=firing')).body.items
    expect(await firing()).toMatchObject([{ title: 'b-1 is down', source: 'beacon' }])
    expect((await app.post('/ingest/beacon', { ...down, state: 'up' })).status).toBe(202)
    await app.settled()
    expect(await firing()).toEqual([])
    const { sources } = (await app.get('/api/v1/ledger')).body
    expect(sources).toContainEqual(expect.objectContaining({ source: 'beacon', received: 2 }))
  })

  it('rejects in its own words', async () => {
    const { status, body } = await app.post('/ingest/beacon', { state: 'down' })
    expect(status).toBe(400)
    expect(body.detail).toBe('`id` is missing: it says which alert it is.')
  })

  it('reads a body with the mapping in force when its turn comes', async () => {
    const renamed = { ...MAPPING, title: 'now {{ id }}' }
    const rules = app.journey.submit((at, scope) => ({
      kind: 'rules',
      at,
      scope,
      version: 'renamed',
      packs: { ingest: { beacon: renamed } },
    }))
    const post = app.post('/ingest/beacon', { id: 'b-2', state: 'down', level: 'error' })
    await Promise.all([rules, post])
    await app.settled()
    const { engine } = app.journey
    const shown = [...engine.state.alerts.values()].find(({ title }) => title.includes('b-2'))
    // whichever came first into the journey: a fold of it says the same
    const again: string[] = []
    for await (const { entry } of app.journal.read(1)) {
      if (entry.kind === 'rules') again.push(entry.version)
      if (entry.kind === 'received' && entry.body.includes('b-2')) again.push('b-2')
    }
    const isRenamed = again.indexOf('renamed') < again.indexOf('b-2')
    expect(shown?.title).toBe(isRenamed ? 'now b-2' : 'b-2 is down')
  })

  it('is none where nothing maps it', async () => {
    const { status, body } = await app.post('/ingest/toString', {})
    expect(status).toBe(404)
    expect(body.detail).toMatch(/beacon/)
  })
})

describe('the preview', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.stop())

  const preview = async (input: object) => (await app.post('/api/v1/ingest/preview', input)).body

  it('shows what a mapping makes of a body, and takes nothing in', async () => {
    const mapping = 'identity: [id]\nrule: Probe\ntitle: "{{ id }}"\nlabels: { host: where.host }\n'
    const body = JSON.stringify([{ id: 'x', where: { host: 'db-1' } }, {}])
    const answer = await preview({ mapping, body })
    expect(answer).toMatchObject({
      faults: [],
      count: 2,
      items: [
        { kind: 'alert', event: { title: 'x', labels: { host: 'db-1' } } },
        { kind: 'rejected', pointer: '#/1/id' },
      ],
    })
    expect(answer.items[0].provenance).toContainEqual({
      field: 'labels.host',
      path: 'where.host',
      value: 'db-1',
    })
    await app.settled()
    expect((await app.get('/api/v1/ledger')).body.received).toBe(0)
  })

  it('says what is wrong with a mapping', async () => {
    expect((await preview({ mapping: 'identity: [', body: '{}' })).faults).toEqual([
      expect.stringMatching(/^not YAML: /),
    ])
    const { faults } = await preview({ mapping: 'identity: [a..b]\nrule: r', body: '{}' })
    expect(faults).toEqual(['identity.0: not a path: a..b', expect.stringMatching(/^title: /)])
  })

  it('follows the fields of a source of ours by what stands in them', async () => {
    const body = JSON.stringify([{ labels: { alertname: 'DiskFull', instance: 'db-1' } }])
    const { items } = await preview({ source: 'prometheus', body })
    expect(items).toMatchObject([{ kind: 'alert', event: { rule: 'DiskFull' } }])
    expect(items[0].provenance).toContainEqual({
      field: 'labels.instance',
      path: '[0].labels.instance',
      value: 'db-1',
    })
    expect((await preview({ source: 'nothing', body })).status).toBe(404)
  })
})
