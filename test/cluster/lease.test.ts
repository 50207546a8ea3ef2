import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Lease, tryLease, viewLease, waitForLease } from '../../src/cluster/lease.ts'
import type { AppError } from '../../src/core/errors.ts'
import { openRedis, type RedisLink } from '../../src/journal/redis-link.ts'
import { REDIS, startRedis, type TestRedis } from '../support/redis.ts'
import type { HolderOptions } from './holder.ts'

const HOLDER = join(import.meta.dirname, 'holder.ts')
const KEY = '{faultline/0}:lease'
const LONG = 60_000
const nothing = (): void => undefined

if (!REDIS.ok) it.skip(`lease: ${REDIS.reason}`)
else
  describe('the lease of a partition', () => {
    let server: TestRedis
    let link: RedisLink
    const children: ChildProcess[] = []

    beforeAll(async () => {
      server = await startRedis()
      link = openRedis(server.url)
    })
    afterAll(async () => {
      link.close()
      await server.stop()
    })
    beforeEach(async () => {
      await link.redis.flushall()
    })
    afterEach(() => {
      for (const child of children.splice(0)) child.kill('SIGKILL')
    })

    const ask = (holder: string, more = {}): Promise<Lease | number> =>
      tryLease(link, { holder, address: `${holder}:1`, lifeMs: LONG, onLost: nothing, ...more })

    async function take(holder: string, more = {}): Promise<Lease> {
      const lease = await ask(holder, more)
      if (typeof lease === 'number') throw new Error(`held for ${lease} ms`)
      return lease
    }

    /** As if a holder had not been heard of for the rest of its life. */
    async function runOut(): Promise<void> {
      await link.redis.hset(KEY, 'until', 1)
    }

    it('goes to one of those that ask at once', async () => {
      const answers = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => ask(holder)))
      const taken = answers.filter((answer): answer is Lease => typeof answer !== 'number')
      expect(taken.map(({ token }) => token)).toEqual([1])
      for (const answer of answers) {
        if (typeof answer === 'number') expect(answer).toBeLessThanOrEqual(LONG)
      }
      await taken[0]?.release()
    })

    it('shows who holds it, and how far its partition is folded', async () => {
      expect(await viewLease(link)).toEqual({ token: 0, holder: null, address: '', folded: 0 })
      const lease = await take('a')
      await lease.report(17)
      expect(await viewLease(link)).toEqual({ token: 1, holder: 'a', address: 'a:1', folded: 17 })
      await lease.release()
      expect(await viewLease(link)).toMatchObject({ token: 1, holder: null, folded: 17 })
    })

    it('is there at once for the next, with a higher token, when it is given back', async () => {
      const first = await take('a')
      const waiting = waitForLease(
        link,
        { holder: 'b', address: '', lifeMs: LONG / 60, onLost: nothing },
        new AbortController().signal,
      )
      await first.release()
      expect(() => first.check()).toThrow(/given back/)
      const second = await waiting
      expect(second?.token).toBe(2)
      await second?.release()
    })

    it('is not waited for any longer when the wait is ended', async () => {
      const lease = await take('a')
      const end = new AbortController()
      const waiting = waitForLease(link, { holder: 'b', address: '', onLost: nothing }, end.signal)
      end.abort()
      expect(await waiting).toBeNull()
      await lease.release()
    })

    it('is kept by a holder that is late, as long as nobody else has taken it', async () => {
      const lease = await take('a')
      await runOut()
      await lease.report(1)
      lease.check()
      expect(typeof (await ask('b'))).toBe('number')
      await lease.release()
    })

    it('tells its holder once that it is lost, and does nothing for it afterwards', async () => {
      const faults: AppError[] = []
      const first = await take('a', { onLost: (cause: AppError) => faults.push(cause) })
      await runOut()
      const second = await take('b')
      await expect(first.report(99)).rejects.toMatchObject({ code: 'store_unavailable' })
      await expect(first.report(99)).rejects.toThrow(/went to another node/)
      expect(() => first.check()).toThrow(/went to another node/)
      await first.release()
      expect(faults).toHaveLength(1)
      expect(await viewLease(link)).toMatchObject({ token: 2, holder: 'b', folded: 0 })
      await second.release()
    })

    it('is not trusted by a holder whose Redis has died', async () => {
      const faults: AppError[] = []
      const lease = await take('a', {
        lifeMs: 1000,
        onLost: (cause: AppError) => faults.push(cause),
      })
      await server.kill()
      await expect.poll(() => faults.length).toBe(1)
      expect(() => lease.check()).toThrow(/could not be renewed in time/)
      await server.start()
      await expect.poll(() => link.redis.status).toBe('ready')
    })

    it('is not renewed or given back by another holder of the same token', async () => {
      const first = await take('a')
      // a failover to a replica that missed the last token: it was given out twice
      await link.redis.hset(KEY, 'holder', 'b')
      await expect(first.report(99)).rejects.toThrow(/went to another node/)
      await first.release()
      expect(await viewLease(link)).toMatchObject({ token: 1, holder: 'b', folded: 0 })
    })

    it('keeps its token over kill -9 of Redis', async () => {
      const lease = await take('a')
      await server.kill()
      await server.start()
      await expect.poll(() => link.redis.status).toBe('ready')
      await lease.report(5)
      await runOut()
      expect((await take('b')).token).toBe(2)
    })

    it('is not kept from others for longer than a life by a clock that was set back', async () => {
      await take('a', { lifeMs: 1000 })
      await link.redis.hset(KEY, 'until', Date.now() + 3_600_000)
      const left = await ask('b')
      expect(left).toBe(1000)
      // and the wait runs down from there
      expect(await ask('b')).toBeLessThanOrEqual(1000)
    })

    it('has one holder by token, whatever the order of what holders do (law)', async () => {
      const step = fc.record({
        who: fc.integer({ min: 0, max: 2 }),
        what: fc.constantFrom('ask', 'report', 'release', 'run out'),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
          await link.redis.flushall()
          const held = new Map<number, Lease>()
          let newest = 0
          let folded = 0
          let free = true
          for (const [n, { who, what }] of steps.entries()) {
            const mine = held.get(who)
            if (what === 'run out') {
              if (newest > 0) await runOut()
              free = true
            } else if (what === 'ask') {
              const answer = await ask(`${who}`)
              expect(typeof answer !== 'number', 'taken only where it is free').toBe(free)
              if (typeof answer === 'number') continue
              expect(answer.token).toBe(newest + 1)
              newest = answer.token
              held.set(who, answer)
              free = false
            } else if (mine !== undefined && what === 'report') {
              const done = await mine.report(n + 1).then(
                () => true,
                () => false,
              )
              expect(done, 'only the newest token writes').toBe(mine.token === newest)
              if (done) {
                folded = n + 1
                free = false
              }
            } else if (mine !== undefined && what === 'release') {
              await mine.release()
              held.delete(who)
              if (mine.token === newest) free = true
            }
            expect((await viewLease(link)).folded).toBe(folded)
          }
          for (const lease of held.values()) await lease.release()
        }),
        { numRuns: 100 },
      )
    })

    interface Child {
      readonly lines: string[]
      readonly process: ChildProcess
    }

    function start(holder: string, lifeMs: number): Child {
      const options: HolderOptions = { url: server.url, holder, lifeMs }
      const child = spawn(process.execPath, ['--import', 'tsx', HOLDER, JSON.stringify(options)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      children.push(child)
      const lines: string[] = []
      createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
      return { lines, process: child }
    }

    it('refuses the writes of a holder that was paused past its life', async () => {
      const first = start('a', 1000)
      await expect.poll(() => first.lines).toEqual(['waiting', 'held 1', 'reported'])
      const second = start('b', 1000)
      await expect.poll(() => second.lines).toEqual(['waiting'])
      first.process.kill('SIGSTOP')
      await expect.poll(() => second.lines).toEqual(['waiting', 'held 2', 'reported'])
      first.process.kill('SIGCONT')
      await expect.poll(() => first.lines.at(-1)).toMatch(/^refused .*went to another node/)
      expect(await viewLease(link)).toMatchObject({ token: 2, holder: 'b' })
      // each report names its token: none of an old one came in behind the new
      expect((await viewLease(link)).folded).toBeGreaterThan(2_000_000)
    })

    it('goes on within a life and a beat after kill -9, at once after SIGTERM', async () => {
      const lifeMs = 3000
      const first = start('a', lifeMs)
      await expect.poll(() => first.lines.length).toBe(3)
      const second = start('b', lifeMs)
      const third = start('c', lifeMs)
      await expect.poll(() => [second.lines, third.lines]).toEqual([['waiting'], ['waiting']])
      first.process.kill('SIGKILL')
      const killedAt = performance.now()
      await expect.poll(() => [...second.lines, ...third.lines]).toContain('held 2')
      expect(performance.now() - killedAt).toBeLessThan(10_000)
      const [holder, other] = second.lines.length > 1 ? [second, third] : [third, second]
      const ended = once(holder.process, 'exit')
      holder.process.kill('SIGTERM')
      await ended
      await expect.poll(() => other.lines).toContain('held 3')
    })
  })
