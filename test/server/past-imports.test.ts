/** Past incidents from files: looked at, applied, found again, taken back, and there after a restart. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', {
    items: [{ id: 'host/db-1', class: 'host', name: 'db-1' }],
    relations: [],
  })
})
afterAll(() => app.stop())

const PATH = '/api/v1/past-incidents'
const HEAD =
  'number,short_description,state,priority,opened_at,resolved_at,cmdb_ci,assigned_to,close_notes'
const row = (n: number, title = 'Disk full on db-1', ci = 'db-1') =>
  `INC${n},${title},Closed,2 - High,2026-01-${10 + n} 02:00:00,2026-01-${10 + n} 03:00:00,${ci},Ann,Deleted logs`
const give = (rows: readonly string[], more: object = {}) =>
  app.post(`${PATH}/imports`, {
    ...{ source: 'desk', format: 'servicenow', address: 'https://acme.service-now.com/' },
    files: [{ name: 'incidents.csv', text: [HEAD, ...rows].join('\n') }],
    ...more,
  })
const all = [0, 1, 2, 3].map((n) => row(n))

describe('an import of past incidents', () => {
  it('is looked at first, then applied, and changes nothing the second time', async () => {
    const odd = 'INC9,Odd,Closed,2 - High,yesterday,2026-01-10 03:00:00,,,'
    const given = [...all, row(5, 'Mail is slow', 'mail-9'), odd]
    const looked = await give(given, { dryRun: true })
    expect(looked.body).toMatchObject({
      ...{ state: 'planned', id: null },
      counts: { added: 5, changed: 0, same: 0, bound: 4, unbound: 1, unnamed: 0, bad: 1 },
      unbound: [{ name: 'mail-9', count: 1 }],
      bad: [{ where: 'incidents.csv row 7', field: 'opened' }],
    })
    expect((await app.get(`${PATH}/imports`)).body).toEqual({ items: [], kept: 0 })
    const { body: done } = await give(given)
    expect(done.state).toBe('applied')
    const { offset } = app.journey.engine.state
    expect((await give(given)).body).toMatchObject({ id: null, counts: { added: 0, same: 5 } })
    expect(app.journey.engine.state.offset).toBe(offset)
    const { body: runs } = await app.get(`${PATH}/imports`)
    expect(runs).toMatchObject({ kept: 5, items: [{ id: done.id, by: 'admin', undoable: true }] })
  })

  it('is read one by one, and is no incident of Faultline', async () => {
    const { body } = await app.get(`${PATH}/${encodeURIComponent('desk:INC1')}`)
    expect(body).toMatchObject({
      ...{ number: 'INC1', ci: 'host/db-1', resolver: 'Ann', resolution: 'Deleted logs' },
      url: 'https://acme.service-now.com/incident.do?sysparm_query=number=INC1',
      openedAt: '2026-01-11T02:00:00.000Z',
    })
    expect((await app.get('/api/v1/incidents')).body.items).toEqual([])
    expect((await app.get('/api/v1/incidents/desk:INC1')).status).toBe(404)
    expect((await app.get(`${PATH}/desk:none`)).status).toBe(404)
  })

  it('is found by an incident that is like it', async () => {
    await app.post('/ingest/generic', {
      ...{ title: 'Disk full on db-1', status: 'firing', severity: 'critical' },
      labels: { alertname: 'DiskFull', host: 'db-1' },
    })
    const similar = async () => {
      const [one] = (await app.get('/api/v1/incidents')).body.items
      return one === undefined ? [] : (await app.get(`/api/v1/incidents/${one.id}`)).body.similar
    }
    await expect.poll(similar).toHaveLength(4)
    const [best] = await similar()
    expect(best).toMatchObject({
      ...{ incident: 'desk:INC3', resolution: 'Deleted logs' },
      imported: { number: 'INC3', resolver: 'Ann', resolvedAt: '2026-01-13T03:00:00.000Z' },
    })
  })

  it('updates, and is taken back', async () => {
    const later = await give([row(0, 'Disk almost full on db-1'), row(6)])
    expect(later.body.counts).toMatchObject({ added: 1, changed: 1 })
    expect(later.body.changed).toMatchObject([{ number: 'INC0', changed: ['title'] }])
    const [newest, first] = (await app.get(`${PATH}/imports`)).body.items
    expect((await app.post(`${PATH}/imports/${first.id}/undo`)).status).toBe(409)
    const { body } = await app.post(`${PATH}/imports/${newest.id}/undo`)
    expect(body).toMatchObject({
      kept: 5,
      items: [{ undoes: newest.id, counts: { removed: 1 } }, {}, {}],
    })
    expect((await app.get(`${PATH}/desk:INC0`)).body.title).toBe('Disk full on db-1')
    expect((await app.get(`${PATH}/desk:INC6`)).status).toBe(404)
    expect((await app.post(`${PATH}/imports/${newest.id}/undo`)).status).toBe(409)
    expect((await app.post(`${PATH}/imports/none/undo`)).status).toBe(404)
  })

  it('is refused by format, name, scope, address and column', async () => {
    const wrong = [
      ...[{ format: 'word' }, { source: '/x' }, { scope: 'a b' }, { address: 'ftp://x' }],
      { columns: { nothing: 'x' } },
    ]
    for (const more of wrong) expect((await give(all, more)).status).toBe(400)
  })

  it('takes nothing that the same source has in another scope', async () => {
    const { status, body } = await give([row(1)], { scope: 'tenant-b' })
    expect(status).toBe(409)
    expect(body.detail).toContain('is in another scope')
    expect((await give([row(1)], { scope: 'tenant-b', source: 'desk-b' })).status).toBe(200)
  })

  it('says what lies in the future', async () => {
    const { body } = await give(['INC7,Later,Closed,2,2026-01-01,2099-01-01,,,'], { dryRun: true })
    expect(body.bad).toEqual([{ where: 'INC7', field: 'resolved', error: 'lies in the future' }])
  })

  it('lists its formats', async () => {
    const { items } = (await app.get(`${PATH}/formats`)).body
    expect(items.map(({ id }: { readonly id: string }) => id)).toEqual([
      'csv',
      'servicenow',
      'jira',
      'freshservice',
      'solarwinds',
    ])
  })
})
