/** What people see of a source who set it up: its last payload, without keys, and how late it is. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'

describe('a source', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await startApp()
  })
  afterAll(() => app.stop())

  const source = async (id: string) => {
    await app.settled()
    const { sources } = (await app.get('/api/v1/sources')).body
    return sources.find((one: { source: string }) => one.source === id)
  }

  it('was never heard: it has no payload and no lag', async () => {
    expect(await source('zabbix')).toMatchObject({ lastBody: null, lagSeconds: null })
  })

  it('shows its last payload, and how long after they began its alerts were heard of', async () => {
    const startsAt = new Date(app.deps.clock.now() - 90_000).toISOString()
    await app.post('/ingest/generic', { title: 'Disk full', status: 'firing', startsAt })
    const { lastBody, lagSeconds } = await source('generic')
    expect(lastBody).toMatchObject({ whole: true, text: expect.stringContaining('Disk full') })
    expect(lagSeconds).toBeGreaterThanOrEqual(90)
    expect(lagSeconds).toBeLessThan(120)
  })

  it('has its page of settings, and no other file', async () => {
    for (const { source: id, path } of (await app.get('/api/v1/sources')).body.sources) {
      if (path === null) continue
      const { status, body } = await app.get(`/api/v1/sources/${id}/setup`)
      expect([id, status]).toEqual([id, 200])
      expect(body.markdown).toContain('faultline.example.org')
    }
    for (const id of ['none', '..%2F..%2Fpackage', 'constructor'])
      expect((await app.get(`/api/v1/sources/${id}/setup`)).status).toBe(404)
  })

  it('shows the beginning of a long one', async () => {
    const description = 'x'.repeat(20_000)
    const annotations = { description }
    await app.post('/ingest/generic', { title: 'Long', status: 'firing', annotations })
    const { lastBody } = await source('generic')
    expect(lastBody.whole).toBe(false)
    expect(lastBody.text).toHaveLength(8192)
  })

  it('keeps the keys of a tool to itself', async () => {
    const key = 'e93facc04764012d7bfb002500d5d1a6'
    await app.post('/v2/enqueue', {
      routing_key: key,
      event_action: 'trigger',
      dedup_key: 'k',
      payload: { summary: 's', source: 'h', severity: 'error', custom_details: { api_key: key } },
    })
    const { lastBody } = await source('pagerduty')
    expect(lastBody.text).not.toContain(key)
    expect(lastBody.text).toContain('"routing_key":"[secret]"')
  })
})
