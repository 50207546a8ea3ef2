/** Articles that people write: versions, retirement, conflicts, search. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.stop())

const put = async (id: string, body: object) => {
  const response = await app.request(`/api/v1/articles/${encodeURIComponent(id)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  // biome-ignore lint/suspicious/noExplicitAny: as of every other request here
  const answer: any = await response.json()
  return { status: response.status, body: answer }
}

describe('an article of people', () => {
  it('has a version for each change, and each can be had again', async () => {
    const text = { title: 'Disk full', body: 'Delete logs.' }
    expect((await put('db/Disk', { ...text, ifRevision: 0 })).body).toMatchObject({
      ...{ revision: 1, source: 'people', updatedBy: 'admin', retired: false },
    })
    const second = { ...text, body: 'Grow the volume.', owner: 'dba', note: 'logs are gone' }
    expect((await put('db/Disk', { ...second, ifRevision: 1 })).body.revision).toBe(2)
    const late = await put('db/Disk', { ...text, ifRevision: 1 })
    expect([late.status, late.body.reason]).toEqual([409, 'another_revision'])
    expect((await put('db/Disk', { ...text, ifRevision: 0 })).status).toBe(409)
    const { items } = (await app.get('/api/v1/articles/db%2FDisk/versions')).body
    expect(items).toMatchObject([
      { revision: 2, action: 'changed', changed: ['body', 'owner'], note: 'logs are gone' },
      { revision: 1, action: 'created', note: null },
    ])
    const first = (await app.get('/api/v1/articles/db%2FDisk/versions/1')).body
    expect(first.body).toBe('Delete logs.')
    const back = await app.post('/api/v1/articles/db%2FDisk/restore', { revision: 1 })
    expect(back.body).toMatchObject({ revision: 3, body: 'Delete logs.', owner: null })
    expect((await app.get('/api/v1/articles/db%2FDisk/versions/9')).status).toBe(404)
  })

  it('of two edits at once one is refused', async () => {
    await put('db/Race', { title: 'Race', body: '1' })
    const both = ['a', 'b'].map((body) => put('db/Race', { title: 'Race', body, ifRevision: 1 }))
    const statuses = (await Promise.all(both)).map(({ status }) => status)
    expect(statuses.sort()).toEqual([200, 409])
  })

  it('is refused where what was posted or imported came before it', async () => {
    await put('db/Posted', { title: 'Posted', body: '1' })
    const at = app.journey.engine.state.now
    // in the journal first, and not applied yet when the edit is asked for
    const posted = app.journey.submit((_now, scope) => ({
      ...{ kind: 'articles', at, scope, version: 'p', mode: 'upsert', source: 'people' },
      articles: [{ id: 'db/Posted', title: 'Posted', body: '2', alertnames: [] }].map((one) => ({
        ...one,
        classes: [],
        services: [],
        tags: [],
      })),
    }))
    const edit = put('db/Posted', { title: 'Posted', body: '3', ifRevision: 1 })
    await posted
    expect((await edit).status).toBe(409)
    expect((await app.get('/api/v1/articles/db%2FPosted')).body.body).toBe('2')
  })

  it('is retired, not erased, and comes back', async () => {
    await put('web/Old', { title: 'Old', body: 'x' })
    const gone = await app.post('/api/v1/articles/web%2FOld/retire', { note: 'no web any more' })
    expect(gone.body).toMatchObject({ retired: true, body: 'x' })
    expect((await app.get('/api/v1/articles?retired=true')).body.items).toMatchObject([
      { id: 'web/Old' },
    ])
    expect((await app.get('/api/v1/articles?q=old')).body.items).toEqual([])
    expect((await app.post('/api/v1/articles/web%2FOld/retire', {})).status).toBe(404)
    await app.post('/api/v1/articles/web%2FOld/restore', { revision: 1 })
    expect((await app.get('/api/v1/articles/web%2FOld')).body).toMatchObject({ retired: false })
  })

  it('is not changed by another source, nor another source by people', async () => {
    const wiki = { source: 'wiki', articles: [{ id: 'w', title: 'Wiki', body: 'From the wiki.' }] }
    await app.post('/api/v1/articles', wiki)
    const refused = await put('w', { title: 'Mine', body: 'x' })
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      'This article belongs to wiki: it is changed there.',
    ])
    await app.post('/api/v1/articles', { ...wiki, mode: 'replace', articles: [] })
    expect((await app.get('/api/v1/articles/w')).body.retired).toBe(true)
    expect((await app.get('/api/v1/articles/db%2FDisk')).body.retired).toBe(false)
    expect((await put('w', { title: 'Mine', body: 'x' })).body.source).toBe('people')
    expect((await app.post('/api/v1/articles', { ...wiki, source: 'folder' })).status).toBe(400)
  })

  it('has a day of review that is one', async () => {
    const due = { title: 'Due', body: 'x', reviewOn: '2020-02-29' }
    expect((await put('due', { ...due, reviewOn: '2021-02-29' })).status).toBe(400)
    await put('due', due)
    expect((await app.get('/api/v1/articles?due=true')).body.items).toMatchObject([{ id: 'due' }])
  })
})

describe('where an article was of use', () => {
  it('is told by its incidents and votes', async () => {
    await put('runbooks/Down', { title: 'Down', alertnames: ['Down'], body: 'Bring it up.' })
    await app.post('/ingest/generic', firing('Down', 'web-1'))
    await app.settled()
    const { id } = (await app.get('/api/v1/incidents')).body.items[0]
    await app.post(`/api/v1/incidents/${id}/vote`, { article: 'runbooks/Down', helpful: true })
    const { body } = await app.get('/api/v1/articles/runbooks%2FDown/uses')
    expect(body).toMatchObject({ helpful: 1, notHelpful: 0 })
    expect(body.incidents).toMatchObject([{ id, rank: 1, how: expect.any(String) }])
  })
})

describe('a search', () => {
  it('answers the best first, within the filters', async () => {
    await put('s/one', { title: 'Queue grows', body: 'Add consumers.', owner: 'mq' })
    await put('s/two', { title: 'Consumers', body: 'Their queue grows.' })
    const search = async (query: string) =>
      (await app.get(`/api/v1/article-search?${query}`)).body.items.map(
        ({ id }: { id: string }) => id,
      )
    expect((await search('q=queue+grows')).sort()).toEqual(['s/one', 's/two'])
    expect(await search('q=queue+grows&owner=mq')).toEqual(['s/one'])
    expect(await search('q=queue+grows&source=wiki')).toEqual([])
    expect((await app.get('/api/v1/article-search?q=')).status).toBe(400)
  })
})

describe('the runbook that a rule names', () => {
  it('is listed where it leads to no article', async () => {
    const fire = async (name: string, runbook_url: string) =>
      app.post('/ingest/generic', firing(name, 'web-9', { annotations: { runbook_url } }))
    const url = 'https://wiki.test/x/7'
    await put('runbooks/Known', { title: 'Known', body: 'x' })
    await put('elsewhere', { title: 'Elsewhere', body: 'x', url })
    await fire('Known', 'https://runbooks.test/known.md')
    await fire('ByAddress', `${url}/#top`)
    await fire('Lost', 'https://runbooks.test/Lost')
    await fire('Bare', '')
    await app.settled()
    expect((await app.get('/api/v1/knowledge/dead-links')).body).toMatchObject({
      items: [{ rule: 'Lost', url: 'https://runbooks.test/Lost', alerts: 1 }],
      linked: 2,
    })
  })
})
