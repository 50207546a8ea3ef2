/** Copies of stores below the command line: pages, schemas that differ, what a half-done move refuses. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { beginBackup, keepLastBackup } from '../../src/store/backup.ts'
import { checkBackup } from '../../src/store/backup-format.ts'
import { openBare } from '../../src/store/bare.ts'
import { openStore, type StoreTarget } from '../../src/store/client.ts'
import { openMark } from '../../src/store/copy-mark.ts'
import { listTables, readPages } from '../../src/store/copy-pages.ts'
import { migrate } from '../../src/store/migrate.ts'
import { MIGRATIONS } from '../../src/store/migrations/list.ts'
import { moveStore } from '../../src/store/move.ts'
import { restoreBackup } from '../../src/store/restore.ts'
import { type HttpClickHouse, startHttpClickHouse } from '../support/clickhouse-http.ts'
import { temporaryFolder } from '../support/store.ts'

const folder = temporaryFolder()
let http: HttpClickHouse
beforeAll(async () => {
  http = await startHttpClickHouse({ path: join(folder.path, 'clickhouse') })
})
afterAll(async () => {
  await http.close()
  folder.remove()
})

const named = (database: string): StoreTarget => ({ url: http.url, database })
const entry = (offset: number, body: string): object => ({
  ...{ offset, segment: offset > 20 ? 1 : 0, schema: 1, kind: 'received', at: offset },
  ...{ bytes: body.length, entry: '{}', body },
})

async function backupOf(target: StoreTarget, name: string): Promise<string> {
  const { connection, close } = await openBare(target, { store: 'there' })
  const options = { version: 'test', now: Date.UTC(2026, 0, 1), pageBytes: 500 }
  const pieces: Buffer[] = []
  for await (const piece of (await beginBackup(connection, options)).pieces) pieces.push(piece)
  await close()
  const file = join(folder.path, name)
  writeFileSync(file, Buffer.concat(pieces))
  return file
}

describe('pages of a table', () => {
  it('hold every row once, in its newest version, whatever their size and the sizes of rows', async () => {
    const store = await openStore(named('pages'))
    const sizes = fc.array(fc.integer({ min: 0, max: 900 }), { minLength: 1, maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 3000 }), async (lengths, pageBytes) => {
        for (const table of ['journal', 'meta'])
          await store.exec('test.empty', `TRUNCATE TABLE ${table}`)
        await store.insert(
          'journal',
          lengths.map((length, i) => entry(i + 1, 'ä'.repeat(length))),
        )
        for (const version of ['1', '2']) {
          const rows = lengths.map((length, i) => ({
            key: `k${i}`,
            value: 'x'.repeat(length),
            version,
          }))
          await store.insert('meta', rows)
        }
        const tables = await listTables(store)
        for (const name of ['journal', 'meta']) {
          const table = tables.find((one) => one.name === name)
          if (table === undefined) throw new Error('no such table')
          const keys: string[] = []
          let rows = 0
          for await (const page of readPages(
            store,
            { table, where: null },
            { after: null, pageBytes },
          )) {
            rows += page.rows
            const lines = page.text.trimEnd().split('\n')
            for (const line of lines)
              keys.push(JSON.parse(line)[name === 'meta' ? 'key' : 'offset'])
          }
          expect(rows).toBe(lengths.length)
          expect(new Set(keys).size).toBe(lengths.length)
        }
      }),
      { numRuns: 15 },
    )
    await store.close()
  }, 60_000)
})

describe('a backup of an older schema', () => {
  it('is restored as it was, and then brought up to date', async () => {
    const older = MIGRATIONS.filter(({ number }) => number <= 5)
    const old = await openBare(named('old'), { store: 'anew' })
    await migrate(old.connection, older)
    const record = JSON.stringify({ team: 'shop', openedAt: 1 })
    const rows = { scope: 'default', id: 'INC-000001', provisional_at: '2026-01-01 00:00:00.000' }
    await old.connection.insert({
      table: 'incidents',
      format: 'JSONEachRow',
      body: Buffer.from(JSON.stringify({ ...rows, record, version: '1' })),
    })
    await old.close()
    const file = await checkBackup(await backupOf(named('old'), 'old.backup'))
    expect(file.head.schema.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5])
    const to = await openBare(named('new'), { store: 'anew' })
    await restoreBackup(to, file)
    await to.close()
    const store = await openStore(named('new'))
    const found = await store.text('test', 'SELECT id, team FROM incidents')
    expect(JSON.parse(found)).toEqual({ id: 'INC-000001', team: 'shop' })
    // the view that keeps versions is back: and it has not written what was restored
    expect(await store.text('test', 'SELECT id FROM incident_history')).toBe('')
    await store.insert('incidents', [{ ...rows, id: 'INC-000002', record, version: '2' }])
    const kept = await store.text('test', 'SELECT id FROM incident_history')
    expect(JSON.parse(kept)).toEqual({ id: 'INC-000002' })
    await store.close()
  }, 60_000)

  it('of a newer one than this program knows is refused', async () => {
    const store = await openStore(named('newer'))
    await store.close()
    const file = await checkBackup(await backupOf(named('newer'), 'newer.backup'))
    const schema = [...file.head.schema, { number: 99, name: 'shiny', checksum: 'x' }]
    const to = await openBare(named('refused'), { store: 'anew' })
    const newer = { ...file, head: { ...file.head, schema } }
    await expect(restoreBackup(to, newer)).rejects.toThrow(
      'newer version: it has migration 0099-shiny',
    )
    expect(await to.connection.text('test', 'SHOW TABLES')).not.toContain('journal')
    await to.close()
  }, 60_000)
})

describe('a database that others use as well', () => {
  it('is not filled, and a copy of what is ours there has nothing of theirs', async () => {
    const source = await openStore(named('shared'))
    const orders = 'CREATE TABLE orders (n UInt8) ENGINE = MergeTree ORDER BY n % 3'
    await source.exec('test', orders)
    await source.close()
    const file = await checkBackup(await backupOf(named('shared'), 'shared.backup'))
    expect(Object.keys(file.manifest.tables)).not.toContain('orders')
    const to = await openBare(named('theirs'), { store: 'anew' })
    await to.connection.exec('test', orders)
    await expect(restoreBackup(to, file)).rejects.toThrow('not empty')
    expect(await to.connection.text('test', 'SHOW TABLES')).toContain('orders')
    await to.close()
  }, 60_000)
})

it('makes no backup of half a store', async () => {
  const half = await openBare(named('halfway'), { store: 'anew' })
  await migrate(half.connection)
  await (await openMark(half.connection)).set('kind', 'restore')
  const options = { version: 'test', now: 0, pageBytes: 500 }
  await expect(beginBackup(half.connection, options)).rejects.toThrow('half of one')
  await half.close()
})

describe('a move', () => {
  const fill = async (database: string): Promise<void> => {
    const store = await openStore(named(database))
    await store.insert(
      'journal',
      Array.from({ length: 40 }, (_, i) => entry(i + 1, 'b'.repeat(200))),
    )
    await store.close()
  }
  const move = async (
    from: string,
    to: string,
    failAt: number | string = Number.POSITIVE_INFINITY,
  ) => {
    const source = await openBare(named(from), { store: 'there' })
    const target = await openBare(named(to), { store: 'anew' })
    let pages = 0
    try {
      return await moveStore(source, target, {
        now: Date.UTC(2026, 0, 1),
        pageBytes: 1000,
        onProgress: ({ table, rows }) => {
          if (table === failAt) throw new Error('cut short')
          if (table !== 'journal' || rows === 0) return
          pages += 1
          if (pages === failAt) throw new Error('cut short')
        },
      })
    } finally {
      await target.close()
      await source.close()
    }
  }

  it('that was cut short does not go on with a source that went on, or another one', async () => {
    await fill('going')
    await fill('other')
    await expect(move('going', 'half', 3)).rejects.toThrow('cut short')
    const store = await openStore(named('going'))
    await store.insert('journal', [entry(41, 'new')])
    await store.close()
    await expect(move('going', 'half')).rejects.toThrow('before it went on')
    await expect(move('half', 'third')).rejects.toThrow('half of one')
    const restored = await openBare(named('half'), { store: 'there' })
    const file = await checkBackup(await backupOf(named('other'), 'other.backup'))
    await expect(restoreBackup(restored, file)).rejects.toThrow('a move into this store was begun')
    await restored.close()
    // the other one has the journal that the first one had: it is the same to a move
    expect((await move('other', 'half')).tables.get('journal')).toBe(40)
  }, 60_000)

  it('goes on where a backup of the source was taken meanwhile', async () => {
    await fill('kept')
    await expect(move('kept', 'kept_on', 'silences')).rejects.toThrow('cut short')
    const store = await openStore(named('kept'))
    await keepLastBackup(store, { at: 1, offset: 40, bytes: 1 })
    await store.close()
    expect((await move('kept', 'kept_on')).tables.get('meta')).toBeGreaterThan(0)
  }, 60_000)

  it('goes on after the server was away', async () => {
    await fill('sent')
    http.treat = (sql) => (sql.startsWith('INSERT INTO journal') ? 'break_before' : 'run')
    await expect(move('sent', 'lost')).rejects.toThrow()
    http.treat = null
    expect((await move('sent', 'lost')).resumed).toBe(true)
  }, 60_000)
})
