import { connect } from 'node:net'
import { Hono } from 'hono'
import { afterEach, describe, expect, it } from 'vitest'
import { createLifecycle } from '../../src/server/lifecycle.ts'
import { createWaitingApp, type RunningServer, startServer } from '../../src/server/serve.ts'
import { firing, startApp } from '../support/app.ts'

const running: RunningServer[] = []
afterEach(async () => {
  for (const server of running.splice(0)) await server.close()
})

async function start(options: Partial<Parameters<typeof startServer>[0]> = {}) {
  const lifecycle = createLifecycle()
  const app = createWaitingApp(lifecycle, '1.2.3')
  const listen = { host: '127.0.0.1', port: 0 }
  const server = await startServer({ app, listen, lifecycle, ...options })
  running.push(server)
  return { server, lifecycle }
}

describe('the life of a server', () => {
  it('is alive and not ready while the state is recovered', async () => {
    const { server } = await start()
    const get = async (path: string) => {
      const response = await fetch(`${server.url}${path}`)
      return [response.status, await response.json(), response.headers.get('retry-after')]
    }
    expect(await get('/healthz')).toMatchObject([200, { status: 'ok' }, null])
    expect(await get('/readyz')).toMatchObject([503, { status: 'starting' }, '2'])
    expect(await get('/api/v1/stats')).toMatchObject([
      503,
      { status: 503, code: 'overloaded' },
      '2',
    ])
    expect(await get('/api/v2/status')).toEqual([503, expect.stringMatching(/recovered/), '2'])
  })

  it('lets the real app take over where it listens', async () => {
    const { server } = await start()
    const real = new Hono().get('*', (c) => c.text('real'))
    server.use(real)
    expect(await (await fetch(`${server.url}/readyz`)).text()).toBe('real')
  })

  it('says who has the address', async () => {
    const { server } = await start()
    const { port } = new URL(server.url)
    const again = startServer({
      app: new Hono(),
      listen: { host: '127.0.0.1', port: Number(port) },
    })
    await expect(again).rejects.toMatchObject({ code: 'conflict', message: /in use already/ })
  })

  it('writes IPv6 addresses as URLs have them', async () => {
    const { server } = await start({ listen: { host: '::1', port: 0 } })
    expect(server.url).toMatch(/^http:\/\/\[::1\]:\d+$/)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })

  it('keeps connections longer than Prometheus keeps them idle', async () => {
    const { server } = await start()
    const response = await fetch(`${server.url}/healthz`)
    expect(response.headers.get('keep-alive')).toBe('timeout=330')
  })

  it('finishes what is under way, and takes nothing new', async () => {
    let finish: () => void = () => undefined
    let entered: () => void = () => undefined
    const inside = new Promise<void>((resolve) => {
      entered = resolve
    })
    const app = new Hono().get('/slow', async (c) => {
      entered()
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      return c.text('done')
    })
    const { server, lifecycle } = await start({ app })
    const slow = fetch(`${server.url}/slow`)
    await inside
    const closing = server.close()
    expect(lifecycle.phase()).toBe('stopping')
    await expect(fetch(`${server.url}/slow`)).rejects.toThrow()
    finish()
    expect(await (await slow).text()).toBe('done')
    await closing
    await server.close()
  })

  it('does not wait for connections that never asked for anything', async () => {
    const { server } = await start({ finishMs: 60_000 })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
    const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    await server.close()
    await ended
  })

  it('breaks off what takes too long', async () => {
    let entered: () => void = () => undefined
    const inside = new Promise<void>((resolve) => {
      entered = resolve
    })
    const app = new Hono().get('*', () => {
      entered()
      return new Promise<Response>(() => undefined)
    })
    const { server } = await start({ app, finishMs: 20 })
    const never = fetch(`${server.url}/`)
    await inside
    await server.close()
    await expect(never).rejects.toThrow()
  })
})

describe('readiness', () => {
  it('goes from starting to ready, and back only for good', async () => {
    const app = await startApp()
    const { lifecycle } = app.deps
    const ready = async () => {
      const { status, body } = await app.get('/readyz')
      return [status, body.status, (await app.get('/-/ready')).status]
    }
    expect(await ready()).toEqual([200, 'ready', 200])
    lifecycle.fail('the fold has stopped')
    expect(await ready()).toEqual([503, 'failed', 503])
    expect((await app.get('/readyz')).body.detail).toBe('the fold has stopped')
    lifecycle.ready()
    expect(await ready()).toEqual([503, 'failed', 503])
    expect((await app.get('/healthz')).status).toBe(200)
    // nothing is decided any more, so nobody is told that it was
    await app.post('/ingest/generic', firing('DiskFull', 'db-1'))
    await app.settled()
    const { body } = await app.get('/api/v1/incidents')
    const ack = await app.post(`/api/v1/incidents/${body.items[0].id}/ack`)
    expect([ack.status, ack.body.detail]).toEqual([503, 'The fold has stopped.'])
    lifecycle.stop()
    expect(await ready()).toEqual([503, 'stopping', 503])
    lifecycle.fail('too late')
    expect(await ready()).toEqual([503, 'stopping', 503])
    await app.stop()
  })

  it('calls what is to end once, also what comes too late', () => {
    const lifecycle = createLifecycle()
    const ends: string[] = []
    lifecycle.onStop(() => ends.push('a'))
    const takeBack = lifecycle.onStop(() => ends.push('b'))
    takeBack()
    lifecycle.stop()
    lifecycle.stop()
    lifecycle.onStop(() => ends.push('c'))
    expect(ends).toEqual(['a', 'c'])
  })
})
