/** The maps as they were at a moment: what fired, what was muted, and when that changed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CMDB, firing, startApp, type TestApp } from '../support/app.ts'

let app: TestApp
let silence: string
/** The moments of the story, in order. */
const at: Record<string, string> = {}
/** What the live map showed at each of them. */
const live: Record<string, readonly string[]> = {}

/** Something happens; the moment it was over, and the clock goes on. */
const then = async (name: string, act: () => Promise<unknown>): Promise<void> => {
  await act()
  await app.settled()
  await app.deps.records.flushed(app.journey.engine.state.seq)
  // the past is told by quarters of a second: this is the end of one
  at[name] = new Date(Math.floor(app.deps.clock.now() / 250) * 250 + 249).toISOString()
  live[name] = shown(await get('topology/live'))
  app.skip(60_000)
}
const post = (...alerts: readonly object[]) => app.post('/ingest/generic', alerts)
const get = async (path: string) => (await app.get(`/api/v1/${path}`)).body

const mute = async (alertname: string): Promise<void> => {
  const endsAt = new Date(app.deps.clock.now() + 86_400_000).toISOString()
  const matchers = [{ name: 'alertname', value: alertname }]
  silence = (await app.post('/api/v1/silences', { matchers, endsAt, comment: 'known' })).body.id
}

const disk = firing('DiskFull', 'db-1')
const BEGAN = Date.now()
/** One episode for two reporters: told when it began, it goes on where it was taken for ended. */
const loaded = (replica: string): object =>
  firing('HighLoad', 'db-1', {
    ...{ severity: 'warning', startsAt: new Date(BEGAN).toISOString() },
    labels: { alertname: 'HighLoad', host: 'db-1', replica },
  })
const load = loaded('a')
const again = loaded('b')
const slow = firing('SlowQueries', 'x', { labels: { alertname: 'SlowQueries', host: 'orders-db' } })

beforeAll(async () => {
  app = await startApp()
  await app.post('/api/v1/topology', CMDB)
  await then('before', () => Promise.resolve())
  await then('began', () => post(disk, load))
  await then('spread', () => post(slow))
  await then('muted', () => mute('SlowQueries'))
  await then('lifted', () => app.post(`/api/v1/silences/${silence}/expire`))
  // it ended half a minute before anybody was told
  const over = (alert: object): object => ({
    ...{ ...alert, status: 'resolved' },
    endsAt: new Date(app.deps.clock.now() - 30_000).toISOString(),
  })
  await then('ended', () => post(over(disk)))
  await then('again', () => post(disk))
  await then('hushed', () => mute('HighLoad'))
  // nothing fires any more that could be said to be muted no longer
  await then('gone', async () => {
    await post(over(load))
    await app.settled()
    await app.post(`/api/v1/silences/${silence}/expire`)
  })
  await then('loud', () => post(again))
  await then('over', () => post(...[disk, again, slow].map((a) => ({ ...a, status: 'resolved' }))))
})
afterAll(() => app.stop())

interface Item {
  readonly ci: string
  readonly firing: number
  readonly suppressed: number
  readonly severity: string | null
}
const shown = ({ items }: { items: readonly Item[] }): string[] =>
  items.map((one) => `${one.ci} ${one.firing}+${one.suppressed} ${one.severity}`)

const STORY: readonly (readonly [string, readonly string[]])[] = [
  ['before', []],
  ['began', ['host:db-1 2+0 critical']],
  ['spread', ['db:orders 1+0 critical', 'host:db-1 2+0 critical']],
  ['muted', ['db:orders 0+1 null', 'host:db-1 2+0 critical']],
  ['lifted', ['db:orders 1+0 critical', 'host:db-1 2+0 critical']],
  ['ended', ['db:orders 1+0 critical', 'host:db-1 1+0 warning']],
  ['again', ['db:orders 1+0 critical', 'host:db-1 2+0 critical']],
  ['hushed', ['db:orders 1+0 critical', 'host:db-1 1+1 critical']],
  ['gone', ['db:orders 1+0 critical', 'host:db-1 1+0 critical']],
  ['loud', ['db:orders 1+0 critical', 'host:db-1 2+0 critical']],
  ['over', []],
]

describe('the maps at a moment', () => {
  it.each(STORY)('show what fired: %s', async (moment, lines) => {
    expect(shown(await get(`topology/live?at=${at[moment]}`))).toEqual(lines)
    expect(live[moment]).toEqual(lines)
  })

  it('roll up to services what fired then', async () => {
    const rolledUp = async (moment: string) => {
      const { services } = await get(`services?at=${at[moment]}`)
      const checkout = services.find(({ ci }: { ci: string }) => ci === 'svc:checkout')
      return [checkout.rolledUp.firing, checkout.rolledUp.suppressed, checkout.burning]
    }
    expect(await rolledUp('before')).toEqual([0, 0, []])
    expect(await rolledUp('spread')).toEqual([3, 0, ['db:orders', 'host:db-1']])
    expect(await rolledUp('muted')).toEqual([2, 1, ['host:db-1', 'db:orders']])
    expect(await rolledUp('over')).toEqual([0, 0, []])
  })

  it('draw a neighbourhood as it was', async () => {
    const around = async (moment: string) => {
      const { nodes } = await get(`cis/host:db-1/neighbourhood?hops=1&at=${at[moment]}`)
      return nodes
        .filter((node: Item) => node.firing + node.suppressed > 0)
        .map((node: Item) => `${node.ci} ${node.firing}+${node.suppressed}`)
    }
    expect(await around('began')).toEqual(['host:db-1 2+0'])
    expect(await around('muted')).toEqual(['host:db-1 2+0', 'db:orders 0+1'])
    expect(await around('over')).toEqual([])
  })

  it('are at the newest moment what they are now', async () => {
    await then('now', () => post(firing('Late', 'web-1')))
    const now = new Date(app.deps.clock.now()).toISOString()
    for (const path of ['services', 'topology/live', 'cis/host:web-1/neighbourhood'])
      expect(await get(`${path}?at=${now}`)).toEqual(await get(path))
  })
})

describe('the moments of a range', () => {
  const steps = async (query: string) => get(`topology/steps?${query}`)

  it('are those at which something changed, and each is the first to show it', async () => {
    const found = await steps(`from=${at['before']}&to=${at['over']}`)
    expect(
      found.steps.map(({ at: _at, ...counts }: { at: string }) => Object.values(counts)),
    ).toEqual([
      ...[
        [2, 0, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 1, 0],
        [0, 0, 0, 1],
        [0, 1, 0, 0],
      ],
      ...[
        [1, 0, 0, 0],
        [0, 0, 1, 0],
        [0, 1, 0, 0],
        [1, 0, 0, 0],
        [0, 3, 0, 0],
      ],
    ])
    for (const [n, step] of found.steps.entries())
      expect(shown(await get(`topology/live?at=${step.at}`))).toEqual(STORY[n + 1]?.[1])
    expect(Date.parse(found.exactSince)).toBeLessThanOrEqual(Date.parse(found.steps[0].at))
  })

  it('are those of one incident when asked for it', async () => {
    const [incident] = (await get('incidents?q=diskfull')).items
    const found = await steps(`from=${at['before']}&to=${at['over']}&incident=${incident.id}`)
    expect(found.steps.length).toBeGreaterThan(0)
    const { steps: none } = await steps(`from=${at['before']}&to=${at['over']}&incident=INC-9`)
    expect(none).toEqual([])
  })

  it('begin with the last hour, and refuse what is no range', async () => {
    const { from, to } = await steps('')
    expect(Date.parse(to) - Date.parse(from)).toBe(3_600_000)
    const none = ['from=yesterday', `from=${at['over']}&to=${at['began']}`]
    const open = ['from=2100-01-01T00:00:00Z', 'from=1970-01-01T00:00:00Z']
    const wide = 'from=2020-01-01T00:00:00Z&to=2022-01-01T00:00:00Z'
    for (const query of [...none, ...open, wide]) {
      const { status, body } = await app.get(`/api/v1/topology/steps?${query}`)
      expect([query, status, body.errors[0].parameter]).toEqual([query, 400, 'from'])
    }
  })
})
