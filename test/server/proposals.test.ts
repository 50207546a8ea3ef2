/** Rules proposed from corrections, by the API: tried on the past, given as files, dismissed, in use. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { firing, startApp, type TestApp } from '../support/app.ts'
import { correctRacks } from '../support/correcting.ts'
import { until } from '../support/process.ts'

const PATH = '/api/v1/proposals'
const as = (actor: string) => ({ 'x-faultline-actor': actor })

let app: TestApp
let id = ''

beforeAll(async () => {
  app = await startApp()
  expect((await app.get(PATH)).body).toEqual({ items: [], total: 0, corrections: 0 })
  await correctRacks(app, ['ada', 'bo', 'ada'])
  id = (await app.get(PATH)).body.items[0]?.id
})
afterAll(() => app.stop())

const read = async () => (await app.get(`${PATH}/${id}`)).body

describe('a proposal', () => {
  it('says what it is, of whom, and what would be written', async () => {
    const { body } = await app.get(`${PATH}?state=open`)
    expect(body).toMatchObject({ total: 1, corrections: 3 })
    expect(body.items[0]).toMatchObject({
      ...{ state: 'open', relation: 'together', text: 'Disk and Latency belong together' },
      ...{ pack: 'correlate', weight: 3, incidents: 3, people: ['ada', 'bo'] },
      ...{ against: [], dismissed: null, backtest: null },
    })
    expect(body.items[0].corrections).toHaveLength(3)
    expect(body.items[0].corrections[0]).toMatchObject({ kind: 'merge', by: 'ada' })
    expect(parse(body.items[0].yaml)).toMatchObject([{ decide: 'group', by: ['rack'] }])
    expect((await app.get(`${PATH}/R-0`)).status).toBe(404)
  })

  it('is tried on the past with one request, and keeps what that came to', async () => {
    const started = await app.post(`${PATH}/${id}/backtest`, {}, as('bo'))
    expect(started.status).toBe(202)
    expect(started.body).toMatchObject({ by: 'bo', packs: [], set: {}, proposal: id })
    expect(started.body.rules).toEqual([(await read()).name])
    const days = (Date.parse(started.body.to) - Date.parse(started.body.from)) / 86_400_000
    expect(days).toBeLessThanOrEqual(30)
    const tried = await until('its end', 30_000, async () => {
      const { backtest } = await read()
      return backtest?.endedAt === null ? undefined : backtest
    })
    expect(tried).toMatchObject({
      ...{ id: started.body.id, state: 'done', isCurrent: true, failure: null },
      before: { score: { recall: 0 } },
      after: { score: { recall: 1 } },
    })
    const early = { from: '2026-01-02T00:00:00Z', to: '2026-01-01T00:00:00Z' }
    expect((await app.post(`${PATH}/${id}/backtest`, early)).status).toBe(400)
  })

  it('is given as the files of the folder, with the rule first and a case', async () => {
    const { body } = await app.get(`${PATH}/${id}/files`)
    const [pack, cases] = body.files
    expect([pack.name, cases.name]).toEqual(['correlate.yaml', 'correlate.test.yaml'])
    const { name } = await read()
    expect(parse(pack.text).rules[0]).toMatchObject({ name })
    expect(parse(pack.text).rules.length).toBeGreaterThan(1)
    expect(parse(cases.text).cases[0].expect).toEqual({
      incidents: [{ alerts: ['one', 'other'], by: `rule:${name}` }],
    })
    expect(body.case).toContain(name)
  })

  it('is dismissed with a reason, and restored', async () => {
    const dismissed = await app.post(`${PATH}/${id}/dismiss`, { reason: 'too wide' }, as('eve'))
    expect(dismissed.body).toMatchObject({
      state: 'dismissed',
      dismissed: { by: 'eve', reason: 'too wide' },
    })
    expect((await app.get(`${PATH}?state=open`)).body.items).toEqual([])
    expect((await app.post(`${PATH}/${id}/dismiss`, {})).status).toBe(409)
    expect((await app.post(`${PATH}/${id}/restore`, {})).body).toMatchObject({
      ...{ state: 'open', dismissed: null },
    })
    expect((await app.post(`${PATH}/${id}/restore`, {})).status).toBe(409)
    const last = app.journal.last()
    expect((await app.post(`${PATH}/R-0/dismiss`, {})).status).toBe(404)
    expect(app.journal.last()).toBe(last)
  })

  it('is in use once the rules in force say the same, whatever it is called there', async () => {
    const { yaml } = await read()
    const [rule] = parse(yaml)
    const packs = { correlate: { rules: [{ ...rule, name: 'racks', priority: 7 }] } }
    await app.deps.journey.submit((at, scope) => ({
      ...{ kind: 'rules', at, scope, version: 'r2', packs },
    }))
    expect(await read()).toMatchObject({ state: 'in_use' })
    await app.post('/ingest/generic', [
      firing('Disk', 'h9', { labels: { alertname: 'Disk', rack: 'r9' } }),
      firing('Latency', 's9', { labels: { alertname: 'Latency', rack: 'r9' } }),
    ])
    await app.settled()
    const { body } = await app.get('/api/v1/alerts?state=firing&q=rack=r9')
    expect(new Set(body.items.map(({ incident }: { incident: string }) => incident)).size).toBe(1)
  })
})
