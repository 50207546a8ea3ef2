import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openStore, type StoreTarget } from '../../src/store/client.ts'
import { getMeta, setMeta } from '../../src/store/meta.ts'
import { openServer } from '../../src/store/server.ts'
import { eachBackend, embedded, overHttp, type Place, runChild } from '../support/store.ts'
import type { OpenerOptions } from './opener.ts'

const OPENER = join(import.meta.dirname, 'opener.ts')

async function tryToOpen(target: StoreTarget, more: Partial<OpenerOptions> = {}): Promise<string> {
  const child = await runChild(OPENER, { target, lockTtlMs: 1000, holdMs: 0, ...more })
  expect(child.code, child.stderr).toBe(0)
  return child.lines.join('\n')
}

eachBackend('one process per store', (backend) => {
  let place: Place
  beforeEach(async () => {
    place = await backend.start()
  })
  afterEach(() => place.stop())

  it('a second process is refused and told why, and gets in once the first has left', async () => {
    const store = await openStore(place.target, { lockTtlMs: 1000 })
    const answer = await tryToOpen(place.target)
    expect(answer).toMatch(/^refused conflict: /)
    expect(answer).toContain(`pid ${process.pid}`)
    expect(answer).toMatch(/is in use by another process .*stop it, or give this one/)
    if ('path' in place.target) expect(answer).toContain(place.target.path)
    // whoever was refused has done no harm
    await setMeta(store, 'a', 'b')
    await store.close()
    expect(await tryToOpen(place.target)).toBe('open')
  })
})

describe('the lock of a server', () => {
  let place: Place
  beforeEach(async () => {
    place = await overHttp.start()
  })
  afterEach(() => place.stop())

  it('goes to exactly one of those that come at once', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => tryToOpen(place.target, { lockTtlMs: 2000, holdMs: 8000 })),
    )
    expect(answers.filter((answer) => answer === 'open')).toHaveLength(1)
    for (const answer of answers.filter((a) => a !== 'open')) {
      expect(answer).toMatch(/^refused conflict/)
    }
  })

  it('is lost by a process that was stopped for too long, which then writes nothing', async () => {
    const child = spawn(
      process.execPath,
      [
        ...['--import', 'tsx', OPENER],
        JSON.stringify({ target: place.target, lockTtlMs: 1000, holdMs: 60_000, write: true }),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const exit = once(child, 'exit')
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const next = async (): Promise<string> => String((await lines.next()).value)
    expect(await next()).toBe('open')
    expect(await next()).toBe('wrote 1')
    child.kill('SIGSTOP')

    const store = await openStore(place.target, { lockTtlMs: 3000 })
    await setMeta(store, 'writer', 'us')
    child.kill('SIGCONT')
    // first what it had done before it was stopped
    let line = await next()
    while (line !== 'lost') line = await next()
    await setMeta(store, 'writer', 'us, still')
    expect(await getMeta(store, 'writer')).toBe('us, still')
    for (const _ of [1, 2, 3]) expect(await next()).toBe('refused store_unavailable')
    expect(await getMeta(store, 'writer')).toBe('us, still')
    child.kill('SIGKILL')
    await exit
    await store.close()
  })

  it('is lost once, also where renewals had to wait, and not claimed again', async () => {
    const { target, http } = place
    if (!('url' in target) || http == null) throw new Error('no server')
    const driver = await openServer(target)
    let lost = 0
    const lock = await driver.lock({ ttlMs: 1000, onLost: () => lost++ })
    let go = (): void => undefined
    const held = new Promise<void>((resolve) => {
      go = resolve
    })
    const begun: number[] = []
    http.treat = async (sql): Promise<'run'> => {
      if (!sql.includes('INSERT INTO locks')) return 'run'
      begun.push(lost)
      await held
      return 'run'
    }
    await expect.poll(() => begun.length).toBe(1)
    await sleep(900) // others now wait for the one that waits for the server
    const other = await driver.connect({})
    await other.command({
      sql: "INSERT INTO TABLE locks SELECT 'other', 'another', 'held', now64(3) + 60, 1",
      params: {},
      id: randomUUID(),
    })
    go()
    await expect.poll(() => lost).toBe(1)
    await lock.release()
    expect(begun).toEqual([0])
    expect(lost).toBe(1)
    expect(() => lock.check()).toThrow(/went to another process/)
    await other.close()
    await driver.close()
  })

  it('is taken over from a process that was killed, not before it is dead', async () => {
    const first = await openStore(place.target, { lockTtlMs: 1000 })
    await first.close()
    const child = spawn(
      process.execPath,
      [
        ...['--import', 'tsx', OPENER],
        JSON.stringify({ target: place.target, lockTtlMs: 1000, holdMs: 60_000 }),
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const exit = once(child, 'exit')
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await exit
    const store = await openStore(place.target, { lockTtlMs: 3000 })
    await setMeta(store, 'a', 'b')
    await store.close()
  })
})

describe('a folder that cannot be used', () => {
  it('is named', async () => {
    const place = await embedded.start()
    if (!('path' in place.target)) throw new Error('no folder')
    const file = join(place.target.path, 'file')
    writeFileSync(file, '')
    await expect(openStore({ path: join(file, 'data') })).rejects.toThrow(/the data folder .*file/)
    mkdirSync(join(place.target.path, 'data'))
    writeFileSync(join(place.target.path, 'data', 'metadata'), 'no folder')
    await expect(openStore({ path: join(place.target.path, 'data') })).rejects.toMatchObject({
      code: 'store_unavailable',
    })
    await place.stop()
  })

  it('is refused beside one that this process has open', async () => {
    const [one, two] = [await embedded.start(), await embedded.start()]
    const store = await openStore(one.target)
    await expect(openStore(two.target)).rejects.toThrow(/already has another data folder open/)
    await store.close()
    const next = await openStore(two.target)
    await next.close()
    await one.stop()
    await two.stop()
  })
})

describe('a server that does not answer', () => {
  it('is named, without its password', async () => {
    const error = await openStore({
      url: 'http://127.0.0.1:9',
      username: 'default',
      password: 'secret',
    }).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'store_unavailable' })
    expect(String(error)).toMatch(/127\.0\.0\.1:9\/faultline cannot be used/)
    expect(String(error)).not.toContain('secret')
  })

  it('is refused with a name that no database can have', async () => {
    await expect(openStore({ url: 'http://127.0.0.1:9/x;y' })).rejects.toMatchObject({
      code: 'payload_invalid',
    })
  })
})
