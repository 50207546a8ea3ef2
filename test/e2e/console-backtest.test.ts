/** Backtests in a real browser: what to try, a run, what differs, and what is refused. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firing, type TestApp } from '../support/app.ts'
import { axeFaults } from '../support/axe.ts'
import { contrastFaults } from '../support/browser.ts'
import { openConsole, SPILL, type TestConsole, WAIT } from '../support/console.ts'
import { requireTool } from '../support/requirements.ts'

const chromium = requireTool('chromium')

import type { Journal } from '../../src/journal/journal.ts'

const TEAM = `rules:
  - name: team
    when: ['team="shop"']
    decide: group
    by: [team]
`

async function prepare(app: TestApp): Promise<void> {
  for (const name of ['Alpha', 'Beta', 'Gamma'])
    await app.post('/ingest/generic', {
      ...firing(name, `${name}-1`, { severity: 'critical' }),
      labels: { alertname: name, host: `${name}-1`, team: name === 'Gamma' ? 'ads' : 'shop' },
    })
  await app.settled()
  await app.post('/api/v1/incidents/INC-000001/merge', { from: ['INC-000003'] })
  await app.settled()
}

/** A past that is read up to an entry and no further, as long as it is held. */
function holdPast(entries: number) {
  let isHeld = false
  let release = (): void => undefined
  let released = Promise.resolve()
  return {
    pastOf: (journal: Journal): Pick<Journal, 'read'> => ({
      read: async function* (from, to) {
        let read = 0
        for await (const record of journal.read(from, to)) {
          if (isHeld && read === entries) await released
          yield record
          read += 1
        }
      },
    }),
    hold: (): void => {
      isHeld = true
      released = new Promise((resolve) => {
        release = resolve
      })
    },
    release: (): void => {
      isHeld = false
      release()
    },
  }
}

describe.skipIf(!chromium.ok)(`backtests ${chromium.ok ? '' : chromium.reason}`, () => {
  let app: TestApp
  let opened: TestConsole
  let page: Page
  // told of the first thousand, and more than fits into what is sent ahead
  const held = holdPast(1800)

  beforeAll(async () => {
    if (!chromium.ok) return
    opened = await openConsole(chromium.path, prepare, { pastOf: held.pastOf })
    app = opened.app
    page = opened.page
  }, 180_000)
  afterAll(() => opened?.stop())

  it('has a key of its own, and begins with the packs in force', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('b')
    await page.getByText('No runs so far').waitFor(WAIT)
    const pack = page.getByRole('textbox', { name: 'correlate.yaml' })
    await pack.waitFor(WAIT)
    const { body } = await app.get('/api/v1/backtests/packs')
    expect(await pack.inputValue()).toBe(body.packs.correlate)
    expect(await page.getByRole('button', { name: 'Run' }).isDisabled()).toBe(true)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
  })

  it('says what is wrong with rules, and starts nothing', async () => {
    const pack = page.getByRole('textbox', { name: 'correlate.yaml' })
    await pack.fill('gop: 1m')
    await page.getByRole('button', { name: 'Run' }).click()
    await page.getByRole('alert').filter({ hasText: 'gop' }).waitFor(WAIT)
    expect((await app.get('/api/v1/backtests')).body.items).toEqual([])
  })

  it('shows what would have been one incident, with links to those that were', async () => {
    await page.getByRole('textbox', { name: 'correlate.yaml' }).fill(TEAM)
    await page.keyboard.press('Control+Enter')
    await page.locator('[data-report="BT-1"]').waitFor(WAIT)
    const merged = page.locator('[data-list="merged"]')
    expect(await merged.getByRole('link').allTextContents()).toEqual(['INC-000001', 'INC-000002'])
    const opened = page.locator('[data-figure="Incidents opened"] td')
    expect(await opened.allTextContents()).toEqual(['3', '2'])
    const recall = page.locator('[data-figure="Recall by corrections"] td')
    expect(await recall.allTextContents()).toEqual(['0 %', '0 %'])
    expect(await page.locator('[data-section="people"]').textContent()).toMatch(
      /1 commands?: 1 done/,
    )
    expect(new URL(page.url()).searchParams.get('id')).toBe('BT-1')
    await merged.getByRole('link', { name: 'INC-000002' }).click()
    await page.waitForURL(/\/incidents\/INC-000002/, WAIT)
    await page.goBack()
    await page.locator('[data-report="BT-1"]').waitFor(WAIT)
  })

  it.each([
    { scheme: 'light', width: 390 },
    { scheme: 'dark', width: 390 },
    { scheme: 'dark', width: 1280 },
  ] as const)('can be read in $scheme at $width', async ({ scheme, width }) => {
    const { page: other, close } = await opened.open({ scheme, width })
    await other.goto(`${app.url}/backtest?id=BT-1`)
    await other.locator('[data-report="BT-1"]').waitFor(WAIT)
    expect(await other.evaluate(SPILL)).toBe(0)
    expect(await axeFaults(other)).toEqual([])
    expect(await contrastFaults(other)).toEqual([])
    await close()
  })

  it('tells why a run failed, and forgets runs', async () => {
    await page.goto(`${app.url}/backtest?from=2020-01-01T00:00:00.000Z&to=2020-01-02T00:00:00.000Z`)
    await page.getByRole('textbox', { name: 'Settings' }).fill('correlate.gap = 1m')
    await page.keyboard.press('Control+Enter')
    const failed = page.getByRole('alert').filter({ hasText: 'BT-2 failed' })
    await failed.waitFor(WAIT)
    await page.getByRole('button', { name: 'Forget BT-2' }).click()
    await failed.waitFor({ state: 'detached', ...WAIT })
    await page.locator('[data-report="BT-1"]').waitFor(WAIT)
    await page.getByRole('button', { name: 'Forget BT-1' }).click()
    await page.getByText('No runs so far').waitFor(WAIT)
  })

  it('shows how far a run is, cancels it, and goes on with the next one', async () => {
    const { journey } = app.deps
    await Promise.all(
      Array.from({ length: 2000 }, () =>
        journey.submit((at, scope) => ({ kind: 'time', at, scope })),
      ),
    )
    held.hold()
    const settings = page.getByRole('textbox', { name: 'Settings' })
    await page.goto(`${app.url}/backtest?range=1h`)
    await settings.fill('correlate.gap = 1m')
    await page.keyboard.press('Control+Enter')
    const run = page.locator('[data-run="BT-3"]')
    await run.getByText(/^1000 of 20\d\d entries$/).waitFor(WAIT)
    const progress = run.getByRole('progressbar', { name: 'Progress of BT-3' })
    expect(Number(await progress.getAttribute('aria-valuenow'))).toBeCloseTo(50, -1)
    expect(await axeFaults(page)).toEqual([])
    await page.keyboard.press('Control+Enter')
    await page.locator('[data-run="BT-4"]').getByText('waiting').waitFor(WAIT)
    await page.getByRole('button', { name: 'Cancel BT-3' }).click()
    await run.getByText('cancelled').waitFor(WAIT)
    await progress.waitFor({ state: 'detached', ...WAIT })
    expect((await app.get('/api/v1/backtests/BT-3')).body).toMatchObject({
      ...{ state: 'cancelled', report: null },
    })
    await page.locator('[data-run="BT-4"]').getByText('running').waitFor(WAIT)
    held.release()
    await page.locator('[data-report="BT-4"]').waitFor(WAIT)
  })
})
