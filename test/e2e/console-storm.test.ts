/** A storm in a real browser: the banner comes by itself, on every page, leads to the incidents, and goes. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firing, startApp, type TestApp, TOKEN } from '../support/app.ts'
import { axeFaults } from '../support/axe.ts'
import {
  contrastFaults,
  liveState,
  rebuildConsole,
  startBrowser,
  type TestBrowser,
} from '../support/browser.ts'
import { requireTool } from '../support/requirements.ts'
import { ROOT } from '../support/source.ts'

const chromium = requireTool('chromium')
const WAIT = { timeout: 15_000 }
const SPILL = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
const ALERTS = 130

describe.skipIf(!chromium.ok)(`a storm ${chromium.ok ? '' : chromium.reason}`, () => {
  let app: TestApp
  let browser: TestBrowser
  let page: Page

  const banner = () => page.locator('[data-storm="STORM-1"]')
  const tick = (ms: number) => {
    app.skip(ms)
    return app.journey.submit((at, scope) => ({ kind: 'time', at, scope }))
  }

  beforeAll(async () => {
    if (!chromium.ok) return
    expect(rebuildConsole()).toBeNull()
    app = await startApp({ consoleDir: join(ROOT, 'dist/console') })
    browser = await startBrowser(chromium.path)
    page = (await browser.open({})).page
    await page.goto(`${app.url}/login#token=${TOKEN}`)
    await liveState(page, true)
  }, 180_000)

  afterAll(async () => {
    await browser?.close()
    await app?.stop()
  })

  it('is said on the page that is open, in words and numbers, as soon as it begins', async () => {
    await page.goto(`${app.url}/silences`)
    await liveState(page, true)
    expect(await banner().count()).toBe(0)
    for (let n = 0; n < ALERTS; n++)
      await app.post('/ingest/generic', firing(`Rule${n}`, `host-${n}`, { severity: 'critical' }))
    await banner().waitFor(WAIT)
    await tick(11_000)
    await page.getByText(/\d+ of them told of only together until it is over/).waitFor(WAIT)
    const text = (await banner().textContent()) ?? ''
    expect(text).toMatch(/Alert storm for /)
    expect(text).toMatch(/\d+ new alerts in the last minute; none are usual\./)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
    expect(await page.evaluate(SPILL)).toBe(0)
  })

  it.each(['light', 'dark'] as const)(
    'is on every page, on a phone too, and can be read: %s',
    async (scheme) => {
      const phone = (await browser.open({ scheme, width: 390, height: 844 })).page
      await phone.goto(`${app.url}/login#token=${TOKEN}`)
      await liveState(phone, true)
      for (const path of [
        '/settings',
        '/alerts',
        '/problems',
        '/cis',
        '/learned',
        '/storms',
        '/',
        '/incidents',
      ]) {
        await phone.goto(`${app.url}${path}`)
        await phone.locator('[data-storm="STORM-1"]').waitFor(WAIT)
        expect([path, await phone.evaluate(SPILL)]).toEqual([path, 0])
      }
      expect(await axeFaults(phone)).toEqual([])
      expect(await contrastFaults(phone)).toEqual([])
      await phone.close()
    },
  )

  it('leads to its incidents', async () => {
    await page.getByRole('link', { name: 'Show its incidents' }).click()
    await page.waitForURL(/\/incidents\?/, WAIT)
    await page
      .getByText(/Rule\d+ on host-\d+/)
      .first()
      .waitFor(WAIT)
  })

  it('is gone from the page when it is over', async () => {
    for (let minutes = 0; minutes < 8; minutes++) await tick(60_000)
    await banner().waitFor({ state: 'detached', ...WAIT })
  })

  it('stands among the storms then, with its incidents', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('t')
    await page.waitForURL(/\/storms$/, WAIT)
    const row = page.locator('[data-past-storm="STORM-1"]')
    await row.waitFor(WAIT)
    const text = (await row.textContent()) ?? ''
    expect(text).toMatch(
      /\d+ alerts placed, at most \d+ new in a minute; none were usual, from 100 on/,
    )
    expect(text).toMatch(/\d+ incidents opened: 3 told of by themselves, \d+ only together/)
    expect(text).not.toMatch(/lasts/)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
    await row.getByRole('link', { name: 'Show its incidents' }).click()
    await page.waitForURL(/\/incidents\?.*to=/, WAIT)
    await page
      .getByText(/Rule\d+ on host-\d+/)
      .first()
      .waitFor(WAIT)
  })
})
