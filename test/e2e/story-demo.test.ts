/**
 * Three people and the running demo: a newcomer's first five minutes, the SRE at 3 a.m. who follows
 * a notification's link, and the problem manager's morning.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { axeFaults } from '../support/axe.ts'
import {
  rebuildConsole,
  startBrowser,
  type TestBrowser,
  type TestPage,
} from '../support/browser.ts'
import { logIn, type RunningDemo, startDemo } from '../support/demo.ts'
import { until } from '../support/process.ts'
import { requireTool } from '../support/requirements.ts'

const chromium = requireTool('chromium')
const WAIT = { timeout: 30_000 }

const Demo = z.object({
  phase: z.string(),
  faults: z.array(z.object({ id: z.string(), incident: z.string().nullable() })),
})
const Incident = z.object({
  status: z.string(),
  firingCount: z.number(),
  acknowledgedBy: z.string().nullable(),
  resolution: z.string().nullable(),
})

/** What axe finds in the page as it stands, in both themes. */
async function faultsInBothThemes(page: Page): Promise<readonly string[]> {
  const found: string[] = []
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    found.push(...(await axeFaults(page)).map((fault) => `${colorScheme}: ${fault}`))
  }
  return found
}

describe.skipIf(!chromium.ok)(`stories of the demo ${chromium.ok ? '' : chromium.reason}`, () => {
  let demo: RunningDemo
  let browser: TestBrowser
  const tabs: TestPage[] = []

  const tab = async (scheme: 'light' | 'dark'): Promise<Page> => {
    const opened = await browser.open({ scheme })
    tabs.push(opened)
    return opened.page
  }
  const incidentOf = async (fault: string): Promise<string> => {
    const { faults } = Demo.parse(await demo.api('/api/v1/demo'))
    return faults.find(({ id }) => id === fault)?.incident ?? `no incident of ${fault} yet`
  }
  const incident = async (id: string): Promise<z.output<typeof Incident>> =>
    Incident.parse(await demo.api(`/api/v1/incidents/${id}`))
  const guide = (page: Page) => page.getByRole('region', { name: /./ }).filter({ hasText: 'Demo,' })

  beforeAll(async () => {
    if (!chromium.ok) throw new Error(chromium.reason)
    expect(rebuildConsole()).toBeNull()
    ;[demo, browser] = await Promise.all([startDemo(['--speed=20']), startBrowser(chromium.path)])
  })
  afterAll(async () => {
    await browser.close()
    await demo.stop()
  })

  it('a newcomer: start, guide, storm, incident', async () => {
    expect(demo.log.join('\n')).toMatch(/nothing else is touched[\s\S]*went through the engine/)
    const page = await tab('light')
    await logIn(page, demo)
    await page.getByRole('heading', { name: 'A quiet night' }).waitFor(WAIT)
    expect(await faultsInBothThemes(page)).toEqual([])
    await page.getByRole('button', { name: 'Begin now' }).click()
    await page.getByRole('heading', { name: 'A storm becomes a few incidents' }).waitFor(WAIT)
    await page.getByText('312 of 312').waitFor(WAIT)
    await page.getByRole('link', { name: 'See the incidents' }).click()
    await page.getByText('rack-b2: feed B has no power', { exact: false }).first().waitFor(WAIT)
    expect(await faultsInBothThemes(page)).toEqual([])
    await page.keyboard.press(']')
    await page.getByRole('heading', { name: 'The one that a deploy caused' }).waitFor(WAIT)
    const id = await incidentOf('checkout-deploy')
    await page.getByRole('link', { name: `Open ${id}` }).click()
    await page.waitForURL(`**/incidents/${id}`)
    await page.getByText('checkout-api 4.18.0 rolled out').first().waitFor(WAIT)
    await page.reload()
    await page.getByRole('heading', { name: 'The one that a deploy caused' }).waitFor(WAIT)
    expect(await faultsInBothThemes(page)).toEqual([])
    await guide(page).getByRole('button', { name: 'Hide the guide' }).click()
    await page.getByRole('button', { name: 'Show the guide of the demo' }).waitFor(WAIT)
    await page.reload()
    await page.getByRole('button', { name: 'Show the guide of the demo' }).waitFor(WAIT)
  })

  it('the SRE at 3 a.m.: from a notification to the cause, the runbook and the end', async () => {
    const id = await incidentOf('checkout-deploy')
    const link = await until('the notification', 30_000, async () => {
      const message = demo.told.find((text) => text.includes(`/incidents/${id}`))
      return /http:\/\/[^\s"|>\\]+\/incidents\/[^\s"|>\\]+/.exec(message ?? '')?.[0]
    })
    const page = await tab('dark')
    await page.goto(link)
    await page.getByLabel('Token').fill(demo.token)
    await page.getByLabel('Your name').fill('priya.raman')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('heading', { name: /checkout-api/, level: 1 }).waitFor(WAIT)
    await page.keyboard.press('a')
    await until('the acknowledgement', 15_000, async () =>
      (await incident(id)).acknowledgedBy === 'priya.raman' ? true : undefined,
    )
    await page.getByText('checkout-api 4.18.0 rolled out').first().waitFor(WAIT)
    await page.getByText('A container ran out of memory and was killed').first().waitFor(WAIT)
    expect(await faultsInBothThemes(page)).toEqual([])

    await demo.api('/api/v1/demo', { do: 'mend', fault: 'checkout-deploy' })
    await until('the alerts to end', 120_000, async () =>
      (await incident(id)).firingCount === 0 ? true : undefined,
    )
    await page.keyboard.press('r')
    await page.getByLabel('What fixed it').fill('Rolled back to 4.17.2')
    await page.getByRole('button', { name: 'Resolve', exact: true }).click()
    await until('the end', 30_000, async () =>
      (await incident(id)).status === 'resolved' ? true : undefined,
    )
    expect((await incident(id)).resolution).toBe('Rolled back to 4.17.2')
    expect(await faultsInBothThemes(page)).toEqual([])
  })

  it("the problem manager's morning: what keeps coming back, and who has it now", async () => {
    const page = await tab('light')
    await logIn(page, demo)
    await page.goto(`${demo.url}/problems`)
    await page.getByRole('heading', { name: 'Problems', level: 1 }).waitFor(WAIT)
    const kafka = page.getByRole('link', { name: /KafkaBrokerDiskFull on kafka-2/ })
    await kafka.first().waitFor(WAIT)
    expect(await faultsInBothThemes(page)).toEqual([])
    await kafka.first().click()
    await page.getByRole('list', { name: 'Incidents of the problem' }).waitFor(WAIT)
    expect(await faultsInBothThemes(page)).toEqual([])
    await page
      .getByRole('group', { name: 'Actions' })
      .getByRole('button', { name: /Accept/ })
      .click()
    const id = new URL(page.url()).pathname.split('/').at(-1)
    const Problem = z.object({ status: z.string() })
    await until('the decision', 15_000, async () => {
      const { status } = Problem.parse(await demo.api(`/api/v1/problems/${id}`))
      return status === 'proposed' ? undefined : true
    })
  })

  it('none of them saw an error in the browser', () => {
    expect(tabs).toHaveLength(3)
    expect(tabs.flatMap(({ faults }) => faults)).toEqual([])
  })
})
