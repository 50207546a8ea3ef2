/** Tenants beside each other: what lists, filters and commands make of correlation scopes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../../src/core/engine/engine.ts'
import type { JournalRecord } from '../../src/core/entry.ts'
import { decode } from '../../src/journey.ts'
import { CMDB, firing, startApp, type TestApp } from '../support/app.ts'
import { digest } from '../support/engine-digest.ts'

let app: TestApp

const of = (tenant: string) => ({ labels: { alertname: 'DiskFull', host: 'db-1', tenant } })

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
  await app.deps.journey.submit((at, scope) => ({
    ...{ kind: 'rules', at, scope, version: 'scoped' },
    packs: { correlate: { scope: ['tenant'] } },
  }))
  await app.post('/ingest/generic', [
    firing('DiskFull', 'db-1', of('acme corp')),
    firing('DiskFull', 'db-1', of('umbrella')),
    firing('DiskFull', 'db-1'),
  ])
  await app.settled()
})
afterAll(() => app.stop())

const idsOf = async (query: string): Promise<string[]> =>
  (await app.get(`/api/v1/incidents${query}`)).body.items.map(({ id }: { id: string }) => id).sort()

describe('incidents of several scopes', () => {
  it('are told apart by their ids, which fit into addresses', async () => {
    expect(await idsOf('')).toEqual([
      'INC-000001',
      'acme~20-corp-INC-000001',
      'umbrella-INC-000001',
    ])
    const { body } = await app.get('/api/v1/incidents/acme~20-corp-INC-000001')
    expect([body.scope, body.alertCount]).toEqual(['acme~20-corp', 1])
  })

  it('are filtered and counted by scope', async () => {
    expect(await idsOf('?scope=umbrella')).toEqual(['umbrella-INC-000001'])
    expect(await idsOf('?scope=umbrella&scope=default')).toHaveLength(2)
    const { body } = await app.get('/api/v1/incidents/facets?scope=umbrella')
    expect(body.total).toBe(1)
    const facet = body.facets.find(({ name }: { name: string }) => name === 'scope')
    expect(facet.values).toEqual([
      { value: 'acme~20-corp', count: 1, name: null },
      { value: 'default', count: 1, name: null },
      { value: 'umbrella', count: 1, name: null },
    ])
  })

  it('are not merged', async () => {
    const { status, body } = await app.post('/api/v1/incidents/INC-000001/merge', {
      from: ['umbrella-INC-000001'],
    })
    expect([status, body.reason ?? body.code]).toEqual([409, 'other_scope'])
    expect(body.detail).toContain('different scopes')
  })

  it('are told apart in the journal: an entry of a body for each, one after the other', async () => {
    const bad = { ...firing('DiskFull', 'db-1', of('umbrella')), status: 'perhaps' }
    const { status, body } = await app.post('/ingest/generic', [
      firing('DiskFull', 'db-2', of('umbrella')),
      firing('DiskFull', 'db-2'),
      bad,
    ])
    expect([status, body.accepted]).toEqual([202, 2])
    expect(body.rejected).toEqual([{ index: 2, pointer: '#/2/status', reason: expect.any(String) }])
    await app.settled()
    const records: JournalRecord[] = []
    for await (const record of app.journal.read(1)) records.push(record)
    const parts = records.filter(
      ({ entry }) => entry.kind === 'received' && entry.receipt === body.receipt,
    )
    expect(parts.map(({ entry }) => [entry.scope, 'part' in entry && entry.part])).toEqual([
      ['default', { items: [1] }],
      ['umbrella', { items: [0, 2] }],
    ])
    expect((parts[1]?.offset ?? 0) - (parts[0]?.offset ?? 0)).toBe(1)
    const engine = new Engine()
    for (const record of records) engine.apply(record, decode(record.entry, engine.state.rules))
    expect(digest(engine)).toBe(digest(app.journey.engine))
    const letters = await app.get(`/api/v1/dead-letters?receipt=${body.receipt}`)
    expect(letters.body.items).toMatchObject([{ id: `${body.receipt}.2`, pointer: '#/1/status' }])
  })

  it('have dead letters of their own, which are replayed with their own part of the body', async () => {
    const bad = (tenant?: string) => ({
      ...firing('DiskFull', 'db-3', tenant === undefined ? {} : of(tenant)),
      status: 'perhaps',
    })
    const posted = await app.post('/ingest/generic', [bad('acme corp'), bad('umbrella'), bad()])
    expect(posted.status).toBe(400)
    const { receipt } = posted.body
    await app.settled()
    const lettersOf = async (query: string) =>
      (await app.get(`/api/v1/dead-letters?receipt=${receipt}${query}`)).body.items
    const [letter] = await lettersOf('&scope=acme~20-corp')
    expect(letter).toMatchObject({ id: `${receipt}.0`, scope: 'acme~20-corp' })
    expect(JSON.parse(letter.bodyStart)).toEqual([bad('acme corp')])
    const { groups } = (await app.get('/api/v1/dead-letters')).body
    expect(groups).toContainEqual({ source: 'generic', scope: 'default', step: 'parse', count: 1 })
    const mended = JSON.stringify([firing('DiskFull', 'db-3', of('acme corp'))])
    await app.post(`/api/v1/dead-letters/${receipt}.0/replay`, { body: mended })
    expect(await lettersOf('&scope=acme~20-corp')).toEqual([])
    expect(await lettersOf('')).toHaveLength(2)
    const all = await app.post('/api/v1/dead-letters/replay', { scope: 'umbrella' })
    expect(all.body).toMatchObject({ bodies: 2, rejected: 2 })
    await app.settled()
    await app.post('/api/v1/dead-letters/discard', { scope: 'umbrella' })
    expect((await app.get('/api/v1/dead-letters?scope=umbrella')).body.items).toEqual([])
    expect(await lettersOf('&scope=default')).toHaveLength(1)
  })

  it('have alerts that are listed and counted by scope', async () => {
    const { body } = await app.get('/api/v1/alerts?scope=acme~20-corp')
    expect(body.items).toMatchObject([{ scope: 'acme~20-corp', rule: 'DiskFull' }])
    const facets = (await app.get('/api/v1/alerts/facets?scope=acme~20-corp')).body
    expect(facets.total).toBe(1)
    expect(facets.scopes).toContainEqual({ value: 'default', count: 2 })
  })

  it('are explained in the settings', async () => {
    const { body } = await app.get('/api/v1/settings')
    expect(body.rules.scope).toEqual(['tenant'])
  })
})

describe('dead letters', () => {
  it('of a body that could not be cut are replayed together, and posted again once', async () => {
    const bad = (tenant: string) => ({
      ...firing('Uncut', 'db-4', of(tenant)),
      status: 'perhaps',
    })
    // its end may be that of either, so the items stay together
    const whole = [
      firing('Uncut', 'db-5', { ...of('acme'), dedupKey: 'one' }),
      firing('Uncut', 'db-5', { ...of('umbrella'), dedupKey: 'one' }),
      firing('Uncut', 'db-5', { status: 'resolved', dedupKey: 'one' }),
      bad('acme'),
      bad('umbrella'),
    ]
    const { body: first } = await app.post('/ingest/generic', whole)
    await app.settled()
    const lettersOf = async (receipt: string, state: string) =>
      (await app.get(`/api/v1/dead-letters?receipt=${receipt}&state=${state}`)).body.items
    const open = await lettersOf(first.receipt, 'open')
    expect(open.map(({ scope }: { scope: string }) => scope).sort()).toEqual(['acme', 'umbrella'])
    for (const { bodyStart } of open) expect(JSON.parse(bodyStart)).toEqual(whole)
    const { body: again } = await app.post(`/api/v1/dead-letters/${open[0].id}/replay`, {})
    expect([again.accepted, again.rejected.length]).toEqual([3, 2])
    await app.settled()
    expect(await lettersOf(first.receipt, 'open')).toEqual([])
    expect(await lettersOf(first.receipt, 'replayed')).toHaveLength(2)
    expect(await lettersOf(again.receipt, 'open')).toHaveLength(2)

    const others = (await app.get('/api/v1/dead-letters?source=generic')).body.items
    const before = others.length - 2
    const { body: all } = await app.post('/api/v1/dead-letters/replay', { source: 'generic' })
    expect(await lettersOf(again.receipt, 'replayed')).toHaveLength(2)
    const counts = { bodies: all.bodies, rejected: all.rejected }
    expect(counts).toEqual({ bodies: before + 1, rejected: before + 2 })
    await app.settled()
    await app.post('/api/v1/dead-letters/discard', {})
  })
})

describe('what was learned, and storms', () => {
  const listOf = async (path: string) => (await app.get(`/api/v1/${path}`)).body
  const scopesOf = ({ items }: { items: readonly { scope: string }[] }) => [
    ...new Set(items.map(({ scope }) => scope)),
  ]

  it('are listed by scope, with how many each has', async () => {
    for (const id of ['INC-000001', 'umbrella-INC-000001'])
      expect((await app.post(`/api/v1/incidents/${id}/dismiss`, {})).status).toBe(200)
    const all = await listOf('constraints')
    expect(scopesOf(all).sort()).toEqual(['default', 'umbrella'])
    const counted = all.scopes.map(({ scope }: { scope: string }) => scope)
    expect(counted).toEqual(['default', 'umbrella'])
    const own = await listOf('constraints?scope=umbrella')
    expect([scopesOf(own), own.total, own.scopes]).toEqual([['umbrella'], 1, all.scopes])
    expect((await listOf('constraints?scope=umbrella&scope=default')).total).toBe(all.total)

    const many = Array.from({ length: 150 }, (_, at) =>
      firing('Burst', `b-${at}`, {
        labels: { alertname: 'Burst', host: `b-${at}`, tenant: 'wide' },
      }),
    )
    await app.post('/ingest/generic', many)
    await app.settled()
    expect(scopesOf(await listOf('storms?scope=wide'))).toEqual(['wide'])
    expect(await listOf('storms?scope=umbrella')).toMatchObject({
      ...{ items: [], scopes: [{ scope: 'wide', count: 1 }] },
    })
    for (const path of ['proposals', 'co-occurrences'])
      expect(await listOf(`${path}?scope=umbrella`)).toMatchObject({ items: [], scopes: [] })
  })
})
