/** Sources with how much they send, and the settings without their secrets. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { viewSettings } from '../../src/settings-view.ts'
import { firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp({
    access: { sourceTokens: [{ source: 'change', token: 'a-token-for-changes' }] },
  })
})
afterAll(() => app.stop())

const source = async (id: string) => {
  const { body } = await app.get('/api/v1/sources')
  return body.sources.find((one: { source: string }) => one.source === id)
}

describe('sources', () => {
  it('are all there before they are heard, with where they post to', async () => {
    expect(await source('alertmanager')).toMatchObject({
      ...{ received: 0, state: 'never', lastSeenAt: null, path: '/ingest/alertmanager' },
      needsToken: false,
    })
    expect(await source('change')).toMatchObject({ needsToken: true })
  })

  it('show what came in minute by minute, what fires and what was rejected', async () => {
    app.skip(60_000 - (app.deps.clock.now() % 60_000)) // both posts early in their minute
    await app.post('/ingest/generic', [firing('A', 'h1'), firing('B', 'h2'), { title: 'broken' }])
    await app.settled()
    app.skip(60_000)
    await app.post('/ingest/generic', firing('A', 'h1'))
    await app.settled()
    const generic = await source('generic')
    expect(generic).toMatchObject({
      received: 4,
      state: 'heard',
      firing: 2,
      stale: 0,
      deadLetters: 1,
    })
    expect(generic.minutes).toHaveLength(60)
    expect(generic.minutes.slice(-2)).toEqual([3, 1])
    app.skip(59 * 60_000)
    expect((await source('generic')).minutes.filter(Boolean)).toEqual([1])
  })
})

describe('the settings', () => {
  const text = `
adminToken: the-admin-token-itself
listen: 0.0.0.0:7373
sourceTokens:
  - { source: generic, token: the-generic-token }
heartbeat: { url: 'https://watch.example/ping/secret-path' }
channels:
  - { type: slack, id: ops, url: 'https://hooks.slack.example/services/secret-path' }
retention: { journalDays: 7 }
`
  const loaded = loadConfig({
    env: {
      CLICKHOUSE_URL: 'http://user:secret-word@db.example:8123/x',
      FAULTLINE_LOG_LEVEL: 'warn',
    },
    readFile: () => text,
  })

  it('say where each of them comes from, and keep every secret', () => {
    if (!loaded.ok) throw new Error(loaded.faults.join('\n'))
    const { file, rows } = viewSettings(loaded.config)
    const row = (key: string) => rows.find((one) => one.key === key)
    expect(file).toMatch(/faultline\.yaml$/)
    expect(row('retention.journalDays')).toMatchObject({ value: 7, from: 'file', variable: null })
    expect(row('retention.historyDays')).toMatchObject({ value: 180, from: 'default' })
    expect(row('logLevel')).toEqual({
      ...{ key: 'logLevel', value: 'warn', from: 'environment', variable: 'FAULTLINE_LOG_LEVEL' },
    })
    expect(row('data')).toMatchObject({ from: 'default' })
    expect(row('clickhouseUrl')).toMatchObject({ value: 'http://db.example:8123' })
    expect(row('sourceTokens')).toMatchObject({ value: 'generic (1)' })
    expect(JSON.stringify(rows)).not.toMatch(/secret|the-admin-token|the-generic-token/)
  })

  it('name every setting that there is', () => {
    if (!loaded.ok) throw new Error('see above')
    const { faultPoint: _f, file: _p, origins: _o, store: _s, ...known } = loaded.config
    const keys = viewSettings(loaded.config).rows.map(({ key }) => key.split('.')[0])
    expect([...new Set(keys)].sort()).toEqual([...Object.keys(known), 'clickhouseUrl'].sort())
  })

  it('come with what Faultline runs on', async () => {
    const { body } = await app.get('/api/v1/settings')
    expect(body).toMatchObject({
      store: { kind: 'embedded', version: expect.stringMatching(/^\d+\.\d+/), failedInserts: 0 },
      journal: { last: app.journal.last(), lag: 0 },
      snapshot: null,
    })
    expect(body.rules.packs.map(({ name }: { name: string }) => name)).toContain('correlate')
    const mappings = Object.keys(app.deps.journey.engine.state.rules.ingest).length
    expect(body.rules.packs).toContainEqual({ name: 'ingest', rules: mappings })
    expect(body.store.tables.map(({ table }: { table: string }) => table)).toContain('journal')
    expect(body.store.schema).toBeGreaterThanOrEqual(3)
  })
})
