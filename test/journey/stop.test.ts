/** The end of the whole program, in order and with a store that is away. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { loadConfig } from '../../src/config.ts'
import { type Served, serve } from '../../src/serve.ts'
import { createLog } from '../../src/telemetry/log.ts'
import { type HttpClickHouse, startHttpClickHouse } from '../support/clickhouse-http.ts'
import { ADMIN_TOKEN, api } from '../support/process.ts'
import { temporaryFolder } from '../support/store.ts'
import { own } from './bodies.ts'

async function start({ url }: HttpClickHouse, data: string): Promise<Served> {
  const loaded = loadConfig({
    env: {
      CLICKHOUSE_URL: `${url}/faultline`,
      FAULTLINE_DATA: data,
      FAULTLINE_LISTEN: '127.0.0.1:0',
      FAULTLINE_ADMIN_TOKEN: ADMIN_TOKEN,
    },
    readFile: () => '{}',
  })
  if (!loaded.ok) throw new Error(loaded.faults.join('\n'))
  return serve(loaded.config, createLog({ level: 'silent' }))
}

async function titles(url: string): Promise<string[]> {
  const { items } = await api<{ items: { title: string }[] }>(url, '/api/v1/incidents')
  return items.map(({ title }) => title).sort()
}

it('ends although records cannot be written, and nothing of it is lost', async () => {
  const folder = temporaryFolder()
  const http = await startHttpClickHouse({ path: `${folder.path}/clickhouse` })
  const first = await start(http, folder.path)
  await api(first.url, '/ingest/generic', own('firing', 'First', 'db-1'))
  http.treat = (sql) =>
    /^INSERT INTO \S*(alerts|incidents|decisions)\b/.test(sql.trim()) ? 'break_before' : 'run'
  await api(first.url, '/ingest/generic', own('firing', 'Second', 'mail-7', { startsAt: -400 }))
  await first.stop()
  http.treat = null
  const second = await start(http, folder.path)
  expect(await titles(second.url)).toEqual(['First on db-1', 'Second on mail-7'])
  await second.stop()
  await http.close()
  folder.remove()
})

it('ends within 5 s although clients hold on to it: a stream, half a body, a backup', async () => {
  const folder = temporaryFolder()
  const http = await startHttpClickHouse({ path: `${folder.path}/clickhouse` })
  const server = await start(http, folder.path)
  await api(server.url, '/ingest/generic', own('firing', 'First', 'db-1'))
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` }
  const stream = await fetch(`${server.url}/api/v1/stream`, { headers })
  const backup = await fetch(`${server.url}/api/v1/backup`, { headers })
  expect([stream.status, backup.status]).toEqual([200, 200])
  const second = await fetch(`${server.url}/api/v1/backup`, { headers })
  expect(second.status).toBe(409)
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(
    'POST /ingest/generic HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{"ti',
  )
  // the server has read what was sent before it answers the next request
  await fetch(`${server.url}/healthz`)
  const begun = performance.now()
  await server.stop()
  expect(performance.now() - begun).toBeLessThan(5000)
  socket.destroy()
  await http.close()
  folder.remove()
}, 20_000)
