import { afterAll, beforeAll, expect, it } from 'vitest'
import { firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app.stop())

async function metric(name: string): Promise<number | undefined> {
  const { body, headers } = await app.get('/metrics')
  expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  expect(body.endsWith('\n')).toBe(true)
  const line = String(body)
    .split('\n')
    .find((one) => one.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.split(' ').at(-1))
}

it('counts the engine holds are right when they are read', async () => {
  await app.post('/ingest/generic', [firing('DiskFull', 'db-1'), firing('Other', 'web-1')])
  await app.post('/ingest/generic', firing('Other', 'web-1', { status: 'resolved' }))
  await app.settled()
  expect(await metric('faultline_alerts{state="firing"}')).toBe(1)
  expect(await metric('faultline_alerts{state="resolved"}')).toBe(1)
  const { state } = app.journey.engine
  for (const status of ['provisional', 'open', 'resolved', 'closed', 'merged'] as const) {
    let sum = 0
    for (const priority of [1, 2, 3, 4, 5]) {
      sum += (await metric(`faultline_incidents{status="${status}",priority="${priority}"}`)) ?? 0
    }
    const held = [...state.incidents.values()].filter((one) => one.status === status)
    expect(`${status} ${sum}`).toBe(`${status} ${held.length}`)
  }
  expect(await metric('faultline_fold_lag_entries')).toBe(0)
  expect(await metric('faultline_records_backlog_rows')).toBe(0)
  expect(await metric('faultline_ingest_duration_seconds_count{source="generic"}')).toBe(2)
})

it('are measured by the template of a route, never by what a client makes up', async () => {
  for (const id of ['INC-000001', 'nothing', 'ünusual']) {
    await app.get(`/api/v1/incidents/${encodeURIComponent(id)}`)
  }
  await app.get('/made/up/by/someone')
  await app.get('/api/v1/made-up')
  await app.request('/ingest/made-up', { method: 'POST', body: '{}' })
  await app.request('/healthz', { method: 'PROPFIND' })
  const { body } = await app.get('/metrics')
  const routes = [...String(body).matchAll(/http_request_duration_seconds_count\{(.*?)\}/g)].map(
    ([, labels]) => labels,
  )
  expect(routes).toContain('method="GET",route="/api/v1/incidents/:id",code="200"')
  expect(routes).toContain('method="GET",route="/api/v1/incidents/:id",code="404"')
  expect(routes).toContain('method="POST",route="/ingest/:source",code="404"')
  expect(routes).toContain('method="GET",route="other",code="404"')
  expect(routes).toContain('method="other",route="other",code="404"')
  expect(String(body)).not.toMatch(/made|nusual|PROPFIND/)
})
