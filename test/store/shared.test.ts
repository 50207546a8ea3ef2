import { describe, expect, it } from 'vitest'
import { getArticle, getVersion, listArticles, listVersions } from '../../src/store/articles.ts'
import { listChanges } from '../../src/store/changes.ts'
import { countCis, listCis } from '../../src/store/ci-list.ts'
import { getCi, listRelations, neighbours } from '../../src/store/cmdb.ts'
import { getDeadLetter, listDeadLetters } from '../../src/store/dead-letters.ts'
import { getSilence, listSilences } from '../../src/store/silences.ts'
import { allPages, numbers, overEveryBackend } from './harness.ts'
import { aChange, aCi, aDeadLetter, anArticleRecord, aSilence, NOW } from './samples.ts'

overEveryBackend('shared records', (on) => {
  describe('the rest', () => {
    it('changes are found by CI, id, time and words, newest start first', async () => {
      const all = numbers(9).map((n) => aChange(n))
      await on.write({ changes: all })
      const ids = async (filter: Partial<Parameters<typeof listChanges>[1]>): Promise<string[]> =>
        (await listChanges(on.store, { limit: 100, ...filter })).items.map(({ id }) => id)
      expect(await ids({ ci: 'service-1' })).toEqual([7, 4, 1].map((n) => aChange(n).id))
      expect(await ids({ ids: [aChange(2).id, aChange(5).id] })).toEqual(
        [5, 2].map((n) => aChange(n).id),
      )
      expect(await ids({ from: NOW + 6000, to: NOW + 8000 })).toEqual(
        [7, 6].map((n) => aChange(n).id),
      )
      expect(await ids({ q: 'checkout v3' })).toEqual([aChange(3).id])
      const pages = await allPages((cursor) => listChanges(on.store, { limit: 4, ...cursor }))
      expect(pages.flat()).toEqual([...all].reverse())
    })

    it('dead letters are listed by the start of their body and read whole', async () => {
      const body = `é${'x'.repeat(10_000)}`
      const all = numbers(7).map((n) => aDeadLetter(n, n === 3 ? { body } : {}))
      await on.write({ deadLetters: all })
      const pages = await allPages((cursor) => listDeadLetters(on.store, { limit: 3, ...cursor }))
      expect(pages.flat().map(({ id }) => id)).toEqual(all.map(({ id }) => id))
      const [, , , long] = pages.flat()
      expect(long).toMatchObject({ bodyBytes: 10_002, bodyStart: body.slice(0, 4096) })
      expect(await getDeadLetter(on.store, aDeadLetter(3).id)).toEqual(all[3])
      expect(await getDeadLetter(on.store, 'unknown')).toBeNull()
      const { items } = await listDeadLetters(on.store, { limit: 10, source: 'generic' })
      expect(items.map(({ id }) => id)).toEqual([1, 3, 5].map((n) => aDeadLetter(n).id))
      expect(
        (await listDeadLetters(on.store, { limit: 10, receipt: 'receipt-000002' })).items,
      ).toHaveLength(1)
    })

    it('silences are found by kind, end and words', async () => {
      const all = numbers(6).map((n) => aSilence(n, n === 2 ? { kind: 'maintenance' } : {}))
      await on.write({ silences: all })
      await on.write({ silences: [aSilence(1, { endsAt: NOW, comment: 'over' })] })
      expect(await getSilence(on.store, aSilence(1).id)).toMatchObject({ comment: 'over' })
      const ids = async (filter: object): Promise<string[]> =>
        (await listSilences(on.store, { limit: 100, ...filter })).items.map(({ id }) => id)
      expect(await ids({ endsAfter: NOW })).toEqual([5, 4, 3, 2, 0].map((n) => aSilence(n).id))
      expect(await ids({ kind: 'maintenance' })).toEqual([aSilence(2).id])
      expect(await ids({ q: 'instance=host-4' })).toEqual([aSilence(4).id])
      const pages = await allPages((cursor) => listSilences(on.store, { limit: 4, ...cursor }))
      expect(pages.map((page) => page.length)).toEqual([4, 2])
    })

    it('the CMDB is added to, and replaced whole', async () => {
      const items = numbers(5).map((n) => aCi(n))
      const [a, b, c, d] = items.map(({ id }) => id) as [string, string, string, string]
      await on.write({
        topology: {
          mode: 'replace',
          items,
          relations: [
            { from: a, type: 'runs_on', to: b },
            { from: c, type: 'depends_on', to: a },
            { from: c, type: 'depends_on', to: d },
          ],
        },
      })
      expect(await getCi(on.store, a)).toEqual(items[0])
      expect((await listCis(on.store, { limit: 10, class: ['service'] })).items).toHaveLength(2)
      expect((await listCis(on.store, { limit: 10, q: 'H3.example' })).items).toEqual([items[3]])
      expect((await countCis(on.store, { class: ['service'] })).total).toBe(2)
      expect(await neighbours(on.store, a)).toEqual({
        relations: [
          { from: a, type: 'runs_on', to: b },
          { from: c, type: 'depends_on', to: a },
        ],
        items: [items[1], items[2]],
      })
      expect(await neighbours(on.store, 'unknown')).toEqual({ relations: [], items: [] })

      await on.write({ topology: { mode: 'upsert', items: [aCi(7)], relations: [] } })
      const pages = await allPages((cursor) => listCis(on.store, { limit: 4, ...cursor }))
      expect(pages.flat().map(({ id }) => id)).toEqual([...items, aCi(7)].map(({ id }) => id))

      const kept = { ...aCi(1), name: 'renamed' }
      on.put({
        topology: { mode: 'replace', items: [kept], relations: [] },
      })
      on.put({
        topology: {
          mode: 'upsert',
          items: [aCi(9)],
          relations: [{ from: b, type: 'runs_on', to: aCi(9).id }],
        },
      })
      await on.writer.flush()
      expect((await listCis(on.store, { limit: 10 })).items).toEqual([kept, aCi(9)])
      expect((await listRelations(on.store, { limit: 10 })).items).toEqual([
        { from: b, type: 'runs_on', to: aCi(9).id },
      ])
      expect(await getCi(on.store, a)).toBeNull()
    })

    it('articles are found by whose they are, and stay readable once retired', async () => {
      const all = numbers(5).map((n) => anArticleRecord(n, { source: n < 3 ? 'folder' : 'people' }))
      await on.write({ articles: all })
      const pages = await allPages((cursor) => listArticles(on.store, { limit: 2, ...cursor }))
      expect(pages.flat()).toEqual(all)
      const list = async (filter: object) =>
        (await listArticles(on.store, { limit: 10, ...filter })).items
      expect(await list({ q: 'LOGS (3)' })).toEqual([all[3]])
      expect(await list({ source: 'people' })).toEqual([all[3], all[4]])
      const due = anArticleRecord(1, { revision: 2, reviewOn: '2026-03-01', owner: 'dba' })
      const gone = anArticleRecord(0, { revision: 2, retired: true, action: 'retired' })
      await on.write({ articles: [due, gone] })
      expect(await list({ dueOn: '2026-02-28' })).toEqual([])
      expect(await list({ dueOn: '2026-03-01', owner: 'dba' })).toEqual([due])
      expect(await list({ retired: true })).toEqual([gone])
      expect(await list({})).toHaveLength(4)
      expect(await getArticle(on.store, gone.id)).toEqual(gone)
    })

    it('an article keeps its newest 50 versions', async () => {
      const { id } = anArticleRecord(9)
      const all = numbers(60).map((n) =>
        anArticleRecord(9, { revision: n + 1, body: `text ${n + 1}` }),
      )
      await on.write({ articles: all.slice(0, 50) })
      await on.write({ articles: all.slice(50) })
      const versions = await listVersions(on.store, id)
      expect(versions.map(({ revision }) => revision)).toEqual(numbers(50).map((n) => 60 - n))
      expect(await getVersion(on.store, { id, revision: 11 })).toMatchObject({ body: 'text 11' })
      expect(await getVersion(on.store, { id, revision: 10 })).toBeNull()
    })
  })
})
