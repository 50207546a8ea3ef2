/** Articles from files: what they would change, what they changed, whose they are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openArticleImports } from '../../src/article-imports.ts'
import { startApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.stop())

const solution = (id: number, description = `<p>Text of ${id}.</p>`) => {
  return { id, name: `Solution ${id}`, description, state: 'Approved' }
}
const give = (solutions: readonly object[], more: object = {}) =>
  app.post('/api/v1/knowledge/imports', {
    ...{ source: 'desk', format: 'solarwinds' },
    files: [{ name: 'solutions.json', text: JSON.stringify(solutions) }],
    ...more,
  })
const article = async (id: string) =>
  (await app.get(`/api/v1/articles/${encodeURIComponent(id)}`)).body

describe('an import', () => {
  const all = [1, 2, 3, 4].map((id) => solution(id))

  it('is looked at first, then applied, and changes nothing the second time', async () => {
    const looked = await give(all, { dryRun: true })
    expect(looked.body).toMatchObject({
      ...{ state: 'planned', source: 'desk', format: 'solarwinds' },
      counts: { added: 4, changed: 0, same: 0, retired: 0, taken: 0, bad: 0 },
    })
    expect((await app.get('/api/v1/article-facets')).body.total).toBe(0)
    expect((await give(all)).body.state).toBe('applied')
    expect(await article('desk/1')).toMatchObject({
      ...{ source: 'desk', title: 'Solution 1', body: 'Text of 1.\n', updatedBy: 'admin' },
    })
    const { offset } = app.journey.engine.state
    expect((await give(all)).body.counts).toMatchObject({ added: 0, same: 4 })
    expect(app.journey.engine.state.offset).toBe(offset)
  })

  it('shows what differs, and retires what is missing', async () => {
    const next = [solution(1, '<p>Other.</p>'), ...all.slice(1, 3)]
    const { body } = await give(next)
    expect(body).toMatchObject({
      ...{ state: 'applied', retired: [{ id: 'desk/4' }] },
      changed: [{ id: 'desk/1', changed: ['body'], before: 'Text of 1.\n', after: 'Other.\n' }],
    })
    expect((await article('desk/4')).retired).toBe(true)
  })

  it('that retires much waits to be told twice', async () => {
    const guarded = await give([solution(1, '<p>Other.</p>')])
    expect(guarded.body).toMatchObject({ state: 'guarded', counts: { retired: 2 } })
    expect((await article('desk/2')).retired).toBe(false)
    const forced = await give([solution(1, '<p>Other.</p>')], { force: true })
    expect(forced.body.state).toBe('applied')
    expect((await article('desk/2')).retired).toBe(true)
  })

  it('retires nothing while some of it cannot be read', async () => {
    await give(all, { force: true })
    const { body } = await give([...all.slice(0, 3), { id: null }], { force: true })
    expect(body.counts).toMatchObject({ bad: 1, retired: 0, same: 3 })
  })

  it('leaves what another source has, and adds Markdown to that of people', async () => {
    const files = [{ name: 'desk/1.md', text: '# Mine' }]
    const { body } = await give([], { source: 'people', format: 'markdown', files })
    expect(body.taken).toEqual([{ id: 'desk/1', source: 'desk' }])
    const mine = [{ name: 'mine.md', text: '---\nowner: me\n---\n# Mine' }]
    await give([], { source: 'people', format: 'markdown', files: mine })
    expect(await article('mine')).toMatchObject({ source: 'people', owner: 'me' })
    await give([], { source: 'people', format: 'markdown', files: [{ name: 'b.md', text: '# B' }] })
    expect((await article('mine')).retired).toBe(false)
  })

  it('that waits to be applied keeps no other from being read', async () => {
    const { engine } = app.journey
    const imports = openArticleImports({ engine, submit: () => new Promise(() => undefined) })
    const files = [{ name: 'waits.md', text: '# Waits' }]
    const asked = { source: 'waits', format: 'markdown', files, dryRun: false, force: false }
    for (const by of ['ann', 'ben', 'cid'])
      expect(await imports.run(by, asked)).toEqual({ done: expect.any(Promise) })
  })

  it('is refused by format and name', async () => {
    expect((await give(all, { format: 'word' })).status).toBe(400)
    expect((await give(all, { source: 'folder' })).status).toBe(400)
    expect((await give(all, { source: '../x' })).status).toBe(400)
    const { items } = (await app.get('/api/v1/knowledge/formats')).body
    expect(items.map(({ id }: { id: string }) => id)).toEqual([
      ...['markdown', 'confluence', 'servicenow', 'freshservice', 'solarwinds'],
    ])
  })
})
