/** Trying a payload in the console: by a source, by a mapping, and what is wrong with one. */
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFaults } from '../support/axe.ts'
import { rebuildConsole, startBrowser, type TestBrowser } from '../support/browser.ts'
import { rebuild } from '../support/build.ts'
import { ADMIN_TOKEN, api, type Running, run } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'
import { temporaryFolder } from '../support/store.ts'

const chromium = requireTool('chromium')

describe.skipIf(!chromium.ok)(`trying a payload ${chromium.ok ? '' : chromium.reason}`, () => {
  const folder = temporaryFolder()
  let faultline: Running
  let browser: TestBrowser

  beforeAll(async () => {
    expect(rebuild()).toBeNull()
    expect(rebuildConsole()).toBeNull()
    faultline = await run({ data: join(folder.path, 'data') })
    browser = await startBrowser(chromium.ok ? chromium.path : '')
  })
  afterAll(async () => {
    await browser?.close()
    await faultline?.stop()
    folder.remove()
  })

  it.each(['light', 'dark'] as const)('shows where each field came from (%s)', async (scheme) => {
    const { page, faults, close } = await browser.open({ scheme, width: 1280 })
    await page.goto(`${faultline.url}/sources/try#token=${ADMIN_TOKEN}`)
    await page.getByRole('heading', { name: 'Try a payload' }).waitFor()
    await page.getByLabel('Source', { exact: true }).selectOption('prometheus')
    const alert = { labels: { alertname: 'DiskFull', instance: 'db-1' } }
    await page.getByLabel('Payload').fill(JSON.stringify([alert]))
    await page.getByLabel('Payload').press('Control+Enter')
    const row = page.getByRole('row', { name: /^labels\.instance/ })
    await row.waitFor()
    expect(await row.textContent()).toContain('db-1[0].labels.instance')

    await page.getByRole('button', { name: 'Fill in an example' }).click()
    await page.getByRole('button', { name: 'Show what it becomes' }).click()
    await page.getByRole('heading', { name: '1. Ping is down at fra' }).waitFor()
    const host = page.getByRole('row', { name: /^labels\.host/ })
    expect(await host.textContent()).toContain('web-1host')
    expect(await axeFaults(page)).toEqual([])

    await page
      .getByRole('textbox', { name: 'Mapping' })
      .fill('identity: [a..b]\nrule: r\ntitle: t\n')
    await page.getByRole('button', { name: 'Show what it becomes' }).click()
    await page.getByText('identity.0: not a path: a..b').waitFor()
    expect(faults).toEqual([])
    await close()
    expect(await api(faultline.url, '/api/v1/ledger')).toMatchObject({ received: 0 })
  })

  it('can be used on a telephone', async () => {
    const { page, close } = await browser.open({ width: 390, height: 800 })
    await page.goto(`${faultline.url}/sources/try#token=${ADMIN_TOKEN}`)
    await page.getByRole('button', { name: 'Fill in an example' }).click()
    await page.getByRole('button', { name: 'Show what it becomes' }).click()
    await page.getByRole('heading', { name: '1. Ping is down at fra' }).waitFor()
    const widths = await page.evaluate('[document.body.scrollWidth, window.innerWidth]')
    expect(widths).toEqual([390, 390])
    await close()
  })
})
