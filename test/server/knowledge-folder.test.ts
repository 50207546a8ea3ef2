/** The folder of articles while Faultline runs. */
import { once } from 'node:events'
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readArticle } from '../../src/knowledge-file.ts'
import { openKnowledge, type WatchedKnowledge } from '../../src/knowledge-folder.ts'
import { startApp, type TestApp } from '../support/app.ts'
import { temporaryFolder } from '../support/store.ts'

let folder: ReturnType<typeof temporaryFolder>
let app: TestApp
let knowledge: WatchedKnowledge

const write = (name: string, text: string | Buffer): void =>
  writeFileSync(join(folder.path, name), text)
const idsNow = (): readonly string[] => [...app.journey.engine.state.articles.keys()].sort()

beforeEach(async () => {
  folder = temporaryFolder()
  mkdirSync(join(folder.path, 'db'))
  mkdirSync(join(folder.path, '.git'))
  write('.git/HEAD.md', 'ref: refs/heads/main')
  write(
    'db/DiskFull.md',
    '---\nalertnames: DiskFull\nowner: dba\nreview: 2026-03-31\n---\n# Disk full\n',
  )
  write('Latency.md', '# Latency\n')
  app = await startApp({ knowledgeFolder: folder.path })
  const { journey, clock, log } = app.deps
  knowledge = openKnowledge({ folder: folder.path, journey, clock, log })
})
afterEach(async () => {
  await app.stop()
  folder.remove()
})

it('takes over what has changed, and nothing else', async () => {
  expect(await knowledge.read('start')).toMatchObject({ outcome: 'taken', added: 2, faults: [] })
  expect(app.journey.engine.state.articles.get('db/DiskFull')).toMatchObject({
    ...{ source: 'folder', owner: 'dba', reviewOn: '2026-03-31', alertnames: ['DiskFull'] },
  })
  const latency = app.journey.engine.state.articles.get('Latency')
  const { offset } = app.journey.engine.state
  expect(await knowledge.read('files changed')).toMatchObject({ outcome: 'unchanged', files: 2 })
  expect(app.journey.engine.state.offset).toBe(offset)
  write('db/DiskFull.md', '# Disk full\n\nDelete the logs.\n')
  expect(await knowledge.read('files changed')).toMatchObject({ outcome: 'taken', changed: 1 })
  expect(app.journey.engine.state.articles.get('Latency')).toBe(latency)
})

it('retires what is no more, brings it back under its id, and shows it all the time', async () => {
  await knowledge.read('start')
  rmSync(join(folder.path, 'Latency.md'))
  expect(await knowledge.read('files changed')).toMatchObject({ outcome: 'taken', retired: 1 })
  await app.settled()
  expect(idsNow()).toEqual(['db/DiskFull'])
  expect((await app.get('/api/v1/articles/Latency')).body).toMatchObject({
    ...{ retired: true, revision: 2, title: 'Latency' },
  })
  write('Latency.md', '# Latency\n')
  await knowledge.read('files changed')
  await app.settled()
  const { items } = (await app.get('/api/v1/articles/Latency/versions')).body
  expect(
    items.map(({ action, actor }: { action: string; actor: string }) => [action, actor]),
  ).toEqual([
    ['restored', 'folder'],
    ['retired', 'folder'],
    ['created', 'folder'],
  ])
})

it('names each bad file, takes the others, and keeps what a bad one said before', async () => {
  await knowledge.read('start')
  write('Latency.md', Buffer.from([0xff, 0xfe, 0x00, 0x41]))
  write('broken.md', '---\n: : [\n---\n# Broken\n')
  write('review.md', '---\nreview: soon\n---\n# Review\n')
  write('huge.md', 'x'.repeat(1_000_001))
  symlinkSync('/etc/hostname', join(folder.path, 'leak.md'))
  symlinkSync(folder.path, join(folder.path, 'db', 'round'))
  write('good.md', '# Good\n')
  const { outcome, faults } = await knowledge.read('files changed')
  expect(outcome).toBe('taken')
  expect(Object.fromEntries(faults.map(({ file, error }) => [file, error]))).toEqual({
    'Latency.md': 'it is not UTF-8 text',
    'broken.md': expect.stringMatching(/^the front matter is not YAML/),
    'review.md': 'review is no day such as 2026-03-31: soon',
    'huge.md': 'it has more than 1000000 bytes',
    'leak.md': 'it cannot be read: it leads out of the folder',
  })
  expect(idsNow()).toEqual(['Latency', 'broken', 'db/DiskFull', 'good', 'review'])
})

it('reads a file again that could not be had, though it did not change', async () => {
  const found = { path: 'later.md', stamp: '8 1 1 1', bytes: 8 }
  const first = await readArticle(folder.path, found)
  expect(first).toMatchObject({ article: null, error: 'it cannot be read: ENOENT' })
  write('later.md', '# Later\n')
  const second = await readArticle(folder.path, found, first)
  expect(second).toMatchObject({ article: { title: 'Later' }, error: null })
  expect(await readArticle(folder.path, found, second)).toBe(second)
})

it('looks again at what it may read by now, and at what it could not have', async () => {
  await knowledge.read('start')
  chmodSync(join(folder.path, 'Latency.md'), 0o600)
  expect(await knowledge.fingerprint()).not.toBe(knowledge.looked())
  await knowledge.read('files changed')
  expect(await knowledge.fingerprint()).toBe(knowledge.looked())
  // a socket is no file that can be read
  const socket = createServer().listen(join(folder.path, 'socket.md'))
  await once(socket, 'listening')
  const { faults } = await knowledge.read('files changed')
  expect(faults).toEqual([{ file: 'socket.md', error: 'it cannot be read: ENXIO' }])
  expect(knowledge.looked()).toBeNull()
  socket.close()
  await once(socket, 'close')
  await knowledge.read('files changed')
  expect(await knowledge.fingerprint()).toBe(knowledge.looked())
})

it('does not take an empty mount for the end of all articles', async () => {
  await knowledge.read('start')
  rmSync(folder.path, { recursive: true })
  expect((await knowledge.read('files changed')).outcome).toBe('refused')
  mkdirSync(folder.path)
  expect((await knowledge.read('files changed')).faults).toMatchObject([{ file: '.' }])
  expect(idsNow()).toEqual(['Latency', 'db/DiskFull'])
})

it('leaves an article of people alone, and tells a change by the fingerprint', async () => {
  await app.post('/api/v1/articles', { articles: [{ id: 'Latency', title: 'Ours', body: 'b' }] })
  const { faults } = await knowledge.read('start')
  expect(faults).toEqual([{ file: 'Latency.md', error: 'an article of this id belongs to people' }])
  expect(await knowledge.fingerprint()).toBe(knowledge.looked())
  write('db/New.md', '# New\n')
  expect(await knowledge.fingerprint()).not.toBe(knowledge.looked())
})

it('is shown, and read when asked', async () => {
  write('broken.md', '---\n- list\n---\n# Broken\n')
  expect((await app.post('/api/v1/knowledge/folder/read')).body).toMatchObject({
    ...{ folder: folder.path, by: 'admin', outcome: 'taken', files: 3 },
    faults: [{ file: 'broken.md', error: 'the front matter is not a mapping of names to values' }],
  })
  expect((await app.get('/api/v1/knowledge/folder')).body.files).toBe(3)
  expect((await app.get('/api/v1/article-facets')).body).toMatchObject({
    ...{ total: 3, due: 1, retired: 0 },
    sources: [{ name: 'folder', count: 3 }],
    owners: [{ name: 'dba', count: 1 }],
  })
})
