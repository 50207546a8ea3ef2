/** Changes that are pulled from a service desk: each told once, bound by its key, planned, and shown. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChangePulls } from '../../src/change-pulls.ts'
import { PULL_LIMITS, type PullHttp, type PullRequest } from '../../src/cmdb/pull/http.ts'
import { AppError } from '../../src/core/errors.ts'
import { MINUTE } from '../../src/core/time.ts'
import { startApp, type TestApp } from '../support/app.ts'

const SOURCES = '/api/v1/changes/sources'
const settings = { url: 'http://desk.test', tokenVariable: 'SW' }
const about = { from: 'solarwinds', everyMinutes: 10, settings }
const sources = [
  { ...about, source: 'desk', cmdb: 'sheet', labels: { site: 'north' } },
  { ...about, source: 'other', idPrefix: 'b-', labels: { site: 'south' } },
  {
    ...{ source: 'jira', from: 'jira', everyMinutes: 10, labels: {} },
    settings: {
      ...{ url: 'http://jira.test', emailVariable: 'SW', tokenVariable: 'SW' },
      jql: 'project = CHG AND status != Canceled',
    },
  },
  { ...about, source: 'closed', labels: {}, settings: { ...settings, tokenVariable: 'NONE' } },
]
/** What the desk answers to the next pull. */
let rows: readonly object[] = []
const FIELDS = ['Planned start', 'Planned end', 'Affected services'].map((name) => ({
  ...{ id: name.toLowerCase(), name },
}))

function answerTo({ url, body }: PullRequest): unknown {
  const { host, pathname } = new URL(url)
  if (host === 'desk.test') return rows
  if (pathname === '/rest/api/3/field') return FIELDS
  expect(pathname).toBe('/rest/api/3/search/jql')
  expect(JSON.parse(body ?? '').jql).toBe(
    '(project = CHG AND status != Canceled) AND (updated >= -14d OR statusCategory != Done) ORDER BY key',
  )
  return { issues: rows, isLast: true }
}

const http: PullHttp = {
  limits: PULL_LIMITS,
  credential: (variable) => {
    if (variable === 'SW') return 'not-to-be-told'
    throw new AppError('payload_invalid', `environment variable ${variable} is not set`)
  },
  json: async (request) => ({
    ...{ status: 200, next: undefined, body: answerTo(request), digest: request.url },
    header: (name: string) => (name === 'x-total-pages' ? '1' : undefined),
  }),
}

let app: TestApp
beforeAll(async () => {
  app = await startApp({ changes: { sources, http } })
  const files = [
    { name: 'i.csv', text: 'id,name,class\nconfiguration_item:1,db-1,host\nx2,web-1,host\n' },
  ]
  const { body } = await app.post('/api/v1/cmdb/imports', { source: 'sheet', format: 'csv', files })
  await untilTrue(async () => {
    const { state } = (await app.get(`/api/v1/cmdb/imports/${body.id}`)).body
    return state === 'applied'
  })
})
afterAll(() => app.stop())

async function untilTrue(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setImmediate(resolve))
}

const iso = (inMs: number): string => new Date(app.deps.clock.now() + inMs).toISOString()

function row(number: number, more: object = {}): object {
  return {
    ...{ number, name: `Change ${number}`, state: 'Scheduled', change_type: 'Normal' },
    planned_start_at: iso(-10 * MINUTE),
    planned_end_at: iso(50 * MINUTE),
    configuration_items: [{ id: 1, name: 'somebody else called so' }],
    ...more,
  }
}

function issue(key: string, more: object = {}): object {
  const fields = {
    ...{ summary: key, status: { name: 'Scheduled' }, resolution: { name: 'Unresolved' } },
    'planned start': iso(-10 * MINUTE),
    'planned end': iso(50 * MINUTE),
    'affected services': [{ name: 'sheet/x2' }],
  }
  return { key, fields: { ...fields, ...more } }
}

/** Pulls, waits for the end, and answers how the source stands. */
async function pulled(source = 'desk') {
  expect((await app.post(`${SOURCES}/${source}/pull`)).status).toBe(202)
  const one = async () =>
    (await app.get(SOURCES)).body.items.find((item: { source: string }) => item.source === source)
  await untilTrue(async () => !(await one()).running)
  await app.settled()
  return one()
}

const change = async (id: string) => {
  const { body } = await app.get(`/api/v1/changes?ids=${id}`)
  return body.items[0]
}

async function isWindow(id: string): Promise<boolean> {
  const { body } = await app.get('/api/v1/changes/calendar')
  const found = body.items.find((item: { change: { id: string } }) => item.change.id === id)
  return found?.isWindow ?? false
}

/** Reads a source as after a restart: what was told before is in the engine and the store only. */
function newRun(source: string) {
  const { metrics, log, clock, store } = app.deps
  const run = createChangePulls({
    ...{ metrics, log, clock, store, sources, http },
    journey: app.journey,
  })
  const one = () => run.list().find((item) => item.source === source)
  const read = async () => {
    run.now(source, 'somebody')
    await untilTrue(async () => one()?.isRunning === false)
    await app.settled()
    return one()?.last
  }
  return { read, stop: () => run.stop() }
}

describe('changes of a service desk', () => {
  it('are bound by the key of its own CMDB, planned, and stay one however often they are read', async () => {
    rows = [row(1), row(2, { planned_start_at: null }), { name: 'no number' }]
    expect(await pulled()).toMatchObject({
      ...{ from: 'solarwinds', everyMinutes: 10, running: false, failure: null },
      last: {
        ...{ read: 3, told: 1, passedOver: 1, badCount: 1 },
        bad: [{ where: 'changes 3', error: expect.stringContaining('number') }],
      },
    })
    const first = await change('change:SWSD-1')
    expect(first).toMatchObject({
      ...{ title: 'Change 1', kind: 'normal', cis: ['sheet/configuration_item:1'] },
      labels: { status: 'Scheduled', site: 'north' },
    })
    const { body: calendar } = await app.get('/api/v1/changes/calendar')
    expect(calendar.items).toMatchObject([{ isWindow: true, state: 'running', why: 'planned' }])
    const before = app.journey.engine.state.offset
    expect((await pulled()).last).toMatchObject({ read: 3, told: 0 })
    expect(app.journey.engine.state.offset).toBe(before)
  })

  it('are those that a webhook tells of by the same id; what it left out comes back', async () => {
    const { title, startsAt, endsAt } = await change('change:SWSD-1')
    const hook = { id: 'SWSD-1', title, kind: 'normal', startsAt, endsAt, labels: { status: 'x' } }
    await app.post('/ingest/change', hook)
    await app.settled()
    expect((await change('change:SWSD-1')).labels).toEqual({ status: 'x' })
    expect((await pulled()).last).toMatchObject({ told: 1 })
    expect((await change('change:SWSD-1')).labels).toEqual({ status: 'Scheduled', site: 'north' })
    expect((await app.get('/api/v1/changes')).body.items).toHaveLength(1)
    expect((await pulled()).last).toMatchObject({ told: 0 })
  })

  it('that are moved or closed are told again, and are no window any more', async () => {
    const [, ...others] = rows
    rows = [row(1, { state: 'Closed', planned_end_at: iso(-MINUTE) }), ...others]
    expect((await pulled()).last).toMatchObject({ told: 1 })
    expect((await change('change:SWSD-1')).labels).toMatchObject({ status: 'Closed' })
    expect((await app.get('/api/v1/changes/calendar')).body.items).toEqual([])
  })

  it('are told again where a name of theirs has got a CI meanwhile', async () => {
    rows = [row(5, { configuration_items: [{ id: 99, name: 'late-1' }] })]
    expect((await pulled()).last).toMatchObject({ told: 1 })
    expect(await change('change:SWSD-5')).toMatchObject({ cis: [], unbound: ['late-1'] })
    expect((await pulled()).last).toMatchObject({ told: 0 })
    const files = [{ name: 'i.csv', text: 'id,name,class\nl1,late-1,host\n' }]
    const late = { source: 'late', format: 'csv', files }
    const { body } = await app.post('/api/v1/cmdb/imports', late)
    await untilTrue(async () => {
      const { state } = (await app.get(`/api/v1/cmdb/imports/${body.id}`)).body
      return state === 'applied'
    })
    expect((await pulled()).last).toMatchObject({ told: 1 })
    expect(await change('change:SWSD-5')).toMatchObject({ cis: ['late/l1'], unbound: [] })
    expect((await pulled()).last).toMatchObject({ told: 0 })
  })

  it('too far from now are passed over, and one that began after its end has none', async () => {
    const DAY = 24 * 60 * MINUTE
    rows = [
      row(6, { planned_start_at: iso(200 * DAY), planned_end_at: null }),
      row(7, { planned_start_at: iso(-400 * DAY), planned_end_at: iso(-399 * DAY) }),
      row(8, { planned_end_at: iso(-20 * MINUTE) }),
    ]
    expect((await pulled()).last).toMatchObject({ read: 3, told: 1, passedOver: 2, badCount: 0 })
    expect(await change('change:SWSD-8')).toMatchObject({ endsAt: null })
  })

  it('of two desks with the same numbers stay two', async () => {
    rows = [row(11)]
    expect([(await pulled()).last, (await pulled('other')).last]).toMatchObject([
      { told: 1 },
      { told: 1 },
    ])
    expect((await change('change:SWSD-11')).labels).toMatchObject({ site: 'north' })
    expect((await change('change:b-SWSD-11')).labels).toMatchObject({ site: 'south' })
    expect([(await pulled()).last, (await pulled('other')).last]).toMatchObject([
      { told: 0 },
      { told: 0 },
    ])
  })

  it('that are gone from a list of all to come are no window any more, and come back', async () => {
    const [one, two] = [issue('CHG-1'), issue('CHG-2')]
    const windows = async () => [await isWindow('change:CHG-1'), await isWindow('change:CHG-2')]
    rows = [one, two]
    expect((await pulled('jira')).last).toMatchObject({ told: 2 })
    expect(await windows()).toEqual([true, true])
    rows = [{ key: 'CHG-1' }, two]
    expect((await pulled('jira')).last).toMatchObject({ told: 0, badCount: 1 })
    expect(await windows()).toEqual([true, true])
    rows = [two]
    expect((await pulled('jira')).last).toMatchObject({ told: 1, badCount: 0 })
    expect(await windows()).toEqual([false, true])
    expect(await change('change:CHG-1')).toMatchObject({
      ...{ title: 'CHG-1', cis: ['sheet/x2'], url: 'http://jira.test/browse/CHG-1' },
      labels: { status: 'gone', outcome: 'Unresolved' },
    })
    const before = app.journey.engine.state.offset
    expect((await pulled('jira')).last).toMatchObject({ told: 0 })
    expect(app.journey.engine.state.offset).toBe(before)
    rows = [one, two]
    expect((await pulled('jira')).last).toMatchObject({ told: 1 })
    expect(await windows()).toEqual([true, true])
  })

  it('of an earlier run are gone too, once this run has seen them', async () => {
    const { read, stop } = newRun('jira')
    const told = (await read())?.told
    rows = []
    expect([told, (await read())?.told]).toEqual([0, 2])
    expect(await isWindow('change:CHG-2')).toBe(false)
    await stop()
  })

  it('that are missing where only what was touched is listed stay as they are', async () => {
    rows = [row(12)]
    expect((await pulled()).last).toMatchObject({ told: 1 })
    rows = []
    expect((await pulled()).last).toMatchObject({ told: 0 })
    expect(await isWindow('change:SWSD-12')).toBe(true)
  })

  it('that are refused say so at every reading, and are told once', async () => {
    const long = [{ id: 3, name: 'x'.repeat(9000) }]
    rows = [row(9, { configuration_items: long })]
    const refusal = { where: 'SWSD-9', error: expect.stringContaining('9000 characters') }
    expect((await pulled()).last).toMatchObject({ told: 0, badCount: 1, bad: [refusal] })
    const before = app.journey.engine.state.offset
    expect((await pulled()).last).toMatchObject({ told: 0, badCount: 1, bad: [refusal] })
    expect(app.journey.engine.state.offset).toBe(before)
    rows = [row(9)]
    expect((await pulled()).last).toMatchObject({ told: 1, badCount: 0 })
  })

  it('of more CIs than a change may have are cut, with a note', async () => {
    const many = Array.from({ length: 1005 }, (_, at) => ({ id: 5000 + at, name: `many-${at}` }))
    rows = [row(10, { configuration_items: many })]
    expect((await pulled()).last).toMatchObject({ told: 1, badCount: 0 })
    const { unbound, labels } = await change('change:SWSD-10')
    expect(unbound).toHaveLength(1000)
    expect(labels).toMatchObject({ faultline_note: 'CIs left out: 5 of 1005.' })
    expect((await pulled()).last).toMatchObject({ told: 0, badCount: 0 })
  })

  it('that cannot be read say why, and which setting helps', async () => {
    expect(await pulled('closed')).toMatchObject({
      failure: 'environment variable NONE is not set',
      last: { told: 0 },
    })
    expect((await app.post(`${SOURCES}/nobody/pull`)).status).toBe(404)
  })

  it('that are long over are told after a restart only where they have changed', async () => {
    const [begin, end] = [iso(-200 * MINUTE), iso(-180 * MINUTE)]
    const over = (number: number, more: object = {}) =>
      row(number, { ...{ planned_start_at: begin, planned_end_at: end }, ...more })
    rows = [over(13), over(14)]
    expect((await pulled()).last).toMatchObject({ told: 2 })
    app.skip(180 * MINUTE)
    await app.post('/ingest/change', { id: 'later', title: 'moves the time on' })
    await app.settled()
    expect(app.journey.engine.state.changes.get('change:SWSD-13')).toBeUndefined()
    const before = app.journey.engine.state.offset
    const first = newRun('desk')
    expect((await first.read())?.told).toBe(0)
    expect((await first.read())?.told).toBe(0)
    expect(app.journey.engine.state.offset).toBe(before)
    await first.stop()
    rows = [over(13), over(14, { state: 'Failed' }), over(15)]
    const second = newRun('desk')
    expect((await second.read())?.told).toBe(2)
    expect((await change('change:SWSD-14')).labels).toMatchObject({ status: 'Failed' })
    await second.stop()
  })
})
