/** The list of incidents in a real browser against the real program: by mouse, by keys, live. */
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
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
import { ADMIN_TOKEN, api, type Running, run, until } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'
import { temporaryFolder } from '../support/store.ts'

const chromium = requireTool('chromium')
const WAIT = { timeout: 20_000 }

/** One system each, so that alerts of two never meet. */
const PLACES = ['apple', 'birch', 'cedar', 'daisy', 'elder', 'fern', 'grape', 'hazel'] as const
const ESTATE = {
  items: PLACES.map((name, n) => ({
    ...{ id: `svc:${name}`, class: 'service', name: `${name}-service` },
    ...{ criticality: n % 2 === 0 ? 1 : 4, owner: n < 4 ? 'team-front' : 'team-back' },
  })),
  relations: [],
}
const Listed = z.object({
  items: z.array(
    z.object({
      ...{ id: z.string(), title: z.string(), status: z.string() },
      ...{ owner: z.string().nullable(), acknowledgedBy: z.string().nullable() },
    }),
  ),
})

describe.skipIf(!chromium.ok)(`the list of incidents ${chromium.ok ? '' : chromium.reason}`, () => {
  const folder = temporaryFolder()
  const pictures = join(tmpdir(), 'faultline-console')
  let faultline: Running
  let browser: TestBrowser
  let tab: TestPage
  let page: Page

  const post = (place: string, more: object = {}): Promise<unknown> =>
    api(faultline.url, '/ingest/generic', {
      ...{ title: `${place} is down`, status: 'firing', severity: 'critical' },
      labels: { alertname: `Down_${place}`, service: `${place}-service` },
      ...more,
    })
  const listed = async (query: string) =>
    Listed.parse(await api(faultline.url, `/api/v1/incidents${query}`)).items
  const idOf = async (place: string): Promise<string> =>
    (await listed(`?q=${place}`))[0]?.id ?? `no incident at ${place}`
  const rows = (): Locator => page.locator('[data-incident]')
  const row = (place: string): Locator => page.locator('[data-incident]', { hasText: place })
  const titles = async (): Promise<string[]> =>
    (await rows().locator('a').allTextContents()).map((title) => title.split(' ')[0] ?? '')
  const showing = (places: readonly string[]): Promise<true> =>
    until(`rows ${places.join()}`, 20_000, async () =>
      (await titles()).join() === places.join() ? true : undefined,
    )
  const open = async (query = ''): Promise<void> => {
    await page.goto(`${faultline.url}/incidents${query}`)
    await page.locator('[data-total]').waitFor(WAIT)
    await liveState(page, true)
  }
  const choose = (facet: string, value: string): Promise<void> =>
    page.locator(`[data-facet="${facet}"] input[data-value="${value}"]`).click()
  const search = (): string => new URL(page.url()).search

  beforeAll(async () => {
    expect(rebuild()).toBeNull()
    expect(rebuildConsole()).toBeNull()
    mkdirSync(pictures, { recursive: true })
    faultline = await run({ data: join(folder.path, 'data') })
    browser = await startBrowser(chromium.ok ? chromium.path : '')
    await api(faultline.url, '/api/v1/topology', ESTATE)
    for (const place of PLACES.slice(0, 6)) {
      await post(place)
      await until(`the incident at ${place}`, 20_000, async () =>
        (await listed(`?q=${place}&status=open`)).length === 1 ? true : undefined,
      )
    }
    tab = await browser.open()
    page = tab.page
    await page.goto(`${faultline.url}/incidents`)
    await page.getByLabel('Token').fill(ADMIN_TOKEN)
    await page.getByLabel('Your name').fill('dana')
    await page.getByRole('button', { name: 'Log in' }).click()
    await rows().first().waitFor(WAIT)
  })

  afterAll(async () => {
    await browser?.close()
    await faultline?.stop()
    folder.remove()
  })

  it('is filtered and counted by the server, with the filter in the address', async () => {
    await open()
    await showing(['fern', 'elder', 'daisy', 'cedar', 'birch', 'apple'])
    await page.locator('[data-total="6"]').waitFor(WAIT)
    await choose('Team', 'team-back')
    await showing(['fern', 'elder'])
    expect(search()).toBe('?team=team-back')
    await page.locator('[data-total="2"]').waitFor(WAIT)
    await choose('Service', 'svc:fern')
    await showing(['fern'])
    await page.reload()
    await showing(['fern'])
    await page.getByRole('button', { name: 'Team team-back' }).click()
    await page.getByRole('button', { name: 'Clear all' }).click()
    await page.locator('[data-total="6"]').waitFor(WAIT)
    expect(search()).toBe('')
    await page.getByRole('combobox', { name: 'Order' }).selectOption('priority')
    await showing(['apple', 'cedar', 'elder', 'birch', 'daisy', 'fern'])
    expect(search()).toBe('?sort=priority')
    await page.keyboard.press('/')
    await page.keyboard.type('down_cedar')
    await showing(['cedar'])
    await page.getByRole('textbox', { name: 'Search incidents' }).fill('nothing like it')
    await page.getByRole('heading', { name: 'No incident matches' }).waitFor(WAIT)
    await page.getByRole('button', { name: 'Show all open incidents' }).click()
    await page.locator('[data-total="6"]').waitFor(WAIT)
  })

  it('chooses in a facet by keys: down, space, enter for only this one', async () => {
    await open()
    await page.locator('[data-facet="Team"] input[data-value="team-back"]').focus()
    await page.keyboard.press('Space')
    await page.locator('[data-total="2"]').waitFor(WAIT)
    await page.keyboard.press('Home')
    await page.keyboard.press('Enter')
    const only = await page.evaluate('document.activeElement.dataset.value')
    await until('only this team', 20_000, async () =>
      search() === `?team=${only}` ? true : undefined,
    )
    await page.keyboard.press('Enter')
    await page.locator('[data-total="6"]').waitFor(WAIT)
  })

  it('selects and acknowledges many by keys alone', async () => {
    await open('?sort=priority')
    await showing(['apple', 'cedar', 'elder', 'birch', 'daisy', 'fern'])
    for (const key of ['j', 'x', 'j', 'j', 'x', 'J']) await page.keyboard.press(key)
    await page.getByRole('status').filter({ hasText: '3 selected' }).waitFor(WAIT)
    await page.keyboard.press('a')
    await page.getByRole('status').filter({ hasText: '3 incidents acknowledged' }).waitFor(WAIT)
    for (const place of ['apple', 'elder', 'birch'])
      await row(place).getByText('acknowledged').waitFor(WAIT)
    expect(
      (await listed('?acknowledged=true')).map(({ acknowledgedBy }) => acknowledgedBy),
    ).toEqual(['dana', 'dana', 'dana'])
    await page.keyboard.press('a')
    await page.getByRole('status').filter({ hasText: 'no longer acknowledged' }).waitFor(WAIT)
    await page.keyboard.press('Escape')
    await page.getByRole('toolbar', { name: 'Selected incidents' }).waitFor({
      ...{ ...WAIT, state: 'detached' },
    })
  })

  it('selects by mouse, with shift for all between, and assigns', async () => {
    await open('?sort=priority')
    await showing(['apple', 'cedar', 'elder', 'birch', 'daisy', 'fern'])
    await row('cedar').getByRole('checkbox').click()
    await row('daisy')
      .getByRole('checkbox')
      .click({ modifiers: ['Shift'] })
    await page.getByRole('status').filter({ hasText: '4 selected' }).waitFor(WAIT)
    await page.keyboard.press('e')
    await page.getByRole('dialog', { name: 'Assign 4 incidents' }).waitFor(WAIT)
    await page.getByRole('textbox', { name: 'Owner' }).fill('team-night')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ ...WAIT, state: 'detached' })
    await row('elder').getByText('team-night').waitFor(WAIT)
    expect(await listed('?owner=team-night')).toHaveLength(4)
    await choose('Owner', 'nobody')
    await showing(['fern'])
  })

  it('asks before it resolves what still fires, and says what was not done', async () => {
    await post('birch', { status: 'resolved' })
    await open('?sort=priority')
    await row('birch').getByText('none firing').waitFor(WAIT)
    await row('birch').getByRole('checkbox').click()
    await row('daisy').getByRole('checkbox').click()
    await page.keyboard.press('r')
    await page.getByRole('dialog', { name: 'Resolve 2 incidents' }).waitFor(WAIT)
    await page.getByLabel('What fixed it').fill('gone by itself')
    await page.getByRole('dialog').getByRole('button', { name: 'Resolve' }).click()
    await page.getByRole('alert').getByText('still fire').waitFor(WAIT)
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    const daisy = await idOf('daisy')
    expect((await listed(`?id=${daisy}`))[0]?.status).toBe('open')
    expect(await listed('?status=resolved')).toMatchObject([{ title: 'birch is down' }])
  })

  it('announces what comes while somebody reads, and moves no row', async () => {
    await page.setViewportSize({ width: 1280, height: 420 })
    await open()
    await page.evaluate('window.scrollTo(0, 180)')
    const place = await row('cedar').boundingBox()
    await post('grape')
    await page.locator('[data-news="1"]').waitFor(WAIT)
    expect(await row('grape').count()).toBe(0)
    expect(await row('cedar').boundingBox()).toEqual(place)
    await page.keyboard.press('.')
    await row('grape').waitFor(WAIT)
    await page.locator('[data-news]').waitFor({ ...WAIT, state: 'detached' })
    expect(await page.evaluate('window.scrollY')).toBe(0)
    // at the top, with nobody about to click, it simply comes in
    await post('hazel')
    await row('hazel').waitFor(WAIT)
    expect((await titles())[0]).toBe('hazel')
    await page.setViewportSize({ width: 1280, height: 900 })
  })

  it('keeps a row that leaves the filter where it is until nobody holds it', async () => {
    await open()
    await row('grape').getByRole('checkbox').click()
    await post('hazel', { status: 'resolved' })
    const hazel = await idOf('hazel')
    await api(faultline.url, `/api/v1/incidents/${hazel}/resolve`, {})
    await page.locator(`[data-incident="${hazel}"][data-gone]`).waitFor(WAIT)
    await page.getByRole('button', { name: '1 no longer in this list: show' }).waitFor(WAIT)
    await page.keyboard.press('Escape')
    await page.mouse.move(5, 5)
    await row('hazel').waitFor({ ...WAIT, state: 'detached' })
  })

  it('has views, shipped and saved, that everybody sees', async () => {
    await open()
    const views = page.getByRole('navigation', { name: 'Views' })
    await views.getByRole('button', { name: 'Unacknowledged' }).click()
    await until('the view', 20_000, async () =>
      search() === '?acknowledged=false&sort=priority' ? true : undefined,
    )
    await choose('Team', 'team-front')
    await page.keyboard.press('w')
    await page.getByLabel('Name').fill('Front, nobody on it')
    await page.keyboard.press('Enter')
    await views.locator('[aria-current]', { hasText: 'Front, nobody on it' }).waitFor(WAIT)
    const address = page.url()
    const other = await browser.open()
    await other.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
    await other.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
    await other.page.goto(address)
    const current = other.page.locator('nav[aria-label="Views"] [aria-current]')
    await current.filter({ hasText: 'Front, nobody on it' }).waitFor(WAIT)
    expect(other.faults).toEqual([])
    await other.close()
    await views.getByRole('button', { name: 'More about Front' }).click()
    await page.getByRole('menuitem', { name: 'Delete this view' }).click()
    await views.getByText('Front, nobody on it').waitFor({ ...WAIT, state: 'detached' })
    await views.getByRole('button', { name: 'Mine' }).click()
    await until('mine', 20_000, async () =>
      search() === '?owner=me&sort=priority' ? true : undefined,
    )
  })

  it('lists every key in the sheet, and they work', async () => {
    await open()
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog', { name: 'Shortcuts' })
    await sheet.getByText('Select all that are loaded').waitFor(WAIT)
    await page.keyboard.press('Escape')
    await sheet.waitFor({ ...WAIT, state: 'detached' })
    const pressed = async (key: string, expected: string): Promise<void> => {
      await page.keyboard.press(key)
      await until(`${key}: ${expected}`, 20_000, async () =>
        search() === expected ? true : undefined,
      )
    }
    await pressed('2', '?priority=2')
    await pressed('2', '')
    await pressed('s', '?sort=priority')
    await pressed('t', '?status=resolved&sort=priority')
    await pressed('c', '?status=resolved')
    await pressed('t', '?status=all')
    await pressed('t', '')
    // what is chosen among the rows of another list is chosen no more once this one is there
    const total = page.locator('[data-total][aria-busy="false"]')
    await until('the rows of this list', 20_000, async () =>
      (await total.count()) === 1 &&
      String(await rows().count()) === (await total.getAttribute('data-total'))
        ? true
        : undefined,
    )
    await page.keyboard.press('f')
    await page.locator('aside[aria-label="Filters"]').waitFor({ ...WAIT, state: 'detached' })
    await page.keyboard.press('f')
    await page.keyboard.press('X')
    await page.getByRole('toolbar', { name: 'Selected incidents' }).waitFor(WAIT)
    await page.keyboard.press('X')
    await page.keyboard.press('End')
    await page.keyboard.press('Home')
    const first = (await titles())[0] ?? ''
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: first }).waitFor(WAIT)
  })

  it('is readable and clean, wide and narrow, light and dark', async () => {
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        const view = await browser.open({ width, scheme })
        await view.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
        await view.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
        await view.page.goto(`${faultline.url}/incidents`)
        await view.page.locator('[data-incident]').first().waitFor(WAIT)
        await view.page.locator('[data-incident] input').first().click()
        await view.page.getByRole('toolbar', { name: 'Selected incidents' }).waitFor(WAIT)
        if (width === 390) await view.page.getByRole('button', { name: 'Filters' }).click()
        await view.page.locator('[data-facet="Team"]').waitFor(WAIT)
        const name = `incidents-filtered-${width}-${scheme}.png`
        await view.page.screenshot({ path: join(pictures, name) })
        const found = [...(await axeFaults(view.page)), ...(await contrastFaults(view.page))]
        expect([width, scheme, ...found, ...view.faults]).toEqual([width, scheme])
        await view.close()
      }
    }
  })

  it('went through all of this without an error of its own', () => {
    expect(tab.faults).toEqual([])
  })
})
