import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ARTICLE_TERMS, type KnowledgeQuery, suggestArticles } from '../../../src/core/knowledge.ts'
import { buildKnowledge, changeKnowledge, indexSome } from '../../../src/core/knowledge-index.ts'
import type { Article } from '../../../src/core/model.ts'
import { MAX_PASSAGE } from '../../../src/core/passage.ts'
import { ARTICLES, asking, signature } from './corpus.ts'

const INDEX = buildKnowledge(ARTICLES)

describe('suggestArticles: laws', () => {
  const word = fc.constantFrom(
    ...'replica lags primary volume space host broker consumers messages clock certificate pod restarting connections database zebra quince'.split(
      ' ',
    ),
  )
  const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '))
  const someId = fc.constantFrom(...ARTICLES.slice(0, 9).map(({ id }) => id))
  const someSignature = fc.record({
    rule: fc.constantFrom('ClockSkew', 'BrokerBacklog', 'Alert1', 'ReplicaLag', 'FooBar'),
    title: text,
    annotations: fc.record({ summary: text, description: text }),
    labels: fc.record({ component: text, pod: text }),
    surprise: fc.double({ min: 0, max: 12, noNaN: true }),
  })
  const someQuery = fc.record({
    signatures: fc.array(someSignature, { maxLength: 10 }),
    ciClasses: fc.subarray(['host', 'database']),
    services: fc.subarray(['orders', 'shop']),
    runbookUrls: fc.array(
      someId.map((id) => `https://x.example.com/${id}`),
      { maxLength: 2 },
    ),
    votes: fc
      .array(fc.tuple(someId, fc.record({ helpful: fc.nat(9), notHelpful: fc.nat(9) })))
      .map((pairs) => new Map(pairs)),
    limit: fc.integer({ min: 0, max: 8 }),
  })

  it('terms have names of the closed list and add up; inputs give every word again', () => {
    fc.assert(
      fc.property(someQuery, (query) => {
        for (const { terms, score } of suggestArticles(INDEX, query)) {
          expect(terms.reduce((sum, { x, w }) => sum + x * w, 0)).toBeCloseTo(score, 9)
          for (const { name, x, inputs, note } of terms) {
            expect(ARTICLE_TERMS).toContain(name)
            expect(note).not.toBe('')
            const { idf, tf, k1 } = inputs
            if (name === 'word')
              expect((Number(idf) * Number(tf)) / (Number(k1) + Number(tf))).toBeCloseTo(x, 12)
          }
        }
      }),
    )
  })

  it('linked ones come first, scores fall, the limit holds', () => {
    fc.assert(
      fc.property(someQuery, (query) => {
        const suggested = suggestArticles(INDEX, query)
        expect(suggested.length).toBeLessThanOrEqual(query.limit)
        expect(new Set(suggested.map(({ id }) => id)).size).toBe(suggested.length)
        const hows = suggested.map(({ how }) => how).join(' ')
        expect(hows).toMatch(/^(linked ?)*(match ?)*$/)
        const scores = suggested.map(({ score }) => score)
        expect(scores).toEqual([...scores].sort((a, b) => b - a))
        for (const { how, score } of suggested)
          if (how === 'match') expect(score).toBeGreaterThan(0)
        for (const { passage } of suggested) expect(passage.length).toBeLessThanOrEqual(MAX_PASSAGE)
      }),
    )
  })

  it('does not depend on the order of articles, signatures, links or votes', () => {
    const back = buildKnowledge([...ARTICLES].reverse())
    fc.assert(
      fc.property(someQuery, (query) => {
        const turned: KnowledgeQuery = {
          ...query,
          signatures: [...query.signatures].reverse().map(signature),
          runbookUrls: [...query.runbookUrls].reverse(),
          ciClasses: [...query.ciClasses].reverse(),
          services: [...query.services].reverse(),
          votes: new Map([...query.votes].reverse()),
        }
        expect(suggestArticles(back, turned)).toEqual(suggestArticles(INDEX, query))
      }),
    )
  })

  it('does not depend on how the articles came, nor on how far they were indexed', () => {
    const someArticles = fc.subarray(
      ARTICLES.flatMap((article) => [article, { ...article, body: `${article.body}\nzebra` }]),
    )
    const mapOf = (all: readonly Article[]) => new Map(all.map((article) => [article.id, article]))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(someArticles, fc.nat(2000)), { minLength: 1, maxLength: 4 }),
        someQuery,
        (versions, query) => {
          let index = buildKnowledge([])
          for (const [articles, size] of versions) {
            index = changeKnowledge(index, mapOf(articles))
            indexSome(index, size)
          }
          const last = [...mapOf(versions.at(-1)?.[0] ?? []).values()]
          expect(suggestArticles(index, query)).toEqual(
            suggestArticles(buildKnowledge(last), query),
          )
        },
      ),
      { numRuns: 60 },
    )
  })

  it('indexes piece by piece, and says when that is done', () => {
    const index = buildKnowledge(ARTICLES)
    let pieces = 1
    while (indexSome(index, 1)) pieces += 1
    expect(pieces).toBe(ARTICLES.length)
    expect(indexSome(index, 1)).toBe(false)
  })

  it('many alerts of one rule ask like the most surprising one of them', () => {
    fc.assert(
      fc.property(someSignature, fc.integer({ min: 1, max: 30 }), (one, copies) => {
        const many = Array.from({ length: copies }, () => ({ ...one, surprise: one.surprise / 2 }))
        expect(suggestArticles(INDEX, asking([one, ...many]))).toEqual(
          suggestArticles(INDEX, asking([one])),
        )
      }),
    )
  })
})
