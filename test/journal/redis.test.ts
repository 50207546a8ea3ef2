import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Journal } from '../../src/journal/journal.ts'
import { openRedisJournal } from '../../src/journal/redis.ts'
import { openRedis, type RedisLink } from '../../src/journal/redis-link.ts'
import { REDIS, startRedis, type TestRedis } from '../support/redis.ts'
import { runChild } from '../support/store.ts'
import { byReceipt, partFaults } from './bodies.ts'
import { AT, collect, journalContract, receiptOf, received } from './contract.ts'
import type { RedisWriterOptions } from './redis-writer.ts'

const WRITER = join(import.meta.dirname, 'redis-writer.ts')

if (!REDIS.ok) it.skip(`journal: Redis: ${REDIS.reason}`)
else
  describe('journal: Redis', () => {
    let server: TestRedis
    let link: RedisLink
    let journal: Journal

    beforeAll(async () => {
      server = await startRedis()
      link = openRedis(server.url)
    })
    afterAll(async () => {
      link.close()
      await server.stop()
    })
    const current = journalContract({
      empty: async () => {
        await link.redis.flushall()
      },
      open: (options) => openRedisJournal(link, options),
      close: async () => undefined,
    })
    beforeEach(() => {
      journal = current()
    })

    it('says so when an entry was written by a newer program', async () => {
      await link.redis.xadd('{faultline/0}:journal', '7-0', 'l', `99,"x",${AT},2,"{}",""]`)
      await expect(collect(journal, 1)).rejects.toThrow(
        /schema version 99, written by a newer program; this one knows versions up to 1/,
      )
    })

    it('is appended to by several writers, each append in one piece, no offset twice', async () => {
      const others = await Promise.all([openRedisJournal(link), openRedisJournal(link)])
      const calls = [journal, ...others].flatMap((one, w) =>
        Array.from({ length: 100 }, async (_, n) => {
          const last = await one.append([received(`${w}/${n}/a`), received(`${w}/${n}/b`)])
          return [`${w}/${n}/`, last] as const
        }),
      )
      const acknowledged = await Promise.all(calls)
      const found = await collect(journal, 1)
      expect(found.map(({ offset }) => offset)).toEqual(
        Array.from({ length: 600 }, (_, i) => i + 1),
      )
      for (const [call, last] of acknowledged) {
        expect(
          [last - 1, last].map((offset) => found[offset - 1]).map((r) => r && receiptOf(r)),
        ).toEqual([`${call}a`, `${call}b`])
      }
      for (const other of others) await other.close()
    })

    it('keeps its partitions apart', async () => {
      const other = await openRedisJournal(link, { partition: 1 })
      await journal.append([received('zero')])
      await other.append([received('one')])
      expect((await collect(other, 1)).map(receiptOf)).toEqual(['one'])
      expect((await collect(journal, 1)).map(receiptOf)).toEqual(['zero'])
      await other.close()
    })

    it('refuses what its memory has no room for, until entries are let go', async () => {
      const small = await openRedisJournal(link, { streamBytes: 100_000, segmentEntries: 1 })
      const body = 'x'.repeat(60_000)
      expect(await small.append([received('a', body)])).toBe(1)
      await expect(small.append([received('b', body)])).rejects.toMatchObject({
        code: 'overloaded',
      })
      await small.append([received('c')])
      await small.trim(2)
      expect(await small.append([received('d', body)])).toBe(3)
      expect((await collect(small, 1)).map(receiptOf)).toEqual(['c', 'd'])
      await small.close()
    })

    it('stores nothing of a writer that Redis has forgotten, which makes itself known anew', async () => {
      await journal.append([received('a')])
      const writers = await link.redis.keys('*:writer:*')
      await link.redis.del(...writers)
      expect(await journal.append([received('b')])).toBe(2)
      expect((await collect(journal, 1)).map(receiptOf)).toEqual(['a', 'b'])
    })

    it('gives out no offset that it has seen, also by a Redis that lost entries', async () => {
      for (const name of ['a', 'b', 'c']) await journal.append([received(name)])
      await link.redis.flushall()
      expect(await journal.append([received('d')])).toBe(4)
    })

    it('stores an append once that was sent several times, since no answer came', async () => {
      const impatient = openRedis(server.url, { timeoutMs: 200 })
      let sent = 0
      const counting: RedisLink = {
        ...impatient,
        run: (...call) => {
          sent += 1
          return impatient.run(...call)
        },
      }
      const own = await openRedisJournal(counting, { patienceMs: 20_000 })
      await own.append([received('before')])
      server.signal('SIGSTOP')
      const waiting = own.append([received('once')])
      await expect.poll(() => sent).toBeGreaterThan(3)
      server.signal('SIGCONT')
      expect(await waiting).toBe(2)
      expect((await collect(journal, 1)).map(receiptOf)).toEqual(['before', 'once'])
      await own.close()
      impatient.close()
    })

    it('refuses an append that was given up and comes late', async () => {
      const sent: Parameters<RedisLink['run']>[] = []
      const cut: RedisLink = {
        ...link,
        run: (...call) => {
          sent.push(call)
          return sent.length === 1 ? Promise.reject(new Error('cut')) : link.run(...call)
        },
      }
      const own = await openRedisJournal(cut, { patienceMs: -1 })
      await expect(own.append([received('given up')])).rejects.toMatchObject({
        code: 'store_unavailable',
      })
      await own.append([received('later')])
      const [first] = sent
      if (first === undefined) throw new Error('nothing was sent')
      expect(await link.run(...first)).toEqual(['stale', 0])
      expect((await collect(journal, 1)).map(receiptOf)).toEqual(['later'])
      await own.close()
    })

    it('keeps what it acknowledged over kill -9 of Redis, and stores nothing twice', async () => {
      const own = openRedis(server.url)
      const busy = await openRedisJournal(own, { patienceMs: 30_000, windowMs: 0 })
      const acknowledged = new Map<string, number>()
      let n = 0
      let done = false
      const worker = async (): Promise<void> => {
        while (!done) {
          const name = `${n++}`
          acknowledged.set(name, await busy.append([received(name)]))
        }
      }
      const workers = Array.from({ length: 8 }, worker)
      for (let kills = 1; kills <= 5; kills++) {
        const before = acknowledged.size
        await expect.poll(() => acknowledged.size).toBeGreaterThan(before + 100 * kills)
        await server.kill()
        await server.start()
      }
      done = true
      await Promise.all(workers)
      const found = await collect(journal, 1)
      expect(found.map(receiptOf).sort()).toEqual([...acknowledged.keys()].sort())
      for (const record of found) {
        expect(acknowledged.get(receiptOf(record)), receiptOf(record)).toBe(record.offset)
      }
      await busy.close()
      own.close()
    })

    it.each([
      ['journal.before_insert', 1],
      ['journal.before_ack', 1],
      ['journal.before_insert', 17],
      ['journal.before_ack', 17],
    ])('at kill -9 of a writer at %s, pass %i, has what it acknowledged', async (point, pass) => {
      const run = `${point}:${pass}`
      const options: RedisWriterOptions = { url: server.url, fault: run, run, appends: 100_000 }
      const child = await runChild(WRITER, options)
      expect(child.signal, child.stderr).toBe('SIGKILL')
      const found = await collect(journal, 1)
      const stored = found.flatMap(({ offset, entry }) =>
        entry.kind === 'received' ? [{ offset, entry }] : [],
      )
      expect(new Set(stored.map(({ offset }) => offset)).size, 'no offset twice').toBe(found.length)
      expect(partFaults(stored, run)).toEqual([])
      const bodies = byReceipt(stored)
      const lines = child.lines.map((line) => line.split(' ').map(Number))
      if (pass > 1) expect(lines.length).toBeGreaterThan(0)
      for (const [append = 0, last = 0] of lines)
        expect(bodies.get(`${run}/${append}`)?.at(-1)?.offset).toBe(last)
      if (point === 'journal.before_ack') expect(bodies.size).toBeGreaterThan(lines.length)
    })
  })

if (REDIS.ok)
  it.each([
    [['--appendfsync', 'everysec'], /appendfsync is everysec, must be always/],
    [['--no-appendfsync-on-rewrite', 'yes'], /no-appendfsync-on-rewrite is yes, must be no/],
    [['--appendonly', 'no'], /appendonly is no, must be yes/],
    [['--maxmemory-policy', 'allkeys-lru'], /maxmemory-policy is allkeys-lru, must be noeviction/],
    [['--rename-command', 'CONFIG', ''], /appendfsync cannot be read/],
  ])('is not opened on a Redis with %j', async (settings, fault) => {
    const server = await startRedis(settings)
    const link = openRedis(server.url)
    await expect(openRedisJournal(link)).rejects.toThrow(fault)
    link.close()
    await server.stop()
  })
