import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CMDB, firing, firingApart, startApp, type TestApp } from '../support/app.ts'

interface Term {
  readonly x: number
  readonly w: number
}

let app: TestApp

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
})
afterAll(() => app.stop())

describe('the changes near an incident', () => {
  const changesOf = async (incident: string) =>
    (await app.get(`/api/v1/incidents/${incident}/changes`)).body.items
  const notesOf = ({ reasons }: { readonly reasons: readonly { readonly note: string }[] }) =>
    reasons.map(({ note }) => note)

  it('come with the most suspect first, and learn from confirmed causes', async () => {
    await app.post('/ingest/change', [
      { title: 'kernel', kind: 'patch', ci: ['web-1'] },
      { title: 'search 7', kind: 'deploy', ci: ['search'], labels: { status: 'failed' } },
    ])
    const labels = { alertname: 'Lost', service: 'search' }
    await app.post('/ingest/generic', firing('Lost', 'search', { labels }))
    await app.settled()
    const [{ id: lost }] = (await app.get('/api/v1/incidents?q=lost')).body.items
    const before = await changesOf(lost)
    expect(before.map(({ title }: { title: string }) => title)).toEqual(['search 7', 'kernel'])
    expect(notesOf(before[0])).toEqual(
      expect.arrayContaining(['on search, which has alerts', 'its tool says status failed']),
    )
    await app.post(`/api/v1/incidents/${lost}/confirm-cause`, { ci: 'svc:search' })
    await app.settled()
    const after = await changesOf(lost)
    const sum = after[0].reasons.reduce((all: number, { x, w }: Term) => all + x * w, 0)
    expect(after[0].suspicion).toBeCloseTo(sum, 9)
    expect(notesOf(after[0])).toEqual(
      expect.arrayContaining([
        'on search, the likely cause',
        '1 of 1 changes of its kind (deploy) were to blame before',
      ]),
    )
    expect(notesOf(after[1])).toContain('0 of 1 changes of its kind (patch) were to blame before')
  })

  it('are in the calendar while they come or run, with what they do to alerts', async () => {
    const [start, end] = [-60_000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString())
    const planned = { kind: 'normal', ci: ['search'], startsAt: start, endsAt: end }
    await app.post('/ingest/change', [
      { ...planned, id: 'CHG7', title: 'new index', labels: { status: 'Scheduled' } },
      { ...planned, id: 'CHG8', title: 'perhaps', labels: { status: 'New' } },
    ])
    await app.settled()
    const labels = { alertname: 'Reindexing', service: 'search' }
    await app.post('/ingest/generic', firing('Reindexing', 'search', { labels }))
    await app.settled()
    const { mode, items, more } = (await app.get('/api/v1/changes/calendar')).body
    expect({ mode, more }).toEqual({ mode: 'mark', more: 0 })
    expect(items).toMatchObject([
      { change: { title: 'new index' }, state: 'running', isWindow: true, why: 'planned' },
      { change: { title: 'perhaps' }, state: 'running', isWindow: false, why: 'status' },
    ])
    expect(items[0].firing).toBeGreaterThan(0)
    expect(items[0].muting).toBe(0)
    const { body } = await app.get('/api/v1/alerts?q=reindexing')
    expect(body.items[0].planned).toMatchObject({ change: 'change:CHG7' })
  })

  it('can be kept from muting or marking by hand, and let again', async () => {
    const path = '/api/v1/changes/change:CHG7'
    const first = async () => (await app.get('/api/v1/changes/calendar')).body.items[0]
    expect(await app.post(`${path}/lift`)).toMatchObject({
      ...{ status: 200, body: { change: 'change:CHG7', isLifted: true } },
    })
    expect(await first()).toMatchObject({ isWindow: false, why: 'lifted', lifted: { by: 'admin' } })
    expect((await app.post(`${path}/lift`)).status).toBe(409)
    expect((await app.post(`${path}/restore`)).body.isLifted).toBe(false)
    expect(await first()).toMatchObject({ isWindow: true, why: 'planned', lifted: null })
    expect((await app.post(`${path}/restore`)).status).toBe(409)
    expect((await app.post('/api/v1/changes/change:CHG8/lift')).status).toBe(409)
    expect((await app.post('/api/v1/changes/none/lift')).status).toBe(404)
  })

  it('are none where none is', async () => {
    await app.post('/ingest/generic', firingApart('Fan', 'elsewhere'))
    await app.settled()
    const [{ id }] = (await app.get('/api/v1/incidents?q=fan')).body.items
    expect(await changesOf(id)).toEqual([])
  })
})
