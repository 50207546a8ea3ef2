/** An incident in pages, and as it was known at a moment. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CMDB, firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
let id: string

interface Alert {
  readonly key: string
  readonly title: string
  readonly state: string
}

const titles = (alerts: readonly Alert[]): string[] => alerts.map(({ title }) => title).sort()

/** Something happens; the moment it was over, and the clock goes on. */
const then = async (act: () => Promise<unknown>): Promise<string> => {
  await act()
  await app.settled()
  await app.deps.records.flushed(app.journey.engine.state.seq)
  // the past is told by quarters of a second: this is the end of one
  const at = Math.floor(app.deps.clock.now() / 250) * 250 + 249
  app.skip(1000)
  return new Date(at).toISOString()
}
const post = (...alerts: readonly object[]) => app.post('/ingest/generic', alerts)
const get = async (path: string) => (await app.get(`/api/v1/incidents/${path}`)).body

const disk = firing('DiskFull', 'db-1')
const slow = firing('SlowQueries', 'x', { labels: { alertname: 'SlowQueries', host: 'orders-db' } })
const errors = firing('Errors', 'x', {
  severity: 'warning',
  labels: { alertname: 'Errors', service: 'checkout' },
})

/** The moments of the story, in order. */
const at: Record<string, string> = {}

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
  at['before'] = await then(() => Promise.resolve())
  at['began'] = await then(() => post(disk))
  id = (await app.get('/api/v1/incidents?q=diskfull')).body.items[0].id
  at['joined'] = await then(() => post(slow, errors))
  at['acked'] = await then(() => app.post(`/api/v1/incidents/${id}/ack`))
  at['ended'] = await then(() => post({ ...errors, status: 'resolved' }))
  const { alerts } = await get(id)
  const key = alerts.find(({ title }: Alert) => title.startsWith('SlowQueries')).key
  at['split'] = await then(() => app.post(`/api/v1/incidents/${id}/split`, { members: [key] }))
})
afterAll(() => app.stop())

describe('an incident at a moment', () => {
  it.each([
    ['began', ['DiskFull on db-1'], 1, null],
    ['joined', ['DiskFull on db-1', 'Errors on x', 'SlowQueries on x'], 3, null],
    ['acked', ['DiskFull on db-1', 'Errors on x', 'SlowQueries on x'], 3, 'admin'],
    ['ended', ['DiskFull on db-1', 'Errors on x', 'SlowQueries on x'], 2, 'admin'],
    ['split', ['DiskFull on db-1', 'Errors on x'], 1, 'admin'],
  ])('is as it was when it %s', async (moment, members, fires, by) => {
    const detail = await get(`${id}?at=${at[moment]}`)
    expect(titles(detail.alerts)).toEqual(members)
    expect(detail).toMatchObject({
      ...{ asOf: at[moment], alertCount: members.length, firingCount: fires, acknowledgedBy: by },
    })
    expect(detail.alerts.filter(({ state }: Alert) => state === 'firing')).toHaveLength(fires)
  })

  it('says why each alert was in it, then', async () => {
    const key = (await get(`${id}?at=${at['joined']}`)).alerts.find(({ title }: Alert) =>
      title.startsWith('SlowQueries'),
    ).key
    const now = (await app.get(`/api/v1/alerts/${key.split('.')[0]}`)).body.episodes[0]
    expect(now.evidence.method).toBe('person')
    const { alerts } = await get(`${id}?at=${at['joined']}`)
    const past = alerts.find((alert: Alert) => alert.key === key)
    expect(past).toMatchObject({ incident: id, evidence: { method: 'score' }, endsAt: null })
  })

  it('is at the newest moment what it is now', async () => {
    const { asOf: _then, ...past } = await get(
      `${id}?at=${new Date(app.deps.clock.now()).toISOString()}`,
    )
    const { asOf, ...now } = await get(id)
    expect(asOf).toBeNull()
    expect(past).toEqual(now)
  })

  it('is 404 before it was there, and for a moment that is none', async () => {
    for (const part of ['', '/alerts', '/graph']) {
      const { status, body } = await app.get(`/api/v1/incidents/${id}${part}?at=${at['before']}`)
      expect([status, body.code]).toEqual([404, 'not_found'])
    }
    const { status, body } = await app.get(`/api/v1/incidents/${id}?at=yesterday`)
    expect([status, body.errors[0].parameter]).toEqual([400, 'at'])
  })

  it('is drawn as it was', async () => {
    const cis = async (moment: string) => {
      const { nodes } = await get(`${id}/graph?at=${at[moment]}`)
      return nodes
        .filter(({ alerts }: { alerts: number }) => alerts > 0)
        .map(({ ci, firing: fires }: { ci: string; firing: number }) => `${ci} ${fires}`)
        .sort()
    }
    expect(await cis('began')).toEqual(['host:db-1 1'])
    expect(await cis('joined')).toEqual(['db:orders 1', 'host:db-1 1', 'svc:checkout 1'])
    expect(await cis('ended')).toEqual(['db:orders 1', 'host:db-1 1', 'svc:checkout 0'])
    expect(await cis('split')).toEqual(['host:db-1 1', 'svc:checkout 0'])
  })

  it('follows a merge and its undoing', async () => {
    const [other] = (await app.get('/api/v1/incidents?q=slowqueries')).body.items
    const merged = await then(() => app.post(`/api/v1/incidents/${id}/merge`, { from: [other.id] }))
    const undone = await then(() => app.post(`/api/v1/incidents/${id}/undo`))
    expect((await get(`${id}?at=${merged}`)).alerts).toHaveLength(3)
    expect((await get(`${other.id}?at=${merged}`)).status).toBe('merged')
    expect((await get(`${id}?at=${undone}`)).alerts).toHaveLength(2)
    expect((await get(`${other.id}/alerts?at=${undone}`)).items).toHaveLength(1)
    expect((await get(`${other.id}/alerts?at=${merged}`)).items).toEqual([])
  })
})

it('at every moment has as many alerts as it counts, also while much happens', async () => {
  for (let n = 0; n < 6; n++) {
    await post(firing(`Burst${n}`, 'db-1', { labels: { alertname: `Burst${n}`, host: 'db-1' } }))
    app.skip(300)
  }
  await app.settled()
  await app.deps.records.flushed(app.journey.engine.state.seq)
  const { steps } = await get(`${id}/steps`)
  expect(steps.length).toBeGreaterThan(6)
  for (const step of steps) {
    const { alertCount, alerts } = await get(`${id}?at=${step.at}`)
    expect(`${step.at} ${alerts.length}`).toBe(`${step.at} ${alertCount}`)
  }
})

describe('the moments of an incident', () => {
  it('are those at which something happened, with what', async () => {
    const { knownSince, steps } = await get(`${id}/steps`)
    expect(Date.parse(knownSince)).toBeLessThanOrEqual(Date.parse(at['began'] ?? ''))
    const times = steps.map((step: { at: string }) => step.at)
    expect(times).toEqual([...times].sort())
    expect(steps[0]).toMatchObject({ joined: 1, resolved: 0 })
    expect(steps.some(({ joined }: { joined: number }) => joined === 2)).toBe(true)
    expect(steps.find(({ person }: { person: boolean }) => person)).toMatchObject({
      texts: ['admin is on it'],
    })
    for (const step of steps) expect((await get(`${id}?at=${step.at}`)).id).toBe(id)
  })
})

describe('its timeline', () => {
  it('shows what people did, or all but single alerts, when asked to', async () => {
    const actions = async (only: string) => {
      const { items } = await get(`${id}/timeline?limit=1000${only}`)
      return items.map(({ action, actor }: { action: string; actor: string }) => [action, actor])
    }
    const all = await actions('')
    const people = await actions('&only=people')
    const incident = await actions('&only=incident')
    expect(people).toContainEqual(['incident.acknowledged', 'admin'])
    expect(people.every(([, actor]: string[]) => actor === 'admin')).toBe(true)
    expect(incident.some(([action]: string[]) => action?.startsWith('alert.'))).toBe(false)
    expect(all.length).toBeGreaterThan(incident.length)
    expect(incident.length).toBeGreaterThan(people.length)
  })
})

describe('alerts of an incident in pages', () => {
  let many: string

  beforeAll(async () => {
    const storm = Array.from({ length: 1200 }, (_, n) =>
      firing(`Check${n % 7}`, 'web-1', {
        title: `check ${n}`,
        severity: n % 3 === 0 ? 'error' : 'warning',
        labels: { alertname: `Check${n}`, host: 'web-1' },
      }),
    )
    await then(() => post(...storm))
    many = (await app.get('/api/v1/incidents?q=check')).body.items[0].id
  })

  it('bounds the detail, and says where the others are', async () => {
    const detail = await get(many)
    expect(detail.alertCount).toBeGreaterThanOrEqual(1200)
    expect(detail.alerts).toHaveLength(500)
    const rest: string[] = []
    for (let next = detail.alertsNext; typeof next === 'string'; ) {
      const page = await get(`${many}/alerts?order=oldest&limit=1000&cursor=${next}`)
      rest.push(...page.items.map(({ key }: Alert) => key))
      next = page.next
    }
    const keys = new Set([...detail.alerts.map(({ key }: Alert) => key), ...rest])
    expect(keys.size).toBe(detail.alertCount)
    expect(rest.length + 500).toBe(detail.alertCount)
    expect((await get(`${many}?alerts=0`)).alerts).toEqual([])
  })

  it('has the worst first, and takes filters', async () => {
    const { items } = await get(`${many}/alerts?limit=1000`)
    const ranks = items.map(({ severity }: { severity: string }) =>
      ['critical', 'error', 'warning'].indexOf(severity),
    )
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
    const only = await get(
      `${many}/alerts?severity=error&state=firing&ci=host:web-1&q=check%203&limit=1000`,
    )
    expect(only.items.length).toBeGreaterThan(0)
    for (const alert of only.items)
      expect(alert).toMatchObject({ severity: 'error', state: 'firing', ci: 'host:web-1' })
    expect(titles((await get(`${many}/alerts?state=resolved`)).items)).toEqual(['Errors on x'])
    expect((await get(`${many}/alerts?state=muted`)).items).toEqual([])
  })

  it('does not take the cursor of another order', async () => {
    const { next } = await get(`${many}/alerts?limit=1`)
    const { status } = await app.get(`/api/v1/incidents/${many}/alerts?order=newest&cursor=${next}`)
    expect(status).toBe(400)
  })
})
