/** Proposals in a real browser: why, tried with one key, taken, dismissed, in use, undone. */
import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import type { TestApp } from '../support/app.ts'
import { axeFaults } from '../support/axe.ts'
import { contrastFaults, liveState } from '../support/browser.ts'
import { openConsole, SPILL, type TestConsole, WAIT } from '../support/console.ts'
import { correctNear, correctRacks } from '../support/correcting.ts'
import { requireTool } from '../support/requirements.ts'

const chromium = requireTool('chromium')
const PROPOSALS = '[data-section="proposals"]'

describe.skipIf(!chromium.ok)(`proposed rules ${chromium.ok ? '' : chromium.reason}`, () => {
  let opened: TestConsole
  let app: TestApp
  let page: Page
  let id = ''

  const proposal = async () => (await app.get(`/api/v1/proposals/${id}`)).body
  const row = () => page.locator(`[data-proposal="${id}"]`)

  beforeAll(async () => {
    if (!chromium.ok) return
    opened = await openConsole(chromium.path, (started) => correctRacks(started, ['ada', 'bo']))
    app = opened.app
    page = opened.page
  }, 180_000)
  afterAll(() => opened?.stop())

  it('are none as long as too little agrees', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    await page.getByText('None so far: 2 corrections is too little that agrees.').waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
  })

  it('stand with what they say and who said so', async () => {
    await correctRacks(app, ['ada'], 2)
    id = (await app.get('/api/v1/proposals')).body.items[0].id
    await page.reload()
    await row().waitFor(WAIT)
    const text = (await row().textContent()) ?? ''
    expect(text).toContain('Disk and Latency belong together')
    expect(text).toContain(`${id}: 3 incidents, corrected by ada, bo`)
    await row().getByRole('button', { name: 'The rule, for correlate.yaml' }).click()
    const rule = await row().locator('pre').textContent()
    expect(parse(rule ?? '')).toMatchObject([{ decide: 'group', by: ['rack'] }])
    await row().getByRole('button', { name: '3 corrections it is made of' }).click()
    expect(await row().getByRole('link').count()).toBe(6)
    expect(await page.evaluate(SPILL)).toBe(0)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
  })

  it('are tried on the past with one key, and keep the figures', async () => {
    await page.keyboard.press('t')
    const recall = row().locator('[data-figure="Recall"] dd')
    await recall.waitFor(WAIT)
    expect(await recall.textContent()).toBe('0 % → 100 %')
    // in the end it is as people made it by hand
    expect(await row().locator('[data-figure="differs"] dd').textContent()).toBe(
      'nothing in the end',
    )
    await row().getByRole('link', { name: 'BT-1' }).click()
    await page.locator('[data-report="BT-1"]').waitFor(WAIT)
    expect(await page.locator('[data-run="BT-1"]').textContent()).toContain('learned_disk_latency')
    await page.goBack()
    await recall.waitFor(WAIT)
  })

  it.each([
    { scheme: 'light', width: 390 },
    { scheme: 'dark', width: 390 },
    { scheme: 'dark', width: 1280 },
  ] as const)('can be read in $scheme at $width', async ({ scheme, width }) => {
    const { page: other, close } = await opened.open({ scheme, width })
    await other.goto(`${app.url}/learned`)
    await other.locator(`[data-proposal="${id}"] [data-figure="Recall"]`).waitFor(WAIT)
    expect(await other.evaluate(SPILL)).toBe(0)
    expect(await axeFaults(other)).toEqual([])
    expect(await contrastFaults(other)).toEqual([])
    await close()
  })

  it('are taken as files of the folder of rules', async () => {
    await page.keyboard.press('j')
    await page.keyboard.press('a')
    const dialog = page.getByRole('dialog', { name: `Accept ${id}` })
    const save = dialog.getByRole('link', { name: 'Save correlate.yaml' })
    await save.waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
    const [download] = await Promise.all([page.waitForEvent('download'), save.click()])
    expect(download.suggestedFilename()).toBe('correlate.yaml')
    const { rules } = parse(readFileSync(await download.path(), 'utf8'))
    expect(rules[0].name).toBe((await proposal()).name)
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached', ...WAIT })
    expect((await proposal()).state).toBe('open')
  })

  it('are dismissed with a key, with a way back', async () => {
    await page.keyboard.press('x')
    await page.getByText('None waits for a word.').waitFor(WAIT)
    expect((await proposal()).state).toBe('dismissed')
    const notice = page.getByRole('status').filter({ hasText: `${id} is dismissed` })
    await notice.getByRole('button', { name: 'Undo' }).click()
    await row().waitFor(WAIT)
    expect((await proposal()).state).toBe('open')
  })

  it('are in use once the rules have them', async () => {
    const packs = { correlate: { rules: parse((await proposal()).yaml) } }
    await app.deps.journey.submit((at, scope) => ({
      ...{ kind: 'rules', at, scope, version: 'r2', packs },
    }))
    await page.reload()
    await liveState(page, true)
    await page.getByRole('button', { name: '1 in use or dismissed' }).click()
    await row().getByText('in use').waitFor(WAIT)
    expect(
      await row()
        .getByRole('button', { name: `Accept ${id}…` })
        .count(),
    ).toBe(0)
  })

  it('of weights say which, are accepted with a key, and undone', async () => {
    app.skip(12_000_000)
    await correctNear(app, ['ada', 'bo', 'cy'])
    await page.reload()
    await liveState(page, true)
    const weights = page.locator('[data-proposal]').filter({ has: page.locator('[data-weights]') })
    await weights.waitFor(WAIT)
    expect(await weights.textContent()).toContain('Of 3 links of corrections the score judges 0')
    expect(await page.evaluate(SPILL)).toBe(0)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
    await weights.getByRole('button', { name: /^Backtest/ }).focus()
    await page.keyboard.press('a')
    const version = page.locator('[data-version="W-1"]')
    await version.getByText('in force').waitFor(WAIT)
    await weights.waitFor({ state: 'detached', ...WAIT })
    expect(await axeFaults(page)).toEqual([])
    await version.getByRole('button', { name: 'Undo W-1' }).click()
    await version.getByText('undone', { exact: true }).waitFor(WAIT)
    await weights.waitFor(WAIT)
  })

  it('say so where they cannot be read', async () => {
    await page.route('**/api/v1/proposals', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: '{}' }),
    )
    await page.reload()
    await page.getByText('What is proposed').first().waitFor(WAIT)
    await page.locator(PROPOSALS).waitFor({ state: 'detached', ...WAIT })
    await page.getByRole('button', { name: 'Try again' }).waitFor(WAIT)
  })
})
