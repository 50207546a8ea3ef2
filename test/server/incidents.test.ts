import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CMDB, firing, firingApart, startApp, type TestApp } from '../support/app.ts'

let app: TestApp

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
  await app.post('/ingest/generic', [
    firing('DiskFull', 'db-1'),
    firing('SlowQueries', 'orders', { labels: { alertname: 'SlowQueries', host: 'orders-db' } }),
  ])
  await app.post('/ingest/generic', firingApart('FanBroken', 'nowhere-1'))
  await app.post('/ingest/generic', firingApart('Unrelated', 'nowhere-2', { severity: 'info' }))
  await app.settled()
})
afterAll(() => app.stop())

const list = async (query: string) => (await app.get(`/api/v1/incidents${query}`)).body.items
const titled = async (q: string) => (await list(`?q=${q}`))[0]

describe('the list of incidents', () => {
  it('has every status unless asked for some', async () => {
    const all = await list('')
    expect(all.length).toBeGreaterThanOrEqual(3)
    const open = await list('?status=open')
    expect(open.length).toBeGreaterThan(0)
    expect(open.every(({ status }: { status: string }) => status === 'open')).toBe(true)
    const both = await list('?status=open,provisional')
    expect(both).toHaveLength(all.length)
    expect(await list('?status=resolved')).toEqual([])
  })

  it('shows what people look for', async () => {
    const incident = await titled('diskfull')
    expect(incident).toMatchObject({
      ...{ id: expect.stringMatching(/^INC-\d{6}$/), status: 'open', severity: 'critical' },
      ...{ resolvedAt: null, problem: null, mergedInto: null, alertCount: 2 },
      openedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      ...{ rootCauses: expect.any(Array), articles: [], similar: [] },
    })
  })

  it('comes in pages that fit together', async () => {
    const all = await list('')
    const ids: string[] = []
    let query = '?limit=1'
    for (;;) {
      const { body } = await app.get(`/api/v1/incidents${query}`)
      expect(body.items).toHaveLength(1)
      ids.push(body.items[0].id)
      if (body.next === undefined) break
      query = `?limit=1&cursor=${encodeURIComponent(body.next)}`
    }
    expect(ids).toEqual(all.map(({ id }: { id: string }) => id))
  })

  it('takes bounds of time as RFC 3339 has them', async () => {
    const { provisionalAt } = await titled('diskfull')
    const later = new Date(Date.parse(provisionalAt) + 3_600_000).toISOString()
    expect(await list(`?from=${later}`)).toEqual([])
    expect((await list(`?to=${later}`)).length).toBeGreaterThan(0)
    const offset = encodeURIComponent(later.replace('Z', '+00:00'))
    expect(await list(`?from=${offset}`)).toEqual([])
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=x', 'limit'],
    ['status=open,nonsense', 'status'],
    ['priority=6', 'priority'],
    ['from=yesterday', 'from'],
    ['cursor=nonsense', 'cursor'],
  ])('names the parameter that is wrong: %s', async (query, parameter) => {
    const { status, body } = await app.get(`/api/v1/incidents?${query}`)
    expect([status, body.code]).toEqual([400, 'payload_invalid'])
    expect(body.errors).toMatchObject([{ parameter }])
  })

  it('does not take the cursor of another list', async () => {
    const { body } = await app.get('/api/v1/alerts?limit=1')
    const { status } = await app.get(`/api/v1/incidents?cursor=${body.next}`)
    expect(status).toBe(400)
  })
})

describe('one incident', () => {
  it('says why each alert is in it; the terms add up to the score', async () => {
    const { id } = await titled('diskfull')
    const { body: incident } = await app.get(`/api/v1/incidents/${id}`)
    expect(incident.alerts).toMatchObject([
      { ci: 'host:db-1', labels: { alertname: 'DiskFull' }, fingerprint: expect.any(String) },
      { ci: 'db:orders', labels: { alertname: 'SlowQueries' }, state: 'firing' },
    ])
    const { body: evidence } = await app.get(`/api/v1/incidents/${id}/evidence`)
    const scored = evidence.alerts.filter(
      (alert: { evidence: { method: string } | null }) => alert.evidence?.method === 'score',
    )
    expect(scored.length).toBeGreaterThan(0)
    for (const { evidence: link } of scored) {
      const sum = link.terms.reduce(
        (all: number, { x, w }: { x: number; w: number }) => all + x * w,
        0,
      )
      expect(sum).toBeCloseTo(link.score, 9)
    }
    expect(evidence.priority.terms.length).toBeGreaterThan(0)
    expect(evidence.openReason).not.toBe('')
  })

  it('that never was is 404, and nothing of it gets into the journal', async () => {
    const before = app.journal.last()
    for (const path of ['', '/timeline', '/evidence']) {
      const { status, body } = await app.get(`/api/v1/incidents/INC-999999${path}`)
      expect([status, body.code]).toEqual([404, 'not_found'])
    }
    expect((await app.post('/api/v1/incidents/INC-999999/ack')).status).toBe(404)
    expect(app.journal.last()).toBe(before)
  })
})

describe('a command', () => {
  it('that the engine refuses is 409 with its reason, and in the timeline', async () => {
    const { id } = await titled('diskfull')
    const { status, body } = await app.post(`/api/v1/incidents/${id}/resolve`, {})
    expect(status).toBe(409)
    expect(body).toMatchObject({ code: 'conflict', reason: 'alerts_still_fire' })
    expect(body.detail).toMatch(/still fire/)
    const { body: timeline } = await app.get(
      `/api/v1/incidents/${id}/timeline?order=newest&limit=1`,
    )
    expect(timeline.items).toMatchObject([{ action: 'command.refused', actor: 'admin' }])
  })

  it('changes what can be read at once', async () => {
    const { id } = await titled('diskfull')
    const { body } = await app.post(`/api/v1/incidents/${id}/assign`, { to: 'ada' })
    expect(body).toMatchObject({ incident: id, id, owner: 'ada' })
    expect(await list('?owner=ada')).toMatchObject([{ id }])
    const assign = (body: object) => app.post(`/api/v1/incidents/${id}/assign`, body)
    expect((await assign({ to: null })).body.owner).toBeNull()
    expect((await assign({ team: 'night' })).body).toMatchObject({ team: 'night', teamBy: 'admin' })
    expect(await list('?team=night')).toMatchObject([{ id, route: { rules: [] } }])
    expect((await assign({ team: null })).body).toMatchObject({ team: null, teamBy: 'admin' })
    expect((await assign({})).status).toBe(400)
  })

  it('to an incident that was merged away goes to where it is now; it stays readable', async () => {
    const { id: kept } = await titled('diskfull')
    const { id: gone } = await titled('fanbroken')
    const { body: merged } = await app.post(`/api/v1/incidents/${gone}/merge`, { from: [kept] })
    expect(merged).toMatchObject({ incident: kept, alertCount: 3 })
    const { status, body } = await app.get(`/api/v1/incidents/${gone}`)
    expect([status, body.status, body.mergedInto, body.alerts]).toEqual([200, 'merged', kept, []])
    const { body: comment } = await app.post(`/api/v1/incidents/${gone}/comment`, { text: 'hello' })
    expect(comment.incident).toBe(kept)
    await app.post(`/api/v1/incidents/${kept}/undo`)
    expect((await app.get(`/api/v1/incidents/${gone}`)).body).toMatchObject({ mergedInto: null })
  })

  it.each([
    ['comment', { text: '   ' }, '#/text'],
    ['comment', {}, '#/text'],
    ['comment', { text: 'x', more: 1 }, '#'],
    ['assign', { to: 7 }, '#/to'],
    ['merge', { from: [] }, '#/from'],
    ['split', { members: ['x', 3] }, '#/members/1'],
    ['confirm-cause', { ci: 'host:none' }, '#/ci'],
    ['vote', { article: 'none', helpful: true }, '#/article'],
    ['resolve', { resolution: '' }, '#/resolution'],
  ])('names the field that is wrong: %s %j', async (name, body, pointer) => {
    const { id } = await titled('diskfull')
    const answer = await app.post(`/api/v1/incidents/${id}/${name}`, body)
    expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, pointer])
  })

  it.each([
    ['text/plain', '{"text": "x"}', 415],
    ['application/json', '{"text": ', 400],
    ['application/json', '', 400],
    ['application/merge-patch+json', '{"text": "fine"}', 200],
    ['application/json; charset=utf-8', '{"text": "fine"}', 200],
    ['application/json', `{"text": "${'x'.repeat(2 ** 20)}"}`, 413],
  ])('reads JSON and nothing else: %s', async (type, body, status) => {
    const { id } = await titled('diskfull')
    const response = await app.request(`/api/v1/incidents/${id}/comment`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    })
    expect(response.status).toBe(status)
    await response.text()
  })

  it('that closes it for good leaves it readable; others are then refused', async () => {
    const { id } = await titled('unrelated')
    const end = { status: 'resolved', severity: 'info' }
    await app.post('/ingest/generic', firing('Unrelated', 'nowhere-2', end))
    await app.settled()
    expect((await app.post(`/api/v1/incidents/${id}/close`)).body.status).toBe('closed')
    const again = await app.post(`/api/v1/incidents/${id}/ack`)
    expect([again.status, again.body.reason]).toEqual([409, 'not_editable'])
  })
})
