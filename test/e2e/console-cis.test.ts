/** The pages about CIs in a real browser: found, opened, drawn, live, and maintenance planned from one. */
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
import { ADMIN_TOKEN, api, type Running, run } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'
import { temporaryFolder } from '../support/store.ts'

const chromium = requireTool('chromium')
const WAIT = { timeout: 15_000 }

const ITEMS = [
  {
    ...{ id: 'svc/pay', class: 'service', name: 'payments', owner: 'team-pay', criticality: 1 },
    ...{ environment: 'production', aliases: ['pay-api'], labels: { tier: 'gold' } },
  },
  { id: 'svc/mail', class: 'service', name: 'mail', owner: 'team-mail', environment: 'production' },
  {
    id: 'db/pay',
    class: 'database',
    name: 'pay-db',
    owner: 'team-data',
    environment: 'production',
  },
  { id: 'host/1', class: 'host', name: 'host-one', environment: 'staging' },
  { id: 'host/old', class: 'host', name: 'host-old', environment: 'staging', status: 'retired' },
]
const RELATIONS = [
  { from: 'svc/pay', type: 'depends_on', to: 'db/pay' },
  { from: 'db/pay', type: 'runs_on', to: 'host/1' },
]
const Incidents = z.object({ items: z.array(z.object({ id: z.string() })) })
const Silences = z.object({ items: z.array(z.object({ cis: z.array(z.string()) })) })

describe.skipIf(!chromium.ok)(`the CIs ${chromium.ok ? '' : chromium.reason}`, () => {
  const folder = temporaryFolder()
  let faultline: Running
  let browser: TestBrowser
  let tab: TestPage
  let page: Page

  const fire = (alertname: string, service: string, status = 'firing'): Promise<unknown> =>
    api(faultline.url, '/ingest/generic', {
      ...{ title: `${alertname} on ${service}`, severity: 'critical', status },
      labels: { alertname, service },
    })
  const open = async (path: string): Promise<void> => {
    await page.goto(faultline.url + path)
    await page.getByRole('heading', { level: 1 }).waitFor(WAIT)
  }
  const row = (id: string) => page.locator(`[data-ci="${id}"]`)
  const shown = (): Promise<(string | null)[]> =>
    page.locator('[data-ci]').evaluateAll((rows) => rows.map((one) => one.getAttribute('data-ci')))

  beforeAll(async () => {
    expect(rebuild()).toBeNull()
    expect(rebuildConsole()).toBeNull()
    faultline = await run({ data: join(folder.path, 'data') })
    browser = await startBrowser(chromium.ok ? chromium.path : '')
    tab = await browser.open()
    page = tab.page
    await page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
    await page.getByRole('heading', { level: 1 }).waitFor(WAIT)
  })

  afterAll(async () => {
    await browser?.close()
    await faultline?.stop()
    folder.remove()
  })

  it('say how to name the first ones while there are none', async () => {
    await open('/cis')
    await page.getByRole('heading', { name: 'No CIs yet' }).waitFor(WAIT)
    await page.getByText(`${faultline.url}/api/v1/topology`).waitFor(WAIT)
  })

  it('show what burns first, and are live', async () => {
    await api(faultline.url, '/api/v1/topology', { items: ITEMS, relations: RELATIONS })
    await open('/cis')
    await page.getByText('5 CIs').waitFor(WAIT)
    await liveState(page, true)
    await row('db/pay').getByText('quiet').waitFor(WAIT)
    await fire('NoConnections', 'pay-db')
    await row('db/pay').getByText('critical').waitFor(WAIT)
    expect((await shown())[0]).toBe('db/pay')
  })

  it('are filtered by facets that count, and the address keeps it', async () => {
    await page.getByRole('button', { name: 'Class' }).click()
    await page.getByRole('checkbox', { name: 'host, 2' }).check()
    await row('db/pay').waitFor({ ...WAIT, state: 'detached' })
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Status' }).click()
    await page.getByRole('checkbox', { name: 'retired, 1' }).check()
    await row('host/1').waitFor({ ...WAIT, state: 'detached' })
    await page.reload()
    await row('host/old').waitFor(WAIT)
    expect(await shown()).toEqual(['host/old'])
    await open('/cis')
    await page.getByRole('switch', { name: 'Firing only' }).check({ force: true })
    await page.getByText('1 CI', { exact: true }).waitFor(WAIT)
    expect(await shown()).toEqual(['db/pay'])
    await page.keyboard.press('Escape')
    await page.locator('body').click({ position: { x: 900, y: 700 } })
    await page.keyboard.press('/')
    await page.keyboard.type('nothing is called so')
    await page.getByRole('heading', { name: 'No CI matches' }).waitFor(WAIT)
    await page.getByRole('button', { name: 'Show all CIs' }).click()
    await page.getByText('5 CIs').waitFor(WAIT)
  })

  it('are led by the keyboard: g c, j and Enter', async () => {
    await open('/sources')
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await row('db/pay').waitFor(WAIT)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'pay-db', level: 1 }).waitFor(WAIT)
    expect(new URL(page.url()).pathname).toBe('/cis/db%2Fpay')
  })

  it('have a page each: alerts, incident, relations with their state, changes', async () => {
    const section = (id: string) => page.locator(`[data-section="${id}"]`)
    await section('alerts').getByText('NoConnections on pay-db').waitFor(WAIT)
    const silence = section('alerts').getByRole('link', { name: 'silence', exact: true })
    expect(decodeURIComponent((await silence.getAttribute('href')) ?? '')).toContain('pay-db')
    await section('incidents').locator('[data-incident]').first().waitFor(WAIT)
    await section('relations').getByRole('link', { name: 'host-one' }).waitFor(WAIT)
    await section('changes').getByText('No change is known').waitFor(WAIT)
    await api(faultline.url, '/ingest/change', {
      title: 'pool size 20',
      ci: 'pay-db',
      kind: 'config',
    })
    await section('changes').getByText('pool size 20').waitFor(WAIT)
    await fire('NoConnections', 'pay-db', 'resolved')
    await section('alerts').getByText('resolved').waitFor(WAIT)
  })

  it('say what a fault of them can hurt, how alerts found them, and who says what they are', async () => {
    const section = (id: string) => page.locator(`[data-section="${id}"]`)
    await section('blast-radius').getByText('1 service and 0 other CIs').waitFor(WAIT)
    await section('blast-radius').locator('[data-hurt="svc/pay"]').first().waitFor(WAIT)
    await section('blast-radius').getByText('team-pay · depends on it directly').waitFor(WAIT)
    await section('bindings').getByText('service=pay-db').waitFor(WAIT)
    await section('problems').getByText('Nothing that keeps coming back').waitFor(WAIT)
    await section('provenance').getByText('No import named it').waitFor(WAIT)
  })

  it('are drawn with what is around them, as far as asked for', async () => {
    const canvas = page.locator('[data-graph="CIs around pay-db"] canvas').first()
    await canvas.waitFor(WAIT)
    await page.getByRole('button', { name: 'As a list' }).click()
    const list = page.locator('[data-section="neighbourhood"]')
    await list.getByText('payments').first().waitFor(WAIT)
    await page.getByText('1 hop', { exact: true }).click()
    await page.waitForURL(/hops=1/)
    await page.keyboard.press('u')
    await page.getByRole('heading', { name: 'CIs', level: 1 }).waitFor(WAIT)
  })

  it('say so where there is none of that name', async () => {
    const missing = await browser.open()
    await missing.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
    await missing.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
    await missing.page.goto(`${faultline.url}/cis/nowhere`)
    await missing.page.getByRole('heading', { name: 'There is no CI nowhere' }).waitFor(WAIT)
    await missing.close()
  })

  it('go into maintenance from their page, with a preview of what that mutes', async () => {
    await fire('Slow', 'pay-db')
    await open('/cis/host%2F1')
    await page.getByRole('link', { name: 'Plan maintenance' }).click()
    await page.locator('[data-matched="1"]').waitFor(WAIT)
    await page.getByText('Slow on pay-db').waitFor(WAIT)
    await page.getByLabel('Why').fill('new kernel')
    await page.getByRole('button', { name: 'Mute', exact: true }).click()
    await page.getByRole('status').filter({ hasText: '1 alert muted' }).waitFor(WAIT)
    const made = Silences.parse(await api(faultline.url, '/api/v1/maintenance?state=active'))
    expect(made.items.map(({ cis }) => cis)).toEqual([['host/1']])
    await open('/cis/host%2F1')
    await page.getByText('in maintenance, ends').waitFor(WAIT)
    await open('/cis/db%2Fpay')
    await page.getByRole('link', { name: 'muted by a maintenance window' }).click()
    await page.getByRole('heading', { name: 'new kernel', level: 1 }).waitFor(WAIT)
  })

  it('are not muted by a planned change whose window somebody lifts', async () => {
    const [startsAt, endsAt] = [1, 2].map((h) => new Date(Date.now() + h * 3_600_000).toISOString())
    await api(faultline.url, '/ingest/change', {
      ...{ id: 'CHG1', title: 'new disks', kind: 'normal', ci: 'host-one', startsAt, endsAt },
      labels: { status: 'Scheduled' },
    })
    await open('/silences?kind=maintenance')
    await page.getByRole('button', { name: 'Lift the window of new disks' }).click(WAIT)
    await page.getByText('Lifted by admin').waitFor(WAIT)
    await page.getByRole('button', { name: 'Undo', exact: true }).click(WAIT)
    await page.getByRole('button', { name: 'Lift the window of new disks' }).waitFor(WAIT)
  })

  it('are corrected where an alert is bound to the wrong one, and that is undone', async () => {
    await fire('Stuck', 'mail')
    await open('/alerts')
    await page.locator('[data-alert]', { hasText: 'Stuck on mail' }).first().waitFor(WAIT)
    const { items } = Incidents.parse(await api(faultline.url, '/api/v1/incidents?q=stuck'))
    await open(`/incidents/${items[0]?.id}`)
    await page.locator('[data-alert]').first().waitFor(WAIT)
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Belongs to another CI…' }).click(WAIT)
    const dialog = page.getByRole('dialog', { name: 'Which CI is this alert about?' })
    await dialog
      .getByRole('button', { name: 'It belongs to this CI', disabled: true })
      .waitFor(WAIT)
    await page.keyboard.type('host-one')
    await page.getByRole('option', { name: 'host-one (host)' }).click(WAIT)
    expect(await axeFaults(page)).toEqual([])
    await dialog.getByRole('button', { name: 'It belongs to this CI' }).click(WAIT)
    const said = page.getByRole('status').filter({ hasText: 'service=mail means host/1' })
    await said.getByRole('button', { name: 'Undo' }).click(WAIT)
    await page.getByRole('status').filter({ hasText: 'mail no longer means host/1' }).waitFor(WAIT)
  })

  it('are said to be meant by a name that none has, with one click, and no longer', async () => {
    await fire('Lost', 'pay-dbs')
    await open('/binding')
    await page.getByRole('button', { name: 'pay-dbs means db/pay' }).click(WAIT)
    await page.getByRole('status').filter({ hasText: 'pay-dbs means db/pay' }).waitFor(WAIT)
    await page.locator('[data-alias]', { hasText: 'pay-dbs' }).waitFor(WAIT)
    await page.getByText(/of \d+ alerts are bound/).waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
    expect(await contrastFaults(page)).toEqual([])
    await page.getByRole('button', { name: 'Take back that pay-dbs means db/pay' }).click(WAIT)
    await page.locator('[data-alias]').waitFor({ ...WAIT, state: 'detached' })
    await page.locator('[data-unbound]', { hasText: 'pay-dbs' }).waitFor(WAIT)
    await page.getByRole('button', { name: 'Confirm pay-dbs' }).click(WAIT)
    await page.getByRole('status').filter({ hasText: 'pay-dbs: confirmed' }).waitFor(WAIT)
    await page.getByText('1 confirmed').click(WAIT)
    await page.getByRole('button', { name: 'Undo pay-dbs' }).click(WAIT)
    await page.getByText('0 confirmed').waitFor(WAIT)
  })

  it('are accessible and fit, wide and narrow, light and dark', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        const view = await browser.open({ width, scheme })
        await view.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
        await view.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
        for (const path of ['/cis', '/cis/db%2Fpay']) {
          await view.page.goto(faultline.url + path)
          await view.page.getByText('pay-db').first().waitFor(WAIT)
          await liveState(view.page, true)
          const spill =
            'document.documentElement.scrollWidth - document.documentElement.clientWidth'
          expect(`${path} ${width}: ${await view.page.evaluate(spill)}`).toBe(`${path} ${width}: 0`)
          expect(await contrastFaults(view.page)).toEqual([])
          expect(await axeFaults(view.page)).toEqual([])
        }
        expect(view.faults).toEqual([])
        await view.close()
      }
    }
  })

  it('went through all of this without an error of its own', () => {
    expect(tab.faults).toEqual([])
  })
})
