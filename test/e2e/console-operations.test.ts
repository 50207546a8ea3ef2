/**
 * The pages about Faultline itself and about muting, in a real browser: sources, dead letters,
 * silences, deliveries, settings.
 */
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
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

const SOURCE_TOKEN = 'a-token-that-nobody-may-see'
const SIGNING_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

/** What the API refuses is in the browser's log as well; the tests that provoke it say so. */
const REFUSALS = /status of 400/

const Silences = z.object({
  items: z.array(
    z.object({
      matchers: z.array(z.object({ name: z.string(), value: z.string(), isRegex: z.boolean() })),
      endsAt: z.string(),
      state: z.string(),
      comment: z.string(),
    }),
  ),
})

describe.skipIf(!chromium.ok)(`operations ${chromium.ok ? '' : chromium.reason}`, () => {
  const folder = temporaryFolder()
  const receiver = createServer((_request, response) => {
    response.statusCode = 400
    response.end('no')
  })
  let faultline: Running
  let browser: TestBrowser
  let tab: TestPage
  let page: Page

  const fire = (alertname: string, host: string): object => ({
    ...{ title: `${alertname} on ${host}`, severity: 'critical', status: 'firing' },
    labels: { alertname, host },
  })
  const post = (source: string, body: string): Promise<Response> =>
    fetch(`${faultline.url}/ingest/${source}`, { method: 'POST', body })
  const open = async (path: string): Promise<void> => {
    await page.goto(faultline.url + path)
    await page.getByRole('heading', { level: 1 }).waitFor(WAIT)
  }
  const notice = (text: string) => page.getByRole('status').filter({ hasText: text })
  const silencesOf = async (query: string) =>
    Silences.parse(await api(faultline.url, `/api/v1/silences?${query}`)).items

  beforeAll(async () => {
    expect(rebuild()).toBeNull()
    expect(rebuildConsole()).toBeNull()
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    const address = receiver.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const url = `http://127.0.0.1:${port}/path-that-nobody-may-see`
    const settings = {
      channels: [
        { type: 'webhook', id: 'pager', url, allowPrivate: true, secrets: [SIGNING_SECRET] },
      ],
      sourceTokens: [{ source: 'change', token: SOURCE_TOKEN }],
      limits: { snapshotSeconds: 1 },
    }
    writeFileSync(join(folder.path, 'faultline.yaml'), JSON.stringify(settings))
    const args = ['--config', join(folder.path, 'faultline.yaml')]
    faultline = await run({ data: join(folder.path, 'data'), args })
    browser = await startBrowser(chromium.ok ? chromium.path : '')
    tab = await browser.open()
    page = tab.page
    await page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
    await page.getByRole('heading', { level: 1 }).waitFor(WAIT)
  })

  afterAll(async () => {
    await browser?.close()
    await faultline?.stop()
    receiver.closeAllConnections()
    receiver.close()
    folder.remove()
  })

  it('leads the old address to the sources, which say how to connect a tool', async () => {
    await open('/operations')
    expect(new URL(page.url()).pathname).toBe('/sources')
    await page.getByText('Nobody has reported yet').waitFor(WAIT)
    await page.getByText(`${faultline.url}/ingest/alertmanager`).waitFor(WAIT)
    await open('/sources?setup=change')
    await page.getByText('$FAULTLINE_TOKEN').first().waitFor(WAIT)
    await open('/sources?setup=uptimekuma')
    await page.getByRole('cell', { name: `${faultline.url}/ingest/uptimekuma` }).waitFor(WAIT)
    expect(await page.content()).not.toContain('faultline.example.org')
    expect(await page.content()).not.toContain(SOURCE_TOKEN)
  })

  it('shows what a source sends, live, and leads to its dead letters', async () => {
    await liveState(page, true)
    const row = page.locator('[data-source-row="generic"]')
    await api(faultline.url, '/ingest/generic', [fire('DiskFull', 'h-1'), fire('Slow', 'h-2')])
    await row.getByText('heard', { exact: true }).waitFor(WAIT)
    await row
      .getByText(/^(opened|joined|held) \d+ %$/)
      .first()
      .waitFor(WAIT)
    await post('generic', '{"title": "cut off')
    await post('generic', JSON.stringify([{ title: 'no status' }, { title: 'none either' }]))
    await row.getByRole('link', { name: '3' }).click()
    await page.getByRole('heading', { name: 'Dead letters', level: 1 }).waitFor(WAIT)
    expect(new URL(page.url()).search).toBe('?source=generic')
  })

  it('filters dead letters in the address and shows their bodies as text only', async () => {
    await post('alertmanager', '{"alerts": "<img src=x onerror=alert(1)>\\u202e"}')
    await open('/dead-letters')
    await page.locator('[data-letter]').nth(3).waitFor(WAIT)
    await page.getByRole('combobox', { name: 'Step' }).click()
    await page.getByRole('option', { name: /^decode/ }).click()
    await page
      .locator('[data-letter]')
      .nth(1)
      .waitFor({ ...WAIT, state: 'detached' })
    expect(new URL(page.url()).search).toBe('?step=decode')
    expect(await page.locator('[data-letter]').count()).toBe(1)
    await open('/dead-letters?source=alertmanager')
    await page.getByRole('button', { name: 'Body' }).click()
    await page.getByText('<img src=x onerror=alert(1)>').waitFor(WAIT)
    expect(await page.locator('pre img').count()).toBe(0)
    await open('/dead-letters?source=nobody')
    await page.getByRole('heading', { name: 'No dead letter matches' }).waitFor(WAIT)
  })

  it('mends one and takes it in', async () => {
    await open('/dead-letters?step=decode')
    await page.getByRole('button', { name: 'Mend' }).click()
    await page.getByLabel('Body').fill(JSON.stringify(fire('Mended', 'h-3')))
    await page.getByRole('button', { name: 'Replay as it stands here' }).click()
    await notice('1 taken over, 0 still rejected').waitFor(WAIT)
    await page.getByRole('heading', { name: 'No dead letter matches' }).waitFor(WAIT)
    await open('/dead-letters?state=replayed')
    await page.getByText('replayed', { exact: true }).first().waitFor(WAIT)
  })

  it('replays and discards all of a filter, after it has asked', async () => {
    await open('/dead-letters?source=generic')
    await page.getByRole('button', { name: 'Replay all 2' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Replay all' }).click()
    await notice('1 body posted again: 0 taken over, 2 rejected').waitFor(WAIT)
    await page.getByRole('button', { name: 'Discard all 2' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Discard all' }).click()
    await notice('2 discarded').waitFor(WAIT)
    await page.getByRole('heading', { name: 'No dead letter matches' }).waitFor(WAIT)
    await open('/dead-letters')
    await page.getByRole('button', { name: 'Discard', exact: true }).click()
    await page.getByRole('heading', { name: 'No dead letters' }).waitFor(WAIT)
  })

  it('fills a silence in from its address, and counts what it would mute as it is written', async () => {
    await open(`/silences/new?matcher=${encodeURIComponent('host=~"h-[12]"')}`)
    await page.locator('[data-matched="2"]').waitFor(WAIT)
    await page.getByText('DiskFull on h-1').waitFor(WAIT)
    await page.getByRole('button', { name: 'Add a label' }).click()
    await page.getByRole('textbox', { name: 'Label 2', exact: true }).fill('alertname')
    await page.getByRole('textbox', { name: 'Value 2', exact: true }).fill('Slow')
    await page.locator('[data-matched="1"]').waitFor(WAIT)
    await page.getByRole('textbox', { name: 'Value 1', exact: true }).fill('h-[')
    await page.getByText('not an RE2 regular expression').waitFor(WAIT)
    await page.getByRole('textbox', { name: 'Value 1', exact: true }).fill('h-.*')
    await page.locator('[data-matched="1"]').waitFor(WAIT)
    await page.getByRole('button', { name: '8 h' }).click()
    await page.getByLabel('Why').fill('known, OPS-1')
    await page.getByRole('button', { name: 'Mute', exact: true }).click()
    await notice('1 alert muted').waitFor(WAIT)
    const [made] = await silencesOf('state=active')
    expect(made).toMatchObject({
      comment: 'known, OPS-1',
      matchers: [
        { name: 'host', value: 'h-.*', isRegex: true },
        { name: 'alertname', value: 'Slow', isRegex: false },
      ],
    })
    const hours = (Date.parse(made?.endsAt ?? '') - Date.now()) / 3_600_000
    expect(hours).toBeGreaterThan(7.9)
    expect(hours).toBeLessThan(8.1)
  })

  it('lists it, extends it, edits it and ends it', async () => {
    const row = page.locator('[data-silence]', { hasText: 'OPS-1' })
    await row.getByText('alert muted').waitFor(WAIT)
    const [before] = await silencesOf('state=active')
    await row.getByRole('button', { name: 'Extend' }).click()
    await page.getByRole('menuitem', { name: 'by 1 hour' }).click()
    await notice('lasts longer').waitFor(WAIT)
    const [after] = await silencesOf('state=active')
    expect(Date.parse(after?.endsAt ?? '') - Date.parse(before?.endsAt ?? '')).toBe(3_600_000)
    await row.getByRole('link', { name: 'known, OPS-1' }).click()
    await page.getByLabel('Why').fill('known, OPS-2')
    await page.getByRole('button', { name: 'Save' }).click()
    await notice('is changed').waitFor(WAIT)
    const changed = page.locator('[data-silence]', { hasText: 'OPS-2' })
    await changed.getByRole('button', { name: 'End now' }).click()
    await notice('has ended').waitFor(WAIT)
    await changed.waitFor({ ...WAIT, state: 'detached' })
    await page.getByText('Expired 1').click()
    await changed.waitFor(WAIT)
    expect(new URL(page.url()).search).toBe('?state=expired')
    await changed.getByRole('link', { name: 'Again' }).click()
    await page.locator('[data-matched="1"]').waitFor(WAIT)
    expect(await page.getByLabel('Why').inputValue()).toBe('known, OPS-2')
  })

  it('refuses a silence that would mute everything, and says why', async () => {
    await open(`/silences/new?matcher=${encodeURIComponent('host=~".*"')}`)
    await page.getByText('It would not be taken').waitFor(WAIT)
    await page.getByLabel('Why').fill('all of it')
    await page.getByRole('button', { name: 'Mute', exact: true }).click()
    await page.getByRole('alert').getByText('must not match a missing label').first().waitFor(WAIT)
    expect(await silencesOf('state=active')).toEqual([])
  })

  it('plans a maintenance window for later', async () => {
    const items = [{ id: 'host:h-1', class: 'host', name: 'h-1' }]
    await api(faultline.url, '/api/v1/topology', { items })
    await page.keyboard.press('Escape')
    await open('/silences?kind=maintenance')
    await page.keyboard.press('n')
    await page.getByRole('combobox', { name: 'CIs' }).fill('h-1')
    await page.getByRole('option', { name: /h-1/ }).click()
    await page.keyboard.press('Escape')
    await page.getByRole('switch', { name: 'Begins later' }).check({ force: true })
    await page.locator('input[type="datetime-local"]').first().fill('2099-01-01T10:00')
    await page.locator('input[type="datetime-local"]').last().fill('2099-01-01T12:00')
    await page.getByLabel('Why').fill('a far kernel')
    await page.getByRole('button', { name: 'Mute', exact: true }).click()
    await notice('pending').waitFor(WAIT)
    await page.locator('[data-silence]', { hasText: 'a far kernel' }).waitFor(WAIT)
    expect(new URL(page.url()).search).toBe('?kind=maintenance&state=pending')
  })

  it('makes one that repeats, with its next times, ends it and takes that back', async () => {
    await open('/silences/new?kind=maintenance&service=checkout&comment=patches')
    const repeats = page.getByRole('switch', { name: 'Repeats' })
    const until = page.locator('input[type="datetime-local"]')
    const ends = await until.inputValue()
    await repeats.check({ force: true })
    expect(await until.inputValue()).not.toBe(ends)
    await repeats.uncheck({ force: true })
    expect(await until.inputValue()).toBe(ends)
    await repeats.check({ force: true })
    await page.getByLabel('From').fill('')
    await page.getByText('One of the times cannot be read.').waitFor(WAIT)
    await page.getByRole('combobox', { name: 'Which of them' }).click()
    await page.getByRole('option', { name: 'second' }).click()
    await page.keyboard.press('Escape')
    await page.getByLabel('From').fill('01:30')
    const next = page.getByRole('list', { name: 'Next times' })
    await page.getByText('2nd Tue of the month 01:30-04:00').waitFor(WAIT)
    expect(await next.getByRole('listitem').count()).toBe(3)
    await page.getByLabel('From').fill('05:00')
    await page.getByText('on the next day').waitFor(WAIT)
    await page.getByRole('button', { name: 'Mute', exact: true }).click()
    await notice('The maintenance window is made').waitFor(WAIT)
    await open('/silences?kind=maintenance&state=pending')
    const row = page.locator('[data-silence]', { hasText: 'patches' })
    await row.getByText('2nd Tue of the month 05:00-04:00').waitFor(WAIT)
    await row.getByText('service checkout').waitFor(WAIT)
    await page.locator('[data-recurring]', { hasText: 'patches' }).waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
    await row.getByRole('button', { name: 'End for good' }).click()
    await notice('has ended').getByRole('button', { name: 'Undo' }).click()
    await notice('is as it was').waitFor(WAIT)
    await row.getByText('2nd Tue of the month 05:00-04:00').waitFor(WAIT)
    await row.getByRole('link', { name: 'patches' }).click()
    expect(await page.getByLabel('From').inputValue()).toBe('05:00')
    expect(await axeFaults(page)).toEqual([])
  })

  it('skips one time of a window, moves another, and takes both back', async () => {
    await open('/silences?kind=maintenance&state=pending')
    const row = page.locator('[data-silence]', { hasText: 'patches' })
    const times = row.getByRole('list', { name: 'Next times' }).getByRole('listitem')
    const excepted = row.getByRole('list', { name: 'Skipped and moved times' })
    const first = await times.first().locator('time').first().getAttribute('datetime')
    const second = await times.nth(1).locator('time').first().getAttribute('datetime')
    await times.first().getByRole('button', { name: /^Skip/ }).focus()
    await page.keyboard.press('Enter')
    await excepted.getByText('Skipped: ').waitFor(WAIT)
    await times.first().locator(`time[datetime="${second}"]`).waitFor(WAIT)
    await times.first().getByRole('button', { name: /^Move/ }).focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Begins').fill('2027-01-10T01:00')
    await dialog.getByLabel('Ends').fill('2027-01-10T00:30')
    expect(await dialog.getByRole('button', { name: 'Move this time' }).isDisabled()).toBe(true)
    await dialog.getByLabel('Ends').fill('2027-01-10T02:30')
    await dialog.getByLabel('Reason').fill('the release')
    await page.keyboard.press('Enter')
    await excepted.getByText('the release').waitFor(WAIT)
    await dialog.waitFor({ state: 'hidden' })
    await row.getByText('moved from').waitFor(WAIT)
    expect(await axeFaults(page)).toEqual([])
    await notice('Moved to').getByRole('button', { name: 'Undo' }).click()
    await notice('That time comes as it recurs').first().waitFor(WAIT)
    await excepted
      .getByRole('button', { name: /^Restore/ })
      .first()
      .click()
    await excepted.waitFor({ state: 'detached' })
    await times.first().locator(`time[datetime="${first}"]`).waitFor(WAIT)
  })

  it('shows deliveries with what is sent, and sends one again', async () => {
    await open('/deliveries')
    const row = page.locator('[data-delivery]').first()
    await row.getByRole('button', { name: /what is sent/i }).click()
    await row.getByText('"incident.opened"').waitFor(WAIT)
    await row.getByText('400 in').first().waitFor(WAIT)
    await row.getByRole('button', { name: /^(Try|Retry) now$/ }).click()
    await notice('It is sent again').waitFor(WAIT)
    await page.getByRole('combobox', { name: 'State' }).click()
    await page.getByRole('option', { name: 'delivered' }).click()
    await page.getByRole('heading', { name: 'No delivery matches' }).waitFor(WAIT)
    expect(new URL(page.url()).search).toBe('?state=delivered')
  })

  it('shows the settings with where they come from, and no secret', async () => {
    await open('/settings')
    const setting = (key: string) => page.locator(`[data-setting="${key}"]`)
    await setting('limits.snapshotSeconds').getByText('file', { exact: true }).waitFor(WAIT)
    await setting('adminToken').getByText('environment').waitFor(WAIT)
    await setting('sourceTokens').getByText('change (1)').waitFor(WAIT)
    await page.locator('[data-channel="pager"]').getByText('failing').waitFor(WAIT)
    await page.locator('[data-pack="correlate"]').waitFor(WAIT)
    await page.getByText('It holds up to').waitFor(WAIT)
    await page.getByText(join(folder.path, 'faultline.yaml')).waitFor(WAIT)
    const html = await page.content()
    await page.getByRole('button', { name: 'Ask the rules' }).click()
    await page.getByText('all channels are told: no route rule holds').waitFor(WAIT)
    await page.locator('[data-asked="owner_of_ci"]').getByText('no alert fits').waitFor(WAIT)
    for (const secret of [SOURCE_TOKEN, SIGNING_SECRET, ADMIN_TOKEN, 'path-that-nobody-may-see'])
      expect(html).not.toContain(secret)
  })

  it('is accessible and fits, wide and narrow, light and dark', async () => {
    await post('generic', '{"title": "cut off')
    const paths = [
      ...['/sources', '/dead-letters', '/deliveries', '/settings', '/silences'],
      ...[
        '/silences?state=expired',
        '/silences/new?matcher=host%3Dh-1',
        '/silences/new?kind=maintenance',
      ],
    ]
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        const view = await browser.open({ width, scheme })
        await view.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
        await view.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
        for (const path of paths) {
          await view.page.goto(faultline.url + path)
          await view.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
          await view.page
            .locator('[aria-busy="true"]')
            .first()
            .waitFor({ ...WAIT, state: 'detached' })
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
    expect(tab.faults.filter((fault) => !REFUSALS.test(fault))).toEqual([])
  })
})
