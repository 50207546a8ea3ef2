/** The maps of the topology in a real browser: services, and 10,000 CIs that are panned smoothly. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
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
const WAIT = { timeout: 30_000 }
const CIS = 10_000
const SERVICES = 40
/** What a frame of panning may take of the page's own time on a busy machine, in the median. */
const FRAME_MS = 150

const service = (n: number) => ({
  ...{ id: `svc/${n}`, class: 'service', name: `service-${n}`, environment: 'production' },
  ...{ owner: `team-${n % 5}`, criticality: (n % 4) + 1 },
})
const PODS = Array.from({ length: CIS - SERVICES - 1 }, (_, n) => n)
const ITEMS = [
  ...Array.from({ length: SERVICES }, (_, n) => service(n)),
  { id: 'host/1', class: 'host', name: 'host-one', environment: 'staging' },
  ...PODS.map((n) => ({ id: `pod/${n}`, class: 'pod', name: `pod-${n}` })),
]
const RELATIONS = [
  ...Array.from({ length: SERVICES - 1 }, (_, n) => ({
    ...{ from: `svc/${n >> 1}`, type: 'depends_on', to: `svc/${n + 1}` },
  })),
  ...PODS.map((n) => ({ from: `pod/${n}`, type: 'instance_of', to: `svc/${n % SERVICES}` })),
  { from: 'pod/7', type: 'runs_on', to: 'host/1' },
]

/** Pans the map by the mouse for 60 frames; what each took, without what the machine did beside it. */
const PAN = `new Promise((resolve) => {
  const canvas = document.querySelector('canvas[data-map]')
  const { left, top } = canvas.getBoundingClientRect()
  const send = (type, at) => canvas.dispatchEvent(new PointerEvent(type, {
    pointerId: 1, bubbles: true, clientX: left + 400 - at * 4, clientY: top + 300 - at * 2 }))
  canvas.setPointerCapture = () => undefined
  const took = []
  let at = 0
  send('pointerdown', 0)
  const step = () => {
    const begun = performance.now()
    send('pointermove', ++at)
    // frames are drawn in the order they were asked for: after this one the map is drawn
    requestAnimationFrame(() => {
      took.push(performance.now() - begun)
      if (at < 60) return step()
      send('pointerup', at)
      resolve(took)
    })
  }
  step()
})`

describe.skipIf(!chromium.ok)(`the topology ${chromium.ok ? '' : chromium.reason}`, () => {
  const folder = temporaryFolder()
  let faultline: Running
  let browser: TestBrowser
  let tab: TestPage
  let page: Page

  const fire = (service: string, status = 'firing'): Promise<unknown> =>
    api(faultline.url, '/ingest/generic', {
      ...{ title: `Down on ${service}`, severity: 'critical', status },
      labels: { alertname: 'Down', service },
    })

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

  it('says so while there are no services', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('y')
    await page.getByRole('heading', { name: 'No services yet' }).waitFor(WAIT)
    await api(faultline.url, '/api/v1/topology', { items: ITEMS, relations: RELATIONS })
  })

  it('maps the services, live, with the worst of what they run on', async () => {
    await page.reload()
    await page.getByText(`${SERVICES} services, 0 with alerts`).waitFor(WAIT)
    await liveState(page, true)
    await fire('pod-7')
    await page.getByText(`${SERVICES} services, 1 with alerts`).waitFor(WAIT)
    await page.keyboard.press('f')
    await page.getByText('1 service, 1 with alerts').waitFor(WAIT)
    await page.getByRole('button', { name: 'As a list' }).click()
    await page.getByText('service · 1 firing · team-2').waitFor(WAIT)
    await page.keyboard.press('f')
  })

  it('finds one by name, and says what a fault of it can hurt', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('service-7')
    await page.getByRole('option', { name: 'service-7', exact: true }).click(WAIT)
    const picked = page.locator('[data-picked="svc/7"]')
    await picked.last().getByText('alerts are on').waitFor(WAIT)
    expect(await page.getByRole('combobox', { name: 'Find on the map' }).inputValue()).toBe('')
    await page.keyboard.press('b')
    await page.getByText(/A fault of it can hurt 3 services/).waitFor(WAIT)
    expect(new URL(page.url()).search).toContain('blast=true')
  })

  it('shows what fired at a moment, plays it, and goes back to live', async () => {
    await page.goto(`${faultline.url}/topology`)
    await page.getByText(`${SERVICES} services, 1 with alerts`).waitFor(WAIT)
    await page.keyboard.press('t')
    await page.locator('[data-steps="1"]').waitFor(WAIT)
    await page.keyboard.press(',')
    await page.getByRole('status').filter({ hasText: 'Not live' }).waitFor(WAIT)
    await page.getByText('1 alert began').waitFor(WAIT)
    await page.getByText(`${SERVICES} services, 1 with alerts`).waitFor(WAIT)
    await page.keyboard.press(',')
    await page.getByText(`${SERVICES} services, 0 with alerts`).waitFor(WAIT)
    await page.keyboard.press('p')
    await page.getByText(`${SERVICES} services, 1 with alerts`).waitFor(WAIT)
    await page.getByRole('button', { name: 'Play what happened' }).waitFor(WAIT)
    expect(new URL(page.url()).searchParams.get('at')).toMatch(/^"?2/)
    await page.keyboard.press('n')
    await page.getByText('Live: slide back').waitFor(WAIT)
  })

  it('has a map for each service, on which what is alike is one bundle, and what burns is not', async () => {
    await page.goto(`${faultline.url}/topology?ci=svc%2F7`)
    await page.getByRole('link', { name: 'Its own map' }).click(WAIT)
    await page.getByRole('heading', { name: 'service-7', level: 1 }).waitFor(WAIT)
    await page.getByText('1 alert fires on it and on the 250 CIs it runs on').waitFor(WAIT)
    await page.getByRole('button', { name: 'As a list' }).click()
    const list = page.getByRole('list', { name: /as a list/ })
    await list.getByRole('button', { name: 'pod-7 pod · 1 firing' }).waitFor(WAIT)
    await list.getByRole('button', { name: /248 pods bundle · silent · 1 more burning/ }).click()
    await list.getByRole('button', { name: /^pod-47 / }).waitFor(WAIT)
    await page.getByRole('button', { name: 'Bundle again' }).click()
    await list.getByRole('button', { name: /^pod-47 / }).waitFor({ ...WAIT, state: 'detached' })
    await page.keyboard.press('c')
    await page.getByRole('link', { name: 'Service map' }).waitFor(WAIT)
  })

  it(`pans ${CIS} CIs with frames of at most ${FRAME_MS} ms`, async () => {
    await page.goto(`${faultline.url}/topology?all=true`)
    await page.locator(`canvas[data-map="${CIS}"]`).waitFor(WAIT)
    const took = (await page.evaluate(PAN)) as number[]
    const sorted = [...took].sort((a, b) => a - b)
    const median = sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY
    process.stdout.write(
      `pan: median ${median.toFixed(1)} ms, longest ${(sorted.at(-1) ?? 0).toFixed(1)} ms of ${took.length} frames\n`,
    )
    expect(took).toHaveLength(60)
    expect(median).toBeLessThanOrEqual(FRAME_MS)
    await page.getByRole('button', { name: 'What alerts, as a list' }).click()
    await page.getByRole('button', { name: 'pod-7', exact: true }).click()
    await page.locator('[data-picked="pod/7"]').last().getByText('1 firing').waitFor(WAIT)
  })

  it('says what could not be shown instead of showing it as quiet, and tries again', async () => {
    const view = await browser.open()
    await view.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
    await view.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
    const broken = /\/api\/v1\/(topology\/live|cis\/[^/]+\/blast-radius)/
    await view.page.route(broken, (route) => route.fulfill({ status: 500, json: {} }))
    await view.page.goto(`${faultline.url}/topology?all=true&ci=svc%2F7&blast=true`)
    await view.page.getByText('Its blast radius could not be shown').waitFor(WAIT)
    await view.page.getByText('What alerts could not be shown').waitFor(WAIT)
    await view.page.getByText('not yet known which have alerts').waitFor(WAIT)
    await view.page.unroute(broken)
    for (const name of ['What alerts', 'Its blast radius'])
      await view.page
        .getByRole('alert')
        .filter({ hasText: name })
        .getByRole('button', { name: 'Try again' })
        .click()
    await view.page.getByText('1 with alerts').waitFor(WAIT)
    await view.page.getByText(/A fault of it can hurt 3 services/).waitFor(WAIT)
    await view.close()
  })

  it('is accessible and fits, wide and narrow, light and dark', async () => {
    for (const [scheme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      const view = await browser.open({ width, scheme })
      await view.page.goto(`${faultline.url}/login#token=${ADMIN_TOKEN}`)
      await view.page.getByRole('heading', { level: 1 }).waitFor(WAIT)
      const at = new Date(Date.now() - 1000).toISOString()
      for (const path of [
        '/topology?ci=svc%2F7&blast=true',
        `/topology?all=true&range=1h&at=${at}`,
        '/services/svc%2F7',
      ]) {
        await view.page.goto(faultline.url + path)
        await view.page.locator('canvas').first().waitFor(WAIT)
        await liveState(view.page, true)
        const spill = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
        expect(`${path} ${width}: ${await view.page.evaluate(spill)}`).toBe(`${path} ${width}: 0`)
        expect(await contrastFaults(view.page)).toEqual([])
        expect(await axeFaults(view.page)).toEqual([])
      }
      expect(view.faults).toEqual([])
      await view.close()
    }
  })

  it('went through all of this without an error of its own', () => {
    expect(tab.faults).toEqual([])
  })
})
