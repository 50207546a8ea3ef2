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
    pull: async (one) => {
      const { source: name, state, counts, failure } = await imports.pull(one)
      const { added = '-', retired = '-' } = counts ?? {}
      read.push(`${name} ${state} ${added} ${retired} ${failure ?? ''}`.trim())
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
