/** Articles found by a person's words. */
import { expect, it } from 'vitest'
import { searchArticles } from '../../src/core/article-search.ts'
import { buildKnowledge } from '../../src/core/knowledge-index.ts'
import type { Article } from '../../src/core/model.ts'

const article = (
  id: string,
  title: string,
  body: string,
  more: Partial<Article> = {},
): Article => ({
  ...{ id, title, alertnames: [], classes: [], services: [], tags: [], body },
  ...more,
})
const index = buildKnowledge([
  article('db/replication', 'Replication is behind', 'Look at the lag.\n\nRestart the replica.'),
  article('db/disk', 'Disk full', 'Delete old logs, then restart the database.'),
  article('web/restart', 'Restart the shop', 'Roll the pods.', { owner: 'web' }),
])
const idsOf = (q: string, accepts: (one: Article) => boolean = () => true) =>
  searchArticles([index], { q, limit: 10, accepts }).items.map(({ article: { id } }) => id)

it('ranks what has the words, and what is titled so before it', () => {
  expect(idsOf('restart')).toEqual(['web/restart', 'db/disk', 'db/replication'])
  expect(idsOf('lagging replicas')[0]).toBe('db/replication')
  expect(idsOf('unheard of')).toEqual([])
})

it('finds half a word of a title, and a file by its path', () => {
  expect(idsOf('replic')).toEqual(['db/replication'])
  expect(idsOf('db/disk.md')[0]).toBe('db/disk')
})

it('quotes the paragraph and names the words to mark', () => {
  const [hit] = searchArticles([index], {
    q: 'restarting replica',
    limit: 1,
    accepts: () => true,
  }).items
  expect(hit).toMatchObject({ passage: 'Restart the replica.' })
  expect(hit?.words).toContain('restart')
})

it('counts what fits the filters', () => {
  expect(idsOf('restart', ({ owner }) => owner === 'web')).toEqual(['web/restart'])
  expect(searchArticles([index], { q: 'restart', limit: 1, accepts: () => true }).total).toBe(3)
})

it('holds in what is typed, whatever it is', () => {
  for (const q of [' ', '%', '\\', 'a'.repeat(1000), '\u0000', '(((', '.md'])
    expect(() => idsOf(q)).not.toThrow()
})
