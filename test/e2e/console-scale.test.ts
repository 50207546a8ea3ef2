/**
 * The list of incidents in the worst hour: 2,000 open incidents with 100,000 firing alerts. Times are
 * held against the share of a processor that this machine gives us at that moment.
 */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CDPSession, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  liveState,
  rebuildConsole,
  startBrowser,
  type TestBrowser,
  type TestPage,
} from '../support/browser.ts'
import { rebuild } from '../support/build.ts'
import { ADMIN_TOKEN, api, type Running, run, until } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'
import { runChild, temporaryFolder } from '../support/store.ts'

const chromium = requireTool('chromium')
const SEED = fileURLToPath(new URL('seed.ts', import.meta.url))
const WAIT = { timeout: 60_000 }
const INCIDENTS = 2000
const ALERTS = 50

const FIRST_PAINT_MS = 1500
const FILTER_MS = 300
/** Of live updates; an hour of them at one a second would be 3,600. */
const UPDATES = 400
const GROWTH_MIB = 12

/** How much longer than alone a thread takes here now: 1, or more where others are at work; 3 at most. */
function contention(): number {
  const begun = performance.now()
  const before = process.cpuUsage()
  let spun = 0
  while (performance.now() - begun < 250) spun += 1
  const { user, system } = process.cpuUsage(before)
  expect(spun).toBeGreaterThan(0)
  const slowed = (performance.now() - begun) / ((user + system) / 1000)
  return Math.min(3, Math.max(1, slowed))
}

/** The best of some runs and what it may be, both said. */
async function held(name: string, limitMs: number, measure: () => Promise<number>): Promise<void> {
  const runs: { readonly ms: number; readonly slowed: number }[] = []
  for (let n = 0; n < 5; n++) {
    const before = contention()
    const ms = await measure()
    runs.push({ ms, slowed: Math.max(before, contention()) })
  }
  const [best] = runs.sort((a, b) => a.ms / a.slowed - b.ms / b.slowed)
  const all = runs.map(({ ms, slowed }) => `${Math.round(ms)} ms at ${slowed.toFixed(1)}×`)
  process.stdout.write(`${name}: ${all.join(', ')}; at most ${limitMs} ms at 1×\n`)
  expect((best?.ms ?? Number.POSITIVE_INFINITY) / (best?.slowed ?? 1)).toBeLessThanOrEqual(limitMs)
}

/** When the first row was there, in milliseconds since the page was asked for. */
const WATCH_FIRST_ROW = `
  new MutationObserver((_all, watcher) => {
    if (document.querySelector('[data-incident]') === null) return
    watcher.disconnect()
    requestAnimationFrame(() => { window.firstRowAt = performance.now() })
  }).observe(document, { childList: true, subtree: true })`

/** Milliseconds from a press on a value of a facet to the rows it leaves. */
const timeFilter = (value: string, fits: string): string => `new Promise((resolve) => {
  const rows = () => [...document.querySelectorAll('[data-incident]')]
  const done = () => document.querySelector('ul[data-dimmed]') === null && rows().length > 0 && rows().every(${fits})
  const begun = performance.now()
  const look = () => {
    if (done()) resolve(performance.now() - begun)
    else requestAnimationFrame(look)
  }
  document.querySelector('[data-facet="Priority"] input[data-value="${value}"]').click()
  requestAnimationFrame(look)
})`

/** Scrolls to the end; every row in sight at every step, by its place in the list. */
const SCROLL = `(async () => {
  const seen = new Map()
  const blank = []
  const frame = () => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)))
  let still = 0
  while (still < 40) {
    const before = window.scrollY
    window.scrollBy(0, Math.round(window.innerHeight * 0.8))
    await frame()
    for (const row of document.querySelectorAll('[data-incident]'))
      seen.set(row.dataset.incident, Number(row.parentElement.getAttribute('aria-posinset')))
    const list = document.querySelector('ul[aria-label="Incidents"]').getBoundingClientRect()
    const x = list.left + list.width / 2
    for (let y = 20; y < window.innerHeight; y += 90) {
      if (y < list.top + 8 || y > list.bottom - 8) continue
      const at = document.elementFromPoint(x, y)
      const isRow = at?.closest('li') != null || at?.closest('[role="status"]') != null
      const isGap = at?.matches('ul') === true
      if (!isRow && !isGap) blank.push(Math.round(window.scrollY) + ':' + y)
    }
    still = window.scrollY === before ? still + 1 : 0
  }
  return { seen: [...seen], blank }
})()`

describe.skipIf(!chromium.ok)(
  `the list of incidents at true scale ${chromium.ok ? '' : chromium.reason}`,
  () => {
    const folder = temporaryFolder()
    const data = join(folder.path, 'data')
    let faultline: Running
    let browser: TestBrowser
    let tab: TestPage
    let page: Page

    const post = (n: number, status: 'firing' | 'resolved'): Promise<unknown> =>
      api(faultline.url, '/ingest/generic', {
        ...{ title: `flow-${n} stands still`, status, severity: 'critical' },
        labels: { alertname: `Flow${n}`, service: `flow-${n}` },
      })
    const open = async (query = ''): Promise<void> => {
      await page.goto(`${faultline.url}/incidents${query}`)
      await page.locator('[data-total]').waitFor(WAIT)
      await liveState(page, true)
    }

    beforeAll(async () => {
      expect(rebuild()).toBeNull()
      expect(rebuildConsole()).toBeNull()
      const seeded = await runChild(SEED, {
        ...{ path: join(data, 'store'), incidents: INCIDENTS, alerts: ALERTS },
      })
      expect(`${seeded.lines.join()} ${seeded.stderr}`.trim()).toBe('seeded')
      faultline = await run({ data })
      browser = await startBrowser(chromium.ok ? chromium.path : '')
      tab = await browser.open()
      page = tab.page
      await page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
      await page.getByRole('heading', { level: 1 }).waitFor(WAIT)
      await page.goto(`${faultline.url}/incidents`)
      await page.locator('[data-incident]').first().waitFor(WAIT)
    }, 600_000)

    afterAll(async () => {
      await browser?.close()
      await faultline?.stop()
      folder.remove()
    })

    it('counts all of them', async () => {
      await page.locator(`[data-total="${INCIDENTS}"]`).waitFor(WAIT)
      const { items } = await api<{ items: unknown[] }>(faultline.url, '/api/v1/alerts?limit=1000')
      expect(items).toHaveLength(1000)
    })

    it(`is there within ${FIRST_PAINT_MS} ms`, async () => {
      await page.addInitScript(WATCH_FIRST_ROW)
      await held('first rows', FIRST_PAINT_MS, async () => {
        await page.goto(`${faultline.url}/incidents`)
        return until('the first row', 60_000, async () => {
          const at = await page.evaluate('window.firstRowAt ?? null')
          return typeof at === 'number' ? at : undefined
        })
      })
    })

    it(`is filtered within ${FILTER_MS} ms`, async () => {
      await open()
      await held('filter', FILTER_MS, async () => {
        await open()
        const fits = "(row) => row.dataset.priority === '2'"
        return Number(await page.evaluate(timeFilter('2', fits)))
      })
    })

    it('loses no row on the way to the end, while others come', async () => {
      await open('?sort=activity')
      await page.locator('[data-incident]').first().waitFor(WAIT)
      const coming = (async () => {
        for (let n = 0; n < 20; n++) await post(n, 'firing')
      })()
      const { seen, blank } = (await page.evaluate(SCROLL)) as {
        seen: [string, number][]
        blank: string[]
      }
      await coming
      expect(blank).toEqual([])
      const places = seen.filter(([id]) => id >= 'INC-500000').map(([, place]) => place)
      expect(seen.filter(([id]) => id >= 'INC-500000')).toHaveLength(INCIDENTS)
      // every place once: nothing is twice in the list, and nothing is left out between two rows
      expect(new Set(places).size).toBe(INCIDENTS)
      await page.locator('[data-news]').waitFor(WAIT)
    })

    it('stays within its memory over live updates', async () => {
      const devtools: CDPSession = await page.context().newCDPSession(page)
      const heapMib = async (): Promise<number> => {
        await devtools.send('HeapProfiler.collectGarbage')
        const { usedSize } = await devtools.send('Runtime.getHeapUsage')
        return usedSize / 2 ** 20
      }
      const updates = async (count: number): Promise<void> => {
        for (let n = 0; n < count; n++) await post(n % 20, n % 40 < 20 ? 'resolved' : 'firing')
      }
      await open()
      await updates(60)
      const before = await heapMib()
      await updates(UPDATES)
      await until('the last update', 60_000, async () =>
        (await page.locator('[data-incident]', { hasText: 'flow-' }).count()) > 0
          ? true
          : undefined,
      )
      const after = await heapMib()
      process.stdout.write(
        `memory: ${before.toFixed(1)} MiB before and ${after.toFixed(1)} MiB after ${UPDATES} updates\n`,
      )
      expect(after - before).toBeLessThanOrEqual(GROWTH_MIB)
    })

    it('went through all of this without an error of its own', () => {
      expect(tab.faults).toEqual([])
    })
  },
)
