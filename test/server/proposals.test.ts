/** What is proposed from corrections, by the API: tried on the past, taken, dismissed, in use, undone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { firing, startApp, type TestApp } from '../support/app.ts'
import { correctNear, correctRacks, nearPair } from '../support/correcting.ts'
import { until } from '../support/process.ts'

const PATH = '/api/v1/proposals'
const as = (actor: string) => ({ 'x-faultline-actor': actor })

let app: TestApp
let id = ''

const read = async () => (await app.get(`${PATH}/${id}`)).body

describe('a proposal', () => {
  beforeAll(async () => {
    app = await startApp()
    expect((await app.get(PATH)).body).toEqual({ items: [], total: 0, corrections: 0, scopes: [] })
    await correctRacks(app, ['ada', 'bo', 'ada'])
    id = (await app.get(PATH)).body.items[0]?.id
  })
  afterAll(() => app.stop())

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

  it('is a rule, and so put in force by its files alone', async () => {
    expect((await app.post(`${PATH}/${id}/accept`, {})).status).toBe(409)
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

describe('proposed weights', () => {
  let own: TestApp
  let weights = ''
  beforeAll(async () => {
    own = await startApp()
    await own.post('/ingest/generic', firing('Begin', 'clock'))
    await own.settled()
    own.skip(12_000_000)
    await correctNear(own, ['ada', 'bo', 'cy'])
    const { body } = await own.get(`${PATH}?state=open`)
    weights = body.items.find(({ kind }: { kind: string }) => kind === 'weights')?.id
  })
  afterAll(() => own.stop())

  const one = async () => (await own.get(`${PATH}/${weights}`)).body

  it('say which change by how much, of whom, and how many links they get right', async () => {
    expect(await one()).toMatchObject({
      ...{ kind: 'weights', state: 'open', scope: 'default', version: null, incidents: 3 },
      ...{ people: ['cy', 'bo', 'ada'], links: { of: 3, before: 0, after: 3 }, against: [] },
    })
    expect((await one()).changes[0]).toMatchObject({ from: 1 })
    expect((await own.get(`${PATH}/${weights}/files`)).status).toBe(409)
  })

  it('are tried on the past with one request', async () => {
    const started = await own.post(`${PATH}/${weights}/backtest`, {})
    const { changes } = await one()
    expect(started.body).toMatchObject({ weights: { scope: 'default', changes }, rules: [] })
    const tried = await until('its end', 30_000, async () => {
      const { backtest } = await one()
      return backtest?.endedAt === null ? undefined : backtest
    })
    expect(tried).toMatchObject({
      ...{ state: 'done', isCurrent: true, failure: null },
      before: { score: { recall: 0 } },
      after: { score: { recall: 1 } },
    })
  })

  it('are accepted as they were read, for what begins from then on, and undone', async () => {
    const { changes } = await one()
    const others = [{ ...changes[0], to: 1.01 }]
    expect((await own.post(`${PATH}/${weights}/accept`, { changes: others })).status).toBe(409)
    expect(await nearPair(own, 11)).toHaveLength(2)
    const accepted = await own.post(`${PATH}/${weights}/accept`, { changes }, as('di'))
    expect(accepted.body).toMatchObject({ id: 'W-1', state: 'in_force', by: 'di', changes })
    expect(await nearPair(own, 12)).toHaveLength(1)
    expect((await own.get('/api/v1/weights')).body.items).toMatchObject([{ id: 'W-1' }])
    const undone = await own.post('/api/v1/weights/W-1/undo', {}, as('ed'))
    expect(undone.body).toMatchObject({ state: 'undone', undone: { by: 'ed' } })
    expect((await own.post('/api/v1/weights/W-1/undo', {})).status).toBe(409)
    expect((await own.post('/api/v1/weights/W-7/undo', {})).status).toBe(404)
    expect(await nearPair(own, 13)).toHaveLength(2)
    expect((await own.post(`${PATH}/${weights}/dismiss`, {})).body).toMatchObject({
      ...{ state: 'dismissed', kind: 'weights' },
    })
  })
})
