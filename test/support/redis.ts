/** A real redis-server for tests, on data of its own, that can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { openRedis, type RedisLink } from '../../src/journal/redis-link.ts'
import { requireTool } from './requirements.ts'
import { temporaryFolder } from './store.ts'

export interface TestRedis {
  readonly url: string
  /** SIGKILL; what it held in memory is gone. */
  kill(): Promise<void>
  /** Starts it on what its log holds; resolves when it answers. */
  start(): Promise<void>
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

export const REDIS = requireTool('redis-server')

/** Starts one as a journal needs it; `settings` come after those, and win. */
export async function startRedis(settings: readonly string[] = []): Promise<TestRedis> {
  if (!REDIS.ok) throw new Error(REDIS.reason)
  const path = REDIS.path
  const folder = temporaryFolder()
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}/0`
  let child: ChildProcess | null = null

  const kill = async (): Promise<void> => {
    if (child === null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    child = null
  }
  const start = async (): Promise<void> => {
    const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder.path, '--save', '']
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always']
    child = spawn(path, [...own, ...durable, ...settings], { stdio: 'ignore' })
    const link = openRedis(url)
    try {
      await answers(link)
    } finally {
      link.close()
    }
  }
  await start()
  return {
    url,
    kill,
    start,
    signal: (name) => child?.kill(name),
    stop: async () => {
      await kill()
      folder.remove()
    },
  }
}

/** Asks until it answers, each time the connection has come up or has failed to. */
async function answers({ redis }: RedisLink): Promise<void> {
  const end = performance.now() + 20_000
  for (;;) {
    try {
      await redis.ping()
      return
    } catch (cause) {
      if (performance.now() > end) throw cause
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
