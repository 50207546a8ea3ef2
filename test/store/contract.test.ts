import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openJournal } from '../../src/journal/clickhouse.ts'
import { openStore, type Store } from '../../src/store/client.ts'
import { openDeliveries } from '../../src/store/deliveries.ts'
import { openEmbedded } from '../../src/store/embedded.ts'
import { beginEpoch, getMeta, readEpoch, setMeta } from '../../src/store/meta.ts'
import type { NamedQuery, Params } from '../../src/store/query.ts'
import { epochMs, sqlTime } from '../../src/store/query.ts'
import { openServer } from '../../src/store/server.ts'
import { beginSnapshot, latestSnapshot, type Snapshot } from '../../src/store/snapshots.ts'
import { eachBackend, type Place } from '../support/store.ts'

const TABLES = ['meta', 'deliveries', 'snapshots', 'snapshot_chunks'] as const

function query<Row>(sql: string, row: z.ZodType<Row>): NamedQuery<Row> {
  return { name: 'test', sql, row }
}

const Value = z.object({ value: z.unknown() })
const SLOW = query(
  'SELECT sum(sleepEachRow(0.2)) AS value FROM numbers({n:UInt32}) SETTINGS max_block_size = 1',
  Value,
)

async function chunksOf(snapshot: Snapshot | null): Promise<[string, string][]> {
  const found: [string, string][] = []
  for await (const { kind, data } of snapshot?.chunks ?? []) found.push([kind, data])
  return found
}

/** Runs a statement on a store that does not open. */
async function withoutMigrations({ target }: Place, sql: string): Promise<void> {
  const driver =
    'path' in target ? await openEmbedded(target.path, 2 ** 30) : await openServer(target)
  const connection = await driver.connect({ mutations_sync: 2 })
  await connection.command({ sql, params: {}, id: `${driver.prefix}test` })
  await connection.close()
  await driver.close()
}

eachBackend('store', (backend) => {
  let place: Place
  let store: Store

  const open = (): Promise<Store> =>
    openStore(place.target, { lockTtlMs: 5000, readTimeoutMs: 2000 })
  const read = async (sql: string, params?: Params): Promise<unknown> =>
    (await store.rows(query(sql, Value), params))[0]?.value

  beforeAll(async () => {
    place = await backend.start()
  })
  afterAll(() => place.stop())
  beforeEach(async () => {
    store = await open()
    for (const table of TABLES) await store.exec('test.empty', `TRUNCATE TABLE ${table}`)
  })
  afterEach(() => store.close())

  describe('statements', () => {
    it('keep 64-bit integers whole, as text', async () => {
      expect(await read('SELECT toUInt64(18446744073709551615) AS value')).toBe(
        '18446744073709551615',
      )
      await setMeta(store, 'a', 'b')
      await store.insert('meta', [{ key: 'a', value: 'max', version: '18446744073709551615' }])
      expect(await read("SELECT version AS value FROM meta FINAL WHERE key = 'a'")).toBe(
        '18446744073709551615',
      )
    })

    it.each([
      'plain',
      '',
      "it's",
      'back\\slash',
      '\\n is not a newline',
      'tab\tnew\nline\rreturn',
      "'; DROP TABLE meta; --",
      '{x:String}',
      'nul\0 bell\u0007',
      'été 😀 \u2028',
      '\\N',
      'NULL',
    ])('take %j as a parameter, alone and in a list', async (text) => {
      expect(await read('SELECT {x:String} AS value', { x: text })).toBe(text)
      expect(await read('SELECT {x:Array(String)} AS value', { x: [text, 'y', text] })).toEqual([
        text,
        'y',
        text,
      ])
    })

    it('take numbers, lists of numbers, and empty lists', async () => {
      expect(await read('SELECT {x:Int64} AS value', { x: -5 })).toBe('-5')
      expect(await read('SELECT {x:UInt8} AS value', { x: true })).toBe(1)
      expect(await read('SELECT {x:Array(UInt8)} AS value', { x: [1, 2] })).toEqual([1, 2])
      expect(await read('SELECT {x:Array(String)} AS value', { x: [] })).toEqual([])
    })

    it('keep the milliseconds of times, within what ClickHouse can hold', async () => {
      const at = Date.UTC(2026, 2, 1, 10, 0, 12, 345)
      const sql = `SELECT ${epochMs("{x:DateTime64(3, 'UTC')}")} AS value`
      expect(await read(sql, { x: sqlTime(at) })).toBe(String(at))
      expect(await read(sql, { x: sqlTime(at - at * 2) })).toBe(String(-at))
      for (const [far, bound] of [
        [Number.NEGATIVE_INFINITY, Date.UTC(1900, 0, 1)],
        [Date.UTC(9999, 0, 1), Date.UTC(2299, 11, 31, 23, 59, 59, 999)],
      ] as const) {
        expect(await read(sql, { x: sqlTime(far) })).toBe(String(bound))
      }
    })

    it('refuse a column that is not there, and store nothing', async () => {
      await expect(
        store.insert('meta', [{ key: 'a', value: 'b', version: 1, vallue: 'c' }]),
      ).rejects.toMatchObject({ code: 'store_unavailable', details: { code: '117' } })
      await expect(
        store.insert('meta', [{ key: 'a', value: null, version: 1 }]),
      ).rejects.toMatchObject({ code: 'store_unavailable' })
      expect(await getMeta(store, 'a')).toBeNull()
    })

    it('keep half a surrogate pair as the escape it was, and what is around it', async () => {
      await store.insert('meta', [{ key: 'a', value: 'x\ud800y', version: 1 }])
      expect(await getMeta(store, 'a')).toBe('x\\ud800y')
    })

    it('name the one that failed, without its text', async () => {
      const failing = query("SELECT throwIf(1, 'secret payload') AS value", Value)
      const error = await store.rows({ ...failing, name: 'some.query' }).catch((e: unknown) => e)
      expect(error).toMatchObject({ code: 'store_unavailable' })
      expect(String(error)).toContain('some.query')
      expect(String(error)).not.toContain('secret')
    })

    it('refuse a row that is not what its query says', async () => {
      const wrong = query("SELECT 'x' AS value", z.object({ value: z.number() }))
      await expect(store.rows(wrong)).rejects.toThrow()
    })

    it('end when they take too long', async () => {
      await expect(store.rows(SLOW, { n: 1000 })).rejects.toThrow(/it took too long/)
    })

    it('leave no setting behind for the next one', async () => {
      const before = await read("SELECT getSetting('max_block_size') AS value")
      await store.rows(SLOW, { n: 1 })
      await store.rows(SLOW, { n: 1 })
      expect(await read("SELECT getSetting('max_block_size') AS value")).toBe(before)
      expect(await read("SELECT getSetting('max_block_size') AS value")).toBe(before)
    })
  })

  describe('connections', () => {
    it('a slow read holds up neither the journal, nor a write, nor another read', async () => {
      const journal = await openJournal(store.journal)
      const ended: string[] = []
      const slow = store.rows(SLOW, { n: 7 }).then(() => ended.push('slow'))
      await Promise.all([
        journal
          .append([{ kind: 'time', at: 1, scope: 'default' }])
          .then(() => ended.push('journal')),
        setMeta(store, 'a', 'b').then(() => ended.push('write')),
        read('SELECT {x:String} AS value', { x: 'y' }).then(() => ended.push('read')),
      ])
      expect(ended.sort()).toEqual(['journal', 'read', 'write'])
      await slow
      await journal.close()
    })

    it('a close ends what runs and refuses what waits', async () => {
      const results = Promise.allSettled([
        store.rows(SLOW, { n: 1000 }),
        store.rows(SLOW, { n: 1000 }),
        store.rows(SLOW, { n: 1000 }),
      ])
      await store.close()
      for (const result of await results) expect(result.status).toBe('rejected')
      await expect(read('SELECT 1 AS value')).rejects.toMatchObject({ code: 'store_unavailable' })
      await store.close()
      store = await open()
      expect(await read('SELECT 1 AS value')).toBe(1)
    })

    it('refuses what would wait without end', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 1100 }, (_, i) => read('SELECT {i:UInt32} AS value', { i })),
      )
      const refused = results.filter(({ status }) => status === 'rejected')
      expect(refused).toHaveLength(100)
      expect(refused[0]).toMatchObject({ reason: { code: 'overloaded' } })
    })
  })

  describe('migrations', () => {
    it('run once', async () => {
      const count = 'SELECT count() AS value FROM migrations'
      const before = await read(count)
      await store.close()
      store = await open()
      expect(await read(count)).toBe(before)
    })

    it('are named where one was edited after it had run', async () => {
      await store.exec(
        'test.edit',
        "INSERT INTO migrations (number, name, checksum) VALUES (2, 'records', 'other')",
      )
      await store.close()
      await expect(open()).rejects.toThrow(/0002-records was edited/)
      await withoutMigrations(place, "ALTER TABLE migrations DELETE WHERE checksum = 'other'")
      store = await open()
    })

    it('are named where the store was written by a newer version', async () => {
      await store.exec(
        'test.newer',
        "INSERT INTO migrations (number, name, checksum) VALUES (99, 'shiny', 'other')",
      )
      await store.close()
      await expect(open()).rejects.toThrow(/newer version: it has migration 0099-shiny/)
      await withoutMigrations(place, "ALTER TABLE migrations DELETE WHERE checksum = 'other'")
      store = await open()
    })
  })

  describe('small facts', () => {
    it('keep their newest value', async () => {
      expect(await getMeta(store, 'k')).toBeNull()
      await setMeta(store, 'k', 'one')
      await setMeta(store, 'k', 'two')
      expect(await getMeta(store, 'k')).toBe('two')
    })

    it('count epochs from 1', async () => {
      expect(await readEpoch(store)).toBe(1)
      expect(await beginEpoch(store)).toBe(2)
      expect(await beginEpoch(store)).toBe(3)
      expect(await readEpoch(store)).toBe(3)
    })
  })

  describe('snapshots', () => {
    async function write(offset: number, chunks: readonly [string, string][]): Promise<void> {
      const writer = await beginSnapshot(store, offset)
      for (const [kind, data] of chunks) await writer.chunk(kind, data)
      await writer.finish()
    }

    it('are none at first', async () => {
      expect(await latestSnapshot(store)).toBeNull()
    })

    it('come back chunk by chunk, the newest', async () => {
      const chunks: [string, string][] = [
        ['alerts', '{"é":"😀\\n\u2028"}'],
        ['alerts', ''],
        ['flaps', 'x'.repeat(6_000_000)],
        ['flaps', 'y'.repeat(6_000_000)],
        ['end', '[]'],
      ]
      await write(10, [['old', '1']])
      await write(20, chunks)
      const latest = await latestSnapshot(store)
      expect(latest?.offset).toBe(20)
      expect(await chunksOf(latest)).toEqual(chunks)
    })

    it('may be empty', async () => {
      await write(0, [])
      const latest = await latestSnapshot(store)
      expect(latest?.offset).toBe(0)
      expect(await chunksOf(latest)).toEqual([])
    })

    it('are not used before they are finished, nor after they were given up', async () => {
      await write(10, [['a', '1']])
      const writer = await beginSnapshot(store, 20)
      await writer.chunk('a', 'x'.repeat(5_000_000))
      expect((await latestSnapshot(store))?.offset).toBe(10)
      await writer.abort()
      expect((await latestSnapshot(store))?.offset).toBe(10)
      expect(await read('SELECT count() AS value FROM snapshot_chunks')).toBe('1')
    })

    it.each([
      [
        'a changed chunk',
        "ALTER TABLE snapshot_chunks UPDATE data = 'z' WHERE n = 1 AND snapshot = 2",
      ],
      ['a missing chunk', 'ALTER TABLE snapshot_chunks DELETE WHERE n = 1 AND snapshot = 2'],
      ['a missing last chunk', 'ALTER TABLE snapshot_chunks DELETE WHERE n = 2 AND snapshot = 2'],
      [
        'a wrong kind',
        "ALTER TABLE snapshot_chunks UPDATE kind = 'b' WHERE n = 1 AND snapshot = 2",
      ],
      ['a wrong count', 'ALTER TABLE snapshots UPDATE chunks = 2 WHERE snapshot = 2'],
    ])('are not used with %s: the one before is', async (_name, damage) => {
      const chunks: [string, string][] = [
        ['a', '1'],
        ['a', '2'],
        ['a', '3'],
      ]
      await write(10, chunks)
      await write(20, chunks)
      expect((await latestSnapshot(store))?.offset).toBe(20)
      await store.exec('test.damage', `${damage} SETTINGS mutations_sync = 2`)
      const damaged: number[] = []
      const latest = await latestSnapshot(store, (offset) => damaged.push(offset))
      expect(latest?.offset).toBe(10)
      expect(damaged).toEqual([20])
      expect(await chunksOf(latest)).toEqual(chunks)
    })

    it('only the newest two are kept, and nothing of unfinished ones', async () => {
      const unfinished = await beginSnapshot(store, 5)
      await unfinished.chunk('a', 'x'.repeat(5_000_000))
      for (const offset of [10, 20, 30]) await write(offset, [['a', String(offset)]])
      expect(await read('SELECT arraySort(groupArray(offset)) AS value FROM snapshots')).toEqual([
        '20',
        '30',
      ])
      expect(await read('SELECT count() AS value FROM snapshot_chunks')).toBe('2')
    })

    it('refuse text that would not come back as it was', async () => {
      const writer = await beginSnapshot(store, 1)
      await expect(writer.chunk('a', 'x\ud800y')).rejects.toMatchObject({ code: 'internal' })
    })
  })

  describe('deliveries', () => {
    const one = {
      id: 'key-1:slack',
      channel: 'slack',
      type: 'opened',
      incident: 'INC-000001',
      state: 'pending',
      createdAt: Date.now(),
      version: 1,
      attempts: [{ error: "it's \\ broken" }],
    }

    it('keep the version that is highest, whatever came last', async () => {
      const deliveries = openDeliveries<typeof one>(store)
      expect(await deliveries.find(one.id)).toBeNull()
      await deliveries.put({ ...one, version: 3, state: 'delivered' })
      await deliveries.put({ ...one, version: 2 })
      expect(await deliveries.find(one.id)).toEqual({ ...one, version: 3, state: 'delivered' })
      expect(await deliveries.pending()).toEqual([])
    })

    it('list what is pending, what belongs to an incident, and the newest', async () => {
      const deliveries = openDeliveries<typeof one>(store)
      const all = Array.from({ length: 25 }, (_, i) => ({
        ...one,
        id: `key-${i}:slack`,
        createdAt: one.createdAt + (i % 10),
        state: i % 2 === 0 ? 'pending' : 'failed',
        incident: `INC-${i % 3}`,
      }))
      await Promise.all(all.map((delivery) => deliveries.put(delivery)))
      const pending = await deliveries.pending()
      expect(pending.map(({ id }) => id).sort()).toEqual(
        all
          .filter(({ state }) => state === 'pending')
          .map(({ id }) => id)
          .sort(),
      )
      expect(pending.map(({ createdAt }) => createdAt)).toEqual(
        pending.map(({ createdAt }) => createdAt).sort((a, b) => a - b),
      )
      expect((await deliveries.ofIncident('INC-1')).length).toBe(8)
      const pages: string[] = []
      let cursor: string | undefined
      do {
        const page = await deliveries.list({
          limit: 7,
          ...(cursor === undefined ? {} : { cursor }),
        })
        pages.push(...page.items.map(({ id }) => id))
        cursor = page.next
      } while (cursor !== undefined)
      expect(pages).toHaveLength(25)
      expect(new Set(pages).size).toBe(25)
      expect((await deliveries.list({ limit: 5, state: 'failed' })).items[0]?.createdAt).toBe(
        one.createdAt + 9,
      )
    })
  })
})
