/**
 * The pictures of the README and the documentation, from the running demo after its outage, light and
 * dark. `npm run screenshot [-- folder]`
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { z } from 'zod'
import { startBrowser } from './browser.ts'
import { logIn, type RunningDemo, startDemo } from './demo.ts'
import { until } from './process.ts'
import { requireTool } from './requirements.ts'
import { ROOT } from './source.ts'

const Demo = z.object({
  phase: z.string(),
  faults: z.array(z.object({ id: z.string(), incident: z.string().nullable() })),
})
type Demo = z.output<typeof Demo>

/** By name of the file: the page, and what is on it when it is whole. */
function picturesOf(incident: string) {
  return [
    { name: 'overview', path: '/', shows: 'Overview' },
    { name: 'incidents', path: '/incidents', shows: 'kafka-2' },
    { name: 'incident', path: `/incidents/${incident}`, shows: 'checkout-api 4.18.0 rolled out' },
    {
      name: 'together',
      path: `/incidents/${incident}`,
      shows: 'checkout-api 4.18.0 rolled out',
      at: 'Why these are together',
    },
    { name: 'problems', path: '/problems', shows: 'KafkaBrokerDiskFull' },
  ]
}

/** Lets the outage happen, and the live pages come to rest. */
async function play(demo: RunningDemo): Promise<string> {
  await demo.api('/api/v1/demo', { do: 'begin' })
  const after = await until('the end of the storm', 240_000, async () => {
    const state: Demo = Demo.parse(await demo.api('/api/v1/demo'))
    return state.phase === 'over' ? state : undefined
  })
  const id = after.faults.find((fault) => fault.id === 'checkout-deploy')?.incident
  if (id == null) throw new Error('the deploy has caused no incident')
  return id
}

interface Picture {
  readonly name: string
  readonly path: string
  readonly shows: string
  /** Only the section of this name. */
  readonly at?: string
}

async function take(page: Page, demo: RunningDemo, picture: Picture, file: string): Promise<void> {
  await page.goto(`${demo.url}${picture.path}`)
  await page.getByText(picture.shows).first().waitFor({ timeout: 60_000 })
  await page.waitForLoadState('networkidle', { timeout: 5000 }).catch(() => undefined)
  // charts and the graph are drawn after their data came
  await page.waitForTimeout(2500)
  const part = picture.at === undefined ? page : page.getByRole('region', { name: picture.at })
  await part.screenshot({ path: file })
}

async function main(out: string): Promise<void> {
  const tool = requireTool('chromium')
  if (!tool.ok) throw new Error(tool.reason)
  mkdirSync(out, { recursive: true })
  const demo = await startDemo(['--speed=8'])
  const browser = await startBrowser(tool.path)
  try {
    const incident = await play(demo)
    for (const scheme of ['light', 'dark'] as const) {
      const { page } = await browser.open({ scheme, width: 1280, height: 860 })
      await logIn(page, demo)
      await page.getByRole('button', { name: 'Hide the guide' }).click()
      for (const picture of picturesOf(incident))
        await take(page, demo, picture, join(out, `${picture.name}-${scheme}.png`))
    }
  } finally {
    await browser.close()
    await demo.stop()
  }
}

await main(process.argv[2] ?? join(ROOT, 'docs', 'images'))
