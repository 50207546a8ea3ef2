/** Whose articles are, and what a source changes of them. */
import { describe, expect, it } from 'vitest'
import { planArticles } from '../../src/core/article-plan.ts'
import type { Article } from '../../src/core/model.ts'

const article = (id: string, more: Partial<Article> = {}): Article => ({
  ...{ id, title: id, alertnames: [], classes: [], services: [], tags: [], body: `About ${id}.` },
  ...more,
})
const known = (...articles: Article[]) => new Map(articles.map((one) => [one.id, one]))

describe('what a source says', () => {
  const there = known(
    article('a', { source: 'folder' }),
    article('b', { source: 'folder', tags: ['disk'] }),
    article('c', { source: 'people' }),
    article('old'),
  )

  it('is new, changed by field, or the same', () => {
    const { added, changed, same, unsaid, taken } = planArticles(there, {
      source: 'folder',
      articles: [
        article('a', { source: 'folder' }),
        article('b', { source: 'folder', tags: ['disk'], body: 'Other.', owner: 'dba' }),
        article('d', { source: 'folder' }),
      ],
    })
    expect(added.map(({ article: { id } }) => id)).toEqual(['d'])
    expect(changed.map(({ article: { id }, changed: fields }) => [id, fields])).toEqual([
      ['b', ['body', 'owner']],
    ])
    expect([same, unsaid, taken]).toEqual([1, [], []])
  })

  it('leaves what another source has alone, and names it', () => {
    const { added, changed, unsaid, taken } = planArticles(there, {
      source: 'wiki',
      articles: [article('a', { source: 'wiki' }), article('c', { source: 'wiki', body: 'Mine.' })],
    })
    expect([added, changed, unsaid]).toEqual([[], [], []])
    expect(taken).toEqual([
      { id: 'a', source: 'folder' },
      { id: 'c', source: 'people' },
    ])
  })

  it('takes over what is from before there were sources, and only that', () => {
    const { changed } = planArticles(there, {
      source: 'folder',
      articles: [article('old', { source: 'folder' })],
    })
    expect(changed.map(({ changed: fields }) => fields)).toEqual([['source']])
  })

  it('tells what it says no more, of its own alone', () => {
    const unsaid = (source: string | null) =>
      planArticles(there, { source, articles: [] }).unsaid.map(({ id }) => id)
    expect(unsaid('folder')).toEqual(['a', 'b'])
    expect(unsaid('people')).toEqual(['c', 'old'])
    expect(unsaid(null)).toEqual(['a', 'b', 'c', 'old'])
  })
})
