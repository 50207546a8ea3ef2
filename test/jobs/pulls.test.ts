/** The CMDB from APIs, by the clock: read, applied, and read anew in its turn. */
import { expect, it, onTestFinished } from 'vitest'
import { openImports } from '../../src/cmdb-imports.ts'
import { createPulls } from '../../src/jobs/pulls.ts'
import { type FakeApi, SECRET, startFake } from '../cmdb/pull/fake.ts'
import { startApp } from '../support/app.ts'
import { createFakeClock } from '../support/clock.ts'
import { until } from '../support/process.ts'

/** NetBox with a few sites and nothing else. */
function netbox(sites: () => readonly string[]): FakeApi {
  const lists = ['dcim/sites', 'dcim/racks', 'dcim/virtual-chassis', 'virtualization/clusters']
  const more = ['dcim/devices', 'virtualization/virtual-machines', 'ipam/services', 'dcim/cables']
  const active = { value: 'active', label: 'Active' }
  return {
    isAllowed: ({ authorization }) => authorization === `Token ${SECRET}`,
    routes: [...lists, ...more].map((list) => ({
      path: `/api/${list}/`,
      query: { limit: /^\d+$/, exclude: /^config_context$/ },
      answer: () => {
        const names = list === 'dcim/sites' ? sites() : []
        const results = names.map((name, at) => ({ id: at + 1, name, slug: name, status: active }))
        return { body: { count: results.length, next: null, previous: null, results } }
      },
    })),
  }
}

it('is read at the start and in its turn; what has not changed is no import, and a failure is seen', async () => {
  let sites = ['fra1', 'ber1']
  const fake = await startFake(
    netbox(() => sites),
    { NETBOX_TOKEN: SECRET },
    [],
  )
  const app = await startApp()
  onTestFinished(() => app.stop())
  const { metrics, log } = app.deps
  const clock = createFakeClock()
  const imports = openImports({
    journey: app.journey,
    ...{ metrics, log, now: clock.now, http: fake.http },
  })
  onTestFinished(() => imports.stop())
  const about = { authority: 100, everyMinutes: 60 }
  const source = { ...about, source: 'netbox', from: 'netbox' }
  const settings = { url: fake.url, tokenVariable: 'NETBOX_TOKEN' }
  const broken = { ...settings, tokenVariable: 'NOT_SET' }
  const read: string[] = []
  const pulls = createPulls({
    sources: [
      { ...source, settings },
      { ...source, source: 'other', settings: broken },
    ],
    pull: (one, by) => {
      const { begun, ended } = imports.pull(one, by)
      const seen = ended.then((end) => {
        const { added = '-', retired = '-' } = end.counts ?? {}
        read.push(`${end.source} ${end.state} ${added} ${retired} ${end.failure ?? ''}`.trim())
        return end
      })
      return { begun, ended: seen }
    },
    clock,
    onError: (cause) => read.push(String(cause)),
  })
  pulls.start()
  const next = async (ms: number): Promise<string[]> => {
    clock.advance(ms)
    await until('both to be read', 15_000, async () => (read.length < 2 ? undefined : true))
    return read.splice(0)
  }
  const failed = 'other failed - - environment variable NOT_SET is not set'
  expect(await next(5000)).toEqual(['netbox applied 2 0', failed])
  const { offset } = app.journey.engine.state
  const cis = [...app.journey.engine.state.topology.items.values()].map(({ name }) => name)
  expect(cis.sort()).toEqual(['ber1', 'fra1'])
  expect(await next(3_600_000)).toEqual(['netbox applied 0 0', failed])
  expect(app.journey.engine.state.offset).toBe(offset)
  sites = ['fra1', 'ber1', 'ams1']
  expect(await next(3_600_000)).toEqual(['netbox applied 1 0', failed])
  sites = []
  expect(await next(3_600_000)).toEqual(['netbox guarded 0 3', failed])
  pulls.stop()
  expect(fake.faults).toEqual([])
})

it('is read when somebody asks, never twice at a time, and says how it stands', async () => {
  const clock = createFakeClock()
  const ends: ((how: { failure: string | null }) => void)[] = []
  const asked: string[] = []
  const pulls = createPulls({
    sources: [{ source: 'a', from: 'netbox', everyMinutes: 10 }],
    pull: ({ source }, by) => {
      asked.push(`${source} ${by}`)
      return { begun: asked.length, ended: new Promise((resolve) => ends.push(resolve)) }
    },
    clock,
    onError: (cause) => asked.push(String(cause)),
  })
  const finish = async (failure: string | null): Promise<void> => {
    ends.pop()?.({ failure })
    await new Promise((resolve) => setImmediate(resolve))
  }
  const state = () => pulls.list()[0]
  const at = clock.now()
  pulls.start()
  const about = { source: 'a', from: 'netbox', everyMinutes: 10 }
  const idle = { ...about, isRunning: false, lastAt: null, nextAt: at + 5000, failure: null }
  expect(state()).toEqual(idle)
  expect(pulls.now('a', 'ada')).toBe(1)
  expect(state()).toMatchObject({ isRunning: true, nextAt: null })
  expect(() => pulls.now('a', 'bob')).toThrow('it is being read already')
  expect(() => pulls.now('b', 'bob')).toThrow('no source of this name is pulled')
  clock.advance(5000)
  await finish('it broke')
  const ended = { isRunning: false, lastAt: at + 5000, nextAt: at + 605_000, failure: 'it broke' }
  expect(state()).toMatchObject(ended)
  expect(asked).toEqual(['a ada'])
  clock.advance(600_000)
  await new Promise((resolve) => setImmediate(resolve))
  expect(asked).toEqual(['a ada', 'a schedule'])
  await finish(null)
  expect(state()).toMatchObject({ isRunning: false, failure: null })
  pulls.stop()
  clock.advance(600_000)
  expect(asked).toHaveLength(2)
})
