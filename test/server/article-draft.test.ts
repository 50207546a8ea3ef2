/** Drafts of articles from incidents. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
let path = ''
beforeAll(async () => {
  app = await startApp()
  await app.post('/ingest/generic', [
    firing('DiskAlmostFull', 'db-1', { title: '<b>98 %</b> of [the disk](http://x) is used' }),
    firing('WriterStopped', 'db-1'),
  ])
  await app.settled()
  app.skip(60_000)
  await app.journey.submit((at, scope) => ({ kind: 'time', at, scope }))
  const [incident] = (await app.get('/api/v1/incidents')).body.items
  path = `/api/v1/incidents/${incident.id}`
  await app.post(`${path}/comment`, { text: '`/var/spool` was full' })
  await app.post(`${path}/resolve`, {
    resolution: '1. Empty `/var/spool`\n2. Restart the writer',
    force: true,
  })
})
afterAll(() => app.stop())

it('has what it looked like, what people noted, and what ended it', async () => {
  const { status, body } = await app.get(`${path}/article-draft`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ id: 'disk-almost-full', tags: [] })
  expect(body.alertnames).toEqual(['DiskAlmostFull', 'WriterStopped'])
  expect(body.body).toContain('- **DiskAlmostFull**')
  expect(body.body).toContain('## What to do\n\n1. Empty `/var/spool`\n2. Restart the writer')
  expect(body.body).toContain('- `/var/spool` was full (admin)')
})

it('takes the words of a tool as text', async () => {
  const { body } = await app.get(`${path}/article-draft`)
  expect(body.body).toContain('\\<b>98 %\\</b> of \\[the disk\\](http://x) is used')
})

it('can be written as it is', async () => {
  const { body: draft } = await app.get(`${path}/article-draft`)
  const { id, ...fields } = draft
  const written = await app.request(`/api/v1/articles/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...fields, ifRevision: 0 }),
  })
  expect(written.status).toBe(200)
})

it('is of an incident that is there', async () => {
  expect((await app.get('/api/v1/incidents/INC-999999/article-draft')).status).toBe(404)
})
