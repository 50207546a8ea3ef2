import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Bm25Options, buildBm25, type FieldedDocument, type Hit } from '../../src/core/bm25.ts'

const OPTIONS: Bm25Options = {
  k1: 1.2,
  fields: { title: { weight: 3, b: 0.5 }, body: { weight: 1, b: 0.75 } },
}

function document(id: string, title: string, body: string): FieldedDocument {
  const words = (text: string): readonly string[] => text.split(' ').filter((word) => word !== '')
  return { id, fields: { title: words(title), body: words(body) } }
}

const DISK = document('disk', 'disk full', 'the disk has no space left')
const QUEUE = document('queue', 'queue stuck', 'consumers are slow and the queue grows')
const LAG = document('lag', 'replica lag', 'the replica is slow and the disk is busy')
const ALL = [DISK, QUEUE, LAG]

const word = fc.constantFrom('disk', 'queue', 'slow', 'lag', 'full', 'space', 'pod', 'node')
const text = fc.array(word, { maxLength: 12 }).map((words) => words.join(' '))
const corpus = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 40 }), text, text), {
  selector: ([id]) => id,
  maxLength: 12,
})
const documents = corpus.map((all) => all.map(([id, t, b]) => document(`d${id}`, t, b)))
const query = fc
  .uniqueArray(fc.tuple(word, fc.double({ min: 0.1, max: 3, noNaN: true })), {
    selector: ([w]) => w,
  })
  .map((pairs) => new Map(pairs))

function summed(hit: Hit): number {
  return hit.words.reduce((sum, { x, w }) => sum + x * w, 0)
}

describe('fielded BM25', () => {
  it('scores as the formula says', () => {
    const [hit] = buildBm25(ALL, OPTIONS).search(new Map([['full', 2]]), 5)
    // "full" once in a title of average length, in 1 of 3 documents: tf = 3
    const idf = Math.log(1 + 2.5 / 1.5)
    expect(hit?.id).toBe('disk')
    expect(hit?.score).toBeCloseTo((2 * idf * 3) / (1.2 + 3), 12)
    expect(hit?.words).toEqual([{ word: 'full', idf, tf: 3, x: (idf * 3) / (1.2 + 3), w: 2 }])
  })

  it('discounts long fields', () => {
    const index = buildBm25(
      [document('long', '', 'disk a b c d e'), document('short', '', 'disk a')],
      OPTIONS,
    )
    const hits = index.search(new Map([['disk', 1]]), 5)
    expect(hits.map(({ id }) => id)).toEqual(['short', 'long'])
  })

  it('ranks a title above a body, a rare word above a common one', () => {
    const index = buildBm25(ALL, OPTIONS)
    expect(index.search(new Map([['disk', 1]]), 5).map(({ id }) => id)).toEqual(['disk', 'lag'])
    expect((index.idf('full') ?? 0) > (index.idf('disk') ?? 0)).toBe(true)
    expect(index.idf('unheard')).toBeUndefined()
    expect(index.idfUnknown()).toBeCloseTo(Math.log(1 + 3.5 / 0.5), 12)
  })

  it.each([
    ['an unknown word', new Map([['unheard', 1]]), 5],
    ['no words', new Map<string, number>(), 5],
    ['no weight', new Map([['disk', 0]]), 5],
    ['a limit of none', new Map([['disk', 1]]), 0],
  ])('finds nothing for %s', (_name, asked, limit) => {
    expect(buildBm25(ALL, OPTIONS).search(asked, limit)).toEqual([])
  })

  it('finds nothing in nothing', () => {
    expect(buildBm25([], OPTIONS).search(new Map([['disk', 1]]), 5)).toEqual([])
  })

  it('scores one document as the search does', () => {
    const index = buildBm25(ALL, OPTIONS)
    const asked = new Map([
      ['disk', 1],
      ['slow', 0.5],
    ])
    for (const hit of index.search(asked, 5)) expect(index.score(asked, hit.id)).toEqual(hit)
    expect(index.score(asked, 'nowhere')).toBeUndefined()
    expect(index.score(new Map([['full', 1]]), 'lag')).toBeUndefined()
  })

  it('reads no more postings than told, the heaviest words first', () => {
    const index = buildBm25(ALL, { ...OPTIONS, maxScanned: 1 })
    const asked = new Map([
      ['disk', 1],
      ['full', 5],
    ])
    expect(index.search(asked, 5).map(({ id, words }) => [id, words.map((w) => w.word)])).toEqual([
      ['disk', ['full']],
    ])
  })

  it('adds up: the score is the sum of its words, each recomputed from its inputs', () => {
    fc.assert(
      fc.property(documents, query, (all, asked) => {
        for (const hit of buildBm25(all, OPTIONS).search(asked, 20)) {
          expect(summed(hit)).toBeCloseTo(hit.score, 9)
          for (const { word: w, idf, tf, x, w: weight } of hit.words) {
            expect((idf * tf) / (OPTIONS.k1 + tf)).toBeCloseTo(x, 12)
            expect([...asked]).toContainEqual([w, weight])
          }
        }
      }),
    )
  })

  it('gives the best by score, then by id, as scoring every document would', () => {
    fc.assert(
      fc.property(documents, query, fc.integer({ min: 1, max: 5 }), (all, asked, limit) => {
        const index = buildBm25(all, OPTIONS)
        const every = all
          .flatMap(({ id }) => index.score(asked, id) ?? [])
          .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
        expect(index.search(asked, limit)).toEqual(every.slice(0, limit))
      }),
    )
  })

  it('does not depend on the order of documents or of the query', () => {
    fc.assert(
      fc.property(documents, query, (all, asked) => {
        const there = buildBm25(all, OPTIONS).search(asked, 20)
        const back = buildBm25([...all].reverse(), OPTIONS)
        expect(back.search(new Map([...asked].reverse()), 20)).toEqual(there)
      }),
    )
  })

  it('is the same whatever came and left before', () => {
    fc.assert(
      fc.property(documents, documents, documents, query, (left, stayed, came, asked) => {
        const index = buildBm25(left, OPTIONS)
        const now = new Map(left.map((one) => [one.id, one]))
        const put = (one: FieldedDocument): void => {
          const before = now.get(one.id)
          if (before !== undefined) index.remove(before)
          index.add(one)
          now.set(one.id, one)
        }
        for (const one of stayed) put(one)
        for (const { id } of left) {
          const before = now.get(id)
          if (before === undefined || stayed.some((one) => one.id === id)) continue
          index.remove(before)
          now.delete(id)
        }
        for (const one of came) put(one)
        const anew = buildBm25([...now.values()].reverse(), OPTIONS)
        expect(index.search(asked, 20)).toEqual(anew.search(asked, 20))
        expect([index.size(), index.idfUnknown()]).toEqual([anew.size(), anew.idfUnknown()])
        for (const id of ['d1', 'd20'])
          expect(index.score(asked, id)).toEqual(anew.score(asked, id))
      }),
    )
  })

  it('takes the later of two documents with one id', () => {
    const index = buildBm25([document('a', 'old', ''), document('a', 'new', '')], OPTIONS)
    expect(index.size()).toBe(1)
    expect(index.search(new Map([['old', 1]]), 5)).toEqual([])
  })
})
