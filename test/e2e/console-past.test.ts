/** Past incidents in a real browser: looked at, applied, found by a new incident, taken back. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestApp } from '../support/app.ts'
import { axeFaults } from '../support/axe.ts'
import { contrastFaults } from '../support/browser.ts'
import { openConsole, SPILL, type TestConsole, WAIT } from '../support/console.ts'
import { requireTool } from '../support/requirements.ts'

const chromium = requireTool('chromium')

const HEAD =
  'number,short_description,state,priority,opened_at,resolved_at,cmdb_ci,assigned_to,close_notes'
const CSV = [
  HEAD,
  'INC1,Disk full on db-1,Closed,2 - High,2026-01-11 02:00:00,2026-01-11 03:00:00,db-1,Ann,Deleted logs',
  'INC2,Mail is slow,Closed,3 - Moderate,2026-01-12 02:00:00,2026-01-12 03:00:00,mail-9,Ben,Restarted',
  'INC3,Odd,Closed,3 - Moderate,01/02/2026,2026-01-12 03:00:00,,,',
].join('\n')

describe.skipIf(!chromium.ok)(`past incidents ${chromium.ok ? '' : chromium.reason}`, () => {
  let app: TestApp
  let opened: TestConsole
  let page: Page

  beforeAll(async () => {
    if (!chromium.ok) return
    opened = await openConsole(chromium.path, async (started) => {
      app = started
      await app.post('/api/v1/topology', {
        items: [{ id: 'host/db-1', class: 'host', name: 'db-1' }],
        relations: [],
      })
    })
    page = opened.page
  }, 180_000)
  afterAll(() => opened?.stop())

  it('leads there from the empty list of problems', async () => {
    await page.goto(`${app.url}/problems`)
    await page.getByRole('link', { name: 'import past incidents', exact: true }).click()
    await page.getByRole('heading', { name: 'Import past incidents' }).waitFor(WAIT)
    await page.getByText('None yet.').waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
    expect(await page.evaluate(SPILL)).toBe(0)
  })

  it('shows what would change, then applies it', async () => {
    const file = { name: 'incidents.csv', mimeType: 'text/csv', buffer: Buffer.from(CSV) }
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByLabel('Address of the tool').fill('https://acme.service-now.com')
    await page.getByRole('button', { name: 'Show what changes' }).click()
    await page.getByText('2 added, 0 changed, 0 as they were, 0 passed over, 1 bad').waitFor(WAIT)
    const bad = page.getByRole('table', { name: 'Bad rows' })
    expect(await bad.textContent()).toContain('incidents.csv row 4')
    expect(await bad.textContent()).toContain('opened')
    const unknown = page.getByRole('table', { name: 'CIs that are not known' })
    expect(await unknown.textContent()).toContain('mail-9')
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
    expect(app.journey.engine.state.imported.size).toBe(0)
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByRole('heading', { name: 'What has changed' }).waitFor(WAIT)
    await page.getByText('servicenow (servicenow): 2 added').waitFor(WAIT)
    expect(app.journey.engine.state.imported.size).toBe(2)
  })

  it('shows at a new incident what resolved the one before, and leads to it', async () => {
    await app.post('/ingest/generic', {
      ...{ title: 'Disk full on db-1', status: 'firing', severity: 'critical' },
      labels: { alertname: 'DiskFull', host: 'db-1' },
    })
    const first = async () => (await app.get('/api/v1/incidents')).body.items[0]
    await expect.poll(async () => (await first())?.similar.length).toBe(1)
    await page.goto(`${app.url}/incidents/${(await first()).id}`)
    await page.getByText('Fixed by: Deleted logs').waitFor(WAIT)
    await page.getByText('took 1h').first().waitFor(WAIT)
    await page.getByText(/, by Ann/).waitFor(WAIT)
    const link = page.getByRole('link', { name: 'INC1' })
    expect(await link.getAttribute('href')).toBe(
      'https://acme.service-now.com/incident.do?sysparm_query=number=INC1',
    )
  })

  it('is taken back', async () => {
    await page.goto(`${app.url}/problems/import`)
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('by taking an import back').waitFor(WAIT)
    await expect.poll(() => app.journey.engine.state.imported.size).toBe(0)
    await expect.poll(() => page.getByRole('button', { name: 'Undo' }).count()).toBe(0)
  })

  it('says why files are refused', async () => {
    const file = { name: 'empty.bin', mimeType: 'text/plain', buffer: Buffer.from('number\n') }
    await page.locator('input[type=file]').setInputFiles(file)
    await page.getByRole('button', { name: 'Show what changes' }).click()
    await page.getByText('has no rows under its headers').waitFor(WAIT)
  })
})
