/** What every journal must do, whatever holds it. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Entry, JournalRecord } from '../../src/core/entry.ts'
import type { JournalOptions } from '../../src/journal/clickhouse.ts'
import { exportJournal, parseExportedLine } from '../../src/journal/export.ts'
import type { Journal } from '../../src/journal/journal.ts'

export interface JournalPlace {
  /** Removes every entry; no journal is open. */
  empty(): Promise<void>
  open(options: JournalOptions): Promise<Journal>
  /** Ends what `open` opened beside the journal, which is closed. */
  close(): Promise<void>
}

export const AT = 1_770_000_000_000

export function received(receipt: string, body = '{}'): Entry {
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

export async function collect(
  journal: Journal,
  from: number,
  to?: number,
): Promise<JournalRecord[]> {
  const found: JournalRecord[] = []
  for await (const record of journal.read(from, to)) found.push(record)
  return found
}

export function receiptOf({ entry }: JournalRecord): string {
  return entry.kind === 'received' ? entry.receipt : entry.kind
}

/** Declares the tests of the contract; the journal that they leave open is for further ones. */
export function journalContract(place: JournalPlace): () => Journal {
  let journal: Journal
  const open = async (options: JournalOptions = {}): Promise<void> => {
    journal = await place.open(options)
  }
  const close = async (): Promise<void> => {
    await journal.close()
    await place.close()
  }

  beforeEach(async () => {
    await place.empty()
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

  return () => journal
}
