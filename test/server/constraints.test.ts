/** What corrections taught, by the API: listed with author and use, in pages, and taken back. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firing, startApp, type TestApp } from '../support/app.ts'
import { tieLater } from '../support/tied.ts'

let app: TestApp
const PATH = '/api/v1/constraints'
const as = (actor: string) => ({ 'x-faultline-actor': actor })
const titled = async (q: string) =>
  (await app.get(`/api/v1/incidents?status=provisional,open&q=${q}`)).body.items[0].id

beforeAll(async () => {
  app = await startApp()
  for (const name of ['Alpha', 'Beta', 'Gamma', 'Delta'])
    await app.post('/ingest/generic', firing(name, `${name}-1`, { severity: 'critical' }))
  await app.settled()
  const [alpha, beta, gamma, delta] = await Promise.all(
    ['alpha', 'beta', 'gamma', 'delta'].map(titled),
  )
  await app.post(`/api/v1/incidents/${alpha}/merge`, { from: [beta] }, as('ada'))
  const merged = await app.post(`/api/v1/incidents/${gamma}/merge`, { from: [delta] }, as('eve'))
  const { incident } = merged.body
  const { body } = await app.get(`/api/v1/incidents/${incident}`)
  const members = [body.alerts[0].key]
  await app.post(`/api/v1/incidents/${incident}/split`, { members }, as('eve'))
})
afterAll(() => app.stop())

interface Listed {
  readonly id: string
  readonly relation: string
  readonly by: string
}

const idsOf = (items: readonly Listed[]) => items.map(({ id }) => id)

describe('the list', () => {
  it('says who said what, from which correction, until when it holds', async () => {
    const { body } = await app.get(PATH)
    expect(idsOf(body.items)).toEqual(['L-3', 'L-2', 'L-1'])
    expect(body).toMatchObject({ total: 3, limits: { total: 1000, perPerson: 200 } })
    expect(body.items[2]).toMatchObject({
      ...{ relation: 'together', by: 'ada', used: 0, usedAt: null },
      text: expect.stringMatching(/^Alpha on .* and Beta on .* belong together$/),
      from: { kind: 'merge', incident: expect.stringMatching(/^INC-/) },
    })
    const { at, expiresAt } = body.items[0]
    expect(Date.parse(expiresAt) - Date.parse(at)).toBe(30 * 86_400_000)
  })

  it('comes in pages, by relation and by person', async () => {
    const first = (await app.get(`${PATH}?limit=2`)).body
    expect(idsOf(first.items)).toEqual(['L-3', 'L-2'])
    const second = (await app.get(`${PATH}?limit=2&cursor=${first.next}`)).body
    expect([idsOf(second.items), second.next]).toEqual([['L-1'], undefined])
    expect(idsOf((await app.get(`${PATH}?relation=apart`)).body.items)).toEqual(['L-3'])
    expect(idsOf((await app.get(`${PATH}?by=eve`)).body.items)).toEqual(['L-3', 'L-2'])
    expect((await app.get(`${PATH}?cursor=x`)).status).toBe(400)
  })
})

describe('taking back', () => {
  it('ends one, by whom is in the journal; what never was is not', async () => {
    const { status, body } = await app.post(`${PATH}/L-1/delete`, {}, as('bo'))
    expect([status, body.id]).toEqual([200, 'L-1'])
    expect(idsOf((await app.get(PATH)).body.items)).toEqual(['L-3', 'L-2'])
    const last = app.journal.last()
    const entries: unknown[] = []
    for await (const { entry } of app.journal.read(last)) entries.push(entry)
    const command = { do: 'constraint.remove', constraint: 'L-1' }
    expect(entries).toMatchObject([{ kind: 'command', actor: 'bo', command }])
    expect((await app.post(`${PATH}/L-1/delete`, {})).status).toBe(404)
    expect(app.journal.last()).toBe(last)
  })
})

describe('proposed regroupings', () => {
  const REGROUPINGS = '/api/v1/regroupings'
  const listed = async (query: string) => (await app.get(`${REGROUPINGS}?${query}`)).body

  it('say why, for either incident; taken, they are the command of a person', async () => {
    await tieLater(app)
    const { items, total } = await listed('kind=merge')
    expect(total).toBe(1)
    const [one] = items
    expect(one).toMatchObject({
      ...{ id: 'R-1', scope: 'default', state: 'open', reason: 'estate_changed', here: null },
      text: expect.stringContaining('by what the CMDB says now'),
      evidence: { method: 'score', best: expect.any(String), versions: expect.any(Object) },
      alerts: [{ title: 'Hot on tied-a' }, { title: 'Stuck on tied-b' }],
      dismissed: null,
    })
    for (const id of [one.incident.id, one.other.id])
      expect((await listed(`incident=${id}`)).total).toBe(1)
    for (const none of ['incident=INC-000001', 'scope=acme', 'kind=split', 'state=dismissed'])
      expect((await listed(none)).items).toEqual([])
    const no = await app.post(`${REGROUPINGS}/R-1/dismiss`, { reason: 'by chance' }, as('ada'))
    expect(no.body).toMatchObject({ state: 'dismissed', dismissed: { by: 'ada' } })
    expect((await app.post(`${REGROUPINGS}/R-1/dismiss`, {}, as('bo'))).status).toBe(409)
    expect((await listed('state=dismissed')).total).toBe(1)
    expect((await app.post(`${REGROUPINGS}/R-1/restore`)).body.state).toBe('open')
    const { body } = await app.post(`${REGROUPINGS}/R-1/accept`, undefined, as('ada'))
    expect(body.incident).toBe([one.incident.id, one.other.id].sort()[0])
    const last = app.journal.last()
    const entries: unknown[] = []
    for await (const { entry } of app.journal.read(last)) entries.push(entry)
    const command = { do: 'merge', incident: one.incident.id, from: [one.other.id] }
    expect(entries).toMatchObject([{ kind: 'command', actor: 'ada', command }])
    for (const verb of ['accept', 'restore'])
      expect((await app.post(`${REGROUPINGS}/R-1/${verb}`)).status).toBe(404)
    expect(app.journal.last()).toBe(last)
  })
})

describe('what begins together', () => {
  it('is listed once it was counted, each pair once, with what chance gives', async () => {
    const begin = () =>
      app.post('/ingest/generic', [firing('Slow', 'shop-1'), firing('Full', 'shop-1')])
    await begin()
    app.skip(10 * 60_000)
    await app.post('/ingest/generic', firing('Later', 'elsewhere-1'))
    await app.settled()
    const { body } = await app.get('/api/v1/co-occurrences?q=full')
    expect(body.items).toHaveLength(1)
    const [pair] = body.items
    const names = [pair.a.text, pair.b.text].map((text: string) => text.split(' ')[0]).sort()
    expect(names).toEqual(['Full', 'Slow'])
    expect(pair.n).toBeCloseTo(1, 1)
    expect(pair.adds).toBeCloseTo(Math.log((pair.n + 10) / (pair.expected + 10)), 9)
    expect((await app.get('/api/v1/co-occurrences?q=nothing')).body.items).toEqual([])
  })

  it('lists two that are far apart with their CIs, once it happened often', async () => {
    const both = (status: string) => [
      firing('Queue', 'mail-1', { status }),
      firing('Stall', 'pay-1', { status }),
    ]
    for (let n = 0; n < 5; n++) {
      await app.post('/ingest/generic', both('firing'))
      app.skip(30 * 60_000)
      await app.post('/ingest/generic', both('resolved'))
      app.skip(30 * 60_000)
    }
    await app.settled()
    const { body } = await app.get('/api/v1/co-occurrences?q=mail-1')
    expect(body.items).toHaveLength(1)
    const [pair] = body.items
    expect([pair.a.text, pair.b.text]).toEqual(['Queue on ~host=mail-1', 'Stall on ~host=pay-1'])
    expect([pair.a.place, pair.b.place]).toEqual(['~host=mail-1', '~host=pay-1'])
    expect(pair.n).toBeGreaterThan(3)
    expect((await app.get('/api/v1/co-occurrences?q=pay-2')).body.items).toEqual([])
  })
})
