/** What was learned, in a real browser: who said what, how often it decided, and taking it back. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firing, type TestApp } from '../support/app.ts'
import { axeFaults } from '../support/axe.ts'
import { contrastFaults, liveState } from '../support/browser.ts'
import { openConsole, SPILL, type TestConsole, WAIT } from '../support/console.ts'
import { requireTool } from '../support/requirements.ts'
import { tieLater } from '../support/tied.ts'

const chromium = requireTool('chromium')

describe.skipIf(!chromium.ok)(`what was learned ${chromium.ok ? '' : chromium.reason}`, () => {
  let app: TestApp
  let opened: TestConsole
  let page: Page

  const post = (name: string, more: object = {}) =>
    app.post('/ingest/generic', firing(name, `${name}-1`, { severity: 'critical', ...more }))
  const idOf = async (q: string): Promise<string> =>
    (await app.get(`/api/v1/incidents?status=open&q=${q}`)).body.items[0].id

  beforeAll(async () => {
    if (!chromium.ok) return
    opened = await openConsole(chromium.path, async (started) => {
      app = started
      for (const name of ['Alpha', 'Beta']) await post(name)
      await app.settled()
      const [alpha, beta] = [await idOf('Alpha'), await idOf('Beta')]
      await app.post(
        `/api/v1/incidents/${alpha}/merge`,
        { from: [beta] },
        { 'x-faultline-actor': 'ada' },
      )
      await post('Beta', { status: 'resolved' })
      await app.settled()
      await post('Beta')
      await app.settled()
    })
    page = opened.page
  }, 180_000)
  afterAll(() => opened?.stop())

  it('is a page with a key of its own', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('l')
    const row = page.locator('[data-constraint="L-1"]')
    await row.waitFor(WAIT)
    const text = (await row.textContent()) ?? ''
    expect(text).toMatch(/Alpha on .*and.*Beta on .*belong together/)
    expect(text).toMatch(/L-1: ada merged INC-\d+ and INC-\d+/)
    expect(text).toContain('used once')
    await page.getByRole('heading', { name: 'What begins together' }).waitFor(WAIT)
    expect(await page.evaluate(SPILL)).toBe(0)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
  })

  it('is named where it decided, with a way to it', async () => {
    const { body } = await app.get('/api/v1/alerts?state=firing')
    const beta = body.items.find(({ title }: { title: string }) => title.startsWith('Beta'))
    await page.goto(`${app.url}/alerts/${beta.id}`)
    await liveState(page, true)
    await page.getByText(/ada said on .* that these belong together/).waitFor(WAIT)
    await page.getByRole('link', { name: 'what was learned', exact: true }).click()
    await page.locator('[data-constraint="L-1"]').waitFor(WAIT)
  })

  it('is taken back with a button', async () => {
    await page.getByRole('button', { name: 'Take back L-1' }).click()
    await page.locator('[data-constraint="L-1"]').waitFor({ state: 'detached', ...WAIT })
    await page.getByText('Nothing so far').waitFor(WAIT)
    expect((await app.get('/api/v1/constraints')).body.items).toEqual([])
  })
  it('is also that something is no incident, said with two keys and taken back with one click', async () => {
    await post('Gamma')
    await app.settled()
    const gamma = await idOf('Gamma')
    await page.goto(`${app.url}/incidents/${gamma}`)
    await liveState(page, true)
    await page.getByRole('button', { name: 'Not an incident…' }).waitFor(WAIT)
    await page.keyboard.press('d')
    await page.getByRole('textbox', { name: 'Why' }).fill('a drill')
    expect(await axeFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Not an incident', exact: true }).click()
    const notice = page.getByRole('status').filter({ hasText: `${gamma} is no incident` })
    await notice.waitFor(WAIT)
    const read = async () => (await app.get(`/api/v1/incidents/${gamma}`)).body
    expect(await read()).toMatchObject({
      status: 'resolved',
      resolution: 'Not an incident: a drill',
    })
    const { body } = await app.get('/api/v1/constraints?relation=noise')
    expect(body.items).toMatchObject([{ b: null, severity: 'critical', from: { kind: 'dismiss' } }])
    await notice.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone').waitFor(WAIT)
    expect(await read()).toMatchObject({ status: 'open', resolution: null })
    expect((await app.get('/api/v1/constraints')).body.items).toEqual([])
  })
  it('is asked on the page of an incident where the CMDB would group it otherwise by now', async () => {
    await tieLater(app)
    const hot = await idOf('tied-a')
    await page.goto(`${app.url}/incidents/${hot}`)
    await liveState(page, true)
    const banner = page.locator('[data-regrouping="R-1"]')
    await banner.getByText(/by what the CMDB says now/).waitFor(WAIT)
    await banner.getByRole('button', { name: 'Why it fits there' }).click()
    await banner.getByRole('rowheader', { name: /topology/ }).waitFor(WAIT)
    expect(await page.evaluate(SPILL)).toBe(0)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
    await banner.getByRole('button', { name: 'No: dismiss R-1' }).click()
    await banner.waitFor({ state: 'detached', ...WAIT })
    await page.goto(`${app.url}/learned`)
    await page.getByRole('button', { name: '1 dismissed' }).click()
    await page.getByRole('button', { name: 'Restore R-1' }).click()
    await page.getByRole('button', { name: 'Merge as R-1 proposes' }).waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
    await page.goto(`${app.url}/incidents/${hot}`)
    await liveState(page, true)
    await page.getByRole('button', { name: 'Merge as R-1 proposes' }).click()
    const notice = page.getByRole('status').filter({ hasText: 'merged into' })
    await notice.waitFor(WAIT)
    await banner.waitFor({ state: 'detached', ...WAIT })
    const read = async () => (await app.get(`/api/v1/incidents/${hot}`)).body
    expect(await read()).toMatchObject({ alertCount: 2, edited: true })
    await notice.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('Undone', { exact: true }).waitFor(WAIT)
    expect(await read()).toMatchObject({ alertCount: 1 })
    expect((await app.get('/api/v1/regroupings')).body.items).toEqual([])
  })
})
