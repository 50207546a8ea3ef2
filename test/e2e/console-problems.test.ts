/** Problems in a real browser: a problem manager's morning, with the keyboard. */
import { mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY, HOUR } from '../../src/core/time.ts'
import { systemClock } from '../../src/notify/clock.ts'
import { firing, startApp, type TestApp, TOKEN } from '../support/app.ts'
import { axeFaults } from '../support/axe.ts'
import {
  contrastFaults,
  liveState,
  rebuildConsole,
  startBrowser,
  type TestBrowser,
  type TestPage,
} from '../support/browser.ts'
import { recur, tick } from '../support/recurring.ts'
import { requireTool } from '../support/requirements.ts'
import { ROOT } from '../support/source.ts'

const chromium = requireTool('chromium')
const WAIT = { timeout: 15_000 }
const SPILL = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
/** What the API refuses is in the browser's log as well. */
const REFUSALS = /status of 409/

const WEEKS = 6
const ALERTS = [
  { rule: 'DiskFull', host: 'orders-db-1' },
  { rule: 'CertificateExpires', host: 'shop-gateway' },
  { rule: 'BackupFailed', host: 'nas-2' },
]
const ITEMS = ALERTS.map(({ host }) => ({ id: host, class: 'host', name: host, criticality: 2 }))

interface Shown {
  readonly id: string
  readonly title: string
  readonly status: string
}

describe.skipIf(!chromium.ok)(`problems ${chromium.ok ? '' : chromium.reason}`, () => {
  const pictures = join(tmpdir(), 'faultline-console')
  let app: TestApp
  let browser: TestBrowser
  let tab: TestPage
  let page: Page

  const problems = async (): Promise<readonly Shown[]> =>
    (await app.get('/api/v1/problems?status=proposed,open,known_error')).body.items
  const idOf = async (rule: string): Promise<string> => {
    const found = (await problems()).find(({ title }) => title.startsWith(rule))
    if (found === undefined) throw new Error(`there is no problem of ${rule}`)
    return found.id
  }
  const row = (id: string) => page.locator(`[data-problem="${id}"]`)
  const reads = async (id: string, field: 'status' | 'owner' | 'mergedInto'): Promise<unknown> =>
    (await app.get(`/api/v1/problems/${id}`)).body[field]
  const go = async (path: string): Promise<void> => {
    await page.goto(`${app.url}${path}`)
    await liveState(page, true)
  }
  const open = async (options: Parameters<TestBrowser['open']>[0] = {}): Promise<TestPage> => {
    const opened = await browser.open(options)
    await opened.page.goto(`${app.url}/login#token=${TOKEN}`)
    await opened.page
      .locator('[data-live]')
      .first()
      .waitFor({ state: 'attached', ...WAIT })
    return opened
  }

  beforeAll(async () => {
    if (!chromium.ok) return
    expect(rebuildConsole()).toBeNull()
    mkdirSync(pictures, { recursive: true })
    // the weeks that go by while the incidents recur end in the present
    const past = WEEKS * 7 * DAY + HOUR
    app = await startApp({
      consoleDir: join(ROOT, 'dist/console'),
      clock: { ...systemClock, now: () => systemClock.now() - past },
    })
    await app.post('/api/v1/topology', { items: ITEMS, relations: [] })
    await recur(app, ALERTS, { times: WEEKS })
    browser = await startBrowser(chromium.path)
    tab = await open()
    page = tab.page
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    await app?.stop()
  })

  it('are ranked by what they cost, with their rhythm and when the last one was', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('p')
    const disk = await idOf('DiskFull')
    await row(disk).waitFor(WAIT)
    expect(await page.locator('[data-problem]').count()).toBe(3)
    const text = (await row(disk).textContent()) ?? ''
    expect(text).toContain('DiskFull on orders-db-1')
    expect(text).toMatch(/a month/)
    expect(text).toMatch(/6 incidents, last \d+d/)
  })

  it('are accepted and dismissed with one key, and that is undone with another', async () => {
    const [disk, backup] = [await idOf('DiskFull'), await idOf('BackupFailed')]
    await row(disk).getByRole('link').first().focus()
    await page.keyboard.press('a')
    await row(disk).getByText('open', { exact: true }).waitFor(WAIT)
    expect(await reads(disk, 'status')).toBe('open')
    await row(backup).getByRole('link').first().focus()
    await page.keyboard.press('d')
    await row(backup).waitFor({ state: 'detached', ...WAIT })
    await page.keyboard.press('z')
    await row(backup).getByText('proposed', { exact: true }).waitFor(WAIT)
    expect(await reads(backup, 'status')).toBe('proposed')
  })

  it('are merged where two are one, and the notice takes that back', async () => {
    const [cert, backup] = [await idOf('CertificateExpires'), await idOf('BackupFailed')]
    for (const id of [cert, backup]) {
      await row(id).getByRole('link').first().focus()
      await page.keyboard.press('x')
    }
    await page.keyboard.press('m')
    const notice = page.getByRole('status').filter({ hasText: 'Merged into' })
    await notice.waitFor(WAIT)
    const [older, younger] = [cert, backup].sort()
    expect(await reads(younger ?? '', 'mergedInto')).toBe(older)
    await notice.getByRole('button', { name: 'Undo' }).click()
    await row(younger ?? '').waitFor(WAIT)
    expect(await reads(younger ?? '', 'mergedInto')).toBe(null)
  })

  it('show why they are one, with terms that add up, and when they came', async () => {
    const disk = await idOf('DiskFull')
    await row(disk).getByRole('link').first().focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: /DiskFull on orders-db-1/ }).waitFor(WAIT)
    await page.getByRole('button', { name: 'As numbers', exact: true }).click()
    const why = page.locator('[data-section="why"]')
    const adds = await why
      .locator('[data-adds]')
      .evaluateAll((cells) =>
        cells.map((cell) => Number(cell.getAttribute('data-adds')?.replace('−', '-'))),
      )
    const sum = Number(await why.locator('[data-sum]').getAttribute('data-sum'))
    expect(adds.length).toBeGreaterThanOrEqual(4)
    expect(Math.abs(adds.reduce((a, b) => a + b, 0) - sum)).toBeLessThan(0.03)
    expect(await page.getByRole('img', { name: /6 incidents in the last/ }).count()).toBe(1)
    expect(await page.locator('[data-member]').count()).toBe(6)
  })

  it('have a workaround that the next incident shows while it is open', async () => {
    const disk = await idOf('DiskFull')
    await page.keyboard.press('w')
    await page.getByLabel('How to live with it').fill('Empty /var/spool, then restart the writer.')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Workaround', exact: true }).waitFor(WAIT)
    expect(await reads(disk, 'status')).toBe('known_error')
    await app.post('/ingest/generic', firing('DiskFull', 'orders-db-1'))
    app.skip(5000)
    await tick(app)
    await app.settled()
    const [incident] = (await app.get('/api/v1/incidents?status=open')).body.items
    await go(`/incidents/${incident.id}`)
    await page.locator(`[data-known="${disk}"]`).waitFor(WAIT)
    const article = page.locator('[data-section="articles"]').getByRole('listitem').first()
    await article.getByText('known error').first().waitFor(WAIT)
    await article.getByText('Empty /var/spool, then restart the writer.').waitFor(WAIT)
    await article.getByRole('button', { name: /^Known error: DiskFull.* UTC$/ }).click()
    await page.getByRole('dialog').getByRole('link', { name: 'Its page' }).click()
    await page.getByRole('link', { name: disk }).click()
    await page.getByRole('heading', { name: 'Workaround', exact: true }).waitFor(WAIT)
    await go(`/incidents/${incident.id}`)
    await page.locator(`[data-known="${disk}"]`).getByRole('link').click()
    await page.locator('[data-member]').nth(6).waitFor(WAIT)
  })

  it('are split by the incidents that are selected, and put together again', async () => {
    const disk = await idOf('DiskFull')
    for (const n of [1, 2]) {
      await page.locator('[data-member] a').nth(n).focus()
      await page.keyboard.press('x')
    }
    await page.keyboard.press('s')
    await page.getByRole('heading', { name: '5 incidents' }).waitFor(WAIT)
    expect(await problems()).toHaveLength(4)
    await page.keyboard.press('z')
    await page.getByRole('heading', { name: '7 incidents' }).waitFor(WAIT)
    const { body } = await app.get(`/api/v1/problems/${disk}`)
    expect(body.incidentCount).toBe(7)
  })

  it('have tasks, and go to the meeting as a report', async () => {
    const tasks = page.locator('[data-section="tasks"]')
    await tasks.getByLabel('What is to be done').fill('Rotate the logs')
    await tasks.getByLabel('Who').fill('ann')
    await tasks.getByRole('button', { name: 'Add task' }).click()
    await tasks.locator('[data-task="T1"]').getByText('ann').waitFor(WAIT)
    await tasks.getByLabel('Rotate the logs').click()
    await tasks.getByText(/done by/).waitFor(WAIT)
    const disk = await idOf('DiskFull')
    await go('/problems')
    await page.getByRole('img', { name: /^By month: / }).waitFor(WAIT)
    const [file] = await Promise.all([
      page.waitForEvent('download', WAIT),
      page.getByRole('button', { name: 'Report (Markdown)' }).click(),
    ])
    const text = readFileSync(await file.path(), 'utf8')
    expect(text).toContain(`## ${disk}: DiskFull on orders-db-1`)
    expect(text).toContain('- [x] Rotate the logs, ann')
    await go(`/problems/${disk}`)
    await page.locator('[data-member]').first().waitFor(WAIT)
  })

  it('are helped by the review of an incident, whose actions become tasks', async () => {
    const disk = await idOf('DiskFull')
    const { incidents } = (await app.get(`/api/v1/problems/${disk}`)).body
    const over = incidents.find(({ status }: { status: string }) => status !== 'open').id
    await go(`/incidents/${over}`)
    await page.getByRole('link', { name: 'Review it' }).click()
    await page.getByText('nobody has written it yet').waitFor(WAIT)
    await page.getByLabel('What went well').fill('The runbook was at hand')
    await page.getByRole('button', { name: 'Add action' }).click()
    await page.getByLabel('Action 1', { exact: true }).fill('Order a larger disk')
    await page.getByRole('button', { name: `Task of ${disk}` }).click()
    await page
      .getByRole('status')
      .filter({ hasText: `A task of ${disk}` })
      .waitFor(WAIT)
    await page.getByRole('button', { name: 'Save as version 1' }).click()
    await page.getByRole('button', { name: 'Save as version 2' }).waitFor(WAIT)
    expect(await page.getByLabel('What went well').inputValue()).toBe('The runbook was at hand')
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
    expect((await app.get(`/api/v1/problems/${disk}`)).body.tasks.at(-1).text).toBe(
      'Order a larger disk',
    )
    await go(`/problems/${disk}`)
    await page.locator('[data-member]').first().waitFor(WAIT)
  })

  it('keep what people wrote, and say what cannot be done', async () => {
    const before = tab.faults.length
    await page.getByLabel('Comment').fill('Ask the storage team about quotas')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Ask the storage team about quotas').waitFor(WAIT)
    const cert = await idOf('CertificateExpires')
    await go(`/problems/${cert}`)
    await page.locator('[data-member]').first().waitFor(WAIT)
    await page.keyboard.press('z')
    await page.getByRole('alert').filter({ hasText: 'nobody changed it' }).waitFor(WAIT)
    expect(tab.faults.slice(before).filter((fault) => !REFUSALS.test(fault))).toEqual([])
  })

  it.each([
    { scheme: 'light', width: 1280 },
    { scheme: 'dark', width: 1280 },
    { scheme: 'light', width: 390 },
    { scheme: 'dark', width: 390 },
  ] as const)(
    'read well: $scheme, $width px',
    async ({ scheme, width }) => {
      const seen = await open({ scheme, width })
      const disk = await idOf('DiskFull')
      for (const [name, path, ready] of [
        ['problems', '/problems', '[data-problem]'],
        ['problem', `/problems/${disk}`, '[data-member]'],
        ['no-problems', '/problems?show=dismissed', 'h2'],
      ] as const) {
        await seen.page.goto(`${app.url}${path}`)
        await seen.page.locator(ready).first().waitFor(WAIT)
        await liveState(seen.page, true)
        await seen.page.screenshot({
          path: join(pictures, `${name}-${scheme}-${width}.png`),
          fullPage: true,
        })
        expect(await seen.page.evaluate(SPILL)).toBe(0)
        expect(await axeFaults(seen.page)).toEqual([])
        expect(await contrastFaults(seen.page)).toEqual([])
      }
      expect(seen.faults).toEqual([])
      await seen.close()
    },
    60_000,
  )

  it('left nothing in the log of the browser', () => {
    expect(tab.faults.filter((fault) => !REFUSALS.test(fault))).toEqual([])
  })
})
