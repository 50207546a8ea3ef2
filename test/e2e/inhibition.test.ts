/** Our inhibition beside that of Alertmanager itself: the same rules, the same alerts, the same muted ones. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Inhibitable, Inhibitions } from '../../src/core/inhibit.ts'
import { RulePacks } from '../../src/core/rules.ts'
import { emptyTopology } from '../../src/core/topology.ts'
import { alertmanager, freePort, type Program } from '../support/estate.ts'
import { factsFrom } from '../support/facts.ts'
import { until } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'
import { temporaryFolder } from '../support/store.ts'

const tool = requireTool('alertmanager')

const INHIBIT = [
  { source: ['sev="hi"'], target: ['sev="lo"'], equal: ['zone', 'team'] },
  { source: ['kind=~"cause|both"'], target: ['kind=~"effect|both"'], equal: ['zone'] },
  { source: ['team="x"', 'kind!="effect"'], target: ['team=""'], equal: [] },
]
const RULES = RulePacks.parse({
  suppress: { inhibit: INHIBIT.map((rule, n) => ({ ...rule, name: `r${n}`, reason: 'x' })) },
}).suppress.inhibit

const some = (...values: readonly string[]) => fc.option(fc.constantFrom(...values), { nil: '' })
const anyAlert = fc.record({
  sev: some('hi', 'lo'),
  kind: some('cause', 'effect', 'both', 'none'),
  team: some('x', 'y'),
  zone: some('a', 'b', 'c'),
})
/** One world of alerts after the other, each told apart by a label of its own. */
const WORLDS = fc.sample(
  fc.uniqueArray(anyAlert, { minLength: 3, maxLength: 12, selector: (one) => JSON.stringify(one) }),
  {
    numRuns: 12,
    seed: 73,
  },
)

const Answer = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    status: z.object({ inhibitedBy: z.array(z.string()) }),
  }),
)

describe.skipIf(!tool.ok)(tool.ok ? 'Alertmanager' : tool.reason, () => {
  const folder = temporaryFolder()
  let running: Program
  beforeAll(async () => {
    const wiring = {
      ...{ folder: folder.path, faultline: 'http://127.0.0.1:9', toyPort: 9 },
      alertmanagerPort: await freePort(),
      inhibit: INHIBIT.map(({ source, target, equal }) => ({
        ...{ source_matchers: source, target_matchers: target, equal },
      })),
    }
    running = await alertmanager(tool.ok ? tool.path : '', wiring)
    await running.start()
  })
  afterAll(async () => {
    await running.stop()
    folder.remove()
  })

  const muted = async (count: number): Promise<string[]> => {
    const all = await until('the alerts to be known', 20_000, async () => {
      const response = await fetch(`${running.url}/api/v2/alerts?active=true&inhibited=true`)
      const found = Answer.parse(await response.json())
      return found.length === count ? found : undefined
    })
    return all
      .filter(({ status }) => status.inhibitedBy.length > 0)
      .map(({ labels }) => labels['alertname'] ?? '')
      .sort()
  }

  it('mutes the same alerts, world by world', async () => {
    let some = 0
    for (const [world, labels] of WORLDS.entries()) {
      const now = Date.now()
      const alerts = labels.map((one, n) => {
        const filled = Object.entries(one).filter(([, value]) => value !== '')
        return { alertname: `A${world}-${n}`, ...Object.fromEntries(filled) }
      })
      const post = async (endsAt: number): Promise<void> => {
        const body = alerts.map((own) => ({
          ...{ labels: own, startsAt: new Date(now - 1000).toISOString() },
          endsAt: new Date(endsAt).toISOString(),
        }))
        const { ok } = await fetch(`${running.url}/api/v2/alerts`, {
          ...{ method: 'POST', body: JSON.stringify(body) },
          headers: { 'content-type': 'application/json' },
        })
        expect(ok).toBe(true)
      }
      await post(now + 600_000)
      const inhibitions = new Inhibitions(RULES, emptyTopology())
      const ours: Inhibitable[] = alerts.map((own) => ({
        ...{ identity: own.alertname, scope: 'default', facts: factsFrom(own) },
        ...{ startsAt: now, ci: null },
      }))
      for (const one of ours) inhibitions.add(one)
      const expected = ours.filter((one) => inhibitions.inhibitorOf(one) !== null)
      some += expected.length
      await until(`world ${world} to be judged alike`, 20_000, async () => {
        const theirs = await muted(alerts.length)
        return theirs.join() ===
          expected
            .map(({ identity }) => identity)
            .sort()
            .join()
          ? true
          : undefined
      })
      await post(now - 1)
      await muted(0)
    }
    expect(some).toBeGreaterThan(10)
  })
})
