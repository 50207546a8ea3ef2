import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Entry, JournalRecord } from '../../src/core/entry.ts'
import { type JournalOptions, openJournal } from '../../src/journal/clickhouse.ts'
import { exportJournal, parseExportedLine } from '../../src/journal/export.ts'
import type { Journal } from '../../src/journal/journal.ts'
import { openStore, type Store } from '../../src/store/client.ts'
import { eachBackend, overHttp, type Place } from '../support/store.ts'

const AT = 1_770_000_000_000

function received(receipt: string, body = '{}'): Entry {
  return { kind: 'received', at: AT, scope: 'default', source: 'generic', receipt, body }
}

/** One entry of every kind, with text that is hard to keep. */
const EVERY_KIND: readonly Entry[] = [
  received('plain', '{"title":"été 😀 \\u0000 \\"q\\" \\\\"}'),
  received('control', 'tab\t newline\n return\r nul\0 bell\u0007 \u2028 end'),
  received('half a pair', 'x\ud800y'),
  received('empty', ''),
  { ...received('binary', '/w=='), encoding: 'base64' } as Entry,
  { ...received('huge', 'start'), oversize: { bytes: 1e9, sha256: 'ab' } } as Entry,
  {
    kind: 'command',
    at: AT + 1,
    scope: "o'brien\t\\",
    actor: 'ana',
    command: { do: 'comment', incident: 'INC-000001', text: 'half \udfff a pair' },
  },
  { kind: 'time', at: AT + 2, scope: 'default' },
  { kind: 'rules', at: AT, scope: 'default', version: 'v1', packs: { dedup: [1, 2.5, null] } },
  {
    kind: 'topology',
    at: AT,
    scope: 'default',
    version: 't1',
    mode: 'replace',
    items: [{ id: 'a', class: 'host', name: 'a', aliases: [], labels: {}, status: 'retired' }],
    relations: [{ from: 'a', type: 'runs_on', to: 'b' }],
  },
  { kind: 'engine', at: AT + 3, scope: 'default', version: '1', downSince: null },
]

async function collect(journal: Journal, from: number, to?: number): Promise<JournalRecord[]> {
  const found: JournalRecord[] = []
  for await (const record of journal.read(from, to)) found.push(record)
  return found
}

function receiptOf({ entry }: JournalRecord): string {
  return entry.kind === 'received' ? entry.receipt : entry.kind
}

eachBackend('journal', (backend) => {
  let place: Place
  let store: Store
  let journal: Journal

  const open = async (options: JournalOptions = {}): Promise<void> => {
    store = await openStore(place.target, { lockTtlMs: 3000 })
    journal = await openJournal(store.journal, options)
  }
  const close = async (): Promise<void> => {
    await journal.close()
    await store.close()
  }

  beforeAll(async () => {
    place = await backend.start()
  })
  afterAll(() => place.stop())
  beforeEach(async () => {
    store = await openStore(place.target, { lockTtlMs: 3000 })
    await store.exec('test.empty', 'TRUNCATE TABLE journal')
    await store.close()
    await open()
  })
  afterEach(close)

  it('is empty at first', async () => {
    expect(journal.last()).toBe(0)
    expect(journal.newest()).toBeNull()
    expect(await collect(journal, 0)).toEqual([])
  })

  it('gives every kind of entry back as it was', async () => {
    expect(await journal.append(EVERY_KIND)).toBe(EVERY_KIND.length)
    expect(await collect(journal, 1)).toEqual(
      EVERY_KIND.map((entry, i) => ({ offset: i + 1, entry })),
    )
  })

  it('keeps 1,000 calls that were not awaited in their order, without gaps', async () => {
    const calls = Array.from({ length: 1000 }, (_, i) =>
      Array.from({ length: 1 + (i % 3) }, (_, k) => received(`${i}/${k}`)),
    )
    const lasts = await Promise.all(calls.map((entries) => journal.append(entries)))
    const expected = calls.flat()
    const found = await collect(journal, 1)
    expect(found.map(receiptOf)).toEqual(expected.map((e) => receiptOf({ offset: 0, entry: e })))
    expect(found.map(({ offset }) => offset)).toEqual(expected.map((_, i) => i + 1))
    let last = 0
    for (const [i, entries] of calls.entries()) {
      last += entries.length
      expect(lasts[i]).toBe(last)
    }
    expect(journal.last()).toBe(expected.length)
    expect(journal.stats()).toMatchObject({ waitingBytes: 0, waitingEntries: 0 })
    expect(journal.stats().batches).toBeLessThan(100)
  })

  it('continues its offsets after it was opened again', async () => {
    await journal.append([received('a'), received('b')])
    await close()
    await open()
    expect(journal.last()).toBe(2)
    expect(journal.newest()).toEqual({ offset: 2, at: AT })
    expect(await journal.append([received('c')])).toBe(3)
  })

  it('reads from and to given offsets, over more than one page', async () => {
    const body = 'x'.repeat(3_000_000)
    for (const name of ['a', 'b', 'c', 'd', 'e']) await journal.append([received(name, body)])
    await journal.append(Array.from({ length: 12_000 }, (_, i) => received(`n${i}`)))
    expect((await collect(journal, 2, 4)).map(receiptOf)).toEqual(['b', 'c', 'd'])
    const tail = await collect(journal, 5)
    expect(tail.map(({ offset }) => offset)).toEqual(
      Array.from({ length: 12_001 }, (_, i) => i + 5),
    )
    expect(await collect(journal, 12_006)).toEqual([])
  })

  it('stores a body of 32 MB and a call of 20,000 entries in one piece each', async () => {
    const body = `{"text":"${'q"\\'.repeat(8_000_000)}"}`
    const [large, many] = await Promise.all([
      journal.append([received('large', body)]),
      journal.append(Array.from({ length: 20_000 }, (_, i) => received(`m${i}`))),
    ])
    expect([large, many]).toEqual([1, 20_001])
    const [first] = await collect(journal, 1, 1)
    expect(first?.entry.kind === 'received' && first.entry.body === body).toBe(true)
    expect(await collect(journal, 2)).toHaveLength(20_000)
  })

  it('refuses what would wait beyond its bound, keeps the rest', async () => {
    await close()
    await open({ queueBytes: 100_000 })
    const body = 'x'.repeat(40_000)
    const results = await Promise.allSettled(
      ['a', 'b', 'c', 'd'].map((name) => journal.append([received(name, body)])),
    )
    expect(results.map((r) => (r.status === 'fulfilled' ? r.value : r.reason.code))).toEqual([
      1,
      2,
      'overloaded',
      'overloaded',
    ])
    expect(await journal.append([received('e', body)])).toBe(3)
    expect((await collect(journal, 1)).map(receiptOf)).toEqual(['a', 'b', 'e'])
  })

  it('refuses nothing but whole entries', async () => {
    await expect(journal.append([])).rejects.toMatchObject({ code: 'internal' })
    await expect(
      journal.append([received('a'), { ...received('b'), at: Number.NaN }]),
    ).rejects.toMatchObject({ code: 'payload_invalid' })
    expect(await collect(journal, 1)).toEqual([])
  })

  it('lets whole segments go, never the newest, and never gives an offset again', async () => {
    await close()
    await open({ segmentEntries: 10 })
    for (let i = 0; i < 35; i++) await journal.append([received(`${i}`)])
    await journal.trim(25)
    expect((await collect(journal, 1))[0]?.offset).toBe(20)
    await journal.trim(1000)
    expect((await collect(journal, 1))[0]?.offset).toBe(30)
    await close()
    await open({ segmentEntries: 10 })
    expect(await journal.append([received('next')])).toBe(36)
  })

  it('stores what waits before it closes, then refuses', async () => {
    const waiting = [journal.append([received('a')]), journal.append([received('b')])]
    await journal.close()
    expect(await Promise.all(waiting)).toEqual([1, 2])
    await expect(journal.append([received('c')])).rejects.toMatchObject({
      code: 'store_unavailable',
    })
  })

  it('says so when an entry was written by a newer program', async () => {
    await store.insert('journal', [
      { offset: 7, segment: 0, schema: 99, kind: 'x', at: AT, bytes: 2, entry: '{}', body: '' },
    ])
    await expect(collect(journal, 1)).rejects.toThrow(
      /schema version 99, written by a newer program; this one knows versions up to 1/,
    )
  })

  it('is exported and read back line by line', async () => {
    await journal.append(EVERY_KIND)
    const lines: string[] = []
    for await (const line of exportJournal(journal)) lines.push(line)
    expect(lines).toHaveLength(EVERY_KIND.length)
    expect(lines.join('')).not.toContain('\n')
    expect(lines.map(parseExportedLine)).toEqual(await collect(journal, 1))
    const rest: string[] = []
    for await (const line of exportJournal(journal, EVERY_KIND.length)) rest.push(line)
    expect(rest).toEqual(lines.slice(-1))
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
