/** Backtests over the API: beside live traffic, from the journal and its snapshots. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBacktests } from '../../src/backtests.ts'
import { createSnapshots } from '../../src/jobs/snapshots.ts'
import { systemClock } from '../../src/notify/clock.ts'
import { shippedRules } from '../../src/paths.ts'
import type { Backtest } from '../../src/server/deps.ts'
import { putBacktest, readBacktests } from '../../src/store/backtests.ts'
import { beginSnapshot } from '../../src/store/snapshots.ts'
import { firing, startApp, type TestApp } from '../support/app.ts'
import { until } from '../support/process.ts'

const TEAM = `
rules:
  - name: team
    when: ['team="shop"']
    decide: group
    by: [team]
`

let app: TestApp

beforeEach(async () => {
  app = await startApp()
})
afterEach(() => app.stop())

const fire = (host: string) =>
  app.post('/ingest/generic', {
    ...firing(host, host),
    labels: { alertname: host, host, team: 'shop' },
  })

const range = () => ({
  from: new Date(Date.now() - 3_600_000).toISOString(),
  to: new Date(Date.now() + 3_600_000).toISOString(),
})

/** Looks until it has ended. */
const ended = (id: string) =>
  until(`the end of ${id}`, 30_000, async () => {
    const { body } = await app.get(`/api/v1/backtests/${id}`)
    return body.endedAt === null ? undefined : body
  })

async function run(body: object) {
  const started = await app.post('/api/v1/backtests', body)
  expect(`${started.status} ${started.body.detail ?? ''}`).toBe('202 ')
  return ended(started.body.id)
}

describe('a backtest', () => {
  it('tells what other packs had made of the past, with what people corrected', async () => {
    for (const host of ['db-1', 'web-9']) await fire(host)
    await app.settled()
    await app.post(
      '/api/v1/incidents/INC-000001/merge',
      { from: ['INC-000002'] },
      { 'x-faultline-actor': 'ada' },
    )
    const done = await run({ ...range(), packs: { correlate: TEAM } })
    expect(done).toMatchObject({ state: 'done', failure: null, packs: ['correlate'] })
    expect(done.done).toBe(done.total)
    const { before, after, totals, people } = done.report
    expect(totals).toMatchObject({ kept: 1, merged: 0, split: 0 })
    expect(people).toMatchObject({ given: 1, held: 1, notCarried: 0 })
    expect(before.score).toMatchObject({ recall: 0 })
    expect(after.score).toMatchObject({ recall: 1 })
    const { body } = await app.get('/api/v1/backtests')
    expect(body.items).toMatchObject([{ id: done.id, state: 'done', by: expect.any(String) }])
    expect(Date.parse(body.earliest)).toBeLessThan(Date.now())
  })

  it('begins with the snapshot before its range, once the journal has been trimmed', async () => {
    const { journey, store, records, metrics } = app.deps
    const onError = (cause: unknown): never => {
      throw cause
    }
    for (const host of ['db-1', 'web-9']) await fire(host)
    await app.settled()
    const snapshots = createSnapshots({
      ...{ journey, store, records, metrics, clock: systemClock, onError },
    })
    const report = await snapshots.take()
    const from = new Date(Date.now() + 60_000).toISOString()
    app.skip(120_000)
    await fire('cache-3')
    await app.settled()
    await store.exec(
      'test.trim',
      `ALTER TABLE journal DELETE WHERE offset <= ${report?.offset}
      SETTINGS mutations_sync = 2`,
    )
    const done = await run({ ...range(), from, packs: { correlate: TEAM } })
    expect(done).toMatchObject({ state: 'done', failure: null })
    expect(done.report.before).toMatchObject({ alerts: 1, opened: 1 })
    expect(done.report.totals).toMatchObject({ kept: 3 })
    const late = await run({
      ...range(),
      from: '2020-01-01T00:00:00Z',
      set: { 'correlate.gap': '1m' },
    })
    expect(late).toMatchObject({ state: 'done' })
    await store.exec(
      'test.forget',
      'ALTER TABLE snapshots DELETE WHERE 1 SETTINGS mutations_sync = 2',
    )
    const gone = await run({ ...range(), set: { 'correlate.gap': '1m' } })
    expect(gone).toMatchObject({ state: 'failed', report: null })
    expect(gone.failure).toMatch(/no longer holds this range/)
  })

  it.each([
    ['nothing to try', {}, /give packs or settings/],
    ['a setting that is none', { set: { 'correlate.gop': 1 } }, /gop/],
    ['what is no YAML', { packs: { correlate: 'a: [' } }, /correlate/],
    ['a pack that is none', { packs: { nonsense: '' } }, /nonsense|invalid/i],
    [
      'a range that ends first',
      { set: { 'correlate.gap': '1m' }, to: '2020-01-01T00:00:00Z' },
      /ends before/,
    ],
  ])('is refused with %s', async (_name, more, expected) => {
    const { status, body } = await app.post('/api/v1/backtests', { ...range(), ...more })
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toMatch(expected)
  })

  it('fails with a reason where nothing happened in its range', async () => {
    const far = { from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' }
    const failed = await run({ ...far, set: { 'correlate.gap': '1m' } })
    expect(failed).toMatchObject({
      state: 'failed',
      failure: /nothing in this range/,
      report: null,
    })
  })

  it('passes over a snapshot of a format that this version does not read', async () => {
    await fire('db-1')
    await app.settled()
    const writer = await beginSnapshot(app.deps.store, 1)
    await writer.chunk('state', JSON.stringify({ format: 1 }))
    await writer.finish()
    const from = new Date(Date.now() + 60_000).toISOString()
    app.skip(120_000)
    await fire('web-9')
    await app.settled()
    const done = await run({ ...range(), from, set: { 'correlate.gap': '1m' } })
    expect(done).toMatchObject({ state: 'done', failure: null })
    expect(done.report.totals).toMatchObject({ kept: 2 })
  })

  it('is cancelled, then forgotten', async () => {
    await fire('db-1')
    const set = { 'correlate.gap': '1m' }
    const ids: string[] = []
    for (let n = 0; n < 3; n++)
      ids.push((await app.post('/api/v1/backtests', { ...range(), set })).body.id)
    const last = `/api/v1/backtests/${ids[2]}`
    const remove = () => app.request(last, { method: 'DELETE' })
    expect(await (await remove()).json()).toMatchObject({ state: 'cancelled', report: null })
    expect((await remove()).status).toBe(200)
    expect((await app.get(last)).status).toBe(404)
    for (const id of ids.slice(0, 2)) expect(await ended(id)).toMatchObject({ state: 'done' })
  })

  it('gives the packs to begin with', async () => {
    const { body } = await app.get('/api/v1/backtests/packs')
    expect(body.packs.correlate).toMatch(/^#|rules:/m)
  })
})

describe('what is kept', () => {
  const again = () => {
    const { store, journal, clock, log } = { ...app.deps, journal: app.journal }
    return openBacktests({ store, journal, clock, log, folder: shippedRules() })
  }
  const view = (n: number, more: Partial<Backtest> = {}): Backtest => ({
    ...{ id: `BT-${n}`, by: 'ada', state: 'done', createdAt: n, startedAt: n, endedAt: n },
    asked: { from: 0, to: 1, change: { base: 'recorded', packs: {}, set: {} } },
    ...{ done: 1, total: 1, failure: null, report: null },
    ...more,
  })

  it('outlives a restart, with its report; numbers are not given twice', async () => {
    await fire('db-1')
    await app.settled()
    const set = { 'correlate.gap': '1m' }
    const done = await run({ ...range(), set })
    const forgotten = await run({ ...range(), set })
    await app.request(`/api/v1/backtests/${forgotten.id}`, { method: 'DELETE' })
    await until('what is stored', 10_000, async () => {
      const { items } = await readBacktests<{ number: number; version: number; view: Backtest }>(
        app.deps.store,
      )
      return items.length === 1 && items[0]?.view.endedAt != null ? true : undefined
    })
    const restarted = await again()
    expect(restarted.list().map(({ id }) => id)).toEqual([done.id])
    expect(restarted.find(done.id)).toEqual(app.deps.backtests?.find(done.id))
    expect(restarted.find(done.id)?.report?.before.alerts).toBe(1)
    const asked = { from: 0, to: Date.now(), change: { base: 'recorded', packs: {}, set } } as const
    expect(restarted.start('bo', asked).id).toBe('BT-3')
    await restarted.stop()
  })

  it('says of one that a crash cut short that it failed', async () => {
    const running = view(4, { state: 'running', endedAt: null })
    await putBacktest(app.deps.store, { number: 4, version: 1, view: running })
    const restarted = await again()
    await restarted.stop()
    expect((await again()).find('BT-4')).toMatchObject({
      ...{ state: 'failed', failure: 'the server stopped before it ended' },
    })
  })

  it('is the newest 20, those of proposed rules before all others', async () => {
    const { store } = app.deps
    for (let n = 1; n <= 22; n++) {
      const { asked } = view(n)
      const more = n < 3 ? { asked: { ...asked, proposal: 'R-1' } } : {}
      await putBacktest(store, { number: n, version: 1, view: view(n, more) })
    }
    const restarted = await again()
    restarted.start('bo', view(0).asked)
    await restarted.stop()
    const kept = (await again()).list().map(({ id }) => id)
    expect(kept).toHaveLength(20)
    expect(kept).toContain('BT-2')
    expect(kept).not.toContain('BT-1')
    expect([kept[0], kept.at(-2)]).toEqual(['BT-23', 'BT-5'])
  })
})
