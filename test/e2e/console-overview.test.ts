/** The overview in a real browser: its figures, and the lists that they lead to. */
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { axeFaults } from '../support/axe.ts'
import {
  contrastFaults,
  liveState,
  rebuildConsole,
  startBrowser,
  type TestBrowser,
  type TestPage,
} from '../support/browser.ts'
import { rebuild } from '../support/build.ts'
import { ADMIN_TOKEN, api, type Running, run } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'
import { temporaryFolder } from '../support/store.ts'

const chromium = requireTool('chromium')
const WAIT = { timeout: 15_000 }

const ESTATE = {
  items: [
    { id: 'svc:shop', class: 'service', name: 'shop-front', criticality: 1 },
    { id: 'svc:mail', class: 'service', name: 'newsletter', criticality: 4 },
  ],
  relations: [],
}
const RangeStats = z.object({
  received: z.number(),
  alerts: z.number(),
  incidents: z.number(),
  from: z.string(),
  to: z.string(),
})
const Incidents = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) })

function alertOf(rule: string, service: string, more: object = {}): object {
  const labels = { alertname: rule, service }
  return { title: `${rule} on ${service}`, severity: 'critical', status: 'firing', labels, ...more }
}

describe.skipIf(!chromium.ok)(`the overview ${chromium.ok ? '' : chromium.reason}`, () => {
  const folder = temporaryFolder()
  const pictures = join(tmpdir(), 'faultline-console')
  let faultline: Running
  let browser: TestBrowser
  let tab: TestPage
  let page: Page

  const post = (...alerts: readonly object[]): Promise<unknown> =>
    api(faultline.url, '/ingest/generic', alerts)
  const step = (name: string) => page.locator(`[data-step="${name}"]`)
  const section = (id: string) => page.locator(`[data-section="${id}"]`)
  const home = async (query = ''): Promise<void> => {
    await page.goto(`${faultline.url}/${query}`)
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor(WAIT)
  }

  beforeAll(async () => {
    expect(rebuild()).toBeNull()
    expect(rebuildConsole()).toBeNull()
    mkdirSync(pictures, { recursive: true })
    faultline = await run({ data: join(folder.path, 'data') })
    browser = await startBrowser(chromium.ok ? chromium.path : '')
    tab = await browser.open()
    page = tab.page
    await api(faultline.url, '/api/v1/topology', ESTATE)
  })

  afterAll(async () => {
    await browser?.close()
    await faultline?.stop()
    folder.remove()
  })

  it('is where the log-in link leads, and says calmly that nothing burns', async () => {
    await page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor(WAIT)
    expect(new URL(page.url()).pathname).toBe('/')
    await section('burning').getByText('Nothing burns').waitFor(WAIT)
    await section('trust').getByText('yes', { exact: true }).waitFor(WAIT)
    await liveState(page, true)
  })

  it('shows what begins to burn without a reload, by service and priority', async () => {
    await page.evaluate("document.body.setAttribute('data-kept', 'yes')")
    await post(
      alertOf('Errors', 'shop-front'),
      alertOf('Slow', 'shop-front'),
      alertOf('Bounces', 'newsletter', { severity: 'error' }),
    )
    await page.locator('tr[data-service="svc:shop"] td[data-priority] a').first().waitFor(WAIT)
    await page.locator('tr[data-service="svc:mail"]').waitFor(WAIT)
    expect(await page.locator('body').getAttribute('data-kept')).toBe('yes')
    await section('burning').getByRole('rowheader', { name: 'shop-front' }).waitFor(WAIT)
  })

  it('counts what came in, what was left of it, and who was loud', async () => {
    for (let n = 0; n < 3; n++) await post(alertOf('Errors', 'shop-front'))
    await post(alertOf('Errors', 'shop-front'), { title: 'without a status' })
    await step('received').getByText('8', { exact: true }).waitFor(WAIT)
    const stats = RangeStats.parse(await api(faultline.url, '/api/v1/stats/range'))
    expect(stats).toMatchObject({ received: 8, alerts: 3 })
    expect(await step('alerts').getByRole('link').first().textContent()).toBe('3')
    expect(await step('incidents').getByRole('link').first().textContent()).toBe(
      String(stats.incidents),
    )
    const loudest = page.locator('[data-section="rules"] tr[data-talker]').first()
    await loudest.getByRole('link', { name: 'Errors' }).waitFor(WAIT)
    expect(await loudest.locator('td').first().textContent()).toBe('5')
    await section('trust').locator('[data-fact="Dead letters"] a').getByText('1').waitFor(WAIT)
  })

  it('leads from every figure to a list, and none of them is a page that is not there', async () => {
    const links = await page
      .locator('main a[href^="/"]')
      .evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
    const places = [...new Set(links)]
    expect(places.length).toBeGreaterThan(10)
    for (const place of places) {
      await page.goto(faultline.url + place)
      await page.getByRole('heading', { level: 1 }).waitFor(WAIT)
      expect(`${place}: ${await page.getByText('There is no such page').count()}`).toBe(
        `${place}: 0`,
      )
    }
    await home()
    await step('alerts').getByRole('link').first().click()
    await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor(WAIT)
    await page.getByText('All 3 alerts').waitFor(WAIT)
  })

  it('says how long it took until somebody looked', async () => {
    const { items } = Incidents.parse(await api(faultline.url, '/api/v1/incidents?q=errors'))
    await api(faultline.url, `/api/v1/incidents/${items[0]?.id}/ack`, {})
    await home()
    const times = page.locator('[data-times="Time to acknowledge"]')
    await times.getByRole('link', { name: /^1 of \d acknowledged$/ }).waitFor(WAIT)
  })

  it('keeps the range in the address, and takes one of its own', async () => {
    await home()
    await page.locator('label', { hasText: '1 h' }).click()
    await page.waitForURL((url) => url.search === '?range=1h', WAIT)
    await page.reload()
    await step('received').getByText('8', { exact: true }).waitFor(WAIT)
    await page.getByRole('button', { name: 'Custom' }).click()
    await page.getByRole('textbox', { name: 'From' }).fill('2020-01-01T00:00')
    await page.getByRole('textbox', { name: 'To' }).fill('2020-02-01T00:00')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await step('received').getByText('0', { exact: true }).waitFor(WAIT)
    expect(new URL(page.url()).searchParams.get('from')).toBe('2019-12-31T18:15:00.000Z')
    await section('rules').getByText('No alert began in this time.').waitFor(WAIT)
  })

  it('draws alerts and incidents over time, and has the same as a table', async () => {
    await home('?range=1h')
    const chart = section('series')
      .getByRole('img', { name: /^Chart/ })
      .first()
    await chart.locator('svg text').first().waitFor(WAIT)
    expect(await chart.getAttribute('aria-label')).toMatch(/3 alerts and \d incidents began/)
    await page.getByRole('button', { name: 'As a table' }).click()
    const table = section('series').getByRole('table')
    await table.waitFor(WAIT)
    const rows = await table.locator('tbody tr').count()
    expect(rows).toBeGreaterThanOrEqual(1)
    await table.locator('tbody a').first().click()
    await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor(WAIT)
  })

  it('leads what was kept of the old address to the list of incidents', async () => {
    await page.goto(`${faultline.url}/?status=all`)
    await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor(WAIT)
    expect(new URL(page.url()).pathname).toBe('/incidents')
  })

  it('is readable and accessible, wide and narrow, light and dark', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        const view = await browser.open({ width, scheme, height: 1400 })
        await view.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
        await view.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor(WAIT)
        await view.page.locator('[data-section="series"] svg text').first().waitFor(WAIT)
        await view.page.locator('tr[data-talker]').first().waitFor(WAIT)
        await liveState(view.page, true)
        await view.page.screenshot({
          path: join(pictures, `overview-${width}-${scheme}.png`),
          fullPage: true,
        })
        const spill = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
        expect(`${width}: ${await view.page.evaluate(spill)}`).toBe(`${width}: 0`)
        expect(await axeFaults(view.page)).toEqual([])
        expect(await contrastFaults(view.page)).toEqual([])
        expect(view.faults).toEqual([])
        await view.close()
      }
    }
  })

  it('went through all of this without an error of its own', () => {
    expect(tab.faults).toEqual([])
  })
})
