import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openJournal } from '../../src/journal/clickhouse.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { openStore, type Store } from '../../src/store/client.ts'
import { eachBackend, overHttp, type Place } from '../support/store.ts'
import { AT, collect, journalContract, receiptOf, received } from './contract.ts'

eachBackend('journal', (backend) => {
  let place: Place
  let store: Store
  let journal: Journal

  beforeAll(async () => {
    place = await backend.start()
  })
  afterAll(() => place.stop())
  const current = journalContract({
    empty: async () => {
      store = await openStore(place.target, { lockTtlMs: 3000 })
      await store.exec('test.empty', 'TRUNCATE TABLE journal')
      await store.close()
    },
    open: async (options) => {
      store = await openStore(place.target, { lockTtlMs: 3000 })
      return openJournal(store.journal, options)
    },
    close: () => store.close(),
  })
  beforeEach(() => {
    journal = current()
  })

  it('says so when an entry was written by a newer program', async () => {
    await store.insert('journal', [
      { offset: 7, segment: 0, schema: 99, kind: 'x', at: AT, bytes: 2, entry: '{}', body: '' },
    ])
    await expect(collect(journal, 1)).rejects.toThrow(
      /schema version 99, written by a newer program; this one knows versions up to 1/,
    )
  })

  it('fails every call of a batch that the store refuses, and goes on after it', async () => {
    await journal.append([received('before')])
    await store.exec('test.rename', 'RENAME TABLE journal TO journal_away')
    const failed = await Promise.allSettled([
      journal.append([received('lost 1')]),
      journal.append([received('lost 2'), received('lost 3')]),
    ])
    for (const result of failed) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } })
    }
    expect(journal.last()).toBe(1)
    await store.exec('test.rename', 'RENAME TABLE journal_away TO journal')
    const last = await journal.append([received('after 1'), received('after 2')])
    const found = await collect(journal, 1)
    expect(found.map(receiptOf)).toEqual(['before', 'after 1', 'after 2'])
    expect(found.at(-1)?.offset).toBe(last)
    expect(journal.stats()).toMatchObject({ failedBatches: 1, waitingBytes: 0 })
  })

  if (backend !== overHttp) return
  describe('where the connection breaks', () => {
    afterEach(() => {
      if (place.http !== null) place.http.treat = null
    })

    /** Breaks the next insert into the journal, and `reads` of its newest offset after it. */
    function breakInsert(how: 'break_before' | 'break_after', reads: number): void {
      let inserts = 1
      let left = reads
      if (place.http === null) throw new Error('no listener')
      place.http.treat = (sql) => {
        if (sql.startsWith('INSERT INTO journal') && inserts-- > 0) return how
        if (sql.includes('ORDER BY offset DESC') && left-- > 0) return 'break_before'
        return 'run'
      }
    }

    it('before the insert: the callers are told, and nothing is stored', async () => {
      breakInsert('break_before', 0)
      const failed = await Promise.allSettled([
        journal.append([received('a')]),
        journal.append([received('b')]),
      ])
      expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
      const last = await journal.append([received('c')])
      expect((await collect(journal, 1)).map(receiptOf)).toEqual(['c'])
      expect(journal.last()).toBe(last)
    })

    it('after the insert: it is found stored, and the callers get their offsets', async () => {
      breakInsert('break_after', 0)
      expect(
        await Promise.all([journal.append([received('a')]), journal.append([received('b')])]),
      ).toEqual([1, 2])
      expect(await journal.append([received('c')])).toBe(3)
      expect((await collect(journal, 1)).map(receiptOf)).toEqual(['a', 'b', 'c'])
    })

    it('and nothing can be found out: the callers are told, what is stored keeps its place', async () => {
      await journal.append([received('first')])
      breakInsert('break_after', 1)
      await expect(journal.append([received('a'), received('b')])).rejects.toMatchObject({
        code: 'store_unavailable',
      })
      expect(journal.last()).toBe(1)
      const last = await journal.append([received('a again')])
      expect(last).toBe(4)
      expect((await collect(journal, 2, last - 1)).map(receiptOf)).toEqual(['a', 'b'])
      expect((await collect(journal, 1)).map(({ offset }) => offset)).toEqual([1, 2, 3, 4])
    })

    it('for as long as nothing can be found out, nothing is stored', async () => {
      breakInsert('break_after', 2)
      await expect(journal.append([received('a')])).rejects.toThrow()
      await expect(journal.append([received('b')])).rejects.toThrow()
      await journal.append([received('c')])
      expect((await collect(journal, 1)).map(receiptOf)).toEqual(['a', 'c'])
    })
  })
})
