/** Reviews over HTTP: a draft, versions with their authors, and the document. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { CMDB, firing, startApp, type TestApp } from '../support/app.ts'
import { tick } from '../support/recurring.ts'

let app: TestApp
let path = ''
let id = ''

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
  await app.post('/ingest/generic', firing('DiskFull', 'db-1'))
  app.skip(60_000)
  await tick(app)
  await app.settled()
  id = (await app.get('/api/v1/incidents')).body.items[0].id
  path = `/api/v1/incidents/${id}/review`
  await app.post(`/api/v1/incidents/${id}/ack`)
  await app.post(`/api/v1/incidents/${id}/resolve`, { resolution: 'emptied it', force: true })
  await app.settled()
})
afterAll(() => app.stop())

it('is drafted from the journal', async () => {
  const { body } = await app.get(path)
  expect(body).toMatchObject({ incident: id, version: 0, author: null, at: null, versions: [] })
  expect(body.review.summary).toContain('Resolved by: emptied it')
  expect(body.review.timeline.length).toBeGreaterThanOrEqual(3)
  expect(body.review.timeline[0].at).toMatch(/Z$/)
})

it('is written in versions, and a version that another one came after is refused', async () => {
  const { review } = (await app.get(path)).body
  const mine = { ...review, wentWell: 'the runbook', actions: ['rotate the logs'] }
  const first = await app.post(path, { base: 0, review: mine }, { 'X-Faultline-Actor': 'ann' })
  expect(first.body).toMatchObject({ version: 1, review: { wentWell: 'the runbook' } })
  const late = await app.post(path, { base: 0, review })
  expect([late.status, late.body.reason]).toEqual([409, 'another_version'])
  const second = await app.post(path, { base: 1, review: { ...mine, impact: 'orders' } })
  expect(second.body.versions.map(({ version }: { version: number }) => version)).toEqual([2, 1])
  expect((await app.get(`${path}?version=1`)).body.review.impact).not.toBe('orders')
  expect((await app.get(`${path}?version=0`)).body.review.actions).toEqual([])
  expect((await app.get(`${path}?version=9`)).status).toBe(404)
  expect((await app.post(path, { base: 2, review: { summary: 'half' } })).status).toBe(400)
})

it('is in the timeline of the incident, and a document', async () => {
  const { items } = (await app.get(`/api/v1/incidents/${id}/timeline?only=people`)).body
  const actions = items.map(({ action }: { action: string }) => action)
  expect(actions.filter((one: string) => one === 'incident.reviewed')).toHaveLength(2)
  const { body, headers } = await app.get(`${path}/markdown`)
  expect(headers.get('content-type')).toContain('text/markdown')
  expect(body).toContain(`# Review of ${id}: `)
  expect(body).toContain('## Actions\n\n- rotate the logs')
})

it('is drafted from the newest decisions too, and can be saved untouched', async () => {
  const say = (text: string) => app.post(`/api/v1/incidents/${id}/comment`, { text })
  for (let batch = 0; batch < 5; batch++)
    await Promise.all(Array.from({ length: 101 }, (_, n) => say(`${batch} ${n}`)))
  await say('word '.repeat(600))
  await app.settled()
  const { review } = (await app.get(`${path}?version=0`)).body
  const texts: string[] = review.timeline.map(({ text }: { text: string }) => text)
  expect(texts[0]).toBe('The first of its alerts began')
  expect(texts.at(-1)).toMatch(/^word word .*…$/)
  expect(new Set(texts).size).toBe(texts.length)
  expect((await app.post(path, { base: 2, review })).status).toBe(200)
})

it('is of incidents that were only', async () => {
  expect((await app.get('/api/v1/incidents/INC-999999/review')).status).toBe(404)
  const { review } = (await app.get(path)).body
  const none = await app.post('/api/v1/incidents/INC-999999/review', { base: 0, review })
  expect(none.status).toBe(404)
})

it('of two versions at once one is refused', async () => {
  const { review, version } = (await app.get(path)).body
  const both = ['a', 'b'].map((impact) =>
    app.post(path, { base: version, review: { ...review, impact } }),
  )
  const statuses = (await Promise.all(both)).map(({ status }) => status)
  expect(statuses.sort()).toEqual([200, 409])
  expect((await app.get(path)).body.version).toBe(version + 1)
})
