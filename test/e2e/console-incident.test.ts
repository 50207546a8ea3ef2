/** The page of one incident in a real browser: understand it, regroup it, and see what was known then. */
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
const WAIT = { timeout: 20_000 }

const Items = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) })
const Detail = z.object({
  status: z.string(),
  alertCount: z.number(),
  mergedInto: z.string().nullable(),
})
const Then = z.object({ alertCount: z.int() })
const Steps = z.object({ steps: z.array(z.object({ at: z.string() })) })

const item = (id: string, kind: string, criticality = 2) => ({
  ...{ id, class: kind, name: id, criticality, owner: 'team-shop' },
})
const ESTATE = {
  items: [
    item('web', 'service', 1),
    item('orders', 'service', 1),
    item('search', 'service', 3),
    item('orders-db', 'database', 1),
    item('db-host', 'host'),
    item('mail', 'service', 4),
    item('crawler', 'host', 4),
  ],
  relations: [
    { from: 'web', type: 'depends_on', to: 'orders' },
    { from: 'web', type: 'depends_on', to: 'search' },
    { from: 'orders', type: 'depends_on', to: 'orders-db' },
    { from: 'orders-db', type: 'runs_on', to: 'db-host' },
  ],
}
const ARTICLES = {
  articles: [
    {
      id: 'disk-full',
      title: 'The disk of a database host is full',
      alertnames: ['DiskFull'],
      body: 'Write-ahead logs fill the disk when a replica is gone.\n\nDrop its replication slot.',
    },
  ],
}

/** What has the focus at the moment a dialog is there: a key pressed right then is meant for it. */
const WATCH_FOCUS = `new MutationObserver((_, watch) => {
  if (document.querySelector('[role="dialog"]') === null) return
  watch.disconnect()
  window.focusedFirst = document.activeElement.textContent
}).observe(document.body, { childList: true, subtree: true })`

function alert(rule: string, service: string, title: string, severity = 'critical'): object {
  return { title, severity, status: 'firing', labels: { alertname: rule, service } }
}

/** How far a page is wider than its window. */
const SPILL = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

describe.skipIf(!chromium.ok)(`an incident's page ${chromium.ok ? '' : chromium.reason}`, () => {
  const folder = temporaryFolder()
  const pictures = join(tmpdir(), 'faultline-console')
  let faultline: Running
  let browser: TestBrowser
  let tab: TestPage
  let page: Page
  let outage: string
  let mail: string

  const post = (...alerts: readonly object[]): Promise<unknown> =>
    api(faultline.url, '/ingest/generic', alerts)
  const detail = async (id: string, query = '') =>
    Detail.parse(await api(faultline.url, `/api/v1/incidents/${id}${query}`))
  const idOf = (title: string): Promise<string> =>
    until(`the incident ${title}`, 15_000, async () => {
      const { items } = Items.parse(await api(faultline.url, '/api/v1/incidents?limit=50'))
      return items.find((one) => one.title.startsWith(title))?.id
    })
  const open = async (id: string, query = ''): Promise<void> => {
    await page.goto(`${faultline.url}/incidents/${id}${query}`)
    await page.getByRole('heading', { level: 1 }).waitFor(WAIT)
    await page.locator('[data-alert]').first().waitFor(WAIT)
  }
  const drawn = (count: number) => page.locator(`[data-graph][data-drawn="${count}"]`)
  const section = (name: string) => page.locator(`[data-section="${name}"]`)
  const notice = (text: string) => page.getByRole('status').filter({ hasText: text })

  beforeAll(async () => {
    expect(rebuild()).toBeNull()
    expect(rebuildConsole()).toBeNull()
    mkdirSync(pictures, { recursive: true })
    faultline = await run({ data: join(folder.path, 'data') })
    browser = await startBrowser(chromium.ok ? chromium.path : '')
    tab = await browser.open()
    page = tab.page
    await api(faultline.url, '/api/v1/topology', ESTATE)
    await api(faultline.url, '/api/v1/articles', ARTICLES)
    await post(alert('DiskFull', 'db-host', 'db-host: the disk is full'))
    outage = await idOf('db-host')
    await post(alert('WritesFail', 'orders-db', 'orders-db rejects writes'))
    await post(alert('Errors', 'orders', 'orders fails often', 'warning'))
    await post(alert('Slow', 'web', 'web answers slowly', 'warning'))
    await post(alert('Bounces', 'mail', 'mail: many mails bounce'))
    mail = await idOf('mail')
    await api(faultline.url, `/api/v1/incidents/${outage}/comment`, { text: 'looking at it' })
  })

  afterAll(async () => {
    await browser?.close()
    await faultline?.stop()
    folder.remove()
  })

  it('opens from the link of a notification in a fresh tab: log in, and it is there', async () => {
    await page.goto(`${faultline.url}/incidents/${outage}`)
    await page.getByLabel('Token').fill(ADMIN_TOKEN)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: /db-host: the disk is full/ }).waitFor(WAIT)
    expect(new URL(page.url()).pathname).toBe(`/incidents/${outage}`)
    await liveState(page, true)
  })

  it('says how bad it is, and whom it hurts, the most critical first', async () => {
    const services = page.getByRole('list', { name: 'Services hurt now' }).getByRole('listitem')
    await expect
      .poll(() => services.allTextContents())
      .toEqual([
        ...['orders', 'orders-db', 'web'].map((name) => `${name}criticality 1`),
        'db-hostcriticality 2',
      ])
  })

  it('draws why its alerts are together, and says the same as a list', async () => {
    // four with alerts, and search, which depends on none of them
    await drawn(5).waitFor(WAIT)
    await page.getByRole('button', { name: 'As a list' }).click()
    const list = page.getByRole('list', { name: /on the topology, as a list/ })
    await expect.poll(() => list.getByRole('button').count()).toBe(5)
    const db = list.getByRole('button', { name: /^orders-db/ })
    expect(await db.textContent()).toMatch(/database · 1 firing · runs on db-host/)
    expect(await list.getByRole('button', { name: /^search/ }).textContent()).toMatch(/silent/)
    await db.click()
    await expect.poll(() => page.locator('[data-alert]').count()).toBe(1)
    await page.getByRole('button', { name: 'Show all again' }).click()
    await expect.poll(() => page.locator('[data-alert]').count()).toBe(4)
  })

  it('tells it in sentences, with what was left out', async () => {
    const story = section('together').locator('[data-story]')
    await story.getByText(/“db-host: the disk is full” on db-host began it/).waitFor(WAIT)
    await story.getByText(/“orders-db rejects writes” on orders-db joined db-host/).waitFor(WAIT)
    await section('together').getByText('Directly related and silent: search').waitFor(WAIT)
  })

  it('marks in the passage of an article what made it fit', async () => {
    await section('articles').locator('mark', { hasText: 'disk' }).first().waitFor(WAIT)
  })

  it('reads an article beside it, laid out and with those words marked', async () => {
    await section('articles').getByRole('listitem').first().getByRole('button').first().click()
    const drawer = page.getByRole('dialog')
    await drawer.locator('mark', { hasText: 'disk' }).first().waitFor(WAIT)
    expect(await drawer.getByRole('heading', { level: 2 }).count()).toBeGreaterThan(0)
    await drawer.getByRole('link', { name: 'Its page' }).waitFor(WAIT)
    await page.keyboard.press('Escape')
    await expect.poll(() => drawer.count()).toBe(0)
  })

  it('filters the timeline by who acted', async () => {
    const timeline = page.getByRole('list', { name: /^Timeline/ })
    await timeline.getByText('looking at it').waitFor(WAIT)
    await section('timeline').getByText('People', { exact: true }).click()
    await expect.poll(() => timeline.getByRole('listitem').count()).toBe(1)
    await section('timeline').getByText('All', { exact: true }).click()
    await expect.poll(() => timeline.getByRole('listitem').count()).toBeGreaterThan(3)
  })

  it('shows the incident as it was known at a moment: by key, slider and address', async () => {
    const slider = page.getByRole('slider', { name: 'Moment' })
    const { steps } = Steps.parse(await api(faultline.url, `/api/v1/incidents/${outage}/steps`))
    await expect.poll(() => slider.getAttribute('max')).toBe(String(steps.length))
    await slider.focus()
    await page.keyboard.press('Home')
    const first = steps[0]?.at ?? ''
    await expect.poll(() => new URL(page.url()).searchParams.get('at')).toBe(first)
    await page.getByText(/As it was known at/).waitFor(WAIT)
    // a fast machine puts more than one alert into the first moment
    const path = `/api/v1/incidents/${outage}?at=${encodeURIComponent(first)}`
    const { alertCount } = Then.parse(await api(faultline.url, path))
    expect(alertCount).toBeGreaterThan(0)
    const alerts = page.getByRole('heading', { name: `Alerts (${alertCount})` })
    await alerts.waitFor(WAIT)
    await page.locator('[data-graph][data-drawn]').waitFor(WAIT)
    expect(await page.getByRole('button', { name: 'Merge…' }).count()).toBe(0)
    await page.reload()
    await alerts.waitFor(WAIT)
    await slider.waitFor(WAIT)
    await page.keyboard.press('.')
    await expect.poll(() => new URL(page.url()).searchParams.get('at')).toBe(steps[1]?.at)
    await page.keyboard.press('p')
    // it plays to the end, and is now again; how many moments there are depends on the machine
    const playing = { timeout: WAIT.timeout + steps.length * 2000 }
    await expect.poll(() => new URL(page.url()).searchParams.get('at'), playing).toBeNull()
    await page.getByRole('heading', { name: 'Alerts (4)' }).waitFor(WAIT)
    await page.keyboard.press(',')
    await page.getByText(/As it was known at/).waitFor(WAIT)
    await page.keyboard.press('n')
    await page.getByText(/moments since it began/).waitFor(WAIT)
  })

  it('says where it was not there yet, and where it never was', async () => {
    await page.goto(`${faultline.url}/incidents/${outage}?at=2020-01-01T00:00:00.000Z`)
    await page.getByText(`${outage} was not there yet`).waitFor(WAIT)
    await page.getByRole('link', { name: 'Show it as it is now' }).click()
    await page.getByRole('heading', { name: 'Alerts (4)' }).waitFor(WAIT)
    await page.goto(`${faultline.url}/incidents/INC-999999`)
    await page.getByText('There is no incident INC-999999').waitFor(WAIT)
  })

  it('says where it goes and by which rule, and takes a team by hand', async () => {
    await open(mail)
    const route = page.getByRole('button', { name: /^Goes to team-shop, all channels are told/ })
    await route.click()
    await page.locator('[data-route="owner_of_ci"]').waitFor(WAIT)
    await page.keyboard.press('e')
    await page.getByLabel('Team').fill('team-mail')
    await page.keyboard.press('Enter')
    await page.getByText('admin gave it to team-mail').first().waitFor(WAIT)
    expect(await api(faultline.url, `/api/v1/incidents/${mail}`)).toMatchObject({
      ...{ team: 'team-mail', teamBy: 'admin', owner: null },
      route: { team: 'team-shop', teamRule: 'owner_of_ci', rules: ['owner_of_ci'] },
    })
  })

  it('splits in two keystrokes, and undoes that from the notice', async () => {
    await open(outage)
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.getByText('1 selected').waitFor(WAIT)
    await page.evaluate(WATCH_FOCUS)
    await page.keyboard.press('s')
    await page.keyboard.press('Enter')
    expect(await page.evaluate('window.focusedFirst')).toBe('Split off')
    await page.getByRole('heading', { name: 'Alerts (3)' }).waitFor(WAIT)
    await notice('split off').getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { name: 'Alerts (4)' }).waitFor(WAIT)
  })

  it('moves and merges in two keystrokes each, and undoes by key', async () => {
    await open(outage)
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await page.keyboard.press('v')
    const picked = page.getByRole('dialog').getByRole('radio', { checked: true })
    await picked.first().waitFor(WAIT)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Alerts (3)' }).waitFor(WAIT)
    await notice('moved to').getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('heading', { name: 'Alerts (4)' }).waitFor(WAIT)
    await page.keyboard.press('m')
    await page.getByRole('dialog').getByRole('radio', { checked: true }).first().waitFor(WAIT)
    const other = await page
      .getByRole('dialog')
      .getByRole('radio', { checked: true })
      .first()
      .getAttribute('aria-label')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ ...WAIT, state: 'hidden' })
    const gone = other?.split(' ')[0] ?? ''
    await expect.poll(async () => (await detail(gone)).mergedInto).toBe(outage)
    await page.goto(`${faultline.url}/incidents/${gone}`)
    await page.getByText('This incident is part of another one now').waitFor(WAIT)
    await page.getByRole('link', { name: `Go to ${outage}` }).click()
    await page.getByRole('heading', { name: 'Alerts (5)' }).waitFor(WAIT)
    await page.keyboard.press('z')
    await expect.poll(async () => (await detail(gone)).mergedInto).toBeNull()
    await page.getByRole('heading', { name: 'Alerts (4)' }).waitFor(WAIT)
  })

  it('is readable in every state, wide and narrow, light and dark, and axe finds nothing', async () => {
    const { steps } = Steps.parse(await api(faultline.url, `/api/v1/incidents/${outage}/steps`))
    const then = `?at=${steps[1]?.at ?? ''}`
    const paths = [outage, `${outage}${then}`, mail, 'INC-999999']
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        const view = await browser.open({ width, scheme })
        await view.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
        await view.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
        for (const [at, path] of paths.entries()) {
          await view.page.goto(`${faultline.url}/incidents/${path}`)
          await view.page
            .getByRole('heading', { level: at === 3 ? 2 : 1 })
            .first()
            .waitFor(WAIT)
          if (at < 3) await view.page.locator('[data-drawn]').waitFor(WAIT)
          await liveState(view.page, true)
          const picture = `incident-${at}-${width}-${scheme}.png`
          await view.page.screenshot({ path: join(pictures, picture), fullPage: true })
          expect(`${path} ${width}: ${await view.page.evaluate(SPILL)}`).toBe(`${path} ${width}: 0`)
          expect(await contrastFaults(view.page)).toEqual([])
          expect(await axeFaults(view.page)).toEqual([])
        }
        expect(view.faults.filter((fault) => !/status of 404/.test(fault))).toEqual([])
        await view.close()
      }
    }
  })

  it('draws only what is seen of many alerts, and finds each of them', async () => {
    const storm = Array.from({ length: 1500 }, (_, n) => ({
      title: `crawler: check ${String(n).padStart(4, '0')}`,
      ...{ severity: 'warning', status: 'firing' },
      labels: { alertname: `Check${n}`, host: 'crawler' },
    }))
    await post(...storm)
    const id = await idOf('crawler')
    await expect.poll(async () => (await detail(id)).alertCount, WAIT).toBe(1500)
    await open(id)
    const rows = page.locator('[data-alert]')
    expect(await rows.first().getAttribute('aria-setsize')).toBe('1500')
    expect(await rows.count()).toBeLessThan(60)
    await expect
      .poll(
        async () => {
          await page.keyboard.press('End')
          return rows.last().getAttribute('aria-posinset')
        },
        { timeout: 60_000 },
      )
      .toBe('1500')
    expect(await rows.count()).toBeLessThan(60)
    await page.getByRole('textbox', { name: 'Search alerts of this incident' }).fill('check 0777')
    await expect.poll(() => rows.count(), WAIT).toBe(1)
  })

  it('went through all of this without an error of its own', () => {
    expect(tab.faults.filter((fault) => !/status of 404/.test(fault))).toEqual([])
  })
})
