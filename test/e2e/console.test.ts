/**
 * The console in a real browser against the real program: alerts come in by POST, and what a person
 * does is done with the mouse and the keyboard.
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { TYPES_FILE, typesOf } from '../../dashboards/console/api-types.ts'
import { axeFaults } from '../support/axe.ts'
import {
  contrastFaults,
  liveState,
  pressUntilFocused,
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

const Evidence = z.object({
  method: z.string(),
  score: z.number(),
  terms: z.array(z.object({ name: z.string(), x: z.number(), w: z.number() })),
})
const Incident = z.object({
  id: z.string(),
  title: z.string(),
  status: z.string(),
  owner: z.string().nullable(),
  acknowledgedBy: z.string().nullable(),
  mergedInto: z.string().nullable(),
  splitFrom: z.string().nullable(),
  confirmedCause: z.string().nullable(),
  resolution: z.string().nullable(),
  alerts: z.array(z.object({ key: z.string(), title: z.string(), evidence: Evidence.nullable() })),
})
const Ids = z.object({ items: z.array(z.object({ id: z.string(), title: z.string() })) })

const ESTATE = {
  items: [
    { id: 'ci-1', class: 'service', name: 'shop-front', criticality: 1 },
    { id: 'ci-2', class: 'database', name: 'shop-db', criticality: 1 },
    { id: 'ci-3', class: 'service', name: 'newsletter', criticality: 4 },
  ],
  relations: [{ from: 'ci-1', type: 'depends_on', to: 'ci-2' }],
}
const ARTICLES = {
  articles: [
    {
      id: 'db/no-connections',
      title: 'A database has no free connections',
      alertnames: ['NoConnections'],
      body: 'Every client of the database times out.\n\nFind the client that holds most connections and restart it.',
    },
  ],
}

interface Sample {
  readonly rule: string
  readonly service: string
  readonly title: string
  readonly severity?: string
}

function alertOf({ rule, service, title, severity = 'critical' }: Sample): object {
  return { title, severity, status: 'firing', labels: { alertname: rule, service } }
}

const DB: Sample = {
  rule: 'NoConnections',
  service: 'shop-db',
  title: 'shop-db has no connections',
}
const SLOW: Sample = { rule: 'Slow', service: 'shop-front', title: 'shop-front answers slowly' }
const ERRORS: Sample = { rule: 'Errors', service: 'shop-front', title: 'shop-front fails often' }
const MAIL: Sample = {
  rule: 'Bounces',
  service: 'newsletter',
  title: 'newsletter: many mails bounce',
  severity: 'error',
}

const WAIT = { timeout: 15_000 }
/** What the API refuses is in the browser's log as well; the tests that provoke it say so. */
const REFUSALS = /status of (401|409)/
const SPILL = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

describe.skipIf(!chromium.ok)(`the console ${chromium.ok ? '' : chromium.reason}`, () => {
  const folder = temporaryFolder()
  const pictures = join(tmpdir(), 'faultline-console')
  let faultline: Running
  let browser: TestBrowser
  let tab: TestPage
  let page: Page

  const post = (...samples: readonly Sample[]): Promise<unknown> =>
    api(faultline.url, '/ingest/generic', samples.map(alertOf))
  const incident = async (id: string): Promise<z.output<typeof Incident>> =>
    Incident.parse(await api(faultline.url, `/api/v1/incidents/${id}`))
  const idOf = async (title: string): Promise<string> => {
    const { items } = Ids.parse(await api(faultline.url, '/api/v1/incidents?limit=50'))
    return items.find((one) => one.title.startsWith(title))?.id ?? `no incident is called ${title}`
  }
  const row = (title: string) => page.locator('[data-incident]', { hasText: title })
  const alertRow = (title: string) =>
    page.locator('[data-alert]', { has: page.getByRole('checkbox', { name: `Select ${title}` }) })
  const notice = (text: string) => page.getByRole('status').filter({ hasText: text })
  const open = async (id: string): Promise<void> => {
    await page.goto(`${faultline.url}/incidents/${id}`)
    await page.getByRole('heading', { level: 1 }).waitFor(WAIT)
  }

  beforeAll(async () => {
    expect(rebuild()).toBeNull()
    expect(rebuildConsole()).toBeNull()
    mkdirSync(pictures, { recursive: true })
    faultline = await run({ data: join(folder.path, 'data') })
    browser = await startBrowser(chromium.ok ? chromium.path : '')
    tab = await browser.open()
    page = tab.page
    await api(faultline.url, '/api/v1/topology', ESTATE)
    await api(faultline.url, '/api/v1/articles', ARTICLES)
  })

  afterAll(async () => {
    await browser?.close()
    await faultline?.stop()
    folder.remove()
  })

  it('lets nobody in without a token, and takes the printed link as one', async () => {
    await page.goto(`${faultline.url}/?status=all`)
    await page.getByLabel('Token').fill('wrong')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByText('This token is not known here.').waitFor(WAIT)
    await page.getByLabel('Token').fill(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
    await page.getByLabel('Your name').fill('dana')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('heading', { name: 'Incidents', level: 1 }).waitFor(WAIT)
    expect(page.url()).toBe(`${faultline.url}/incidents?status=all`)
  })

  it('logs in by the link and leaves no token in the address', async () => {
    const other = await browser.open()
    await other.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
    await other.page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor(WAIT)
    expect(other.page.url()).toBe(`${faultline.url}/`)
    expect(other.faults).toEqual([])
    await other.close()
  })

  it('says how to connect a tool while nothing burns', async () => {
    await page.goto(`${faultline.url}/incidents`)
    await page.getByRole('heading', { name: 'No open incidents' }).waitFor(WAIT)
    await page.getByText(`${faultline.url}/ingest/alertmanager`).waitFor(WAIT)
    await liveState(page, true)
  })

  it('shows an incident, and what joins it, without a reload', async () => {
    await page.evaluate("document.body.setAttribute('data-kept', 'yes')")
    await post(DB)
    await row(DB.title).waitFor(WAIT)
    await post(SLOW, ERRORS)
    await row(DB.title).getByText('3 alerts').waitFor(WAIT)
    await row(DB.title).getByText('likely shop-db').waitFor(WAIT)
    await post(MAIL)
    await row(MAIL.title).waitFor(WAIT)
    expect(await page.locator('body').getAttribute('data-kept')).toBe('yes')
  })

  it('keeps the filters in the address', async () => {
    await page.getByRole('checkbox', { name: /^P1/ }).click()
    await row(MAIL.title).waitFor({ ...WAIT, state: 'detached' })
    expect(new URL(page.url()).search).toBe('?priority=1')
    await page.reload()
    await row(DB.title).waitFor(WAIT)
    expect(await page.locator('[data-incident]').count()).toBe(1)
    await page.getByRole('checkbox', { name: /^P1/ }).click()
    await page.keyboard.press('/')
    await page.keyboard.type('newsletter')
    await row(DB.title).waitFor({ ...WAIT, state: 'detached' })
    expect(new URL(page.url()).search).toBe('?q=newsletter')
    await page.getByRole('textbox', { name: 'Search incidents' }).fill('no such thing')
    await page.getByRole('heading', { name: 'No incident matches' }).waitFor(WAIT)
    await page.getByRole('button', { name: 'Show all open incidents' }).click()
    await row(DB.title).waitFor(WAIT)
  })

  it('is led by the keyboard: j, k, a, Enter and the sheet', async () => {
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Shortcuts' }).waitFor(WAIT)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ ...WAIT, state: 'detached' })
    for (const key of ['j', 'j', 'k']) await page.keyboard.press(key)
    await page.keyboard.press('a')
    await row(MAIL.title).getByText('acknowledged').waitFor(WAIT)
    expect((await incident(await idOf(MAIL.title))).acknowledgedBy).toBe('dana')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: DB.title, level: 1 }).waitFor(WAIT)
    expect(page.url()).toContain(`/incidents/${await idOf(DB.title)}`)
  })

  it('explains why an alert is in it with terms that add up', async () => {
    const id = await idOf(DB.title)
    const { alerts } = await incident(id)
    const slow = alerts.find(({ title }) => title === SLOW.title)?.evidence
    const score = slow?.score ?? Number.NaN
    const terms = slow?.terms ?? []
    expect(terms.length).toBeGreaterThanOrEqual(2)
    expect(terms.reduce((sum, { x, w }) => sum + x * w, 0)).toBeCloseTo(score, 9)
    await alertRow(SLOW.title).getByRole('button', { expanded: false }).click()
    const why = alertRow(SLOW.title).locator('[data-why="score"]')
    const shown = await why.locator('[data-adds]').allTextContents()
    expect(shown).toEqual(terms.map(({ x, w }) => decimal(x * w)))
    expect(await why.locator('[data-sum]').textContent()).toBe(decimal(score))
    await why.getByText('is needed to join').waitFor(WAIT)
    expect(await page.getByText('the score says').count()).toBe(0)
  })

  it('shows the likely cause and the article with its passage', async () => {
    await page.getByText('explains', { exact: false }).first().waitFor(WAIT)
    const articles = page.locator('[data-section="articles"]')
    await articles.getByText('A database has no free connections').click()
    await page
      .getByRole('dialog')
      .getByText('Find the client that holds most connections')
      .waitFor(WAIT)
    await page.keyboard.press('Escape')
    await articles.getByRole('button', { name: /helped$/ }).click()
    await notice('Noted: it helped').waitFor(WAIT)
    await page.getByRole('button', { name: 'Confirm ci-2 as the cause' }).click()
    await page.getByText('confirmed by a person').waitFor(WAIT)
    expect((await incident(await idOf(DB.title))).confirmedCause).toBe('ci-2')
  })

  it('acknowledges, assigns and comments under the name of who does it', async () => {
    const id = await idOf(DB.title)
    await page.getByRole('button', { name: 'Acknowledge', exact: true }).click()
    await page.getByText('by dana').first().waitFor(WAIT)
    await page.keyboard.press('e')
    await page.getByLabel('Owner').fill('team-shop')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ ...WAIT, state: 'detached' })
    const box = page.getByRole('textbox', { name: 'Comment' })
    await pressUntilFocused('c', box)
    await box.fill('pool size was lowered <b>yesterday</b>')
    await box.press('Control+Enter')
    const comments = page.locator('[data-kind="comment"]')
    await comments.getByText('pool size was lowered <b>yesterday</b>').waitFor(WAIT)
    expect(await incident(id)).toMatchObject({ owner: 'team-shop', acknowledgedBy: 'dana' })
    await api(faultline.url, `/api/v1/incidents/${id}/comment`, { text: 'seen from elsewhere' })
    await comments.getByText('seen from elsewhere').waitFor(WAIT)
  })

  it('splits in two keystrokes, and undoes', async () => {
    const id = await idOf(DB.title)
    await page.getByRole('checkbox', { name: `Select ${ERRORS.title}` }).check()
    await page.keyboard.press('s')
    await page.getByRole('dialog', { name: 'Split off' }).waitFor(WAIT)
    await page.keyboard.press('Enter')
    await notice('split off to').waitFor(WAIT)
    await alertRow(ERRORS.title).waitFor({ ...WAIT, state: 'detached' })
    const made = await incident(await idOf(ERRORS.title))
    expect(made).toMatchObject({ splitFrom: id })
    await notice('split off to').getByRole('button', { name: 'Undo' }).click()
    await alertRow(ERRORS.title).waitFor(WAIT)
    expect((await incident(id)).alerts).toHaveLength(3)
    expect(await incident(made.id)).toMatchObject({ mergedInto: id })
  })

  it('merges another incident into it, and undoes', async () => {
    const id = await idOf(DB.title)
    const other = await idOf(MAIL.title)
    await page.keyboard.press('m')
    await page.getByRole('radio', { name: new RegExp(other) }).click()
    await page.getByRole('button', { name: 'Merge', exact: true }).click()
    await alertRow(MAIL.title).waitFor(WAIT)
    expect(await incident(other)).toMatchObject({ status: 'merged', mergedInto: id })
    await notice(`merged into ${id}`).getByRole('button', { name: 'Undo' }).click()
    await alertRow(MAIL.title).waitFor({ ...WAIT, state: 'detached' })
    expect(await incident(other)).toMatchObject({ mergedInto: null })
  })

  it('shows the reason of a refusal in the words of the engine', async () => {
    await open(await idOf(MAIL.title))
    await page.keyboard.press('z')
    await page.getByRole('alert').getByText('it was not regrouped', { exact: false }).waitFor(WAIT)
  })

  it('asks before it resolves what still fires', async () => {
    const id = await idOf(DB.title)
    await open(id)
    await page.keyboard.press('r')
    await page.getByLabel('What fixed it').fill('raised the pool size')
    await page.getByRole('button', { name: 'Resolve', exact: true }).click()
    await page.getByRole('alert').getByText('still fire').waitFor(WAIT)
    expect((await incident(id)).status).toBe('open')
    await page.getByRole('button', { name: 'Resolve anyway' }).click()
    await notice(`${id} is resolved`).waitFor(WAIT)
    expect(await incident(id)).toMatchObject({
      status: 'resolved',
      resolution: 'raised the pool size',
    })
    await page.goto(`${faultline.url}/incidents?status=resolved`)
    await row(DB.title).waitFor(WAIT)
  })

  it('shows that the ledger is balanced, and lets a dead letter be replayed', async () => {
    await api(faultline.url, '/ingest/generic', [alertOf(MAIL), { title: 'without a status' }])
    await page.goto(`${faultline.url}/operations`)
    await page.getByText('balanced', { exact: true }).first().waitFor(WAIT)
    await page.locator('[data-source="generic"]').waitFor(WAIT)
    await page.goto(`${faultline.url}/dead-letters`)
    const letters = page.locator('[data-section="dead-letters"]')
    await letters.getByText('#/1/status').waitFor(WAIT)
    await letters.getByRole('button', { name: 'Replay' }).first().click()
    await notice('1 taken over, 1 still rejected').waitFor(WAIT)
  })

  it('is readable, wide and narrow, light and dark', async () => {
    const id = await idOf(DB.title)
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        const view = await browser.open({ width, scheme })
        await view.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
        await view.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
        for (const path of ['/incidents', `/incidents/${id}`, '/sources', '/settings']) {
          await view.page.goto(faultline.url + path)
          await view.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
          await liveState(view.page, true)
          const alert = view.page.locator('[data-alert] button[aria-expanded]').last()
          if ((await alert.count()) > 0) await alert.click()
          const picture = `${path.slice(1).replace('/', '-')}-${width}-${scheme}.png`
          await view.page.screenshot({ path: join(pictures, picture) })
          const spill = await view.page.evaluate(SPILL)
          expect(`${path} ${width}: ${spill}`).toBe(`${path} ${width}: 0`)
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

  it('says when it is not live, and catches up when it is again', async () => {
    const { port } = new URL(faultline.url)
    await page.goto(`${faultline.url}/incidents`)
    await row(MAIL.title).waitFor(WAIT)
    await liveState(page, true)
    await faultline.stop()
    await liveState(page, false)
    faultline = await run({ data: join(folder.path, 'data'), port: Number(port) })
    await post({ ...MAIL, rule: 'Late', service: 'elsewhere', title: 'came while it was away' })
    await row('came while it was away').waitFor(WAIT)
    await liveState(page, true)
  })

  it('needs at most 350 kB of JavaScript, compressed, for its first page', async () => {
    const view = await browser.open()
    const scripts = new Map<string, number>()
    view.page.on('response', (response) => {
      const path = new URL(response.url()).pathname
      if (!/\/(?!chart-)[^/]+\.js$/.test(path)) return // charts come after what they are in
      scripts.set(path, gzipSync(readFileSync(join('dist/console', path))).length)
    })
    await view.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
    await view.page.locator('tr[data-service]').first().waitFor(WAIT)
    const bytes = [...scripts.values()].reduce((sum, one) => sum + one, 0)
    process.stdout.write(`first page: ${Math.round(bytes / 1024)} KiB of JavaScript, compressed\n`)
    expect(scripts.size).toBeGreaterThan(1)
    expect(bytes).toBeLessThanOrEqual(350_000)
    await view.close()
  })

  it('has the types of the API as it is', async () => {
    const description = await (await fetch(`${faultline.url}/openapi.json`)).text()
    expect(readFileSync(TYPES_FILE, 'utf8')).toBe(await typesOf(description))
  })
})

/** As the console prints numbers: two decimals and a true minus. */
function decimal(value: number): string {
  return (Math.abs(value) < 0.005 ? '0.00' : value.toFixed(2)).replace('-', '−')
}
