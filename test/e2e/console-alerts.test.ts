/** The pages of alerts in a real browser: the search, its facets, one alert and its past. */
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
import { ADMIN_TOKEN, api, type Running, run, until } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'
import { temporaryFolder } from '../support/store.ts'

const chromium = requireTool('chromium')
const WAIT = { timeout: 15_000 }
/** What a search cannot be read is refused with, in the browser's log too. */
const REFUSED = /status of 400/

const MANY = 600
const Facets = z.object({ total: z.number() })
const Alerts = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) })

function alertOf(n: number, more: object = {}): object {
  const labels = {
    alertname: n % 2 === 0 ? 'DiskFull' : 'Slow',
    host: `host-${n}`,
    zone: `z${n % 3}`,
    job: 'node',
  }
  return { title: `trouble ${n}`, status: 'firing', severity: 'warning', labels, ...more }
}

describe.skipIf(!chromium.ok)(`the alerts ${chromium.ok ? '' : chromium.reason}`, () => {
  const folder = temporaryFolder()
  const pictures = join(tmpdir(), 'faultline-console')
  let faultline: Running
  let browser: TestBrowser
  let tab: TestPage
  let page: Page

  const post = (...alerts: readonly object[]): Promise<unknown> =>
    api(faultline.url, '/ingest/generic', alerts)
  const rows = () => page.locator('[data-alert]')
  const row = (title: string) =>
    page.locator('[data-alert]', { has: page.getByText(title, { exact: true }) })
  const box = () => page.getByRole('textbox', { name: 'Search alerts' })
  const total = (count: number) =>
    page.getByRole('status').filter({ hasText: new RegExp(`^${count} episodes?`) })
  const open = async (query = ''): Promise<void> => {
    await page.goto(`${faultline.url}/alerts${query}`)
    await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor(WAIT)
  }
  const facet = async (name: string, value: string): Promise<void> => {
    const group = page.locator(`[data-facet="${name}"]`)
    const head = group.getByRole('button', { name: new RegExp(`^${name}`) })
    await head.waitFor(WAIT)
    if ((await head.getAttribute('aria-expanded')) === 'false') await head.click()
    await group.locator('label', { hasText: value }).first().click()
  }
  const address = () => new URL(page.url()).searchParams

  beforeAll(async () => {
    expect(rebuild()).toBeNull()
    expect(rebuildConsole()).toBeNull()
    mkdirSync(pictures, { recursive: true })
    faultline = await run({ data: join(folder.path, 'data') })
    browser = await startBrowser(chromium.ok ? chromium.path : '')
    tab = await browser.open()
    page = tab.page
  })

  afterAll(async () => {
    await browser?.close()
    await faultline?.stop()
    folder.remove()
  })

  it('says where to begin while nothing has come in', async () => {
    await page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
    await page.getByRole('heading', { level: 1 }).waitFor(WAIT)
    await page.keyboard.press('g')
    await page.keyboard.press('a')
    await page.getByRole('heading', { name: 'No alert has come in yet' }).waitFor(WAIT)
    await liveState(page, true)
  })

  it('shows an alert, and its end, without a reload', async () => {
    await page.evaluate("document.body.setAttribute('data-kept', 'yes')")
    await post(alertOf(1))
    await row('trouble 1').getByText('firing').waitFor(WAIT)
    await post(alertOf(1, { status: 'resolved' }))
    await row('trouble 1').getByText('resolved').waitFor(WAIT)
    expect(await page.locator('body').getAttribute('data-kept')).toBe('yes')
    await post(alertOf(1))
    await total(2).waitFor(WAIT)
  })

  it('holds very many in few rows, and loses none of them while it is scrolled', async () => {
    await post(...Array.from({ length: MANY }, (_, n) => alertOf(n + 2)))
    await until('all of them', 30_000, async () => {
      const facets = Facets.parse(await api(faultline.url, '/api/v1/alerts/facets'))
      return facets.total === MANY + 2 ? true : undefined
    })
    await open()
    await rows().first().waitFor(WAIT)
    const seen = new Set<string>()
    await until('the end of the list', 60_000, async () => {
      const keys = await rows().evaluateAll((all) =>
        all.map((one) => one.getAttribute('data-alert') ?? ''),
      )
      expect(keys.length).toBeLessThan(60)
      for (const key of keys) seen.add(key)
      await page.mouse.wheel(0, 600)
      return (await page.getByText(`All ${MANY + 2} alerts`).count()) > 0 && seen.size === MANY + 2
        ? true
        : undefined
    })
  })

  it('finds by words and by matchers, and keeps them in the address', async () => {
    await open()
    await page.keyboard.press('/')
    await page.keyboard.type('"trouble')
    await box().fill('{host=~"host-1[0-9]", zone!="z0"} diskfull')
    await total(3).waitFor(WAIT)
    expect(address().get('q')).toBe('{host=~"host-1[0-9]", zone!="z0"} diskfull')
    await page.reload()
    await total(3).waitFor(WAIT)
    expect(await rows().count()).toBe(3)
    await box().fill('{host=~"("}')
    await page.getByText('not an RE2 regular expression').first().waitFor(WAIT)
    await box().fill('no such thing')
    await page.getByRole('heading', { name: 'No alert matches' }).waitFor(WAIT)
    await page.getByRole('button', { name: 'Show all alerts' }).click()
    await total(MANY + 2).waitFor(WAIT)
    expect(page.url()).toBe(`${faultline.url}/alerts`)
  })

  it('is narrowed down by facets that the server counts', async () => {
    await open('?state=firing')
    await facet('Rule', 'DiskFull')
    await total(MANY / 2).waitFor(WAIT)
    await facet('zone', 'z1')
    await facet('zone', 'z2')
    await total(MANY / 3).waitFor(WAIT)
    expect(address().get('state')).toBe('firing')
    await page.reload()
    await total(MANY / 3).waitFor(WAIT)
    await facet('Condition', 'without a CI')
    await total(MANY / 3).waitFor(WAIT)
    expect(address().get('bound')).toBe('false')
    await page.locator('label', { hasText: 'Resolved' }).click()
    await page.getByRole('heading', { name: 'No alert matches' }).waitFor(WAIT)
  })

  it('is led by the keyboard', async () => {
    await open()
    await rows().first().waitFor(WAIT)
    for (const key of ['j', 'j', 'k']) await page.keyboard.press(key)
    const first = await rows().first().locator('[data-row-link]').textContent()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: first ?? '', level: 1 }).waitFor(WAIT)
    await page.keyboard.press('u')
    await page.getByRole('heading', { name: 'Alerts', level: 1 }).waitFor(WAIT)
  })

  it('shows the past of one alert: its episodes, and when it was muted', async () => {
    const { items } = Alerts.parse(
      await api(faultline.url, `/api/v1/alerts?q=${encodeURIComponent('{host="host-1"}')}`),
    )
    const id = items[0]?.id ?? ''
    await page.goto(`${faultline.url}/alerts/${id}`)
    await page.getByRole('heading', { name: 'trouble 1', level: 1 }).waitFor(WAIT)
    const strip = page.getByRole('img', { name: /^It fired 2 times\. It fires now\./ })
    await strip.waitFor(WAIT)
    expect(await strip.locator('[data-bar="warning"]').count()).toBe(2)
    const endsAt = new Date(Date.now() + 3_600_000).toISOString()
    const matchers = [{ name: 'host', value: 'host-1' }]
    await api(faultline.url, '/api/v1/silences', { matchers, endsAt, comment: 'a new fan' })
    await page.locator('[data-lane="muted"] [data-bar="suppressed"]').waitFor(WAIT)
    await page.getByText('muted', { exact: true }).first().waitFor(WAIT)
    await page.getByRole('button', { name: '2 episodes' }).click()
    expect(await page.locator('[data-episode]').count()).toBe(2)
    await page.getByRole('button', { name: /decisions about it$/ }).click()
    await page.getByText('a new fan').first().waitFor(WAIT)
  })

  it('leads to a silence that is filled with its labels', async () => {
    const link = page.getByRole('link', { name: 'Silence…' })
    const address = new URL((await link.getAttribute('href')) ?? '', faultline.url)
    expect(address.pathname).toBe('/silences/new')
    expect(address.searchParams.getAll('matcher').sort()).toEqual([
      'alertname="Slow"',
      'host="host-1"',
      'job="node"',
      'zone="z1"',
    ])
  })

  it('leads from what is inhibited to what inhibits it', async () => {
    const disk = (severity: string, title: string): object => ({
      ...{ title, status: 'firing', severity },
      labels: {
        ...{ alertname: 'NodeFilesystemAlmostOutOfSpace', severity },
        ...{ instance: 'n-1', device: 'sda1', mountpoint: '/' },
      },
    })
    await post(disk('critical', 'the disk is full'), disk('warning', 'the disk fills up'))
    const query = encodeURIComponent('{instance="n-1", severity="warning"}')
    const { items } = await until('the alert to be stored', WAIT.timeout, async () => {
      const found = Alerts.parse(await api(faultline.url, `/api/v1/alerts?q=${query}`))
      return found.items.length === 1 ? found : undefined
    })
    await page.goto(`${faultline.url}/alerts/${items[0]?.id}`)
    const told = page.locator('[data-inhibited-by]')
    await told.getByText('disk_is_full_already').waitFor(WAIT)
    await told.getByRole('link', { name: /^the disk is full: / }).click()
    await page.getByRole('heading', { name: 'the disk is full', level: 1 }).waitFor(WAIT)
    expect(await page.locator('[data-inhibited-by]').count()).toBe(0)
  })

  it('says that there is no such alert', async () => {
    const view = await browser.open()
    await view.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
    await view.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
    await view.page.goto(`${faultline.url}/alerts/nothing`)
    await view.page.getByRole('alert').getByText('There is no such alert.').waitFor(WAIT)
    await view.close()
  })

  it('is readable and accessible, wide and narrow, light and dark', async () => {
    const { items } = Alerts.parse(
      await api(faultline.url, `/api/v1/alerts?q=${encodeURIComponent('{host="host-1"}')}`),
    )
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        const view = await browser.open({ width, scheme })
        await view.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
        await view.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
        for (const [name, path] of [
          ['list', '/alerts?label=zone%3Dz1'],
          ['one', `/alerts/${items[0]?.id}`],
        ] as const) {
          await view.page.goto(faultline.url + path)
          const there = name === 'list' ? '[data-alert]' : '[data-bar]'
          await view.page.locator(there).first().waitFor(WAIT)
          await liveState(view.page, true)
          await view.page.screenshot({
            path: join(pictures, `alerts-${name}-${width}-${scheme}.png`),
          })
          const spill =
            'document.documentElement.scrollWidth - document.documentElement.clientWidth'
          expect(`${name} ${width}: ${await view.page.evaluate(spill)}`).toBe(`${name} ${width}: 0`)
          expect(await axeFaults(view.page)).toEqual([])
          expect(await contrastFaults(view.page)).toEqual([])
        }
        expect(view.faults).toEqual([])
        await view.close()
      }
    }
  })

  it('went through all of this without an error of its own', () => {
    expect(tab.faults.filter((fault) => !REFUSED.test(fault))).toEqual([])
  })
})
