/** The end of the whole program, in order and with a store that is away. */
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
