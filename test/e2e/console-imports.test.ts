/** Imports into the CMDB in a real browser: files, their diff, applied, guarded, undone, and a source that is pulled. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PULL_LIMITS, type PullHttp } from '../../src/cmdb/pull/http.ts'
import { type Fake, type FakeApi, SECRET, startFake } from '../cmdb/pull/fake.ts'
import type { TestApp } from '../support/app.ts'
import { axeFaults } from '../support/axe.ts'
import { contrastFaults } from '../support/browser.ts'
import { openConsole, SPILL, type TestConsole, WAIT } from '../support/console.ts'
import { requireTool } from '../support/requirements.ts'

const chromium = requireTool('chromium')

/** Where the desk is said to be; it is started for the test that asks it. */
const NOWHERE = 'http://desk.test'

/** A service desk that has one computer; its pages: https://apidoc.samanage.com/ */
const DESK: FakeApi = {
  isAllowed: (headers) => headers['x-samanage-authorization'] === `Bearer ${SECRET}`,
  routes: ['hardwares', 'other_assets', 'configuration_items'].map((list) => ({
    path: `/${list}.json`,
    query: { page: /^1$/, per_page: /^100$/ },
    answer: () => ({
      headers: { 'x-total-pages': '1' },
      body: list === 'hardwares' ? [{ id: 1, name: 'app01' }] : [],
    }),
  })),
}

describe.skipIf(!chromium.ok)(`CMDB imports ${chromium.ok ? '' : chromium.reason}`, () => {
  let app: TestApp
  let opened: TestConsole
  let page: Page
  let fake: Fake | undefined

  const give = async (rows: readonly string[]): Promise<void> => {
    const text = ['id,name,class,owner', ...rows, ''].join('\n')
    const buffer = Buffer.from(text)
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Files', exact: true }).click()
    await (await chooser).setFiles({ name: 'hosts.csv', mimeType: 'text/csv', buffer })
    await page.getByRole('button', { name: 'Show what changes' }).click()
  }
  const table = (name: string) => page.getByRole('table', { name, exact: true })
  const status = (text: string) => page.getByRole('status').filter({ hasText: text })
  const owner = async (): Promise<string> => {
    await app.settled()
    return (await app.get('/api/v1/cis/sheet%2Fh1')).body.owner
  }

  beforeAll(async () => {
    if (!chromium.ok) return
    const settings = { url: NOWHERE, tokenVariable: 'SW' }
    const source = { source: 'desk', from: 'solarwinds', authority: 100, everyMinutes: 60 }
    const http: PullHttp = {
      limits: PULL_LIMITS,
      credential: () => SECRET,
      json: (request) => {
        if (fake === undefined) throw new Error('it is not asked for')
        return fake.http.json({ ...request, url: request.url.replace(NOWHERE, fake.url) })
      },
    }
    const pulled = { sources: [{ ...source, settings }], http }
    opened = await openConsole(
      chromium.path,
      async (started) => {
        app = started
      },
      { pulled },
    )
    page = opened.page
    await page.goto(`${app.url}/imports`)
  }, 180_000)
  afterAll(() => opened?.stop())

  it('shows what files would change, row by row, and applies it', async () => {
    await page.getByRole('heading', { name: 'CMDB imports' }).waitFor(WAIT)
    await page.getByRole('combobox', { name: 'Format' }).click()
    await page.getByRole('option', { name: 'CSV: items and relations' }).click()
    await page.getByLabel('Source', { exact: true }).fill('sheet')
    await give(['h1,web-1,host,ops', 'h2,web-2,host,ops', 'h3,web-3,host,ops', ',,host,'])
    await status('3 added, 1 bad').waitFor(WAIT)
    expect(await table('Bad rows').textContent()).toContain('hosts.csv row 5')
    expect(await table('Added').locator('tbody tr').count()).toBe(3)
    expect((await app.get('/api/v1/cis')).body.items).toEqual([])
    expect(await page.evaluate(SPILL)).toBe(0)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Apply' }).click()
    await status('applied').waitFor(WAIT)
    expect(await owner()).toBe('ops')
  })

  it('asks where much would be retired', async () => {
    await give(['h1,web-1,host,sre'])
    await status('1 changed, 2 retired').waitFor(WAIT)
    expect(await table('Retired').locator('tbody tr').count()).toBe(2)
    expect(await table('Changed').textContent()).toContain('owneropssre')
    const { body } = await app.post('/api/v1/cmdb/imports', {
      ...{ source: 'sheet', format: 'csv' },
      files: [{ name: 'hosts.csv', text: 'id,name,class,owner\nh1,web-1,host,sre\n' }],
    })
    await page.goto(`${app.url}/imports?id=${body.id}`)
    await page.getByText('It would retire 67 % of what sheet has said').waitFor(WAIT)
    expect(await owner()).toBe('ops')
    await page.getByRole('button', { name: 'Apply' }).click()
    await status('applied').waitFor(WAIT)
    expect(await owner()).toBe('sre')
  })

  it('shows what an undo would change before it does', async () => {
    await page.getByRole('button', { name: 'Undo…' }).click()
    await page.getByText(/^It would take imp-\w+ back:$/).waitFor(WAIT)
    expect(await table('Changed').textContent()).toContain('ownersreops')
    expect(await owner()).toBe('sre')
    expect(await axeFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Apply' }).click()
    await status('applied').waitFor(WAIT)
    expect(await owner()).toBe('ops')
  })

  it('pulls a source at a click, and says when it was read', async () => {
    fake = await startFake(DESK, {}, [])
    const row = page.locator('[data-source="desk"]')
    expect(await row.textContent()).toContain('solarwinds, every 60 min')
    await page.getByRole('button', { name: 'Pull now: desk' }).click()
    await page.getByRole('heading', { name: /^imp-\w+ of desk$/ }).waitFor(WAIT)
    await status('1 added').waitFor(WAIT)
    await row.getByText('read just now').waitFor(WAIT)
    await app.settled()
    expect((await app.get('/api/v1/cis/desk%2Fhardware%3A1')).body.name).toBe('app01')
    expect(fake.faults).toEqual([])
  })
})
