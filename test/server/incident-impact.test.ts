import { afterAll, beforeAll, expect, it } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'

const service = (id: string, criticality: number) => ({
  ...{ id: `svc:${id}`, class: 'service', name: id, criticality, owner: `team-${id}` },
})
const ESTATE = {
  items: [
    service('web', 2),
    service('checkout', 1),
    service('payments', 3),
    { id: 'db', class: 'database', name: 'db' },
  ],
  relations: [
    { from: 'svc:web', type: 'depends_on', to: 'svc:checkout' },
    { from: 'svc:checkout', type: 'depends_on', to: 'svc:payments' },
    { from: 'svc:payments', type: 'depends_on', to: 'db' },
  ],
}

let app: TestApp

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', ESTATE)
})
afterAll(() => app.stop())

const alert = (status: string, severity: string, host: string) => ({
  ...{ title: `${host} fails`, status, severity, labels: { alertname: 'Fails', host } },
})

it('says which services are hurt and how, follows the alerts, and keeps it when they are over', async () => {
  await app.post('/ingest/generic', alert('firing', 'critical', 'db'))
  await app.settled()
  const [summary] = (await app.get('/api/v1/incidents?q=fails')).body.items
  expect(summary.hurts).toEqual({
    now: 1,
    downstream: 2,
    text: 'payments (medium), 2 downstream',
  })
  const impact = async () => (await app.get(`/api/v1/incidents/${summary.id}/impact`)).body
  const first = await impact()
  expect(first).toMatchObject({ known: true, nowCount: 1, downstreamCount: 2, cut: false })
  expect(first.owners).toEqual(['team-checkout', 'team-payments', 'team-web'])
  expect(first.downstream.map(({ name }: { name: string }) => name)).toEqual(['checkout', 'web'])
  expect(first.now[0]).toMatchObject({
    ...{ ci: 'svc:payments', inCmdb: true, hops: 1, recovered: false },
    path: [
      { ci: 'db', name: 'db' },
      { ci: 'svc:payments', name: 'payments' },
    ],
  })

  await app.post(`/api/v1/incidents/${summary.id}/confirm-cause`, { ci: 'svc:checkout' })
  await app.settled()
  const confirmed = await impact()
  expect(confirmed.now.map(({ name }: { name: string }) => name)).toEqual([
    ...['checkout', 'web', 'payments'],
  ])

  await app.post('/ingest/generic', alert('resolved', 'critical', 'db'))
  await app.settled()
  const over = await impact()
  expect(over.nowCount).toBe(3)
  expect(over.now.map(({ recovered }: { recovered: boolean }) => recovered)).toEqual([
    ...[true, true, true],
  ])
})

it('is 404 for an incident that does not exist', async () => {
  expect((await app.get('/api/v1/incidents/INC-999999/impact')).status).toBe(404)
})
